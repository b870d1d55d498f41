"""Folders with all they hold, for the verbs that take what was sent and what came back together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cli.io.inputs import expanded


def walked(names: Iterable[str], *, arls: bool = False, aside: list[str] | None = None) -> Iterator[str]:
    """Yield each name; a folder gives its files and those of its subfolders, in order of folder, then name.

    What `cli.io.inputs.expanded` leaves out is left out, and so are cards and files of rights, which stand
    beside flows and returns in a folder but are neither. A folder without any other file is given as it is.
    A file that a folder gives again (`jeu jeu/retours`) is given once. The cards and files of rights left
    out are added to `aside`.
    """
    seen: set[Path] = set()
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield name
            continue
        folders = [path, *sorted(one for one in path.rglob("*") if one.is_dir() and not _hidden(one, path))]
        found = [
            file
            for folder in folders
            for file in expanded([str(folder)], arls=arls)
            if file != str(folder) and not _left_aside(file, aside)
        ]
        for file in found or [name]:
            if (where := Path(file).resolve()) not in seen:
                seen.add(where)
                yield file


def _hidden(folder: Path, top: Path) -> bool:
    return any(part.startswith(".") for part in folder.relative_to(top).parts)


def _left_aside(file: str, aside: list[str] | None) -> bool:
    if not _is_of_rights(Path(file)):
        return False
    if aside is not None:
        aside.append(file)
    return True


def _is_of_rights(path: Path) -> bool:
    """Whether a file is a card, or a table of rights; of one that cannot be read, its reader says why."""
    from flatfile import FormatError
    from noemie.documents.recognise import recognise_source

    try:
        found = recognise_source(path)
    except FormatError:
        return False
    return found.family == "droits" or (found.family == "zone" and found.is_sure)
