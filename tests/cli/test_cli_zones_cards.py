"""`noemie check FLUX --card ZONE --cps ZONE`: what is told, what is counted, cards that are none."""

import json

import pytest
from cli_runner import run
from cli_samples import flow
from zone_samples import card, cps, invoice

#: Two invoices of the insured person, of two days; the sample's second one is of a twin, a child on the card.
FLOW = b"250305".join(flow().replace(b"7702282", b"7702281").rsplit(b"250304", 1))

#: The card of the flow names another fund.
OTHER = card("422")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, data in (
        ("f.b2", FLOW),
        ("c.ssv", card()),
        ("other.ssv", OTHER),
        ("p.ssv", cps()),
        ("cut.ssv", card()[:-1]),
        ("empty.ssv", b""),
        ("i.ssv", invoice()),
        ("big.ssv", b"\0\x65\0" * 500_000),
    ):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "nothing").mkdir()
    return tmp_path


ONLY = ("--select", "carte")

TEXT_FR = """\
f.b2 : 2 avertissements (2 factures, 16 enregistrements)

Facture 000000001, lot 001
  AVERTISSEMENT  Organisme différent de celui de la carte [carte.organisme]
    enregistrement 3 (type 2), octet 306, zone caisse (positions 51 à 53)
    régime, caisse et centre de la carte : 01 422 0000
    → Reprendre régime, caisse et centre de la carte, ou la faire mettre à jour
      si l'assuré a changé de caisse.

Facture 000000002, lot 001
  AVERTISSEMENT  Organisme différent de celui de la carte [carte.organisme]
    enregistrement 9 (type 2), octet 1074, zone caisse (positions 51 à 53)
    régime, caisse et centre de la carte : 01 422 0000
    → Reprendre régime, caisse et centre de la carte, ou la faire mettre à jour
      si l'assuré a changé de caisse.

À noter, sans gravité
  2 × Factures comparées à la carte Vitale [carte.comparee]
  2 × Factures comparées à la CPS [carte.comparee-cps]
"""


def test_the_whole_text(folder):
    result = run("check", "f.b2", "--card", "other.ssv", "--cps", "p.ssv", *ONLY, NOEMIE_COLUMNS="80")
    assert (result.status, result.out, result.err) == (1, TEXT_FR, "")
    english = run("check", "f.b2", "--card", "other.ssv", *ONLY, "--lang", "en").out
    assert "  WARNING  Organism other than on the card [carte.organisme]\n" in english
    assert "    régime, caisse and centre of the card: 01 422 0000\n" in english


def test_cards_that_agree(folder):
    result = run("check", "f.b2", "--card", "c.ssv", "--cps", "p.ssv", *ONLY)
    assert result.status == 0
    assert result.out.startswith("f.b2 : rien à signaler (2 factures, 16 enregistrements)\n")
    assert "  2 × Factures comparées à la CPS [carte.comparee-cps]\n" in result.out
    assert run("check", "f.b2", "--card", "c.ssv", *ONLY, "--fail-on", "info").status == 0
    verbose = run("check", "f.b2", "--card", "c.ssv", *ONLY, "--verbose")
    assert "2 × Factures comparées à la carte Vitale" in verbose.out


def test_without_a_card_nothing_changes(folder):
    plain = json.loads(run("check", "f.b2", "--format", "json").out)["files"][0]
    cards = json.loads(run("check", "f.b2", "--card", "c.ssv", "--format", "json").out)["files"][0]
    assert [one for one in cards["findings"] if not one["rule"].startswith("carte.")] == plain["findings"]
    assert [one["rule"] for one in cards["notes"]][-1] == "carte.comparee"
    assert cards["notes"][-1]["count"] == 2
    assert cards["counts"] == plain["counts"]
    assert cards["notes"][-1]["record"] == 0


def test_invoices_of_others_are_counted(folder):
    (folder / "x.ssv").write_bytes(card(nir="1800199999999"))
    result = run("check", "f.b2", "--card", "x.ssv", *ONLY)
    assert result.status == 0
    counted = "  2 × Factures d'autres personnes que l'assuré de la carte [carte.autre-personne]\n"
    assert counted in result.out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_several_files_in_several_processes(folder, jobs):
    names = ["f.b2", "c.ssv", "f.b2"]
    result = run("check", *names, "--card", "other.ssv", "--jobs", jobs, *ONLY)
    assert result.status == 1
    assert result.out.count("carte.organisme") == 4
    assert "c.ssv : rien à signaler (9 groupes)\n" in result.out


def test_cards_from_standard_input(folder):
    assert run("check", "f.b2", "--card", "-", *ONLY, stdin=OTHER).out.count("carte.organisme") == 2
    for words in (("-", "--card", "-"), ("f.b2", "--card", "-", "--cps", "-")):
        result = run("check", *words, stdin=OTHER)
        assert (result.status, result.out) == (2, "")
        assert result.err == "noemie : - : attendu, l'entrée standard une seule fois\n"


def test_a_folder_stands_for_the_cards_of_its_kind(folder):
    (folder / "cartes").mkdir()
    for name, data in (("a.ssv", OTHER), ("b.ssv", card(nir="1800199999999")), ("p.ssv", cps())):
        (folder / "cartes" / name).write_bytes(data)
    result = run("check", "f.b2", "--card", "cartes", "--cps", "cartes", *ONLY, NOEMIE_COLUMNS="80")
    assert result.out == TEXT_FR
    (folder / "cartes" / "c.ssv").write_bytes(card()[:-1])
    result = run("check", "f.b2", "--card", "cartes")
    assert (result.status, result.err.splitlines()[0]) == (
        2,
        "cartes/c.ssv : Groupe plus long que la zone [zone.groupe-deborde]",
    )
    (folder / "flux").mkdir()
    (folder / "flux" / "f.b2").write_bytes(flow())
    assert "flux/f.b2 : Autre fichier" in run("check", "f.b2", "--cps", "flux").err


def test_a_card_that_names_nobody_is_refused(folder):
    """All invoices would be said to be of others."""
    (folder / "x.ssv").write_bytes(card(nir="0" * 13))
    result = run("check", "f.b2", "--card", "x.ssv")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("x.ssv : Carte sans NIR lisible [zone.sans-nir]\n")


def test_the_bytes_in_question(folder):
    out = run("check", "f.b2", "--card", "other.ssv", *ONLY, "--show-context").out
    assert "421" in out
    assert "^^^" in out


def test_baseline_and_severity(folder):
    assert run("check", "f.b2", "--card", "other.ssv", *ONLY, "--write-baseline", "b.json").status == 0
    assert run("check", "f.b2", "--card", "other.ssv", *ONLY, "--baseline", "b.json").status == 0
    (folder / "noemie.toml").write_text('[severity]\n"carte.organisme" = "error"\n')
    assert "2 erreurs" in run("check", "f.b2", "--card", "other.ssv", *ONLY).out


@pytest.mark.parametrize(
    ("option", "name", "message"),
    [
        ("--card", "f.b2", "f.b2 : Autre fichier au lieu d'une zone SSV [zone.autre-fichier]\n  octet 0 : "),
        ("--cps", "f.b2", "f.b2 : Autre fichier au lieu d'une zone SSV [zone.autre-fichier]\n  octet 0 : "),
        ("--card", "p.ssv", "p.ssv : Autre zone que celle attendue [zone.autre-zone]\n"),
        ("--cps", "c.ssv", "c.ssv : Autre zone que celle attendue [zone.autre-zone]\n"),
        ("--card", "i.ssv", "i.ssv : Autre zone que celle attendue [zone.autre-zone]\n"),
        ("--card", "empty.ssv", "empty.ssv : Zone SSV vide [zone.vide]\n"),
        ("--card", "absent.ssv", "absent.ssv : Fichier introuvable [fichier.absent]\n"),
        ("--card", "nothing", "nothing : Dossier au lieu d'un fichier [fichier.repertoire]\n"),
        ("--card", "big.ssv", "big.ssv : Zone SSV trop grande [zone.trop-grande]\n"),
        ("--card", "cut.ssv", "cut.ssv : Groupe plus long que la zone [zone.groupe-deborde]\n  octet 446 : "),
    ],
)
def test_a_card_that_is_none(folder, option, name, message):
    result = run("check", "f.b2", option, name)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(message)
    assert len(result.err.splitlines()) == 3


def test_a_card_is_never_written_over(folder):
    result = run("check", "f.b2", "--card", "c.ssv", "--format", "json", "-o", "c.ssv")
    assert result.status == 2
    assert (folder / "c.ssv").read_bytes() == card()
