"""Which invoices a person looks for: by number, patient, régime, professional."""

from __future__ import annotations

from typing import NamedTuple

from noemie.ledger.marks import Target
from noemie.ledger.values import InvoiceState
from noemie.suivi.faits import cle

__all__ = ["Wanted"]


class Wanted(NamedTuple):
    """What is looked for; all that is given must fit. `patients` are references, `regime` two digits."""

    target: Target | None = None
    patients: frozenset[str] | None = None
    regime: str = ""
    professionnel: str = ""

    def keeps(self, state: InvoiceState) -> bool:
        """Whether this invoice, or this answer to none, is looked for."""
        if self.target is not None and not self.target.names(
            state.numero, state.lot, state.depuis or state.date_facturation or state.repondu_le
        ):
            return False
        if self.patients is not None and state.patient not in self.patients:
            return False
        if self.regime and self.regime.strip().zfill(2) != state.regime:
            return False
        return not self.professionnel or cle(state.numero_ps) == cle(self.professionnel)
