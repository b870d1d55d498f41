"""Which sendings of a ledger must be followed again because some changed: those that may be linked with them.

A group (see `noemie.suivi.dossier.Dossier.groupe`) is followed whole. Groups are joined by a number and acts
in common, by a cancellation, by a mark; others only exchange hints, through acts that were refused for the
person and sent again since. All of it errs on the side of more.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from noemie.ledger.facts import Numeros, passage_of, pieces
from noemie.ledger.schema import Envoi, Fichier
from noemie.suivi.faits import CANCELLING, Marque, cle
from noemie.suivi.redites import Refus, sent_on

__all__ = ["Entourage", "Membre", "TooMany"]

_NO_CARE = "/"


class TooMany(Exception):  # noqa: N818  # no error: the whole is followed then
    """What is to be followed again is so much that the whole is as well."""


class Membre(NamedTuple):
    """What a sending is linked by."""

    groupe: str
    ps: str
    cle: str
    e3: str
    jour: dt.date
    operation: str
    montants: tuple[int, int]


class Entourage:
    """The sendings of groups, read once each; `most` of them at most, else `TooMany`.

    - `voulus`: acts refused for the person, and where.
    """

    def __init__(
        self,
        connection: Connection,
        marques: Iterable[Marque],
        voulus: Refus,
        most: int,
    ) -> None:
        self._connection = connection
        self._most = most
        self._voulus = voulus
        self._refused_in: dict[str, set[str]] = defaultdict(set)
        for token, groups in voulus.items():
            for group in groups:
                self._refused_in[group].add(token)
        self._redone = _redone(marques)
        self._members: dict[str, list[Membre]] = {}
        self._by_number: dict[str, list[Membre]] = {}

    def membres(self, groupes: Iterable[str]) -> Iterator[Membre]:
        """The sendings of groups that were read."""
        for group in groupes:
            yield from self._members[group]

    def fermer(self, groupes: Iterable[str]) -> set[str]:
        """These groups, and those that are joined with them."""
        closed: set[str] = set()
        todo = set(groupes)
        while todo:
            self._read(todo)
            closed |= todo
            todo = self._joined(todo) - closed
        return closed

    def avec_indices(self, groupes: Collection[str]) -> set[str]:
        """These groups, those that may exchange hints with them, and those that may with these.

        A sending gives its hint to one only of what was refused: what takes it from one gives it to another.
        """
        near = self.fermer({*groupes, *self._near(groupes)})
        return self.fermer({*near, *self._near(near)})

    def _near(self, groupes: Collection[str]) -> set[str]:
        """The groups in which acts were refused that these sent since; those that sent since what was refused
        in these.
        """
        found: set[str] = set()
        for one in self.membres(groupes):
            refused = self._voulus.get(one.e3, {})
            found.update(group for group, since in refused.items() if one.jour >= since)
        first: dict[str, dt.date] = {}
        for group in groupes:
            for token in self._refused_in.get(group, ()):
                since = self._voulus[token][group]
                first[token] = min(since, first.get(token, since))
        for one in self._rows(Envoi.e3, sorted(first)):
            if one.jour >= first[one.e3]:
                found.add(one.groupe)
        return found

    # --- reading --------------------------------------------------------------------------------------

    def _read(self, groupes: Iterable[str]) -> None:
        new = [group for group in groupes if group not in self._members]
        if _NO_CARE in new:
            raise TooMany  # rows of an older version, of which nothing tells the care
        for group in new:
            self._members[group] = []
        patients = sorted({group.partition("/")[2] for group in new if not group.startswith("/")})
        passages = sorted(group[1:] for group in new if group.startswith("/"))
        wanted = set(new)
        for one in (*self._rows(Envoi.patient, patients), *self._passages(passages)):
            if one.groupe in wanted:
                self._members[one.groupe].append(one)
        if sum(map(len, self._members.values())) > self._most:
            raise TooMany

    def _passages(self, passages: Sequence[str]) -> Iterator[Membre]:
        return self._rows(Envoi.e2, passages, Envoi.patient.is_(None))

    def de_numeros(self, numeros: Iterable[str]) -> list[Membre]:
        """The sendings of these numbers."""
        new = sorted(number for number in set(numeros) if number not in self._by_number)
        for number in new:
            self._by_number[number] = []
        for some in pieces(new):
            for one in self._rows(Envoi.cle, some):
                self._by_number[one.cle].append(one)
        return [one for number in set(numeros) for one in self._by_number[number]]

    def _rows(self, column: Any, values: Sequence[str], *where: ColumnElement[bool]) -> Iterator[Membre]:
        for some in pieces(values):
            query = (
                select(
                    Envoi.cle,
                    Envoi.numero_ps,
                    Envoi.patient,
                    Envoi.date_envoi,
                    Envoi.date_lot,
                    Envoi.date_facturation,
                    Envoi.e2,
                    Envoi.e3,
                    Envoi.operation,
                    Envoi.amo,
                    Envoi.amc,
                    Fichier.lecture,
                )
                .join(Fichier.__table__, Fichier.id == Envoi.fichier_id)
                .where(column.in_(some), *where)
            )
            for row in self._connection.execute(query):
                ps = cle(row.numero_ps)
                group = f"{ps}/{row.patient}" if row.patient else f"/{passage_of(row)}"
                day = sent_on(row.date_envoi or row.date_lot or row.date_facturation)
                yield Membre(group, ps, row.cle, row.e3 or "", day, row.operation, (row.amo, row.amc))

    # --- what joins groups ----------------------------------------------------------------------------

    def _joined(self, groupes: Collection[str]) -> set[str]:
        members = list(self.membres(groupes))
        numbers = {one.cle for one in members}
        alike: dict[tuple[str, str], list[Membre]] = defaultdict(list)
        for one in self.de_numeros(numbers):
            alike[one.ps, one.cle].append(one)
        found: set[str] = set()
        for mine in members:
            for other in alike[mine.ps, mine.cle]:
                if other.groupe != mine.groupe and _are_joined(mine, other):
                    found.add(other.groupe)
        redone = {other for number in numbers for other in self._redone.get(number, ())}
        found.update(one.groupe for one in self.de_numeros(redone))
        return found


def _are_joined(first: Membre, second: Membre) -> bool:
    same_acts = bool(first.e3) and first.e3 == second.e3
    back = first.operation in CANCELLING or second.operation in CANCELLING
    opposite = first.montants == (-second.montants[0], -second.montants[1])
    return same_acts or (back and opposite)


def numbers_of(marque: Marque) -> set[str]:
    """The numbers that a mark of a sending names."""
    detail = marque.detail.partition("@")[0].partition("/")[0] if marque.sorte != "note" else ""
    return {number for number in (cle(marque.numero), cle(detail)) if number}


def _redone(marques: Iterable[Marque]) -> dict[str, set[str]]:
    """The numbers that marks join, by number."""
    found: dict[str, set[str]] = defaultdict(set)
    for marque in marques:
        if marque.cible == "envoi" and marque.sorte == "refaite_sous":
            numbers = numbers_of(marque)
            for number in numbers:
                found[number] |= numbers
    return found


def numeros_de(membres: Iterable[Membre]) -> dict[str, set[str]]:
    """The numbers of sendings, with their professionals."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in membres:
        found[one.cle].add(one.ps)
    return found


def plus(numeros: Mapping[str, set[str]], whole: Iterable[str]) -> Numeros:
    """The same, some numbers being asked of all professionals."""
    return {**numeros, **dict.fromkeys(whole)}
