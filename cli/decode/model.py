"""What `noemie decode` says of returns, as one typed model: text, JSON, tables and page are drawn from it.

Amounts are signed cents; a day is written as ISO 8601, empty when it is not known. `record` is the number of
the entity in its file, from 1; `offset` its first byte, from 0. What names a person is hidden unless asked
for. What a return has many of (`factures`, `mouvements`) may stand on a disk: see `cli.io.rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from cli.check.document import Remarque
from cli.io.problems import Problem
from cli.words.reason import Reason

__all__ = [
    "SCHEMA",
    "Acte",
    "ActionComptee",
    "Beneficiaire",
    "CodeRetour",
    "Comptes",
    "Contrat",
    "Decode",
    "Dette",
    "Emetteur",
    "EnTout",
    "Facture",
    "Forfait",
    "Illisible",
    "Jour",
    "Mouvement",
    "Part",
    "Rejet",
    "Resume",
    "Retour",
    "Sommes",
    "Virement",
]

#: Version of the document: states are those of `codes.states` since 2; the keys of an invoice stand in one
#: order, whatever it asks for, since 3.
SCHEMA: Final = 3


class Jour(msgspec.Struct, frozen=True):
    """In which order the days of a return are read, whether that is sure, and what tells it."""

    ordre: str
    douteux: bool
    choix: str


class Emetteur(msgspec.Struct, frozen=True):
    """Who sent a return: the type, and its label."""

    type: str
    label: str


class Virement(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer, and how many invoices it pays."""

    date: str
    montant: int
    organisme_payeur: str
    libelles: list[str]
    factures: int
    record: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an invoice: the state as received, the situation that follows, and what it asks for."""

    part: str
    etat: str
    etat_label: str
    situation: str
    situation_label: str
    action: str
    demande: int
    paye: int


class Acte(msgspec.Struct, frozen=True, kw_only=True):
    """An act or service."""

    nature_prestation: str
    date_soins: str
    quantite: int | None
    base: int
    taux: int | None
    montant_depense: int
    montant_rembourse: int
    montant_complementaire: int


class Rejet(Reason, frozen=True, kw_only=True):
    """A reject or notice, explained as its invoice was decided, with what it points at."""

    signalement: bool
    niveau: str
    niveau_label: str
    part: str
    part_label: str
    nature_prestation: str
    date_soins: str
    ligne: int | None
    information: str
    record: int
    offset: int


class Facture(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as a return speaks of it: its state, the one action, its parts, its rejects.

    `part_seule` is the part that the action bears on, when the other one is paid. `montant_demande` is none
    when the return does not tell it (old family).
    """

    numero: str
    lot: str
    date_lot: str
    date_lot_douteuse: bool
    date_facturation: str
    type_facture: str
    type_facture_label: str
    nature_assurance: str
    nature_assurance_label: str
    virement: str
    etat: str
    etat_label: str
    action: str
    banner: str
    texte: str
    part_seule: str
    blocks_resend: bool
    montant_demande: int | None
    montant_paye: int
    parts: list[Part]
    actes: list[Acte]
    rejets: list[Rejet]
    commentaires: list[str]
    record: int
    offset: int


class Beneficiaire(msgspec.Struct, frozen=True):
    """Whom a contract movement is about, as written: a birth has no century there."""

    date_naissance: str = ""
    rang_naissance: str = ""
    nom: str = ""
    prenom: str = ""


class Contrat(msgspec.Struct, frozen=True):
    """A contract of a movement, and its days."""

    type_contrat: str
    date_debut: str
    date_fin: str


class CodeRetour(msgspec.Struct, frozen=True):
    """A code that answers a movement."""

    code: str
    label: str


class Mouvement(msgspec.Struct, frozen=True, kw_only=True):
    """A contract movement of flow 929."""

    code_mouvement: str
    organisme_complementaire: str
    assure: str
    beneficiaire: Beneficiaire
    libelle_mouvement: str
    numero_adherent: str
    contrats: list[Contrat]
    codes_retour: list[CodeRetour]
    rejets: list[Rejet]


class Forfait(msgspec.Struct, frozen=True):
    """A lump sum."""

    code: str
    montant: int


class Dette(msgspec.Struct, frozen=True, kw_only=True):
    """A debt or withholding, and what is still owed."""

    date: str
    reference: str
    nature: str
    nature_label: str
    recuperation: str
    recuperation_label: str
    montant: int
    solde: int


class Comptes(msgspec.Struct):
    """Invoices, cents they claim, how many do not tell (old family), rejects outside any invoice."""

    factures: int = 0
    montant_demande: int = 0
    sans_montant: int = 0
    rejets_hors_facture: int = 0

    def add(self, other: Comptes | ActionComptee) -> None:
        """Count those of another one too."""
        self.factures += other.factures
        self.montant_demande += other.montant_demande
        self.sans_montant += other.sans_montant
        self.rejets_hors_facture += other.rejets_hors_facture


class ActionComptee(msgspec.Struct, frozen=True, kw_only=True):
    """An action under one banner, with its invoices, each under its own; `numeros` of one return only."""

    action: str
    banner: str
    factures: int
    montant_demande: int
    sans_montant: int
    rejets_hors_facture: int
    numeros: list[str] | msgspec.UnsetType = msgspec.UNSET


class Sommes(msgspec.Struct):
    """Sums of returns, in cents, that add up over several."""

    paye: int = 0
    repris: int = 0
    rejete: int = 0
    differe: int = 0
    retenu: int = 0


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of one return, and its invoices by what must be done with them."""

    factures: int
    etats: dict[str, int]
    paye: int
    repris: int
    rejete: int
    differe: int
    retenu: int
    ne_pas_retransmettre: list[str]
    attendre: list[str]
    a_refaire: list[str]
    a_traiter: Comptes
    actions: list[ActionComptee]


class EnTout(msgspec.Struct, frozen=True, kw_only=True):
    """All the returns, added up; what could not be read is counted, a copy is not."""

    retours: int
    illisibles: int
    factures: int
    etats: dict[str, int]
    paye: int
    repris: int
    rejete: int
    differe: int
    retenu: int
    a_traiter: Comptes
    actions: list[ActionComptee]


class Illisible(msgspec.Struct, frozen=True):
    """A file that could not be read, and why."""

    file: str
    error: Problem


class Retour(msgspec.Struct, frozen=True, kw_only=True):
    """One return of a file that holds `retours` of them; `copy_of` names the file that held it before.

    `counts` are the findings of the checks by severity; `findings` and `notes` are those of `noemie check`.
    """

    file: str
    rang: int
    retours: int
    family: str
    envelope: str
    reference: str
    date_creation: str
    jour: Jour
    emetteur: Emetteur
    virements: list[Virement]
    factures: Sequence[Facture]
    mouvements: Sequence[Mouvement]
    forfaits: list[Forfait]
    dettes: list[Dette]
    rejets_hors_facture: list[Rejet]
    summary: Resume
    counts: dict[str, int]
    omitted: int
    findings: tuple[Remarque, ...]
    notes: tuple[Remarque, ...]
    copy_of: str | msgspec.UnsetType = msgspec.UNSET


class Decode(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    lang: str
    files: list[Retour | Illisible]
    summary: EnTout
