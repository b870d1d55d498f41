"""The last files that the inspector opened, in memory alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from cli.words.speech import language

if TYPE_CHECKING:
    from cli.io.inputs import Member

__all__ = ["KEPT", "Opened"]

#: Files kept.
KEPT: Final = 4


class Opened:
    """The last files that were opened, in memory alone."""

    def __init__(self) -> None:
        self._files: OrderedDict[int, Member] = OrderedDict()
        self._shown: dict[tuple[int, bool, str], Any] = {}
        self._count = 0
        self._lock = threading.Lock()

    def add(self, file: Member) -> int:
        """Keep a file; its number."""
        with self._lock:
            self._count += 1
            self._files[self._count] = file
            while len(self._files) > KEPT:
                gone, _ = self._files.popitem(last=False)
                self._shown = {key: one for key, one in self._shown.items() if key[0] != gone}
            return self._count

    def find(self, number: int) -> Member | None:
        """The file of this number."""
        return self._files.get(number)

    def shown(self, number: int, *, values: bool) -> Any:
        """The same, as the inspector shows it; nothing when it is not kept any more."""
        file = self.find(number)
        if file is None:
            return None
        key = (number, values, language())
        if key not in self._shown:
            from cli.show.inspect import MOST
            from cli.show.page import inspected

            self._shown[key] = inspected(file, values=values, most=MOST)
        return self._shown[key]
