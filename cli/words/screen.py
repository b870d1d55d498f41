"""Where the command writes: standard output for results, standard error for messages.

Colours only on a terminal, unless `--color` or the environment says otherwise. Lines are folded on a terminal
only, or where `NOEMIE_COLUMNS` asks for it: in a pipe and in a file, `grep` finds what is said whole on its
line. What an encoding cannot write is replaced by the nearest plain characters, so that no accent ever stops
a report.

How this run behaves, whatever its verb (colours, notes), is asked by options that every verb has
(`cli.io.common`); `begin` forgets what an earlier run in the same process asked for.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Literal, TextIO

from cli.words.speech import typed

if TYPE_CHECKING:
    from rich.console import Console


Colour = Literal["auto", "always", "never"]

_quiet: Final[ContextVar[bool]] = ContextVar("quiet", default=False)


class ClosedPipeError(Exception):
    """Who read our output left before its end."""


#: Version of the structure of every JSON output.
SCHEMA_VERSION: Final = 1

_HANDLER: Final = "noemie.nearest"
_MOST_COLUMNS: Final = 120
_FEWEST_COLUMNS: Final = 40
#: Environment variable that asks for a width, wherever the output goes.
WIDTH_VARIABLE: Final = "NOEMIE_COLUMNS"
#: More columns than any line has: nothing is folded.
UNFOLDED: Final = 1_000_000

# Characters that NFKD does not bring to ASCII.
_NEAREST: Final = {
    "•": "*",
    "€": "EUR",
    "→": "->",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "’": "'",
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
    "—": "-",
    "–": "-",
    "─": "-",
    "━": "=",
    "│": "|",
    "┃": "|",
    "├": "+",
    "└": "+",
    "·": "-",
    "✓": "v",
    "✗": "x",
    "×": "x",
    "≥": ">=",
    "≤": "<=",
}


def nearest(character: str) -> str:
    """The plain ASCII characters nearest to one that cannot be written; `?` when there is none.

    >>> nearest("é"), nearest("•"), nearest("漢")
    ('e', '*', '?')
    """
    if character in _NEAREST:
        return _NEAREST[character]
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if c.isascii())
    return plain or "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(nearest(c) for c in error.object[error.start : error.end]), error.end


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


def prepare_streams() -> None:
    """Make both standard streams write any text, whatever their encoding."""
    codecs.register_error(_HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at `stream`."""
    return stream.isatty()


def has_colour(stream: TextIO) -> bool:
    """Whether colours are written to `stream`.

    As `--color` says, else `NO_COLOR` (https://no-color.org), then `FORCE_COLOR` (https://force-color.org),
    else on a terminal that has some.
    """
    if (asked := colour()) != "auto":
        return asked == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def columns(stream: TextIO) -> int:
    """Width at which lines are folded on `stream`.

    The width that `NOEMIE_COLUMNS` asks for, else that of the terminal (or `COLUMNS`), never more than is
    easy to read; `UNFOLDED` when `stream` is no terminal.
    """
    asked = os.environ.get(WIDTH_VARIABLE, "")
    if asked.isdecimal() and 0 < int(asked) < UNFOLDED:
        return max(_FEWEST_COLUMNS, int(asked))
    if not is_terminal(stream):
        return UNFOLDED
    return max(_FEWEST_COLUMNS, min(_MOST_COLUMNS, shutil.get_terminal_size((80, 24)).columns))


def console(stream: TextIO | None = None) -> Console:
    """A rich console on standard output (or `stream`), plain when nobody looks at it."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            """Rich would end the program with status 1, which means findings here."""
            raise ClosedPipeError from None

    target = stream or sys.stdout
    coloured = has_colour(target)
    return Quiet(
        file=target,
        force_terminal=coloured,
        color_system=None if not coloured else "auto" if is_terminal(target) else "standard",
        no_color=not coloured,
        width=columns(target),
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
    )


def json_text(document: object) -> str:
    """A model, or plain data that may hold some, as JSON text, ended by a line end: same data, same text."""
    from msgspec import to_builtins

    return json.dumps(to_builtins(document), ensure_ascii=False, indent=2) + "\n"


def document(command: str, body: object, *, version: int = SCHEMA_VERSION) -> dict[str, object]:
    """One JSON document: its head, then the keys of a model, or of plain data that may hold some."""
    from msgspec import to_builtins

    return {"schema_version": version, "command": command, **to_builtins(body)}


def document_text(command: str, body: object, *, version: int = SCHEMA_VERSION) -> str:
    """The same as text."""
    return json_text(document(command, body, version=version))


def write_json(command: str, body: object, *, version: int = SCHEMA_VERSION) -> None:
    """Write one JSON document, in UTF-8 whatever the terminal: same input, same bytes.

    `body` is a model, or plain data that may hold some. Keys keep the order in which the report was built,
    which never depends on anything but the input.
    """
    data = document_text(command, body, version=version).encode("utf-8", "backslashreplace")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output for a document written piece after piece: UTF-8, line ends as they are."""
    sys.stdout.flush()
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", errors="backslashreplace", newline="")
    try:
        yield out
        out.flush()
    finally:
        out.detach()


def tell(text: str) -> None:
    """Write one message, with its line end, on standard error; nothing in it acts on the terminal."""
    from flatfile.text import printable

    sys.stdout.flush()
    sys.stderr.write("\n".join(map(printable, text.split("\n"))) + "\n")
    sys.stderr.flush()


def note(text: str) -> None:
    """Write on standard error what is good to know and nobody asked for; nothing with `--quiet`."""
    if not is_quiet():
        tell(text)
