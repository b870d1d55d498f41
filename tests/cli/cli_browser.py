"""One Chromium for the tests, the system's own; what a page must never do is an error of the test.

A failure is: a violation of the content policy, a line on the console, a request elsewhere, a page wider than
its window, a rule of axe that is broken.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

#: Widths at which nothing may be wider than the window.
WIDTHS = (320, 360, 1440)

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser; the test is skipped, and says so, without it."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: nothing is tried in a browser"
    )
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: nothing is tried in a browser")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class Watched:
    """A page of a browser, and what went wrong on it; `home` is where requests may go."""

    def __init__(self, browser: Any, home: str, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(180_000)  # a machine may be shared
        self.home = home
        self.wrong: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.wrong.append(f"request elsewhere: {request.url}")

    def at_widths(self, path: str) -> None:
        """The page at each width: nothing wider than the window."""
        self.page.goto(self.home + path)
        for width in WIDTHS:
            self.at_width(width, path)

    def at_width(self, width: int, name: str) -> None:
        """The page that is open, at one width."""
        self.page.set_viewport_size({"width": width, "height": 900})
        over = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            self.wrong.append(f"{name} at {width}: {over} px too wide")

    def press(self, what: Any) -> None:
        """Press what leads to another page, and wait for the whole of it."""
        with self._leads(what.page):
            what.click()

    def key(self, key: str) -> None:
        """The same by a key."""
        with self._leads(self.page):
            self.page.keyboard.press(key)

    @contextmanager
    def _leads(self, page: Any) -> Iterator[None]:
        """What is done leads to another page; else the one that stays is told."""
        from playwright.sync_api import TimeoutError

        try:
            with page.expect_navigation():
                yield
        except TimeoutError as error:
            raise AssertionError(f"{page.url} stays: {page.inner_text('body')[:800]}") from error

    def close(self) -> None:
        """The end: nothing went wrong."""
        self.context.close()
        assert not self.wrong, "\n".join(self.wrong)


def broken_rules(
    browser: Any, url: str, state: Any = None, scheme: str = "light", width: int = 1440
) -> list[str]:
    """The rules of axe that a page breaks, opened for them."""
    context = browser.new_context(
        bypass_csp=True, storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto(url)
    found = rules_broken(page, f"{url} {scheme} {width}")
    context.close()
    return found


def rules_broken(page: Any, name: str, *, contrast_alone: bool = False) -> list[str]:
    """The rules of axe that the page that is open breaks: all, or the only one that a theme changes."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
    options = {"runOnly": ["color-contrast"]} if contrast_alone else OPTIONS
    found = page.evaluate(
        "options => axe.run(options).then(found => found.violations)",
        {**options, "resultTypes": ["violations"]},
    )
    return [f"{name}: {one['id']}, {one['nodes'][0]['html'][:120]}" for one in found]
