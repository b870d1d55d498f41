"""What the ledger knows of itself, and the files it was given: their names, what the checks counted."""

from __future__ import annotations

import datetime as dt

from noemie.ledger.base.tables import Column, Rows, column
from noemie.ledger.schema.metadata import METADATA


class Parametre(Rows, metadata=METADATA):
    """What the ledger knows of itself: version of the schema, how personal data are kept."""

    __tablename__ = "parametres"

    cle: Column[str] = column(primary_key=True)
    valeur: Column[str]


class Fichier(Rows, metadata=METADATA):
    """One imported file: a flow, a return, or ARLs. Kept after a purge, so that it is not imported again.

    - `taille`: uncompressed bytes; `norme`, `enveloppe`: as recognised;
    - `emetteur`, `destinataire`, `identification`, `date_fichier`: from its record 000;
    - `total_annonce`: total of its 999 (returns), null when it has none;
    - `importe_le`: UTC, for people only; `purge_le`: day on which rows of it were purged;
    - `lecture`: version of the schema its rows were read for: those of an older one are read again when
      the file is given again.
    """

    __tablename__ = "fichiers"

    id: Column[int] = column(primary_key=True)
    sha256: Column[str] = column(unique=True)
    nature: Column[str]
    taille: Column[int]
    norme: Column[str]
    enveloppe: Column[str]
    emetteur: Column[str]
    destinataire: Column[str]
    identification: Column[str]
    date_fichier: Column[dt.date | None]
    enregistrements: Column[int]
    factures: Column[int]
    total_annonce: Column[int | None]
    importe_le: Column[str]
    purge_le: Column[dt.date | None]
    lecture: Column[int]


class Nom(Rows, metadata=METADATA):
    """The names under which a file was given."""

    __tablename__ = "noms"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    nom: Column[str] = column(primary_key=True)


class Constat(Rows, metadata=METADATA):
    """How many times a check had something to say of a file."""

    __tablename__ = "constats"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    regle: Column[str] = column(primary_key=True)
    nombre: Column[int]
