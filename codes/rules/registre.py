"""Rules on an invoice and the ledger of what was sent before: care that was billed already."""

from codes.rules.model import Rule, Severity, make

_WARNING = Severity.WARNING

RULES: tuple[Rule, ...] = (
    make(
        "registre.deja-reglee",
        _WARNING,
        (
            "Facture déjà réglée",
            "le registre tient cette facture pour réglée : {expected}",
            "Une facture réglée que l'on renvoie est rejetée en doublon, ou payée deux fois et reprise ensuite.",
            "Ne pas renvoyer. Si c'est une autre facture, lui donner un numéro qui n'a pas servi.",
        ),
        (
            "Invoice already settled",
            "the ledger holds this invoice as settled: {expected}",
            "A settled invoice that is sent again is rejected as a duplicate, or paid twice and taken back later.",
            "Do not send it again. If it is another invoice, give it a number that was never used.",
        ),
        "toolkit",
        "B",
        motive="doublon",
    ),
    make(
        "registre.deja-envoyee",
        _WARNING,
        (
            "Facture déjà envoyée",
            "le registre attend encore la réponse à cette facture : {expected}",
            "Une facture renvoyée avant sa réponse crée un doublon.",
            "Attendre la réponse, ou chercher ce qu'elle est devenue, avant de renvoyer.",
        ),
        (
            "Invoice already sent",
            "the ledger still awaits the answer to this invoice: {expected}",
            "An invoice that is sent again before it is answered makes a duplicate.",
            "Wait for the answer, or find out what became of it, before sending it again.",
        ),
        "toolkit",
        "B",
        motive="doublon",
    ),
    make(
        "registre.memes-soins",
        _WARNING,
        (
            "Mêmes soins qu'une facture déjà envoyée",
            "le registre tient les mêmes soins, facturés sous un autre numéro : {expected}",
            "Des soins facturés deux fois sont rejetés en doublon, ou payés deux fois et repris ensuite.",
            "Vérifier : deux visites du même jour, ne rien changer ; sinon, ne pas envoyer.",
        ),
        (
            "Same care as an invoice sent already",
            "the ledger holds the same care, billed under another number: {expected}",
            "Care that is billed twice is rejected as a duplicate, or paid twice and taken back later.",
            "Check: two visits of one day, change nothing; else, do not send it.",
        ),
        "toolkit",
        "B",
        motive="doublon",
    ),
    make(
        "registre.refus-passes",
        Severity.INFO,
        (
            "Refus passés de cette caisse",
            "factures de même nature d'assurance que cette caisse a refusées, d'après le registre : {found}",
            "Ce qui a été refusé une fois peut l'être encore.",
            "Relire ces factures à la lumière de ces motifs, sans rien changer pour cela seul.",
        ),
        (
            "Past refusals of this caisse",
            "invoices of the same nature of insurance that this caisse refused, by the ledger: {found}",
            "What was refused once may be refused again.",
            "Read these invoices again in the light of these motives, and change nothing for that alone.",
        ),
        "toolkit",
        "B",
    ),
    make(
        "registre.refus-patient",
        Severity.INFO,
        (
            "Refus passés pour ce patient",
            "factures de ce patient que cette caisse a refusées, dont la dernière, d'après le registre : {found}",
            "Ce qui a fait refuser la dernière (droits, NIR) vaut peut-être encore.",
            "Vérifier les droits et la carte de ce patient à la lumière de ces motifs.",
        ),
        (
            "Past refusals for this patient",
            "invoices of this patient that this caisse refused, the last among them, by the ledger: {found}",
            "What had the last one refused (rights, NIR) may still hold.",
            "Check the rights and the card of this patient in the light of these motives.",
        ),
        "toolkit",
        "B",
    ),
)
