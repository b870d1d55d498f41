"""Transfers, debts, rejects, files: what the ledger answers about a period."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from codes.actions import Lang
from noemie.ledger.base.fichiers import file_name
from noemie.ledger.filters import Filtre, Origine, origine_of
from noemie.ledger.matching import Bucket, file_key, file_names, iter_buckets
from noemie.ledger.payments import answers_of, lump_sums, numbers_of, once, wanted_by
from noemie.ledger.schema import Constat, DetteRow, Fichier, Nom, RejetRow, Virement
from noemie.ledger.states import action_of_answers, answered_on
from noemie.ledger.values import Debt, RejectLine, StoredFile, Transfer
from noemie.suivi.reconcile import Etat, Ligne, RejetRecu, Returned


def debts(connection: Connection, filtre: Filtre) -> list[Debt]:
    """Debts and withholdings, by day of the transfer or of the file."""
    names = file_names(connection)
    columns = [column for column in DetteRow.__table__.columns if column.name != "virement"]
    query = (
        select(
            *columns,
            func.coalesce(Virement.date, Fichier.date_fichier).label("jour"),
            func.coalesce(Virement.organisme_payeur, "").label("payeur"),
            Fichier.emetteur,
        )
        .join(Fichier, Fichier.id == DetteRow.fichier_id)
        .outerjoin(
            Virement, (Virement.fichier_id == DetteRow.fichier_id) & (Virement.rang == DetteRow.virement)
        )
        .order_by(DetteRow.fichier_id, DetteRow.enregistrement)
    )
    found = [
        Debt(
            date=row.jour,
            reference=row.reference,
            date_dette=row.date_dette,
            nature=row.nature,
            nature_recuperation=row.nature_recuperation,
            montant=row.montant,
            solde=row.solde,
            fichier=names.get(file_key(row.fichier_id), ""),
        )
        for row in once(connection.execute(query))
        if filtre.day(row.jour) and filtre.payer(origine_of(None, row.emetteur, row.payeur))
    ]
    return sorted(found, key=lambda debt: debt.date or dt.date.min)


def transfers(connection: Connection, filtre: Filtre) -> list[Transfer]:
    """Transfers with what they pay; one that several copies of a return announce is there once."""
    names = file_names(connection)
    query = (
        select(
            Virement.fichier_id,
            Virement.rang,
            Virement.empreinte,
            func.coalesce(Virement.date, Fichier.date_fichier).label("jour"),
            Virement.libelle_1,
            Virement.libelle_2,
            Virement.organisme_payeur,
            Fichier.emetteur,
        )
        .join(Fichier, Fichier.id == Virement.fichier_id)
        .order_by(Virement.fichier_id, Virement.rang)
    )
    rows = connection.execute(query).all()
    print_of = {(file_key(row.fichier_id), row.rang): row.empreinte for row in rows}
    invoices: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    lumps: Counter[str] = Counter()
    for bucket in iter_buckets(connection):
        for _, answer in answers_of(bucket):
            if found := print_of.get((answer.fichier, answer.virement)):
                invoices[found] += 1
                sums[found] += answer.paye
    for row in lump_sums(connection):
        if found := print_of.get((file_key(row.fichier_id), row.virement)):
            lumps[found] += 1
            sums[found] += row.montant
    kept = [
        Transfer(
            date=row.jour,
            libelle_1=row.libelle_1,
            libelle_2=row.libelle_2,
            organisme_payeur=row.organisme_payeur,
            factures=invoices[row.empreinte],
            forfaits=lumps[row.empreinte],
            montant=sums[row.empreinte],
            fichier=names.get(file_key(row.fichier_id), ""),
        )
        for row in once(rows)
        if filtre.day(row.jour) and filtre.payer(origine_of(None, row.emetteur, row.organisme_payeur))
    ]
    return sorted(kept, key=lambda transfer: (transfer.date or dt.date.min, transfer.fichier))


# --- rejects ----------------------------------------------------------------------------------------------


def rejects(connection: Connection, filtre: Filtre, lang: Lang, motif: str = "") -> list[RejectLine]:
    """Rejects and notices by day, each explained; those of no invoice are there, without a number."""
    names = file_names(connection)
    found: list[tuple[tuple[object, ...], RejectLine]] = []
    for bucket in iter_buckets(connection, numbers_of(connection, filtre)):
        for ligne, answer in answers_of(bucket):
            if answer.rejets and (origine := wanted_by(bucket, ligne, answer, filtre)):
                for rank, rejet in enumerate(answer.rejets):
                    line = _reject(bucket, ligne, answer, rejet, origine, names, lang)
                    found.append(((answer.fichier, answer.enregistrement, rank), line))
    if filtre.patients is None and not filtre.nature_assurance:
        found.extend(_rejects_outside(connection, filtre, names, lang))
    found.sort(key=lambda one: (one[1].date or dt.date.min, one[0]))
    return [line for _, line in found if motif in ("", line.motif)]


def _reject(
    bucket: Bucket,
    ligne: Ligne | None,
    answer: Returned,
    rejet: RejetRecu,
    origine: Origine,
    names: dict[str, str],
    lang: Lang,
) -> RejectLine:
    explanation = rejet.explain()
    told = bucket.reponse(answer)
    known = bucket.envoi(ligne.sent) if ligne else None
    part = answer.amc if rejet.part == "C" else answer.amo
    sent = None if ligne is None else ligne.sent.amc if rejet.part == "C" else ligne.sent.amo
    return RejectLine(
        date=answered_on(answer),
        numero=ligne.sent.numero if ligne else answer.numero,
        lot=ligne.sent.lot if ligne else answer.lot,
        numero_ps=ligne.sent.numero_ps if ligne else "",
        patient=(known.patient if known else "") or told.patient,
        regime=origine.regime,
        caisse=origine.caisse,
        code=rejet.code,
        libelle=rejet.libelle,
        niveau=rejet.niveau,
        part=rejet.part,
        ligne=rejet.ligne,
        motif=explanation.motive.motive if explanation.motive else "autre",
        sens=explanation.summary(lang),
        bandeau=explanation.banner(lang),
        action=ligne.action if ligne else action_of_answers([answer]),
        etat=ligne.etat if ligne else Etat.ORPHELIN,
        montant=sent if sent is not None else (part.demande or 0) if part else 0,
        fichier=names.get(answer.fichier, ""),
        explication=explanation,
    )


def _rejects_outside(
    connection: Connection, filtre: Filtre, names: dict[str, str], lang: Lang
) -> Iterator[tuple[tuple[object, ...], RejectLine]]:
    """Rejects of a batch or of a file, that belong to no invoice."""
    query = (
        select(*RejetRow.__table__.columns, Fichier.date_fichier.label("jour"), Fichier.emetteur)
        .join(Fichier, Fichier.id == RejetRow.fichier_id)
        .where(RejetRow.facture == 0)
        .order_by(RejetRow.fichier_id, RejetRow.ordre)
    )
    for row in once(connection.execute(query)):
        origine = origine_of(None, row.emetteur)
        if not (filtre.day(row.jour) and filtre.payer(origine)):
            continue
        rejet = RejetRecu(row.code, row.libelle, row.niveau, row.part, row.ligne, row.rang)
        explanation = rejet.explain()
        key = file_key(row.fichier_id)
        yield (
            (key, 0, row.ordre),
            RejectLine(
                date=row.jour,
                numero="",
                lot="",
                numero_ps="",
                patient="",
                regime=origine.regime,
                caisse=origine.caisse,
                code=rejet.code,
                libelle=rejet.libelle,
                niveau=rejet.niveau,
                part=rejet.part,
                ligne=rejet.ligne,
                motif=explanation.motive.motive if explanation.motive else "autre",
                sens=explanation.summary(lang),
                bandeau=explanation.banner(lang),
                action=explanation.action,
                etat="",
                montant=0,
                fichier=names.get(key, ""),
                explication=explanation,
            ),
        )


# --- files ------------------------------------------------------------------------------------------------


def files(connection: Connection) -> list[StoredFile]:
    """The files of the ledger, by day and digest."""
    names: dict[int, list[str]] = {}
    for number, name in connection.execute(select(Nom.fichier_id, Nom.nom).order_by(Nom.nom)):
        names.setdefault(number, []).append(file_name(name))
    counts: dict[int, dict[str, int]] = {}
    for number, rule, count in connection.execute(
        select(Constat.fichier_id, Constat.regle, Constat.nombre).order_by(Constat.regle)
    ):
        counts.setdefault(number, {})[rule] = count
    rows = connection.execute(select(*Fichier.__table__.columns)).all()
    same: dict[tuple[object, ...], list[int]] = {}
    for row in rows:
        if row.identification and row.date_fichier:
            same.setdefault(_identity(row), []).append(row.id)
    found = [
        StoredFile(
            noms=tuple(names.get(row.id, ())),
            sha256=row.sha256,
            nature=row.nature,
            norme=row.norme,
            enveloppe=row.enveloppe,
            emetteur=row.emetteur,
            identification=row.identification,
            date_fichier=row.date_fichier,
            taille=row.taille,
            factures=row.factures,
            total_annonce=row.total_annonce,
            importe_le=row.importe_le,
            purge_le=row.purge_le,
            constats=counts.get(row.id, {}),
            meme_identite=tuple(
                sorted(
                    name
                    for other in same.get(_identity(row), ())
                    if other != row.id
                    for name in names.get(other, ())
                )
            ),
        )
        for row in rows
    ]
    return sorted(found, key=lambda file: (file.date_fichier or dt.date.min, file.sha256))


def _identity(row: Any) -> tuple[object, ...]:
    return (row.nature, row.emetteur, row.identification, row.date_fichier)
