"""`noemie respond` with a scenario, rights and the truth: what is written, refused, and not said."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import BIRTH, CLE, DAMAGE, NIR, PS, flow, leaks

from fse.rights import Droit, write_csv

ROOT = Path(__file__).parents[2]
SCENARIO = """
[[facture]]
numero = "000000001"
issue = "differee"

[[forfait]]
montant = 700

[[retour]]
rang = 2
perdu = true

[[retour]]
copies = 1
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("f.b2").write_bytes(flow())
    Path("s.toml").write_text(SCENARIO, "utf-8")
    return tmp_path


def rights(*droits: Droit) -> str:
    with Path("droits.csv").open("wb") as stream:
        write_csv(droits, stream)
    return "droits.csv"


def test_a_scenario_and_its_truth(folder: Path) -> None:
    result = run("respond", "f.b2", "-o", "r", "--scenario", "s.toml")
    assert (result.status, result.err) == (0, "")
    assert "Selon le scénario : 1 retour perdu, 1 copie\n" in result.out
    names = sorted(path.name for path in Path("r").iterdir())
    assert len(names) == 4
    assert names[0] == "arl.json"
    assert names[2].replace("_copie1", "") == names[1]
    truth = json.loads(Path("r/verite.json").read_text("utf-8"))
    assert (truth["format"], truth["schema_version"]) == ("sesam-noemie/verite", 2)
    assert [(one["numero"], one["etat"], one["amo_paye"]) for one in truth["factures"]] == [
        ("000000001", "differee", 0),
        ("000000002", "payee", 1750),
    ]
    assert [one["total"] for one in truth["retours"]] == [1750 + 700, 1750]

    found = json.loads(run("reconcile", "f.b2", "r", "--format", "json").out)
    assert [(one["numero"], one["etat"], one["paye"]) for one in found["lignes"]] == [
        (one["numero"], one["etat"], one["amo_paye"] + one["amc_paye"]) for one in truth["factures"]
    ]
    assert [(one["original"], one["copie"]) for one in found["doublons"]] == [
        (one["original"], one["copie"]) for one in truth["doublons"]
    ]


def test_the_truth_without_a_scenario() -> None:
    run("respond", "f.b2", "-o", "r", "--truth")
    truth = json.loads(Path("r/verite.json").read_text("utf-8"))
    assert [(one["etat"], one["fichier"]) for one in truth["factures"]] == [("payee", "f.b2")] * 2
    run("respond", "f.b2", "-o", "s")
    assert not Path("s/verite.json").exists()


def test_the_same_answer_from_anywhere(folder: Path) -> None:
    run("respond", "f.b2", "-o", "a", "--scenario", "s.toml")
    run("respond", folder / "f.b2", "-o", "b", "--scenario", folder / "s.toml")
    for path in Path("a").iterdir():
        assert path.read_bytes() == (Path("b") / path.name).read_bytes()


def test_options_win_over_the_scenario() -> None:
    Path("s.toml").write_text("[caisse]\nfamille = 'ancienne'\ntaux_rejet = 1.0\ngraine = 3\n", "utf-8")
    document = json.loads(run("respond", "f.b2", "-o", "a", "--scenario", "s.toml", "--format", "json").out)
    assert document["summary"]["avec_rejet"] == 2
    (written,) = Path("a").glob("*.noe")
    assert b"@10003" in written.read_bytes()
    options = ("--family", "longue", "--reject-rate", "0")
    out = run("respond", "f.b2", "-o", "b", "--scenario", "s.toml", *options, "--format", "json").out
    assert json.loads(out)["summary"]["avec_rejet"] == 0
    (written,) = Path("b").glob("*.noe")
    assert b"@10203" in written.read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[facture]]\nissu = 'payee'\n",
            "noemie respond : scénario refusé : s.toml, ligne 2, facture[1].issu : attendu, issue",
        ),
        ("[[facture]", "noemie respond : scénario refusé : s.toml, ligne 1, colonne 10 : attendu, du TOML\n"),
        (
            "[[facture]]\nnumero = '77'\nissue = 'payee'\n",
            "noemie respond : scénario refusé : s.toml, ligne 1, facture[1] : aucune facture ne porte",
        ),
    ],
)
def test_a_scenario_that_is_wrong(text: str, message: str) -> None:
    Path("s.toml").write_text(text, "utf-8")
    result = run("respond", "f.b2", "-o", "r", "--scenario", "s.toml")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(message)
    assert result.err.endswith("Rien n'a été écrit.\n")
    assert not Path("r").exists()
    english = run("respond", "f.b2", "-o", "r", "--scenario", "s.toml", "--lang", "en")
    assert english.err.startswith("noemie respond: scenario refused: s.toml, line ")


@pytest.mark.parametrize("option", ["--scenario", "--rights"])
@pytest.mark.parametrize("kind", ["absent", "folder", "noise", "empty", "flow", "denied"])
def test_files_that_are_something_else(option: str, kind: str) -> None:
    path = Path("autre")
    if kind == "folder":
        path.mkdir()
    elif kind != "absent":
        data = {"noise": random.Random(7).randbytes(5000), "flow": flow()}.get(kind, b"")
        path.write_bytes(data)
    if kind == "denied":
        path.chmod(0)
    result = run("respond", "f.b2", "-o", "r", option, path)
    if option == "--scenario" and kind in ("empty", "denied"):
        assert result.status in (0, 2)  # an empty scenario asks for nothing; root reads everything
    else:
        assert (result.status, result.out) == (2, "")
        assert not Path("r").exists()
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) <= 5


def test_a_scenario_of_standard_input() -> None:
    result = run("respond", "f.b2", "-o", "r", "--scenario", "-", stdin=b"[[facture]]\nissue = 'silence'\n")
    assert (result.status, result.err) == (0, "")
    assert "2 sans réponse" in result.out
    assert "noemie decode" not in result.out
    wrong = run("respond", "f.b2", "-o", "s", "--scenario", "-", stdin=b"[[facture]]\nissue = 1\n")
    assert wrong.err.startswith(
        "noemie respond : scénario refusé : entrée standard, ligne 2, facture[1].issue"
    )
    both = run("respond", "-", "-o", "s", "--scenario", "-", stdin=flow())
    assert both.err.startswith("noemie respond : scénario refusé : entrée standard : elle donne déjà un flux")


def test_what_is_read_is_not_written_over() -> None:
    Path("r").mkdir()
    Path("r/verite.json").write_text(SCENARIO, "utf-8")
    result = run("respond", "f.b2", "-o", "r", "--scenario", "r/verite.json", "--force")
    assert result.status == 2
    assert "est une entrée de la commande" in result.err
    assert Path("r/verite.json").read_text("utf-8") == SCENARIO


def test_the_rights_refuse() -> None:
    birth = f"{BIRTH:%Y%m%d}"
    twins = [
        Droit(
            nir=NIR,
            cle_nir=CLE,
            date_naissance=birth,
            rang_naissance=rank,
            ouvert_du=BIRTH,
            constate_le=BIRTH,
        )
        for rank in "12"
    ]
    known = json.loads(run("respond", "f.b2", "-o", "a", "--rights", rights(*twins), "--format", "json").out)
    assert known["summary"]["avec_rejet"] == 0
    other = Droit(nir="2850199999999", date_naissance=birth, ouvert_du=BIRTH, constate_le=BIRTH)
    result = run("respond", "f.b2", "-o", "b", "--rights", rights(other), "--format", "json")
    assert json.loads(result.out)["summary"]["avec_rejet"] == 2
    (returned,) = Path("b").glob("*.noe")
    assert "SIMH" in run("decode", returned).out


def test_rights_that_hold_nothing_refuse_nobody() -> None:
    result = run("respond", "f.b2", "-o", "b", "--rights", rights(), "--format", "json")
    assert json.loads(result.out)["summary"]["avec_rejet"] == 0


def test_the_rights_of_a_register() -> None:
    pytest.importorskip("sqlalchemy")
    from noemie.ledger.register.register import Register

    birth = f"{BIRTH:%Y%m%d}"
    with Register("droits.db") as register:
        register.add([Droit(nir=NIR, date_naissance=birth, ouvert_au=BIRTH, constate_le=BIRTH)])
    result = run("respond", "f.b2", "-o", "r", "--rights", "droits.db", "--format", "json")
    assert (result.status, result.err) == (0, "")
    assert json.loads(result.out)["summary"]["avec_rejet"] == 2
    (returned,) = Path("r").glob("*.noe")
    assert "SIME" in run("decode", returned).out
    Path("droits.db.key").unlink()
    missing = run("respond", "f.b2", "-o", "s", "--rights", "droits.db")
    assert (missing.status, missing.out) == (2, "")
    assert "NOEMIE_RIGHTS_KEY" in missing.err


@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize("damage", ["whole", "cut", "nul", "unknown-type", "removed-13-at-270"])
def test_nothing_personal_is_said(damage: str, format: str) -> None:
    Path("f.b2").write_bytes(DAMAGE.get(damage, lambda data: data)(flow()))
    Path("s.toml").write_text("[[facture]]\nproportion = 0.5\nissue = 'rejetee'\n", "utf-8")
    for options in (("--scenario", "s.toml"), ("--rights", rights(), "--truth")):
        result = run("respond", "f.b2", "-o", "r", "--force", *options, "--format", format)
        assert result.status in (0, 2)
        assert leaks(result.out + result.err) == []
        for name in ("arl.json", "verite.json"):
            path = Path("r") / name
            assert set(leaks(path.read_text("utf-8") if path.exists() else "")) <= {PS}


@pytest.mark.parametrize(
    ("options", "scenario", "written"),
    [
        ((), "", "260120"),
        (("--date-order", "JJMMAA"), "", "200126"),
        ((), "[caisse]\nordre_date = 'JJMMAA'", "200126"),
        (("--date-order", "AAMMJJ"), "[caisse]\nordre_date = 'JJMMAA'", "260120"),
    ],
)
def test_the_order_of_the_day(options: tuple[str, ...], scenario: str, written: str) -> None:
    Path("s.toml").write_text(scenario, "utf-8")
    asked = ("--scenario", "s.toml") if scenario else ()
    result = run("respond", "f.b2", "-o", "r", "--date", "2026-01-20", *options, *asked)
    assert (result.status, result.err) == (0, "")
    for path in Path("r").glob("*.noe"):
        assert path.read_bytes()[55:61].decode() == written
        (told,) = json.loads(run("show", path, "--format", "json").out)["files"]
        day = next(field for field in told["debut"]["fields"] if field["name"] == "date_creation")
        assert day["value"] == "2026-01-20"


def test_a_day_that_no_return_can_write_is_told_as_such(folder):
    result = run("respond", "f.b2", "-o", "r", "--date", "9999-12-31", "--lang", "en")
    assert (result.status, result.err) == (
        2,
        "noemie respond: --date: expected a day from 1990 to 2068, what two digits tell\n",
    )
    assert not (folder / "r").exists()
