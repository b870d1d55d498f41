"""Rules on check keys."""

from codes.rules.model import Rule, Severity, make

_WARNING, _ERROR = Severity.WARNING, Severity.ERROR

RULES: tuple[Rule, ...] = (
    make(
        "cle.nir",
        _ERROR,
        (
            "Clé du NIR",
            "la clé ne correspond pas au NIR",
            "Un numéro ou une clé mal recopiés désignent une autre personne, ou personne.",
            "Relire la carte Vitale ou l'attestation et corriger le numéro ou sa clé (97 - NIR modulo 97).",
        ),
        (
            "Key of the NIR",
            "the key does not go with the NIR",
            "A number or a key copied wrongly points to another person, or to nobody.",
            "Read the Vitale card or the certificate again and correct the number or its key (97 - NIR mod 97).",
        ),
        "[AL] [SFG]",
        "A",
        motive="nir_cle_invalide",
    ),
    make(
        "cle.nir-provisoire",
        _WARNING,
        (
            "Clé d'un NIR provisoire",
            "la clé ne correspond pas à ce numéro provisoire",
            "Les numéros commençant par 5, 6, 7 ou 8 sont attribués à titre provisoire ; leur règle n'est pas "
            "publiée partout.",
            "Vérifier le numéro avec la caisse, et demander le numéro définitif.",
        ),
        (
            "Key of a provisional NIR",
            "the key does not go with this provisional number",
            "Numbers that start with 5, 6, 7 or 8 are given provisionally; their rule is not published "
            "everywhere.",
            "Check the number with the caisse, and ask for the final one.",
        ),
        "[SNDS]",
        "C",
        motive="nir_cle_invalide",
    ),
    make(
        "cle.nir-mois",
        _WARNING,
        (
            "Mois de naissance du NIR",
            "le mois du NIR (4e et 5e caractères) est compris entre 13 et 19",
            "Aucun mois ne porte ces numéros ; ceux à partir de 20 tiennent lieu d'un mois inconnu.",
            "Relire la carte Vitale ou l'attestation et corriger le numéro et sa clé.",
        ),
        (
            "Month of birth in the NIR",
            "the month of the NIR (characters 4 and 5) is between 13 and 19",
            "No month has these numbers; those from 20 on stand for a month that is not known.",
            "Read the Vitale card or the certificate again and correct the number and its key.",
        ),
        "toolkit",
        "C",
        motive="nir_cle_invalide",
    ),
    make(
        "cle.numero-ps",
        _ERROR,
        (
            "Clé du numéro de professionnel ou d'établissement",
            "la clé ne correspond pas au numéro",
            "Le numéro du facturant et celui de l'exécutant désignent qui est payé.",
            "Relire la carte CPS ou la fiche FINESS et corriger le numéro (8 caractères et une clé de Luhn).",
        ),
        (
            "Key of the professional's or establishment's number",
            "the key does not go with the number",
            "The numbers of the biller and of the performer say who is paid.",
            "Read the CPS card or the FINESS record again and correct the number (8 characters and a Luhn key).",
        ),
        "[SFG]",
        "A",
        motive="ps_non_identifie",
    ),
    make(
        "cle.numero-tiers",
        _WARNING,
        (
            "Clé du numéro d'un autre professionnel",
            "la clé ne correspond pas au numéro",
            "Un prescripteur, un remplaçant ou un médecin traitant mal identifié peut faire rejeter la facture.",
            "Reprendre le numéro sur l'ordonnance.",
        ),
        (
            "Key of another professional's number",
            "the key does not go with the number",
            "A prescriber, substitute or treating doctor wrongly identified may have the invoice rejected.",
            "Take the number from the prescription.",
        ),
        "[SFG] [SV]",
        "B",
        motive="prescripteur_inconnu",
    ),
    make(
        "cle.rpps",
        _WARNING,
        (
            "Clé du numéro RPPS",
            "la clé ne correspond pas au numéro RPPS",
            "Le professionnel ne sera pas retrouvé au répertoire.",
            "Reprendre le numéro à 11 chiffres sur l'ordonnance ou la carte.",
        ),
        (
            "Key of the RPPS number",
            "the key does not go with the RPPS number",
            "The professional will not be found in the directory.",
            "Take the 11-digit number from the prescription or the card.",
        ),
        "[SFG]",
        "B",
        motive="prescripteur_inconnu",
    ),
    make(
        "cle.siret",
        _WARNING,
        (
            "Clé du numéro SIRET",
            "la clé ne correspond pas au numéro SIRET",
            "Le fabricant ou l'importateur ne sera pas retrouvé.",
            "Reprendre le numéro à 14 chiffres sur la facture du fournisseur.",
        ),
        (
            "Key of the SIRET number",
            "the key does not go with the SIRET number",
            "The maker or importer will not be found.",
            "Take the 14-digit number from the supplier's invoice.",
        ),
        "[SFG]",
        "B",
    ),
    make(
        "cle.numero-at",
        _WARNING,
        (
            "Clé du numéro d'accident du travail",
            "ce n'est ni un numéro d'AT avec sa clé, ni 000 suivi d'une date",
            "La caisse rattache les soins à l'accident par ce numéro.",
            "Reporter le numéro, ou la date d'accident, depuis la feuille d'accident.",
        ),
        (
            "Key of the work accident number",
            "this is neither an accident number with its key, nor 000 followed by a date",
            "The caisse links care to the accident by this number.",
            "Copy the number, or the date of the accident, from the accident sheet.",
        ),
        "[SFG]",
        "B",
        motive="at_numero_date",
    ),
)
