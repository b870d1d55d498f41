"""The facts of a ledger as the follow-up takes them, a slice at a time: sendings, answers, lines, rejects.

A row of the database is a fact of `noemie.suivi.faits` again; nothing is decided here. What all slices share
is in `noemie.ledger.shared_facts`.

Rows read by an older version have no tokens of care. The passage (`e2`) of such a sending is then its number,
patient and day: enough to know it again under the same number, and to link nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select, union_all

from noemie.ledger.errors import LedgerError
from noemie.ledger.identity import KeyRing
from noemie.ledger.migrations import SOINS
from noemie.ledger.schema import (
    Envoi,
    Fichier,
    LigneRow,
    Part,
    RejetRow,
    Reponse,
)
from noemie.ledger.shared_facts import FaitsCommuns, Rangs
from noemie.suivi import faits
from noemie.suivi.faits import Mouvement, Rejet, Tranche, cle, nearest

__all__ = ["Envoye", "Faits", "Numeros", "Ref", "asks", "passage_of", "pieces"]

T = TypeVar("T")

#: Facts that are made at once.
_AT_ONCE: Final = 20_000

#: A file by its name, and a record of it.
Ref = tuple[str, int]

#: What is asked of some numbers: the facts of these professionals alone, or of all of them (`None`).
Numeros = Mapping[str, Collection[str] | None]

#: Values that one statement takes, at most; rows that are fetched at once.
_VALUES: Final = 400
_ROWS: Final = 1_000

#: The tokens of the acts of a sending, in one text.
_LIGNES: Final = (
    select(func.aggregate_strings(LigneRow.jeton, " "))
    .where(LigneRow.fichier_id == Envoi.fichier_id, LigneRow.enregistrement == Envoi.enregistrement)
    .scalar_subquery()
    .label("lignes")
)


class Envoye(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a sending tells besides what the follow-up needs."""

    regime: str
    caisse: str
    centre: str
    nature_assurance: str
    patient: str
    fichier_id: int
    recent: bool


class Faits(FaitsCommuns):
    """The facts of one state of the database, a slice at a time.

    `envoyes` and `natures` tell, by file and record, what else sendings tell, and the nature of insurance
    that answers tell; both are filled while slices are read.
    """

    def __init__(self, connection: Connection, keys: KeyRing | None, avant: Rangs | None = None) -> None:
        super().__init__(connection, keys, avant)
        self.envoyes: dict[Ref, Envoye] = {}
        self.natures: dict[Ref, str] = {}

    def tranches(self) -> Iterator[Tranche]:
        """The slices: all the sendings and all the answers of some numbers each."""
        both = union_all(select(Envoi.tranche), select(Reponse.tranche)).subquery()
        counted = select(both.c.tranche, func.count()).group_by(both.c.tranche).order_by(both.c.tranche)
        part: list[int] = []
        size = 0
        for tranche, count in self._connection.execute(counted).all():
            if part and size + count > _AT_ONCE:
                yield self._tranche(part)
                part, size = [], 0
            part.append(tranche)
            size += count
        if part:
            yield self._tranche(part)

    def tranche_de(self, numeros: Numeros) -> Tranche:
        """The facts of these numbers, those of some professionals alone when it is enough."""
        envois: list[faits.Envoi] = []
        reponses: list[faits.Reponse] = []
        for some in pieces(sorted(numeros)):
            envois += self._envois(
                Envoi.cle.in_(some), lambda row: asks(numeros, row.cle, cle(row.numero_ps))
            )
            reponses += self._reponses(
                Reponse.cle.in_(some), lambda row: asks(numeros, row.cle, self.sender(row))
            )
        return Tranche(envois, reponses)

    def sender(self, row: Any) -> str | None:
        """The professional whom the row of an answer names, when it names one who sends; else `None`."""
        known = self.communs.professionnels
        return next((one for one in _numbers_of(row) if one in known), None)

    def combien(self) -> int:
        """How many facts there are."""
        queries = (select(func.count()).select_from(one.__table__) for one in (Envoi, Reponse))
        return sum(self._connection.scalar(query) or 0 for query in queries)

    def _tranche(self, slices: Sequence[int]) -> Tranche:
        """The facts of slices that come one after another: those between have none."""
        envois, reponses = (one.tranche.between(slices[0], slices[-1]) for one in (Envoi, Reponse))
        return Tranche(list(self._envois(envois)), list(self._reponses(reponses)))

    def _envois(
        self, where: ColumnElement[bool], garde: Callable[[Any], bool] | None = None
    ) -> Iterator[faits.Envoi]:
        query = (
            select(*Envoi.__table__.columns, Fichier.lecture, _LIGNES)
            .join(Fichier.__table__, Fichier.id == Envoi.fichier_id)
            .where(where)
            .order_by(Envoi.fichier_id, Envoi.enregistrement)
        )
        for row in self._rows(query):
            if garde is not None and not garde(row):
                continue
            patient = row.patient or ""
            recent = row.lecture >= SOINS
            rest = Envoye(
                row.regime, row.caisse, row.centre, row.nature_assurance, patient, row.fichier_id, recent
            )
            ps = cle(row.numero_ps)
            e2 = passage_of(row)
            for name in self.noms.get(row.fichier_id, ()):
                self.envoyes[name, row.enregistrement] = rest
                yield faits.Envoi(
                    fichier=name,
                    flux=row.flux,
                    record=row.enregistrement,
                    rang=row.rang,
                    numero=row.numero,
                    cle=row.cle,
                    numero_ps=row.numero_ps,
                    ps=ps,
                    lot=row.lot,
                    cle_lot=cle(row.lot),
                    date_lot=row.date_lot,
                    date_facturation=row.date_facturation,
                    identification=row.identification,
                    date_envoi=row.date_envoi,
                    amo=row.amo,
                    amc=row.amc,
                    tiers_payant=row.tiers_payant,
                    operation=row.operation,
                    patient=patient,
                    e1=row.e1 or "",
                    e2=e2,
                    e3=row.e3 or "",
                    lignes=tuple(sorted(row.lignes.split())) if row.lignes else (),
                    soins=self._soins(row),
                    actes=row.actes,
                )

    def _soins(self, row: Any) -> tuple[dt.date, dt.date] | None:
        """The care days, when they are kept; a key that is lost costs them, and nothing else."""
        if row.soins is None or self._keys is None:
            return None
        try:
            return self._keys.care_days(row.soins, row.e1 or "")
        except LedgerError:
            return None

    def _rows(self, query: Any) -> Iterator[Any]:
        """The rows, as named tuples: those of SQLAlchemy take ten times as long to tell a value."""
        found = self._connection.execute(query.execution_options(yield_per=_ROWS))
        return map(_named(tuple(found.keys()))._make, found)

    def _reponses(
        self, where: ColumnElement[bool], garde: Callable[[Any], bool] | None = None
    ) -> Iterator[faits.Reponse]:
        parts, rejets = self._parts(where), self._rejets(where)
        query = (
            select(*Reponse.__table__.columns, Fichier.lecture)
            .join(Fichier.__table__, Fichier.id == Reponse.fichier_id)
            .where(where)
            .order_by(Reponse.fichier_id, Reponse.enregistrement)
        )
        runs, virements = self.communs.runs, self.communs.virements
        for row in self._rows(query):
            if garde is not None and not garde(row):
                continue
            ref = (row.fichier_id, row.enregistrement)
            told = _numbers_of(row)
            posts = parts.get(ref, [])
            if row.complement:
                posts.append(Mouvement("AMC", "P", None, row.complement))
            virement = self._virement(row.fichier_id, row.virement, row.run)
            for run in self._runs.get((row.fichier_id, row.run), ()):
                if row.nature_assurance:
                    self.natures[runs[run].fichier, row.enregistrement] = row.nature_assurance
                yield faits.Reponse(
                    run=run,
                    virement=virement,
                    cle=row.cle,
                    record=row.enregistrement,
                    jour=virements[virement].jour or runs[run].jour,
                    cle_lot=cle(row.lot),
                    date_lot=row.date_lot,
                    date_facturation=row.date_facturation,
                    ps=told,
                    patient=row.patient or "",
                    type_facture=row.type_facture,
                    mouvements=tuple(posts),
                    rejets=tuple(rejets.get(ref, ())),
                    ancienne=row.ancienne,
                    hors_total=row.hors_total,
                    tableau=runs[run].tableau,
                )

    def _parts(self, where: ColumnElement[bool]) -> dict[tuple[int, int], list[Mouvement]]:
        query = (
            select(Part.fichier_id, Part.facture, Part.nom, Part.etat, Part.demande, Part.paye)
            .join(
                Reponse.__table__,
                (Reponse.fichier_id == Part.fichier_id) & (Reponse.enregistrement == Part.facture),
            )
            .where(where)
            .order_by(Part.nom.desc())
        )
        found: dict[tuple[int, int], list[Mouvement]] = {}
        for fichier, facture, nom, etat, demande, paye in self._connection.execute(query):
            found.setdefault((fichier, facture), []).append(Mouvement(nom, etat, demande, paye))
        return found

    def _rejets(self, where: ColumnElement[bool]) -> dict[tuple[int, int], list[Rejet]]:
        query = (
            select(
                RejetRow.fichier_id,
                RejetRow.facture,
                RejetRow.code,
                RejetRow.libelle,
                RejetRow.niveau,
                RejetRow.part,
                RejetRow.ligne,
                RejetRow.rang,
            )
            .join(
                Reponse.__table__,
                (Reponse.fichier_id == RejetRow.fichier_id) & (Reponse.enregistrement == RejetRow.facture),
            )
            .where(where)
            .order_by(RejetRow.fichier_id, RejetRow.facture, RejetRow.ordre)
        )
        found: dict[tuple[int, int], list[Rejet]] = {}
        for fichier, facture, code, libelle, niveau, part, ligne, rang in self._connection.execute(query):
            rejet = Rejet(code, libelle, niveau, part, ligne, rang)
            found.setdefault((fichier, facture), []).append(rejet)
        return found


@cache
def _named(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


def asks(numeros: Numeros, number: str, ps: str | None) -> bool:
    """Whether a number of this professional is among those that are asked."""
    of = numeros.get(number, ())
    return of is None or ps in of


def passage_of(row: Any) -> str:
    """The token of the passage of a sending; its number, patient and day when an older version read it."""
    if row.lecture < SOINS and row.patient and row.date_facturation:
        return f"/{row.cle}/{row.patient}/{row.date_facturation}"
    return row.e2 or ""


def _numbers_of(row: Any) -> tuple[str, ...]:
    """The professionals that an answer may name, the nearest first."""
    told = tuple(row.numeros_ps.split("\n")) if row.numeros_ps else ()
    return told if row.lecture >= SOINS else nearest(told)


def pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The same, as many at a time as one statement takes."""
    return (values[at : at + _VALUES] for at in range(0, len(values), _VALUES))
