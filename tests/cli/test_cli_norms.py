"""Norms that no byte tells apart: the manifest tells, else the one that was taken is said."""

import pytest
from cli_runner import run

MADE = ("--profile", "cmpp", "--norm", "CP-2003C", "--seed", "1", "--invoices", "3")


@pytest.fixture
def flow(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "→ noemie check --norm CP-2003C jeu" in run("generate", *MADE, "-o", "jeu").out
    return sorted((tmp_path / "jeu").glob("*.b2"))[0]


def test_the_manifest_tells_the_norm(flow):
    for command in (("check", "jeu"), ("check", "--norm", "CP-2003C", "jeu")):
        result = run(*command)
        assert (result.status, result.err) == (0, "")


def test_without_it_the_norm_that_was_taken_is_said(flow, tmp_path):
    (tmp_path / "seul.b2").write_bytes(flow.read_bytes())
    result = run("check", "seul.b2")
    assert result.status == 1
    assert "seul.b2 : norme CP, CP-2005E prise ici : rien ne la distingue de CP-2003C." in result.err
    assert "noemie check --norm CP-2003C." in result.err
    assert run("check", "--norm", "CP-2003C", "seul.b2").err == ""


def test_a_file_that_was_changed_is_not_that_of_the_manifest(flow):
    flow.write_bytes(flow.read_bytes() + b"\n")
    assert "CP-2005E prise ici" in run("check", flow).err


def test_a_right_flow_says_nothing_of_its_norm(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("generate", "--profile", "cmpp", "--norm", "CP-2005E", "--seed", "1", "--invoices", "3", "-o", "jeu")
    (tmp_path / "jeu" / "manifeste.json").unlink()
    result = run("check", "jeu")
    assert (result.status, result.err) == (0, "")
