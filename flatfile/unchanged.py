"""A file must stay as it is while it is read: what changed meanwhile is told, never half of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from stat import S_ISREG

from flatfile.errors import FormatError
from flatfile.source import Readable


@contextmanager
def unchanged(source: Readable) -> Iterator[Callable[[], None]]:
    """Raise `FormatError` (`fichier.lecture`) when a file on a disk is another after the block than before.

    Another size, another time of writing, another file of the same name; whatever failed in the block is then
    the change too. Bytes in memory and streams have no such state. What was read of a file that changes must
    not be kept: it may be the beginning of one state and the end of another. What is given asks at any time.
    """
    before = _state(source)

    def check() -> None:
        if _changed(source, before):
            raise FormatError("fichier.lecture") from None

    try:
        yield check
    except Exception:
        check()
        raise
    check()


_State = tuple[int, int, int, int]


def _changed(source: Readable, before: _State | None) -> bool:
    after = _state(source) if before is not None else None
    return after is not None and after != before


def _state(source: Readable) -> _State | None:
    """What tells a state of a regular file from another; `None` for anything else, or once it is gone."""
    try:
        # stat takes a name, a path, or the number of an open file
        found = os.stat(source if isinstance(source, (str, os.PathLike)) else source.fileno())  # type: ignore[union-attr]  # noqa: PTH116
    except (OSError, ValueError, AttributeError):
        return None
    if not S_ISREG(found.st_mode):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
