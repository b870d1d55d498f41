"""A record: a view over its own bytes."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from flatfile.errors import EncodingError
from flatfile.kinds import Value
from flatfile.layout import Field, Layout, makes_records

_T = TypeVar("_T", int, date, time, Decimal)

#: Shown in place of a personal value.
MASK = "•"


@makes_records
class Record(msgspec.Struct, frozen=True, gc=False, eq=False):
    """One record or entity: its layout, its bytes, where it was read.

    Immutable. Nothing is decoded before it is asked for, and the bytes are kept as they were read, so
    writing the record again gives them back. `offset` is 0-based in the uncompressed file, `number`
    1-based; both are 0 for a record that was made, not read.

    A record whose bytes are fewer or more than its layout tells (a damaged file) is still readable as far
    as its bytes go: a field that is cut, or beyond the end, has no typed value, so that half an amount
    is never read as an amount. Since its fields may have moved, `repr` and `shown` mask all of them.
    """

    layout: Layout
    raw: bytes
    offset: int = 0
    number: int = 0

    @property
    def type(self) -> str:
        """The record type, such as `4M` or `294`; `?` when unknown."""
        return self.layout.name

    def __getitem__(self, name: str) -> str:
        """The raw text of a field, padding included. Raises `KeyError` on an unknown name."""
        return self.raw[self.layout.plan[name][0]].decode("latin-1")

    def value(self, name: str) -> Value:
        """The typed value of a field; `None` (or `""`) when absent or unreadable.

        See `flatfile.kinds` for the type of each kind. Raises `KeyError` on an unknown name.
        """
        where, decode = self.layout.plan[name]
        raw = self.raw
        return decode(raw[where] if where.stop <= len(raw) else b"")

    def get(self, name: str, kind: builtins.type[_T]) -> _T | None:
        """The typed value when the field exists and holds a `kind`, else `None`."""
        plan = self.layout.plan.get(name)
        if plan is None:
            return None
        where, decode = plan
        raw = self.raw
        found = decode(raw[where] if where.stop <= len(raw) else b"")
        return found if isinstance(found, kind) else None

    def text(self, name: str) -> str:
        """The text of a field without its filling, empty when the layout has no such field."""
        plan = self.layout.plan.get(name)
        return "" if plan is None else self.raw[plan[0]].decode("latin-1").strip(" \0")

    def replace(self, **values: Value | bytes) -> Record:
        """A new record in which only the bytes of the named fields differ.

        Raises `EncodingError` when a value does not fit its field, or the field is not wholly within the
        bytes of a damaged record; `KeyError` on an unknown name.
        """
        from flatfile.writing import encode_field

        changed = bytearray(self.raw)
        for name, value in values.items():
            field = self.layout.by_name[name]
            if field.slice.stop > len(changed):
                raise EncodingError(name, "a record that is long enough to hold it")
            piece = value if isinstance(value, bytes) else encode_field(field, value)
            if len(piece) != field.length:
                raise EncodingError(name, f"exactly {field.length} bytes")
            changed[field.slice] = piece
        return Record(self.layout, bytes(changed), self.offset, self.number)

    def items(self) -> Iterator[tuple[Field, str]]:
        """Each field with its raw text."""
        for field in self.layout.fields:
            yield field, self.raw[field.slice].decode("latin-1")

    def shown(self, *, values: bool = False) -> Iterator[tuple[Field, str]]:
        """Each field that carries something, as text for a person; personal data masked unless `values`."""
        moved = len(self.raw) != self.layout.length
        for field, text in self.items():
            stripped = text.strip(" \0")
            if stripped and field.kind.base not in ("blank", "const"):
                hidden = not values and (moved or field.personal)
                yield field, mask(stripped) if hidden else stripped

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self.raw == other.raw and self.layout is other.layout

    def __ne__(self, other: object) -> bool:
        # Not derived from `__eq__` here: the base class has one of its own.
        return not self == other

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        shown = ", ".join(f"{field.name}={text!r}" for field, text in self.shown())
        return f"<Record {self.type} no. {self.number} at byte {self.offset}: {shown}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(field.name, text) for field, text in self.shown()]


def mask(text: str) -> str:
    """Hide a personal value: its length is not told either."""
    return MASK * 3 if text else ""
