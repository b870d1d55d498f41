"""Code lists of a site made from the public nomenclatures of the SNDS (the national health database).

The Health Data Hub publishes them in the repository ``schema-snds`` (folder ``nomenclatures``, MPL-2.0): text
tables with ``;`` between cells, ``NA`` for an empty one. None is shipped here: a person downloads them and
this module makes ``b2.csv`` and ``noemie.csv`` of them, the tables that ``--codes`` lays over ours.

The names of files and columns in ``DEFAULT`` are those of that repository as it can be read publicly. Where
they differ from yours, give your own in a TOML file: see ``read_mapping``. What these codes are not:

- ``PRS_NAT_CB2`` may hold two codes (``XX/YYY``): each is taken; what is no code of an act is left out;
- specialities are numbers there, two digits in an invoice;
- motives of exemption (``EXO_MTF``) and natures of insurance (``ASU_NAT``) are values of the database, never
  of an invoice: their usage is ``snds``;
- ``ASU_NAT_CB2`` is the exchange code of a nature of insurance. Whether NOEMIE uses all of them is not
  proven: confidence C, usage ``snds``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from codes.lists import Code, Namespace

__all__ = [
    "DEFAULT",
    "MARK",
    "Imported",
    "SndsError",
    "Table",
    "TableReport",
    "merged",
    "read",
    "read_mapping",
]

#: How the source of an imported row begins: another import replaces those rows, and no other.
MARK: Final = "schema-snds "

COLUMNS: Final = ("list", *(f.name for f in fields(Code)))

_SEPARATORS: Final = ";,\t|"
_EMPTY: Final = frozenset({"", "NA"})
_MOST_REFERENCES: Final = 6
#: The column that marks, by another value than 0, rows that stand for "unknown" or "not applicable".
_TECHNICAL: Final = "TEC_COL"


class SndsError(ValueError):
    """A table or a mapping cannot be used: the message names the file, the line and what was expected."""

    def __init__(self, file: str, french: str, english: str, line: int = 0) -> None:
        self._file = file
        self._words = french, english
        self._line = line
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """The message in `lang` (`fr` or `en`)."""
        english = lang == "en"
        where = f", {'line' if english else 'ligne'} {self._line}" if self._line else ""
        return f"{self._file}{where}{':' if english else ' :'} {self._words[english]}"


@dataclass(frozen=True, slots=True)
class Table:
    """Where a list is found: a file, its columns, and the list it goes to.

    `reference` and `exchange` are columns kept in the note; `split` parts several codes of one cell; `width`
    pads numbers with zeros on the left; `pattern` is what a code must look like, others are left out.
    """

    file: str
    namespace: str
    list: str
    code: str
    label: str
    reference: str = ""
    exchange: str = ""
    split: str = ""
    width: int = 0
    pattern: str = "[0-9A-Z]{1,5}"
    usage: str = ""
    confidence: str = "B"


DEFAULT: Final = (
    Table("IR_NAT_V.csv", "b2", "code_acte", "PRS_NAT_CB2", "PRS_NAT_LIB", reference="PRS_NAT", split="/"),
    Table("IR_SPE_V.csv", "b2", "specialite", "PFS_SPE_COD", "PFS_SPE_LIB", width=2, pattern="[0-9]{2}"),
    Table("IR_ACT_V.csv", "b2", "specialite", "PFS_ACT_NAT", "ACT_NAT_LIB", width=2, pattern="[0-9]{2}"),
    Table("IR_EXO_V.csv", "b2", "motif_exoneration_snds", "EXO_MTF", "EXO_LIB", usage="snds"),
    Table(
        "IR_ASU_V.csv",
        "b2",
        "nature_assurance_snds",
        "ASU_NAT",
        "ASU_NAT_LIB",
        exchange="ASU_NAT_CB2",
        usage="snds",
    ),
    Table(
        "IR_ASU_V.csv",
        "noemie",
        "nature_assurance_noemie",
        "ASU_NAT_CB2",
        "ASU_NAT_LIB",
        reference="ASU_NAT",
        pattern="[0-9A-Z]{2}",
        usage="snds",
        confidence="C",
    ),
)


@dataclass(frozen=True, slots=True)
class TableReport:
    """What was read of a table: `codes` kept, `unusable` ones that are no code, `empty` rows without one."""

    table: Table
    found: bool
    codes: int = 0
    unusable: int = 0
    empty: int = 0


@dataclass(slots=True)
class Imported:
    """The codes read, by namespace, list and code in the order of the files, and what was read of each."""

    codes: dict[str, dict[tuple[str, str], Code]] = field(default_factory=dict)
    reports: list[TableReport] = field(default_factory=list)


def read(directory: str | Path, tables: Sequence[Table] = DEFAULT) -> Imported:
    """Read the tables found in a folder or its subfolders, whatever the case of their names.

    A table that is not there is reported as such. Raises `SndsError` on one that cannot be read.
    """
    files: dict[str, Path] = {}
    for path in sorted(Path(directory).rglob("*"), key=lambda path: (len(path.parts), str(path))):
        if path.suffix.lower() == ".csv" and path.is_file():
            files.setdefault(path.name.lower(), path)
    made = Imported()
    for table in tables:
        found = files.get(table.file.lower())
        made.reports.append(_add(made, table, found) if found else TableReport(table, found=False))
    return made


def _add(made: Imported, table: Table, path: Path) -> TableReport:
    known = made.codes.setdefault(table.namespace, {})
    pattern = re.compile(table.pattern)
    references: dict[str, list[str]] = {}
    unusable = empty = kept = 0
    for row in _rows(path, table):
        label = _label(row[table.label])
        if row[table.code] in _EMPTY or not label:
            empty += 1
            continue
        for code in _pieces(row[table.code], table):
            if not pattern.fullmatch(code):
                unusable += 1
                continue
            seen = references.setdefault(code, [])
            if table.reference and row[table.reference] not in (*_EMPTY, *seen):
                seen.append(row[table.reference])
            if (table.list, code) not in known:
                kept += 1
                known[table.list, code] = _code(code, label, row, table)
    for code, found in references.items():
        _note_references(known, table, code, found)
    return TableReport(table, True, kept, unusable, empty)


def _code(code: str, label: str, row: Mapping[str, str], table: Table) -> Code:
    exchange = row.get(table.exchange, "") if table.exchange else ""
    return Code(
        code,
        label,
        label,
        usage=table.usage or ("" if row.get(_TECHNICAL, "0") in (*_EMPTY, "0") else "snds"),
        confidence=table.confidence,
        source=f"{MARK}{table.file} (MPL-2.0)",
        note="" if exchange in _EMPTY else f"{table.exchange} {exchange}",
    )


def _note_references(
    known: dict[tuple[str, str], Code], table: Table, code: str, references: Sequence[str]
) -> None:
    """Tell in the note which values of the database an exchange code stands for."""
    entry = known[table.list, code]
    if not references or entry.note or not entry.source.startswith(f"{MARK}{table.file}"):
        return
    told = ", ".join(references[:_MOST_REFERENCES]) + (", …" if len(references) > _MOST_REFERENCES else "")
    values = {f.name: getattr(entry, f.name) for f in fields(Code)}
    known[table.list, code] = Code(**{**values, "note": f"{table.reference} {told}"})


def _pieces(cell: str, table: Table) -> Iterator[str]:
    for piece in cell.split(table.split) if table.split else (cell,):
        code = piece.strip().upper()
        yield code.zfill(table.width) if code.isdecimal() else code


def _label(cell: str) -> str:
    """A label without the quotes and the runs of spaces that the tables hold."""
    text = " ".join(cell.replace('"', " ").split())
    return "" if text == "NA" else text


def _rows(path: Path, table: Table) -> Iterator[dict[str, str]]:
    """The rows of a table as the columns that are wanted, by name whatever its case."""
    try:
        raw = path.read_bytes()
    except OSError:
        raise SndsError(path.name, "ne peut pas être lu", "cannot be read") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    head = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=head.count), strict=False
    )
    wanted = [table.code, table.label, table.reference, table.exchange]
    try:
        columns = {(name or "").strip().upper(): name for name in reader.fieldnames or ()}
        missing = [name for name in wanted if name and name.upper() not in columns]
        if missing:
            told = ", ".join(missing)
            raise SndsError(
                path.name,
                f"colonnes absentes : {told} ; les nommer dans un fichier --columns",
                f"missing columns: {told}; name yours in a --columns file",
            )
        kept = {name: columns[name.upper()] for name in (*wanted, _TECHNICAL) if name.upper() in columns}
        for row in reader:
            yield {name: (row[column] or "").strip() for name, column in kept.items()}
    except csv.Error as error:
        raise SndsError(path.name, f"CSV incorrect ({error})", str(error), reader.reader.line_num) from None


def merged(
    imported: Mapping[tuple[str, str], Code],
    shipped: Namespace,
    own: Iterable[Mapping[str, str]] = (),
    *,
    replace: bool = False,
) -> tuple[list[dict[str, str]], int]:
    """Return the rows of a site's table, and how many codes come from the import.

    `own` are the rows of the table as it is: those of another import go, the others stay and win. A code that
    we ship stays ours unless `replace`: its label is in both languages.
    """
    rows = [dict(row) for row in own if not (row.get("source") or "").startswith(MARK)]
    taken = {(row.get("list"), row.get("code")) for row in rows}
    added = 0
    for (name, code), entry in imported.items():
        known = shipped.get(name)
        if (name, code) in taken or (known is not None and code in known and not replace):
            continue
        added += 1
        values = {f.name: getattr(entry, f.name) for f in fields(Code)}
        # An empty English label is read as the French one.
        rows.append({"list": name, **values, "label_en": ""})
    return rows, added


def read_mapping(path: str | Path) -> tuple[Table, ...]:
    """Read a mapping of columns: `[[table]]` entries with the fields of `Table`. Raises `SndsError`.

    [[table]]
    file = "IR_SPE_V.csv"
    namespace = "b2"
    list = "specialite"
    code = "PFS_SPE_COD"
    label = "PFS_SPE_LIB"
    width = 2
    """
    import tomllib

    file = Path(path)
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError:
        raise SndsError(file.name, "ne peut pas être lu", "cannot be read") from None
    except (ValueError, RecursionError):
        raise SndsError(file.name, "n'est pas du TOML correct", "not valid TOML") from None
    entries = found.get("table")
    if not isinstance(entries, list) or not entries or not all(isinstance(some, dict) for some in entries):
        raise SndsError(file.name, "aucune entrée [[table]]", "no [[table]] entry")
    return tuple(_table(entry, file.name, rank) for rank, entry in enumerate(entries, start=1))


def _table(entry: dict[str, Any], file: str, rank: int) -> Table:
    def wrong(french: str, english: str) -> SndsError:
        return SndsError(f"{file}, table {rank}", french, english)

    kinds = {f.name: int if f.name == "width" else str for f in fields(Table)}
    for name, value in entry.items():
        if name not in kinds:
            told = name if re.fullmatch("[A-Za-z_-]{1,40}", name) else "?"
            raise wrong(f"champ inconnu : {told}", f"unknown field: {told}")
        if type(value) is not kinds[name]:
            raise wrong(
                f"{name} : {kinds[name].__name__} attendu", f"{name}: {kinds[name].__name__} expected"
            )
    for name in ("file", "namespace", "list", "code", "label"):
        if not entry.get(name):
            raise wrong(f"{name} est obligatoire", f"{name} is required")
    if entry["namespace"] not in ("b2", "noemie", "ssv"):
        raise wrong("namespace vaut b2, noemie ou ssv", "namespace is b2, noemie or ssv")
    if entry.get("usage", "") not in ("", "snds", "historique"):
        raise wrong("usage vaut snds, historique ou rien", "usage is snds, historique or nothing")
    try:
        re.compile(entry.get("pattern", ""))
    except re.error:
        raise wrong(
            "pattern n'est pas une expression rationnelle", "pattern is no regular expression"
        ) from None
    return Table(**entry)
