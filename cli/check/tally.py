"""Many reports: what is told of all of them together, and where they wait to be written.

A report may be of hundreds of thousands of files, most of them clean: neither a sum nor a document that is
made of them needs them in memory at once.
"""

from __future__ import annotations

import pickle
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from cli.check.model import FileReport, Key, LeftOut, Totals
from cli.words import status

__all__ = ["Reports", "Tally"]

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


class Tally:
    """What reports add up to.

    `totals` are those of `Report.totals`; `accepted` the keys that baselines let pass, by name of file, for
    those that have some.
    """

    def __init__(self) -> None:
        self.totals = Totals()
        self.accepted: dict[str, frozenset[Key]] = {}
        self._fails = False
        self._rules: dict[tuple[str, str], list[int]] = {}
        self._left_out: Counter[tuple[str, str]] = Counter()

    def add(self, file: FileReport) -> None:
        """Count one."""
        self.totals.add(file)
        self._fails |= file.fails
        if file.accepted:
            self.accepted[file.name] = file.accepted
        for remark in file.remarks:
            self._rule(remark.finding.rule, remark.severity)[0] += remark.count
            for below in remark.consequences:
                self._rule(below.finding.rule, below.severity)[1] += below.count
        for one in file.left_out:
            if one.by != "baseline":  # told apart
                self._left_out[one.by, one.file] += one.count

    def _rule(self, rule: str, severity: str) -> list[int]:
        return self._rules.setdefault((rule, severity), [0, 0])

    @property
    def code(self) -> int:
        """The exit status."""
        if self.totals["unreadable"]:
            return status.UNREADABLE
        return status.FINDINGS if self._fails else status.OK

    @property
    def statistics(self) -> list[tuple[str, str, int, int]]:
        """Each rule with its severity, how often it is told and how often it is told under a cause."""
        rows = [(rule, word, told, below) for (rule, word), (told, below) in self._rules.items()]
        return sorted(rows, key=lambda row: (-row[2], -row[3], row[0]))

    @property
    def left_out(self) -> list[LeftOut]:
        """How many findings each reason left out of all the files, but for a baseline."""
        return [LeftOut(by, file, count) for (by, file), count in self._left_out.items()]
