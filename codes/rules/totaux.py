"""Rules on counters and totals of records 5 and 6 (those of 999 are in `fichier`)."""

from codes.rules.model import Rule, Severity, make

_PS = ("PS-2003C",)
_CP = ("CP-2005E", "CP-2003C")
_WARNING, _ERROR = Severity.WARNING, Severity.ERROR


def _total(
    id: str,
    severity: Severity,
    title_fr: str,
    title_en: str,
    place: str,
    source: str,
    confidence: str,
    norms: tuple[str, ...] = (),
) -> Rule:
    return make(
        id,
        severity,
        (
            title_fr,
            "le total écrit ne correspond pas ; les enregistrements donnent {expected}",
            "La caisse recalcule ce total et refuse ce qui ne concorde pas.",
            f"Écrire le total calculé ({place}), ou corriger la ligne qui le fausse.",
        ),
        (
            title_en,
            "the total written does not match; {expected} computed from the records",
            "The caisse computes this total again and refuses what does not agree.",
            f"Write the computed total ({place}), or correct the line that makes it wrong.",
        ),
        source,
        confidence,
        norms=norms,
        motive="total_incoherent",
    )


def _count(id: str, title_fr: str, title_en: str, place: str, severity: Severity = _ERROR) -> Rule:
    return make(
        id,
        severity,
        (
            title_fr,
            "le compteur écrit ne correspond pas ; {expected} compté(s)",
            "Un compteur faux annonce un enregistrement perdu ou en double.",
            f"Écrire le nombre compté ({place}), ou retrouver ce qui manque.",
        ),
        (
            title_en,
            "the counter written does not match; {expected} counted",
            "A wrong counter tells of a record lost or written twice.",
            f"Write the number counted ({place}), or find what is missing.",
        ),
        "[SV] [AL]",
        "A",
        motive="total_incoherent",
    )


RULES: tuple[Rule, ...] = (
    _count(
        "facture.nombre-lignes",
        "Nombre de lignes de la facture",
        "Number of lines of the invoice",
        "5, 39-41",
    ),
    _total("facture.total-depense", _ERROR, "Total facturé", "Total billed", "5, 58-65", "[SV]", "B", _PS),
    _total("facture.total-amo", _ERROR, "Total AMO", "AMO total", "5, 66-73", "[SV]", "B", _PS),
    _total(
        "facture.total-participation-assure",
        _WARNING,
        "Participation de l'assuré",
        "Share of the insured person",
        "5, 74-81",
        "[SV] [SFG]",
        "C",
    ),
    _total("facture.total-amc", _WARNING, "Total AMC", "AMC total", "5, 82-89", "[SV]", "B", _PS),
    _total(
        "facture.total-base-hospitalier",
        _ERROR,
        "Total des bases, prestations hospitalières",
        "Total of bases, hospital benefits",
        "5, 42-49",
        "[SFG] [AL]",
        "A",
        _CP,
    ),
    _total(
        "facture.total-amo-hospitalier",
        _ERROR,
        "Total AMO, prestations hospitalières",
        "AMO total, hospital benefits",
        "5, 50-57",
        "[SFG] [AL]",
        "A",
        _CP,
    ),
    _total(
        "facture.total-honoraires",
        _ERROR,
        "Total des honoraires",
        "Total of fees",
        "5, 58-65",
        "[SFG]",
        "B",
        _CP,
    ),
    _total(
        "facture.total-amo-honoraires",
        _ERROR,
        "Total AMO des honoraires",
        "AMO total of fees",
        "5, 66-73",
        "[SFG]",
        "B",
        _CP,
    ),
    _total(
        "facture.total-amc-hospitalier",
        _WARNING,
        "Total AMC, prestations hospitalières",
        "AMC total, hospital benefits",
        "5, 82-89",
        "[SFG]",
        "B",
        _CP,
    ),
    _total(
        "facture.total-amc-honoraires",
        _WARNING,
        "Total AMC des honoraires",
        "AMC total of fees",
        "5, 90-97",
        "[SFG]",
        "B",
        _CP,
    ),
    _total(
        "facture.total-depense-hospitalier",
        _ERROR,
        "Total facturé, prestations hospitalières",
        "Total billed, hospital benefits",
        "5, 115-122",
        "[SFG] [AL]",
        "A",
        _CP,
    ),
    make(
        "lot.numero",
        _ERROR,
        (
            "Numéro de lot",
            "le numéro de lot diffère entre les enregistrements 1 et 6",
            "Le numéro de lot sert de clé au retour NOEMIE.",
            "Écrire le même numéro, de 001 à 999, dans les deux enregistrements.",
        ),
        (
            "Batch number",
            "the batch number differs between records 1 and 6",
            "The batch number is a key of the NOEMIE return.",
            "Write the same number, 001 to 999, in both records.",
        ),
        "[SV] [AL]",
        "A",
        motive="flux_illisible",
    ),
    make(
        "lot.numero-ps",
        _ERROR,
        (
            "Professionnel du lot",
            "le numéro de professionnel diffère entre les enregistrements 1 et 6",
            "Un lot est celui d'un seul facturant.",
            "Écrire le même numéro dans les deux enregistrements.",
        ),
        (
            "Professional of the batch",
            "the professional's number differs between records 1 and 6",
            "A batch belongs to one biller.",
            "Write the same number in both records.",
        ),
        "[SV] [AL]",
        "A",
        motive="flux_illisible",
    ),
    _count("lot.nombre-factures", "Nombre de factures du lot", "Number of invoices in the batch", "6, 11-13"),
    _count("lot.nombre-lignes", "Nombre de lignes du lot", "Number of lines in the batch", "6, 14-17"),
    _count("lot.nombre-types-2", "Nombre d'enregistrements 2", "Number of records 2", "6, 18-21", _WARNING),
    _count("lot.nombre-types-5", "Nombre d'enregistrements 5", "Number of records 5", "6, 22-24"),
    _total(
        "lot.total-depense",
        _ERROR,
        "Total facturé du lot",
        "Total billed of the batch",
        "6, 25-33",
        "[SV] [AL]",
        "A",
    ),
    _total(
        "lot.total-amo", _ERROR, "Total AMO du lot", "AMO total of the batch", "6, 34-42", "[SV] [AL]", "A"
    ),
    _total(
        "lot.total-amc", _WARNING, "Total AMC du lot", "AMC total of the batch", "6, 43-51", "[SV] [AL]", "B"
    ),
)
