"""The inner shape of a code: letters, digits, class; what the class letter says wins over the catalogue."""

import pytest

from codes.actions import Action
from codes.rejects import lookup, shape_of
from codes.speakers import is_complementary_emitter, payer_words


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("AAA000697R", ("AAA", "000697", "R")),
        ("  MUJ130033C\0", ("MUJ", "130033", "C")),
        ("ABC000000I", ("ABC", "000000", "I")),
        ("ABC123456S", ("ABC", "123456", "S")),
        ("ABC123456X", None),
        ("AB1123456R", None),
        ("abc123456R", None),
        ("ABC12345R", None),
        ("ABC1234567R", None),
        ("2900 005", None),
        ("", None),
    ],
)
def test_the_shape_of_a_code(code, parts):
    assert shape_of(code) == parts


@pytest.mark.parametrize(
    ("code", "number"), [("AAA000697R", "697"), ("AAA130033C", "130033"), ("AAA000000R", "0")]
)
def test_a_catalogue_is_searched_by_the_digits(code, number):
    assert shape_of(code).number == number


@pytest.mark.parametrize("code", ["697", "0697", "AAA000697R", "ZZZ000697R"])
def test_the_row_of_a_shaped_code(code):
    answer = lookup(code, None, "AMC")
    assert (answer.reject.code if answer.reject else None) == (None if code == "0697" else "697")


@pytest.mark.parametrize(
    ("code", "outcome", "action", "warned"),
    [
        ("AAA000705R", "rejet", Action.CORRIGER_RETRANSMETTRE, False),
        ("AAA000705I", "rejet", Action.CORRIGER_RETRANSMETTRE, False),
        # A notice or an acknowledgement is no refusal: nothing is billed again because of it.
        ("AAA000705S", "signalement", Action.INCONNUE, True),
        ("AAA000705C", "acquittement", Action.INCONNUE, True),
        # What forbids a resend stays.
        ("AAA000697S", "signalement", Action.NE_PAS_RETRANSMETTRE, True),
        ("AAA999999R", "rejet", Action.INCONNUE, False),
        ("AAA999999S", "signalement", Action.INCONNUE, False),
    ],
)
def test_the_class_says_what_the_answer_is(code, outcome, action, warned):
    answer = lookup(code, None, "AMC")
    assert (answer.outcome, answer.action) == (outcome, action)
    assert ("class_wins" in [notice.kind for notice in answer.warnings]) is warned
    assert not (answer.may_trigger_resend and outcome != "rejet")


@pytest.mark.parametrize(("code", "action"), [("MUJ130033C", "aucune"), ("MUJ130033R", "inconnue")])
def test_the_class_of_a_contract_movement(code, action):
    assert lookup(code, None, "OC929").action == action


@pytest.mark.parametrize("label", ["NUM. BENEFICIAIRE INCONNU", "CONTRAT RESILIE, CORRIGER"])
def test_the_class_bears_on_what_is_deduced_too(label):
    assert not lookup("AAA999999S", label, "AMC").action.asks_resend


@pytest.mark.parametrize("namespace", ["SSV", "DROITS"])
def test_a_namespace_without_the_shape_is_not_searched_by_its_digits(namespace):
    assert lookup("AAA000002R", None, namespace).reject is None


@pytest.mark.parametrize(
    "label",
    [
        "CREATION INFO O.C. ACQUITTEE",
        "CREATION INFO.OC ACQUITTEE",
        "Création info OC acquittée",
        "CREATIONINFOOCACQUITTEE",
    ],
)
def test_dots_spaces_accents_and_case_of_a_label_do_not_matter(label):
    answer = lookup("MUJ130033C", label, "OC929")
    assert answer.reject.code == "33"
    assert answer.warnings == ()


def test_a_replaced_code_says_so_and_ends_that_day():
    assert lookup("AAA000413R", None, "AMC").replacement.code == "651"


@pytest.mark.parametrize(
    ("emitter", "part"),
    [("OC", True), ("CS", True), (" MU ", True), ("SM", False), ("CP", False), ("", False)],
)
def test_who_speaks(emitter, part):
    assert is_complementary_emitter(emitter) is part


def test_who_pays():
    assert payer_words(complementary=False) == ("la caisse", "the caisse")
    assert payer_words(complementary=True, type_emetteur="MU") == ("la mutuelle", "the mutual insurer")
    assert payer_words(complementary=True) == ("la complémentaire", "the insurer")
