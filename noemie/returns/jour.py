"""The day of a return (000, positions 56-61), which writers order in two ways; days copied in another order.

Compulsory insurance is read as writing AAMMJJ (C), complementary insurers write JJMMAA (four writers, A-:
[arthus] [coog]). Both are often days that exist: the one nearest to the days of the return itself is taken,
and `Jour` says how it was chosen. Nothing that identifies a file or money may rest on this choice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from codes.speakers import is_complementary_emitter
from flatfile import Field, Layout
from flatfile.kinds import decode_aammjj, decode_jjmmaa

Ordre = Literal["AAMMJJ", "JJMMAA"]
_OTHER: Final[dict[Ordre, Ordre]] = {"AAMMJJ": "JJMMAA", "JJMMAA": "AAMMJJ"}

#: Days further apart than this are no days of one affair.
FAR: Final = 3 * 366


class Jour(NamedTuple):
    """A day and how it was read.

    `date` is `None` when there is no such day; `ordre` is the order it was read in, empty then; `autre` is
    the day that the other order gives, if it exists; `choix` what decided: `seul` (no other day),
    `virement`, `soins`, `contrat` (the nearest to those), `emetteur` (the habit of such senders).
    """

    date: dt.date | None
    ordre: Ordre | Literal[""] = ""
    autre: dt.date | None = None
    choix: str = ""

    @property
    def douteux(self) -> bool:
        """Whether the other order gives another day that exists."""
        return self.autre is not None


def ordre_habituel(type_emetteur: str) -> Ordre:
    """The order in which such a sender writes the day of its returns."""
    return "JJMMAA" if is_complementary_emitter(type_emetteur) else "AAMMJJ"


def read_jour(raw: bytes, type_emetteur: str, near: Iterable[tuple[str, Sequence[dt.date]]]) -> Jour:
    """Read the six digits of a day both ways; `near` names days to be close to, the surest first."""
    read: dict[Ordre, dt.date | None] = {"AAMMJJ": decode_aammjj(raw), "JJMMAA": decode_jjmmaa(raw)}
    days: dict[Ordre, dt.date] = {ordre: day for ordre, day in read.items() if day is not None}
    if not days:
        return Jour(None)
    usual = ordre_habituel(type_emetteur)
    if len(set(days.values())) == 1:
        ordre = usual if usual in days else next(iter(days))
        return Jour(days[ordre], ordre, choix="seul")
    for choix, others in near:
        gaps = {
            ordre: min(abs((day - other).days) for other in others) for ordre, day in days.items() if others
        }
        if len(set(gaps.values())) == 2:
            ordre = min(gaps, key=lambda ordre: gaps[ordre])
            return Jour(days[ordre], ordre, days[_OTHER[ordre]], choix)
    return Jour(days[usual], usual, days[_OTHER[usual]], "emetteur")


def is_swapped(raw: bytes, payment: dt.date | None) -> bool:
    """Whether a day that should be JJMMAA is likely to be AAMMJJ, as an insurer copies it from a B2 flow.

    So it is when JJMMAA is no day, or lies far from the payment, and AAMMJJ is a day that does not.
    """
    written, copied = decode_jjmmaa(raw), decode_aammjj(raw)
    if copied is None or not raw.strip(b"0"):
        return False
    if payment is None:
        return written is None
    is_near = abs((copied - payment).days) <= FAR
    return is_near and (written is None or abs((written - payment).days) > FAR)


@lru_cache(maxsize=64)
def with_ordre(layout: Layout, ordre: Ordre) -> Layout:
    """The layout of 000 with its day in this order."""
    fields = tuple(
        Field(
            field.name,
            field.start,
            field.length,
            f"date:{ordre}" if field.name == "date_creation" else field.kind.name,
            presence=field.presence,
            list=field.list,
            personal=field.personal,
            label_fr=field.label_fr,
            label_en=field.label_en,
            confidence=field.confidence,
        )
        for field in layout.fields
    )
    return Layout(layout.family, layout.name, fields)
