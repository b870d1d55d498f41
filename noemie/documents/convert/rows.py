"""The records of a flow or a return with their places, for tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from flatfile import Readable, Record, Source
from fse import Facture, Flux, Reading
from fse.reader import Item
from fse.trusted import number_of_batch
from noemie.documents.convert.columns import UNKNOWN_ENTITIES, UNKNOWN_RECORDS, Entry, Table, make_table
from noemie.documents.hidden import Hider, is_sound, is_whole, names_people
from noemie.returns.facture import FactureRetour
from noemie.returns.lecture import lectures
from noemie.returns.reader import read_retour
from noemie.returns.retour import Retour
from noemie.returns.tables import layouts as entity_layouts

#: Rows of a table that are told together.
_TOGETHER: Final = 4096


class Rows:
    """The entries of one file, in file order, with the table of each.

    `family` and `norme` (the reference, for a return) say what it is; `hider` is `None` when values are
    shown. A flow is read as it comes, a return in memory: its tree tells which invoice an entity belongs to.
    """

    family = ""
    norme = ""

    def __init__(self, hider: Hider | None) -> None:
        self.hider = hider
        self._tables: dict[str, Table] = {}

    def __iter__(self) -> Iterator[tuple[Table, Entry]]:
        tables = self._tables
        for entry in self.entries():
            layout = entry.record.layout
            if not is_whole(entry.record):
                yield UNKNOWN_ENTITIES if entry.retour else UNKNOWN_RECORDS, entry
                continue
            table = tables.get(layout.name)
            if table is None:
                table = tables[layout.name] = make_table(layout, self.hider, returned=entry.retour > 0)
            yield table, entry

    def grouped(self) -> Iterator[tuple[Table, list[Entry]]]:
        """The same, some rows of one table at a time; those of a table stay in order."""
        waiting: dict[str, tuple[Table, list[Entry]]] = {}
        for table, entry in self:
            found = waiting.setdefault(table.name, (table, []))
            found[1].append(entry)
            if len(found[1]) >= _TOGETHER:
                yield waiting.pop(table.name)
        yield from waiting.values()

    def entries(self) -> Iterator[Entry]:
        """Each record with its place, in file order."""
        raise NotImplementedError


class FlowRows(Rows):
    """The records of a B2 flow, read as it comes or in memory already. Raises what `fse.Reading` raises."""

    family = "b2"

    def __init__(
        self,
        source: Readable | Source | Flux,
        *,
        values: bool,
        norm: str | None = None,
        layouts: Path | None = None,
    ) -> None:
        super().__init__(None if values else Hider())
        self._flow = source if isinstance(source, Flux) else Reading(source, norm=norm, layouts=layouts)
        self.norm = self._flow.norme
        self.norme = self.norm.name

    @property
    def is_read(self) -> bool:
        """Whether it is read as it comes."""
        return isinstance(self._flow, Reading)

    @property
    def reading(self) -> Reading:
        """The flow that is read as it comes."""
        assert isinstance(self._flow, Reading)
        return self._flow

    def entries(self) -> Iterator[Entry]:
        """See `Rows`."""
        if isinstance(self._flow, Flux):
            yield from self._placed(self._flow.items)
            return
        with self._flow.source:
            yield from self._placed(self._flow.items())

    def _placed(self, items: Iterable[Item]) -> Iterator[Entry]:
        rank = 0
        for item in items:
            if not isinstance(item, Facture):
                yield Entry(item, 0, 0, self.lot(item if item.type in ("1", "6") else None))
                continue
            rank += 1
            line, lot = 0, self.lot(item.lot)
            for record in item.records:
                line += record.type in ("3", "4")
                yield Entry(record, rank, line if record.type[0] in "34" else 0, lot)

    def closed(self) -> FlowRows:
        """The same, whose file is closed: only what it is called is asked of it."""
        if isinstance(self._flow, Reading):
            self._flow.source.close()
        return self

    def lot(self, record: Record | None) -> str:
        """The number of a batch; in a damaged record, its place may hold anything."""
        if record is None:
            return ""
        return number_of_batch(record) if self.hider else record.text("numero_lot")


class ReturnRows(Rows):
    """The entities of a NOEMIE return, read in memory. Raises what `noemie.read_retour` raises."""

    family = "noemie"

    def __init__(
        self, source: Readable | Source | Retour, *, values: bool, layouts: Path | None = None
    ) -> None:
        if not isinstance(source, Retour):
            data = source.read_all() if isinstance(source, Source) else source
            source = read_retour(data, layouts=entity_layouts(layouts))
        self.retour = source
        super().__init__(None if values else Hider(labels=names_people(self.retour)))
        self.norme = self.retour.reference if self.hider is None or self._is_sound() else ""

    def _is_sound(self) -> bool:
        return self.retour.debut is not None and is_sound(self.retour.debut)

    def entries(self) -> Iterator[Entry]:
        """See `Rows`."""
        ranks: dict[int, tuple[int, str]] = {}
        for rank, facture in enumerate(self.retour.factures, start=1):
            place = rank, self._lot(facture)
            for record in facture.entites:
                ranks[record.number] = place
        for lecture in lectures(self.retour):
            record = lecture.record
            rank, lot = ranks.get(record.number, (0, ""))
            line = record.text("numero_ligne") if is_whole(record) else ""
            number = int(line) if rank and line.isascii() and line.isdigit() else 0
            yield Entry(
                record, rank, number, lot, lecture.rang, chosen=lecture.choisis, unsure=lecture.illisibles
            )

    def _lot(self, facture: FactureRetour) -> str:
        return facture.lot if self.hider is None or is_sound(facture.record) else ""
