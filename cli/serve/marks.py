"""What a person says of an invoice or of a transfer: the marks of `noemie ledger mark`, `tick`, `undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.followup.filter import given_day
from cli.serve.pages import back_to, form_of
from cli.words.speech import language, say
from cli.words.status import CommandError

if TYPE_CHECKING:
    import datetime as dt

    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger import Ledger
    from noemie.suivi.faits import Marque

__all__ = ["MARKS", "key_of", "labels_of", "mark", "tick", "undo"]

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
    from noemie.ledger.marks import mark_of

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
            raise CommandError(say("Cette facture n'est plus là.", "This invoice is not there any more."), 2)
        if sorte == "refaite_sous" and not ledger.sendings(detail):
            raise CommandError(
                say(
                    "Aucun envoi lu ne porte ce numéro.\n  → Déposer d'abord le nouvel envoi.",
                    "No flow that was read has this number.\n  → Drop the new flow first.",
                ),
                2,
            )
        _add(ledger, mark_of(card.ligne, sorte, practice.today, detail if kind else ""))

    practice.change(write)


def _add(ledger: Ledger, said: Marque) -> None:
    """Keep a mark, once: another window may have said the same."""
    if said not in ledger.marks():
        ledger.add_mark(said)


async def tick(request: Request) -> Response:
    """Say that a transfer was seen on the statement of the bank; or, ticked by mistake, that it was not."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    back = bool(form.get("retirer"))
    await run_in_threadpool(_tick, practice, str(form.get("virement", "")), back)
    return back_to(form, "depointe" if back else "pointe")


def _tick(practice: Practice, key: str, back: bool) -> None:
    from noemie.suivi.faits import Marque

    def write(ledger: Ledger) -> None:
        found = next((one for one in ledger.transfers() if key_of(one) == key), None)
        label = next(filter(None, labels_of(found)), "") if found else ""
        if found is None or not label:
            raise CommandError(say("Ce virement n'est plus là.", "This transfer is not there any more."), 2)
        if not back:
            detail = f"{label}@{found.date}" if found.date else label
            _add(ledger, Marque(sorte="pointe", cible="virement", jour=practice.today, detail=detail))
            return
        told = {f"{one}{at}" for one in labels_of(found) if one for at in ("", f"@{found.date}")}
        for one in ledger.marks():
            if one.sorte == "pointe" and one.cible == "virement" and one.detail in told:
                ledger.undo(practice.today, one)

    practice.change(write)


def key_of(transfer: Any) -> str:
    """What names a transfer in an address: a digest, since labels are free."""
    from hashlib import blake2b

    text = f"{transfer.date}|{transfer.libelle_1}|{transfer.libelle_2}|{transfer.organisme_payeur}"
    return blake2b(text.encode(), digest_size=8).hexdigest()


def labels_of(transfer: Any) -> tuple[str, str]:
    """The labels of a transfer, as a mark names them."""
    return (" ".join(transfer.libelle_1.upper().split()), " ".join(transfer.libelle_2.upper().split()))


async def undo(request: Request) -> Response:
    """Take back the last mark, or that one of an invoice."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    handle, sorte, day = (str(form.get(name, "")) for name in ("facture", "sorte", "jour"))

    def write(ledger: Ledger) -> Any:
        which = None
        if handle:
            which = _marked(practice, ledger, handle, sorte, given_day(day))
            if which is None:
                return None
        return ledger.undo(practice.today, which)

    gone = await run_in_threadpool(practice.change, write)
    return back_to(form, "reprise" if gone else "rien")


def _marked(
    practice: Practice, ledger: Ledger, handle: str, sorte: str, day: dt.date | None
) -> Marque | None:
    """The last mark of that kind, of that day, that an invoice bears."""
    from noemie.ledger.today_cards import marks_of

    card = ledger.card(handle, practice.today, practice.lang)
    found = marks_of(card.ligne, ledger.marks()) if card else []
    return next((one for one in reversed(found) if (one.sorte, one.jour) == (sorte, day)), None)
