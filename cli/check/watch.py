"""Check again whenever files change (`check --watch`): sizes and times are read every half second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cli.check.run import Asked, CheckRun
from cli.io.guard import CommandError
from cli.io.inputs import is_stream
from cli.words import status
from cli.words.screen import tell
from cli.words.speech import say

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


def watch(asked: Asked) -> int:
    """Check again at each change, until the keyboard interrupts; the status is that of the last check."""
    if any(map(is_stream, asked.all_files())):
        raise CommandError(
            say(
                "noemie : --watch : attendu, des fichiers, ni l'entrée standard ni un tube",
                "noemie: --watch: expected files, neither standard input nor a pipe",
            )
        )
    if asked.format != "text" and asked.output is None:
        raise CommandError(
            say(
                "noemie : --watch : attendu, -o FICHIER avec ce format",
                "noemie: --watch: expected -o FILE with this format",
            )
        )
    code = status.OK
    run = CheckRun(asked)

    def names() -> list[str]:
        return run.watched()

    try:
        for _ in changes(names):
            try:
                run = CheckRun(asked)
                code = run.once()
            except CommandError as error:  # a configuration being written, perhaps
                tell(error.text)
                code = error.status
            tell(
                say(
                    "En attente d'un changement (Ctrl-C pour finir)…", "Waiting for a change (Ctrl-C to end)…"
                )
            )
    except KeyboardInterrupt:
        return code
    raise AssertionError("changes never end")
