"""The documentation site: a page for each item at a stable address, links that lead somewhere."""

from collections.abc import Iterable

import pytest
from cli_runner import run

from codes import addresses
from codes.motives import MOTIVES
from codes.rejects import load
from codes.rules import catalogue
from fse.normes import shipped
from noemie.returns.tables import layouts
from tools.site.access import completed
from tools.site.build import ROOT, gather
from tools.site.links import dead
from tools.site.pages import pages


def named() -> Iterable[tuple[addresses.Kind, str]]:
    yield from (("rules", rule) for rule in catalogue())
    for row in load().rows:
        yield "rejects", addresses.reject_name(row.namespace, row.code, row.label)
    yield from (("motives", motive) for motive in MOTIVES)
    yield from (("records", f"{one.family} {one.name}") for one in shipped().values())
    yield from (("entities", f"NOEMIE {one.name}") for one in layouts().values())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_item_has_a_page_of_its_own_in_each_language(lang: str) -> None:
    made = {f"{lang}/{name.removesuffix('.md')}.html": text for name, text in pages(lang)}
    wanted = [addresses.page(kind, name, lang) for kind, name in named()]
    assert len(set(wanted)) == len(wanted) > 500
    assert set(wanted) <= made.keys()
    for address in wanted:
        lines = made[address].splitlines()
        assert any(line.startswith("# ") and len(line) > 2 for line in lines), address


def test_a_page_says_what_the_catalogue_says() -> None:
    french = dict(pages("fr"))
    rule = catalogue()["facture.total-amo"]
    text = french["rules/facture-total-amo.md"]
    assert rule.why_fr in text
    assert rule.fix_fr in text
    assert "Do not resend" not in text


def test_an_address_starts_at_the_base_that_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    here = "fr/rules/facture-total-amo.html"
    assert addresses.url("rules", "facture.total-amo", "fr").endswith(here)
    monkeypatch.setenv(addresses.VARIABLE, "https://docs.example/noemie")
    assert addresses.url("rules", "facture.total-amo", "fr") == f"https://docs.example/noemie/{here}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("facture.total-amo", ["rules/facture-total-amo"]),
        ("0450 072", ["rejects/amo-0450-072"]),
        ("droits_fermes", ["motives/droits-fermes"]),
        ("4M", ["records/cp-2003c-4m", "records/cp-2005e-4m", "records/ps-2003c-4m"]),
        ("294", ["entities/noemie-294"]),
        ("000", ["entities/noemie-000", "records/env-000"]),
        ("DROITS FERMES POUR CET ASSURE", ["motives/droits-fermes"]),
    ],
)
def test_explain_gives_the_address_of_pages_that_exist(words, expected, monkeypatch) -> None:
    monkeypatch.setenv(addresses.VARIABLE, "https://docs.example/")
    result = run("explain", "--url", "--lang", "en", words)
    assert sorted(result.out.split()) == [f"https://docs.example/en/{one}.html" for one in expected]
    made = {name for name, _ in pages("en")}
    assert {f"{one}.md" for one in expected} <= made


def test_the_rules_that_sarif_names_have_a_page(monkeypatch) -> None:
    monkeypatch.delenv(addresses.VARIABLE, raising=False)
    made = {name for name, _ in pages("fr")}
    for rule in catalogue():
        address = addresses.url("rules", rule, "fr")
        assert address.removeprefix("fr/").replace(".html", ".md") in made


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_source_of_the_site_lists_its_pages(lang, tmp_path) -> None:
    gather(tmp_path / lang, lang)
    index = (tmp_path / lang / "index.md").read_text(encoding="utf-8")
    listed = [
        line for block in index.split("```{toctree}")[1:] for line in block.split("```")[0].splitlines()[4:]
    ]
    assert len(listed) > 5
    for name in listed:
        assert (tmp_path / lang / f"{name}.md").is_file(), name
    guides = {f"guides/{path.stem}" for path in (ROOT / "docs" / "guides").glob("*.md")}
    assert lang == "fr" or guides <= set(listed)


def test_what_the_theme_leaves_out_is_completed() -> None:
    menu = '<aside class="sidebar-drawer"><p class="caption" role="heading"></p></aside>'
    page = f'{menu}<div class="highlight"><pre>'
    assert completed(page, "fr") == (
        '<aside class="sidebar-drawer" aria-label="Menu de la documentation">'
        '<p class="caption" role="heading" aria-level="2"></p></aside>'
        '<div class="highlight"><pre tabindex="0">'
    )
    assert completed(completed(page, "en"), "en") == completed(page, "en")


def test_what_leads_nowhere_or_is_fetched_elsewhere_is_found(tmp_path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="b.html#there">b</a><a href="#here">a</a><a href="https://example.org">e</a>'
        '<img src="https://example.org/x.png"><a href="c.html">c</a><a href="b.html#nowhere">b</a>'
    )
    (tmp_path / "b.html").write_text('<p id="there">')
    assert list(dead(tmp_path)) == [
        ("a.html", "https://example.org/x.png"),
        ("a.html", "c.html"),
        ("a.html", "b.html#nowhere"),
    ]
