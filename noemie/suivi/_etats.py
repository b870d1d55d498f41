"""The state of one invoice, decided from what was claimed and what the returns say.

Private to `noemie.suivi.reconcile`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from noemie.suivi._returned import PartRecue, Returned
from noemie.suivi._sent import Sent


class Etat(StrEnum):
    """What became of a sent invoice; `ORPHELIN` is for a returned one that was not sent."""

    PAYE = "paye"
    PARTIEL = "partiel"
    REJETE = "rejete"
    DIFFERE = "differe"
    SANS_REPONSE = "sans_reponse"
    ARL_ATTENDU = "arl_attendu"
    ARL_NEGATIF = "arl_negatif"
    SANS_OBJET = "sans_objet"
    DOUBLON = "doublon"
    ORPHELIN = "orphelin"

    def label(self, lang: str) -> str:
        """The state in words, in `lang` (`fr` or `en`)."""
        return _LABELS[self][lang == "en"]

    @property
    def ouvert(self) -> bool:
        """Whether something is still to come."""
        return self in _OPEN


_LABELS: Final = {
    Etat.PAYE: ("payée", "paid"),
    Etat.PARTIEL: ("payée pour un autre montant", "paid for another amount"),
    Etat.REJETE: ("rejetée", "rejected"),
    Etat.DIFFERE: ("différée", "deferred"),
    Etat.SANS_REPONSE: ("sans réponse", "unanswered"),
    Etat.ARL_ATTENDU: ("ARL attendu", "ARL awaited"),
    Etat.ARL_NEGATIF: ("ARL négatif", "negative ARL"),
    Etat.SANS_OBJET: ("rien à recevoir (hors tiers payant)", "nothing due (no third-party payment)"),
    Etat.DOUBLON: ("doublon d'une facture envoyée", "duplicate of a sent invoice"),
    Etat.ORPHELIN: ("retour sans facture envoyée", "return without a sent invoice"),
}
_OPEN: Final = frozenset({Etat.DIFFERE, Etat.SANS_REPONSE, Etat.ARL_ATTENDU, Etat.ARL_NEGATIF})


class Nature(StrEnum):
    """Why a part is not paid as claimed."""

    REJET = "rejet"
    LIGNE_REJETEE = "ligne_rejetee"
    DIFFERE = "differe"
    NON_TRAITE = "non_traite"
    SANS_MOTIF = "sans_motif"
    TROP_PAYE = "trop_paye"

    def label(self, lang: str) -> str:
        """The reason in words, in `lang` (`fr` or `en`)."""
        return _NATURES[self][lang == "en"]


_NATURES: Final = {
    Nature.REJET: ("part rejetée", "part rejected"),
    Nature.LIGNE_REJETEE: ("une ou plusieurs lignes rejetées", "one or more lines rejected"),
    Nature.DIFFERE: ("part différée, à attendre", "part deferred, wait"),
    Nature.NON_TRAITE: ("part non traitée par ces retours", "part not processed by these returns"),
    Nature.SANS_MOTIF: ("montant réduit sans motif donné", "amount reduced, no reason given"),
    Nature.TROP_PAYE: ("montant payé supérieur au montant demandé", "more paid than claimed"),
}


class Ecart(NamedTuple):
    """A difference on one part (`AMO` or `AMC`): claimed minus paid, in signed cents, and why."""

    part: str
    montant: int
    nature: Nature


class Bilan(NamedTuple):
    """What the answers to one invoice amount to."""

    etat: Etat
    amo_paye: int
    amc_paye: int
    ecarts: tuple[Ecart, ...]


class _Part:
    """One part through all answers: what was paid, the last state told, the rejects that bear on it."""

    def __init__(self, nom: str, demande: int, recues: Iterable[tuple[PartRecue | None, Returned]]) -> None:
        self.nom = nom
        self.demande = demande
        self.paye = 0
        self.etat = ""
        #: Whether rejects that point to lines explain what is missing.
        self.lignes = False
        for part, returned in recues:
            if part is None:
                continue
            self.paye += part.paye
            self.etat = part.etat or self.etat
            self.lignes |= any(_on_line(rejet.niveau, rejet.ligne) for rejet in returned.rejets)

    @property
    def soldee(self) -> bool:
        """Whether it is paid to the cent; a part that claims nothing must not be refused."""
        return self.paye == self.demande and not (self.demande == 0 and self.etat == "R")

    @property
    def ecart(self) -> Ecart | None:
        """The difference, if any."""
        gap = self.demande - self.paye
        return Ecart(self.nom, gap, self._nature(gap)) if gap else None

    def _nature(self, gap: int) -> Nature:
        if self.paye and (gap < 0) == (self.demande >= 0):
            return Nature.TROP_PAYE
        if self.etat == "D":
            return Nature.DIFFERE
        if not self.etat and not self.paye:
            return Nature.NON_TRAITE
        if self.etat == "R" and not self.paye:
            return Nature.REJET
        return Nature.LIGNE_REJETEE if self.lignes else Nature.SANS_MOTIF


def _on_line(niveau: str, ligne: int | None) -> bool:
    return niveau == "L" or (not niveau and bool(ligne))


def assess(sent: Sent, returned: Iterable[Returned]) -> Bilan:
    """The state of an invoice that was answered, and what is missing; the answers are in order of time."""
    answers = list(returned)
    amo = _Part("AMO", sent.amo, [(one.amo, one) for one in answers])
    amc = _Part("AMC", sent.amc, [(one.amc, one) for one in answers])
    ecarts = tuple(filter(None, (amo.ecart, amc.ecart)))
    return Bilan(_etat(amo, amc, refused=any(one.rejets for one in answers)), amo.paye, amc.paye, ecarts)


def _etat(amo: _Part, amc: _Part, *, refused: bool) -> Etat:
    parts = (amo, amc)
    if all(part.soldee for part in parts):
        return Etat.PAYE
    if any(part.etat == "D" and not part.soldee for part in parts):
        return Etat.DIFFERE
    if any(part.paye for part in parts):
        return Etat.PARTIEL
    return Etat.REJETE if refused or any(part.etat == "R" for part in parts) else Etat.PARTIEL
