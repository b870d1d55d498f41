"""The application: its routes, each with what answers it, behind the guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final

from cli.serve.guard import FILE_LIMIT, FORM_LIMIT, Guard, Session, TooLargeError
from cli.words.status import CommandError
from flatfile import FormatError

if TYPE_CHECKING:
    from starlette.requests import Request

    from cli.serve.practice import Practice

    Endpoint = Callable[[Request], Awaitable[Any]]

__all__ = ["FILE_PATHS", "later", "make_app"]

#: Paths whose bodies carry files.
FILE_PATHS: Final = frozenset(
    {
        "/deposer",
        "/controler",
        "/decoder",
        "/inspecteur",
        "/droits/lire",
        "/api/check",
        "/api/decode",
        "/api/jobs",
    }
)


#: What is awaited as long as it takes: programs, files, the lock.
_AWAITED: Final = ("/api/", "/openapi.json", "/static/", "/paiements.csv", "/verrou")


def later(name: str) -> Endpoint:
    """The function `module.name` of this package, imported by its first request: the page starts sooner."""
    module, _, function = name.rpartition(".")

    async def answer(request: Request) -> Any:
        from starlette.concurrency import run_in_threadpool

        found = getattr(await run_in_threadpool(import_module, f"cli.serve.{module}"), function)
        return await (found(request) if iscoroutinefunction(found) else run_in_threadpool(found, request))

    async def endpoint(request: Request) -> Any:
        patience = request.app.state.patience
        if patience is not None and request.method != "GET":
            patience.forget()
        elif patience is not None and not request.url.path.startswith(_AWAITED):
            return await patience.answer(request, lambda: answer(request))
        return await answer(request)

    return endpoint


def make_app(
    practice: Practice,
    session: Session,
    port: int,
    *,
    limits: tuple[int, int] = (FORM_LIMIT, FILE_LIMIT),
    stop: Callable[[], None] | None = None,
    patience: float | None = None,
) -> Guard:
    """The application on a practice, as uvicorn runs it; `stop` is called when a person asks to stop it.

    After `patience` seconds a page is said to be on its way; without, it is awaited.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.routing import Route

    from cli.serve import errors
    from cli.serve.jobs import Jobs
    from cli.serve.lock import Lock
    from cli.serve.opened import Opened
    from cli.serve.patience import Patience
    from cli.serve.tokens import Tokens

    def route(path: str, endpoint: str, *methods: str) -> Route:
        return Route(path, later(endpoint), methods=list(methods or ("GET",)))

    app = Starlette(
        routes=[
            route("/", "day.today"),
            route("/rejets", "ledger_pages.rejects", "GET", "POST"),
            route("/suivre", "ledger_pages.waiting"),
            route("/factures", "ledger_pages.invoices", "GET", "POST"),
            route("/facture/{handle}", "ledger_pages.invoice"),
            route("/facture/{handle}/lettre", "ledger_pages.letter"),
            route("/facture/{handle}/octets", "sent_bytes.sent"),
            route("/paiements", "payments_pages.payments", "GET", "POST"),
            route("/paiements.csv", "payments_pages.as_csv"),
            route("/tableau", "board.board"),
            route("/etat", "board.statement"),
            route("/marquer", "marks.mark", "POST"),
            route("/pointer", "marks.tick", "POST"),
            route("/reprendre", "marks.undo", "POST"),
            route("/deposer", "day.drop", "POST"),
            route("/droits", "rights_pages.rights", "GET", "POST"),
            route("/droits/lire", "rights_pages.read", "POST"),
            route("/controler", "tools.check", "GET", "POST"),
            route("/decoder", "tools.decode", "GET", "POST"),
            route("/inspecteur", "tools.open_file", "GET", "POST"),
            route("/inspecteur/{number:int}", "tools.inspector"),
            route("/expliquer", "tools.explain", "GET", "POST"),
            route("/reglages", "settings.settings"),
            route("/reglages/jetons", "settings.new_token", "POST"),
            route("/reglages/jetons/retirer", "settings.drop_token", "POST"),
            route("/reglages/langue", "settings.choose_language", "POST"),
            route("/reglages/mot-de-passe", "settings.password", "POST"),
            route("/reglages/sauvegarde", "settings.backup", "POST"),
            route("/reglages/purge", "purge.page"),
            route("/reglages/purge", "purge.old", "POST"),
            route("/reglages/effacer", "purge.patient", "POST"),
            route("/reglages/fichier", "purge.file", "POST"),
            route("/reglages/fichier/reprendre", "purge.admit", "POST"),
            route("/reglages/tout-effacer", "purge.everything", "POST"),
            route("/reglages/arreter", "settings.stop", "POST"),
            route("/masquer", "settings.veil", "POST"),
            route("/verrouiller", "settings.lock", "POST"),
            route("/verrou", "settings.locked"),
            route("/deverrouiller", "settings.unlock", "POST"),
            route("/static/{name}", "tools.static"),
            route("/openapi.json", "api.openapi"),
            route("/api/check", "api.check", "POST"),
            route("/api/decode", "api.decode", "POST"),
            route("/api/explain/{code:path}", "api.explain"),
            route("/api/today", "api.today"),
            route("/api/jobs", "api.new_job", "POST"),
            route("/api/jobs/{number}", "api.job"),
            route("/api/jobs/{number}/events", "api.events"),
        ],
        exception_handlers={
            HTTPException: errors.http,
            CommandError: errors.refused,
            FormatError: errors.refused,
            TooLargeError: errors.too_large,
            500: errors.unforeseen,
        },
    )
    app.state.practice = practice
    app.state.session = session
    app.state.jobs = Jobs(practice)
    app.state.tokens = Tokens(practice)
    app.state.lock = Lock(practice)
    app.state.files = Opened()
    app.state.stop = stop
    app.state.patience = None if patience is None else Patience(patience)
    return Guard(
        errors.caught(app),
        app,
        port,
        session,
        jobs=app.state.jobs,
        bearer=app.state.tokens.knows,
        locked=app.state.lock.is_locked,
        files=FILE_PATHS,
        limits=limits,
        lang=lambda: practice.lang,
    )
