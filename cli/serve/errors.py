"""What went wrong, as an answer: never a traceback, never the text of an unforeseen exception."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING, Any

from cli.io.guard import DEBUG
from cli.serve.answers import plain_page, problem, refusal, unreadable, why
from cli.serve.guard import TooLargeError
from cli.words.errors import CommandError
from cli.words.speech import Lang
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
    assert isinstance(error, (CommandError, FormatError))
    return _answer(error, request.scope, request.app.state.practice.lang)


def _answer(error: CommandError | FormatError, scope: Scope, lang: Lang) -> Any:
    api = scope["path"].startswith("/api/")
    if isinstance(error, FormatError):
        if api:
            return unreadable(error, "", lang)
        from cli.io.problems import describe

        told = describe(error, "", lang)
        return plain_page(422, f"{told['title']} : {told['message']}", told["fix"], lang)
    head, _, advice = error.text.partition("\n  → ")
    name, _, usual = why(400, lang)
    if api:
        return problem(400, name, head, advice or usual)
    return plain_page(400, head, advice or usual, lang)


async def http(request: Request, error: Exception) -> Any:
    """What Starlette refuses: no such page, no such method."""
    status = getattr(error, "status_code", 500)
    lang = request.app.state.practice.lang
    return refusal(status, api=request.url.path.startswith("/api/"), lang=lang)


async def unforeseen(request: Request, error: Exception) -> Any:
    """An error of ours. Its text is told to nobody: it may quote a value."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    lang = request.app.state.practice.lang
    return refusal(500, api=request.url.path.startswith("/api/"), lang=lang)


async def too_large(request: Request, error: Exception) -> Any:
    """A body that is longer than what its route takes."""
    lang = request.app.state.practice.lang
    return refusal(413, api=request.url.path.startswith("/api/"), lang=lang)
