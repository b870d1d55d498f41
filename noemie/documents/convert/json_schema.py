"""JSON schemas (2020-12) of documents, made from the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flatfile import Layout
from fse.ssv import GroupLayout
from noemie.documents.convert.model import FORMAT, SCHEMA_VERSION
from noemie.documents.convert.shapes import (
    Shape,
    Subject,
    about,
    about_zone_field,
    groups,
    records,
    shapes_of,
)
from noemie.documents.convert.xml_words import namespace
from noemie.documents.hidden import HIDDEN

Schema = dict[str, Any]

_NATURAL: Final[Schema] = {"type": "integer", "minimum": 0}
_RANK: Final[Schema] = {"type": "integer", "minimum": 1}
_ENDS: Final[Schema] = {"type": "string", "pattern": "^((CRLF|LF|CR)( (CRLF|LF|CR))*)?$"}
_END: Final[Schema] = {"enum": ["", "CRLF", "LF", "CR"]}
_FORM: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 4}
_HEX: Final[Schema] = {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
_APART: Final[list[Schema]] = [{"$ref": "#/$defs/raw"}, {"$ref": "#/$defs/hidden"}]

_COMMON: Final[Schema] = {
    "hidden": {"description": "A value that is not shown.", "const": HIDDEN},
    "raw": {
        "description": "Bytes that are not the writing of any value, as latin-1 text.",
        "type": "object",
        "required": ["raw"],
        "additionalProperties": False,
        "properties": {"raw": {"type": "string"}},
    },
    "rawRecord": {
        "description": "A damaged or unknown record, as latin-1 text.",
        "type": "object",
        "required": ["record", "type", "raw"],
        "not": {"required": ["fields"]},
        "properties": {"type": {"type": "string"}, "raw": {"type": "string"}, "length": _NATURAL},
    },
    "frame": {
        "type": "object",
        "required": ["prefix", "size", "suffix", "times"],
        "properties": {"prefix": _HEX, "size": _NATURAL, "suffix": _HEX, "times": _NATURAL},
    },
}

_WAY: Final = "(rogne|utf-8|(CRLF|LF|CR)-[1-9][0-9]{0,4})"

_PLACE: Final[Schema] = {
    "record": _RANK,
    "offset": _NATURAL,
    "facture": _RANK,
    "ligne": _RANK,
    "eol": _END,
    "gap": _ENDS,
    "written": {"type": "string", "pattern": f"^{_WAY}( {_WAY})*$"},
    "retour": _RANK,
    "ordre": {"enum": ["AAMMJJ", "JJMMAA"]},
    "douteux": {"type": "array", "items": {"type": "string"}},
    "form": _FORM,
    "forms": {"type": "object", "additionalProperties": _FORM},
}


def make_json_schema(subject: Subject, layouts: Path | None = None) -> Schema:
    """The schema of a document. `layouts` is a site's folder of tables. Raises `LayoutError`."""
    definitions = dict(_COMMON)
    if subject.family == "ssv":
        known = {str(group.id): _group(group) for group in groups(layouts)}
        known["group"] = _unknown_group(list(known))
    else:
        types = records(subject, layouts)
        shapes = {shape for layout in types for shape in shapes_of(layout).values()}
        definitions |= {shape.name: _shape(shape) for shape in sorted(shapes)}
        known = {layout.name: _record(layout) for layout in types}
    definitions |= {f"r{name}": schema for name, schema in known.items()}
    names = ["rawRecord", *(f"r{name}" for name in known)]
    head = {
        "format": {"const": FORMAT},
        "schema_version": {"const": SCHEMA_VERSION},
        "family": {"const": subject.family},
        "values": {"type": "boolean"},
        **_head(subject),
    }
    records_ = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": _PLACE,
            "anyOf": [{"$ref": f"#/$defs/{name}"} for name in names],
        },
    }
    end = {"count": _NATURAL, "bytes": _NATURAL, "gap": _ENDS, "sha256": _HEX}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": namespace(subject.name),
        "title": f"{FORMAT} {subject.name}",
        "type": "object",
        "required": [*head, "records"],
        "properties": {**head, "records": records_, **end},
        "$defs": definitions,
    }


def _head(subject: Subject) -> Schema:
    if subject.family == "b2":
        return {"norme": {"const": subject.norme}, "eol": _END}
    if subject.family == "noemie":
        frames = {"type": "array", "items": {"$ref": "#/$defs/frame"}}
        return {"envelope": {"enum": ["P1", "P2", "P3"]}, "frames": frames}
    return {}


def _shape(shape: Shape) -> Schema:
    typed: dict[str, list[Schema]] = {
        "text": [{"type": "string", "maxLength": shape.length}],
        "number": [{"type": "integer", "minimum": 0, "maximum": 10**shape.length - 1}],
        "decimal": [{"type": "string", "pattern": f"^[0-9]+(\\.[0-9]{{1,{shape.places or 1}}})?$"}],
        "day": [{"type": "string", "format": "date"}, {"type": "null"}],
        "time": [{"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}:00$"}],
    }
    return {"anyOf": [*typed[shape.base], *_APART]}


def _record(layout: Layout) -> Schema:
    shapes = shapes_of(layout)
    fields = {
        field.name: {"$ref": f"#/$defs/{shapes[field.name].name}", "description": about(field)}
        for field in layout.fields
    }
    return _typed(layout.name, {"type": "object", "additionalProperties": False, "properties": fields})


def _group(group: GroupLayout) -> Schema:
    fields = {
        field.name: {"type": "string", "description": about_zone_field(field)} for field in group.fields
    }
    told = {
        "type": "object",
        "properties": fields,
        "patternProperties": {"^champ_[1-9][0-9]*$": {"type": "string"}},
        "additionalProperties": False,
    }
    return {"description": f"{group.label_fr} / {group.label_en}"} | _typed(str(group.id), told)


def _unknown_group(known: list[str]) -> Schema:
    fields = {"type": "object", "patternProperties": {"^champ_[1-9][0-9]*$": {"type": "string"}}}
    return {
        "type": "object",
        "required": ["record", "type", "fields"],
        "properties": {
            "type": {"type": "string", "pattern": "^[0-9]{1,5}$", "not": {"enum": known}},
            "fields": fields | {"additionalProperties": False},
        },
    }


def _typed(type: str, fields: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["record", "type", "fields"],
        "properties": {"type": {"const": type}, "fields": fields},
    }
