"""`noemie show FILE -o page.html`: the bytes of a file as a page that fetches nothing."""

import re
from html import unescape

import pytest
from cli_runner import run
from cli_samples import flow, leaks, retour


@pytest.mark.parametrize("data", [flow(2), retour()], ids=["flow", "return"])
def test_a_page_of_bytes(tmp_path, data):
    path, page = tmp_path / "a.dat", tmp_path / "page.html"
    path.write_bytes(data)
    result = run("show", path, "-o", page)
    assert (result.status, result.out) == (0, "")
    text = page.read_text("utf-8")
    assert text.count('class="panel" id="r') + text.count('" id="r') > 3
    assert "<script" not in text
    assert not re.search(r'src=|href="[^#]', text)
    assert leaks(text) == []


def test_a_finding_stands_at_its_bytes(tmp_path):
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    path, page = tmp_path / "a.b2", tmp_path / "page.html"
    path.write_bytes(Scenario(Parametres("medecin", 3, 4), fault="facture.total-amo").flows[0].data)
    assert run("show", path, "-o", page).status == 0
    assert re.search(
        r'class="zone k-money bad" title="montant de la facture remboursable', page.read_text("utf-8")
    )


def test_a_page_that_is_cut_says_what_it_lacks(tmp_path):
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    path, page = tmp_path / "a.b2", tmp_path / "page.html"
    path.write_bytes(Scenario(Parametres("medecin", 3, 12), fault="facture.total-amo").flows[0].data)
    told = (
        r"s'arrête à l'enregistrement 5 sur \d+ : un enregistrement qui a une remarque n'y est pas, le (\d+)"
    )
    assert run("show", path, "--limit", "5", "-o", page).status == 0
    number = re.search(told, unescape(page.read_text("utf-8")))[1]
    assert run("show", path, "--limit", number, "-o", page).status == 0
    assert "s'arrête" not in unescape(page.read_text("utf-8"))


def test_several_files_are_no_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.b2", "b.b2"):
        (tmp_path / name).write_bytes(flow(1))
    assert run("show", "a.b2", "b.b2", "-o", "a.html").status == 2
    assert not (tmp_path / "a.html").exists()
