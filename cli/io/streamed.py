"""One JSON document made piece after piece: the bytes of `screen.document_text`, in bounded memory."""

from __future__ import annotations

import json
from typing import Final, TextIO

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

    def row(self, value: object) -> str:
        """One row."""
        start = _ROW[1:] if self._empty else _ROW
        self._empty = False
        return start + _text(value, "    ")

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


def _text(value: object, margin: str = "") -> str:
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    return text.replace("\n", "\n" + margin)
