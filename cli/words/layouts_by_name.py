"""Every record layout by the name a person asks for it: the B2 norm, or `NOEMIE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flatfile import Field, Layout
from fse.normes import NORMS, norme, shipped
from noemie.returns.tables import layouts as entities

NOEMIE: Final = "NOEMIE"

#: Columns of a field as data.
COLUMNS: Final = (
    "family",
    "record",
    "name",
    "start",
    "end",
    "length",
    "kind",
    "presence",
    "list",
    "personal",
    "label_fr",
    "label_en",
    "confidence",
    "note",
)


def known_layouts(directory: Path | None = None) -> list[tuple[str, Layout]]:
    """Every layout with the name it is asked by: the B2 norm, or `NOEMIE`."""
    found: dict[tuple[str, str], Layout] = {}
    families = ("ENV", *NORMS)
    for name in NORMS:
        for layout in norme(name, directory).layouts.values():
            found.setdefault((layout.family, layout.name), layout)
    for (family, type), layout in shipped().items():
        found.setdefault((family, type), layout)
    b2 = sorted(found.items(), key=lambda item: families.index(item[0][0]) if item[0][0] in families else 99)
    return [(key[0], layout) for key, layout in b2] + [
        (NOEMIE, layout) for layout in entities(directory).values()
    ]


def pick(known: list[tuple[str, Layout]], family: str, record: str) -> list[tuple[str, Layout]]:
    """The layouts asked for; a record type alone is looked for in every family."""
    wanted, type = family.strip().upper(), record.strip().upper()
    if not wanted:
        return known
    if type:
        return [(s, layout) for s, layout in known if s.upper() == wanted and layout.name == type]
    return [(s, layout) for s, layout in known if wanted in (s.upper(), layout.name)]


def row(shelf: str, layout: Layout, field: Field) -> dict[str, Any]:
    """One field as plain data; positions are 1-based, bounds included."""
    return {
        "family": shelf,
        "record": layout.name,
        "name": field.name,
        "start": field.start,
        "end": field.start + field.length - 1,
        "length": field.length,
        "kind": field.kind.name,
        "presence": field.presence,
        "list": field.list,
        "personal": field.personal,
        "label_fr": field.label_fr,
        "label_en": field.label_en,
        "confidence": field.confidence,
        "note": field.note,
    }
