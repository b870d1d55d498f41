"""Write the XML and JSON schemas of documents from the tables.

    python -m noemie.documents.convert.schemas [DIRECTORY] [--check] [--layouts DIR]

Without a directory, those that ship in this package. `--check` writes nothing: the status is 1 when a schema
on disk is not what would be written. `--layouts` lays a site's own tables over the shipped ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from flatfile import LayoutError
from noemie.documents.convert.json_schema import make_json_schema
from noemie.documents.convert.shapes import FOLDER, subjects
from noemie.documents.convert.xsd import make_xsd


def render(layouts: Path | None = None) -> dict[str, str]:
    """File name -> text of every schema. Raises `LayoutError` when a table of the site is wrong."""
    made: dict[str, str] = {}
    for subject in subjects():
        made[f"{subject.name}.xsd"] = make_xsd(subject, layouts)
        schema = make_json_schema(subject, layouts)
        made[f"{subject.name}.schema.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return made


def shipped(name: str) -> str:
    """The text of a schema of this package: `noemie.xsd`, `b2-PS-2003C.schema.json`."""
    return files("noemie.documents.convert").joinpath(FOLDER, name).read_text(encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the schemas, or compare them with a directory."""
    parser = argparse.ArgumentParser(prog="python -m noemie.documents.convert.schemas", description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, default=Path(__file__).parent / FOLDER)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--layouts", type=Path)
    options = parser.parse_args(arguments)
    try:
        made = render(options.layouts)
    except LayoutError as error:
        print(error, file=sys.stderr)  # names a table, a line and what was expected
        return 2
    stale = 0
    for name, text in made.items():
        path = options.directory / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale = 1
        if not options.check:
            options.directory.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{name}: {'not up to date' if options.check else 'written'}")
    return stale if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
