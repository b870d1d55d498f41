"""Texts on the file as a whole. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "fichier.bom": Said(
        "warning",
        (("", ""),),
        (
            "Marque d'ordre des octets en tête",
            "trois octets EF BB BF précèdent le premier enregistrement",
            "Écrire le fichier en ASCII, sans marque UTF-8.",
        ),
        (
            "Byte order mark at the start",
            "three bytes EF BB BF stand before the first record",
            "Write the file in ASCII, without a UTF-8 mark.",
        ),
    ),
    "fichier.fin-de-ligne": Said(
        "warning",
        (("", ""),),
        (
            "Fins de ligne entre les enregistrements",
            "des fins de ligne séparent les enregistrements ; aucune n'est attendue",
            "Retirer les fins de ligne avant l'envoi.",
        ),
        (
            "Line ends between records",
            "line ends stand between the records; none is expected",
            "Remove the line ends before sending.",
        ),
    ),
    "fichier.fin-de-ligne-mixte": Said(
        "warning",
        (("", ""),),
        (
            "Fins de ligne irrégulières",
            "cet enregistrement n'est pas suivi de la même fin de ligne que le premier",
            "Reprendre le fichier d'origine et le transférer en mode binaire.",
        ),
        (
            "Uneven line ends",
            "this record is not followed by the same line end as the first one",
            "Take the original file and transfer it in binary mode.",
        ),
    ),
    "fichier.blancs-retires": Said(
        "warning",
        (("", ""),),
        (
            "Blancs retirés en fin de ligne",
            "les espaces de fin manquent : 120 octets, au lieu de 128 octets",
            "Exporter de nouveau sans passer par un éditeur, ou compléter à 128 octets par des espaces.",
        ),
        (
            "Blanks taken off the lines",
            "the spaces at the end are missing: 120 bytes, instead of 128 bytes",
            "Export again without a text editor, or complete to 128 bytes with spaces.",
        ),
    ),
    "fichier.utf-8": Said(
        "warning",
        (("", ""),),
        (
            "Texte en UTF-8",
            "un caractère est en UTF-8 : « É » 2 octets (C3 89), position 101 ;"
            " attendu un octet par caractère",
            "Écrire le texte en majuscules sans accent, ou exporter dans un codage d'un octet.",
        ),
        (
            "Text in UTF-8",
            "a character is in UTF-8: « É » 2 bytes (C3 89), position 101; expected one byte a character",
            "Write the text in capitals without accents, or export in a one-byte encoding.",
        ),
    ),
    "fichier.octet-final": Said(
        "warning",
        (("", ""),),
        (
            "Octets en trop à la fin",
            "des octets sans enregistrement (0x1A, NUL, espaces) suivent le dernier enregistrement",
            "Retirer ces octets.",
        ),
        (
            "Extra bytes at the end",
            "bytes that are no record (0x1A, NUL, spaces) follow the last record",
            "Remove these bytes.",
        ),
    ),
    "fichier.tronque": Said(
        "error",
        (("999", ""),),
        (
            "Fichier coupé",
            "le dernier enregistrement est incomplet ; 128 octets attendus",
            "Exporter ou transférer de nouveau le fichier entier.",
        ),
        (
            "File cut short",
            "the last record is not complete; 128 bytes expected",
            "Export or transfer the whole file again.",
        ),
    ),
    "fichier.longueur-declaree": Said(
        "error",
        (("000", "longueur_enregistrement"),),
        (
            "Longueur d'enregistrement déclarée",
            "la longueur déclarée n'est pas 128",
            "Écrire 128 dans les octets 83 à 85 de l'enregistrement 000.",
        ),
        (
            "Declared record length",
            "the declared length is not 128",
            "Write 128 in bytes 83 to 85 of record 000.",
        ),
    ),
    "fichier.identite": Said(
        "error",
        (("999", "identification_fichier"),),
        (
            "Identité du fichier",
            "cette zone diffère entre les enregistrements 000 et 999",
            "Recopier dans 999 l'émetteur, le destinataire, l'application et l'identifiant de 000.",
        ),
        (
            "Identity of the file",
            "this field differs between records 000 and 999",
            "Copy sender, recipient, application and identifier of 000 into 999.",
        ),
    ),
    "fichier.norme-lot": Said(
        "warning",
        (("1", "norme"),),
        (
            "Norme du lot et norme du fichier",
            "la norme du lot n'est pas celle du fichier",
            "Écrire la même norme dans 000 (62-65) et dans 1 (79-80).",
        ),
        (
            "Norm of the batch and norm of the file",
            "the norm of the batch is not that of the file",
            "Write the same norm in 000 (62-65) and in 1 (79-80).",
        ),
    ),
    "fichier.volume": Said(
        "error",
        (("999", "volume"),),
        (
            "Nombre d'enregistrements du fichier",
            "le compteur de 999 ne correspond pas ; 8 enregistrements comptés, 000 et 999 compris",
            "Écrire le nombre d'enregistrements dans 999 (56-63), ou retrouver ceux qui manquent.",
        ),
        (
            "Number of records in the file",
            "the counter of 999 does not match; 8 records counted, 000 and 999 included",
            "Write the number of records in 999 (56-63), or find those that are missing.",
        ),
    ),
    "fichier.nombre-lots": Said(
        "error",
        (("999", "nombre_lots"),),
        (
            "Nombre de lots du fichier",
            "le compteur de 999 ne correspond pas ; 1 lot(s) compté(s)",
            "Écrire le nombre de lots dans 999 (83-85), ou retrouver ceux qui manquent.",
        ),
        (
            "Number of batches in the file",
            "the counter of 999 does not match; 1 batch(es) counted",
            "Write the number of batches in 999 (83-85), or find those that are missing.",
        ),
    ),
    "fichier.taille": Said(
        "info",
        (("999", "volume"),),
        (
            "Fichier de grande taille",
            "le fichier compte plus de 999 enregistrements",
            "Couper l'envoi en plusieurs fichiers.",
        ),
        (
            "Large file",
            "the file has more than 999 records",
            "Split what is sent into several files.",
        ),
    ),
}
