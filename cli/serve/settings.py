"""Settings: where things are, how identities are kept, the password, tokens of programs, a copy, the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.serve.pages import back_to, form_of, render
from cli.words.speech import say
from cli.words.status import CommandError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice


def settings(request: Request, secret: str = "", wrong: str = "") -> Response:
    """The page; `secret` is a token just made, shown this once."""
    practice: Practice = request.app.state.practice
    personal, key = "", ""
    if practice.exists:
        personal = practice.ask("personal", lambda ledger: ledger.personal)
        key = str(practice.key_place() or "")
    return render(
        request,
        "settings.html",
        personal=personal,
        key=key,
        secret=secret,
        wrong=wrong,
        tokens=request.app.state.tokens.all(),
        has_password=request.app.state.lock.has_password,
    )


async def new_token(request: Request) -> Response:
    """A token for a program, shown once."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    tokens = request.app.state.tokens
    secret = await run_in_threadpool(tokens.make, str(form.get("nom", "")), practice.today)
    return await run_in_threadpool(settings, request, secret)


async def drop_token(request: Request) -> Response:
    """Revoke a token."""
    form = await form_of(request)
    request.app.state.tokens.revoke(str(form.get("jeton", "")))
    return back_to({"retour": "/reglages"}, "jeton")


async def password(request: Request) -> Response:
    """Set the password, or remove it."""
    from starlette.concurrency import run_in_threadpool

    form = await form_of(request)
    lock = request.app.state.lock
    given = str(form.get("mot", ""))
    if form.get("retirer"):
        if not await run_in_threadpool(lock.remove, given):
            raise CommandError(say("Ce n'est pas le mot de passe.", "This is not the password."))
    else:
        await run_in_threadpool(lock.set, given)
    return back_to({"retour": "/reglages"}, "mot-de-passe")


async def choose_language(request: Request) -> Response:
    """The language of the page, now and when its icon opens it again."""
    from cli.serve.store import chosen_language

    form = await form_of(request)
    practice: Practice = request.app.state.practice
    practice.lang = "en" if form.get("langue") == "en" else "fr"
    chosen_language().write(practice.lang)
    practice.forget()
    return back_to({"retour": "/reglages"}, "")


async def backup(request: Request) -> Response:
    """A copy of the ledger, in the folder beside it; a copy holds no key."""
    from starlette.concurrency import run_in_threadpool

    practice: Practice = request.app.state.practice
    await form_of(request)
    base = Path(practice.places.db)
    target = base.with_name(f"{base.stem}-{practice.today:%Y%m%d}{base.suffix or '.db'}")
    rank = 1
    while target.exists():
        rank += 1
        target = base.with_name(f"{base.stem}-{practice.today:%Y%m%d}-{rank}{base.suffix or '.db'}")
    await run_in_threadpool(practice.change, lambda ledger: ledger.backup(target))
    return back_to({"retour": "/reglages"}, "sauvegarde")


async def stop(request: Request) -> Response:
    """Stop the page."""
    from starlette.background import BackgroundTask

    from cli.serve.answers import plain_page

    await form_of(request)
    answer = plain_page(
        200,
        say("La page est arrêtée", "The page is stopped"),
        say("Relancer noemie pour la rouvrir.", "Start noemie again to open it."),
    )
    if request.app.state.stop is not None:
        answer.background = BackgroundTask(request.app.state.stop)
    return answer


async def veil(request: Request) -> Response:
    """Hide people, or show them again."""
    form = await form_of(request)
    practice: Practice = request.app.state.practice
    practice.veiled = bool(form.get("masquer"))
    practice.forget()
    return back_to(form, "")


async def lock(request: Request) -> Response:
    """Lock the page."""
    from starlette.responses import RedirectResponse

    await form_of(request)
    request.app.state.lock.lock()
    return RedirectResponse("/verrou", status_code=303)


def locked(request: Request, wrong: bool = False) -> Any:
    """The page that asks for the password."""
    from starlette.responses import HTMLResponse

    from cli.words.html import typeset

    page = typeset("locked.html", "cli.serve", wrong=wrong)
    return HTMLResponse(page, status_code=403 if wrong else 200)


async def unlock(request: Request) -> Any:
    """Open the page again."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import RedirectResponse

    form = await form_of(request)
    if await run_in_threadpool(request.app.state.lock.unlock, str(form.get("mot", ""))):
        return RedirectResponse("/", status_code=303)
    return locked(request, wrong=True)
