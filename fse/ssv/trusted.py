"""Fields of a zone that can be shown: those that surely are what they are said to be.

Where a field was lost or added, those after it stand one place further: what is called a code may be a NIR.
"""

from __future__ import annotations

from typing import Final

from fse.ssv.champs import Champs
from fse.ssv.zone import Group

#: Remarks that say that a field is not what it should be.
_WRONG: Final = frozenset(
    {
        "zone.forme-nir",
        "zone.forme-date",
        "zone.numerique",
        "zone.octets-de-controle",
        "zone.longueur-inhabituelle",
    }
)

#: From this many wrong fields on, any field of the group may hold part of another one.
_SHIFTED: Final = 3

#: Bytes that may identify somebody when they are not what the field is called.
_TELLING: Final = 8

#: A group whose fields repeat by a rule that no source gives: personal ones stand at unknown places.
_LOOSE: Final = frozenset({41})


class Doubt:
    """What is doubtful in one group; `whole` when no field of it can be trusted."""

    def __init__(self, group: Group, champs: Champs) -> None:
        wrong: set[int] = set()
        layout = group.layout
        whole = group.id in _LOOSE and layout is not None and len(group.fields) != len(layout.fields)
        for position, _, remark in champs.check(group):
            if remark.rule in _WRONG:
                wrong.add(position)
            elif remark.rule == "zone.champ-manquant":
                whole = True
        self.whole = whole or len(wrong) >= _SHIFTED
        self._wrong = wrong

    def on(self, position: int, length: int) -> bool:
        """Whether the field at a position, of that many bytes, may hold something else than its name says."""
        return self.whole or position in self._wrong or bool(self._wrong and length >= _TELLING)
