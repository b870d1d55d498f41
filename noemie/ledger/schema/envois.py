"""What was sent: professionals, patients, invoices and their acts."""

from __future__ import annotations

import datetime as dt

from noemie.ledger.base.tables import Column, Rows, column
from noemie.ledger.schema.metadata import METADATA


class Professionnel(Rows, metadata=METADATA):
    """The numbers of those who sent invoices, kept after a purge: matching needs all of them."""

    __tablename__ = "professionnels"

    numero: Column[str] = column(primary_key=True)


class PatientRow(Rows, metadata=METADATA):
    """A patient: keyed token, masked forms, and the identity itself only when the ledger is set to keep it.

    - `jeton`: token of the NIR, the birth date and the rank; `assure`: token of the NIR alone;
    - `donnees`: nothing, encrypted or plain (see `noemie.ledger.identity`);
    - `ordre`: which of two forms of the same identity is kept, whatever the order of the imports.
    """

    __tablename__ = "patients"

    jeton: Column[str] = column(primary_key=True)
    assure: Column[str]
    masque_nir: Column[str]
    masque_nom: Column[str]
    donnees: Column[bytes | None]
    ordre: Column[int]


class FormeRow(Rows, metadata=METADATA):
    """A way in which files tell a patient, kept once there are several: one taken out leaves those of others.

    `forme` is what all days of the same way share in `ordre` (see `noemie.ledger.identity.form_of`).
    """

    __tablename__ = "formes"

    jeton: Column[str] = column(owner="patients.jeton", primary_key=True)
    forme: Column[int] = column(primary_key=True)
    masque_nir: Column[str]
    masque_nom: Column[str]
    donnees: Column[bytes | None]


class Envoi(Rows, metadata=METADATA):
    """One sent invoice. `cle` is its number for comparison, `tranche` a slice of the ledger (0 to 1023).

    `e1`, `e2`, `e3` are tokens of its care (see `noemie.suivi.faits.Envoi`), null in rows of an older schema;
    `soins` holds its care days and acts, encrypted, when the ledger is set to keep them; `forme` is the
    `ordre` of its patient as its file tells them, null in rows of an older schema.
    """

    __tablename__ = "envois"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    enregistrement: Column[int] = column(primary_key=True)
    position: Column[int]
    tranche: Column[int]
    cle: Column[str]
    numero: Column[str]
    lot: Column[str]
    numero_ps: Column[str]
    date_lot: Column[dt.date | None]
    date_facturation: Column[dt.date | None]
    identification: Column[str]
    date_envoi: Column[dt.date | None]
    regime: Column[str]
    caisse: Column[str]
    centre: Column[str]
    nature_assurance: Column[str]
    destinataire_reglement: Column[str]
    tiers_payant: Column[bool]
    montant_depense: Column[int]
    amo: Column[int]
    amc: Column[int]
    patient: Column[str | None]
    operation: Column[str]
    flux: Column[int]
    rang: Column[int]
    e1: Column[str | None]
    e2: Column[str | None]
    e3: Column[str | None]
    actes: Column[int]
    soins: Column[bytes | None]
    forme: Column[int | None]


class LigneRow(Rows, metadata=METADATA):
    """A token of one act line of a sending: professional, patient, day, code."""

    __tablename__ = "lignes"
    __owner__ = (["fichier_id", "enregistrement"], ["envois.fichier_id", "envois.enregistrement"])

    fichier_id: Column[int] = column(primary_key=True)
    enregistrement: Column[int] = column(primary_key=True)
    jeton: Column[str] = column(primary_key=True)
