"""The command called by a program: streams that hold text alone, or nothing, and come back afterwards."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import flow, retour

from cli.__main__ import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NOEMIE_LANG", "NOEMIE_LEDGER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "flux.b2").write_bytes(flow(2))
    (tmp_path / "retour.noe").write_bytes(retour())
    (tmp_path / "d.csv").write_text("nir;date_naissance;nom\n1770288888042;13/02/1977;ESSAI\n")
    assert main(["ledger", "import", "flux.b2", "retour.noe"]) == 0
    assert main(["rights", "import", "d.db", "d.csv"]) == 0
    return tmp_path


def called(monkeypatch: pytest.MonkeyPatch, words: Sequence[str], typed: str = "") -> tuple[int, str, str]:
    out, err, given = io.StringIO(), io.StringIO(), io.StringIO(typed)
    with monkeypatch.context() as patch:
        for name, stream in (("stdout", out), ("stderr", err), ("stdin", given)):
            patch.setattr(sys, name, stream)
        status = main(words)
        assert (sys.stdout, sys.stderr, sys.stdin) == (out, err, given)
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "--version",
        "--help",
        "nothing-of-the-kind",
        "demo",
        "check flux.b2",
        *(f"check flux.b2 --format {form}" for form in ("json", "sarif", "junit", "github", "html")),
        "show flux.b2 --format json",
        *(f"decode retour.noe --format {form}" for form in ("text", "json", "html", "csv")),
        "reconcile flux.b2 retour.noe --format json",
        "diff flux.b2 flux.b2 --format json",
        "diff flux.b2 retour.noe --format html",
        *(f"convert flux.b2 --format {form}" for form in ("json", "xml")),
        "codes list --format json",
        "codes export -o - --format json",
        "layouts --format json",
        *(f"ledger payments --format {form}" for form in ("text", "json", "csv")),
        "ledger export invoices",
        "ledger report --format html",
        "ledger statement --month 2025-03 --format html",
        "rights export d.db",
        "rights list d.db --format json",
    ],
)
def test_text_streams_get_what_byte_streams_get(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = line.split()
    expected = run(*words)
    status, out, err = called(monkeypatch, words)
    assert (status, out, err) == (expected.status, expected.out, expected.err)
    assert status in (0, 1, 2)


def test_bytes_that_are_no_text_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file given back byte by byte: what is no UTF-8 stays as surrogates."""
    data = flow(1).replace(b"DR", b"D\xe9", 1)
    Path("accent.b2").write_bytes(data)
    status, document, _ = called(monkeypatch, ["convert", "accent.b2", "--format", "json", "--show-values"])
    assert status == 0
    assert json.loads(document)
    Path("accent.json").write_text(document, encoding="utf-8")
    status, out, err = called(monkeypatch, ["convert", "accent.json", "--format", "b2"])
    assert status == 0, err
    assert out.encode("utf-8", "surrogateescape") == data


def test_standard_input_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = called(monkeypatch, ["check", "-"], flow(2).decode("ascii"))
    assert (status, err) == (0, "")
    assert out


def test_an_export_that_fails_leaves_the_output_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("noemie.ledger.register.queries.Questions._fiche", fails)
    assert run("rights", "export", "d.db").status == 70
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert run("decode", "retour.noe", "--format", "html").status == 2
