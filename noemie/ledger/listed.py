"""Lists a page at a time: what all of them add up to, and the rows of one page; nothing else is kept."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from typing import NamedTuple

from codes.states import Etat
from noemie.ledger.filters import Filtre
from noemie.ledger.followed import Alone, Registre, last_answer
from noemie.ledger.payments import iter_paid, lump_sums, payment_of, payment_order, payments
from noemie.ledger.states import state_of
from noemie.ledger.values import InvoiceState, Payment
from noemie.suivi.resultat import Ligne

__all__ = ["InvoicePage", "Invoices", "PaymentPage", "invoice_page", "payment_page"]


class Invoices(NamedTuple):
    """Which invoices: in a state, of these patients, of this number; all that is given must fit."""

    etat: Etat | None = None
    patients: frozenset[str] | None = None
    numero: str = ""

    def keeps(self, one: Ligne | Alone, patient: str) -> bool:
        """Whether this sending, or this answer to none, is one of them."""
        said = one.orpheline if isinstance(one, Alone) else one
        if self.etat is not None and said.etat is not self.etat:
            return False
        if self.patients is not None and patient not in self.patients:
            return False
        return not self.numero or said.numero.strip().lstrip("0") == self.numero.lstrip("0")


class InvoicePage(NamedTuple):
    """A page of invoices, the last ones first.

    `etats` are the states of all invoices, whatever is asked; sums, in signed cents, are of what is asked.
    """

    rows: list[InvoiceState]
    nombre: int
    demande: int
    paye: int
    etats: frozenset[Etat]


def invoice_page(registre: Registre, asked: Invoices, start: int, most: int) -> InvoicePage:
    """The invoices from the rank `start` on."""
    if (kept_there := registre.page_de_factures(asked, start, most)) is not None:
        return kept_there
    number = claimed = paid = 0
    states: set[Etat] = set()

    def kept() -> Iterator[tuple[tuple[dt.date, str], int, Ligne | Alone]]:
        nonlocal number, claimed, paid
        for rank, (one, patient) in enumerate(_all(registre)):
            said = one.orpheline if isinstance(one, Alone) else one
            states.add(said.etat)
            if asked.keeps(one, patient):
                number += 1
                claimed += one.demande if isinstance(one, Ligne) else 0
                paid += said.paye
                day = (one.depuis if isinstance(one, Ligne) else None) or last_answer(said)
                yield (day or dt.date.max, said.numero), -rank, one

    best = heapq.nlargest(start + most, kept(), key=lambda found: found[:2])
    rows = [state_of(registre, one) for _, _, one in best[start:]]
    return InvoicePage(rows, number, claimed, paid, frozenset(states))


def _all(registre: Registre) -> Iterator[tuple[Ligne | Alone, str]]:
    for ligne in registre.lignes:
        yield ligne, registre.envoye(ligne).patient
    for alone in registre.orphelines:
        yield alone, alone.patient


class PaymentPage(NamedTuple):
    """What payments add up to, in signed cents, and those that are shown, in their order."""

    amo: int
    amc: int
    factures: int
    rows: list[Payment]
    nombre: int
    montant: int


def payment_page(
    registre: Registre, filtre: Filtre, shows: Callable[[Payment], bool] | None, most: int
) -> PaymentPage:
    """Sums of all; of those that `shows` lets through, how many, their sum, and the last ones."""
    told = registre.page_de_paiements(filtre)
    if told is not None:
        amo, amc, invoices = told
        amo += sum(one.mouvement.amo for one in lump_sums(registre, filtre))
        chosen = [one for one in payments(registre, filtre) if shows(one)] if shows else []
        return PaymentPage(
            amo, amc, invoices, chosen[-most:], len(chosen), sum(one.montant for one in chosen)
        )
    amo = amc = invoices = number = total = 0

    def kept() -> Iterator[Payment]:
        nonlocal amo, amc, invoices, number, total
        for paid in iter_paid(registre, filtre, filtre.du, filtre.au):
            amo, amc = amo + paid.mouvement.amo, amc + paid.mouvement.amc
            invoices += paid.genre == "facture"
            if shows is None:
                continue
            one = payment_of(registre, paid)
            if shows(one):
                number, total = number + 1, total + one.montant
                yield one

    rows = heapq.nlargest(most, kept(), key=payment_order)
    return PaymentPage(amo, amc, invoices, rows[::-1], number, total)
