"""The database of a ledger itself: is it whole, and what a person may ask to erase."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, text

from codes.actions import Lang
from noemie.ledger import removal, sums
from noemie.ledger.base.fichiers import file_id
from noemie.ledger.migrations import SOINS
from noemie.ledger.schema import (
    TABLE_OF,
    Envoi,
    Fichier,
    ForfaitRow,
    MarqueRow,
    Part,
    PatientRow,
    RejetRow,
    Reponse,
    RetourRow,
)
from noemie.ledger.shared_facts import file_names
from noemie.ledger.storing import changed_files

__all__ = ["Gap", "forget_all", "forget_patients", "verify"]

_TEXTS: Final = {
    "base": ("la base est abîmée : reprendre une sauvegarde", "the database is damaged: go back to a backup"),
    "contenu": (
        "ce qui est gardé de ce fichier a changé depuis l'import : reprendre une sauvegarde",
        "what is kept of this file has changed since the import: go back to a backup",
    ),
    "factures": (
        "{found} factures gardées, {expected} lues : redonner le fichier à l'import",
        "{found} invoices kept, {expected} read: give the file to the import again",
    ),
    "somme": (
        "{found} centimes gardés, {expected} lus : redonner le fichier à l'import",
        "{found} cents kept, {expected} read: give the file to the import again",
    ),
}


#: Tables of what the ledger knows of itself, and of its cache.
_NO_FACTS: Final = frozenset({"parametres", "etats", "details", "paiements"})


class Gap(NamedTuple):
    """What does not add up in a file: `genre` is `base`, `contenu`, `factures` or `somme`."""

    fichier: str
    genre: str
    found: int = 0
    expected: int = 0

    def text(self, lang: Lang) -> str:
        """The sentence to show."""
        return _TEXTS[self.genre][lang == "en"].format(found=self.found, expected=self.expected)


def verify(connection: Connection) -> list[Gap]:
    """What does not add up: the integrity of the base, what each file was once stored, its counts, its sums.

    A purged file is not asked to be whole, nor one that an older version read.
    """
    if connection.dialect.name == "sqlite":
        checks = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
        if checks != "ok" or connection.execute(text("PRAGMA foreign_key_check")).first():
            return [Gap("", "base")]
    names = file_names(connection)
    digests = connection.execute(select(Fichier.id, Fichier.sha256))
    if not all(_is_of(number, digest) for number, digest in digests):
        return [Gap("", "base")]
    altered = changed_files(connection)
    kept = {
        number: count
        for table in (Envoi, Reponse)
        for number, count in connection.execute(
            select(table.fichier_id, func.count()).group_by(table.fichier_id)
        )
    }
    paid = _paid(connection)
    gaps = []
    for row in connection.execute(select(Fichier.id, Fichier.factures, Fichier.nature).where(_whole())):
        name = names.get(row.id, ("?",))[0]
        if row.id in altered:
            gaps.append(Gap(name, "contenu"))
        found = kept.get(row.id, 0)
        if row.nature != "arl" and found != row.factures:
            gaps.append(Gap(name, "factures", found, row.factures))
    query = (
        select(RetourRow.fichier_id, func.sum(RetourRow.total_lu).label("total"))
        .join(Fichier.__table__, Fichier.id == RetourRow.fichier_id)
        .where(_whole())
        .group_by(RetourRow.fichier_id)
    )
    for number, told in connection.execute(query).all():
        total = int(told)
        if paid.get(number, 0) != total:
            gaps.append(Gap(names.get(number, ("?",))[0], "somme", paid.get(number, 0), total))
    return sorted(gaps)


def _is_of(number: int, digest: str) -> bool:
    try:
        return file_id(digest) == number
    except ValueError:  # no hexadecimal any longer
        return False


def _whole() -> Any:
    return (Fichier.lecture >= SOINS) & Fichier.purge_le.is_(None)


def _paid(connection: Connection) -> dict[int, int]:
    """What the kept answers and lump sums of each file pay, complementary amounts of the old family apart."""
    sums: dict[int, int] = {}
    for table, amount in ((Part, Part.paye), (ForfaitRow, ForfaitRow.montant)):
        query = select(table.fichier_id, func.sum(amount)).group_by(table.fichier_id)
        for number, total in connection.execute(query):
            sums[number] = sums.get(number, 0) + int(total or 0)
    return sums


def forget_patients(connection: Connection, tokens: frozenset[str], *, for_real: bool) -> int:
    """Erase patients: their sendings, the answers about them or about those, the marks; how many rows."""
    envois: Any = Envoi.__table__
    reponses: Any = Reponse.__table__
    patients: Any = PatientRow.__table__
    numbers = select(Envoi.cle, Envoi.numero_ps).where(Envoi.patient.in_(tokens)).distinct()
    keys = {row.cle for row in connection.execute(numbers)}
    mine = Envoi.patient.in_(tokens)
    # An answer that tells no patient is of this one when no other patient has the number.
    shared = set(connection.scalars(select(Envoi.cle).where(Envoi.cle.in_(keys), ~mine).distinct()))
    of_them = or_(
        Reponse.patient.in_(tokens), Reponse.patient.is_(None) & Reponse.cle.in_(sorted(keys - shared))
    )
    count = 0
    for table, where in (
        (envois, mine),
        (reponses, of_them),
        (patients, PatientRow.jeton.in_(tokens)),
    ):
        count += connection.scalar(select(func.count()).select_from(table).where(where)) or 0
    if not for_real:
        return count
    files = set(connection.scalars(select(Envoi.fichier_id).where(mine)))
    told = connection.execute(select(Reponse.fichier_id, Reponse.enregistrement).where(of_them)).all()
    rejets: Any = RejetRow.__table__
    for fichier, record in told:
        connection.execute(
            delete(rejets).where((rejets.c.fichier_id == fichier) & (rejets.c.facture == record))
        )
    files |= {fichier for fichier, _ in told}
    marques: Any = MarqueRow.__table__
    connection.execute(delete(reponses).where(of_them))
    connection.execute(delete(envois).where(mine))
    connection.execute(delete(patients).where(PatientRow.jeton.in_(tokens)))
    for row in connection.execute(select(MarqueRow.id, MarqueRow.numero)).all():
        if row.numero.strip(" \0").lstrip("0") in keys - shared or row.numero in tokens:
            connection.execute(delete(marques).where(marques.c.id == row.id))
    fichiers: Any = Fichier.__table__
    today = func.current_date()
    connection.execute(fichiers.update().where(fichiers.c.id.in_(sorted(files))).values(purge_le=today))
    sums.forget(connection, TABLE_OF["parametres"], files)
    return count


def forget_all(connection: Connection, *, for_real: bool) -> int:
    """Erase all that a ledger holds, files included: it is new again; how many rows."""
    names = [
        name for name in reversed(TABLE_OF) if name not in ("parametres", "etats", "details", "paiements")
    ]
    count = 0
    for name in names:
        count += connection.scalar(select(func.count()).select_from(TABLE_OF[name])) or 0
    if for_real:
        sums.forget(connection, TABLE_OF["parametres"], list(connection.scalars(select(Fichier.id))))
        removal.admit(connection)
        for name in names:
            connection.execute(delete(TABLE_OF[name]))
    return count
