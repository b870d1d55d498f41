"""The files a command writes: under a temporary name first, and never over a file that it reads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cli.io.guard import CommandError, system_text
from cli.io.inputs import STANDARD, title
from cli.words.speech import guess_lang, speaker


def refuse_overwrite(outputs: Iterable[Path], inputs: Iterable[str]) -> None:
    """Raise `CommandError` when an output is one of the files read, whatever the way its name is written."""
    read = {_identity(Path(name)): name for name in inputs if name != STANDARD}
    for output in outputs:
        if _identity(output) in read:
            say = speaker(guess_lang())
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
        return str(path.absolute())
    return found.st_dev, found.st_ino


def make_folder(folder: Path) -> Path:
    """The folder, made when it does not exist; raises `CommandError` when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(system_text(error, title(str(folder)))) from None
    return folder


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes its name only once it is whole; nothing is left when writing fails."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise CommandError(system_text(error, title(str(path)))) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException as error:
        with suppress(OSError):
            Path(temporary).unlink()
        if isinstance(error, OSError):
            raise CommandError(system_text(error, title(str(path)))) from None
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_file(path: Path, data: bytes) -> None:
    """Write a whole file; see `written`."""
    with written(path) as stream:
        stream.write(data)
