"""The entities of a return as they are to be read, whatever shows them or turns them into something else.

The day of 000 is in the order that `Retour.jour` chose. Days that are likely to be copied from a B2 flow in
another order (102, 080, 103, 120) are told apart: their value is not sure, whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from flatfile import Record
from noemie.returns.jour import Ordre
from noemie.returns.retour import Retour

_NONE: frozenset[str] = frozenset()
_DAY = "date_creation"


class Lecture(NamedTuple):
    """One entity, `rang` of its return in the file, and its days that are not sure.

    `choisis` names a day that has two readings, of which one was chosen (000): its value is the likely one.
    `illisibles` names those whose order is not the one of the table: their value is not to be shown.
    """

    record: Record
    rang: int
    choisis: frozenset[str] = _NONE
    illisibles: frozenset[str] = _NONE

    @property
    def ordre(self) -> Ordre | Literal[""]:
        """The order of the day of 000 when it is not that of the table, else empty."""
        field = self.record.layout.by_name.get(_DAY)
        return "JJMMAA" if field is not None and field.kind.name == "date:JJMMAA" else ""


def lectures(retour: Retour) -> Iterator[Lecture]:
    """Every entity of the file, in file order."""
    for run in retour.runs:
        debut, lu, apart = run.debut, run.debut_lu, days_apart(run)
        chosen = frozenset({_DAY}) if run.jour_douteux else _NONE
        for record in run.entites:
            if record is debut and lu is not None:
                yield Lecture(lu, run.rang, chosen)
            else:
                yield Lecture(record, run.rang, illisibles=apart.get(record.number, _NONE))


def days_apart(retour: Retour) -> dict[int, frozenset[str]]:
    """Number of an entity -> its days that are likely to be in the order of a B2 flow."""
    found: dict[int, frozenset[str]] = {}
    for facture in retour.factures:
        lot, patient = facture.record_date_lot, facture.beneficiaire
        if lot is not None and facture.date_lot_douteuse:
            found[lot.number] = found.get(lot.number, _NONE) | {"date_lot"}
        if patient is not None and facture.naissance_copiee:
            found[patient.number] = found.get(patient.number, _NONE) | {"date_naissance"}
    return found
