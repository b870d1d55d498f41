"""What would have seen a reject coming: the rules of `noemie check`, and the habits that no file can prove.

Two things answer. Rules of this toolkit name the motive they prevent (`codes.rules`, `motive`): they see it
in the file, before sending. A motive names besides the checks that would have avoided it (`avoidable_by`):
some need the card, the rights service or the workstation, and no file tells them.

>>> "unicite.lot" in [rule.id for rule in rules_for("lot_deja_recu")]
True
>>> habits("doublon", "en")[0]
'invoice numbers never used twice'
>>> rules_for("mouvement_contrat_oc"), habits("droits_fermes", "en")
((), ('AMO rights read at the reference date',))
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from codes.actions import Lang
from codes.motives import MOTIVES
from codes.rules import Rule, catalogue

__all__ = ["habits", "rules_for"]

#: The names of `avoidable_by`, in words.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "amc_identifiee": (
        "organisme complémentaire lu sur la carte ou l'attestation",
        "complementary insurer read from the card or the certificate",
    ),
    "autotest_poste": (
        "autotest du poste, du lecteur et des cartes",
        "self-test of the workstation, the reader and the cards",
    ),
    "caisse_centre_droits": (
        "régime, caisse et centre repris des droits",
        "regime, fund and centre taken from the rights",
    ),
    "cle_finess": ("clé du numéro FINESS", "key of the FINESS number"),
    "cle_nir": ("clé du NIR", "key of the NIR"),
    "cle_rpps": ("clé du numéro RPPS", "key of the RPPS number"),
    "cles_chiffrement_a_jour": ("table des clés de chiffrement à jour", "encryption key table up to date"),
    "cps_valide": ("carte CPS en cours de validité", "CPS card still valid"),
    "cumuls": ("règles de cumul des actes", "rules on acts that go together"),
    "date_rang_naissance": (
        "date et rang de naissance repris de la carte",
        "birth date and rank as on the card",
    ),
    "dates_coherentes": ("dates dans l'ordre attendu", "dates in the expected order"),
    "delai_facturation": ("facture envoyée sans attendre", "invoice sent without delay"),
    "droits_date_reference": (
        "droits AMO lus à la date de référence",
        "AMO rights read at the reference date",
    ),
    "droits_rc_date": (
        "droits de la complémentaire lus à la date",
        "rights at the complementary insurer read at the date",
    ),
    "ebd_destinataire": (
        "examen bucco-dentaire : le professionnel comme destinataire du règlement",
        "dental prevention exam: the professional as payee",
    ),
    "ebd_deux_feuilles": (
        "examen bucco-dentaire et soins sur deux feuilles",
        "dental prevention exam and care on two sheets",
    ),
    "ebd_emetteur": (
        "examen bucco-dentaire : émetteur de la prise en charge",
        "dental prevention exam: who issued the voucher",
    ),
    "entente_prealable_presente": ("accord préalable renseigné", "prior agreement filled in"),
    "exoneration_date_reference": (
        "exonération contrôlée à la date de référence",
        "exemption checked at the reference date",
    ),
    "logiciel_addendum": ("logiciel au niveau de l'addendum", "software at the level of the addendum"),
    "medecin_traitant_date": (
        "déclaration du médecin traitant à la date",
        "declaration of the médecin traitant at the date",
    ),
    "nature_assurance_at": (
        "nature d'assurance et données d'accident concordantes",
        "insurance nature and accident data that agree",
    ),
    "nomenclature_a_date": (
        "acte présent à la nomenclature à la date",
        "act in the nomenclature at the date",
    ),
    "pieces_presentes": ("pièces justificatives jointes", "supporting documents attached"),
    "prescripteur_present": (
        "prescripteur et prescription renseignés",
        "prescriber and prescription filled in",
    ),
    "ps_a_jour": ("situation du professionnel à jour", "situation of the professional up to date"),
    "rapprochement_paiements": (
        "rapprochement des paiements avant tout renvoi",
        "payments matched before any resend",
    ),
    "smg_rattachement": ("rattachement à l'article L.115", "link to article L.115"),
    "smg_routage": ("soins gratuits adressés à 08-835-0300", "free care sent to 08-835-0300"),
    "smg_separation": (
        "soins gratuits et soins ordinaires sur deux factures",
        "free care and ordinary care on two invoices",
    ),
    "structure_fichier": ("structure du fichier", "structure of the file"),
    "tables_organismes_a_jour": ("table des organismes à jour", "table of funds and centres up to date"),
    "tarif_a_date": ("tarif en vigueur à la date", "price in force at the date"),
    "totaux": ("totaux recalculés", "totals computed again"),
    "unicite_facture": (
        "numéros de facture jamais réutilisés",
        "invoice numbers never used twice",
    ),
    "unicite_lot": ("numéros de lot jamais réutilisés", "batch numbers never used twice"),
}


def rules_for(motive: str) -> tuple[Rule, ...]:
    """Return the rules of this toolkit that prevent a motive, in catalogue order; none for most motives."""
    return _by_motive().get(motive, ())


def habits(motive: str, lang: Lang = "fr") -> tuple[str, ...]:
    """Return the checks that avoid a motive, in words; none for an unknown motive."""
    known = MOTIVES.get(motive)
    return tuple(WORDS[name][lang == "en"] for name in known.avoidable_by) if known else ()


@cache
def _by_motive() -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in catalogue().values():
        if rule.motive:
            found[rule.motive] = (*found.get(rule.motive, ()), rule)
    return found
