"""What `noemie respond` did, as one typed model: its text and its JSON are both drawn from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from cli.io.problems import Problem

if TYPE_CHECKING:
    from fixtures.caisse_seance import Bilan
    from noemie.returns.arl import Arl

__all__ = ["ArlEcrit", "Courrier", "Repondu", "Sommes", "repondu"]


class ArlEcrit(msgspec.Struct, frozen=True):
    """An acknowledgement that was written."""

    positif: bool
    numero_lot: str
    date_arl: str
    code: str
    libelle: str
    regle: str
    numero_facture: str


class Sommes(msgspec.Struct, frozen=True):
    """The invoices that were given, and their money in cents."""

    factures: int
    sans_reponse: int
    avec_rejet: int
    differees: int
    demande: int
    paye: int
    paye_plus_tard: int


class Courrier(msgspec.Struct, frozen=True):
    """What a scenario lost, copied or damaged on the way."""

    retours_perdus: int
    copies: int
    retours_abimes: int
    arls_perdus: int


class Repondu(msgspec.Struct, frozen=True):
    """The whole document."""

    output: str
    files: list[str]
    arls: list[ArlEcrit]
    summary: Sommes
    courrier: Courrier
    errors: list[Problem]


def repondu(
    arls: Iterable[Arl], bilan: Bilan, files: list[str], errors: list[Problem], folder: str
) -> Repondu:
    """The model of an answer, whose files were written to `folder`."""
    return Repondu(
        output=folder,
        files=files,
        arls=[
            ArlEcrit(
                positif=arl.positif,
                numero_lot=arl.numero_lot,
                date_arl=arl.date_arl.isoformat() if arl.date_arl else "",
                code=arl.code,
                libelle=arl.libelle,
                regle=arl.regle,
                numero_facture=arl.numero_facture,
            )
            for arl in arls
        ],
        summary=Sommes(**{name: getattr(bilan, name) for name in Sommes.__struct_fields__}),
        courrier=Courrier(**{name: getattr(bilan, name) for name in Courrier.__struct_fields__}),
        errors=errors,
    )
