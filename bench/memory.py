"""Memory of a check, in a process of its own: what it takes above the interpreter and the modules."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.flows import write_flow

MEGABYTE = 1 << 20

#: Megabytes above the base that the design allows.
MOST = 64

#: The most kilobytes that the process of a child had, as its own code.
PEAK = """
import resource
from pathlib import Path

def peak():
    status = Path("/proc/self/status")
    if status.exists():  # elsewhere, the peak may be that of the parent process
        return int(status.read_text().partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
"""

_CHILD = f"""
import sys
{PEAK}
from fse import check
small, path = sys.argv[1:]
sum(1 for _ in check(small))
base = peak()
sum(1 for _ in check(path))
print(peak() - base)
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes that a check of a file of `size` megabytes took above the base."""

    profile: str
    size: float
    above: float

    @property
    def reached(self) -> bool:
        """Whether it stays within what the design allows."""
        return self.above < MOST


def memories(sizes: tuple[int, ...], profile: str = "pharmacie") -> Iterator[Memory]:
    """Peak memory of a check, for files of `sizes` megabytes made in a temporary directory."""
    with tempfile.TemporaryDirectory() as directory:
        small, large = Path(directory, "petit.b2"), Path(directory, "grand.b2")
        with small.open("wb") as file:
            write_flow(file, profile, MEGABYTE // 4)
        for size in sizes:
            with large.open("wb") as file:
                written = write_flow(file, profile, size * MEGABYTE)
            done = subprocess.run(
                [sys.executable, "-c", _CHILD, small, large], check=True, capture_output=True, text=True
            )
            yield Memory(profile, written / MEGABYTE, int(done.stdout) / 1024)
