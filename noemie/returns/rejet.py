"""Which of its two forms a reject of the long family (294) has: the one place that decides.

Funds write a code of 4 characters (6-9) and a label of 86; complementary insurers write the code of 290, of
10 characters (6-15), and a label of 80 (16-95) [arthus]. The code of 290 has a shape of its own: three
letters, six digits, a class letter. Where it stands in 6-15, the entity is read so; everything reads it so,
since the layout of the record says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from flatfile import Field, Layout

REJET: Final = "294"

#: A code of 10 characters: three letters, six digits, a class letter.
SHAPE: Final = re.compile(rb"[A-Z]{3}[0-9]{6}[RSCI]")

#: Name of each field -> its first position and length, in both forms.
_SHORT: Final = {"code_rejet": (6, 4), "libelle_rejet": (10, 86)}
_LONG: Final = {"code_rejet": (6, 10), "libelle_rejet": (16, 80)}
_CODE: Final = slice(5, 15)


def layout_of(layout: Layout, raw: bytes) -> Layout:
    """The layout of an entity 294 that holds these bytes: `layout`, or its other form."""
    return _long(layout) if SHAPE.fullmatch(raw, _CODE.start, _CODE.stop) else layout


def forms_of(layout: Layout) -> tuple[Layout, ...]:
    """The forms of an entity: one, two for a 294."""
    if layout.name != REJET or (other := _long(layout)) is layout:
        return (layout,)
    return layout, other


def form_for(layout: Layout, code: object) -> Layout:
    """The form that takes this code."""
    if isinstance(code, str) and SHAPE.fullmatch(code.encode("latin-1", "replace")):
        return forms_of(layout)[-1]
    return layout


def every_form(layouts: Iterable[Layout]) -> list[Layout]:
    """All layouts, in all their forms."""
    return [form for layout in layouts for form in forms_of(layout)]


@lru_cache(maxsize=64)
def _long(layout: Layout) -> Layout:
    """The other form of a 294; itself where a site's table describes another 294."""
    places = {field.name: (field.start, field.length) for field in layout.fields if field.name in _SHORT}
    if places != _SHORT:
        return layout
    fields = tuple(_moved(field) if field.name in _LONG else field for field in layout.fields)
    return layout.with_fields(fields)


def _moved(field: Field) -> Field:
    start, length = _LONG[field.name]
    return Field(
        field.name,
        start,
        length,
        field.kind.name,
        presence=field.presence,
        list=field.list,
        personal=field.personal,
        label_fr=field.label_fr,
        label_en=field.label_en,
        confidence=field.confidence,
    )
