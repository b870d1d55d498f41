"""The files a command writes: under a temporary name first, and never over a file that it reads.

A link is followed and stays; a pipe, a device, `/dev/stdout` and `-` are written to as they are. What a run
that was killed left behind goes at the next one in the same folder.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from cli.io.guard import CommandError, system_text
from cli.io.inputs import STANDARD, is_stream, title
from cli.words.speech import say
from flatfile.source import is_address


def files_of(*paths: Path | None) -> list[str]:
    """The names of files that are read besides: those of folders, and files."""
    found: list[str] = []
    for path in paths:
        if path is not None:
            found += [str(path)]
            with suppress(OSError):
                found += map(str, path.iterdir())
    return found


def is_one_of(path: Path, others: Iterable[Path]) -> bool:
    """Whether a path leads to one of other files, through links or under another name."""
    return one_of(others)(path)


def one_of(others: Iterable[Path]) -> Callable[[Path], bool]:
    """The same, for many paths: the other files are looked at once."""
    known = set(map(_identity, others))
    return lambda path: _identity(path) in known


def refuse_overwrite(outputs: Iterable[Path], inputs: Iterable[str]) -> None:
    """Raise `CommandError` when an output is read, under any name, or keeps a key of the user."""
    from noemie.ledger.base.places import keys_folder

    keys = keys_folder().glob("*.key")
    read = [*(Path(name) for name in inputs if not is_stream(name)), *keys]
    for output in outputs:
        if is_one_of(output, read):
            raise CommandError(
                say(
                    f"{title(str(output))} : ce fichier est une entrée de la commande, il ne sera pas écrasé."
                    " → Choisir un autre dossier avec -o.",
                    f"{title(str(output))}: this file is an input of the command, it will not be overwritten."
                    " → Choose another folder with -o.",
                )
            )


def _identity(path: Path) -> tuple[int, int] | str:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return os.path.realpath(path)
    return found.st_dev, found.st_ino


def beside(names: Iterable[str], given: str, output: Path) -> Iterator[str]:
    """The names that a folder gave, without those of an output folder within it, which nobody gave."""
    own, top = os.path.realpath(output), os.path.realpath(given)
    if not own.startswith(top + os.sep):
        yield from names
        return
    for name in names:
        if not os.path.realpath(name).startswith(own + os.sep):
            yield name


def make_folder(folder: Path) -> Path:
    """The folder, made when it does not exist; raises `CommandError` when it cannot be, or is called `-`."""
    if str(folder) == STANDARD:
        raise CommandError(
            say(
                "-o - : plusieurs fichiers sont à écrire, pas la sortie standard. → Donner un dossier.",
                "-o -: several files are to be written, not standard output. → Give a folder.",
            )
        )
    if is_address(folder):
        return folder  # a store has none
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(system_text(error, title(str(folder)))) from None
    return folder


#: How a file is called while it is written; the number is that of the process.
_PREFIX: Final = ".noemie-"
_TEMPORARY: Final = re.compile(r"\.noemie-([0-9]+)-[a-z0-9_]{8}\.tmp")

#: The names of what a process has open already.
_DESCRIPTOR: Final = re.compile(r"/dev/fd/([0-9]+)|/proc/(?:self|thread-self|[0-9]+)/fd/([0-9]+)")

#: Most links that lead to one another.
_MOST_LINKS: Final = 40

#: How every SQLite database begins.
_SQLITE: Final = b"SQLite format 3\0"

_PRIVATE: Final = 0o600
_SHARED: Final = 0o666


def file_or_standard(output: Path | None) -> Path | None:
    """What `-o` names; `None` is standard output, also when it is called `-` or `/dev/stdout`."""
    if output is None or str(output) == STANDARD:
        return None
    return None if _descriptor_of(output) == 1 else output


def _descriptor_of(path: Path) -> int | None:
    """The number of the open file that a path like /dev/stdout leads to; `None` for any other path."""
    name = str(path)
    for _ in range(_MOST_LINKS):
        if found := _DESCRIPTOR.fullmatch(name):
            return int(found[1] or found[2])
        try:
            name = os.path.join(os.path.dirname(name), os.readlink(name))  # noqa: PTH115, PTH118, PTH120
        except (OSError, ValueError):
            break
    return None


@contextmanager
def written(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A binary file that takes its name only once it is whole; nothing is left when writing fails.

    A file that is there keeps its mode; a new one that is `private`, because it may hold what is known of
    persons, is for its owner alone, and another has the rights that the system gives (umask). At an address,
    it is sent there once it is whole, and the store tells who may read it.
    """
    if is_address(path):
        with _sent(path) as sent:
            yield sent
        return
    try:
        with _opened(path, private=private) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(system_text(error, title(str(path)))) from None


@contextmanager
def _sent(path: Path) -> Iterator[BinaryIO]:
    from cli.io.problems import problem_of, sentence
    from flatfile import FormatError
    from flatfile.remote import address_of, writing

    try:
        with writing(path) as stream:
            yield stream
    except FormatError as error:
        raise CommandError(sentence(problem_of(error, address_of(path)))) from None


def there_is(path: Path) -> bool:
    """Whether something stands at a path, or at an address. Raises `CommandError` when nobody can tell."""
    if not is_address(path):
        return path.exists()
    from cli.io.problems import problem_of, sentence
    from flatfile import FormatError
    from flatfile.remote import address_of, exists

    try:
        return exists(path)
    except FormatError as error:
        raise CommandError(sentence(problem_of(error, address_of(path)))) from None


@contextmanager
def _opened(path: Path, *, private: bool) -> Iterator[BinaryIO]:
    descriptor = _descriptor_of(path)
    if descriptor is not None:
        sys.stdout.flush()
        with os.fdopen(os.dup(descriptor), "wb") as stream:
            yield stream
        return
    target = Path(os.path.realpath(path))
    mode = _mode_of(target)
    if mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        with target.open("wb") as stream:
            yield stream
        return
    if mode is not None and _is_database(target):
        raise CommandError(
            say(
                f"{title(str(path))} : ce fichier est une base de données, il ne sera pas remplacé."
                " → Choisir un autre nom avec -o.",
                f"{title(str(path))}: this file is a database, it will not be replaced."
                " → Choose another name with -o.",
            )
        )
    kept = stat.S_IMODE(mode) if mode is not None else _PRIVATE if private else _SHARED & ~_umask()
    with _replacing(target, kept) as stream:
        yield stream


def _is_database(path: Path) -> bool:
    """Whether a file is an SQLite database: somebody's ledger, that no report may take the place of."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _mode_of(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


@contextmanager
def _replacing(target: Path, mode: int) -> Iterator[BinaryIO]:
    """A file beside the target, for its owner alone until it takes its name and its mode."""
    _remove_leftovers(target.parent)
    handle, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            with suppress(OSError):  # not every disk has locks
                _lock(stream)
            yield stream
            stream.flush()
            temporary.chmod(mode)
            if os.name == "nt":  # an open file cannot be renamed there
                stream.close()
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


@cache
def _remove_leftovers(folder: Path) -> None:
    """The same, once a folder."""
    remove_leftovers(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove what our runs that were killed left in a folder: by their names, dead, and locked by nobody.

    The number of a process tells nothing of one that runs in another container: its lock does.
    """
    if os.name == "nt" or is_address(folder):
        return
    with suppress(OSError):
        for path in folder.iterdir():
            found = _TEMPORARY.fullmatch(path.name)
            if found and not _is_alive(int(found[1])):
                with suppress(OSError):
                    _remove_unlocked(path)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _remove_unlocked(path: Path) -> None:
    access = os.O_RDONLY | os.O_DIRECTORY if path.is_dir() else os.O_RDWR
    handle = os.open(path, access | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid():
            return
        if stat.S_ISREG(found.st_mode):
            _lock(handle)
            path.unlink()
        elif stat.S_ISDIR(found.st_mode):
            _lock(handle)
            shutil.rmtree(path)
    finally:
        os.close(handle)


def _lock(stream: BinaryIO | int) -> None:
    """Hold a file as long as it is open; raises `OSError` when somebody else does, where locks exist."""
    if os.name == "nt":
        return
    import fcntl

    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a whole file; see `written`."""
    with written(path, private=private) as stream:
        stream.write(data)


@contextmanager
def file_or_output(output: Path | None, *, private: bool = False) -> Iterator[BinaryIO]:
    """Where one document goes: its file, as `written` makes it, or standard output when there is none."""
    if output is not None:
        with written(output, private=private) as stream:
            yield stream
        return
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


@contextmanager
def staged(
    folder: Path, *, private: bool = False
) -> Iterator[Callable[[str, bytes | Iterable[bytes]], None]]:
    """Write several files of a folder, by their names in it; they take these once all are whole, in order.

    A file is given whole, or piece after piece; `private` is that of `written`. When one cannot be written (a
    full disk), none of them is there, and those that were stay as they were. Raises `CommandError`.
    """
    make_folder(folder)
    if is_address(folder):
        sent: list[tuple[str, bytes]] = []
        yield lambda name, data: sent.append((name, data if isinstance(data, bytes) else b"".join(data)))
        for name, data in sent:
            write_file(folder / name, data)
        return
    _remove_leftovers(folder)
    names: list[str] = []
    with ExitStack() as stack:
        try:
            made = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", suffix=".tmp", dir=folder)
        except OSError as error:
            raise CommandError(system_text(error, title(str(folder)))) from None
        aside = Path(made)
        stack.callback(shutil.rmtree, aside, ignore_errors=True)
        if os.name != "nt":
            handle = os.open(aside, os.O_RDONLY)
            stack.callback(os.close, handle)
            with suppress(OSError):
                _lock(handle)

        def add(name: str, data: bytes | Iterable[bytes]) -> None:
            try:
                (aside / name).parent.mkdir(parents=True, exist_ok=True)
                if isinstance(data, bytes):
                    (aside / name).write_bytes(data)
                else:
                    with (aside / name).open("wb") as stream:
                        stream.writelines(data)
                if private:
                    (aside / name).chmod(_PRIVATE)
            except OSError as error:
                raise CommandError(system_text(error, title(str(folder / name)))) from None
            names.append(name)

        yield add
        _take_names(aside, folder, names)


def _take_names(aside: Path, folder: Path, names: list[str]) -> None:
    """Move files to their names; when one of these cannot be had, those that were new are taken back."""
    new: list[Path] = []
    try:
        for name in names:
            source, path = aside / name, folder / name
            make_folder(path.parent)
            if os.path.lexists(path):  # a link is followed, a mode is kept, a device is written to
                with source.open("rb") as made, written(path) as stream:
                    shutil.copyfileobj(made, stream)
                continue
            try:
                source.replace(path)
            except OSError as error:
                raise CommandError(system_text(error, title(str(path)))) from None
            new.append(path)
    except BaseException:
        for path in new:
            with suppress(OSError):
                path.unlink()
        raise
