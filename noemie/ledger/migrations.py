"""The schema of the database, step by step. A step that was published is never changed: add another.

The steps are plain SQL, the same on SQLite and PostgreSQL but for one word, and not the current tables of
`noemie.ledger.schema`: an old ledger must go through the same states as when it was made. A test compares
what all the steps make with the tables. Steps run in one transaction: all of them or none.
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


_OF_FILE: Final = "fichier_id BIGINT NOT NULL REFERENCES fichiers (id) ON DELETE CASCADE"
_OF_REPONSE: Final = (
    "fichier_id BIGINT NOT NULL, facture BIGINT NOT NULL, "
    "FOREIGN KEY (fichier_id, facture) REFERENCES reponses (fichier_id, enregistrement) ON DELETE CASCADE"
)

_TABLES: Final = (
    "CREATE TABLE parametres (cle TEXT NOT NULL PRIMARY KEY, valeur TEXT NOT NULL)",
    "CREATE TABLE fichiers (id BIGINT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, "
    "nature TEXT NOT NULL, taille BIGINT NOT NULL, norme TEXT NOT NULL, enveloppe TEXT NOT NULL, "
    "emetteur TEXT NOT NULL, destinataire TEXT NOT NULL, identification TEXT NOT NULL, date_fichier DATE, "
    "enregistrements BIGINT NOT NULL, factures BIGINT NOT NULL, total_annonce BIGINT, "
    "importe_le TEXT NOT NULL, purge_le DATE)",
    f"CREATE TABLE noms ({_OF_FILE}, nom TEXT NOT NULL, PRIMARY KEY (fichier_id, nom))",
    f"CREATE TABLE constats ({_OF_FILE}, regle TEXT NOT NULL, nombre BIGINT NOT NULL, "
    "PRIMARY KEY (fichier_id, regle))",
    "CREATE TABLE professionnels (numero TEXT NOT NULL PRIMARY KEY)",
    "CREATE TABLE patients (jeton TEXT NOT NULL PRIMARY KEY, assure TEXT NOT NULL, "
    "masque_nir TEXT NOT NULL, masque_nom TEXT NOT NULL, donnees {bytes}, ordre BIGINT NOT NULL)",
    f"CREATE TABLE envois ({_OF_FILE}, enregistrement BIGINT NOT NULL, position BIGINT NOT NULL, "
    "tranche BIGINT NOT NULL, cle TEXT NOT NULL, numero TEXT NOT NULL, lot TEXT NOT NULL, "
    "numero_ps TEXT NOT NULL, date_lot DATE, date_facturation DATE, identification TEXT NOT NULL, "
    "date_envoi DATE, regime TEXT NOT NULL, caisse TEXT NOT NULL, centre TEXT NOT NULL, "
    "nature_assurance TEXT NOT NULL, destinataire_reglement TEXT NOT NULL, tiers_payant BOOLEAN NOT NULL, "
    "montant_depense BIGINT NOT NULL, amo BIGINT NOT NULL, amc BIGINT NOT NULL, patient TEXT, "
    "PRIMARY KEY (fichier_id, enregistrement))",
    f"CREATE TABLE virements ({_OF_FILE}, rang BIGINT NOT NULL, empreinte TEXT NOT NULL, date DATE, "
    "libelle_1 TEXT NOT NULL, libelle_2 TEXT NOT NULL, organisme_payeur TEXT NOT NULL, "
    "PRIMARY KEY (fichier_id, rang))",
    f"CREATE TABLE reponses ({_OF_FILE}, enregistrement BIGINT NOT NULL, empreinte TEXT NOT NULL, "
    "tranche BIGINT NOT NULL, cle TEXT NOT NULL, numero TEXT NOT NULL, lot TEXT NOT NULL, date_lot DATE, "
    "date_facturation DATE, numeros_ps TEXT NOT NULL, virement BIGINT NOT NULL, date_paiement DATE, "
    "type_retour TEXT NOT NULL, type_facture TEXT NOT NULL, nature_assurance TEXT NOT NULL, patient TEXT, "
    "PRIMARY KEY (fichier_id, enregistrement))",
    f"CREATE TABLE parts ({_OF_REPONSE.replace(', FOREIGN', ', nom TEXT NOT NULL, etat TEXT NOT NULL, demande BIGINT, paye BIGINT NOT NULL, numero_amc TEXT NOT NULL, FOREIGN')}, "
    "PRIMARY KEY (fichier_id, facture, nom))",
)
