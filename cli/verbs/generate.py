"""`noemie generate`: flows of invented people, with the truth about them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io.guard import CommandError
from cli.io.options import (
    Format,
    FormatOption,
    Norm,
    OutputFolder,
    completed,
    day_option,
)
from cli.words import status
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from cli.words.page import Page
    from fixtures.scenario import Piece

#: Flows listed one by one; beyond, only counted.
_MOST_LISTED = 40


def _list_profiles(wanted: bool) -> None:
    if wanted:
        from fixtures.profils import PROFILES

        _list((name, say(profile.libelle, profile.label)) for name, profile in PROFILES.items())


def _list_faults(wanted: bool) -> None:
    if wanted:
        from codes.rules import rule
        from fixtures.faults import FAULTS

        _list((name, rule(name).title(language())) for name in sorted(FAULTS))


def _list(rows: Iterable[tuple[str, str]]) -> None:
    """Write names with what each is, and end the command."""
    from cli.words.page import Page
    from cli.words.tables import Table

    table = Table(say("nom", "name"), say("ce que c'est", "what it is"), fold=(1,))
    for row in rows:
        table.add(*row)
    page = Page()
    page.table(table)
    raise typer.Exit(status.OK)


def generate(
    output: OutputFolder,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="NAME",
            autocompletion=completed("profiles"),
            help="What kind of practice; --list-profiles tells them.",
        ),
    ] = "medecin",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Same seed, same bytes.")] = 1,
    invoices: Annotated[int, typer.Option("--invoices", metavar="N", help="How many invoices.")] = 20,
    lots: Annotated[int, typer.Option("--lots", metavar="N", help="Batches that a file may hold.")] = 1,
    months: Annotated[
        int, typer.Option("--months", metavar="N", help="Months over which files spread, up to --date.")
    ] = 1,
    date: Annotated[Any, day_option("--date", "Day of the (last) files; 2026-01-15 by default.")] = None,
    ending: Annotated[
        Any,
        day_option("--ending", "In place of --date, last day of the world; answers came the day before."),
    ] = None,
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
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="RULE",
            autocompletion=completed("faults"),
            help="Break this rule once: facture.total-amo. Several times.",
        ),
    ] = None,
    faults: Annotated[
        list[str] | None,
        typer.Option(
            "--faults",
            metavar="RULE[:RATE]",
            autocompletion=completed("faults"),
            help="Break this rule in that share of invoices (or of files): cle.nir:0.1. Several times.",
        ),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="WHAT", help="Write these too: cards, rights, returns. Several, or with commas."
        ),
    ] = None,
    reject_rate: Annotated[
        float,
        typer.Option(
            "--reject-rate",
            metavar="SHARE",
            min=0,
            max=1,
            help="Returns of a caisse that refuses that share of right invoices (implies --with returns).",
        ),
    ] = 0.0,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    list_profiles: Annotated[
        bool,
        typer.Option(
            "--list-profiles", callback=_list_profiles, is_eager=True, help="List the profiles and exit."
        ),
    ] = False,
    list_faults: Annotated[
        bool,
        typer.Option(
            "--list-faults",
            callback=_list_faults,
            is_eager=True,
            help="List the rules that --fault and --faults can break, and exit.",
        ),
    ] = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Write B2 flows of invented people and the manifest of what is in them.

    Nobody here exists. Counters and totals are right, unless --fault or --faults break rules on purpose:
    attendu/constats.json then says every finding. See docs/guides/generate.md.
    """
    from cli.io.inputs import title
    from cli.words.texts import printable
    from fixtures.dates import DEFAULT_DATE
    from fixtures.demande import DemandError
    from fixtures.profils import Parametres, both_days
    from fixtures.scenario import Scenario

    day: dt.date = date or DEFAULT_DATE
    try:
        if date and ending:
            raise both_days()
        asked = Parametres(
            profile,
            seed,
            invoices,
            lots,
            day,
            norm and norm.value,
            tiers_payant,
            tuple(organisme or ()),
            months=months,
            ending=ending,
        )
        avec = tuple(word for words in beside or () for word in words.split(",") if word)
        one, several = _faults(fault or [], faults or [])
        scenario = Scenario(asked, one, several, avec, reject_rate)
        pieces: Iterable[Piece] = scenario.pieces()
        if fault or faults:
            # Whether a fault can stand is known at the end only: nothing is written before.
            pieces = list(pieces)
    except DemandError as error:
        # These messages speak of the options only.
        refused = say("noemie generate : demande refusée : ", "noemie generate: ")
        raise CommandError(refused + printable(error.text(language()))) from None
    manifest = _save_all(output, pieces, asked.invoices, force=force)
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("generate", {"output": title(str(output)), "manifest": manifest})
    else:
        print_manifest(output, manifest)
    return status.OK


def _faults(fault: list[str], faults: list[str]) -> tuple[str, tuple[str, ...]]:
    """The one fault, which may stand anywhere, or several, which are sown among the invoices."""
    if len(fault) == 1 and not faults and ":" not in fault[0]:
        return fault[0], ()
    return "", (*fault, *faults)


def _save_all(folder: Path, pieces: Iterable[Piece], invoices: int, *, force: bool) -> dict[str, Any]:
    """Write files as they are made; the manifest, which comes last. Raises `CommandError`.

    They take their names together: a set is there with its manifest, or is not there.
    """
    from cli.io.outputs import make_folder, staged
    from cli.io.progress import Bar
    from fixtures.scenario import MANIFEST

    manifest: dict[str, Any] = {}
    make_folder(folder)
    if not force and (folder / MANIFEST).exists():
        raise _exists("generate", folder / MANIFEST)
    with staged(folder) as add, Bar(invoices, say("Fabrication", "Making")) as bar:
        for piece in pieces:
            if not force and (folder / piece.name).exists():
                raise _exists("generate", folder / piece.name)
            add(piece.name, piece.data)
            if piece.name == MANIFEST:
                manifest = json.loads(piece.data)
            for _ in range(piece.factures):
                bar.step()
            bar.draw()
    return manifest


def _exists(verb: str, path: Path) -> CommandError:
    """What stops a verb."""
    from cli.io.inputs import title

    return CommandError(
        say(
            f"noemie {verb} : {title(str(path))} existe déjà ; rien n'a été écrit."
            "\n  → Choisir un autre dossier avec -o, ou ajouter --force pour remplacer.",
            f"noemie {verb}: {title(str(path))} exists already; nothing was written."
            "\n  → Choose another folder with -o, or add --force to replace.",
        )
    )


def save(
    verb: str,
    folder: Path,
    files: Mapping[str, bytes | Iterable[bytes]],
    *,
    force: bool,
    private: bool = False,
) -> None:
    """Write files in a folder: whole, or from their pieces; `private` is that of `cli.io.outputs.written`.

    Raises `CommandError` before writing anything when one exists and not `force`.
    """
    from cli.io.outputs import staged

    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise _exists(verb, folder / there[0])
    with staged(folder, private=private) as add:
        for name, data in files.items():
            add(name, data)


def print_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """What was written."""
    from cli.io.inputs import title
    from cli.words.page import QUIET, WARNING, Page
    from cli.words.tables import Table
    from cli.words.texts import amount

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
    flows = manifest["flux"]
    for flow in flows[:_MOST_LISTED]:
        made.add(
            flow["fichier"],
            flow["regime"],
            str(flow["factures"]),
            str(flow["enregistrements"]),
            *(amount(flow[name]) for name in ("montant_depense", "montant_amo", "montant_amc")),
        )
    page.table(made)
    if len(flows) > _MOST_LISTED:
        more = plural(
            len(flows) - _MOST_LISTED, say("autre flux", "more flow"), say("autres flux", "more flows")
        )
        page.line((f"… {more}", QUIET))
    count = plural(len(flows), say("flux", "flow"), say("flux", "flows"))
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
    _print_others(page, manifest)
    older = {str(flux["norme"]) for flux in manifest["flux"]} == {
        "CP-2003C"
    }  # no byte tells it from CP-2005E
    page.line((f"→ noemie check {'--norm CP-2003C ' if older else ''}{where}", QUIET))


def _print_others(page: Page, manifest: dict[str, Any]) -> None:
    """What was written beside the flows."""
    from collections import Counter

    from cli.words.page import WARNING

    others = manifest.get("fichiers", [])
    words = {
        "carte": (say("carte", "card"), say("cartes", "cards")),
        "droits": (say("fichier de droits", "file of rights"), say("fichiers de droits", "files of rights")),
        "arl": (say("fichier d'ARL", "file of ARLs"), say("fichiers d'ARL", "files of ARLs")),
        "retour": (say("retour", "return"), say("retours", "returns")),
        "attendu": (say("fichier attendu", "expected file"), say("fichiers attendus", "expected files")),
    }
    counts = Counter(str(other["sorte"]) for other in others)
    told = [plural(counts[sorte], *both) for sorte, both in words.items() if counts[sorte]]
    if told:
        page.line(say("Aussi : ", "Also: "), ", ".join(told), ".", hang=2)
    sown = manifest["parametres"].get("faults", [])
    if sown:
        page.line((say("Fautes voulues : ", "Faults on purpose: "), WARNING), ", ".join(sown), hang=2)
