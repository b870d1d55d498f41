"""What a broken rule says of a B2 flow: where it is seen, and the fact that its message quotes.

The words themselves, in both languages, are in docs/reference/rules.md, which fails on a changed one. Here a
table holds what that page cannot know (`rules_broken.csv`): the places where the fault of each rule is found,
and the facts of the first finding, as they stand in the message.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from codes.rules import BESIDE_FLOWS, catalogue
from fixtures.faults import CAUSES, FAULTS, OUTSIDE, example
from flatfile import Finding
from fse import check
from fse.causes import explain


class Broken(NamedTuple):
    """One rule, broken by its own fault: `type.field` of each place, in file order, and the facts quoted."""

    places: str
    expected: str
    found: str


with Path(__file__).with_name("rules_broken.csv").open(encoding="utf-8", newline="") as table:
    rows = csv.DictReader(table, delimiter=";")
    BROKEN = {row["rule"]: Broken(row["places"], row["expected"], row["found"]) for row in rows}

#: Rules that a finding of a B2 flow can carry.
RULES = {
    id
    for id, rule in catalogue().items()
    if id in CAUSES or (rule.family not in BESIDE_FLOWS and not rule.unreadable and id not in OUTSIDE)
}


@cache
def _found(rule: str, seed: int = 1) -> tuple[Finding, ...]:
    _, damaged = example(rule, seed, **({"invoices": 12} if rule in CAUSES else {}))
    if rule in CAUSES:
        return tuple(explain(damaged.data, check(damaged.data)))
    return tuple(one for one in check(damaged.data, norm=FAULTS[rule].norm) if one.rule == rule)


def _seen(rule: str) -> Broken:
    found = _found(rule)
    places = dict.fromkeys(f"{one.type}.{one.field}".strip(".") for one in found)
    return Broken(" ".join(places), found[0].expected, found[0].found)


def test_every_rule_is_in_the_table() -> None:
    missing = [";".join((rule, *_seen(rule))) for rule in sorted(RULES - set(BROKEN))]
    assert not missing, "read these lines, then add them to rules_broken.csv:\n" + "\n".join(missing)
    assert set(BROKEN) == RULES


@pytest.mark.parametrize("rule", BROKEN)
def test_where_the_finding_is_and_what_it_quotes(rule: str) -> None:
    assert _seen(rule) == BROKEN[rule]


@pytest.mark.parametrize("rule", BROKEN)
def test_every_fact_of_a_message_is_given(rule: str) -> None:
    """No message is left with a question mark where a fact should be, whatever the place."""
    for seed in (1, 2, 3):
        for finding in _found(rule, seed):
            for lang in ("fr", "en"):
                assert "?" not in catalogue()[rule].message(lang, finding.expected, found=finding.found)


def _texts(rule: str, lang: str) -> tuple[str, str, str]:
    entry = catalogue()[rule]
    return (
        entry.title(lang),
        entry.message(lang, BROKEN[rule].expected, found=BROKEN[rule].found),
        entry.fix(lang),
    )


@pytest.mark.parametrize("rule", BROKEN)
def test_both_languages_tell_the_same_facts(rule: str) -> None:
    """Numbers, codes and positions are the same in French and in English."""
    number = re.compile(r"\d+(?:[-,]\d+)*")
    for french, english in zip(_texts(rule, "fr"), _texts(rule, "en"), strict=True):
        assert sorted(number.findall(french)) == sorted(number.findall(english))


@pytest.mark.parametrize("rule", BROKEN)
def test_texts_are_written_alike(rule: str) -> None:
    """A title starts with a capital, a message goes on from it, an advice is a sentence."""
    for lang in ("fr", "en"):
        title, message, fix = _texts(rule, lang)
        assert title[0].isupper() or title[0].isdigit()
        assert not title.endswith(".")
        assert not message.endswith(".")
        assert fix.endswith(".")
        assert fix[0].isupper()
    for text in _texts(rule, "fr"):
        assert "  " not in text
        assert not re.search(r"\w[;:!?»](?:\s|$)", text), "French puts a space before this sign"
