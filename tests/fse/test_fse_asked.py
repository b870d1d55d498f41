"""A rule that the gate does not ask about runs in the fast engine all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fse_flows import Ligne, facture_cp, facture_ps, flux_cp, flux_ps, octets

from codes.rules import BESIDE_FLOWS, catalogue
from flatfile import Finding
from fse import check
from fse.asked import ASKED, FRAMING, unasked
from fse.facture import Facture
from fse.rules.contexte import Contexte
from fse.rules.registre import CLAIMS, ON_FACTURE, Check, finds, invoice_checks, on_facture

PS = octets(flux_ps([facture_ps(1, [Ligne(), Ligne()]), facture_ps(2)]))
CP = octets(flux_cp([facture_cp(1, honoraires=[Ligne("CS")] * 2, exoneration="0"), facture_cp(2)]))


@pytest.fixture(autouse=True)
def _only_here() -> Iterator[None]:
    """What a test registers is forgotten after it."""
    invoice_checks()  # imports them all
    claims, checks = dict(CLAIMS), list(ON_FACTURE)
    yield
    CLAIMS.clear()
    CLAIMS.update(claims)
    ON_FACTURE[:] = checks


def on_each_line(facture: Facture, context: Contexte) -> Iterator[Finding]:
    for acte in facture.actes:
        yield context.finding("acte.essai", acte.principal, "code_acte", facture=facture)


def on_each_invoice(facture: Facture, context: Contexte) -> Iterator[Finding]:
    yield context.finding("facture.essai", facture.records[0], "nir", facture=facture)


def once_in_a_flow(facture: Facture, context: Contexte) -> Iterator[Finding]:
    if context.debut is not None and context.first_time("fichier.essai"):
        yield context.finding("fichier.essai", context.debut, "norme")


@pytest.mark.parametrize("data", [PS, CP], ids=["PS", "CP"])
@pytest.mark.parametrize("rule", ["acte.essai", "facture.essai", "fichier.essai", "delai.essai"])
def test_a_rule_added_as_any_other_runs_at_once(rule: str, data: bytes) -> None:
    """Its family does not matter, nor what it looks at: a flow, an invoice, a line."""
    checks: dict[str, Check] = {"acte.essai": on_each_line, "fichier.essai": once_in_a_flow}
    assert list(check(data)) == []
    on_facture(rule)(checks.get(rule, on_each_invoice))
    found = list(check(data))
    assert found
    assert found == list(check(data, engine="reference"))


def test_a_check_that_claims_nothing_runs_too() -> None:
    ON_FACTURE.append(on_each_invoice)
    assert [found.rule for found in check(PS)] == ["facture.essai", "facture.essai"]


def test_a_rule_added_to_a_check_that_the_gate_knows_closes_it() -> None:
    """The questions were written for the other rules of that check."""
    CLAIMS["date.essai"] = CLAIMS["date.debut-fin"]
    assert unasked() == {"date.essai"}


def test_a_rule_on_any_field_closes_the_gate() -> None:
    finds("format.essai")(on_each_line)
    assert unasked() == {"format.essai"}


def test_every_rule_is_listed_so_that_the_fast_engine_is_fast() -> None:
    assert unasked() == set()


def test_the_lists_hold_the_rules_of_flows_once() -> None:
    on_flows = {id for id, rule in catalogue().items() if rule.family not in BESIDE_FLOWS}
    assert on_flows == ASKED | FRAMING
    assert not ASKED & FRAMING


@pytest.mark.parametrize("rule", sorted(ASKED))
def test_without_a_rule_of_the_list_the_gate_is_closed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fse.asked.ASKED", ASKED - {rule})
    assert unasked() == {rule}
