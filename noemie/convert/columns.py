"""Tables of a file: one for each record type, with typed columns. What CSV and Parquet are written from.

The first columns tell where a row stands: `enregistrement` (1-based number of the record), `octet` (offset of
its first byte), `rang_facture` (1-based rank of its invoice, 0 outside: what joins tables, since numbers may
be used twice), `rang_ligne` (1-based rank of its line within the invoice, 0 when it belongs to none), `lot`.
The last one, `illisible`, names the fields whose bytes are not what they should be: their cells are empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from flatfile import Field, Layout, Readable, Record, Value
from fse import Facture, Reading
from noemie._hidden import Hider, is_whole, names_people
from noemie.convert.values import births
from noemie.montants import NEGATIVE, sign_fields
from noemie.reader import read_retour
from noemie.retour import Retour
from noemie.tables import layouts as entity_layouts

#: Type of the cells of a column; `amount` is in cents here, in euros in what is written.
Type = Literal["text", "integer", "amount", "decimal", "date", "time"]

#: A cell: `None` when it is empty.
Cell = str | int | Decimal | dt.date | dt.time | None

#: Name of the table of the records that nobody can read.
UNKNOWN: Final = "inconnu"

_FILLER: Final = frozenset({"const", "blank"})
_TYPES: Final[dict[str, Type]] = {
    "count": "integer",
    "rate": "integer",
    "hour": "integer",
    "cents": "amount",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
}
PLACES: Final = ("enregistrement", "octet", "rang_facture", "rang_ligne", "lot")
UNREADABLE: Final = "illisible"


class Column(NamedTuple):
    """One column; `field` is `None` for those that tell the place of a row. `hidden` ones have no value."""

    name: str
    type: Type
    field: Field | None
    hidden: bool


class Table(NamedTuple):
    """The columns of one record type."""

    name: str
    layout: Layout | None
    columns: tuple[Column, ...]


class Row(NamedTuple):
    """One record: its table, its cells in the order of the columns, the names of those that are hidden."""

    table: Table
    cells: list[Cell]
    hidden: frozenset[str]


class Rows:
    """The rows of a flow or a return, in file order.

    Without `values`, personal columns are hidden, and so is everything that nobody can vouch for.
    """

    def __init__(
        self,
        source: Readable,
        family: Literal["b2", "noemie"],
        *,
        values: bool,
        norm: str | None = None,
        layouts: Path | None = None,
    ) -> None:
        self.family = family
        self.norme = ""
        self._values = values
        self._reading: Reading | None = None
        self._retour: Retour | None = None
        self._tables: dict[Layout, Table] = {}
        labels = False
        if family == "b2":
            self._reading = Reading(source, norm=norm, layouts=layouts)
            self.norme = self._reading.norme.name
        else:
            self._retour = read_retour(source, layouts=entity_layouts(layouts))
            self.norme = self._retour.reference
            labels = names_people(self._retour)
        self._hider = Hider(labels=labels)

    def __iter__(self) -> Iterator[Row]:
        placed = self._of_flow(self._reading) if self._reading else self._of_return(self._retour)
        for record, rank, line, lot in placed:
            yield self._row(record, (rank, line, lot))

    def _of_flow(self, reading: Reading) -> Iterator[tuple[Record, int, int, str]]:
        rank = 0
        with reading.source:
            for item in reading.items():
                if not isinstance(item, Facture):
                    yield item, 0, 0, item.text("numero_lot")
                    continue
                rank += 1
                line, lot = 0, item.numero_lot
                for record in item.records:
                    line += record.type in ("3", "4")
                    yield record, rank, line if record.type[0] in "34" else 0, lot

    @staticmethod
    def _of_return(retour: Retour | None) -> Iterator[tuple[Record, int, int, str]]:
        assert retour is not None
        ranks: dict[int, tuple[int, str]] = {}
        for rank, facture in enumerate(retour.factures, start=1):
            for record in facture.entites:
                ranks[record.number] = (rank, facture.lot)
        for record in retour.entites:
            rank, lot = ranks.get(record.number, (0, ""))
            line = record.text("numero_ligne")
            yield record, rank, int(line) if line.isascii() and line.isdigit() else 0, lot

    def _row(self, record: Record, place: tuple[int, int, str]) -> Row:
        layout = record.layout
        cells: list[Cell] = [record.number, record.offset, *place]
        if not is_whole(record):
            shown = record.raw.decode("latin-1") if self._values else None
            masked = frozenset() if self._values else frozenset({"contenu"})
            return Row(_UNKNOWN_TABLE, [*cells, record.type, len(record.raw), shown], masked)
        table = self._tables.get(layout)
        if table is None:
            table = self._tables[layout] = self._table(layout)
        doubtful = frozenset() if self._values else self._hider.fields(record)
        wrong = wrong_fields(layout, record.raw)
        hidden: set[str] = set()
        values = _values(layout)(record.raw)
        for column, value in zip(table.columns[len(PLACES) : -1], values, strict=True):
            field = column.field
            assert field is not None  # places are behind
            if field.name in doubtful and (value not in (None, "") or field.name in wrong):
                hidden.add(field.name)
                cells.append(None)
            elif field.name in wrong:
                cells.append(None)
            elif isinstance(value, str) and not self._values:
                cells.append(self._hider.text(field, value) or None)
            else:
                cells.append(None if value == "" else value)
        return Row(table, [*cells, " ".join(sorted(wrong)) or None], frozenset(hidden))

    def _table(self, layout: Layout) -> Table:
        hidden = frozenset() if self._values else self._hider.always(layout)
        fields = [
            Column(field.name, _type_of(layout, field), field, field.name in hidden)
            for field in told_fields(layout)
        ]
        return Table(layout.name, layout, (*_PLACES, *fields, Column(UNREADABLE, "text", None, False)))


_PLACES: Final = tuple(Column(name, "text" if name == "lot" else "integer", None, False) for name in PLACES)
_UNKNOWN_TABLE: Final = Table(
    UNKNOWN,
    None,
    (
        *_PLACES,
        Column("type", "text", None, False),
        Column("longueur", "integer", None, False),
        Column("contenu", "text", None, False),
    ),
)


def _type_of(layout: Layout, field: Field) -> Type:
    return "text" if field.name in births(layout) else _TYPES.get(field.kind.base, "text")


@lru_cache(maxsize=512)
def told_fields(layout: Layout) -> tuple[Field, ...]:
    """The fields of a layout that carry something."""
    return tuple(field for field in layout.fields if field.kind.base not in _FILLER)


@lru_cache(maxsize=512)
def _values(layout: Layout) -> Callable[[bytes], tuple[Value, ...]]:
    """Reader of those fields: an amount taken back is negative, a birth date is text."""
    names = [field.name for field in told_fields(layout)]
    read = layout.getter(*names)
    signed = [(names.index(amount), names.index(sign)) for amount, sign in sign_fields(layout)]
    written = [(names.index(name), layout.by_name[name].slice) for name in births(layout)]
    if not signed and not written:
        return read

    def with_signs(raw: bytes) -> tuple[Value, ...]:
        values = list(read(raw))
        for place, where in written:
            text = raw[where].decode("latin-1")
            values[place] = text if text.strip(" 0") else None
        for amount, sign in signed:
            found = values[amount]
            if values[sign] == NEGATIVE and isinstance(found, int):
                values[amount] = -found
        return tuple(values)

    return with_signs


@lru_cache(maxsize=512)
def _gate(layout: Layout) -> Callable[[bytes], object]:
    return layout.gate()


def wrong_fields(layout: Layout, raw: bytes) -> frozenset[str]:
    """Names of the fields whose bytes cannot be what they should."""
    if _gate(layout)(raw):
        return frozenset()
    return frozenset(
        field.name
        for field, tolerated in layout.defects(raw)
        if not tolerated or (field.kind.base == "blank" and raw[field.slice].strip(b" \0"))
    )
