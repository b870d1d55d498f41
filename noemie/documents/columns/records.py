"""Flows and returns as rows of a data set (`noemie.documents.dataset_batches`)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from flatfile import FormatError, Record, open_source
from flatfile.arrow import require_columns
from flatfile.detect import start_of
from fse.naissance import file_day
from fse.normes import LENGTH, Norme
from noemie.documents.columns.scan import return_table, schema_of_table
from noemie.documents.convert.columns import Table
from noemie.documents.convert.rows import FlowRows, ReturnRows
from noemie.documents.dataset import Dataset, Parts, place_of
from noemie.documents.dataset_batches import Facts, Given, Rows, SpoiltError
from noemie.documents.hidden import is_sound
from noemie.documents.recognise import expect, recognise
from noemie.returns.reader import read_retour

#: What the rows of such a data set are.
CONTENT: Final = "enregistrements"
#: The folder of returns, beside those of the norms of flows.
RETURNS: Final = "NOEMIE"

_EOL: Final = re.compile(rb"\r\n|\n|\r")


def tables_digest(folder: Path | None) -> str | None:
    """What tells the tables of a site from others, `None` without any."""
    tables = sorted(folder.glob("*.csv")) if folder is not None else []
    digest = hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()
    return digest[:16] if tables else None


class Options(NamedTuple):
    """How files are read: those of `noemie.documents.convert`; makes the rows of a batch."""

    values: bool = False
    norm: str | None = None
    layouts: Path | None = None

    def told(self) -> dict[str, Any]:
        """What all the runs of a data set must have in common; the tables of a site by what they hold."""
        return {"values": self.values, "norm": self.norm, "layouts": tables_digest(self.layouts)}

    def open(self, folder: Path) -> Dataset:
        """The data set of the records of flows and returns. Raises what `Dataset` raises."""
        require_columns()
        return Dataset(folder, CONTENT, self.told(), private=self.values)

    def __call__(self, parts: Parts) -> Rows:
        """The maker of `noemie.documents.dataset_batches`."""
        return _Records(self, parts)


class _Records:
    """The rows of a batch of flows and returns; see `noemie.documents.dataset_batches.Rows`."""

    worst = 0

    def __init__(self, options: Options, parts: Parts) -> None:
        from noemie.documents.columns.batches import Window

        self._options = options
        self._window = Window(values=options.values, named=True)
        self._days: dict[str, dt.date | None] = {}
        self._schemas: dict[str, Any] = {}
        self._parts = parts

    def read(self, given: Given, name: str, source: str | bytes) -> Facts:
        with open_source(source) as opened:
            head = opened.head
        family = expect(recognise(head, self._options.layouts), "b2", "noemie").family
        read = self._flow if family == "b2" else self._return
        return Facts(family, *read(given, name, source, head))

    def end(self) -> None:
        self._put(self._window.batches())

    def _flow(
        self, given: Given, name: str, source: str | bytes, head: bytes
    ) -> tuple[str, dt.date | None, int, int]:
        values, norm, layouts = self._options
        rows = FlowRows(source, values=values, norm=norm, layouts=layouts)
        day = self._days[name] = day_of(head, rows.norm)
        try:
            for batches in self._window.read(rows, name):
                self._put(batches)
        except FormatError as error:
            raise SpoiltError(given, error) from None
        return rows.norme, day, *self._window.count

    def _return(
        self, given: Given, name: str, source: str | bytes, head: bytes
    ) -> tuple[str, dt.date | None, int, int]:
        from noemie.documents.columns.batches import batches_of

        rows = ReturnRows(source, values=self._options.values, layouts=self._options.layouts)
        retour = rows.retour
        day = _day(retour.debut)
        count = 0
        for batch in batches_of(rows, name):
            schema = self._schema(batch.table)
            self._parts.write(place_of(RETURNS, batch.table.name, day=day), _with_schema(batch.rows, schema))
            count += batch.rows.num_rows
        return rows.norme, day, count, len(retour.factures)

    def _schema(self, table: Table) -> Any:
        """The one schema of an entity, whatever the return."""
        found = self._schemas.get(table.name)
        if found is None:
            values, _, layouts = self._options
            whole = return_table(table.name, values=values, layouts=layouts)
            found = self._schemas[table.name] = schema_of_table(whole, "noemie", "", values=values)
        return found

    def _put(self, batches: Iterable[Any]) -> None:
        """Write the rows of flows, each to the folder of the day of its file."""
        import numpy as np

        for batch in batches:
            days = [self._days[name] for name in batch.names]
            different = sorted({*days}, key=str)
            if len(different) == 1:
                place = place_of(batch.norme, batch.table.name, day=different[0])
                self._parts.write(place, batch.rows)
                continue
            ranks = np.array([different.index(day) for day in days])[batch.file]
            for rank, day in enumerate(different):
                rows = np.flatnonzero(ranks == rank)
                if len(rows):
                    place = place_of(batch.norme, batch.table.name, day=day)
                    self._parts.write(place, batch.rows.take(rows))


def _with_schema(rows: Any, schema: Any) -> Any:
    return type(rows).from_arrays(rows.columns, schema=schema)


def day_of(head: bytes, norme: Norme) -> dt.date | None:
    """The day that the record 000 of a flow tells, when it can be trusted; `head` are its first bytes."""
    from fse.recognise import is_wrapped, without_cuts
    from fse.recognise import recognise as recognise_flow

    if is_wrapped(recognise_flow(head)):
        head = without_cuts(head)
    raw = _EOL.split(head[start_of(head) :][: LENGTH + 1], maxsplit=1)[0][:LENGTH].ljust(LENGTH)
    return _day(Record(norme.layout_of(raw), raw))


def day_of_return(head: bytes) -> dt.date | None:
    """The same of a return. Raises `FormatError` when it is none."""
    return _day(read_retour(head).debut)


def _day(record: Record | None) -> dt.date | None:
    return file_day(record) if record is not None and is_sound(record) else None
