"""`noemie respond`: the simulated caisse answers flows with ARLs and NOEMIE returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import status
from cli.guard import CommandError
from cli.options import Format, FormatOption, LangOption, Language, OutputFolder, day_option
from cli.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from fixtures.caisse import Caisse, Reponse

#: Name of the file of ARLs.
ARLS = "arl.json"


class Reference(StrEnum):
    """References that the simulated caisse writes."""

    R576 = "576"
    R580 = "580"


class Family(StrEnum):
    """Families of PS returns."""

    LONGUE = "longue"
    ANCIENNE = "ancienne"


class Envelope(StrEnum):
    """Physical forms of a return."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


def respond(
    files: Annotated[list[str], typer.Argument(metavar="FLUX...", help="B2 flows, folders, or -.")],
    output: OutputFolder,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Same seed, same answer.")] = 1,
    reference: Annotated[
        Reference, typer.Option("--reference", help="Reference of the norm.")
    ] = Reference.R576,
    family: Annotated[Family, typer.Option("--family", help="Which entities are written.")] = Family.LONGUE,
    envelope: Annotated[Envelope, typer.Option("--envelope", help="Physical form.")] = Envelope.P2,
    date: Annotated[Any, day_option("--date", "Day of payment; five days after the flow by default.")] = None,
    reject_rate: Annotated[
        float, typer.Option("--reject-rate", metavar="SHARE", min=0, max=1, help="Refused by chance, 0 to 1.")
    ] = 0.0,
    defer_rate: Annotated[
        float, typer.Option("--defer-rate", metavar="SHARE", min=0, max=1, help="Deferred by chance, 0 to 1.")
    ] = 0.0,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Answer flows as a caisse would: an ARL for each batch, then the returns, marked as tests.

    It pays what is right, refuses what `noemie check` calls an error, and never pays an invoice twice. It is
    a simulation: no official rule of a caisse is public.
    """
    from cli.inputs import expanded, title
    from cli.outputs import refuse_overwrite
    from fixtures.caisse import Caisse, Reponse

    names = list(expanded(files))
    caisse = Caisse(
        seed,
        reference=reference.value,
        family=family.value,
        envelope=envelope.value,
        date=date,
        reject_rate=reject_rate,
        defer_rate=defer_rate,
    )
    total = Reponse([], [], [])
    errors: list[dict[str, Any]] = []
    for name in names:
        reponse, problem = _answer(caisse, name, lang.lang)
        if problem:
            errors.append(problem)
        if reponse is not None:
            total.arls.extend(reponse.arls)
            total.returns.extend(reponse.returns)
            total.decisions.extend(reponse.decisions)
    written = dict(named(total))
    refuse_overwrite([output / name for name in written], names)
    from cli.verbs.generate import save

    save("respond", output, written, lang.lang, force=force)
    data = _data(total, list(written), errors, title(str(output)))
    if format is Format.JSON:
        from cli.screen import write_json

        write_json("respond", data)
    else:
        _print(data, lang.lang)
    return status.UNREADABLE if errors else status.OK


def show_answer(reponse: Reponse, folder: str, lang: Lang, write: Callable[[str, bytes], None]) -> list[str]:
    """Write the files of an answer, say what it is, and return their names."""
    written = dict(named(reponse))
    for name, data in written.items():
        write(name, data)
    _print(_data(reponse, list(written), [], folder), lang)
    return list(written)


def _answer(caisse: Caisse, name: str, lang: Lang) -> tuple[Reponse | None, dict[str, Any]]:
    """What the caisse answers to one file, and the message when it cannot be read."""
    from cli.inputs import Input, title
    from cli.problems import report
    from flatfile import FormatError
    from fse import read_flux

    say = speaker(lang)
    with Input(name, twice=True) as input:
        try:
            flux = read_flux(input.source())
        except FormatError as error:
            problem = report(error, name, lang)
            return None if error.code in _NOTHING_SENT else caisse.respond(input.source()), problem
    try:
        return caisse.respond(flux), {}
    except ValueError:
        raise CommandError(
            say(
                f"noemie respond : {title(name)} : aucun jour lisible dans ce flux."
                "\n  → Donner le jour du paiement : --date 2026-01-20.",
                f"noemie respond: {title(name)}: no readable day in this flow."
                "\n  → Give the day of payment: --date 2026-01-20.",
            )
        ) from None


#: The file never reached the caisse: it answers nothing.
_NOTHING_SENT = frozenset({"fichier.absent", "fichier.repertoire", "fichier.acces", "fichier.lecture"})


def named(reponse: Reponse) -> Iterator[tuple[str, bytes]]:
    """Files to write; two returns of the same name get a number."""
    from noemie.arl import write_arls

    seen: dict[str, int] = {}
    for retour in reponse.returns:
        seen[retour.nom] = seen.get(retour.nom, 0) + 1
        stem, dot, suffix = retour.nom.rpartition(".")
        yield (
            (retour.nom if seen[retour.nom] == 1 else f"{stem}-{seen[retour.nom]}{dot}{suffix}"),
            retour.data,
        )
    if reponse.arls:
        yield ARLS, write_arls(reponse.arls)


def _data(reponse: Reponse, files: list[str], errors: list[dict[str, Any]], folder: str) -> dict[str, Any]:
    decided = [decision for decision in reponse.decisions if decision.repond]
    return {
        "output": folder,
        "files": files,
        "arls": [
            {
                "positif": arl.positif,
                "numero_lot": arl.numero_lot,
                "date_arl": arl.date_arl.isoformat() if arl.date_arl else "",
                "code": arl.code,
                "libelle": arl.libelle,
                "regle": arl.regle,
                "numero_facture": arl.numero_facture,
            }
            for arl in reponse.arls
        ],
        "summary": {
            "factures": len(reponse.decisions),
            "sans_reponse": len(reponse.decisions) - len(decided),
            "avec_rejet": sum(1 for decision in decided if decision.rejets and decision.suite is None),
            "differees": sum(1 for decision in decided if decision.suite is not None),
            "demande": sum(decision.demande for decision in reponse.decisions),
            "paye": sum(decision.verse for decision in reponse.decisions),
            "paye_plus_tard": sum(decision.paye - decision.verse for decision in reponse.decisions),
        },
        "errors": errors,
    }


def _print(data: dict[str, Any], lang: Lang) -> None:
    from cli.report.page import ERROR, GOOD, QUIET, STRONG, Page
    from cli.texts import euros

    say = speaker(lang)
    page = Page()
    for arl in data["arls"]:
        word = (say("positif", "positive"), GOOD) if arl["positif"] else (say("négatif", "negative"), ERROR)
        page.line(
            say("ARL du lot ", "ARL of batch ") + (arl["numero_lot"] or "?") + say(" : ", ": "),
            word,
            f", {arl['libelle']}" if arl["libelle"] and not arl["positif"] else "",
            (f" [{arl['regle']}]" if arl["regle"] else "", QUIET),
            hang=2,
        )
    summary = data["summary"]
    count = plural(summary["factures"], say("facture", "invoice"), say("factures", "invoices"), lang)
    parts = [count]
    if summary["avec_rejet"]:
        parts.append(say(f"{summary['avec_rejet']} avec rejet", f"{summary['avec_rejet']} with a reject"))
    if summary["differees"]:
        parts.append(
            plural(summary["differees"], say("différée", "deferred"), say("différées", "deferred"), lang)
        )
    if summary["sans_reponse"]:
        parts.append(say(f"{summary['sans_reponse']} sans réponse", f"{summary['sans_reponse']} unanswered"))
    page.line(
        ", ".join(parts),
        say(" ; demandé ", "; claimed ") + euros(summary["demande"], lang),
        say(", payé ", ", paid ") + euros(summary["paye"], lang),
        say(", plus tard ", ", later ") + euros(summary["paye_plus_tard"], lang)
        if summary["paye_plus_tard"]
        else "",
        hang=2,
    )
    if data["files"]:
        page.blank()
        page.line((say(f"Écrit dans {data['output']} :", f"Written in {data['output']}:"), STRONG))
        for name in data["files"]:
            page.line(name, indent=2)
        page.line((f"→ noemie decode {data['output']}/*.noe", QUIET))
