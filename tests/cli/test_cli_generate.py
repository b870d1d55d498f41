"""`noemie generate`: months, faults at a rate, what goes beside the flows, and refusals."""

import hashlib
import json

import pytest
from cli_runner import run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_only_flows_and_the_manifest_by_default(folder):
    assert run("generate", "-o", "jeu", "--organisme", "08").status == 0
    assert made(folder) == {"jeu/manifeste.json", "jeu/medecin-08-050-756-001.b2"}


def test_everything_at_once(folder):
    result = run(
        *("generate", "-o", "jeu", "--profile", "cabinet", "--invoices", "40", "--months", "2"),
        *("--faults", "cle.nir:0.1", "--faults", "facture.total-amo:0.1"),
        *("--with", "cards,rights", "--reject-rate", "0.3", "--lang", "en"),
    )
    assert (result.status, result.err) == (0, "")
    words = " ".join(result.out.split())
    assert "Faults on purpose: cle.nir:0.1, facture.total-amo:0.1" in words
    assert "1 file of rights, 1 file of ARLs, " in words
    manifest = json.loads((folder / "jeu/manifeste.json").read_text())
    listed = {f"jeu/{one['fichier']}": one for one in (*manifest["flux"], *manifest["fichiers"])}
    assert made(folder) == {*listed, "jeu/manifeste.json"}
    for name, one in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == one["sha256"]
    assert {one["date"] for one in manifest["flux"]} == {"2025-12-15", "2026-01-15"}


def test_a_world_that_ends_on_a_day(folder):
    """The last files left six days before; no answer is of that day or later."""
    result = run("generate", "-o", "jeu", "--months", "2", "--ending", "2026-03-01", "--with", "returns")
    assert (result.status, result.err) == (0, "")
    manifest = json.loads((folder / "jeu/manifeste.json").read_text())
    assert {one["date"] for one in manifest["flux"]} == {"2026-01-23", "2026-02-23"}
    assert max(name for name in made(folder) if "/retours/noemie" in name).split("-")[2] == "20260228"
    assert manifest["parametres"]["ending"] == "2026-03-01"


def test_checks_find_what_the_expected_file_says(folder):
    run("generate", "-o", "jeu", "--invoices", "40", "--faults", "cle.nir:0.2")
    told = json.loads((folder / "jeu/attendu/constats.json").read_text())["constats"]
    found = run("check", "jeu", "--format", "json")
    assert found.status == 1
    count = sum(
        finding["rule"] == "cle.nir"
        for file in json.loads(found.out)["files"]
        for finding in file["findings"]
    )
    assert len(told) == count == 8


def test_cards_are_read_and_call_for_no_remark():
    assert run("generate", "-o", "jeu", "--organisme", "08", "--with", "cards").status == 0
    assert run("check", "jeu/cartes").status == 0
    assert run("check", "jeu").status == 0  # what is in subfolders is not taken for flows


def test_returns_are_read_and_reconciled(folder):
    arguments = ("generate", "-o", "jeu", "--invoices", "30", "--tiers-payant", "1", "--with", "returns")
    assert run(*arguments).status == 0
    expected = json.loads((folder / "jeu/attendu/rapprochement.json").read_text())
    found = run("reconcile", "jeu", "jeu/retours", "--format", "json")
    assert found.status == 0
    assert {one["etat"] for one in expected["factures"]} == {"payee"}


def test_the_same_options_give_the_same_bytes(folder):
    for name in ("un", "deux"):
        run(
            "generate",
            "-o",
            name,
            "--months",
            "3",
            "--with",
            "cards,rights,returns",
            "--faults",
            "cle.nir:0.1",
        )
    first, second = folder / "un", folder / "deux"
    assert made(first) == made(second)
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in made(first))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--faults", "rien.du-tout:0.1"), "no fault rien.du-tout"),
        (("--faults", "cle.nir:2"), "a rate is a share above 0"),
        (("--faults", "cle.nir:"), "a rate is a share above 0"),
        (("--faults", "format.heure:0.5"), "see profile transport"),
        (("--faults", "cle.nir", "--faults", "cle.nir:0.1"), "twice"),
        (("--faults", "cle.nir", "--fault", "cle.nir"), "twice"),
        (("--with", "bonbons"), "cards, rights, returns"),
        (("--months", "0"), "months: from 1 to 24"),
        (("--months", "25"), "months: from 1 to 24"),
        (("--reject-rate", "2"), "'--reject-rate'"),
        (("--months", "2", "--date", "1990-01-05"), "two-digit years"),
        (("--date", "2026-01-15", "--ending", "2026-02-01"), "date or ending"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_written(folder, wrong, said):
    result = run("generate", "-o", "jeu", "--lang", "en", *wrong)
    assert (result.status, result.out) == (2, "")
    assert said in " ".join(result.err.split())
    assert "Traceback" not in result.err
    assert not (folder / "jeu").exists()


def test_a_manifest_that_is_there_stops_everything(folder):
    run("generate", "-o", "jeu", "--organisme", "08")
    before = {name: (folder / name).read_bytes() for name in made(folder)}
    result = run("generate", "-o", "jeu", "--seed", "2", "--with", "cards")
    assert result.status == 2
    assert "manifeste.json existe déjà ; rien n'a été écrit" in result.err
    assert {name: (folder / name).read_bytes() for name in made(folder)} == before


def test_a_file_met_on_the_way_does_not_make_the_message_lie(folder):
    run("generate", "-o", "deux", "--months", "2", "--organisme", "08")
    _, second = sorted(path.name for path in (folder / "deux").glob("*.b2"))
    (folder / "jeu").mkdir()
    (folder / "jeu" / second).write_bytes(b"kept")
    result = run("generate", "-o", "jeu", "--months", "2", "--organisme", "08")
    assert result.status == 2
    assert f"jeu/{second} existe déjà ; rien n'a été écrit" in result.err
    assert made(folder / "jeu") == {second}
    assert (folder / "jeu" / second).read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--profile", "nope"), "pas de profil nope : l'un de medecin, "),
        (("--invoices", "0"), "invoices : de 1 à 9999999"),
        (("--lots", "51"), "lots : de 1 à 50 lots dans un fichier"),
        (("--months", "25"), "months : de 1 à 24"),
        (("--tiers-payant", "nan"), "tiers_payant : une part de 0 à 1"),
        (("--date", "0001-01-01", "--months", "24"), "ne disent ici que 1990 à 2068"),
        (("--profile", "cmpp", "--norm", "PS-2003C"), "le profil cmpp s'écrit en CP-2005E"),
        (("--organisme", "zz"), "pas d'organisme zz"),
        (("--with", "bonbons"), "rien ne s'appelle bonbons"),
        (("--fault", "\x1b[31m"), "pas de faute \ufffd[31m"),
        (("--faults", "cle.nir:2"), "un taux est une part"),
        (("--faults", "cle.nir", "--faults", "cle.nir"), "deux fois"),
        (("--faults", "cle.nir", "--fault", "cle.nir"), "deux fois"),
        (("--faults", "format.heure:0.5"), "aucun fichier de ce jeu ne convient"),
        (("--fault", "format.heure"), "aucun fichier de ce jeu ne convient"),
    ],
)
def test_refusals_are_in_french_too(folder, wrong, said):
    result = run("generate", "-o", "jeu", *wrong)
    assert (result.status, result.out) == (2, "")
    assert said in " ".join(result.err.split())
    assert not (folder / "jeu").exists()


def test_a_subfolder_that_cannot_be_made(folder):
    (folder / "jeu").mkdir()
    (folder / "jeu" / "cartes").write_text("")
    result = run("generate", "-o", "jeu", "--organisme", "08", "--with", "cards")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("jeu/cartes : un fichier porte ")


def test_many_flows_are_counted_not_listed():
    result = run("generate", "-o", "jeu", "--invoices", "200", "--months", "6", "--lang", "en")
    assert result.status == 0
    assert result.out.count(".b2") == 40
    assert "more flows" in result.out


def test_nothing_personal_is_shown(folder):
    from fixtures.generate import Parametres
    from fixtures.scenario import Scenario

    result = run("generate", "-o", "jeu", "--with", "cards,rights,returns", "--format", "json")
    scenario = Scenario(Parametres())
    people = {invoice.personne for flow in scenario.clean for invoice in flow.factures}
    for person in people:
        assert person.nir not in result.out
        assert person.nom + " " not in result.out
