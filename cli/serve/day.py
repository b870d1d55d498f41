"""The first page: what came, what to do in its order, what is late; and the files that are dropped on it.

It is what is asked first: it imports nothing of the cards of other pages.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from cli.serve.pages import NAMED, form_of, given_files, handle, render, today_of
from cli.words.speech import say
from cli.words.status import CommandError
from cli.words.texts import written_day
from codes.actions import Action

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.job_model import Unreadable
    from cli.serve.practice import Practice
    from noemie.ledger.today_model import Aujourdhui

__all__ = ["drop", "today"]

#: Transfers that the first page shows, the last ones first.
_TRANSFERS: Final = 5


def today(request: Request) -> Response:
    """What came, what to do in its order, what is late."""
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html", lost=_lost(request))
    from cli.today import words

    found = today_of(practice)
    moved = [one for one in found.recu.virements if one.nouveau]
    newest = sorted(moved, key=lambda one: str(one.jour or ""), reverse=True)[:_TRANSFERS]
    return render(
        request,
        "today_page.html",
        found=found,
        since=_since(found),
        long_day=written_day(found.on),
        read_at=_read_at(practice),
        files=words.files_text(found),
        aside=words.aside_lines(found),
        age_text=words.age_text,
        other=words.other_text,
        counted=words.counted,
        groups=[group for group in found.groupes if group.action is not Action.ATTENDRE],
        waits=[group for group in found.groupes if group.action is Action.ATTENDRE],
        newest=newest,
        others=found.recu.paye - sum(one.nouveau for one in newest),
        moved=len(moved),
        silent=len(found.recu.virements) - len(moved),
        handle=handle,
        named=NAMED,
        job=request.app.state.jobs.under_way,
        lost=_lost(request),
    )


def _read_at(practice: Practice) -> str:
    """The hour of the last reading, when it was today: `8 h 42`."""
    told = practice.ask("read", lambda ledger: ledger.last_import())
    at = dt.datetime.fromisoformat(told).astimezone() if told else None
    if at is None or at.date() != practice.today:
        return ""
    return say(f"{at.hour} h {at:%M}", f"{at:%H:%M}")


def _lost(request: Request) -> list[Unreadable]:
    """The files that a reading just made left aside: what the script of the page tells, without it."""
    job = request.app.state.jobs.find(request.query_params.get("lecture", ""))
    return job.resultat.illisibles if job else []


def _since(found: Aujourdhui) -> str:
    from cli.today import words

    if found.depuis and (found.on - found.depuis).days == 1:
        return say("depuis hier", "since yesterday")
    return words.since(found)


async def drop(request: Request) -> Response:
    """Files that were dropped: read beside the page; a program of the page hears of it by its job."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import RedirectResponse

    from cli.serve.answers import typed
    from cli.serve.reading import Kept

    form = await form_of(request)
    files = await given_files(form)
    if not files:
        raise CommandError(say("Aucun fichier n'a été donné.", "No file was given."))
    job = request.app.state.jobs.give(await run_in_threadpool(Kept, files))
    if "json" in request.headers.get("accept", ""):
        return typed(job.state, 202)
    await run_in_threadpool(job.ended.wait, 120)
    if job.erreur:
        raise CommandError(job.erreur)
    done = job.resultat
    told = [f"lecture={job.number}"] * bool(done.illisibles)
    told += ["dit=lu"] * bool(done.lus + done.connus + done.droits or not done.illisibles)
    return RedirectResponse(f"/?{'&'.join(told)}", status_code=303)
