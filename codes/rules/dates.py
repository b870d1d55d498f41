"""Rules on the order of dates. Everything is compared with the dates of the file, never with today."""

from codes.rules.model import Rule, Severity, make


def _order(
    id: str, fr: tuple[str, str, str, str], en: tuple[str, str, str, str], motive: str = "date_soins_invalide"
) -> Rule:
    # The order of dates is common sense more than a published rule: warnings only.
    return make(f"date.{id}", Severity.WARNING, fr, en, "toolkit", "C", motive=motive)


RULES: tuple[Rule, ...] = (
    _order(
        "acte-facturation",
        (
            "Acte après la facturation",
            "la date de l'acte suit la date de facturation (celle du lot, pour un établissement)",
            "On facture des soins déjà faits.",
            "Corriger la date de l'acte ou celle de la facturation.",
        ),
        (
            "Act after billing",
            "the date of the act is after the date of billing (that of the batch, for an establishment)",
            "Care is billed once it has been given.",
            "Correct the date of the act or that of the billing.",
        ),
    ),
    _order(
        "acte-jjmmaa",
        (
            "Date d'acte écrite JJMMAA",
            "la date de l'acte tombe des années avant la facturation ; lue à l'envers, ce serait {expected}",
            "Les dates s'écrivent AAMMJJ ; à l'envers, des soins récents passent pour anciens.",
            "Écrire l'année, puis le mois, puis le jour.",
        ),
        (
            "Day of an act written JJMMAA",
            "the date of the act is years before billing; read the other way round, it would be {expected}",
            "Dates are written AAMMJJ; the other way round, recent care passes for old.",
            "Write the year, then the month, then the day.",
        ),
    ),
    _order(
        "autre-jjmmaa",
        (
            "Autre date écrite JJMMAA",
            "cette date tombe des années avant la facturation, ou n'existe pas ; lue à l'envers, ce serait {expected}",
            "Les dates s'écrivent AAMMJJ ; à l'envers, une prescription d'hier passe pour ancienne.",
            "Écrire l'année, puis le mois, puis le jour.",
        ),
        (
            "Another day written JJMMAA",
            "this day is years before billing, or does not exist; read the other way round, it would be {expected}",
            "Dates are written AAMMJJ; the other way round, a prescription of yesterday passes for old.",
            "Write the year, then the month, then the day.",
        ),
    ),
    _order(
        "flux-jjmmaa",
        (
            "Dates de tout un flux écrites JJMMAA",
            "les dates de tout le flux sont sans doute écrites JJMMAA : {found} ; attendu {expected} (AAMMJJ)",
            "Chaque date se lit seule, mais les soins d'un flux s'étaleraient sur des années ; à l'envers, ils sont proches.",
            "Faire écrire au logiciel l'année, puis le mois, puis le jour, dans tout le flux.",
        ),
        (
            "Days of a whole flow written JJMMAA",
            "the days of the whole flow are probably written JJMMAA: {found}; expected {expected} (AAMMJJ)",
            "Each day can be read alone, but the care of one flow would spread over years; the other way round, it is near.",
            "Make the software write the year, then the month, then the day, in the whole flow.",
        ),
    ),
    _order(
        "prescription-acte",
        (
            "Acte avant sa prescription",
            "la date de prescription suit la date de l'acte",
            "Un acte prescrit suit sa prescription.",
            "Relire l'ordonnance et corriger la date de prescription ou celle de l'acte.",
        ),
        (
            "Act before its prescription",
            "the date of prescription is after the date of the act",
            "A prescribed act follows its prescription.",
            "Read the prescription again and correct its date or that of the act.",
        ),
        "prescription_date",
    ),
    _order(
        "facturation-lot",
        (
            "Facturation après le lot",
            "la date de facturation suit la date du lot",
            "Un lot rassemble des factures déjà faites.",
            "Corriger la date de facturation ou la date du lot.",
        ),
        (
            "Billing after the batch",
            "the date of billing is after the date of the batch",
            "A batch gathers invoices already made.",
            "Correct the date of billing or the date of the batch.",
        ),
    ),
    _order(
        "lot-fichier",
        (
            "Lot après le fichier",
            "la date du lot suit la date du fichier",
            "Un fichier rassemble des lots déjà constitués.",
            "Corriger la date du lot (1, 72-77) ou celle du fichier (000, 56-61).",
        ),
        (
            "Batch after the file",
            "the date of the batch is after the date of the file",
            "A file gathers batches already made.",
            "Correct the date of the batch (1, 72-77) or that of the file (000, 56-61).",
        ),
        "flux_illisible",
    ),
    _order(
        "debut-fin",
        (
            "Fin avant le début",
            "la date de fin précède la date de début",
            "Un séjour ou une location finit après avoir commencé.",
            "Corriger l'une des deux dates.",
        ),
        (
            "End before start",
            "the end date is before the start date",
            "A stay or a hire ends after it has started.",
            "Correct one of the two dates.",
        ),
    ),
    _order(
        "entree-sortie",
        (
            "Sortie avant l'entrée",
            "la date de sortie précède la date d'entrée",
            "Un patient sort après être entré.",
            "Corriger l'une des deux dates de l'enregistrement 2.",
        ),
        (
            "Discharge before admission",
            "the date of discharge is before the date of admission",
            "A patient leaves after having come in.",
            "Correct one of the two dates of record 2.",
        ),
    ),
)
