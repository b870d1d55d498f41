"""Where bytes come from: a path, bytes in memory, an open file, what is kept of a stream; compressed or not.

Compression (gzip, bzip2, xz, raw zlib) is told by the first bytes, never by a name.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import stat
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

from flatfile.errors import FormatError

#: Bytes looked at to recognise a file.
HEAD = 1 << 16

#: Read size of the streaming readers.
CHUNK = 1 << 20

_GZIP = b"\x1f\x8b"
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_XZ = b"\xfd7zXZ\0"
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")

#: Environment variable with the most bytes that a compressed file, a member of an archive or a stream may
#: have when it is read whole in memory; and that number when nothing tells.
MOST_BYTES_VARIABLE = "NOEMIE_MAX_BYTES"
_MOST_BYTES = 1 << 28

#: A file that is read as it comes may be longer, unless it unfolds to so many times its size: no flow does.
_BOMB = 100

#: Bytes of a spool that stay in memory; beyond, all of it goes to an unnamed file.
_IN_MEMORY = 8 << 20


#: Digits that tell more than any machine has.
_DIGITS = 19


def most_bytes() -> int:
    """The most bytes that what was compressed, or comes from a stream, may have in memory."""
    told = os.environ.get(MOST_BYTES_VARIABLE, "")
    return (told.isdecimal() and int(told[:_DIGITS])) or _MOST_BYTES


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class Source:
    """Uncompressed bytes read once, in order, with a head that can be looked at first.

    `name` is the file name for messages (`-` for standard input, empty for bytes in memory), `gzip`
    tells that the bytes were compressed, be it with gzip, bzip2, xz or zlib alone. Use as a context
    manager: a file that was opened here is closed, one that was given is left open. Reading raises
    `FormatError` (`fichier.gzip-illisible`, `fichier.lecture`), never an `OSError`.
    """

    def __init__(self, stream: BinaryIO, name: str = "", *, owned: bool = False) -> None:
        self._stream: _Readable = stream
        self._original = stream
        self._owned = owned
        self._offset = 0
        self.name = name
        self.gzip = False
        self._packed: _Chained | None = None
        self._most = most_bytes()
        self._bounded = False
        self._head = self._fill(HEAD)
        self._at = 0  # bytes of the head that were read
        if (unpack := _unpacker(self._head)) is not None:
            self.gzip = True
            self._offset = 0
            self._packed = _Chained(self._head, stream)
            self._stream = unpack(self._packed)
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
        """Everything that is left; raises as `bound` tells."""
        self.bound()
        return b"".join(iter(self.read, b""))

    def bound(self) -> None:
        """Refuse what is longer than `most_bytes` (`fichier.trop-grand`), since all of it will be kept.

        Not a plain file on a disk, nor bytes in memory: their size is no surprise.
        """
        self._bounded = self.gzip or not _is_of_known_size(self._original)
        self._check_size()

    def _check_size(self) -> None:
        longest = self._most
        if self._packed is not None and not self._bounded:
            longest = max(longest, _BOMB * self._packed.given)
        if self._offset > longest and (self._bounded or self.gzip):
            raise FormatError("fichier.trop-grand", longest, expected=str(longest))

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
        self._check_size()
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


def _is_of_known_size(stream: BinaryIO) -> bool:
    if isinstance(stream, io.BytesIO):
        return True
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):
        return False


class _Chained(io.RawIOBase):
    """The head that was read, then the rest of the stream.

    Never gives less than asked before the end: `gzip` takes a short read within a header for a broken one.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self.readall()
        piece, self._head = self._head[:size], self._head[size:]
        pieces, have = [piece], len(piece)
        while have < size and (piece := self._stream.read(size - have)):
            pieces.append(piece)
            have += len(piece)
        self.given += have
        return b"".join(pieces)


def _unpacker(head: bytes) -> Callable[[_Chained], _Readable] | None:
    """What takes the compression off a file that begins with `head`; `None` without any."""
    if head.startswith(_GZIP):
        return lambda packed: gzip.GzipFile(fileobj=packed)
    if _BZIP2.match(head):
        from bz2 import BZ2Decompressor

        return lambda packed: _Unpacked(packed, BZ2Decompressor)
    if head.startswith(_XZ):
        from lzma import LZMADecompressor

        return lambda packed: _Unpacked(packed, lambda: LZMADecompressor(memlimit=_MOST_BYTES))
    if _ZLIB.match(head):
        try:
            zlib.decompressobj().decompress(head, 1)
        except zlib.error:
            return None
        return lambda packed: _Unpacked(packed, _Zlib)
    return None


class _Decompressor(Protocol):
    """What `bz2` and `lzma` have, one stream at a time."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zlib:
    """The same of `zlib`, whose objects keep elsewhere what they did not take."""

    def __init__(self) -> None:
        self._object = zlib.decompressobj()

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def needs_input(self) -> bool:
        return not self._object.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._object.decompress(self._object.unconsumed_tail + data, max_length)


class _Unpacked:
    """The content of compressed streams, one after another, never more at once than is asked for.

    Whatever is wrong in it is an `EOFError`, as what is cut is.
    """

    def __init__(self, packed: _Chained, make: Callable[[], _Decompressor]) -> None:
        self._packed = packed
        self._make = make
        self._one = make()

    def read(self, size: int, /) -> bytes:
        while True:
            if self._one.eof:
                given = (self._one.unused_data or self._packed.read(HEAD)).lstrip(b"\0")
                if not given:
                    return b""
                self._one = self._make()
            else:
                given = self._packed.read(HEAD) if self._one.needs_input else b""
            ended = not given and self._one.needs_input
            piece = self._unpack(given, size)
            if piece:
                return piece
            if ended and not self._one.eof:
                raise EOFError

    def _unpack(self, given: bytes, size: int) -> bytes:
        try:
            return self._one.decompress(given, size)
        except Exception as error:  # OSError of bz2, LZMAError, zlib.error: neither is imported to name it
            raise EOFError from error


class Spool:
    """A stream that can be read only once (a pipe, standard input), made readable several times.

    What is read of it is kept, in memory up to 8 MiB, then in an unnamed file that only this process can
    open. `open_source` starts from the first byte each time, and nothing is taken from the stream before
    somebody reads that far. A stream that is `owned` is closed with the spool, or when nobody holds it any
    longer.
    """

    def __init__(self, stream: BinaryIO, name: str = "", *, owned: bool = False) -> None:
        self._stream = stream
        self._owned = owned
        self._kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed with the spool
        self._size = 0
        self.name = name

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`, which is at most what was read so far; empty at the end."""
        self._kept.seek(offset)
        if offset < self._size:
            return self._kept.read(size)
        piece = self._stream.read(size)
        if piece:
            self._kept.write(piece)
            self._size += len(piece)
        return piece

    def close(self) -> None:
        """Close the stream, and forget what was kept of it."""
        self._kept.close()
        if self._owned:
            self._stream.close()

    def __del__(self) -> None:
        self.close()


class _Again(io.RawIOBase):
    """A spool read from its start."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._spool.read_at(self._at, size)
        self._at += len(piece)
        return piece


#: What the readers take: a path, the bytes themselves, a file open in binary mode, or a spool of one.
Readable = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Spool


#: What every address has, and hardly any path.
_COLON_SLASH = ":/"


def is_address(path: str | os.PathLike[str]) -> bool:
    """Whether a path is an address (see `flatfile.remote`, which is not imported for any other)."""
    if _COLON_SLASH not in os.fspath(path):
        return False
    from flatfile import remote

    return remote.is_address(path)


def open_path(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file in binary mode: on a disk, or at an address (`flatfile.remote`).

    Raises `FormatError` as `open_source` does.
    """
    if is_address(path):
        from flatfile.remote import open_address

        return open_address(path)
    try:
        return Path(path).open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise FormatError("fichier.absent") from None
    except IsADirectoryError:
        raise FormatError("fichier.repertoire") from None
    except PermissionError:  # what Windows says of a directory
        raise FormatError("fichier.repertoire" if Path(path).is_dir() else "fichier.acces") from None
    except OSError as error:
        # No file can have that name; links that lead to one another lead to no file.
        absent = error.errno in (errno.ENAMETOOLONG, errno.ELOOP)
        raise FormatError("fichier.absent" if absent else "fichier.lecture") from None
    except ValueError:
        raise FormatError("fichier.lecture") from None


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
    if isinstance(what, Spool):
        return Source(cast(BinaryIO, _Again(what)), name or what.name)
    if not isinstance(what, (str, os.PathLike)):
        return Source(what, name or str(getattr(what, "name", "")))
    stream = open_path(what)
    try:
        return Source(stream, name or os.fspath(what), owned=True)
    except FormatError:
        stream.close()
        raise
