"""What came back: runs, transfers, answers, rejects, lump sums, debts, ARLs."""

from __future__ import annotations

import datetime as dt
from typing import Final

from noemie.ledger.base.tables import Column, Rows, column
from noemie.ledger.schema.metadata import METADATA

#: The answer that a row of the tables below belongs to.
OF_ANSWER: Final = (["fichier_id", "facture"], ["reponses.fichier_id", "reponses.enregistrement"])


class RetourRow(Rows, metadata=METADATA):
    """One run of a file, 000 to 999.

    - `rang`: rank of its 000; `empreinte`: digest of what it says, 999 left out;
    - `jour_ecrit`: the six digits of its day; `jour_1`, `jour_2`: its two readings when both are days;
      `jour`: the one its run points to, `jour_decide`: whether it does; `jour_lot`: the oldest batch;
    - `entier`: ends with its 999, nothing broken; `concorde`: its total adds up;
    - `professionnels`: whom a cut one names, a number a line; of others, and in rows of an older version,
      `None`.
    """

    __tablename__ = "retours"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    rang: Column[int] = column(primary_key=True)
    empreinte: Column[str]
    type_emetteur: Column[str]
    emetteur: Column[str]
    destinataire: Column[str]
    identification: Column[str]
    jour_ecrit: Column[str]
    jour_1: Column[dt.date | None]
    jour_2: Column[dt.date | None]
    jour: Column[dt.date | None]
    jour_decide: Column[bool]
    jour_lot: Column[dt.date | None]
    entier: Column[bool]
    concorde: Column[bool]
    total_annonce: Column[int | None]
    total_lu: Column[int]
    professionnels: Column[str | None]


class Virement(Rows, metadata=METADATA):
    """One transfer that the returns of a file announce (071, 070); `rang` is its rank in the file.

    `payeur` and `beneficiaire` tell it from others, empty in rows of an older schema; `run` is the rank of
    its run when nothing else names it, else 0.
    """

    __tablename__ = "virements"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    rang: Column[int] = column(primary_key=True)
    date: Column[dt.date | None]
    libelle_1: Column[str]
    libelle_2: Column[str]
    organisme_payeur: Column[str]
    payeur: Column[str]
    beneficiaire: Column[str]
    run: Column[int]


class Reponse(Rows, metadata=METADATA):
    """What one return says of one invoice.

    `run` is the rank of its run in the file; `complement` what the acts of the old family say of the
    complementary part, when the total of the run holds it; `hors_total` tells that it does not; `forme` is
    that of `Envoi`.
    """

    __tablename__ = "reponses"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    enregistrement: Column[int] = column(primary_key=True)
    tranche: Column[int]
    cle: Column[str]
    numero: Column[str]
    lot: Column[str]
    date_lot: Column[dt.date | None]
    date_facturation: Column[dt.date | None]
    numeros_ps: Column[str]
    virement: Column[int]
    date_paiement: Column[dt.date | None]
    type_retour: Column[str]
    type_facture: Column[str]
    nature_assurance: Column[str]
    patient: Column[str | None]
    run: Column[int]
    complement: Column[int]
    ancienne: Column[bool]
    hors_total: Column[bool]
    forme: Column[int | None]


class Part(Rows, metadata=METADATA):
    """A part (`AMO`, `AMC`) of a returned invoice; `demande` is null when the return does not tell."""

    __tablename__ = "parts"
    __owner__ = OF_ANSWER

    fichier_id: Column[int] = column(primary_key=True)
    facture: Column[int] = column(primary_key=True)
    nom: Column[str] = column(primary_key=True)
    etat: Column[str]
    demande: Column[int | None]
    paye: Column[int]
    numero_amc: Column[str]


class Acte(Rows, metadata=METADATA):
    """What the acts of one kind of a returned invoice reimburse."""

    __tablename__ = "actes"
    __owner__ = OF_ANSWER

    fichier_id: Column[int] = column(primary_key=True)
    facture: Column[int] = column(primary_key=True)
    nature_prestation: Column[str] = column(primary_key=True)
    nombre: Column[int]
    montant_rembourse: Column[int]


class RejetRow(Rows, metadata=METADATA):
    """A reject or notice of an invoice (`facture` 0: of none); its label has no long number."""

    __tablename__ = "rejets"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    facture: Column[int] = column(primary_key=True)
    ordre: Column[int] = column(primary_key=True)
    code: Column[str]
    libelle: Column[str]
    niveau: Column[str]
    part: Column[str]
    ligne: Column[int | None]
    rang: Column[int | None]
    run: Column[int]


class ForfaitRow(Rows, metadata=METADATA):
    """A lump sum (261 and its 262); of the details only their number is kept."""

    __tablename__ = "forfaits"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    enregistrement: Column[int] = column(primary_key=True)
    virement: Column[int]
    code: Column[str]
    montant: Column[int]
    details: Column[int]
    run: Column[int]


class DetteRow(Rows, metadata=METADATA):
    """A debt or withholding (250)."""

    __tablename__ = "dettes"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    enregistrement: Column[int] = column(primary_key=True)
    virement: Column[int]
    reference: Column[str]
    date_dette: Column[dt.date | None]
    nature: Column[str]
    nature_recuperation: Column[str]
    montant: Column[int]
    solde: Column[int]
    run: Column[int]


class ArlRow(Rows, metadata=METADATA):
    """One ARL, with the fields of `noemie.returns.arl.Arl`; `rang` is its rank in the file."""

    __tablename__ = "arls"

    fichier_id: Column[int] = column(owner="fichiers.id", primary_key=True)
    rang: Column[int] = column(primary_key=True)
    positif: Column[bool]
    numero_lot: Column[str]
    numero_ps: Column[str]
    date_lot: Column[dt.date | None]
    date_arl: Column[dt.date | None]
    identification_fichier: Column[str]
    date_fichier: Column[dt.date | None]
    emetteur: Column[str]
    code: Column[str]
    libelle: Column[str]
    motif: Column[str]
    regle: Column[str]
    numero_facture: Column[str]
