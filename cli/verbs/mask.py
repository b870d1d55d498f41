"""`noemie mask`: pseudonymised copies of real files, that still check and reconcile."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import status
from cli.guard import CommandError
from cli.options import (
    Files,
    Format,
    FormatOption,
    LangOption,
    Language,
    LayoutsOption,
    NormOption,
)
from cli.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from noemie.mask import Key, Options, Report


class Numbers(StrEnum):
    """What becomes of invoice numbers."""

    KEEP = "keep"
    MAP = "map"


class Unknown(StrEnum):
    """What becomes of records that nobody can read."""

    MASK = "mask"
    REFUSE = "refuse"


def mask(
    files: Files,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="PATH", help="File to write; a folder for several files."),
    ],
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help="File that holds the key; else NOEMIE_MASK_KEY, else a new key, told once.",
            show_default=False,
        ),
    ] = None,
    keep_professionals: Annotated[
        bool, typer.Option("--keep-professionals", help="Leave names and numbers of professionals.")
    ] = False,
    invoice_numbers: Annotated[
        Numbers, typer.Option("--invoice-numbers", help="Keep invoice numbers, or replace them everywhere.")
    ] = Numbers.KEEP,
    unknown: Annotated[
        Unknown,
        typer.Option("--unknown", help="Records nobody can read: mask them whole, or refuse the file."),
    ] = Unknown.MASK,
    shift_dates: Annotated[
        bool,
        typer.Option("--shift-dates", help="Move all other dates back by the same number of weeks."),
    ] = False,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Copy B2 flows, NOEMIE returns, SSV zones and ARLs with invented people, of the same shape.

    The same key gives the same pseudonyms: a masked flow and its masked returns still reconcile.
    Pseudonymised is not anonymous: who has the key, or knows the case, may find the person. Keep the copies
    private. When a value of the original is still in a copy, it is not written, and the exit status is 2.
    """
    from cli.inputs import expanded
    from noemie.mask import Options

    names = list(expanded(files))
    key, told = _key(key_file, lang.lang)
    options = Options(keep_professionals, invoice_numbers.value, unknown.value, shift_dates)
    targets = _targets(names, output, lang.lang, force=force)
    done: list[dict[str, Any]] = []
    worst = status.OK
    for name, target in zip(names, targets, strict=True):
        data = _one(name, target, key, options, lang.lang, norm=norm and norm.value, layouts=layouts)
        done.append(data)
        if "error" in data:
            worst = status.UNREADABLE
    if format is Format.JSON:
        from cli.screen import write_json

        write_json("mask", {"lang": lang.value, "key": key.fingerprint, "files": done})
    else:
        _print(done, lang.lang)
    if told and any("error" not in data for data in done):
        _tell_key(key, lang.lang)
    return worst


def _key(path: Path | None, lang: Lang) -> tuple[Key, bool]:
    """The key, and whether it is a new one that must be told."""
    from cli.inputs import title
    from noemie.mask import SHORTEST, VARIABLE, Key, MaskKeyError

    say = speaker(lang)
    where = title(str(path)) if path else VARIABLE
    try:
        found = Key.from_file(path) if path else Key.from_environment()
    except MaskKeyError:
        raise CommandError(
            say(
                f"noemie mask : {where} : clé illisible ou trop courte."
                f"\n  → Donner un fichier d'au moins {SHORTEST} octets tirés au hasard.",
                f"noemie mask: {where}: this key cannot be read, or is too short."
                f"\n  → Give a file of at least {SHORTEST} random bytes.",
            )
        ) from None
    return (found, False) if found else (Key.random(), True)


def _tell_key(key: Key, lang: Lang) -> None:
    from cli.screen import tell

    say = speaker(lang)
    tell(
        say(
            f"Clé tirée au hasard : {key.text}"
            "\n  → La garder à part pour masquer d'autres fichiers de la même façon (--key-file),"
            "\n    ou l'oublier : elle permet de retrouver les personnes.",
            f"Key drawn at random: {key.text}"
            "\n  → Keep it apart to mask other files the same way (--key-file), or forget it:"
            "\n    it allows to find the persons again.",
        )
    )


def _targets(names: list[str], output: Path, lang: Lang, *, force: bool) -> list[Path]:
    """Where each copy goes. Raises `CommandError` before anything is written."""
    from cli.inputs import STANDARD, title
    from cli.outputs import make_folder, refuse_overwrite

    say = speaker(lang)
    if len(names) > 1 or output.is_dir():
        make_folder(output)
        found = [output / ("masque" if name == STANDARD else Path(name).name) for name in names]
    else:
        found = [output]
    refuse_overwrite(found, names)
    twice = next((path for rank, path in enumerate(found) if path in found[:rank]), None)
    there = next((path for path in found if path.exists()), None)
    if twice is not None or (there is not None and not force):
        path = title(str(twice or there))
        reason = (
            say("deux fichiers portent ce nom", "two files have this name")
            if twice
            else say("existe déjà", "exists already")
        )
        raise CommandError(
            say(
                f"noemie mask : {path} : {reason} ; rien n'a été écrit."
                "\n  → Choisir un autre dossier avec -o, ou ajouter --force pour remplacer.",
                f"noemie mask: {path}: {reason}; nothing was written."
                "\n  → Choose another folder with -o, or add --force to replace.",
            )
        )
    return found


def _one(
    name: str, target: Path, key: Key, options: Options, lang: Lang, *, norm: str | None, layouts: Path | None
) -> dict[str, Any]:
    from cli.inputs import Input, title
    from cli.outputs import written
    from cli.problems import report, site_tables
    from cli.screen import tell
    from flatfile import FormatError
    from noemie.mask import RefusedError, SurvivalError
    from noemie.mask import mask as make

    say = speaker(lang)
    data: dict[str, Any] = {"file": title(name)}
    try:
        with site_tables(lang), Input(name, twice=True) as input:
            source = input.source() if name == "-" else name
            with written(target) as out:
                done = make(source, out, key, options, norm=norm, layouts=layouts)
    except FormatError as error:
        return data | {"error": report(error, name, lang)}
    except RefusedError as error:
        message = say(
            f"l'enregistrement {error.record} (octet {error.offset}) est illisible ; rien n'a été écrit",
            f"record {error.record} (byte {error.offset}) cannot be read; nothing was written",
        )
        tell(f"{title(name)}{say(' :', ':')} {message}.\n  → --unknown mask")
        return data | {"error": {"message": message, "record": error.record, "offset": error.offset}}
    except SurvivalError as error:
        tell(_survival_text(error, title(name), lang))
        places = [place._asdict() for place in error.places]
        return data | {"error": {"message": "survivals", "places": places, **_counts(error.report)}}
    return data | {"output": title(str(target)), **_counts(done)}


def _counts(report: Report) -> dict[str, Any]:
    return {
        "family": report.family,
        "records": report.records,
        "fields": report.fields,
        "damaged": report.damaged,
        "values_searched": report.values,
        "survivals": report.survivals,
        "by_chance": report.by_chance,
    }


def _survival_text(error: Any, name: str, lang: Lang) -> str:
    say = speaker(lang)
    count = plural(
        error.report.survivals,
        say("valeur d'origine reste", "original value is still"),
        say("valeurs d'origine restent", "original values are still"),
        lang,
    )
    lines = [
        f"{name}{say(' :', ':')} {count} "
        + say("dans la copie ; rien n'a été écrit.", "in the copy; nothing was written.")
    ]
    for place in error.places[:5]:
        field = ".".join(filter(None, (place.type, place.field)))
        lines.append(
            say(
                f"  enregistrement {place.record} ({field}), octet {place.offset}",
                f"  record {place.record} ({field}), byte {place.offset}",
            )
        )
    if any("numero_facture" in place.field for place in error.places):
        lines.append(
            say(
                "  → Des numéros de facture répètent un numéro personnel : --invoice-numbers map",
                "  → Invoice numbers repeat a personal number: --invoice-numbers map",
            )
        )
    else:
        lines.append(say("  → Réessayer avec une autre clé.", "  → Try again with another key."))
    return "\n".join(lines)


def _print(done: list[dict[str, Any]], lang: Lang) -> None:
    from cli.report.page import QUIET, STRONG, Page

    say = speaker(lang)
    page = Page()
    for data in done:
        if "error" in data:
            continue
        changed = sum(data["fields"].values())
        page.line((data["output"], STRONG))
        page.line(
            plural(data["records"], say("enregistrement", "record"), say("enregistrements", "records"), lang),
            ", ",
            plural(
                changed, say("zone changée", "field changed"), say("zones changées", "fields changed"), lang
            ),
            ", ",
            say(
                f"{data['values_searched']} valeurs recherchées, {data['survivals']} retrouvée",
                f"{data['values_searched']} values searched for, {data['survivals']} found",
            ),
            indent=2,
        )
        if data["damaged"]:
            page.line(
                plural(
                    data["damaged"],
                    say("enregistrement illisible masqué en entier", "unreadable record masked whole"),
                    say("enregistrements illisibles masqués en entier", "unreadable records masked whole"),
                    lang,
                ),
                indent=2,
            )
    if any("error" not in data for data in done):
        page.line(
            (
                say(
                    "Pseudonymisé n'est pas anonyme : ces copies restent des données de santé.",
                    "Pseudonymised is not anonymous: these copies are still health data.",
                ),
                QUIET,
            )
        )
