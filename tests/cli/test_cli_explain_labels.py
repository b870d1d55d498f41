"""`noemie explain` on labels, on a code with its label, on a whole return, with a site's own entries."""

import json

import pytest
from cli_runner import run
from cli_samples import flow, leaks, mouvements, retour

from cli.words.speech import speaking
from codes.motives import MOTIVES
from codes.rejects import load

SITE = """source = "Réponse de la caisse, courrier du 3 mars"
author_role = "facturation"
date = 2026-03-04
[[reject]]
namespace = "AMO"
code = "0999 001"
label = "LIBELLE LOCAL"
meaning_fr = "Ce que cela veut dire."
meaning_en = "What it means."
action_class = "reclamation"
[[reject]]
namespace = "AMO"
code = "2900 005"
action_class = "attendre"
"""


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "codes"
    folder.mkdir()
    (folder / "rejets.toml").write_text(SITE, encoding="utf-8")
    return folder


def answers(*words):
    return json.loads(run("explain", *words, "--format", "json").out)["answers"]


def entries(*words):
    (answer,) = answers(*words)
    return answer["entries"]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("row", load().rows, ids=lambda row: f"{row.namespace}-{row.code or row.label}")
def test_every_reject_is_explained_in_both_languages_action_first(row, lang):
    from cli.explain.entries import Library

    with speaking(lang):
        entry = Library().reject(row)
    assert entry.code == row.code
    assert entry.action == row.action_class.value
    insurer = "AMC" in (row.namespace, row.part)
    assert entry.banner == row.action_class.banner(lang, complementary=insurer)
    assert entry.meaning
    assert entry.source == row.source_text(lang)
    assert entry.note == row.note_text(lang)
    assert entry.confidence in ("B", "C")
    assert bool(entry.habits) == bool(row.motive and MOTIVES[row.motive].avoidable_by)


def test_nothing_is_left_in_french_for_an_english_reader():
    text = run("explain", "0450-054", "--lang", "en").out
    assert "Trade press quoting the CNAM" in text
    assert "Reject or notice: not stated." in text
    assert "Presse" not in text


def test_which_rule_would_have_seen_it_and_how_the_answer_was_found():
    (entry,) = entries("2900-005")
    assert "unicite.facture" in [rule["rule"] for rule in entry["prevented_by"]]
    assert entry["habits"][0] == "numéros de facture jamais réutilisés"
    assert entry["answered_by"] == "par le code, tel qu'il est reçu"
    text = " ".join(run("explain", "2900-005").out.split())
    assert "unicite.facture" in text.partition("évitable règles avant l'envoi : ")[2]


@pytest.mark.parametrize(
    ("typed", "motive", "banner"),
    [
        ("DEJA PAYE", "doublon", "NE PAS RETRANSMETTRE (déduit du libellé)"),
        (
            "TOTAL FACTURE INCOHERENT",
            "total_incoherent",
            "CORRIGER PUIS REFAIRE LA FACTURE (déduit du libellé)",
        ),
        ("dossier mis en recyclage", "traitement_caisse", "NE PAS RETRANSMETTRE (déduit du libellé)"),
        ("PIECE JUSTIFICATIVE ILLISIBLE", "piece_justificative", "ENVOYER LA PIÈCE (déduit du libellé)"),
        ("L'ETABLISSEMENT PRESCRIPTEUR EST INCO", None, "CORRIGER PUIS REFAIRE LA FACTURE"),
    ],
)
def test_a_label_is_explained_by_its_words_and_says_so(typed, motive, banner):
    entry = entries(typed)[0]
    assert entry["banner"] == banner
    if motive is None:  # a known label, cut: the row itself
        assert (entry["kind"], entry["code"]) == ("reject", "0460 053")
        return
    assert (entry["kind"], entry["motive"], entry["inferred"]) == ("deduced", motive, True)
    assert entry["words"]
    assert entry["answered_by"] == "par le motif, déduit du libellé"


def test_a_deduced_answer_stands_beside_the_nearest_entries():
    (answer,) = answers("DEJA PAYE")
    assert next(entry["code"] for entry in answer["near"] if entry["kind"] == "reject") == "2900 005"
    out = run("explain", "DEJA PAYE").out
    assert out.splitlines()[0] == (
        "Doublon : facture déjà réglée  déduit du libellé : « deja paye », motif doublon"
    )
    assert "Le plus proche dans les catalogues :\n  - AMO 2900 005" in out


@pytest.mark.parametrize(
    "typed", ["FACTURE REJETEE PAR LA CAISSE", "ANOMALIE BLOQUANTE", "9999 999", "0450 999"]
)
def test_an_action_is_never_taken_from_what_is_only_near(typed):
    assert entries(typed) == []


def test_a_code_with_its_label_compares_them():
    (same,) = entries("2900 005 FACTURE DEJA PAYEE")
    assert (same["action"], [notice["kind"] for notice in same["notices"]]) == (
        "ne_pas_retransmettre",
        ["old_naming_probable"],
    )
    (other,) = entries("2900-005", "PIECE", "MANQUANTE")
    assert (other["code"], other["notices"][0]["kind"]) == ("2900-005", "label_disagrees")


def test_the_replacement_of_a_code_is_shown_both_ways():
    (old,) = entries("0450-054")
    assert [row["code"] for row in old["replacement"]] == ["0009-816"]
    (new,) = entries("0009 816")
    assert [row["code"] for row in new["replaces"]] == ["0450-054"]


@pytest.mark.parametrize(
    ("code", "lang", "said"),
    [
        ("OC929 04", "fr", " issue rejet niveau "),
        ("2900 005", "fr", " issue rejet : la part n'est pas payée niveau "),
        ("Traitement caisse", "en", " outcome deferred: not a reject yet "),
        ("SSV 0xF001", "en", " outcome local error level "),
    ],
)
def test_what_the_emitter_did_is_not_what_to_do(code, lang, said):
    assert said in " ".join(run("explain", code, "--lang", lang).out.split())


# --- a site's own entries -------------------------------------------------------------------------------


def test_a_code_of_the_site(site):
    assert run("explain", "0999001").status == 1
    result = run("explain", "0999001", "--codes", site, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[2] == "  ■ FILE A CLAIM"
    assert "What it means." in result.out
    assert "rejets.toml, facturation, 2026-03-04" in result.out


def test_a_row_of_the_site_wins_and_the_shipped_one_stays_visible(site):
    (entry,) = json.loads(run("explain", "2900-005", "--codes", site, "--format", "json").out)["answers"][0][
        "entries"
    ]
    assert (entry["action"], entry["added_by"]["file"]) == ("attendre", "rejets.toml")
    assert [(row["code"], row["action"]) for row in entry["overridden"]] == [
        ("2900 005", "ne_pas_retransmettre")
    ]


def test_rows_of_two_periods_or_of_one_fund_are_all_shown_and_none_is_chosen(site):
    (site / "rejets.toml").write_text(
        SITE.partition("[[reject]]")[0]
        + """
[[reject]]
namespace = "AMO"
code = "0999 002"
valid_to = "2023-12-31"
action_class = "attendre"
[[reject]]
namespace = "AMO"
code = "0999 002"
valid_from = "2024-01-01"
action_class = "papier"
[[reject]]
namespace = "AMO"
code = "0999 002"
emitter = "01751"
action_class = "reclamation"
""",
        encoding="utf-8",
    )
    out = run("explain", "0999-002", "--codes", site, "--lang", "en").out
    assert [line.strip() for line in out.splitlines() if line.startswith("  ■")] == [
        "■ WAIT, RESEND NOTHING",
        "■ USE A PAPER SHEET",
        "■ FILE A CLAIM",
    ]
    assert "validity: … → 2023-12-31" in out
    assert "validity: 2024-01-01 → …" in out
    assert "entry kept for the emitter 01751" in out


def test_a_list_of_the_site_is_told_under_its_field(site):
    (site / "b2.csv").write_text("list,code,label_fr,label_en\nnature_assurance,99,essai,trial\n")
    out = run("explain", "PS-2003C.2.nature_assurance", "--codes", site, "--lang", "en").out
    assert "99 trial" in out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rejets.toml", "a = ", "rejets.toml : n'est pas du TOML correct"),
        ("b2.csv", "a,b\n", "b2.csv : colonnes absentes : code, label_en, label_fr, list"),
    ],
)
def test_a_wrong_folder_stops_before_any_answer(site, name, text, said):
    (site / name).write_text(text, encoding="utf-8")
    result = run("explain", "2900 005", "--codes", site)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    result = run("explain", "2900 005", "--codes", site / "absent", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "absent: an existing folder is expected." in result.err


# --- a whole return -------------------------------------------------------------------------------------


@pytest.fixture
def returned(tmp_path):
    path = tmp_path / "retour.noe"
    path.write_bytes(retour())
    return path


def test_a_whole_return_each_reject_once_the_action_first(returned):
    result = run("explain", returned)
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert "2 factures, 1 rejet, 1 cause" in " ".join(result.out.split())
    assert "  ■ NE PAS RETRANSMETTRE" in lines
    assert "1 code ou libellé absent du catalogue" in result.out
    assert leaks(result.out) == []


def test_a_whole_return_as_data(returned):
    (answer,) = answers(returned)
    assert answer["return"]["actions"][0]["action"] == "ne_pas_retransmettre"
    (entry,) = answer["entries"]
    assert (entry["kind"], entry["count"], entry["step"], entry["inferred"]) == ("received", 1, "label", True)
    assert entry["factures"] == ["000000002"]


def test_a_return_is_read_with_the_entries_of_the_site(returned, site):
    (site / "rejets.toml").write_text(SITE.replace('code = "2900 005"', 'code = "2900"'), encoding="utf-8")
    result = run("explain", returned, "--codes", site)
    assert "  ■ ATTENDRE, NE RIEN RENVOYER" in result.out.splitlines()
    assert "absent du catalogue" not in result.out


def test_standard_input_and_words_together():
    result = run("explain", "-", "2900 005", stdin=mouvements(), terminal=False)
    assert result.status == 0
    assert result.out.startswith("entrée standard : 0 facture, 1 rejet, 1 cause\n")
    assert "\n2900 005  caisse (AMO)\n" in result.out
    assert leaks(result.out) == []


def test_a_file_that_is_no_return(tmp_path):
    sent, empty = tmp_path / "flux.b2", tmp_path / "vide"
    sent.write_bytes(flow())
    empty.write_bytes(b"")
    for path, rule in (
        (sent, "retour.inconnu"),
        (empty, "fichier.vide"),
        (tmp_path, "fichier.repertoire"),
        (f"{tmp_path}/absent.noe", "fichier.absent"),
    ):
        result = run("explain", path, "--lang", "en")
        assert (result.status, result.out) == (2, ""), path
        assert f"[{rule}]" in result.err
        assert leaks(result.err) == []


@pytest.mark.parametrize("typed", ["", " ", "\x00", "x" * 5000, "\x1b[31m"])
def test_odd_words_are_unknown_and_do_nothing_to_a_terminal(typed):
    result = run("explain", typed)
    assert (result.status, result.err) == (1, "")
    assert not {"\x1b", "\x00"} & set(result.out)


def test_a_file_called_like_a_code_does_not_hide_the_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "294").write_bytes(retour())
    (tmp_path / "mars.noe").write_bytes(retour())
    assert run("explain", "294").out.startswith("NOEMIE 294")
    assert run("explain", "./294").out.startswith("./294 : 2 factures")
    assert run("explain", "mars.noe").out.startswith("mars.noe : 2 factures")


def test_decode_explains_with_the_entries_of_the_site_too(returned, site):
    (site / "rejets.toml").write_text(SITE.replace('code = "2900 005"', 'code = "2900"'), encoding="utf-8")
    assert "ATTENDRE, NE RIEN RENVOYER" not in run("decode", returned).out
    out = run("decode", returned, "--codes", site).out
    assert "  ■ ATTENDRE, NE RIEN RENVOYER" in out.splitlines()
    (site / "rejets.toml").write_text("a = ", encoding="utf-8")
    result = run("decode", returned, "--codes", site, "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "rejets.toml: not valid TOML" in result.err
