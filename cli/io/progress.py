"""What a person sees while the command works: a bar that counts, or a line that says it still does.

On a terminal only, on standard error, once the work has lasted a second, and never with `--quiet`. Nothing is
drawn, nor imported, before that.
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TextIO, cast

from cli.words.screen import console, is_quiet, is_terminal
from cli.words.speech import say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: A bar is drawn when the work lasts longer (seconds).
PATIENCE: Final = 1.0

#: So is the line of a verb that counts nothing.
WAITING: Final = 1.0

#: It is drawn this often at most (seconds): drawing takes longer than reading a small file.
_EVERY: Final = 0.1


class Bar:
    """How much is done out of `total`, files as a rule; a share of it with `share`.

    `hide` erases the bar, so that results can be written to the same terminal; the next `draw` shows it
    again. One bar is shown at a time: the first.
    """

    _at_work: Bar | None = None

    def __init__(self, total: int, label: str = "", *, share: bool = False) -> None:
        self._total = total
        self._label = label or say("Contrôle", "Checking")
        self._share = share
        self._wanted = total > 1 and is_terminal(sys.stderr) and not is_quiet()
        self._started = time.monotonic()
        self._done = 0
        self._drawn = 0.0
        self._made: tuple[Progress, TaskID] | None = None
        self._shown = False

    def step(self, by: int = 1) -> None:
        """One more file is done, or so much more."""
        self._done += by

    def reach(self, done: int) -> None:
        """So much is done in all."""
        self._done = done

    def draw(self) -> None:
        """Show how far the work is, if it has lasted."""
        now = time.monotonic()
        if not self._wanted or now - self._started < PATIENCE or now - self._drawn < _EVERY:
            return
        if Bar._at_work not in (None, self):
            return
        self._drawn = now
        if self._made is None:  # one for all: it tells the time that is left
            self._made = self._make()
        progress, task = self._made
        if not self._shown:
            Bar._at_work, self._shown = self, True
            progress.start()
        progress.update(task, completed=self._done, refresh=True)

    def _make(self) -> tuple[Progress, TaskID]:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn() if self._share else MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console(sys.stderr),
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        return progress, progress.add_task(self._label, total=self._total)

    def hide(self) -> None:
        """Erase the bar."""
        if self._made is not None and self._shown:
            self._made[0].stop()
            self._shown, Bar._at_work = False, None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()


class Waiting:
    """A line that says the command works, until it writes its first word, or draws a bar."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._lock = threading.Lock()
        self._ended = False
        self._progress: Progress | None = None
        self._streams: dict[str, tuple[TextIO, TextIO]] = {}
        self._timer = threading.Timer(WAITING, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if is_terminal(sys.stderr) and not is_quiet():
            for name in ("stdout", "stderr"):
                stream = getattr(sys, name)
                heard = cast("TextIO", _Heard(stream, self.end))
                self._streams[name] = stream, heard
                setattr(sys, name, heard)
            self._timer.start()
        return self

    def _show(self) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._ended:
                return
            progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                TimeElapsedColumn(),
                console=console(self._streams["stderr"][0]),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            progress.start()
            progress.add_task(self._label, total=None)
            self._progress = progress

    def end(self) -> None:
        """Erase the line, and hear no more of what is written."""
        if self._ended:
            return
        self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._progress is not None:
                self._progress.stop()
        for name, (stream, heard) in self._streams.items():
            if getattr(sys, name) is heard:
                setattr(sys, name, stream)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


class _Heard:
    """A stream that tells when something is about to be written to it."""

    def __init__(self, stream: TextIO, tell: Any) -> None:
        self._stream = stream
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        if name in ("write", "writelines", "buffer"):
            self._tell()
        return getattr(self._stream, name)


def waiting(verb: str) -> Waiting:
    """The line of a verb."""
    return Waiting(say(f"{verb} : en cours", f"{verb}: at work"))
