"""The reject catalogue: its tables, and how a code is found."""

import csv
import subprocess
import sys
from collections import Counter

import pytest

from codes import _reject_rows
from codes.motives import MOTIVES, match_label, motives_for
from codes.rejects import COLUMNS, load, lookup

SHIPPED = [row for row in load().rows if row.namespace != "SIM"]
SIMULATED = [row for row in load().rows if row.namespace == "SIM"]


def kinds(explanation):
    return [notice.kind.value for notice in explanation.warnings]


def names(rows):
    return [f"{row.namespace} {row.code or row.label}" for row in rows]


# -- the tables ----------------------------------------------------------------------------------------


def test_the_shipped_table_holds_what_the_sources_give():
    assert len(SHIPPED) == 190
    assert Counter(row.namespace for row in SHIPPED) == {
        "AMO": 13,
        "AMC": 13,
        "OC929": 62,
        "ARL": 4,
        "SSV": 59,
        "DROITS": 39,
    }
    assert Counter(row.action_class.value for row in SHIPPED) == {
        "inconnue": 89,
        "corriger_poste": 58,
        "mettre_a_jour_droits": 17,
        "corriger_retransmettre": 7,
        "aucune": 6,
        "ne_pas_retransmettre": 5,
        "facturer_patient": 5,
        "attendre": 1,
        "renvoyer_fichier": 1,
        "reclamation": 1,
    }
    assert Counter(row.confidence for row in SHIPPED) == {"B": 182, "C": 8}


@pytest.mark.parametrize("row", load().rows, ids=lambda row: f"{row.namespace}-{row.code or row.label}")
def test_every_row_is_explained_in_both_languages(row):
    answer = lookup(row.code or None, row.label or None, row.namespace)
    assert answer.reject == row
    assert answer.step == ("code" if row.code else "label")
    assert answer.action is row.action_class
    assert not answer.inferred
    assert answer.source == row.source != ""
    assert answer.confidence in {"B", "C"}
    assert answer.note
    for lang in ("fr", "en"):
        assert answer.summary(lang)
        assert answer.banner(lang)
        for kind in ("meaning", "payer_action", "provider_action"):
            assert answer.text(kind, lang) == getattr(row, f"{kind}_{lang}")
    assert row.motive == "" or answer.motive is motives_for(row.namespace)[row.motive]
    assert not {"label_disagrees", "label_differs"} & set(kinds(answer))


@pytest.mark.parametrize("row", load().rows, ids=lambda row: f"{row.namespace}-{row.code or row.label}")
def test_a_text_exists_in_both_languages_or_in_none(row):
    for kind in ("meaning", "payer_action", "provider_action"):
        assert bool(getattr(row, f"{kind}_fr")) == bool(getattr(row, f"{kind}_en"))
    assert row.valid_from in ("", "2006-06-07") or "X" in row.valid_from  # the one day that a source gives
    assert not row.emitter
    assert not row.is_site


def test_no_private_reference_is_shipped():
    assert not [row for row in load().rows if "recherche 5" in row.source + row.note or "54088" in row.source]
    assert sum("dépôt public non identifié" in row.source for row in SHIPPED) == 30


def test_the_data_files_are_plain():
    for name in _reject_rows.SHIPPED:
        raw = (_reject_rows.DATA / name).read_bytes()
        assert b"\r" not in raw
        rows = list(csv.reader(raw.decode("utf-8").splitlines()))
        assert tuple(rows[0]) == COLUMNS
        assert {len(row) for row in rows} == {len(COLUMNS)}


@pytest.mark.parametrize("row", SIMULATED, ids=lambda row: row.code)
def test_a_simulated_code_cannot_be_taken_for_a_real_one(row):
    assert row.code.startswith("SIM")
    assert len(row.code) == 4
    assert row.label.startswith("SIMULATION ")
    assert len(row.label) <= 80
    assert row.label.isascii()
    assert row.label == row.label.upper()
    assert (row.confidence, row.source, row.note) == ("C", "toolkit", "simulated")
    assert row.motive in MOTIVES
    answer = lookup(row.code, row.label, "SIM")
    assert kinds(answer) == ["simulated"]
    deduced = match_label(row.label)
    assert (deduced[0].motive.motive if deduced else "autre") == row.motive


@pytest.mark.parametrize(
    ("code", "expected"),
    [("SIM1", "SIM"), (" sim1 ", "SIM"), ("2900 005", "AMO"), ("SIMZ", "AMO"), ("", "AMO")],
)
def test_which_namespace_a_return_speaks_in(code, expected):
    assert load().namespace_of(code, "AMO") == expected


def test_importing_reads_no_file():
    script = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "import codes.rejects, codes.search\n"
        "print([name for name in opened if name.endswith('.csv') or name.endswith('.toml')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- codes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("namespace", "code", "step", "found"),
    [
        ("AMO", "0450 072", "code", "0450 072"),
        ("AMO", "0450 072  ", "code", "0450 072"),
        ("AMO", "\x000450 072\x00", "code", "0450 072"),
        ("AMO", "0450-072", "code_normalised", "0450 072"),
        ("AMO", "0450072", "code_normalised", "0450 072"),
        ("AMO", "0450 - 072", "code_normalised", "0450 072"),
        ("amo", "2900 005", "code", "2900 005"),
        (" AMO ", "2900005", "code_normalised", "2900 005"),
        ("AMO", "0450-054", "code", "0450-054"),
        ("AMO", "0450 054", "code_normalised", "0450-054"),
        ("ARL", "4015", "code", "4015"),
        ("DROITS", "0000", "code", "0000"),
        (
            "DROITS",
            "next-serviceeligibility-core-00163",
            "code_normalised",
            "NEXT-SERVICEELIGIBILITY-CORE-00163",
        ),
        ("OC929", "04", "code", "04"),
        ("OC929", "MUJ130004C", "code", "04"),
        ("OC929", "MUJ130004", "code", "04"),
        ("OC929", "MUJ130085 ", "code", "85"),
        ("SSV", "0xF613", "code_normalised", "0xF610-0xF61F"),
        ("SSV", "62995", "code_normalised", "0xF610-0xF61F"),
        ("SSV", "F613", "code_normalised", "0xF610-0xF61F"),
        ("SSV", "0XF61F", "code_normalised", "0xF610-0xF61F"),
        ("SSV", "62992", "code_normalised", "0xF610-0xF61F"),
        ("SSV", "63007", "code_normalised", "0xF610-0xF61F"),
        ("SSV", "63008", "code_normalised", "0xF620-0xF62F"),
        ("SSV", "0xF610-0xF61F", "code", "0xF610-0xF61F"),
        ("SSV", "0xF001", "code", "0xF001"),
        ("SSV", "61441", "code_normalised", "0xF001"),
        ("SSV", "f001", "code_normalised", "0xF001"),
        ("SSV", "1", "code_normalised", "0x0001"),
        ("SSV", "0001", "code_normalised", "0x0001"),
        ("SSV", "0x1", "code_normalised", "0x0001"),
        ("SSV", "2048", "code_normalised", "0x0800"),
        ("SSV", "63499", "code_normalised", "0xF80B"),
    ],
)
def test_a_code_is_found(namespace, code, step, found):
    answer = lookup(code, None, namespace)
    assert (answer.step, answer.reject.code) == (step, found)
    assert answer.code == code
    assert "code_unknown" not in kinds(answer)


@pytest.mark.parametrize(
    ("namespace", "code"),
    [
        ("AMO", "9999 999"),
        ("AMO", "0450"),
        ("AMO", "450072"),
        ("AMO", "2900 006"),
        ("AMO", "04"),
        ("AMO", "4015"),
        ("AMC", "2900 005"),
        ("ARL", "2900 005"),
        ("OC929", "4"),
        ("OC929", "12"),
        ("OC929", "MUJ130012C"),
        ("OC929", "MUJ13004"),
        ("OC929", "MUJ1300AAC"),
        ("SSV", "0xF60F"),
        ("SSV", "0xF671"),
        ("SSV", "62991"),
        ("SSV", "G001"),
        ("SSV", "-1"),
        ("SSV", "0x"),
        ("SSV", "99999999999999999999"),
        ("DROITS", "6007"),
        ("INVENTED", "0000"),
    ],
)
def test_an_unknown_code_stays_unknown(namespace, code):
    answer = lookup(code, None, namespace)
    assert (answer.step, answer.action, answer.reject) == ("unknown", "inconnue", None)
    assert kinds(answer) == ["code_unknown"]
    assert answer.warnings[0].text("fr") == "code inconnu"
    assert (answer.candidates, answer.deduced_action, answer.confidence) == ((), None, "")
    assert answer.motive.motive == "autre"
    assert answer.is_undocumented


@pytest.mark.parametrize(
    ("code", "candidates"),
    [("8001", ["SSV 0x8001"]), ("0400", ["SSV 0x0400"]), ("0064", ["SSV 0x0040"]), ("04", ["SSV 0x0004"])],
)
def test_another_reading_of_an_ssv_number_is_a_candidate_only(code, candidates):
    answer = lookup(code, None, "SSV")
    assert (answer.step, answer.action, names(answer.candidates)) == ("unknown", "inconnue", candidates)
    assert kinds(answer) == ["code_unknown", "other_reading"]


def test_oc929_code_behind_another_prefix_is_found_with_a_warning():
    answer = lookup("ABC999904C", None, "OC929")
    assert answer.reject.code == "04"
    assert kinds(answer) == ["unusual_prefix", "class_wins"]
    assert answer.code == "ABC999904C"


@pytest.mark.parametrize(
    ("code", "label", "candidates"),
    [
        ("04", None, ["OC929 04"]),
        ("04", "Numéro d'O.C. erroné", ["OC929 04"]),
        ("17", "O.C. inconnu au fichier", ["OC929 17"]),
        ("0450-072", None, ["AMO 0450 072"]),
        ("4015", None, ["ARL 4015"]),
        ("62995", None, ["SSV 0xF610-0xF61F"]),
        ("0000", None, ["DROITS 0000"]),
        ("SIM1", "SIMULATION NIR OU CLE DU NIR INVALIDE", ["SIM SIM1"]),
    ],
)
def test_without_a_namespace_candidates_are_listed_and_none_is_chosen(code, label, candidates):
    answer = lookup(code, label)
    assert names(answer.candidates) == candidates
    assert (answer.reject, answer.action, answer.namespace, answer.step) == (
        None,
        "inconnue",
        None,
        "unknown",
    )
    assert kinds(answer) == ["namespace_unknown"]


@pytest.mark.parametrize("namespace", [None, "", "  "])
def test_without_a_namespace_a_label_may_still_lead_to_a_motive(namespace):
    answer = lookup(label="Traitement caisse", namespace=namespace)
    assert names(answer.candidates) == ["AMO Traitement caisse"]
    assert (answer.reject, answer.step, answer.inferred) == (None, "motive", True)
    assert answer.blocks_resend


def test_without_a_namespace_an_unknown_code_lists_what_the_label_may_be():
    answer = lookup("77777", "L ETABLISSEMENT PRESCRIPTEUR EST")
    assert kinds(answer) == ["namespace_unknown", "code_unknown"]
    assert names(answer.candidates) == ["AMO 0460 053", "AMO L ETABLISSEMENT PRESCRIPTEUR EST INCONNU"]
    assert (answer.reject, answer.step, answer.action) == (None, "motive", "corriger_retransmettre")
    assert not answer.may_trigger_resend
