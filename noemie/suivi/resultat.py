"""What the follow-up answers. Amounts are signed cents; no token, care day or identity stands here.

Lines and orphans, and what they hold, are written as arrays: there may be millions in a private folder or in
the cache of a ledger. The documents that verbs write have models of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

import msgspec

from codes.actions import Action
from codes.notes import Note
from codes.states import Certitude, Etat, EtatPart, RaisonOrphelin
from noemie.suivi.dossier import RetourLu
from noemie.suivi.mouvements import Ecartee

__all__ = [
    "ArlSansLot",
    "ArlSuivi",
    "Ecart",
    "FichierSuivi",
    "ForfaitSuivi",
    "Ligne",
    "Orpheline",
    "PartSuivie",
    "Place",
    "RejetSuivi",
    "RetenueSuivie",
    "Sommes",
    "Suivi",
    "VirementSuivi",
    "ordre_des_lignes",
    "ordre_des_orphelines",
]


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Another sending, as outputs name it."""

    numero: str
    fichier: str
    record: int
    etat: Etat | None = None


class PartSuivie(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One part: what counts of its claim, what was paid, what lacks (`reste`) or is over (`trop`)."""

    etat: EtatPart
    demande: int
    paye: int
    reste: int
    trop: int
    action: Action


class Ecart(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A difference on one part: claimed minus paid, and why."""

    part: str
    montant: int
    nature: str
    label: str


class RejetSuivi(msgspec.Struct, frozen=True, gc=False):
    """A reject or notice; `historique` when a later decision of its part took its place.

    `libelle` has its long numbers masked; `emetteur` is the number of who told it.
    """

    code: str
    libelle: str
    niveau: str
    part: str
    ligne: int | None
    jour: dt.date | None
    action: Action
    historique: bool
    emetteur: str = ""


class ArlSuivi(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The last ARL of the batch."""

    positif: bool
    code: str
    libelle: str
    jour: dt.date | None


class Ligne(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One sending and what became of it.

    - `demande`: the live claim, the one sums add (0 when another sending holds it); `amo_demande` and
      `amc_demande` are as sent; `reste` is what lacks, `trop` what is over, parts never netted;
    - `jours`: days since the sending, for what is open; `attendu_le`: day by which the compulsory fund owes
      its answer; `relancer_le`: day on which the line becomes late;
    - `autre_envoi`: the other sending that a note speaks of; `doublon_de`: the one that holds the claim;
    - `ecartees`: postings read and not counted, each with its reason; `marques`: kinds of marks set.
    """

    numero: str
    numero_ps: str
    lot: str
    date_lot: dt.date | None
    date_facturation: dt.date | None
    date_envoi: dt.date | None
    fichier: str
    record: int
    etat: Etat
    etat_label: str
    certitude: Certitude
    action: Action
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
    parts: dict[str, PartSuivie]
    open: bool
    liste: str
    jours: int | None = None
    attendu_le: dt.date | None = None
    ecarts: tuple[Ecart, ...] = ()
    rejets: tuple[RejetSuivi, ...] = ()
    retours: tuple[RetourLu, ...] = ()
    arl: ArlSuivi | None = None
    ambigu: bool = False
    doublon_de: Place | None = None
    autre_envoi: Place | None = None
    notes: tuple[Note, ...] = ()
    ecartees: tuple[Ecartee, ...] = ()
    marques: tuple[str, ...] = ()

    @property
    def depuis(self) -> dt.date | None:
        """Day of sending, as far as the flow tells: day of the file, of the batch, of the invoice."""
        return self.date_envoi or self.date_lot or self.date_facturation

    def __repr__(self) -> str:
        return f"<Ligne no. {self.numero} {self.etat}: {self.paye} of {self.demande} c>"


class Orpheline(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What returns say of an invoice that was not sent, or money taken back of a payment not read."""

    numero: str
    lot: str
    date_lot: dt.date | None
    date_facturation: dt.date | None
    numero_ps: str
    fichier: str
    record: int
    etat: Etat
    etat_label: str
    raison: RaisonOrphelin
    raison_label: str
    action: Action
    banner: str
    paye: int
    amo_paye: int
    amc_paye: int
    rejets: tuple[RejetSuivi, ...] = ()
    retours: tuple[RetourLu, ...] = ()
    notes: tuple[Note, ...] = ()
    ecartees: tuple[Ecartee, ...] = ()

    def __repr__(self) -> str:
        return f"<Orpheline no. {self.numero} {self.raison}: {self.paye} c>"


class Sommes(msgspec.Struct, kw_only=True, gc=False):
    """The sums over the whole, in cents: `demande - paye_amo - paye_amc = reste - trop`."""

    demande: int = 0
    paye_amo: int = 0
    paye_amc: int = 0
    paye_orphelins: int = 0
    forfaits: int = 0
    retenues: int = 0
    reste: int = 0
    trop: int = 0


class FichierSuivi(msgspec.Struct, frozen=True, gc=False):
    """A run, as read: `lu`, `coupe`, `ecarte` (its whole is there) or `copie`.

    `jour` is the reading taken of its day, `autre_jour` the other one when nothing tells them apart;
    `concorde`: the total of its 999, when it is told, is the sum of its payments.
    """

    fichier: str
    rang: int
    etat: str
    emetteur: str
    identification: str
    jour: dt.date | None
    autre_jour: dt.date | None
    total_annonce: int | None
    total_lu: int
    concorde: bool = True


class VirementSuivi(msgspec.Struct, frozen=True, gc=False):
    """A transfer: what it pays, without the withholdings told beside it and with them."""

    payeur: str
    jour: dt.date | None
    libelles: tuple[str, ...]
    montant: int
    retenues: int
    avec_retenues: int
    pointe: bool = False


class ForfaitSuivi(msgspec.Struct, frozen=True, gc=False):
    """A lump sum that counts, `nombre` times."""

    code: str
    montant: int
    nombre: int
    jour: dt.date | None
    fichier: str


class RetenueSuivie(msgspec.Struct, frozen=True, gc=False):
    """A withholding, `nombre` times: tied to no invoice, in no sum paid."""

    reference: str
    date_dette: dt.date | None
    nature: str
    recuperation: str
    montant: int
    solde: int
    nombre: int
    jour: dt.date | None
    fichier: str


class ArlSansLot(msgspec.Struct, frozen=True, gc=False):
    """An ARL that speaks of no batch sent: `numero` is that of its batch."""

    numero: str
    date_lot: dt.date | None
    positif: bool


class Suivi(msgspec.Struct, kw_only=True):
    """The whole answer. Lines are in the order of sending, whatever the files.

    `lignes` and `orphelins` are lists; when there are many, collections read again from a private folder at
    each walk (see `noemie.suivi.depot`).
    """

    on: dt.date | None
    lignes: Collection[Ligne]
    orphelins: Collection[Orpheline]
    notes: list[Note]
    sommes: Sommes
    forfaits: list[ForfaitSuivi]
    retenues: list[RetenueSuivie]
    fichiers: list[FichierSuivi]
    virements: list[VirementSuivi]
    arls_orphelins: list[ArlSansLot]
    marques_sans_cible: int

    def __iter__(self) -> Iterator[Ligne]:
        return iter(self.lignes)

    def __repr__(self) -> str:
        return f"<Suivi {self.on or ''}: {self.sommes}>"


def ordre_des_lignes(ligne: Ligne) -> tuple[object, ...]:
    """By day of sending and number: an order that depends on what was sent."""
    return (
        ligne.depuis or dt.date.max,
        ligne.numero.zfill(9),
        ligne.numero_ps,
        ligne.lot,
        ligne.fichier,
        ligne.record,
    )


def ordre_des_orphelines(one: Orpheline) -> tuple[object, ...]:
    """By number, then by what was said."""
    days = (str(one.date_lot or ""), str(one.date_facturation or ""))
    return (one.numero.zfill(9), one.numero_ps, one.lot, *days, one.raison, one.paye, one.fichier, one.record)
