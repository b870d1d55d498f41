"""Files added to a data set batch by batch: which are new, what is read of each, who writes their rows.

A *batch* is some megabytes of files; a function from it to parts (`write_batch`) runs in any process, and the
process that holds the data set lets these parts take their names (`noemie.documents.dataset`). What the rows
are is told by a *maker*: `noemie.documents.columns.records.Options` makes those of flows and returns.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from flatfile import FormatError, open_source
from flatfile.unchanged import unchanged
from noemie.documents.dataset import Dataset, File, Parts, Written, digests_of, state_of
from noemie.documents.over_files import Lost

__all__ = ["Facts", "Given", "Maker", "Rows", "SpoiltError", "Task", "add", "tasks_of", "write_batch"]

#: Bytes of the files of a batch, and how many they are at most.
BATCH: Final = 4 << 20
MOST_FILES: Final = 2048


class Facts(NamedTuple):
    """What `fichiers` tells of a file that was read."""

    famille: str
    norme: str
    jour: dt.date | None
    enregistrements: int
    factures: int


class Given(NamedTuple):
    """A file of a batch: its name, its path or its bytes; `taken` when the name belongs to other rows.

    `asked` is what the maker wants to know of it.
    """

    name: str
    source: str | bytes
    taken: bool = False
    asked: Any = None


class Rows(Protocol):
    """Makes the rows of one batch, and writes them to its parts."""

    @property
    def worst(self) -> int:
        """What the rows say of the exit status of a verb."""

    def read(self, given: Given, name: str, source: str | bytes) -> Facts:
        """The rows of one file, under a name; `source` is where its bytes are best read.

        Raises `FormatError` before any row is written, `SpoiltError` after.
        """

    def end(self) -> None:
        """Write what waits."""


#: What the rows of a data set are, as data that crosses to another process.
Maker = Callable[[Parts], Rows]


class SpoiltError(Exception):
    """A file that cannot be read to its end, when some of its rows were written already."""

    def __init__(self, given: Given, error: Exception) -> None:
        super().__init__(error)
        self.given, self.error = given, error


class Task(NamedTuple):
    """A batch of files, and the data set (folder, place aside) that its rows are for."""

    folder: str
    aside: str
    files: list[Given]
    maker: Maker
    private: bool = False


def tasks_of(dataset: Dataset, files: Iterable[Given], maker: Maker) -> Iterator[Task]:
    """Batches of the files that the data set does not know unchanged; a large file is alone in its own."""
    waiting: list[Given] = []
    room = BATCH
    seen: set[str] = set()

    def task() -> Task:
        return Task(str(dataset.folder), dataset.aside, waiting, maker, dataset.private)

    for given in files:
        size = len(given.source)
        if isinstance(given.source, str):
            size, modified = state_of(given.source)
            if dataset.has(given.name, size, modified):
                continue
        given = given._replace(taken=given.name in seen or dataset.is_taken(given.name))
        seen.add(given.name)
        if waiting and (size > room or len(waiting) >= MOST_FILES):
            yield task()
            waiting, room = [], BATCH
        waiting.append(given)
        room -= size
    if waiting:
        yield task()


def write_batch(task: Task) -> Written:
    """Write the parts of a batch aside. A file that cannot be read is told, and stops no other."""
    failed: list[tuple[str, Exception]] = []
    while True:
        batch = _Batch(task)
        try:
            return batch.write()._replace(failed=[*failed, *batch.failed])
        except SpoiltError as error:
            batch.parts.drop()
            failed.append((error.given.name, error.error))
            task = task._replace(files=[given for given in task.files if given is not error.given])
        except BaseException:
            batch.parts.drop()
            raise


class _Batch:
    """One attempt at a batch."""

    def __init__(self, task: Task) -> None:
        self._files = task.files
        self._seen = digests_of(Path(task.folder))
        self._told: list[File] = []
        self._known: list[str] = []
        self.parts = Parts(task.aside, private=task.private)
        self._rows = task.maker(self.parts)
        self.failed: list[tuple[str, Exception]] = []

    def write(self) -> Written:
        for given in self._files:
            before = len(self._told)
            try:
                with unchanged(given.source):
                    self._read(given)
            except FormatError as error:
                if len(self._told) > before:  # it changed: its rows are in already
                    raise SpoiltError(given, error) from None
                self.failed.append((given.name, error))
        self._rows.end()
        return Written(self.parts.ended(), self._told, self._known, [], self._rows.worst)

    def _read(self, given: Given) -> None:
        digest, size, source = _digest(given.source)
        if digest in self._seen:
            self._known.append(given.name)
            return
        name = f"{given.name}~{digest[:8]}" if given.taken else given.name
        facts = self._rows.read(given, name, source)
        self._seen.add(digest)
        state = state_of(given.source) if isinstance(given.source, str) else (size, 0)
        self._told.append(File(name, digest, *facts, size, given.name, *state))


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


#: Calls a function on each task, here or elsewhere; in order. A task that kills its process is `Lost`.
Run = Callable[[Callable[[Task], Written], Iterable[Task]], Iterable[Written | Lost[Task]]]


def add(dataset: Dataset, tasks: Iterable[Task], run: Run = map) -> Iterator[Written]:
    """Write the batches of `tasks` where `run` does, and commit each one as it comes.

    A batch that kills the process that has it is done again file by file (what kills again is told,
    `fichier.processus`); what was written of its other files makes the parts of one batch.
    """
    lost: list[Task] = []
    yield from _committed(dataset, tasks, run, lost)
    for task in lost:
        yield _again(dataset, task, run)


def _again(dataset: Dataset, task: Task, run: Run) -> Written:
    """The files of a batch, each on its own."""
    alone = [task._replace(files=[given]) for given in task.files]

    def written() -> Iterator[Written]:
        for given, one in zip(task.files, run(write_batch, alone), strict=True):
            if isinstance(one, Lost):
                one = Written([], [], [], [(given.name, FormatError("fichier.processus"))])
            yield one

    made = dataset.gathered(written())
    dataset.commit(made)
    return made


def _committed(dataset: Dataset, tasks: Iterable[Task], run: Run, lost: list[Task]) -> Iterator[Written]:
    waiting: deque[Task] = deque()

    def handed() -> Iterator[Task]:
        for task in tasks:
            waiting.append(task)
            yield task

    for written in run(write_batch, handed()):
        task = waiting.popleft()
        if isinstance(written, Lost):
            lost.append(task)
            continue
        while not dataset.commit(written):
            written = write_batch(task)
        yield written
