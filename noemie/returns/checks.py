"""Check a return: its frame, the format of each field, its code lists, its levels, counters and totals.

Nothing here refuses a return: the findings tell what to look at before payments and rejects are booked. An
entity without any remark costs one match of a regular expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from codes.lists import overlay
from flatfile import Finding, Layout, Record
from flatfile.findings import both
from noemie.returns.coherence import (
    check_closings,
    check_days,
    check_end,
    check_levels,
    check_parts,
    check_signs,
)
from noemie.returns.formats import Formats, shipped_formats
from noemie.returns.physical import BOM
from noemie.returns.places import Places
from noemie.returns.reader import is_trimmed, is_wrapped
from noemie.returns.rejet import every_form
from noemie.returns.retour import Retour
from noemie.returns.tables import DELIMITER, FILLING, HEADER, TRAILER
from noemie.returns.tree import numero_de

_ENVELOPE: Final = frozenset({HEADER, TRAILER})
_PARTS: Final = frozenset({"198", "199"})
_SIGNED: Final = frozenset({"198", "199", "210", "220", "250", "990", "999"})


def check(retour: Retour, *, codes: Path | None = None) -> Iterator[Finding]:
    """Findings on a return, in file order; of a file that holds several, on each.

    `codes` is a directory with a site's own `noemie.csv`; raises `CodeTableError` when it is wrong.
    """
    formats = shipped_formats() if codes is None else Formats(overlay("noemie", codes))
    for run in retour.runs:
        yield from _check_run(run, formats)


def _check_run(retour: Retour, formats: Formats) -> Iterator[Finding]:
    places = Places(retour)
    found = chain(
        _check_entities(retour, formats, places),
        _check_frame(retour, places),
        check_levels(retour, places),
        check_closings(retour, places),
        check_end(retour, places),
        check_days(retour, places),
    )
    yield from sorted(found, key=lambda finding: (finding.record, finding.offset))


# --- each entity by itself --------------------------------------------------------------------------------


def _check_entities(retour: Retour, formats: Formats, places: Places) -> Iterator[Finding]:
    gates = {layout: formats.gate(layout) for layout in every_form(retour.layouts.values())}
    for record in retour.entites:
        layout = record.layout
        gate = gates.get(layout)
        if gate is None:
            yield from _check_damage(record, retour.layouts.get(numero_de(record)), places)
        elif not gate(record.raw):
            yield from formats.check_fields(record, places)
        if layout.name in _SIGNED:
            yield from check_signs(record, places)
            if layout.name in _PARTS:
                yield from check_parts(record, places)


def _check_damage(record: Record, known: Layout | None, places: Places) -> Iterator[Finding]:
    """An entity that was cut or is not described, or bytes that are no entity."""
    if known is not None:
        rule = _damage_of(record, known)
        if rule != "retour.enveloppe-courte" or not places.are_trimmed:  # told once for all lines
            yield places.finding(rule, record, expected=str(known.length))
    elif not record.raw.strip(FILLING):
        yield places.finding("retour.octets-blancs", record)
    elif numero_de(record) == "?":
        yield places.finding("retour.octets-parasites", record)
    else:
        yield places.finding("retour.entite-inconnue", record)


def _damage_of(record: Record, known: Layout) -> str:
    """What happened to an entity whose number is known."""
    length = len(record.raw)
    if known.name in _ENVELOPE:
        lost = [field for field in known.fields if field.slice.stop > length]
        # The sign of a total of nothing is a blank as the others.
        blank = "signe_cumul_montants" if not record.get("cumul_montants", int) else ""
        needed = any(field.presence == "O" and field.name != blank for field in lost)
        return "retour.tronque" if needed else "retour.enveloppe-courte"
    if record.layout.name == "?" or length == known.length - len(DELIMITER):
        return "retour.delimiteur"
    return "retour.tronque"


# --- the frame --------------------------------------------------------------------------------------------


def _check_frame(retour: Retour, places: Places) -> Iterator[Finding]:
    """Places of 000 and 999."""
    if retour.rang == 1 and is_trimmed(retour.detection):
        expected = both("les blancs de fin de ligne", "the blanks at the end of lines")
        found = both("aucun blanc en fin de ligne", "no blank at the end of any line")
        yield places.finding("retour.blancs-retires", retour.entites[0], expected=expected, found=found)
    elif retour.rang == 1 and is_wrapped(retour.detection):
        yield places.finding("retour.coupures", retour.entites[0])
    before = retour.skeleton.before
    if filling := before.removeprefix(BOM):
        number, start = retour.entites[0].number, len(before) - len(filling)
        yield Finding("retour.octets-blancs", number, start, len(filling))
    last: Record | None = None
    headers = ends = 0
    for record in retour.entites:
        if not record.raw.strip(FILLING):
            continue
        name = record.layout.name
        if last is None and name != HEADER:
            yield places.finding("retour.debut-absent", record)
        if last is not None and last.layout.name == TRAILER and name != HEADER:
            yield places.finding("retour.apres-fin", record)
        headers += name == HEADER
        ends += name == TRAILER
        if name == HEADER and headers == 2:
            yield places.finding("retour.debut-double", record)
        last = record
    if last is not None and not ends:
        yield places.finding("retour.fin-absente", last)
