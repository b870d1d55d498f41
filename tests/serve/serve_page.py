"""A page on a small invented ledger, asked in process, and what a browser of ours would send."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from cli.serve.app import make_app
from cli.serve.guard import ENTRY, Guard, Session
from cli.serve.practice import Places, Practice
from cli.serve.reading import read_files
from fixtures.caisse import Caisse, Issue
from fixtures.profils import Parametres
from fixtures.scenario import Scenario
from fse.reader import iter_factures

PORT = 8123
HOME = f"http://127.0.0.1:{PORT}"
TODAY = dt.date(2026, 1, 27)

#: What a form of our pages is sent with: they have no referrer, so that `Origin` is null.
FORM = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "origin": "null"}


class Written(NamedTuple):
    """The files of the practice, and who is in them."""

    files: list[str]
    flows: list[bytes]
    returns: list[bytes]
    cards: list[bytes]
    secrets: frozenset[str]


def _issue(facture: object) -> Issue:
    number = int(facture.numero)  # type: ignore[attr-defined]
    if number == 2:
        return Issue.rejetee("doublon")
    if number == 3:
        return Issue.rejetee("droits_fermes")
    return Issue.perdue() if number == 5 else Issue.payee()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A dozen invoices of invented people, with their answers, their cards and their rights."""
    folder = tmp_path_factory.mktemp("jeu")
    asked = Parametres("infirmier", 7, 12, date=dt.date(2026, 1, 20), tiers_payant=1.0)
    scenario = Scenario(asked, avec=("cards", "rights"))
    answer = Caisse(7, issues=_issue).respond(*(flow.data for flow in scenario.flows))
    pieces = [piece for piece in scenario.pieces() if not piece.name.endswith(".json")]
    names = []
    for name, data in [(piece.name, piece.data) for piece in pieces] + [
        (one.nom, one.data) for one in answer.returns
    ]:
        path = folder / Path(name).name
        path.write_bytes(data)
        names.append(str(path))
    people = [facture for flow in scenario.flows for facture in iter_factures(flow.data)]
    return Written(
        names,
        [flow.data for flow in scenario.flows],
        [one.data for one in answer.returns],
        [piece.data for piece in pieces if "vitale" in piece.name],
        frozenset(facture.entete.text("nir") for facture in people if facture.entete),
    )


@pytest.fixture(scope="session")
def stored(written: Written, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A ledger and a register of rights that hold them."""
    folder = tmp_path_factory.mktemp("base")
    key = folder / "cle.hex"
    key.write_text("07" * 32 + "\n", encoding="ascii")
    places = Places(str(folder / "registre.db"), str(folder / "droits.db"), key_file=key)
    read_files(written.files, places, None, lambda done, of: None, apart=False)
    return places


class Page(NamedTuple):
    """A page that runs: its client, its session, its application."""

    client: TestClient
    session: Session
    guard: Guard
    practice: Practice


def page_on(places: Places, *, limits: tuple[int, int] = (64 << 10, 8 << 20), **more: object) -> Page:
    """A page on these places, its cookie in the client."""
    practice = Practice(places, on=TODAY, **more)  # type: ignore[arg-type]
    session = Session()
    guard = make_app(practice, session, PORT, limits=limits)
    client = TestClient(guard, base_url=HOME, follow_redirects=False)
    client.get(ENTRY + session.new_entry())
    return Page(client, session, guard, practice)


@pytest.fixture
def page(stored: Places) -> Page:
    """A page on the ledger that all tests read; those that write take `own`."""
    return page_on(stored)


@pytest.fixture
def own(stored: Places, tmp_path: Path) -> Page:
    """A page on a ledger of its own."""
    import shutil

    for place in (stored.db, stored.rights):
        for path in Path(place).parent.glob(Path(place).name + "*"):
            shutil.copy(path, tmp_path / path.name)
    places = Places(str(tmp_path / "registre.db"), str(tmp_path / "droits.db"), key_file=stored.key_file)
    return page_on(places)
