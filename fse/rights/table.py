"""Facts as CSV: a header of column names, then a fact a line.

Columns are the fields of `Droit`, in any order, separated by commas, semicolons or tabulations; `nir` and
`date_naissance` are needed, the others may be missing. UTF-8, UTF-16 with its mark, else Latin-1. Days are
written 2025-03-14 or 14/03/2025, yes and no O and N, an empty cell is what is not told. A row that is wrong
is told (row, column, what was expected) and left out; no message holds its values.

What a spreadsheet does to such a file is undone where nothing is lost: a line `sep=;` is passed over, zeros
before a code of fixed width are written again. A NIR that it wrote 1,96110E+12 is lost: it is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO, Final, NamedTuple

from codes import keys
from flatfile import Finding, FormatError, Readable, Source, open_source
from flatfile.cells import FORMULA, guard_cell
from flatfile.csv_text import CsvText, unkept
from fse.rights.model import COLONNES, IDENTITE, Droit, c2s_of, naissance_digits

#: Hears of what is wrong in a file.
Tell = Callable[[Finding], object]

OBLIGATOIRES: Final = ("nir", "date_naissance")

_DATES: Final = frozenset(name for name in COLONNES if name.endswith(("_du", "_au", "_le")))
_YES_NO: Final = frozenset({"c2s", "medecin_traitant", "smg"})
_FREE: Final = frozenset({"nom", "nom_patronymique", "prenom", "source"})
_PERIODS: Final = tuple(
    (f"{name}_du", f"{name}_au") for name in ("ouvert", "c2s", "couverture", "attestation")
)

#: Column -> its form, and how it is said: 9 a digit, X a digit or a letter.
_FORMS: Final = {
    "nir": (re.compile(r"[0-9AB]{13}(?:[0-9]{2})?"), "NIR: 13, 15"),
    "cle_nir": (re.compile(r"[0-9]{2}"), "99"),
    "nir_individuel": (re.compile(r"[0-9AB]{13}"), "NIR: 13"),
    "date_naissance": (re.compile(r"[0-9]{6}|[0-9]{8}|[0-9]{12}"), "AAAAMMJJ"),
    "rang_naissance": (re.compile(r"[0-9]"), "9"),
    "rang_beneficiaire": (re.compile(r"[0-9A-Z]{1,3}"), "X, XX, XXX"),
    "qualite": (re.compile(r"[0-9A-Z]{1,2}"), "X, XX"),
    "regime": (re.compile(r"[0-9]{2}"), "99"),
    "caisse": (re.compile(r"[0-9A-Z]{3}"), "XXX"),
    "centre": (re.compile(r"[0-9A-Z]{4}"), "XXXX"),
    "organisme_destinataire": (re.compile(r"[0-9A-Z]{3}|[0-9A-Z]{4}"), "XXX, XXXX"),
    "centre_informatique": (re.compile(r"[0-9A-Z]{3}"), "XXX"),
    "service_amo": (re.compile(r"[0-9]{1,2}"), "99"),
    "exoneration": (re.compile(r"[0-9A-Z]"), "X"),
    "code_couverture": (re.compile(r"[0-9A-Z]{1,5}"), "XXXXX"),
}
#: Letters stand where those of Corsica do, and nowhere else.
_NIRS: Final = frozenset({"nir", "nir_individuel"})
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?")
_FRENCH: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})(?: 00:00(?::00)?)?")
#: Codes of digits whose width is known: a spreadsheet takes the zeros before them away.
_WIDTHS: Final = {
    "cle_nir": 2,
    "rang_beneficiaire": 3,
    "regime": 2,
    "caisse": 3,
    "centre": 4,
    "organisme_destinataire": 3,
    "centre_informatique": 3,
    "service_amo": 2,
    "code_couverture": 5,
}
#: What a program that took a code for a number writes after it: 8.0, 421,00.
_DECIMALS: Final = re.compile(r"(?<=[0-9])[.,]0+$")
#: A number as a spreadsheet shortens it: digits of it are lost.
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,2}")
_IN_FULL: Final = "9999999999999 ≠ 9,99E+12"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = ",;\t"

_SAID: Final = {"O": True, "OUI": True, "1": True, "N": False, "NON": False, "0": False}

#: A line that is longer belongs to no table of ours; a longer word of a source is cut.
_LONGEST: Final = 1 << 16
_CHUNK: Final = 1 << 18
_LONGEST_WORD: Final = 60

_NIR_LENGTH: Final = 13


def read_csv(source: Readable, tell: Tell | None = None) -> Iterator[Droit]:
    """Read facts one by one, in bounded memory.

    `tell` hears of each wrong row (`droits.csv-valeur`) and of each column that is none of ours
    (`droits.csv-colonne`); without it, the first wrong row raises `FormatError`. Raises `FormatError` when
    the file cannot be read, or has no such header (`droits.csv-entete`).
    """
    with open_source(source) as opened:
        lines = _lines(_as_utf_8(opened))
        first = next(lines, None)
        if first is None:
            raise FormatError("fichier.vide")
        if _is_separator(first.text):
            first = next(lines, first)
        delimiter = max(_DELIMITERS, key=first.text.count)
        header = _header(first, delimiter, tell)
        for line in lines:
            if line.text.strip(" \r\n\t,;"):
                droit = _fact(header, line, delimiter, tell)
                if droit is not None:
                    yield droit


def looks_like_rights(head: bytes) -> bool:
    """Whether the first bytes of a file are a header of facts."""
    if head.startswith(_UTF_16):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode("utf-8", "replace")
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)
    first = lines[1] if len(lines) > 1 and _is_separator(lines[0].decode("latin-1")) else lines[0]
    names = set(re.split(rb"[,;\t]", first.lower()))
    return {name.encode() for name in OBLIGATOIRES} <= {name.strip(b' "\r') for name in names}


def write_csv(droits: Iterable[Droit], destination: BinaryIO) -> int:
    """Write facts with all the columns, in UTF-8; returns their number.

    A cell that a spreadsheet would run starts with an apostrophe, which `read_csv` takes off.
    """
    text, count = CsvText(), 0
    destination.write(text.rows([COLONNES]).encode())
    for count, droit in enumerate(droits, 1):  # noqa: B007  # their number
        destination.write(text.rows([[_cell(getattr(droit, name)) for name in COLONNES]]).encode())
    return count


# --- reading ----------------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """One line: 1-based number, place in bytes, text."""

    number: int
    offset: int
    length: int
    text: str


def _lines(source: Source) -> Iterator[_Line]:
    """The lines of a file; one that is too long is cut, each part being wrong by itself."""
    number, offset, left = 0, 0, b""
    while True:
        piece = source.read(_CHUNK)
        whole = (left + piece).splitlines(keepends=True) if piece else [left] if left else []
        left = whole.pop() if piece and whole and len(whole[-1]) < _LONGEST else b""
        for raw in whole:
            number += 1
            yield _Line(
                number, offset, len(raw), _decoded(raw.removeprefix(b"\xef\xbb\xbf") if not offset else raw)
            )
            offset += len(raw)
        if not piece:
            return


def _as_utf_8(source: Source) -> Source:
    """The same file, written in UTF-8 when it is in UTF-16, as a spreadsheet may save it."""
    if not source.head.startswith(_UTF_16):
        return source
    return open_source(source.read_all().decode("utf-16", "replace").encode("utf-8", "replace"))


def _is_separator(line: str) -> bool:
    """Whether a line only tells a spreadsheet what stands between cells."""
    return re.fullmatch(r'"?sep=.?"?\s*', line.removeprefix("\ufeff"), re.IGNORECASE) is not None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a line, `None` when its quotes are wrong. A cell never holds a line end."""
    try:
        cells = next(csv.reader((text.rstrip("\r\n"),), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
    cells = [unkept(cell.strip()) for cell in cells]
    return [_unguarded(cell) for cell in cells] if "'" in text else cells


def _header(line: _Line, delimiter: str, tell: Tell | None) -> list[str]:
    names = [name.lower() for name in _cells(line.text, delimiter) or ()]
    known = [name for name in names if name in COLONNES]
    if not set(OBLIGATOIRES) <= set(known) or len(set(known)) != len(known):
        raise FormatError("droits.csv-entete", 0)
    for rank, name in enumerate(names, 1):
        if tell is not None and name and name not in COLONNES:
            tell(Finding("droits.csv-colonne", line.number, 0, line.length, "csv", expected=str(rank)))
    return names


def _fact(header: list[str], line: _Line, delimiter: str, tell: Tell | None) -> Droit | None:
    """The fact of a line; `None` when something is wrong, which is told."""
    wrong: list[tuple[str, str]] = []
    cells = _cells(line.text, delimiter)
    values: dict[str, Any] = {}
    if cells is None:
        wrong.append(("", "RFC 4180"))
    elif len(cells) != len(header):
        wrong.append(("", f"{len(header)} × {delimiter}"))
    else:
        for name, text in zip(header, cells, strict=True):
            if text and name in COLONNES:
                try:
                    values[name] = (_value if name in IDENTITE else _known_value)(name, text)
                except _WrongError as error:
                    wrong.append((name, error.expected))
        wrong += _contradictions(values) if not wrong else ()
    for field, expected in wrong:
        if tell is None:
            raise FormatError("droits.csv-valeur", line.offset, expected=f"{field} {expected}".strip())
        tell(
            Finding(
                "droits.csv-valeur", line.number, line.offset, line.length, "csv", field, expected=expected
            )
        )
    return None if wrong else Droit(**_completed(values))


class _WrongError(Exception):
    """A cell is not what its column holds."""

    def __init__(self, expected: str) -> None:
        super().__init__()
        self.expected = expected


def _value(name: str, text: str) -> str | bool | dt.date:
    if name in _DATES:
        return _day(text)
    if name in _YES_NO:
        if text.upper() not in _SAID:
            raise _WrongError("O, N")
        return _SAID[text.upper()]
    if name in _FREE:
        return " ".join(_plain(text).split())[:_LONGEST_WORD].rstrip()
    form, expected = _FORMS[name]
    # Blanks of any kind, the apostrophe of a text cell, the decimals that a table of numbers adds.
    compact = _DECIMALS.sub("", "".join(text.split()).removeprefix("'")).replace(".", "").upper()
    if name == "date_naissance":
        compact = naissance_digits(text.removeprefix("'"))
    if _SHORTENED.fullmatch(text.strip().upper()):
        raise _WrongError(_IN_FULL)
    if compact.isdecimal():
        compact = compact.rjust(_WIDTHS.get(name, 0), "0")
    if not form.fullmatch(compact) or (name in _NIRS and not keys.nir.has_form(compact[:_NIR_LENGTH])):
        raise _WrongError(expected)
    return compact


#: Outside identities the same values come again and again.
_known_value: Final = lru_cache(maxsize=1 << 14)(_value)


def _day(text: str) -> dt.date:
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    parts = iso.groups() if iso else french.groups()[::-1] if french else ()
    try:
        return dt.date(*map(int, parts))
    except (TypeError, ValueError):
        raise _WrongError("AAAA-MM-JJ") from None


def _contradictions(values: dict[str, Any]) -> list[tuple[str, str]]:
    wrong = [(name, _FORMS[name][1]) for name in OBLIGATOIRES if name not in values]
    for first, last in _PERIODS:
        if first in values and last in values and values[first] > values[last]:
            wrong.append((last, f">= {first}"))
    nir, key = values.get("nir", ""), values.get("cle_nir")
    if len(nir) > _NIR_LENGTH:
        nir, key = nir[:_NIR_LENGTH], nir[_NIR_LENGTH:]
    if nir and key is not None and key != keys.nir.calc_check_digits(nir):
        wrong.append(("cle_nir", "97 - NIR mod 97"))
    return wrong


def _completed(values: dict[str, Any]) -> dict[str, Any]:
    """What cells say together: the key at the end of a NIR, the yes that a period or a service implies."""
    if len(values["nir"]) > _NIR_LENGTH:
        values["nir"], values["cle_nir"] = values["nir"][:_NIR_LENGTH], values["nir"][_NIR_LENGTH:]
    if "c2s" not in values:
        said = c2s_of(values.get("service_amo", ""))
        said = True if said is None and ("c2s_du" in values or "c2s_au" in values) else said
        values["c2s"] = said
    if "smg" not in values and ("attestation_du" in values or "attestation_au" in values):
        values["smg"] = True
    return values


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip().startswith(FORMULA) else cell


def _cell(value: object) -> str:
    """A value as a cell: nothing for what is not told, O or N, a day as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "O" if value else "N"
    return guard_cell(_plain(str(value)))


def _plain(text: str) -> str:
    """A text whose characters that nobody can read are blanks."""
    return "".join(c if c.isprintable() else " " for c in text)
