"""Checks of the CNMSS: free care of military pensioners (SMG, L.115), prevention exam, service accidents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from flatfile import Finding
from fse.facture import Acte, Facture
from fse.rules.actes import EBD
from fse.rules.contexte import Contexte, whole_header, whole_lines
from fse.rules.presence import is_empty
from fse.rules.registre import on_facture
from fse.smg import SUPPLEMENTS, fact, is_routed

#: The CNMSS has managed free medical care since that day (LEG-2).
SMG_START = dt.date(2010, 1, 1)

#: Modes of treatment of outpatient care: consultation, emergency (list `mode_traitement`).
EXTERNAL_CARE = frozenset({"07", "10"})

#: Days during which the convention on service-related conditions was in force (LEG-6), and its longest stay.
CONVENTION = (dt.date(2004, 1, 1), dt.date(2015, 5, 6))
LONGEST_STAY = 20


@on_facture(
    "smg.date",
    "smg.exoneration",
    "smg.exoneration-codee",
    "smg.participation",
    "smg.melange",
    "smg.supplement-seul",
    "smg.etablissement",
)
def check_free_care(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Invoices for the caisse of the free medical care."""
    header = whole_header(facture)
    if header is None or not is_routed(facture):
        return
    actes = whole_lines(facture)
    early = next((acte for acte in actes if acte.date is not None and acte.date < SMG_START), None)
    if early is not None:
        name = "date_debut" if early.is_hospital else "date_acte"
        expected = SMG_START.isoformat()
        yield context.finding("smg.date", early.principal, name, expected=expected, facture=facture)
    exemption = facture.justification_exoneration
    if exemption not in ("", "0"):
        rule = "smg.exoneration" if exemption == "5" else "smg.exoneration-codee"
        yield context.finding(rule, header, "justification_exoneration", facture=facture)
    if context.norme.is_cp and any(_is_external(acte) for acte in actes):
        yield context.finding("smg.etablissement", header, "caisse", facture=facture)
    if facture.tiers_payant and facture.montant_depense > facture.montant_amo:
        yield context.finding("smg.participation", facture.total or header, facture=facture)
    signed = [acte for acte in actes if acte.en_rapport_l115]
    if signed and len(signed) < len(actes):
        other = next(acte for acte in actes if not acte.en_rapport_l115)
        yield context.finding("smg.melange", other.principal, "qualificatif_depense", facture=facture)
    if actes and all(acte.code in SUPPLEMENTS for acte in actes):
        yield context.finding("smg.supplement-seul", actes[0].principal, "code_acte", facture=facture)


def _is_external(acte: Acte) -> bool:
    """Whether a line is outpatient care: the source of `smg.etablissement` speaks of nothing else."""
    return not acte.is_hospital and acte.principal.text("mode_traitement") in EXTERNAL_CARE


@on_facture("smg.nature-22")
def check_nature(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """22 is a value of the national database, never of a flow (SMG-10)."""
    header = whole_header(facture)
    if header is not None and facture.nature_assurance == "22":
        yield context.finding("smg.nature-22", header, "nature_assurance", facture=facture)


@on_facture("smg.triplet")
def check_routing(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Caisse 835 goes with régime 08 and centre 0300 (SMG-5)."""
    header = whole_header(facture)
    if header is not None and is_routed(facture) and facture.centre != fact("centre"):
        yield context.finding("smg.triplet", header, "centre", expected=fact("centre"), facture=facture)


@on_facture("smg.mauvaise-caisse", "smg.sans-rattachement")
def check_signs(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """The signs on the lines and the routing tell the same story (SMG-2, SMG-5, SMG-18, SMG-19)."""
    header = whole_header(facture)
    if header is None:
        return
    lines = whole_lines(facture)
    signed = [acte for acte in lines if acte.en_rapport_l115]
    routed = is_routed(facture)
    if signed and not routed and not is_empty(header, "caisse"):
        record = signed[0].principal
        field = "qualificatif_depense" if signed[0].qualificatif_depense == "L" else "code_acte"
        yield context.finding("smg.mauvaise-caisse", record, field, facture=facture)
    elif routed and not signed and not _hides_a_line(facture, lines):
        yield context.finding("smg.sans-rattachement", header, "caisse", facture=facture)


def _hides_a_line(facture: Facture, lines: Sequence[Acte]) -> bool:
    """Whether damage may hide a sign: on a line that was cut, or on a record of unknown type."""
    return len(lines) < len(facture.actes) or any(record.type == "?" for record in facture.records)


@on_facture("smg.destinataire")
def check_recipient(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Invoices of caisse 835 go in a file for the CNMSS (SMG-6). Told once for a file."""
    if context.debut is None or whole_header(facture) is None or not is_routed(facture):
        return
    number = fact("numero_destinataire")
    recipient = (context.debut.text("type_destinataire"), context.debut.text("numero_destinataire"))
    if recipient != (fact("type_destinataire"), number) and context.first_time("smg.destinataire"):
        yield context.finding(
            "smg.destinataire", context.debut, "numero_destinataire", expected=number, facture=facture
        )


@on_facture("ebd.destinataire", "ebd.deux-feuilles")
def check_prevention_exam(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Régime 08: the exam is paid to the professional, on a sheet of its own (EBD-2, EBD-3)."""
    header = whole_header(facture)
    if header is None or facture.regime != fact("regime"):
        return
    actes = whole_lines(facture)
    exams = [acte for acte in actes if acte.code in EBD]
    if not exams:
        return
    if facture.tiers_payant is False:
        record = header if "destinataire_reglement" in header.layout else facture.complement("2S") or header
        yield context.finding("ebd.destinataire", record, "destinataire_reglement", facture=facture)
    if len(exams) < len(actes):
        yield context.finding("ebd.deux-feuilles", exams[0].principal, "code_acte", facture=facture)


@on_facture("apias.caisse-smg", "apias.caisse", "apias.sejour-prolonge")
def check_service_accident(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Régime 08, nature 41: caisse 756, never 835 (OBL-3); long stays of the old convention (OBL-15)."""
    header = whole_header(facture)
    if header is None or facture.regime != fact("regime") or facture.nature_assurance != "41":
        return
    if is_routed(facture):
        yield context.finding("apias.caisse-smg", header, "caisse", facture=facture)
    elif facture.caisse != fact("caisse_assures"):
        expected = fact("caisse_assures")
        yield context.finding("apias.caisse", header, "caisse", expected=expected, facture=facture)
    for acte in whole_lines(facture):
        start, end = acte.date, acte.date_fin
        if not acte.is_hospital or start is None or end is None:
            continue
        if CONVENTION[0] <= start <= CONVENTION[1] and (end - start).days > LONGEST_STAY:
            expected = str(LONGEST_STAY)
            yield context.finding(
                "apias.sejour-prolonge", acte.principal, "date_fin", expected=expected, facture=facture
            )
