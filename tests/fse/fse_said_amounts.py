"""Texts on amounts and totals. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "montant.taux": Said(
        "warning",
        (("4", "taux"),),
        (
            "Taux de remboursement",
            "le taux dépasse 100 %",
            "Écrire un taux de 0 à 100.",
        ),
        (
            "Reimbursement rate",
            "the rate is over 100%",
            "Write a rate from 0 to 100.",
        ),
    ),
    "montant.base-taux": Said(
        "warning",
        (("4", "montant_amo"),),
        (
            "Montant AMO, base et taux",
            "le montant AMO n'est pas la base multipliée par le taux ; le calcul donne 21,00 €",
            "Corriger la base, le taux ou le montant AMO, arrondi au centime.",
        ),
        (
            "AMO amount, base and rate",
            "the AMO amount is not the base times the rate; 21,00 € computed",
            "Correct the base, the rate or the AMO amount, rounded to the cent.",
        ),
    ),
    "montant.amo-depense": Said(
        "warning",
        (("4", "montant_amo"),),
        (
            "Montant AMO supérieur à la dépense",
            "le montant AMO dépasse le montant facturé",
            "Corriger le montant AMO ou la dépense.",
        ),
        (
            "AMO amount over the expense",
            "the AMO amount is over the amount billed",
            "Correct the AMO amount or the expense.",
        ),
    ),
    "montant.amo-amc-depense": Said(
        "warning",
        (("4", "montant_amc"),),
        (
            "Parts AMO et AMC supérieures à la dépense",
            "la somme des parts AMO et AMC dépasse le montant facturé",
            "Corriger la part AMC.",
        ),
        (
            "AMO and AMC parts over the expense",
            "the AMO and AMC parts together are over the amount billed",
            "Correct the AMC part.",
        ),
    ),
    "montant.amc-eclatement": Said(
        "warning",
        (("4", "montant_amc"),),
        (
            "Part AMC d'une facture éclatée",
            "la facture porte le top d'éclatement F : la part AMC de la ligne doit valoir zéro",
            "Écrire zéro dans la part AMC, ou retirer le top d'éclatement.",
        ),
        (
            "AMC part of a split invoice",
            "the invoice carries the split flag F: the AMC part of the line must be zero",
            "Write zero in the AMC part, or remove the split flag.",
        ),
    ),
    "montant.lpp": Said(
        "warning",
        (("4F", "montant_facture"),),
        (
            "Montant d'un produit LPP",
            (
                "le montant facturé n'est pas le prix unitaire multiplié par la quantité ; le calcul donne "
                "24,90 €"
            ),
            "Corriger la quantité, le prix unitaire ou le montant.",
        ),
        (
            "Amount of an LPP product",
            "the amount billed is not the unit price times the quantity; 24,90 € computed",
            "Correct the quantity, the unit price or the amount.",
        ),
    ),
    "montant.ucd": Said(
        "warning",
        (("4H", "montant_facture"),),
        (
            "Montant d'un médicament UCD",
            (
                "le montant facturé n'est pas le prix unitaire multiplié par la quantité ; le calcul donne "
                "154,20 €"
            ),
            "Corriger la quantité, le prix unitaire ou le montant.",
        ),
        (
            "Amount of a UCD medicine",
            "the amount billed is not the unit price times the quantity; 154,20 € computed",
            "Correct the quantity, the unit price or the amount.",
        ),
    ),
    "facture.nombre-lignes": Said(
        "error",
        (("5", "nombre_lignes"),),
        (
            "Nombre de lignes de la facture",
            "le compteur écrit ne correspond pas ; 1 compté(s)",
            "Écrire le nombre compté (5, 39-41), ou retrouver ce qui manque.",
        ),
        (
            "Number of lines of the invoice",
            "the counter written does not match; 1 counted",
            "Write the number counted (5, 39-41), or find what is missing.",
        ),
    ),
    "facture.total-depense": Said(
        "error",
        (("5", "total_depense"),),
        (
            "Total facturé",
            "le total écrit ne correspond pas ; les enregistrements donnent 30,00 €",
            "Écrire le total calculé (5, 58-65), ou corriger la ligne qui le fausse.",
        ),
        (
            "Total billed",
            "the total written does not match; 30,00 € computed from the records",
            "Write the computed total (5, 58-65), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-amo": Said(
        "error",
        (("5", "total_amo"),),
        (
            "Total AMO",
            "le total écrit ne correspond pas ; les enregistrements donnent 21,00 €",
            "Écrire le total calculé (5, 66-73), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMO total",
            "the total written does not match; 21,00 € computed from the records",
            "Write the computed total (5, 66-73), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-participation-assure": Said(
        "warning",
        (("5", "total_participation_assure"),),
        (
            "Participation de l'assuré",
            "le total écrit ne correspond pas ; les enregistrements donnent 9,00 €",
            "Écrire le total calculé (5, 74-81), ou corriger la ligne qui le fausse.",
        ),
        (
            "Share of the insured person",
            "the total written does not match; 9,00 € computed from the records",
            "Write the computed total (5, 74-81), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-amc": Said(
        "warning",
        (("5", "total_amc"),),
        (
            "Total AMC",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (5, 82-89), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMC total",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (5, 82-89), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-base-hospitalier": Said(
        "error",
        (("5", "total_base_hospitalier"),),
        (
            "Total des bases, prestations hospitalières",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (5, 42-49), ou corriger la ligne qui le fausse.",
        ),
        (
            "Total of bases, hospital benefits",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (5, 42-49), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-amo-hospitalier": Said(
        "error",
        (("5", "total_amo_hospitalier"),),
        (
            "Total AMO, prestations hospitalières",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (5, 50-57), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMO total, hospital benefits",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (5, 50-57), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-honoraires": Said(
        "error",
        (("5", "total_honoraires"),),
        (
            "Total des honoraires",
            "le total écrit ne correspond pas ; les enregistrements donnent 154,20 €",
            "Écrire le total calculé (5, 58-65), ou corriger la ligne qui le fausse.",
        ),
        (
            "Total of fees",
            "the total written does not match; 154,20 € computed from the records",
            "Write the computed total (5, 58-65), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-amo-honoraires": Said(
        "error",
        (("5", "total_amo_honoraires"),),
        (
            "Total AMO des honoraires",
            "le total écrit ne correspond pas ; les enregistrements donnent 100,23 €",
            "Écrire le total calculé (5, 66-73), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMO total of fees",
            "the total written does not match; 100,23 € computed from the records",
            "Write the computed total (5, 66-73), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-amc-hospitalier": Said(
        "warning",
        (("5", "total_amc_hospitalier"),),
        (
            "Total AMC, prestations hospitalières",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (5, 82-89), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMC total, hospital benefits",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (5, 82-89), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-amc-honoraires": Said(
        "warning",
        (("5", "total_amc_honoraires"),),
        (
            "Total AMC des honoraires",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (5, 90-97), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMC total of fees",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (5, 90-97), or correct the line that makes it wrong.",
        ),
    ),
    "facture.total-depense-hospitalier": Said(
        "error",
        (("5", "total_depense_hospitalier"),),
        (
            "Total facturé, prestations hospitalières",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (5, 115-122), ou corriger la ligne qui le fausse.",
        ),
        (
            "Total billed, hospital benefits",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (5, 115-122), or correct the line that makes it wrong.",
        ),
    ),
    "lot.numero": Said(
        "error",
        (("6", "numero_lot"),),
        (
            "Numéro de lot",
            "le numéro de lot diffère entre les enregistrements 1 et 6",
            "Écrire le même numéro, de 001 à 999, dans les deux enregistrements.",
        ),
        (
            "Batch number",
            "the batch number differs between records 1 and 6",
            "Write the same number, 001 to 999, in both records.",
        ),
    ),
    "lot.numero-ps": Said(
        "error",
        (("6", "numero_ps"),),
        (
            "Professionnel du lot",
            "le numéro de professionnel diffère entre les enregistrements 1 et 6",
            "Écrire le même numéro dans les deux enregistrements.",
        ),
        (
            "Professional of the batch",
            "the professional's number differs between records 1 and 6",
            "Write the same number in both records.",
        ),
    ),
    "lot.nombre-factures": Said(
        "error",
        (("6", "nombre_factures"),),
        (
            "Nombre de factures du lot",
            "le compteur écrit ne correspond pas ; 1 compté(s)",
            "Écrire le nombre compté (6, 11-13), ou retrouver ce qui manque.",
        ),
        (
            "Number of invoices in the batch",
            "the counter written does not match; 1 counted",
            "Write the number counted (6, 11-13), or find what is missing.",
        ),
    ),
    "lot.nombre-lignes": Said(
        "error",
        (("6", "nombre_lignes"),),
        (
            "Nombre de lignes du lot",
            "le compteur écrit ne correspond pas ; 1 compté(s)",
            "Écrire le nombre compté (6, 14-17), ou retrouver ce qui manque.",
        ),
        (
            "Number of lines in the batch",
            "the counter written does not match; 1 counted",
            "Write the number counted (6, 14-17), or find what is missing.",
        ),
    ),
    "lot.nombre-types-2": Said(
        "warning",
        (("6", "nombre_types_2"),),
        (
            "Nombre d'enregistrements 2",
            "le compteur écrit ne correspond pas ; 1 compté(s)",
            "Écrire le nombre compté (6, 18-21), ou retrouver ce qui manque.",
        ),
        (
            "Number of records 2",
            "the counter written does not match; 1 counted",
            "Write the number counted (6, 18-21), or find what is missing.",
        ),
    ),
    "lot.nombre-types-5": Said(
        "error",
        (("6", "nombre_types_5"),),
        (
            "Nombre d'enregistrements 5",
            "le compteur écrit ne correspond pas ; 1 compté(s)",
            "Écrire le nombre compté (6, 22-24), ou retrouver ce qui manque.",
        ),
        (
            "Number of records 5",
            "the counter written does not match; 1 counted",
            "Write the number counted (6, 22-24), or find what is missing.",
        ),
    ),
    "lot.total-depense": Said(
        "error",
        (("6", "total_depense"),),
        (
            "Total facturé du lot",
            "le total écrit ne correspond pas ; les enregistrements donnent 30,00 €",
            "Écrire le total calculé (6, 25-33), ou corriger la ligne qui le fausse.",
        ),
        (
            "Total billed of the batch",
            "the total written does not match; 30,00 € computed from the records",
            "Write the computed total (6, 25-33), or correct the line that makes it wrong.",
        ),
    ),
    "lot.total-amo": Said(
        "error",
        (("6", "total_amo"),),
        (
            "Total AMO du lot",
            "le total écrit ne correspond pas ; les enregistrements donnent 21,00 €",
            "Écrire le total calculé (6, 34-42), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMO total of the batch",
            "the total written does not match; 21,00 € computed from the records",
            "Write the computed total (6, 34-42), or correct the line that makes it wrong.",
        ),
    ),
    "lot.total-amc": Said(
        "warning",
        (("6", "total_amc"),),
        (
            "Total AMC du lot",
            "le total écrit ne correspond pas ; les enregistrements donnent 0,00 €",
            "Écrire le total calculé (6, 43-51), ou corriger la ligne qui le fausse.",
        ),
        (
            "AMC total of the batch",
            "the total written does not match; 0,00 € computed from the records",
            "Write the computed total (6, 43-51), or correct the line that makes it wrong.",
        ),
    ),
    "montant.prix-unitaire": Said(
        "warning",
        (("4", "prix_unitaire"),),
        (
            "Quantité, coefficient et prix unitaire",
            "quantité, coefficient et prix unitaire ne font ni la base ni la dépense ; attendu 30,00 €",
            "Corriger la quantité, le coefficient, le prix unitaire ou les montants de la ligne.",
        ),
        (
            "Quantity, coefficient and unit price",
            "quantity, coefficient and unit price make neither the base nor the expense; 30,00 € expected",
            "Correct the quantity, the coefficient, the unit price or the amounts of the line.",
        ),
    ),
}
