"""Checks on free medical care of military pensioners (SMG, L.115)."""

from __future__ import annotations

from collections.abc import Iterator

from codes.lists import b2
from flatfile import Finding, Record
from fse.facture import Facture
from fse.normes import LENGTH
from fse.rules.contexte import Contexte
from fse.rules.registre import on_facture


def _header(facture: Facture) -> Record | None:
    """Record 2, when it is whole."""
    header = facture.entete
    return header if header is not None and len(header.raw) == LENGTH else None


def _fact(name: str) -> str:
    """A fact of the list `organisme_smg`, such as the caisse."""
    return b2()["organisme_smg"][name].label_fr


def routing() -> tuple[str, str]:
    """Grand régime and caisse of the free medical care of the CNMSS: 08 and 835."""
    return _fact("regime"), _fact("caisse")


def is_routed(facture: Facture) -> bool:
    """Whether the invoice is for régime 08, caisse 835."""
    return (facture.regime, facture.caisse) == routing()


@on_facture("smg.nature-22")
def check_nature(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """22 is a value of the national database, never of a flow (SMG-10)."""
    header = _header(facture)
    if header is not None and facture.nature_assurance == "22":
        yield context.finding("smg.nature-22", header, "nature_assurance", facture=facture)


@on_facture("smg.triplet")
def check_routing(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Caisse 835 goes with régime 08 and centre 0300 (SMG-5)."""
    header = _header(facture)
    if header is not None and is_routed(facture) and facture.centre != _fact("centre"):
        yield context.finding("smg.triplet", header, "centre", expected=_fact("centre"), facture=facture)


@on_facture("smg.mauvaise-caisse", "smg.sans-rattachement")
def check_signs(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """The signs on the lines and the routing tell the same story (SMG-2, SMG-5, SMG-18, SMG-19)."""
    header = _header(facture)
    if header is None:
        return
    lines = [acte for acte in facture.actes if len(acte.principal.raw) == LENGTH]
    signed = [acte for acte in lines if acte.en_rapport_l115]
    routed = is_routed(facture)
    if signed and not routed:
        record = signed[0].principal
        field = "qualificatif_depense" if signed[0].qualificatif_depense == "L" else "code_acte"
        yield context.finding("smg.mauvaise-caisse", record, field, facture=facture)
    elif routed and not signed and len(lines) == len(facture.actes):
        yield context.finding("smg.sans-rattachement", header, "caisse", facture=facture)


@on_facture("smg.destinataire")
def check_recipient(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Invoices of caisse 835 go in a file for the CNMSS (SMG-6). Told once for a file."""
    if context.debut is None or _header(facture) is None or not is_routed(facture):
        return
    number = _fact("numero_destinataire")
    recipient = (context.debut.text("type_destinataire"), context.debut.text("numero_destinataire"))
    if recipient != (_fact("type_destinataire"), number) and context.first_time("smg.destinataire"):
        yield context.finding(
            "smg.destinataire", context.debut, "numero_destinataire", expected=number, facture=facture
        )
