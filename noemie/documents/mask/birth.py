"""The date of a birth that stands in other fields: cover often starts with life, and so does care.

Private to `noemie.documents.mask`.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Self

from flatfile import Field, Layout
from flatfile.kinds import DATE_DECODERS

#: Dates of a file, of a batch or of a payment, not of a person.
_OF_OTHERS: Final = frozenset(
    {"date_fichier", "date_creation", "date_reception", "date_lot", "date_comptable", "date_dette"}
)


class Birth(NamedTuple):
    """The birth of the person that records tell of, before and after, as `AAMMJJ` and `JJMMAA`."""

    before: bytes
    before_turned: bytes
    after: bytes
    after_turned: bytes

    @classmethod
    def of(cls, before: bytes, after: bytes, order: str) -> Self | None:
        """A birth written in `order`; nothing when it is no day of the calendar, or did not change."""
        if before == after or DATE_DECODERS[order](before) is None:
            return None
        one, other = (_turned(day) if order == "JJMMAA" else day[-6:] for day in (before, after))
        return cls(one, _turned(one), other, _turned(other))

    def stands_in(self, raw: bytes) -> bool:
        """Whether its digits stand somewhere in a record."""
        return self.before in raw or self.before_turned in raw

    def replacement(self, piece: bytes, order: str) -> bytes | None:
        """What becomes of a date that is the day of the birth; nothing for another one."""
        if order == "JJMMAA":
            return self.after_turned if piece == self.before_turned else None
        if piece[-6:] != self.before:
            return None
        # A year earlier may be that of another century.
        century = piece[:-6]
        if century and self.after > self.before:
            century = b"%02d" % ((int(century) - 1) % 100)
        return century + self.after


def _turned(day: bytes) -> bytes:
    return day[4:6] + day[2:4] + day[:2]


def other_dates(layout: Layout) -> list[Field]:
    """The dates of a record that are not flagged as personal, and may be a day of somebody's life."""
    return [
        field
        for field in layout.fields
        if field.kind.base == "date" and not field.personal and field.name not in _OF_OTHERS
    ]
