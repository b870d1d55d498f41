"""What a finding says it found: the value of a field, or its shape alone where it may tell of a person.

A field that cannot be what it should may hold part of another one: it is told only where every other field of
its record has its form, and where it is too short for a number of a person.
"""

from __future__ import annotations

from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from flatfile import Field, Record
from flatfile.findings import both
from fse.trusted import is_regular

#: What was found of what is not there.
NONE: Final = both("rien", "nothing")

#: Free texts from this length on may hold a name, whatever the layout says.
_LONG: Final = 16
_FREE: Final = frozenset({"text", "reserved"})

#: Characters from which a value of the wrong form may be a number of a person.
_TELLING: Final = 8

#: Kind of amounts, in cents.
_CENTS: Final = "cents"

_CLASSES: Final = (
    ("chiffre", "chiffres", "digit", "digits", "0"),
    ("majuscule", "majuscules", "capital", "capitals", "A"),
    ("minuscule", "minuscules", "small letter", "small letters", "a"),
    ("blanc", "blancs", "blank", "blanks", " "),
)
#: Each character as the first of its sort.
_SORTS: Final = {
    ord(one): first
    for first, sort in (("0", digits), ("A", ascii_uppercase), ("a", ascii_lowercase))
    for one in sort
}


def euros(cents: int) -> str:
    """An amount for a person: 12,34 €."""
    return f"{cents // 100},{cents % 100:02d} €"


def is_hidden(field: Field) -> bool:
    """Whether the value of a field is never told: personal, or a free text that may hold a name."""
    return bool(field.personal) or (field.kind.base in _FREE and field.length >= _LONG)


def shape(text: str) -> str:
    """The shape of a text in both languages: how many characters of each sort, and nothing of their order."""
    return _shape(text.translate(_SORTS)) if text.strip() else NONE


@lru_cache(maxsize=1 << 10)
def _shape(sorts: str) -> str:
    """The same of a text whose characters are the first of their sort."""
    french, english, counted = [], [], 0
    for one_fr, many_fr, one_en, many_en, sort in _CLASSES:
        count = sorts.rstrip(" ").count(sort)
        counted += sorts.count(sort)
        if count:
            french.append(f"{count} {many_fr if count > 1 else one_fr}")
            english.append(f"{count} {many_en if count > 1 else one_en}")
    others = len(sorts) - counted
    if others:
        french.append(f"{others} autre{'s' if others > 1 else ''}")
        english.append(f"{others} other{'s' if others > 1 else ''}")
    return both(", ".join(french), ", ".join(english))


def value_found(record: Record, field: Field, *, doubtful: bool = False) -> str:
    """What stands in a field: an amount in euros, a code, a date as written; the shape of what is hidden.

    `doubtful` tells that the field does not have its form.
    """
    raw = record.raw[field.slice]
    text = raw.decode("latin-1")
    if is_hidden(field) or field.kind.base == "blank" or not text.isprintable() or not text.isascii():
        return shape(text)
    if not text.strip():
        return NONE
    if doubtful and (len(text.strip()) > _TELLING or _is_shifted(record, field)):
        return shape(text)
    if field.kind.base == _CENTS and text.strip().isdecimal():
        return euros(int(text))
    if field.kind.base == "rate" and text.strip().isdecimal():
        return f"{int(text)} %"
    if field.kind.base == "count" and text.isdecimal():
        return str(int(text))
    return text.rstrip(" ")


def value_in(record: Record, name: str) -> str:
    """What another record holds, as `value_found`; nothing where a table of the site has no such field."""
    field = record.layout.by_name.get(name)
    return value_found(record, field) if field is not None else ""


def _is_shifted(record: Record, field: Field) -> bool:
    """Whether another field of the record has not its form either."""
    raw = record.raw
    return not is_regular(record) and any(
        other is not field and not has(raw[where]) for other, where, has in record.layout.forms
    )


def type_found(record: Record) -> str:
    """The type of a record, for findings on the record as a whole."""
    if record.type == "?":
        return both("aucun type connu", "no known type")
    return f"type {record.type}"


def filling_found(record: Record) -> str:
    """The first bytes of a record of filling."""
    return record.raw[:4].hex(" ").upper() + (" …" if len(record.raw) > 4 else "")


def length_found(record: Record) -> str:
    """The length of a record."""
    count = len(record.raw)
    return both(f"{count} octet{'s' if count > 1 else ''}", f"{count} byte{'s' if count > 1 else ''}")


_ENDS: Final = {"\r": "CR", "\n": "LF"}


def end_name(end: bytes) -> str:
    """A line end for a person: `CR LF`; `none` where there is none."""
    if not end:
        return both("aucune", "none")
    return " ".join(_ENDS.get(one, f"{ord(one):02X}") for one in end.decode("latin-1"))
