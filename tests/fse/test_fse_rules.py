"""Each rule on B2 flows, broken by hand: what is found, and nothing else, by both engines."""

from __future__ import annotations

import pytest
from fse_faults import FIELDS, FILE, ORDER, At
from fse_faults_care import AMOUNTS, CARE
from fse_flows import LENGTH, findings, octets

from codes.rules import BESIDE_FLOWS, catalogue
from fse import read_flux
from fse.rules.registre import CLAIMS, ON_FACTURE, finds, invoice_checks
from fse.rules.totaux import euros

FAULTS = {**FILE, **ORDER, **FIELDS, **AMOUNTS, **CARE}

#: Rules that a flow alone can break.
RULES = {id: rule for id, rule in catalogue().items() if rule.family not in BESIDE_FLOWS}

#: Rules that stop the reading (see the tests on bad input), and one that only NOEMIE entities break.
ELSEWHERE = {id for id, rule in RULES.items() if rule.unreadable} | {"format.signe"}


def test_every_rule_is_claimed_by_one_check() -> None:
    invoice_checks()  # imported with the first invoice that is not flawless
    on_flows = {id: check for id, check in CLAIMS.items() if catalogue()[id].family not in BESIDE_FLOWS}
    assert set(on_flows) == set(RULES)
    assert all(check.startswith("fse.") for check in on_flows.values())
    assert len(ON_FACTURE) == len(set(ON_FACTURE)) == len(invoice_checks())


def test_a_rule_is_claimed_once() -> None:
    with pytest.raises(ValueError, match=r"rule cle\.nir is claimed twice"):
        finds("cle.nir")(test_a_rule_is_claimed_once)


def test_every_rule_is_broken_below() -> None:
    assert set(FAULTS) == set(RULES) - ELSEWHERE


@pytest.mark.parametrize("rule", FAULTS)
def test_what_is_found(rule: str) -> None:
    flow, expected = FAULTS[rule]
    data = flow if isinstance(flow, bytes) else octets(flow)
    offsets = [0, *(record.offset for record in read_flux(data).records), len(data)]
    found = [
        At(
            one.rule,
            one.record,
            one.offset - offsets[one.record] + 1,
            one.length,
            one.type,
            one.field,
            one.expected,
        )
        for one in findings(data)
    ]
    assert found == expected
    assert rule in {one.rule for one in found}


@pytest.mark.parametrize("rule", FAULTS)
def test_numbers_of_the_invoice_and_of_the_batch(rule: str) -> None:
    """Told wherever they can be: a finding on a record of an invoice names the invoice."""
    flow, _ = FAULTS[rule]
    data = flow if isinstance(flow, bytes) else octets(flow)
    for one in findings(data):
        if one.type[:1] in tuple("2345") and rule not in ("presence.numero-facture", "presence.nir"):
            assert one.facture.isdigit()
            assert int(one.facture) > 0
        assert one.lot in ("", "000", "001", "002")


@pytest.mark.parametrize("rule", FAULTS)
def test_the_norms_of_a_rule(rule: str) -> None:
    """A rule that is said to be of some norms is broken in a flow of one of them."""
    flow, _ = FAULTS[rule]
    norms = RULES[rule].norms
    if norms:
        data = flow if isinstance(flow, bytes) else octets(flow)
        assert read_flux(data).norme.name in norms


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0,00 €"), (5, "0,05 €"), (1234, "12,34 €"), (10000000, "100000,00 €")]
)
def test_amounts_are_written_in_euros(cents: int, text: str) -> None:
    assert euros(cents) == text


def test_findings_come_in_the_order_of_the_file() -> None:
    flow, _ = FAULTS["structure.chaine"]
    assert isinstance(flow, list)
    flow = [one.replace("1800199999999" + "40", "1800199999999" + "41") for one in flow]
    places = [(one.record, one.offset) for one in findings(octets(flow))]
    assert places == sorted(places)
    assert all(offset // LENGTH == record - 1 for record, offset in places)
