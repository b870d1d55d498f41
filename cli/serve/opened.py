"""The last files that the inspector opened, in memory alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from cli.words.speech import language

if TYPE_CHECKING:
    from cli.check.model import FileReport
    from cli.io.inputs import Member
    from cli.show.inspect import Inspected

__all__ = ["KEPT", "Opened"]

#: Files kept, and windows on them.
KEPT: Final = 4
_WINDOWS: Final = 8


class Opened:
    """The last files that were opened, in memory alone."""

    def __init__(self) -> None:
        self._files: OrderedDict[int, Member] = OrderedDict()
        self._reports: dict[int, FileReport] = {}
        self._shown: OrderedDict[tuple[int, int, bool, str], Inspected] = OrderedDict()
        self._count = 0
        self._lock = threading.Lock()

    def add(self, file: Member) -> int:
        """Keep a file; its number."""
        with self._lock:
            self._count += 1
            self._files[self._count] = file
            while len(self._files) > KEPT:
                gone, _ = self._files.popitem(last=False)
                self._reports.pop(gone, None)
                for key in [key for key in self._shown if key[0] == gone]:
                    del self._shown[key]
            return self._count

    def find(self, number: int) -> Member | None:
        """The file of this number."""
        return self._files.get(number)

    def shown(self, number: int, record: int | None = None, *, values: bool) -> Inspected | None:
        """The same around a record, by default the first wrong one; nothing when it is not kept any more.

        Raises `FormatError`.
        """
        from cli.show.inspect import WINDOW, wrong_records
        from cli.show.page import checked, inspected

        file = self.find(number)
        if file is None:
            return None
        report = self._reports.get(number)
        if report is None:
            report = self._reports[number] = checked(file)
        asked = next(iter(wrong_records(report)), 1) if record is None else record
        start = max(asked - 1, 0) // WINDOW * WINDOW
        key = (number, start, values, language())
        found = self._shown.get(key)
        if found is None:
            found = inspected(file, report, values=values, most=WINDOW, start=start)
            with self._lock:
                self._shown[key] = found
                while len(self._shown) > _WINDOWS:
                    self._shown.popitem(last=False)
        return found
