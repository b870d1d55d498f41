"""Which fields of a record may identify somebody: those that the tables flag, and those that nobody can vouch
for.

Private to this package: what comes out of a file, as a difference or in another format, is hidden by this
unless values are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from codes.lists import b2
from codes.personal import LONG_NUMBER, LONG_NUMBER_DIGITS, NUMBER, NUMBER_DIGITS, cross_out
from flatfile import MASK, Field, Layout, Record
from noemie.returns.retour import Retour
from noemie.returns.tables import ENVELOPE_LENGTH, HEADER, TRAILER

#: What stands in place of a hidden value.
HIDDEN: Final = MASK * 3

_FREE: Final = frozenset({"text", "reserved"})
_LABEL: Final = "libelle"

#: Bytes of a NIR with its key: a shorter free text cannot hold one.
_NIR: Final = 15
#: Bytes that may identify somebody when they are not what the field is called.
_TELLING: Final = 8
#: From so many wrong fields on, a record is taken to be shifted.
_SHIFTED: Final = 3

_INVOICES: Final = frozenset({"102", "100"})
_RIGHTS: Final = frozenset({"010", "140"})


def names_people(retour: Retour) -> bool:
    """Whether the labels of a return may name people: the rights flow (929), or what may be a part of one."""
    types = {record.layout.name for record in retour.entites}
    return retour.is_oc or bool(types & _RIGHTS) or not types & _INVOICES


class Hider:
    """Tells what to hide in the records of one file; `labels` hides the labels of rejects too."""

    def __init__(self, *, labels: bool = False) -> None:
        self._labels = labels
        self._professionals = frozenset(b2()["type_emetteur"])

    def fields(self, record: Record) -> frozenset[str]:
        """Names of the fields to hide."""
        layout, raw = record.layout, record.raw
        if not is_whole(record):
            return frozenset(layout.by_name)
        hidden = _hidden(layout, labels=self._labels)
        if not _gate(layout)(raw):
            wrong = frozenset(
                field.name
                for field, tolerated in layout.defects(raw)
                # Nobody knows what stands where nothing should.
                if not tolerated or (field.kind.base == "blank" and raw[field.slice].strip(b" \0"))
            )
            if len(wrong) >= _SHIFTED:
                return frozenset(layout.by_name)
            if wrong:
                hidden |= wrong | _telling(layout)
        if "type_emetteur" in layout.by_name and record.text("type_emetteur") in self._professionals:
            hidden |= {"numero_emetteur"}
        return hidden

    def always(self, layout: Layout) -> frozenset[str]:
        """Names of the fields of a layout that are hidden in every record."""
        return _hidden(layout, labels=self._labels)

    def text(self, field: Field, text: str) -> str:
        """The text of a field that is not hidden: long numbers within sentences are crossed out."""
        if field.kind.base not in _FREE:
            return text
        return self.free_text(text, shortest=_pattern(field))

    def shortest(self, field: Field) -> int:
        """Digits, and letters of Corsica, that a text of the field has when a number is crossed out."""
        return NUMBER_DIGITS if _pattern(field) is NUMBER else LONG_NUMBER_DIGITS

    def free_text(self, text: str, shortest: re.Pattern[str] = LONG_NUMBER) -> str:
        """A sentence in which the numbers that `shortest` finds are crossed out."""
        return cross_out(text, shortest)


def _pattern(field: Field) -> re.Pattern[str]:
    return NUMBER if field.name.startswith("libelle_rejet") else LONG_NUMBER


def is_whole(record: Record) -> bool:
    """Whether a record has a known type, and all the bytes of that type."""
    return not is_cut(record.layout) and len(record.raw) == record.layout.length


@lru_cache(maxsize=1024)
def is_cut(layout: Layout) -> bool:
    """Whether a layout describes nothing, or the first bytes of an entity only (`returns.tables.partial`)."""
    if layout.name in (HEADER, TRAILER):
        return layout.length != ENVELOPE_LENGTH
    is_entity = len(layout.name) == 3 and layout.name.isdecimal()
    return layout.name == "?" or (is_entity and layout.fields[-1].kind.name != "const:@")


def is_sound(record: Record) -> bool:
    """Whether the fields of a record can be trusted to be what they are called."""
    if not is_whole(record):
        return False
    layout, raw = record.layout, record.raw
    if _gate(layout)(raw):
        return True
    return sum(not tolerated for _, tolerated in layout.defects(raw)) < _SHIFTED


@lru_cache(maxsize=512)
def _hidden(layout: Layout, *, labels: bool) -> frozenset[str]:
    return frozenset(
        field.name for field in layout.fields if field.personal or _is_free(field, labels=labels)
    )


def _is_free(field: Field, *, labels: bool) -> bool:
    if field.kind.base not in _FREE:
        return False
    return labels if field.name.startswith(_LABEL) else field.length >= _NIR


@lru_cache(maxsize=512)
def _telling(layout: Layout) -> frozenset[str]:
    return frozenset(
        field.name for field in layout.fields if field.length >= _TELLING and field.kind.base != "const"
    )


@lru_cache(maxsize=512)
def _gate(layout: Layout) -> Callable[[bytes], object]:
    return layout.gate()
