"""The cache of the lists: what became of each sending, made again when it is lost (`noemie.ledger.etats`)."""

from __future__ import annotations

import datetime as dt

from noemie.ledger.base.tables import Column, Rows, column
from noemie.ledger.schema.metadata import METADATA


class EtatRow(Rows, metadata=METADATA):
    """What became of a sending, or of answers to none, kept for the lists (see `noemie.ledger.etats`).

    Made again when it is lost. `ordre` is a key that sorts as the list does; `groupe` names the sendings that
    may be linked with it, or the number that was not sent.

    - `a_voir`: something is to be done; `ouverte`: or to be waited for;
    - `caisse`: régime and caisse of the sending; `origine`: who owes it, a value a line (see
      `noemie.ledger.filters.Origine`);
    - `jour`: the day that stands for it; `depuis`, `paye_le`: of its sending, of its first payment;
    - `premier`, `dernier`: days of its decisions, null when one is not told, in the wrong order without any;
    - amounts in all, then those of the AMO part; `amo_due`, `amc_due`: 1 for a part of which something was
      ever due.
    """

    __tablename__ = "etats"

    langue: Column[str] = column(primary_key=True)
    ordre: Column[bytes] = column(primary_key=True)
    groupe: Column[str]
    cle: Column[str]
    ps: Column[str]
    record: Column[int]
    etat: Column[str]
    a_voir: Column[bool]
    ouverte: Column[bool]
    rejets: Column[bool]
    notes: Column[str]
    patient: Column[str]
    nature: Column[str]
    caisse: Column[str]
    origine: Column[str]
    jour: Column[dt.date | None]
    depuis: Column[dt.date | None]
    paye_le: Column[dt.date | None]
    premier: Column[dt.date | None]
    dernier: Column[dt.date | None]
    demande: Column[int]
    paye_amo: Column[int]
    paye_amc: Column[int]
    reste: Column[int]
    trop: Column[int]
    amo_demande: Column[int]
    amo_reste: Column[int]
    amo_trop: Column[int]
    amo_due: Column[int]
    amc_due: Column[int]


class DetailRow(Rows, metadata=METADATA):
    """All that is kept of a row of `etats`; `facture` what the list of invoices shows, when it is of any day.

    What is of the whole stands here too, before all lines.
    """

    __tablename__ = "details"

    langue: Column[str] = column(primary_key=True)
    ordre: Column[bytes] = column(primary_key=True)
    groupe: Column[str]
    facture: Column[bytes]
    donnees: Column[bytes]


class PaiementRow(Rows, metadata=METADATA):
    """Money of a row of `etats` in one transfer, kept for the lists; `tri` sorts as payments do.

    `ligne` tells apart those of two lines; `virement` and `run` are ranks in the facts that all share;
    `compte` is 1 for the first of an invoice in its transfer, else 0; `donnees` is empty when nothing was
    paid nor taken back.
    """

    __tablename__ = "paiements"

    langue: Column[str] = column(primary_key=True)
    tri: Column[bytes] = column(primary_key=True)
    ligne: Column[bytes] = column(primary_key=True)
    rang: Column[int] = column(primary_key=True)
    groupe: Column[str]
    jour: Column[dt.date | None]
    virement: Column[int]
    run: Column[int]
    compte: Column[int]
    amo: Column[int]
    amc: Column[int]
    patient: Column[str]
    nature: Column[str]
    origine: Column[str]
    donnees: Column[bytes]
