"""`noemie mask`: pseudonymised copies of real files, that still check and reconcile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.guard import CommandError
from cli.io.options import (
    Files,
    Format,
    FormatOption,
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
    from noemie.documents.opened import Opened

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
    from noemie.documents.opened import Opened

    opened = Opened()
    originals = _Originals(files, layouts, opened)
    options = Options(keep_professionals, invoice_numbers.value, shift_dates)
    tables = _Tables(norm and norm.value, layouts)
    if verify:
        done = [_verify(one, output, originals.files, options, tables) for one in originals]
        tell_opened(opened)
        _write(done, UNSET, format, lambda: words.print_verified(done))
        found = any(data.survivals for data in done)
        unreadable = any(data.error for data in done)
        return status.UNREADABLE if unreadable else status.FINDINGS if found else status.OK
    key, origin = _key(key_file)
    targets = _targets(originals.names, originals.files, output, force=force)
    done = [_mask(one, target, key, options, tables) for one, target in zip(originals, targets, strict=True)]
    tell_opened(opened)
    forgotten = origin == "random"
    used = KeyUsed(origin=origin, fingerprint="" if forgotten else key.fingerprint)
    _write(done, used, format, lambda: words.print_masked(done, forgotten=forgotten))
    return status.UNREADABLE if any(data.error for data in done) else status.OK


class _Originals:
    """The files to mask, one at a time, as often as needed: those of envelopes are not kept in memory.

    `files` are the names on the disk, `names` those of what is masked. What cannot be read again is kept.
    """

    def __init__(self, given: list[str], layouts: Path | None, opened: Opened) -> None:
        from cli.io.inputs import expanded, is_stream

        self.files = list(expanded(given, arls=True))
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
        from cli.io.archives import inputs
        from cli.io.problems import site_tables

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


class _Tables:
    """How files are read: the norm, and the tables of the site."""

    def __init__(self, norm: str | None, layouts: Path | None) -> None:
        self.norm = norm
        self.layouts = layouts


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


def _targets(names: list[str], files: list[str], folder: Path, *, force: bool) -> list[Path]:
    """Where each copy goes. Raises `CommandError` before anything is written."""
    from cli.io.inputs import title
    from cli.io.outputs import make_folder, refuse_overwrite

    make_folder(folder)
    found = [_target(name, folder, files) for name in names]
    refuse_overwrite(found, files)
    twice = next((path for rank, path in enumerate(found) if path in found[:rank]), None)
    there = next((path for path in found if path.exists()), None)
    if twice is None and (there is None or force):
        return found
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


def _target(name: str, folder: Path, files: Collection[str]) -> Path:
    """The copy of a file: its name, without `.gz` (copies are not compressed).

    That of a file in a mail or an archive has the name of this one too: `envoi.eml_B2`.
    """
    from cli.io.inputs import is_standard

    carrier = next((file for file in files if name.startswith(f"{file}/")), "")
    own = COPY_OF_STANDARD if is_standard(carrier or name) else Path(carrier or name).name
    if carrier:
        own += name[len(carrier) :].replace("/", "_")
    return folder / own.removesuffix(".gz")


def _mask(original: Input, target: Path, key: Key, options: Options, tables: _Tables) -> Masked:
    from msgspec.structs import replace

    from cli.documents.masked import with_report
    from cli.documents.model import Masked, Survivals
    from cli.io.inputs import title
    from cli.io.outputs import written
    from cli.io.problems import report, site_tables
    from flatfile import FormatError
    from noemie.documents.mask.copies import SurvivalError, mask

    name = original.name
    masked = Masked(file=title(name))
    try:
        with site_tables(), original as input, written(target) as out:
            done = mask(input.again(), out, key, options, norm=tables.norm, layouts=tables.layouts)
    except FormatError as error:
        return replace(masked, error=report(error, name))
    except SurvivalError as error:
        found: Report = error.report
        told = _survivals(error.places, found.survivals, name)
        return with_report(replace(masked, error=Survivals(message="survivals", places=told)), found)
    return with_report(replace(masked, output=title(str(target))), done)


def _verify(original: Input, folder: Path, files: list[str], options: Options, tables: _Tables) -> Masked:
    from msgspec.structs import replace

    from cli.documents.model import Masked
    from cli.io.inputs import title
    from cli.io.problems import report, site_tables
    from flatfile import FormatError, open_source
    from noemie.documents.mask.copies import verify

    name = original.name
    target = _target(name, folder, files)
    verified = Masked(file=title(name), output=title(str(target)))
    read = str(target)
    try:
        with open_source(target) as opened:
            copy = opened.read_all()
        read = name
        with site_tables(), original as input:
            places = verify(input.again(), copy, options, norm=tables.norm, layouts=tables.layouts)
    except FormatError as error:
        return replace(verified, error=report(error, read))
    told = _survivals(places, len(places), name, verifying=True) if places else []
    return replace(verified, survivals=len(places), places=told)


def _survivals(places: list[Survival], count: int, name: str, *, verifying: bool = False) -> list[Place]:
    """Tell them, and give the first ones."""
    from cli.documents.masked import survival_text
    from cli.documents.model import Place
    from cli.io.inputs import title
    from cli.words.screen import tell
    from noemie.documents.mask.copies import MOST_TOLD

    tell(survival_text(places, count, title(name), verifying=verifying))
    return [Place(**place._asdict()) for place in places[:MOST_TOLD]]
