"""Texts on insurance, destinations, numbers used twice. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "assurance.at-sans-numero": Said(
        "warning",
        (("2", "numero_at"),),
        (
            "Accident du travail sans numéro ni date",
            "la nature d'assurance est 41, mais le numéro ou la date d'accident manque",
            "Reporter le numéro d'AT, ou 000 suivi de la date, depuis la feuille d'accident.",
        ),
        (
            "Work accident without number or date",
            "the nature of insurance is 41, but the number or date of the accident is missing",
            "Copy the accident number, or 000 followed by the date, from the accident sheet.",
        ),
    ),
    "assurance.maternite-sans-date": Said(
        "warning",
        (("2", "date_maternite"),),
        (
            "Maternité sans date",
            "la nature d'assurance est 30, mais la date de maternité manque",
            "Écrire la date présumée de grossesse ou d'accouchement portée sur la carte ou l'attestation.",
        ),
        (
            "Maternity without date",
            "the nature of insurance is 30, but the maternity date is missing",
            "Write the presumed date of pregnancy or birth given by the card or the certificate.",
        ),
    ),
    "assurance.regime-local": Said(
        "warning",
        (("2", "justification_exoneration"),),
        (
            "Exonération du régime local",
            "l'exonération 8 va avec la nature d'assurance 13",
            "Corriger la nature d'assurance ou l'exonération.",
        ),
        (
            "Exemption of the local scheme",
            "exemption 8 goes with nature of insurance 13",
            "Correct the nature of insurance or the exemption.",
        ),
    ),
    "assurance.exoneration-regime": Said(
        "warning",
        (("2", "justification_exoneration"),),
        (
            "Exonération des régimes SNCF et RATP",
            "l'exonération 6 est propre aux régimes 04 et 05",
            "Corriger le régime ou l'exonération.",
        ),
        (
            "Exemption of the SNCF and RATP schemes",
            "exemption 6 belongs to régimes 04 and 05",
            "Correct the régime or the exemption.",
        ),
    ),
    "assurance.exoneration-repetee": Said(
        "info",
        (("3", "justification_exoneration"),),
        (
            "Exonération écrite deux fois",
            "l'exonération est dans l'en-tête et sur la ligne",
            "Laisser la zone de la ligne vide, ou vider celle de l'en-tête si les lignes diffèrent.",
        ),
        (
            "Exemption written twice",
            "the exemption is in the header and on the line",
            "Leave the field of the line empty, or empty that of the header when lines differ.",
        ),
    ),
    "assurance.exoneration-taux": Said(
        "warning",
        (("4", "taux"),),
        (
            "Exonération sans taux à 100 %",
            "l'exonération de cette ligne demande un taux de 100 %",
            "Écrire le taux et les montants à 100 %, ou retirer l'exonération si elle ne concerne pas cette "
            "ligne.",
        ),
        (
            "Exemption without a rate of 100%",
            "the exemption of this line asks for a rate of 100%",
            "Write the rate and the amounts at 100%, or remove the exemption if it is not about this line.",
        ),
    ),
    "assurance.qualificatif-taux": Said(
        "warning",
        (("4", "taux"),),
        (
            "Ligne non remboursable avec un taux ou une exonération",
            "le qualificatif N ou G demande un taux et une exonération à 0",
            "Mettre le taux à 0 et vider l'exonération de la ligne, ou retirer le qualificatif.",
        ),
        (
            "Line that is not paid, with a rate or an exemption",
            "qualifier N or G asks for a rate and an exemption of 0",
            "Set the rate to 0 and empty the exemption of the line, or remove the qualifier.",
        ),
    ),
    "assurance.nut-sans-ald": Said(
        "warning",
        (("4", "code_acte"),),
        (
            "Nutrition médicale hors ALD",
            "l'acte NUT demande l'exonération 4 (ALD)",
            "Contrôler le code acte, puis l'exonération portée sur l'attestation.",
        ),
        (
            "Medical nutrition without a long illness",
            "act NUT asks for exemption 4 (ALD)",
            "Check the act code, then the exemption given by the certificate.",
        ),
    ),
    "assurance.exoneration-ccam": Said(
        "warning",
        (("4", "justification_exoneration"),),
        (
            "Exonérations différentes pour un acte CCAM",
            "les lignes d'un même acte CCAM n'ont pas toutes la même exonération",
            "Donner la même exonération à toutes les lignes de cet acte.",
        ),
        (
            "Different exemptions for one CCAM act",
            "the lines of one CCAM act do not all have the same exemption",
            "Give the same exemption to all the lines of this act.",
        ),
    ),
    "organisme.type-destinataire": Said(
        "warning",
        (("2", "regime"),),
        (
            "Type de destinataire et régime",
            "le destinataire du fichier n'est pas celui du régime de la facture ; MA attendu",
            "Ranger la facture dans un fichier pour son régime, ou corriger le destinataire.",
        ),
        (
            "Recipient type and régime",
            "the recipient of the file is not that of the invoice's régime; MA expected",
            "Put the invoice in a file for its régime, or correct the recipient.",
        ),
    ),
    "organisme.numero-destinataire": Said(
        "warning",
        (("2", "regime"),),
        (
            "Numéro de destinataire et régime",
            "le régime inscrit dans le numéro de destinataire n'est pas celui de la facture",
            "Corriger le numéro de destinataire, ou changer la facture de fichier.",
        ),
        (
            "Recipient number and régime",
            "the régime written in the recipient number is not that of the invoice",
            "Correct the recipient number, or move the invoice to another file.",
        ),
    ),
    "organisme.lot-destinataire": Said(
        "warning",
        (("1", "organisme_destinataire"),),
        (
            "Organisme du lot",
            "l'organisme destinataire du lot n'est pas celui du fichier",
            "Écrire le même organisme dans 1 (17-19) et à la fin de 000 (28-41).",
        ),
        (
            "Organism of the batch",
            "the destination organism of the batch is not that of the file",
            "Write the same organism in 1 (17-19) and at the end of 000 (28-41).",
        ),
    ),
    "organisme.regimes-melanges": Said(
        "warning",
        (("2", "regime"),),
        (
            "Plusieurs régimes dans un fichier",
            "le régime de cette facture n'est pas celui de la première du fichier",
            "Faire un fichier par grand régime.",
        ),
        (
            "Several régimes in one file",
            "the régime of this invoice is not that of the first one of the file",
            "Make one file per grand régime.",
        ),
    ),
    "organisme.emetteur": Said(
        "warning",
        (("000", "numero_emetteur"),),
        (
            "Numéro d'émetteur",
            "la clé ne correspond pas aux neuf derniers chiffres du numéro d'émetteur",
            "Écrire 00000 puis le numéro à 9 chiffres, clé comprise.",
        ),
        (
            "Sender number",
            "the key does not go with the last nine digits of the sender number",
            "Write 00000 and then the 9-digit number, key included.",
        ),
    ),
    "unicite.facture": Said(
        "error",
        (("2", "numero_facture"),),
        (
            "Numéro de facture en double",
            "ce numéro de facture est déjà dans le fichier pour ce professionnel",
            "Donner un autre numéro à la facture, ou retirer celle qui est en trop.",
        ),
        (
            "Invoice number used twice",
            "this invoice number is already in the file for this professional",
            "Give the invoice another number, or remove the one in excess.",
        ),
    ),
    "unicite.lot": Said(
        "warning",
        (("1", "numero_lot"),),
        (
            "Numéro de lot en double",
            "ce numéro de lot est déjà dans le fichier pour ce professionnel",
            "Numéroter les lots d'un fichier sans répétition.",
        ),
        (
            "Batch number used twice",
            "this batch number is already in the file for this professional",
            "Number the batches of a file without repetition.",
        ),
    ),
    "unicite.soin": Said(
        "warning",
        (("2", "numero_facture"),),
        (
            "Mêmes soins sous deux numéros",
            "mêmes soins, mêmes jours, même personne que dans une facture précédente du fichier",
            "Retirer l'une des deux factures, sauf si les soins ont bien été donnés deux fois.",
        ),
        (
            "Same care under two numbers",
            "same care, same days, same person as in an earlier invoice of the file",
            "Remove one of the two invoices, unless the care was given twice.",
        ),
    ),
}
