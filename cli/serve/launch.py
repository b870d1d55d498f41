"""Start the page: its port, its address, one instance, the browser, the end."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cli.io.growing import growing, settled
from cli.serve.guard import ENTRY, Session
from cli.serve.store import Store
from cli.words.speech import say, speak
from cli.words.status import CommandError

if TYPE_CHECKING:
    from pathlib import Path

    from cli.serve.practice import Places, Practice

__all__ = ["Running", "needed", "places_of", "reopened", "serve"]

#: Seconds after which a page is said to be on its way.
_PATIENCE: Final = 2.0


class Running(msgspec.Struct):
    """A page that runs: where, by which process, and what lets the same user have a new address."""

    port: int
    pid: int
    secret: str


def places_of(
    db: str,
    rights: str,
    folder: Path | None,
    key_file: Path | None,
    codes: Path | None = None,
) -> Places:
    """Where things are: what was asked for, else the user's data folder. Raises `CommandError`.

    The tables of a site are read once, so that what is wrong in them is told now.
    """
    from pathlib import Path

    from cli.io.ledgers import refusing, user_place
    from cli.io.settings import site_codes
    from cli.serve.practice import Places

    codes = site_codes(codes)
    if codes is not None:
        from cli.io.guard import site_tables
        from cli.io.site import all_lists, delays, rejects

        with site_tables():
            all_lists(codes)
            rejects(codes)
            delays(codes)
    with refusing(db):
        place = db or user_place()
    beside = str(Path(place).with_name("droits.db")) if "://" not in place else "droits.db"
    return Places(place, rights or beside, folder, key_file, codes)


def needed() -> None:
    """Raise `CommandError` when what the page needs is not installed."""
    from flatfile.extras import is_installed

    missing = [
        name for name in ("starlette", "uvicorn", "python_multipart", "jinja2") if not is_installed(name)
    ]
    if missing:
        names = ", ".join(missing)
        raise CommandError(
            say(
                f"noemie : la page a besoin de {names}. → pip install 'sesam-noemie[serve]'",
                f"noemie: the page needs {names}. → pip install 'sesam-noemie[serve]'",
            )
        )


def _store() -> Store[Running]:
    return Store("page.json", Running)


def reopened() -> str | None:
    """A new address of the page that runs already, if one does and answers."""
    running = _store().read()
    if running is None:
        return None
    import http.client

    try:
        link = http.client.HTTPConnection("127.0.0.1", running.port, timeout=2)
        link.request("POST", f"{ENTRY}nouvelle", headers={"Authorization": f"Bearer {running.secret}"})
        answer = link.getresponse()
        token = answer.read().decode("ascii", "replace")
        link.close()
    except OSError:
        return None
    return f"http://127.0.0.1:{running.port}{ENTRY}{token}" if answer.status == 200 else None


def bound(port: int = 0) -> socket.socket:
    """A socket that listens, on this machine alone; the system chooses the port unless one is asked for."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    made.listen()
    return made


def serve(
    practice: Practice,
    tell: Callable[[str], None],
    *,
    port: int = 0,
    browser: bool = True,
) -> None:
    """Run the page until it is stopped; `tell` hears its one-time address. Raises `CommandError`.

    The browser starts while the page does: what it asks for waits in the queue of the socket.
    """
    started = contextlib.ExitStack()
    started.enter_context(growing())  # modules, and the first answer: nothing of them goes
    try:
        listening = bound(port)
    except OSError:
        started.close()
        raise CommandError(say("Ce port est déjà pris.", "This port is already taken.")) from None
    number, session = listening.getsockname()[1], Session()
    address = f"http://127.0.0.1:{number}{ENTRY}{session.new_entry()}"
    tell(address)
    if browser:
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
    import uvicorn

    from cli.serve.app import make_app
    from cli.serve.jobs import Watch
    from cli.serve.reading import sweep

    sweep()
    made: dict[str, Any] = {}
    app = make_app(
        practice,
        session,
        number,
        stop=lambda: made["server"].__setattr__("should_exit", True),
        patience=_PATIENCE,
    )
    # No access log: an address is told to nobody.
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    server = made["server"] = uvicorn.Server(config)
    watch = None
    if practice.places.folder is not None:
        lock = app.app.state.lock
        watch = Watch(practice.places.folder, app.jobs, practice.places.db, held=lambda: lock.closed)
        watch.start()
    threading.Thread(
        target=_warm, args=(practice, app.app.state.lock.is_locked(), started), daemon=True
    ).start()
    with _known(number, session):
        try:
            server.run(sockets=[listening])
        finally:
            if watch is not None:
                watch.stopped.set()


def _warm(practice: Practice, locked: bool, started: contextlib.ExitStack) -> None:
    """Ask the first question while the browser starts; what goes wrong is told by the page that asks it.

    What holds while the page starts, `started` ends then.
    """
    from cli.serve.pages import today_of

    speak(practice.lang)
    with started:
        if practice.exists and not locked:
            with contextlib.suppress(Exception):
                today_of(practice)
        settled()


@contextlib.contextmanager
def _known(port: int, session: Session) -> Iterator[None]:
    """Let the same user have a new address of this page while it runs."""
    store = _store()
    store.write(Running(port, os.getpid(), session.again))
    try:
        yield
    finally:
        found = store.read()
        if found is not None and found.pid == os.getpid():
            store.remove()
