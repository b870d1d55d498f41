"""What every page needs: its template, its menu, the person's form, where to go back to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from cli.io.inputs import Member
from cli.words.funds import fund_text, regimes
from cli.words.html import typeset
from cli.words.people import named
from cli.words.speech import language, plural, say
from cli.words.texts import days
from codes.personal import shown_name
from noemie.ledger.handles import handle_of

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger.today_model import Aujourdhui

__all__ = [
    "NAMED",
    "answer_of",
    "back_to",
    "form_of",
    "given_files",
    "handle",
    "number_of",
    "page_of",
    "render",
    "today_of",
]

#: The menu: titles of groups and pages, in French and in English, by address.
MENU: Final = (
    ("", "", (("/", "Aujourd'hui", "Today"),)),
    (
        "Ce qui revient",
        "What comes back",
        (
            ("/rejets", "Rejets", "Refusals"),
            ("/paiements", "Paiements", "Payments"),
            ("/factures", "Factures", "Invoices"),
            ("/suivre", "À suivre", "Awaited"),
            ("/tableau", "Tableau de bord", "Figures"),
        ),
    ),
    (
        "Avant d'envoyer",
        "Before sending",
        (
            ("/droits", "Droits", "Rights"),
            ("/controler", "Contrôler un envoi", "Check a flow"),
            ("/inspecteur", "Inspecteur", "Inspector"),
        ),
    ),
    (
        "Comprendre",
        "Understand",
        (
            ("/decoder", "Décoder des retours", "Decode returns"),
            ("/expliquer", "Expliquer un code", "Explain a code"),
        ),
    ),
    ("", "", (("/reglages", "Réglages", "Settings"),)),
)

#: People named in a line of the first page.
NAMED: Final = 6

#: Digits of the longest number that an address of ours has.
_DIGITS: Final = 9

#: Addresses that a form may lead back to: their first part.
_PAGES: Final = frozenset(
    {"", "rejets", "paiements", "factures", "facture", "suivre", "tableau", "droits", "reglages"}
)


def render(request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """A page of the shell."""
    from starlette.responses import HTMLResponse

    practice: Practice = request.app.state.practice
    page = "/" + request.url.path.split("/")[1]
    text = typeset(
        name,
        "cli.serve",
        page={"/facture": "/factures", "/etat": "/tableau"}.get(page, page),
        menu=MENU,
        badges=_badges(practice),
        practice=practice,
        folder=str(practice.places.folder) if practice.places.folder else "",
        can_lock=request.app.state.lock.has_password,
        here=request.url.path,
        said=_said(request.query_params.get("dit", "")),
        who=named,
        days=days,
        regime_names=lambda: dict(regimes()),
        fund_named=lambda one: fund_text(one.regime, one.caisse),
        invoices=lambda count: counted(count, "facture", "factures", "invoice", "invoices"),
        transfers=lambda count: counted(count, "virement", "virements", "transfer", "transfers"),
        **context,
    )
    return HTMLResponse(text, status_code=status)


def handle(one: Any) -> str:
    """What names an invoice in an address."""
    return handle_of(one.fichier, one.record)


def counted(count: int, one: str, many: str, one_en: str, many_en: str) -> str:
    """A count and its noun."""
    return plural(count, say(one, one_en), say(many, many_en))


def _badges(practice: Practice) -> dict[str, int]:
    """What is to be dealt with, beside the names of pages."""
    if not practice.exists:
        return {}
    found = today_of(practice)
    return {"/rejets": sum(len(refused(group)) for group in found.groupes)}


def refused(group: Any) -> list[Any]:
    """The cards of a group that an answer refused, or keeps: what the page of rejects shows."""
    return [card for card in group.cartes if is_refused(card)]


def is_refused(card: Any) -> bool:
    """Whether an answer refused this invoice, or keeps it."""
    return bool(card.rejets) or card.etat.value in _REFUSED


_REFUSED: Final = frozenset(
    {"rejetee", "arl_negatif", "payee_en_partie", "reprise", "trop_payee", "differee"}
)


def today_of(practice: Practice, *, anew: bool = False) -> Aujourdhui:
    """The answer of `noemie today`; `anew` even during a reading.

    People are named in what the first page shows, unless they are hidden; others are asked for when shown.
    """
    from cli.today.shown import shown

    def asked(ledger: Any) -> Aujourdhui:
        names = not practice.hides and ledger.personal != "token"
        day = practice.today
        try:
            found = ledger.today(day, language(), reveal=names, remember=day <= dt.date.today(), named=NAMED)
        except Exception as error:  # a lost key costs names, not figures
            if getattr(error, "code", "") not in ("cle.absente", "cle.fausse"):
                raise
            found = ledger.today(day, language())
        return shown(found, values=names)

    return practice.ask("today", asked, anew=anew)


def _said(name: str) -> str:
    """What a form did, told once on the next page."""
    texts = {
        "marque": ("C'est noté.", "Noted."),
        "pointe": ("Virement pointé.", "Transfer ticked."),
        "depointe": ("Le virement n'est plus pointé.", "The transfer is not ticked any more."),
        "reprise": ("C'est annulé.", "It was taken back."),
        "retire": ("Le fichier est retiré.", "The file was taken out."),
        "admis": ("Il peut être redonné.", "It may be given again."),
        "efface": ("C'est effacé.", "It was erased."),
        "rien": ("Il n'y avait rien à reprendre.", "There was nothing to take back."),
        "lu": ("Lecture faite.", "Reading done."),
        "jeton": ("Jeton retiré.", "Token revoked."),
        "mot-de-passe": ("Mot de passe enregistré.", "Password kept."),
        "sauvegarde": ("Copie faite.", "Copy made."),
    }
    return say(*texts[name]) if name in texts else ""


def back_to(form: Any, said: str) -> Response:
    """Back to the page of a form, on the same invoice, with what was done."""
    from urllib.parse import parse_qsl, urlencode, urlsplit

    from starlette.responses import RedirectResponse

    asked = urlsplit(str(form.get("retour", "/")))
    path = asked.path if asked.path.startswith("/") and asked.path.split("/")[1] in _PAGES else "/"
    if path.startswith("//"):
        path = "/"
    query = [(key, value) for key, value in parse_qsl(asked.query, keep_blank_values=True) if key != "dit"]
    anchor = f"#{asked.fragment}" if asked.fragment else ""
    return RedirectResponse(f"{path}?{urlencode([*query, ('dit', said)])}{anchor}", status_code=303)


async def form_of(request: Request) -> FormData:
    """The form of a request, its files included."""
    return await request.form(max_files=20_000, max_fields=200)


async def given_files(form: FormData, name: str = "fichiers") -> list[Member]:
    """The files of a form, each under the last part of its name."""
    from starlette.datastructures import UploadFile

    given = [one for one in form.getlist(name) if isinstance(one, UploadFile)]
    found = [
        Member(file_name(one.filename or ""), await one.read()) for one in given if one.filename or one.size
    ]
    await form.close()
    return found


def file_name(given: str) -> str:
    """The last part of a name that a browser or a program gives, as it may be shown."""
    return shown_name(given.replace("\\", "/").rsplit("/", 1)[-1].strip()) or "fichier"


def number_of(text: str) -> int | None:
    """A whole number of an address or a form; nothing when it is none, or is longer than any of ours."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def page_of(asked: Any) -> int:
    """The page of a list that is asked for, from 1."""
    return max(number_of(str(asked.get("page", ""))) or 1, 1)


def answer_of(practice: Practice) -> Any:
    """The practice of a page, or nothing when it has no ledger yet."""
    return practice if practice.exists else None
