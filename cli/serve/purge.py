"""What may be removed: what the law no longer asks to keep, a patient, a file, everything; a trial first."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from cli.serve.pages import back_to, form_of, render
from cli.words.speech import say
from cli.words.status import CommandError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice
    from noemie.ledger import Ledger, PurgePlan, Removal, RemovedFile, StoredFile

__all__ = ["admit", "everything", "file", "old", "page", "patient"]

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

#: Files that the page proposes to take out, the last ones imported.
_LAST: Final = 200

#: Years of retention unless more are asked for, and the most (CSS R. 161-49: three years).
_YEARS: Final = 3
_MOST_YEARS: Final = 30

#: What a person types before everything goes.
_WORDS: Final = ("EFFACER", "ERASE")


def page(request: Request) -> Response:
    """The three ways, before anything is asked."""
    return _page(request)


def _page(request: Request, **found: Any) -> Response:
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    empty: dict[str, Any] = {"plan": None, "years": _YEARS, "unsettled": False, "trial": None, "nir": ""}
    files, out = practice.ask("files", _files)
    empty |= {"files": files, "out": out, "removal": None, "digest": ""}
    return render(request, "purge.html", words=_WORDS, **(empty | found))


def _files(ledger: Ledger) -> tuple[list[StoredFile], list[RemovedFile]]:
    """The last files that were imported, and those that were taken out."""
    files = sorted(ledger.files(), key=lambda one: (one.importe_le, one.noms), reverse=True)
    return files[:_LAST], ledger.removed_files()


async def old(request: Request) -> Response:
    """What was settled longer ago than the retention: told, then removed when it is still what was told."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    text = str(form.get("annees", ""))
    years = min(int(text), _MOST_YEARS) if text.isdecimal() and len(text) < 3 else _YEARS
    unsettled, seen = bool(form.get("sans_reponse")), str(form.get("jeton", ""))

    def write(ledger: Ledger) -> PurgePlan:
        today: dt.date = practice.today
        plan = ledger.purge(unsettled=unsettled, years=years, today=today)
        if seen and plan.jeton == seen:
            ledger.purge(confirm=plan, years=years, today=today)
        elif seen:
            raise CommandError(
                say(
                    "Le registre a changé depuis l'essai.\n  → Refaire l'essai.",
                    "The ledger changed since the trial.\n  → Try again.",
                )
            )
        return plan

    plan = await run_in_threadpool(practice.change, write)
    if seen:
        practice.forget()
        return back_to({"retour": "/reglages/purge"}, "efface")
    return await run_in_threadpool(_page, request, plan=plan, years=years, unsettled=unsettled)


async def patient(request: Request) -> Response:
    """One patient: in the ledger, and in the register of rights."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    nir, sure = str(form.get("nir", "")).strip(), bool(form.get("confirme"))
    trial = await run_in_threadpool(_forget, practice, nir, sure)
    if sure:
        practice.forget()
        return back_to({"retour": "/reglages/purge"}, "efface")
    return await run_in_threadpool(_page, request, trial=trial, nir=nir)


def _forget(practice: Practice, given: str, sure: bool) -> tuple[int, int]:
    """Rows of the ledger and facts of the register that go, or went when it is `sure`."""
    from codes.keys.nir import nir_asked

    nir = nir_asked(given)
    if nir is None:
        raise CommandError(
            say(
                "NIR : 13 caractères, ou 15 avec la bonne clé.",
                "NIR: 13 characters, or 15 with the right key.",
            )
        )
    rows = practice.change(lambda ledger: ledger.forget(nir, for_real=sure))
    if not practice.has_rights:
        return rows, 0
    with practice.register() as register:
        return rows, register.purge(None, nir, confirm=sure)[0]


async def file(request: Request) -> Response:
    """One file that was imported by mistake."""
    from starlette.concurrency import run_in_threadpool

    from cli.followup.ledger_removed import counted

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    digest, sure = str(form.get("fichier", "")), bool(form.get("confirme"))
    if not _DIGEST.fullmatch(digest):  # a name would be looked for on the disk
        raise CommandError(say("Ce fichier n'est pas dans le registre.", "This file is not in the ledger."))

    def write(ledger: Ledger) -> Removal:
        return ledger.forget_files([digest], for_real=sure, today=practice.today)

    found = await run_in_threadpool(practice.change, write)
    if sure:
        practice.forget()
        return back_to({"retour": "/reglages/purge"}, "retire")
    told = {"removal": found, "counts": counted(found), "digest": digest}
    return await run_in_threadpool(_page, request, **told)


async def admit(request: Request) -> Response:
    """A file that was taken out may be given again."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    digest = str(form.get("fichier", ""))
    await run_in_threadpool(practice.change, lambda ledger: ledger.admit(digest))
    practice.forget()
    return back_to({"retour": "/reglages/purge"}, "admis")


async def everything(request: Request) -> Response:
    """All that the ledger and the register hold; the word that says so was typed."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    if str(form.get("mot", "")).strip().upper() not in _WORDS:
        word = say(*_WORDS)
        raise CommandError(
            say(
                f"Rien n'a été effacé.\n  → Écrire {word} en toutes lettres.",
                f"Nothing was erased.\n  → Type the whole word {word}.",
            )
        )

    def write() -> None:
        practice.change(lambda ledger: ledger.forget(None, for_real=True))
        if practice.has_rights:
            with practice.register() as register:
                register.purge(everything=True, confirm=True)
        practice.forget()

    await run_in_threadpool(write)
    return back_to({"retour": "/reglages/purge"}, "efface")
