"""Payments: the postings that count, and the lump sums, each once, with who pays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from codes.states import Etat
from noemie.ledger.filters import Filtre, Origine
from noemie.ledger.followed import Alone, Mouvement, Registre
from noemie.ledger.values import Payment
from noemie.suivi.resultat import Ligne

__all__ = ["Paid", "iter_paid", "lump_sums", "payment_of", "payment_order", "payments"]


class Paid(NamedTuple):
    """Money that an invoice, sent or not, or a lump sum gets or gives back, in signed cents."""

    genre: str
    mouvement: Mouvement
    origine: Origine
    code: str = ""
    ligne: Ligne | None = None
    alone: Alone | None = None

    @property
    def montant(self) -> int:
        """Both parts."""
        return self.mouvement.amo + self.mouvement.amc


def payments(registre: Registre, filtre: Filtre) -> list[Payment]:
    """Money that the returns bring or take back, by day."""
    kept = registre.paiements(filtre)
    if kept is not None:
        lumps = lump_sums(registre, filtre)
        made = [payment_of(registre, paid) for paid in lumps]
        return sorted([*kept, *made], key=payment_order) if made else kept
    found = [payment_of(registre, paid) for paid in iter_paid(registre, filtre, filtre.du, filtre.au)]
    return sorted(found, key=payment_order)


def payment_order(one: Payment) -> tuple[Any, ...]:
    """By day, then file: an order that depends on what was said."""
    day = one.date or dt.date.min
    return (day, one.fichier, one.genre, one.numero.zfill(9), one.lot, one.code_forfait, one.montant)


def iter_paid(registre: Registre, filtre: Filtre, du: dt.date | None, au: dt.date | None) -> Iterator[Paid]:
    """What was paid in a period, that of the filter left aside."""
    asked = replace(filtre, du=du, au=au)
    for ligne in registre.choisir(payees=(du, au)):
        envoye = registre.envoye(ligne)
        if asked.insured(envoye.patient, envoye.nature_assurance):
            for one in registre.mouvements(ligne):
                if one.amo or one.amc:
                    origine = registre.origine_of(envoye, one)
                    if asked.day(one.jour) and asked.payer(origine):
                        yield Paid("facture", one, origine, ligne=ligne)
    for alone in registre.orphelines:
        if asked.insured(alone.patient, alone.nature_assurance):
            for one in alone.mouvements:
                origine = registre.origine_of(None, one)
                if (one.amo or one.amc) and asked.day(one.jour) and asked.payer(origine):
                    yield Paid("facture", one, origine, alone=alone)
    yield from lump_sums(registre, asked)


def lump_sums(registre: Registre, asked: Filtre) -> Iterator[Paid]:
    """The lump sums that are asked for: they tell neither the patient nor the nature of insurance."""
    if asked.patients is None and not asked.nature_assurance:
        for one, code in registre.forfaits():
            origine = registre.origine_of(None, one)
            if one.amo and asked.day(one.jour) and asked.payer(origine):
                yield Paid("forfait", one, origine, code)


def payment_of(registre: Registre, paid: Paid) -> Payment:
    """The same, as the list shows it."""
    one, ligne, alone = paid.mouvement, paid.ligne, paid.alone
    known = registre.envoye(ligne) if ligne else None
    orphan = alone.orpheline if alone else None
    said = ligne or orphan
    return Payment(
        genre=paid.genre,
        date=one.jour,
        numero=said.numero if said else "",
        lot=said.lot if said else "",
        numero_ps=ligne.numero_ps if ligne else "",
        patient=known.patient if known else alone.patient if alone else "",
        regime=paid.origine.regime,
        caisse=paid.origine.caisse,
        centre=paid.origine.centre,
        origine=paid.origine.origine,
        organisme_payeur=paid.origine.organisme_payeur,
        nature_assurance=known.nature_assurance if known else alone.nature_assurance if alone else "",
        virement=registre.label(one),
        code_forfait=paid.code,
        amo=one.amo,
        amc=one.amc,
        montant=paid.montant,
        etat=ligne.etat if ligne else Etat.ORPHELINE if alone else "",
        fichier=registre.communs.runs[one.run].fichier,
        envoi=(ligne.fichier, ligne.record) if ligne else None,
    )
