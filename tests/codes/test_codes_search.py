"""Search: a person types a piece of something and finds the entry."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.rejects import load
from codes.search import Hit, search


def found(hit):
    return f"{hit.reject.namespace} {hit.reject.code}".strip() if hit.reject else hit.motive.motive


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("0450 072", "AMO 0450 072"),
        ("0450-072", "AMO 0450 072"),
        ("AMO 0450072", "AMO 0450 072"),
        ("0009", "AMO 0009-816"),
        ("FACTURE DEJA PAYEE", "AMO 2900 005"),
        ("facture déjà pa", "AMO 2900 005"),
        ("deja paye", "AMO 2900 005"),
        ("etm", "AMO 0450-054"),
        ("établissement prescripteur", "AMO 0460 053"),
        ("etablisement prescripteur", "AMO 0460 053"),
        ("retarification", "AMO"),
        ("4015", "ARL 4015"),
        ("arl negatif", "ARL"),
        ("62995", "SSV 0xF610-0xF61F"),
        ("0xF613", "SSV 0xF610-0xF61F"),
        ("SSV F613", "SSV 0xF610-0xF61F"),
        ("ssv 62995", "SSV 0xF610-0xF61F"),
        ("carte vitale absente", "SSV 0xF011"),
        ("04", "OC929 04"),
        ("OC929 MUJ130004C", "OC929 04"),
        ("sim1", "SIM SIM1"),
        ("NEXT-SERVICEELIGIBILITY-CORE-00163", "DROITS NEXT-SERVICEELIGIBILITY-CORE-00163"),
        ("DROITS NEXT-SERVICEELIGIBILITY-CORE-00163", "DROITS NEXT-SERVICEELIGIBILITY-CORE-00163"),
        ("droits fermés", "droits_fermes"),
        ("duplicate", "doublon"),
        ("key encryption", "cle_chiffrement"),
        ("médecin traitant", "medecin_traitant"),
        ("smg mauvaise caisse", "smg_mauvaise_caisse"),
        ("medcin traitan", "medecin_traitant"),
    ],
)
def test_the_best_hit_comes_first(text, first):
    assert found(search(text)[0]) == first


@pytest.mark.parametrize("text", ["", "   ", "!!", "zzzz", "xqwkjh", "\x00"])
def test_nothing_fits(text):
    assert search(text) == []


@pytest.mark.parametrize("limit", [-1, 0])
def test_no_hit_is_asked_for(limit):
    assert search("facture", limit=limit) == []


def test_limit_and_order():
    hits = search("inconnu", limit=7)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits == search("inconnu")[:7]


def test_a_namespace_keeps_the_others_out():
    assert {hit.reject.namespace for hit in search("OC929 04")} == {"OC929"}


def test_a_hit_says_what_it_is():
    reject, motive = Hit(1.0, reject=load().lookup("4005", namespace="ARL").reject), search("doublon")[0]
    assert (reject.kind, reject.title("en")) == ("reject", "4005")
    assert (motive.kind, motive.title("en")) == ("motive", "Duplicate: invoice already paid")
    assert search("2900 005")[0].title() == "FACTURE DEJA PAYEE"
    assert Hit(0.0).title() == ""


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_searched(text):
    assert all(0.5 <= hit.score <= 1.0 for hit in search(text, limit=3))
