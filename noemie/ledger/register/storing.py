"""Write facts in a register, some thousands at a time; the same facts again change nothing.

A fact is known by what it tells, whatever the day: told again later, its day moves on. Everything happens
within the transaction of the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import Connection, bindparam, select, update

from fse.rights.model import Droit
from noemie.ledger.base.cles import LignePersonne
from noemie.ledger.base.inserting import upsert, upsert_highest
from noemie.ledger.register.cles import RightsKeys
from noemie.ledger.register.schema import FAITS, droits, fichiers, personnes, reperes

#: Facts written at once, and asked for in one statement.
_BATCH: Final = 2000
_ASKED: Final = 500

_TOLD: Final = tuple(name for name in FAITS if name != "constate_le")


@dataclass(slots=True)
class Counts:
    """What became of facts: new, told again on a later day, known as they are."""

    nouveaux: int = 0
    confirmes: int = 0
    connus: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.nouveaux + self.confirmes + self.connus


def store_file(connection: Connection, number: int, nature: str, name: str) -> None:
    """Note where facts come from; the first name of a file stays."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    insert = upsert(connection, fichiers).on_conflict_do_nothing()
    connection.execute(insert, {"id": number, "nature": nature, "nom": name, "importe_le": now})


def store(connection: Connection, keys: RightsKeys, number: int, facts: Iterable[Droit]) -> Counts:
    """Write facts that the file `number` tells, in bounded memory."""
    counts = Counts()
    following = iter(facts)
    while batch := list(islice(following, _BATCH)):
        _store_batch(connection, keys, number, batch, counts)
    return counts


def _store_batch(
    connection: Connection, keys: RightsKeys, number: int, batch: list[Droit], counts: Counts
) -> None:
    people: dict[str, LignePersonne] = {}
    marks: set[tuple[str, str]] = set()
    rows: dict[str, dict[str, Any]] = {}
    for droit in batch:
        person = keys.ligne(droit)
        token = person.jeton
        if token not in people or person.ordre > people[token].ordre:
            people[token] = person
        marks.update((mark, token) for mark in keys.reperes(droit))
        told = [getattr(droit, name) for name in _TOLD]
        print_ = keys.digest(msgspec.msgpack.encode((token, told)))[:16].hex()
        known = rows.get(print_)
        if known is None or _later(droit.constate_le, known["constate_le"]):
            facts = dict(zip(_TOLD, told, strict=True))
            rows[print_] = {
                "empreinte": print_,
                "personne": token,
                "fichier_id": number,
                **facts,
                "constate_le": droit.constate_le,
            }
        counts.connus += known is not None
    connection.execute(
        upsert_highest(connection, personnes, ("masque_nir", "masque_nom", "donnees")),
        [*map(structs.asdict, people.values())],
    )
    if marks:
        insert = upsert(connection, reperes).on_conflict_do_nothing()
        connection.execute(insert, [{"jeton": mark, "personne": token} for mark, token in sorted(marks)])
    _store_facts(connection, rows, counts)


def _store_facts(connection: Connection, rows: dict[str, dict[str, Any]], counts: Counts) -> None:
    days = dict(_known_days(connection, list(rows)))
    fresh = [row for print_, row in rows.items() if print_ not in days]
    moved = [
        {"print": print_, "day": row["constate_le"], "file": row["fichier_id"]}
        for print_, row in rows.items()
        if print_ in days and _later(row["constate_le"], days[print_])
    ]
    if fresh:
        connection.execute(droits.insert(), fresh)
    if moved:
        change = update(droits).where(droits.c.empreinte == bindparam("print"))
        connection.execute(change.values(constate_le=bindparam("day"), fichier_id=bindparam("file")), moved)
    counts.nouveaux += len(fresh)
    counts.confirmes += len(moved)
    counts.connus += len(rows) - len(fresh) - len(moved)


def _known_days(connection: Connection, prints: list[str]) -> Iterator[tuple[str, dt.date | None]]:
    """The facts that are there already, with their days."""
    for at in range(0, len(prints), _ASKED):
        asked = droits.c.empreinte.in_(prints[at : at + _ASKED])
        found = connection.execute(select(droits.c.empreinte, droits.c.constate_le).where(asked))
        yield from ((row.empreinte, row.constate_le) for row in found)


def _later(day: dt.date | None, than: dt.date | None) -> bool:
    return day is not None and (than is None or day > than)
