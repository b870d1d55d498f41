"""The days on which somebody read where things stand, and what was new then: events, never changed.

`since the last time` is what came after the last day before that of the question: asked twice on one day, the
answer is the same, with what came in between. Money is remembered by transfer, as what was added to it: a
transfer that another return tells again is not new, one that is corrected counts by its difference, and the
days add up to what was paid in all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, select

from noemie.ledger.schema import PassageRow, VuRow
from noemie.suivi.faits import Virement

__all__ = ["FILE", "Vus", "key_of", "last_day", "remember", "seen", "unsee"]

FILE: Final = "fichier"
_TRANSFER: Final = "virement"


class Vus(msgspec.Struct, frozen=True):
    """What was seen up to a day: numbers of files, and cents by transfer (`key_of`)."""

    fichiers: frozenset[int]
    virements: Mapping[str, int]


def key_of(virement: Virement) -> str:
    """What tells a transfer from others, whatever the file that tells it."""
    told = msgspec.json.encode(msgspec.to_builtins(tuple(virement)))
    return hashlib.sha256(told).hexdigest()[:32]


def last_day(connection: Connection, before: dt.date) -> dt.date | None:
    """The last day, before this one, on which somebody read where things stand."""
    return connection.scalar(select(func.max(PassageRow.jour)).where(PassageRow.jour < before))


def seen(connection: Connection, before: dt.date | None = None) -> Vus:
    """What was seen on the days before this one, or on all of them."""
    query = select(VuRow.sorte, VuRow.cle, VuRow.montant)
    if before is not None:
        query = query.join(PassageRow.__table__, PassageRow.id == VuRow.passage).where(
            PassageRow.jour < before
        )
    files: set[int] = set()
    sums: Counter[str] = Counter()
    for sorte, cle, montant in connection.execute(query):
        if sorte == FILE:
            files.add(int(cle))
        else:
            sums[cle] += montant
    return Vus(frozenset(files), sums)


def remember(
    connection: Connection, day: dt.date, fichiers: Collection[int], virements: Mapping[str, int]
) -> bool:
    """Add a passage of that day with what it saw first; nothing, and false, when a later day is known."""
    last = connection.scalar(select(func.max(PassageRow.jour)))
    if last is not None and day < last:
        return False
    before = seen(connection)
    fresh = [(FILE, str(number), 0) for number in sorted(set(fichiers) - before.fichiers)]
    fresh += [
        (_TRANSFER, cle, cents - before.virements.get(cle, 0))
        for cle, cents in sorted(virements.items())
        if cents != before.virements.get(cle, 0)
    ]
    if last == day and not fresh:
        return True
    number = (connection.scalar(select(func.max(PassageRow.id))) or 0) + 1
    passages: Any = PassageRow.__table__
    vus: Any = VuRow.__table__
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    connection.execute(passages.insert(), [{"id": number, "jour": day, "instant": now}])
    if fresh:
        rows = [
            {"passage": number, "sorte": sorte, "cle": cle, "montant": montant}
            for sorte, cle, montant in fresh
        ]
        connection.execute(vus.insert(), rows)
    return True


def unsee(
    connection: Connection, passage: int, fichiers: Iterable[int], virements: Mapping[str, int]
) -> None:
    """Take files, and cents of transfers, from what a passage saw first."""
    table: Any = VuRow.__table__
    mine = VuRow.passage == passage
    files = [str(number) for number in fichiers]
    connection.execute(delete(table).where(mine, VuRow.sorte == FILE, VuRow.cle.in_(files)))
    query = select(VuRow.cle, VuRow.montant).where(mine, VuRow.sorte == _TRANSFER)
    known = {cle: montant for cle, montant in connection.execute(query) if cle in virements}
    connection.execute(delete(table).where(mine, VuRow.sorte == _TRANSFER, VuRow.cle.in_(known)))
    left = {cle: known.get(cle, 0) - cents for cle, cents in virements.items()}
    rows = [
        {"passage": passage, "sorte": _TRANSFER, "cle": cle, "montant": cents}
        for cle, cents in left.items()
        if cents
    ]
    if rows:
        connection.execute(table.insert(), rows)
