"""Checks on free medical care of military pensioners (SMG, L.115)."""

from __future__ import annotations

from collections.abc import Iterator

from codes.lists import b2
from flatfile import Finding
from fse.facture import Facture
from fse.rules.contexte import Contexte
from fse.rules.registre import on_facture


def _fact(name: str) -> str:
    """A fact of the list `organisme_smg`, such as the caisse."""
    return b2()["organisme_smg"][name].label_fr


def is_routed(facture: Facture) -> bool:
    """Whether the invoice is for régime 08, caisse 835: the free medical care of the CNMSS."""
    return facture.regime == _fact("regime") and facture.caisse == _fact("caisse")


@on_facture("smg.nature-22")
def check_nature(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """22 is a value of the national database, never of a flow (SMG-10)."""
    if facture.entete is not None and facture.nature_assurance == "22":
        yield context.finding("smg.nature-22", facture.entete, "nature_assurance", facture=facture)


@on_facture("smg.triplet")
def check_routing(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Caisse 835 goes with régime 08 and centre 0300 (SMG-5)."""
    header = facture.entete
    if header is not None and is_routed(facture) and facture.centre != _fact("centre"):
        yield context.finding("smg.triplet", header, "centre", expected=_fact("centre"), facture=facture)


@on_facture("smg.mauvaise-caisse", "smg.sans-rattachement")
def check_signs(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """The signs on the lines and the routing tell the same story (SMG-2, SMG-5, SMG-18, SMG-19)."""
    header = facture.entete
    if header is None:
        return
    signed = [acte for acte in facture.actes if acte.en_rapport_l115]
    routed = is_routed(facture)
    if signed and not routed:
        record = signed[0].principal
        field = "qualificatif_depense" if signed[0].qualificatif_depense == "L" else "code_acte"
        yield context.finding("smg.mauvaise-caisse", record, field, facture=facture)
    elif routed and not signed:
        yield context.finding("smg.sans-rattachement", header, "caisse", facture=facture)


@on_facture("smg.destinataire")
def check_recipient(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Invoices of caisse 835 go in a file for the CNMSS (SMG-6)."""
    if context.debut is None or not is_routed(facture):
        return
    number = _fact("numero_destinataire")
    if (context.debut.text("type_destinataire"), context.debut.text("numero_destinataire")) != (
        _fact("type_destinataire"),
        number,
    ):
        yield context.finding(
            "smg.destinataire", context.debut, "numero_destinataire", expected=number, facture=facture
        )
