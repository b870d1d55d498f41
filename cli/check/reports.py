"""Where many reports wait to be written: what they add up to is a `Tally` (`cli.check.model`).

A report may be of hundreds of thousands of files, most of them clean: no document that is made of them needs
them in memory at once.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Collection, Iterator
from typing import Final

from cli.check.model import FileReport

#: Reports that stay objects.
_FEW: Final = 1000


class Reports(Collection[FileReport]):
    """Reports in the order in which they come: in memory while they are few, then in an unnamed file.

    That file is for its owner alone, and goes with this object; what it holds is masked, as reports are.
    """

    def __init__(self) -> None:
        self._few: list[FileReport] = []
        self._count = self._end = 0

    def add(self, report: FileReport) -> None:
        """Keep one."""
        self._count += 1
        if self._count <= _FEW:
            self._few.append(report)
            return
        if self._count == _FEW + 1:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with this object
        self._file.seek(self._end)
        pickle.dump(report, self._file)
        self._end = self._file.tell()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[FileReport]:
        yield from self._few
        at = 0
        while at < self._end:
            self._file.seek(at)
            report: FileReport = pickle.load(self._file)
            at = self._file.tell()
            yield report

    def __contains__(self, one: object) -> bool:
        return any(one == other for other in self)

    def __del__(self) -> None:
        if self._end:
            self._file.close()
