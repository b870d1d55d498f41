"""The JSON schema of `noemie today --format json`, made from the model.

    python -m cli.today.schema

writes it again beside this module; a test compares the two.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from noemie.ledger.today_model import Aujourdhui

#: Version of the document.
SCHEMA: Final = 1

PLACE: Final = Path(__file__).parent / "today.schema.json"


def schema() -> dict[str, Any]:
    """The schema of the whole document (JSON Schema 2020-12)."""
    made = msgspec.json.schema(Aujourdhui)
    whole = made["$defs"].pop(Aujourdhui.__name__)
    head = {"schema_version": {"const": SCHEMA}, "command": {"const": "today"}}
    whole["properties"] = {**head, **whole["properties"]}
    whole["required"] = [*head, *whole["required"]]
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "noemie today"}
    return {**told, **whole, "title": told["title"], "$defs": dict(sorted(made["$defs"].items()))}


def text() -> str:
    """The same, as it is committed."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
