"""The report as JSON. Its structure is published: `check.schema.json`, made from `cli.check.document`."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from cli.check.data import document
from cli.check.document import SCHEMA
from cli.check.model import Report
from cli.words.screen import json_text


def write(report: Report) -> str:
    """The report in JSON; keys keep the order of the schema."""
    return json_text(msgspec.to_builtins(document(report)))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `write` gives."""
    made: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return made
