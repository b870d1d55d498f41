"""The files a command reads: names as typed, `-` for standard input, folders, progress on a terminal.

What is no regular file (`-`, a pipe, `<(...)`, /dev/stdin) can be read only once: `is_stream` tells it, and
`Input` alone reads it.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from cli.io.guard import CommandError
from cli.words import status
from cli.words.screen import is_terminal
from cli.words.speech import say
from codes.personal import shown_name
from flatfile.source import is_address

if TYPE_CHECKING:
    from flatfile import Readable, Spool

#: The name that means standard input.
STANDARD: Final = "-"

#: What tells a JSON file that is read, among its first bytes: ARLs (`noemie.returns.arl.FORMAT`), the answer
#: of a teleservice (`fse.rights.teleservice.ADRI`).
JSON_READ: Final = (b'"sesam-noemie/arl"', b'"beneficiaireDeSoins"')
BEGINNING: Final = 4096

#: Bytes of a stream that are kept, so as to be looked at again.
KEPT: Final = 8 << 20


def expanded(names: Iterable[str], *, arls: bool = False) -> Iterator[str]:
    """Yield each name; a folder gives its files and those of its subfolders, in order of folder, then name.

    Hidden files and folders, and the JSON files that `generate` and `respond` write beside the others, are
    left out; `arls` keeps those that hold ARLs, or rights. A Maildir gives its mails, read and unread ones.
    A file that a folder gives again (`jeu jeu/retours`) is given once. `-` is standard input, even where a
    folder has that name. A folder without any other file, or that cannot be listed, is given as it is:
    reading it says what is wrong.
    """
    seen: set[str] = set()
    for name in names:
        if is_address(name):
            yield from _remote(name, arls)
            continue
        try:
            is_folder = name != STANDARD and Path(name).is_dir()
        except (OSError, ValueError):
            is_folder = False
        if not is_folder:
            yield name
            continue
        is_empty = True
        for file, real in _walked(str(Path(name)), arls, set()):
            is_empty = False
            if real not in seen:
                seen.add(real)
                yield file
        if is_empty:
            yield name


def is_folder(name: str) -> bool:
    """Whether a name stands for the files in it."""
    from flatfile import FormatError, remote

    if not is_address(name):
        return name != STANDARD and Path(name).is_dir()
    try:
        return remote.is_folder(name)
    except FormatError:
        return False


def is_within(name: str, folder: Path) -> bool:
    """Whether a file that was given stands in a folder, that of an output."""
    return name != STANDARD and Path(name).resolve().is_relative_to(folder.resolve())


def _remote(name: str, arls: bool) -> Iterator[str]:
    """The same of an address; a part of it that begins with a dot is hidden."""
    from flatfile import FormatError
    from flatfile.remote import is_folder, listed

    try:
        inside = [
            file
            for file, below in (listed(name) if is_folder(name) else ())
            if not any(part.startswith(".") for part in below.split("/"))
            and (arls or not below.endswith(".json"))
        ]
    except FormatError:
        inside = []  # its reader says why
    yield from inside or [name]


def _walked(folder: str, arls: bool, above: set[str]) -> Iterator[tuple[str, str]]:
    """The files of a folder and of those in it, each with its real path."""
    real = os.path.realpath(folder)
    if real in above:  # a link to a folder that holds it
        return
    try:
        with os.scandir(folder) as scanned:
            entries = sorted((one for one in scanned if not one.name.startswith(".")), key=_own_name)
    except OSError:
        return
    folders = []
    for entry in entries:
        if _is_folder(entry):
            folders.append(entry.name)
        elif _is_wanted(entry, arls):
            here = str(Path(folder, entry.name))
            yield here, os.path.realpath(here) if entry.is_symlink() else f"{real}{os.sep}{entry.name}"
    if {"cur", "new", "tmp"} <= set(folders):  # a Maildir: what is in `tmp` is not whole yet
        folders = ["cur", "new"]
    for name in folders:
        yield from _walked(str(Path(folder, name)), arls, above | {real})


def _own_name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_wanted(entry: os.DirEntry[str], arls: bool) -> bool:
    try:
        if not entry.is_file():
            return False
        if not entry.name.endswith(".json"):
            return True
        with Path(entry.path).open("rb") as stream:
            beginning = stream.read(BEGINNING)
        return arls and any(sign in beginning for sign in JSON_READ)
    except OSError:
        return arls  # its reader says why


def title(name: str) -> str:
    """How a file is called in messages and reports."""
    if is_address(name):
        from flatfile.remote import address_of

        name = address_of(name)
    return shown_name(name)


def is_stream(name: str) -> bool:
    """Whether a name is something that can be read only once: standard input, a pipe, a device."""
    return name == STANDARD or _stream_identity(name) is not None


def _stream_identity(name: str) -> tuple[int, int] | None:
    """What tells a pipe or a device from another, whatever its names; `None` for a file or a folder."""
    try:
        found = os.fstat(sys.stdin.fileno()) if name == STANDARD else Path(name).stat()
    except (OSError, ValueError, AttributeError):
        return None
    if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
        return None
    return found.st_dev, found.st_ino


def is_standard(name: str) -> bool:
    """Whether a name is standard input, be it `-` or `/dev/stdin`."""
    identity = _stream_identity(name)
    return name == STANDARD or (identity is not None and identity == _stream_identity(STANDARD))


def given_twice(names: Iterable[str]) -> str | None:
    """The first name of what can be read only once and was named already; `None` when there is none."""
    seen: set[str | tuple[int, int]] = set()
    for name in names:
        if not is_stream(name):
            continue
        keys = {_stream_identity(name) or name}
        if seen & keys:
            return name
        seen |= keys
    return None


class Input:
    """One file that a command reads: looked at first, then read from its start, once or several times.

    A stream (see `is_stream`) is read as it comes, unless `twice` asks to keep what was read of it. On a
    terminal, reading a long file draws a progress bar. `gzip` is known once the head was looked at;
    `invoices` is how many the subject of the mail that carries the file tells, when one does.
    """

    def __init__(self, name: str, *, twice: bool = False) -> None:
        self.name = name
        self.gzip = False
        self.invoices: int | None = None
        self._twice = twice
        self._head: bytes | None = None
        self._once: Rewound | None = None
        self._opened: list[BinaryIO] = []

    @cached_property
    def is_stream(self) -> bool:
        """Whether it can be read only once, unless it is kept."""
        return is_stream(self.name)

    def head(self) -> bytes:
        """The first uncompressed bytes (64 KiB at most); raises `FormatError` when nothing can be read."""
        from flatfile import open_source

        if self._head is not None:
            return self._head
        if self.is_stream and not self._twice:
            self._once = self._rewound()
        with open_source(self.source(watched=False) if self._is_kept else self.name) as opened:
            self.gzip = opened.gzip
            head = opened.head
        if self._once is not None:
            self._once.rewind()
        self._head = head
        return head

    @property
    def _is_kept(self) -> bool:
        """Whether the bytes come from elsewhere than a file that can be opened again."""
        return self.is_stream

    def source(self, *, watched: bool = True) -> Readable:
        """The bytes from their start; closed with this input. Raises `FormatError` when it cannot be opened.

        A stream that is not read `twice` is read from its start once after its head.
        """
        from flatfile import open_path

        if self.is_stream:
            if self._twice:
                return self._spool
            if self._once is None:
                self._once = self._rewound()
                self._once.rewind()
            return cast(BinaryIO, self._once)
        stream = open_path(self.name)
        self._opened.append(stream)
        if not watched or not is_terminal(sys.stderr) or is_address(self.name):
            return stream
        size = os.fstat(stream.fileno()).st_size
        return cast(BinaryIO, Watched(stream, size, title(self.name)))

    def again(self) -> str | bytes | Spool:
        """What can be read several times, also once this input is closed: a path, or what a stream gave."""
        return self._spool if self.is_stream else self.name

    def kept(self) -> str | bytes | Spool | None:
        """What was read, to be looked at again: a path, or what a stream gave, unless too much."""
        if self._twice or not self.is_stream:
            return self.again()
        return self._once.whole() if self._once is not None else None

    @cached_property
    def _spool(self) -> Spool:
        from flatfile import Spool

        return Spool(_open_stream(self.name), self.name, owned=self.name != STANDARD)

    def _rewound(self) -> Rewound:
        stream = _open_stream(self.name)
        if self.name != STANDARD:
            self._opened.append(stream)
        return Rewound(stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._opened:
            stream.close()


def _open_stream(name: str) -> BinaryIO:
    """Standard input, a pipe or a device; whoever tires of waiting for one to write hears of it."""
    from flatfile import FormatError, open_path

    if name != STANDARD:
        try:
            return open_path(name)
        except KeyboardInterrupt:
            raise CommandError(
                say(
                    f"{title(name)} : interrompu, personne n'y a rien écrit.",
                    f"{title(name)}: interrupted, nobody wrote anything there.",
                ),
                status.INTERRUPTED,
            ) from None
    if sys.stdin is None:  # closed by the caller
        raise FormatError("fichier.lecture")
    return sys.stdin.buffer


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
        from cli.io.progress import Bar

        self._stream = stream
        self.name = name
        self._bar = Bar(size, Path(name).name, share=True)

    def readable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """That of the file."""
        return self._stream.fileno()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        piece = self._stream.read(size)
        self._bar.step(len(piece))
        if piece:
            self._bar.draw()
        else:
            self._bar.hide()
        return piece

    def close(self) -> None:
        """Erase the bar; the file is closed by who opened it."""
        self._bar.hide()
        super().close()
