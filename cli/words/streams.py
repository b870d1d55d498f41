"""Standard streams as the command needs them: text over bytes, whatever the program that calls it gives.

A process has such streams. A program that calls `cli.__main__.main` may have put others there: none at all,
or text without bytes below (`io.StringIO`, a notebook).
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TextIO


class _Sink(io.RawIOBase):
    """Bytes that are written as UTF-8 text; one that is no text is kept as a surrogate."""

    def __init__(self, target: TextIO) -> None:
        self._target = target
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes."""
        self._target.write(self._decoder.decode(bytes(data)))
        return len(data)

    def end(self) -> None:
        """Write what is left of a character that was cut."""
        self._target.write(self._decoder.decode(b"", final=True))


@contextmanager
def standard_streams() -> Iterator[None]:
    """Give the command streams that it can use; those of the caller come back afterwards."""
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is None:  # closed by the caller
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
            elif not hasattr(stream, "buffer"):
                stack.enter_context(_over_bytes(name, stream))
        if sys.stdin is not None and not hasattr(sys.stdin, "buffer"):
            stack.enter_context(_from_text(sys.stdin))
        yield


@contextmanager
def _over_bytes(name: str, target: TextIO) -> Iterator[None]:
    sink = _Sink(target)
    text = io.TextIOWrapper(io.BufferedWriter(sink), "utf-8", newline="", line_buffering=True)
    setattr(sys, name, text)
    try:
        yield
    finally:
        setattr(sys, name, target)
        text.flush()
        sink.end()


@contextmanager
def _from_text(source: TextIO) -> Iterator[None]:
    data = source.read().encode("utf-8", "surrogateescape")
    sys.stdin = io.TextIOWrapper(io.BytesIO(data), "utf-8")
    try:
        yield
    finally:
        sys.stdin = source
