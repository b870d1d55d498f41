"""What was masked, in words: counts, never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.documents.model import Masked
from cli.words.page import GOOD, QUIET, STRONG, Page
from cli.words.speech import plural, say

if TYPE_CHECKING:
    from noemie.documents.mask.copies import Report, Survival

#: Places told in text.
_MOST_PLACES = 5


def with_report(done: Masked, report: Report) -> Masked:
    """What was done to a file, with what was masked in it."""
    return replace(
        done,
        family=report.family,
        records=report.records,
        fields=report.fields,
        damaged=report.damaged,
        values_searched=report.values,
        survivals=report.survivals,
        by_chance=report.by_chance,
    )


def survival_text(places: list[Survival], count: int, name: str, *, verifying: bool) -> str:
    """The message for a copy that holds values of the original: where, what to do."""
    told = plural(
        count,
        say("valeur d'origine reste", "original value is still"),
        say("valeurs d'origine restent", "original values are still"),
    )
    end = say(" dans la copie", " in the copy")
    end += "." if verifying else say(" ; rien n'a été écrit.", "; nothing was written.")
    lines = [f"{name}{say(' :', ':')} {told}{end}"]
    for place in places[:_MOST_PLACES]:
        field = ".".join(filter(None, (place.type, place.field))) or "?"
        lines.append(
            say(
                f"  enregistrement {place.record} ({field}), octet {place.offset}",
                f"  record {place.record} ({field}), byte {place.offset}",
            )
        )
    if any("numero_facture" in place.field for place in places):
        advice = say(
            "Des numéros de facture répètent un numéro personnel : --invoice-numbers map",
            "Invoice numbers repeat a personal number: --invoice-numbers map",
        )
    elif verifying:
        advice = say("Masquer de nouveau l'original.", "Mask the original again.")
    else:
        advice = say(
            "Corriger ces enregistrements (noemie check), ou réessayer avec une autre clé.",
            "Correct these records (noemie check), or try again with another key.",
        )
    return "\n".join([*lines, f"  → {advice}"])


def print_masked(done: list[Masked], *, forgotten: bool) -> None:
    """What was written; `forgotten` tells that the key is kept nowhere."""
    page = Page()
    written = [data for data in done if not data.error]
    for data in written:
        page.line((data.output or "", STRONG))
        page.line(_counts_text(data), indent=2)
        if data.damaged:
            page.line(
                plural(
                    data.damaged,
                    say("enregistrement illisible effacé en entier", "unreadable record erased whole"),
                    say("enregistrements illisibles effacés en entier", "unreadable records erased whole"),
                ),
                indent=2,
            )
    if not written:
        return
    if forgotten:
        text = say(
            "Clé tirée au hasard, puis oubliée : un fichier masqué plus tard ne s'accordera pas avec ceux-ci"
            " (--key-file).",
            "Key drawn at random, then forgotten: a file masked later will not agree with these"
            " (--key-file).",
        )
        page.line((text, QUIET))
    page.line(
        (
            say(
                "Pseudonymisé n'est pas anonyme : ces copies restent des données de santé.",
                "Pseudonymised is not anonymous: these copies are still health data.",
            ),
            QUIET,
        )
    )


def _counts_text(data: Masked) -> str:
    records = plural(data.records or 0, *_unit(data.family or ""))
    searched = plural(
        data.values_searched or 0,
        say("valeur recherchée, aucune retrouvée", "value searched for, none found"),
        say("valeurs recherchées, aucune retrouvée", "values searched for, none found"),
    )
    return f"{records}, {searched}"


def _unit(family: str) -> tuple[str, str]:
    if family == "zone":
        return say("groupe", "group"), say("groupes", "groups")
    if family == "arl":
        return "ARL", "ARL"
    if family == "noemie":
        return say("entité", "entity"), say("entités", "entities")
    return say("enregistrement", "record"), say("enregistrements", "records")


def print_verified(done: list[Masked]) -> None:
    """Copies in which nothing was found."""
    page = Page()
    for data in done:
        if not data.error and not data.survivals:
            text = say("aucune valeur de l'original retrouvée", "no value of the original found")
            page.line((data.output or "", STRONG), say(" : ", ": "), (text, GOOD))
