"""Pictures of every screen of the page on the invented practice, and of reports: wide, narrow, light, dark.

    python -m tools.shots [--docs] [FOLDER [SCREEN...]]

With `--docs`, those that the documents show, in `docs/images`.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
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

#: Reports, by the name of their picture: the commands that write each, in a folder of its own.
REPORTS = {
    "controle": (
        "generate -o essai --invoices 4 --organisme 01 --fault facture.total-amo",
        "check essai --format html -o controle.html",
    ),
    "retour": (
        "generate -o envoi --invoices 9 --organisme 01-016-421 --tiers-payant 1 --reject-rate 0.4",
        "decode envoi/retours --format html -o retour.html",
    ),
}

#: Pictures of the documents: where they are, how large, and which they are.
DOCS = Path(__file__).parents[1] / "docs" / "images"
_SIZE = {"width": 1180, "height": 860}
_SHOWN = {"aujourdhui": "/", "rejets": "/rejets"}

#: The day of the invented practice: pictures do not change with that of the clock.
DAY = dt.date(2026, 1, 20)

#: Widths of a window, and its height: pictures are of whole pages.
WIDTHS, HEIGHT = (1440, 360), 900


def main(target: Path, names: Sequence[str] = (), *, docs: bool = False) -> int:
    """Take the pictures, or those of the documents alone; 1 when there is no browser."""
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
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if docs:
            with _served(practice) as (home, entry):
                _take_docs(browser, home, entry, target)
        else:
            _take_screens(browser, folder, practice, target, names)
        if not names:
            _take_reports(browser, target, docs=docs)
        browser.close()
    return 0


def _take_screens(browser: Any, folder: Path, practice: Practice, target: Path, names: Sequence[str]) -> None:
    """The screens of these names, all of them by default."""
    if not names or "bienvenue" in names:
        empty = Places(str(folder / "vide" / "registre.db"), str(folder / "vide" / "droits.db"))
        with _served(Practice(empty, on=DAY)) as (_, entry):
            _welcome(browser, entry, target)
    with _served(practice) as (home, entry):
        page = browser.new_context(reduced_motion="reduce").new_page()  # no colour on its way
        page.goto(entry)
        world = World(page, home, *_world(folder, practice))
        for screen in names or SCREENS:
            if screen in SCREENS:
                SCREENS[screen].go(world)
                _take(page, target, screen)


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
    returns = (folder / "fichiers" / "retours").glob("*.noe")
    returned = max(returns, key=lambda path: path.read_bytes().count(b"SIMULATION"))
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


def _take_docs(browser: Any, home: str, entry: str, target: Path) -> None:
    page = browser.new_page(viewport=_SIZE, color_scheme="light")
    page.goto(entry)
    for name, path in _SHOWN.items():
        page.goto(home + path)
        page.screenshot(path=str(target / f"{name}.png"))
    page.close()


def _take_reports(browser, target: Path, *, docs: bool) -> None:  # type: ignore[no-untyped-def]
    """Pictures of the reports, as their commands write them."""
    for name, commands in REPORTS.items():
        with tempfile.TemporaryDirectory(prefix="noemie-shots-") as folder:
            for command in commands:
                subprocess.run([sys.executable, "-m", "cli", *command.split()], cwd=folder, check=False)
            for scheme in ("light",) if docs else ("light", "dark"):
                for width in (_SIZE["width"],) if docs else (1440, 360):
                    size = {"width": width, "height": _SIZE["height"]}
                    page = browser.new_page(viewport=size, color_scheme=scheme)
                    page.goto((Path(folder) / f"{name}.html").as_uri())
                    shown = name if docs else f"rapport-{name}-{width}-{scheme}"
                    page.screenshot(path=str(target / f"{shown}.png"))
                    page.close()


if __name__ == "__main__":
    asked = [one for one in sys.argv[1:] if one != "--docs"]
    for_docs = "--docs" in sys.argv
    usual = DOCS if for_docs else Path("build/shots")
    raise SystemExit(main(Path(asked[0]) if asked else usual, asked[1:], docs=for_docs))
