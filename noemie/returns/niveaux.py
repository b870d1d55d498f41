"""At which level each entity stands, by reference of the flow: what is known of it (data/levels.csv).

Those of 900, 580 and 408 are read in the writers of a complementary insurer, those of 687 in part [arthus];
those of 929 in a sample [coog]. 025, 045, 155 and 255 of 687 are not described (docs/sources.md), nor are the
levels of any other reference: a reader builds the tree from the file itself.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

from codes.speakers import is_complementary_emitter

#: References of the rights flows, whoever sends them.
_OF_INSURERS: Final = frozenset({"408", "929"})


def niveaux(reference: str) -> Mapping[str, int]:
    """Level by entity number in flows of this reference; nothing when they are not known."""
    return _tables().get(reference, {})


def niveaux_de(reference: str, type_emetteur: str) -> Mapping[str, int]:
    """The same for one sender: 580 and 900 are known as insurers write them, others may differ."""
    by_insurer = is_complementary_emitter(type_emetteur) or reference in _OF_INSURERS
    return niveaux(reference) if by_insurer else {}


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    text = files("noemie.returns").joinpath("data", "levels.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["reference"], {})[row["entity"]] = int(row["level"])
    return found
