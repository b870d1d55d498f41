"""Flows and returns as parts of a data set: one function from a batch of files to parts, in any process."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from flatfile import FormatError, Record, open_source
from flatfile.arrow import require_columns
from flatfile.fixed import BOM
from flatfile.unchanged import unchanged
from fse.naissance import file_day
from fse.normes import LENGTH, Norme
from noemie.documents.columns.scan import return_table, schema_of_table
from noemie.documents.convert.columns import Table
from noemie.documents.convert.rows import FlowRows, ReturnRows
from noemie.documents.dataset import Dataset, File, Parts, Written, digests_of, place_of, state_of
from noemie.documents.hidden import is_sound
from noemie.documents.recognise import expect, recognise

#: What the rows of such a data set are.
CONTENT: Final = "enregistrements"
#: The folder of returns, beside those of the norms of flows.
RETURNS: Final = "NOEMIE"

#: Bytes of the files of a batch, and how many they are at most.
BATCH: Final = 4 << 20
MOST_FILES: Final = 2048

_EOL: Final = re.compile(rb"\r\n|\n|\r")


class Options(NamedTuple):
    """How files are read: those of `noemie.documents.convert`."""

    values: bool = False
    norm: str | None = None
    layouts: Path | None = None

    def told(self) -> dict[str, Any]:
        """What all the runs of a data set must have in common; the tables of a site by what they hold."""
        tables = sorted(self.layouts.glob("*.csv")) if self.layouts is not None else []
        digest = hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()
        return {"values": self.values, "norm": self.norm, "layouts": digest[:16] if tables else None}


class Given(NamedTuple):
    """A file of a batch: its name, its path or its bytes; `taken` when the name belongs to other rows."""

    name: str
    source: str | bytes
    taken: bool = False


class Task(NamedTuple):
    """A batch of files, and the data set (folder, place aside) that its rows are for."""

    folder: str
    aside: str
    files: list[Given]
    options: Options


def open_dataset(folder: Path, options: Options) -> Dataset:
    """The data set of the records of flows and returns. Raises what `Dataset` raises."""
    require_columns()
    return Dataset(folder, CONTENT, options.told(), private=options.values)


def tasks_of(dataset: Dataset, files: Iterable[Given], options: Options) -> Iterator[Task]:
    """Batches of the files that the data set does not know unchanged; a large file is alone in its own."""
    waiting: list[Given] = []
    room = BATCH
    seen: set[str] = set()
    for given in files:
        size = len(given.source)
        if isinstance(given.source, str):
            size, modified = state_of(given.source)
            if dataset.has(given.name, size, modified):
                continue
        given = given._replace(taken=given.name in seen or dataset.is_taken(given.name))
        seen.add(given.name)
        if waiting and (size > room or len(waiting) >= MOST_FILES):
            yield Task(str(dataset.folder), dataset.aside, waiting, options)
            waiting, room = [], BATCH
        waiting.append(given)
        room -= size
    if waiting:
        yield Task(str(dataset.folder), dataset.aside, waiting, options)


def write_batch(task: Task) -> Written:
    """Write the parts of a batch aside. A file that cannot be read is told, and stops no other."""
    failed: list[tuple[str, Exception]] = []
    files = task.files
    while True:
        batch = _Batch(task, files)
        try:
            return batch.write()._replace(failed=[*failed, *batch.failed])
        except _SpoiltError as error:
            batch.parts.drop()
            failed.append((error.given.name, error.error))
            files = [given for given in files if given is not error.given]
        except BaseException:
            batch.parts.drop()
            raise


class _SpoiltError(Exception):
    """A file that cannot be read to its end, when some of its rows were written already."""

    def __init__(self, given: Given, error: Exception) -> None:
        super().__init__(error)
        self.given, self.error = given, error


class _Batch:
    """One attempt at a batch."""

    def __init__(self, task: Task, files: list[Given]) -> None:
        from noemie.documents.columns.batches import Window

        self._files, self._options = files, task.options
        self._seen = digests_of(Path(task.folder))
        self._window = Window(values=task.options.values, named=True)
        self._days: dict[str, dt.date | None] = {}
        self._told: list[File] = []
        self._known: list[str] = []
        self._schemas: dict[str, Any] = {}
        self.parts = Parts(task.aside, private=task.options.values)
        self.failed: list[tuple[str, Exception]] = []

    def write(self) -> Written:
        for given in self._files:
            before = len(self._told)
            try:
                with unchanged(given.source):
                    self._read(given)
            except FormatError as error:
                if len(self._told) > before:  # it changed: its rows are in already
                    raise _SpoiltError(given, error) from None
                self.failed.append((given.name, error))
        self._put(self._window.batches())
        return Written(self.parts.ended(), self._told, self._known, [])

    def _read(self, given: Given) -> None:
        digest, size, source = _digest(given.source)
        if digest in self._seen:
            self._known.append(given.name)
            return
        name = f"{given.name}~{digest[:8]}" if given.taken else given.name
        with open_source(source) as opened:
            head = opened.head
        family = expect(recognise(head, self._options.layouts), "b2", "noemie").family
        read = self._flow if family == "b2" else self._return
        norme, day, records, invoices = read(given, name, source, head)
        self._seen.add(digest)
        state = state_of(given.source) if isinstance(given.source, str) else (size, 0)
        self._told.append(File(name, digest, family, norme, day, records, invoices, size, given.name, *state))

    def _flow(
        self, given: Given, name: str, source: str | bytes, head: bytes
    ) -> tuple[str, dt.date | None, int, int]:
        values, norm, layouts = self._options
        rows = FlowRows(source, values=values, norm=norm, layouts=layouts)
        day = self._days[name] = _day(head, rows.norm)
        try:
            for batches in self._window.read(rows, name):
                self._put(batches)
        except FormatError as error:
            raise _SpoiltError(given, error) from None
        return rows.norme, day, *self._window.count

    def _return(
        self, given: Given, name: str, source: str | bytes, head: bytes
    ) -> tuple[str, dt.date | None, int, int]:
        from noemie.documents.columns.batches import batches_of

        rows = ReturnRows(source, values=self._options.values, layouts=self._options.layouts)
        retour = rows.retour
        sound = retour.debut is not None and is_sound(retour.debut)
        day = file_day(retour.debut) if retour.debut is not None and sound else None
        count = 0
        for batch in batches_of(rows, name):
            schema = self._schema(batch.table)
            self.parts.write(place_of(RETURNS, batch.table.name, day=day), _with_schema(batch.rows, schema))
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
                self.parts.write(place, batch.rows)
                continue
            ranks = np.array([different.index(day) for day in days])[batch.file]
            for rank, day in enumerate(different):
                rows = np.flatnonzero(ranks == rank)
                if len(rows):
                    place = place_of(batch.norme, batch.table.name, day=day)
                    self.parts.write(place, batch.rows.take(rows))


def _with_schema(rows: Any, schema: Any) -> Any:
    return type(rows).from_arrays(rows.columns, schema=schema)


def _digest(source: str | bytes) -> tuple[str, int, str | bytes]:
    """Digest and size of the uncompressed bytes; they themselves, when they are few, else where they are."""
    hashed, size = hashlib.sha256(), 0
    kept: io.BytesIO | None = io.BytesIO()
    with open_source(source) as opened:
        for piece in iter(opened.read, b""):
            hashed.update(piece)
            size += len(piece)
            if kept is not None and kept.write(piece) and size > 2 * BATCH:
                kept = None
    return hashed.hexdigest(), size, source if kept is None else kept.getvalue()


def _day(head: bytes, norme: Norme) -> dt.date | None:
    """The day that the record 000 of a flow tells, when it can be trusted."""
    from fse.recognise import is_wrapped, without_cuts
    from fse.recognise import recognise as recognise_flow

    if is_wrapped(recognise_flow(head)):
        head = without_cuts(head)
    raw = _EOL.split(head.removeprefix(BOM)[: LENGTH + 1], maxsplit=1)[0][:LENGTH].ljust(LENGTH)
    record = Record(norme.layout_of(raw), raw)
    return file_day(record) if is_sound(record) else None
