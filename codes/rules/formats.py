"""Rules on the bytes of a field: does it hold what its kind says. Shared by B2 flows and NOEMIE returns."""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


def _format(
    id: str,
    severity: Severity,
    fr: tuple[str, str, str, str],
    en: tuple[str, str, str, str],
    confidence: str = "A",
    source: str = "[SFG] [AL]",
) -> Rule:
    return make(f"format.{id}", severity, fr, en, source, confidence, motive="flux_illisible")


RULES: tuple[Rule, ...] = (
    _format(
        "numerique",
        _ERROR,
        (
            "Zone numérique",
            "cette zone doit contenir {expected} chiffres",
            "Un montant ou un compteur illisible fait refuser l'enregistrement.",
            "Écrire des chiffres seuls, cadrés à droite et complétés par des zéros à gauche.",
        ),
        (
            "Numeric field",
            "this field must hold {expected} digits",
            "An amount or a counter that cannot be read has the record refused.",
            "Write digits only, right aligned and filled with zeros on the left.",
        ),
    ),
    _format(
        "date",
        _ERROR,
        (
            "Date",
            "cette zone n'est pas une date existante ({expected})",
            "Une date illisible fait refuser l'enregistrement.",
            "Écrire une date du calendrier dans l'ordre attendu, ou des zéros s'il n'y en a pas.",
        ),
        (
            "Date",
            "this field is not an existing date ({expected})",
            "A date that cannot be read has the record refused.",
            "Write a calendar date in the expected order, or zeros when there is none.",
        ),
        source="[SFG] [AL] [SV]",
    ),
    _format(
        "heure",
        _ERROR,
        (
            "Heure",
            "cette zone n'est pas une heure ({expected})",
            "Une heure illisible fait refuser l'enregistrement.",
            "Écrire l'heure sur 24 heures, sans séparateur.",
        ),
        (
            "Time",
            "this field is not a time ({expected})",
            "A time that cannot be read has the record refused.",
            "Write the time on 24 hours, without a separator.",
        ),
        source="[SFG] [SV]",
    ),
    _format(
        "constante",
        _ERROR,
        (
            "Valeur constante",
            "cette zone doit contenir « {expected} »",
            "La norme fixe la valeur de cette zone.",
            "Écrire la valeur attendue.",
        ),
        (
            "Constant value",
            "this field must hold “{expected}”",
            "The norm sets the value of this field.",
            "Write the expected value.",
        ),
        source="[SV] [AL]",
    ),
    _format(
        "caractere",
        _WARNING,
        (
            "Caractère non admis",
            "cette zone contient un octet hors de l'ASCII imprimable (accent, tabulation, NUL…)",
            "Les textes s'écrivent en majuscules non accentuées ; un autre octet peut être mal relu.",
            "Écrire le texte en majuscules sans accent ni caractère spécial.",
        ),
        (
            "Character not allowed",
            "this field holds a byte outside printable ASCII (accent, tab, NUL…)",
            "Texts are written in unaccented capitals; another byte may be read wrongly.",
            "Write the text in capitals, without accents or special characters.",
        ),
        confidence="B",
        source="[SFG]",
    ),
    _format(
        "signe",
        _ERROR,
        (
            "Signe",
            "le signe doit être P, N, ou un espace quand le montant est nul",
            "Sans signe lisible, un paiement et une retenue se confondent.",
            "Demander à l'émetteur un fichier conforme.",
        ),
        (
            "Sign",
            "the sign must be P, N, or a space when the amount is zero",
            "Without a readable sign, a payment and a withholding look alike.",
            "Ask the sender for a conforming file.",
        ),
        confidence="B",
        source="[sesamviewer] [alcide]",
    ),
    _format(
        "nir",
        _ERROR,
        (
            "Forme du NIR",
            "un NIR compte 13 caractères : des chiffres, 2A ou 2B seulement pour le département",
            "L'assuré ne peut pas être retrouvé.",
            "Recopier le numéro depuis la carte Vitale ou l'attestation de droits.",
        ),
        (
            "Form of the NIR",
            "a NIR has 13 characters: digits, 2A or 2B only for the department",
            "The insured person cannot be found.",
            "Copy the number from the Vitale card or the certificate of rights.",
        ),
        source="[AL] [SFG]",
    ),
    _format(
        "identifiant",
        _ERROR,
        (
            "Forme de l'identifiant",
            "cet identifiant doit contenir {expected} chiffres",
            "La personne ou l'établissement ne peut pas être retrouvé.",
            "Écrire l'identifiant complet, clé comprise, ou des zéros s'il n'y en a pas.",
        ),
        (
            "Form of the identifier",
            "this identifier must hold {expected} digits",
            "The person or the establishment cannot be found.",
            "Write the whole identifier, key included, or zeros when there is none.",
        ),
        source="[SFG]",
    ),
    _format(
        "blanc",
        _INFO,
        (
            "Zone à blanc remplie",
            "cette zone devrait rester à blanc",
            "La zone n'a pas d'usage connu de nos sources ; son contenu est conservé.",
            "La laisser à blanc si le logiciel n'a pas de raison de la remplir.",
        ),
        (
            "Blank field filled",
            "this field should be left blank",
            "Our sources know no use for this field; what it holds is kept.",
            "Leave it blank if the software has no reason to fill it.",
        ),
        confidence="B",
        source="[SV]",
    ),
    _format(
        "remplissage",
        _INFO,
        (
            "Remplissage d'une zone numérique",
            "des espaces tiennent lieu de zéros dans cette zone numérique",
            "Les zones numériques se complètent par des zéros ; des espaces se rencontrent et sont relus.",
            "Compléter par des zéros à gauche.",
        ),
        (
            "Filling of a numeric field",
            "spaces stand for zeros in this numeric field",
            "Numeric fields are filled with zeros; spaces are met with, and are read.",
            "Fill with zeros on the left.",
        ),
        source="[SFG] [AL] [coog]",
    ),
)
