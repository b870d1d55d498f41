"""Files that come together in one: zip and tar archives, read one member at a time.

An archive is told by its name (`.zip`, `.tar`, `.tar.gz`, `.tgz`, `.tar.bz2`, `.tar.xz`). A member is named
after it: `retours.zip/mars/576.noe`. One that unfolds to more than `flatfile.source.most_bytes` is refused:
archives made to fill the memory exist.
"""

from __future__ import annotations

import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from cli.io.inputs import ARLS, BEGINNING, Input, is_stream
from flatfile import FormatError
from flatfile.source import most_bytes

_ZIP: Final = (".zip",)
_TAR: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

#: What the two libraries raise on bytes that are no archive, or a broken or encrypted one.
_BROKEN: Final = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)


class Member(Input):
    """A file within an archive: its bytes, or why it cannot be read."""

    def __init__(self, name: str, data: bytes | FormatError) -> None:
        super().__init__(name)
        self._data = data

    def source(self, *, watched: bool = True) -> bytes:
        """The bytes; raises `FormatError` when there are none to be had."""
        if isinstance(self._data, FormatError):
            raise self._data
        return self._data

    def again(self) -> bytes:
        """The bytes; raises as `source` does."""
        return self.source()

    def kept(self) -> bytes:
        """The bytes; raises as `source` does."""
        return self.source()

    def is_wanted(self, *, arls: bool) -> bool:
        """Whether it is no JSON file that stands beside others; `arls` takes those that hold ARLs."""
        if not self.name.endswith(".json") or isinstance(self._data, FormatError):
            return True
        return arls and ARLS in self._data[:BEGINNING]


def is_archive(name: str) -> bool:
    """Whether a file is an archive, by its name.

    >>> is_archive("retours.ZIP"), is_archive("576.noe.gz")
    (True, False)
    """
    return name.lower().endswith(_ZIP + _TAR)


def inputs(names: Iterable[str], *, twice: bool = False, arls: bool = False) -> Iterator[Input]:
    """Each file, those of archives one by one; `twice` is that of `Input`, `arls` that of `expanded`."""
    for name in names:
        if is_archive(name):
            yield from (member for member in members(name) if member.is_wanted(arls=arls))
        else:
            yield Input(name, twice=twice)


def members(name: str) -> Iterator[Member]:
    """The regular files of an archive, in its order, hidden ones left out.

    An archive that cannot be read, or not to its end, gives a member with its own name that tells so.
    """
    reader = _zipped if name.lower().endswith(_ZIP) else _tarred
    try:
        yield from reader(name)
    except (FileNotFoundError, NotADirectoryError):
        yield Member(name, FormatError("fichier.absent"))
    except IsADirectoryError:
        yield Member(name, FormatError("fichier.repertoire"))
    except PermissionError:
        yield Member(name, FormatError("fichier.acces"))
    except _BROKEN:
        yield Member(name, FormatError("fichier.lecture"))


def _zipped(name: str) -> Iterator[Member]:
    with _opened(name) as file, zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir() or _is_hidden(info.filename):
                continue
            try:
                with archive.open(info) as stream:
                    data: bytes | FormatError = _read(stream)
            except _BROKEN:
                data = FormatError("fichier.lecture")
            yield Member(f"{name}/{info.filename}", data)


def _tarred(name: str) -> Iterator[Member]:
    with _opened(name) as file, tarfile.open(fileobj=file) as archive:
        for info in archive:
            if not info.isfile() or _is_hidden(info.name):
                continue
            stream = archive.extractfile(info)
            assert stream is not None  # a regular file
            yield Member(f"{name}/{info.name}", _read(stream))
            archive.members = []  # type: ignore[attr-defined]  # else it remembers every one


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    """The file; a copy of what comes through a pipe, since archives are read here and there."""
    with Path(name).open("rb") as file:
        if not is_stream(name):
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy


def _read(stream: IO[bytes]) -> bytes | FormatError:
    most = most_bytes()
    data = stream.read(most + 1)
    return data if len(data) <= most else FormatError("fichier.trop-grand", most, expected=str(most))


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
