"""The grammar of binary zones, declared in construct: the slow, plain twin of `fse.ssv.scan`.

It parses a zone to its groups, length forms and fields, and builds the same bytes back. The tests prove
that the scanner finds the same groups, the same damage and the same bytes. It holds a whole zone as objects:
it is for tests, and for those who want to see the format in the words of a well-known library.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

from construct import (
    Bytes,
    BytesInteger,
    Check,
    CheckError,
    Computed,
    Construct,
    ConstructError,
    FixedSized,
    IfThenElse,
    Int8ub,
    Int16ub,
    Rebuild,
    StreamError,
    Struct,
    Subconstruct,
    stream_iseof,
    this,
)

from flatfile import FormatError
from fse.ssv.scan import MARK, Scan, damage_at


class UntilEnd(Subconstruct):  # type: ignore[misc]  # construct has no type information
    """Elements up to the end of the stream. Unlike `GreedyRange`, an element that fails is an error."""

    def _parse(self, stream: Any, context: Any, path: str) -> list[Any]:
        found = []
        while not stream_iseof(stream):
            found.append(self.subcon._parsereport(stream, context, path))
        return found

    def _build(self, obj: Iterable[Any], stream: Any, context: Any, path: str) -> Any:
        for element in obj:
            self.subcon._build(element, stream, context, path)
        return obj


def _first_byte(context: Any) -> int:
    return int(0x80 | context.form if context.form else context.value)


#: `form` is the number of bytes that follow the form byte, 0 for the short form; `value` the length.
LENGTH: Construct = Struct(
    "first" / Rebuild(Int8ub, _first_byte),
    Check(lambda context: context.first < 0x80 or 1 <= context.first - 0x80 <= 4),
    "form" / Computed(lambda context: max(0, context.first - 0x80)),
    "value"
    / IfThenElse(this.first < 0x80, Computed(this.first), BytesInteger(lambda context: context.first - 0x80)),
)

FIELD: Construct = Struct("length" / LENGTH, "value" / Bytes(this.length.value))

GROUP: Construct = Struct(
    "id" / Int16ub,
    "length" / LENGTH,
    "fields" / FixedSized(this.length.value, UntilEnd(FIELD)),
)

ZONE: Construct = UntilEnd(GROUP)


class ReferenceGroup(NamedTuple):
    """One group: its id, the form of its length, the form of the length and the value of each field."""

    id: int
    form: int
    fields: tuple[tuple[int, bytes], ...]

    def __repr__(self) -> str:
        return f"<ReferenceGroup {self.id}: {len(self.fields)} fields>"


def parse(raw: bytes) -> list[ReferenceGroup]:
    """All groups of a zone.

    Raises `FormatError` with the code of the damage and the offset of the damaged group.
    """
    stream, found = BytesIO(raw), []
    while stream.tell() < len(raw):
        start = stream.tell()
        try:
            group = GROUP.parse_stream(stream)
        except ConstructError as error:
            raise FormatError(_code(error), start) from None
        fields = tuple((field.length.form, field.value) for field in group.fields)
        found.append(ReferenceGroup(group.id, group.length.form, fields))
    return found


def scan(raw: bytes) -> Scan:
    """What `fse.ssv.scan.scan` gives, of lengths that the declaration read.

    It finds where the damage is; the words on it are the scanner's.
    """
    stream, marks, number = BytesIO(raw), array("Q"), 0
    while (start := stream.tell()) < len(raw):
        try:
            GROUP.parse_stream(stream)
        except ConstructError:
            return Scan(number, start, marks, damage_at(raw, start, number + 1))
        if not number % MARK:
            marks.append(start)
        number += 1
    return Scan(number, len(raw), marks, None)


def build(groups: Iterable[ReferenceGroup]) -> bytes:
    """The bytes of a zone, with the length forms that the groups carry."""
    made: bytes = ZONE.build([_container(group) for group in groups])
    return made


def _container(group: ReferenceGroup) -> dict[str, Any]:
    fields = [{"length": {"form": form, "value": len(value)}, "value": value} for form, value in group.fields]
    size = len(UntilEnd(FIELD).build(fields))
    return {"id": group.id, "length": {"form": group.form, "value": size}, "fields": fields}


def _code(error: ConstructError) -> str:
    """The rule broken, from the kind of failure and from where in the declaration it happened."""
    place = (error.path or "").split(" -> ")[1:]
    if isinstance(error, CheckError):
        return "zone.longueur-interdite"
    assert isinstance(error, StreamError)
    if place == ["fields"]:
        return "zone.groupe-deborde"
    return "zone.champ-deborde" if place[0] == "fields" else "zone.tronquee"
