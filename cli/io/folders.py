"""Folders with all they hold, for the verbs that take what was sent and what came back together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cli.io.inputs import expanded


def walked(names: Iterable[str], *, arls: bool = False) -> Iterator[str]:
    """Yield each name; a folder gives its files and those of its subfolders, in order of folder, then name.

    What `cli.io.inputs.expanded` leaves out is left out. A folder without any file is given as it is. A file
    that a folder gives again (`jeu jeu/retours`) is given once.
    """
    seen: set[Path] = set()
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield name
            continue
        folders = [path, *sorted(one for one in path.rglob("*") if one.is_dir() and not _hidden(one, path))]
        found = [
            file for folder in folders for file in expanded([str(folder)], arls=arls) if file != str(folder)
        ]
        for file in found or [name]:
            if (where := Path(file).resolve()) not in seen:
                seen.add(where)
                yield file


def _hidden(folder: Path, top: Path) -> bool:
    return any(part.startswith(".") for part in folder.relative_to(top).parts)
