"""Payments: the answers that count, and the lump sums, each once, with who pays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select

from noemie.ledger.filters import Filtre, Origine, origine_of
from noemie.ledger.matching import MOST_KEYS, Bucket, Envoye, Repondu, file_key, file_names, iter_buckets
from noemie.ledger.schema import Fichier, ForfaitRow, Reponse, Virement
from noemie.ledger.states import answered_on, keys_of_patients
from noemie.ledger.values import Payment
from noemie.suivi.reconcile import Etat, Ligne, Returned

#: A sent invoice when there is one, and an answer to it.
Answer = tuple[Ligne | None, Returned]


def payments(connection: Connection, filtre: Filtre) -> list[Payment]:
    """Money that the returns bring or take back, by day."""
    names = file_names(connection)
    found = [
        (paid.fichier, paid.enregistrement, _payment(paid, names))
        for paid in iter_paid(connection, filtre, filtre.du, filtre.au)
    ]
    found.sort(key=lambda one: (one[2].date or dt.date.min, one[0], one[1]))
    return [payment for _, _, payment in found]


class Paid(NamedTuple):
    """Money that an answer, or a lump sum (then without `answer`), brings or takes back, in signed cents."""

    genre: str
    date: dt.date | None
    fichier: int
    enregistrement: int
    amo: int
    amc: int
    origine: Origine
    libelle: str
    code: str = ""
    ligne: Ligne | None = None
    answer: Returned | None = None
    envoye: Envoye | None = None
    repondu: Repondu | None = None

    @property
    def montant(self) -> int:
        """Both parts."""
        return self.amo + self.amc


def iter_paid(
    connection: Connection, filtre: Filtre, du: dt.date | None, au: dt.date | None
) -> Iterator[Paid]:
    """What was paid in a period, that of the filter left aside; in no order that means anything."""
    asked = replace(filtre, du=du, au=au)
    for bucket in iter_buckets(connection, numbers_of(connection, asked)):
        for ligne, answer in answers_of(bucket):
            amo = answer.amo.paye if answer.amo else 0
            amc = answer.amc.paye if answer.amc else 0
            if (amo or amc) and (origine := wanted_by(bucket, ligne, answer, asked)):
                told = bucket.reponse(answer)
                yield Paid(
                    "facture",
                    answered_on(answer),
                    int(answer.fichier),
                    answer.enregistrement,
                    amo,
                    amc,
                    origine,
                    told.libelle,
                    ligne=ligne,
                    answer=answer,
                    envoye=bucket.envoi(ligne.sent) if ligne else None,
                    repondu=told,
                )
    # A lump sum tells neither the patient nor the nature of insurance.
    if filtre.patients is None and not filtre.nature_assurance:
        for row in lump_sums(connection):
            origine = origine_of(None, row.emetteur, row.payeur)
            if row.montant and asked.day(row.jour) and asked.payer(origine):
                label = " ".join(filter(None, (row.libelle_1, row.libelle_2)))
                place = (row.fichier_id, row.enregistrement)
                yield Paid("forfait", row.jour, *place, row.montant, 0, origine, label, row.code)


def answers_of(bucket: Bucket) -> Iterator[Answer]:
    """Every answer that counts, with the sent invoice that it answers; copies were left out."""
    for ligne in bucket.lignes:
        for answer in ligne.retours:
            yield ligne, answer
    for orphelin in bucket.orphelins:
        yield None, orphelin.retour


def wanted_by(bucket: Bucket, ligne: Ligne | None, answer: Returned, filtre: Filtre) -> Origine | None:
    """Who speaks, when the filter asks for this answer."""
    if not filtre.day(answered_on(answer)):
        return None
    known = bucket.envoi(ligne.sent) if ligne else None
    told = bucket.reponse(answer)
    origine = origine_of(known, told.emetteur, told.organisme_payeur)
    return origine if filtre.payer(origine) and filtre.insured(known, told) else None


def _payment(paid: Paid, names: dict[str, str]) -> Payment:
    sent = paid.ligne.sent if paid.ligne else None
    answer, envoye, repondu = paid.answer, paid.envoye, paid.repondu
    return Payment(
        genre=paid.genre,
        date=paid.date,
        numero=sent.numero if sent else answer.numero if answer else "",
        lot=sent.lot if sent else answer.lot if answer else "",
        numero_ps=sent.numero_ps if sent else "",
        patient=(envoye.patient if envoye else "") or (repondu.patient if repondu else ""),
        regime=paid.origine.regime,
        caisse=paid.origine.caisse,
        centre=paid.origine.centre,
        origine=paid.origine.origine,
        organisme_payeur=paid.origine.organisme_payeur,
        nature_assurance=(envoye or repondu or _NOTHING).nature_assurance,
        virement=paid.libelle,
        code_forfait=paid.code,
        amo=paid.amo,
        amc=paid.amc,
        montant=paid.montant,
        etat=paid.ligne.etat if paid.ligne else Etat.ORPHELIN if answer else "",
        fichier=names.get(file_key(paid.fichier), ""),
    )


_NOTHING: Final = Envoye("", "", "", "", "")


def numbers_of(connection: Connection, filtre: Filtre) -> set[str] | None:
    """Numbers of the invoices that may be asked for, `None` for all."""
    if filtre.patients is not None:
        found = keys_of_patients(connection, filtre.patients)
        return found if len(found) <= MOST_KEYS else None
    if filtre.du is None and filtre.au is None:
        return None
    day = func.coalesce(Reponse.date_paiement, Fichier.date_fichier)
    query = select(Reponse.cle).join(Fichier, Fichier.id == Reponse.fichier_id).distinct()
    if filtre.du:
        query = query.where(day >= filtre.du)
    if filtre.au:
        query = query.where(day <= filtre.au)
    found = set(connection.scalars(query.limit(MOST_KEYS + 1)))
    return found if len(found) <= MOST_KEYS else None


# --- what belongs to no invoice ---------------------------------------------------------------------------


def once(rows: Iterable[Any]) -> Iterator[Any]:
    """Rows in order of file, copies left out."""
    seen: dict[str, int] = {}
    for row in rows:
        if seen.setdefault(row.empreinte, row.fichier_id) == row.fichier_id:
            yield row


def lump_sums(connection: Connection) -> list[Any]:
    """Lump sums with their transfer and file, copies left out."""
    query = (
        select(
            ForfaitRow.fichier_id,
            ForfaitRow.enregistrement,
            ForfaitRow.empreinte,
            ForfaitRow.virement,
            ForfaitRow.code,
            ForfaitRow.montant,
            func.coalesce(Virement.date, Fichier.date_fichier).label("jour"),
            func.coalesce(Virement.organisme_payeur, "").label("payeur"),
            func.coalesce(Virement.libelle_1, "").label("libelle_1"),
            func.coalesce(Virement.libelle_2, "").label("libelle_2"),
            Fichier.emetteur,
        )
        .join(Fichier, Fichier.id == ForfaitRow.fichier_id)
        .outerjoin(
            Virement,
            (Virement.fichier_id == ForfaitRow.fichier_id) & (Virement.rang == ForfaitRow.virement),
        )
        .order_by(ForfaitRow.fichier_id, ForfaitRow.enregistrement)
    )
    return list(once(connection.execute(query)))
