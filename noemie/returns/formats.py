"""The format of each field of an entity, and its coded values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from codes.lists import Namespace, noemie
from flatfile import Field, Finding, Layout, Record
from flatfile.kinds import decode_aammjj, decode_jjmmaa
from flatfile.layout import field_pattern, padded
from fse.rules.champs import expected_format, format_rule
from noemie.returns.places import Places
from noemie.returns.tables import HEADER, TRAILER

#: Lists of particulars that most acts do not have: their fields are blank then, although the source says
#: that they are required (confidence C; the same fields of B2 have a blank code).
_OPTIONAL: Final = frozenset({"code_complementaire", "qualificatif_depense_noemie"})

#: Kinds of text, where NUL bytes may stand for the filling.
_TEXTS: Final = frozenset({"text", "code"})


def _padded_number(rule: str, raw: bytes) -> str:
    """A number in the envelope may have spaces on either side instead of zeros."""
    return "" if raw.strip(b" ").isdigit() or not raw.strip(b" ") else rule


def _either_order(rule: str, raw: bytes) -> str:
    """The day of 000 is read both ways."""
    return "" if decode_jjmmaa(raw) else rule


def _copied(rule: str, raw: bytes) -> str:
    """A day that an insurer copied from a B2 flow, in its order."""
    return "retour.jour-douteux" if rule == "format.date" and decode_aammjj(raw) else rule


#: What is told instead of a rule, by entity and field; nothing where an empty text comes back.
_TOLERANT: Final[dict[tuple[str, str], Callable[[str, bytes], str]]] = {
    (HEADER, "date_creation"): _either_order,
    ("102", "date_lot"): _copied,
    ("080", "date_lot"): _copied,
    ("103", "date_naissance"): _copied,
    **{
        (name, field): _padded_number
        for name in (HEADER, TRAILER)
        for field in ("numero_emetteur", "numero_destinataire")
    },
    (TRAILER, "cumul_montants_autre_monnaie"): _padded_number,
}


class Formats:
    """The checks on fields with one set of code lists (`codes.lists.noemie`, or a site's)."""

    def __init__(self, lists: Namespace) -> None:
        self._lists = lists
        self._codes = {
            name: codes.emitted | {""} if name in _OPTIONAL else codes.emitted
            for name, codes in lists.items()
        }
        self._gates: dict[Layout, Callable[[bytes], object]] = {}

    def gate(self, layout: Layout) -> Callable[[bytes], object]:
        """The full match that an entity without any remark on its fields passes."""
        found = self._gates.get(layout)
        if found is None:
            found = self._gates[layout] = layout.gate(self._codes)
        return found

    def check_fields(self, record: Record, places: Places) -> Iterator[Finding]:
        """Format of every field, then its code. The delimiter has a rule of its own."""
        for field in record.layout.fields:
            raw = record.raw[field.slice]
            rule, expected = _format_rule(field, raw), expected_format(field)
            if rule and (record.layout.name, field.name) in _TOLERANT:
                rule = _TOLERANT[record.layout.name, field.name](rule, raw)
                if not rule:
                    continue
            if not rule:
                rule, expected = self._code_rule(field, raw), field.list
            if rule == "format.constante" and field is record.layout.fields[-1]:
                yield places.finding("retour.delimiteur", record, expected=str(record.layout.length))
            elif rule:
                yield places.finding(rule, record, field.name, expected)

    def _code_rule(self, field: Field, raw: bytes) -> str:
        """The rule that a coded value breaks, or an empty string."""
        codes = self._lists.get(field.list) if field.list else None
        if codes is None:
            return ""
        text = raw.decode("latin-1")
        allowed = self._codes[field.list]
        if any(text == padded(code, field) for code in allowed if len(code) <= field.length):
            return ""
        if not text.strip(" 0" if field.kind.numeric else " "):
            # Nothing is written: that is said only where something must be.
            return "code.absent" if field.presence == "O" and not codes.is_open else ""
        return "code.liste-ouverte" if codes.is_open else "code.inconnu"


def _format_rule(field: Field, raw: bytes) -> str:
    rule = format_rule(field, raw)
    if rule == "format.caractere" and field.kind.base in _TEXTS:
        text = raw.rstrip(b"\0")
        if field_pattern(field.kind.strict)(text.ljust(field.length)):
            return "retour.octets-nuls"
    return rule


@lru_cache(maxsize=1)
def shipped_formats() -> Formats:
    """The checks with the shipped code lists."""
    return Formats(noemie())
