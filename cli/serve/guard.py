"""Who may speak to the local page: what stands before every route, and the headers of every answer.

- the `Host` must be exactly one of ours, with its port, else 421: no other name leads here (DNS rebinding);
- a one-time token in the address opens a session, whose cookie holds another secret; a program has a token of
  its own (`Authorization: Bearer`), which opens the HTTP interface alone;
- an unsafe request must come from our own pages (`Sec-Fetch-Site`, else `Origin`), unless it bears a token;
- a body has a limit, whether its length is told or it comes in chunks: 413;
- every answer has the headers of `HEADERS`.

What it does not protect from: cookies are shared by all ports of 127.0.0.1, and who runs programs as the same
user reads everything.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs

from cli.serve.answers import refusal
from cli.words.speech import Lang, speaking

__all__ = ["ENTRY", "HEADERS", "Guard", "Session", "TooLargeError"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: The path under which the one-time token stands.
ENTRY: Final = "/entree/"

#: Paths that hold no data: the style, the script and the icon of pages, that of a refusal included.
_OPEN: Final = "/static/"

#: What stays reachable while the page is locked.
_OF_LOCK: Final = frozenset({"/verrou", "/deverrouiller"})

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

#: Longest body, in bytes: that of forms, and that of requests that carry files.
FORM_LIMIT: Final = 64 << 10
FILE_LIMIT: Final = 256 << 20

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types noemie"
)

#: Headers of every answer.
HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Session:
    """The secrets of one run of the page: the one-time token of its address, and that of its cookie."""

    def __init__(self) -> None:
        self.cookie = secrets.token_urlsafe(32)
        #: What the same user gives to have a new address (`noemie serve` started twice).
        self.again = secrets.token_urlsafe(32)
        self._entry: str | None = None

    def new_entry(self) -> str:
        """A one-time token, in the place of the one before."""
        self._entry = secrets.token_urlsafe(32)
        return self._entry

    def enter(self, token: str) -> bool:
        """Whether this is the one-time token; it is used up then."""
        if self._entry is None or not _same(token, self._entry):
            return False
        self._entry = None
        return True

    def knows(self, cookie: str) -> bool:
        """Whether this is the secret of the cookie."""
        return _same(cookie, self.cookie)


class TooLargeError(Exception):
    """The body is longer than what this route takes."""


class Guard:
    """Stands before `guarded`, which answers for `app`.

    `port` is that of the server, `bearer` tells whether a program's token is good, `locked` whether the page
    is; `files` are the paths whose bodies carry files, `limits` the longest body of others and of them;
    `lang` the language of the page; a program asks for its own (`?lang=`).
    """

    def __init__(
        self,
        guarded: App,
        app: Any,
        port: int,
        session: Session,
        *,
        jobs: Any = None,
        bearer: Callable[[str], bool],
        locked: Callable[[], bool],
        files: Iterable[str] = (),
        limits: tuple[int, int] = (FORM_LIMIT, FILE_LIMIT),
        lang: Lang = "fr",
    ) -> None:
        self._app = guarded
        #: What stands behind.
        self.app = app
        #: The readings of the page, for what watches a folder.
        self.jobs = jobs
        self._hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self._origins = frozenset(f"http://{host}" for host in self._hosts)
        self._cookie = f"noemie-{port}"
        self._session = session
        self._bearer = bearer
        self._locked = locked
        self._files = frozenset(files)
        self._limits = limits
        self._lang: Lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page of ours speaks otherwise
            await send({"type": "websocket.close", "code": 1008})
            return
        with speaking(_asked_language(scope) or self._lang):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def told(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": _with_headers(message.get("headers", ()))}
            await send(message)

        answer = self._refused(scope)
        if answer is None:
            try:
                await self._app(scope, self._limited(scope, receive), told)
            except TooLargeError:
                if started:  # the answer is under way: the connection ends
                    return
                answer = self._refusal(scope, 413)
        if answer is not None:
            await answer(scope, receive, told)

    # --- refusals -------------------------------------------------------------------------------------

    def _refusal(self, scope: Scope, status: int) -> App:
        answer: App = refusal(status, api=scope["path"].startswith("/api/"))
        return answer

    def _refused(self, scope: Scope) -> App | None:
        """What answers instead of the page, if anything does."""
        headers = scope["headers"]
        path, method = scope["path"], scope["method"]
        if [value.decode("latin-1") for value in _all(headers, b"host")][1:] or (
            _one(headers, b"host") not in self._hosts
        ):
            return self._refusal(scope, 421)
        if path.startswith(ENTRY):
            return self._enter(scope)
        if path.startswith(_OPEN) and method in _SAFE:
            return None
        token = _token(_one(headers, b"authorization"))
        if token is not None:
            allowed = path.startswith("/api/") or path == "/openapi.json"
            if not allowed or not self._bearer(token):
                return self._refusal(scope, 401)
        else:
            if not self._session.knows(self._cookie_of(headers)):
                return self._refusal(scope, 401)
            if not self._is_ours(headers, method):
                return self._refusal(scope, 403)
            if self._locked() and path not in _OF_LOCK:
                return self._refusal(scope, 423)
        length = _one(headers, b"content-length")
        if length and (not length.isdecimal() or int(length) > self._limit(path)):
            return self._refusal(scope, 413)
        return None

    def _enter(self, scope: Scope) -> App:
        """A one-time address: to a clean one, with the cookie."""
        token = scope["path"][len(ENTRY) :]
        if scope["method"] == "POST" and token == "nouvelle":
            given = _token(_one(scope["headers"], b"authorization"))
            if given is not None and _same(given, self._session.again):
                from starlette.responses import PlainTextResponse

                return PlainTextResponse(self._session.new_entry())
        if scope["method"] != "GET" or not self._session.enter(token):
            return self._refusal(scope, 401)
        from starlette.responses import RedirectResponse

        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self._cookie, self._session.cookie, httponly=True, samesite="strict", path="/")
        return answer

    def _is_ours(self, headers: Any, method: str) -> bool:
        """Whether a request with the cookie comes from our pages, or from the person.

        A page without referrer posts its forms with `Origin: null`: `Sec-Fetch-Site`, which no page can
        write, then tells.
        """
        site, origin = _one(headers, b"sec-fetch-site"), _one(headers, b"origin")
        if site:
            typed = method in _SAFE and _one(headers, b"sec-fetch-mode") in ("", "navigate")
            ours = site == "same-origin" or (typed and site in ("none", "same-site", "cross-site"))
            return ours and origin in ("", "null", *self._origins)
        if method in _SAFE:
            return origin in ("", *self._origins)
        return origin in self._origins

    # --- bodies ---------------------------------------------------------------------------------------

    def _limit(self, path: str) -> int:
        return self._limits[path in self._files]

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        most, read = self._limit(scope["path"]), 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > most:
                    raise TooLargeError
            return message

        return limited

    def _cookie_of(self, headers: Any) -> str:
        for value in _all(headers, b"cookie"):
            try:
                found = SimpleCookie(value.decode("latin-1")).get(self._cookie)
            except CookieError:
                continue
            if found is not None:
                return found.value
        return ""


def _with_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name.lower().decode("latin-1") not in HEADERS]
    return kept + [(name.encode(), value.encode()) for name, value in HEADERS.items()]


def _all(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name]


def _one(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """A header that stands once; of several, none."""
    found = _all(headers, name)
    return found[0].decode("latin-1") if len(found) == 1 else ""


def _token(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _asked_language(scope: Scope) -> Lang | None:
    """The language that a program asks for."""
    if not scope["path"].startswith("/api/"):
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[-1]
    return "en" if asked == "en" else "fr" if asked == "fr" else None
