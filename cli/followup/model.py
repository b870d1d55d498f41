"""What `noemie reconcile` says, as one typed model: its text and its JSON are both drawn from it.

Amounts are signed cents. No care day, token or identity stands here. Names of files are without their folder.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Final

import msgspec

from cli.io.problems import Problem
from cli.words.reason import Reason
from noemie.suivi.resultat import ForfaitSuivi, RetenueSuivie, Sommes, VirementSuivi

__all__ = [
    "SCHEMA",
    "ActionTotale",
    "ArlDit",
    "ArlOrphelin",
    "Autre",
    "AutreProfessionnel",
    "Compte",
    "DoublonDit",
    "Ecart",
    "FichierDit",
    "Ligne",
    "Orphelin",
    "Part",
    "Rapprochement",
    "Rejet",
    "Retour",
    "TotalEtat",
    "Version",
]

#: Version of the document: states are those of `codes.states` since 2.
SCHEMA: Final = 2

#: A day as ISO 8601, empty when it is not known; a date in tables (`cli.io.arrow_structs`).
Jour = Annotated[str, msgspec.Meta(extra={"arrow": "date"})]


class Compte(msgspec.Struct):
    """A count of lines and what they add up to: `demande - paye = reste - trop`."""

    nombre: int = 0
    demande: int = 0
    paye: int = 0
    reste: int = 0
    trop: int = 0


class TotalEtat(msgspec.Struct):
    """The lines of one state."""

    label: str
    nombre: int = 0
    demande: int = 0
    paye: int = 0
    reste: int = 0
    trop: int = 0


class ActionTotale(msgspec.Struct, kw_only=True):
    """An action under one banner: the lines that it is the first of, the euros (what lacks or is over) of all
    its parts. Of one action, whole invoices and each part alone have a banner of their own.

    A second part adds its amount under its own action, and is no second line: `factures` may be 0.
    """

    action: str
    banner: str
    factures: int = 0
    orphelins: int = 0
    montant: int = 0


class Part(msgspec.Struct, frozen=True):
    """One part of a line."""

    etat: str
    demande: int
    paye: int
    reste: int
    trop: int
    action: str


class Ecart(msgspec.Struct, frozen=True):
    """A difference on one part, claimed minus paid, and why."""

    part: str
    montant: int
    nature: str
    label: str


class Rejet(Reason, frozen=True):
    """A reject or notice of a line; `historique` when a later decision of its part took its place."""

    # Without `kw_only`, these stand before what the reason says.
    niveau: str
    part: str
    ligne: int | None
    jour: Jour
    historique: bool


class Retour(msgspec.Struct, frozen=True):
    """An answer that speaks of a line."""

    fichier: str
    record: int
    date_paiement: Jour


class ArlDit(msgspec.Struct, frozen=True):
    """The last ARL of the batch of a line."""

    positif: bool
    code: str
    libelle: str


class Autre(msgspec.Struct, frozen=True):
    """Another sending: where it stands, its state when a line has one."""

    fichier: str
    record: int
    numero: str = ""
    etat: str = ""
    etat_label: str = ""


class Version(msgspec.Struct, frozen=True):
    """What a return said and is not counted, why, and the file that stands for it."""

    fichier: str
    part: str
    etat: str
    paye: int
    raison: str
    pour: str


class Ligne(msgspec.Struct, frozen=True, kw_only=True):
    """One sending and what became of it; see `noemie.suivi.Ligne`. `numero_ps` names somebody: hidden."""

    numero: str
    numero_ps: str
    lot: str
    date_lot: Jour
    date_facturation: Jour
    fichier: str
    record: int
    etat: str
    etat_label: str
    certitude: str
    action: str
    banner: str
    texte: str
    blocks_resend: bool
    demande: int
    amo_demande: int
    amc_demande: int
    paye: int
    amo_paye: int
    amc_paye: int
    paye_amo: int
    paye_amc: int
    reste: int
    trop: int
    parts: dict[str, Part]
    ecarts: list[Ecart]
    open: bool
    liste: str
    jours: int | None
    attendu_le: Jour
    rejets: list[Rejet]
    retours: list[Retour]
    arl: ArlDit | None
    ambigu: bool
    doublon_de: Autre | None
    autre_envoi: Autre | None
    notes: list[str]
    ecartees: list[Version]
    marques: list[str]


class Orphelin(msgspec.Struct, frozen=True, kw_only=True):
    """What returns say of an invoice that was not sent, or money taken back of a payment not read."""

    numero: str
    lot: str
    date_lot: Jour
    numero_ps: str
    fichier: str
    record: int
    etat: str
    etat_label: str
    paye: int
    amo_paye: int
    amc_paye: int
    raison: str
    raison_label: str
    action: str
    banner: str
    rejets: list[Rejet]
    notes: list[str]
    ecartees: list[Version]


class FichierDit(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and of a return each run: `nature` is `envoi`, `retour`, `arl` or `autre`.

    `etat`: `lu`, `abime` (it ends, but something in it could not be read), `coupe` (its end lacks), `ecarte`
    (left aside: its whole is there, or it is neither a flow nor a return), `copie`.
    """

    fichier: str
    nature: str
    etat: str
    etat_label: str
    rang: int = 1
    factures: int | None = None
    jour: Jour = ""
    autre_jour: Jour = ""
    total_annonce: int | None = None
    total_lu: int | None = None
    concorde: bool = True


class ArlOrphelin(msgspec.Struct, frozen=True):
    """An ARL of no batch sent."""

    numero_lot: str
    date_lot: Jour
    positif: bool


class DoublonDit(msgspec.Struct, frozen=True):
    """A file that says what another one said already, and how many invoices of it were left out."""

    nature: str
    original: str
    copie: str
    nombre: int


class AutreProfessionnel(msgspec.Struct, frozen=True):
    """A return that names none of the senders, and how many of its answers count all the same."""

    fichier: str
    nombre: int


class Rapprochement(msgspec.Struct, kw_only=True):
    """The whole answer; `lignes` and `orphelins` are made as they are walked, as often as needed."""

    lang: str
    on: Jour
    files: dict[str, int]
    settled: bool
    totaux: dict[str, TotalEtat]
    total: Compte
    sommes: Sommes
    actions: list[ActionTotale]
    notes: list[str]
    listes: dict[str, Compte]
    fichiers: list[FichierDit]
    virements: list[VirementSuivi]
    forfaits: list[ForfaitSuivi]
    retenues: list[RetenueSuivie]
    doublons: list[DoublonDit]
    arls_orphelins: list[ArlOrphelin]
    autres_professionnels: list[AutreProfessionnel]
    errors: list[Problem]
    orphelins: Collection[Orphelin]
    lignes: Collection[Ligne]
