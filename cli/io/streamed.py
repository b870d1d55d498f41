"""One JSON document written piece after piece: the bytes of `screen.write_json`, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import msgspec

from cli.words.screen import SCHEMA_VERSION


def write_model(out: TextIO, command: str, model: msgspec.Struct, version: int, *rows: str) -> None:
    """Write a typed model, whose values named `rows` are made while they are written."""
    body = {
        name: map(msgspec.to_builtins, value) if name in rows else msgspec.to_builtins(value)
        for name in model.__struct_fields__
        for value in [getattr(model, name)]
    }
    write_document(out, command, body, *rows, version=version)


def write_document(
    out: TextIO, command: str, body: dict[str, Any], *rows: str, version: int = SCHEMA_VERSION
) -> None:
    """Write `body`, whose values named `rows` are made while they are written."""
    out.write(f'{{\n  "schema_version": {version},\n  "command": {_text(command)}')
    for name, value in body.items():
        out.write(f",\n  {_text(name)}: ")
        if name in rows:
            write_rows(out, value)
        else:
            out.write(_text(value, "  "))
    out.write("\n}\n")


def write_rows(out: TextIO, rows: Iterable[Any]) -> None:
    """A list at the first level of a document."""
    empty = True
    out.write("[")
    for row in rows:
        out.write(("\n    " if empty else ",\n    ") + _text(row, "    "))
        empty = False
    out.write("]" if empty else "\n  ]")


def write_object(
    out: TextIO,
    model: msgspec.Struct,
    *rows: str,
    margin: str = "",
    flat: bool = False,
    head: Mapping[str, Any] | None = None,
) -> None:
    """Write a model as `json.dumps` would, the values named `rows` being made while they are written.

    `margin` goes before each line but the first, of one that is not `flat`. `head` comes first.
    """
    opening, joint, end = ("{", ", ", "}") if flat else ("{\n  " + margin, ",\n  " + margin, f"\n{margin}}}")
    before = opening
    values = {name: getattr(model, name) for name in model.__struct_fields__}
    for name, value in {**(head or {}), **values}.items():
        if value is msgspec.UNSET:
            continue
        out.write(f"{before}{_text(name)}: ")
        before = joint
        if name not in rows:
            plain = msgspec.to_builtins(value)
            out.write(json.dumps(plain, ensure_ascii=False) if flat else _text(plain, f"{margin}  "))
            continue
        inside = "[" if flat else f"[\n    {margin}"
        empty = True
        for row in value:
            plain = msgspec.to_builtins(row)
            out.write(inside if empty else ", " if flat else f",\n    {margin}")
            out.write(json.dumps(plain, ensure_ascii=False) if flat else _text(plain, f"{margin}    "))
            empty = False
        out.write("[]" if empty else "]" if flat else f"\n  {margin}]")
    out.write(end)


def _text(value: Any, margin: str = "") -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + margin)
