"""Checks on what is billed: validity of codes, detail of acts, journeys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from flatfile import Finding, Layout, Record
from fse.facture import Acte, Facture
from fse.normes import LENGTH
from fse.rules.contexte import Contexte, whole_doubtful_lines, whole_records
from fse.rules.presence import is_empty
from fse.rules.registre import Remark, on_facture

#: CCAM and LPP codes have 7 characters in a field of 13 (notes of the layout table).
CODE_LENGTH = 7
_CODES = {
    "4M": ("code_ccam", "acte.ccam-forme"),
    "4F": ("code_lpp", "acte.lpp-forme"),
    "3F": ("code_lpp", "acte.lpp-forme"),
}

#: Act codes of the dental prevention exam (labels of the list `code_acte`).
EBD = frozenset({"BDC", "BR2", "BR4"})

#: Grouping codes of acts that the CCAM names one by one (labels of the list `code_acte`).
CCAM_GROUPS = frozenset({"ADC", "ACO", "ADA", "ADE", "ADI", "ATM"})

#: Establishments: complements that a line may repeat carry a sequence from 01 [SFG].
REPEATED = frozenset({"3F", "3H", "4B", "4H", "4M"})

MODIFIERS = tuple(f"modificateur_{rank}" for rank in range(1, 5))
_TEETH = tuple(f"dent_{rank:02d}" for rank in range(1, 17))


@on_facture("acte.code-perime", "acte.modificateur-perime")
def check_validity(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Codes are valid on the day of care."""
    for acte in whole_doubtful_lines(facture):
        day = acte.date
        if day is None:
            continue
        yield from _expired(acte.principal, ("code_acte",), "acte.code-perime", day, facture, context)
        for record in acte.complements:
            if record.type == "4M" and len(record.raw) == LENGTH:
                yield from _expired(record, MODIFIERS, "acte.modificateur-perime", day, facture, context)


def _expired(
    record: Record, fields: tuple[str, ...], rule: str, day: dt.date, facture: Facture, context: Contexte
) -> Iterator[Finding]:
    for name in fields:
        field = record.layout.by_name.get(name)
        codes = context.code_list(field) if field is not None else None
        entry = codes.dated.get(record.text(name)) if codes is not None and codes.dated else None
        if entry is not None and not entry.valid_on(day):
            validity = f"{entry.valid_from} → {entry.valid_to}".strip()
            yield context.finding(rule, record, name, expected=validity, facture=facture)


@on_facture("acte.ccam-detail")
def check_ccam(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """An act of a CCAM group is named by a record 4M."""
    if any(layout.name == "?" for layout in facture.layouts):
        return  # the record 4M may be the one that was damaged
    for acte in whole_doubtful_lines(facture):
        if acte.code in CCAM_GROUPS and acte.complement("4M") is None:
            yield context.finding("acte.ccam-detail", acte.principal, "code_acte", facture=facture)


@on_facture(
    "acte.ccam-forme",
    "acte.lpp-forme",
    "acte.modificateur-double",
    "acte.dent-double",
    "acte.accord-date",
    "transport.arrivee",
    "transport.malades",
)
def check_detail(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """What one record says of an act, a product or a journey."""
    for record in whole_records(facture):
        for rule, field, expected in detail_remarks(record) if _is_detail(record.layout) else ():
            yield context.finding(rule, record, field, expected=expected, facture=facture)


@cache
def _is_detail(layout: Layout) -> bool:
    """Whether something is asked of a record of this layout by itself."""
    return layout.name in ("4M", "4U", *_CODES) or "accord_prealable" in layout


def detail_remarks(record: Record) -> Iterator[Remark]:
    """Remarks on one record, whatever stands around it."""
    type = record.layout.name
    name, rule = _CODES.get(type, ("", ""))
    if name and name in record.layout and len(record.text(name)) != CODE_LENGTH:
        yield rule, name, str(CODE_LENGTH)
    if (
        "accord_prealable" in record.layout.plan
        and record.text("accord_prealable") == "4"
        and is_empty(record, "date_demande_accord")
    ):
        yield "acte.accord-date", "date_demande_accord", ""
    if type == "4M":
        for rule, names in (("acte.modificateur-double", MODIFIERS), ("acte.dent-double", _TEETH)):
            for field in _repeated(record, names):
                yield rule, field, ""
    if type == "4U":
        left, arrived = _moment(record, "depart"), _moment(record, "arrivee")
        if left is not None and arrived is not None and arrived < left:
            yield "transport.arrivee", "heure_arrivee", ""
        if is_empty(record, "nombre_malades"):
            yield "transport.malades", "nombre_malades", ""


def _repeated(record: Record, names: tuple[str, ...]) -> Iterator[str]:
    raw, seen = record.raw, {b""}
    for name, where in _places(record.layout, names):
        piece = raw[where].strip(b" \0")
        if piece in seen:
            if piece:
                yield name
        else:
            seen.add(piece)


@cache
def _places(layout: Layout, names: tuple[str, ...]) -> tuple[tuple[str, slice], ...]:
    """Where these fields stand; nothing for one that a table of a site does not have."""
    return tuple((name, layout.by_name[name].slice) for name in names if name in layout)


@on_facture("acte.sequence")
def check_sequence(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Establishments: the repeated complements of a line are numbered from 01."""
    if not context.norme.is_cp:
        return
    for acte in whole_doubtful_lines(facture):
        yield from _check_numbers(acte, facture, context)


def _check_numbers(acte: Acte, facture: Facture, context: Contexte) -> Iterator[Finding]:
    counts: dict[str, int] = {}
    for record in acte.complements:
        if record.type in REPEATED and len(record.raw) == LENGTH:
            counts[record.type] = rank = counts.get(record.type, 0) + 1
            written = record.text("sequence")
            if written.isdecimal() and int(written) != rank:
                expected = f"{rank:02d}"
                yield context.finding("acte.sequence", record, "sequence", expected=expected, facture=facture)


def _moment(record: Record, end: str) -> dt.datetime | None:
    day, hour = record.get(f"date_{end}", dt.date), record.get(f"heure_{end}", dt.time)
    return dt.datetime.combine(day, hour) if day is not None and hour is not None else None
