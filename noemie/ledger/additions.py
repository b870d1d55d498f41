"""What a cache adds up to: the base computes it once, when lines are kept, and each question reads it."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, case, func, select

from codes.actions import Lang
from noemie.ledger.followed import Bilan, Somme, Totaux
from noemie.ledger.schema import EtatRow, PaiementRow
from noemie.ledger.tetes import ALONE

__all__ = ["Additions", "added_up"]


class Additions(msgspec.Struct, array_like=True):
    """The sums of all lines, and what each transfer pays, by its rank."""

    bilan: Bilan
    virements: dict[int, Somme]


def added_up(connection: Connection, lang: Lang) -> Additions:
    """What the lines that are kept add up to."""
    return Additions(_bilan(connection, lang), _virements(connection, lang))


def _bilan(connection: Connection, lang: Lang) -> Bilan:
    row, money = EtatRow, PaiementRow
    columns = (
        func.count(),
        *(func.sum(one) for one in (row.demande, row.paye_amo, row.paye_amc, row.reste, row.trop)),
        *(func.sum(one) for one in (row.amo_demande, row.amo_reste, row.amo_trop)),
        *(func.sum(one) for one in (row.amo_due, row.amc_due)),
    )
    found = connection.execute(select(*columns).where(row.langue == lang, row.etat != ALONE)).one()
    count, claimed, amo, amc, rest, over, own_claim, own_rest, own_over, own, other = (
        int(one or 0) for one in found
    )
    lost = [case((one < 0, one), else_=0) for one in (money.amo, money.amc)]
    back = (
        select(money.virement, func.sum(lost[0] + lost[1]))
        .where(money.langue == lang, (money.amo < 0) | (money.amc < 0))
        .group_by(money.virement)
    )
    return Bilan(
        Totaux(count, claimed, amo + amc, rest, over),
        {
            "AMO": Totaux(own, own_claim, amo, own_rest, own_over),
            "AMC": Totaux(other, claimed - own_claim, amc, rest - own_rest, over - own_over),
        },
        {rang: int(amount) for rang, amount in connection.execute(back)},
    )


def _virements(connection: Connection, lang: Lang) -> dict[int, Somme]:
    money = func.sum(PaiementRow.amo + PaiementRow.amc)
    query = (
        select(PaiementRow.virement, PaiementRow.run, func.sum(PaiementRow.compte), money)
        .where(PaiementRow.langue == lang)
        .group_by(PaiementRow.virement, PaiementRow.run)
        .order_by(PaiementRow.virement, PaiementRow.run)
    )
    found: dict[int, Somme] = {}
    for rang, run, count, amount in connection.execute(query):
        before = found.get(rang, Somme(0, 0, ()))
        found[rang] = Somme(before.factures + int(count), before.montant + int(amount), (*before.runs, run))
    return found
