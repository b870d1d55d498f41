"""Dated code lists, in three namespaces: `b2`, `noemie`, `ssv`.

The same list name may exist in several namespaces with other codes: a namespace is always needed.

>>> b2()["nature_assurance"]["30"].label("fr")
'maternité'
>>> "22" in b2()["nature_assurance"]
False
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

#: Natures of operation that take back an invoice already sent: negative adjustment, cancellation of an FSE
#: (list `nature_operation`) [SNDS].
CANCELLING = ("5", "9")

#: Lists that the public sources give in part, or borrow from another norm: a code that is not there may
#: well be right. The reasons are in the notes of the tables and in docs/sources.md.
OPEN = {
    "b2": frozenset(
        {
            "application",
            "code_acte",
            "discipline",
            "forcage_amo",
            "modificateur_ccam",
            "norme",
            "option_coordination",
            "specialite",
            "type_destinataire",
            "zone_tarif",
        }
    ),
    "noemie": frozenset(
        {
            "application_noemie",
            "mouvement_contrat_oc",
            "reference_norme",
            "retour_oc_929",
            "type_emetteur",
            "nature_assurance_noemie",
        }
    ),
    "ssv": frozenset[str](),
}

#: Lists of facts used by the rules, not values of a field.
NOT_FIELDS = frozenset(
    {
        "classe_code_rejet",
        "code_couverture",
        "code_gestion",
        "famille_taux_pharmacie",
        "nature_assurance_snds",
        "nir_fictif",
        "organisme_smg",
        "version_norme",
    }
)

#: What a code is for, besides being written in flows.
USAGES = ("", "snds", "historique")

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

_COLUMNS = ("list", "code", "label_fr", "label_en")


class CodeTableError(ValueError):
    """A code table is wrong: the message names the table, the line and what was expected."""

    def __init__(self, source: str, french: str, english: str, line: int = 0) -> None:
        self._source = source
        self._words = french, english
        #: Line of the table, 0 when the whole table is meant.
        self.line = line
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[type[CodeTableError], tuple[str, str, str, int]]:
        # It may come back from another process.
        return CodeTableError, (self._source, *self._words, self.line)

    def words(self, lang: str) -> str:
        """What is wrong, without its place, in `lang` (`fr` or `en`)."""
        return self._words[lang == "en"]

    def text(self, lang: str) -> str:
        """The whole message in `lang`, place first."""
        english = lang == "en"
        where = f", {'line' if english else 'ligne'} {self.line}" if self.line else ""
        return f"{self._source}{where}{':' if english else ' :'} {self.words(lang)}"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list.

    `code` is without padding, empty for a field left blank. `usage` is `snds` for values that exist
    only in the national database (accepted when read, never written), `historique` for values of the
    past. `valid_from` and `valid_to` are ISO days, included, or empty. `note` is in English, `note_fr` in
    French: see `note_text`.
    """

    code: str
    label_fr: str
    label_en: str
    valid_from: str = ""
    valid_to: str = ""
    usage: str = ""
    confidence: str = ""
    source: str = ""
    note: str = ""
    note_fr: str = ""

    def label(self, lang: str) -> str:
        """Label in `lang` (`fr` or `en`)."""
        return self.label_en if lang == "en" else self.label_fr

    def note_text(self, lang: str) -> str:
        """What weakens or places the code, in `lang`; as it was written when there is only one text."""
        return (self.note if lang == "en" else self.note_fr) or self.note or self.note_fr

    def valid_on(self, day: date) -> bool:
        """Whether the code could be used on that day; a missing bound does not exclude."""
        written = day.isoformat()
        return (not self.valid_from or self.valid_from <= written) and (
            not self.valid_to or written <= self.valid_to
        )


class CodeList(Mapping[str, Code]):
    """One list: a mapping from code to entry. `is_open` tells that it is known to be incomplete."""

    def __init__(self, name: str, entries: Iterable[Code], *, is_open: bool) -> None:
        self.name = name
        self.is_open = is_open
        self._entries = {entry.code: entry for entry in entries}
        #: Codes that a flow may carry.
        self.emitted = frozenset(code for code, entry in self._entries.items() if entry.usage != "snds")
        #: Those that have a first or a last day.
        self.dated = {
            code: entry for code, entry in self._entries.items() if entry.valid_from or entry.valid_to
        }

    def __getitem__(self, code: str) -> Code:
        return self._entries[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def label(self, code: str, lang: str) -> str:
        """Label of a code in `lang`, empty when the code is not in the list."""
        entry = self._entries.get(code)
        return entry.label(lang) if entry else ""

    def _repr_html_(self) -> str:
        """The first codes with both labels, for a notebook."""
        from flatfile.html import table

        rows = ((code.code, code.label_fr, code.label_en) for code in self.values())
        return table(self.name, ("code", "label_fr", "label_en"), rows, len(self))

    def to_arrow(self) -> Any:
        """The list as a `pyarrow.Table`: one row a code, one column of text for each attribute of `Code`.

        Raises `flatfile.extras.MissingLibraryError` without `pyarrow`.
        """
        from flatfile.arrow import plain_table

        names = [field.name for field in fields(Code)]
        return plain_table(
            dict.fromkeys(names, str), [[getattr(code, name) for name in names] for code in self.values()]
        )


Namespace = Mapping[str, CodeList]


def b2() -> Namespace:
    """Lists used by B2 flows."""
    return _namespace("b2")


def noemie() -> Namespace:
    """Lists used by NOEMIE returns."""
    return _namespace("noemie")


def ssv() -> Namespace:
    """Lists used by the binary zones of SESAM-Vitale."""
    return _namespace("ssv")


@lru_cache(maxsize=3)
def _namespace(name: str) -> Namespace:
    text = files("codes").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return _lists(name, _rows(text, f"{name}.csv"))


def overlay(name: str, directory: Path) -> Namespace:
    """The lists of namespace `name` with a site's own table `<directory>/<name>.csv` laid over them.

    A row of the site replaces the shipped row of the same list and code, or adds a code, or a list. The
    columns are those of the shipped tables; `list`, `code`, `label_fr`, `label_en` are needed.
    Raises `CodeTableError`.
    """
    shipped = _namespace(name)
    path = directory / f"{name}.csv"
    text = site_table(path)
    if text is None:
        return shipped
    rows = [(list_name, code) for list_name, codes in shipped.items() for code in codes.values()]
    return _lists(name, [*rows, *_rows(text, str(path))])


def site_table(path: Path) -> str | None:
    """The text of a table of a site, `None` when it has none. Raises `CodeTableError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise CodeTableError(
            str(path),
            "cette table ne peut pas être lue comme un texte UTF-8",
            "this table cannot be read as UTF-8 text",
        ) from None


def rows_of(text: str, source: str, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV text, each with its line; `columns` are needed, a cell that lacks is empty.

    Raises `CodeTableError`.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        missing = ", ".join(sorted(set(columns) - set(reader.fieldnames or ())))
        if missing:
            raise CodeTableError(source, f"colonnes absentes : {missing}", f"missing column(s) {missing}")
        for row in reader:
            if None in row:
                raise CodeTableError(
                    source, "plus de cellules que de colonnes", "more cells than columns", reader.line_num
                )
            yield reader.line_num, row
    except csv.Error as error:
        words = str(error)
        raise CodeTableError(source, f"CSV incorrect ({words})", words, reader.reader.line_num) from None


def day_of(text: str, source: str, line: int) -> date | None:
    """The day of a cell, `None` when it is empty. Raises `CodeTableError`."""
    if not text:
        return None
    with suppress(ValueError):
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    raise CodeTableError(
        source,
        "une date s'écrit 2005-06-01, ou reste vide",
        "days are written 2005-06-01, or left empty",
        line,
    )


def _rows(text: str, source: str) -> list[tuple[str, Code]]:
    rows: dict[tuple[str, str], Code] = {}
    for line, row in rows_of(text, source, _COLUMNS):
        if not row["list"] or not row["label_fr"]:
            raise CodeTableError(
                source,
                "il faut une liste, un code et un libellé",
                "a list, a code and a label are needed",
                line,
            )
        if (row["list"], row["code"]) in rows:
            raise CodeTableError(
                source,
                f"ce code de {row['list']} y est deux fois",
                f"this code of {row['list']} is there twice",
                line,
            )
        rows[row["list"], row["code"]] = _code(row, source, line)
    return [(name, code) for (name, _), code in rows.items()]


def _code(row: Mapping[str, str], source: str, line: int) -> Code:
    for name in ("valid_from", "valid_to"):
        day_of(row.get(name, ""), source, line)
    if row.get("usage", "") not in USAGES:
        usages = ", ".join(filter(None, USAGES))
        raise CodeTableError(
            source,
            f"« usage » vaut {usages}, ou reste vide",
            f"a usage is one of {usages}, or empty",
            line,
        )
    known = {name: row.get(name, "") for name in Code.__dataclass_fields__}
    return Code(**{**known, "label_en": known["label_en"] or known["label_fr"]})


def _lists(namespace: str, rows: Iterable[tuple[str, Code]]) -> Namespace:
    gathered: dict[str, list[Code]] = {}
    for name, code in rows:
        gathered.setdefault(name, []).append(code)
    return MappingProxyType(
        {name: CodeList(name, codes, is_open=name in OPEN[namespace]) for name, codes in gathered.items()}
    )
