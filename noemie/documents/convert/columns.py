"""Tables of a file: one for each record type, with typed columns. What CSV and Parquet are written from.

The first columns tell where a row stands: `enregistrement` (1-based number of the record), `octet` (offset of
its first byte), `rang_facture` (1-based rank of its invoice, 0 outside: what joins tables, since numbers may
be used twice), `rang_ligne` (1-based rank of its line within the invoice, 0 when it belongs to none), `lot`;
for a return, `rang_retour` (1-based rank of its 000...999 in the file) and `jours_douteux` (names of the days
that have two readings: the likely one is told of 000, none of the others).
The last one, `zones_brutes`, holds what cannot be typed: a JSON object, field -> bytes as latin-1 text, of
the fields whose bytes are not what they should be (`{"date_lot": "250231"}`); their own cells are empty. So
are the days that are likely to be in another order than they should.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, Literal, NamedTuple

from flatfile import Field, Layout, Record, Value
from flatfile.layout import FILLER
from fse.naissance import is_birth
from noemie.documents.convert.field_values import fillers
from noemie.documents.hidden import HIDDEN, Hider
from noemie.returns.montants import NEGATIVE, sign_fields

#: Type of the cells of a column; `amount` is in cents here, in euros in what is written.
Type = Literal["text", "integer", "amount", "decimal", "date", "time"]


class Masked:
    """What stands in a cell whose value is not shown."""

    def __repr__(self) -> str:
        return HIDDEN


MASKED: Final = Masked()

#: A cell: `None` when it is empty.
Cell = Value | Masked

#: Name of the table of the records that nobody can read.
UNKNOWN: Final = "inconnu"

PLACES: Final = ("enregistrement", "octet", "rang_facture", "rang_ligne", "lot")
#: What the tables of returns have besides.
RETURNED: Final = ("rang_retour", "jours_douteux")
RAWS: Final = "zones_brutes"

_TYPES: Final[dict[str, Type]] = {
    "count": "integer",
    "rate": "integer",
    "hour": "integer",
    "cents": "amount",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
}
#: Most digits of a number that is written as one.
_MOST_DIGITS: Final = 18


class Column(NamedTuple):
    """One column; `field` is `None` for those that tell the place of a row. `hidden` ones have no value."""

    name: str
    type: Type
    field: Field | None = None
    hidden: bool = False


class Table(NamedTuple):
    """The columns of one record type."""

    name: str
    layout: Layout | None
    columns: tuple[Column, ...]


class Entry(NamedTuple):
    """One record and its place: ranks of its invoice and line, number of its batch, rank of its return.

    `chosen` and `unsure` are the days that have two readings: the likely one is told of the former, the bytes
    of the latter.
    """

    record: Record
    facture: int
    ligne: int
    lot: str
    retour: int = 0
    chosen: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()


_PLACES: Final = tuple(Column(name, "text" if name == "lot" else "integer") for name in PLACES)
_RETURNED: Final = (*_PLACES, Column(RETURNED[0], "integer"), Column(RETURNED[1], "text"))
_BYTES: Final = (Column("type", "text"), Column("longueur", "integer"), Column("contenu", "text"))
#: Tables of what nobody can read: of a flow, of a return.
UNKNOWN_RECORDS: Final = Table(UNKNOWN, None, (*_PLACES, *_BYTES))
UNKNOWN_ENTITIES: Final = Table(UNKNOWN, None, (*_RETURNED, *_BYTES))


def make_table(layout: Layout, hider: Hider | None, *, returned: bool = False) -> Table:
    """The table of a record type; with `hider`, some columns are always hidden.

    `returned` is for a return: its tables have some columns more.
    """
    hidden = hider.always(layout) if hider else frozenset()
    fields = [Column(field.name, _type(field), field, field.name in hidden) for field in told_fields(layout)]
    places = _RETURNED if returned else _PLACES
    return Table(layout.name, layout, (*places, *fields, Column(RAWS, "text")))


def cells_of(table: Table, entries: Sequence[Entry], hider: Hider | None) -> list[list[Cell]]:
    """The cells of some records of one type, column by column; hidden ones are `MASKED`."""
    if table.layout is None:
        return [*_places(entries), *_bytes(entries, hider)]
    found: list[list[Cell]] = []
    for _, some in groupby(entries, key=lambda entry: entry.record.layout):  # a type may have two forms
        cells = _cells(list(some), hider)
        found = [one + two for one, two in zip(found, cells, strict=True)] if found else cells
    return found


def _places(entries: Sequence[Entry]) -> list[list[Cell]]:
    columns: list[list[Cell]] = [
        [entry.record.number for entry in entries],
        [entry.record.offset for entry in entries],
        [entry.facture for entry in entries],
        [entry.ligne for entry in entries],
        [entry.lot or None for entry in entries],
    ]
    if not entries[0].retour:
        return columns
    days = [" ".join(sorted(entry.chosen | entry.unsure)) or None for entry in entries]
    return [*columns, [entry.retour for entry in entries], [*days]]


def _bytes(entries: Sequence[Entry], hider: Hider | None) -> list[list[Cell]]:
    raws = [entry.record.raw for entry in entries]
    return [
        [entry.record.type for entry in entries],
        [len(raw) for raw in raws],
        [MASKED if hider else raw.decode("latin-1") for raw in raws],
    ]


def _cells(entries: Sequence[Entry], hider: Hider | None) -> list[list[Cell]]:
    """The cells of records of one layout."""
    layout = entries[0].record.layout
    raws = [entry.record.raw for entry in entries]
    wrong = {
        rank: found
        for rank, entry in enumerate(entries)
        if (found := wrong_fields(layout, entry.record.raw) | entry.unsure)
    }
    values = _values(layout, raws)
    for rank, names in wrong.items():
        for name in names & values.keys():
            values[name][rank] = None
    apart: list[Cell] = [None] * len(raws)
    hidden = _hidden(entries, hider)
    for rank, names in wrong.items():
        apart[rank] = _apart(layout, raws[rank], names, hidden[rank] if hidden else frozenset())
    if hider:
        _hide(layout, raws, values, hidden, hider)
    return [*_places(entries), *values.values(), apart]


@lru_cache(maxsize=512)
def told_fields(layout: Layout) -> tuple[Field, ...]:
    """The fields of a layout that carry something."""
    return tuple(field for field in layout.fields if field.kind.base not in FILLER)


def wrong_fields(layout: Layout, raw: bytes) -> frozenset[str]:
    """Names of the fields whose bytes cannot be what they should; a mere padding habit is none."""
    if _gate(layout)(raw):
        return frozenset()
    return frozenset(
        field.name
        for field, tolerated in layout.defects(raw)
        if not tolerated or (field.kind.base == "blank" and raw[field.slice].strip(b" \0"))
    )


def _type(field: Field) -> Type:
    found = "text" if is_birth(field) else _TYPES.get(field.kind.base, "text")
    return "text" if found in ("integer", "amount") and field.length > _MOST_DIGITS else found


@lru_cache(maxsize=512)
def _gate(layout: Layout) -> Callable[[bytes], object]:
    return layout.gate()


def _values(layout: Layout, raws: list[bytes]) -> dict[str, list[Cell]]:
    """The values of each field; an amount taken back is negative, a birth date is text."""
    found: dict[str, list[Cell]] = {}
    for field in told_fields(layout):
        where, read = field.slice, cell_reader(field)
        found[field.name] = [read(raw[where]) for raw in raws]
    for amount, sign in sign_fields(layout):
        if amount in found and sign in found:
            found[amount] = [
                -cents if mark == NEGATIVE and isinstance(cents, int) else cents
                for cents, mark in zip(found[amount], found[sign], strict=True)
            ]
    return found


def cell_reader(field: Field) -> Callable[[bytes], Cell]:
    """A function from the bytes of a field that are not wrong to its cell."""
    if _type(field) != "text":
        return field.kind.decode
    return _birth if is_birth(field) else _text


def _birth(piece: bytes) -> Cell:
    return piece.decode("latin-1") if piece.strip(b" 0") else None


def _text(piece: bytes) -> Cell:
    return piece.decode("latin-1").strip(" \0") or None


def _hidden(entries: Sequence[Entry], hider: Hider | None) -> list[frozenset[str]]:
    """Names of the fields to hide in each record."""
    if hider is None:
        return []
    always = fillers(entries[0].record.layout)
    return [hider.fields(entry.record) | always for entry in entries]


def _hide(
    layout: Layout,
    raws: list[bytes],
    values: dict[str, list[Cell]],
    hidden: list[frozenset[str]],
    hider: Hider,
) -> None:
    """Hide what may identify somebody, and what cannot be vouched for."""
    ever = frozenset().union(*set(hidden))
    for name, cells in values.items():
        field = layout.by_name[name]
        if name in ever:
            for rank, names in enumerate(hidden):
                if name in names and (cells[rank] is not None or raws[rank][field.slice].strip(b" \0")):
                    cells[rank] = MASKED
        values[name] = [hider.text(field, cell) if isinstance(cell, str) else cell for cell in cells]


def _apart(layout: Layout, raw: bytes, names: frozenset[str], hidden: frozenset[str]) -> str:
    """The bytes of wrong fields, as the text of a JSON object."""
    told = {
        field.name: HIDDEN if field.name in hidden else raw[field.slice].decode("latin-1")
        for field in layout.fields
        if field.name in names
    }
    text = json.dumps(told, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    return character if character.isprintable() else f"\\u{ord(character):04x}"
