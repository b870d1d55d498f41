"""What an answer of the reject catalogue says: labels, dates, several rejects, and what may be shown."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codes.actions import Action
from codes.rejects import Notice, NoticeKind, combine, load, lookup


def kinds(explanation):
    return [notice.kind.value for notice in explanation.warnings]


def names(rows):
    return [f"{row.namespace} {row.code or row.label}" for row in rows]


# -- labels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("namespace", "part", "label", "step", "found", "action"),
    [
        ("AMO", None, "Traitement caisse", "label", "Traitement caisse", "ne_pas_retransmettre"),
        ("AMO", None, "TRAITEMENT  CAISSE\x00\x00", "label", "Traitement caisse", "ne_pas_retransmettre"),
        ("AMO", None, "FACTURE DEJA PAYEE", "label", "FACTURE DEJA PAYEE", "ne_pas_retransmettre"),
        ("AMO", None, "FACTURE DEJA", "label_prefix", "FACTURE DEJA PAYEE", "ne_pas_retransmettre"),
        (
            "AMO",
            None,
            "FACTURE DEJA PAYEE LE 03/10",
            "label_prefix",
            "FACTURE DEJA PAYEE",
            "ne_pas_retransmettre",
        ),
        (
            "AMO",
            None,
            "L'exonération est sur la carte Vitale",
            "label_prefix",
            "L'exonération",
            "mettre_a_jour_droits",
        ),
        (
            "AMC",
            "C",
            "DROIT NON OUVERT EN R.C. A LA MUTUELLE",
            "label_prefix",
            "DROIT NON OUVERT",
            "inconnue",
        ),
        ("AMO", "C", "RISQUE NON COUVERT", "label", "RISQUE NON COUVERT", "inconnue"),
        ("ARL", None, "ARL POSITIF", "label", "ARL positif", "attendre"),
        ("ARL", None, "arl negatif", "label", "ARL négatif", "renvoyer_fichier"),
        ("OC929", None, "O.C. NON TROUVE", "label", "O.C. non trouvé", "inconnue"),
    ],
)
def test_a_label_is_found(namespace, part, label, step, found, action):
    answer = lookup(None, label, namespace, part)
    assert answer.reject.label.startswith(found)
    assert (answer.step, answer.action, answer.inferred) == (step, action, False)
    assert ("label_cut" in kinds(answer)) == (step == "label_prefix")


@pytest.mark.parametrize("label", ["FACTURE DEJ", "ARL posit", "TRAITEMENT"])
def test_a_beginning_under_twelve_characters_proves_nothing(label):
    assert lookup(None, label, "AMO").reject is None


def test_cut_prescriber_label_gives_its_own_row_and_the_other_as_candidate():
    answer = lookup(None, "L ETABLISSEMENT PRESCRIPTEUR EST INCONNU", "AMO")
    assert (answer.step, answer.reject.code, answer.confidence) == ("label", "", "C")
    assert names(answer.candidates) == ["AMO 0460 053"]
    assert (answer.action, answer.deduced_action) == ("inconnue", "corriger_retransmettre")
    assert not answer.may_trigger_resend


def test_several_beginnings_with_different_actions_are_all_shown_and_none_chosen():
    answer = lookup(None, "L'ETABLISSEMENT PRESCRIPTEUR", "AMO")
    assert (answer.step, answer.reject, answer.action) == ("label_prefix", None, "inconnue")
    assert names(answer.candidates) == ["AMO 0460 053", "AMO L ETABLISSEMENT PRESCRIPTEUR EST INCONNU"]
    assert (answer.motive.motive, answer.deduced_action) == ("prescripteur_inconnu", "corriger_retransmettre")
    assert kinds(answer) == ["label_cut", "ambiguous"]
    assert answer.confidence == "C"
    assert " | " in answer.source


def test_one_label_for_several_codes_is_ambiguous():
    answer = lookup(None, "RESERVE A LA CPAM", "OC929")
    assert (answer.step, answer.reject, answer.action) == ("label", None, "inconnue")
    assert names(answer.candidates) == ["OC929 11", "OC929 13", "OC929 19", "OC929 26"]


@pytest.mark.parametrize(
    ("namespace", "code", "label", "expected"),
    [
        ("AMO", "2900 005", "FACTURE DEJA PAYEE", None),
        ("AMO", "2900 005", "FACTURE DEJA PA", None),
        ("AMO", "2900 005", "FACTURE DEJA PAYEE LE 3 OCTOBRE", None),
        ("AMO", "2900 005", None, None),
        ("AMO", "2900 005", "   ", None),
        ("AMO", "2900 005", "DOUBLON", "label_differs"),
        ("AMO", "0450 072", "ETM NON TROUVEE EN BDO", "label_differs"),
        ("AMO", "2900 005", "PIECE MANQUANTE", "label_disagrees"),
        ("AMO", "2900 005", "AUTRE CHOSE", "label_disagrees"),
        ("OC929", "04", "TYPE DE CONTRAT ERRONE", "label_disagrees"),
        ("OC929", "38", "Changement de Caisse 756 vers 835 - avec convention", None),
        ("OC929", "40", "Changement Idt Matriculaire : 16008 75 123 456", None),
        ("OC929", "38", "CHANGEMENT D'ADRESSE", "label_disagrees"),
        ("ARL", "4005", "N'IMPORTE QUOI", None),
    ],
)
def test_the_code_answers_but_a_label_that_disagrees_is_a_warning(namespace, code, label, expected):
    answer = lookup(code, label, namespace)
    assert (answer.step, answer.reject.code) == ("code", code)
    assert [kind for kind in kinds(answer) if kind.startswith("label_")] == ([expected] if expected else [])


def test_a_resend_is_not_offered_when_the_label_disagrees():
    assert lookup("0460 053", None, "AMO").may_trigger_resend
    answer = lookup("0460 053", "FACTURE DEJA PAYEE", "AMO")
    assert answer.action is Action.CORRIGER_RETRANSMETTRE
    assert not answer.may_trigger_resend
    assert [match.motive.motive for match in answer.other_motives] == ["doublon"]
    assert answer.warnings[0].text("fr").startswith("le libellé reçu contredit celui connu (L'ETABLISSEMENT")


def test_an_unknown_code_with_a_known_label_is_deduced():
    answer = lookup("9999 999", "FACTURE DEJA PAYEE", "AMO")
    assert (answer.step, answer.reject.code, answer.inferred) == ("label", "2900 005", True)
    assert kinds(answer)[0] == "code_unknown"
    assert answer.banner("fr") == "NE PAS RETRANSMETTRE (déduit du libellé)"
    assert answer.banner("en") == "DO NOT RESEND (deduced from the label)"
    assert answer.is_undocumented


def test_an_unknown_code_and_label_is_unknown():
    answer = lookup("9999 999", "X", "AMO")
    assert (answer.step, answer.action, answer.code, answer.label) == ("unknown", "inconnue", "9999 999", "X")
    assert kinds(answer) == ["code_unknown"]
    assert answer.text("provider_action", "en") == (
        "Read the label as received; ask the fund before any resend."
    )
    assert answer.note == ""


def test_a_motive_is_marked_as_deduced():
    answer = lookup("1234", "TOTAL FACTURE INCOHERENT", "AMO")
    assert (answer.step, answer.inferred, answer.confidence) == ("motive", True, "C")
    assert (answer.motive.motive, answer.words) == ("total_incoherent", "total facture incoherent")
    assert answer.action is Action.CORRIGER_RETRANSMETTRE
    assert not answer.may_trigger_resend
    assert answer.avoidable_by == ("totaux", "tarif_a_date")
    assert answer.source == answer.note == answer.motive.note
    assert answer.level == "facture"


@pytest.mark.parametrize("namespace", ["OC929", "SSV", "DROITS", "SIM", "LOCAL"])
def test_motives_are_not_deduced_where_nobody_speaks_of_an_invoice(namespace):
    answer = lookup("ZZ", "PRESTATION DEJA PAYEE PAR LE CENTRE", namespace)
    assert (answer.step, answer.action) == ("unknown", "inconnue")


@pytest.mark.parametrize(("part", "motive"), [("O", "droits_fermes"), ("C", "droits_rc_fermes")])
def test_closed_rights_follow_the_part(part, motive):
    assert lookup("1234", "DROITS FERMES", "AMO", part).motive.motive == motive


def test_a_row_without_action_keeps_it_and_the_motive_is_a_hint():
    answer = lookup(None, "FACTURE EN COURS DE TRAITEMENT CAISSE", "AMC")
    assert (answer.action, answer.deduced_action, answer.outcome) == (
        "inconnue",
        "ne_pas_retransmettre",
        "differe",
    )
    assert lookup("2900 005", None, "AMO").deduced_action is None
    assert lookup("04", None, "OC929").deduced_action is None


def test_a_row_without_motive_takes_that_of_the_label_as_a_hint():
    answer = lookup("4005", "CLE DE CHIFFREMENT", "ARL")
    assert (answer.action, answer.deduced_action) == ("inconnue", "ne_pas_retransmettre")
    assert (answer.motive.motive, answer.words) == ("cle_chiffrement", "cle de chiffrement")


# -- dates and replacements ----------------------------------------------------------------------------

DATES = [None, datetime.date(2018, 1, 1), datetime.date(2019, 10, 3), datetime.date(2030, 12, 31)]


@pytest.mark.parametrize("on", DATES)
def test_the_old_code_shows_its_replacement_and_is_not_rewritten(on):
    answer = lookup("0450-054", "ETM NON TROUVÉE EN BDO", "AMO", on=on)
    assert (answer.reject.code, answer.replacement.code, answer.code) == ("0450-054", "0009-816", "0450-054")
    assert [notice.text("fr") for notice in answer.warnings] == [
        "code remplacé par 0009-816",
        "validité : … → XXXX-10-02",
    ]


@pytest.mark.parametrize("on", DATES)
def test_the_new_code_shows_what_it_replaces(on):
    answer = lookup("0009-816", None, "AMO", on=on)
    assert (answer.replacement, names(answer.replaces)) == (None, ["AMO 0450-054"])
    assert [notice.text("en") for notice in answer.warnings] == [
        "this code replaces 0450-054",
        "validity: XXXX-10-03 → …",
    ]


@pytest.mark.parametrize("code", ["0460 053", "0470 049", "2900 005", "0450 072", "0250 050", "0317 051"])
def test_the_codes_of_the_memo_are_probably_the_old_naming(code):
    assert [notice.text() for notice in lookup(code, None, "AMO").warnings] == ["ancien nommage probable"]


# -- several rejects -----------------------------------------------------------------------------------

DOUBLON = ("2900 005", None, "AMO")
PRESCRIPTEUR = ("0460 053", None, "AMO")
EXONERATION = ("0450 072", None, "AMO")
INCONNU = ("9999", None, "AMO")
ATTENDRE = (None, "ARL positif", "ARL")


@pytest.mark.parametrize(
    ("rejects", "levels", "expected"),
    [
        ([], "", "inconnue"),
        ([PRESCRIPTEUR], "", "corriger_retransmettre"),
        ([DOUBLON, PRESCRIPTEUR], "", "ne_pas_retransmettre"),
        ([PRESCRIPTEUR, DOUBLON], "FL", "ne_pas_retransmettre"),
        ([PRESCRIPTEUR, INCONNU], "", "inconnue"),
        ([INCONNU, ATTENDRE], "", "attendre"),
        ([PRESCRIPTEUR, EXONERATION], "", "mettre_a_jour_droits"),
        ([PRESCRIPTEUR, INCONNU], "FA", "corriger_retransmettre"),
        ([PRESCRIPTEUR, DOUBLON], "FA", "ne_pas_retransmettre"),
        ([INCONNU], "A", "inconnue"),
    ],
)
def test_one_invoice_has_one_action(rejects, levels, expected):
    assert combine([lookup(*reject) for reject in rejects], levels) is Action(expected)


def test_levels_must_go_with_the_rejects():
    with pytest.raises(ValueError, match="shorter"):
        combine([lookup(*DOUBLON), lookup(*INCONNU)], "F")


# -- what is shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "masked"),
    [
        (None, ""),
        ("FACTURE DEJA PAYEE\x00\x00", "FACTURE DEJA PAYEE"),
        ("Changement Idt Matriculaire : 16008 75 123 456", "Changement Idt Matriculaire : XXXXX XX XXX XXX"),
        ("MATRICULE 1 60 08 2A 123 456 12", "MATRICULE X XX XX XX XXX XXX XX"),
        ("Changement Date naissance Bénéf.: 01/02/60", "Changement Date naissance Bénéf.: XX/XX/XX"),
        ("Chevauchement contrat 85/87/88 interdit", "Chevauchement contrat XX/XX/XX interdit"),
        ("ERREUR 4015", "ERREUR 4015"),
        ("ARTICLE L.115", "ARTICLE L.115"),
    ],
)
def test_a_label_may_be_shown_without_the_identity_it_carries(label, masked):
    answer = lookup("40", label, "OC929")
    assert answer.label_masked == masked
    assert label is None or "16008" not in repr(answer)


def test_an_unexplained_row_still_has_a_summary():
    assert lookup("11", None, "OC929").summary("en") == "AMC-AMO contract movement"
    assert lookup("4005", None, "ARL").summary("en") == "Meaning not published."
    assert lookup("4005", None, "ARL").summary() == "Sens non publié."
    assert lookup("4005", None, "ARL").text("meaning") == ""
    assert lookup("4005", None, "ARL").level == ""


def test_every_notice_is_written_in_both_languages():
    for kind in NoticeKind:
        assert Notice(kind, "x").text("fr")
        assert Notice(kind, "x").text("en")
        assert "{}" not in Notice(kind, "x").text("fr") + Notice(kind, "x").text("en")


def test_answers_are_remembered_and_cannot_be_changed():
    assert lookup(*DOUBLON) is lookup(*DOUBLON)
    with pytest.raises(AttributeError):
        lookup(*DOUBLON).action = Action.AUCUNE


texts = st.none() | st.text(max_size=40) | st.sampled_from([row.code for row in load().rows])
spaces = st.sampled_from([None, "", "AMO", "AMC", "ARL", "OC929", "SSV", "DROITS", "SIM", "OTHER"])


@given(texts, texts, spaces, st.sampled_from([None, "O", "C"]), st.none() | st.dates(), texts)
def test_any_input_has_an_answer(code, label, namespace, part, on, emitter):
    answer = lookup(code, label, namespace, part, on, emitter)
    assert (answer.code, answer.label) == (code, label)
    assert answer.summary("en")
    assert answer.reject is not None or answer.motive is not None or answer.candidates
    assert not (answer.inferred and answer.may_trigger_resend)
