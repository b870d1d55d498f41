"""What the ledger answers. Amounts are signed cents, days are dates, unknown texts are empty.

None of these shows who a patient is, in `repr` or as text: `patient` is the reference of the patient list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from codes.actions import Action
from codes.rejects import Explanation
from codes.states import Certitude, Etat
from noemie.suivi.resultat import Ecart


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file that was given to the import.

    - `etat`: `importe`, `connu` (the same content is there already), `relu` (an older version had read it),
      `retire` (it was taken out of the ledger, so it is left aside) or `illisible`;
    - `nature`: `flux`, `retour`, `arl`, empty for an unreadable file; `code`: why it could not be read, an
      entry of the rule catalogue, with `octet` and `faits`, those of the `FormatError`;
    - `constats`: rule -> how many findings; of a known file, those of its import;
    - `autres_noms`: names under which the same content came before;
    - `meme_identite`: names of other files whose record 000 says the same, with other bytes. What they say
      in common counts once.
    """

    nom: str
    etat: str
    nature: str = ""
    code: str = ""
    octet: int = 0
    faits: Mapping[str, str | int] = field(default_factory=dict)
    factures: int = 0
    constats: Mapping[str, int] = field(default_factory=dict)
    autres_noms: tuple[str, ...] = ()
    meme_identite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, file by file.

    `laisses` are the files of folders, mails and archives that were left aside: name, and why (see
    `noemie.documents.sorting.Aside`).
    """

    fichiers: tuple[FileResult, ...]
    laisses: tuple[tuple[str, str], ...] = ()

    def nombre(self, etat: str) -> int:
        """How many files came to this state."""
        return sum(fichier.etat == etat for fichier in self.fichiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of the ledger: `retours` it holds, and whether an older version read it (`a_relire`)."""

    noms: tuple[str, ...]
    sha256: str
    nature: str
    norme: str
    enveloppe: str
    emetteur: str
    identification: str
    date_fichier: dt.date | None
    taille: int
    factures: int
    total_annonce: int | None
    importe_le: str
    purge_le: dt.date | None
    retours: int
    a_relire: bool
    constats: Mapping[str, int]
    meme_identite: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What goes, or went, with files that are taken out of a ledger (see `noemie.ledger.removal`).

    - `fichiers`: their names; rows of each kind; `marques`: marks and ticks that named nothing else;
    - `patients`: those of whom nothing is left;
    - `demande`, `paye`: what the sums of the ledger lose, in cents.
    """

    fichiers: tuple[str, ...]
    envois: int
    reponses: int
    forfaits: int
    dettes: int
    arls: int
    marques: int
    patients: int
    demande: int
    paye: int


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """A file that was taken out of a ledger on a day, and may come back."""

    sha256: str
    noms: tuple[str, ...]
    jour: dt.date


class Payment(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Money that a return brings, or takes back.

    - `genre`: `facture`, or `forfait` for a lump sum, which `code_forfait` names;
    - `date`: day of the transfer, else of the return;
    - `regime`, `caisse`, `centre`: those of the sent invoice; without one, what the number of the emitter
      says (`origine` is then `emetteur`: digits 7-8 and 12-14 of 14, inferred), or nothing;
    - `etat`: state of the invoice today, `orpheline` when the ledger does not hold it;
    - `envoi`: the sending, file and record, when there is one.
    """

    genre: str
    date: dt.date | None
    numero: str = ""
    lot: str = ""
    numero_ps: str = ""
    patient: str = ""
    regime: str = ""
    caisse: str = ""
    centre: str = ""
    origine: str = ""
    organisme_payeur: str = ""
    nature_assurance: str = ""
    virement: str = ""
    code_forfait: str = ""
    amo: int = 0
    amc: int = 0
    montant: int = 0
    etat: str = ""
    fichier: str = ""
    envoi: tuple[str, int] | None = None

    def __repr__(self) -> str:
        return f"<Payment {self.genre} no. {self.numero} {self.date or ''}: {self.montant} c>"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectLine:
    """One reject or notice, explained.

    `amo` and `amc` are what the invoice claims on the parts concerned (both when the reject names none),
    `montant` their sum, 0 when nobody tells. `envoi` is the sending, file and record, when there is one.
    `action` is that of the whole invoice, `bandeau` says it as the invoice does; `historique`: a later
    decision took its place;
    `explication` is the catalogue's answer to this reject.
    """

    date: dt.date | None
    numero: str
    lot: str
    numero_ps: str = field(repr=False)
    patient: str
    regime: str
    caisse: str
    code: str
    libelle: str
    niveau: str
    part: str
    ligne: int | None
    motif: str
    sens: str
    bandeau: str
    action: Action
    etat: str
    historique: bool
    amo: int
    amc: int
    montant: int
    fichier: str
    explication: Explanation = field(repr=False)
    envoi: tuple[str, int] | None = field(default=None, repr=False)


class InvoiceState(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One sending, or an answer to none (`etat` is then `orpheline`), and what became of it.

    `demande` is the claim that counts (0 when another sending holds it), `reste` what lacks, `trop` what is
    over, each in all, then by part; `ecarts` tells why; `jours` counts from the sending while the invoice is
    open; `depuis` is the day of sending, `repondu_le` that of the last answer; `raison` tells why an answer
    has no invoice; `doublon_de` names the file of the sending that holds the claim.
    """

    etat: Etat
    certitude: Certitude | None
    numero: str
    lot: str
    numero_ps: str
    patient: str
    regime: str
    caisse: str
    centre: str
    nature_assurance: str
    date_lot: dt.date | None
    date_facturation: dt.date | None
    depuis: dt.date | None
    repondu_le: dt.date | None
    demande: int
    paye: int
    reste: int
    trop: int
    amo_demande: int
    amo_paye: int
    amo_reste: int
    amo_trop: int
    amc_demande: int
    amc_paye: int
    amc_reste: int
    amc_trop: int
    ecart: int
    ecarts: tuple[Ecart, ...]
    jours: int | None
    action: Action
    bandeau: str
    texte: str
    motifs: tuple[str, ...]
    notes: tuple[str, ...]
    ambigu: bool
    raison: str
    doublon_de: str
    fichier: str
    record: int

    def __repr__(self) -> str:
        return f"<InvoiceState no. {self.numero} {self.etat}: {self.paye} of {self.demande} c>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resends:
    """What to do about what is not paid, in lists that never share an invoice.

    - `a_renvoyer`: to correct and send again, or a file to send again;
    - `ne_pas_renvoyer`: sending again is forbidden, or forbidden until a new return;
    - `autre_action`: something else comes first (a document, rights, paper, a claim), or nobody knows;
    - `deja_renvoyees`: another sending took the place of this one.
    """

    a_renvoyer: tuple[InvoiceState, ...]
    ne_pas_renvoyer: tuple[InvoiceState, ...]
    autre_action: tuple[InvoiceState, ...]
    deja_renvoyees: tuple[InvoiceState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient of the ledger: a reference, masked forms, counts and amounts.

    `nir`, `nom`, `prenom` and `naissance` (AAMMJJ) are filled only when they were asked for and the ledger
    keeps them. When the beneficiary has no name, `nom` and `prenom` are those of the insured person.
    """

    reference: str
    nir_masque: str
    nom_masque: str
    factures: int
    demande: int
    paye: int
    premier: dt.date | None
    dernier: dt.date | None
    nir: str = field(default="", repr=False)
    nom: str = field(default="", repr=False)
    prenom: str = field(default="", repr=False)
    naissance: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One transfer and what it pays; `montant` is the sum of its invoices and lump sums.

    `retenues` are the withholdings told beside it: no source tells whether the bank shows the transfer with
    or without them (`avec_retenues`). `pointe`: somebody saw it on the statement of the bank.
    """

    date: dt.date | None
    libelle_1: str
    libelle_2: str
    organisme_payeur: str
    factures: int
    forfaits: int
    montant: int
    retenues: int
    avec_retenues: int
    pointe: bool
    fichier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A debt or withholding (250); no source tells whether a transfer holds it."""

    date: dt.date | None
    reference: str
    date_dette: dt.date | None
    nature: str
    nature_recuperation: str
    montant: int
    solde: int
    fichier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgePlan:
    """What a purge would remove, as a trial run finds it; give it back to purge for real.

    `sans_liquidation` counts the old invoices that no return ever settled and that are kept;
    `avec_sans_liquidation` tells that they were to go too. `jeton` proves that the ledger has not changed in
    between.
    """

    avant: dt.date
    avec_sans_liquidation: bool
    envois: int
    reponses: int
    forfaits: int
    dettes: int
    arls: int
    patients: int
    sans_liquidation: int
    jeton: str
