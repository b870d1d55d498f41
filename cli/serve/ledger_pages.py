"""Pages over the ledger: refusals, awaited answers, invoices and one invoice, the letter of claim."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.serve.cards import buttons_of, do_text, told_rejects
from cli.serve.marks import MARKS
from cli.serve.pages import form_of, handle, is_refused, page_of, refused, render, today_of
from cli.words.funds import regime_name
from cli.words.motives import motive_text
from cli.words.people import act_text, acts_text
from cli.words.speech import language
from cli.words.status import CommandError
from cli.words.texts import month, written_day
from codes.actions import Action
from codes.factures import cle
from codes.motives import MOTIVES
from codes.states import Etat

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger import Ledger
    from noemie.ledger.today_model import Carte
    from noemie.ledger.who import Personne, Soins

__all__ = ["card_of", "invoice", "invoices", "letter", "rejects", "waiting"]

#: Cards, or rows, of one page; rows of one group of what is awaited.
CARDS: Final = 40
ROWS: Final = 200
AWAITED: Final = 100

#: Characters of a NIR without its key, and those of a reference below which it is none.
_NIR: Final = 13
_REFERENCE: Final = 8

#: Days before a reminder, unless another day is given.
_SOON: Final = 15


# --- cards --------------------------------------------------------------------------------------------------


def _cards_context(practice: Practice) -> dict[str, Any]:
    from cli.today import words

    return {
        "handle": handle,
        "marks": MARKS,
        "buttons": buttons_of,
        "rejects_of": lambda card: told_rejects(card, practice.places.codes),
        "do": do_text,
        "mark_words": words.mark_text,
        "acts": _acts,
        "soon": practice.today + dt.timedelta(days=_SOON),
        "motive": motive_text,
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
    fits = _wanted(practice, asked.get("patient", ""))
    kept = [card for card in every if _fits(card, asked) and fits(card)]
    number = page_of(asked)
    sections = _by_patient(kept) if asked.get("grouper") else _by_action(whole, kept)
    sections = [
        one._replace(cards=told(practice, one.cards)) for one in _cut(sections, (number - 1) * CARDS, CARDS)
    ]
    return render(
        request,
        "rejects.html",
        sections=sections,
        asked=asked,
        every=len(every),
        every_amount=sum(card.montant for card in every),
        count=len(kept),
        amount=sum(card.montant for card in kept),
        number=number,
        pages=-(-len(kept) // CARDS),
        actions=[(group.action, group.banner, len(cards)) for group, cards in whole],
        motives=sorted({name for card in every for name in card.motifs if name in MOTIVES}),
        funds=sorted({fund(card) for card in every} - {""}),
        months=sorted({month_of(card) for card in every} - {""}, reverse=True),
        month=month,
        regime_name=regime_name,
        **_cards_context(practice),
    )


class Section(NamedTuple):
    """Cards under one title, that of an action or their patient; `cards` are those of the page."""

    banner: str
    cards: list[Any]
    number: int
    amount: int


def _by_action(whole: list[tuple[Any, list[Any]]], kept: list[Any]) -> list[Section]:
    wanted = {id(card) for card in kept}
    found = [(group, [card for card in cards if id(card) in wanted]) for group, cards in whole]
    return [_section(group.banner, cards) for group, cards in found if cards]


def _by_patient(kept: list[Any]) -> list[Section]:
    """The cards of each patient together, in the order of what is to be done first."""
    groups: dict[str, list[Any]] = {}
    for rank, card in enumerate(kept):
        groups.setdefault(card.patient.reference or f"?{rank}", []).append(card)
    return [_section("", cards) for cards in groups.values()]


def _section(banner: str, cards: list[Any]) -> Section:
    return Section(banner, cards, len(cards), sum(card.montant for card in cards))


def _cut(sections: list[Section], start: int, most: int) -> list[Section]:
    """The sections with the cards of one page alone."""
    found, first = [], 0
    for one in sections:
        cards = one.cards[max(start - first, 0) : max(start + most - first, 0)]
        first += one.number
        if cards:
            found.append(one._replace(cards=cards))
    return found


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
    return not asked.get("mois") or month_of(card) == asked["mois"]


def _wanted(practice: Practice, text: str) -> Callable[[Carte], bool]:
    """Whether a card is of the number, or of the patient, that is looked for."""
    try:
        number, patients = _searched(practice, text)
    except CommandError:  # while people are hidden, a name is nobody's
        number, patients = "", frozenset()
    if number:
        return lambda card: cle(card.numero) == cle(number)
    return lambda card: patients is None or card.patient.reference in patients


def _is_named(patient: Personne, wanted: str) -> bool:
    """Whether a patient is the one wanted: by the beginning of each name, or of the reference."""
    names = plain(f"{patient.nom} {patient.prenom}").split()
    text = plain(wanted)
    reference = "".join(text.split())
    if all(any(name.startswith(word) for name in names) for word in text.split()):
        return True
    return len(reference) >= _REFERENCE and patient.reference.startswith(reference)


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
    from noemie.ledger.states import AWAITED as AWAITED_STATES

    found = today_of(practice)
    wanted = (Action.RELANCER, Action.RECLAMATION, Action.VERIFIER_REFAITE, Action.ATTENDRE)
    groups = [
        (group, [card for card in group.cartes if not is_refused(card)])
        for group in found.groupes
        if group.action in wanted
    ]
    elsewhere = [card for group in found.groupes for card in refused(group) if card.etat in AWAITED_STATES]
    return render(
        request,
        "waiting.html",
        found=found,
        elsewhere=len(elsewhere),
        elsewhere_sum=sum(card.reste for card in elsewhere),
        groups=[(group, cards, told(practice, cards[:AWAITED])) for group, cards in groups if cards],
        age_text=words.age_text,
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
    from noemie.ledger.listed import Invoices

    asked = request.query_params
    number, patients = _searched(practice, wanted)
    state = next((etat for etat in Etat if etat.value == asked.get("etat")), None)
    which, page = Invoices(state, patients, number), page_of(asked)
    found = practice.ask(
        "invoices",
        lambda ledger: ledger.invoice_page(which, (page - 1) * ROWS, ROWS, practice.today),
        which,
        page,
    )
    return render(
        request,
        "invoices.html",
        rows=found.rows,
        people=people_of(practice, [one.patient for one in found.rows]),
        count=found.nombre,
        claimed=found.demande,
        paid=found.paye,
        wanted=wanted,
        asked=asked,
        states=[etat for etat in Etat if etat in found.etats],
        number=page,
        pages=-(-found.nombre // ROWS),
        handle=handle,
        fund=fund,
    )


def _searched(practice: Practice, wanted: str) -> tuple[str, frozenset[str] | None]:
    """What is looked for: the number of an invoice, or the references of patients."""
    text = "".join(plain(wanted).split())
    if not text:
        return "", None
    if text.isdecimal() and len(text) < _NIR:
        return text, None
    return "", patients_of(practice, wanted)


def patients_of(practice: Practice, wanted: str) -> frozenset[str]:
    """The references of the patients of a NIR, of a name, or whose reference starts so."""
    text = "".join(plain(wanted).split())
    if len(text) >= _NIR and text[:1].isdecimal():
        return practice.ask("tokens", lambda ledger: ledger.patient_tokens(text), text)
    if practice.hides:
        return practice.ask("tokens", lambda ledger: ledger.patient_tokens(text), text)

    def asked(ledger: Ledger) -> frozenset[str]:
        from noemie.ledger import LedgerError

        try:
            return ledger.patients_named(lambda one: _is_named(one, wanted))
        except LedgerError:  # a lost key costs names, not figures
            return frozenset()

    return practice.ask("named", asked, wanted)


def people_of(practice: Practice, references: list[str]) -> dict[str, Personne]:
    """Who these patients are, by reference, unless people are hidden."""
    from noemie.ledger.who import Personne

    wanted = sorted(set(references))
    if practice.hides:
        return {one: Personne(reference=one) for one in wanted}
    return practice.ask("people", lambda ledger: _named(ledger, wanted), tuple(wanted))


def care_of(practice: Practice, sendings: list[tuple[str, int]]) -> dict[tuple[str, int], Soins]:
    """The care of these sendings, by file and record, when the ledger keeps it."""
    return practice.ask("care", lambda ledger: _care(ledger, sendings), tuple(sendings))


def _care(ledger: Ledger, sendings: list[tuple[str, int]]) -> dict[tuple[str, int], Soins]:
    from noemie.ledger import LedgerError

    try:
        return ledger.care(sendings)
    except LedgerError:  # a lost key costs care days, not figures
        return {}


def told(practice: Practice, cards: list[Carte]) -> list[Carte]:
    """The same cards with who the patients are and their care, unless people are hidden."""
    from noemie.ledger.today_cards import with_people

    if practice.hides or not cards:
        return cards
    people = people_of(practice, [one.patient.reference for one in cards])
    return with_people(cards, people, care_of(practice, [(one.fichier, one.record) for one in cards]))


def _named(ledger: Ledger, wanted: list[str]) -> dict[str, Personne]:
    from noemie.ledger import LedgerError
    from noemie.ledger.who import Personne

    try:
        return {one: Personne(reference=one) for one in wanted} | ledger.people(wanted)
    except LedgerError:  # a lost key costs names, not figures
        return {one: Personne(reference=one) for one in wanted}


def invoice(request: Request) -> Response:
    """One invoice: its state, its parts, its acts, its life from the sending to what is awaited."""
    from cli.serve.timeline import steps

    practice: Practice = request.app.state.practice
    card = card_of(practice, request.path_params["handle"])
    if card is None:
        from cli.serve.answers import refusal

        missing: Response = refusal(404, api=False)
        return missing
    context = _cards_context(practice)
    rejets = told_rejects(card.ligne, practice.places.codes)
    return render(
        request,
        "invoice.html",
        card=card,
        line=card.ligne,
        rejets=rejets,
        act=act_text,
        act_name=_act_name,
        steps=steps(card, rejets),
        **context,
    )


def _acts(soins: Soins) -> str:
    """The acts; a line never ends between a name and how many times it is."""
    return acts_text(soins).replace(" × ", "\u00a0×\u00a0")


def _act_name(code: str) -> str:
    """What the list of acts says of a code; empty when it does not know it."""
    from codes.lists import b2

    found = b2()["code_acte"].get(code)
    return "" if found is None else found.label(language())


def card_of(practice: Practice, handle: str) -> Any:
    """The invoice of this handle, or nothing."""
    if not practice.exists:
        return None

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
    card = card_of(practice, request.path_params["handle"])
    if card is None:
        from cli.serve.answers import refusal

        missing: Response = refusal(404, api=False)
        return missing
    return render(
        request,
        "letter.html",
        card=card,
        line=card.ligne,
        rejets=told_rejects(card.ligne, practice.places.codes),
        long_day=written_day(practice.today),
        acts=_acts,
    )
