"""One JSON document written piece after piece: the bytes of `screen.write_json`, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from cli.words.screen import SCHEMA_VERSION


def write_document(out: TextIO, command: str, body: dict[str, Any], rows: str) -> None:
    """Write `body`, whose value named `rows` is made while it is written."""
    out.write(f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "command": {_text(command)}')
    for name, value in body.items():
        out.write(f",\n  {_text(name)}: ")
        if name == rows:
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


def _text(value: Any, margin: str = "") -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + margin)
