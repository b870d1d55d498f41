"""Rules on the order of records: file, batches, invoices, lines and their complements."""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
_CHAINS = "[SFG] [SV]"


def _structure(
    id: str,
    severity: Severity,
    fr: tuple[str, str, str, str],
    en: tuple[str, str, str, str],
    source: str = "[SV] [AL]",
    confidence: str = "A",
    norms: tuple[str, ...] = (),
) -> Rule:
    return make(f"structure.{id}", severity, fr, en, source, confidence, norms=norms, motive="flux_illisible")


RULES: tuple[Rule, ...] = (
    _structure(
        "debut",
        _ERROR,
        (
            "Début de fichier",
            "le premier enregistrement n'est pas 000",
            "L'enregistrement 000 dit qui envoie, à qui, et selon quelle norme.",
            "Commencer le fichier par un enregistrement 000, ou retrouver le début du fichier.",
        ),
        (
            "Start of file",
            "the first record is not 000",
            "Record 000 says who sends, to whom, and by which norm.",
            "Start the file with a record 000, or find the start of the file.",
        ),
    ),
    _structure(
        "debut-double",
        _ERROR,
        (
            "Second enregistrement 000",
            "un second enregistrement 000 apparaît dans le fichier",
            "Un fichier physique porte un seul fichier logique.",
            "Séparer les deux fichiers.",
        ),
        (
            "Second record 000",
            "a second record 000 appears in the file",
            "A physical file carries a single logical file.",
            "Split the two files.",
        ),
        "[AL]",
        "B",
    ),
    _structure(
        "fin",
        _ERROR,
        (
            "Fin de fichier",
            "l'enregistrement 999 manque à la fin du fichier",
            "Sans 999 rien ne dit que le fichier est entier.",
            "Terminer le fichier par un enregistrement 999, ou retrouver la fin du fichier.",
        ),
        (
            "End of file",
            "record 999 is missing at the end of the file",
            "Without 999 nothing says that the file is whole.",
            "End the file with a record 999, or find the end of the file.",
        ),
    ),
    _structure(
        "apres-fin",
        _ERROR,
        (
            "Enregistrement après la fin",
            "cet enregistrement suit l'enregistrement 999",
            "Ce qui suit 999 n'est pas lu.",
            "Retirer ces enregistrements ou les placer dans un lot.",
        ),
        (
            "Record after the end",
            "this record comes after record 999",
            "What follows 999 is not read.",
            "Remove these records or put them in a batch.",
        ),
    ),
    _structure(
        "longueur",
        _ERROR,
        (
            "Longueur de l'enregistrement",
            "cet enregistrement n'a pas {expected} octets",
            "Un octet perdu ou ajouté décale toutes les zones qui suivent.",
            "Écrire l'enregistrement sur 128 octets exactement, complété par des espaces.",
        ),
        (
            "Length of the record",
            "this record does not have {expected} bytes",
            "A byte lost or added shifts all the fields that follow.",
            "Write the record on 128 bytes exactly, filled with spaces.",
        ),
    ),
    _structure(
        "type-inconnu",
        _ERROR,
        (
            "Type d'enregistrement inconnu",
            "ce type d'enregistrement n'existe pas dans la norme lue",
            "Le type choisit le dessin : un enregistrement inconnu n'est pas traité.",
            "Corriger le type (octet 1 et lettre de complément), ou choisir la bonne norme avec --norm.",
        ),
        (
            "Unknown record type",
            "this record type does not exist in the norm that is read",
            "The type chooses the layout: an unknown record is not processed.",
            "Correct the type (byte 1 and complement letter), or choose the right norm with --norm.",
        ),
        "[SV] [SFG]",
    ),
    _structure(
        "hors-lot",
        _ERROR,
        (
            "Facture hors d'un lot",
            "cette facture n'est dans aucun lot : l'enregistrement 1 manque",
            "Le lot dit qui facture et à quel organisme.",
            "Ouvrir le lot par un enregistrement 1.",
        ),
        (
            "Invoice outside a batch",
            "this invoice is in no batch: record 1 is missing",
            "The batch says who bills and to which organism.",
            "Open the batch with a record 1.",
        ),
    ),
    _structure(
        "lot-sans-fin",
        _ERROR,
        (
            "Lot sans fin",
            "le lot n'est pas fermé par un enregistrement 6",
            "L'enregistrement 6 porte les totaux du lot.",
            "Fermer le lot par un enregistrement 6.",
        ),
        (
            "Batch without end",
            "the batch is not closed by a record 6",
            "Record 6 carries the totals of the batch.",
            "Close the batch with a record 6.",
        ),
    ),
    _structure(
        "fin-sans-lot",
        _ERROR,
        (
            "Fin de lot sans lot",
            "cet enregistrement 6 ne ferme aucun lot",
            "Chaque lot va d'un enregistrement 1 à un enregistrement 6.",
            "Retirer cet enregistrement, ou retrouver l'enregistrement 1.",
        ),
        (
            "End of batch without batch",
            "this record 6 closes no batch",
            "Each batch goes from a record 1 to a record 6.",
            "Remove this record, or find the record 1.",
        ),
    ),
    _structure(
        "lot-vide",
        _WARNING,
        (
            "Lot vide",
            "ce lot ne contient aucune facture",
            "Un lot sans facture ne donne lieu à aucun paiement.",
            "Retirer le lot.",
        ),
        (
            "Empty batch",
            "this batch holds no invoice",
            "A batch without an invoice leads to no payment.",
            "Remove the batch.",
        ),
        "toolkit",
        "B",
    ),
    _structure(
        "facture-sans-entete",
        _ERROR,
        (
            "Facture sans en-tête",
            "l'enregistrement 2 manque au début de cette facture",
            "L'enregistrement 2 identifie l'assuré, sa caisse et la nature d'assurance.",
            "Commencer la facture par un enregistrement 2.",
        ),
        (
            "Invoice without header",
            "record 2 is missing at the start of this invoice",
            "Record 2 identifies the insured person, the caisse and the nature of insurance.",
            "Start the invoice with a record 2.",
        ),
    ),
    _structure(
        "facture-sans-total",
        _ERROR,
        (
            "Facture sans total",
            "l'enregistrement 5 manque à la fin de cette facture",
            "L'enregistrement 5 porte les totaux qui seront payés.",
            "Terminer la facture par un enregistrement 5.",
        ),
        (
            "Invoice without total",
            "record 5 is missing at the end of this invoice",
            "Record 5 carries the totals to be paid.",
            "End the invoice with a record 5.",
        ),
    ),
    _structure(
        "facture-sans-ligne",
        _ERROR,
        (
            "Facture sans ligne",
            "cette facture ne contient aucun acte (enregistrement 3 ou 4)",
            "Il n'y a rien à payer.",
            "Ajouter les lignes d'actes, ou retirer la facture.",
        ),
        (
            "Invoice without line",
            "this invoice holds no act (record 3 or 4)",
            "There is nothing to pay.",
            "Add the lines of acts, or remove the invoice.",
        ),
    ),
    _structure(
        "ordre",
        _ERROR,
        (
            "Ordre dans la facture",
            "cet enregistrement n'est pas à sa place dans la facture",
            "Une facture se lit dans l'ordre : 2 et ses compléments, les lignes, puis 5.",
            "Placer les compléments 2x juste après l'enregistrement 2, avant toute ligne.",
        ),
        (
            "Order within the invoice",
            "this record is not at its place in the invoice",
            "An invoice is read in order: 2 and its complements, the lines, then 5.",
            "Put the complements 2x right after record 2, before any line.",
        ),
        "[SFG]",
        "B",
    ),
    _structure(
        "complement-orphelin",
        _ERROR,
        (
            "Complément sans ligne",
            "ce complément ne suit aucune ligne {expected}",
            "Un complément détaille la ligne qui le précède.",
            "Placer le complément après sa ligne principale.",
        ),
        (
            "Complement without line",
            "this complement follows no line {expected}",
            "A complement details the line before it.",
            "Put the complement after its main line.",
        ),
        _CHAINS,
    ),
    _structure(
        "chaine",
        _WARNING,
        (
            "Chaîne d'enregistrements",
            "ce complément est attendu après {expected}",
            "Les compléments d'une ligne se suivent dans un ordre fixé.",
            "Ranger les compléments : 3 3S 3E 3F/3H, ou 4 4S 4E 4B/4H/4M.",
        ),
        (
            "Chain of records",
            "this complement is expected after {expected}",
            "The complements of a line follow a set order.",
            "Sort the complements: 3 3S 3E 3F/3H, or 4 4S 4E 4B/4H/4M.",
        ),
        "[SFG]",
        "B",
        ("CP-2005E", "CP-2003C"),
    ),
    _structure(
        "nombre-complements",
        _WARNING,
        (
            "Trop de compléments",
            "cette ligne porte plus de {expected} compléments de ce type",
            "La norme limite les compléments d'une ligne : 10 pour 3F, 3H, 4B, 4H, 26 pour 4M.",
            "Répartir les compléments sur plusieurs lignes.",
        ),
        (
            "Too many complements",
            "this line carries more than {expected} complements of this type",
            "The norm limits the complements of a line: 10 for 3F, 3H, 4B, 4H, 26 for 4M.",
            "Spread the complements over several lines.",
        ),
        "[SFG]",
        "B",
        ("CP-2005E", "CP-2003C"),
    ),
    _structure(
        "entete-commun",
        _ERROR,
        (
            "Zones communes de la facture",
            "cette zone diffère de l'en-tête de la facture",
            "Tous les enregistrements d'une facture répètent le professionnel, l'assuré et le numéro.",
            "Recopier la zone depuis l'enregistrement 2, ou ouvrir une nouvelle facture.",
        ),
        (
            "Common fields of the invoice",
            "this field differs from the header of the invoice",
            "All records of an invoice repeat the professional, the insured person and the number.",
            "Copy the field from record 2, or open a new invoice.",
        ),
        "[SFG] [AL]",
        "A",
    ),
    _structure(
        "entete-differe",
        _ERROR,
        (
            "En-tête différent de sa facture",
            "c'est l'en-tête qui diffère : les autres enregistrements disent tous la même chose",
            "Tous les enregistrements d'une facture répètent le professionnel, l'assuré et le numéro.",
            "Corriger la zone de l'enregistrement 2 d'après les autres enregistrements.",
        ),
        (
            "Header unlike its invoice",
            "the header is the one that differs: the other records all say the same",
            "All records of an invoice repeat the professional, the insured person and the number.",
            "Correct the field of record 2 after the other records.",
        ),
        "[SFG] [AL]",
        "A",
    ),
)
