"""Pictures of every screen of the page on the invented practice, and of reports: wide, narrow, light, dark.

    python -m tools.shots [--docs] [FOLDER]

With `--docs`, those that the documents show, in `docs/images`.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from cli.serve.app import make_app
from cli.serve.guard import ENTRY, Session
from cli.serve.invented import practice_of
from cli.serve.launch import bound

#: Screens, by the name of their picture.
SCREENS = {
    "aujourdhui": "/",
    "rejets": "/rejets",
    "paiements": "/paiements?du=",
    "factures": "/factures",
    "suivre": "/suivre",
    "tableau": "/tableau",
    "droits": "/droits",
    "controler": "/controler",
    "decoder": "/decoder",
    "inspecteur": "/inspecteur",
    "expliquer": "/expliquer?code=2900 005",
    "reglages": "/reglages",
}
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


def main(target: Path, *, docs: bool = False) -> int:
    """Take the pictures, or those of the documents alone; 1 when there is no browser."""
    import uvicorn
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("chromium is missing: no picture\n")
        return 1
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="noemie-shots-") as folder, sync_playwright() as running:
        practice = practice_of(Path(folder), DAY)
        session, socket = Session(), bound()
        port = socket.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(make_app(practice, session, port), log_level="error", lifespan="off")
        )
        threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True).start()
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        home = f"http://127.0.0.1:{port}"
        if docs:
            _take_docs(browser, home, session, target)
        else:
            _take(browser, home, session, target)
        _take_reports(browser, target, docs=docs)
        browser.close()
        server.should_exit = True
    return 0


def _take(browser, home: str, session: Session, target: Path) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context()
    page = context.new_page()
    page.goto(home + ENTRY + session.new_entry())
    state = context.storage_state()
    found = re.search(r'href="(/facture/[0-9a-f-]+)"', page.content())
    screens = SCREENS | ({"facture": found[1]} if found else {})
    for scheme in ("light", "dark"):
        for width in (1440, 360):
            context = browser.new_context(
                storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 1000}
            )
            page = context.new_page()
            for name, path in screens.items():
                page.goto(home + path)
                page.screenshot(path=str(target / f"{name}-{width}-{scheme}.png"))
            context.close()


def _take_docs(browser, home: str, session: Session, target: Path) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport=_SIZE, color_scheme="light")
    page.goto(home + ENTRY + session.new_entry())
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
                    shown = name if docs else f"{name}-{width}-{scheme}"
                    page.screenshot(path=str(target / f"{shown}.png"))
                    page.close()


if __name__ == "__main__":
    asked = [one for one in sys.argv[1:] if one != "--docs"]
    for_docs = "--docs" in sys.argv
    usual = DOCS if for_docs else Path("build/shots")
    raise SystemExit(main(Path(asked[0]) if asked else usual, docs=for_docs))
