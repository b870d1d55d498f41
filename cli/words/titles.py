"""What each record type or entity is for, in a few words: the sources, or what its fields say."""

from __future__ import annotations

from typing import Final

from cli.words.speech import say

_B2: Final[dict[str, tuple[str, str]]] = {
    "000": ("début de fichier", "start of file"),
    "1": ("début de lot", "start of batch"),
    "2": ("en-tête de facture", "invoice header"),
    "2S": ("en-tête, suite", "header, continued"),
    "2B": ("bénéficiaire, adresse", "beneficiary, address"),
    "2C": ("assuré, commune", "insured person, town"),
    "2M": ("complémentaire (AMC)", "complementary insurer (AMC)"),
    "2P": ("opérateur de règlement", "payment operator"),
    "3": ("prestation hospitalière", "hospital benefit"),
    "3S": ("prestation hospitalière, suite", "hospital benefit, continued"),
    "3E": ("prescripteur et exécutant", "prescriber and performer"),
    "3F": ("LPP en sus", "LPP on top of tariff"),
    "3H": ("médicament (UCD) en sus", "drug (UCD) on top of tariff"),
    "4": ("acte", "act"),
    "4S": ("acte, suite", "act, continued"),
    "4B": ("biologie (NABM)", "biology (NABM)"),
    "4C": ("médicaments (CIP)", "drugs (CIP)"),
    "4D": ("actes dentaires", "dental acts"),
    "4E": ("prescripteur et exécutant", "prescriber and performer"),
    "4F": ("LPP", "LPP"),
    "4H": ("médicament (UCD)", "drug (UCD)"),
    "4M": ("acte CCAM", "CCAM act"),
    "4T": ("transport : forfaits et distances", "transport: packages and distances"),
    "4U": ("transport : trajet", "transport: journey"),
    "5": ("total de la facture", "invoice total"),
    "6": ("fin de lot", "end of batch"),
    "999": ("fin de fichier", "end of file"),
}

_NOEMIE: Final[dict[str, tuple[str, str]]] = {
    "000": ("début de fichier", "start of file"),
    "010": ("organisme complémentaire", "complementary insurer"),
    "020": ("destinataire du règlement", "payee"),
    "040": ("destinataire du règlement", "payee"),
    "070": ("date comptable", "accounting date"),
    "071": ("virement", "transfer"),
    "080": ("lot", "batch"),
    "081": ("type de retour", "kind of return"),
    "100": ("facture", "invoice"),
    "102": ("facture", "invoice"),
    "103": ("assuré et bénéficiaire", "insured person and beneficiary"),
    "110": ("assuré", "insured person"),
    "120": ("bénéficiaire", "beneficiary"),
    "140": ("contrats", "contracts"),
    "150": ("nature d'assurance", "nature of insurance"),
    "160": ("archivage", "archiving"),
    "198": ("part AMO", "AMO part"),
    "199": ("part AMC", "AMC part"),
    "210": ("acte (cabinet)", "act (office)"),
    "220": ("acte (établissement)", "act (hospital)"),
    "250": ("dette ou retenue", "debt or withholding"),
    "261": ("forfait", "lump sum"),
    "262": ("détail du forfait", "detail of the lump sum"),
    "290": ("rejet ou signalement", "reject or notice"),
    "294": ("rejet ou signalement", "reject or notice"),
    "295": ("commentaire", "comment"),
    "990": ("fin de niveau", "end of level"),
    "999": ("fin de fichier", "end of file"),
}


def record_title(family: str, type: str) -> str:
    """Title of a record (`family` `b2`) or of an entity (`noemie`); empty when no source names it."""
    found = (_NOEMIE if family == "noemie" else _B2).get(type)
    return "" if found is None else say(*found)
