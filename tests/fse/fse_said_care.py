"""Texts on what must be filled in and what is billed. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "presence.nir": Said(
        "warning",
        (("2", "nir"),),
        (
            "NIR de l'assuré absent",
            "NIR de l'assuré : la zone est vide",
            "Reporter le NIR lu sur la carte Vitale ou l'attestation.",
        ),
        (
            "NIR of the insured person missing",
            "NIR of the insured person: the field is empty",
            "Copy the NIR from the Vitale card or the certificate.",
        ),
    ),
    "presence.numero-facture": Said(
        "warning",
        (("2", "numero_facture"),),
        (
            "Numéro de facture absent",
            "numéro de facture : la zone est vide",
            "Numéroter la facture.",
        ),
        (
            "Invoice number missing",
            "invoice number: the field is empty",
            "Number the invoice.",
        ),
    ),
    "presence.date-acte": Said(
        "warning",
        (("4", "date_acte"),),
        (
            "Date de l'acte absente",
            "date de l'acte : la zone est vide",
            "Écrire le jour des soins.",
        ),
        (
            "Date of the act missing",
            "date of the act: the field is empty",
            "Write the day of care.",
        ),
    ),
    "presence.code-acte": Said(
        "warning",
        (("4", "code_acte"),),
        (
            "Code de l'acte absent",
            "code de l'acte : la zone est vide",
            "Écrire le code de la prestation.",
        ),
        (
            "Act code missing",
            "act code: the field is empty",
            "Write the code of the benefit.",
        ),
    ),
    "presence.executant": Said(
        "warning",
        (("4", "numero_executant"),),
        (
            "Numéro de l'exécutant absent",
            "numéro de l'exécutant : la zone est vide",
            "Écrire le numéro du professionnel qui a fait l'acte.",
        ),
        (
            "Number of the performer missing",
            "number of the performer: the field is empty",
            "Write the number of the professional who did the act.",
        ),
    ),
    "presence.date-facturation": Said(
        "warning",
        (("2", "date_facturation"),),
        (
            "Date de facturation absente",
            "date de facturation : la zone est vide",
            "Écrire le jour où la facture est faite.",
        ),
        (
            "Date of billing missing",
            "date of billing: the field is empty",
            "Write the day on which the invoice is made.",
        ),
    ),
    "presence.rattachement": Said(
        "warning",
        (("2", "caisse"),),
        (
            "Régime ou caisse de rattachement absent",
            "régime ou caisse de rattachement : la zone est vide",
            "Reporter régime, caisse et centre lus sur la carte.",
        ),
        (
            "Régime or caisse missing",
            "régime or caisse: the field is empty",
            "Copy régime, caisse and centre from the card.",
        ),
    ),
    "presence.date-naissance": Said(
        "warning",
        (("2", "date_naissance"),),
        (
            "Date de naissance du bénéficiaire absente",
            "date de naissance du bénéficiaire : la zone est vide",
            "Reporter la date lue sur la carte, même si elle n'existe pas au calendrier.",
        ),
        (
            "Birth date of the beneficiary missing",
            "birth date of the beneficiary: the field is empty",
            "Copy the date from the card, even one that no calendar has.",
        ),
    ),
    "presence.quantite": Said(
        "warning",
        (("4", "quantite"),),
        (
            "Quantité absente",
            "quantité : la zone est vide",
            "Écrire la quantité, 1 pour un acte isolé.",
        ),
        (
            "Quantity missing",
            "quantity: the field is empty",
            "Write the quantity, 1 for a single act.",
        ),
    ),
    "presence.numero-lot": Said(
        "error",
        (("1", "numero_lot"),),
        (
            "Numéro de lot absent",
            "numéro de lot : la zone est vide",
            "Numéroter le lot.",
        ),
        (
            "Batch number missing",
            "batch number: the field is empty",
            "Number the batch.",
        ),
    ),
    "acte.code-perime": Said(
        "warning",
        (("4", "code_acte"),),
        (
            "Code d'acte hors de sa validité",
            "ce code ne peut pas être facturé à la date des soins (valable : → 2014-12-01)",
            "Choisir le code en vigueur à la date des soins.",
        ),
        (
            "Act code out of its validity",
            "this code cannot be billed on the day of care (valid: → 2014-12-01)",
            "Choose the code in force on the day of care.",
        ),
    ),
    "acte.modificateur-perime": Said(
        "warning",
        (("4M", "modificateur_4"),),
        (
            "Modificateur CCAM hors de sa validité",
            "ce modificateur n'est pas admis à la date des soins (valable : → 2014-12-31)",
            "Retirer le modificateur.",
        ),
        (
            "CCAM modifier out of its validity",
            "this modifier is not allowed on the day of care (valid: → 2014-12-31)",
            "Remove the modifier.",
        ),
    ),
    "acte.modificateur-double": Said(
        "info",
        (("4M", "modificateur_2"),),
        (
            "Modificateur CCAM en double",
            "le même modificateur est écrit deux fois sur l'acte",
            "Retirer le doublon.",
        ),
        (
            "CCAM modifier written twice",
            "the same modifier is written twice on the act",
            "Remove the duplicate.",
        ),
    ),
    "acte.dent-double": Said(
        "info",
        (("4M", "dent_02"),),
        (
            "Dent en double",
            "la même dent est écrite deux fois sur l'acte",
            "Retirer le doublon.",
        ),
        (
            "Tooth written twice",
            "the same tooth is written twice on the act",
            "Remove the duplicate.",
        ),
    ),
    "acte.ccam-forme": Said(
        "warning",
        (("4M", "code_ccam"),),
        (
            "Forme du code CCAM",
            "un code CCAM compte 7 caractères, cadrés à gauche",
            "Écrire les 7 caractères du code, puis des espaces.",
        ),
        (
            "Form of the CCAM code",
            "a CCAM code has 7 characters, left aligned",
            "Write the 7 characters of the code, then spaces.",
        ),
    ),
    "acte.lpp-forme": Said(
        "warning",
        (("4F", "code_lpp"),),
        (
            "Forme du code LPP",
            "un code LPP compte 7 caractères, cadrés à gauche",
            "Écrire les 7 caractères du code, puis des espaces.",
        ),
        (
            "Form of the LPP code",
            "an LPP code has 7 characters, left aligned",
            "Write the 7 characters of the code, then spaces.",
        ),
    ),
    "acte.ccam-detail": Said(
        "info",
        (("4", "code_acte"),),
        (
            "Acte CCAM sans détail",
            "ce code de regroupement CCAM n'est suivi d'aucun enregistrement 4M",
            "Ajouter l'enregistrement 4M qui porte le code CCAM.",
        ),
        (
            "CCAM act without detail",
            "this CCAM grouping code is followed by no record 4M",
            "Add the record 4M that carries the CCAM code.",
        ),
    ),
    "acte.accord-date": Said(
        "warning",
        (("4", "date_demande_accord"),),
        (
            "Accord préalable sans date",
            "l'accord est dit favorable, mais la date de la demande manque",
            "Écrire la date de la demande d'accord préalable.",
        ),
        (
            "Prior agreement without date",
            "the agreement is said to be favourable, but the date of the request is missing",
            "Write the date of the request for prior agreement.",
        ),
    ),
    "acte.sequence": Said(
        "warning",
        (("4H", "sequence"),),
        (
            "Numéro d'ordre du complément",
            "le numéro d'ordre n'est pas 01",
            "Numéroter les compléments dans l'ordre.",
        ),
        (
            "Sequence number of the complement",
            "the sequence number is not 01",
            "Number the complements in order.",
        ),
    ),
    "transport.arrivee": Said(
        "warning",
        (("4U", "heure_arrivee"),),
        (
            "Arrivée avant le départ",
            "l'arrivée précède le départ",
            "Corriger la date ou l'heure de départ ou d'arrivée.",
        ),
        (
            "Arrival before departure",
            "the arrival is before the departure",
            "Correct the date or time of departure or arrival.",
        ),
    ),
    "transport.malades": Said(
        "warning",
        (("4U", "nombre_malades"),),
        (
            "Trajet sans malade",
            "le nombre de malades transportés est nul",
            "Écrire le nombre de malades, au moins 1.",
        ),
        (
            "Journey without patient",
            "the number of patients carried is zero",
            "Write the number of patients, at least 1.",
        ),
    ),
}
