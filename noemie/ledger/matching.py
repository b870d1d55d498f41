"""Match what the ledger holds: the same answers as `noemie.suivi.reconcile` on the same files.

The rows are made into `Sent`, `Returned` and `Arl` again and given to `reconcile`, which decides alone; a
file is named there by its number in the ledger. An invoice and its answers have the same number, hence the
same slice (`tranche`): the ledger is matched some slices at a time, in bounded memory. What reconciliation
takes from all flows at once, the numbers of those who send, is given to each part by invoices that no
return can answer (`_beacons`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, union_all

from noemie.ledger.base.fichiers import file_name
from noemie.ledger.rows import slice_of
from noemie.ledger.schema import ArlRow, Envoi, Fichier, Nom, Part, Professionnel, RejetRow, Reponse, Virement
from noemie.suivi.reconcile import (
    Arl,
    Doublon,
    Ligne,
    Orphelin,
    PartRecue,
    RejetRecu,
    Returned,
    Sent,
    reconcile,
)

#: Invoices and answers that are matched at once.
_AT_ONCE: Final = 20_000

#: Numbers that a query may ask for; beyond, everything is matched.
MOST_KEYS: Final = 5_000

#: No invoice number is that long.
_BEACON: Final = "sans-reponse-possible"

#: File and record: what tells a row.
Ref = tuple[str, int]


class Envoye(NamedTuple):
    """What a sent invoice tells, besides what matching needs."""

    regime: str
    caisse: str
    centre: str
    nature_assurance: str
    patient: str


class Repondu(NamedTuple):
    """What an answer tells, besides what matching needs."""

    patient: str
    nature_assurance: str
    emetteur: str
    organisme_payeur: str
    libelle: str


@dataclass(slots=True)
class Bucket:
    """Some of the ledger, matched; `envois` and `reponses` give the rest of what is known of each."""

    lignes: list[Ligne]
    orphelins: list[Orphelin]
    doublons: list[Doublon]
    envois: dict[Ref, Envoye]
    reponses: dict[Ref, Repondu]

    def envoi(self, sent: Sent) -> Envoye:
        """The rest of what is known of a sent invoice."""
        return self.envois[sent.fichier, sent.enregistrement]

    def reponse(self, returned: Returned) -> Repondu:
        """The rest of what is known of an answer."""
        return self.reponses[returned.fichier, returned.enregistrement]


def file_key(number: int) -> str:
    """How matching names a file: in the order of the numbers."""
    return f"{number:019d}"


def file_names(connection: Connection) -> dict[str, str]:
    """Key of each file -> the first of its names."""
    found = connection.execute(select(Nom.fichier_id, func.min(Nom.nom)).group_by(Nom.fichier_id))
    return {file_key(number): file_name(name) for number, name in found}


def latest_day(connection: Connection) -> dt.date | None:
    """The latest day that the returns and ARLs tell: the day of a report, unless another is asked for."""
    days = (
        select(func.max(Fichier.date_fichier)).where(Fichier.nature == "retour"),
        select(func.max(Reponse.date_paiement)),
        select(func.max(ArlRow.date_arl)),
    )
    found = [connection.scalar(day) for day in days]
    return max((day for day in found if day is not None), default=None)


def iter_buckets(
    connection: Connection, cles: Collection[str] | None = None, on: dt.date | None = None
) -> Iterator[Bucket]:
    """The whole ledger matched, some at a time; with `cles`, the invoices of these numbers only."""
    day = on or latest_day(connection)
    arls = _arls(connection)
    beacons = _beacons(connection)
    if cles is not None and len(cles) > MOST_KEYS:
        cles = None
    for slices in _parts(connection, cles):
        envois, sent = _sent(connection, slices, cles)
        reponses, returned = _returned(connection, slices, cles)
        result = reconcile([*beacons, *sent], returned, arls, on=day)
        lignes = [ligne for ligne in result.lignes if ligne.sent.lot != _BEACON]
        yield Bucket(lignes, result.orphelins, result.doublons, envois, reponses)


def orphan_arls(connection: Connection) -> list[Arl]:
    """The ARLs that speak of no batch of the ledger."""
    arls = _arls(connection)
    batches = select(
        Envoi.numero_ps, Envoi.lot, Envoi.date_lot, Envoi.date_envoi, Envoi.identification
    ).distinct()
    one_of_each = [
        Sent(numero="", numero_ps=ps, lot=lot, date_lot=lot_day, date_envoi=day, identification=code)
        for ps, lot, lot_day, day, code in connection.execute(batches)
    ]
    return reconcile(one_of_each, [], arls).arls_orphelins


def _beacons(connection: Connection) -> list[Sent]:
    """One invoice of each sender that no answer and no ARL can fit."""
    return [
        Sent(numero=_BEACON, lot=_BEACON, numero_ps=number)
        for number in connection.scalars(select(Professionnel.numero))
    ]


def _parts(connection: Connection, cles: Collection[str] | None) -> Iterator[Sequence[int]]:
    """Slices to match together."""
    wanted = None if cles is None else {slice_of(cle) for cle in cles}
    both = union_all(select(Envoi.tranche), select(Reponse.tranche)).subquery()
    counted = select(both.c.tranche, func.count()).group_by(both.c.tranche).order_by(both.c.tranche)
    part: list[int] = []
    size = 0
    for tranche, count in connection.execute(counted).all():
        if wanted is not None and tranche not in wanted:
            continue
        if part and size + count > _AT_ONCE and cles is None:
            yield part
            part, size = [], 0
        part.append(tranche)
        size += count
    if part:
        yield part


def _where(
    table: type[Envoi | Reponse], slices: Sequence[int], cles: Collection[str] | None
) -> ColumnElement[bool]:
    if cles is None:
        return table.tranche.in_(slices)
    return table.tranche.in_(slices) & table.cle.in_(sorted(cles))


def _sent(
    connection: Connection, slices: Sequence[int], cles: Collection[str] | None
) -> tuple[dict[Ref, Envoye], list[Sent]]:
    query = (
        select(
            Envoi.fichier_id,
            Envoi.enregistrement,
            Envoi.position,
            Envoi.numero,
            Envoi.lot,
            Envoi.numero_ps,
            Envoi.date_lot,
            Envoi.date_facturation,
            Envoi.identification,
            Envoi.date_envoi,
            Envoi.amo,
            Envoi.amc,
            Envoi.tiers_payant,
            Envoi.regime,
            Envoi.caisse,
            Envoi.centre,
            Envoi.nature_assurance,
            func.coalesce(Envoi.patient, ""),
        )
        .where(_where(Envoi, slices, cles))
        .order_by(Envoi.fichier_id, Envoi.enregistrement)
    )
    known: dict[Ref, Envoye] = {}
    sent = []
    for row in connection.execute(query):
        fichier, number, position, numero, lot, ps, lot_day, day, code, sent_on, amo, amc, claims, *rest = row
        name = file_key(fichier)
        known[name, number] = Envoye(*rest)
        sent.append(
            Sent(
                numero=numero,
                lot=lot,
                numero_ps=ps,
                date_lot=lot_day,
                date_facturation=day,
                amo=amo,
                amc=amc,
                tiers_payant=claims,
                fichier=name,
                identification=code,
                date_envoi=sent_on,
                enregistrement=number,
                offset=position,
            )
        )
    return known, sent


def _returned(
    connection: Connection, slices: Sequence[int], cles: Collection[str] | None
) -> tuple[dict[Ref, Repondu], list[Returned]]:
    where = _where(Reponse, slices, cles)
    parts = _parts_of(connection, where)
    rejets = _rejects_of(connection, where)
    query = (
        select(
            Reponse.fichier_id,
            Reponse.enregistrement,
            Reponse.numero,
            Reponse.lot,
            Reponse.date_lot,
            Reponse.date_facturation,
            Reponse.numeros_ps,
            Reponse.virement,
            Reponse.date_paiement,
            Reponse.type_retour,
            Fichier.emetteur,
            Fichier.identification,
            Fichier.date_fichier,
            func.coalesce(Reponse.patient, ""),
            Reponse.nature_assurance,
            func.coalesce(Virement.organisme_payeur, ""),
            func.coalesce(Virement.libelle_1, ""),
            func.coalesce(Virement.libelle_2, ""),
        )
        .join(Fichier, Fichier.id == Reponse.fichier_id)
        .outerjoin(
            Virement, (Virement.fichier_id == Reponse.fichier_id) & (Virement.rang == Reponse.virement)
        )
        .where(where)
        .order_by(Reponse.fichier_id, Reponse.enregistrement)
    )
    known: dict[Ref, Repondu] = {}
    returned = []
    for row in connection.execute(query):
        fichier, number, numero, lot, lot_day, day, ps, virement, paid_on, kind, *rest = row
        emitter, code, made_on, patient, nature, payer, *labels = rest
        name = file_key(fichier)
        mine = parts.get((fichier, number), {})
        known[name, number] = Repondu(patient, nature, emitter, payer, " ".join(filter(None, labels)))
        returned.append(
            Returned(
                numero=numero,
                lot=lot,
                date_lot=lot_day,
                date_facturation=day,
                numeros_ps=tuple(ps.split("\n")) if ps else (),
                amo=mine.get("AMO"),
                amc=mine.get("AMC"),
                rejets=tuple(rejets.get((fichier, number), ())),
                date_paiement=paid_on,
                virement=virement,
                type_retour=kind,
                fichier=name,
                emetteur=emitter,
                identification=code,
                date_fichier=made_on,
                enregistrement=number,
            )
        )
    return known, returned


def _parts_of(
    connection: Connection, where: ColumnElement[bool]
) -> dict[tuple[int, int], dict[str, PartRecue]]:
    query = (
        select(Part.fichier_id, Part.facture, Part.nom, Part.etat, Part.paye, Part.demande)
        .join(Reponse, (Reponse.fichier_id == Part.fichier_id) & (Reponse.enregistrement == Part.facture))
        .where(where)
    )
    found: dict[tuple[int, int], dict[str, PartRecue]] = {}
    for fichier, facture, nom, etat, paye, demande in connection.execute(query):
        found.setdefault((fichier, facture), {})[nom] = PartRecue(etat, paye, demande)
    return found


def _rejects_of(connection: Connection, where: ColumnElement[bool]) -> dict[tuple[int, int], list[RejetRecu]]:
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
            Reponse,
            (Reponse.fichier_id == RejetRow.fichier_id) & (Reponse.enregistrement == RejetRow.facture),
        )
        .where(where)
        .order_by(RejetRow.fichier_id, RejetRow.facture, RejetRow.ordre)
    )
    found: dict[tuple[int, int], list[RejetRecu]] = {}
    for fichier, facture, code, libelle, niveau, part, ligne, rang in connection.execute(query):
        rejet = RejetRecu(code, libelle, niveau, part, ligne, rang)
        found.setdefault((fichier, facture), []).append(rejet)
    return found


def _arls(connection: Connection) -> list[Arl]:
    names = Arl.__struct_fields__
    columns: list[Any] = [getattr(ArlRow, name) for name in names]
    return [
        Arl(**dict(zip(names, row, strict=True)))
        for row in connection.execute(select(*columns).order_by(ArlRow.fichier_id, ArlRow.rang))
    ]
