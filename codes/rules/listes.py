"""Rules on coded values. Shared by B2 flows and NOEMIE returns."""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING = Severity.INFO, Severity.WARNING

RULES: tuple[Rule, ...] = (
    make(
        "code.inconnu",
        _WARNING,
        (
            "Code inconnu",
            "ce code n'est pas dans la liste {expected}",
            "Un code que le payeur ne connaît pas fait rejeter la facture. Nos listes viennent de sources "
            "publiques et peuvent être incomplètes.",
            "Choisir un code de la liste (« noemie codes »), ou ajouter le vôtre avec --codes.",
        ),
        (
            "Unknown code",
            "this code is not in list {expected}",
            "A code that the payer does not know has the invoice rejected. Our lists come from public "
            "sources and may be incomplete.",
            "Choose a code of the list (`noemie codes`), or add yours with --codes.",
        ),
        "docs/sources.md",
        "B",
        motive="acte_inconnu",
    ),
    make(
        "code.casse",
        _WARNING,
        (
            "Code en minuscules",
            "ce code est en minuscules ; la liste connaît {expected}",
            "Les codes des listes s'écrivent en majuscules : un autre code n'est pas reconnu.",
            "Écrire le code en majuscules.",
        ),
        (
            "Code in lower case",
            "this code is in lower case; the list knows {expected}",
            "The codes of the lists are written in capitals: another one is not recognised.",
            "Write the code in capitals.",
        ),
        "docs/sources.md",
        "B",
    ),
    make(
        "code.cadrage",
        _WARNING,
        (
            "Code mal cadré",
            "des blancs précèdent ou coupent ce code ; la liste connaît {expected}",
            "Un code s'écrit au début de sa zone, complété par des blancs.",
            "Écrire le code à gauche de la zone, sans blanc dans le code.",
        ),
        (
            "Code out of its place",
            "blanks precede or split this code; the list knows {expected}",
            "A code is written at the start of its field, filled with blanks.",
            "Write the code at the left of the field, without blanks within.",
        ),
        "docs/sources.md",
        "B",
    ),
    make(
        "code.liste-ouverte",
        _INFO,
        (
            "Code absent d'une liste partielle",
            "ce code n'est pas parmi ceux que nous connaissons de la liste {expected}",
            "La liste publiée est partielle : le code peut être juste.",
            "Le vérifier dans la nomenclature en vigueur à la date des soins.",
        ),
        (
            "Code missing from a partial list",
            "this code is not among those we know of list {expected}",
            "The published list is partial: the code may be right.",
            "Check it in the nomenclature in force on the day of care.",
        ),
        "docs/sources.md",
        "C",
    ),
    make(
        "code.snds",
        _WARNING,
        (
            "Code interne au SNDS",
            "ce code de la liste {expected} n'existe que dans la base nationale",
            "Il est produit par le payeur après coup ; une facture n'a pas à le porter.",
            "Choisir le code d'échange de la liste (« noemie codes »).",
        ),
        (
            "Code internal to the SNDS",
            "this code of list {expected} exists only in the national database",
            "The payer makes it afterwards; an invoice has no reason to carry it.",
            "Choose the exchange code of the list (`noemie codes`).",
        ),
        "[SNDS]",
        "B",
    ),
    make(
        "code.absent",
        _INFO,
        (
            "Code obligatoire absent",
            "cette zone, dite obligatoire, est vide ; un code de la liste {expected} est attendu",
            "La source dit la zone obligatoire, sans dire ce que le payeur fait d'une zone vide.",
            "Renseigner le code.",
        ),
        (
            "Required code missing",
            "this field, said to be required, is empty; a code of list {expected} is expected",
            "The source says that the field is required, not what the payer does with an empty one.",
            "Fill in the code.",
        ),
        "[SV]",
        "C",
    ),
)
