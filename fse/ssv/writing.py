"""From values to the bytes of a zone, in the shortest length forms: those of all sample cards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flatfile import EncodingError
from fse.ssv.scan import LONGEST_FORM, shortest_form

#: What a field may be given as; text is written in latin-1.
FieldValue = bytes | str

#: A group and its fields, in order.
GroupValues = tuple[int, Iterable[FieldValue]]

_TOP_ID: Final = 0xFFFF


def encode_length(length: int, form: int = 0) -> bytes:
    """A length in the shortest form, or with at least `form` bytes after the form byte."""
    form = max(form, shortest_form(length))
    if form == 0:
        return bytes((length,))
    if form > LONGEST_FORM:
        raise EncodingError("length", f"at most {256**LONGEST_FORM - 1} bytes")
    return bytes((0x80 | form,)) + length.to_bytes(form, "big")


def encode_value(value: FieldValue, name: str) -> bytes:
    """The bytes of one value. Raises `EncodingError`, which never quotes the value."""
    if isinstance(value, str):
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            raise EncodingError(name, "characters of latin-1") from None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise EncodingError(name, "bytes or text")


def encode_group(id: int, values: Iterable[FieldValue]) -> bytes:
    """One group. Raises `EncodingError`."""
    if not 0 <= id <= _TOP_ID:
        raise EncodingError("group", f"an id from 0 to {_TOP_ID}")
    content = bytearray()
    for position, value in enumerate(values, 1):
        piece = encode_value(value, f"{id}.{position}")
        content += encode_length(len(piece)) + piece
    return id.to_bytes(2, "big") + encode_length(len(content)) + content


def encode(groups: Iterable[GroupValues]) -> bytes:
    """A zone. Raises `EncodingError`."""
    return b"".join(encode_group(id, values) for id, values in groups)
