"""One JSON document made piece after piece: the bytes of `screen.document_text`, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TextIO

import msgspec

from cli.words.screen import SCHEMA_VERSION

#: What stands before a key, and before a row of a list.
_KEY: Final = ",\n  "
_ROW: Final = ",\n    "


class Streamed:
    """The pieces of a document, in the order of its keys: values, and lists whose rows come one by one."""

    def __init__(self, command: str, version: int = SCHEMA_VERSION) -> None:
        #: The first piece.
        self.head = f'{{\n  "schema_version": {version}{_KEY}"command": {_text(command)}'

    def value(self, name: str, value: object) -> str:
        """A key and its value."""
        return f"{_KEY}{_text(name)}: {_text(value, '  ')}"

    def rows(self, name: str) -> str:
        """A key, whose rows follow."""
        self._empty = True
        return f"{_KEY}{_text(name)}: ["

    def row_start(self) -> str:
        """What comes before a row."""
        start = _ROW[1:] if self._empty else _ROW
        self._empty = False
        return start

    def row(self, value: object) -> str:
        """One row."""
        return self.row_start() + _text(value, "    ")

    def rows_end(self) -> str:
        """No row comes any more."""
        return "]" if self._empty else "\n  ]"

    def end(self) -> str:
        """The last piece."""
        return "\n}\n"


def write_model(out: TextIO, command: str, model: msgspec.Struct, version: int, *rows: str) -> None:
    """Write a typed model, whose values named `rows` are made while they are written."""
    document = Streamed(command, version)
    out.write(document.head)
    for name in model.__struct_fields__:
        value = getattr(model, name)
        if name in rows:
            out.write(document.rows(name))
            out.writelines(map(document.row, value))
            out.write(document.rows_end())
        else:
            out.write(document.value(name, value))
    out.write(document.end())


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


def _text(value: object, margin: str = "") -> str:
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    return text.replace("\n", "\n" + margin)
