"""Remove what the law no longer asks to keep: never by itself, and never without a trial run first.

FSE and paper sheets stand as invoices and are kept three years from their liquidation (CSS R. 161-49, which
the convention of 2003 repeats for the payer, FIN-7); the electronic duplicates of a professional at least
90 days (CSS R. 161-47). Liquidation is taken to be the day of the last answer; an invoice without third-party
payment has none, its day of sending is taken. What was never settled (unanswered, deferred) stays, unless
it is asked for.

An invoice leaves with all its answers, its copies and its duplicates, so that what stays keeps its state.
The rows of files stay, without anything on persons: a purged file is not imported again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from codes.states import Etat, RaisonOrphelin
from noemie.ledger import sums
from noemie.ledger.errors import LedgerError
from noemie.ledger.followed import Registre, last_answer
from noemie.ledger.schema import (
    TABLE_OF,
    ArlRow,
    DetteRow,
    Envoi,
    Fichier,
    ForfaitRow,
    PatientRow,
    RejetRow,
    Reponse,
    Virement,
)
from noemie.ledger.values import PurgePlan
from noemie.suivi.faits import cle
from noemie.suivi.resultat import Ligne
from noemie.suivi.unions import Unions

#: Years of retention, and days under which nothing goes whatever is asked.
YEARS: Final = 3
LEAST_DAYS: Final = 90

#: States in which an invoice was settled, once it has an answer.
_SETTLED: Final = frozenset({Etat.PAYEE, Etat.TROP_PAYEE, Etat.PAYEE_EN_PARTIE, Etat.REJETEE, Etat.REPRISE})

#: File and record.
Ref = tuple[int, int]


@dataclass(slots=True)
class _Doomed:
    """The rows to remove, by table; `unsettled` asks for what was never settled too."""

    unsettled: bool
    envois: set[Ref] = field(default_factory=set)
    reponses: set[Ref] = field(default_factory=set)
    forfaits: set[Ref] = field(default_factory=set)
    dettes: set[Ref] = field(default_factory=set)
    arls: set[Ref] = field(default_factory=set)
    sans_liquidation: int = 0

    def digest(self, before: dt.date) -> str:
        told = hashlib.sha256(before.isoformat().encode())
        for refs in (self.envois, self.reponses, self.forfaits, self.dettes, self.arls):
            told.update(repr(sorted(refs)).encode())
        return told.hexdigest()[:32]


def limit(today: dt.date, years: int) -> dt.date:
    """The first day that must be kept, counted back from today."""
    year = today.year - years
    if year < dt.MINYEAR:
        return dt.date.min
    try:
        past = today.replace(year=year)
    except ValueError:  # 29 February
        past = today.replace(year=year, day=28)
    return min(past, today - min(dt.timedelta(LEAST_DAYS), today - dt.date.min))


def plan(
    connection: Connection,
    registre: Registre,
    before: dt.date | None,
    *,
    unsettled: bool,
    years: int,
    today: dt.date,
) -> PurgePlan:
    """What a purge of all that was settled before a day would remove.

    `before` is the limit of retention by default; a later day is refused (`LedgerError`).
    """
    return _plan(connection, registre, _day(before, years, today), unsettled)[0]


def purge(
    connection: Connection, registre: Registre, confirm: PurgePlan, *, years: int, today: dt.date
) -> PurgePlan:
    """Remove what the trial run told, if the ledger has not changed since (else `LedgerError`)."""
    before = _day(confirm.avant, years, today)
    found, doomed = _plan(connection, registre, before, confirm.avec_sans_liquidation)
    if found.jeton != confirm.jeton:
        raise LedgerError("purge.perimee")
    touched = {ref[0] for refs in (doomed.envois, doomed.reponses) for ref in refs}
    _delete(connection, RejetRow, "facture", doomed.reponses)
    _delete(connection, Reponse, "enregistrement", doomed.reponses)
    _delete(connection, Envoi, "enregistrement", doomed.envois)
    _delete(connection, ForfaitRow, "enregistrement", doomed.forfaits)
    _delete(connection, DetteRow, "enregistrement", doomed.dettes)
    _delete(connection, ArlRow, "rang", doomed.arls)
    _delete_leftovers(connection, confirm.avant)
    connection.execute(_orphan_patients(delete(PatientRow.__table__)))
    if touched:
        table: Any = Fichier.__table__
        marks = update(table).where(table.c.id == bindparam("number")).values(purge_le=today)
        connection.execute(marks, [{"number": number} for number in sorted(touched)])
        sums.forget(connection, TABLE_OF["parametres"], touched)
    return found


def _day(before: dt.date | None, years: int, today: dt.date) -> dt.date:
    last = limit(today, years)
    if before is not None and before > last:
        raise LedgerError("purge.trop-tot", limite=last.isoformat())
    return before or last


def _plan(
    connection: Connection, registre: Registre, before: dt.date, unsettled: bool
) -> tuple[PurgePlan, _Doomed]:
    doomed = _Doomed(unsettled)
    staying = _choose(connection, registre, before, doomed)
    for table, refs in ((ForfaitRow, doomed.forfaits), (DetteRow, doomed.dettes)):
        refs.update(_older(connection, table, before))
    doomed.arls = _unused_arls(connection, before, staying)
    return (
        PurgePlan(
            avant=before,
            avec_sans_liquidation=unsettled,
            envois=len(doomed.envois),
            reponses=len(doomed.reponses),
            forfaits=len(doomed.forfaits),
            dettes=len(doomed.dettes),
            arls=len(doomed.arls),
            patients=_count_patients(connection, doomed),
            sans_liquidation=doomed.sans_liquidation,
            jeton=doomed.digest(before),
        ),
        doomed,
    )


def _choose(
    connection: Connection, registre: Registre, before: dt.date, doomed: _Doomed
) -> set[tuple[str, str]]:
    """Choose among the sendings and the orphans; the batches that stay.

    Sendings of the same care leave together, once each of them may, so that what stays keeps its state.
    Copies of a sending, and all that was said of it, leave with it.
    """
    files = registre.faits.fichiers
    lignes = list(registre.lignes)
    unions = _chains(registre, lignes)
    staying: set[tuple[str, str]] = set()
    copies = _copies(connection)
    by_head: dict[str, list[Ligne]] = {}
    for ligne in lignes:
        by_head.setdefault(unions.tete(f"{ligne.fichier}/{ligne.record}"), []).append(ligne)
    for chain in by_head.values():
        settled = [_settled_on(one, unsettled=doomed.unsettled) for one in chain]
        goes = all(day is not None and day < before for day in settled)
        for ligne in chain:
            if goes:
                doomed.envois |= copies[files[ligne.fichier], ligne.record]
                doomed.reponses |= {(files[one.fichier], one.record) for one in ligne.retours}
                continue
            staying.add((cle(ligne.numero_ps), cle(ligne.lot)))
            since = ligne.depuis
            if not ligne.etat.historique and _settled_on(ligne) is None and since and since < before:
                doomed.sans_liquidation += 1
    for alone in registre.orphelines:
        if not alone.mouvements and alone.orpheline.raison is RaisonOrphelin.PAIEMENT_NON_LU:
            continue  # its answers are those of a sending
        day = max((one.jour for one in alone.orpheline.retours if one.jour), default=None)
        if day is not None and day < before:
            doomed.reponses |= {(files[one.fichier], one.record) for one in alone.orpheline.retours}
    return staying


def _chains(registre: Registre, lignes: Iterable[Ligne]) -> Unions:
    """Sendings joined by the same care, by a cancellation, or because a note of one names the other."""
    unions = Unions()
    for ligne in lignes:
        envoi, own = registre.envoi(ligne), f"{ligne.fichier}/{ligne.record}"
        number = f"{envoi.ps}/{envoi.cle}"
        tokens = {envoi.e2, f"{number}/{envoi.e3}" if envoi.e3 else "", *envoi.lignes}
        if envoi.patient and not envoi.e3:
            tokens.add(f"{number}/{envoi.patient}")
        for token in tokens - {""}:
            unions.joindre(own, token)
        for other in (ligne.autre_envoi, ligne.doublon_de):
            if other is not None:
                unions.joindre(own, f"{other.fichier}/{other.record}")
    return unions


def _settled_on(ligne: Ligne, *, unsettled: bool = False) -> dt.date | None:
    """The day of the last answer to a sending that was settled; without any, of its sending when none is due.

    With `unsettled`, the last day on which anything happened to one that was not.
    """
    answered = last_answer(ligne)
    if ligne.etat.historique or unsettled:
        return answered or ligne.depuis
    return answered if ligne.etat in _SETTLED else None


def _copies(connection: Connection) -> dict[Ref, set[Ref]]:
    """For each sending, all the rows that say the same: the follow-up counted one of them."""
    columns = (
        Envoi.cle,
        Envoi.lot,
        Envoi.numero_ps,
        Envoi.date_lot,
        Envoi.date_facturation,
        Envoi.identification,
        Envoi.date_envoi,
        Envoi.amo,
        Envoi.amc,
        Envoi.operation,
        Envoi.e1,
    )
    groups: dict[tuple[object, ...], set[Ref]] = {}
    found: dict[Ref, set[Ref]] = {}
    for ref, row in _rows(connection, select(Envoi.fichier_id, Envoi.enregistrement, *columns)):
        found[ref] = groups.setdefault(tuple(row[2:]), set())
        found[ref].add(ref)
    return found


def _rows(connection: Connection, query: Any) -> Iterable[tuple[Ref, Any]]:
    for row in connection.execute(query):
        yield (row.fichier_id, row.enregistrement), row


def _older(connection: Connection, table: type[ForfaitRow | DetteRow], before: dt.date) -> Iterable[Ref]:
    query = (
        select(table.fichier_id, table.enregistrement)
        .join(Fichier.__table__, Fichier.id == table.fichier_id)
        .outerjoin(
            Virement.__table__,
            (Virement.fichier_id == table.fichier_id) & (Virement.rang == table.virement),
        )
        .where(func.coalesce(Virement.date, Fichier.date_fichier) < before)
    )
    return [(number, record) for number, record in connection.execute(query)]


def _unused_arls(connection: Connection, before: dt.date, staying: set[tuple[str, str]]) -> set[Ref]:
    """Old ARLs of batches of which nothing stays; the last one stays, it tells that ARLs are followed."""
    columns = (ArlRow.fichier_id, ArlRow.rang, ArlRow.numero_ps, ArlRow.numero_lot, ArlRow.date_arl)
    rows = connection.execute(select(*columns)).all()
    last = max((row.date_arl for row in rows if row.date_arl), default=None)
    lots = {lot for _, lot in staying}
    return {
        (row.fichier_id, row.rang)
        for row in rows
        if row.date_arl is not None
        and row.date_arl < before
        and row.date_arl != last
        and (cle(row.numero_ps), cle(row.numero_lot)) not in staying
        and (cle(row.numero_ps) or cle(row.numero_lot) not in lots)
    }


# --- removing ---------------------------------------------------------------------------------------------


def _delete(connection: Connection, table: Any, column: str, refs: set[Ref]) -> None:
    if refs:
        core = table.__table__
        where = (core.c.fichier_id == bindparam("number")) & (core.c[column] == bindparam("record"))
        values = [{"number": number, "record": record} for number, record in sorted(refs)]
        connection.execute(delete(core).where(where), values)


def _delete_leftovers(connection: Connection, before: dt.date) -> None:
    """Rejects of no invoice and empty transfers of old files."""
    old = select(Fichier.id).where(Fichier.date_fichier < before).scalar_subquery()
    rejets: Any = RejetRow.__table__
    connection.execute(delete(rejets).where((rejets.c.facture == 0) & rejets.c.fichier_id.in_(old)))
    virements: Any = Virement.__table__
    used = [
        select(table.fichier_id)
        .where((table.fichier_id == virements.c.fichier_id) & (table.virement == virements.c.rang))
        .exists()
        for table in (Reponse, ForfaitRow, DetteRow)
    ]
    gone = delete(virements).where(virements.c.fichier_id.in_(old), *(~one for one in used))
    connection.execute(gone)


def _orphan_patients(order: Any) -> Any:
    table: Any = PatientRow.__table__
    for other in (Envoi, Reponse):
        order = order.where(~select(other.patient).where(other.patient == table.c.jeton).exists())
    return order


def _count_patients(connection: Connection, doomed: _Doomed) -> int:
    """How many patients would have no row left."""
    staying: set[str] = set()
    known: set[str] = set()
    for table, refs in ((Envoi, doomed.envois), (Reponse, doomed.reponses)):
        query = select(table.fichier_id, table.enregistrement, table.patient)
        for ref, row in _rows(connection, query.where(table.patient.is_not(None))):
            known.add(row.patient)
            if ref not in refs:
                staying.add(row.patient)
    return len(known - staying)


__all__ = ["LEAST_DAYS", "YEARS", "limit", "plan", "purge"]
