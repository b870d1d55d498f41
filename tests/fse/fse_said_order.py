"""Texts on the order of records. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "structure.debut": Said(
        "error",
        (("1", ""),),
        (
            "Début de fichier",
            "le premier enregistrement n'est pas 000",
            "Commencer le fichier par un enregistrement 000, ou retrouver le début du fichier.",
        ),
        (
            "Start of file",
            "the first record is not 000",
            "Start the file with a record 000, or find the start of the file.",
        ),
    ),
    "structure.debut-double": Said(
        "error",
        (("000", ""),),
        (
            "Second enregistrement 000",
            "un second enregistrement 000 apparaît dans le fichier",
            "Séparer les deux fichiers.",
        ),
        (
            "Second record 000",
            "a second record 000 appears in the file",
            "Split the two files.",
        ),
    ),
    "structure.fin": Said(
        "error",
        (("", ""),),
        (
            "Fin de fichier",
            "l'enregistrement 999 manque à la fin du fichier",
            "Terminer le fichier par un enregistrement 999, ou retrouver la fin du fichier.",
        ),
        (
            "End of file",
            "record 999 is missing at the end of the file",
            "End the file with a record 999, or find the end of the file.",
        ),
    ),
    "structure.apres-fin": Said(
        "error",
        (("1", ""),),
        (
            "Enregistrement après la fin",
            "cet enregistrement suit l'enregistrement 999",
            "Retirer ces enregistrements ou les placer dans un lot.",
        ),
        (
            "Record after the end",
            "this record comes after record 999",
            "Remove these records or put them in a batch.",
        ),
    ),
    "structure.longueur": Said(
        "error",
        (("4S", ""),),
        (
            "Longueur de l'enregistrement",
            "cet enregistrement n'a pas 128 octets",
            "Écrire l'enregistrement sur 128 octets exactement, complété par des espaces.",
        ),
        (
            "Length of the record",
            "this record does not have 128 bytes",
            "Write the record on 128 bytes exactly, filled with spaces.",
        ),
    ),
    "structure.type-inconnu": Said(
        "error",
        (("", ""),),
        (
            "Type d'enregistrement inconnu",
            "ce type d'enregistrement n'existe pas dans la norme lue",
            "Corriger le type (octet 1 et lettre de complément), ou choisir la bonne norme avec --norm.",
        ),
        (
            "Unknown record type",
            "this record type does not exist in the norm that is read",
            "Correct the type (byte 1 and complement letter), or choose the right norm with --norm.",
        ),
    ),
    "structure.hors-lot": Said(
        "error",
        (("2", ""),),
        (
            "Facture hors d'un lot",
            "cette facture n'est dans aucun lot : l'enregistrement 1 manque",
            "Ouvrir le lot par un enregistrement 1.",
        ),
        (
            "Invoice outside a batch",
            "this invoice is in no batch: record 1 is missing",
            "Open the batch with a record 1.",
        ),
    ),
    "structure.lot-sans-fin": Said(
        "error",
        (("1", ""),),
        (
            "Lot sans fin",
            "le lot n'est pas fermé par un enregistrement 6",
            "Fermer le lot par un enregistrement 6.",
        ),
        (
            "Batch without end",
            "the batch is not closed by a record 6",
            "Close the batch with a record 6.",
        ),
    ),
    "structure.fin-sans-lot": Said(
        "error",
        (("6", ""),),
        (
            "Fin de lot sans lot",
            "cet enregistrement 6 ne ferme aucun lot",
            "Retirer cet enregistrement, ou retrouver l'enregistrement 1.",
        ),
        (
            "End of batch without batch",
            "this record 6 closes no batch",
            "Remove this record, or find the record 1.",
        ),
    ),
    "structure.lot-vide": Said(
        "warning",
        (("1", ""),),
        (
            "Lot vide",
            "ce lot ne contient aucune facture",
            "Retirer le lot.",
        ),
        (
            "Empty batch",
            "this batch holds no invoice",
            "Remove the batch.",
        ),
    ),
    "structure.facture-sans-entete": Said(
        "error",
        (("2S", ""),),
        (
            "Facture sans en-tête",
            "l'enregistrement 2 manque au début de cette facture",
            "Commencer la facture par un enregistrement 2.",
        ),
        (
            "Invoice without header",
            "record 2 is missing at the start of this invoice",
            "Start the invoice with a record 2.",
        ),
    ),
    "structure.facture-sans-total": Said(
        "error",
        (("4", ""),),
        (
            "Facture sans total",
            "l'enregistrement 5 manque à la fin de cette facture",
            "Terminer la facture par un enregistrement 5.",
        ),
        (
            "Invoice without total",
            "record 5 is missing at the end of this invoice",
            "End the invoice with a record 5.",
        ),
    ),
    "structure.facture-sans-ligne": Said(
        "error",
        (("2", ""),),
        (
            "Facture sans ligne",
            "cette facture ne contient aucun acte (enregistrement 3 ou 4)",
            "Ajouter les lignes d'actes, ou retirer la facture.",
        ),
        (
            "Invoice without line",
            "this invoice holds no act (record 3 or 4)",
            "Add the lines of acts, or remove the invoice.",
        ),
    ),
    "structure.ordre": Said(
        "error",
        (("2S", ""),),
        (
            "Ordre dans la facture",
            "cet enregistrement n'est pas à sa place dans la facture",
            "Placer les compléments 2x juste après l'enregistrement 2, avant toute ligne.",
        ),
        (
            "Order within the invoice",
            "this record is not at its place in the invoice",
            "Put the complements 2x right after record 2, before any line.",
        ),
    ),
    "structure.complement-orphelin": Said(
        "error",
        (("4S", ""),),
        (
            "Complément sans ligne",
            "ce complément ne suit aucune ligne 4",
            "Placer le complément après sa ligne principale.",
        ),
        (
            "Complement without line",
            "this complement follows no line 4",
            "Put the complement after its main line.",
        ),
    ),
    "structure.chaine": Said(
        "warning",
        (("4E", ""),),
        (
            "Chaîne d'enregistrements",
            "ce complément est attendu après 4S",
            "Ranger les compléments : 3 3S 3E 3F/3H, ou 4 4S 4E 4B/4H/4M.",
        ),
        (
            "Chain of records",
            "this complement is expected after 4S",
            "Sort the complements: 3 3S 3E 3F/3H, or 4 4S 4E 4B/4H/4M.",
        ),
    ),
    "structure.nombre-complements": Said(
        "warning",
        (("4H", ""),),
        (
            "Trop de compléments",
            "cette ligne porte plus de 10 compléments de ce type",
            "Répartir les compléments sur plusieurs lignes.",
        ),
        (
            "Too many complements",
            "this line carries more than 10 complements of this type",
            "Spread the complements over several lines.",
        ),
    ),
    "structure.entete-commun": Said(
        "error",
        (("4", "numero_facture"),),
        (
            "Zones communes de la facture",
            "cette zone diffère de l'en-tête de la facture",
            "Recopier la zone depuis l'enregistrement 2, ou ouvrir une nouvelle facture.",
        ),
        (
            "Common fields of the invoice",
            "this field differs from the header of the invoice",
            "Copy the field from record 2, or open a new invoice.",
        ),
    ),
    "structure.entete-differe": Said(
        "error",
        (("2", "numero_facture"),),
        (
            "En-tête différent de sa facture",
            "c'est l'en-tête qui diffère : les autres enregistrements disent tous la même chose",
            "Corriger la zone de l'enregistrement 2 d'après les autres enregistrements.",
        ),
        (
            "Header unlike its invoice",
            "the header is the one that differs: the other records all say the same",
            "Correct the field of record 2 after the other records.",
        ),
    ),
}
