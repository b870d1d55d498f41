"""The text of an action when a part is paid: of the open part alone."""

from __future__ import annotations

import pytest

from codes.action_texts import action_banner, action_text, open_part, provider_text
from codes.actions import REDOES, Action
from codes.rejects import load

#: What no text may say once a part is paid: it would have the whole claimed again.
WHOLE = ("la facture", "feuille papier", "sur papier", "the invoice", "paper", "le fichier", "the file again")
OTHERS = {
    "AMC": ("la mutuelle", "la part mutuelle", "complementary"),
    "AMO": ("la caisse", "la part caisse", "fund", "compulsory"),
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("paid", "part"), [("AMO", "AMC"), ("AMC", "AMO")])
@pytest.mark.parametrize("scope", ["", "part"])
@pytest.mark.parametrize("action", Action)
def test_with_a_part_paid_every_text_is_of_the_open_part(action, scope, paid, part, lang):
    asked = part if scope else ""
    text, banner = (write(action, asked, {paid}, lang) for write in (action_text, action_banner))
    assert text != action.title(lang)
    for told in (text, banner):
        assert not any(word in told.lower() for word in WHOLE)
        assert not any(word in told.lower() for word in OTHERS[paid])
    if action not in (Action.CORRIGER_POSTE, Action.FACTURER_PATIENT):
        assert any(word in text.lower() for word in OTHERS[part])


@pytest.mark.parametrize(
    ("lang", "redo", "rest"), [("fr", "refaire que", "manque"), ("en", "redo ", "lacks")]
)
@pytest.mark.parametrize("part", ["AMO", "AMC"])
@pytest.mark.parametrize("action", sorted(REDOES))
def test_a_part_with_money_on_it_is_not_to_be_redone(action, part, lang, redo, rest):
    told = action_text(action, part, {part}, lang)
    assert rest in told
    for words in (told, action_banner(action, part, {part}, lang)):
        assert redo not in words.lower()


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("action", Action)
def test_without_money_the_text_is_that_of_the_action(action, lang):
    assert action_text(action, "", (), lang) == action.title(lang)
    assert action_banner(action, "AMO", (), lang) == action.banner(lang)


@pytest.mark.parametrize(
    ("scope", "paid", "expected"),
    [
        ("", "", ""),
        ("AMC", "", ""),
        ("", "AMO", "AMC"),
        ("", "AMC", "AMO"),
        ("AMO", "AMO AMC", "AMO"),
        ("", "AMO AMC", ""),
    ],
)
def test_the_open_part(scope, paid, expected):
    assert open_part(scope, paid.split()) == expected


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_text_of_a_reject_gives_way_to_that_of_the_open_part(lang):
    for row in load().rows:
        answer = load().lookup(row.code or None, row.label or None, row.namespace)
        told = provider_text(answer, answer.action, "AMC", {"AMO"}, lang)
        assert told == action_text(answer.action, "AMC", {"AMO"}, lang)
        assert provider_text(answer, answer.action, "AMC", (), lang) == answer.text("provider_action", lang)


def test_the_words_of_two_cases():
    assert action_text(Action.CORRIGER_RETRANSMETTRE, "AMC", {"AMO"}) == (
        "Corriger, puis ne refaire que la part mutuelle (destinataire 25)"
    )
    assert action_banner(Action.INCONNUE, "AMC", {"AMO"}) == "VOIR AVEC LA MUTUELLE"
