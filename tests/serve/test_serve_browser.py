"""The page in a real browser, one Chromium for all: from the first start to the end of the day."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_browser import WIDTHS, Watched, broken_rules, chromium, rules_broken
from serve_page import TODAY, Written

from cli.serve.practice import Places, Practice
from tools.screens import SCREENS, World


class Server:
    """A page that really runs, on a port of the system."""

    def __init__(self, places: Places) -> None:
        import uvicorn

        from cli.serve.app import make_app
        from cli.serve.guard import ENTRY, Session
        from cli.serve.launch import bound

        self.session = Session()
        self.socket = bound()
        self.port = self.socket.getsockname()[1]
        self.home = f"http://127.0.0.1:{self.port}"
        self.practice = Practice(places, on=TODAY)
        app = make_app(self.practice, self.session, self.port)
        config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        self.entry = self.home + ENTRY

    def address(self) -> str:
        """A one-time address."""
        return self.entry + self.session.new_entry()

    def stop(self) -> None:
        """Stop it."""
        self.server.should_exit = True
        self.thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("page")
    key = folder / "cle.hex"
    key.write_text("09" * 32 + "\n", encoding="ascii")
    made = Server(Places(str(folder / "registre.db"), str(folder / "droits.db"), key_file=key))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def state(browser: Any, server: Server, written: Written) -> Any:
    """The first start: files are dropped, and the day adds up; the cookie of that browser."""
    watched = Watched(browser, server.home)
    page = watched.page
    page.goto(server.address())
    assert page.url == server.home + "/"
    assert page.locator("h1").inner_text() == "Bienvenue"
    page.set_input_files("form.drop input[type=file]", written.files)
    page.wait_for_url("**/?dit=lu")
    amounts = [text_to_cents(one) for one in page.locator(".todo > li > .num").all_inner_texts()]
    assert sum(amounts[: page.locator("section[aria-labelledby=todo] .todo > li").count()]) == text_to_cents(
        page.locator("section[aria-labelledby=todo] .sum .num").inner_text()
    )
    kept = watched.context.storage_state()
    watched.close()
    return kept


def text_to_cents(text: str) -> int:
    return int("".join(one for one in text if one.isdigit()))


#: Every rule and width in both themes, where the dark one is tried for its contrast alone otherwise.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

#: The inside of an A4 sheet with the margins of the style, in pixels.
PAPER = 688


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A flow with a fault."""
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    path = tmp_path_factory.mktemp("faute") / "envoi.b2"
    path.write_bytes(Scenario(Parametres("medecin", 3, 4), fault="facture.total-amo").flows[0].data)
    return str(path)


def test_every_screen_fits_and_breaks_no_rule(browser, server, state, written, faulty):
    """Each screen is loaded once; themes and widths change under it. A theme is nothing but colours."""
    # A colour that is still on its way to that of the other theme would be judged.
    watched = Watched(browser, server.home, storage_state=state, reduced_motion="reduce")
    page = watched.page
    returned = max(
        (name for name in written.files if name.endswith(".noe")), key=lambda n: Path(n).stat().st_size
    )
    world = World(page, server.home, faulty, returned, written.known)
    for name, screen in SCREENS.items():
        screen.go(world)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            whole = LONG or scheme == "light"
            for width in WIDTHS if whole else ():
                watched.at_width(width, f"{name} {scheme}")
            watched.wrong += rules_broken(page, f"{name} {scheme}", contrast_alone=not whole)
        page.emulate_media(media="print")
        watched.at_width(PAPER, f"{name} on paper")
        assert not page.locator("header.side, form.drop").first.is_visible(), name
        page.emulate_media(media="screen", color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
    # The page that is not there says so on the console too.
    watched.wrong = [one for one in watched.wrong if "404" not in one]
    watched.close()


def test_a_refusal_is_noted_and_leaves_the_list(browser, server, state):
    watched = Watched(browser, server.home, storage_state=state)
    page = watched.page
    page.goto(server.home + "/rejets")
    before = page.locator("article.card").count()
    card = page.locator("article.card", has_text="facture 000000002")
    watched.press(card.get_by_role("button", name="Classer"))
    assert page.locator(".said-once").count() == 1
    assert page.locator("article.card").count() == before - 1
    watched.press(page.get_by_role("button", name="Annuler"))
    assert page.locator("article.card").count() == before
    watched.close()


def test_from_a_finding_to_its_bytes_by_the_keyboard(browser, server, state, tmp_path):
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    flow = tmp_path / "envoi.b2"
    flow.write_bytes(Scenario(Parametres("medecin", 3, 4), fault="facture.total-amo").flows[0].data)
    watched = Watched(browser, server.home, storage_state=state)
    page = watched.page
    page.goto(server.home + "/controler")
    page.set_input_files("form.drop input[type=file]", str(flow))
    page.wait_for_selector(".verdict")
    finding = page.locator("article", has_text="facture.total-amo")
    watched.press(finding.get_by_role("link", name="inspecteur").first)
    page.locator("#strip a.bad").focus()
    assert "AMO" in page.locator("[data-d=label]").inner_text()
    page.keyboard.press("ArrowLeft")
    assert page.locator("[data-d=label]").inner_text() == "montant total de la facture"
    page.keyboard.press("Home")
    assert page.locator("[data-d=place]").inner_text() == "1"
    watched.wrong += broken_rules(browser, page.url, state)
    watched.close()


def test_a_day_by_the_keyboard_alone(browser, server, state):
    """To the refusals, a note on the first one, a transfer ticked: no pointer at any time."""
    watched = Watched(browser, server.home, storage_state=state)
    page = watched.page
    page.goto(server.home + "/")
    reach(page, "Aller au contenu")
    reach(page, "Rejets")
    watched.key("Enter")
    assert page.url == server.home + "/rejets"
    reach(page, "Note…")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("vu au clavier")
    watched.key("Enter")
    assert page.locator(".said-once").count() == 1
    assert page.get_by_text("Note vu au clavier").count() >= 1
    page.goto(server.home + "/paiements?du=")
    reach(page, "Pointé : le virement")
    watched.key("Space")
    assert page.locator("button[aria-checked=true]").count() == 1
    reach(page, "Pointé : le virement")
    watched.key("Enter")
    assert page.locator(".said-once").count() == 1
    assert page.locator("button[aria-checked=true]").count() == 0
    watched.close()


def reach(page: Any, words: str) -> None:
    """Go from stop to stop until the one that says so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in page.evaluate(
            "document.activeElement.matches('body, main') ? '' : document.activeElement.textContent"
        ):
            if not page.evaluate("document.activeElement.matches(':focus-visible')"):
                raise AssertionError(f"{words}: the focus is not seen")
            return
    raise AssertionError(f"{words}: out of reach of the keyboard")


def test_search_as_you_type(browser, server, state):
    watched = Watched(browser, server.home, storage_state=state)
    page = watched.page
    page.goto(server.home + "/expliquer")
    page.locator("#q").press_sequentially("2900-005")
    page.wait_for_selector("#answers article.card.stop")
    assert page.url == server.home + "/expliquer"
    watched.close()


def test_without_any_script(browser, server, state, written):
    watched = Watched(browser, server.home, storage_state=state, java_script_enabled=False)
    page = watched.page
    page.goto(server.home + "/decoder")
    page.set_input_files("form.drop input[type=file]", written.files[-1])
    watched.press(page.get_by_role("button", name="Envoyer"))
    assert page.locator("dl.figures").count() >= 1
    page.goto(server.home + "/expliquer")
    page.fill("#q", "droits fermés")
    watched.press(page.get_by_role("button", name="Chercher"))
    assert page.locator("#answers article").count() >= 1
    watched.close()


def test_a_day_without_any_script(browser, server, state):
    watched = Watched(browser, server.home, storage_state=state, java_script_enabled=False)
    page = watched.page
    page.goto(server.home + "/rejets")
    before = page.locator("article.card").count()
    card = page.locator("article.card", has_text="facture 000000003")
    card.get_by_text("Refaite sous le n°…").click()
    card.get_by_label("Refaite sous le n°").fill("5")
    watched.press(card.get_by_role("button", name="Noter"))
    assert page.locator("article.card").count() == before - 1
    watched.press(page.get_by_role("button", name="Annuler"))
    page.goto(server.home + "/rejets")
    assert page.locator("article.card").count() == before
    page.goto(server.home + "/factures")
    page.fill("main #q", "2")
    watched.press(page.get_by_role("button", name="Chercher"))
    watched.press(page.get_by_role("link", name="000000002"))
    assert page.locator(".steps > li").count() >= 3
    page.get_by_label("Masquer les noms").check()
    watched.press(page.get_by_role("button", name="Appliquer"))
    assert "patient " in page.locator("h1 + p").inner_text()
    page.get_by_label("Masquer les noms").uncheck()
    watched.press(page.get_by_role("button", name="Appliquer"))
    watched.close()


def test_on_paper(browser, server, state):
    watched = Watched(browser, server.home, storage_state=state)
    page = watched.page
    for path in ("/", "/rejets", "/paiements?du=", "/tableau"):
        page.goto(server.home + path)
        page.emulate_media(media="print")
        assert not page.locator("header.side").is_visible()
        assert not page.locator("main form").first.is_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")
    watched.close()


def test_two_hundred_returns_an_archive_and_a_mail(browser, tmp_path):
    """All of it is dropped at once, and the day adds up."""
    import zipfile
    from email.message import EmailMessage

    from fixtures.caisse import Caisse
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    asked = Parametres("infirmier", 11, 1100, date=TODAY, months=24, tiers_payant=1.0)
    flows = [flow.data for flow in Scenario(asked).flows]
    returns = Caisse(11).respond(*flows).returns
    assert len(returns) > 206
    given = []
    for rank, data in enumerate(flows):
        given.append(tmp_path / f"{rank}.b2")
        given[-1].write_bytes(data)
    for one in returns[:-6]:
        given.append(tmp_path / one.nom)
        given[-1].write_bytes(one.data)
    with zipfile.ZipFile(tmp_path / "retours.zip", "w") as archive:
        for one in returns[-6:-1]:
            archive.writestr(f"janvier/{one.nom}", one.data)
    mail = EmailMessage()
    mail["Subject"] = "Retour"
    mail.set_content("Ci-joint.")
    mail.add_attachment(returns[-1].data, maintype="application", subtype="octet-stream", filename="r.noe")
    (tmp_path / "retour.eml").write_bytes(mail.as_bytes())
    key = tmp_path / "cle.hex"
    key.write_text("09" * 32 + "\n", encoding="ascii")
    server = Server(Places(str(tmp_path / "registre.db"), str(tmp_path / "droits.db"), key_file=key))
    watched = Watched(browser, server.home)
    page = watched.page
    page.goto(server.address())
    files = [*given, tmp_path / "retours.zip", tmp_path / "retour.eml"]
    page.set_input_files("form.drop input[type=file]", [str(one) for one in files])
    while "?dit=lu" not in page.url:  # other pages answer while files are read
        assert watched.context.request.get(server.home + "/reglages").status == 200
        page.wait_for_timeout(500)
    with server.practice.ledger() as ledger:
        natures = [one.nature for one in ledger.files()]
        paid = sum(one.montant for one in ledger.payments())
    assert (natures.count("flux"), natures.count("retour")) == (len(flows), len(returns))
    assert text_to_cents(page.locator(".figures .big").first.inner_text()) == paid
    page.goto(server.home + "/paiements?du=")
    assert text_to_cents(page.locator(".figures .big").first.inner_text()) == paid
    assert text_to_cents(page.locator("tfoot td").last.inner_text()) == paid
    watched.close()
    server.stop()


def test_lock_and_unlock(browser, tmp_path, written, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "reglages"))
    server = Server(Places(str(tmp_path / "registre.db"), str(tmp_path / "droits.db")))
    watched = Watched(browser, server.home)
    page = watched.page
    page.goto(server.address())
    page.set_input_files("form.drop input[type=file]", written.files[:6])
    page.wait_for_url("**/?dit=lu")
    page.goto(server.home + "/reglages")
    page.fill("#mot", "un bon mot de passe")
    watched.press(page.get_by_role("button", name="Protéger"))
    watched.press(page.get_by_role("button", name="Verrouiller"))
    assert page.url == server.home + "/verrou"
    page.goto(server.home + "/factures")
    assert page.url == server.home + "/verrou"
    page.fill("#mot", "un bon mot de passe")
    watched.key("Enter")
    assert page.url == server.home + "/"
    assert page.locator("h1").inner_text() == "Aujourd’hui"
    watched.close()
    server.stop()


def test_another_window_and_no_cookie(browser, server, state):
    watched = Watched(browser, server.home, storage_state=state)
    second = watched.context.new_page()
    stale = watched.page
    for page in (stale, second):
        page.goto(server.home + "/rejets")
    before = stale.locator("article.card").count()
    for page in (second, stale):  # the same is said in both: once is enough
        card = page.locator("article.card", has_text="facture 000000002")
        watched.press(card.get_by_role("button", name="Classer"))
        assert page.locator(".said-once").count() == 1
        assert page.locator("article.card").count() == before - 1
    watched.press(stale.get_by_role("button", name="Annuler"))
    assert stale.locator("article.card").count() == before
    watched.close()
    stranger = browser.new_context()
    page = stranger.new_page()
    answer = page.goto(server.home + "/")
    assert answer.status == 401
    assert "ne sert qu\N{RIGHT SINGLE QUOTATION MARK}une fois" in page.inner_text("main")
    stranger.close()


# --- exported pages ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exports(
    written: Written, tmp_path_factory: pytest.TempPathFactory, server: Server, state: Any
) -> list[Path]:
    """Every page that a verb writes."""
    from cli_runner import run

    folder = tmp_path_factory.mktemp("exports")
    flow = next(name for name in written.files if name.endswith(".b2"))
    returned = next(name for name in written.files if name.endswith(".noe"))
    db = ("--db", server.practice.places.db, "--key-file", str(server.practice.places.key_file))
    for name, words in {
        "check": ("check", flow, "--format", "html", "--no-config"),
        "decode": ("decode", returned, "--format", "html"),
        "show": ("show", flow, "--limit", "5"),
        "today": ("today", *db, "--on", TODAY, "--format", "html"),
        "diff": ("diff", flow, returned, "--format", "html"),
        "report": ("ledger", "report", *db[:2], "--format", "html"),
        "statement": ("ledger", "statement", *db[:2], "--month", "2026-01", "--format", "html"),
    }.items():
        result = run(*words, "-o", folder / f"{name}.html", NOEMIE_LEDGER_KEY_FILE=db[3])
        assert result.status in (0, 1) or name == "diff", (name, result.err)
    return sorted(folder.iterdir())


def test_every_exported_page(browser, exports):
    assert len(exports) >= 6
    wrong = []
    for path in exports:
        watched = Watched(browser, path.as_uri())
        watched.at_widths("")
        watched.close()
        wrong += broken_rules(browser, path.as_uri(), scheme="dark")
    assert wrong == []


def test_the_server_stops_while_a_page_is_open(browser, tmp_path, written):
    server = Server(Places(str(tmp_path / "registre.db"), str(tmp_path / "droits.db")))
    watched = Watched(browser, server.home)
    page = watched.page
    page.goto(server.address())
    server.stop()
    time.sleep(0.1)
    page.set_input_files("form.drop input[type=file]", written.files[0])
    page.get_by_text("La page ne répond plus").wait_for()
    watched.wrong = [one for one in watched.wrong if "ERR_CONNECTION" not in one]
    watched.close()
