"""The files a command reads: names as typed, `-` for standard input, folders, progress on a terminal."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from cli.words.screen import is_terminal
from cli.words.texts import printable

if TYPE_CHECKING:
    from flatfile import Readable

#: The name that means standard input.
STANDARD: Final = "-"

#: What tells a JSON file of ARLs (`noemie.returns.arl.FORMAT`), among its first bytes.
ARLS: Final = b'"sesam-noemie/arl"'
BEGINNING: Final = 256

#: Bytes of standard input that are kept, so as to be looked at again.
KEPT: Final = 8 << 20

#: A bar is drawn when the work lasts longer, and then this often (seconds).
_PATIENCE: Final = 1.0
_EVERY: Final = 0.1
_BAR: Final = 24


def expanded(names: list[str], *, arls: bool = False) -> Iterator[str]:
    """Yield each name; a folder gives its regular files, in order of name, not those of its subfolders.

    Hidden files, and the JSON files that `generate` and `respond` write beside the others, are left out;
    `arls` keeps those that hold ARLs.
    A folder without any other file, or that cannot be listed, is given as it is: reading it says what is
    wrong.
    """
    for name in names:
        path = Path(name)
        try:
            inside = sorted(
                str(child) for child in path.iterdir() if child.is_file() and _is_wanted(child, arls)
            )
        except (OSError, ValueError):
            inside = []
        yield from inside or [name]


def _is_wanted(path: Path, arls: bool) -> bool:
    if path.name.startswith("."):
        return False
    if path.suffix != ".json":
        return True
    try:
        with path.open("rb") as stream:
            return arls and ARLS in stream.read(BEGINNING)
    except OSError:
        return arls  # its reader says why


def title(name: str) -> str:
    """How a file is called in messages and reports."""
    return printable(name)


class Input:
    """One file that a command reads: looked at first, then read from its start, once or several times.

    Standard input is read as it comes, unless `twice` asks to keep it in memory. On a terminal, reading a
    long file draws a progress bar.
    """

    def __init__(self, name: str, *, twice: bool = False) -> None:
        self.name = name
        self._twice = twice
        self._kept: bytes | None = None
        self._standard: Rewound | None = None
        self._opened: list[BinaryIO] = []

    def head(self) -> bytes:
        """The first uncompressed bytes (64 KiB at most); raises `FormatError` when nothing can be read."""
        from flatfile import open_source

        if self.name != STANDARD or self._twice:
            with open_source(self.source(watched=False)) as opened:
                return opened.head
        self._standard = Rewound(_standard_input())
        with open_source(cast(BinaryIO, self._standard), STANDARD) as opened:
            head = opened.head
        self._standard.rewind()
        return head

    def source(self, *, watched: bool = True) -> Readable:
        """The bytes from their start: an open file, or the bytes themselves; closed with this input.

        A path that cannot be opened is given as it is: its reader raises the `FormatError` that says why.
        """
        if self.name == STANDARD:
            if self._twice and self._kept is None:
                self._kept = _read_standard_input()
            return (
                self._kept if self._kept is not None else cast(BinaryIO, self._standard or _standard_input())
            )
        try:
            size = Path(self.name).stat().st_size
            stream = Path(self.name).open("rb")  # noqa: SIM115  # closed with this input
        except (OSError, ValueError):
            return self.name
        self._opened.append(stream)
        if not watched or not is_terminal(sys.stderr):
            return stream
        return cast(BinaryIO, Watched(stream, size, title(self.name)))

    def again(self) -> Readable | None:
        """The same bytes once they were read; nothing when standard input was too long to be kept."""
        if self.name != STANDARD:
            return self.name
        return self._kept if self._standard is None else self._standard.whole()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._opened:
            stream.close()


def _standard_input() -> BinaryIO:
    from flatfile import FormatError

    if sys.stdin is None:  # closed by the caller
        raise FormatError("fichier.lecture")
    return sys.stdin.buffer


def _read_standard_input() -> bytes:
    from flatfile import FormatError

    try:
        return _standard_input().read()
    except OSError:
        raise FormatError("fichier.lecture") from None


class Rewound(io.RawIOBase):
    """A stream that can be looked at first: what was read before `rewind` is read again after it.

    >>> stream = Rewound(io.BytesIO(b"000ABC"))
    >>> stream.read(3), stream.rewind(), stream.read(99), stream.read(99)
    (b'000', None, b'000', b'ABC')
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._seen: list[bytes] | None = []
        self._again = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def rewind(self) -> None:
        """Read from the start again, and keep no more than a little of it."""
        self._again = b"".join(self._seen or ())
        self._seen = None
        self._kept: list[bytes] | None = []
        self._size = 0

    def whole(self) -> bytes | None:
        """What was read since `rewind`; nothing when it is too much to be kept."""
        return b"".join(self._kept) if self._kept is not None else None

    def _keep(self, piece: bytes) -> bytes:
        if self._seen is None and self._kept is not None:
            self._size += len(piece)
            self._kept.append(piece)
            if self._size > KEPT:
                self._kept = None
        return piece

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        if self._again:
            size = len(self._again) if size < 0 else size
            piece, self._again = self._again[:size], self._again[size:]
            return self._keep(piece)
        piece = self._stream.read(size)
        if self._seen is not None:
            self._seen.append(piece)
        return self._keep(piece)


class Watched(io.RawIOBase):
    """A file whose reading draws a bar on the terminal once it has lasted a second."""

    def __init__(self, stream: BinaryIO, size: int, name: str) -> None:
        self._stream = stream
        self._size = size
        self.name = name
        self._done = 0
        self._started = time.monotonic()
        self._drawn = 0.0

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        piece = self._stream.read(size)
        self._done += len(piece)
        self._draw(ended=not piece)
        return piece

    def _draw(self, *, ended: bool) -> None:
        now = time.monotonic()
        if ended:
            if self._drawn:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
                self._drawn = 0.0
        elif now - self._started > _PATIENCE and now - self._drawn > _EVERY:
            self._drawn = now
            part = min(self._done / self._size, 1.0) if self._size else 0.0
            bar = ("█" * int(part * _BAR)).ljust(_BAR, "░")
            sys.stderr.write(f"\r{bar} {part:4.0%}  {Path(self.name).name}")
            sys.stderr.flush()
