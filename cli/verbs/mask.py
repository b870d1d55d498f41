"""`noemie mask`: pseudonymised copies of real files, that still check and reconcile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cli.io.guard import CommandError
from cli.io.options import (
    ClusterOption,
    Files,
    Format,
    FormatOption,
    JobsOption,
    LayoutsOption,
    NormOption,
    OutputFolder,
)
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from msgspec import UnsetType

    from cli.documents.model import KeyUsed, Masked, Place
    from cli.io.inputs import Input
    from noemie.documents.mask.copies import Key, Options, Report, Survival
    from noemie.documents.recognise import Opened

#: Name of the copy of standard input.
COPY_OF_STANDARD = "masque"


class Numbers(StrEnum):
    """What becomes of invoice numbers."""

    KEEP = "keep"
    MAP = "map"


def mask(
    files: Files,
    output: OutputFolder,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help="File that holds the key; else NOEMIE_MASK_KEY, else a new key, kept nowhere.",
            show_default=False,
        ),
    ] = None,
    keep_professionals: Annotated[
        bool, typer.Option("--keep-professionals", help="Leave names and numbers of professionals.")
    ] = False,
    invoice_numbers: Annotated[
        Numbers, typer.Option("--invoice-numbers", help="Keep invoice numbers, or replace them everywhere.")
    ] = Numbers.KEEP,
    shift_dates: Annotated[
        bool,
        typer.Option("--shift-dates", help="Move all other dates back by the same number of weeks."),
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Write nothing: search the copies that are in DIR for original values."
        ),
    ] = False,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Copy B2 flows, NOEMIE returns, SSV zones and ARLs with invented people, of the same shape.

    The same key gives the same pseudonyms: a masked flow and its masked returns still reconcile.
    Pseudonymised is not anonymous: who has the key, or knows the case, may find the person. Keep the copies
    private. When a value of the original is still in a copy, it is not written, and the exit status is 2.
    """
    from msgspec import UNSET

    from cli.documents import masked as words
    from cli.documents.model import KeyUsed
    from cli.io.asides import tell_opened
    from noemie.documents.mask.copies import Options
    from noemie.documents.recognise import Opened

    opened = Opened()
    originals = _Originals(files, output, layouts, opened)
    options = Options(keep_professionals, invoice_numbers.value, shift_dates)
    tables = _Tables(norm and norm.value, layouts)
    targets = _targets(originals, output)
    if verify:
        work: _Work = _Verify(options, tables)
        done = _all(originals, targets, work, jobs, cluster)
        tell_opened(opened)
        _write(done, UNSET, format, lambda: words.print_verified(done))
        found = any(data.survivals for data in done)
        unreadable = any(data.error for data in done)
        return status.UNREADABLE if unreadable else status.FINDINGS if found else status.OK
    key, origin = _key(key_file)
    _refuse_lost(targets, originals.files, output, force=force)
    work = _Mask(key, options, tables)
    done = _all(originals, targets, work, jobs, cluster)
    tell_opened(opened)
    forgotten = origin == "random"
    used = KeyUsed(origin=origin, fingerprint="" if forgotten else key.fingerprint)
    _write(done, used, format, lambda: words.print_masked(done, forgotten=forgotten))
    return status.UNREADABLE if any(data.error for data in done) else status.OK


class _Originals:
    """The files to mask, one at a time, as often as needed: those of envelopes are not kept in memory.

    `files` are the names on the disk, `names` those of what is masked. What cannot be read again is kept.
    """

    def __init__(self, given: list[str], output: Path, layouts: Path | None, opened: Opened) -> None:
        from cli.io.inputs import expanded, is_stream
        from cli.io.outputs import beside

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
        from cli.io.guard import site_tables
        from cli.io.inputs import inputs

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


class _Tables(NamedTuple):
    """How files are read: the norm, and the tables of the site."""

    norm: str | None
    layouts: Path | None


#: An original and its copy.
_Pair = tuple["Input", Path]


def _write(done: list[Masked], key: KeyUsed | UnsetType, format: Format, text: Callable[[], None]) -> None:
    if format is not Format.JSON:
        text()
        return
    from cli.documents.model import MaskedFiles
    from cli.words.screen import write_json

    write_json("mask", MaskedFiles(lang=language(), key=key, files=done))


def _key(path: Path | None) -> tuple[Key, str]:
    """The key, and where it comes from."""
    from cli.io.inputs import title
    from noemie.documents.mask.copies import SHORTEST, VARIABLE, Key, MaskKeyError, WeakKeyError

    try:
        if path:
            return Key.from_file(path), "file"
        found = Key.from_environment()
    except MaskKeyError as error:
        where = title(str(path)) if path else VARIABLE
        if isinstance(error, WeakKeyError):
            reason = say("clé trop facile à deviner", "this key is too easy to guess")
        else:
            reason = say("clé illisible ou trop courte", "this key cannot be read, or is too short")
        raise CommandError(
            say(
                f"noemie mask : {where} : {reason}."
                f"\n  → Donner {SHORTEST} à 4096 octets tirés au hasard :"
                " head -c 32 /dev/urandom | base64 > cle, puis --key-file cle.",
                f"noemie mask: {where}: {reason}."
                f"\n  → Give {SHORTEST} to 4096 bytes drawn at random:"
                " head -c 32 /dev/urandom | base64 > key, then --key-file key.",
            )
        ) from None
    return (found, "environment") if found else (Key.random(), "random")


def _targets(originals: _Originals, folder: Path) -> list[Path]:
    """Where each copy goes: those of a folder keep their place in it."""
    return [_target(name, folder, originals.folders) for name in originals.names]


def _refuse_lost(found: list[Path], files: list[str], folder: Path, *, force: bool) -> None:
    """Raise `CommandError` before anything is written, when something would be lost."""
    from cli.io.inputs import title
    from cli.io.outputs import make_folder, refuse_overwrite, there_is

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
    from cli.io.inputs import is_standard

    # A file in an envelope is named after it: `retours.zip/mars/576.noe`.
    above = accumulate(name.split("/"), lambda one, other: f"{one}/{other}")
    carrier = name if name in folders else next((one for one in above if one in folders), name)
    own = COPY_OF_STANDARD if is_standard(carrier) else Path(carrier).name
    own += name[len(carrier) :].replace("/", "_")
    given = folders.get(carrier, carrier)
    inside = Path(carrier).relative_to(given).parent if given != carrier else Path()
    return folder / inside / own.removesuffix(".gz")


def _all(
    originals: _Originals,
    targets: list[Path],
    work: _Work,
    jobs: int | None,
    cluster: str | None,
) -> list[Masked]:
    """Mask, or verify, every file: in order, and told as they come."""
    from cli.io.executors import Deaths, executor_of, results_of
    from cli.io.outputs import remove_leftovers
    from cli.io.progress import Bar
    from cli.words.screen import tell

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
_PRELOAD = ("cli.verbs.mask", "noemie.documents.mask.copies")


def _name(pair: _Pair) -> str:
    return pair[0].name


def _is_here(pair: _Pair) -> bool:
    return pair[0].is_stream


def _lost(pair: _Pair) -> _Done:
    from cli.documents.model import Masked
    from cli.io.inputs import title
    from cli.io.problems import problem_of, sentence
    from flatfile import FormatError

    problem = problem_of(FormatError("fichier.processus"), _name(pair))
    return _Done(Masked(file=title(_name(pair)), error=problem), sentence(problem))


class _Done(NamedTuple):
    """What was done to a file, and what is to be said of it on standard error."""

    masked: Masked
    text: str = ""


#: What is done to each file, wherever that is.
_Work = Callable[[_Pair], _Done]


@dataclass(frozen=True, slots=True)
class _Mask:
    """Masks a file to its copy."""

    key: Key
    options: Options
    tables: _Tables

    def __call__(self, pair: _Pair) -> _Done:
        """The copy is written once it is whole."""
        from msgspec.structs import replace

        from cli.documents.masked import with_report
        from cli.documents.model import Masked, Survivals
        from cli.io.guard import site_tables
        from cli.io.inputs import title
        from cli.io.outputs import make_folder, written
        from cli.io.problems import problem_of, sentence
        from flatfile import FormatError
        from noemie.documents.mask.copies import SurvivalError, mask

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
class _Verify:
    """Searches the copy of a file for its values."""

    options: Options
    tables: _Tables

    def __call__(self, pair: _Pair) -> _Done:
        """Nothing is written."""
        from msgspec.structs import replace

        from cli.documents.model import Masked
        from cli.io.guard import site_tables
        from cli.io.inputs import title
        from cli.io.problems import problem_of, sentence
        from flatfile import FormatError, open_source
        from noemie.documents.mask.copies import verify

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
    from cli.documents.masked import survival_text
    from cli.documents.model import Place
    from cli.io.inputs import title
    from noemie.documents.mask.copies import MOST_TOLD

    text = survival_text(places, count, title(name), verifying=verifying)
    return text, [Place(**place._asdict()) for place in places[:MOST_TOLD]]
