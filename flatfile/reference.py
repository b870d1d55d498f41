"""The slow, plain twin of the fast path: every layout as a `construct` declaration.

It decodes and builds records field by field with code of its own, written for clarity. The tests prove
that the slices, decoders, encoders and regular expressions of `flatfile.layout` give the same answers.
It is also the place to see what a layout means, in the words of a well-known library.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Any

from construct import Adapter, Bytes, Construct, Renamed, Struct

from flatfile.kinds import PIVOT, Value
from flatfile.layout import Codes, Field, Layout

_DIGITS = "0123456789"


def declaration(layout: Layout) -> Construct:
    """The `construct.Struct` of a layout; it parses to a container and builds from a mapping."""
    return _declaration(layout)


@lru_cache(maxsize=256)
def _declaration(layout: Layout) -> Construct:
    return Struct(*(Renamed(_FieldAdapter(field), newname=field.name) for field in layout.fields))


def parse(layout: Layout, raw: bytes) -> dict[str, Any]:
    """Typed values of all fields, as `Record.value` gives them."""
    found = declaration(layout).parse(raw)
    return {field.name: found[field.name] for field in layout.fields}


def build(layout: Layout, values: Mapping[str, Any]) -> bytes:
    """Bytes of a record from typed values; what is not given is empty."""
    empty = {field.name: None for field in layout.fields}
    made: bytes = declaration(layout).build({**empty, **values})
    return made


def conforms(layout: Layout, raw: bytes, codes: Codes | None = None) -> bool:
    """Whether every field has the bytes that the norm asks for (what `Layout.gate` matches)."""
    if len(raw) != layout.length:
        return False
    return all(_field_conforms(field, raw[field.slice].decode("latin-1"), codes) for field in layout.fields)


def reference_layout(layout: Layout) -> Layout:
    """The same layout, whose fields are decoded by their declarations and compared by `conforms`."""
    return _reference_layout(layout)


def reference_layouts(layouts: Mapping[str, Layout]) -> dict[str, Layout]:
    """These layouts, read in the same way: what readers use with `engine="reference"`."""
    return {name: reference_layout(layout) for name, layout in layouts.items()}


@lru_cache(maxsize=1024)
def _reference_layout(layout: Layout) -> Layout:
    return layout if isinstance(layout, _Declared) else _Declared(layout.family, layout.name, layout.fields)


class _Declared(Layout):
    """A layout whose values come from `construct`. Writing is that of every layout."""

    def __init__(self, family: str, name: str, fields: tuple[Field, ...]) -> None:
        super().__init__(family, name, tuple(map(_declared, fields)))

    def gate(self, codes: Codes | None = None, start: int = 0) -> Callable[[bytes], object]:
        """See `Layout`."""
        fields = [field for field in self.fields if field.slice.start >= start]

        def match(raw: bytes) -> bool:
            return len(raw) == self.length and all(
                _field_conforms(field, raw[field.slice].decode("latin-1"), codes) for field in fields
            )

        return match


def _declared(field: Field) -> Field:
    adapter = _FieldAdapter(field)

    def decode(raw: bytes) -> Value:
        # What is cut has no bytes to declare: it is decoded as nothing.
        found: Value = adapter.parse(raw) if len(raw) == field.length else _decode(field, "")
        return found

    made = copy(field)
    made.kind = field.kind._replace(decode=decode)
    return made


class _FieldAdapter(Adapter):  # type: ignore[misc]  # construct has no type information
    """One field: bytes of a fixed length, seen through its kind."""

    def __init__(self, field: Field) -> None:
        super().__init__(Bytes(field.length))
        self.field = field

    def _decode(self, obj: bytes, context: Any, path: str) -> Any:
        return _decode(self.field, obj.decode("latin-1"))

    def _encode(self, obj: Any, context: Any, path: str) -> bytes:
        return _encode(self.field, obj).encode("latin-1")


def _all_digits(text: str) -> bool:
    return text != "" and all(character in _DIGITS for character in text)


def _number(text: str) -> int | None:
    while text.startswith(" "):
        text = text[1:]
    return int(text) if _all_digits(text) else None


def _calendar_date(text: str, order: str) -> dt.date | None:
    if not _all_digits(text):
        return None
    day, month, year = _date_parts(text, order)
    if order != "AAAAMMJJ":
        year += 1900 if year >= PIVOT else 2000
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _date_parts(text: str, order: str) -> tuple[int, int, int]:
    """Day, month, year, found by the letters of the order."""
    parts = {"J": "", "M": "", "A": ""}
    for letter, character in zip(order, text, strict=True):
        parts[letter] += character
    return int(parts["J"]), int(parts["M"]), int(parts["A"])


def _decode(field: Field, text: str) -> Any:
    kind = field.kind
    if kind.base in ("text", "code", "blank", "reserved", "const", "sign"):
        while text.endswith((" ", "\0")):
            text = text[:-1]
        return text
    if kind.base in ("digits", "nir", "key", "id"):
        return text.strip(" \0")
    if kind.base in ("count", "cents", "rate"):
        return _number(text)
    if kind.base == "decimal":
        number = _number(text)
        return None if number is None else Decimal(number).scaleb(-int(kind.parameter.split("+")[1]))
    if kind.base == "date" and field.name.startswith("date_naissance"):
        return text if _all_digits(text) and set(text) != {"0"} else None
    if kind.base == "date":
        return _calendar_date(text, kind.parameter)
    if kind.base == "hour":
        number = _number(text)
        return number if number is not None and number < 25 else None
    assert kind.base == "time"
    if not _all_digits(text) or int(text[:2]) > 23 or int(text[2:]) > 59:
        return None
    return dt.time(int(text[:2]), int(text[2:]))


def _encode(field: Field, value: Any) -> str:
    kind, length = field.kind, field.length
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if kind.base == "const" and value is None:
        return kind.parameter
    if kind.base in ("text", "code", "reserved", "blank", "const", "nir", "sign"):
        return str(value or "").ljust(length)
    if value is None:
        return "0" * length
    if isinstance(value, dt.date):
        year = f"{value.year:04}" if length == 8 else f"{value.year % 100:02}"
        parts = {"J": f"{value.day:02}", "M": f"{value.month:02}", "A": year}
        letters = {"AAMMJJ": "AMJ", "JJMMAA": "JMA", "AAAAMMJJ": "AMJ"}[kind.parameter]
        return "".join(parts[letter] for letter in letters)
    if isinstance(value, dt.time):
        return f"{value.hour:02}{value.minute:02}"
    if kind.base == "decimal":
        value = int(value * 10 ** int(kind.parameter.split("+")[1]))
    return str(value).rjust(length, "0")


def _is_number(field: Field, text: str) -> bool:
    return _all_digits(text)


def _is_date(field: Field, text: str) -> bool:
    order = field.kind.parameter
    if text in ("0" * len(order), " " * len(order)):
        return True
    if not _all_digits(text):
        return False
    if field.name.startswith("date_naissance"):
        return True
    if order == "AAAAMMJJ":
        return text[:2] in ("19", "20") and _calendar_date(text, order) is not None
    # Year 00 is 2000, so that 29 February of year 00 exists; other years are alike in both centuries.
    day, month, year = _date_parts(text, order)
    return _calendar_date(f"{2000 + year:04}{month:02}{day:02}", "AAAAMMJJ") is not None


def _is_clock(field: Field, text: str) -> bool:
    if text.strip(" ") == "":
        return True
    if not _all_digits(text):
        return False
    if field.kind.base == "hour":
        return int(text) <= 24
    return int(text[:2]) < 24 and int(text[2:]) < 60


def _is_identifier(field: Field, text: str) -> bool:
    if text.strip(" ") == "" or _all_digits(text):
        return True
    if field.kind.base == "nir":
        return text[5:7] in ("2A", "2B") and _all_digits(text[:5] + text[7:])
    return field.kind.name == "id:luhn9" and text[:2] in ("2A", "2B") and _all_digits(text[2:])


def _is_printable(field: Field, text: str) -> bool:
    return all(" " <= character <= "~" for character in text)


_CONFORMS: dict[str, Callable[[Field, str], bool]] = {
    "const": lambda field, text: text == field.kind.parameter,
    "blank": lambda field, text: text.strip(" ") == "",
    "reserved": lambda field, text: True,
    "sign": lambda field, text: all(character in "PN " for character in text),
    "text": _is_printable,
    "code": _is_printable,
    "digits": _is_number,
    "count": _is_number,
    "cents": _is_number,
    "rate": _is_number,
    "decimal": _is_number,
    "date": _is_date,
    "hour": _is_clock,
    "time": _is_clock,
    "nir": _is_identifier,
    "key": _is_identifier,
    "id": _is_identifier,
}


def _field_conforms(field: Field, text: str, codes: Codes | None) -> bool:
    if not _CONFORMS[field.kind.base](field, text):
        return False
    allowed = (codes or {}).get(field.list) if field.list else None
    if allowed is None or field.kind.base == "const":
        return True
    if field.presence != "O" and (
        text == " " * field.length or (field.kind.numeric and text == "0" * field.length)
    ):
        return True
    for code in allowed:
        if field.kind.numeric and code:
            if code.rjust(field.length, "0") == text:
                return True
        elif code.ljust(field.length) == text:
            return True
    return False
