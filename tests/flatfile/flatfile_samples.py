"""What the tests of this package share: every shipped layout, values of each kind, records to damage."""

from __future__ import annotations

import string
from datetime import date, time
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from codes import lists
from flatfile import Codes, Field, Layout, Layouts, parse_table
from flatfile.kinds import Value

ROOT = Path(__file__).parents[2]


def _shipped(table: str, group: str, type: str) -> Layouts:
    # Read as text: this package is tested without those that build on it.
    return parse_table((ROOT / table).read_text(encoding="utf-8"), table, group=group, type=type)


B2 = _shipped("fse/data/b2.csv", "norm", "record")
NOEMIE = _shipped("noemie/returns/data/entities.csv", "family", "entity")
LAYOUTS = [*B2.values(), *NOEMIE.values()]

B2_CODES: Codes = {name: codes.emitted for name, codes in lists.b2().items()}
NOEMIE_CODES: Codes = {name: codes.emitted for name, codes in lists.noemie().items()}

LATIN_1 = "".join(map(chr, range(256)))
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
#: For what is tried on each of the layouts.
A_FEW = settings(max_examples=settings().max_examples // 10)

FILLER = ("blank", "const")


def name_of(layout: Layout) -> str:
    return f"{layout.family}-{layout.name}"


def codes_of(layout: Layout) -> Codes:
    return B2_CODES if layout in B2.values() else NOEMIE_CODES


def by_name(family: str, name: str) -> Layout:
    return (B2 | NOEMIE)[family, name]


def text(alphabet: str, length: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, max_size=length).map(lambda t: t.rstrip(" \0"))


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=length, max_size=length)


def value_of(field: Field, alphabet: str = LATIN_1) -> st.SearchStrategy[Value]:
    """Values that a field can hold and that two people would write alike."""
    base, length = field.kind.base, field.length
    match base:
        case "const":
            return st.just(field.kind.parameter)
        case "blank":
            return st.just("")
        case "text" | "code" | "reserved":
            return text(alphabet, length)
        case "sign":
            return st.sampled_from(["P", "N", ""])
        case "nir":
            return st.from_regex(
                r"[1-8][0-9]{4}(?:[0-9]{2}|2A|2B)[0-9]{6}", fullmatch=True, alphabet=PRINTABLE
            )
        case "id" if field.kind.parameter == "luhn9":
            return digits(length) | digits(7).map("2A".__add__) | digits(7).map("2B".__add__)
        case "digits" | "key" | "id":
            return digits(length)
        case "count" | "cents" | "rate":
            return st.integers(0, 10**length - 1)
        case "hour":
            return st.integers(0, 24)
        case "decimal":
            places = int(field.kind.parameter.split("+")[1])
            return st.integers(0, 10**length - 1).map(lambda n: Decimal(n).scaleb(-places))
        case "date" if field.name.startswith("date_naissance"):
            return st.none() | digits(length).filter(lambda text: text.strip("0"))
        case "date":
            first, last = (1900, 2099) if length == 8 else (1970, 2069)
            return st.none() | st.dates(date(first, 1, 1), date(last, 12, 31))
        case "time":
            return st.times().map(lambda t: time(t.hour, t.minute))
    raise AssertionError(base)


def values_of(layout: Layout) -> st.SearchStrategy[dict[str, Value]]:
    """A value for each informative field."""
    return st.fixed_dictionaries(
        {field.name: value_of(field) for field in layout.fields if field.kind.base not in FILLER}
    )


def conforming_piece(field: Field, codes: Codes) -> st.SearchStrategy[bytes]:
    """Bytes that the norm allows in a field, known codes included."""
    plain = value_of(field, PRINTABLE).map(lambda value: field.kind.encode(value).encode("latin-1"))
    if field.list not in codes or field.kind.base == "const":
        return plain
    known = sorted(code for code in codes[field.list] if len(code) <= field.length)
    if field.kind.numeric:
        known = [code for code in known if code.isdigit()] or ["0"]
        return st.sampled_from([code.rjust(field.length, "0").encode() for code in known])
    return st.sampled_from([code.ljust(field.length).encode() for code in known or [""]])


def conforming(layout: Layout, codes: Codes | None = None) -> st.SearchStrategy[bytes]:
    """Records that are as the norm asks, or very nearly."""
    pieces = [conforming_piece(field, codes or {}) for field in layout.fields]
    return st.tuples(*pieces).map(b"".join)


@st.composite
def damaged(draw: st.DrawFn, records: st.SearchStrategy[bytes], most: int = 3) -> bytes:
    """Records in which a few bytes were overwritten, more often than not by a telling one."""
    raw = bytearray(draw(records))
    telling = st.sampled_from(b" 09AB2PN@\0\n\x7f\xe9")
    for _ in range(draw(st.integers(0, most))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(telling | st.integers(0, 255))
    return bytes(raw)
