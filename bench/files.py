"""Over many files: two processes beside one; the memory of a decode and of an answer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.flows import flow, write_flow
from bench.memory import MEGABYTE
from fixtures.caisse import Caisse
from noemie import read_retour

#: Times that two processes should be as fast as one, on a machine that does nothing else.
TWICE = 1.7

#: Megabytes that the whole process may take: of a decode of a return of 60 MB, in every format; of the
#: simulated caisse that answers a flow of 100 MB.
MOST_PEAK = 200

FORMS = ("text", "json", "jsonl", "csv", "parquet", "html")

_CHILD = """
import sys
from pathlib import Path
from cli.__main__ import main

try:
    main(sys.argv[1:])
finally:
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of one process, then of two, on the same files; `load` of the machine before."""

    size: float
    one: float
    two: float
    load: float

    @property
    def ratio(self) -> float:
        """How many times as fast two are."""
        return self.one / self.two


@dataclass(frozen=True, slots=True)
class Peaked:
    """Megabytes at the peak of a verb, all in all."""

    name: str
    size: float
    peak: float

    @property
    def reached(self) -> bool:
        """Whether it stays within what the design allows."""
        return self.peak < MOST_PEAK


def pairs(size: int, count: int = 3) -> Iterator[Pair]:
    """A check of `size` megabytes in twenty files, by one process and by two in turns."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        written = 0
        for rank in range(20):
            with (folder / f"{rank:02}.b2").open("wb") as file:
                written += write_flow(file, "pharmacie", size * MEGABYTE // 20)
        for _ in range(count):
            load = os.getloadavg()[0]
            one, two = _check(folder, 1), _check(folder, 2)
            yield Pair(written / MEGABYTE, one, two, load)


def _check(folder: Path, jobs: int) -> float:
    start = time.monotonic()
    command = [sys.executable, "-m", "noemie", "check", str(folder), "--jobs", str(jobs), "--statistics"]
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - start


def decoded(size: int, forms: tuple[str, ...] = FORMS) -> Iterator[Peaked]:
    """The peak of a decode of a return of `size` megabytes, in each format."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "grand.noe")
        written = write_return(path, size * MEGABYTE)
        for form in forms:
            out = [] if form == "text" else ["-o", str(Path(directory, form))]
            peak = _peak("decode", str(path), "--format", form, "--fail-on", "never", *out)
            yield Peaked(f"decode to {form}", written / MEGABYTE, peak)


def answered(size: int) -> Iterator[Peaked]:
    """The peak of an answer to a flow of `size` megabytes."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "grand.b2")
        with path.open("wb") as file:
            written = write_flow(file, "medecin", size * MEGABYTE)
        peak = _peak("respond", str(path), "--reject-rate", "0.1", "-o", str(Path(directory, "reponse")))
        yield Peaked("respond", written / MEGABYTE, peak)


def _peak(*command: str) -> float:
    """Megabytes that the process of a command had at most."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    return int(done.stderr.split()[-1]) / 1024


def write_return(path: Path, size: int) -> int:
    """One return of about `size` bytes: the transfers of a small one, again and again; its size."""
    (_, data), *_ = Caisse(seed=7, reject_rate=0.33).respond(flow("medecin", 2000)).returns
    entities = [record.raw for record in read_retour(data).entites]
    body = b"".join(entities[1:-1])
    times = max(1, size // len(body))
    with path.open("wb") as file:
        file.write(entities[0])
        for _ in range(times):
            file.write(body)
        file.write(entities[-1])
    return path.stat().st_size
