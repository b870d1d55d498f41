"""The B2 norms: which layouts, and which one a record has.

Layouts come from `data/b2.csv`: `ENV` (records 000, 1, 6, 999, common to all), `PS-2003C` (city care),
`CP-2005E` and `CP-2003C` (establishments; the latter holds only the records that differ). How a record
tells its type is sourced in [SV] [SFG]: position 1, then a letter in 36 (PS and CP short headers) or in
39 (CP long headers).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from flatfile import Layout, LayoutError, Layouts, load_overlay, load_package_table, opaque
from flatfile.tables import check_lengths, standing

#: Bytes of a B2 record.
LENGTH = 128

TABLE = "b2.csv"

#: Norms that a caller may ask for, the first of each family being the one chosen without more.
NORMS = ("PS-2003C", "CP-2005E", "CP-2003C")

UNKNOWN = opaque(LENGTH)

#: Where the norm and the name of record 000 may stand when bytes before them were lost or added.
_NEARBY = slice(41, 87)

#: Where the first records 1 and 2 stand; the bytes that tell the norm there.
_LOOKED_AT = 5 * LENGTH
_BATCH = re.compile(rb"1[0-9AB]{9}.{6}[0-9 ]{6}.{47}B2.{7}(..)", re.DOTALL)
_INVOICE = re.compile(rb"2[0-9AB]{9} [0-9AB]{15}[0-9]{9}(.)", re.DOTALL)

#: CP records whose type letter stands in 39 instead of 36.
_LETTER_AT_39 = frozenset({"2S", "3S", "3E"})


class Norme:
    """One norm: its layouts by record type, and the way to find the one of a record.

    `is_cp` tells a norm of establishments.
    """

    def __init__(self, name: str, layouts: dict[str, Layout]) -> None:
        self.name = name
        self.layouts = layouts
        self.is_cp = name.startswith("CP")
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
        raise LayoutError("norm", norm=name, known=", ".join(NORMS))
    layouts = dict(shipped())
    if directory is not None:
        own = load_overlay(directory, TABLE, group="norm", type="record")
        with standing(str(directory / TABLE)):
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


@lru_cache(maxsize=16)
def reference_norme(name: str, directory: Path | None = None) -> Norme:
    """The same norm, whose records are decoded by their declarations (`flatfile.reference`)."""
    from flatfile.reference import reference_layouts

    return Norme(name, reference_layouts(norme(name, directory).layouts))


def norm_of(head: bytes) -> str:
    """Name of the norm of a flow, from its first bytes: `CP` in 62-65 of record 000, else PS [SV].

    Record 1 repeats the norm in 79-80, and a main record 2 of establishments has a digit in 36: where one
    of the three is damaged or missing, the two others are right.

    >>> norm_of(b"000" + b" " * 58 + b"CP  B2" + b" " * 61)
    'CP-2005E'
    >>> norm_of(b"000" + b" " * 62 + b"B2" + b" " * 61)
    'PS-2003C'
    """
    witnesses = []
    head = head[:_LOOKED_AT].upper()  # a whole file in lower case keeps its norm
    if head[65:67] == b"B2":
        witnesses.append(head[61:63] == b"CP")
    elif head[:1] == b"0":
        witnesses.append(b"CP  B2" in head[_NEARBY])
    batch = _BATCH.search(head, 0, _LOOKED_AT)
    if batch is not None:
        witnesses.append(batch[1] == b"CP")
    invoice = _INVOICE.search(head, 0, _LOOKED_AT)
    if invoice is not None:
        witnesses.append(invoice[1].isdigit())
    for_cp = sum(witnesses)
    if 2 * for_cp == len(witnesses):
        return "CP-2005E" if witnesses and witnesses[0] else "PS-2003C"
    return "CP-2005E" if 2 * for_cp > len(witnesses) else "PS-2003C"


def holds_batch(head: bytes) -> bool:
    """Whether a record 1 stands among the first bytes: no other format has one."""
    return _BATCH.search(head, 0, _LOOKED_AT) is not None
