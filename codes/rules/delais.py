"""Rules on delays. No public source gives one: each is a number of days that the site sets, with its dates."""

from codes.rules.model import Rule, Severity, make


def _delay(
    id: str, fr: tuple[str, str, str, str], en: tuple[str, str, str, str], motive: str = "delai_facturation"
) -> Rule:
    return make(f"delai.{id}", Severity.WARNING, fr, en, "toolkit", "C", motive=motive)


RULES: tuple[Rule, ...] = (
    _delay(
        "prescription-acte",
        (
            "Prescription trop ancienne",
            "l'acte suit la prescription de plus de {expected} jours, délai de votre configuration",
            "Une caisse peut refuser un acte fait trop longtemps après sa prescription.",
            "Relire l'ordonnance : corriger la date de prescription ou celle de l'acte, sinon faire renouveler.",
        ),
        (
            "Prescription too old",
            "the act comes more than {expected} days after its prescription, the delay of your configuration",
            "A caisse may refuse an act done too long after it was prescribed.",
            "Read the prescription again: correct its date or that of the act, or have it renewed.",
        ),
        "prescription_date",
    ),
    _delay(
        "acte-facturation",
        (
            "Soins facturés tardivement",
            "la facturation suit les soins de plus de {expected} jours, délai de votre configuration",
            "Une caisse refuse les soins facturés hors délai.",
            "Vérifier les deux dates ; si elles sont justes, joindre la caisse avant d'envoyer.",
        ),
        (
            "Care billed late",
            "billing comes more than {expected} days after the care, the delay of your configuration",
            "A caisse refuses care that is billed too late.",
            "Check both dates; if they are right, ask the caisse before sending.",
        ),
    ),
    _delay(
        "facturation-lot",
        (
            "Facture envoyée tardivement",
            "le lot suit la facturation de plus de {expected} jours, délai de votre configuration",
            "Une facture qui attend trop peut être refusée.",
            "Envoyer les lots plus tôt ; vérifier la date de facturation et celle du lot.",
        ),
        (
            "Invoice sent late",
            "the batch comes more than {expected} days after billing, the delay of your configuration",
            "An invoice that waits too long may be refused.",
            "Send batches sooner; check the date of billing and that of the batch.",
        ),
    ),
    _delay(
        "jour",
        (
            "Daté après le jour donné",
            "cette date suit le jour du contrôle ; attendu {expected}",
            "Un flux ne peut dater de l'avenir : une horloge ou une date saisie est fausse.",
            "Corriger la date, ou donner le bon jour à --on.",
        ),
        (
            "Dated after the given day",
            "this day comes after the day of the check; expected {expected}",
            "A flow cannot come from the future: a clock or a date typed is wrong.",
            "Correct the date, or give the right day to --on.",
        ),
    ),
)
