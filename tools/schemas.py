"""Write the JSON schemas of the documents of the command, each beside its model.

    python -m tools.schemas [--check]

`--check` writes nothing: the status is 1 when a schema does not say what its model writes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

import cli
from cli.check import document as check
from cli.decode import model as decode
from cli.documents.diff_model import Differences
from cli.documents.model import MaskedFiles
from cli.explain import model as explain
from cli.explain.catalogue_model import Exported
from cli.followup import model as followup
from cli.followup.pages_model import ReportDocument, StatementDocument
from cli.rights import model as rights
from cli.show import model as show
from cli.today import shown as today
from cli.words.schema import document_schema
from cli.words.screen import SCHEMA_VERSION, json_text
from noemie.ledger.today_model import Aujourdhui

#: File, under the package `cli` -> model, command, version of the document.
DOCUMENTS: Final[dict[str, tuple[type[Struct], str, int]]] = {
    "decode/decode.schema.json": (decode.Decode, "decode", decode.SCHEMA),
    "documents/mask.schema.json": (MaskedFiles, "mask", SCHEMA_VERSION),
    "documents/diff.schema.json": (Differences, "diff", SCHEMA_VERSION),
    "explain/catalogue.schema.json": (Exported, "codes export", SCHEMA_VERSION),
    "explain/explain.schema.json": (explain.Explained, "explain", SCHEMA_VERSION),
    "followup/reconcile.schema.json": (followup.Rapprochement, "reconcile", followup.SCHEMA),
    "followup/report.schema.json": (ReportDocument, "ledger report", 2),
    "followup/statement.schema.json": (StatementDocument, "ledger statement", SCHEMA_VERSION),
    "rights/show.schema.json": (rights.Consultation, "rights show", SCHEMA_VERSION),
    "today/today.schema.json": (Aujourdhui, "today", today.SCHEMA),
    "show/show.schema.json": (show.Shown, "show", show.SCHEMA),
}


def texts() -> dict[Path, str]:
    """Where each schema stands -> what it must hold."""
    home = Path(cli.__file__).parent
    made = {
        home / name: json.dumps(document_schema(*one), ensure_ascii=False, indent=1) + "\n"
        for name, one in DOCUMENTS.items()
    }
    return {**made, check.SCHEMA: json_text(check.make_schema())}


def main(arguments: list[str] | None = None) -> int:
    """Write the schemas, or compare them with those that stand there."""
    parser = argparse.ArgumentParser(prog="python -m tools.schemas", description=__doc__)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args(arguments)
    old = [
        path
        for path, text in texts().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in old:
        if not asked.check:
            path.write_text(texts()[path], encoding="utf-8")
        print(path.name)
    return 1 if old and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
