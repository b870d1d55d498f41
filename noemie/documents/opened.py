"""What was opened and what was left aside, in one run: see `noemie.documents.sorting`, which fills it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple


class Aside(NamedTuple):
    """A file that is left aside.

    `why`: `smime`, `password`, `signature`, `accuse` (perhaps an acknowledgement), the family of a file of
    ours that is not wanted, else `autre`; `lookalike` is the name of its format, when one is known.
    """

    name: str
    why: str
    lookalike: str = ""


class Opened:
    """What was opened (by kind of envelope), how many files were read in it, what was left aside."""

    def __init__(self) -> None:
        self.envelopes: Counter[str] = Counter()
        self.inside = 0
        self.aside: list[Aside] = []

    def __bool__(self) -> bool:
        return bool(self.envelopes or self.aside)
