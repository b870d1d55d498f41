"""Checks on the order of the records of one invoice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from operator import itemgetter

from flatfile import Finding, Layout, Record
from flatfile.findings import both, in_language
from fse.facture import Facture
from fse.rules.contexte import SHARED, Contexte, is_whole, whole_records
from fse.rules.registre import on_facture
from fse.rules.valeurs import is_hidden, shape

#: Establishments: complement of a line -> records it may directly follow [SFG]; itself may be repeated
#: where it carries a sequence.
_AFTER = {
    "3S": ("3",),
    "3E": ("3", "3S"),
    "3F": ("3S", "3E", "3F"),
    "3H": ("3S", "3E", "3H"),
    "4S": ("4",),
    "4E": ("4S",),
    "4B": ("4S", "4E", "4B"),
    "4H": ("4S", "4E", "4H"),
    "4M": ("4S", "4E", "4M"),
}

#: Establishments: most complements of one type that a line may carry [SFG].
_MOST = {"3F": 10, "3H": 10, "4B": 10, "4H": 10, "4M": 26}


@on_facture("structure.hors-lot")
def check_lot(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Every invoice stands in a batch. Told once for all those that follow one another outside."""
    if context.lot is None and context.first_time("structure.hors-lot"):
        yield context.finding("structure.hors-lot", facture.records[0], facture=facture)


@on_facture("structure.facture-sans-entete", "structure.facture-sans-total", "structure.facture-sans-ligne")
def check_whole(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """An invoice has a header, at least one line, and a total. An unknown record may be any of them."""
    records = facture.records
    types = {layout.name for layout in facture.layouts}
    if "?" in types:
        return
    if "2" not in types:
        yield context.finding("structure.facture-sans-entete", records[0], facture=facture)
    if not types & {"3", "4"}:
        yield context.finding("structure.facture-sans-ligne", records[0], facture=facture)
    if "5" not in types:
        yield context.finding("structure.facture-sans-total", records[-1], facture=facture)


@on_facture(
    "structure.ordre",
    "structure.complement-orphelin",
    "structure.chaine",
    "structure.nombre-complements",
)
def check_order(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Complements of the header come before the lines; complements of a line after it, in their order.

    After a record of unknown type nothing is said until the next line.
    """
    line = ""  # type of the line that is open
    before = ""  # type of the record just before, within the line
    counts: dict[str, int] = {}
    for record in facture.records:
        type = record.layout.name
        if type in ("3", "4", "?"):
            line = before = type
            counts = {}
        elif type[0] == "2" and type != "2" and line not in ("", "?"):
            yield context.finding("structure.ordre", record, facture=facture)
        elif type[0] in "34" and line != "?":
            if type[0] != line:
                yield context.finding(
                    "structure.complement-orphelin", record, expected=type[0], facture=facture
                )
            elif context.norme.is_cp:
                yield from _check_chain(record, before, counts, context, facture)
            before = type


def _check_chain(
    record: Record, before: str, counts: dict[str, int], context: Contexte, facture: Facture
) -> Iterator[Finding]:
    type = record.layout.name
    allowed = _AFTER.get(type, ())
    if allowed and before not in allowed:
        expected = ", ".join(name for name in allowed if name != type)
        yield context.finding("structure.chaine", record, expected=expected, facture=facture)
    counts[type] = counts.get(type, 0) + 1
    if counts[type] == _MOST.get(type, 0) + 1 and type in _MOST:
        yield context.finding(
            "structure.nombre-complements", record, expected=str(_MOST[type]), facture=facture
        )


@on_facture("structure.entete-commun", "structure.entete-differe")
def check_common(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """All records of an invoice repeat the number of the biller, the NIR and the number of the invoice.

    What most records say is right: a fault in the header alone is told of the header. In doubt the header
    is right.
    """
    raws = zip(facture.layouts, facture.raws, strict=True)
    values = [_shared(layout)(raw) for layout, raw in raws if is_whole(layout, raw)]
    if len(set(values)) < 2:
        return
    records = whole_records(facture)
    for name, pieces in zip(SHARED, zip(*values, strict=True), strict=True):
        told = dict.fromkeys(piece for piece in pieces if piece)
        if len(told) < 2:
            continue
        common = max(told, key=pieces.count)
        for record, piece in zip(records, pieces, strict=True):
            if piece and piece != common:
                alone = record.type == "2" and len(told) == 2 and pieces.count(common) > 1
                rule = "structure.entete-differe" if alone else "structure.entete-commun"
                found, expected = difference(record, name, common.decode("latin-1"))
                yield context.finding(rule, record, name, expected=expected, found=found, facture=facture)


@cache
def _shared(layout: Layout) -> Callable[[bytes], tuple[bytes, ...]]:
    """The bytes that all records of an invoice repeat; none for a field that a record does not have."""
    return itemgetter(*(layout.by_name[name].slice if name in layout else slice(0) for name in SHARED))


def difference(record: Record, name: str, common: str) -> tuple[str, str]:
    """What a field holds and what it should; of a personal one, only where both differ."""
    field = record.layout.by_name[name]
    if not is_hidden(field):
        return record[name], common
    pairs = zip(record[name], common, strict=False)
    where = ", ".join(str(field.start + at) for at, (one, other) in enumerate(pairs) if one != other)
    told = shape(record[name])
    found = both(
        f"{in_language(told, 'fr')}, autre(s) en position {where}",
        f"{in_language(told, 'en')}, other(s) at position {where}",
    )
    return found, both("comme les autres enregistrements", "as the other records")
