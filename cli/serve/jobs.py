"""Readings under way: what was dropped, what a watched folder received; one at a time, with its progress."""

from __future__ import annotations

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.serve.job_model import JobState, Result
from cli.serve.reading import Kept, read_files
from cli.words.speech import say, speak
from cli.words.status import CommandError

if TYPE_CHECKING:
    from cli.serve.practice import Practice

__all__ = ["Job", "Jobs", "Watch"]

_KEPT: Final = 50
#: How long another reading is waited for before pages are made anew, in seconds.
_REST: Final = 0.3
#: How often a watched folder is looked at, in seconds.
_EVERY: Final = 1.0


@dataclass
class Job:
    """One reading: `etat` is `attend`, `lit`, `fini` or `refuse`; `resultat` what was read, once it is."""

    number: str
    total: int
    done: int = 0
    etat: str = "attend"
    resultat: Result = field(default_factory=Result)
    erreur: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def state(self) -> JobState:
        """Where it stands, as data."""
        return JobState(
            id=self.number,
            etat=self.etat,
            lus=self.done,
            total=self.total,
            resultat=self.resultat,
            erreur=self.erreur,
        )


class Jobs:
    """Readings in their order, by a thread that starts with the first one."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: queue.Queue[tuple[Job, Kept | None, list[str]]] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._count = 0
        self._lock = threading.Lock()

    def give(self, kept: Kept) -> Job:
        """Read files that were given, then remove them."""
        return self._add(kept, kept.names)

    def read(self, names: Sequence[str]) -> Job:
        """Read files where they are."""
        return self._add(None, list(names))

    def find(self, number: str) -> Job | None:
        """The job of this number."""
        return self._jobs.get(number)

    @property
    def under_way(self) -> Job | None:
        """The reading under way, if any."""
        return next((one for one in self._jobs.values() if not one.ended.is_set()), None)

    def _add(self, kept: Kept | None, names: list[str]) -> Job:
        with self._lock:
            self._count += 1
            job = Job(str(self._count), len(names))
            self._jobs[job.number] = job
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)
            self._waiting.put((job, kept, names))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="reading", daemon=True)
                self._thread.start()
        return job

    def _run(self) -> None:
        speak(self._practice.lang)
        while True:
            job, kept, names = self._waiting.get()
            self._practice.busy = True
            try:
                end = self._do(job, names)
            finally:
                if kept is not None:
                    kept.remove()
            if self._is_last():
                self._renew()
                self._practice.busy = False
            job.etat = end
            job.ended.set()
            if not self._practice.busy:
                self._practice.renew(self._waiting.empty)

    def _is_last(self) -> bool:
        """Whether nothing else came to be read: what is dropped at once comes in several parts."""
        end = time.monotonic() + _REST
        while self._waiting.empty():
            if time.monotonic() > end:
                return True
            time.sleep(_REST / 10)
        return False

    def _renew(self) -> None:
        """Ask the first page again before pages show what was read; what goes wrong, they tell."""
        from cli.serve.pages import today_of

        with suppress(Exception):
            today_of(self._practice, anew=True)

    def _do(self, job: Job, names: list[str]) -> str:
        """Read; how it ended, which is told once pages show it."""
        practice = self._practice

        def progress(done: int, total: int) -> None:
            job.done, job.total, job.etat = done, total, "lit"

        try:
            job.resultat = read_files(names, practice.places, practice.key, progress)
        except CommandError as error:
            job.erreur = error.text
        except Exception:  # its text may quote a value
            job.erreur = say("Erreur de notre part pendant la lecture.", "An error of ours.")
        return "refuse" if job.erreur else "fini"


class Watch(threading.Thread):
    """Looks at a folder: what came and no longer grows is read. Nothing there is moved or removed.

    While `held` says so (the page is locked, its key away) what comes waits; a reading that could not be made
    is made again.
    """

    def __init__(
        self,
        folder: Path,
        jobs: Jobs,
        db: str,
        every: float = _EVERY,
        *,
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(name="watch", daemon=True)
        self._folder = folder
        self._jobs = jobs
        self._db = db
        self._every = every
        self._held = held
        self._job: tuple[Job, list[str]] | None = None
        self._seen: dict[str, tuple[int, int]] = {}
        self._growing: dict[str, tuple[int, int]] = {}
        self.stopped = threading.Event()

    def run(self) -> None:
        """Until it is stopped."""
        while not self.stopped.wait(self._every):
            self.look()

    def look(self) -> list[str]:
        """The files that are ready, which are given to be read."""
        if self._held() or (self._job is not None and not self._job[0].ended.is_set()):
            return []
        if self._job is not None and self._job[0].etat == "refuse":
            for name in self._job[1]:
                self._seen.pop(name, None)
        self._job = None
        ready = []
        for path in self._files():
            try:
                stat = path.stat()
            except OSError:
                continue
            name, now = str(path), (stat.st_size, stat.st_mtime_ns)
            if self._seen.get(name) == now:
                continue
            if self._growing.get(name) == now:
                del self._growing[name]
                self._seen[name] = now
                ready.append(name)
            else:
                self._growing[name] = now
        if ready:
            self._job = self._jobs.read(ready), ready
        return ready

    def _files(self) -> list[Path]:
        from cli.io.ledgers import own_file_of

        try:
            found = [path for path in sorted(self._folder.rglob("*")) if path.is_file()]
        except OSError:
            return []
        is_own = own_file_of(self._db)
        return [path for path in found if not path.name.startswith(".") and not is_own(path)]
