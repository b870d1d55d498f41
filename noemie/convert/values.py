"""Typed values of fields as JSON can hold them, and back to the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from flatfile import EncodingError, Field, Layout, Record, Value
from noemie.convert.errors import ConvertError

#: Key of a field whose bytes are not the canonical writing of any value: its bytes, as latin-1 text.
RAW: Final = "raw"

_TEXTS: Final = frozenset(
    {"text", "code", "reserved", "blank", "const", "sign", "digits", "nir", "key", "id"}
)
_NUMBERS: Final = frozenset({"count", "rate", "hour", "cents"})


def to_json(value: Value | bytes) -> Any:
    """A typed value: numbers as they are (amounts in cents), decimals as text, days and times in ISO."""
    if isinstance(value, bytes):
        return {RAW: value.decode("latin-1")}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, dt.date) else value


def fields_of(record: Record) -> dict[str, Any]:
    """The fields of a record that say something, each as JSON can hold it.

    `build_record` gives the same bytes back. The record must have the length of its layout.
    """
    found = {name: to_json(value) for name, value in record.layout.parse(record.raw).items()}
    for name in births(record.layout):
        found[name] = to_json(_text_or_raw(record.raw[record.layout.by_name[name].slice]))
    return found


@lru_cache(maxsize=512)
def births(layout: Layout) -> tuple[str, ...]:
    """Fields of birth dates: their century is unknown, and the day may not exist. They stay text."""
    return tuple(
        field.name
        for field in layout.fields
        if field.name.startswith("date_naissance") and field.kind.base == "date"
    )


def _text_or_raw(piece: bytes) -> str | bytes:
    return piece.decode("ascii") if piece.isdigit() else piece


def build_record(layout: Layout, fields: Mapping[str, Any], number: int) -> bytes:
    """The bytes of a record from its fields. Raises `ConvertError`."""
    values: dict[str, Value | bytes] = {}
    for name, value in fields.items():
        field = layout.by_name.get(name)
        if field is None:
            raise ConvertError("zone", number, type=layout.name)
        values[name] = _from_json(field, value, number)
    try:
        return layout.build(values)
    except EncodingError as error:
        raise ConvertError("valeur", number, error.field) from None


def raw_bytes(value: object, number: int, field: str = "") -> bytes:
    """Bytes written as latin-1 text. Raises `ConvertError`."""
    try:
        if isinstance(value, str):
            return value.encode("latin-1")
    except UnicodeEncodeError:
        pass
    raise ConvertError("texte", number, field)


def _from_json(field: Field, value: Any, number: int) -> Value | bytes:
    if isinstance(value, dict):
        raw = raw_bytes(value.get(RAW), number, field.name)
        if len(raw) != field.length or len(value) > 1:
            raise ConvertError("octets", number, field.name, size=field.length)
        return raw
    if value is None:
        return None
    base = field.kind.base
    try:
        if base in _TEXTS and isinstance(value, str):
            return value
        if base in _NUMBERS and type(value) is int:
            return value
        if base == "decimal" and isinstance(value, str):
            return Decimal(value)
        if base == "date" and isinstance(value, str):
            if len(value) == field.length and value.isascii() and value.isdigit():
                return value  # a birth
            return dt.date.fromisoformat(value)
        if base == "time" and isinstance(value, str):
            return dt.time.fromisoformat(value)
    except (ValueError, InvalidOperation):
        pass
    fault = base if base in ("decimal", "date", "time") else "texte" if base in _TEXTS else "nombre"
    raise ConvertError(fault, number, field.name)
