"""`noemie check` and the cause of a fault: one headline, what it explains, values, days, counts."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from cli_runner import run

from cli.check.document import SCHEMA, make_schema
from cli.check.json import schema
from cli.export import FORMATS
from cli.words.screen import json_text
from fixtures.faults import example
from fse.facture import Facture
from fse.reader import iter_factures


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(rule: str, name: str = "f.b2") -> str:
        (tmp_path / name).write_bytes(example(rule, invoices=12)[1].data)
        return name

    return make


def document(*arguments: object, stdin: bytes = b"") -> dict:
    made = json.loads(run("check", *arguments, "--format", "json", stdin=stdin).out)
    jsonschema.Draft202012Validator(schema()).validate(made)
    return made


CAUSES = (
    "cause.ligne-perdue",
    "cause.permutes",
    "cause.minuscules",
    "cause.longueur",
    "cause.blancs",
    "cause.nombres",
    "cause.decimales",
    "cause.decalage",
    "fichier.blancs-retires",
    "fichier.coupures",
    "fichier.utf-8",
)


@pytest.mark.parametrize("rule", CAUSES)
def test_one_headline_in_every_way(write, rule):
    name = write(rule)
    data = example(rule, invoices=12)[1].data
    (file,) = document(name)["files"]
    (headline,) = file["findings"]
    assert (headline["rule"], bool(headline["found"]), bool(headline["expected"])) == (rule, True, True)
    assert headline["cause"] == headline["title"]
    assert len(headline.get("consequences", ())) == file["folded"]
    assert sum(file["counts"].values()) == 1
    (streamed,) = document("-", stdin=data)["files"]
    assert streamed["findings"] == file["findings"]
    for form in FORMATS:
        assert rule in run("check", name, "--format", form).out


def test_a_consequence_stands_where_its_cause_is_not_asked_for(write):
    (file,) = document(write("cause.ligne-perdue"), "--ignore", "cause")["files"]
    assert file["folded"] == 0
    assert {one["rule"].partition(".")[0] for one in file["findings"]} == {"facture", "lot", "fichier"}


def test_the_schema_is_the_one_of_the_types():
    assert SCHEMA.read_text(encoding="utf-8") == json_text(make_schema())


# --- --show-values ----------------------------------------------------------------------------------------


def person(rule: str) -> str:
    data = example(rule, invoices=12)[1].data
    first: Facture = next(iter(iter_factures(data)))
    return first.nir


@pytest.mark.parametrize("stdin", [False, True])
def test_personal_values_are_told_when_asked_for(write, stdin):
    name, data = write("cle.nir"), example("cle.nir", invoices=12)[1].data
    nirs = {facture.nir for facture in iter_factures(data)}
    given = ("-",) if stdin else (name,)
    hidden = run("check", *given, stdin=data).out
    assert "13 chiffres, la clé ne correspond pas" in hidden
    assert not any(nir in hidden for nir in nirs)
    shown = document(*given, "--show-values", stdin=data)["files"][0]["findings"][0]["found"]
    number, key = shown.split(" ")
    assert number in nirs
    assert len(key) == 2


# --- --on -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "told"), [("2026-01-01", 1), ("2099-12-31", 0)])
def test_what_is_dated_after_a_day(write, tmp_path, day, told):
    clean, _ = example("cle.nir", invoices=12)
    (tmp_path / "c.b2").write_bytes(clean.data)
    write("cle.nir")
    (file,) = document("c.b2", "--on", day)["files"]
    found = [(one["rule"], one["field"], one["expected"]) for one in file["findings"]]
    assert found == [("delai.jour", "date_lot", "≤ 01/01/2026")] * told
    assert all(re.fullmatch(r"\d{6}", one["found"]) for one in file["findings"])


def test_a_day_that_is_none(write):
    result = run("check", write("cle.nir"), "--on", "2026-02-31")
    assert result.status == 2
    assert "Traceback" not in result.err


# --- --statistics -----------------------------------------------------------------------------------------


def test_statistics_count_what_is_told_and_what_follows(write):
    names = write("cause.ligne-perdue", "a.b2"), write("cle.nir", "b.b2")
    result = run("check", *names, "--statistics", "--lang", "en")
    rows = [line.split() for line in result.out.splitlines() if re.match(r" +\d", line)]
    assert result.status == 1
    assert ["1", "0", "ERROR", "cause.ligne-perdue"] in rows
    assert ["1", "0", "ERROR", "cle.nir"] in rows
    assert ["0", "1", "ERROR", "lot.total-amo"] in rows
    (file,) = document("a.b2")["files"]
    assert sum(int(row[1]) for row in rows) == file["folded"]
    assert "record" not in result.out


def test_statistics_tell_what_is_left_out(write, tmp_path):
    name = write("cle.nir")
    (tmp_path / "noemie.toml").write_text('[severity]\n"cle.nir" = "off"\n', encoding="utf-8")
    lines = run("check", name, "--statistics", "--lang", "en").out.splitlines()
    assert any(re.match(r"\d+ not shown: .*noemie\.toml, severity$", line) for line in lines)
