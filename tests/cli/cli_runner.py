"""Run the command inside the test process, with byte streams like those of a shell."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple
from unittest import mock

from cli.__main__ import main

#: Variables of who runs the tests that would change what the command writes.
_LEFT_OUT = (
    "NOEMIE_LANG",
    "NOEMIE_COLUMNS",
    "NO_COLOR",
    "NOEMIE_DEBUG",
    "FORCE_COLOR",
    "LC_ALL",
    "LC_MESSAGES",
    "LANG",
)


class Result(NamedTuple):
    """Exit status, what was written on each stream, and the bytes of standard output.

    Every encoding that the tests ask for writes bytes that are UTF-8 too.
    """

    status: int
    out: str
    err: str
    data: bytes


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def run(
    *arguments: object,
    stdin: bytes = b"",
    encoding: str = "utf-8",
    terminal: bool = False,
    waiting: bool = False,
    **variables: str,
) -> Result:
    """Run `noemie` with `arguments`; no language or colour from the environment.

    Nothing is folded, whatever the length of a temporary path: `NOEMIE_COLUMNS="80"` folds. A terminal has 80
    columns.
    """
    kind = _Terminal if terminal else io.TextIOWrapper
    out, err = io.BytesIO(), io.BytesIO()
    streams = {
        "stdin": io.TextIOWrapper(io.BytesIO(stdin), "utf-8"),
        "stdout": kind(out, encoding),
        "stderr": kind(err, encoding),
    }
    slow = mock.patch("cli.io.progress.WAITING", 3600.0)  # unless it is what a test is about
    with _environment(variables), mock.patch.multiple(sys, **streams), nullcontext() if waiting else slow:
        status = main([str(argument) for argument in arguments])
        for name in ("stdout", "stderr"):
            streams[name].flush()
    return Result(status, out.getvalue().decode(), err.getvalue().decode(), out.getvalue())


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    kept = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT}
    with mock.patch.dict(
        os.environ, {**kept, "COLUMNS": "80", "TERM": "xterm-256color", **variables}, clear=True
    ):
        yield
