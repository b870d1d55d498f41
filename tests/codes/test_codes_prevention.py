"""What would have seen a reject before sending: rules of the toolkit, and habits in words."""

import pytest

from codes.motives import DEFAULT, MOTIVES
from codes.prevention import WORDS, habits, rules_for
from codes.rules import catalogue


def test_every_check_that_a_motive_names_has_its_words():
    named = {name for motive in MOTIVES.values() for name in motive.avoidable_by}
    assert named == set(WORDS)
    assert all(french and english and french != english for french, english in WORDS.values())


@pytest.mark.parametrize("motive", MOTIVES)
def test_every_motive_has_an_answer_in_both_languages(motive):
    assert len(habits(motive, "fr")) == len(habits(motive, "en")) == len(MOTIVES[motive].avoidable_by)
    assert all(rule.motive == motive for rule in rules_for(motive))


def test_every_rule_that_prevents_something_is_found_by_its_motive():
    named = [rule for rule in catalogue().values() if rule.motive]
    assert sorted(rule.id for name in MOTIVES for rule in rules_for(name)) == sorted(r.id for r in named)


@pytest.mark.parametrize(
    ("motive", "rule"),
    [
        ("doublon", "unicite.facture"),
        ("lot_deja_recu", "unicite.lot"),
        ("nir_cle_invalide", "cle.nir"),
        ("total_incoherent", "facture.total-amo"),
        ("smg_mauvaise_caisse", "smg.mauvaise-caisse"),
    ],
)
def test_the_rule_that_would_have_seen_it(motive, rule):
    assert rule in [found.id for found in rules_for(motive)]


@pytest.mark.parametrize("motive", [DEFAULT, "mouvement_contrat_oc", "no_such_motive"])
def test_what_nothing_prevents(motive):
    assert (rules_for(motive), habits(motive)) == ((), ())
