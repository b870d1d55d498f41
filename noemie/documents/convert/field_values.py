"""Fields as documents tell them: typed values that give the same bytes back.

| field | told as |
|---|---|
| all spaces | nothing: the field is left out |
| `count` `rate` `hour` `cents` | whole number (amounts in cents) |
| `decimal` | text, `1.50` |
| `date` | text, `2025-03-14`; `None` for zeros, which say that there is no day |
| `time` | text, `08:30:00` |
| birth dates | text, as written: their century is unknown, and the norm allows days that no calendar has |
| `digits` `nir` `key` `id` | text, as written |
| the others | text without the spaces at its end |
| anything else (`  12` in a number, `250231` in a date) | `Raw`: its bytes |
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from flatfile import EncodingError, Field, Layout, Value
from flatfile.layout import FILLER
from fse.naissance import is_birth
from noemie.documents.convert.errors import ConvertError
from noemie.documents.hidden import HIDDEN


class Raw:
    """Bytes that are not the writing of any value; spaces at their end may be left out."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Raw) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"<Raw: {len(self.data)} bytes>"


Told = str | int | Raw | None

NUMBERS: Final = frozenset({"count", "rate", "hour", "cents"})
_IDENTIFIERS: Final = frozenset({"digits", "nir", "key", "id"})

_NUMBER: Final = re.compile(r"[0-9]{1,64}")
_DECIMAL: Final = re.compile(r"[0-9]{1,64}(\.[0-9]{1,64})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([0-9]{2}:[0-9]{2})(:00)?")


@lru_cache(maxsize=512)
def teller(layout: Layout) -> Callable[[bytes], dict[str, Told]]:
    """A function from the bytes of a whole record to its fields, in their order; see the module."""
    plans = [(field.name, field.slice, empty_bytes(field), _teller(field)) for field in layout.fields]

    def tell(raw: bytes) -> dict[str, Told]:
        told: dict[str, Told] = {}
        for name, where, empty, read in plans:
            piece = raw[where]
            if piece != empty:
                told[name] = read(piece)
        return told

    return tell


def build(layout: Layout, told: Mapping[str, Told], number: int) -> bytes:
    """The bytes of a record from its fields. Raises `ConvertError`."""
    raw = bytearray(_template(layout))
    coders = _coders(layout)
    for name, value in told.items():
        coder = coders.get(name)
        if coder is None:
            raise ConvertError("zone", number, type=layout.name)
        where, fast = coder
        raw[where] = fast(value) or _bytes_of(layout.by_name[name], value, number)
    return bytes(raw)


@lru_cache(maxsize=512)
def fillers(layout: Layout) -> frozenset[str]:
    """Names of the fields that should carry nothing: what stands there, nobody vouches for."""
    return frozenset(field.name for field in layout.fields if field.kind.base in FILLER)


def raw_bytes(value: object, number: int = 0, field: str = "") -> bytes:
    """Bytes written as latin-1 text. Raises `ConvertError`."""
    try:
        if isinstance(value, str):
            return value.encode("latin-1")
    except UnicodeEncodeError:
        pass
    raise ConvertError("texte", number, field)


def empty_bytes(field: Field) -> bytes:
    """The bytes of a field that is left out: spaces, or its constant."""
    if field.kind.base == "const":
        return field.kind.parameter.encode("latin-1")
    return b" " * field.length


@lru_cache(maxsize=512)
def _template(layout: Layout) -> bytes:
    return b"".join(map(empty_bytes, layout.fields))


# --- bytes to what is told --------------------------------------------------------------------------------


def _teller(field: Field) -> Callable[[bytes], Told]:
    base = field.kind.base
    if base in NUMBERS:
        return _tell_hour if base == "hour" else _tell_number
    if base == "decimal":
        return _decimal_teller(int(field.kind.parameter.partition("+")[2]))
    if base == "date" and not is_birth(field):
        return _day_teller(field)
    if base == "time":
        return _time_teller(field)
    return _tell_all if base in _IDENTIFIERS or base == "date" else _tell_text


def _tell_text(piece: bytes) -> Told:
    return piece.decode("latin-1").rstrip(" ")


def _tell_all(piece: bytes) -> Told:
    return piece.decode("latin-1")


def _tell_number(piece: bytes) -> Told:
    return int(piece) if piece.isdigit() else Raw(piece)


def _tell_hour(piece: bytes) -> Told:
    return int(piece) if piece.isdigit() and int(piece) <= 24 else Raw(piece)


def _decimal_teller(places: int) -> Callable[[bytes], Told]:
    def tell(piece: bytes) -> Told:
        if not piece.isdigit():
            return Raw(piece)
        text = piece.decode("ascii")
        whole, rest = (text[:-places], text[-places:]) if places else (text, "")
        return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")

    return tell


def _day_teller(field: Field) -> Callable[[bytes], Told]:
    decode, zeros = field.kind.decode, b"0" * field.length

    @lru_cache(maxsize=8192)
    def tell(piece: bytes) -> Told:
        if piece == zeros:
            return None
        found = decode(piece)
        return found.isoformat() if isinstance(found, dt.date) else Raw(piece)

    return tell


def _time_teller(field: Field) -> Callable[[bytes], Told]:
    decode = field.kind.decode

    def tell(piece: bytes) -> Told:
        found = decode(piece)
        return found.isoformat() if isinstance(found, dt.time) else Raw(piece)

    return tell


# --- what is told to bytes --------------------------------------------------------------------------------


#: Bytes of a usual value; nothing for the others, which `_bytes_of` looks at.
_Coder = Callable[[Told], bytes | None]


@lru_cache(maxsize=512)
def _coders(layout: Layout) -> dict[str, tuple[slice, _Coder]]:
    return {field.name: (field.slice, _coder(field)) for field in layout.fields}


def _coder(field: Field) -> _Coder:
    length, base = field.length, field.kind.base
    if base in NUMBERS:
        return _number_coder(length) if base != "hour" else _slowly
    if base in ("decimal", "time"):
        return _slowly
    if base == "date" and not is_birth(field):
        return _day_coder(field)

    def code(told: Told) -> bytes | None:
        # Shorter texts are filled, on the side that their kind tells.
        if type(told) is str and len(told) == length and told.isascii():
            return told.encode()
        return None

    return code if base in _IDENTIFIERS or base == "date" else _text_coder(length)


def _slowly(told: Told) -> bytes | None:
    return None


def _number_coder(length: int) -> _Coder:
    top, directive = 10**length, f"%0{length}d"

    def code(told: Told) -> bytes | None:
        if type(told) is str and told.isascii() and told.isdigit() and len(told) <= length:
            return told.rjust(length, "0").encode()
        return (directive % told).encode() if type(told) is int and 0 <= told < top else None

    return code


def _text_coder(length: int) -> _Coder:
    def code(told: Told) -> bytes | None:
        if type(told) is str and len(told) <= length and told.isascii():
            return told.encode().ljust(length)
        return None

    return code


def _day_coder(field: Field) -> _Coder:
    @lru_cache(maxsize=8192)
    def code(told: Told) -> bytes | None:
        try:
            return _bytes_of(field, told, 0)
        except ConvertError:
            return None

    return code


def _bytes_of(field: Field, told: Told, number: int) -> bytes:
    if isinstance(told, Raw):
        if len(told.data) > field.length:
            raise ConvertError("octets", number, field.name, size=field.length)
        return told.data.ljust(field.length)
    if told == HIDDEN:
        raise ConvertError("valeurs", number, field.name)
    value = _value(field, told, number)
    try:
        made = field.kind.encode(value).encode("latin-1")
    except EncodingError:
        raise ConvertError("valeur", number, field.name) from None
    if len(made) != field.length:
        raise ConvertError("valeur", number, field.name)
    return made


def _value(field: Field, told: str | int | None, number: int) -> Value:
    """The typed value of what a document tells. Raises `ConvertError`."""
    base = field.kind.base
    if told is None:
        return None
    if base in NUMBERS:
        if type(told) is int:
            return told
        if isinstance(told, str) and _NUMBER.fullmatch(told):
            return int(told)
        raise ConvertError("nombre", number, field.name)
    if isinstance(told, str):
        try:
            return _of_text(field, base, told)
        except ValueError:
            raise ConvertError(base, number, field.name) from None
    raise ConvertError(base if base in ("decimal", "date", "time") else "texte", number, field.name)


def _of_text(field: Field, base: str, told: str) -> Value:
    """Raises `ValueError` when a text is not of its kind."""
    if base == "decimal":
        if not _DECIMAL.fullmatch(told):
            raise ValueError
        return Decimal(told)
    if base == "time":
        found = _TIME.fullmatch(told)
        if not found:
            raise ValueError
        return dt.time.fromisoformat(found[1])
    if base == "date" and not is_birth(field):
        if not _DAY.fullmatch(told):
            raise ValueError
        return dt.date.fromisoformat(told)
    if base == "date" and len(told) != field.length:
        raise ValueError
    return told
