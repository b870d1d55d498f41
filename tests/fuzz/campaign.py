"""Long attacks of one target: what falls is made small and written, what says something new is kept.

The engine of ours keeps an input when it makes the target say what no other did (a rule, a state, the code
of an error); `atheris`, when it is installed, keeps what reaches new code. Both use the mutator.
"""

from __future__ import annotations

import hashlib
import json
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from .mutator import CUT, Mutator
from .targets import Target

#: Longest attack of one input, in seconds of processor, and of the clock: beyond, the target hangs.
LONGEST: Final = 30
_WAITS: Final = 600
#: Attempts to make a failing input smaller.
_ATTEMPTS: Final = 1500
#: Inputs of the kept corpus that one run takes at most.
_MOST_KEPT: Final = 2000
_HERE: Final = Path(__file__).parent
CASES: Final = _HERE / "cases"


class HangError(Exception):
    """The target did not end."""


class Failure(NamedTuple):
    """What an input did: where it fell, which tells it from others, and the trace."""

    where: str
    trace: str


def attacked(target: Target, data: bytes) -> tuple[frozenset[str], Failure | None]:
    """What the target said of one input, and how it fell, if it did."""
    try:
        return frozenset(target.attack(data) or ()), None
    except target.errors as error:
        return frozenset(
            {f"{type(error).__name__} {getattr(error, 'code', '') or getattr(error, 'fault', '')}"}
        ), None
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
        where = f"{type(error).__name__} {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        return frozenset(), Failure(where, "".join(traceback.format_exception(error)))


@contextmanager
def timed() -> Iterator[None]:
    """An attack that is too long is a failure."""

    def stop(number: int, frame: object) -> None:
        raise HangError

    # Seconds of processor: where others share the machine, those of the clock tell only that it waits.
    clocks = {signal.ITIMER_PROF: (signal.SIGPROF, LONGEST), signal.ITIMER_REAL: (signal.SIGALRM, _WAITS)}
    before = {sign: signal.signal(sign, stop) for sign, _ in clocks.values()}
    for clock, (_, seconds) in clocks.items():
        signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        for clock in clocks:
            signal.setitimer(clock, 0)
        for sign, handler in before.items():
            signal.signal(sign, handler)


def smaller(target: Target, data: bytes, where: str) -> bytes:
    """The input without what it needs not to fall at the same place."""
    left = _ATTEMPTS

    def falls(tried: bytes) -> bool:
        nonlocal left
        left -= 1
        with timed():
            _, failure = attacked(target, tried)
        return failure is not None and failure.where == where

    size = max(1, len(data) // 2)
    while size and left > 0:
        at = 0
        while at < len(data) and left > 0:
            tried = data[:at] + data[at + size :]
            if falls(tried):
                data = tried
            else:
                at += size
        size //= 2
    return data


class Run:
    """One long attack: its sums, and what it wrote in `folder` (corpus, failures, executions)."""

    def __init__(self, name: str, target: Target, folder: Path, seed: int) -> None:
        self.name, self.target, self.folder, self.seed = name, target, folder, seed
        self.executions = 0
        self.kept = 0
        self.fallen: dict[str, Path] = {}
        self.said: set[str] = set()
        self.corpus = [*target.corpus(), *self._kept()]

    def _kept(self) -> Iterator[bytes]:
        found = sorted((self.folder / "corpus" / self.name).glob("*"))
        for path in random.Random(self.seed).sample(found, min(len(found), _MOST_KEPT)):
            yield path.read_bytes()

    def tries(self, data: bytes) -> bool:
        """Attack with one input; whether it said something new."""
        self.executions += 1
        with timed():
            said, failure = attacked(self.target, data)
        if failure is not None:
            self._fell(data, failure)
            return False
        if said <= self.said:
            return False
        self.said |= said
        return True

    def keep(self, data: bytes) -> None:
        """Add an input to the corpus, here and for the next runs."""
        self.corpus.append(data)
        self.kept += 1
        self._write(self.folder / "corpus" / self.name, data)

    def _fell(self, data: bytes, failure: Failure) -> None:
        if failure.where in self.fallen:
            return
        path = self._write(self.folder / "failures" / self.name, smaller(self.target, data, failure.where))
        self.fallen[failure.where] = path
        print(
            f"{failure.trace}\n{self.name} fell: python -m tests.fuzz {self.name} --replay {path}", flush=True
        )

    @staticmethod
    def _write(folder: Path, data: bytes) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / hashlib.sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        return path

    def sum_up(self, seconds: float, engine: str) -> dict[str, Any]:
        """Add the run to those of `executions.json`; its own sums."""
        path = self.folder / "executions.json"
        sums = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        one = sums.setdefault(self.name, {"runs": 0, "executions": 0, "seconds": 0, "kept": 0, "fallen": 0})
        mine = {
            "runs": 1,
            "executions": self.executions,
            "seconds": round(seconds),
            "kept": self.kept,
            "fallen": len(self.fallen),
        }
        for key, value in mine.items():
            one[key] += value
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sums, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        return {"target": self.name, "engine": engine, "seed": self.seed, **mine}


def own(run: Run, seconds: float) -> None:
    """Attack for so many seconds with the mutator alone."""
    end = time.monotonic() + seconds
    for data in list(run.corpus):
        run.tries(data)
    rank = 0
    while time.monotonic() < end:
        rank += 1
        mutator = Mutator(f"{run.seed}-{rank}", run.corpus, run.target.words)
        for _ in range(200):
            data = mutator.draw()
            if run.tries(data):
                run.keep(data)
            if time.monotonic() >= end:
                break


def with_atheris(run: Run, seconds: float) -> None:
    """Attack for so many seconds, guided by the code that inputs reach."""
    import multiprocessing

    import atheris

    context = multiprocessing.get_context("fork")  # libFuzzer ends its process
    counts = context.Array("q", 2)

    def attack() -> None:
        folder = run.folder / "corpus" / run.name
        folder.mkdir(parents=True, exist_ok=True)
        for data in run.corpus:
            Run._write(folder, data)
        mutator = Mutator(run.seed, run.corpus, run.target.words)

        def one(data: bytes) -> None:
            run.tries(bytes(data))
            counts[0], counts[1] = run.executions, len(run.fallen)

        def mutate(data: bytes, most: int, seed: int) -> bytes:
            return mutator.damage(bytes(data), 1 + seed % 3)[:most]

        options = [
            f"-max_total_time={max(1, int(seconds))}",
            f"-seed={run.seed}",
            "-rss_limit_mb=0",
            "-timeout=60",
        ]
        atheris.Setup(["fuzz", *options, "-print_final_stats=1", str(folder)], one, custom_mutator=mutate)
        atheris.Fuzz()

    process = context.Process(target=attack)
    process.start()
    process.join()
    run.executions = counts[0]
    run.fallen = {str(rank): run.folder for rank in range(counts[1])}


ENGINES: Final[dict[str, Callable[[Run, float], None]]] = {"own": own, "atheris": with_atheris}


def cases(name: str) -> list[Path]:
    """The inputs that a target fell on once, kept for ever."""
    return sorted(path for path in (CASES / name).glob("*") if path.is_file())


__all__ = ["CUT", "ENGINES", "HangError", "Run", "attacked", "cases", "smaller"]
