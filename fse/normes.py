"""The B2 norms: which layouts, and which one a record has.

Layouts come from `data/b2.csv`: `ENV` (records 000, 1, 6, 999, common to all), `PS-2003C` (city care),
`CP-2005E` and `CP-2003C` (establishments; the latter holds only the records that differ). How a record
tells its type is sourced in [SV] [SFG]: position 1, then a letter in 36 (PS and CP short headers) or in
39 (CP long headers).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flatfile import Layout, LayoutError, Layouts, load_overlay, load_package_table, opaque
from flatfile.tables import check_lengths

#: Bytes of a B2 record.
LENGTH = 128

TABLE = "b2.csv"

#: Norms that a caller may ask for, the first of each family being the one chosen without more.
NORMS = ("PS-2003C", "CP-2005E", "CP-2003C")

UNKNOWN = opaque(LENGTH)

#: Where the norm and the name of record 000 may stand when bytes before them were lost or added.
_NEARBY = slice(41, 87)

#: CP records whose type letter stands in 39 instead of 36.
_LETTER_AT_39 = frozenset({"2S", "3S", "3E"})


class Norme:
    """One norm: its layouts by record type, and the way to find the one of a record."""

    def __init__(self, name: str, layouts: dict[str, Layout]) -> None:
        self.name = name
        self.layouts = layouts
        self._whole: dict[bytes, Layout] = {}
        self._letter_36: dict[bytes, Layout] = {}
        self._letter_39: dict[bytes, Layout] = {}
        self._plain: dict[bytes, Layout] = {}
        for type, layout in layouts.items():
            key = type.encode("ascii")
            if type in ("000", "999"):
                self._whole[key] = layout
            elif len(type) == 1:
                self._plain[key] = layout
            elif self.is_cp and type in _LETTER_AT_39:
                self._letter_39[key] = layout
            else:
                self._letter_36[key] = layout
        if not self.is_cp:
            # In city care a space in 36 is what makes a main record; anything else is a complement.
            for type in ("2", "4"):
                self._letter_36[f"{type} ".encode()] = self._plain.pop(type.encode())

    @property
    def is_cp(self) -> bool:
        """Whether this is a norm of establishments."""
        return self.name.startswith("CP")

    def layout_of(self, raw: bytes) -> Layout:
        """The layout of a record from its bytes; `UNKNOWN` when no record type fits."""
        first = raw[:1]
        if first in b"2345" and first:
            found = self._letter_36.get(first + raw[35:36])
            if found is None:
                found = self._letter_39.get(first + raw[38:39]) or self._plain.get(first)
            return found or UNKNOWN
        return self._plain.get(first) or self._whole.get(raw[:3]) or UNKNOWN

    def __repr__(self) -> str:
        return f"<Norme {self.name}: {len(self.layouts)} records>"


@lru_cache(maxsize=1)
def shipped() -> Layouts:
    """All layouts of the shipped table, by (norm, record type)."""
    layouts = load_package_table("fse", TABLE, group="norm", type="record")
    check_lengths(layouts.values(), LENGTH)
    return layouts


@lru_cache(maxsize=16)
def norme(name: str, directory: Path | None = None) -> Norme:
    """The norm called `name` (see `NORMS`), with a site's own table laid over it.

    Raises `LayoutError` when the norm is unknown or the site's table is wrong.
    """
    if name not in NORMS:
        raise LayoutError(f"norm {name}: unknown, expected one of {', '.join(NORMS)}")
    layouts = dict(shipped())
    if directory is not None:
        own = load_overlay(directory, TABLE, group="norm", type="record")
        check_lengths(own.values(), LENGTH)
        layouts.update(own)
    order = ("ENV", "CP-2005E", "CP-2003C") if name == "CP-2003C" else ("ENV", name)
    chosen: dict[str, Layout] = {}
    for family in order:
        chosen.update({type: layout for (norm, type), layout in layouts.items() if norm == family})
    if name == "CP-2003C":
        # 3E and 4E came with 2005-E; 4S has one drawing in 2003-C, given by the city-care table [SV].
        for type in ("3E", "4E"):
            chosen.pop(type, None)
        chosen["4S"] = layouts["PS-2003C", "4S"]
    return Norme(name, chosen)


def norm_of(head: bytes) -> str:
    """Name of the norm that the first records declare: `CP` in bytes 62-65 of record 000, else PS [SV].

    When record 000 lost or gained some bytes its name is looked for nearby; when it is missing, record 1
    repeats the norm in 79-80, and a main record 2 to 5 of establishments has a digit in 36.

    >>> norm_of(b"000" + b" " * 58 + b"CP  B2" + b" " * 61)
    'CP-2005E'
    >>> norm_of(b"000" + b" " * 62 + b"B2" + b" " * 61)
    'PS-2003C'
    """
    first = head[:1]
    if head[65:67] == b"B2":
        is_cp = head[61:63] == b"CP"
    elif first == b"0":
        is_cp = b"CP  B2" in head[_NEARBY]
    elif first == b"1":
        is_cp = head[78:80] == b"CP"
    else:
        is_cp = first in (b"2", b"3", b"4", b"5") and head[35:36].isdigit()
    return "CP-2005E" if is_cp else "PS-2003C"
