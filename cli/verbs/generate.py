"""`noemie generate`: flows of invented people, with the truth about them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import status
from cli.guard import CommandError
from cli.options import Format, FormatOption, LangOption, Language, Norm, OutputFolder, day_option
from cli.speech import Lang, plural, speaker

#: Names of `fixtures.PROFILES`, written here so that the help page reads nothing.
PROFILES = (
    "medecin, specialiste, infirmier, kine, sage-femme, dentiste, pharmacie, biologie, lpp, transport,"
    " centre, cabinet, smg, cmpp, hopital"
)


def generate(
    output: OutputFolder,
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME", help=f"One of: {PROFILES}.")
    ] = "medecin",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Same seed, same bytes.")] = 1,
    invoices: Annotated[int, typer.Option("--invoices", metavar="N", help="How many invoices.")] = 20,
    lots: Annotated[int, typer.Option("--lots", metavar="N", help="Batches that a file may hold.")] = 1,
    date: Annotated[Any, day_option("--date", "Day of the files; 2026-01-15 by default.")] = None,
    norm: Annotated[
        Norm | None, typer.Option("--norm", help="Another norm of the profile.", show_default=False)
    ] = None,
    tiers_payant: Annotated[
        float, typer.Option("--tiers-payant", metavar="SHARE", help="Share paid to the professional, 0 to 1.")
    ] = 0.75,
    organisme: Annotated[
        list[str] | None, typer.Option("--organisme", metavar="KEY", help="Only this régime: 01, 08...")
    ] = None,
    fault: Annotated[
        str, typer.Option("--fault", metavar="RULE", help="Break this rule once: facture.total-amo.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Write B2 flows of invented people and the manifest of what is in them.

    Nobody here exists. Counters and totals are right, unless --fault breaks one rule on purpose.
    """
    from fixtures.dates import DEFAULT_DATE
    from fixtures.faults import ImpossibleFaultError
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    day: dt.date = date or DEFAULT_DATE
    try:
        asked = Parametres(
            profile, seed, invoices, lots, day, norm and norm.value, tiers_payant, tuple(organisme or ())
        )
        scenario = Scenario(asked, fault)
        files = scenario.files()
    except (ValueError, ImpossibleFaultError) as error:
        # These messages speak of the options only.
        say = speaker(lang.lang)
        raise CommandError(
            say(f"noemie generate : demande refusée : {error}", f"noemie generate: {error}")
        ) from None
    save("generate", output, files, lang.lang, force=force)
    manifest = scenario.manifest()
    if format is Format.JSON:
        from cli.screen import write_json

        write_json("generate", {"output": str(output), "manifest": manifest})
    else:
        print_manifest(output, manifest, lang.lang)
    return status.OK


def save(verb: str, folder: Path, files: dict[str, bytes], lang: Lang, *, force: bool) -> None:
    """Write files in a folder.

    Raises `CommandError` before writing anything when one exists and not `force`.
    """
    from cli.inputs import title
    from cli.outputs import make_folder, write_file

    say = speaker(lang)
    make_folder(folder)
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise CommandError(
            say(
                f"noemie {verb} : {title(str(folder / there[0]))} existe déjà ; rien n'a été écrit."
                "\n  → Choisir un autre dossier avec -o, ou ajouter --force pour remplacer.",
                f"noemie {verb}: {title(str(folder / there[0]))} exists already; nothing was written."
                "\n  → Choose another folder with -o, or add --force to replace.",
            )
        )
    for name, data in files.items():
        write_file(folder / name, data)


def print_manifest(folder: Path, manifest: dict[str, Any], lang: Lang) -> None:
    """What was written."""
    from cli.inputs import title
    from cli.report.page import QUIET, WARNING, Page
    from cli.report.tables import Table
    from cli.texts import amount

    say = speaker(lang)
    page = Page()
    made = Table(
        say("fichier", "file"),
        say("régime", "regime"),
        say("factures", "invoices"),
        say("enreg.", "records"),
        say("dépense", "billed"),
        "AMO",
        "AMC",
        right=(2, 3, 4, 5, 6),
        fold=(0,),
    )
    for flow in manifest["flux"]:
        made.add(
            flow["fichier"],
            flow["regime"],
            str(flow["factures"]),
            str(flow["enregistrements"]),
            *(amount(flow[name], lang) for name in ("montant_depense", "montant_amo", "montant_amc")),
        )
    page.table(made)
    count = plural(len(manifest["flux"]), say("flux", "flow"), say("flux", "flows"), lang)
    norm, where = manifest["parametres"]["norm"], title(str(folder))
    page.blank()
    page.line(
        say(
            f"{count}, norme {norm}, et le manifeste dans {where}. Personnes et montants fictifs.",
            f"{count}, norm {norm}, and the manifest in {where}. Invented people and amounts.",
        ),
        hang=2,
    )
    if "faute" in manifest:
        broken = manifest["faute"]
        page.line(
            (say("Faute voulue : ", "Fault on purpose: "), WARNING),
            f"{broken['rule']}, {broken['flux']}",
            say(f", enregistrement {broken['record']}", f", record {broken['record']}"),
            hang=2,
        )
    page.line((f"→ noemie check {where}", QUIET))
