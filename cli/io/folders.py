"""The files of a folder, here or at an address: which of them a command reads, in which order.

`cli.io.inputs.expanded` asks for them where a name is that of a folder. What is in envelopes is told there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flatfile import FormatError

#: What tells a JSON file that is read, among its first bytes: ARLs (`noemie.returns.arl.FORMAT`), the answer
#: of a teleservice (`fse.rights.teleservice.ADRI`).
JSON_READ: Final = (b'"sesam-noemie/arl"', b'"beneficiaireDeSoins"')
BEGINNING: Final = 4096


def remote(name: str, arls: bool) -> Iterator[str]:
    """The files of an address, itself where it is none of a folder; what begins with a dot is hidden."""
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


def walked(folder: str, arls: bool, above: set[str]) -> Iterator[tuple[str, str]]:
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
            here = f".{os.sep}-" if here == "-" else here  # that name alone is standard input
            yield here, os.path.realpath(here) if entry.is_symlink() else f"{real}{os.sep}{entry.name}"
    if {"cur", "new", "tmp"} <= set(folders):  # a Maildir: what is in `tmp` is not whole yet
        folders = ["cur", "new"]
    for name in folders:
        yield from walked(str(Path(folder, name)), arls, above | {real})


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
