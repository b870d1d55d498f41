"""The schema of the database, step by step. A step that was published is never changed: add another.

The steps are plain SQL, the same on SQLite and PostgreSQL but for the words in braces, and not the current
tables of `noemie.ledger.schema`: an old ledger goes through the same states as when it was made. A test
compares what all steps make with those tables. Steps run in one transaction: all of them or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, inspect, text

from noemie.ledger.errors import LedgerError


class Step(NamedTuple):
    """One version of the schema: its number, and the statements that lead to it from the one before."""

    version: int
    statements: tuple[str, ...]


_FILE: Final = "fichier_id BIGINT NOT NULL REFERENCES fichiers (id) ON DELETE CASCADE"
_ANSWER: Final = "fichier_id BIGINT NOT NULL, facture BIGINT NOT NULL"
_TO_ANSWER: Final = (
    "FOREIGN KEY (fichier_id, facture) REFERENCES reponses (fichier_id, enregistrement) ON DELETE CASCADE"
)

_TABLES: Final = (
    "CREATE TABLE parametres (cle TEXT NOT NULL PRIMARY KEY, valeur TEXT NOT NULL)",
    """CREATE TABLE fichiers (
        id BIGINT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, nature TEXT NOT NULL,
        taille BIGINT NOT NULL, norme TEXT NOT NULL, enveloppe TEXT NOT NULL, emetteur TEXT NOT NULL,
        destinataire TEXT NOT NULL, identification TEXT NOT NULL, date_fichier DATE,
        enregistrements BIGINT NOT NULL, factures BIGINT NOT NULL, total_annonce BIGINT,
        importe_le TEXT NOT NULL, purge_le DATE)""",
    f"CREATE TABLE noms ({_FILE}, nom TEXT NOT NULL, PRIMARY KEY (fichier_id, nom))",
    f"""CREATE TABLE constats (
        {_FILE}, regle TEXT NOT NULL, nombre BIGINT NOT NULL, PRIMARY KEY (fichier_id, regle))""",
    "CREATE TABLE professionnels (numero TEXT NOT NULL PRIMARY KEY)",
    """CREATE TABLE patients (
        jeton TEXT NOT NULL PRIMARY KEY, assure TEXT NOT NULL, masque_nir TEXT NOT NULL,
        masque_nom TEXT NOT NULL, donnees {octets}, ordre BIGINT NOT NULL)""",
    f"""CREATE TABLE envois (
        {_FILE}, enregistrement BIGINT NOT NULL, position BIGINT NOT NULL, tranche BIGINT NOT NULL,
        cle TEXT NOT NULL, numero TEXT NOT NULL, lot TEXT NOT NULL, numero_ps TEXT NOT NULL, date_lot DATE,
        date_facturation DATE, identification TEXT NOT NULL, date_envoi DATE, regime TEXT NOT NULL,
        caisse TEXT NOT NULL, centre TEXT NOT NULL, nature_assurance TEXT NOT NULL,
        destinataire_reglement TEXT NOT NULL, tiers_payant BOOLEAN NOT NULL, montant_depense BIGINT NOT NULL,
        amo BIGINT NOT NULL, amc BIGINT NOT NULL, patient TEXT, PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE virements (
        {_FILE}, rang BIGINT NOT NULL, empreinte TEXT NOT NULL, date DATE, libelle_1 TEXT NOT NULL,
        libelle_2 TEXT NOT NULL, organisme_payeur TEXT NOT NULL, PRIMARY KEY (fichier_id, rang))""",
    f"""CREATE TABLE reponses (
        {_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, tranche BIGINT NOT NULL,
        cle TEXT NOT NULL, numero TEXT NOT NULL, lot TEXT NOT NULL, date_lot DATE, date_facturation DATE,
        numeros_ps TEXT NOT NULL, virement BIGINT NOT NULL, date_paiement DATE, type_retour TEXT NOT NULL,
        type_facture TEXT NOT NULL, nature_assurance TEXT NOT NULL, patient TEXT,
        PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE parts (
        {_ANSWER}, nom TEXT NOT NULL, etat TEXT NOT NULL, demande BIGINT, paye BIGINT NOT NULL,
        numero_amc TEXT NOT NULL, PRIMARY KEY (fichier_id, facture, nom), {_TO_ANSWER})""",
    f"""CREATE TABLE actes (
        {_ANSWER}, nature_prestation TEXT NOT NULL, nombre BIGINT NOT NULL, montant_rembourse BIGINT NOT NULL,
        PRIMARY KEY (fichier_id, facture, nature_prestation), {_TO_ANSWER})""",
    f"""CREATE TABLE rejets (
        {_FILE}, facture BIGINT NOT NULL, ordre BIGINT NOT NULL, empreinte TEXT NOT NULL, code TEXT NOT NULL,
        libelle TEXT NOT NULL, niveau TEXT NOT NULL, part TEXT NOT NULL, ligne BIGINT, rang BIGINT,
        PRIMARY KEY (fichier_id, facture, ordre))""",
    f"""CREATE TABLE forfaits (
        {_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, virement BIGINT NOT NULL,
        code TEXT NOT NULL, montant BIGINT NOT NULL, details BIGINT NOT NULL,
        PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE dettes (
        {_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, virement BIGINT NOT NULL,
        reference TEXT NOT NULL, date_dette DATE, nature TEXT NOT NULL, nature_recuperation TEXT NOT NULL,
        montant BIGINT NOT NULL, solde BIGINT NOT NULL, PRIMARY KEY (fichier_id, enregistrement))""",
    f"""CREATE TABLE arls (
        {_FILE}, rang BIGINT NOT NULL, positif BOOLEAN NOT NULL, numero_lot TEXT NOT NULL,
        numero_ps TEXT NOT NULL, date_lot DATE, date_arl DATE, identification_fichier TEXT NOT NULL,
        date_fichier DATE, emetteur TEXT NOT NULL, code TEXT NOT NULL, libelle TEXT NOT NULL,
        motif TEXT NOT NULL, regle TEXT NOT NULL, numero_facture TEXT NOT NULL,
        PRIMARY KEY (fichier_id, rang))""",
)

_INDEXES: Final = (
    "CREATE INDEX envois_tranche ON envois (tranche, cle)",
    "CREATE INDEX envois_patient ON envois (patient)",
    "CREATE INDEX reponses_tranche ON reponses (tranche, cle)",
    "CREATE INDEX reponses_patient ON reponses (patient)",
    "CREATE INDEX reponses_date ON reponses (date_paiement)",
    "CREATE INDEX virements_empreinte ON virements (empreinte)",
    "CREATE INDEX forfaits_empreinte ON forfaits (empreinte)",
    "CREATE INDEX dettes_empreinte ON dettes (empreinte)",
    "CREATE INDEX patients_assure ON patients (assure)",
    "CREATE INDEX fichiers_identite ON fichiers (identification, date_fichier)",
)

STEPS: Final[tuple[Step, ...]] = (Step(1, _TABLES), Step(2, _INDEXES))

#: The word for bytes, by dialect.
_BYTES: Final = {"postgresql": "BYTEA"}


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> int:
    """Bring the database to the last step, within the transaction of `connection`; returns the version.

    Raises `LedgerError`: `base.version` when the database is newer than the program, `base.etrangere` when
    it holds other tables and no ledger.
    """
    known = steps[-1].version
    if is_current(connection, steps):
        return known
    version = _version(connection)
    for step in steps:
        if step.version > version:
            for statement in step.statements:
                filled = statement.replace("{octets}", _BYTES.get(connection.dialect.name, "BLOB"))
                connection.exec_driver_sql(filled)
    values = {"cle": _VERSION, "valeur": str(known)}
    connection.execute(text(_NEXT if version else _FIRST), values)
    return known


def is_current(connection: Connection, steps: Sequence[Step] = STEPS) -> bool:
    """Whether there is nothing to migrate; raises what `migrate` raises."""
    version = _version(connection)
    if version > steps[-1].version:
        raise LedgerError("base.version", version=version, connue=steps[-1].version)
    return version == steps[-1].version


_VERSION: Final = "version"
_NEXT: Final = "UPDATE parametres SET valeur = :valeur WHERE cle = :cle"
_FIRST: Final = "INSERT INTO parametres (cle, valeur) VALUES (:cle, :valeur)"


def _version(connection: Connection) -> int:
    """Version of the schema, 0 for an empty database."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return 0
    if "parametres" not in tables or "fichiers" not in tables:
        raise LedgerError("base.etrangere")
    found = connection.execute(text("SELECT valeur FROM parametres WHERE cle = :cle"), {"cle": _VERSION})
    valeur = found.scalar_one_or_none()
    if valeur is None or not str(valeur).isdigit():
        raise LedgerError("base.etrangere")
    return int(valeur)
