"""Every finding on a B2 flow, word for word: its place, then its title, message and advice in both languages.

The tables are literal: a text that changes, a fact that moves or goes missing, is seen here.
"""

from __future__ import annotations

import re

import fse_said_amounts
import fse_said_care
import fse_said_cnmss
import fse_said_fields
import fse_said_file
import fse_said_insurance
import fse_said_order
import pytest
from fse_said import Said

from codes.rules import BESIDE_FLOWS, catalogue
from fixtures.faults import FAULTS, OUTSIDE, example
from flatfile import Finding
from fse import check

_TABLES = (
    fse_said_file,
    fse_said_order,
    fse_said_fields,
    fse_said_amounts,
    fse_said_care,
    fse_said_insurance,
    fse_said_cnmss,
)

SAID: dict[str, Said] = {rule: said for table in _TABLES for rule, said in table.MESSAGES.items()}

#: Rules that a finding of a B2 flow can carry.
RULES = {
    id
    for id, rule in catalogue().items()
    if rule.family not in BESIDE_FLOWS and not rule.unreadable and id not in OUTSIDE
}


def _found(rule: str, seed: int = 1) -> list[Finding]:
    _, damaged = example(rule, seed)
    return [finding for finding in check(damaged.data, norm=FAULTS[rule].norm) if finding.rule == rule]


def test_every_rule_is_in_one_table() -> None:
    assert set(SAID) == RULES
    assert sum(len(table.MESSAGES) for table in _TABLES) == len(RULES)


@pytest.mark.parametrize("rule", SAID)
def test_where_the_finding_is(rule: str) -> None:
    assert tuple(dict.fromkeys((one.type, one.field) for one in _found(rule))) == SAID[rule].places


@pytest.mark.parametrize("rule", SAID)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_the_finding_says(rule: str, lang: str) -> None:
    entry, finding = catalogue()[rule], _found(rule)[0]
    said = (entry.title(lang), entry.message(lang, finding.expected, found=finding.found), entry.fix(lang))
    assert said == (SAID[rule].fr if lang == "fr" else SAID[rule].en)
    assert entry.severity.word == SAID[rule].severity


@pytest.mark.parametrize("rule", SAID)
def test_every_fact_of_a_message_is_given(rule: str) -> None:
    """No message is left with a question mark where a fact should be, whatever the place."""
    for seed in (2, 3):
        for finding in _found(rule, seed):
            for lang in ("fr", "en"):
                assert "?" not in catalogue()[rule].message(lang, finding.expected, found=finding.found)


@pytest.mark.parametrize("rule", SAID)
def test_both_languages_tell_the_same_facts(rule: str) -> None:
    """Numbers, codes and positions are the same in French and in English."""
    for french, english in zip(SAID[rule].fr, SAID[rule].en, strict=True):
        assert sorted(re.findall(r"\d+(?:[-,]\d+)*", french)) == sorted(
            re.findall(r"\d+(?:[-,]\d+)*", english)
        )


@pytest.mark.parametrize("rule", SAID)
def test_texts_are_written_alike(rule: str) -> None:
    """A title starts with a capital, a message goes on from it, an advice is a sentence."""
    for title, message, fix in (SAID[rule].fr, SAID[rule].en):
        assert title[0].isupper() or title[0].isdigit()
        assert not title.endswith(".")
        assert not message.endswith(".")
        assert fix.endswith(".")
        assert fix[0].isupper()
    for text in SAID[rule].fr:
        assert "  " not in text
        assert not re.search(r"\w[;:!?»](?:\s|$)", text), "French puts a space before this sign"
