"""What a person says of an invoice or of a transfer: the marks of `noemie ledger mark`, `tick`, `undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.followup.filter import given_day
from cli.serve.pages import back_to, form_of
from cli.words.errors import CommandError
from cli.words.speech import language, say

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger import Ledger

__all__ = ["MARKS", "mark", "tick", "undo"]

#: Marks that the page sets: whether they take a detail (`numero`, `texte`, `jour`), and their words.
MARKS: Final = {
    "refaite_sous": ("numero", "Refaite sous le n°", "Redone under no."),
    "pas_refaite": ("", "Pas refaite", "Not redone"),
    "soldee": ("", "Classer : rien à attendre", "Close: nothing to wait for"),
    "relancee": ("", "Organisme relancé", "Payer chased"),
    "reclamee": ("", "Réclamation faite", "Claim made"),
    "patient_averti": ("", "Patient prévenu", "Patient told"),
    "rappel": ("jour", "Me le rappeler le", "Remind me on"),
    "note": ("texte", "Note", "Note"),
}


async def mark(request: Request) -> Response:
    """Set a mark on one invoice."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    sorte, handle = str(form.get("sorte", "")), str(form.get("facture", ""))
    detail = str(form.get("detail", "")).strip()
    await run_in_threadpool(_set, practice, sorte, handle, detail)
    return back_to(form, "marque")


def _set(practice: Practice, sorte: str, handle: str, detail: str) -> None:
    from noemie.suivi.faits import Marque

    kind = MARKS.get(sorte, ("?",))[0]
    if kind == "jour":
        day = given_day(detail)
        detail = day.isoformat() if day else ""
    if kind == "?" or (kind and not detail):
        what = {
            "numero": say("le numéro de la nouvelle facture", "the number of the new invoice"),
            "jour": say("une date (31/01/2026)", "a day (2026-01-31)"),
        }.get(kind, say("un texte", "a text"))
        raise CommandError(say(f"Il manque {what}.", f"Missing: {what}."), 2)

    def write(ledger: Ledger) -> None:
        card = ledger.card(handle, practice.today, language())
        if card is None:
            raise CommandError(say("Cette facture n’est plus là.", "This invoice is not there any more."), 2)
        if sorte == "refaite_sous" and not ledger.sendings(detail):
            raise CommandError(
                say(
                    "Aucun envoi lu ne porte ce numéro.\n  → Déposer d’abord le nouvel envoi.",
                    "No flow that was read has this number.\n  → Drop the new flow first.",
                ),
                2,
            )
        ligne, sent = card.ligne, card.envoye_le
        ledger.add_mark(
            Marque(
                sorte=sorte,
                numero=ligne.numero,
                lot=ligne.lot,
                annee=sent.year if sent else None,
                fichier=ligne.fichier,
                numero_ps=ligne.numero_ps,
                jour=practice.today,
                detail=detail if kind else "",
            )
        )

    practice.change(write)


async def tick(request: Request) -> Response:
    """Say that a transfer was seen on the statement of the bank; or, ticked by mistake, that it was not."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    await run_in_threadpool(_tick, practice, str(form.get("libelle", "")))
    return back_to(form, "pointe")


def _tick(practice: Practice, given: str) -> None:
    from noemie.suivi.faits import Marque

    label = " ".join(given.upper().split())

    def write(ledger: Ledger) -> None:
        found = [one for one in ledger.transfers() if label in labels_of(one)]
        if not label or not found:
            raise CommandError(say("Aucun virement n’a ce libellé.", "No transfer has this label."), 2)
        ledger.add_mark(Marque(sorte="pointe", cible="virement", jour=practice.today, detail=label))

    practice.change(write)


def labels_of(transfer: Any) -> tuple[str, str]:
    """The labels of a transfer, as a mark names them."""
    return (" ".join(transfer.libelle_1.upper().split()), " ".join(transfer.libelle_2.upper().split()))


async def undo(request: Request) -> Response:
    """Take back the last mark."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    gone = await run_in_threadpool(practice.change, lambda ledger: ledger.undo(practice.today))
    return back_to(form, "reprise" if gone else "rien")
