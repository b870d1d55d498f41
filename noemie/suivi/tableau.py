"""A table of payments or of ARLs, read by columns that somebody declared: `statement.csv` and `columns.toml`.

    sorte = "paiements"                 # or "arl"
    part = "AMO"                        # with one column of amounts and none that tells the part

    [colonnes]
    facture = "N° facture"
    jour = "Date de paiement"
    amo = "Payé RO"
    amc = "Payé RC"
    etat = "Statut"

    [etats]
    P = ["Payé"]
    R = ["Rejeté"]

Nothing is taken from a heading that no column names: `proposed` only shows what one could declare. A row that
is wrong is told and left out. What a table says is a `PaiementDit`: beside a return it adds nothing
(`dit_par_tableau`), alone it counts, probable.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from codes.motives import normalise_label
from codes.personal import cross_out
from codes.states import PARTS
from flatfile import Finding, FormatError
from flatfile.toml import Reader, Table, TomlError, integer, many, text, word
from noemie.documents.feuille import Row, rows
from noemie.returns.arl import Arl
from noemie.suivi.faits import AMC, AMO, PaiementDit

#: Hears of each wrong row.
Tell = Callable[[Finding], object]

#: Kind of table -> its columns: those that are needed, then the others.
COLONNES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "paiements": (
        ("facture",),
        (
            "lot",
            "jour",
            "reference",
            "payeur",
            "ps",
            "amo",
            "amc",
            "montant",
            "part",
            "etat",
            "code",
            "motif",
        ),
    ),
    "arl": (("lot", "accepte"), ("jour", "jour_lot", "ps", "facture", "code", "motif")),
}

_ETATS: Final = {"paiements": ("P", "R", "D"), "arl": ("oui", "non")}
_AMOUNTS: Final = ("amo", "amc", "montant")
_MOST: Final = 200
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T][0-9:.]*)?")
_FRENCH: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?: [0-9:]*)?")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_SPACES: Final = re.compile(r"[\s\u00a0\u202f€]|EUR", re.IGNORECASE)

#: Headings that often stand over a column, for `proposed`.
_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "facture": ("facture", "n facture", "no facture", "numero facture", "numero de facture", "n de facture"),
    "lot": ("lot", "n lot", "no lot", "numero lot", "numero de lot"),
    "jour": (
        "date paiement",
        "date de paiement",
        "date virement",
        "date du virement",
        "date reglement",
        "date",
    ),
    "reference": ("reference", "reference virement", "libelle virement", "virement", "ref paiement"),
    "payeur": ("payeur", "organisme", "organisme payeur", "caisse"),
    "ps": ("ps", "n ps", "numero ps", "professionnel", "finess", "adeli"),
    "amo": ("amo", "ro", "paye amo", "paye ro", "part amo", "part ro", "montant amo", "montant ro"),
    "amc": ("amc", "rc", "paye amc", "paye rc", "part amc", "part rc", "montant amc", "montant rc"),
    "montant": ("montant", "montant paye", "paye", "montant regle", "regle"),
    "part": ("part", "regime", "amo amc"),
    "etat": ("etat", "statut", "situation"),
    "code": ("code", "code rejet", "code retour"),
    "motif": ("motif", "libelle", "libelle rejet", "motif rejet"),
    "accepte": ("accepte", "arl", "resultat", "positif"),
    "jour_lot": ("date lot", "date du lot"),
}


class ColonnesError(TomlError):
    """A file of columns is wrong."""


class _Toml(Table):
    failure = ColonnesError


class Colonnes(msgspec.Struct, frozen=True):
    """What the columns of a table are: name of a column -> its heading, words of states and parts."""

    sorte: str
    colonnes: Mapping[str, str]
    etats: Mapping[str, str] = {}
    parts: Mapping[str, str] = {}
    part: str = ""
    payeur: str = ""
    entete: int = 0
    feuille: str = ""

    @property
    def empreinte(self) -> str:
        """Eight characters that tell these columns from others."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:8]


class LigneDite(NamedTuple):
    """What a row says of one part: its number in the file, and the reject if it tells one."""

    rang: int
    paiement: PaiementDit
    code: str = ""
    motif: str = ""


class TableDite(NamedTuple):
    """A table that was read: the digest and size of its bytes, what its rows say.

    `colonnes` tells the declared columns from others; `sans_numero` are the rows that name no invoice (no
    batch, in a table of ARLs), such as totals: they are left out.
    """

    nom: str
    sha256: str
    taille: int
    colonnes: str
    lignes: list[LigneDite]
    arls: list[Arl]
    sans_numero: list[int]


def read_columns(path: Path) -> Colonnes:
    """Columns declared in a TOML file. Raises `ColonnesError`."""
    return _columns(_Toml.of_file(path))


def columns_of(toml: str, nom: str = "") -> Colonnes:
    """Columns declared in a TOML text. Raises `ColonnesError`."""
    return _columns(_Toml.of_text(toml, nom))


def read_table(data: bytes, nom: str, colonnes: Colonnes, tell: Tell) -> TableDite:
    """The rows of a table, by its declared columns; `tell` hears of those that are wrong.

    Raises `FormatError`: `tableau.illisible`, `tableau.feuille`, and `tableau.entete` (fact `expected`) when
    a declared heading is not there.
    """
    found = rows(data, colonnes.feuille)
    places, start = _places(found, colonnes)
    table = TableDite(nom, hashlib.sha256(data).hexdigest(), len(data), colonnes.empreinte, [], [], [])
    for number, cells in chain(start, found):
        row = _Rangee(number, {name: cells[at] if at < len(cells) else "" for name, at in places.items()})
        if not any(character.isdecimal() for character in row.cells[COLONNES[colonnes.sorte][0][0]]):
            table.sans_numero.append(number)
            continue
        try:
            if colonnes.sorte == "arl":
                table.arls.append(row.arl(colonnes))
            else:
                table.lignes.extend(row.payments(colonnes, nom))
        except _WrongError as error:
            heading = colonnes.colonnes.get(error.column, error.column)
            tell(Finding("tableau.valeur", number, 0, 0, "tableau", heading, expected=error.expected))
    return table


def proposed(data: bytes) -> str:
    """The TOML that the headings of a table suggest, to be checked by a person; empty when none does.

    Raises `FormatError` when it is no table.
    """
    found = next(iter(rows(data)), None)
    headings = found[1] if found else []
    known = {heading: name for name, headings in _HEADINGS.items() for heading in headings}
    told: dict[str, str] = {}
    for heading in headings:
        name = known.get(_plain(heading), "")
        if name and name not in told:
            told[name] = heading
    sorte = "arl" if "accepte" in told and "facture" not in told else "paiements"
    needed, others = COLONNES[sorte]
    kept = [name for name in (*needed, *others) if name in told]
    if not kept:
        return ""
    lines = [f'sorte = "{sorte}"', "", "[colonnes]", *(f"{name} = {_quoted(told[name])}" for name in kept)]
    words = {
        "paiements": ('P = ["Payé"]', 'R = ["Rejeté"]'),
        "arl": ('oui = ["Accepté"]', 'non = ["Refusé"]'),
    }
    if "etat" in kept or sorte == "arl":
        lines += ["", "[etats]", *words[sorte]]
    if "montant" in kept and "part" not in kept:
        lines.insert(1, 'part = "AMO"')
    if "part" in kept:
        lines += ["", "[parts]", 'AMO = ["RO"]', 'AMC = ["RC"]']
    return "\n".join(lines) + "\n"


# --- columns ----------------------------------------------------------------------------------------------


def _columns(table: _Toml) -> Colonnes:
    told = table.read(
        {
            "sorte": ("sorte", word({name: name for name in COLONNES})),
            "part": ("part", word({name: name for name in PARTS})),
            "payeur": ("payeur", text(_MOST)),
            "feuille": ("feuille", text(_MOST)),
            "entete": ("entete", integer(1, 1000)),
            "colonnes": ("colonnes", _inner),
            "etats": ("etats", _inner),
            "parts": ("parts", _inner),
        }
    )
    sorte = told.setdefault("sorte", "paiements")
    needed, others = COLONNES[sorte]
    inner: dict[str, _Toml] = {
        name: told.pop(name) for name in ("colonnes", "etats", "parts") if name in told
    }
    if "colonnes" not in inner:
        raise table.error("", "une table [colonnes]", "a table [colonnes]")
    own = inner["colonnes"]
    colonnes = own.read({name: (name, text(_MOST)) for name in (*needed, *others)})
    for name in needed:
        own.needed(name)
    if sorte == "paiements":
        _amounts(table, own, colonnes, told.get("part", ""))
    etats = _words(inner.get("etats"), _ETATS[sorte])
    if not etats and ("etat" in colonnes or sorte == "arl"):
        names = ", ".join(_ETATS[sorte])
        raise table.error("", f"une table [etats] : {names}", f"a table [etats]: {names}")
    parts = _words(inner.get("parts"), PARTS)
    if "part" in colonnes and not parts:
        raise table.error("", "une table [parts] : AMO, AMC", "a table [parts]: AMO, AMC")
    return Colonnes(**told, colonnes=colonnes, etats=etats, parts=parts)


def _amounts(table: _Toml, own: _Toml, colonnes: Mapping[str, str], part: str) -> None:
    """Amounts stand in columns of the parts, or in one whose part is told."""
    if not any(name in colonnes for name in _AMOUNTS):
        raise own.error("", "amo, amc ou montant", "amo, amc or montant")
    if "montant" in colonnes:
        if "amo" in colonnes or "amc" in colonnes:
            raise own.error("montant", "montant seul, ou amo et amc", "montant alone, or amo and amc")
        if "part" not in colonnes and not part:
            raise table.error(
                "", 'part = "AMO" ou "AMC", ou une colonne part', 'part = "AMO" or "AMC", or a column'
            )


def _inner(table: Any, key: str, value: Any) -> Any:
    return table.within(key, value)


def _words(table: _Toml | None, names: Iterable[str]) -> dict[str, str]:
    """Word, as it is compared -> what it stands for."""
    if table is None:
        return {}
    reader: Reader = many(text(_MOST))
    told = table.read({name: (name, reader) for name in names})
    return {_plain(one): name for name, words in told.items() for one in words}


def _plain(heading: str) -> str:
    return normalise_label(heading)


def _quoted(heading: str) -> str:
    # The escapes of JSON are those of TOML, which wants one more.
    return json.dumps(heading, ensure_ascii=False).replace("\x7f", "\\u007f")


def _places(found: Iterator[Row], colonnes: Colonnes) -> tuple[dict[str, int], list[Row]]:
    """Where each column stands: in the row of headings, that of its number or the first that has them all."""
    wanted = {name: _plain(heading) for name, heading in colonnes.colonnes.items()}
    missing = list(colonnes.colonnes.values())
    for number, cells in found:
        headings = [_plain(cell) for cell in cells]
        lacking = [colonnes.colonnes[name] for name, heading in wanted.items() if heading not in headings]
        if not lacking:
            return {name: headings.index(heading) for name, heading in wanted.items()}, []
        if len(lacking) < len(missing) or number == colonnes.entete:
            missing = lacking
        if number >= (colonnes.entete or 20):
            break
    raise FormatError("tableau.entete", expected=", ".join(missing))


# --- rows -------------------------------------------------------------------------------------------------


class _WrongError(Exception):
    """A cell is not what its column holds."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__()
        self.column, self.expected = column, expected


class _Rangee:
    """One row, by the names of its columns."""

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self.number = number
        self.cells = cells

    def payments(self, colonnes: Colonnes, nom: str) -> Iterator[LigneDite]:
        """What it says of each part that it tells."""
        etat = self._word("etat", colonnes.etats) or ("R" if self.cells.get("code") else "P")
        code, motif = self.cells.get("code", ""), cross_out(self.cells.get("motif", ""))
        amounts = [(part, self._amount(column)) for part, column in self._parts(colonnes)]
        if etat != "P" and all(amount is None for _, amount in amounts):
            amounts = [(amounts[0][0], 0)]  # refused or deferred, without a word of amounts
        for part, amount in amounts:
            if amount is None or (etat == "P" and not amount):
                continue
            yield LigneDite(
                self.number,
                PaiementDit(
                    numero=self.cells["facture"],
                    part=part,
                    montant=amount if etat == "P" else 0,
                    etat=etat,
                    jour=self._day("jour"),
                    lot=self.cells.get("lot", ""),
                    numero_ps=self.cells.get("ps", ""),
                    payeur=self.cells.get("payeur", "") or colonnes.payeur,
                    libelle=self.cells.get("reference", ""),
                    fichier=nom,
                ),
                code,
                motif,
            )

    def _parts(self, colonnes: Colonnes) -> list[tuple[str, str]]:
        if "montant" in self.cells:
            part = self._word("part", colonnes.parts) or colonnes.part
            if not part:
                raise _WrongError("part", "AMO, AMC")
            return [(part, "montant")]
        return [(part, name) for part, name in ((AMO, "amo"), (AMC, "amc")) if name in self.cells]

    def arl(self, colonnes: Colonnes) -> Arl:
        """What it says of a batch."""
        said = self._word("accepte", colonnes.etats)
        if not said:
            raise _WrongError("accepte", ", ".join(_ETATS["arl"]))
        return Arl(
            positif=said == "oui",
            numero_lot=self.cells["lot"].rjust(3, "0"),
            numero_ps=self.cells.get("ps", ""),
            date_lot=self._day("jour_lot"),
            date_arl=self._day("jour"),
            code=self.cells.get("code", ""),
            libelle=cross_out(self.cells.get("motif", "")),
            numero_facture=self.cells.get("facture", ""),
        )

    def _word(self, column: str, words: Mapping[str, str]) -> str:
        cell = self.cells.get(column, "")
        if not cell:
            return ""
        if (found := words.get(_plain(cell))) is None:
            raise _WrongError(column, ", ".join(dict.fromkeys(words.values())))
        return found

    def _day(self, column: str) -> dt.date | None:
        cell = self.cells.get(column, "")
        if not cell:
            return None
        iso, french = _ISO.fullmatch(cell), _FRENCH.fullmatch(cell)
        parts = iso.groups() if iso else french.groups()[::-1] if french else ()
        try:
            return dt.date(*map(int, parts))
        except (TypeError, ValueError):
            raise _WrongError(column, "JJ/MM/AAAA, AAAA-MM-JJ") from None

    def _amount(self, column: str) -> int | None:
        """Signed cents; `None` for an empty cell. A point and a comma together: the last one is decimal."""
        compact = _SPACES.sub("", self.cells.get(column, ""))
        if not compact:
            return None
        if compact.startswith("(") and compact.endswith(")"):
            compact = f"-{compact[1:-1]}"
        if "," in compact:
            decimal = compact.rfind(",") > compact.rfind(".")
            compact = compact.replace(".", "").replace(",", ".") if decimal else compact.replace(",", "")
        if not _NUMBER.fullmatch(compact):
            raise _WrongError(column, "9,99")
        cents = Decimal(compact) * 100
        if cents != cents.to_integral_value():
            raise _WrongError(column, "9,99")
        return int(cents)
