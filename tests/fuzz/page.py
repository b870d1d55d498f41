"""The local page asked in process, without a server: a request as bytes gives a status and headers.

The page stands on a ledger of its own, made once; each `EVERY` requests it starts anew on a fresh copy, so
that what earlier requests wrote changes little of what a case does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from cli.serve.app import make_app
from cli.serve.guard import ENTRY, Session
from cli.serve.practice import Places, Practice
from cli.serve.reading import read_files

from .seeds import flows, rights, worlds

EVERY: Final = 500
_PORT: Final = 8123
_HOST: Final = f"127.0.0.1:{_PORT}"
#: Longest bodies, so that those that are too long are met.
_LIMITS: Final = (8 << 10, 32 << 10)
_OF_FORMS: Final = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "origin": "null"}


@cache
def _stored() -> Path:
    """A folder with a ledger, a register of rights and the key of the first."""
    from .mutator import CUT

    folder = Path(tempfile.mkdtemp(prefix="noemie-fuzz-page-"))
    names = []
    for rank, data in enumerate((*worlds()[-1].split(CUT), flows()[2], *worlds()[0].split(CUT), rights()[0])):
        path = folder / f"f{rank}"
        path.write_bytes(data)
        names.append(str(path))
    (folder / "cle.hex").write_text("07" * 32 + "\n", encoding="ascii")
    read_files(names, _places(folder), None, lambda done, of: None, apart=False)
    return folder


def _names(practice: Practice) -> dict[bytes, bytes]:
    """What requests call by a name, and its name in this ledger."""
    from cli.serve.marks import labels_of
    from noemie.ledger.handles import handle_of

    with practice.ledger() as ledger:
        line = ledger.invoice_states()[0]
        labels = [label for one in ledger.transfers() for label in labels_of(one) if label]
    return {b"@FACTURE@": handle_of(line.fichier, line.record).encode(), b"@VIREMENT@": labels[0].encode()}


def _places(folder: Path) -> Places:
    return Places(str(folder / "registre.db"), str(folder / "droits.db"), key_file=folder / "cle.hex")


class _Page:
    """One start of the page."""

    def __init__(self) -> None:
        self.left = EVERY
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="noemie-fuzz-page-"))
        for path in _stored().iterdir():
            shutil.copy(path, self.folder)
        session = Session()
        self.guard = make_app(
            Practice(_places(self.folder), on=dt.date(2026, 1, 27)), session, _PORT, limits=_LIMITS
        )
        # Exceptions come out of the application as they are, instead of a page that says 500.
        self.guard._app = self.guard.app
        _, headers = self.ask("GET", ENTRY + session.new_entry(), {}, b"")
        self.cookie = headers["set-cookie"].partition(";")[0]
        self.names = _names(self.guard.app.state.practice)

    def close(self) -> None:
        self.runner.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str]]:
        from urllib.parse import unquote_to_bytes

        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode("latin-1", "replace"),
            "query_string": query.encode("latin-1", "replace"),
            "root_path": "",
            "headers": [
                (k.encode("latin-1", "replace"), v.encode("latin-1", "replace")) for k, v in headers.items()
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", _PORT),
            "state": {},
        }
        scope["headers"].append((b"host", _HOST.encode()))
        return self.runner.run(_answered(self.guard, scope, body))


async def _answered(app: Any, scope: dict[str, Any], body: bytes) -> tuple[int, dict[str, str]]:
    pieces = [body[at : at + 4096] for at in range(0, len(body), 4096)] or [b""]
    told: dict[str, Any] = {}

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.update(message)

    await asyncio.wait_for(app(scope, receive, send), 60)
    return told["status"], {k.decode("latin-1"): v.decode("latin-1") for k, v in told["headers"]}


_page: list[_Page] = []


def answer(data: bytes) -> tuple[int, dict[str, str]]:
    """What the page answers to `METHOD TARGET`, lines of headers, an empty line, a body."""
    if not _page or not _page[0].left:
        while _page:
            _page.pop().close()
        _page.append(_Page())
    page = _page[0]
    for name, known in page.names.items():
        data = data.replace(name, known)
    head, _, body = data.partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    method, _, target = first.partition(" ")
    headers = {
        k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k.strip()
    }
    page.left -= 1
    found = page.ask(
        method.strip().upper() or "GET", target or "/", {**headers, **_OF_FORMS, "cookie": page.cookie}, body
    )
    jobs = page.guard.jobs
    while (job := jobs.under_way) is not None:
        assert job.ended.wait(60), "a reading does not end"
        assert "notre part" not in job.erreur, "a reading met an error of ours"
    return found
