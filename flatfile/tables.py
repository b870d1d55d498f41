"""Layouts read from CSV tables, verified, with a site's own tables laid over them.

A table has one row per field: `name, start, length, kind, presence, list, personal, label_fr, label_en,
confidence, note`, `position` (rank of the field), and two columns whose names depend on the family:
the table or norm (`norm` or `family`) and the record type (`record` or `entity`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from flatfile.errors import LayoutError
from flatfile.layout import Field, Layout

#: (family, record type) -> layout
Layouts = dict[tuple[str, str], Layout]

_REQUIRED = ("name", "start", "length", "kind")

#: Bytes of the longest field: beyond it is a mistake in the table.
_LONGEST = 4096

_NUMBER = re.compile(r" *[0-9]{1,5} *")


def load_package_table(package: str, name: str, *, group: str, type: str) -> Layouts:
    """Read the table `data/<name>` that ships inside `package`."""
    text = files(package).joinpath("data", name).read_text(encoding="utf-8")
    return parse_table(text, name, group=group, type=type)


def load_overlay(directory: Path, name: str, *, group: str, type: str) -> Layouts:
    """Read `<directory>/<name>` when a site has one, else nothing.

    A site's table holds whole records: a record type written there replaces the shipped one.
    Raises `LayoutError` when the table cannot be read or is wrong.
    """
    path = directory / name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise LayoutError(f"{path}: this table cannot be read as UTF-8 text") from None
    return parse_table(text, str(path), group=group, type=type)


def parse_table(text: str, source: str, *, group: str, type: str) -> Layouts:
    """Turn the text of a table into layouts; `source` is the name used in messages.

    Raises `LayoutError` naming the table, the line and what was expected.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows: dict[tuple[str, str], list[Field]] = {}
    try:
        missing = {group, type, *_REQUIRED} - set(reader.fieldnames or ())
        if missing:
            raise LayoutError(f"{source}: missing column(s) {', '.join(sorted(missing))}")
        for row in reader:
            where = f"{source}, line {reader.line_num}"
            if None in row:
                raise LayoutError(f"{where}: more cells than columns")
            if not row[group] or not row[type]:
                raise LayoutError(f"{where}: {group} and {type} are needed")
            rows.setdefault((row[group], row[type]), []).append(_field(row, where))
    except csv.Error:
        raise LayoutError(
            f"{source}, line {reader.reader.line_num}: this line cannot be read as CSV"
        ) from None
    layouts: Layouts = {}
    for (family, name), fields in rows.items():
        try:
            layouts[family, name] = Layout(family, name, tuple(fields))
        except LayoutError as error:
            raise LayoutError(f"{source}: {error}") from None
    return layouts


def _field(row: Mapping[str, str | None], where: str) -> Field:
    def cell(name: str) -> str:
        return row.get(name) or ""

    numbers = [cell("start"), cell("length"), cell("position") or "0"]
    if not all(map(_NUMBER.fullmatch, numbers)):
        raise LayoutError(f"{where}: start, length and position must be whole numbers")
    start, length, position = map(int, numbers)
    if not cell("name") or start < 1 or length < 1:
        raise LayoutError(f"{where}: a name, a start and a length of at least 1 are needed")
    if length > _LONGEST:
        raise LayoutError(f"{where}: a field has at most {_LONGEST} bytes")
    try:
        return Field(
            cell("name"),
            start,
            length,
            cell("kind"),
            position=position,
            presence=cell("presence"),
            list=cell("list"),
            personal=cell("personal"),
            label_fr=cell("label_fr"),
            label_en=cell("label_en"),
            confidence=cell("confidence"),
            note=cell("note"),
        )
    except LayoutError as error:
        raise LayoutError(f"{where}: {error}") from None


def opaque(length: int) -> Layout:
    """The layout of a record of unknown type: one reserved field that keeps the bytes.

    Nobody knows what such a record holds: it is masked like personal data.
    """
    field = Field(
        "contenu",
        1,
        length,
        "reserved",
        personal="yes",
        label_fr="contenu non décrit",
        label_en="content not described",
    )
    return Layout("?", "?", (field,))


def check_lengths(layouts: Iterable[Layout], length: int) -> None:
    """Raise `LayoutError` unless every layout has `length` bytes."""
    for layout in layouts:
        if layout.length != length:
            raise LayoutError(f"{layout.family} {layout.name}: {layout.length} bytes, expected {length}")
