"""The command `noemie` from its arguments to its exit status: streams, language, signals, whatever fails."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TextIO

import typer

from cli.app import whole
from cli.io.guard import guarded, heeding_signals
from cli.words import status
from cli.words.screen import UNFOLDED, begin, columns, prepare_streams, tell
from cli.words.speech import guess_lang, remember, speaking

#: Columns of a help page on a terminal.
_WIDEST_HELP: Final = 100
_NARROWEST_HELP: Final = 50

#: Objects made between two searches for cycles: what the command makes by the thousand has none.
_MADE_BETWEEN: Final = 10_000

#: Environment variable by which a shell asks what may come next.
COMPLETE: Final = "_NOEMIE_COMPLETE"

#: Wrong options and arguments. Typer ships its own click or uses the one installed: both have this class
#: above `BadParameter`, and export it nowhere that suits both.
_USAGE_ERRORS: tuple[type[typer.BadParameter], ...] = tuple(
    parent for parent in typer.BadParameter.__mro__ if parent.__name__ == "ClickException"
)


def run(arguments: Sequence[str] | None = None) -> int:
    """See `cli.__main__.main`."""
    collect_seldom()
    with _streams():
        prepare_streams()
        typed = list(sys.argv[1:] if arguments is None else arguments)
        remember(typed)
        begin()
        try:
            with speaking(guess_lang()), heeding_signals():
                return guarded(lambda: _run(typed))
        finally:
            remember([])


def collect_seldom() -> None:
    """Look for cycles less often than Python does by default: 5 to 10 % of the time of most verbs."""
    gc.set_threshold(_MADE_BETWEEN, *gc.get_threshold()[1:])


def _streams() -> AbstractContextManager[None]:
    """Streams that the command can use: those of a process are, those of a caller may not be."""
    if all(hasattr(stream, "buffer") for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return nullcontext()

    from cli.words.streams import standard_streams

    return standard_streams()


def _run(arguments: list[str]) -> int:
    try:
        if COMPLETE in os.environ:
            from cli.words.completion import prepare

            prepare()
        code = whole()(
            args=arguments,
            prog_name="noemie",
            standalone_mode=False,
            terminal_width=_help_width(sys.stdout),
        )
    except _USAGE_ERRORS as error:
        sys.stdout.flush()
        from cli.words.usage import usage_text

        if context := getattr(error, "ctx", None):
            context.terminal_width = _help_width(sys.stderr)
        tell(usage_text(error, columns(sys.stderr)))
        return status.UNREADABLE
    except typer.Abort:
        return status.INTERRUPTED
    return code if isinstance(code, int) else status.OK


def _help_width(stream: TextIO) -> int:
    """Columns of a help page, or of the usage that a message recalls; two are left to its margin."""
    width = columns(stream)
    return width if width == UNFOLDED else max(min(width, _WIDEST_HELP) - 2, _NARROWEST_HELP)
