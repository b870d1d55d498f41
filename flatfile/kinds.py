"""Kinds of field: for each, the bytes the norm asks for, how they become a value, and back.

A kind is written in the tables as `name` or `name:parameter` (`date:AAMMJJ`, `decimal:3+2`, `const:B2`).
Values have these types:

| kind | value |
|---|---|
| `text` `code` `reserved` `blank` `const` `sign` | `str`, trailing spaces (and NUL bytes) removed |
| `digits` `nir` `key` `id` | `str`, as written, surrounding spaces removed |
| `count` `rate` `hour` | `int` |
| `cents` | `int`, euro cents |
| `decimal:I+D` | `decimal.Decimal` with D decimals |
| `date` | `datetime.date`; no date (zeros, spaces) and impossible dates give `None` |
| `date` of birth | `str`, as written: its century is not in it, and the day may be one that no calendar has |
| `time:HHMM` | `datetime.time` |

A field left blank, or whose bytes are not of its kind, has the value `None` (`""` for the text kinds):
reading never fails; telling what is wrong is the work of the checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow
from functools import lru_cache
from typing import NamedTuple, TypeGuard

from flatfile.errors import EncodingError, LayoutError

Value = str | int | Decimal | date | time | None
Decoder = Callable[[bytes], Value]
Encoder = Callable[[Value], str]

#: Two-digit years from this one on belong to 19xx, but for births. No rule has a source: see docs/decisions.
PIVOT = 70

#: Hours go from 0 to this one, midnight at the end of the day.
LAST_HOUR = 24

#: Every byte: for zones whose content the norm does not tell.
ANYTHING = r"[\x00-\xff]"
PRINTABLE = r"[\x20-\x7e]"

_YY_LEAP = "(?:[02468][048]|[13579][26])"
_DAYS_MM_DD = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAYS_DD_MM = (
    "(?:(?:0[1-9]|[12][0-9]|3[01])(?:0[13578]|1[02])|(?:0[1-9]|[12][0-9]|30)(?:0[469]|11)"
    "|(?:0[1-9]|1[0-9]|2[0-8])02)"
)
_CENTURY = "(?:19|20)"
_LEAP_CENTURY = "(?:19(?:0[48]|[2468][048]|[13579][26])|20" + _YY_LEAP + ")"

#: Order of a date -> pattern of an existing day. A two-digit year 00 is 2000, a leap year.
DATE_PATTERNS = {
    "AAMMJJ": f"(?:[0-9]{{2}}{_DAYS_MM_DD}|{_YY_LEAP}0229)",
    "JJMMAA": f"(?:{_DAYS_DD_MM}[0-9]{{2}}|2902{_YY_LEAP})",
    "AAAAMMJJ": f"(?:{_CENTURY}[0-9]{{2}}{_DAYS_MM_DD}|{_LEAP_CENTURY}0229)",
}


class Kind(NamedTuple):
    """One kind at one length.

    - `name`: as written in the table;
    - `strict`: regular expression (source text) of the bytes that the norm asks for;
    - `tolerated`: the same, widened to the padding that real programs write (leading spaces in
      numbers, blank numbers); empty when nothing more is tolerated;
    - `numeric`: padded with zeros on the left when true, with spaces on the right when false;
    - `decode`, `encode`: bytes to value, value to text of the exact length.
    """

    name: str
    strict: str
    tolerated: str
    numeric: bool
    decode: Decoder
    encode: Encoder

    @property
    def base(self) -> str:
        """The kind without its parameter: `date` for `date:AAMMJJ`."""
        return self.name.partition(":")[0]

    @property
    def parameter(self) -> str:
        """What follows the colon, or an empty string."""
        return self.name.partition(":")[2]


# --- bytes to value -----------------------------------------------------------------------------------


def decode_text(raw: bytes) -> str:
    """Latin-1 text without its filling (spaces and NUL bytes on the right)."""
    return raw.decode("latin-1").rstrip(" \0")


def decode_identifier(raw: bytes) -> str:
    """Identifier as written, without the spaces around it; blank gives an empty string."""
    return raw.decode("latin-1").strip(" \0")


def decode_int(raw: bytes) -> int | None:
    """Whole number; leading spaces are accepted; anything else is `None`."""
    if raw.isdigit():
        return int(raw)
    stripped = raw.lstrip(b" ")
    return int(stripped) if stripped.isdigit() else None


def _decimal_decoder(decimals: int) -> Decoder:
    # Made from text, a Decimal is exact whatever context the program has set.
    form = f"%dE-{decimals}"

    @lru_cache(maxsize=4096)
    def decode(raw: bytes) -> Decimal | None:
        number = decode_int(raw)
        return None if number is None else Decimal(form % number)

    return decode


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or `None` when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=16384)
def decode_aammjj(raw: bytes) -> date | None:
    """Date of a year-first 6-digit field, century by `PIVOT`."""
    if not raw.isdigit() or len(raw) != 6:
        return None
    year = int(raw[:2])
    return make_date(year + (1900 if year >= PIVOT else 2000), int(raw[2:4]), int(raw[4:]))


@lru_cache(maxsize=16384)
def decode_jjmmaa(raw: bytes) -> date | None:
    """Date of a day-first 6-digit field, century by `PIVOT`."""
    return decode_aammjj(raw[4:] + raw[2:4] + raw[:2]) if len(raw) == 6 else None


@lru_cache(maxsize=16384)
def decode_aaaammjj(raw: bytes) -> date | None:
    """Date of an 8-digit field."""
    if not raw.isdigit() or len(raw) != 8:
        return None
    return make_date(int(raw[:4]), int(raw[4:6]), int(raw[6:]))


def decode_birth(raw: bytes) -> str | None:
    """Digits of a birth date, as written; nothing when there is none (zeros), or other bytes stand there."""
    return raw.decode("ascii") if raw.isdigit() and raw.strip(b"0") else None


def decode_hhmm(raw: bytes) -> time | None:
    """Time of a 4-digit field."""
    if not raw.isdigit() or len(raw) != 4:
        return None
    hour, minute = int(raw[:2]), int(raw[2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def decode_hh(raw: bytes) -> int | None:
    """Hour, 0 to 24."""
    hour = decode_int(raw)
    return hour if hour is not None and hour <= LAST_HOUR else None


DATE_DECODERS: dict[str, Decoder] = {
    "AAMMJJ": decode_aammjj,
    "JJMMAA": decode_jjmmaa,
    "AAAAMMJJ": decode_aaaammjj,
}


# --- value to text ------------------------------------------------------------------------------------


def _text_encoder(length: int, empty: str = "") -> Encoder:
    def encode(value: Value) -> str:
        text = empty if value is None else value
        if not isinstance(text, str) or len(text) > length or not _is_latin1(text):
            raise EncodingError("", f"text of at most {length} one-byte characters")
        return text.ljust(length)

    return encode


def _digits_encoder(length: int) -> Encoder:
    def encode(value: Value) -> str:
        # A number is taken for its digits; a text is taken as it is (numbers of Corsica hold a letter).
        text = "" if value is None else f"{value:d}" if _is_natural(value) else value
        if not isinstance(text, str) or len(text) > length or not _is_latin1(text):
            raise EncodingError("", f"at most {length} digits")
        return text.rjust(length, "0")

    return encode


def _is_natural(value: Value) -> TypeGuard[int]:
    """Whether `value` is a whole number, 0 or more; a truth value is no number."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _int_encoder(length: int, most: int = -1) -> Encoder:
    """Encoder of whole numbers up to `most`, by default all that `length` digits can write."""
    top = most if most >= 0 else 10**length - 1
    directive = f"%0{length}d"

    def encode(value: Value) -> str:
        number = 0 if value is None else value
        if not _is_natural(number) or number > top:
            raise EncodingError("", f"whole number from 0 to {top}")
        return directive % number

    return encode


#: Arithmetic that fails rather than round, whatever context the program has set.
_EXACT = Context(prec=64, traps=[Inexact, InvalidOperation, Overflow, Underflow])


def _decimal_encoder(length: int, decimals: int) -> Encoder:
    directive = f"%0{length}d"
    top = Decimal(10) ** (length - decimals)
    expected = f"number from 0, under {top}, with at most {decimals} decimals"

    def encode(value: Value) -> str:
        number = 0 if value is None else value
        try:
            if not (isinstance(number, Decimal) and number.is_finite() and number >= 0):
                if not _is_natural(number):
                    raise EncodingError("", expected)
                number = Decimal(number)
            if number < top:
                scaled = _EXACT.scaleb(number, decimals)
                if scaled == _EXACT.to_integral_value(scaled):
                    return directive % int(scaled)
        except ArithmeticError:
            pass  # more digits than any field has
        raise EncodingError("", expected)

    return encode


@lru_cache(maxsize=16384)
def _date_text(value: date, order: str) -> str:
    year, month, day = f"{value.year:04d}", f"{value.month:02d}", f"{value.day:02d}"
    if order == "AAMMJJ":
        return year[2:] + month + day
    return day + month + year[2:] if order == "JJMMAA" else year + month + day


def _date_encoder(length: int, order: str, *, calendar: bool) -> Encoder:
    # A year that two digits would read back as another one is refused, but for births (docs/decisions).
    first, last = (1900 + PIVOT, 1999 + PIVOT) if calendar and length < 8 else (1, 9999)

    def encode(value: Value) -> str:
        if value is None:
            return "0" * length
        if isinstance(value, str) and len(value) == length and _is_latin1(value):
            return value  # birth dates that no calendar has
        if not isinstance(value, date):
            raise EncodingError("", f"date, or {length} characters {order}")
        if not first <= value.year <= last:
            raise EncodingError("", f"date from year {first} to {last}")
        return _date_text(value, order)

    return encode


def _time_encoder(length: int) -> Encoder:
    def encode(value: Value) -> str:
        if value is None:
            return "0" * length
        if not isinstance(value, time):  # seconds have no place and are left out
            raise EncodingError("", "time")
        return f"{value.hour:02d}{value.minute:02d}"

    return encode


def _is_latin1(text: str) -> bool:
    return text.isascii() or all(ord(character) < 256 for character in text)


# --- the kinds ----------------------------------------------------------------------------------------

_NIR = "(?:[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6})"
_LUHN9 = "(?:[0-9]{9}|2[AB][0-9]{7})"
_DIGITS_OF_DECIMAL = re.compile(r"([0-9]{1,3})\+([0-9]{1,3})")

#: Numbers that carry a key, and keys: kind -> bytes.
_CHECKED_NUMBERS = {"id:luhn9": 9, "id:rpps": 11, "id:siret": 14, "key:nir": 2}


def _padded_number(length: int) -> str:
    """Digits after any number of spaces, or nothing but spaces: what some programs write."""
    padded = [f" {{{n}}}[0-9]{{{length - n}}}" for n in range(1, length)]
    return "(?:" + "|".join([*padded, f" {{{length}}}"]) + ")"


def _or_blank(pattern: str, length: int) -> str:
    return f"(?:{pattern}| {{{length}}})"


def _number(name: str, length: int, decode: Decoder, encode: Encoder) -> Kind:
    return Kind(name, f"[0-9]{{{length}}}", _padded_number(length), True, decode, encode)


def _identifier(name: str, length: int, pattern: str, *, numeric: bool) -> Kind:
    encode = _digits_encoder(length) if numeric else _text_encoder(length)
    return Kind(name, _or_blank(pattern, length), _padded_number(length), numeric, decode_identifier, encode)


def _text(name: str, length: int, pattern: str, tolerated: str = "", *, empty: str = "") -> Kind:
    return Kind(name, pattern, tolerated, False, decode_text, _text_encoder(length, empty))


@lru_cache(maxsize=1024)
def kind_of(name: str, length: int, *, calendar: bool = True) -> Kind:
    """Build the kind called `name` for fields of `length` bytes.

    `calendar=False` is for birth dates, where the norms allow days that do not exist.
    Raises `LayoutError` when the kind is unknown or does not go with the length.
    """
    base, _, parameter = name.partition(":")
    match base:
        case "const":
            if len(parameter) != length:
                raise LayoutError("constant", kind=name, found=len(parameter), length=length)
            if not parameter.isascii() or not parameter.isprintable():
                raise LayoutError("constant_text")
            return _text(name, length, re.escape(parameter), empty=parameter)
        case "decimal":
            found = _DIGITS_OF_DECIMAL.fullmatch(parameter)
            if not found or int(found[1]) + int(found[2]) != length:
                raise LayoutError("decimal", kind=name, length=length)
            places = int(found[2])
            return _number(name, length, _decimal_decoder(places), _decimal_encoder(length, places))
        case "date":
            return _date(name, length, parameter, calendar=calendar)
        case "id" | "key" if _CHECKED_NUMBERS.get(name) == length:
            pattern = _LUHN9 if parameter == "luhn9" else f"[0-9]{{{length}}}"
            return _identifier(name, length, pattern, numeric=True)
        case "time" if parameter == "HHMM" and length == 4:
            pattern = _or_blank("(?:[01][0-9]|2[0-3])[0-5][0-9]", length)
            return Kind(name, pattern, "", True, decode_hhmm, _time_encoder(length))
        case "hour" if parameter == "HH" and length == 2:
            pattern = _or_blank("(?:[01][0-9]|2[0-4])", length)
            return Kind(name, pattern, " [0-9]", True, decode_hh, _int_encoder(length, LAST_HOUR))
        case _ if parameter or name.endswith(":"):
            pass  # the other kinds take no parameter
        case "blank":
            return _text(name, length, f" {{{length}}}", f"{ANYTHING}{{{length}}}")
        case "reserved":
            return _text(name, length, f"{ANYTHING}{{{length}}}")
        case "text" | "code":
            return _text(name, length, f"{PRINTABLE}{{{length}}}")
        case "sign":
            return _text(name, length, f"[PN ]{{{length}}}")
        case "digits":
            return _number(name, length, decode_identifier, _digits_encoder(length))
        case "count" | "cents" | "rate":
            return _number(name, length, decode_int, _int_encoder(length))
        case "nir" if length == 13:
            return _identifier(name, length, _NIR, numeric=False)
    raise LayoutError("kind", kind=name, length=length)


def _date(name: str, length: int, order: str, *, calendar: bool) -> Kind:
    if order not in DATE_PATTERNS or len(order) != length:
        raise LayoutError("date", kind=name, length=length)
    day = DATE_PATTERNS[order] if calendar else f"[0-9]{{{length}}}"
    pattern = f"(?:{day}|0{{{length}}}| {{{length}}})"
    encode = _date_encoder(length, order, calendar=calendar)
    return Kind(name, pattern, "", True, DATE_DECODERS[order] if calendar else decode_birth, encode)
