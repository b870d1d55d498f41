"""Rules on the amounts of a line."""

from codes.rules.model import Rule, Severity, make

_CP = ("CP-2005E",)
_WARNING = Severity.WARNING


def _amount(
    id: str,
    fr: tuple[str, str, str, str],
    en: tuple[str, str, str, str],
    source: str = "toolkit",
    confidence: str = "C",
    norms: tuple[str, ...] = (),
) -> Rule:
    return make(f"montant.{id}", _WARNING, fr, en, source, confidence, norms=norms, motive="total_incoherent")


RULES: tuple[Rule, ...] = (
    _amount(
        "taux",
        (
            "Taux de remboursement",
            "le taux dépasse 100 %",
            "Le taux s'écrit en pourcentage entier.",
            "Écrire un taux de 0 à 100.",
        ),
        (
            "Reimbursement rate",
            "the rate is over 100%",
            "The rate is written as a whole percentage.",
            "Write a rate from 0 to 100.",
        ),
        "[SV] [SFG]",
        "B",
    ),
    _amount(
        "base-taux",
        (
            "Montant AMO, base et taux",
            "le montant AMO n'est pas la base multipliée par le taux ; le calcul donne {expected}",
            "La caisse recalcule la part obligatoire à partir de la base et du taux.",
            "Corriger la base, le taux ou le montant AMO, arrondi au centime.",
        ),
        (
            "AMO amount, base and rate",
            "the AMO amount is not the base times the rate; {expected} computed",
            "The caisse computes the compulsory part again from the base and the rate.",
            "Correct the base, the rate or the AMO amount, rounded to the cent.",
        ),
    ),
    _amount(
        "prix-unitaire",
        (
            "Quantité, coefficient et prix unitaire",
            "quantité, coefficient et prix unitaire ne font ni la base ni la dépense ; attendu {expected}",
            "La caisse recalcule le montant d'une ligne à partir de ces trois zones.",
            "Corriger la quantité, le coefficient, le prix unitaire ou les montants de la ligne.",
        ),
        (
            "Quantity, coefficient and unit price",
            "quantity, coefficient and unit price make neither the base nor the expense; {expected} expected",
            "The caisse computes the amount of a line again from these three fields.",
            "Correct the quantity, the coefficient, the unit price or the amounts of the line.",
        ),
    ),
    _amount(
        "amo-depense",
        (
            "Montant AMO supérieur à la dépense",
            "le montant AMO dépasse le montant facturé",
            "On ne rembourse pas plus que ce qui est facturé.",
            "Corriger le montant AMO ou la dépense.",
        ),
        (
            "AMO amount over the expense",
            "the AMO amount is over the amount billed",
            "No more is reimbursed than what is billed.",
            "Correct the AMO amount or the expense.",
        ),
    ),
    _amount(
        "amo-amc-depense",
        (
            "Parts AMO et AMC supérieures à la dépense",
            "la somme des parts AMO et AMC dépasse le montant facturé",
            "Les deux parts se partagent ce qui est facturé.",
            "Corriger la part AMC.",
        ),
        (
            "AMO and AMC parts over the expense",
            "the AMO and AMC parts together are over the amount billed",
            "The two parts share what is billed.",
            "Correct the AMC part.",
        ),
    ),
    _amount(
        "amc-eclatement",
        (
            "Part AMC d'une facture éclatée",
            "la facture porte le top d'éclatement F : la part AMC de la ligne doit valoir zéro",
            "Quand le flux est éclaté, la complémentaire reçoit sa propre demande.",
            "Écrire zéro dans la part AMC, ou retirer le top d'éclatement.",
        ),
        (
            "AMC part of a split invoice",
            "the invoice carries the split flag F: the AMC part of the line must be zero",
            "When the flow is split, the complementary insurer gets a claim of its own.",
            "Write zero in the AMC part, or remove the split flag.",
        ),
        "[SFG]",
        "B",
        _CP,
    ),
    _amount(
        "lpp",
        (
            "Montant d'un produit LPP",
            "le montant facturé n'est pas le prix unitaire multiplié par la quantité ; le calcul donne {expected}",
            "Le détail du produit justifie la ligne.",
            "Corriger la quantité, le prix unitaire ou le montant.",
        ),
        (
            "Amount of an LPP product",
            "the amount billed is not the unit price times the quantity; {expected} computed",
            "The detail of the product justifies the line.",
            "Correct the quantity, the unit price or the amount.",
        ),
    ),
    _amount(
        "ucd",
        (
            "Montant d'un médicament UCD",
            "le montant facturé n'est pas le prix unitaire multiplié par la quantité ; le calcul donne {expected}",
            "Le détail du médicament justifie la ligne.",
            "Corriger la quantité, le prix unitaire ou le montant.",
        ),
        (
            "Amount of a UCD medicine",
            "the amount billed is not the unit price times the quantity; {expected} computed",
            "The detail of the medicine justifies the line.",
            "Correct the quantity, the unit price or the amount.",
        ),
    ),
)
