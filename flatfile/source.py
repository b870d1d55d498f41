"""Where bytes come from: a path, bytes in memory, an open binary file, standard input; gzip or not."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from flatfile.errors import FormatError

#: What the readers take: a path, the bytes themselves, or a file open in binary mode.
Readable = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO

#: Bytes looked at to recognise a file.
HEAD = 1 << 16

#: Read size of the streaming readers.
CHUNK = 1 << 20

_GZIP = b"\x1f\x8b"


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class Source:
    """Uncompressed bytes read once, in order, with a head that can be looked at first.

    `name` is the file name for messages (`-` for standard input, empty for bytes in memory), `gzip`
    tells that the bytes were compressed. Use as a context manager: a file that was opened here is
    closed, one that was given is left open. Reading raises `FormatError` (`fichier.gzip-illisible`,
    `fichier.lecture`), never an `OSError`.
    """

    def __init__(self, stream: BinaryIO, name: str = "", *, owned: bool = False) -> None:
        self._stream: _Readable = stream
        self._original = stream
        self._owned = owned
        self._offset = 0
        self.name = name
        self.gzip = False
        self._head = self._fill(HEAD)
        self._at = 0  # bytes of the head that were read
        if self._head.startswith(_GZIP):
            self.gzip = True
            self._offset = 0
            self._stream = gzip.GzipFile(fileobj=_Chained(self._head, stream))
            self._head = self._fill(HEAD)

    @property
    def head(self) -> bytes:
        """The first bytes (at most `HEAD`) that have not been read yet."""
        return self._head[self._at :]

    def read(self, size: int = CHUNK) -> bytes:
        """Up to `size` bytes (1 or more); empty at the end."""
        if self._at < len(self._head):
            piece = self._head[self._at : self._at + size]
            self._at += len(piece)
            return piece
        return self._pull(size)

    def read_all(self) -> bytes:
        """Everything that is left."""
        return b"".join(iter(self.read, b""))

    def _fill(self, size: int) -> bytes:
        pieces, wanted = [], size
        while wanted > 0 and (piece := self._pull(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _pull(self, size: int) -> bytes:
        try:
            piece = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise FormatError("fichier.gzip-illisible", self._offset) from None
        except (OSError, ValueError):  # a closed file is a ValueError
            raise FormatError("fichier.lecture", self._offset) from None
        if piece is None:  # a non-blocking stream that has nothing yet: not an end
            raise FormatError("fichier.lecture", self._offset)
        self._offset += len(piece)
        return piece

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        """Close the file, if it was opened here."""
        if self._owned:
            self._original.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Chained(io.RawIOBase):
    """The head that was read, then the rest of the stream.

    Never gives less than asked before the end: `gzip` takes a short read within a header for a broken one.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self.readall()
        piece, self._head = self._head[:size], self._head[size:]
        pieces, have = [piece], len(piece)
        while have < size and (piece := self._stream.read(size - have)):
            pieces.append(piece)
            have += len(piece)
        return b"".join(pieces)


def open_source(what: Readable, name: str = "") -> Source:
    """Open `what` for reading.

    Raises `FormatError`: `fichier.absent`, `fichier.repertoire`, `fichier.acces` or `fichier.lecture`
    for a path that cannot be opened, `fichier.gzip-illisible` for a broken gzip file. Raises `TypeError`
    for a file open in text mode.
    """
    if isinstance(what, (bytes, bytearray, memoryview)):
        return Source(io.BytesIO(what), name)
    if isinstance(what, io.TextIOBase):
        raise TypeError("a file open in binary mode is expected")
    if not isinstance(what, (str, os.PathLike)):
        return Source(what, name or str(getattr(what, "name", "")))
    path = Path(what)
    try:
        stream = path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise FormatError("fichier.absent") from None
    except IsADirectoryError:
        raise FormatError("fichier.repertoire") from None
    except PermissionError:  # what Windows says of a directory
        raise FormatError("fichier.repertoire" if path.is_dir() else "fichier.acces") from None
    except (OSError, ValueError):
        raise FormatError("fichier.lecture") from None
    try:
        return Source(stream, name or str(path), owned=True)
    except FormatError:
        stream.close()
        raise
