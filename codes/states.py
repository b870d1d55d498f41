"""The words of the follow-up: states of an invoice and of a part, certainties, reasons of orphans.

Values are what every output writes; labels are what a person reads. What decides them is `noemie.suivi`; what
must be done about them is `codes.decide`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from codes.actions import Lang

__all__ = ["LETTERS", "PARTS", "Certitude", "Etat", "EtatPart", "RaisonOrphelin", "part_named", "worst"]

#: The two parts of a claim: compulsory (AMO), complementary (AMC).
PARTS: Final = ("AMO", "AMC")

#: The letter of each part in a reject (entity 294).
LETTERS: Final = {"AMO": "O", "AMC": "C"}
_NAMED: Final = {letter: part for part, letter in LETTERS.items()}


def part_named(letter: str) -> str:
    """`AMO`, `AMC`, or empty: the part that the letter of entity 294 names."""
    return _NAMED.get(letter, "")


class Etat(StrEnum):
    """What became of an invoice. Members are in the order in which the first that fits is taken."""

    SOLDEE_HORS_FLUX = "soldee_hors_flux"
    ANNULEE = "annulee"
    DOUBLON = "doublon"
    REMPLACEE = "remplacee"
    RIEN_ATTENDU = "rien_attendu"
    TROP_PAYEE = "trop_payee"
    REPRISE = "reprise"
    PAYEE = "payee"
    DIFFEREE = "differee"
    PAYEE_EN_PARTIE = "payee_en_partie"
    REJETEE = "rejetee"
    PART_AMC_ATTENDUE = "part_amc_attendue"
    PART_AMO_ATTENDUE = "part_amo_attendue"
    ARL_NEGATIF = "arl_negatif"
    ARL_ATTENDU = "arl_attendu"
    REPONSE_ATTENDUE = "reponse_attendue"
    ORPHELINE = "orpheline"

    def label(self, lang: Lang = "fr") -> str:
        """The state in words."""
        return _ETATS[self][lang == "en"]

    @property
    def ouvert(self) -> bool:
        """Whether something is still to be done or to come."""
        return self not in _CLOSED

    @property
    def historique(self) -> bool:
        """Whether nothing of it counts any more: its claim is 0, nothing is due."""
        return self in _HISTORY


_ETATS: Final = {
    Etat.SOLDEE_HORS_FLUX: ("soldée par le cabinet", "settled by the practice"),
    Etat.ANNULEE: ("annulée par l'émetteur", "cancelled by the sender (no money moved)"),
    Etat.DOUBLON: ("doublon d'un envoi", "duplicate sending"),
    Etat.REMPLACEE: ("refaite ou renvoyée", "redone or sent again"),
    Etat.RIEN_ATTENDU: ("rien à recevoir (hors tiers payant)", "nothing due"),
    Etat.TROP_PAYEE: ("payée plus que demandé", "paid more than claimed"),
    Etat.REPRISE: ("reprise par l'organisme", "taken back"),
    Etat.PAYEE: ("payée", "paid"),
    Etat.DIFFEREE: ("différée", "deferred"),
    Etat.PAYEE_EN_PARTIE: ("payée en partie", "partly paid"),
    Etat.REJETEE: ("rejetée", "rejected"),
    Etat.PART_AMC_ATTENDUE: ("part mutuelle attendue", "complementary part awaited"),
    Etat.PART_AMO_ATTENDUE: ("part caisse attendue", "compulsory part awaited"),
    Etat.ARL_NEGATIF: ("ARL négatif", "negative ARL"),
    Etat.ARL_ATTENDU: ("ARL attendu", "ARL awaited"),
    Etat.REPONSE_ATTENDUE: ("réponse attendue", "answer awaited"),
    Etat.ORPHELINE: ("retour sans envoi connu", "return without a known sending"),
}
_HISTORY: Final = frozenset(
    {Etat.SOLDEE_HORS_FLUX, Etat.ANNULEE, Etat.DOUBLON, Etat.REMPLACEE, Etat.RIEN_ATTENDU}
)
_CLOSED: Final = _HISTORY | {Etat.PAYEE, Etat.ORPHELINE}


class EtatPart(StrEnum):
    """What became of one part, from its sums and the last decision."""

    RIEN_DU = "rien_du"
    ATTENDUE = "attendue"
    PAYEE = "payee"
    TROP_PAYEE = "trop_payee"
    REPRISE = "reprise"
    DIFFEREE = "differee"
    REJETEE = "rejetee"
    PAYEE_EN_PARTIE = "payee_en_partie"
    REMPLACEE = "remplacee"
    DOUBLON = "doublon"

    def label(self, lang: Lang = "fr") -> str:
        """The state in words."""
        return _ETATS_PART[self][lang == "en"]

    @property
    def vivante(self) -> bool:
        """Whether the part counts: it claims something, and no other sending holds that claim."""
        return self not in _DEAD

    @property
    def en_attente(self) -> bool:
        """Whether an answer is still to come: none was given, or it was deferred."""
        return self in _PENDING


_ETATS_PART: Final = {
    EtatPart.RIEN_DU: ("rien n'est dû", "nothing due"),
    EtatPart.ATTENDUE: ("attendue", "awaited"),
    EtatPart.PAYEE: ("payée", "paid"),
    EtatPart.TROP_PAYEE: ("payée plus que demandé", "paid more than claimed"),
    EtatPart.REPRISE: ("reprise", "taken back"),
    EtatPart.DIFFEREE: ("différée", "deferred"),
    EtatPart.REJETEE: ("rejetée", "rejected"),
    EtatPart.PAYEE_EN_PARTIE: ("payée en partie", "partly paid"),
    EtatPart.REMPLACEE: ("refaite ou renvoyée", "redone or sent again"),
    EtatPart.DOUBLON: ("doublon d'un envoi", "duplicate sending"),
}
_PENDING: Final = frozenset({EtatPart.ATTENDUE, EtatPart.DIFFEREE})
_DEAD: Final = frozenset({EtatPart.RIEN_DU, EtatPart.REMPLACEE, EtatPart.DOUBLON})


class Certitude(StrEnum):
    """How sure a line is, the surest first."""

    CERTAINE = "certaine"
    PROBABLE = "probable"
    A_VERIFIER = "a_verifier"

    def label(self, lang: Lang = "fr") -> str:
        """The certainty in words."""
        return _CERTITUDES[self][lang == "en"]


_CERTITUDES: Final = {
    Certitude.CERTAINE: ("certaine", "certain"),
    Certitude.PROBABLE: ("probable", "probable"),
    Certitude.A_VERIFIER: ("à vérifier", "to be verified"),
}
_RANK: Final = {certitude: rank for rank, certitude in enumerate(Certitude)}


def worst(first: Certitude, second: Certitude) -> Certitude:
    """The less sure of two.

    >>> worst(Certitude.CERTAINE, Certitude.PROBABLE).value
    'probable'
    """
    return first if _RANK[first] >= _RANK[second] else second


class RaisonOrphelin(StrEnum):
    """Why money or a decision read in a return stands beside the sendings."""

    NUMERO_INCONNU = "numero_inconnu"
    PROFESSIONNEL_DIFFERENT = "professionnel_different"
    ANTERIEURE_A_L_ENVOI = "anterieure_a_l_envoi"
    LOT_OU_DATE_DIFFERENTS = "lot_ou_date_differents"
    PAIEMENT_NON_LU = "paiement_non_lu"

    def label(self, lang: Lang = "fr") -> str:
        """The reason in words."""
        return _RAISONS[self][lang == "en"]


_RAISONS: Final = {
    RaisonOrphelin.NUMERO_INCONNU: (
        "aucune facture envoyée ne porte ce numéro",
        "no invoice with this number was sent",
    ),
    RaisonOrphelin.PROFESSIONNEL_DIFFERENT: (
        "ce numéro a été envoyé par un autre professionnel",
        "this number was sent by another professional",
    ),
    RaisonOrphelin.ANTERIEURE_A_L_ENVOI: (
        "ce numéro n'a été envoyé qu'après cette réponse",
        "this number was sent only after this answer",
    ),
    RaisonOrphelin.LOT_OU_DATE_DIFFERENTS: (
        "ce numéro a été envoyé dans un autre lot, à une autre date ou pour un autre patient",
        "this number was sent in another batch, on another day or for another patient",
    ),
    RaisonOrphelin.PAIEMENT_NON_LU: (
        "repris au-delà de ce qui a été lu comme payé : le retour du paiement manque",
        "taken back beyond what was read as paid: the return of the payment is missing",
    ),
}
