"""`noemie check` with a configuration, with a baseline, with a wrong one."""

import datetime as dt
import hashlib
import json

import pytest
from cli_runner import run
from cli_samples import flow
from export_samples import FAULTY, few_rules

from fixtures.faults import FAULTS, example
from fixtures.generate import Parametres, generate
from fse import read_flux


@pytest.fixture
def here(tmp_path, monkeypatch):
    few_rules(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.b2").write_bytes(FAULTY)
    return tmp_path


def rules(*arguments):
    """Each rule with its severity, those that a cause explains included; the causes apart."""
    result = run("check", "f.b2", "--format", "json", *arguments)
    found = json.loads(result.out)["files"][0]
    told = [
        one for top in (*found["findings"], *found["notes"]) for one in (top, *top.get("consequences", ()))
    ]
    return {one["rule"]: one["severity"] for one in told if not one["rule"].startswith("cause.")}


ALL = {
    "facture.total-amo": "error",
    "facture.total-participation-assure": "warning",
    "lot.total-amo": "error",
}


def test_without_configuration(here):
    assert rules() == ALL


def test_selection_and_severities(here):
    (here / "noemie.toml").write_text('ignore = ["lot"]\n[severity]\n"facture.total-amo" = "info"\n')
    assert rules() == {"facture.total-amo": "info", "facture.total-participation-assure": "warning"}
    assert "1 avertissement, 2 en découlent" in run("check", "f.b2").out
    assert rules("--no-config") == ALL


def test_the_command_line_comes_first(here):
    (here / "noemie.toml").write_text('select = ["lot"]\nignore = ["lot.total-amo"]\nfail-on = "never"\n')
    assert rules() == {}
    assert rules("--ignore", "cle") == {"lot.total-amo": "error"}
    assert rules("--select", "facture.total-amo", "--ignore", "lot") == {"facture.total-amo": "error"}
    assert run("check", "f.b2", "--ignore", "cle").status == 0
    assert run("check", "f.b2", "--ignore", "cle", "--fail-on", "error").status == 1


def test_thresholds_are_those_of_each_file(here):
    (here / "a").mkdir()
    (here / "a" / "g.b2").write_bytes(FAULTY)
    (here / "a" / "noemie.toml").write_text('fail-on = "never"')
    assert run("check", "a/g.b2").status == 0
    assert run("check", "a/g.b2", "f.b2").status == 1
    suites = run("check", "a/g.b2", "f.b2", "--format", "junit").out
    assert suites.count("<failure") == 1


def test_the_norm(here):
    (here / "noemie.toml").write_text('norm = "CP-2005E"')
    found = json.loads(run("check", "f.b2", "--format", "json").out)["files"][0]
    assert found["norme"] == "CP-2005E"
    found = json.loads(run("check", "f.b2", "--format", "json", "--norm", "PS-2003C").out)["files"][0]
    assert found["norme"] == "PS-2003C"


def test_tables_of_the_site(here):
    _, damaged = example("code.inconnu")
    record = read_flux(damaged.data).records[damaged.record - 1]
    name = record.layout.by_name[damaged.field].list
    (here / "site").mkdir()
    (here / "site" / "b2.csv").write_text(
        f"list,code,label_fr,label_en\n{name},{record.text(damaged.field)},propre au site,own\n"
    )
    (here / "f.b2").write_bytes(damaged.data)
    assert "code.inconnu" in rules()
    (here / "noemie.toml").write_text('codes = "site"')
    assert "code.inconnu" not in rules()


def test_the_delays_of_a_site(here):
    (here / "d.b2").write_bytes(next(generate(Parametres("infirmier", seed=3, invoices=3))).data)
    care, billed = care_and_billing(read_flux(here / "d.b2"))
    write = (here / "noemie.toml").write_text
    tables = '[[delais]]\nentre = "acte-facturation"\njours = {}\n'
    assert run("check", "d.b2").status == 0
    write(tables.format((billed - care).days))
    assert run("check", "d.b2").status == 0
    write(tables.format((billed - care).days - 1))
    result = run("check", "d.b2")
    assert result.status == 1
    assert "[delai.acte-facturation]" in result.out
    assert run("check", "d.b2", "--jobs", "2").out == result.out
    write(tables.format((billed - care).days - 1) + f"du = {care + dt.timedelta(days=1)}\n")
    assert run("check", "d.b2").status == 0


def care_and_billing(flux):
    """The pair of days of one invoice that are the farthest apart."""
    pairs = [(a.date_fin, one.date_facturation) for one in flux.factures for a in one.actes]
    return max(pairs, key=lambda pair: pair[1] - pair[0])


def test_the_nature_of_smg(here):
    flux = read_flux(flow())
    header = flux.factures[0].entete
    (here / "f.b2").write_bytes(flux.replaced(header, header.replace(nature_assurance="65")).to_bytes())
    assert "code.inconnu" in rules()
    (here / "noemie.toml").write_text('[smg]\nnature_assurance = "65"\n')
    assert "code.inconnu" not in rules()


def test_a_wrong_configuration_stops_the_command(here):
    (here / "noemie.toml").write_text('ignore = ["cle.nirr"]\n')
    result = run("check", "f.b2")
    assert (result.status, result.out) == (2, "")
    place = f"noemie : {here}/noemie.toml, ligne 1, ignore, 'cle.nirr' : "
    assert result.err.startswith(place + "attendu, une règle ou le début de son nom (peut-être cle.nir")
    english = run("check", "f.b2", "--lang", "en").err
    assert (
        f"noemie: {here}/noemie.toml, line 1, ignore, 'cle.nirr': expected a rule or the start of its name"
        in english
    )
    assert run("check", "f.b2", "--no-config").status == 1


def test_a_wrong_selection_on_the_command_line(here):
    result = run("check", "f.b2", "--select", "smgg", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == "noemie: --select smgg: expected a rule or the start of its name (perhaps smg?)\n"


def test_an_imposed_configuration(here):
    (here / "noemie.toml").write_text('ignore = ["lot"]')
    (here / "own.toml").write_text('ignore = ["facture"]')
    assert rules("--config", "own.toml") == {"lot.total-amo": "error"}
    assert run("check", "f.b2", "--config", "absent.toml").status == 2
    assert run("check", "f.b2", "--config", "own.toml", "--no-config").status == 2


def test_verbose_tells_which_configuration(here):
    (here / "noemie.toml").write_text("")
    assert f"configuration : {here}/noemie.toml\n" in run("check", "f.b2", "--verbose").err
    assert run("check", "f.b2", "--verbose", "--no-config").err == ""


# --- baselines ------------------------------------------------------------------------------------------


BASELINE = """\
{
  "schema_version": 2,
  "files": [
    {"file": "f.b2", "sha256": "DIGEST", "accepted": [
      {"rule": "facture.total-amo", "facture": "000000001", "type": "5", "field": "total_amo", "ordinal": 1},
      {"rule": "facture.total-participation-assure", "facture": "000000001", "type": "5", "field": \
"total_participation_assure", "ordinal": 1},
      {"rule": "lot.total-amo", "facture": "", "type": "6", "field": "total_amo", "ordinal": 1}
    ]}
  ]
}
""".replace("DIGEST", hashlib.sha256(FAULTY).hexdigest())

#: The same, as written before baselines named their files.
FORMER = """\
{
  "schema_version": 1,
  "accepted": [
    {"rule": "facture.total-amo", "facture": "000000001", "type": "5", "field": "total_amo", "ordinal": 1},
    {"rule": "facture.total-participation-assure", "facture": "000000001", "type": "5", "field": \
"total_participation_assure", "ordinal": 1},
    {"rule": "lot.total-amo", "facture": "", "type": "6", "field": "total_amo", "ordinal": 1}
  ]
}
"""


def test_accept_then_report_what_is_new(here):
    written = run("check", "f.b2", "--write-baseline", "base.json")
    assert (written.status, written.out) == (0, "")
    assert written.err == "base.json : 3 remarques acceptées\n"
    assert (here / "base.json").read_text() == BASELINE
    clean = run("check", "f.b2", "--baseline", "base.json")
    assert clean.status == 0
    assert (
        clean.out == "f.b2 : rien à signaler (2 factures, 16 enregistrements)\n3 acceptée(s) par la base.\n"
    )
    # Another fault in the same file: the old ones are known, the new one is reported.
    (here / "f.b2").write_bytes(FAULTS["cle.nir"].apply(FAULTY, 1).data)
    again = run("check", "f.b2", "--baseline", "base.json", "--format", "json")
    assert again.status == 1
    (file,) = json.loads(again.out)["files"]
    assert [finding["rule"] for finding in file["findings"]] == ["cle.nir"]
    assert file["accepted"] == 3


def test_another_file_is_new_unless_it_has_the_same_content(here):
    run("check", "f.b2", "--write-baseline", "base.json")
    (here / "renamed.b2").write_bytes(FAULTY)
    assert run("check", "renamed.b2", "--baseline", "base.json").status == 0
    (here / "other.b2").write_bytes(FAULTS["cle.nir"].apply(FAULTY, 1).data)
    told = json.loads(run("check", "other.b2", "--baseline", "base.json", "--format", "json").out)["files"][0]
    assert "accepted" not in told
    assert told["counts"]["error"] == 2


def test_a_former_baseline_is_read(here):
    (here / "base.json").write_text(FORMER)
    for name in ("f.b2", "renamed.b2"):
        (here / name).write_bytes(FAULTY)
        assert run("check", name, "--baseline", "base.json").status == 0


def test_nothing_is_left_out_in_silence(here):
    (here / "noemie.toml").write_text('[severity]\n"lot.total-amo" = "off"\n')
    made = run("check", "f.b2", "--format", "json", "--ignore", "facture.total-amo")
    (file,) = json.loads(made.out)["files"]
    assert {(one["by"], one["file"], one["count"]) for one in file["left_out"]} == {
        ("ignore", "", 1),
        ("severity", str(here / "noemie.toml"), 1),
    }
    text = run("check", "f.b2", "--lang", "en").out
    assert f"1 not shown: {here}/noemie.toml, severity" in text
    for format in ("sarif", "junit", "github", "csv", "html"):
        told = run("check", "f.b2", "--format", format, "--lang", "en").out
        assert "1 not shown: " in told
        assert "noemie.toml" in told


def test_the_baseline_of_the_configuration(here):
    run("check", "f.b2", "--write-baseline", "base.json")
    (here / "noemie.toml").write_text('baseline = "base.json"')
    assert run("check", "f.b2").status == 0
    # Writing again accepts everything again, not only what is new.
    run("check", "f.b2", "--write-baseline", "base.json")
    assert (here / "base.json").read_text() == BASELINE


def test_a_baseline_that_does_not_exist_yet(here):
    (here / "noemie.toml").write_text('baseline = "base.json"')
    result = run("check", "f.b2", "--lang", "en")
    assert result.status == 2
    assert f"{here}/base.json: expected an existing baseline (make it with --write-baseline)" in result.err
    assert run("check", "f.b2", "--write-baseline", "base.json").status == 0
    assert run("check", "f.b2").status == 0


def test_stale_entries(here):
    run("check", "f.b2", "--write-baseline", "base.json")
    (here / "f.b2").write_bytes(flow())
    result = run("check", "f.b2", "--baseline", "base.json", "--stale", "--lang", "en")
    assert result.status == 0
    assert result.out == (
        "f.b2: nothing to report (2 invoices, 16 records)\n"
        "\n"
        "Baseline: entries that nothing matches any more\n"
        "  f.b2: facture.total-amo, 5.total_amo, invoice 000000001\n"
        "  f.b2: facture.total-participation-assure, 5.total_participation_assure, invoice 000000001\n"
        "  f.b2: lot.total-amo, 6.total_amo\n"
    )
    made = json.loads(run("check", "f.b2", "--baseline", "base.json", "--stale", "--format", "json").out)
    assert [key["rule"] for key in made["stale"]] == sorted(ALL)
    assert "stale" not in json.loads(run("check", "f.b2", "--baseline", "base.json", "--format", "json").out)


ENTRY = {"rule": "cle.nir", "facture": "1", "type": "2", "field": "cle_nir", "ordinal": 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema_version": 2, "accepted": []}',
        '{"schema_version": 1, "accepted": {}}',
        *(
            json.dumps({"schema_version": 1, "accepted": [entry]})
            for entry in (
                "cle.nir",
                {"rule": "cle.nir"},
                {**ENTRY, "rule": 1},
                {**ENTRY, "ordinal": 0},
                {**ENTRY, "ordinal": True},
                {**ENTRY, "nir": ""},
            )
        ),
        "[" * 100_000,
    ],
    ids=range(12),
)
def test_what_is_no_baseline(here, text):
    (here / "base.json").write_text(text)
    result = run("check", "f.b2", "--baseline", "base.json")
    assert (result.status, result.out) == (2, "")
    assert "base.json" in result.err
    assert "attendu" in result.err


def test_a_baseline_never_replaces_a_checked_file(here):
    for option in ("--write-baseline", "-o"):
        result = run("check", "f.b2", option, "f.b2", "--format", "json")
        assert result.status == 2
    assert (here / "f.b2").read_bytes() == FAULTY


def test_a_file_that_cannot_be_read_is_told(here):
    (here / "e.b2").write_bytes(b"")
    result = run("check", "e.b2", "f.b2", "--write-baseline", "base.json")
    assert result.status == 2
    assert (here / "base.json").read_text() == BASELINE


def test_a_report_in_a_file(here):
    result = run("check", "f.b2", "--format", "html", "-o", "r.html", "--lang", "en")
    assert (result.status, result.out, result.err) == (1, "", "r.html: 1 error\n")
    page = (here / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page == run("check", "f.b2", "--format", "html", "--lang", "en").out


def test_html_without_its_library(here, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = run("check", "f.b2", "--format", "html", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == "noemie: the html format needs jinja2. → pip install 'sesam-noemie[html]'\n"
    assert run("check", "f.b2", "--format", "sarif").status == 1


def test_a_folder_may_hold_what_the_command_reads_and_writes(here):
    (here / "noemie.toml").write_text('baseline = "base.json"\nfail-on = "error"\n')
    assert run("check", ".", "--write-baseline", "base.json").status == 0
    for _ in range(2):
        result = run("check", ".", "--format", "html", "-o", "report.html", "--lang", "en")
        assert result.status == 0
        assert result.err == f"configuration: {here}/noemie.toml\nreport.html: nothing to report\n"
    # Named one by one they are files like others.
    assert run("check", "noemie.toml").status == 2
    assert run("check", "report.html", "--format", "html", "-o", "report.html").status == 2


def test_a_folder_with_nothing_to_check(here):
    (here / "a").mkdir()
    (here / "a" / "noemie.toml").write_text("")
    result = run("check", "a")
    assert (result.status, result.out) == (2, "")
    assert "[fichier.repertoire]" in result.err


ODD_KEYS = ['"a[b"', '"a.b[1"', '"[["', '""', '"a[99999999999999999999]"', '"²[²]"', '"\\u001b[31m"']
IN_TABLES = ["{} = 1", "[severity]\n{} = 1", "[smg]\n{} = 1", "[[delais]]\n{} = 1", "[[{}]]\na = 1"]


@pytest.mark.parametrize("key", ODD_KEYS)
@pytest.mark.parametrize("table", IN_TABLES)
def test_keys_that_look_like_nothing(tmp_path, table, key):
    (tmp_path / "noemie.toml").write_text(table.format(key))
    (tmp_path / "flux.b2").write_bytes(flow(1))
    result = run("check", tmp_path / "flux.b2")
    assert result.status == 2
    assert "noemie.toml" in result.err
    assert "\x1b" not in result.err


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 5000])
def test_toml_beyond_measure(tmp_path, text):
    (tmp_path / "noemie.toml").write_text(text)
    (tmp_path / "flux.b2").write_bytes(flow(1))
    result = run("check", tmp_path / "flux.b2")
    assert result.status == 2
    assert "attendu, du TOML" in result.err
