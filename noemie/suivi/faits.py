"""The facts of the follow-up: what was sent, what was answered, by which run and transfer. No logic.

Amounts are signed cents. Tokens (`patient`, `e1`, `e2`, `e3`, `lignes`) are keyed digests: nothing here names
a person, and care days stand in no output. Facts are msgspec Structs written as arrays, so that a partition
file or a database can feed the engine; those that are shared (runs, transfers) are told by their rank in the
lists of `Communs`.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from codes.factures import cle as cle
from codes.lists import CANCELLING as CANCELLING
from codes.states import PARTS
from noemie.returns.arl import Arl

__all__ = [
    "CANCELLING",
    "MARQUES",
    "ActeLu",
    "Arl",
    "Communs",
    "Envoi",
    "Forfait",
    "Marque",
    "Mouvement",
    "PaiementDit",
    "Rejet",
    "Reponse",
    "Retenue",
    "Run",
    "Tranche",
    "Virement",
    "cle",
    "nearest",
]

#: What a mark may say.
MARQUES: Final = frozenset(
    {
        "soldee",
        "refaite_sous",
        "pas_refaite",
        "pas_la_meme",
        "version_retenue",
        "relancee",
        "reclamee",
        "patient_averti",
        "note",
        "rappel",
        "pointe",
    }
)


@lru_cache(maxsize=1024)
def nearest(numbers: tuple[str, ...]) -> tuple[str, ...]:
    """The recipient of the file comes first in what was read, and is the farthest level."""
    return tuple(dict.fromkeys(filter(None, map(cle, (*numbers[1:], *numbers[:1])))))


class ActeLu(NamedTuple):
    """An act line of a sending; amounts in signed cents."""

    jour: dt.date | None
    code: str
    quantite: int | None
    coefficient: str
    amo: int | None
    amc: int | None


#: A batch: professional, number and day, code and day of its file.
Lot = tuple[str, str, dt.date | None, str, dt.date | None]


class Envoi(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """One sending of one invoice.

    - `fichier`: file name without folder; `flux`: rank of the 000 in the file; `record`: 1-based number of
      the record 2 in the file, `rang`: the same from its 000;
    - `numero`, `numero_ps`, `lot`: as written; `cle`, `ps`, `cle_lot`: for comparison;
    - `identification`, `date_envoi`: code and day of the 000;
    - `amo`, `amc`: what the professional claims, 0 for a part that goes to the patient;
    - `e1`: PS, patient, acts; `e2`: PS, patient, care days; `e3`: PS, acts; `lignes`: PS, patient, day and
      code of each act; empty tokens link nothing;
    - `soins`: first and last care day; `actes`: number of act lines.
    """

    fichier: str
    numero: str
    cle: str
    numero_ps: str = ""
    ps: str = ""
    lot: str = ""
    cle_lot: str = ""
    date_lot: dt.date | None = None
    date_facturation: dt.date | None = None
    identification: str = ""
    date_envoi: dt.date | None = None
    amo: int = 0
    amc: int = 0
    tiers_payant: bool = True
    operation: str = ""
    patient: str = ""
    e1: str = ""
    e2: str = ""
    e3: str = ""
    lignes: tuple[str, ...] = ()
    soins: tuple[dt.date, dt.date] | None = None
    actes: int = 1
    flux: int = 1
    record: int = 0
    rang: int = 0

    @property
    def depuis(self) -> dt.date | None:
        """Day of sending, as far as the flow tells: day of the file, of the batch, of the invoice."""
        return self.date_envoi or self.date_lot or self.date_facturation

    @property
    def identite(self) -> tuple[object, ...]:
        """What makes it this sending, whatever file carries it."""
        return (
            self.ps,
            self.cle,
            self.cle_lot,
            self.date_lot,
            self.date_facturation,
            self.identification,
            self.date_envoi,
            self.e1,
            self.amo,
            self.amc,
            self.operation,
        )

    @property
    def batch(self) -> Lot:
        """The batch that an ARL speaks of."""
        return (self.ps, self.cle_lot, self.date_lot, self.identification, self.date_envoi)

    @property
    def ordre(self) -> tuple[object, ...]:
        """Order of sending, which depends on what was sent; of equal ones, on where they stand.

        No token has a part in it: under another key it would be another order.
        """
        return (
            self.depuis or dt.date.max,
            self.identification,
            self.cle.zfill(9),
            self.rang,
            self.ps,
            self.cle_lot,
            self.date_lot or dt.date.max,
            self.date_facturation or dt.date.max,
            self.amo,
            self.amc,
            self.operation,
            self.soins or (dt.date.max,),
            self.actes,
            self.fichier,
            self.flux,
            self.record,
        )

    def __repr__(self) -> str:
        return f"<Envoi no. {self.numero} lot {self.lot or '?'} {self.depuis or ''}>"


class Run(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """A logical return: what stands between one 000 and its 999.

    - `empreinte`: digest of its header and entities, 999 left out; `rang`: rank of its 000 in the file;
    - `type_emetteur`, `emetteur`, `destinataire`, `identification`: from its 000; `jour_ecrit`: the six
      digits of its day; `jour`: the reading taken, `autre_jour`: the other, when nothing tells them apart;
    - `entier`: ends with 999, no unreadable bytes, no broken level; `concorde`: its total adds up;
    - `professionnels`: whom a cut one names, its recipient among them; `tableau`: a table (CSV, TOML), not a
      return.
    """

    fichier: str
    rang: int = 1
    empreinte: str = ""
    type_emetteur: str = ""
    emetteur: str = ""
    destinataire: str = ""
    identification: str = ""
    jour_ecrit: str = ""
    jour: dt.date | None = None
    autre_jour: dt.date | None = None
    entier: bool = True
    concorde: bool = True
    total_annonce: int | None = None
    total_lu: int = 0
    tableau: bool = False
    professionnels: tuple[str, ...] = ()

    @property
    def entete(self) -> tuple[str, str, str, str]:
        """The header: it orders versions and names series, never money."""
        return (self.emetteur, self.destinataire, self.identification, self.jour_ecrit)


class Virement(NamedTuple):
    """A transfer, as the bank shows it; `entete` only when neither a day nor a label names it."""

    payeur: str
    beneficiaire: str
    jour: dt.date | None = None
    libelle_1: str = ""
    libelle_2: str = ""
    entete: tuple[str, ...] = ()

    @property
    def nomme(self) -> bool:
        """Whether a day or a label names it."""
        return not self.entete

    @property
    def tri(self) -> tuple[object, ...]:
        """Order of transfers, by content."""
        return (self.payeur, self.beneficiaire, self.jour or dt.date.min, *self[3:])


class Mouvement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A posting: what a run says of one part. `etat` is `P`, `R`, `D` or empty, `paye` is signed."""

    part: str
    etat: str
    demande: int | None
    paye: int

    @property
    def parle(self) -> bool:
        """Whether it says anything: a blank state does not speak."""
        return bool(self.etat or self.paye)

    @property
    def tri(self) -> tuple[object, ...]:
        """Order of postings, by content."""
        return (self.part, self.etat, -1 if self.demande is None else self.demande, self.paye)


class Rejet(NamedTuple):
    """A reject or notice of an answer; `part` is `C` when a complementary payer speaks."""

    code: str
    libelle: str
    niveau: str = ""
    part: str = ""
    ligne: int | None = None
    rang: int | None = None

    @property
    def tri(self) -> tuple[object, ...]:
        """Order of rejects, by content."""
        return (self.code, self.libelle, self.niveau, self.part, self.ligne or 0, self.rang or 0)


class Reponse(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """What one run, or one table, says of one invoice.

    - `run`, `virement`: ranks in `Communs`; `record`: entity 102 or 100 in the file;
    - `jour`: day of the transfer, else of the run; `ps`: numbers that may be the professional's, the nearest
      level first, for comparison;
    - `ancienne`: old family (no 198, 199); `hors_total`: it tells complementary amounts that its total does
      not hold; `tableau`: a table (CSV, TOML) says it, not a return.
    """

    run: int
    virement: int
    cle: str
    record: int = 0
    jour: dt.date | None = None
    cle_lot: str = ""
    date_lot: dt.date | None = None
    date_facturation: dt.date | None = None
    ps: tuple[str, ...] = ()
    patient: str = ""
    type_facture: str = ""
    mouvements: tuple[Mouvement, ...] = ()
    rejets: tuple[Rejet, ...] = ()
    ancienne: bool = False
    hors_total: bool = False
    tableau: bool = False

    @property
    def cle_orpheline(self) -> tuple[object, ...]:
        """What groups the answers to one invoice that was not sent."""
        return (self.cle, self.cle_lot, self.date_lot, self.date_facturation, self.ps)

    @property
    def paye(self) -> int:
        """What it pays in all."""
        total = 0
        for mouvement in self.mouvements:
            total += mouvement.paye
        return total

    def __repr__(self) -> str:
        return f"<Reponse no. {self.cle}: {self.paye} c>"


class PaiementDit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of a table (CSV, TOML) kept by hand: what somebody says was paid or refused of one part.

    `montant` is in signed cents; `etat` is `P`, `R` or `D`; what is not known is left out.
    """

    numero: str
    part: str
    montant: int
    etat: str = "P"
    jour: dt.date | None = None
    lot: str = ""
    numero_ps: str = ""
    payeur: str = ""
    libelle: str = ""
    fichier: str = ""

    def __repr__(self) -> str:
        return f"<PaiementDit no. {self.numero} {self.part} {self.montant} c>"


class Forfait(NamedTuple):
    """A lump sum (261), counted by transfer; `details` is the number of its 262."""

    run: int
    virement: int
    code: str
    montant: int
    details: int = 0


class Retenue(NamedTuple):
    """A debt or withholding (250): tied to no invoice, in no sum."""

    run: int
    virement: int
    reference: str
    jour: dt.date | None
    nature: str
    recuperation: str
    montant: int
    solde: int


#: What a ledger adds to the name of a file that is not the only one of its name.
_DIGEST_TOLD: Final = re.compile(r" \([0-9a-f]{6}\)\Z")


class Marque(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person said of a sending, a transfer or a patient: an event, never an edit.

    - `sorte`: one of `MARQUES`; `cible`: `envoi`, `virement` or `patient`;
    - `numero`, `lot`, `annee`, `fichier`, `numero_ps`: the sending, as far as needed to name one;
    - `jour`: day of the mark; `detail`: for `refaite_sous` and the two `pas_` the other sending, written
      `NUM[/LOT][@ANNEE]`; for `version_retenue` the file or the code of the return that is right.
    """

    sorte: str
    numero: str = ""
    lot: str = ""
    annee: int | None = None
    fichier: str = ""
    numero_ps: str = ""
    cible: str = "envoi"
    jour: dt.date | None = None
    detail: str = ""

    def designe(self, envoi: Envoi) -> bool:
        """Whether it speaks of this sending."""
        return self.cible == "envoi" and _fits(
            envoi, self.numero, self.lot, self.annee, self.fichier, self.numero_ps
        )

    def designe_autre(self, envoi: Envoi) -> bool:
        """Whether its detail speaks of this sending; any sending when it has none."""
        if not self.detail:
            return True
        rest, _, year = self.detail.partition("@")
        numero, _, lot = rest.partition("/")
        annee = int(year) if year.isdecimal() else None
        return _fits(envoi, numero, lot, annee, "", self.numero_ps)

    def __repr__(self) -> str:
        return f"<Marque {self.sorte} {self.cible}>"


def same_file(first: str, second: str) -> bool:
    """Whether two names are of one file: a ledger adds a digest to a name that another file has too."""
    if first == second:
        return True
    bare = [_DIGEST_TOLD.sub("", name) for name in (first, second)]
    return bare[0] == bare[1] and bare != [first, second] and (first in bare or second in bare)


def _fits(envoi: Envoi, numero: str, lot: str, annee: int | None, fichier: str, ps: str) -> bool:
    depuis = envoi.depuis
    return (
        cle(numero) == envoi.cle
        and (not lot or cle(lot) == envoi.cle_lot)
        and (annee is None or (depuis is not None and depuis.year == annee))
        and (not fichier or same_file(fichier, envoi.fichier))
        and (not ps or cle(ps) == envoi.ps)
    )


class Communs(msgspec.Struct, kw_only=True):
    """What every slice is given: small, whatever the number of invoices."""

    runs: list[Run] = msgspec.field(default_factory=list)
    virements: list[Virement] = msgspec.field(default_factory=list)
    professionnels: set[str] = msgspec.field(default_factory=set)
    forfaits: list[Forfait] = msgspec.field(default_factory=list)
    retenues: list[Retenue] = msgspec.field(default_factory=list)
    arls: list[Arl] = msgspec.field(default_factory=list)
    marques: list[Marque] = msgspec.field(default_factory=list)


class Tranche(NamedTuple):
    """A slice: the sendings and the answers of some numbers, all of those of each."""

    envois: list[Envoi]
    reponses: list[Reponse]


#: Name of each part, in the order of sums.
AMO, AMC = PARTS
