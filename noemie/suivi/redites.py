"""Acts refused for the person or the rights, and whether they were sent again since, under whatever person.

Only then have groups hints to give one another (see `noemie.suivi.chaines.Tableau`). Of each sending two
numbers are kept, twelve bytes: a hash of its acts, and its day.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from noemie.suivi.dossier import Dossier

__all__ = ["Redite", "Redites", "Refus", "refused_from", "sent_on"]

#: Acts refused for the person or the rights: the groups in which they were, each with a day before which none
#: of it was.
Refus = Mapping[str, Mapping[str, dt.date]]


class Redite(NamedTuple):
    """The same acts: the groups in which they were refused, a day before which none was, and how many
    sendings claim them on that day or later (at most).
    """

    groupes: Collection[str]
    depuis: dt.date
    nombre: int

    def hors_de(self, groupes: Collection[str], nombre: int) -> bool:
        """Whether others than these groups, which have `nombre` of these sendings, have a part in it."""
        refused_here = any(one in groupes for one in self.groupes)
        refused_elsewhere = any(one not in groupes for one in self.groupes)
        return (refused_here and self.nombre > nombre) or (refused_elsewhere and nombre > 0)


class Redites:
    """Hears of each sending."""

    def __init__(self) -> None:
        self._acts = array("q")
        self._days = array("i")

    def envoyee(self, acts: str, day: dt.date | None) -> None:
        """These acts were sent on that day."""
        self._acts.append(hash(acts))
        self._days.append(sent_on(day).toordinal())

    def parmi(self, voulus: Refus) -> dict[str, Redite]:
        """Those of these acts that were sent again."""
        refused = {acts: min(groups.values()) for acts, groups in voulus.items()}
        since: dict[int, int] = {}
        for acts, first in refused.items():
            day = first.toordinal()
            since[hash(acts)] = min(day, since.get(hash(acts), day))
        never = dt.date.max.toordinal() + 1
        again = Counter(
            acts for acts, day in zip(self._acts, self._days, strict=True) if day >= since.get(acts, never)
        )
        return {
            acts: Redite(groups, refused[acts], again[hash(acts)])
            for acts, groups in voulus.items()
            if hash(acts) in again
        }


def sent_on(day: dt.date | None) -> dt.date:
    """The day of a sending among others: one without a day comes last."""
    return day or dt.date.max


def refused_from(dossier: Dossier) -> dt.date:
    """A day before which nothing of it was refused."""
    if dossier.refuse_par_arl and dossier.arl is not None:
        return dossier.arl.jour or dossier.envoi.depuis or dt.date.max
    return min((one.jour for one in (*dossier.amo, *dossier.amc)), default=dt.date.max)
