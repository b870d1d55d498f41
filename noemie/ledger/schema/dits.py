"""What people said and saw: marks, and the days on which somebody read where things stand."""

from __future__ import annotations

import datetime as dt

from noemie.ledger.base.tables import Column, Rows, column
from noemie.ledger.schema.metadata import METADATA


class MarqueRow(Rows, metadata=METADATA):
    """What a person said of a sending, a transfer or a patient: an event, added and never changed.

    `detail` is another sending, a file, or the label of a transfer; `texte` what was written freely,
    encrypted; `annule` the number of the mark that this one takes back.
    """

    __tablename__ = "marques"

    id: Column[int] = column(primary_key=True)
    sorte: Column[str]
    cible: Column[str]
    numero: Column[str]
    lot: Column[str]
    annee: Column[int | None]
    fichier: Column[str]
    numero_ps: Column[str]
    jour: Column[dt.date]
    detail: Column[str]
    texte: Column[bytes | None]
    annule: Column[int | None]


class PassageRow(Rows, metadata=METADATA):
    """A day on which somebody read where things stand: `id` counts them, `instant` is in UTC, for people."""

    __tablename__ = "passages"

    id: Column[int] = column(primary_key=True)
    jour: Column[dt.date]
    instant: Column[str]


class VuRow(Rows, metadata=METADATA):
    """What was new on a passage: a file (`sorte` `fichier`, its number), or money of a transfer.

    `cle` of a transfer is a digest of what names it; `montant` what was added to it since the one before.
    """

    __tablename__ = "vus"

    passage: Column[int] = column(owner="passages.id", primary_key=True)
    sorte: Column[str] = column(primary_key=True)
    cle: Column[str] = column(primary_key=True)
    montant: Column[int]
