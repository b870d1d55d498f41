"""A sending and all that counts of its answers: what matching leaves to the chains."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

from codes.decide import Refus
from codes.notes import Note
from codes.states import Certitude
from noemie.suivi.faits import CANCELLING, Envoi, Marque, Rejet
from noemie.suivi.mouvements import Ecartee, Operation

__all__ = ["ArlRecu", "Dossier", "RejetDate", "RetourLu"]


class ArlRecu(NamedTuple):
    """The last ARL of the batch."""

    positif: bool
    jour: dt.date | None
    code: str = ""
    libelle: str = ""


class RetourLu(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An answer, as outputs name it."""

    fichier: str
    record: int
    jour: dt.date | None


class RejetDate(NamedTuple):
    """A reject with the day and the emitter of the answer that told it."""

    jour: dt.date
    rejet: Rejet
    emetteur: str

    @property
    def refus(self) -> Refus:
        """The same, for the catalogue."""
        rejet = self.rejet
        return Refus(rejet.code, rejet.libelle, rejet.niveau, rejet.part, self.jour, self.emetteur)

    @property
    def tri(self) -> tuple[object, ...]:
        """Order of rejects, by content."""
        return (self.jour, self.rejet.tri, self.emetteur)


class Dossier(msgspec.Struct, array_like=True, gc=False, kw_only=True):
    """One sending, the operations of its two parts, and what was noted.

    - `non_lu_amo`, `non_lu_amc`: what was taken back beyond what was read as paid, 0 or less;
    - `doute`: an answer that fits it as well was given to another; `ancienne`: only the old family spoke of
      its AMO part; `hors_total`: complementary amounts stand outside a total.
    """

    envoi: Envoi
    amo: tuple[Operation, ...] = ()
    amc: tuple[Operation, ...] = ()
    rejets: tuple[RejetDate, ...] = ()
    certitude: Certitude = Certitude.CERTAINE
    notes: tuple[Note, ...] = ()
    arl: ArlRecu | None = None
    non_lu_amo: int = 0
    non_lu_amc: int = 0
    doute: bool = False
    ancienne: bool = False
    hors_total: bool = False
    retours: tuple[RetourLu, ...] = ()
    ecartees: tuple[Ecartee, ...] = ()
    marques: tuple[Marque, ...] = ()

    @property
    def groupe(self) -> str:
        """What sendings that may be linked share: PS and patient, else PS and care days."""
        envoi = self.envoi
        return f"{envoi.ps}/{envoi.patient}" if envoi.patient else f"/{envoi.e2}"

    @property
    def refuse_par_arl(self) -> bool:
        """Whether its batch was refused."""
        return self.arl is not None and not self.arl.positif

    @property
    def annulation(self) -> bool:
        """Whether it is itself a cancellation."""
        return self.envoi.operation in CANCELLING

    @property
    def sans_histoire(self) -> bool:
        """Whether nothing was refused, taken back, deferred or paid for another amount."""
        return (
            (self.arl is None or self.arl.positif)
            and self.envoi.operation not in CANCELLING
            and not self.marques
            and _plain(self.envoi.amo, self.amo)
            and _plain(self.envoi.amc, self.amc)
        )

    def paye(self, part: str) -> int:
        """Net paid of a part, in signed cents, without what is orphan."""
        operations, unread = (self.amo, self.non_lu_amo) if part == "AMO" else (self.amc, self.non_lu_amc)
        if not operations:
            return 0
        if len(operations) == 1:
            return operations[0].paye - unread
        return sum(operation.paye for operation in operations) - unread

    def __repr__(self) -> str:
        return f"<Dossier {self.envoi!r}>"


def _plain(claim: int, operations: tuple[Operation, ...]) -> bool:
    if not operations:
        return True
    return len(operations) == 1 and operations[0].etat == "P" and operations[0].paye == claim
