"""Files that stand elsewhere: `s3://`, `gs://`, `zip://`, `memory://` and other addresses of fsspec.

It comes with the extra `remote`.

Who may read and write is told in the usual places of those libraries (environment, configuration of the
cloud), never here. An address may hold a password: messages show it through `codes.personal.shown_name`.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Final, cast

from flatfile.errors import FormatError

__all__ = [
    "address_of",
    "exists",
    "is_address",
    "is_folder",
    "listed",
    "open_address",
    "rename",
    "size_of",
    "writing",
]

#: A protocol has two letters at least: one is a disk of Windows. A path has one slash less.
_ADDRESS: Final = re.compile(r"([a-z][a-z0-9+.-]+):/{1,2}(?!/)", re.IGNORECASE)

#: What is an address of something else: databases.
_OTHERS: Final = frozenset({"postgresql", "postgres", "sqlite", "tcp", "tls"})

#: Bytes of what is written that stay in memory before all of it is sent.
_IN_MEMORY: Final = 8 << 20


def is_address(name: str | os.PathLike[str]) -> bool:
    """Whether a name is an address: `s3://bucket/file`, also as a path shortens it (`s3:/bucket/file`).

    >>> is_address("s3://lots/576.noe"), is_address("recu/576.noe"), is_address("C:/recu/576.noe")
    (True, False, False)
    """
    text = os.fspath(name)
    found = _ADDRESS.match(text)
    if not found or found[1].lower() in _OTHERS:
        return False
    return not os.path.lexists(text)


def address_of(name: str | os.PathLike[str]) -> str:
    """The address that a name or a path means.

    >>> from pathlib import Path
    >>> address_of(Path("s3://lots") / "576.noe")
    's3://lots/576.noe'
    """
    text = os.fspath(name).replace(os.sep, "/")
    return "::".join(_ADDRESS.sub(r"\1://", part, count=1) for part in text.split("::"))


def _filesystem(name: str | os.PathLike[str]) -> tuple[Any, str]:
    """The file system of an address, and the path in it. Raises `FormatError` (`fichier.adresse`)."""
    address = address_of(name)
    try:
        import fsspec
    except ImportError:
        raise FormatError("fichier.adresse", expected="pip install 'sesam-noemie[remote]'") from None
    try:
        return cast(tuple[Any, str], fsspec.core.url_to_fs(address))
    except ImportError:
        protocol = address.partition("://")[0].lower()
        raise FormatError("fichier.adresse", expected=f"pip install {_package(protocol)}") from None
    except Exception as error:
        if isinstance(error, ValueError) and "Protocol not known" in str(error):
            raise FormatError("fichier.protocole", expected="s3, gs, zip, memory…") from None
        raise _refusal(error) from None


def _package(protocol: str) -> str:
    """What pip installs for a protocol."""
    known = {"gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "sftp": "paramiko"}
    if protocol in ("s3", "s3a"):
        return "'sesam-noemie[remote]'"
    return known.get(protocol, f"'fsspec[{protocol}]'")


def _refusal(error: Exception) -> FormatError:
    """What went wrong, in our words: those of a library may quote an address, or a key."""
    kind = type(error).__name__
    if isinstance(error, FormatError):
        return error
    if isinstance(error, (FileNotFoundError, NotADirectoryError, KeyError)):
        return FormatError("fichier.absent")
    if isinstance(error, IsADirectoryError):
        return FormatError("fichier.repertoire")
    if isinstance(error, PermissionError) or "Credentials" in kind or "Forbidden" in kind:
        return FormatError("fichier.acces")
    return FormatError("fichier.lecture")


def open_address(name: str | os.PathLike[str]) -> BinaryIO:
    """A file at an address, in binary mode, which can be read here and there.

    Raises `FormatError` as `flatfile.open_path` does; `fichier.adresse` when a library is missing,
    `fichier.protocole` for an address of no known kind.
    """
    system, path = _filesystem(name)
    try:
        return cast(BinaryIO, _Guarded(system, system.open(path, "rb")))
    except Exception as error:
        if _is_folder(system, path):
            raise FormatError("fichier.repertoire") from None
        raise _refusal(error) from None


class _Guarded(io.RawIOBase):
    """A file whose failures are all of the system, whoever reports them; an archive stays open with it."""

    def __init__(self, system: Any, file: Any) -> None:
        self._system = system
        self._file = file

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """As the file is."""
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere in the file."""
        return int(self._done(self._file.seek, offset, whence))

    def tell(self) -> int:
        """Where the file stands."""
        return int(self._file.tell())

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        return bytes(self._done(self._file.read, size))

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    @staticmethod
    def _done(work: Any, *arguments: Any) -> Any:
        try:
            return work(*arguments)
        except (OSError, ValueError):
            raise
        except Exception as error:
            raise OSError(type(error).__name__) from None

    def close(self) -> None:
        """Close the file."""
        with suppress(Exception):
            self._file.close()
        super().close()


def is_folder(name: str | os.PathLike[str]) -> bool:
    """Whether an address stands for the files below it. Raises `FormatError`."""
    system, path = _filesystem(name)
    return _is_folder(system, path)


def _is_folder(system: Any, path: str) -> bool:
    try:
        return bool(system.isdir(path))
    except Exception:
        return False


def exists(name: str | os.PathLike[str]) -> bool:
    """Whether something stands at an address. Raises `FormatError` when nobody can tell."""
    system, path = _filesystem(name)
    try:
        return bool(system.exists(path))
    except Exception as error:
        raise _refusal(error) from None


def size_of(name: str | os.PathLike[str]) -> int:
    """Bytes of the file at an address; 0 when nobody knows."""
    try:
        system, path = _filesystem(name)
        return int(system.size(path) or 0)
    except Exception:
        return 0


def listed(name: str | os.PathLike[str]) -> Iterator[tuple[str, str]]:
    """The files below an address, in order of name: address, and path below it. Raises `FormatError`."""
    system, path = _filesystem(name)
    try:
        found = sorted(system.find(path))
    except Exception as error:
        raise _refusal(error) from None
    top = path.rstrip("/")
    address, joint, carrier = address_of(name).partition("::")
    for file in found:
        below = file[len(top) :].lstrip("/") if top else file.lstrip("/")
        yield f"{address.rstrip('/')}/{below}{joint}{carrier}", below


@contextmanager
def writing(name: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file that is sent to its address once it is whole; nothing is there when writing fails.

    Raises `FormatError` when it cannot be sent.
    """
    import shutil
    import tempfile

    system, path = _filesystem(name)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        yield cast(BinaryIO, kept)
        kept.seek(0)
        try:
            if parent := path.rpartition("/")[0]:
                with suppress(Exception):  # a store has no folders; a bucket is not ours to make
                    if not system.protocol or "s3" not in system.protocol:
                        system.makedirs(parent, exist_ok=True)
            target = system.open(path, "wb")
            try:
                shutil.copyfileobj(kept, target, 1 << 20)
            except BaseException:
                with suppress(Exception):
                    target.discard()
                raise
            target.close()
        except Exception as error:
            raise _refusal(error) from None


def rename(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Give a file of a store another name in the same store. Raises `FormatError`."""
    system, path = _filesystem(source)
    other = _filesystem(target)[1]
    try:
        system.mv(path, other)
    except Exception as error:
        raise _refusal(error) from None
