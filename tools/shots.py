"""Pictures of every screen of the page on the invented practice: wide and narrow, light and dark.

python -m tools.shots [FOLDER]
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
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
#: The day of the invented practice: pictures do not change with that of the clock.
DAY = dt.date(2026, 1, 20)


def main(target: Path) -> int:
    """Take the pictures; 1 when there is no browser."""
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
        _take(browser, f"http://127.0.0.1:{port}", session, target)
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


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/shots")))
