"""What the simulated caisse answered, as text."""

from __future__ import annotations

from cli.respond.model import Courrier, Repondu
from cli.words.page import ERROR, GOOD, QUIET, STRONG, Page
from cli.words.speech import plural, say
from cli.words.texts import euros

__all__ = ["print_answer"]


def print_answer(told: Repondu) -> None:
    """The acknowledgements, what was decided, the files."""
    page = Page()
    for arl in told.arls:
        word = (say("positif", "positive"), GOOD) if arl.positif else (say("négatif", "negative"), ERROR)
        page.line(
            say("ARL du lot ", "ARL of batch ") + (arl.numero_lot or "?") + say(" : ", ": "),
            word,
            f", {arl.libelle}" if arl.libelle and not arl.positif else "",
            (f" [{arl.regle}]" if arl.regle else "", QUIET),
            hang=2,
        )
    summary = told.summary
    count = plural(summary.factures, say("facture", "invoice"), say("factures", "invoices"))
    parts = [count]
    if summary.avec_rejet:
        parts.append(say(f"{summary.avec_rejet} avec rejet", f"{summary.avec_rejet} with a reject"))
    if summary.differees:
        parts.append(plural(summary.differees, say("différée", "deferred"), say("différées", "deferred")))
    if summary.sans_reponse:
        parts.append(say(f"{summary.sans_reponse} sans réponse", f"{summary.sans_reponse} unanswered"))
    page.line(
        ", ".join(parts),
        say(" ; demandé ", "; claimed ") + euros(summary.demande),
        say(", payé ", ", paid ") + euros(summary.paye),
        say(", plus tard ", ", later ") + euros(summary.paye_plus_tard) if summary.paye_plus_tard else "",
        hang=2,
    )
    _print_courrier(page, told.courrier)
    if told.files:
        page.blank()
        page.line((say(f"Écrit dans {told.output} :", f"Written in {told.output}:"), STRONG))
        for name in told.files:
            page.line(name, indent=2)
        if any(name.endswith(".noe") for name in told.files):
            page.line((f"→ noemie decode {told.output}/*.noe", QUIET))


def _print_courrier(page: Page, courrier: Courrier) -> None:
    """What a scenario lost, copied or damaged; nothing without one."""
    words = (
        (courrier.retours_perdus, say("retour perdu", "return lost"), say("retours perdus", "returns lost")),
        (courrier.copies, say("copie", "copy"), say("copies", "copies")),
        (
            courrier.retours_abimes,
            say("retour abîmé", "return damaged"),
            say("retours abîmés", "returns damaged"),
        ),
        (courrier.arls_perdus, say("ARL perdu", "ARL lost"), say("ARL perdus", "ARLs lost")),
    )
    told = [plural(count, one, many) for count, one, many in words if count]
    if told:
        page.line(say("Selon le scénario : ", "By the scenario: "), ", ".join(told), hang=2)
