"""The notes of the follow-up: what is presumed, doubted or left out, and what the user is told.

>>> Note("copie").text("en")
'a return said again what another said: counted once'
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from codes.actions import Lang

__all__ = ["OF_THE_WHOLE", "Note"]


class Note(StrEnum):
    """One note, on a line or on the whole."""

    COPIE = "copie"
    COPIE_PRESUMEE = "copie_presumee"
    COPIE_SANS_JOUR = "copie_sans_jour"
    COPIE_SANS_VIREMENT = "copie_sans_virement"
    DEUX_VERSIONS = "deux_versions"
    DEUX_VERSIONS_SANS_ORDRE = "deux_versions_sans_ordre"
    COMPLEMENT_PRESUME = "complement_presume"
    DIT_PAR_TABLEAU = "dit_par_tableau"
    ARRONDI = "arrondi"
    MEMES_SOINS = "memes_soins"
    RENVOYEE = "renvoyee"
    REFAITE_PRESUMEE = "refaite_presumee"
    REFAITE_POSSIBLE = "refaite_possible"
    SOLDE_REFAIT = "solde_refait"
    DEJA_PAYEE_SOUS_AUTRE_NUMERO = "deja_payee_sous_autre_numero"
    DEJA_PAYEE_DITE = "deja_payee_dite"
    AUTRE_FACTURE_POSSIBLE = "autre_facture_possible"
    PAIEMENT_NON_LU = "paiement_non_lu"
    AMC_NON_DITE = "amc_non_dite"
    AMC_HORS_VIREMENT = "amc_hors_virement"
    REPONSE_PEUT_ETRE_DANS_RETOUR_COUPE = "reponse_peut_etre_dans_retour_coupe"
    LOT_REPONDU = "lot_repondu"
    MARQUE_SANS_EFFET = "marque_sans_effet"
    ENVOI_EN_DOUBLE = "envoi_en_double"
    RETOUR_EN_DOUBLE = "retour_en_double"
    RETOUR_COUPE = "retour_coupe"
    TOTAL_FAUX = "total_faux"
    RETENUE_HORS_VIREMENT = "retenue_hors_virement"
    JOUR_DOUTEUX = "jour_douteux"

    def text(self, lang: Lang = "fr") -> str:
        """What the user is told."""
        return _TEXTS[self][lang == "en"]


OF_THE_WHOLE: Final = frozenset(
    {
        Note.ENVOI_EN_DOUBLE,
        Note.RETOUR_EN_DOUBLE,
        Note.RETOUR_COUPE,
        Note.TOTAL_FAUX,
        Note.RETENUE_HORS_VIREMENT,
        Note.JOUR_DOUTEUX,
    }
)
"""Notes that stand on no line."""

_TEXTS: Final = {
    Note.COPIE: (
        "un retour a redit ce qu'un autre disait : compté une fois",
        "a return said again what another said: counted once",
    ),
    Note.COPIE_PRESUMEE: (
        "deux retours d'en-tête différents disent le même virement : compté une fois",
        "two returns of different headers tell the same transfer: counted once",
    ),
    Note.COPIE_SANS_JOUR: (
        "un virement sans jour est celui de même libellé, qui est daté : compté une fois",
        "a transfer without a day is the dated one of the same label: counted once",
    ),
    Note.COPIE_SANS_VIREMENT: (
        "aucun virement n'est nommé et le même paiement est dit deux fois, copie ou seconde moitié : "
        "compté une fois, à comparer au relevé",
        "no transfer is named and the same payment is told twice, a copy or a second half: counted once, "
        "to be compared with the statement",
    ),
    Note.DEUX_VERSIONS: (
        "deux versions du même virement : la plus complète ou la plus récente compte",
        "two versions of the same transfer: the most complete or the latest counts",
    ),
    Note.DEUX_VERSIONS_SANS_ORDRE: (
        "deux versions du même virement, que rien ne départage : le montant le plus bas compte",
        "two versions of the same transfer, and nothing tells which is right: the lower amount counts",
    ),
    Note.COMPLEMENT_PRESUME: (
        "deux morceaux du même virement font juste ce qui était demandé : les deux comptent",
        "two pieces of the same transfer make exactly the claim: both count",
    ),
    Note.DIT_PAR_TABLEAU: (
        "un tableau et un retour disent le même paiement : compté une fois, d'après le retour",
        "a table and a return tell the same payment: counted once, by the return",
    ),
    Note.ARRONDI: ("payée à 1 centime près par ligne", "paid to 1 cent a line"),
    Note.MEMES_SOINS: (
        "mêmes soins qu'une facture d'un autre numéro : deux visites ?",
        "same care as an invoice of another number: two visits?",
    ),
    Note.RENVOYEE: ("un envoi plus récent la remplace", "a later sending takes its place"),
    Note.REFAITE_PRESUMEE: (
        "semble refaite sous un autre numéro",
        "seems to be redone under another number",
    ),
    Note.REFAITE_POSSIBLE: (
        "un autre envoi porte peut-être les mêmes soins : vérifier avant de refaire",
        "another sending may bear the same care: check before redoing",
    ),
    Note.SOLDE_REFAIT: (
        "ce qui manquait est redemandé sous un autre numéro",
        "what was missing is claimed again under another number",
    ),
    Note.DEJA_PAYEE_SOUS_AUTRE_NUMERO: (
        "dite déjà payée : ces soins sont payés sous un autre numéro",
        "said to be paid already: this care is paid under another number",
    ),
    Note.DEJA_PAYEE_DITE: (
        "une réponse plus ancienne la disait déjà payée : chercher ce paiement avant tout renvoi",
        "an earlier answer said that it is already paid: look for that payment before any resend",
    ),
    Note.AUTRE_FACTURE_POSSIBLE: (
        "une réponse convient aussi bien à une autre facture du même numéro",
        "an answer fits another invoice of the same number just as well",
    ),
    Note.PAIEMENT_NON_LU: (
        "repris au-delà de ce qui a été lu comme payé : retrouver le retour du paiement",
        "taken back beyond what was read as paid: find the return of the payment",
    ),
    Note.AMC_NON_DITE: (
        "ce retour ne dit rien de la part mutuelle",
        "this return does not speak of the complementary part",
    ),
    Note.AMC_HORS_VIREMENT: (
        "un montant complémentaire est cité hors du total du virement : il n'est pas compté",
        "a complementary amount is told outside the total of the transfer: it is not counted",
    ),
    Note.REPONSE_PEUT_ETRE_DANS_RETOUR_COUPE: (
        "la réponse est peut-être dans un retour coupé : récupérer ce fichier de nouveau",
        "the answer may be in a cut return: fetch that file again",
    ),
    Note.LOT_REPONDU: (
        "l'ARL a refusé ce lot, mais une autre de ses factures a une réponse : demander s'il est arrivé, "
        "ne pas le renvoyer",
        "the ARL refused this batch, but another invoice of it was answered: ask whether it arrived, do not "
        "send it again",
    ),
    Note.MARQUE_SANS_EFFET: (
        "marquée soldée alors qu'elle est payée : la marque est gardée, sans effet",
        "marked as settled although it is paid: the mark is kept, without effect",
    ),
    Note.ENVOI_EN_DOUBLE: ("un flux est donné deux fois", "a flow was given twice"),
    Note.RETOUR_EN_DOUBLE: ("un retour est donné deux fois", "a return was given twice"),
    Note.RETOUR_COUPE: (
        "un retour est coupé, et le fichier entier n'est pas là",
        "a return is cut, and the whole file is not there",
    ),
    Note.TOTAL_FAUX: (
        "le total annoncé par un retour n'est pas la somme de ses paiements",
        "the total of a return is not the sum of its payments",
    ),
    Note.RETENUE_HORS_VIREMENT: (
        "une retenue ne nomme aucune facture : chaque virement est donné sans elle et avec elle",
        "a withholding names no invoice: each transfer is given without it and with it",
    ),
    Note.JOUR_DOUTEUX: (
        "le jour d'un retour se lit de deux façons : la lecture retenue est dite",
        "the day of a return reads two ways: the reading taken is told",
    ),
}
