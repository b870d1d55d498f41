"""Whether the writer of a return copies days from B2 flows as they are (AAMMJJ): a witness for all its days.

A birth date alone does not tell its order when both are days; the other days of the same return do, for one
program wrote them all [arthus].
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flatfile.kinds import decode_aammjj, decode_jjmmaa
from noemie.returns.jour import Ordre

if TYPE_CHECKING:
    from noemie.returns.facture import FactureRetour


def only_order(raw: bytes) -> Ordre | None:
    """The one order in which six digits are a day; `None` when both or none are."""
    copied, written = decode_aammjj(raw) is not None, decode_jjmmaa(raw) is not None
    if copied == written:
        return None
    return "AAMMJJ" if copied else "JJMMAA"


def is_read_both_ways(raw: bytes) -> bool:
    """Whether six digits are two days, by the order they are read in."""
    copied, written = decode_aammjj(raw), decode_jjmmaa(raw)
    return None not in (copied, written) and copied != written


class Copie:
    """The invoices of one return, asked once which order more of their days are in."""

    def __init__(self, factures: Sequence[FactureRetour]) -> None:
        self._factures = factures

    @cached_property
    def from_b2(self) -> bool:
        """Whether more days are AAMMJJ than JJMMAA, of those that can only be one of both."""
        votes = 0
        for facture in self._factures:
            votes += facture.date_lot_douteuse
            order = only_order(facture.naissance)
            votes += (order == "AAMMJJ") - (order == "JJMMAA")
        return votes > 0
