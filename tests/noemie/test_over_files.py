"""One function over many files: results in order, wherever they are made, and nothing lost when one dies."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flatfile import FormatError
from noemie.documents.over_files import BATCH, Died, Job, Lost, Outcome, over_files, run_batch
from noemie.documents.processes import Processes


def _length(path: str) -> int:
    if path.endswith("fatal"):
        os._exit(9)
    if path.endswith("wrong"):
        raise ValueError(path)
    return len(path)


def _hears_the_keyboard(_: str) -> bool:
    return signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


class Fake:
    """An executor of one process, which gives the last job first and forgets nothing."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.jobs: list[Job] = []
        self.taken: list[list[str]] = []
        self.abandoned = False

    def is_free(self) -> bool:
        return len(self.jobs) < 2 * self.width

    def submit(self, job: Job) -> None:
        self.taken.append(list(job.items))
        self.jobs.append(job)

    def wait(self, tick: object) -> tuple[Job, Outcome | Died]:
        job = self.jobs.pop()
        if any(item.endswith("fatal") for item in job.items):
            return job, Died()
        return job, run_batch(job.function, job.items)

    def abandon(self) -> None:
        self.abandoned = True


NAMES = [f"{'x' * (rank % 7)}{rank}" for rank in range(1000)]


@pytest.mark.parametrize("width", [1, 3])
def test_results_come_in_order_whatever_ends_first(width: int) -> None:
    executor = Fake(width)
    assert list(over_files(_length, NAMES, executor)) == list(map(len, NAMES))
    assert list(over_files(_length, iter(NAMES), Fake(width))) == list(map(len, NAMES))
    assert max(map(len, executor.taken)) <= 256
    assert not executor.abandoned


def test_the_largest_batches_at_hand_go_first(tmp_path: Path) -> None:
    names = []
    for rank, size in enumerate((1, 3, 2, 1)):
        path = tmp_path / str(rank)
        with path.open("wb") as stream:
            stream.truncate(size * BATCH)
        names.append(str(path))
    executor = Fake(1)
    list(over_files(_length, names, executor))
    assert executor.taken == [[names[1]], [names[2]], [names[0]], [names[3]]]


def test_small_files_go_together_and_are_shared_out() -> None:
    executor = Fake(2)
    list(over_files(_length, NAMES[:64], executor))
    assert list(map(len, executor.taken)) == [16] * 4


def test_a_batch_that_kills_is_tried_file_by_file_then_its_file_is_lost() -> None:
    names = [*NAMES[:20], "fatal", *NAMES[20:50]]
    executor, told = Fake(1), []
    found = list(over_files(_length, names, executor, told=told.append))
    assert found[20] == Lost("fatal")
    assert found[:20] + found[21:] == [len(name) for name in names if name != "fatal"]
    assert [names[20] in batch for batch in told] == [True]
    assert executor.taken.count(["fatal"]) == 1  # once alone


def test_an_exception_comes_after_the_results_before_it() -> None:
    names = [*NAMES[:30], "wrong", *NAMES[30:40]]
    executor, found = Fake(1), []
    with pytest.raises(ValueError, match="wrong"):
        found.extend(over_files(_length, names, executor))
    results: Iterator[int | Lost[str]] = over_files(_length, names, Fake(1))
    assert [next(results) for _ in range(30)] == list(map(len, names[:30]))
    assert executor.abandoned


class TwoWordsError(Exception):
    """An error that `pickle` alone cannot read again, as many of ours."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")
        self.two = two


@pytest.mark.parametrize(
    "error", [TwoWordsError("a", "b"), OSError(28, "full", "name"), FormatError("fichier.vide", 3, n=1)]
)
def test_an_error_crosses_to_another_process_whole(error: Exception) -> None:
    """Else the process would be said to have died: a full disk told as a lack of memory."""
    results, again = pickle.loads(pickle.dumps(Outcome([1], error)))
    assert results == [1]
    assert again is not None
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_what_only_this_process_reads_waits_for_its_turn() -> None:
    seen: list[str] = []

    def local(name: str) -> int:
        seen.append(name)
        return -1

    names = ["a", "-", "bb", "-", "ccc"]
    found = over_files(_length, names, Fake(1), here=lambda name: name == "-", local=local)
    assert list(found) == [1, -1, 2, -1, 3]
    assert seen == ["-", "-"]


def test_memory_does_not_grow_with_the_number_of_files() -> None:
    taken = 0

    def names() -> Iterator[str]:
        nonlocal taken
        for name in NAMES * 20:
            taken += 1
            yield name

    found = over_files(_length, names(), Fake(1))
    next(found)
    assert taken <= 9 * 256
    found.close()


def test_processes() -> None:
    names = [*NAMES[:40], "fatal", *NAMES[40:80]]
    with Processes(2) as processes:
        found = list(over_files(_length, names, processes))
        again = list(over_files(_length, NAMES, processes))
        heard = list(over_files(_hears_the_keyboard, ["a"], processes))
    assert heard == [False]  # from its first instant
    assert found == [Lost(name) if name == "fatal" else len(name) for name in names]
    assert again == list(map(len, NAMES))


_WAITS = """
import operator, os, time
from noemie.documents.over_files import over_files
from noemie.documents.processes import Processes
with Processes(1) as processes:
    for pid in over_files(operator.call, [os.getpid], processes):
        print(pid, flush=True)
        time.sleep(60)
"""


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_processes_end_with_the_one_that_was_killed() -> None:
    """They hold what they read, and nobody else would end them."""
    with subprocess.Popen([sys.executable, "-c", _WAITS], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert _is_alive(worker)
        parent.kill()
    until = time.monotonic() + 20
    while _is_alive(worker) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _is_alive(worker)
