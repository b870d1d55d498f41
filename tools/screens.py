"""Every screen of the page, and how a person comes to it: what pictures are taken of, and what tests walk.

A new route is told here, or among `NO_SCREEN`: a test compares both with those of the application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

__all__ = ["NO_SCREEN", "SCREENS", "Screen", "World"]


class World(NamedTuple):
    """What screens are shown on: a page of a browser, the address of the practice, files, a person.

    `flow` is the path of a flow with a fault, `returned` that of a return with refusals, `nir` of somebody
    whose rights are known.
    """

    page: Any
    home: str
    flow: str
    returned: str
    nir: str


class Screen(NamedTuple):
    """A screen: the route that answers it, none when nothing is there, and what leads to it."""

    route: str
    go: Callable[[World], None]


def _at(path: str) -> Screen:
    return Screen(path.partition("?")[0], lambda world: _open(world, path))


def _open(world: World, path: str) -> None:
    world.page.goto(world.home + path)


def _given(path: str, what: str) -> Screen:
    """The page at `path`, once a file was given to it."""

    def go(world: World) -> None:
        _open(world, path)
        with world.page.expect_navigation():
            world.page.set_input_files("form.drop input[type=file]", getattr(world, what))

    return Screen(path, go)


def _followed(path: str, link: str, route: str) -> Screen:
    """What the first link of that kind leads to."""

    def go(world: World) -> None:
        _open(world, path)
        _open(world, world.page.locator(link).first.get_attribute("href"))

    return Screen(route, go)


def _consulted(world: World) -> None:
    _open(world, "/droits")
    world.page.fill("#nir", world.nir)
    world.page.locator("form.filters button.main").click()
    world.page.wait_for_selector("main article")
    world.page.wait_for_load_state()


def _inspected(world: World) -> None:
    _given("/inspecteur", "flow").go(world)
    world.page.wait_for_selector("#strip")
    world.page.wait_for_load_state()


def _sent_bytes(world: World) -> None:
    _open(world, "/rejets")
    _open(world, world.page.locator("article a[href^='/facture/']").first.get_attribute("href") + "/octets")


def _searched(world: World) -> None:
    _open(world, "/factures")
    world.page.fill("main #q", "2")
    world.page.locator("main form[role=search] button").click()
    world.page.wait_for_load_state()


def _tried(world: World) -> None:
    _open(world, "/reglages/purge")
    world.page.fill("#nir", world.nir)
    world.page.locator("section[aria-labelledby=one] button").click()
    world.page.wait_for_selector(".notice")
    world.page.wait_for_load_state()


def _tried_file(world: World) -> None:
    _open(world, "/reglages/purge")
    world.page.locator("section[aria-labelledby=file] button").first.click()
    world.page.wait_for_selector(".notice")
    world.page.wait_for_load_state()


#: The screens, by the name of their picture.
SCREENS: Final[dict[str, Screen]] = {
    "aujourdhui": _at("/"),
    "rejets": _at("/rejets"),
    "paiements": _at("/paiements?du="),
    "virement": _followed("/paiements?du=", "td a[href*='virement=']", "/paiements"),
    "factures": _at("/factures"),
    "factures-trouvees": Screen("/factures", _searched),
    "facture": _followed("/rejets", "article a[href^='/facture/']", "/facture/{handle}"),
    "octets-envoyes": Screen("/facture/{handle}/octets", _sent_bytes),
    "lettre": _followed("/rejets", "article a[href$='/lettre']", "/facture/{handle}/lettre"),
    "suivre": _at("/suivre"),
    "tableau": _at("/tableau"),
    "etat": _at("/etat"),
    "droits": _at("/droits"),
    "droits-patient": Screen("/droits", _consulted),
    "controler": _at("/controler"),
    "controle": _given("/controler", "flow"),
    "decoder": _at("/decoder"),
    "decode": _given("/decoder", "returned"),
    "inspecteur": _at("/inspecteur"),
    "octets": Screen("/inspecteur/{number:int}", _inspected),
    "expliquer": _at("/expliquer?code=2900 005"),
    "expliquer-inconnu": _at("/expliquer?code=zzzz"),
    "reglages": _at("/reglages"),
    "effacer": Screen("/reglages/purge", _tried),
    "effacer-fichier": Screen("/reglages/fichier", _tried_file),
    "verrou": _at("/verrou"),
    "absent": Screen("", lambda world: _open(world, "/absent")),
}

#: Routes that answer no screen: files, exports, forms that lead back to a page, the interface of programs.
NO_SCREEN: Final = frozenset(
    {
        "/paiements.csv",
        "/marquer",
        "/pointer",
        "/reprendre",
        "/deposer",
        "/droits/lire",
        "/reglages/jetons",
        "/reglages/jetons/retirer",
        "/reglages/langue",
        "/reglages/mot-de-passe",
        "/reglages/sauvegarde",
        "/reglages/arreter",
        "/reglages/effacer",
        "/reglages/fichier/reprendre",
        "/reglages/tout-effacer",
        "/masquer",
        "/verrouiller",
        "/deverrouiller",
        "/static/{name}",
        "/openapi.json",
        "/api/check",
        "/api/decode",
        "/api/explain/{code:path}",
        "/api/today",
        "/api/jobs",
        "/api/jobs/{number}",
        "/api/jobs/{number}/events",
    }
)
