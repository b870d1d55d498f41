"""Likely causes: one edit that would mend a flow. What it explains is told under it; see `fse.causes`."""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


def _cause(
    id: str,
    severity: Severity,
    fr: tuple[str, str, str, str],
    en: tuple[str, str, str, str],
    confidence: str = "B",
) -> Rule:
    return make(f"cause.{id}", severity, fr, en, "toolkit", confidence)


RULES: tuple[Rule, ...] = (
    _cause(
        "lignes-vides",
        _WARNING,
        (
            "Lignes vides",
            "des lignes vides séparent les enregistrements : {found} ; attendu {expected}",
            "Les enregistrements se suivent sans rien entre eux.",
            "Retirer les lignes vides et les fins de ligne.",
        ),
        (
            "Blank lines",
            "blank lines stand between the records: {found}; expected {expected}",
            "Records follow one another with nothing between them.",
            "Remove the blank lines and the line ends.",
        ),
    ),
    _cause(
        "fins-de-ligne-melees",
        _WARNING,
        (
            "Fins de ligne de plusieurs sortes",
            "les fins de ligne ne sont pas toutes les mêmes : {found} ; attendu {expected}",
            "Deux programmes, ou un transfert en mode texte, ont écrit ce fichier.",
            "Retirer toutes les fins de ligne, et transférer en mode binaire.",
        ),
        (
            "Line ends of several kinds",
            "the line ends are not all the same: {found}; expected {expected}",
            "Two programs, or a transfer in text mode, wrote this file.",
            "Remove all line ends, and transfer in binary mode.",
        ),
    ),
    _cause(
        "fins-de-ligne-doublees",
        _WARNING,
        (
            "Fins de ligne doublées",
            "chaque fin de ligne porte un CR de trop : {found} ; attendu {expected}",
            "Un transfert en mode texte a traduit une fin de ligne qui l'était déjà.",
            "Retirer toutes les fins de ligne, et transférer en mode binaire.",
        ),
        (
            "Line ends doubled",
            "each line end has a CR too many: {found}; expected {expected}",
            "A transfer in text mode translated a line end that was translated already.",
            "Remove all line ends, and transfer in binary mode.",
        ),
    ),
    _cause(
        "accents",
        _WARNING,
        (
            "Texte accentué",
            "un caractère hors de l'ASCII est écrit sur un octet : {found} ; attendu {expected}",
            "Les caisses lisent des majuscules sans accent.",
            "Écrire le texte en majuscules sans accent ni caractère spécial.",
        ),
        (
            "Accented text",
            "a character beyond ASCII is written on one byte: {found}; expected {expected}",
            "Funds read capitals without accents.",
            "Write the text in capitals without accents or special characters.",
        ),
    ),
    _cause(
        "minuscules",
        _ERROR,
        (
            "Fichier en minuscules",
            "le fichier est en minuscules : {found} ; attendu {expected}",
            "Les types, les codes et les constantes s'écrivent en majuscules.",
            "Exporter de nouveau en majuscules.",
        ),
        (
            "File in lower case",
            "the file is in lower case: {found}; expected {expected}",
            "Types, codes and constants are written in capitals.",
            "Export again in capitals.",
        ),
    ),
    _cause(
        "octet-perdu",
        _ERROR,
        (
            "Octet perdu",
            "il manque un octet à cet enregistrement : {found} ; attendu {expected}",
            "Un octet perdu décale toutes les zones qui suivent.",
            "Rétablir l'octet à cette position, ou exporter de nouveau.",
        ),
        (
            "Byte lost",
            "a byte is missing from this record: {found}; expected {expected}",
            "A byte that is lost shifts all the fields that follow.",
            "Put the byte back at this position, or export again.",
        ),
    ),
    _cause(
        "octet-en-trop",
        _ERROR,
        (
            "Octet en trop",
            "cet enregistrement a un octet de trop : {found} ; attendu {expected}",
            "Un octet ajouté décale toutes les zones qui suivent.",
            "Retirer l'octet à cette position, ou exporter de nouveau.",
        ),
        (
            "Byte too many",
            "this record has a byte too many: {found}; expected {expected}",
            "A byte that is added shifts all the fields that follow.",
            "Remove the byte at this position, or export again.",
        ),
    ),
    _cause(
        "permutes",
        _ERROR,
        (
            "Enregistrements permutés",
            "deux enregistrements ont pris la place l'un de l'autre : {found} ; attendu {expected}",
            "L'ordre des enregistrements dit ce qui appartient à quelle facture.",
            "Remettre chacun à la place de l'autre.",
        ),
        (
            "Records swapped",
            "two records stand in each other's place: {found}; expected {expected}",
            "The order of the records says what belongs to which invoice.",
            "Put each back in the place of the other.",
        ),
    ),
    _cause(
        "deplace",
        _ERROR,
        (
            "Enregistrement déplacé",
            "cet enregistrement n'est pas à sa place : {found} ; attendu {expected}",
            "L'ordre des enregistrements dit ce qui appartient à quelle facture.",
            "Le remettre à sa place.",
        ),
        (
            "Record out of its place",
            "this record is not in its place: {found}; expected {expected}",
            "The order of the records says what belongs to which invoice.",
            "Put it back in its place.",
        ),
    ),
    _cause(
        "double",
        _ERROR,
        (
            "Écrit deux fois",
            "ces enregistrements sont écrits deux fois : {found} ; attendu {expected}",
            "Les compteurs et les totaux ne les comptent qu'une fois.",
            "Retirer l'exemplaire en trop.",
        ),
        (
            "Written twice",
            "these records are written twice: {found}; expected {expected}",
            "Counters and totals count them once only.",
            "Remove the copy in excess.",
        ),
    ),
    _cause(
        "enregistrement-perdu",
        _ERROR,
        (
            "Enregistrement perdu",
            "un enregistrement manque : attendu {expected}",
            "Les compteurs du lot et du fichier le comptent.",
            "Retrouver cet enregistrement, ou exporter de nouveau.",
        ),
        (
            "Record lost",
            "a record is missing: expected {expected}",
            "The counters of the batch and of the file count it.",
            "Find this record, or export again.",
        ),
    ),
    _cause(
        "ligne-perdue",
        _ERROR,
        (
            "Ligne perdue",
            "une ligne de cette facture manque : {found} ; attendu {expected}",
            "Les totaux de la facture, du lot et du fichier la comptent.",
            "Retrouver cette ligne, ou refaire les totaux si elle n'a pas lieu d'être.",
        ),
        (
            "Line lost",
            "a line of this invoice is missing: {found}; expected {expected}",
            "The totals of the invoice, of the batch and of the file count it.",
            "Find this line, or make the totals again if it should not be there.",
        ),
    ),
    _cause(
        "facture-perdue",
        _ERROR,
        (
            "Facture perdue",
            "une facture de ce lot manque : {found} ; attendu {expected}",
            "Les totaux du lot et du fichier la comptent.",
            "Retrouver cette facture, ou refaire les totaux si elle n'a pas lieu d'être.",
        ),
        (
            "Invoice lost",
            "an invoice of this batch is missing: {found}; expected {expected}",
            "The totals of the batch and of the file count it.",
            "Find this invoice, or make the totals again if it should not be there.",
        ),
    ),
    _cause(
        "jjmmaa",
        _WARNING,
        (
            "Date écrite JJMMAA",
            "cette date est sans doute écrite JJMMAA : {found} ; attendu {expected} (AAMMJJ)",
            "Une date lue à l'envers tombe des années plus tôt ou plus tard.",
            "Écrire l'année, puis le mois, puis le jour.",
        ),
        (
            "Day written JJMMAA",
            "this day is probably written JJMMAA: {found}; expected {expected} (AAMMJJ)",
            "A day read the wrong way round falls years before or after.",
            "Write the year, then the month, then the day.",
        ),
    ),
    _cause(
        "euros",
        _WARNING,
        (
            "Montant en euros",
            "ce montant est sans doute écrit en euros : {found} ; attendu {expected}",
            "Les montants s'écrivent en centimes.",
            "Écrire le montant en centimes.",
        ),
        (
            "Amount in euros",
            "this amount is probably written in euros: {found}; expected {expected}",
            "Amounts are written in cents.",
            "Write the amount in cents.",
        ),
    ),
    _cause(
        "valeur",
        _WARNING,
        (
            "Valeur qui ne va pas avec les autres",
            "cette valeur ne va pas avec les autres : {found} ; attendu {expected}",
            "Avec la valeur attendue, tout ce qui en dépend concorde.",
            "Corriger cette valeur.",
        ),
        (
            "Value that does not go with the others",
            "this value does not go with the others: {found}; expected {expected}",
            "With the value expected, all that depends on it agrees.",
            "Correct this value.",
        ),
    ),
    _cause(
        "code-proche",
        _INFO,
        (
            "Code proche d'un autre",
            "ce code est à une lettre d'un code connu : {found} ; peut-être {expected}",
            "Une faute de frappe fait un code que la caisse ne connaît pas.",
            "Vérifier le code dans la nomenclature, et le corriger s'il le faut.",
        ),
        (
            "Code near another one",
            "this code is one letter away from a known one: {found}; perhaps {expected}",
            "A typing error makes a code that the fund does not know.",
            "Check the code in the nomenclature, and correct it if need be.",
        ),
        "C",
    ),
    _cause(
        "longueur",
        _ERROR,
        (
            "Enregistrements d'une autre longueur",
            "tous les enregistrements ont une autre longueur : {found} ; attendu {expected}",
            "Chaque zone se lit à sa position dans un enregistrement de 128 octets.",
            "Écrire chaque enregistrement sur 128 octets, sans rien avant ni après.",
        ),
        (
            "Records of another length",
            "all records have another length: {found}; expected {expected}",
            "Each field is read at its position in a record of 128 bytes.",
            "Write each record on 128 bytes, with nothing before or after.",
        ),
    ),
    _cause(
        "blancs",
        _WARNING,
        (
            "Autre chose que des blancs",
            "un autre octet tient la place des blancs : {found} ; attendu {expected}",
            "Une zone vide se remplit de blancs (octet 20).",
            "Remplir les zones de blancs, et ne pas passer le fichier par un éditeur de texte.",
        ),
        (
            "Something else than blanks",
            "another byte stands in the place of blanks: {found}; expected {expected}",
            "An empty field is filled with blanks (byte 20).",
            "Fill the fields with blanks, and keep the file out of text editors.",
        ),
    ),
    _cause(
        "nombres",
        _WARNING,
        (
            "Nombres mal cadrés",
            "les nombres ne sont pas complétés de zéros à gauche : {found} ; attendu {expected}",
            "Un nombre s'écrit à droite de sa zone, complété de zéros à gauche.",
            "Cadrer les nombres à droite et les compléter de zéros.",
        ),
        (
            "Numbers not filled as they should",
            "numbers are not filled with zeros on their left: {found}; expected {expected}",
            "A number stands on the right of its field, filled with zeros on its left.",
            "Set numbers on the right and fill them with zeros.",
        ),
    ),
    _cause(
        "decimales",
        _ERROR,
        (
            "Montants avec une virgule ou un point",
            "les montants sont écrits avec leurs décimales : {found} ; attendu {expected}",
            "Les montants s'écrivent en centimes, en chiffres seuls.",
            "Écrire les montants en centimes, sans virgule ni point.",
        ),
        (
            "Amounts with a comma or a point",
            "amounts are written with their decimals: {found}; expected {expected}",
            "Amounts are written in cents, in digits alone.",
            "Write amounts in cents, without comma or point.",
        ),
    ),
    _cause(
        "decalage",
        _ERROR,
        (
            "Zones décalées dans un type d'enregistrement",
            "les zones de ce type d'enregistrement sont décalées : {found} ; attendu {expected}",
            "Une zone trop longue ou trop courte décale toutes celles qui suivent.",
            "Corriger la longueur de la zone à cette position dans le programme qui écrit.",
        ),
        (
            "Fields shifted in one record type",
            "the fields of this record type are shifted: {found}; expected {expected}",
            "A field too long or too short shifts all those that follow.",
            "Correct the length of the field at this position in the program that writes.",
        ),
    ),
)
