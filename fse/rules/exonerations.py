"""Establishments: what an exemption, a qualifier or an act asks of the rate of its line.

Checks that the programs of establishments run on their own invoices [SFG] (B: one explicit source). In city
care the same facts are written otherwise: nothing is said there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flatfile import Finding
from fse.facture import Facture
from fse.rules.contexte import Contexte, whole_header, whole_lines
from fse.rules.registre import on_facture

#: Exemptions that leave the whole cost to the compulsory insurance: all but none, the SNCF and RATP (6), the
#: local scheme (8) and the solidarity fund (9).
WHOLE: Final = frozenset("123457C")

#: Qualifiers of a line that the compulsory insurance does not pay.
UNPAID: Final = frozenset("NG")

#: Medical nutrition, paid in a long illness only.
NUTRITION: Final = "NUT"
_ALD: Final = "4"
_FIELD: Final = "justification_exoneration"


@on_facture(
    "assurance.exoneration-taux",
    "assurance.qualificatif-taux",
    "assurance.nut-sans-ald",
    "assurance.exoneration-ccam",
)
def check_rates(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Each line by itself, then the lines of one act of the CCAM together."""
    if not context.norme.is_cp or whole_header(facture) is None:
        return
    common = facture.justification_exoneration.strip("0 ")
    acts: dict[tuple[str, object], str] = {}
    for acte in whole_lines(facture):
        line, rate = acte.principal, acte.taux
        own = line.text(_FIELD).strip("0 ")
        exemption = own or common
        found: list[tuple[str, str, str]] = []
        if acte.qualificatif_depense in UNPAID:
            if rate or own:
                found.append(("assurance.qualificatif-taux", "taux" if rate else _FIELD, "0"))
        elif exemption in WHOLE and rate not in (None, 0, 100):
            found.append(("assurance.exoneration-taux", "taux", "100"))
        if acte.code == NUTRITION and exemption != _ALD:
            found.append(("assurance.nut-sans-ald", "code_acte", _ALD))
        detail = acte.complement("4M") if acte.complements else None
        act = detail.text("code_ccam") if detail is not None else ""
        if act and acts.setdefault((act, acte.date), exemption) != exemption:
            found.append(("assurance.exoneration-ccam", _FIELD, ""))
        for rule, field, expected in found:
            yield context.finding(rule, line, field, expected=expected, facture=facture)
