"""Invoices of a flow that is about to be sent, and those that the ledger holds already.

    with Ledger("registre.db") as ledger:
        source = already_sent(ledger)
    # then as a comparison of `fse.compare`, beside the checks of the flow

Number and professional are compared as `noemie.suivi.reconcile` does, within the year after which numbers
start again. A rejected invoice may be sent again under its number: nothing is said of it. Give the flow to
the check before the ledger: once imported, its own invoices are those that were sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from flatfile import Finding
from fse.facture import Facture
from fse.rules.contexte import whole_header
from fse.rules.registre import finds
from fse.trusted import finding_on
from noemie.ledger.states import SAME_NUMBER_DAYS
from noemie.suivi.reconcile import Etat, cle

if TYPE_CHECKING:
    from noemie.ledger.ledger import Ledger

_SETTLED: Final = frozenset({Etat.PAYE, Etat.PARTIEL, Etat.SANS_OBJET})
_AWAITED: Final = frozenset({Etat.SANS_REPONSE, Etat.ARL_ATTENDU, Etat.DIFFERE})


class _Known(NamedTuple):
    """What the ledger says of one invoice: its day, the rule to tell, the file it went in."""

    day: dt.date | None
    rule: str
    fichier: str


class Envoyees:
    """Invoices of a ledger by professional and number: a source and a comparison of `fse.compare`."""

    def __init__(self, known: dict[tuple[str, str], list[_Known]]) -> None:
        self._known = known

    def open(self) -> Envoyees:
        """What compares one flow: nothing is remembered from one invoice to the next."""
        return self

    @finds("registre.deja-reglee", "registre.deja-envoyee")
    def compare(self, facture: Facture) -> Iterator[Finding]:
        """The latest invoice of the same number, when it is settled or still unanswered."""
        header = whole_header(facture)
        day = facture.date_facturation
        if header is None or day is None:
            return
        near = [
            one
            for one in self._known.get((facture.numero_ps, cle(facture.numero)), ())
            if one.day is None or abs((day - one.day).days) <= SAME_NUMBER_DAYS
        ]
        if not near:
            return
        last = max(near, key=lambda one: (one.day or dt.date.min, one.rule))
        told = ", ".join(filter(None, (last.fichier, last.day.isoformat() if last.day else ""))) or "?"
        yield finding_on(last.rule, facture, header, "numero_facture", told)

    def summary(self) -> Iterable[Finding]:
        """Nothing is said of the flow as a whole."""
        return ()


def already_sent(ledger: Ledger) -> Envoyees:
    """The invoices of a ledger that should not be sent again; some 300 bytes of memory for each."""
    known: dict[tuple[str, str], list[_Known]] = {}
    for state in ledger.iter_invoice_states():
        settled = state.etat in _SETTLED
        if settled or state.etat in _AWAITED:
            rule = "registre.deja-reglee" if settled else "registre.deja-envoyee"
            one = _Known(state.date_facturation or state.date_lot, rule, state.fichier)
            known.setdefault((state.numero_ps, cle(state.numero)), []).append(one)
    return Envoyees(known)
