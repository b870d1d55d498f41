"""The documentation site as built: what axe says of ten of its pages, what they fetch, how wide they are.

`make site` runs this on the site that it has just built; a site takes minutes, so `make test` skips it.
"""

import os
from pathlib import Path

import pytest
from cli_browser import Watched, broken_rules, chromium

SITE = os.environ.get("NOEMIE_TEST_SITE", "")

pytestmark = pytest.mark.skipif(not SITE, reason="NOEMIE_TEST_SITE names no built site: see make site")

#: One page of each sort, in both languages.
SAMPLE = (
    "index.html",
    "fr/index.html",
    "en/tutorials/provider.html",
    "fr/guides/lire-mes-retours.html",
    "en/rules/index.html",
    "fr/rules/facture-total-amo.html",
    "fr/rejects/amo-0450-072.html",
    "en/entities/noemie-294.html",
    "fr/depannage.html",
    "en/library.html",
)


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.mark.parametrize("page", SAMPLE)
def test_axe_finds_nothing(browser, page) -> None:
    url = (Path(SITE).resolve() / page).as_uri()
    found = [
        told
        for scheme in ("light", "dark")
        for width in (360, 1440)
        for told in broken_rules(browser, url, scheme=scheme, width=width)
    ]
    assert found == []


def test_nothing_is_fetched_elsewhere_nor_wider_than_the_window(browser) -> None:
    watched = Watched(browser, Path(SITE).resolve().as_uri() + "/")
    for page in SAMPLE:
        watched.at_widths(page)
    watched.close()
