"""`noemie check`: the whole text of a finding, thresholds, selection, several files."""

import gzip
import json
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import DAMAGE, clean, flow, retour

FAULTY = flow().replace(b"0001750" + b"0002500", b"0001850" + b"0002500", 1)

#: The rules that these tests are about: others may come later.
TOTALS = ("--select", "facture.total", "--select", "lot.total")


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(data, name):
        (tmp_path / name).write_bytes(data)
        return name

    return make


TEXT_FR = """\
f.b2 : 2 erreurs, 1 avertissement (2 factures, 16 enregistrements)

Facture 000000001, lot 001
  ERREUR  Total AMO [facture.total-amo]
    enregistrement 8 (type 5), octet 961, zone total_amo (positions 66 à 73)
    le total écrit ne correspond pas ; les enregistrements donnent 18,50 €
    trouvé : 17,50 €
    → Écrire le total calculé (5, 66-73), ou corriger la ligne qui le fausse.
  AVERTISSEMENT  Participation de l'assuré [facture.total-participation-assure]
    enregistrement 8 (type 5), octet 969, zone total_participation_assure (positions 74 à 81)
    le total écrit ne correspond pas ; les enregistrements donnent 6,50 €
    trouvé : 7,50 €
    → Écrire le total calculé (5, 74-81), ou corriger la ligne qui le fausse.
    règle déduite, confiance C ([SV] [SFG])

Lot 001
  ERREUR  Total AMO du lot [lot.total-amo]
    enregistrement 15 (type 6), octet 1825, zone total_amo (positions 34 à 42)
    le total écrit ne correspond pas ; les enregistrements donnent 36,00 €
    trouvé : 35,00 €
    → Écrire le total calculé (6, 34-42), ou corriger la ligne qui le fausse.
  1 non montrée(s) : --select
"""

TEXT_EN = """\
f.b2: 2 errors, 1 warning (2 invoices, 16 records)

Invoice 000000001, batch 001
  ERROR  AMO total [facture.total-amo]
    record 8 (type 5), byte 961, field total_amo (positions 66 to 73)
    the total written does not match; €18.50 computed from the records
    found: €17.50
    → Write the computed total (5, 66-73), or correct the line that makes it wrong.
  WARNING  Share of the insured person [facture.total-participation-assure]
    record 8 (type 5), byte 969, field total_participation_assure (positions 74 to 81)
    the total written does not match; €6.50 computed from the records
    found: €7.50
    → Write the computed total (5, 74-81), or correct the line that makes it wrong.
    inferred rule, confidence C ([SV] [SFG])

Batch 001
  ERROR  AMO total of the batch [lot.total-amo]
    record 15 (type 6), byte 1825, field total_amo (positions 34 to 42)
    the total written does not match; €36.00 computed from the records
    found: €35.00
    → Write the computed total (6, 34-42), or correct the line that makes it wrong.
  1 not shown: --select
"""


@pytest.mark.parametrize(("lang", "expected"), [("fr", TEXT_FR), ("en", TEXT_EN)])
def test_the_whole_text(write, lang, expected):
    result = run("check", write(FAULTY, "f.b2"), *TOTALS, "--lang", lang)
    assert (result.status, result.err) == (1, "")
    assert result.out.replace("\u00a0", " ") == expected


def test_a_clean_flow(write):
    result = run("check", write(clean(), "f.b2"))
    records = len(clean()) // 128
    assert result == (0, f"f.b2 : rien à signaler (2 factures, {records} enregistrements)\n", "", result.data)


def test_a_return_is_checked_as_a_return(write):
    result = run("check", write(retour(), "r.noe"))
    assert (result.status, result.out) == (0, "r.noe : rien à signaler (2 factures, 19 entités)\n")
    damaged = run("check", write(retour().replace(b"00000001750P", b"00000009750P", 1), "r.noe"))
    assert damaged.status == 1
    assert "[retour." in damaged.out


@pytest.mark.parametrize(("threshold", "status"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
def test_thresholds_on_errors(write, threshold, status):
    assert run("check", write(FAULTY, "f.b2"), "--fail-on", threshold).status == status


@pytest.mark.parametrize(("threshold", "status"), [("error", 0), ("warning", 1), ("info", 1)])
def test_thresholds_on_warnings(write, threshold, status):
    select = ("--select", "facture.total-participation-assure")
    assert run("check", write(FAULTY, "f.b2"), *select, "--fail-on", threshold).status == status


def test_selection_by_prefix(write):
    name = write(FAULTY, "f.b2")
    assert "1 erreur (" in run("check", name, "--select", "lot.total").out
    out = run("check", name, *TOTALS, "--ignore", "lot", "--ignore", "facture.total-amo").out
    assert "1 avertissement (" in out


def test_at_most_so_many_findings(write):
    result = run("check", write(FAULTY, "f.b2"), *TOTALS, "--max-findings", "1")
    assert result.status == 1
    assert "2 de plus, non montrés. → --max-findings 0 les montre tous." in result.out
    assert result.out.count("octet") == 1


def test_notes_are_gathered_then_told_one_by_one(write):
    # A blank instead of a zero: tolerated, told once for each field.
    data = flow().replace(b"01" + b"421" + b"0000", b"01" + b"421" + b"   0")
    select = ("--select", "format.remplissage")
    result = run("check", write(data, "f.b2"), *select)
    assert result.status == 0
    assert "À noter, sans gravité (détail : --verbose)" in result.out
    assert "2 × Remplissage d'une zone numérique, 2.centre [format.remplissage]" in result.out
    verbose = run("check", "f.b2", *select, "--verbose").out
    assert verbose.count("zone centre (positions 54 à 57)") == 2
    assert run("check", "f.b2", *select, "--fail-on", "info").status == 1


def test_several_files_have_a_total(write):
    result = run("check", write(flow(), "a.b2"), write(FAULTY, "b.b2"), write(flow(), "c.b2"), *TOTALS)
    assert result.status == 1
    assert result.out.endswith("\nTotal : 3 fichiers, 6 factures, 2 erreurs, 1 avertissement\n")


def test_standard_input_plain_and_compressed():
    for data in (FAULTY, gzip.compress(FAULTY, mtime=0)):
        result = run("check", "-", *TOTALS, stdin=data)
        assert result.status == 1
        assert "2 erreurs, 1 avertissement (2 factures, 16 enregistrements)" in result.out


def test_json_says_the_same(write):
    name = write(FAULTY, "f.b2")
    result = run("check", name, *TOTALS, "--format", "json")
    document = json.loads(result.out)
    assert document["schema_version"] == 2
    assert result.out.endswith("}\n")
    (file,) = document["files"]
    first = next(finding for finding in file["findings"] if finding["rule"] == "facture.total-amo")
    assert (first["severity"], first["facture"], first["lot"]) == ("error", "000000001", "001")
    assert (first["record"], first["type"], first["offset"], first["length"]) == (8, "5", 961, 8)
    assert result.data == run("check", name, *TOTALS, "--format", "json").data


def test_a_wrong_table_of_the_site(write, tmp_path):
    (tmp_path / "b2.csv").write_text("norm,record,name\nPS-2003C,9,x\n")
    result = run("check", write(flow(), "f.b2"), "--layouts", tmp_path)
    assert (result.status, result.out) == (2, "")
    assert "colonnes absentes : kind, length, start" in result.err
    assert "→ Corriger cette table, ou retirer --layouts et --codes." in result.err


def test_the_norm_can_be_imposed(write):
    result = run("check", write(flow(), "f.b2"), "--norm", "CP-2005E")
    assert result.status == 1
    assert "Traceback" not in result.err


def test_the_text_goes_to_a_file_too(write):
    name = write(FAULTY, "f.b2")
    shown = run("check", name)
    written = run("check", name, "-o", "rapport.txt", terminal=True)
    assert (written.status, written.out) == (shown.status, "")
    assert Path("rapport.txt").read_text(encoding="utf-8") == shown.out
    assert "rapport.txt" in written.err


@pytest.mark.parametrize("damage", ["", "nul", "no-end", "length-127", "accents", "removed-13-at-660"])
def test_both_engines_say_the_same(tmp_path, damage):
    path = tmp_path / "f.b2"
    path.write_bytes(DAMAGE[damage](flow()) if damage else clean())
    fast, reference = run("check", path), run("check", path, "--reference")
    assert fast == reference
