"""Texts on fields: format, codes, keys, dates. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "format.numerique": Said(
        "error",
        (("4", "prix_unitaire"),),
        (
            "Zone numérique",
            "cette zone doit contenir 7 chiffres",
            "Écrire des chiffres seuls, cadrés à droite et complétés par des zéros à gauche.",
        ),
        (
            "Numeric field",
            "this field must hold 7 digits",
            "Write digits only, right aligned and filled with zeros on the left.",
        ),
    ),
    "format.date": Said(
        "error",
        (("4", "date_acte"),),
        (
            "Date",
            "cette zone n'est pas une date existante (AAMMJJ)",
            "Écrire une date du calendrier dans l'ordre attendu, ou des zéros s'il n'y en a pas.",
        ),
        (
            "Date",
            "this field is not an existing date (AAMMJJ)",
            "Write a calendar date in the expected order, or zeros when there is none.",
        ),
    ),
    "format.heure": Said(
        "error",
        (("4U", "heure_depart"),),
        (
            "Heure",
            "cette zone n'est pas une heure (HHMM)",
            "Écrire l'heure sur 24 heures, sans séparateur.",
        ),
        (
            "Time",
            "this field is not a time (HHMM)",
            "Write the time on 24 hours, without a separator.",
        ),
    ),
    "format.constante": Said(
        "error",
        (("1", "version_norme"),),
        (
            "Valeur constante",
            "cette zone doit contenir « B2 »",
            "Écrire la valeur attendue.",
        ),
        (
            "Constant value",
            "this field must hold “B2”",
            "Write the expected value.",
        ),
    ),
    "format.caractere": Said(
        "warning",
        (("1", "nom_ps"),),
        (
            "Caractère non admis",
            "cette zone contient un octet hors de l'ASCII imprimable (accent, tabulation, NUL…)",
            "Écrire le texte en majuscules sans accent ni caractère spécial.",
        ),
        (
            "Character not allowed",
            "this field holds a byte outside printable ASCII (accent, tab, NUL…)",
            "Write the text in capitals, without accents or special characters.",
        ),
    ),
    "format.nir": Said(
        "error",
        (("2S", "nir_individuel"),),
        (
            "Forme du NIR",
            "un NIR compte 13 caractères : des chiffres, 2A ou 2B seulement pour le département",
            "Recopier le numéro depuis la carte Vitale ou l'attestation de droits.",
        ),
        (
            "Form of the NIR",
            "a NIR has 13 characters: digits, 2A or 2B only for the department",
            "Copy the number from the Vitale card or the certificate of rights.",
        ),
    ),
    "format.identifiant": Said(
        "error",
        (("4", "numero_executant"),),
        (
            "Forme de l'identifiant",
            "cet identifiant doit contenir 9 chiffres",
            "Écrire l'identifiant complet, clé comprise, ou des zéros s'il n'y en a pas.",
        ),
        (
            "Form of the identifier",
            "this identifier must hold 9 digits",
            "Write the whole identifier, key included, or zeros when there is none.",
        ),
    ),
    "format.blanc": Said(
        "info",
        (("4", "blanc_1"),),
        (
            "Zone à blanc remplie",
            "cette zone devrait rester à blanc",
            "La laisser à blanc si le logiciel n'a pas de raison de la remplir.",
        ),
        (
            "Blank field filled",
            "this field should be left blank",
            "Leave it blank if the software has no reason to fill it.",
        ),
    ),
    "format.remplissage": Said(
        "info",
        (("4", "prix_unitaire"),),
        (
            "Remplissage d'une zone numérique",
            "des espaces tiennent lieu de zéros dans cette zone numérique",
            "Compléter par des zéros à gauche.",
        ),
        (
            "Filling of a numeric field",
            "spaces stand for zeros in this numeric field",
            "Fill with zeros on the left.",
        ),
    ),
    "code.inconnu": Said(
        "warning",
        (("2", "nature_operation"),),
        (
            "Code inconnu",
            "ce code n'est pas dans la liste nature_operation",
            "Choisir un code de la liste (« noemie codes »), ou ajouter le vôtre avec --codes.",
        ),
        (
            "Unknown code",
            "this code is not in list nature_operation",
            "Choose a code of the list (`noemie codes`), or add yours with --codes.",
        ),
    ),
    "code.liste-ouverte": Said(
        "info",
        (("4", "code_acte"),),
        (
            "Code absent d'une liste partielle",
            "ce code n'est pas parmi ceux que nous connaissons de la liste code_acte",
            "Le vérifier dans la nomenclature en vigueur à la date des soins.",
        ),
        (
            "Code missing from a partial list",
            "this code is not among those we know of list code_acte",
            "Check it in the nomenclature in force on the day of care.",
        ),
    ),
    "code.snds": Said(
        "warning",
        (("4", "code_lieu"),),
        (
            "Code interne au SNDS",
            "ce code de la liste code_lieu n'existe que dans la base nationale",
            "Choisir le code d'échange de la liste (« noemie codes »).",
        ),
        (
            "Code internal to the SNDS",
            "this code of list code_lieu exists only in the national database",
            "Choose the exchange code of the list (`noemie codes`).",
        ),
    ),
    "code.absent": Said(
        "info",
        (("2", "nature_assurance"),),
        (
            "Code obligatoire absent",
            "cette zone, dite obligatoire, est vide ; un code de la liste nature_assurance est attendu",
            "Renseigner le code.",
        ),
        (
            "Required code missing",
            "this field, said to be required, is empty; a code of list nature_assurance is expected",
            "Fill in the code.",
        ),
    ),
    "cle.nir": Said(
        "error",
        (("2", "cle_nir"),),
        (
            "Clé du NIR",
            "la clé ne correspond pas au NIR",
            "Relire la carte Vitale ou l'attestation et corriger le numéro ou sa clé (97 - NIR modulo 97).",
        ),
        (
            "Key of the NIR",
            "the key does not go with the NIR",
            (
                "Read the Vitale card or the certificate again and correct the number or its key (97 - NIR "
                "mod 97)."
            ),
        ),
    ),
    "cle.nir-provisoire": Said(
        "warning",
        (("2", "cle_nir"),),
        (
            "Clé d'un NIR provisoire",
            "la clé ne correspond pas à ce numéro provisoire",
            "Vérifier le numéro avec la caisse, et demander le numéro définitif.",
        ),
        (
            "Key of a provisional NIR",
            "the key does not go with this provisional number",
            "Check the number with the caisse, and ask for the final one.",
        ),
    ),
    "cle.numero-ps": Said(
        "error",
        (("4", "numero_executant"),),
        (
            "Clé du numéro de professionnel ou d'établissement",
            "la clé ne correspond pas au numéro",
            "Relire la carte CPS ou la fiche FINESS et corriger le numéro (8 caractères et une clé de Luhn).",
        ),
        (
            "Key of the professional's or establishment's number",
            "the key does not go with the number",
            (
                "Read the CPS card or the FINESS record again and correct the number (8 characters and a "
                "Luhn key)."
            ),
        ),
    ),
    "cle.numero-tiers": Said(
        "warning",
        (("2", "numero_prescripteur"),),
        (
            "Clé du numéro d'un autre professionnel",
            "la clé ne correspond pas au numéro",
            "Reprendre le numéro sur l'ordonnance.",
        ),
        (
            "Key of another professional's number",
            "the key does not go with the number",
            "Take the number from the prescription.",
        ),
    ),
    "cle.rpps": Said(
        "warning",
        (("4E", "rpps_prescripteur"),),
        (
            "Clé du numéro RPPS",
            "la clé ne correspond pas au numéro RPPS",
            "Reprendre le numéro à 11 chiffres sur l'ordonnance ou la carte.",
        ),
        (
            "Key of the RPPS number",
            "the key does not go with the RPPS number",
            "Take the 11-digit number from the prescription or the card.",
        ),
    ),
    "cle.siret": Said(
        "warning",
        (("4F", "siret_fabricant"),),
        (
            "Clé du numéro SIRET",
            "la clé ne correspond pas au numéro SIRET",
            "Reprendre le numéro à 14 chiffres sur la facture du fournisseur.",
        ),
        (
            "Key of the SIRET number",
            "the key does not go with the SIRET number",
            "Take the 14-digit number from the supplier's invoice.",
        ),
    ),
    "cle.numero-at": Said(
        "warning",
        (("2", "numero_at"),),
        (
            "Clé du numéro d'accident du travail",
            "ce n'est ni un numéro d'AT avec sa clé, ni 000 suivi d'une date",
            "Reporter le numéro, ou la date d'accident, depuis la feuille d'accident.",
        ),
        (
            "Key of the work accident number",
            "this is neither an accident number with its key, nor 000 followed by a date",
            "Copy the number, or the date of the accident, from the accident sheet.",
        ),
    ),
    "date.acte-facturation": Said(
        "warning",
        (("4", "date_acte"),),
        (
            "Acte après la facturation",
            "la date de l'acte suit la date de facturation",
            "Corriger la date de l'acte ou celle de la facturation.",
        ),
        (
            "Act after billing",
            "the date of the act is after the date of billing",
            "Correct the date of the act or that of the billing.",
        ),
    ),
    "date.acte-jjmmaa": Said(
        "warning",
        (("4", "date_acte"),),
        (
            "Date d'acte écrite JJMMAA",
            "la date de l'acte tombe des années avant la facturation ; lue à l'envers, ce serait 260114",
            "Écrire l'année, puis le mois, puis le jour.",
        ),
        (
            "Day of an act written JJMMAA",
            "the date of the act is years before billing; read the other way round, it would be 260114",
            "Write the year, then the month, then the day.",
        ),
    ),
    "date.prescription-acte": Said(
        "warning",
        (("4", "date_acte"),),
        (
            "Acte avant sa prescription",
            "la date de prescription suit la date de l'acte",
            "Relire l'ordonnance et corriger la date de prescription ou celle de l'acte.",
        ),
        (
            "Act before its prescription",
            "the date of prescription is after the date of the act",
            "Read the prescription again and correct its date or that of the act.",
        ),
    ),
    "date.facturation-lot": Said(
        "warning",
        (("2", "date_facturation"),),
        (
            "Facturation après le lot",
            "la date de facturation suit la date du lot",
            "Corriger la date de facturation ou la date du lot.",
        ),
        (
            "Billing after the batch",
            "the date of billing is after the date of the batch",
            "Correct the date of billing or the date of the batch.",
        ),
    ),
    "date.lot-fichier": Said(
        "warning",
        (("1", "date_lot"),),
        (
            "Lot après le fichier",
            "la date du lot suit la date du fichier",
            "Corriger la date du lot (1, 72-77) ou celle du fichier (000, 56-61).",
        ),
        (
            "Batch after the file",
            "the date of the batch is after the date of the file",
            "Correct the date of the batch (1, 72-77) or that of the file (000, 56-61).",
        ),
    ),
    "date.debut-fin": Said(
        "warning",
        (("4F", "date_fin"),),
        (
            "Fin avant le début",
            "la date de fin précède la date de début",
            "Corriger l'une des deux dates.",
        ),
        (
            "End before start",
            "the end date is before the start date",
            "Correct one of the two dates.",
        ),
    ),
    "date.entree-sortie": Said(
        "warning",
        (("2", "date_sortie"),),
        (
            "Sortie avant l'entrée",
            "la date de sortie précède la date d'entrée",
            "Corriger l'une des deux dates de l'enregistrement 2.",
        ),
        (
            "Discharge before admission",
            "the date of discharge is before the date of admission",
            "Correct one of the two dates of record 2.",
        ),
    ),
    "code.casse": Said(
        "warning",
        (("4", "code_acte"),),
        (
            "Code en minuscules",
            "ce code est en minuscules ; la liste connaît G",
            "Écrire le code en majuscules.",
        ),
        (
            "Code in lower case",
            "this code is in lower case; the list knows G",
            "Write the code in capitals.",
        ),
    ),
    "code.cadrage": Said(
        "warning",
        (("4", "code_acte"),),
        (
            "Code mal cadré",
            "des blancs précèdent ou coupent ce code ; la liste connaît G",
            "Écrire le code à gauche de la zone, sans blanc dans le code.",
        ),
        (
            "Code out of its place",
            "blanks precede or split this code; the list knows G",
            "Write the code at the left of the field, without blanks within.",
        ),
    ),
    "cle.nir-mois": Said(
        "warning",
        (("2", "nir"),),
        (
            "Mois de naissance du NIR",
            "le mois du NIR (4e et 5e caractères) est compris entre 13 et 19",
            "Relire la carte Vitale ou l'attestation et corriger le numéro et sa clé.",
        ),
        (
            "Month of birth in the NIR",
            "the month of the NIR (characters 4 and 5) is between 13 and 19",
            "Read the Vitale card or the certificate again and correct the number and its key.",
        ),
    ),
}
