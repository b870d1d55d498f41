"""Pages over the ledger: today, refusals, awaited answers, invoices and one invoice, the letter of claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.serve.cards import buttons_of, do_text, handle, told_rejects
from cli.serve.marks import MARKS
from cli.serve.pages import form_of, given_files, refused, render, today_of
from cli.words.motives import motive_text
from cli.words.people import act_text
from cli.words.speech import language, say
from codes.actions import Action
from codes.motives import MOTIVES
from codes.states import Etat

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice

__all__ = ["drop", "invoice", "invoices", "letter", "rejects", "today", "waiting"]

#: Cards, or rows, of one page.
CARDS: Final = 40
ROWS: Final = 200

#: Transfers that the first page shows, the last ones first.
_TRANSFERS: Final = 8

#: People named in a line of the first page.
_NAMED: Final = 6


def today(request: Request) -> Response:
    """What came, what to do in its order, what is late."""
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    from cli.today import words

    found = today_of(practice)
    return render(
        request,
        "today_page.html",
        found=found,
        since=words.since(found),
        long_day=words.long_day(found.on),
        files=words.files_text(found),
        aside=words.aside_lines(found),
        age_text=lambda age: words.age_text(age),
        other=lambda one: words.other_text(one),
        counted=lambda one: words.counted(one),
        groups=[group for group in found.groupes if group.action is not Action.ATTENDRE],
        waits=[group for group in found.groupes if group.action is Action.ATTENDRE],
        newest=sorted(found.recu.virements, key=lambda one: str(one.jour or ""), reverse=True)[:_TRANSFERS],
        handle=handle,
        named=_NAMED,
        job=request.app.state.jobs.under_way,
    )


# --- cards --------------------------------------------------------------------------------------------------


def _cards_context(practice: Practice) -> dict[str, Any]:
    from cli.today import words

    return {
        "handle": handle,
        "marks": MARKS,
        "buttons": lambda card: buttons_of(card.action),
        "rejects_of": lambda card: told_rejects(card),
        "do": lambda card, rejets: do_text(card, rejets),
        "mark_words": lambda one: words.mark_text(one),
        "motive": lambda name: motive_text(name),
    }


async def rejects(request: Request) -> Response:
    """One card an invoice that was refused, or that the payer keeps."""
    from starlette.concurrency import run_in_threadpool

    asked = dict(request.query_params)
    if request.method == "POST":  # a patient is searched here: nothing of it in the address
        form = await form_of(request)
        asked |= {key: str(value) for key, value in form.items()}
    return await run_in_threadpool(_rejects, request, asked)


def _rejects(request: Request, asked: dict[str, str]) -> Response:
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    found = today_of(practice)
    whole = [(group, refused(group)) for group in found.groupes]
    whole = [(group, cards) for group, cards in whole if cards]
    every = [card for _, cards in whole for card in cards]
    kept = [(group, [card for card in cards if _fits(card, asked)]) for group, cards in whole]
    kept = [(group, cards) for group, cards in kept if cards]
    number = max(int(asked.get("page", "1")) if asked.get("page", "1").isdecimal() else 1, 1)
    shown = [card for _, cards in kept for card in cards]
    first = (number - 1) * CARDS
    on_page = {id(card) for card in shown[first : first + CARDS]}
    return render(
        request,
        "rejects.html",
        groups=[
            (
                group,
                [card for card in cards if id(card) in on_page],
                len(cards),
                sum(c.montant for c in cards),
            )
            for group, cards in kept
            if any(id(card) in on_page for card in cards)
        ],
        asked=asked,
        every=len(every),
        every_amount=sum(card.montant for card in every),
        count=len(shown),
        amount=sum(card.montant for card in shown),
        number=number,
        pages=-(-len(shown) // CARDS),
        actions=[(group.action, group.banner, len(cards)) for group, cards in whole],
        motives=sorted({name for card in every for name in card.motifs if name in MOTIVES}),
        funds=sorted({fund(card) for card in every} - {""}),
        months=sorted({month_of(card) for card in every} - {""}, reverse=True),
        **_cards_context(practice),
    )


def fund(card: Any) -> str:
    """The caisse of a card: `01 421`."""
    return f"{card.regime} {card.caisse}".strip()


def month_of(card: Any) -> str:
    """The month of the last answer, else of the sending."""
    day = card.repondu_le or card.date_envoi
    return f"{day:%Y-%m}" if day else ""


def _fits(card: Any, asked: dict[str, str]) -> bool:
    if asked.get("action") and card.action.value != asked["action"]:
        return False
    if asked.get("motif") and asked["motif"] not in card.motifs:
        return False
    if asked.get("caisse") and fund(card) != asked["caisse"]:
        return False
    if asked.get("mois") and month_of(card) != asked["mois"]:
        return False
    wanted = asked.get("patient", "").strip()
    return not wanted or is_of(card.numero, card.patient, wanted)


def is_of(numero: str, patient: Any, wanted: str) -> bool:
    """Whether an invoice is the one wanted: by its number, a name, the end of a NIR, a reference."""
    text = plain(wanted)
    names = plain(f"{patient.nom} {patient.prenom}").split()
    if text.isdigit() and (text.lstrip("0") == numero.strip().lstrip("0")):
        return True
    digits = text.replace(" ", "")
    if digits.isdigit() and len(digits) >= 13 and patient.nir:
        return bool(digits[10:13] == patient.nir)
    by_name = all(any(name.startswith(word) for name in names) for word in text.split())
    return bool(text) and (by_name or bool(patient.reference.startswith(digits)))


def plain(text: str) -> str:
    """A text without accents nor case.

    >>> plain("  Éléonore ")
    'eleonore'
    """
    import unicodedata

    split = unicodedata.normalize("NFD", text)
    return "".join(one for one in split if not unicodedata.combining(one)).lower().strip()


def waiting(request: Request) -> Response:
    """What is awaited by age, what is to be chased, reminders."""
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    from cli.today import words

    found = today_of(practice)
    wanted = (Action.RELANCER, Action.RECLAMATION, Action.VERIFIER_REFAITE, Action.ATTENDRE)
    groups = [
        (group, [card for card in group.cartes if card not in refused(group)])
        for group in found.groupes
        if group.action in wanted
    ]
    return render(
        request,
        "waiting.html",
        found=found,
        groups=[(group, cards) for group, cards in groups if cards],
        age_text=lambda age: words.age_text(age),
        most=ROWS,
        fund=fund,
        **_cards_context(practice),
    )


# --- invoices -----------------------------------------------------------------------------------------------


async def invoices(request: Request) -> Response:
    """Every invoice, or those of a number, of a name, of a NIR."""
    from starlette.concurrency import run_in_threadpool

    wanted = ""
    if request.method == "POST":
        wanted = str((await form_of(request)).get("cherche", "")).strip()
    return await run_in_threadpool(_invoices, request, wanted)


def _invoices(request: Request, wanted: str) -> Response:
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    asked = request.query_params
    rows = practice.ask("invoices", lambda ledger: ledger.invoice_states(practice.today))
    states = [etat for etat in Etat if etat in {one.etat for one in rows}]
    found = _found(practice, rows, wanted) if wanted else rows
    if asked.get("etat"):
        found = [one for one in found if one.etat.value == asked["etat"]]
    newest = sorted(found, key=lambda one: (str(one.depuis or ""), one.numero), reverse=True)
    number = max(int(asked.get("page", "1")) if asked.get("page", "1").isdecimal() else 1, 1)
    page = newest[(number - 1) * ROWS : number * ROWS]
    people = people_of(practice, [one.patient for one in page])
    return render(
        request,
        "invoices.html",
        rows=page,
        people=people,
        count=len(found),
        claimed=sum(one.demande for one in found),
        paid=sum(one.paye for one in found),
        wanted=wanted,
        asked=asked,
        states=states,
        number=number,
        pages=-(-len(found) // ROWS),
        handle=handle,
        fund=fund,
    )


def people_of(practice: Practice, references: list[str]) -> dict[str, Any]:
    """Who these patients are, by reference, unless people are hidden."""
    from noemie.ledger.who import Personne

    wanted = sorted(set(references))
    if practice.hides:
        return {one: Personne(reference=one) for one in wanted}
    found: dict[str, Any] = practice.ask("people", lambda ledger: _named(ledger, wanted), tuple(wanted))
    return found


def _named(ledger: Any, wanted: list[str]) -> Any:
    from noemie.ledger import LedgerError
    from noemie.ledger.who import Personne

    try:
        return {one: Personne(reference=one) for one in wanted} | ledger.people(wanted)
    except LedgerError:  # a lost key costs names, not figures
        return {one: Personne(reference=one) for one in wanted}


def _found(practice: Practice, rows: list[Any], wanted: str) -> list[Any]:
    text = plain(wanted).replace(" ", "")
    if text.isdigit() and len(text) < 13:
        return [one for one in rows if one.numero.strip().lstrip("0") == text.lstrip("0")]
    if text.isdigit():
        return _of_nir(practice, rows, text)
    people = people_of(practice, [one.patient for one in rows])
    return [one for one in rows if one.patient and is_of("", people[one.patient], wanted)]


def _of_nir(practice: Practice, rows: list[Any], nir: str) -> list[Any]:
    """The invoices of a NIR, by the token that the ledger draws of it: the payments of `--patient NIR`."""
    found = practice.ask("tokens", lambda ledger: ledger.patient_tokens(nir), nir)
    return [one for one in rows if one.patient in found]


def invoice(request: Request) -> Response:
    """One invoice: its state, its parts, its acts, its life from the sending to what is awaited."""
    from cli.serve.timeline import steps

    practice: Practice = request.app.state.practice
    card = card_of(request)
    if card is None:
        from cli.serve.answers import refusal

        missing: Response = refusal(404, api=False)
        return missing
    context = _cards_context(practice)
    rejets = told_rejects(card.ligne)
    return render(
        request,
        "invoice.html",
        card=card,
        line=card.ligne,
        rejets=rejets,
        act=act_text,
        steps=steps(card, rejets),
        **context,
    )


def card_of(request: Request) -> Any:
    """The invoice of an address, or nothing."""
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return None
    handle = request.path_params["handle"]

    def asked(ledger: Any) -> Any:
        from msgspec.structs import replace

        from cli.today.shown import shown_mark
        from noemie.ledger import LedgerError

        named = not practice.hides and ledger.personal != "token"
        try:
            card = ledger.card(handle, practice.today, language(), reveal=named)
        except LedgerError:
            card = ledger.card(handle, practice.today, language())
        if card is None:
            return None
        marks = tuple(shown_mark(one, values=named) for one in card.marques)
        return replace(card, marques=marks)

    return practice.ask("card", asked, handle)


def letter(request: Request) -> Response:
    """A letter of claim to print, on one invoice."""
    practice: Practice = request.app.state.practice
    card = card_of(request)
    if card is None:
        from cli.serve.answers import refusal

        missing: Response = refusal(404, api=False)
        return missing
    return render(
        request,
        "letter.html",
        card=card,
        line=card.ligne,
        rejets=told_rejects(card.ligne),
        today=practice.today,
    )


# --- files --------------------------------------------------------------------------------------------------


async def drop(request: Request) -> Response:
    """Files that were dropped: read beside the page; a program of the page hears of it by its job."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, RedirectResponse

    from cli.serve.reading import Kept
    from cli.words.errors import CommandError

    form = await form_of(request)
    files = await given_files(form)
    if not files:
        raise CommandError(say("Aucun fichier n’a été donné.", "No file was given."))
    job = request.app.state.jobs.give(await run_in_threadpool(Kept, files))
    if "json" in request.headers.get("accept", ""):
        return JSONResponse(job.data(), status_code=202)
    await run_in_threadpool(job.ended.wait, 120)
    if job.erreur:
        raise CommandError(job.erreur)
    return RedirectResponse("/?dit=lu", status_code=303)
