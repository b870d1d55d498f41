"""What a professional claims of an invoice sent: what the follow-up and the simulated caisse both read."""

from __future__ import annotations

from typing import Final

from fse import Facture
from fse.totaux import Totaux
from noemie.suivi.faits import CANCELLING

__all__ = ["claimed"]

#: Payees (list `destinataire_reglement`) for whom a part is not paid to the professional.
_NOT_AMO: Final = frozenset({"00", "25"})
_NOT_AMC: Final = frozenset({"00", "05"})


def claimed(facture: Facture) -> tuple[int, int, bool]:
    """What the professional claims of an invoice: AMO and AMC in signed cents, and whether it claims at all.

    Amounts are those of the lines. A payee that the invoice does not tell (establishments) is taken for the
    professional.
    """
    totals = Totaux.of_invoice(facture)
    payee = facture.destinataire_reglement
    operation = facture.nature_operation
    sign = -1 if operation in CANCELLING else 1
    amo = 0 if payee in _NOT_AMO else sign * totals.amo
    amc = 0 if payee in _NOT_AMC else sign * totals.amc
    return amo, amc, payee != "00"
