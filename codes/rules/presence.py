"""Rules on what must be filled in."""

from codes.rules.model import Rule, Severity, make

_PS = ("PS-2003C",)


def _missing(
    id: str,
    fr: str,
    en: str,
    why: tuple[str, str],
    fix: tuple[str, str],
    *,
    motive: str = "",
    norms: tuple[str, ...] = _PS,
    source: str = "[SV]",
    confidence: str = "B",
    severity: Severity = Severity.WARNING,
) -> Rule:
    # The sources say that these fields are required, not what the caisse does without them: warnings.
    absent = "absente" if fr.startswith(("date ", "quantité")) else "absent"
    return make(
        f"presence.{id}",
        severity,
        (f"{fr[0].upper()}{fr[1:]} {absent}", f"{fr} : la zone est vide", why[0], fix[0]),
        (f"{en[0].upper()}{en[1:]} missing", f"{en}: the field is empty", why[1], fix[1]),
        source,
        confidence,
        norms=norms,
        motive=motive,
    )


RULES: tuple[Rule, ...] = (
    _missing(
        "nir",
        "NIR de l'assuré",
        "NIR of the insured person",
        (
            "Sans numéro, l'assuré ne peut pas être retrouvé.",
            "Without a number the insured person cannot be found.",
        ),
        (
            "Reporter le NIR lu sur la carte Vitale ou l'attestation.",
            "Copy the NIR from the Vitale card or the certificate.",
        ),
        motive="assure_inconnu",
    ),
    _missing(
        "numero-facture",
        "numéro de facture",
        "invoice number",
        (
            "Ce numéro est la clé du retour NOEMIE : sans lui, aucun paiement n'est rapproché.",
            "This number is the key of the NOEMIE return: without it no payment is matched.",
        ),
        ("Numéroter la facture.", "Number the invoice."),
        norms=(),
    ),
    _missing(
        "date-acte",
        "date de l'acte",
        "date of the act",
        ("Les droits et les tarifs se lisent à cette date.", "Rights and tariffs are read on that day."),
        ("Écrire le jour des soins.", "Write the day of care."),
        motive="date_soins_invalide",
        norms=(),
    ),
    _missing(
        "code-acte",
        "code de l'acte",
        "act code",
        ("Sans code, rien ne dit ce qui est facturé.", "Without a code nothing says what is billed."),
        ("Écrire le code de la prestation.", "Write the code of the benefit."),
        motive="acte_inconnu",
        norms=(),
    ),
    _missing(
        "executant",
        "numéro de l'exécutant",
        "number of the performer",
        ("La caisse doit savoir qui a fait l'acte.", "The caisse must know who did the act."),
        (
            "Écrire le numéro du professionnel qui a fait l'acte.",
            "Write the number of the professional who did the act.",
        ),
        motive="ps_non_identifie",
    ),
    _missing(
        "date-facturation",
        "date de facturation",
        "date of billing",
        ("Les délais se comptent à partir de cette date.", "Time limits are counted from this date."),
        ("Écrire le jour où la facture est faite.", "Write the day on which the invoice is made."),
    ),
    _missing(
        "rattachement",
        "régime ou caisse de rattachement",
        "régime or caisse",
        (
            "La facture ne peut pas être dirigée vers la caisse de l'assuré.",
            "The invoice cannot be sent on to the caisse.",
        ),
        (
            "Reporter régime, caisse et centre lus sur la carte.",
            "Copy régime, caisse and centre from the card.",
        ),
        motive="caisse_gestionnaire_erronee",
    ),
    _missing(
        "date-naissance",
        "date de naissance du bénéficiaire",
        "birth date of the beneficiary",
        (
            "Avec le rang, elle distingue les bénéficiaires d'un même assuré.",
            "With the rank, it tells the beneficiaries of one insured person apart.",
        ),
        (
            "Reporter la date lue sur la carte, même si elle n'existe pas au calendrier.",
            "Copy the date from the card, even one that no calendar has.",
        ),
        motive="beneficiaire_inconnu",
    ),
    _missing(
        "quantite",
        "quantité",
        "quantity",
        ("Une quantité nulle ne paie rien.", "A quantity of zero pays nothing."),
        ("Écrire la quantité, 1 pour un acte isolé.", "Write the quantity, 1 for a single act."),
        norms=(),
        source="[SV] [AL]",
        confidence="C",
    ),
    _missing(
        "numero-lot",
        "numéro de lot",
        "batch number",
        (
            "Un lot se numérote de 001 à 999 ; le retour NOEMIE le rappelle.",
            "A batch is numbered 001 to 999; the NOEMIE return repeats it.",
        ),
        ("Numéroter le lot.", "Number the batch."),
        norms=(),
        source="[SV] [AL]",
        confidence="A",
        severity=Severity.ERROR,
        motive="flux_illisible",
    ),
)
