"""Signs of free medical care (soins médicaux gratuits, SMG) on an invoice.

Article L.115 of the code of military pensions, now L.212-1, gives pensioners free care for a pensioned
infirmity. No public norm says how a B2 invoice carries it. Independent signs are known, each with its own
confidence (docs/sources.md; numbers SMG-… are those of the published business rules): they are gathered
here, none is deduced from another, and what is not visible stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from codes.lists import b2

if TYPE_CHECKING:
    from fse.facture import Facture

#: Supplement lines paid by the CNMSS beyond the ordinary tariff (SMG-19).
SUPPLEMENTS = frozenset({"DAP", "SGA", "DPS", "SGN", "SGS", "DSJ", "SGJ"})

#: Qualifier of a line subject to an agreement of free medical care (SMG-18).
QUALIFIER = "L"

#: AMO forcing indicator: a table linked to the SMG insurance was changed (SMG-13).
FORCING = "Z"

SignName = Literal["routage", "nature", "qualificatif", "supplement", "forcage"]


def fact(name: str) -> str:
    """A fact of the list `organisme_smg`: `regime`, `caisse`, `centre`, `numero_destinataire`…"""
    return b2()["organisme_smg"][name].label_fr


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: whether the invoice carries it (`None`: cannot be told), and the grade of its source."""

    name: SignName
    present: bool | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Smg:
    """What an invoice says of free medical care.

    `signs` are in a fixed order; `agreeing` and `missing` name those that are there and those that are
    not, once at least one is there.
    """

    signs: tuple[Sign, ...]

    @property
    def agreeing(self) -> tuple[str, ...]:
        """Names of the signs that are there."""
        return tuple(sign.name for sign in self.signs if sign.present)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the signs that could be there and are not; empty when none is there at all."""
        return tuple(sign.name for sign in self.signs if sign.present is False) if self else ()

    def __bool__(self) -> bool:
        return any(sign.present for sign in self.signs)


@cache
def routing() -> tuple[str, str]:
    """Grand régime and caisse of the free medical care of the CNMSS: 08 and 835."""
    return fact("regime"), fact("caisse")


def is_routed(facture: Facture) -> bool:
    """Whether the invoice is for régime 08, caisse 835 (SMG-5)."""
    regime, caisse = routing()
    return facture.regime == regime and facture.caisse == caisse


def signs_of(facture: Facture, nature: str | None = None) -> Smg:
    """Gather the signs of an invoice.

    `nature` is the B2 nature of insurance that the site's licensed norm gives to these invoices: no public
    source tells it, so that without it the sign cannot be told.
    """
    lines = [record for acte in facture.actes for record in acte.records]
    forced = any(record.text("forcage_amo") == FORCING for record in (*lines, *facture.records[:1]))
    return Smg(
        (
            Sign("routage", is_routed(facture), "A"),
            Sign("nature", None if nature is None else facture.nature_assurance == nature, "C"),
            Sign("qualificatif", any(a.qualificatif_depense == QUALIFIER for a in facture.actes), "C"),
            Sign("supplement", any(a.code in SUPPLEMENTS for a in facture.actes), "A"),
            Sign("forcage", forced, "C"),
        )
    )
