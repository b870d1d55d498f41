"""The pytest plugin: what it asserts, what it makes, and that it costs nothing to who does not use it."""

import io
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from cli_samples import flow, leaks

import fse
from codes.rules import Severity, catalogue
from fixtures import pytest_plugin
from fixtures.faults import example
from fixtures.pytest_plugin import assert_valid_flux
from noemie import read_retour

pytest_plugins = ["pytester"]


def test_it_is_registered():
    (found,) = [entry for entry in entry_points(group="pytest11") if entry.name == "sesam-noemie"]
    assert found.load() is pytest_plugin


def test_it_imports_nothing_of_the_toolkit():
    code = (
        "import sys, fixtures.pytest_plugin\n"
        "ours = ('flatfile', 'codes', 'fse', 'noemie', 'cli', 'fixtures')\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ours))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['fixtures', 'fixtures.pytest_plugin']\n"


# --- the assertion --------------------------------------------------------------------------------------


def test_what_is_valid(tmp_path, flux_b2):
    made = flux_b2("medecin", invoices=3)
    path = tmp_path / "flux.b2"
    path.write_bytes(made.data)
    for source in (made, made.data, path, str(path), io.BytesIO(made.data), fse.read_flux(made.data)):
        assert_valid_flux(source)


def failure(*arguments, **options):
    with pytest.raises(AssertionError) as caught:
        assert_valid_flux(*arguments, **options)
    return str(caught.value)


def test_what_is_not(monkeypatch):
    _, damaged = example("cle.nir")
    rule = catalogue()["cle.nir"]
    (finding,) = fse.check(damaged.data)
    assert failure(damaged.data) == (
        "1 remarque\n"
        f"- erreur [cle.nir] enregistrement {finding.record} (2.cle_nir), octet {finding.offset}, facture"
        f" {finding.facture} : {rule.message('fr')}\n"
        "  trouvé : 13 chiffres, la clé ne correspond pas\n"
        f"  → {rule.fix('fr')}"
    )
    assert failure(damaged.data, lang="en") == (
        "1 finding\n"
        f"- error [cle.nir] record {finding.record} (2.cle_nir), byte {finding.offset}, invoice"
        f" {finding.facture}: {rule.message('en')}\n"
        "  found: 13 digits, key does not match\n"
        f"  → {rule.fix('en')}"
    )


def test_what_is_ignored():
    _, damaged = example("cle.nir")
    for ignore in (["cle.nir"], ("cle",), "cle.nir", {"smg", "cle."}):
        assert_valid_flux(damaged.data, ignore=ignore)
    assert "cle.nir" in failure(damaged.data, ignore=["cle.nir-provisoire"])
    with pytest.raises(ValueError, match=r"no rule is called 'cle\.nirr'"):
        assert_valid_flux(damaged.data, ignore=["cle.nirr"])
    with pytest.raises(ValueError, match="fail_on: no severity erreur: one of info, warning, error"):
        assert_valid_flux(damaged.data, fail_on="erreur")


@pytest.mark.parametrize(
    ("rule", "severity"),
    [("cle.nir", "error"), ("fichier.fin-de-ligne", "warning"), ("code.liste-ouverte", "info")],
)
def test_thresholds(rule, severity):
    assert catalogue()[rule].severity is Severity[severity.upper()]
    _, damaged = example(rule)
    words = ("error", "warning", "info")
    for fail_on in words:
        if words.index(fail_on) >= words.index(severity):
            assert rule in failure(damaged.data, fail_on=fail_on)
        else:
            assert_valid_flux(damaged.data, fail_on=fail_on)


def test_what_cannot_be_read():
    rule = catalogue()["fichier.vide"]
    assert failure(b"") == f"[fichier.vide] {rule.title('fr')} : {rule.message('fr')}. → {rule.fix('fr')}"
    assert failure(b"%PDF-1.4", lang="en").startswith("[fichier.inconnu] ")
    assert "(looks like: PDF)" in failure(b"%PDF-1.4", lang="en")


def test_many_findings_are_counted():
    data = flow(30).replace(b"0001750" + b"0002500", b"0001850" + b"0002500")
    message = failure(data, lang="en")
    assert message.count("\n- ") == 20
    assert message.splitlines()[-1].endswith(" more")
    assert leaks(message) == []


# --- the fixtures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["medecin", "infirmier", "pharmacie", "smg", "hopital", "cabinet"])
def test_flows(flux_b2, assert_valid_flux, profile):
    made = flux_b2(profile, seed=5, invoices=8)
    assert_valid_flux(made)
    assert made.data == flux_b2(profile, seed=5, invoices=8).data
    assert made.data != flux_b2(profile, seed=6, invoices=8).data
    assert len(fse.read_flux(made.data).factures) == len(made.factures) > 0
    assert made.organisme.caisse == "835" or profile != "smg"


def test_a_flow_has_all_its_invoices(flux_b2):
    assert len(flux_b2(invoices=33).factures) == 33


def test_faults(flux_b2):
    found = {finding.rule for finding in fse.check(flux_b2(fault="facture.total-amo").data)}
    assert "facture.total-amo" in found
    with pytest.raises(ValueError, match="no fault"):
        flux_b2(fault="no.such-fault")


def test_returns(flux_b2, retour_noemie):
    made = flux_b2("medecin", invoices=10)
    answer = retour_noemie(made, seed=2, reject_rate=0.5)
    assert answer.returns == retour_noemie(made.data, seed=2, reject_rate=0.5).returns
    assert len(answer.decisions) == 10
    read = [facture for retour in answer.returns for facture in read_retour(retour.data).factures]
    assert len(read) == sum(decision.repond for decision in answer.decisions) > 0  # some go to the patient


# --- as its users see it --------------------------------------------------------------------------------


def test_a_run_of_pytest(pytester):
    pytester.makepyfile(
        """
        from fixtures.pytest_plugin import assert_valid_flux as imported

        def test_right(flux_b2, assert_valid_flux):
            assert assert_valid_flux is imported
            assert_valid_flux(flux_b2("medecin", invoices=2))

        def test_wrong(flux_b2, assert_valid_flux):
            assert_valid_flux(flux_b2(fault="cle.nir"), lang="en")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*AssertionError: 1 finding", "E*- error [[]cle.nir[]] record *"])
    assert "pytest_plugin.py" not in result.stdout.str()  # the trace stops at the test


def test_fixtures_are_listed(pytester):
    text = pytester.runpytest_subprocess("--fixtures", "-q").stdout.str()
    for name in ("assert_valid_flux", "flux_b2", "retour_noemie"):
        assert f"\n{name} " in text
