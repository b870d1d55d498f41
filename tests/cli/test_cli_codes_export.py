"""`noemie codes export`: everything once, in the structure that is published, and a page that searches."""

import csv
import html
import io
import json
from html.parser import HTMLParser

import jsonschema
import pytest
from cli_browser import Watched, chromium
from cli_runner import run
from schemas_checked import SCHEMAS, strict

from cli.explain import catalogue as export
from codes import lists
from codes.actions import Action
from codes.motives import MOTIVES
from codes.rejects import load
from codes.rules import catalogue

SITE = """source = "Réponse de la caisse"
author_role = "facturation"
date = 2026-03-04
[[reject]]
namespace = "AMO"
code = "0999 001"
label = "<script>alert(1)</script> & LIBELLE"
action_class = "attendre"
"""
COUNTS = {
    "actions": len(Action),
    "motives": len(MOTIVES),
    "rejects": len(load().rows),
    "rules": len(catalogue()),
    "lists": sum(len(namespace()) for namespace in (lists.b2, lists.noemie, lists.ssv)),
}
CODES = sum(len(codes) for name in (lists.b2, lists.noemie, lists.ssv) for codes in name().values())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codes")
    (folder / "a.toml").write_text(SITE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory, site):
    """The page of a site, in French."""
    path = tmp_path_factory.mktemp("page") / "catalogue.html"
    result = run("codes", "export", "--codes", site, "-o", path)
    assert (result.status, result.out) == (0, "")
    return path


# --- data -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(site):
    return json.loads(run("codes", "export", "--format", "json", "--codes", site).out)


def test_the_json_has_the_structure_that_is_published(document):
    schema = SCHEMAS["codes export"]
    jsonschema.Draft202012Validator(strict(schema)).validate(document)
    actions = schema["$defs"]["ActionRow"]["properties"]["action"]["enum"]
    assert actions == [action.value for action in Action]


def test_the_json_holds_everything_once(document):
    assert {name: len(document[name]) for name in COUNTS} == COUNTS | {"rejects": COUNTS["rejects"] + 1}
    assert sum(len(found["codes"]) for found in document["lists"]) == CODES
    assert document["rejects"][-1]["added_by"] == {
        "file": "a.toml",
        "author_role": "facturation",
        "date": "2026-03-04",
        "emitter": "",
    }


def test_a_reject_as_data(document):
    found = next(row for row in document["rejects"] if row["code"] == "2900 005")
    assert found["action"] == "ne_pas_retransmettre"
    assert "unicite.facture" in found["prevented_by"]
    assert found["source"]["en"].startswith("Assurance Maladie memo")
    assert found["added_by"] is None


def test_texts_are_in_both_languages_or_in_none(document):
    def pairs(some):
        if isinstance(some, dict):
            if set(some) >= {"fr", "en"}:
                yield some
            for value in some.values():
                yield from pairs(value)
        elif isinstance(some, list):
            for value in some:
                yield from pairs(value)

    found = list(pairs(document))
    assert len(found) > 3000
    assert [pair for pair in found if bool(pair["fr"]) != bool(pair["en"])] == []


def test_the_csv_holds_everything_once_and_runs_nothing(site):
    text = run("codes", "export", "--format", "csv", "--codes", site).out
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "action": COUNTS["actions"],
        "motive": COUNTS["motives"],
        "reject": COUNTS["rejects"] + 1,
        "rule": COUNTS["rules"],
        "code": CODES,
    }
    assert tuple(rows[0]) == export.COLUMNS
    assert not [value for row in rows for value in row.values() if value.lstrip().startswith(("=", "+", "@"))]
    found = next(row for row in rows if row["code"] == "0450 072")
    assert (found["action"], found["namespace"]) == ("mettre_a_jour_droits", "AMO")


# --- the page -------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """What a page refers to, and whether its elements are closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.anchors, self.ids, self.entries = [], [], [], [], 0

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag not in ("meta", "input"):
            self.open.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.addresses += [found[name] for name in ("src", "srcset", "action", "data") if name in found]
        if tag == "a":
            self.anchors.append(found["href"])
        self.entries += "entry" in (found.get("class") or "").split()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_is_whole_and_fetches_nothing(tmp_path, site, lang):
    path = tmp_path / "page.html"
    assert run("codes", "export", "--codes", site, "-o", path, "--lang", lang).status == 0
    text = path.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert reader.addresses == []
    assert all(anchor.startswith("#") and anchor[1:] in reader.ids for anchor in reader.anchors)
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.entries == COUNTS["rejects"] + 1 + COUNTS["motives"] + COUNTS["rules"] + CODES
    assert "default-src 'none'" in html.unescape(text)
    assert f'<html lang="{lang}">' in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; LIBELLE" in text


def test_the_same_catalogue_gives_the_same_page(tmp_path):
    assert run("codes", "export").data == run("codes", "export").data


def test_an_existing_folder_or_no_folder_is_told(tmp_path):
    assert run("codes", "export", "-o", tmp_path).status == 2
    result = run("codes", "export", "-o", tmp_path / "absent" / "page.html", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "this folder does not exist" in result.err


def test_the_tables_of_the_site_are_not_written_over(site):
    result = run("codes", "export", "--codes", site, "-o", site / "a.toml", "--lang", "en")
    assert result.status == 2
    assert "will not be overwritten" in result.err
    assert (site / "a.toml").read_text(encoding="utf-8") == SITE


# --- the page in a browser ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


#: What a search leaves visible: kind and keys of each entry, whether it is the very one, what is told.
VISIBLE = """() => {
  const found = [...document.querySelectorAll('.entry:not([hidden])')];
  return [found.map((one) => [one.dataset.kind, one.dataset.keys, one.classList.contains('exact')]),
    document.getElementById('shown').textContent];
}"""


def shown(browser, page, fragment):
    """The entries that a search leaves visible, `kind: id or code`, and what the page says of them."""
    watched = Watched(browser, page.as_uri())
    watched.page.goto(f"{page.as_uri()}#{fragment}")
    entries, told = watched.page.evaluate(VISIBLE)
    watched.close()
    return [tuple(one[:2]) for one in entries], [one[2] for one in entries], told


@pytest.mark.parametrize(
    ("fragment", "first", "count", "exact"),
    [
        ("q=0450-072", ("reject", "0450072"), None, True),
        ("q=d%C3%A9j%C3%A0+pay%C3%A9e&kind=motive,reject", ("reject", "2900005"), 3, False),
        ("q=duplicate+already&kind=motive", ("motive", "DOUBLON"), 1, False),
        ("q=zzzz", None, 0, False),
    ],
)
def test_a_search_in_a_browser(browser, page, fragment, first, count, exact):
    names, exacts, told = shown(browser, page, fragment)
    assert (names[0] if names else None) == first
    assert count is None or len(names) == count
    assert exacts[:1] == ([exact] if names else [])
    total = CODES + COUNTS["rejects"] + 1 + COUNTS["motives"] + COUNTS["rules"]
    nothing = "Aucune entrée : inconnu de ce catalogue."
    assert told == (f"Entrées montrées : {len(names)} / {total}" if names else nothing)
