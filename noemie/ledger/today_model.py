"""What `noemie today` and the page answer, as one typed model: amounts are signed cents, unknown days null.

Nothing is hidden here: who shows it hides what must be (`cli.today.shown`). Every invoice stands once, as a
card under its first action; another open part of it adds its euros under its own action.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from codes.actions import Action
from codes.states import Certitude, Etat, EtatPart
from noemie.ledger.who import Personne, Soins
from noemie.suivi.resultat import RejetSuivi

__all__ = [
    "Age",
    "Aujourdhui",
    "AutreEnvoi",
    "AutrePart",
    "Carte",
    "Compte",
    "FichierEcarte",
    "FichierRecu",
    "Groupe",
    "MarqueDite",
    "PartDite",
    "Rappel",
    "Recu",
    "RetenueDite",
    "RetourSansEnvoi",
    "SommeDesParts",
    "Total",
    "VersionEcartee",
    "VirementRecu",
]


class Compte(msgspec.Struct, kw_only=True):
    """A count of invoices and their claim: `demande - paye = reste - trop`."""

    factures: int = 0
    demande: int = 0
    paye: int = 0
    reste: int = 0
    trop: int = 0


class SommeDesParts(msgspec.Struct, kw_only=True):
    """The same sums by part and in all, over every invoice of the ledger."""

    amo: Compte
    amc: Compte
    total: Compte


class PartDite(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a card: `montant` is what lacks, what is over, or what is to be compared."""

    part: str
    etat: EtatPart
    etat_label: str
    demande: int
    paye: int
    reste: int
    trop: int
    action: Action
    banner: str
    texte: str
    montant: int


class MarqueDite(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of an invoice, and when; a text that the key does not open is empty."""

    sorte: str
    jour: dt.date | None
    detail: str = ""


class AutreEnvoi(msgspec.Struct, frozen=True, kw_only=True):
    """Another sending that a card speaks of: the one that holds the claim, or that a note names."""

    numero: str
    fichier: str
    record: int
    etat_label: str


class VersionEcartee(msgspec.Struct, frozen=True, kw_only=True):
    """What a return says of a part and is not counted, why (a note), and the file that stands for it."""

    fichier: str
    part: str
    paye: int
    raison: str
    pour: str


class Carte(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice and what to do about it.

    - `fichier`, `record`: the sending, as `Ligne` names it; `lot`, `annee`: with `numero`, how `ledger mark`
      names it;
    - `montant`: euros of the parts that ask for `action`; `parts`: those that claim or hold something;
    - `motifs`: motives of the live rejects (`codes.motives`), `rejets` all that was told;
    - `jours`: days since the sending while it is open; `attendu_le`: day by which the fund owes its answer.
    """

    numero: str
    lot: str
    annee: int | None
    numero_ps: str
    fichier: str
    record: int
    regime: str
    caisse: str
    date_envoi: dt.date | None
    date_facturation: dt.date | None
    patient: Personne
    soins: Soins
    etat: Etat
    etat_label: str
    certitude: Certitude
    action: Action
    banner: str
    texte: str
    blocks_resend: bool
    montant: int
    demande: int
    paye: int
    reste: int
    trop: int
    parts: tuple[PartDite, ...]
    motifs: tuple[str, ...]
    rejets: tuple[RejetSuivi, ...]
    notes: tuple[str, ...]
    autre_envoi: AutreEnvoi | None
    ecartees: tuple[VersionEcartee, ...]
    marques: tuple[MarqueDite, ...]
    jours: int | None
    attendu_le: dt.date | None
    repondu_le: dt.date | None


class AutrePart(msgspec.Struct, frozen=True, kw_only=True):
    """A second open part: its card stands under another action, its euros here."""

    numero: str
    fichier: str
    record: int
    part: str
    montant: int
    patient: Personne


class RetourSansEnvoi(msgspec.Struct, frozen=True, kw_only=True):
    """What returns say of an invoice that was not sent, and what to do: its euros lack to nobody."""

    numero: str
    lot: str
    fichier: str
    record: int
    raison: str
    raison_label: str
    action: Action
    banner: str
    paye: int
    motifs: tuple[str, ...]
    patient: Personne


class Groupe(msgspec.Struct, kw_only=True):
    """What asks for one action, under one banner: that of the invoice, or of the open part alone.

    `factures` counts the cards, `montant` is their euros under this action and those of `autres_parts`;
    `retours` are counted apart.
    """

    action: Action
    banner: str
    texte: str
    factures: int = 0
    montant: int = 0
    cartes: list[Carte] = msgspec.field(default_factory=list)
    autres_parts: list[AutrePart] = msgspec.field(default_factory=list)
    retours: list[RetourSansEnvoi] = msgspec.field(default_factory=list)


class Total(msgspec.Struct, kw_only=True):
    """What groups add up to."""

    factures: int = 0
    montant: int = 0
    retours: int = 0


class VirementRecu(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer of which money is new.

    `nouveau` is what was added since the last time, negative when it was corrected downwards; `montant` what
    it pays in all, of which `repris` (negative or 0) is taken back; `retenues` the withholdings told beside
    it (see `noemie.ledger.values.Transfer`).
    """

    jour: dt.date | None
    payeur: str
    libelles: tuple[str, ...]
    nouveau: int
    montant: int
    repris: int
    factures: int
    forfaits: int
    retenues: int
    avec_retenues: int
    pointe: bool


class FichierRecu(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came since the last time: `nature` is `flux`, `retour` or `arl`."""

    fichier: str
    nature: str
    factures: int


class Recu(msgspec.Struct, kw_only=True):
    """What came since the last time: `paye` is the sum of what is new in the transfers."""

    paye: int
    virements: list[VirementRecu]
    fichiers: list[FichierRecu]


class Age(msgspec.Struct, kw_only=True):
    """Awaited invoices sent so many days ago, `du` to `au` included; `en_retard`: those to chase or claim."""

    du: int
    au: int | None
    factures: int = 0
    reste: int = 0
    en_retard: int = 0
    reste_en_retard: int = 0


class RetenueDite(msgspec.Struct, frozen=True, kw_only=True):
    """A withholding told since the last time; no source tells whether the transfer holds it."""

    jour: dt.date | None
    reference: str
    montant: int
    solde: int
    fichier: str


class FichierEcarte(msgspec.Struct, frozen=True, kw_only=True):
    """A file left aside, or in which something lacks, and why.

    `raison`: `coupe` (its end lacks), `ecarte` (its whole is there), `copie`, `total_faux`, `illisible`,
    `etranger` (neither a flow, a return nor an ARL), `a_relire` (an older version read it).
    """

    fichier: str
    raison: str
    rang: int = 1
    regle: str = ""


class Rappel(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that is due (`ledger mark --remind`)."""

    numero: str
    lot: str
    annee: int | None
    fichier: str
    record: int
    le: dt.date
    patient: Personne


class Aujourdhui(msgspec.Struct, kw_only=True):
    """The whole answer on the day `on`.

    - `depuis`: the last day, before `on`, on which it was read; null the first time;
    - `sommes`: claimed, paid, due, over of the whole ledger, as in `ledger invoices`;
    - `groupes`: in the order of actions; `a_faire` adds up all but `attendre`, `a_attendre` that one, `total`
      all of them;
    - `attentes`: by age, what `ledger unanswered` lists, part of the groups above; `attendu` their total;
    - `reprises`, `trop_percus`: numbers of what was taken back, or is over, part of the groups above;
      `reste_repris` what lacks, `trop` what is over.
    """

    on: dt.date
    depuis: dt.date | None
    lang: str
    recu: Recu
    sommes: SommeDesParts
    paye_sans_envoi: int
    forfaits: int
    groupes: list[Groupe]
    a_faire: Total
    a_attendre: Total
    total: Total
    attentes: list[Age]
    attendu: Age
    reprises: list[AutrePart]
    reste_repris: int
    retenues: list[RetenueDite]
    trop_percus: list[AutrePart]
    trop: int
    rappels: list[Rappel]
    ecartes: list[FichierEcarte]
    arls_sans_lot: int
