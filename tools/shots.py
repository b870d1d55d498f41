"""Pictures of every screen of the page on the invented practice: wide and narrow, light and dark.

python -m tools.shots [FOLDER [SCREEN...]]
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.serve.app import make_app
from cli.serve.guard import ENTRY, Session
from cli.serve.invented import practice_of
from cli.serve.launch import bound
from cli.serve.practice import Places, Practice
from tools.screens import SCREENS, World

#: The day of the invented practice: pictures do not change with that of the clock.
DAY = dt.date(2026, 1, 20)

#: Widths of a window, and its height: pictures are of whole pages.
WIDTHS, HEIGHT = (1440, 360), 900


def main(target: Path, names: Sequence[str] = ()) -> int:
    """Take the pictures; 1 when there is no browser."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("chromium is missing: no picture\n")
        return 1
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="noemie-shots-") as name, sync_playwright() as running:
        folder = Path(name)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "reglages")
        practice = practice_of(folder, DAY)
        empty = Places(str(folder / "vide" / "registre.db"), str(folder / "vide" / "droits.db"))
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if not names or "bienvenue" in names:
            with _served(Practice(empty, on=DAY)) as (home, entry):
                _welcome(browser, entry, target)
        with _served(practice) as (home, entry):
            page = browser.new_context().new_page()
            page.goto(entry)
            world = World(page, home, *_world(folder, practice))
            for screen in names or SCREENS:
                if screen in SCREENS:
                    SCREENS[screen].go(world)
                    _take(page, target, screen)
        browser.close()
    return 0


@contextmanager
def _served(practice: Practice) -> Iterator[tuple[str, str]]:
    """The page of a practice while it runs: its address, and the one that opens it."""
    import uvicorn

    session, socket = Session(), bound()
    port = socket.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(make_app(practice, session, port), log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}{ENTRY}{session.new_entry()}"
    server.should_exit = True
    thread.join(timeout=10)


def _world(folder: Path, practice: Practice) -> tuple[str, str, str]:
    """A flow with a fault, a return with refusals, somebody whose rights are known."""
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario
    from fse.reader import iter_factures

    flow = folder / "envoi.b2"
    if not flow.exists():
        flow.write_bytes(Scenario(Parametres("infirmier", 3, 12), fault="facture.total-amo").flows[0].data)
    returned = max((folder / "fichiers" / "retours").glob("*.noe"), key=lambda path: path.stat().st_size)
    sent = sorted((folder / "fichiers").rglob("*.b2"))
    nirs = sorted({one.entete.text("nir") for path in sent for one in iter_factures(path) if one.entete})
    with practice.register() as register, register.questions() as ask:
        known = [nir for nir in nirs if ask.fiches_assure(nir)]
    return str(flow), str(returned), known[0]


def _take(page: Any, target: Path, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=str(target / f"{name}-{width}-{scheme}.png"), full_page=True)


def _welcome(browser: Any, entry: str, target: Path) -> None:
    page = browser.new_context().new_page()
    page.goto(entry)
    _take(page, target, "bienvenue")
    page.context.close()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/shots"), sys.argv[2:]))
