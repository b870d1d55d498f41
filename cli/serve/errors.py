"""What went wrong, as an answer: never a traceback, never the text of an unforeseen exception."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING, Any

from cli.io.guard import DEBUG
from cli.serve.answers import plain_page, problem, refusal, unreadable, why
from cli.serve.guard import TooLargeError
from cli.words.status import CommandError
from flatfile import FormatError

if TYPE_CHECKING:
    from starlette.requests import Request

    from cli.serve.guard import App, Message, Receive, Scope, Send


def caught(app: App) -> App:
    """The same application; an unforeseen exception was answered, and goes no further.

    Who runs the application would write its traceback, which may quote a value.
    """

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def told(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await app(scope, receive, told)
        except TooLargeError:
            raise
        except Exception:
            if not started:
                raise

    return answering


async def refused(request: Request, error: Exception) -> Any:
    """What cannot be done, or read, as a problem or as a page."""
    from starlette.concurrency import run_in_threadpool

    assert isinstance(error, (CommandError, FormatError))
    return await run_in_threadpool(_answer, error, request)


def _answer(error: CommandError | FormatError, request: Request) -> Any:
    api = request.scope["path"].startswith("/api/")
    if isinstance(error, FormatError):
        if api:
            return unreadable(error, "")
        from cli.io.problems import describe

        told = describe(error, "")
        return _page(request, 422, f"{told['title']} : {told['message']}", told["fix"])
    head, _, advice = error.text.partition("\n  → ")
    name, _, usual = why(400)
    if api:
        return problem(400, name, head, advice or usual)
    return _page(request, 400, head, advice or usual)


def _page(request: Request, status: int, title: str, advice: str) -> Any:
    """What is refused, beside the menu; alone when the ledger itself cannot be asked."""
    from cli.serve.pages import render

    try:
        return render(request, "refused.html", status=status, title=title, advice=advice)
    except (CommandError, FormatError):
        return plain_page(status, title, advice)


async def http(request: Request, error: Exception) -> Any:
    """What Starlette refuses: no such page, no such method."""
    status = getattr(error, "status_code", 500)
    answer = refusal(status, api=request.url.path.startswith("/api/"))
    answer.headers.update(getattr(error, "headers", None) or {})  # methods that are allowed
    return answer


async def unforeseen(request: Request, error: Exception) -> Any:
    """An error of ours. Its text is told to nobody: it may quote a value."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    return refusal(500, api=request.url.path.startswith("/api/"))


async def too_large(request: Request, error: Exception) -> Any:
    """A body that is longer than what its route takes."""
    return refusal(413, api=request.url.path.startswith("/api/"))
