"""`noemie mask`: pseudonymised copies of real files, that still check and reconcile."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

    from cli.documents.model import KeyUsed, Masked
    from noemie.documents.mask.copies import Key


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
    from cli.documents.masking import (
        MaskOne,
        Originals,
        Tables,
        VerifyOne,
        Work,
        refuse_lost,
        targets_of,
        work_on,
    )
    from cli.documents.model import KeyUsed
    from cli.io.asides import tell_opened
    from noemie.documents.mask.copies import Options
    from noemie.documents.recognise import Opened

    opened = Opened()
    originals = Originals(files, output, layouts, opened)
    options = Options(keep_professionals, invoice_numbers.value, shift_dates)
    tables = Tables(norm and norm.value, layouts)
    targets = targets_of(originals, output)
    if verify:
        work: Work = VerifyOne(options, tables)
        done = work_on(originals, targets, work, jobs, cluster)
        tell_opened(opened)
        _write(done, UNSET, format, lambda: words.print_verified(done))
        found = any(data.survivals for data in done)
        unreadable = any(data.error for data in done)
        return status.UNREADABLE if unreadable else status.FINDINGS if found else status.OK
    key, origin = _key(key_file)
    refuse_lost(targets, originals.files, output, force=force)
    work = MaskOne(key, options, tables)
    done = work_on(originals, targets, work, jobs, cluster)
    tell_opened(opened)
    forgotten = origin == "random"
    used = KeyUsed(origin=origin, fingerprint="" if forgotten else key.fingerprint)
    _write(done, used, format, lambda: words.print_masked(done, forgotten=forgotten))
    return status.UNREADABLE if any(data.error for data in done) else status.OK


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
