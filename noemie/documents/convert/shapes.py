"""What the schemas of documents say of fields, whatever the syntax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from flatfile import Field, Layout
from fse.naissance import is_birth
from fse.normes import NORMS, norme
from fse.ssv import GroupLayout, ZoneField
from fse.ssv import tables as zone_tables
from noemie.documents.convert.field_values import NUMBERS
from noemie.documents.convert.model import Family
from noemie.documents.convert.xml_words import schema_name
from noemie.returns.rejet import forms_of
from noemie.returns.tables import layouts as entity_layouts


class Shape(NamedTuple):
    """The type of a field: `base` is `number`, `decimal`, `day`, `time` or `text`.

    `length` is in bytes, 0 where it says nothing.
    """

    base: str
    length: int
    places: int = 0

    @property
    def name(self) -> str:
        """Name of the type in a schema: `text-25`, `decimal-5-2`, `day`."""
        if self.base in ("day", "time"):
            return self.base
        return f"{self.base}-{self.length}" + (f"-{self.places}" if self.places else "")


class Subject(NamedTuple):
    """What a schema describes."""

    name: str
    family: Family
    norme: str


def subjects() -> Iterator[Subject]:
    """The schemas that there are: one for each B2 norm, one for returns, one for zones."""
    for name in NORMS:
        yield Subject(schema_name("b2", name), "b2", name)
    yield Subject("noemie", "noemie", "")
    yield Subject("ssv", "ssv", "")


def records(subject: Subject, layouts: Path | None = None) -> list[Layout]:
    """The record types of a flow or a return, in the order of their names."""
    is_flow = subject.family == "b2"
    known = norme(subject.norme, layouts).layouts if is_flow else dict(entity_layouts(layouts))
    return [known[name] for name in sorted(known)]


def groups(layouts: Path | None = None) -> list[GroupLayout]:
    """The groups of zones, in the order of their ids."""
    known = zone_tables(layouts)
    return [known[id] for id in sorted(known)]


def shape_of(field: Field) -> Shape:
    """The type of a field."""
    base = field.kind.base
    if base in NUMBERS:
        return Shape("number", field.length)
    if base == "decimal":
        return Shape("decimal", field.length, int(field.kind.parameter.partition("+")[2]))
    if base == "date" and not is_birth(field):
        return Shape("day", 0)
    return Shape("time", 0) if base == "time" else Shape("text", field.length)


def shapes_of(layout: Layout) -> dict[str, Shape]:
    """The type of each field of a record; of one that has two forms, the longer."""
    found: dict[str, Shape] = {}
    for form in forms_of(layout):
        for field in form.fields:
            shape = shape_of(field)
            found[field.name] = max(found.get(field.name, shape), shape)
    return found


def about(field: Field) -> str:
    """Labels, bytes, kind, list and confidence of a field, for a person."""
    last = field.start + field.length - 1
    said = [f"{field.label_fr} / {field.label_en}", f"bytes {field.start}-{last}", field.kind.name]
    if field.kind.base == "cents":
        said.append("in cents")
    if field.list:
        said.append(f"list {field.list}")
    if field.personal:
        said.append("personal")
    return _joined(said, field.confidence)


def about_zone_field(field: ZoneField) -> str:
    """The same for a field of a zone."""
    said = [f"{field.label_fr} / {field.label_en}", f"position {field.position}", field.kind]
    if field.list:
        said.append(f"list {field.list}")
    if field.is_masked:
        said.append("personal")
    return _joined(said, field.confidence)


def _joined(said: list[str], confidence: str) -> str:
    return "; ".join([*said, f"confidence {confidence}"] if confidence else said)


#: Where schemas stand in the package.
FOLDER: Final = "data"
