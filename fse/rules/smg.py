"""Checks on free medical care of military pensioners (SMG, L.115)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flatfile import Finding
from fse.facture import Acte, Facture
from fse.rules.contexte import Contexte, whole_header, whole_lines
from fse.rules.presence import is_empty
from fse.rules.registre import on_facture
from fse.smg import fact, is_routed


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
