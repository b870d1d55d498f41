"""Several conversions: each file of a list or of a folder, to a folder; one that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from cli.documents.converted import print_made, sentence_of
from cli.documents.converted_file import Conversion
from cli.documents.model import Converted, ConvertedFiles
from cli.io.executors import Deaths, executor_of, results_of
from cli.io.guard import CommandError
from cli.io.inputs import STANDARD, expanded, is_stream, title
from cli.io.outputs import beside, make_folder, remove_leftovers
from cli.io.problems import problem_of
from cli.io.progress import Bar
from cli.words import status
from cli.words.screen import tell, write_json
from cli.words.speech import say
from flatfile import FormatError

_TABLES: Final = frozenset({"csv", "parquet"})

#: Suffixes of the documents that files become.
_DOCUMENTS: Final = {"json": ".json", "xml": ".xml", "b2-header": ".json"}

#: What each process imports before its first file.
PRELOAD: Final = ("cli.documents.converted_file", "noemie.documents.convert")


@dataclass(frozen=True, slots=True)
class Conversions:
    """How every file is converted: picklable, for it is done wherever `over_files` has it done.

    `to` and what follows are those of `Conversion`; `cps` and `rang` go with `b2-header`.
    """

    to: str
    values: bool = False
    norm: str | None = None
    layouts: Path | None = None
    force: bool = False
    cps: str | None = None
    rang: str | None = None

    def of(self, file: str, output: Path | None) -> Conversion:
        """That of one file."""
        return Conversion(
            file,
            self.to,
            output,
            values=self.values,
            norm=self.norm,
            layouts=self.layouts,
            force=self.force,
        )

    def convert(self, file: str, output: Path | None) -> Converted:
        """Convert one file, whose place was verified. Raises `CommandError`."""
        conversion = self.of(file, output)
        return conversion.header(self.cps, self.rang) if self.to == "b2-header" else conversion.run()

    def __call__(self, given: _Given) -> Converted | str:
        """The same of one among several: the text that says why it is refused, instead of an exception."""
        if given.refusal:
            return given.refusal
        try:
            make_folder(given.place.parent)
            return self.convert(given.file, given.place)
        except CommandError as error:
            return error.text

    def lost(self, given: _Given) -> Converted | str:
        """What is told of a file that kills the process that has it."""
        problem = problem_of(FormatError("fichier.processus"), given.file)
        return Converted(file=title(given.file), to=self.to, error=problem)


class _Given(NamedTuple):
    """A file, where it goes, why it may not go there."""

    file: str
    place: Path
    refusal: str


def convert_all(
    names: Sequence[str],
    output: Path | None,
    conversions: Conversions,
    *,
    json: bool,
    jobs: int | None = None,
    cluster: str | None = None,
) -> int:
    """Convert every file; returns the exit status. Raises `CommandError` before anything is written."""
    to = conversions.to
    if output is None:
        raise CommandError(
            say(
                "noemie convert : plusieurs fichiers vont dans un dossier.\n  → Donner ce dossier avec -o.",
                "noemie convert: several files go to a folder.\n  → Give this folder with -o.",
            )
        )
    files = _Files(names, to, output)
    files.refuse_twice()
    make_folder(output)
    told: list[Converted] = []
    worst = status.OK
    died = Deaths(_name)
    personal = ("--show-values", "--show-values") if conversions.values else None
    with (
        Bar(len(files.names), say("Conversion", "Converting")) as bar,
        executor_of(files.names, jobs, cluster, preload=PRELOAD, personal=personal) as executor,
    ):
        results = results_of(
            conversions,
            (_Given(file, place, _refusal(conversions, file, place)) for file, place in files),
            executor,
            bar,
            named=_name,
            here=_is_here,
            lost=conversions.lost,
            count=len(files.names),
            died=died,
        )
        for file, result in zip(files.names, results, strict=True):
            refused = isinstance(result, str)
            data = Converted(file=title(file), to=to, refused=True) if isinstance(result, str) else result
            if refused or data.error:
                bar.hide()
                tell(result if isinstance(result, str) else sentence_of(data))
                worst = status.UNREADABLE
            elif not json:
                bar.hide()
                print_made(data)
            if json:
                told.append(data)
    if died.any:
        for folder in dict.fromkeys(place.parent if to not in _TABLES else place for _, place in files):
            remove_leftovers(folder)
    if json:
        write_json("convert", ConvertedFiles(files=told))
    return worst


def _refusal(conversions: Conversions, file: str, place: Path) -> str:
    """Why a file may not go to its place; looked at before anything is written there, once."""
    try:
        conversions.of(file, place).verify_place()
    except CommandError as error:
        return error.text
    return ""


def _name(given: _Given) -> str:
    return given.file


def _is_here(given: _Given) -> bool:
    return is_stream(given.file)


class _Files:
    """The files to convert and their places: those of a folder keep their place in it."""

    def __init__(self, names: Sequence[str], to: str, output: Path) -> None:
        self.names: list[str] = []
        self._places: list[str] = []
        self._output = output
        for name in names:
            for file in _files(name, to, output):
                self.names.append(file)
                self._places.append(_place_in(name, file, to))

    def __iter__(self) -> Iterator[tuple[str, Path]]:
        for file, place in zip(self.names, self._places, strict=True):
            yield file, self._output / place

    def refuse_twice(self) -> None:
        """Raise `CommandError` when two files would go to one place."""
        seen: set[str] = set()
        for place in self._places:
            if place in seen:
                name = title(PurePath(place).name)
                raise CommandError(
                    say(
                        f"noemie convert : deux fichiers iraient en {name} ; rien n'a été écrit."
                        "\n  → Les convertir dans deux dossiers.",
                        f"noemie convert: two files would go to {name}; nothing was written."
                        "\n  → Convert them to two folders.",
                    )
                )
            seen.add(place)


def _place_in(given: str, file: str, to: str) -> str:
    name = place_of(file, to)
    if given == file:
        return name
    below = file.partition("::")[0][len(given.partition("::")[0].rstrip("/")) :].lstrip("/")
    return str(PurePath(below).parent / name)


def _files(name: str, to: str, output: Path) -> Iterator[str]:
    """The files to convert: of a folder, its documents to turn back, else all the others."""
    if to in _TABLES or to in _DOCUMENTS:
        yield from beside(expanded([name]), name, output)
        return
    inside = sorted(
        str(path) for path in Path(name).rglob("*") if path.suffix in _DOCUMENTS.values() and path.is_file()
    )
    yield from inside or [name]


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
