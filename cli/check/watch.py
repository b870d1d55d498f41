"""Look again at files whenever they change: their sizes and times are read every half second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

#: Seconds between two looks.
EVERY: Final = 0.5

#: Name -> what changes when the file does; nothing for a file that is not there.
Snapshot = dict[str, tuple[int, int, int] | None]


def snapshot(names: list[str]) -> Snapshot:
    """Time of last change, size and identity of each file."""
    return {name: _state(name) for name in names}


def _state(name: str) -> tuple[int, int, int] | None:
    try:
        found = Path(name).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def changes(
    names: Callable[[], list[str]], sleep: Callable[[float], None] = time.sleep, every: float = EVERY
) -> Iterator[list[str]]:
    """Yield all the names at first, then again each time one appears, changes or goes.

    `names` is asked every time, since a folder may get new files. A file being written is waited for: it must
    have stayed the same for one look. Never ends.
    """
    seen: Snapshot | None = None
    while True:
        now = snapshot(names())
        if now != seen:
            if seen is not None:
                now = _settled(now, names, sleep, every)
            seen = now
            yield list(now)
        else:
            sleep(every)


def _settled(
    last: Snapshot, names: Callable[[], list[str]], sleep: Callable[[float], None], every: float
) -> Snapshot:
    while True:
        sleep(every)
        now = snapshot(names())
        if now == last:
            return now
        last = now
