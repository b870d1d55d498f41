"""Who may speak to the page: every route, with every wrong way to ask for it; headers of every answer."""

from __future__ import annotations

import pytest
from serve_page import FORM, HOME, PORT, Page, page_on
from starlette.routing import Route
from starlette.testclient import TestClient

from cli.serve.app import FILE_PATHS
from cli.serve.guard import ENTRY, HEADERS, Session
from cli.serve.practice import Places
from tools.screens import NO_SCREEN, SCREENS

#: A value for each parameter of a path.
VALUES = {
    "{handle}": "1-00",
    "{number:int}": "1",
    "{number}": "1",
    "{name}": "house.css",
    "{code:path}": "2900 005",
}

HOSTS = (
    "127.0.0.1",
    "localhost",
    f"127.0.0.1:{PORT + 1}",
    f"exemple.test:{PORT}",
    f"127.0.0.1.exemple.test:{PORT}",
)


def paths() -> list[tuple[str, str]]:
    """Method and path of every route."""
    app = page_on(Places("/absent/registre.db", "/absent/droits.db")).guard.app
    found = []
    for route in app.routes:
        assert isinstance(route, Route)
        path = route.path
        for name, value in VALUES.items():
            path = path.replace(name, value)
        found += [(method, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


ROUTES = paths()
CLOSED = [(method, path) for method, path in ROUTES if not path.startswith("/static/")]


def assert_headers(answer) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], name
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "server" not in answer.headers


def fresh(places: Places) -> tuple[TestClient, Session]:
    page = page_on(places)
    return TestClient(page.guard, base_url=HOME, follow_redirects=False), page.session


def test_there_are_routes_to_try():
    assert len(ROUTES) > 40
    assert set(FILE_PATHS) <= {path for _, path in ROUTES}


def test_every_route_has_its_screen_or_is_none():
    routes = {route.path for route in page_on(Places("/absent/a.db", "/absent/b.db")).guard.app.routes}
    assert {screen.route for screen in SCREENS.values()} - {""} | NO_SCREEN == routes


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory) -> Places:
    folder = tmp_path_factory.mktemp("vide")
    return Places(str(folder / "registre.db"), str(folder / "droits.db"))


def test_no_token_a_wrong_one_a_used_one(nowhere):
    client, session = fresh(nowhere)
    used = session.new_entry()
    assert client.get(ENTRY + used).status_code == 303
    client.cookies.clear()
    cookie = f"noemie-{PORT}"
    for method, path in CLOSED:
        for headers in (
            {},
            {"cookie": f"{cookie}=faux"},
            {"cookie": f"{cookie}={used}"},
            {"authorization": f"Bearer {used}"},
        ):
            answer = client.request(method, path, headers={**FORM, **headers})
            assert answer.status_code == 401, (method, path, headers)
            assert_headers(answer)
            assert "set-cookie" not in answer.headers
    for token in (used, "", "faux", used[:-1]):
        answer = client.get(ENTRY + token)
        assert answer.status_code == 401
        assert_headers(answer)


def test_the_address_works_once_and_leads_to_a_clean_one(nowhere):
    client, session = fresh(nowhere)
    token = session.new_entry()
    answer = client.get(ENTRY + token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert token not in cookie
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert_headers(answer)
    assert client.get("/").status_code == 200
    assert client.get(ENTRY + token).status_code == 401


@pytest.mark.parametrize("host", HOSTS)
def test_another_host(nowhere, host):
    page = page_on(nowhere)
    for method, path in ROUTES:
        answer = page.client.request(method, path, headers={**FORM, "host": host})
        assert answer.status_code == 421, (method, path)
        assert_headers(answer)
    token = page.session.new_entry()
    assert page.client.get(ENTRY + token, headers={"host": host}).status_code == 421
    assert page.client.get(ENTRY + token).status_code == 303  # it was not used up


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://exemple.test"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"origin": "null"},
        {"origin": HOME, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"},
        {"origin": "http://exemple.test", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
    ],
)
def test_another_origin(nowhere, headers):
    page = page_on(nowhere)
    for method, path in CLOSED:
        answer = page.client.request(method, path, headers=headers)
        assert answer.status_code == 403, (method, path)
        assert_headers(answer)


def test_an_unsafe_request_of_unknown_origin(nowhere):
    page = page_on(nowhere)
    for method, path in CLOSED:
        if method != "GET":
            assert page.client.request(method, path).status_code == 403, path


def test_our_own_pages(nowhere):
    page = page_on(nowhere)
    for headers in (FORM, {"origin": HOME}, {"origin": f"http://localhost:{PORT}"}):
        answer = page.client.post("/masquer", headers=headers, data={"retour": "/"})
        assert answer.status_code == 303
        assert_headers(answer)


def test_a_body_that_is_too_large(nowhere):
    page = page_on(nowhere, limits=(1000, 3000))
    for method, path in CLOSED:
        if method != "POST":
            continue
        most = 3000 if path in FILE_PATHS else 1000
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = page.client.post(path, content=b"x" * (most + 1), headers={**FORM, **kind})
        assert answer.status_code == 413, path
        assert_headers(answer)
        # In chunks, no length is told.
        chunks = (b"x" * 500 for _ in range(most // 500 + 1))
        answer = page.client.post(path, content=chunks, headers={**FORM, **kind})
        assert answer.status_code == 413, path
        assert_headers(answer)


LONG = "9" * 5000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/factures?page={LONG}", 200),
        (f"/rejets?page={LONG}", 200),
        (f"/inspecteur/1?r={LONG}", 404),
        (f"/inspecteur/{LONG}", 404),
        (f"/facture/{LONG}", 404),
        (f"/api/jobs/{LONG}", 404),
    ],
)
def test_a_number_that_is_too_long_is_none(page: Page, path, status):
    answer = page.client.get(path)
    assert answer.status_code == status
    assert_headers(answer)
    assert page.client.post("/factures", headers=FORM, data={"page": LONG}).status_code == 200


def test_every_answer_has_every_header(page: Page):
    for method, path in ROUTES:
        if path == "/reglages/arreter":
            continue
        answer = page.client.request(method, path, headers=FORM)
        assert answer.status_code < 500, (method, path, answer.text[:200])
        assert_headers(answer)
    for path in ("/absent", "/api/absent", "/static/../app.py", "/static/page.py"):
        answer = page.client.get(path)
        assert answer.status_code == 404
        assert_headers(answer)


def test_a_program_has_the_interface_alone(nowhere, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    page = page_on(nowhere)
    token = page.guard.app.state.tokens.make("essai", page.practice.today)
    bare = TestClient(page.guard, base_url=HOME, follow_redirects=False)
    bearer = {"authorization": f"Bearer {token}"}
    assert bare.get("/api/explain/2900005", headers=bearer).status_code == 200
    assert bare.get("/openapi.json", headers=bearer).status_code == 200
    assert bare.get("/", headers=bearer).status_code == 401
    assert bare.post("/reglages/jetons", headers=bearer).status_code == 401
    (kept,) = page.guard.app.state.tokens.all()
    assert token not in kept.empreinte
    page.client.post("/reglages/jetons/retirer", headers=FORM, data={"jeton": kept.empreinte})
    assert bare.get("/api/explain/2900005", headers=bearer).status_code == 401


def test_a_second_start_has_a_new_address(nowhere):
    client, session = fresh(nowhere)
    assert client.post(ENTRY + "nouvelle").status_code == 401
    assert client.post(ENTRY + "nouvelle", headers={"authorization": "Bearer faux"}).status_code == 401
    answer = client.post(ENTRY + "nouvelle", headers={"authorization": f"Bearer {session.again}"})
    assert client.get(ENTRY + answer.text).status_code == 303
