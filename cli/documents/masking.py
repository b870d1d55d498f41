"""The work of `noemie mask`: files masked to their copies, or copies searched for what they may not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from cli.documents.masked import survival_text, with_report
from cli.documents.model import Masked, Place, Survivals
from cli.io.executors import Deaths, executor_of, results_of
from cli.io.guard import CommandError, site_tables
from cli.io.inputs import Input, expanded, inputs, is_standard, is_stream, title
from cli.io.outputs import beside, make_folder, refuse_overwrite, remove_leftovers, there_is, written
from cli.io.problems import problem_of, sentence
from cli.io.progress import Bar
from cli.words.screen import tell
from cli.words.speech import say
from flatfile import FormatError, open_source
from noemie.documents.mask.copies import (
    MOST_TOLD,
    Key,
    Options,
    Report,
    Survival,
    SurvivalError,
    mask,
    verify,
)
from noemie.documents.recognise import Opened

#: Name of the copy of standard input.
COPY_OF_STANDARD = "masque"


class Originals:
    """The files to mask, one at a time, as often as needed: those of envelopes are not kept in memory.

    `files` are the names on the disk, `names` those of what is masked. What cannot be read again is kept.
    """

    def __init__(self, given: list[str], output: Path, layouts: Path | None, opened: Opened) -> None:
        #: The folder that gave a file, itself for one that was named.
        self.folders = {
            file: name for name in given for file in beside(expanded([name], arls=True), name, output)
        }
        self.files = list(self.folders)
        self.names: list[str] = []
        self._given = given
        self._layouts = layouts
        self._kept: dict[str, list[Input]] = {}
        for file in self.files:
            found = self._inputs(file, opened)
            if is_stream(file):
                self._kept[file] = list(found)
            self.names += [input.name for input in self._kept.get(file, found)]

    def __iter__(self) -> Iterator[Input]:
        for file in self.files:
            yield from self._kept.get(file) or self._inputs(file)

    def _inputs(self, file: str, opened: Opened | None = None) -> Iterator[Input]:
        with site_tables():
            yield from inputs(
                [file],
                self._given,
                "b2",
                "noemie",
                "zone",
                "arl",
                twice=True,
                arls=True,
                opened=opened,
                layouts=self._layouts,
            )


class Tables(NamedTuple):
    """How files are read: the norm, and the tables of the site."""

    norm: str | None
    layouts: Path | None


#: An original and its copy.
_Pair = tuple["Input", Path]


def targets_of(originals: Originals, folder: Path) -> list[Path]:
    """Where each copy goes: those of a folder keep their place in it."""
    return [_target(name, folder, originals.folders) for name in originals.names]


def refuse_lost(found: list[Path], files: list[str], folder: Path, *, force: bool) -> None:
    """Raise `CommandError` before anything is written, when something would be lost."""
    make_folder(folder)
    refuse_overwrite(found, files)
    seen: set[Path] = set()
    twice = next((path for path in found if path in seen or seen.add(path)), None)  # type: ignore[func-returns-value]
    there = next((path for path in found if there_is(path)), None)
    if twice is None and (there is None or force):
        return
    path = title(str(twice or there))
    if twice is not None:
        reason = say("deux fichiers portent ce nom", "two files have this name")
        advice = say("Les masquer dans deux dossiers.", "Mask them in two folders.")
    else:
        reason = say("existe déjà", "exists already")
        advice = say(
            "Choisir un autre dossier avec -o, ou ajouter --force pour remplacer.",
            "Choose another folder with -o, or add --force to replace.",
        )
    raise CommandError(
        say(
            f"noemie mask : {path} : {reason} ; rien n'a été écrit.\n  → {advice}",
            f"noemie mask: {path}: {reason}; nothing was written.\n  → {advice}",
        )
    )


def _target(name: str, folder: Path, folders: dict[str, str]) -> Path:
    """The copy of a file: its name, without `.gz` (copies are not compressed).

    That of a file in a mail or an archive has the name of this one too: `envoi.eml_B2`.
    """
    # A file in an envelope is named after it: `retours.zip/mars/576.noe`.
    above = accumulate(name.split("/"), lambda one, other: f"{one}/{other}")
    carrier = name if name in folders else next((one for one in above if one in folders), name)
    own = COPY_OF_STANDARD if is_standard(carrier) else Path(carrier).name
    own += name[len(carrier) :].replace("/", "_")
    given = folders.get(carrier, carrier)
    inside = Path(carrier).relative_to(given).parent if given != carrier else Path()
    return folder / inside / own.removesuffix(".gz")


def work_on(
    originals: Originals,
    targets: list[Path],
    work: Work,
    jobs: int | None,
    cluster: str | None,
) -> list[Masked]:
    """Mask, or verify, every file: in order, and told as they come."""
    done: list[Masked] = []
    died = Deaths(_name)
    personal = ("la clé de masquage", "the masking key")
    with (
        Bar(len(targets), say("Masquage", "Masking")) as bar,
        executor_of(originals.files, jobs, cluster, preload=_PRELOAD, personal=personal) as executor,
    ):
        results = results_of(
            work,
            zip(originals, targets, strict=True),
            executor,
            bar,
            named=_name,
            here=_is_here,
            lost=_lost,
            count=len(targets),
            died=died,
        )
        for result in results:
            if result.text:
                bar.hide()
                tell(result.text)
            done.append(result.masked)
    if died.any:
        for folder in dict.fromkeys(target.parent for target in targets):
            remove_leftovers(folder)
    return done


#: What each process imports before its first file.
_PRELOAD = ("cli.documents.masking", "noemie.documents.mask.copies")


def _name(pair: _Pair) -> str:
    return pair[0].name


def _is_here(pair: _Pair) -> bool:
    return pair[0].is_stream


def _lost(pair: _Pair) -> _Done:
    problem = problem_of(FormatError("fichier.processus"), _name(pair))
    return _Done(Masked(file=title(_name(pair)), error=problem), sentence(problem))


class _Done(NamedTuple):
    """What was done to a file, and what is to be said of it on standard error."""

    masked: Masked
    text: str = ""


#: What is done to each file, wherever that is.
Work = Callable[[_Pair], _Done]


@dataclass(frozen=True, slots=True)
class MaskOne:
    """Masks a file to its copy."""

    key: Key
    options: Options
    tables: Tables

    def __call__(self, pair: _Pair) -> _Done:
        """The copy is written once it is whole."""

        original, target = pair
        name, tables = original.name, self.tables
        masked = Masked(file=title(name))
        make_folder(target.parent)
        try:
            with site_tables(), original as input, written(target) as out:
                done = mask(
                    input.again(), out, self.key, self.options, norm=tables.norm, layouts=tables.layouts
                )
        except FormatError as error:
            problem = problem_of(error, name)
            return _Done(replace(masked, error=problem), sentence(problem))
        except SurvivalError as error:
            found: Report = error.report
            text, places = _survivals(error.places, found.survivals, name)
            survivals = Survivals(message="survivals", places=places)
            return _Done(with_report(replace(masked, error=survivals), found), text)
        return _Done(with_report(replace(masked, output=title(str(target))), done))


@dataclass(frozen=True, slots=True)
class VerifyOne:
    """Searches the copy of a file for its values."""

    options: Options
    tables: Tables

    def __call__(self, pair: _Pair) -> _Done:
        """Nothing is written."""

        original, target = pair
        name, tables = original.name, self.tables
        verified = Masked(file=title(name), output=title(str(target)))
        read = str(target)
        try:
            with open_source(target) as opened:
                copy = opened.read_all()
            read = name
            with site_tables(), original as input:
                places = verify(input.again(), copy, self.options, norm=tables.norm, layouts=tables.layouts)
        except FormatError as error:
            problem = problem_of(error, read)
            return _Done(replace(verified, error=problem), sentence(problem))
        if not places:
            return _Done(replace(verified, survivals=0, places=[]))
        text, told = _survivals(places, len(places), name, verifying=True)
        return _Done(replace(verified, survivals=len(places), places=told), text)


def _survivals(
    places: list[Survival], count: int, name: str, *, verifying: bool = False
) -> tuple[str, list[Place]]:
    """They as a text, and the first ones."""
    text = survival_text(places, count, title(name), verifying=verifying)
    return text, [Place(**place._asdict()) for place in places[:MOST_TOLD]]
