"""A page that takes long says so at once, and comes by itself: nobody is left before an empty window.

A ledger of many invoices is followed again, once, after an upgrade or a long reading.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cli.serve.answers import plain_page
from cli.words.speech import say

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Patience"]

#: Seconds after which the page is asked again.
_AGAIN: Final = 2


class _Slow(NamedTuple):
    """A page under way: its address, since when."""

    url: str
    task: asyncio.Future[Any]
    since: float


class Patience:
    """Waits for a page as long as `seconds`; then tells that it is on its way, until it is there."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._slow: _Slow | None = None

    def forget(self) -> None:
        """Somebody changes something: a page of before is shown to nobody."""
        self._slow = None

    async def answer(self, request: Request, make: Callable[[], Awaitable[Any]]) -> Any:
        """The page that `make` makes. While one is under way, others wait for it rather than add to it."""
        url, slow = str(request.url), self._slow
        if slow is not None:
            if not await self._done(slow.task):
                return self._told(slow)
            if self._slow is slow:
                self._slow = None
                if slow.url == url:
                    return await slow.task
        begun = time.monotonic()
        task = asyncio.ensure_future(make())
        if await self._done(task):
            return await task
        task.add_done_callback(lambda one: one.cancelled() or one.exception())  # who asks again hears of it
        self._slow = slow = _Slow(url, task, begun)
        return self._told(slow)

    async def _done(self, task: asyncio.Future[Any]) -> bool:
        return bool((await asyncio.wait({task}, timeout=self._seconds))[0])

    def _told(self, slow: _Slow) -> Any:
        seconds = round(time.monotonic() - slow.since)
        title = say("Le registre se prépare", "The ledger is being prepared")
        advice = say(
            f"Rien à faire : la page s'ouvre seule dès qu'elle est prête. Depuis {seconds} secondes. "
            "Cela arrive une fois après une mise à jour ou une longue lecture, et peut prendre "
            "une minute pour 100 000 factures.",
            f"Nothing to do: the page opens by itself once it is ready. For {seconds} seconds now. "
            "It happens once after an upgrade or a long reading, and may take a minute for 100,000 invoices.",
        )
        answer = plain_page(202, title, advice)
        answer.headers["refresh"] = str(_AGAIN)
        return answer
