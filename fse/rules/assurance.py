"""Checks on the insurance of an invoice, on its exemptions and their rates, and on where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flatfile import Finding, Record
from fse.facture import Facture
from fse.rules.contexte import Contexte, whole_doubtful_lines, whole_header, whole_lines
from fse.rules.presence import is_empty
from fse.rules.registre import finds, on_facture
from fse.smg import is_routed
from fse.trusted import HOLDS

#: Grand régime -> type of the organism that receives its files [SV] [AL].
RECIPIENTS = {
    "01": "CT",
    "02": "MA",
    "03": "SR",
    "04": "CF",
    "05": "RP",
    "06": "EN",
    "07": "RM",
    "08": "CM",
    "10": "CE",
    "12": "CI",
    "14": "AN",
    "15": "SE",
    "16": "PB",
    "90": "CC",
    **dict.fromkeys(("91", "92", "93", "94", "95", "96", "99"), "SM"),
}
_KNOWN = frozenset(RECIPIENTS.values())

#: Exemptions that leave the whole cost to the compulsory insurance: all but none, the SNCF and RATP (6), the
#: local scheme (8) and the solidarity fund (9).
WHOLE: Final = frozenset("123457C")

#: Qualifiers of a line that the compulsory insurance does not pay.
UNPAID: Final = frozenset("NG")

#: Medical nutrition, paid in a long illness only.
NUTRITION: Final = "NUT"
_ALD: Final = "4"
_EXEMPTION: Final = "justification_exoneration"


@on_facture(
    "assurance.at-sans-numero",
    "assurance.maternite-sans-date",
    "assurance.regime-local",
    "assurance.exoneration-regime",
)
def check_insurance(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """The nature of insurance, the exemption and what goes with them."""
    header = whole_header(facture)
    if header is None:
        return
    nature, exemption = facture.nature_assurance, facture.justification_exoneration
    if nature == "41" and is_empty(header, "numero_at"):
        yield context.finding("assurance.at-sans-numero", header, "numero_at", facture=facture)
    if nature == "30" and is_empty(header, "date_maternite"):
        yield context.finding("assurance.maternite-sans-date", header, "date_maternite", facture=facture)
    field = "justification_exoneration"
    if exemption == "8" and nature != "13":
        yield context.finding("assurance.regime-local", header, field, expected="13", facture=facture)
    if exemption == "6" and facture.regime not in ("04", "05"):
        yield context.finding("assurance.exoneration-regime", header, field, facture=facture)


@on_facture("assurance.exoneration-repetee")
def check_exemption_place(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Establishments: an exemption common to all lines is written in the header only [SFG]."""
    if not context.norme.is_cp or not facture.justification_exoneration.strip("0"):
        return
    for acte in whole_doubtful_lines(facture):
        field = "justification_exoneration"
        if acte.principal.text(field).strip("0"):
            yield context.finding("assurance.exoneration-repetee", acte.principal, field, facture=facture)


@on_facture(
    "assurance.exoneration-taux",
    "assurance.qualificatif-taux",
    "assurance.nut-sans-ald",
    "assurance.exoneration-ccam",
)
def check_rates(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Establishments: what an exemption, a qualifier or an act asks of the rate of its line.

    Each line by itself, then the lines of one act of the CCAM together: checks that the programs of
    establishments run on their own invoices [SFG] (B: one explicit source). In city care the same facts are
    written otherwise: nothing is said there.
    """
    if not context.norme.is_cp or whole_header(facture) is None:
        return
    common = facture.justification_exoneration.strip("0 ")
    acts: dict[tuple[str, object], str] = {}
    for acte in whole_lines(facture):
        line, rate = acte.principal, acte.taux
        own = line.text(_EXEMPTION).strip("0 ")
        exemption = own or common
        found: list[tuple[str, str, str]] = []
        if acte.qualificatif_depense in UNPAID:
            if rate or own:
                found.append(("assurance.qualificatif-taux", "taux" if rate else _EXEMPTION, "0"))
        elif exemption in WHOLE and rate not in (None, 0, 100):
            found.append(("assurance.exoneration-taux", "taux", "100"))
        if acte.code == NUTRITION and exemption != _ALD:
            found.append(("assurance.nut-sans-ald", "code_acte", _ALD))
        detail = acte.complement("4M") if acte.complements else None
        act = detail.text("code_ccam") if detail is not None else ""
        if act and acts.setdefault((act, acte.date), exemption) != exemption:
            found.append(("assurance.exoneration-ccam", _EXEMPTION, ""))
        for rule, field, expected in found:
            yield context.finding(rule, line, field, expected=expected, facture=facture)


@on_facture("organisme.type-destinataire", "organisme.numero-destinataire", "organisme.regimes-melanges")
def check_destination(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """A file goes to the organism of the grand régime of its invoices; told once for each régime."""
    header = whole_header(facture)
    rule, expected = destination_remark(facture, context)
    if header is not None and rule and context.first_time(f"{rule} {facture.regime}"):
        yield context.finding(rule, header, "regime", expected=expected, facture=facture)


def destination_remark(facture: Facture, context: Contexte) -> tuple[str, str]:
    """The rule that the régime of an invoice breaks, and what its message expects; empty when there is none.

    A concentrator (`OT`) or a complementary insurer receives invoices of all régimes: nothing is said then.
    Free medical care has a rule of its own: `smg.destinataire`.
    """
    start, regime = context.debut, facture.regime
    known = regime.isdecimal() and regime.strip("0") and not is_routed(facture)
    if not known or start is None or _is_concentrator(start):
        return "", ""
    if context.regime and regime != context.regime:
        return "organisme.regimes-melanges", ""
    expected, number = RECIPIENTS.get(regime), start.text("numero_destinataire")
    if expected is not None and start.text("type_destinataire") != expected:
        return "organisme.type-destinataire", expected
    if number.isdecimal() and len(number) == 14 and number.strip("0") and number[6:8] != regime:
        return "organisme.numero-destinataire", ""
    return "", ""


def _is_concentrator(start: Record | None) -> bool:
    return start is None or start.text("type_destinataire") not in _KNOWN


@finds("organisme.lot-destinataire")
def check_batch_destination(lot: Record, context: Contexte) -> Iterator[Finding]:
    """The organism of the batch ends the recipient number of the file [AL]."""
    if _is_concentrator(context.debut) or context.debut is None:
        return
    number, written = context.debut.text("numero_destinataire"), lot.text("organisme_destinataire")
    if number.isdecimal() and written.isdecimal() and written.strip("0") and number[-3:] != written:
        yield context.finding("organisme.lot-destinataire", lot, "organisme_destinataire")


@finds("organisme.emetteur")
def check_sender(start: Record, context: Contexte) -> Iterator[Finding]:
    """The sender number is five zeros and a number of nine characters with its key [AL]."""
    number = start.text("numero_emetteur").rjust(14, "0")
    known_form = number.isdecimal() and number.startswith("00000") and number.strip("0")
    if known_form and not HOLDS["id:luhn9"](number[5:].encode()):
        yield context.finding("organisme.emetteur", start, "numero_emetteur")
