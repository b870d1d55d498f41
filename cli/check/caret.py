"""The bytes under a finding, masked, with a caret line under the field.

    49 │ ··00100012300••••••••••••••00002300
       │          ^^^^^^^

What is shown of a record: the bytes of fields that are not personal and that are what they should be.
Personal fields and long free texts are covered by • over their whole width, so that not even a length is
told. A field that cannot be what it should, or that should be blank, may hold part of another one: the shape
of its bytes alone is shown (9 for a digit, A for a letter). When another field of the record is wrong too,
the record may be shifted: the rest of it is covered. Of a damaged record nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cli.check.model import Excerpt
from cli.words.fields import is_damaged, wrong_fields
from cli.words.speech import say
from flatfile import MASK, Field, Finding, Record

#: What stands for a space, which would not be seen.
SPACE: Final = "·"
_OTHER: Final = "?"

#: Free texts from this length on may hold a name, whatever the layout says.
_LONG: Final = 16
_FREE: Final = frozenset({"text", "reserved"})

#: Bytes of context wanted on each side of the field, and the width of an excerpt unless asked otherwise.
_AROUND: Final = 12
WIDTH: Final = 64


def excerpt(record: Record, field: str, width: int = WIDTH) -> Excerpt | None:
    """The bytes of `record` around one of its fields, at most `width` of them.

    `None` when the layout has no such field, or the record ends before it.
    """
    where = record.layout.by_name.get(field)
    if where is None or where.start > len(record.raw):
        return None
    wrong = wrong_fields(record)
    damaged = is_damaged(record, wrong)
    covered = "".join(_covered(record, field, damaged, wrong))
    begin, end = where.start - 1, min(where.start - 1 + where.length, len(covered))
    first = _window(begin, end, len(covered), width)
    shown = covered[first : first + width]
    return Excerpt(
        shown,
        first + 1,
        begin - first,
        min(end, first + width) - begin,
        shape=not damaged and not _is_masked(where) and (bool(wrong) or _is_filled(where, record[field])),
    )


def _window(begin: int, end: int, length: int, width: int) -> int:
    """Where the excerpt starts: at most `_AROUND` bytes before the field, and as full as can be."""
    before = min(_AROUND, max(width - (end - begin), 0) // 2)
    return max(0, min(begin - before, length - width))


def _covered(record: Record, name: str, damaged: bool, wrong: frozenset[str]) -> Iterator[str]:
    """The record, a character a byte; `name` is the field that is looked at."""
    shifted = bool(wrong - {name})
    for field, text in record.items():
        if damaged or _is_masked(field) or (shifted and field.name != name):
            yield MASK * len(text)
        else:
            doubtful = _is_filled(field, text) or (field.name == name and wrong)
            yield "".join(map(_shape if doubtful else _plain, text))


def _is_filled(field: Field, text: str) -> bool:
    """Whether something stands in a field that should be blank."""
    return field.kind.base == "blank" and bool(text.strip())


def _is_masked(field: Field) -> bool:
    return bool(field.personal) or (field.kind.base in _FREE and field.length >= _LONG)


def _plain(character: str) -> str:
    if character == " ":
        return SPACE
    return character if character.isascii() and character.isprintable() else _OTHER


def _shape(character: str) -> str:
    if "0" <= character <= "9":
        return "9"
    return "A" if character.isalpha() else _plain(character)


def lines(shown: Excerpt) -> tuple[str, str]:
    """The two lines of an excerpt: the bytes after their position, then the carets under the field."""
    head = f"{shown.start:>3} │ "
    carets = " " * shown.caret + "^" * shown.width
    legend = say("  forme : 9 chiffre, A lettre", "  shape: 9 digit, A letter") if shown.shape else ""
    return head + shown.text, f"{'':>3} │ {carets}{legend}"


def excerpts(
    records: Iterable[Record], findings: Iterable[Finding], width: int = WIDTH
) -> Mapping[tuple[int, str], Excerpt]:
    """Excerpts by (record number, field) of the findings that name a field.

    `records` come in order; no more of them are read than the last finding needs.
    """
    wanted: dict[int, set[str]] = {}
    for finding in findings:
        if finding.field and finding.record:
            wanted.setdefault(finding.record, set()).add(finding.field)
    made: dict[tuple[int, str], Excerpt] = {}
    last = max(wanted, default=0)
    for record in records if wanted else ():
        for field in sorted(wanted.get(record.number, ())):
            found = excerpt(record, field, width)
            if found is not None:
                made[record.number, field] = found
        if record.number >= last:
            break
    return made
