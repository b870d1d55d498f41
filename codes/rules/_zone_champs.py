"""Rules on the fields of binary zones: forms, keys, dates, codes. Part of the family `zone`."""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING = Severity.INFO, Severity.WARNING

_CARDS = "[medintux cards]"
_CALLS = "[medintux]"

FIELDS: tuple[Rule, ...] = (
    make(
        "zone.forme-nir",
        _WARNING,
        (
            "Forme du NIR",
            "ce champ n'a pas la forme d'un NIR de 13 caractères",
            "Un NIR compte 13 chiffres ; 2A et 2B sont possibles au département de naissance.",
            "Relire la carte ; ne pas facturer sous ce numéro.",
        ),
        (
            "Form of the NIR",
            "this field does not have the form of a NIR of 13 characters",
            "A NIR has 13 digits; 2A and 2B are possible as the department of birth.",
            "Read the card again; do not bill under this number.",
        ),
        _CARDS,
        "A",
        motive="nir_cle_invalide",
    ),
    make(
        "zone.cle-nir",
        _WARNING,
        (
            "Clé du NIR dans la zone",
            "la clé ne correspond pas au NIR",
            "La clé de l'assuré est juste sur toutes les cartes de test ; une carte ne se refuse pas pour autant.",
            "Vérifier le numéro (97 - NIR modulo 97) avec une attestation de droits.",
        ),
        (
            "Key of the NIR in the zone",
            "the key does not go with the NIR",
            "The key of the insured person is right on all test cards; a card is not refused for it.",
            "Check the number (97 - NIR mod 97) against a certificate of rights.",
        ),
        _CARDS,
        "A",
        motive="nir_cle_invalide",
    ),
    make(
        "zone.cle-nir-certifie",
        _WARNING,
        (
            "Clé du NIR certifié",
            "la clé ne correspond pas au NIR certifié",
            "Quelques cartes de test portent une clé fausse à cet endroit : ne rien refuser pour cela.",
            "Vérifier le numéro avec une attestation de droits avant de facturer sous le NIR du bénéficiaire.",
        ),
        (
            "Key of the certified NIR",
            "the key does not go with the certified NIR",
            "Some test cards carry a wrong key there: refuse nothing for it.",
            "Check the number against a certificate of rights before billing under the beneficiary's NIR.",
        ),
        _CARDS,
        "A",
        motive="nir_cle_invalide",
    ),
    make(
        "zone.cle-ps",
        _WARNING,
        (
            "Clé d'un numéro de professionnel dans la zone",
            "la clé ne correspond pas au numéro du professionnel",
            "Les numéros ADELI, FINESS et RPPS portent une clé de Luhn ; celui-ci désigne qui est payé.",
            "Relire la carte CPS ; vérifier le numéro de facturation.",
        ),
        (
            "Key of a professional's number in the zone",
            "the key does not go with the professional's number",
            "ADELI, FINESS and RPPS numbers carry a Luhn key; this one says who is paid.",
            "Read the CPS card again; check the billing number.",
        ),
        "[medintuxGP]",
        "B",
        motive="ps_non_identifie",
    ),
    make(
        "zone.forme-date",
        _WARNING,
        (
            "Forme de la date",
            "cette date n'a pas {expected} chiffres (AAAAMMJJHHMM)",
            "Une date s'écrit AAAAMMJJHHMM ; sans date, douze zéros ou un champ vide.",
            "Écrire la date sur 12 chiffres, HHMM à 0000.",
        ),
        (
            "Form of the date",
            "this date does not have {expected} digits (AAAAMMJJHHMM)",
            "A date is written AAAAMMJJHHMM; without a date, twelve zeros or an empty field.",
            "Write the date on 12 digits, HHMM being 0000.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.date-calendrier",
        _WARNING,
        (
            "Date hors du calendrier",
            "ce jour n'existe pas ; la forme est AAAAMMJJHHMM",
            "Seule une date de naissance peut être absente du calendrier (mois 13, jour 32).",
            "Vérifier la date avec une attestation de droits.",
        ),
        (
            "Date outside the calendar",
            "there is no such day; the form is AAAAMMJJHHMM",
            "Only a date of birth may be outside the calendar (month 13, day 32).",
            "Check the date against a certificate of rights.",
        ),
        _CARDS,
        "B",
    ),
    make(
        "zone.periode",
        _WARNING,
        (
            "Période qui finit avant de commencer",
            "le dernier jour de la période précède le premier",
            "Aucun jour n'est couvert par une telle période.",
            "Vérifier les droits avec une attestation ; faire mettre la carte à jour.",
        ),
        (
            "Period that ends before it starts",
            "the last day of the period is before the first one",
            "Such a period covers no day.",
            "Check the rights against a certificate; have the card updated.",
        ),
        "toolkit",
        "B",
    ),
    make(
        "zone.numerique",
        _WARNING,
        (
            "Chiffres attendus",
            "ce champ ne contient pas que des chiffres",
            "Les nombres s'écrivent en chiffres ASCII, complétés par des zéros à gauche.",
            "Écrire le nombre en chiffres, sans espace.",
        ),
        (
            "Digits expected",
            "this field does not hold digits only",
            "Numbers are written in ASCII digits, filled with zeros on the left.",
            "Write the number in digits, without a space.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.octets-de-controle",
        _WARNING,
        (
            "Octets de contrôle dans un texte",
            "ce texte contient des octets qui ne sont pas des caractères",
            "Les textes des cartes de test n'emploient que les octets 20 à 7E ; le latin-1 est possible.",
            "Vérifier l'encodage du programme qui a écrit la zone (ni UTF-16, ni octets binaires).",
        ),
        (
            "Control bytes in a text",
            "this text holds bytes that are no characters",
            "The texts of the test cards use bytes 20 to 7E only; latin-1 is possible.",
            "Check the encoding of the program that wrote the zone (no UTF-16, no binary bytes).",
        ),
        _CARDS,
        "B",
    ),
    make(
        "zone.longueur-inhabituelle",
        _INFO,
        (
            "Longueur jamais vue",
            "ce champ a une longueur jamais vue sur les cartes de test (vues : {expected})",
            "La norme n'est pas publique : seules les longueurs observées sont connues.",
            "Rien à faire si la zone vient d'une carte ; sinon, reprendre la longueur observée.",
        ),
        (
            "Length never seen",
            "this field has a length never seen on test cards (seen: {expected})",
            "The norm is not public: only the lengths that were seen are known.",
            "Nothing to do when the zone comes from a card; otherwise use a length that was seen.",
        ),
        _CARDS,
        "C",
    ),
    make(
        "zone.code-inconnu",
        _WARNING,
        (
            "Code inconnu dans la zone",
            "ce code n'est pas dans la liste {expected}",
            "Les listes publiques datent de 2005 environ et peuvent être incomplètes.",
            "Vérifier le code, ou ajouter le vôtre avec --codes.",
        ),
        (
            "Unknown code in the zone",
            "this code is not in list {expected}",
            "The public lists date from about 2005 and may be incomplete.",
            "Check the code, or add yours with --codes.",
        ),
        _CALLS,
        "B",
    ),
    make(
        "zone.code-liste-ouverte",
        _INFO,
        (
            "Code absent d'une liste partielle, dans la zone",
            "ce code n'est pas parmi ceux que nous connaissons de la liste {expected}",
            "La liste publiée est partielle : le code peut être juste.",
            "Rien à faire si la zone vient d'une carte.",
        ),
        (
            "Code missing from a partial list, in the zone",
            "this code is not among those we know of list {expected}",
            "The published list is partial: the code may be right.",
            "Nothing to do when the zone comes from a card.",
        ),
        _CALLS,
        "C",
    ),
    make(
        "zone.destinataire",
        _INFO,
        (
            "Organisme destinataire de la facture",
            "les règles de 2005 à 2010 donnent le destinataire {expected}",
            "Le destinataire dépend du régime et de la caisse ; les règles publiques sont anciennes.",
            "Vérifier avec la table des organismes en vigueur.",
        ),
        (
            "Recipient organism of the invoice",
            "the rules of 2005 to 2010 give the recipient {expected}",
            "The recipient depends on the regime and the caisse; the public rules are old.",
            "Check with the table of organisms in force.",
        ),
        "[medintuxGP]",
        "B",
        motive="centre_destinataire_inconnu",
    ),
)
