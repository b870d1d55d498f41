"""The state of a part, from its claim and its postings; of an invoice, from its parts: a case a line."""

from __future__ import annotations

import datetime as dt

import pytest

from codes.states import Etat, EtatPart
from noemie.suivi.etats import etat_facture, etat_part, net_paye
from noemie.suivi.mouvements import Operation

DAY = dt.date(2026, 1, 20)


def postings(*told: str) -> list[Operation]:
    """`P1000` is a payment of 10,00 €, `R0` a refusal."""
    return [Operation(DAY, one[:1].strip(), int(one[1:])) for one in told]


@pytest.mark.parametrize(
    ("claim", "told", "cents", "state"),
    [
        (1000, (), 0, EtatPart.ATTENDUE),
        (-1000, (), 0, EtatPart.ATTENDUE),
        (0, (), 0, EtatPart.RIEN_DU),
        (1000, ("P1000",), 0, EtatPart.PAYEE),
        (1000, ("P400", "P600"), 0, EtatPart.PAYEE),
        (1000, ("R0", "P1000"), 0, EtatPart.PAYEE),
        (1, ("P1",), 0, EtatPart.PAYEE),
        # what rounding explains
        (1000, ("P999",), 0, EtatPart.PAYEE_EN_PARTIE),
        (1000, ("P999",), 1, EtatPart.PAYEE),
        (1000, ("P998",), 1, EtatPart.PAYEE_EN_PARTIE),
        (1000, ("P998",), 2, EtatPart.PAYEE),
        (1000, ("P1001",), 0, EtatPart.TROP_PAYEE),
        (1000, ("P1001",), 1, EtatPart.PAYEE),
        (1000, ("P1002",), 1, EtatPart.TROP_PAYEE),
        (1000, ("P400", "P599"), 1, EtatPart.PAYEE),
        (1000, ("R0", "P999"), 1, EtatPart.PAYEE_EN_PARTIE),  # a reject is a reason, no rounding
        (1000, ("P1100", "P-101"), 1, EtatPart.REPRISE),  # nor is what is taken back
        (1000, ("P1000", "P0", "P-1"), 1, EtatPart.REPRISE),
        (0, ("P1",), 1, EtatPart.TROP_PAYEE),
        # the last word
        (1000, ("R0",), 0, EtatPart.REJETEE),
        (1000, ("D0",), 0, EtatPart.DIFFEREE),
        (1000, ("R0", "D0"), 0, EtatPart.DIFFEREE),
        (1000, ("D0", "R0"), 0, EtatPart.REJETEE),
        (1000, ("P500", "D0"), 0, EtatPart.DIFFEREE),
        (1000, ("P500", "R0"), 0, EtatPart.PAYEE_EN_PARTIE),
        (1000, ("P1000", "P-1000"), 0, EtatPart.REPRISE),
        (1000, ("P1000", "R-400"), 0, EtatPart.REPRISE),
        (1000, ("P-400",), 0, EtatPart.REPRISE),
        (1000, ("P1000", "P-1000", "P400"), 0, EtatPart.PAYEE_EN_PARTIE),
        (1000, ("P1000", "P-1000", "R0"), 0, EtatPart.REPRISE),
        # nothing was claimed
        (0, ("R0",), 0, EtatPart.REJETEE),
        (0, ("D0",), 0, EtatPart.RIEN_DU),
        (0, (" 0",), 0, EtatPart.RIEN_DU),
        (0, ("P500",), 0, EtatPart.TROP_PAYEE),
        (0, ("P500", "P-500"), 0, EtatPart.PAYEE),
        # a cancellation claims an amount below zero
        (-1000, ("P-1000",), 0, EtatPart.PAYEE),
        (-1000, ("P-999",), 0, EtatPart.PAYEE_EN_PARTIE),
        (-1000, ("P-999",), 1, EtatPart.PAYEE),
        (-1000, ("P-998",), 1, EtatPart.PAYEE_EN_PARTIE),
        (-1000, ("P-1001",), 0, EtatPart.TROP_PAYEE),
        (-1000, ("P1000",), 0, EtatPart.REPRISE),
        (-1000, ("R0",), 0, EtatPart.REJETEE),
    ],
)
def test_a_part(claim: int, told: tuple[str, ...], cents: int, state: EtatPart) -> None:
    assert etat_part(claim, postings(*told), cents) is state


@pytest.mark.parametrize(
    ("claim", "told", "net"),
    [
        (1000, ("P400", "P300"), 700),
        (1000, ("P400", "P-500"), 0),
        (-1000, ("P-400", "P-300"), 700),
        (-1000, ("P400",), 0),
        (0, ("P400",), 400),
        (1000, (), 0),
    ],
)
def test_what_was_paid_net(claim: int, told: tuple[str, ...], net: int) -> None:
    assert net_paye(claim, postings(*told)) == net


@pytest.mark.parametrize(
    ("amo", "amc", "state"),
    [
        (EtatPart.PAYEE, EtatPart.PAYEE, Etat.PAYEE),
        (EtatPart.PAYEE, None, Etat.PAYEE),
        (EtatPart.PAYEE, EtatPart.ATTENDUE, Etat.PART_AMC_ATTENDUE),
        (EtatPart.ATTENDUE, EtatPart.PAYEE, Etat.PART_AMO_ATTENDUE),
        (EtatPart.PAYEE, EtatPart.REJETEE, Etat.PAYEE_EN_PARTIE),
        (EtatPart.REJETEE, EtatPart.PAYEE, Etat.PAYEE_EN_PARTIE),
        (EtatPart.PAYEE_EN_PARTIE, EtatPart.ATTENDUE, Etat.PAYEE_EN_PARTIE),
        (EtatPart.REJETEE, EtatPart.ATTENDUE, Etat.REJETEE),
        (EtatPart.REJETEE, EtatPart.REJETEE, Etat.REJETEE),
        (EtatPart.DIFFEREE, EtatPart.PAYEE, Etat.DIFFEREE),
        (EtatPart.DIFFEREE, EtatPart.REJETEE, Etat.DIFFEREE),
        (EtatPart.REPRISE, EtatPart.DIFFEREE, Etat.REPRISE),
        (EtatPart.REPRISE, EtatPart.TROP_PAYEE, Etat.TROP_PAYEE),
        (EtatPart.ATTENDUE, EtatPart.ATTENDUE, Etat.REPONSE_ATTENDUE),
    ],
)
@pytest.mark.parametrize("answered", [False, True])
def test_an_invoice(amo: EtatPart, amc: EtatPart | None, state: Etat, answered: bool) -> None:
    live = {"AMO": amo} | ({"AMC": amc} if amc else {})
    found = etat_facture(live, live.values(), repondue=answered, sans_reponse=Etat.REPONSE_ATTENDUE)
    assert found is state


@pytest.mark.parametrize(
    ("parts", "answered", "state"),
    [
        ((EtatPart.RIEN_DU, EtatPart.RIEN_DU), False, Etat.RIEN_ATTENDU),
        ((EtatPart.RIEN_DU, EtatPart.RIEN_DU), True, Etat.PAYEE),
        ((EtatPart.REMPLACEE, EtatPart.RIEN_DU), True, Etat.REMPLACEE),
        ((EtatPart.REMPLACEE, EtatPart.DOUBLON), True, Etat.DOUBLON),
        ((EtatPart.RIEN_DU, EtatPart.DOUBLON), False, Etat.DOUBLON),
    ],
)
def test_an_invoice_of_which_no_part_counts(parts: tuple[EtatPart, ...], answered: bool, state: Etat) -> None:
    assert etat_facture({}, parts, repondue=answered, sans_reponse=Etat.REPONSE_ATTENDUE) is state
