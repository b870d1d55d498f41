"""Layouts read from CSV tables, verified, with a site's own tables laid over them.

A table has one row per field: `name, start, length, kind, presence, list, personal, label_fr, label_en,
confidence, note`, `position` (rank of the field), and two columns whose names depend on the family:
the table or norm (`norm` or `family`) and the record type (`record` or `entity`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
    text = site_text(path)
    return {} if text is None else parse_table(text, str(path), group=group, type=type)


def site_text(path: Path) -> str | None:
    """The text of a table of a site; `None` when it has none. Raises `LayoutError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise LayoutError("unreadable").at(str(path)) from None


def parse_table(text: str, source: str, *, group: str, type: str) -> Layouts:
    """Turn the text of a table into layouts; `source` is the name used in messages.

    Raises `LayoutError` naming the table, the line and what was expected.
    """
    rows: dict[tuple[str, str], list[Field]] = {}
    for line, row in rows_of(text, source, (group, type, *_REQUIRED)):
        with standing(source, line):
            if not row[group] or not row[type]:
                raise LayoutError("keys", group=group, type=type)
            rows.setdefault((row[group], row[type]), []).append(_field(row))
    with standing(source):
        return {
            (family, name): Layout(family, name, tuple(fields)) for (family, name), fields in rows.items()
        }


def rows_of(text: str, source: str, needed: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a table with its line, cells that are not there as empty ones. Raises `LayoutError`."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        if missing := set(needed) - set(reader.fieldnames or ()):
            raise LayoutError("columns", columns=", ".join(sorted(missing))).at(source)
        for row in reader:
            if None in row:
                raise LayoutError("cells").at(source, reader.line_num)
            yield reader.line_num, row
    except csv.Error:
        raise LayoutError("csv").at(source, reader.reader.line_num) from None


@contextmanager
def standing(table: str, line: int = 0) -> Iterator[None]:
    """What is wrong here stands in that table, on that line, unless it is told already."""
    try:
        yield
    except LayoutError as error:
        raise error if error.table else error.at(table, line) from None


def _field(row: Mapping[str, str]) -> Field:
    def cell(name: str) -> str:
        return row.get(name, "")

    numbers = [cell("start"), cell("length"), cell("position") or "0"]
    if not all(map(_NUMBER.fullmatch, numbers)):
        raise LayoutError("numbers")
    start, length, position = map(int, numbers)
    if not cell("name") or start < 1 or length < 1:
        raise LayoutError("field")
    if length > _LONGEST:
        raise LayoutError("too_long", most=_LONGEST)
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
            raise LayoutError(
                "length", f"{layout.family} {layout.name}", found=layout.length, expected=length
            )
