"""A bar that counts files, on a terminal only and once the work has lasted a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from cli.words.screen import console, is_terminal
from cli.words.speech import Lang, speaker

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: A bar is drawn when the work lasts longer (seconds).
PATIENCE: Final = 1.0

#: It is drawn this often at most (seconds): drawing takes longer than reading a small file.
_EVERY: Final = 0.1


class Bar:
    """Files done out of `total`, on standard error.

    Nothing is drawn, nor imported, before `PATIENCE`. `hide` erases the bar, so that results can be written
    to the same terminal; the next `draw` shows it again.
    """

    def __init__(self, total: int, lang: Lang, label: str = "") -> None:
        self._total = total
        self._label = label or speaker(lang)("Contrôle", "Checking")
        self._wanted = total > 1 and is_terminal(sys.stderr)
        self._started = time.monotonic()
        self._done = 0
        self._drawn = 0.0
        self._shown: tuple[Progress, TaskID] | None = None

    def step(self) -> None:
        """One more file is done."""
        self._done += 1

    def draw(self) -> None:
        """Show how far the work is, if it has lasted."""
        now = time.monotonic()
        if not self._wanted or now - self._started < PATIENCE or now - self._drawn < _EVERY:
            return
        self._drawn = now
        if self._shown is None:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=console(sys.stderr),
                transient=True,
                auto_refresh=False,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            progress.start()
            self._shown = progress, progress.add_task(self._label, total=self._total)
        progress, task = self._shown
        progress.update(task, completed=self._done, refresh=True)

    def hide(self) -> None:
        """Erase the bar."""
        if self._shown is not None:
            self._shown[0].stop()
            self._shown = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()
