"""How this run of the command behaves, whatever its verb: colours, notes.

The options that say it are the same for every verb (`cli.io.common`). `begin` forgets those of an earlier run
in the same process.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final, Literal

from cli.words.speech import typed

Colour = Literal["auto", "always", "never"]

_quiet: Final[ContextVar[bool]] = ContextVar("quiet", default=False)


def begin() -> None:
    """Start a run: nothing is asked for yet."""
    _quiet.set(False)


def colour() -> Colour:
    """When colours are written. It is read from what was typed: a help page comes before any option."""
    told = typed("--color")
    return "always" if told == "always" else "never" if told == "never" else "auto"


def is_quiet() -> bool:
    """Whether only what was asked for is written: no progress, no notes."""
    return _quiet.get()


def ask_quiet() -> None:
    """Have only what was asked for written."""
    _quiet.set(True)
