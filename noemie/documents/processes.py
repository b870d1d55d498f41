"""Processes of this machine as an executor of `noemie.documents.over_files`: how they start, work and end."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from noemie.documents.over_files import Died, Job, Outcome, run_batch

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

__all__ = ["Processes"]

#: Batches that a process has at once: one under way, one that waits.
_IN_HAND: Final = 2

#: How often who waits is called (seconds).
_EVERY: Final = 0.2


class Processes:
    """Processes of this machine, each with its own queue: the batch of one that dies is known.

    `preload` names the modules that all need, imported once for all where the system can.
    """

    def __init__(self, count: int, preload: Sequence[str] = ()) -> None:
        import multiprocessing

        methods = multiprocessing.get_all_start_methods()
        # Neither threads nor open files are copied to the processes, as a plain fork would.
        method = "forkserver" if "forkserver" in methods else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload([__name__, *preload])
            _start_server()
        self._others = set(multiprocessing.active_children())
        self._slots = [_Slot() for _ in range(count)]
        self._ended: deque[tuple[Job, Outcome | Died]] = deque()

    @property
    def width(self) -> int:
        """See `Executor`."""
        return len(self._slots)

    def is_free(self) -> bool:
        """See `Executor`."""
        return any(len(slot.jobs) < _IN_HAND for slot in self._slots)

    def submit(self, job: Job) -> None:
        """See `Executor`."""
        slot = min(self._slots, key=lambda one: len(one.jobs))
        slot.jobs.append((job, self._submitted(slot, job)))

    def _submitted(self, slot: _Slot, job: Job) -> Future[Outcome]:
        from concurrent.futures import Future, ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool

        if slot.pool is None:
            slot.pool = ProcessPoolExecutor(
                1, mp_context=self._context, initializer=_start, initargs=gc.get_threshold()
            )
        try:
            # A process asked for and not known yet would not be ended, and would show a traceback.
            with _keyboard_waiting():
                return slot.pool.submit(run_batch, job.function, job.items)
        except BrokenProcessPool as error:  # the process died meanwhile: told when the job is waited for
            broken: Future[Outcome] = Future()
            broken.set_exception(error)
            return broken

    def wait(self, tick: Callable[[], None]) -> tuple[Job, Outcome | Died]:
        """See `Executor`."""
        from concurrent.futures import FIRST_COMPLETED
        from concurrent.futures import wait as wait_for

        while not self._ended:
            futures = [slot.jobs[0][1] for slot in self._slots if slot.jobs]
            wait_for(futures, timeout=_EVERY, return_when=FIRST_COMPLETED)
            for slot in self._slots:
                self._collect(slot)
            if not self._ended:
                tick()
        return self._ended.popleft()

    def _collect(self, slot: _Slot) -> None:
        from concurrent.futures.process import BrokenProcessPool

        while slot.jobs and slot.jobs[0][1].done():
            job, future = slot.jobs.popleft()
            try:
                self._ended.append((job, future.result()))
            except BrokenProcessPool:
                self._ended.append((job, Died()))
                self._again(slot)
            except Exception as error:  # a result that cannot cross to this process
                self._ended.append((job, Outcome([], error)))

    def _again(self, slot: _Slot) -> None:
        """Another process in the place of one that died; what waited for it has no part in that."""
        if slot.pool is not None:
            slot.pool.shutdown(wait=False, cancel_futures=True)
            slot.pool = None
        waiting = [job for job, _ in slot.jobs]
        slot.jobs.clear()
        for job in waiting:
            slot.jobs.append((job, self._submitted(slot, job)))

    def abandon(self) -> None:
        """See `Executor`: the processes end at once."""
        import multiprocessing

        for child in set(multiprocessing.active_children()) - self._others:
            child.terminate()
        self._shut(wait=False)

    def _shut(self, *, wait: bool) -> None:
        for slot in self._slots:
            slot.jobs.clear()
            if slot.pool is not None:
                slot.pool.shutdown(wait=wait, cancel_futures=True)
                slot.pool = None
        self._ended.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._shut(wait=True)
        else:
            self.abandon()


class _Slot:
    """A process, and what it was given, the oldest first."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self.jobs: deque[tuple[Job, Future[Outcome]]] = deque()


def _start_server() -> None:
    """Start the process that makes the others; it imports while this one looks for what there is to do.

    The keyboard never interrupts it, even while it starts: it would show a traceback.
    """
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # else the next line starts it, which unblocks the keyboard
    with _keyboard_waiting():
        forkserver.ensure_running()


@contextmanager
def _keyboard_waiting() -> Iterator[None]:
    """Have the keyboard interrupt after what is done here, not within, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """End this process when its parent is killed: nobody else would, and it holds what it read."""
    from multiprocessing import connection, parent_process

    if (parent := parent_process()) is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _start(*thresholds: int) -> None:
    """Prepare a process: it looks for cycles as often as its parent; the keyboard and the terminal are the
    parent's business.
    """
    from threading import Thread

    gc.set_threshold(*thresholds)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
