"""The entity layouts, from the table of the package and a site's own table laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flatfile import Field, Layout, LayoutError, Layouts, load_overlay, load_package_table
from flatfile.tables import standing

#: Entities that open and close a file: 128 bytes, no level, no delimiter.
HEADER: Final = "000"
TRAILER: Final = "999"
#: The entity that closes a level.
CLOSING: Final = "990"

ENVELOPE_LENGTH: Final = 128
DELIMITER: Final = b"@"

#: Bytes that are mere filling when they stand outside the entities.
FILLING: Final = b" \0\x1a"

#: A site's table, in the directory given to `layouts`.
TABLE: Final = "entities.csv"


@lru_cache(maxsize=16)
def layouts(directory: Path | None = None) -> Mapping[str, Layout]:
    """Layouts by entity number (`"294"`), from `data/entities.csv`.

    When `directory` holds an `entities.csv`, the entities written there replace the shipped ones or add
    to them. Cached for each directory. Raises `LayoutError` when a table is wrong: 000 and 999 have 128
    bytes, every other entity has its number, its level, and `@` as last byte.
    """
    found = _by_number(load_package_table("noemie.returns", TABLE, group="family", type="entity"))
    if directory is not None:
        with standing(str(directory / TABLE)):
            found |= _by_number(load_overlay(directory, TABLE, group="family", type="entity"))
    return MappingProxyType(dict(sorted(found.items())))


def entity_lengths(known: Mapping[str, Layout] | None = None) -> dict[str, int]:
    """Length in bytes, delimiter included, of the delimited entities: what `flatfile.detect` takes."""
    return {
        number: layout.length
        for number, layout in (known or layouts()).items()
        if number not in (HEADER, TRAILER)
    }


@lru_cache(maxsize=1024)
def partial(layout: Layout, length: int) -> Layout:
    """The layout of an entity of which only the first `length` bytes were received.

    It holds the fields that are whole, then one masked field `reste` for the bytes of the field that was
    cut, so that half an amount is never read as an amount.
    """
    fields = [field for field in layout.fields if field.slice.stop <= length]
    read = fields[-1].slice.stop if fields else 0
    if read < length:
        fields.append(
            Field(
                "reste",
                read + 1,
                length - read,
                "reserved",
                personal="yes",
                label_fr="reste d'une zone coupée",
                label_en="rest of a field that was cut",
            )
        )
    return layout.with_fields(tuple(fields))


def _by_number(table: Layouts) -> dict[str, Layout]:
    found: dict[str, Layout] = {}
    for (family, number), layout in table.items():
        if number in found:
            raise LayoutError("entity_twice", entity=number, first=found[number].family, second=family)
        _verify(layout)
        found[number] = layout
    return found


def _verify(layout: Layout) -> None:
    number, fields = layout.name, layout.fields
    record = f"{layout.family} {number}"
    if len(number) != 3 or not number.isdigit() or not number.isascii():
        raise LayoutError("entity_number", record)
    if fields[0].kind.name != f"const:{number}":
        raise LayoutError("entity_first", record, entity=number)
    if number in (HEADER, TRAILER):
        if layout.length != ENVELOPE_LENGTH:
            raise LayoutError("length", record, found=layout.length, expected=ENVELOPE_LENGTH)
        return
    if len(fields) < 2 or (fields[1].start, fields[1].length) != (4, 2):
        raise LayoutError("entity_level", record)
    if fields[-1].kind.name != "const:@":
        raise LayoutError("entity_last", record)
