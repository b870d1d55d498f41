"""Invented people, facts on their rights, and flows in which they are cared for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from fse_flows import PERSONNES, Ligne, facture_cp, facture_ps, flux_cp, flux_ps, octets, put
from msgspec import structs

from flatfile import Finding
from fse import iter_factures
from fse.rights import Droit, Rights, write_csv
from fse.rights.check import check_rights

NIR, CLE = PERSONNES[0]
OTHER_NIR, OTHER_CLE = PERSONNES[1]

#: Day on which facts were told, and day of care of the sample invoices.
TOLD = dt.date(2026, 1, 2)
CARE = dt.date(2026, 1, 5)

#: Texts that nothing may hold, but what is made to give identities back.
MARKERS = (NIR, CLE + "\0", "MARQUEUR", "ZEBULON", "QUETZAL", "19800101", "800101", OTHER_NIR)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


FACT = Droit(
    nir=NIR,
    cle_nir=CLE,
    date_naissance="19800101",
    nom="MARQUEUR",
    nom_patronymique="ZEBULON",
    prenom="QUETZAL",
    qualite="A",
    regime="01",
    caisse="421",
    centre="0000",
    ouvert_du=day("2020-01-01"),
    constate_le=TOLD,
    source="cdr",
)


def fact(**changes: Any) -> Droit:
    """The sample fact, with some fields changed."""
    return structs.replace(FACT, **changes)


def as_csv(*facts: Droit) -> bytes:
    """Facts as a CSV file."""
    file = io.BytesIO()
    write_csv(facts, file)
    return file.getvalue()


def flow(**changes: Any) -> bytes:
    """A city flow of one invoice."""
    return octets(flux_ps([facture_ps(**changes)]))


def establishment(facture: list[str] | None = None) -> bytes:
    """A flow of one invoice of an establishment."""
    return octets(flux_cp([facture or facture_cp()]))


def predicted(data: bytes, *facts: Droit) -> list[Finding]:
    """What facts foretell of the invoices of a flow."""
    rights = Rights.of(facts)
    return [finding for facture in iter_factures(data) for finding in check_rights(facture, rights)]


def act(**changes: Any) -> Sequence[Ligne]:
    """One line, changed."""
    return (Ligne()._replace(**changes),)


__all__ = [
    "CARE",
    "CLE",
    "FACT",
    "MARKERS",
    "NIR",
    "OTHER_CLE",
    "OTHER_NIR",
    "TOLD",
    "act",
    "as_csv",
    "day",
    "establishment",
    "fact",
    "flow",
    "predicted",
    "put",
]
