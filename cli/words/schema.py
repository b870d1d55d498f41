"""JSON Schema of what a typed model writes: made from the Structs, so that none is kept by hand beside them.

Every key that is always written is required; one that is absent at times is not (`UNSET`). Descriptions are
the docstrings, and what `msgspec.Meta` says. References have the form that the reader wants: `#/$defs/{name}`
in a file of its own, `#/components/schemas/{name}` in an OpenAPI document.
"""

from __future__ import annotations

import datetime as dt
import inspect
import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

__all__ = ["Schema", "definitions", "document_schema"]

Schema = dict[str, Any]

_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    dt.date: {"type": "string", "format": "date"},
}
_MANY = (list, tuple, set, frozenset, Collection, Iterable, Sequence)


def document_schema(model: type[msgspec.Struct], command: str, version: int) -> Schema:
    """The schema of a whole document: its head (`schema_version`, `command`), then the keys of its model."""
    known = definitions(model)
    body = known.pop(model.__name__)
    head: Schema = {"schema_version": {"const": version}, "command": {"const": command}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"noemie {command} --format json",
        **body,
        "properties": head | body["properties"],
        "required": [*head, *body["required"]],
        "$defs": known,
    }


def definitions(*models: type[msgspec.Struct], ref: str = "#/$defs/{name}") -> dict[str, Schema]:
    """Name -> schema of these models and of what they hold. Two Structs of one name raise `ValueError`."""
    found: dict[str, Schema] = {}
    seen: dict[str, type] = {}
    waiting = list(models)
    while waiting:
        model = waiting.pop(0)
        if seen.setdefault(model.__name__, model) is not model:
            raise ValueError(f"two models are called {model.__name__}")
        if model.__name__ not in found:
            inner: list[type[msgspec.Struct]] = []
            found[model.__name__] = _struct(model, ref, inner)
            waiting += inner
    return found


def _struct(model: type[msgspec.Struct], ref: str, inner: list[type[msgspec.Struct]]) -> Schema:
    config = model.__struct_config__
    if config.array_like:
        raise TypeError(f"{model.__name__} is written without its keys")
    properties: Schema = {}
    required = []
    if config.tag is not None:
        properties[str(config.tag_field)] = {"const": config.tag}
        required.append(str(config.tag_field))
    hints = get_type_hints(model, include_extras=True)
    for name, key in zip(model.__struct_fields__, model.__struct_encode_fields__, strict=True):
        properties[key] = _type(hints[name], ref, inner)
        if msgspec.UnsetType not in _members(hints[name]):
            required.append(key)
    said = {"description": text} if (text := inspect.cleandoc(model.__doc__ or "")) else {}
    return {**said, "type": "object", "properties": properties, "required": required}


def _type(hint: Any, ref: str, inner: list[type[msgspec.Struct]]) -> Schema:
    if get_origin(hint) is Annotated:
        plain, *told = get_args(hint)
        return _type(plain, ref, inner) | _said(told)
    members = [one for one in _members(hint) if one is not msgspec.UnsetType]
    if len(members) > 1:
        return {"anyOf": [_type(one, ref, inner) for one in members]}
    (one,) = members
    origin, arguments = get_origin(one) or one, get_args(one)
    if origin is Annotated:
        return _type(one, ref, inner)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in _MANY:
        items = [some for some in arguments if some is not Ellipsis]
        return {"type": "array", "items": _type(items[0], ref, inner)} if items else {"type": "array"}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _type(arguments[1], ref, inner)}
    if origin in _PLAIN:
        return dict(_PLAIN[origin])
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        inner.append(origin)
        return {"$ref": ref.format(name=origin.__name__)}
    if isinstance(origin, type) and issubclass(origin, Enum):
        return {"enum": [some.value for some in origin]}
    if origin is Any:
        return {}
    if origin is dt.date:
        return {"type": "string", "format": "date"}
    raise TypeError(f"no schema for {one!r}")


def _said(told: Iterable[Any]) -> Schema:
    """What `msgspec.Meta` says of a value."""
    keys = {"description": "description", "ge": "minimum", "pattern": "pattern"}
    found = {ours: getattr(meta, name) for meta in told for name, ours in keys.items()}
    return {name: value for name, value in found.items() if value is not None}


def _members(hint: Any) -> Iterator[Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        for one in get_args(hint):
            yield from _members(one)
    elif origin is Annotated and len(inside := [*_members(get_args(hint)[0])]) > 1:
        yield from inside
    else:
        yield hint
