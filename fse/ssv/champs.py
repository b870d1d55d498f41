"""Checks on the fields of one group: form by kind, codes, keys, periods. Nothing here is ever refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from codes import keys
from codes.lists import Namespace
from fse.rules.registre import finds
from fse.ssv.destinataire import destinataire
from fse.ssv.ordre import Remark
from fse.ssv.scan import Piece
from fse.ssv.tables import OPEN_LISTS, REMARKABLE, GroupLayout, ZoneField, find_code
from fse.ssv.vue import DATE_LENGTH, SHORT_DATE, decode, to_datetime
from fse.ssv.zone import Group

#: Groups in which some fields repeat by a rule that no source gives: their fields are not counted.
_REPEATING: Final = frozenset({41, 61, 62})

#: Groups from this one on belong to invoices, where dates may do without their hour.
_INVOICE: Final = 1000

#: Types of national identifier (1.2) whose key is known -> (length, module of `codes.keys`).
_NATIONAL: Final = {"0": (9, keys.luhn9), "8": (11, keys.rpps)}

#: Place of that identifier in the group of the card holder.
_CARD_HOLDER: Final = 1
_NATIONAL_INDEX: Final = 2

_DIGITS = re.compile(rb"[0-9]*")
_DIGITS_OR_CORSICA = re.compile(rb"(?:2[AB])?[0-9]*")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f-\x9f]")
_FUND = re.compile("[0-9]{3}")
_CENTRE = re.compile("[0-9]{4}")
_HOLLOW: Final = b" 0\0"


class Found(NamedTuple):
    """A remark on one field, 1-based position."""

    position: int
    piece: Piece
    remark: Remark


class Champs:
    """The checks of one run, with its code lists."""

    def __init__(self, lists: Namespace) -> None:
        self.lists = lists
        self._linked: dict[int, frozenset[int]] = {}

    def check(self, group: Group) -> Iterator[Found]:
        """Remarks on the fields of a group, in order."""
        layout = group.layout
        if layout is None or not layout.fields:
            return
        raw, known = group.zone.raw, len(layout.fields)
        pieces = tuple(islice(group.pieces(), known + 1))
        values = [raw[piece.start : piece.stop] for piece in pieces[:known]]
        linked = self._linked.get(layout.id)
        if linked is None:
            linked = self._linked[layout.id] = _linked(layout)
        for field, value, piece in zip(layout.fields, values, pieces, strict=False):
            for remark in self._field(field, value):
                yield Found(field.position, piece, remark)
            for remark in _together(layout, field, values) if field.position in linked else ():
                yield Found(field.position, piece, remark)
        if len(pieces) != known:
            yield from _count(group, pieces, known)

    def _field(self, field: ZoneField, value: bytes) -> Iterator[Remark]:
        rule = form_rule(field, value)
        if rule:
            yield Remark(rule, str(DATE_LENGTH) if field.base == "datetime" else "")
        elif not has_usual_length(field, value):
            yield Remark("zone.longueur-inhabituelle", field.lengths.replace("|", ", "))
        elif field.list in self.lists and value:
            rule = self.code_rule(field, value)
            if rule:
                yield Remark(rule, field.list)

    @finds("zone.code-inconnu", "zone.code-liste-ouverte")
    def code_rule(self, field: ZoneField, value: bytes) -> str:
        """The rule that a coded value breaks, or an empty string."""
        text, codes = decode(value), self.lists[field.list]
        if not text or field.list in REMARKABLE or find_code(codes, text):
            return ""
        is_open = codes.is_open or field.list in OPEN_LISTS
        return "zone.code-liste-ouverte" if is_open else "zone.code-inconnu"


@finds("zone.longueur-inhabituelle")
def has_usual_length(field: ZoneField, value: bytes) -> bool:
    """Whether a value has a length seen on sample cards; texts may have any."""
    return field.base in ("text", "raw", "datetime") or field.has_seen(len(value))


@finds(
    "zone.forme-nir", "zone.forme-date", "zone.date-calendrier", "zone.numerique", "zone.octets-de-controle"
)
def form_rule(field: ZoneField, value: bytes) -> str:
    """The rule that the form of a value breaks, or an empty string. An empty value has no form."""
    if not value.strip(_HOLLOW):
        return ""
    match field.base:
        case "nir":
            return "" if keys.nir.has_form(value.decode("latin-1")) else "zone.forme-nir"
        case "datetime":
            return _date_rule(field, value)
        case "digits" | "id" | "key":
            pattern = _DIGITS_OR_CORSICA if field.personal == "ps" else _DIGITS
            return "" if pattern.fullmatch(value) else "zone.numerique"
        case "text" | "code":
            return "zone.octets-de-controle" if _CONTROL.search(value) else ""
    return ""


def _date_rule(field: ZoneField, value: bytes) -> str:
    shortest = SHORT_DATE if field.group >= _INVOICE else DATE_LENGTH
    if not (value.isdigit() and shortest <= len(value) <= DATE_LENGTH):
        return "zone.forme-date"
    if field.name == "date_naissance" or to_datetime(value.decode("ascii")) is not None:
        return ""  # a birth date may be one that no calendar has
    return "zone.date-calendrier"


# --- what several fields say together ---------------------------------------------------------------------


def _before(layout: GroupLayout, field: ZoneField) -> ZoneField | None:
    """The first day of the period whose last day this field is."""
    if field.base != "datetime" or not field.name.startswith("date_fin_"):
        return None
    return layout.by_name.get(field.name.replace("date_fin_", "date_debut_", 1))


def _linked(layout: GroupLayout) -> frozenset[int]:
    """Positions of the fields that are looked at with those before them; see `_together`."""
    found = set()
    for field, before in zip(layout.fields, (None, *layout.fields), strict=False):
        after = before.base if before is not None else ""
        looked = (
            field.base == "key" and after == "nir",
            after == "id",
            layout.id == _CARD_HOLDER and field.position == _NATIONAL_INDEX + 1,
            layout.id == 1310 and field.position == 4,
            _before(layout, field) is not None,
        )
        if any(looked):
            found.add(field.position)
    return frozenset(found)


def _together(layout: GroupLayout, field: ZoneField, values: list[bytes]) -> Iterator[Remark]:
    """Remarks on a field and those before it."""
    at = field.position - 1
    if field.base == "key" and at and layout.fields[at - 1].base == "nir":
        rule = nir_rule(field, values[at - 1], values[at])
        if rule:
            yield Remark(rule)
    elif not number_holds(layout, at, values):
        yield Remark("zone.cle-ps")
    elif layout.id == 1310 and field.position == 4:
        expected = recipient(values)
        if expected:
            yield Remark("zone.destinataire", expected)
    else:
        start = _before(layout, field)
        if start is not None and not in_order(values[start.position - 1], values[at]):
            yield Remark("zone.periode")


@finds("zone.cle-nir", "zone.cle-nir-certifie")
def nir_rule(field: ZoneField, nir: bytes, key: bytes) -> str:
    """The rule that the key of a NIR breaks, or an empty string; a NIR of another form is not looked at."""
    number = nir.decode("latin-1")
    if not nir.strip(_HOLLOW) or not keys.nir.has_form(number):
        return ""
    if keys.nir.calc_check_digits(number).encode() == key:
        return ""
    return "zone.cle-nir-certifie" if "certifie" in field.name else "zone.cle-nir"


@finds("zone.cle-ps")
def number_holds(layout: GroupLayout, at: int, values: list[bytes]) -> bool:
    """Whether the number of a professional that ends with the field at index `at` goes with its key.

    Numbers of 8 characters have their key in the next field, the national identifier carries its own; those
    of another length or type are not looked at.
    """
    if layout.id == _CARD_HOLDER and at == _NATIONAL_INDEX:
        length, module = _NATIONAL.get(decode(values[at - 1]), (0, keys.luhn9))
        number = values[at]
    elif at and layout.fields[at - 1].base == "id" and len(values[at]) == 1:
        length, module = 9, keys.luhn9
        number = values[at - 1] + values[at]
    else:
        return True
    return len(number) != length or not number.strip(_HOLLOW) or module.is_valid(decode(number))


@finds("zone.periode")
def in_order(start: bytes, end: bytes) -> bool:
    """Whether a period does not end before it starts; a missing or impossible day says nothing."""
    first, last = to_datetime(decode(start)), to_datetime(decode(end))
    return first is None or last is None or first <= last


@finds("zone.destinataire")
def recipient(values: list[bytes]) -> str:
    """The recipient that the rules of 2005 to 2010 give, when the invoice names another one.

    Nothing is said, and nothing of the zone quoted, when fund and centre do not have the form of a number.
    """
    regime, caisse, centre, written = (decode(value) for value in values[:4])
    if not (written and _FUND.fullmatch(caisse) and _CENTRE.fullmatch(centre)):
        return ""
    expected = destinataire(regime, caisse, centre) or ""
    return expected if expected != written else ""


@finds("zone.champ-manquant", "zone.champ-en-trop")
def _count(group: Group, pieces: tuple[Piece, ...], known: int) -> Iterator[Found]:
    """More or fewer fields than the table has."""
    if group.id in _REPEATING:
        return
    if len(pieces) > known:
        yield Found(known + 1, pieces[known], Remark("zone.champ-en-trop", str(known)))
        return
    end = Piece(len(pieces) + 1, 0, group.stop, group.stop, group.stop)
    yield Found(len(pieces) + 1, end, Remark("zone.champ-manquant", str(known)))
