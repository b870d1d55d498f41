"""The tables, as SQLAlchemy sees them; `noemie.ledger.migrations` creates them.

Every key comes from the content of the files, never from a counter: the same files give the same rows, in
whatever order they are imported. `fichiers.id` is the first 63 bits of the SHA-256 of the content, and
`enregistrement` the 1-based number of a record in its file. Amounts are signed cents.

Personal data: `patients` only (see `noemie.ledger.identity`). Other tables know a patient by a keyed token.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Common ground of the tables."""

    type_annotation_map = {int: BigInteger, str: Text, bytes: LargeBinary}  # noqa: RUF012  # read by the base


class Parametre(Base):
    """What the ledger knows of itself: version of the schema, how personal data are kept."""

    __tablename__ = "parametres"

    cle: Mapped[str] = mapped_column(primary_key=True)
    valeur: Mapped[str]


class Fichier(Base):
    """One imported file: a flow, a return, or ARLs. Kept after a purge, so that it is not imported again.

    - `taille`: uncompressed bytes; `norme`, `enveloppe`: as recognised;
    - `emetteur`, `destinataire`, `identification`, `date_fichier`: from its record 000;
    - `total_annonce`: total of its 999 (returns), null when it has none;
    - `importe_le`: UTC, for people only; `purge_le`: day on which rows of it were purged;
    - `lecture`: version of the schema its rows were read for: those of an older one are read again when
      the file is given again.
    """

    __tablename__ = "fichiers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(unique=True)
    nature: Mapped[str]
    taille: Mapped[int]
    norme: Mapped[str]
    enveloppe: Mapped[str]
    emetteur: Mapped[str]
    destinataire: Mapped[str]
    identification: Mapped[str]
    date_fichier: Mapped[dt.date | None]
    enregistrements: Mapped[int]
    factures: Mapped[int]
    total_annonce: Mapped[int | None]
    importe_le: Mapped[str]
    purge_le: Mapped[dt.date | None]
    lecture: Mapped[int]


class Nom(Base):
    """The names under which a file was given."""

    __tablename__ = "noms"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    nom: Mapped[str] = mapped_column(primary_key=True)


class Constat(Base):
    """How many times a check had something to say of a file."""

    __tablename__ = "constats"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    regle: Mapped[str] = mapped_column(primary_key=True)
    nombre: Mapped[int]


class Professionnel(Base):
    """The numbers of those who sent invoices, kept after a purge: matching needs all of them."""

    __tablename__ = "professionnels"

    numero: Mapped[str] = mapped_column(primary_key=True)


class PatientRow(Base):
    """A patient: keyed token, masked forms, and the identity itself only when the ledger is set to keep it.

    - `jeton`: token of the NIR, the birth date and the rank; `assure`: token of the NIR alone;
    - `donnees`: nothing, encrypted or plain (see `noemie.ledger.identity`);
    - `ordre`: which of two forms of the same identity is kept, whatever the order of the imports.
    """

    __tablename__ = "patients"

    jeton: Mapped[str] = mapped_column(primary_key=True)
    assure: Mapped[str]
    masque_nir: Mapped[str]
    masque_nom: Mapped[str]
    donnees: Mapped[bytes | None]
    ordre: Mapped[int]


class Envoi(Base):
    """One sent invoice. `cle` is its number for comparison, `tranche` a slice of the ledger (0 to 1023).

    `e1`, `e2`, `e3` are tokens of its care (see `noemie.suivi.faits.Envoi`), null in rows of an older schema;
    `soins` holds its care days and acts, encrypted, when the ledger is set to keep them.
    """

    __tablename__ = "envois"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    enregistrement: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    tranche: Mapped[int]
    cle: Mapped[str]
    numero: Mapped[str]
    lot: Mapped[str]
    numero_ps: Mapped[str]
    date_lot: Mapped[dt.date | None]
    date_facturation: Mapped[dt.date | None]
    identification: Mapped[str]
    date_envoi: Mapped[dt.date | None]
    regime: Mapped[str]
    caisse: Mapped[str]
    centre: Mapped[str]
    nature_assurance: Mapped[str]
    destinataire_reglement: Mapped[str]
    tiers_payant: Mapped[bool]
    montant_depense: Mapped[int]
    amo: Mapped[int]
    amc: Mapped[int]
    patient: Mapped[str | None]
    operation: Mapped[str]
    flux: Mapped[int]
    rang: Mapped[int]
    e1: Mapped[str | None]
    e2: Mapped[str | None]
    e3: Mapped[str | None]
    actes: Mapped[int]
    soins: Mapped[bytes | None]


class LigneRow(Base):
    """A token of one act line of a sending: professional, patient, day, code."""

    __tablename__ = "lignes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["fichier_id", "enregistrement"],
            ["envois.fichier_id", "envois.enregistrement"],
            ondelete="CASCADE",
        ),
    )

    fichier_id: Mapped[int] = mapped_column(primary_key=True)
    enregistrement: Mapped[int] = mapped_column(primary_key=True)
    jeton: Mapped[str] = mapped_column(primary_key=True)


class RetourRow(Base):
    """One run of a file, 000 to 999.

    - `rang`: rank of its 000; `empreinte`: digest of what it says, 999 left out;
    - `jour_ecrit`: the six digits of its day; `jour_1`, `jour_2`: its two readings when both are days;
      `jour`: the one its run points to, `jour_decide`: whether it does; `jour_lot`: the oldest batch;
    - `entier`: ends with its 999, nothing broken; `concorde`: its total adds up.
    """

    __tablename__ = "retours"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    empreinte: Mapped[str]
    type_emetteur: Mapped[str]
    emetteur: Mapped[str]
    destinataire: Mapped[str]
    identification: Mapped[str]
    jour_ecrit: Mapped[str]
    jour_1: Mapped[dt.date | None]
    jour_2: Mapped[dt.date | None]
    jour: Mapped[dt.date | None]
    jour_decide: Mapped[bool]
    jour_lot: Mapped[dt.date | None]
    entier: Mapped[bool]
    concorde: Mapped[bool]
    total_annonce: Mapped[int | None]
    total_lu: Mapped[int]


class Virement(Base):
    """One transfer that the returns of a file announce (071, 070); `rang` is its rank in the file.

    `payeur` and `beneficiaire` tell it from others, empty in rows of an older schema; `run` is the rank of
    its run when nothing else names it, else 0.
    """

    __tablename__ = "virements"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    date: Mapped[dt.date | None]
    libelle_1: Mapped[str]
    libelle_2: Mapped[str]
    organisme_payeur: Mapped[str]
    payeur: Mapped[str]
    beneficiaire: Mapped[str]
    run: Mapped[int]


class Reponse(Base):
    """What one return says of one invoice.

    `run` is the rank of its run in the file; `complement` what the acts of the old family say of the
    complementary part, when the total of the run holds it; `hors_total` tells that it does not.
    """

    __tablename__ = "reponses"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    enregistrement: Mapped[int] = mapped_column(primary_key=True)
    tranche: Mapped[int]
    cle: Mapped[str]
    numero: Mapped[str]
    lot: Mapped[str]
    date_lot: Mapped[dt.date | None]
    date_facturation: Mapped[dt.date | None]
    numeros_ps: Mapped[str]
    virement: Mapped[int]
    date_paiement: Mapped[dt.date | None]
    type_retour: Mapped[str]
    type_facture: Mapped[str]
    nature_assurance: Mapped[str]
    patient: Mapped[str | None]
    run: Mapped[int]
    complement: Mapped[int]
    ancienne: Mapped[bool]
    hors_total: Mapped[bool]


def _of_reponse() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["fichier_id", "facture"],
        ["reponses.fichier_id", "reponses.enregistrement"],
        ondelete="CASCADE",
    )


class Part(Base):
    """A part (`AMO`, `AMC`) of a returned invoice; `demande` is null when the return does not tell."""

    __tablename__ = "parts"
    __table_args__ = (_of_reponse(),)

    fichier_id: Mapped[int] = mapped_column(primary_key=True)
    facture: Mapped[int] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(primary_key=True)
    etat: Mapped[str]
    demande: Mapped[int | None]
    paye: Mapped[int]
    numero_amc: Mapped[str]


class Acte(Base):
    """What the acts of one kind of a returned invoice reimburse."""

    __tablename__ = "actes"
    __table_args__ = (_of_reponse(),)

    fichier_id: Mapped[int] = mapped_column(primary_key=True)
    facture: Mapped[int] = mapped_column(primary_key=True)
    nature_prestation: Mapped[str] = mapped_column(primary_key=True)
    nombre: Mapped[int]
    montant_rembourse: Mapped[int]


class RejetRow(Base):
    """A reject or notice of an invoice (`facture` 0: of none); its label has no long number."""

    __tablename__ = "rejets"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    facture: Mapped[int] = mapped_column(primary_key=True)
    ordre: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    libelle: Mapped[str]
    niveau: Mapped[str]
    part: Mapped[str]
    ligne: Mapped[int | None]
    rang: Mapped[int | None]
    run: Mapped[int]


class ForfaitRow(Base):
    """A lump sum (261 and its 262); of the details only their number is kept."""

    __tablename__ = "forfaits"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    enregistrement: Mapped[int] = mapped_column(primary_key=True)
    virement: Mapped[int]
    code: Mapped[str]
    montant: Mapped[int]
    details: Mapped[int]
    run: Mapped[int]


class DetteRow(Base):
    """A debt or withholding (250)."""

    __tablename__ = "dettes"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    enregistrement: Mapped[int] = mapped_column(primary_key=True)
    virement: Mapped[int]
    reference: Mapped[str]
    date_dette: Mapped[dt.date | None]
    nature: Mapped[str]
    nature_recuperation: Mapped[str]
    montant: Mapped[int]
    solde: Mapped[int]
    run: Mapped[int]


class ArlRow(Base):
    """One ARL, with the fields of `noemie.returns.arl.Arl`; `rang` is its rank in the file."""

    __tablename__ = "arls"

    fichier_id: Mapped[int] = mapped_column(ForeignKey("fichiers.id", ondelete="CASCADE"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    positif: Mapped[bool]
    numero_lot: Mapped[str]
    numero_ps: Mapped[str]
    date_lot: Mapped[dt.date | None]
    date_arl: Mapped[dt.date | None]
    identification_fichier: Mapped[str]
    date_fichier: Mapped[dt.date | None]
    emetteur: Mapped[str]
    code: Mapped[str]
    libelle: Mapped[str]
    motif: Mapped[str]
    regle: Mapped[str]
    numero_facture: Mapped[str]


class MarqueRow(Base):
    """What a person said of a sending, a transfer or a patient: an event, added and never changed.

    `detail` is another sending, a file, or the label of a transfer; `texte` what was written freely,
    encrypted; `annule` the number of the mark that this one takes back.
    """

    __tablename__ = "marques"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sorte: Mapped[str]
    cible: Mapped[str]
    numero: Mapped[str]
    lot: Mapped[str]
    annee: Mapped[int | None]
    fichier: Mapped[str]
    numero_ps: Mapped[str]
    jour: Mapped[dt.date]
    detail: Mapped[str]
    texte: Mapped[bytes | None]
    annule: Mapped[int | None]


class PassageRow(Base):
    """A day on which somebody read where things stand: `id` counts them, `instant` is in UTC, for people."""

    __tablename__ = "passages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    jour: Mapped[dt.date]
    instant: Mapped[str]


class VuRow(Base):
    """What was new on a passage: a file (`sorte` `fichier`, its number), or money of a transfer.

    `cle` of a transfer is a digest of what names it; `montant` what was added to it since the one before.
    """

    __tablename__ = "vus"

    passage: Mapped[int] = mapped_column(ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True)
    sorte: Mapped[str] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(primary_key=True)
    montant: Mapped[int]


class EtatRow(Base):
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

    langue: Mapped[str] = mapped_column(primary_key=True)
    ordre: Mapped[bytes] = mapped_column(primary_key=True)
    groupe: Mapped[str]
    cle: Mapped[str]
    ps: Mapped[str]
    record: Mapped[int]
    etat: Mapped[str]
    a_voir: Mapped[bool]
    ouverte: Mapped[bool]
    rejets: Mapped[bool]
    notes: Mapped[str]
    patient: Mapped[str]
    nature: Mapped[str]
    caisse: Mapped[str]
    origine: Mapped[str]
    jour: Mapped[dt.date | None]
    depuis: Mapped[dt.date | None]
    paye_le: Mapped[dt.date | None]
    premier: Mapped[dt.date | None]
    dernier: Mapped[dt.date | None]
    demande: Mapped[int]
    paye_amo: Mapped[int]
    paye_amc: Mapped[int]
    reste: Mapped[int]
    trop: Mapped[int]
    amo_demande: Mapped[int]
    amo_reste: Mapped[int]
    amo_trop: Mapped[int]
    amo_due: Mapped[int]
    amc_due: Mapped[int]


class DetailRow(Base):
    """All that is kept of a row of `etats`; `facture` what the list of invoices shows, when it is of any day.

    What is of the whole stands here too, before all lines.
    """

    __tablename__ = "details"

    langue: Mapped[str] = mapped_column(primary_key=True)
    ordre: Mapped[bytes] = mapped_column(primary_key=True)
    groupe: Mapped[str]
    facture: Mapped[bytes]
    donnees: Mapped[bytes]


class PaiementRow(Base):
    """Money of a row of `etats` in one transfer, kept for the lists; `tri` sorts as payments do.

    `ligne` tells apart those of two lines; `virement` and `run` are ranks in the facts that all share;
    `compte` is 1 for the first of an invoice in its transfer, else 0; `donnees` is empty when nothing was
    paid nor taken back.
    """

    __tablename__ = "paiements"

    langue: Mapped[str] = mapped_column(primary_key=True)
    tri: Mapped[bytes] = mapped_column(primary_key=True)
    ligne: Mapped[bytes] = mapped_column(primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    groupe: Mapped[str]
    jour: Mapped[dt.date | None]
    virement: Mapped[int]
    run: Mapped[int]
    compte: Mapped[int]
    amo: Mapped[int]
    amc: Mapped[int]
    patient: Mapped[str]
    nature: Mapped[str]
    origine: Mapped[str]
    donnees: Mapped[bytes]


#: In the order in which rows can be inserted.
TABLES: tuple[type[Base], ...] = (
    Parametre,
    Fichier,
    Nom,
    Constat,
    Professionnel,
    PatientRow,
    Envoi,
    LigneRow,
    RetourRow,
    Virement,
    Reponse,
    Part,
    Acte,
    RejetRow,
    ForfaitRow,
    DetteRow,
    ArlRow,
    MarqueRow,
    PassageRow,
    VuRow,
    EtatRow,
    DetailRow,
    PaiementRow,
)
