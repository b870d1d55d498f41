"""The HTTP interface: the JSON of the verbs, its problems, its document, and the guide that shows it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from cli_runner import run
from hypothesis import given
from hypothesis import strategies as st
from serve_page import FORM, HOME, Page, Written, page_on

from cli.serve.openapi import document
from cli.serve.practice import Places

ROOT = Path(__file__).parents[2]
BEARER = "{jeton}"


def post(page: Page, path: str, data: bytes, **headers: str):
    return page.client.post(
        path, content=data, headers={**FORM, "content-type": "application/octet-stream", **headers}
    )


def test_check_is_that_of_the_verb(page: Page, written: Written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "envoi.b2").write_bytes(written.flows[0])
    told = json.loads(
        run("check", "envoi.b2", "--format", "json", "--max-findings", "300", "--no-config").out
    )
    assert post(page, "/api/check?nom=envoi.b2", written.flows[0]).json() == told


def test_decode_is_that_of_the_verb(page: Page, written: Written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for data in written.returns[:2]:
        (tmp_path / "r.noe").write_bytes(data)
        told = json.loads(run("decode", "r.noe", "--format", "json").out)
        assert post(page, "/api/decode?nom=r.noe", data).json() == told


@pytest.mark.parametrize("asked", ["2900 005", "facture.total-amo", "294", "droits fermes", "zzzz"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_explain_is_that_of_the_verb(page: Page, asked, lang):
    told = json.loads(run("explain", asked, "--format", "json", "--lang", lang).out)
    assert page.client.get(f"/api/explain/{asked}?lang={lang}").json() == told


@pytest.mark.parametrize("path", ["/api/check", "/api/decode", "/api/jobs"])
def test_problems(page: Page, path):
    answer = post(page, path, b"")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "conseil"}
    if path != "/api/jobs":
        found = post(page, path, b"du texte qui n'est pas un flux").json()
        assert found["status"] == 422
        assert found["regle"].endswith(".inconnu")
        assert found["conseil"]


def test_what_is_no_value_nor_method_is_told(page: Page, written: Written):
    for path in ("/api/check?registre=2", "/api/decode?lang=de", "/api/jobs?lang="):
        assert post(page, path, written.flows[0]).status_code == 400
    assert page.client.get("/api/explain/1?lang=de").json()["title"] == "lang : attendu, fr, en."
    answer = page.client.get("/api/check")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_job_tells_its_progress(own: Page, written: Written):
    answer = own.client.post(
        "/api/jobs",
        headers=FORM,
        files=[("fichier", ("a.noe", written.returns[0])), ("fichier", ("b.b2", written.flows[0]))],
    )
    assert answer.status_code == 202
    place = answer.headers["location"]
    events = own.client.get(f"{place}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    told = [json.loads(line[6:]) for line in events.text.splitlines() if line.startswith("data: ")]
    assert told[-1]["etat"] == "fini"
    assert told[-1] == own.client.get(place).json()
    assert told[-1]["resultat"]["connus"] == 2
    assert own.client.get("/api/jobs/999/events").status_code == 404


# --- the document -------------------------------------------------------------------------------------------


def test_the_document_tells_every_route(page: Page):
    found = page.client.get("/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    routes = {route.path for route in page.guard.app.routes if route.path.startswith("/api/")}
    said = {path.replace("{code}", "{code:path}").replace("{id}", "{number}") for path in found["paths"]}
    assert said == routes


def resolved(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}


def test_schemas_are_schemas_and_answers_follow_them(page: Page, written: Written):
    for name, schema in document()["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "#/$defs" not in json.dumps(schema), name
    answers = {
        "Check": post(page, "/api/check", written.flows[0]).json(),
        "Decoded": post(page, "/api/decode", written.returns[0]).json(),
        "Explained": page.client.get("/api/explain/2900005").json(),
        "Problem": post(page, "/api/check", b"rien").json(),
    }
    for name, answer in answers.items():
        jsonschema.Draft202012Validator(resolved(name)).validate(answer)


# --- strange bodies: never an error of ours -----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/check", "/api/decode"])
def test_no_body_makes_an_error_of_ours(page: Page, written: Written, path):
    flow, back, card = written.flows[0], written.returns[0], written.cards[0]
    bodies = [flow, back, card, b"\0" * 300, b"000" * 200, b"PK\x03\x04rest", b"\xff\xfe0", b"{}", b"<a/>"]
    bodies += [data[:cut] for data in (flow, back, card) for cut in (1, 100, 129, 700)]
    bodies += [data[:200] + b"\xe9?" + data[202:] for data in (flow, back, card)]
    bodies += [flow + back, back + back, flow.replace(b"0", b" "), back[::-1]]
    for body in bodies:
        assert post(page, path, body).status_code in (200, 422), body[:20]


@pytest.mark.parametrize(
    "asked", ["%00", "..%2F..%2Fetc", "é" * 300, "'; --", "<script>", "%E2%80%AE", "a" * 5000]
)
def test_no_word_makes_an_error_of_ours(page: Page, asked):
    assert page.client.get(f"/api/explain/{asked}").status_code in (200, 404)
    assert page.client.post("/expliquer", data={"q": asked}, headers=FORM).status_code == 200


# --- anything that the document lets ask --------------------------------------------------------------------

OPERATIONS = [
    (method, path, operation)
    for path, methods in sorted(document()["paths"].items())
    for method, operation in methods.items()
]


@st.composite
def bodies(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """A flow, a return, a card or a file of rights, with a few accidents."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        accident = draw(st.sampled_from(("byte", "gone", "more", "cut", "another")))
        if accident == "byte":
            data[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
        elif accident == "gone":
            del data[place : place + draw(st.integers(1, 200))]
        elif accident == "more":
            data[place:place] = draw(st.binary(max_size=40))
        elif accident == "cut":
            del data[place:]
        else:
            data += draw(st.sampled_from(samples))[: draw(st.integers(0, 3000))]
    return bytes(data)


@pytest.fixture(scope="module")
def apart(stored: Places, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A page on a ledger where anything may be read."""
    folder = tmp_path_factory.mktemp("apart")
    return page_on(replace(stored, db=str(folder / "registre.db"), rights=str(folder / "droits.db")))


@given(data=st.data())
def test_nothing_that_may_be_asked_makes_an_error_of_ours(apart: Page, written: Written, data: st.DataObject):
    method, path, operation = data.draw(st.sampled_from(OPERATIONS))
    asked: dict[str, str] = {}
    for one in operation["parameters"]:
        values = one["schema"].get("enum")
        value = data.draw(st.sampled_from(values) if values else st.text(min_size=1, max_size=40))
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", quote(value, safe=""))
        elif data.draw(st.booleans()):
            asked[one["name"]] = value
    more: dict[str, Any] = {}
    if "requestBody" in operation:
        samples = [*written.flows, *written.returns, *written.cards]
        body = data.draw(bodies(samples))
        form = data.draw(st.booleans())
        more = {"files": [("fichier", ("f", body))]} if form else {"content": body}
    answer = apart.client.request(method, path, params=asked, headers=FORM, **more)
    assert answer.status_code < 500, (method, path)
    kind = answer.headers["content-type"].partition(";")[0]
    told = operation["responses"].get(str(answer.status_code), operation["responses"]["default"])
    schema = told.get("content", {}).get(kind, {}).get("schema")
    assert schema or answer.is_redirect or answer.status_code in (404, 405), (path, answer.status_code, kind)
    if schema and kind.endswith("json"):
        components = {"components": document()["components"]}
        jsonschema.Draft202012Validator(schema | components).validate(answer.json())


# --- the guide ----------------------------------------------------------------------------------------------


def test_the_guide_says_what_is_answered(page: Page, written: Written):
    """Each `curl` and each `fetch` of the guide, asked in process with a token of a program."""
    text = (ROOT / "docs/guides/page.md").read_text(encoding="utf-8")
    calls = re.findall(r"curl (?:-[a-zA-Z]+ )*.*?(?=\n[^ ]|\n\n)", text, re.DOTALL)
    asked = [re.search(r'"\$PAGE(/[^"]*)"', call) for call in calls] + list(
        re.finditer(r"`\$\{page\}(/[^`]*)`", text)
    )
    paths = [found[1] for found in asked if found]
    assert {"/api/check?nom=envoi.b2", "/api/decode", "/api/explain/2900%20005", "/api/jobs"} <= set(paths)
    token = page.guard.app.state.tokens.make("guide", page.practice.today)
    client = page_on(page.practice.places).client
    client.cookies.clear()
    for path in dict.fromkeys(paths):
        headers = {"authorization": f"Bearer {token}"}
        if "/events" in path or "${" in path:
            continue
        if "explain" in path or path == "/api/today":
            answer = client.get(path, headers=headers)
        else:
            data = written.flows[0] if "check" in path else written.returns[0]
            answer = client.post(path, content=data, headers=headers)
        assert answer.status_code in (200, 202), (path, answer.text[:200])
    assert HOME.endswith("8123")
