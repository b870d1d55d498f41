"""Several conversions: each file of a list or of a folder, to a folder; one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from cli.documents.converted import print_made
from cli.documents.model import Converted, ConvertedFiles
from cli.io.guard import CommandError
from cli.io.inputs import STANDARD, expanded, title
from cli.io.outputs import make_folder
from cli.io.progress import Bar
from cli.words import status
from cli.words.screen import tell, write_json
from cli.words.speech import say

#: Converts one file to a place.
_Convert = Callable[[str, Path | None], Converted]

_TABLES: Final = frozenset({"csv", "parquet"})

#: Suffixes of the documents that files become.
_DOCUMENTS: Final = {"json": ".json", "xml": ".xml", "b2-header": ".json"}


def convert_all(names: Sequence[str], output: Path | None, to: str, convert: _Convert, *, json: bool) -> int:
    """Convert every file; returns the exit status. Raises `CommandError` before anything is written."""
    if output is None:
        raise CommandError(
            say(
                "noemie convert : plusieurs fichiers vont dans un dossier.\n  → Donner ce dossier avec -o.",
                "noemie convert: several files go to a folder.\n  → Give this folder with -o.",
            )
        )
    files = list(_files(names, to))
    places = _places(files, output, to)
    make_folder(output)
    told: list[Converted] = []
    worst = status.OK
    with Bar(len(files), say("Conversion", "Converting")) as bar:
        for file, place in zip(files, places, strict=True):
            bar.step()
            bar.draw()
            try:
                data = convert(file, place)
            except CommandError as error:
                bar.hide()
                tell(error.text)
                data = Converted(file=title(file), to=to, refused=True)
            told.append(data)
            if data.error or data.refused:
                worst = status.UNREADABLE
            elif not json:
                bar.hide()
                print_made(data)
    if json:
        write_json("convert", ConvertedFiles(files=told))
    return worst


def _files(names: Sequence[str], to: str) -> Iterator[str]:
    """The files to convert: of a folder, its documents to turn back, else all the others."""
    if to in _TABLES or to in _DOCUMENTS:
        yield from expanded(list(names))
        return
    for name in names:
        inside = sorted(
            str(path)
            for path in Path(name).glob("*")
            if path.suffix in _DOCUMENTS.values() and path.is_file()
        )
        yield from inside or [name]


def _places(files: Sequence[str], folder: Path, to: str) -> list[Path]:
    """Where each file goes: two may not go to the same place."""
    places = [folder / place_of(file, to) for file in files]
    twice = next((place for at, place in enumerate(places) if place in places[:at]), None)
    if twice is not None:
        name = title(twice.name)
        raise CommandError(
            say(
                f"noemie convert : deux fichiers iraient en {name} ; rien n'a été écrit."
                "\n  → Les convertir dans deux dossiers.",
                f"noemie convert: two files would go to {name}; nothing was written."
                "\n  → Convert them to two folders.",
            )
        )
    return places


def place_of(file: str, to: str) -> str:
    """The name of what a file becomes; a document gives back the name of the file that it was made from.

    >>> place_of("a/flux.b2", "json"), place_of("flux.b2", "csv"), place_of("flux.b2.json", "b2")
    ('flux.b2.json', 'flux', 'flux.b2')
    >>> place_of("flux.xml", "b2")
    'flux.b2'
    """
    path = Path("entree" if file == STANDARD else file)
    if to in _TABLES:
        return path.stem
    if to in _DOCUMENTS:
        return path.name + _DOCUMENTS[to]
    inner = Path(path.stem) if path.suffix in _DOCUMENTS.values() else path
    return inner.name if inner.suffix else f"{inner.name}.{to}"
