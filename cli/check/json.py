"""The report as JSON. Its structure is published: `check.schema.json`, beside this module."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from cli.check.data import report_data
from cli.check.model import Report
from cli.words.screen import json_text

#: Version of the document. 2: `counts` and `summary` leave out the findings that a cause explains.
SCHEMA_VERSION: Final = 2


def document(report: Report) -> dict[str, Any]:
    """The document as plain data; keys keep the order of the schema."""
    return {"schema_version": SCHEMA_VERSION, "command": "check", **report_data(report)}


def write(report: Report) -> str:
    """The report in JSON."""
    return json_text(document(report))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `write` gives."""
    text = files("cli.check").joinpath("check.schema.json").read_text(encoding="utf-8")
    made: dict[str, Any] = json.loads(text)
    return made
