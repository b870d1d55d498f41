"""Which field of a B2 invoice takes its value from which field of a card, and how sure that is.

No public norm writes this table: the filling of the invoice groups 1120 to 1321 from the cards is that of one
program [medintuxGP], and a B2 field is paired with the card field of the same words. Confidence: B when that
program or two lists say the same, C when only the words do. What a card cannot tell is in `REASONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from fse.ssv.vue import DATE_LENGTH

#: What the values of the fields of a link make together; `None` when they make nothing that B2 can carry.
Make = Callable[..., str | None]


class Lien(NamedTuple):
    """One link: B2 record and field, group and fields of the card, confidence (B or C).

    `otherwise` is the reason, among `REASONS`, why the card tells nothing when `make` gives `None`.
    """

    record: str
    name: str
    group: int
    fields: tuple[str, ...]
    confidence: str
    make: Make
    otherwise: str = "sans-lien"


def _same(value: str) -> str:
    return value


def _birth(value: str) -> str | None:
    """AAMMJJ of a birth date on 12 characters; a month or a day that no calendar has is kept."""
    is_date = len(value) == DATE_LENGTH and value.isdecimal() and value.strip("0")
    return value[2:8] if is_date else None


def _joined(number: str, key: str) -> str | None:
    return number + key if number.strip("0") and key else None


def _key_of(number: str, key: str) -> str | None:
    return key if number else None


#: Quality on a card -> code of record 2B, where the labels of both lists say the same.
QUALITES: Final = {"0": "A", "2": "C", "4": "C", "6": "E"}


def _test(type_carte: str) -> str | None:
    """A test card makes a test invoice; the letter of production cards is not public."""
    return "T" if type_carte == "T" else None


def _condition(mode: str) -> str | None:
    """Private or salaried practice, from the mode of practice [medintuxGP]."""
    return {"0": "L", "4": "L", "7": "L", "1": "S"}.get(mode)


#: Links from a Vitale card. The groups 107 and 109 exclude one another.
CARD: Final[tuple[Lien, ...]] = (
    Lien("2", "nir", 101, ("nir",), "B", _same),
    Lien("2", "cle_nir", 101, ("cle_nir",), "B", _same),
    Lien("2", "regime", 101, ("code_regime",), "B", _same),
    Lien("2", "caisse", 101, ("caisse_gestionnaire",), "B", _same),
    Lien("2", "centre", 101, ("centre_gestionnaire",), "B", _same),
    Lien("2", "marquage", 101, ("type_carte_vitale",), "C", _test),
    Lien("2", "date_naissance", 104, ("date_naissance",), "B", _birth, "forme"),
    Lien("2", "rang_naissance", 104, ("rang_naissance",), "B", _same),
    Lien("2S", "nir_individuel", 104, ("nir_certifie",), "B", _same),
    Lien("2S", "cle_nir_individuel", 104, ("nir_certifie", "cle_nir_certifie"), "B", _key_of, "vide"),
    Lien("2B", "qualite_beneficiaire", 104, ("qualite",), "C", QUALITES.get),
    Lien("2", "organisme_complementaire", 107, ("identification_mutuelle",), "C", _same),
    Lien("2", "organisme_complementaire", 109, ("numero_complementaire_b2",), "C", _same),
    Lien("2", "numero_adherent", 109, ("numero_adherent",), "C", _same),
    Lien("2M", "organisme_complementaire", 109, ("numero_complementaire_b2",), "C", _same),
    Lien("2M", "routage_amc", 109, ("code_routage_amc",), "C", _same),
    Lien("2M", "hote_amc", 109, ("identifiant_hote",), "C", _same),
    Lien("2M", "domaine_amc", 109, ("domaine_amc",), "C", _same),
    Lien("2M", "indicateur_traitement_amc", 109, ("indicateur_traitement_amc",), "C", _same),
    Lien("2M", "module_sts", 109, ("aiguillage_sts",), "C", _same),
)

#: Links from the billing situation of a professional's card. Those of record 4 hold for the acts he did.
CPS: Final[tuple[Lien, ...]] = (
    Lien("2", "numero_ps", 2, ("numero_facturation_ps", "cle_facturation_ps"), "B", _joined, "vide"),
    Lien("4", "numero_executant", 2, ("numero_facturation_ps", "cle_facturation_ps"), "C", _joined, "vide"),
    Lien("4", "specialite_executant", 2, ("specialite",), "C", _same),
    Lien("4", "zone_tarif", 2, ("zone_tarif",), "C", _same),
    Lien("4S", "condition_exercice_executant", 2, ("mode_exercice",), "C", _condition),
    Lien(
        "4S",
        "numero_remplacant",
        2,
        ("numero_facturation_remplacant", "cle_facturation_remplacant"),
        "C",
        _joined,
        "vide",
    ),
)

#: Why a field has no value: key -> French, English.
REASONS: Final[dict[str, tuple[str, str]]] = {
    "facture": ("propre à la facture, aucune carte ne le dit", "belongs to the invoice, no card tells it"),
    "vide": ("vide sur cette carte", "empty on this card"),
    "forme": (
        "la valeur de la carte n'a pas la forme de ce champ",
        "the value on the card does not have the form of this field",
    ),
    "sans-lien": (
        "la carte porte un code dont aucune source publique ne donne l'équivalent B2",
        "the card holds a code whose B2 counterpart no public source gives",
    ),
    "sans-cps": ("demande la carte du professionnel", "needs the card of the professional"),
    "situations": (
        "la carte du professionnel a plusieurs situations : en choisir une",
        "the card of the professional has several situations: choose one",
    ),
    "couverture": (
        "ce que ce code de couverture (groupe 106) exonère n'est pas public, ou dépend du régime local",
        "what this coverage code (group 106) exempts is not public, or depends on the local scheme",
    ),
    "periodes": (
        "les périodes de couverture disent des exonérations différentes : choisir par le jour des soins",
        "the periods of coverage tell different exemptions: choose by the day of care",
    ),
    "article-115": (
        "situation dite « article 115 » : un indice de soins médicaux gratuits, à demander à la CNMSS",
        "situation called “article 115”: a hint at free medical care, to be asked of the CNMSS",
    ),
    "smg": (
        "une facture de soins médicaux gratuits (caisse 835) ne prend pas l'exonération d'une carte",
        "an invoice for free medical care (caisse 835) does not take the exemption of a card",
    ),
    "piece": (
        "4 (carte Vitale) par la liste publiée pour les établissements ; au logiciel d'en décider",
        "4 (Vitale card) by the list published for establishments; for the software to decide",
    ),
    "rang": (
        "la carte ne porte pas ce rang (000 au régime général pour un établissement)",
        "the card does not hold this rank (000 in the general regime for an establishment)",
    ),
}

#: Fields whose reason is known beforehand; the others belong to the invoice.
WHY: Final = {
    "justification_exoneration": "vide",
    "nature_assurance": "facture",
    "piece_justificative": "piece",
    "rang_beneficiaire": "rang",
    "type_contrat_oc": "sans-lien",
}

#: No contract is told, and beneficiary of the solidarity cover, in `type_contrat_oc` [AL] [SFG] [SV].
NO_CONTRACT: Final = "00"
C2S: Final = "89"

#: Processing indicators (107.3, 109.4) of a beneficiary of the C2S [medintux].
C2S_INDICATORS: Final = frozenset({"60", "62", "63"})
