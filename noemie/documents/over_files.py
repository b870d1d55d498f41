"""One function over many files: in this process, in several, or on a cluster; results in the order given.

    with Processes(4) as processes:  # noemie.documents.processes
        for found in over_files(function, paths, processes): ...

Files go in batches of about 4 MB, the largest of those at hand first. A process that dies takes nothing with
it: its batch is tried once more file by file, what kills again is given as `Lost`, the rest goes on.
What the results are does not depend on where they were made. This module knows no format of file.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from flatfile.source import is_address

__all__ = ["BATCH", "Died", "Executor", "Job", "Lost", "Outcome", "over_files", "run_batch"]

T = TypeVar("T")
R = TypeVar("R")

#: Bytes of a batch: enough to pay for its way, few enough to be waited for.
BATCH: Final = 4 << 20

#: Files of a batch: never more, and never fewer as long as they are small.
MOST_FILES: Final = 256
FEWEST_FILES: Final = 16

#: Batches that are looked at ahead for each worker, of which the largest go first.
AHEAD: Final = 8


class Lost(NamedTuple, Generic[T]):
    """A file that made the process reading it die, twice."""

    item: T


class Outcome(NamedTuple):
    """What came of a batch: results as far as they go, and the exception that stopped them, if any."""

    results: list[Any]
    error: Exception | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # An error whose `__init__` takes more than its `args` cannot be read again: its process
        # would be said to have died.
        if self.error is None or _can_cross(self.error):
            return Outcome, tuple(self)
        return _outcome, (self.results, type(self.error), self.error.args, vars(self.error))


def _can_cross(error: Exception) -> bool:
    import pickle

    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return False
    return True


def _outcome(
    results: list[Any], kind: type[Exception], args: tuple[Any, ...], told: dict[str, Any]
) -> Outcome:
    error = kind.__new__(kind, *args)
    vars(error).update(told)
    return Outcome(results, error)


class Died(NamedTuple):
    """The process that had a batch died."""


@dataclass(slots=True)
class Job:
    """A batch, or a file of one: `rank` of the batch, place of the first item in it, times it was tried."""

    function: Callable[[Any], Any]
    items: list[Any]
    rank: int
    place: int = 0
    tries: int = 1


class Executor(Protocol):
    """Where batches are worked on."""

    @property
    def width(self) -> int:
        """How many jobs are worked on at once."""

    def is_free(self) -> bool:
        """Whether it takes another job now."""

    def submit(self, job: Job) -> None:
        """Take a job."""

    def wait(self, tick: Callable[[], None]) -> tuple[Job, Outcome | Died]:
        """One job that ended, whichever; `tick` is called from time to time until then."""

    def abandon(self) -> None:
        """Nobody waits any more for what it has."""


def over_files(
    function: Callable[[T], R],
    paths: Iterable[T],
    executor: Executor | None = None,
    *,
    named: Callable[[T], str] = str,
    weight: Callable[[T], int] | None = None,
    here: Callable[[T], bool] = lambda _: False,
    local: Callable[[T], R] | None = None,
    count: int | None = None,
    ahead: int = AHEAD,
    tick: Callable[[], None] = lambda: None,
    told: Callable[[list[T]], None] = lambda _: None,
) -> Generator[R | Lost[T]]:
    """The result of `function` for each of `paths`, in order, as soon as it can be given.

    - `executor`: where; this process when there is none. `function` and the items must then be picklable;
    - `named`: the name under which an item may be found on a disk, for its size; `weight`: that size;
    - `here`: what only this process can read (a pipe), which it does when its turn comes;
    - `local`: the function as this process calls it, when it need not be given all at once;
    - `count`: how many there are about, when `paths` does not tell;
    - `ahead`: batches at hand for each worker: one when items are large themselves;
    - `tick`: called while results are waited for; `told`: hears of the items of a batch whose process died.

    Raises what `function` raises, after the results before it.
    """
    if executor is None:
        for item in paths:
            tick()
            yield (local or function)(item)
        return
    if count is None and isinstance(paths, Sized):
        count = len(paths)
    weigh = weight or _Weight(named)
    window = _Window(function, paths, executor, weigh, here, local or function, count, ahead)
    done = False
    try:
        yield from window.results(tick, told)
        done = True
    finally:
        if not done:
            executor.abandon()


class _Batch(Generic[T]):
    """Items that go together, and what is known of each."""

    def __init__(self, items: list[T], size: int, *, here: bool) -> None:
        self.items = items
        self.size = size
        self.here = here
        self.results: list[Any] = [_MISSING] * len(items)
        self.error: tuple[int, Exception] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing more is waited for."""
        stop = len(self.items) if self.error is None else self.error[0]
        return all(one is not _MISSING for one in self.results[:stop])


_MISSING: Final = object()


@dataclass(slots=True)
class _Window(Generic[T]):
    """The batches at hand: few enough that memory does not grow with the number of files."""

    function: Callable[[T], Any]
    paths: Iterable[T]
    executor: Executor
    weight: Callable[[T], int]
    here: Callable[[T], bool]
    local: Callable[[T], Any]
    count: int | None
    ahead: int
    batches: dict[int, _Batch[T]] = field(default_factory=dict)
    waiting: list[tuple[int, int, Job]] = field(default_factory=list)
    under_way: int = 0
    first: int = 0

    def results(self, tick: Callable[[], None], told: Callable[[list[T]], None]) -> Iterator[Any]:
        """See `over_files`."""
        left = self._cut()
        ranks = itertools.count()
        while True:
            self._take(left, ranks)
            batch = self.batches.get(self.first)
            if batch is None:
                return
            if batch.here:
                yield from map(self.local, batch.items)
            elif batch.is_whole:
                yield from self._given(batch)
            else:
                job, outcome = self.executor.wait(tick)
                self.under_way -= 1
                self._ended(job, outcome, told)
                continue
            del self.batches[self.first]
            self.first += 1

    @staticmethod
    def _given(batch: _Batch[T]) -> Iterator[Any]:
        if batch.error is None:
            yield from batch.results
            return
        place, error = batch.error
        yield from batch.results[:place]
        raise error

    def _take(self, left: Iterator[_Batch[T]], ranks: Iterator[int]) -> None:
        """Look ahead, and give out the largest."""
        while (
            len(self.batches) < self.ahead * self.executor.width and (batch := next(left, None)) is not None
        ):
            rank = next(ranks)
            self.batches[rank] = batch
            if not batch.here:
                self._put(Job(self.function, list(batch.items), rank), batch.size)
        while self.waiting and self.executor.is_free():
            self.executor.submit(heapq.heappop(self.waiting)[2])
            self.under_way += 1

    def _put(self, job: Job, size: int) -> None:
        heapq.heappush(self.waiting, (-size, job.rank * MOST_FILES + job.place, job))

    def _ended(self, job: Job, outcome: Outcome | Died, told: Callable[[list[T]], None]) -> None:
        batch = self.batches[job.rank]
        if isinstance(outcome, Outcome):
            batch.results[job.place : job.place + len(outcome.results)] = outcome.results
            if outcome.error is not None:
                place = job.place + len(outcome.results)
                if batch.error is None or place < batch.error[0]:
                    batch.error = place, outcome.error
            return
        if job.tries > 1:
            batch.results[job.place] = Lost(job.items[0])
            return
        told(job.items)
        for place, item in enumerate(job.items):
            self._put(Job(self.function, [item], job.rank, place, tries=2), 0)

    # --- batches --------------------------------------------------------------------------------------

    def _cut(self) -> Iterator[_Batch[T]]:
        """The items in batches; one that only this process reads is a batch of its own."""
        most = MOST_FILES
        if self.count is not None:  # enough batches for everyone
            most = max(FEWEST_FILES, min(most, self.count // (AHEAD * self.executor.width)))
        items: list[T] = []
        size = 0
        for item in self.paths:
            if self.here(item):
                if items:
                    yield _Batch(items, size, here=False)
                    items, size = [], 0
                yield _Batch([item], 0, here=True)
                continue
            weight = self.weight(item)
            if items and (size + weight > BATCH or len(items) >= most):
                yield _Batch(items, size, here=False)
                items, size = [], 0
            items.append(item)
            size += weight
        if items:
            yield _Batch(items, size, here=False)


def size_of(name: str) -> int:
    """Bytes of a file; 0 when nobody knows. Asking a store takes long: a file there counts for a few."""
    if is_address(name):
        return BATCH // FEWEST_FILES
    try:
        return Path(name).stat().st_size
    except (OSError, ValueError):
        return 0


@dataclass(frozen=True, slots=True)
class _Weight:
    """The size of an item by its name."""

    named: Callable[[Any], str]

    def __call__(self, item: Any) -> int:
        return size_of(self.named(item))


def run_batch(function: Callable[[Any], Any], items: Sequence[Any]) -> Outcome:
    """What a worker does: each item in turn, as far as none raises."""
    results: list[Any] = []
    for item in items:
        try:
            results.append(function(item))
        except Exception as error:
            return Outcome(results, error)
    return Outcome(results)
