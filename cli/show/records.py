"""Records as text: one line in a tree, or byte by byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from cli.show.labels import short
from cli.words.page import ERROR, QUIET, STRONG, Line, Page, styled
from cli.words.shown import ShownField, ShownRecord, ShownZoneField
from cli.words.speech import plural, say
from flatfile import Record

if TYPE_CHECKING:
    from fse.coupures import Coupes


def details(fields: Iterable[ShownField | ShownZoneField], skip: frozenset[str] = frozenset()) -> Line:
    """`name value (meaning), name value`: names quiet, values plain."""
    made = styled()
    for field in fields:
        if field.name in skip:
            continue
        if made:
            made.append(", ", QUIET)
        made.append(f"{short(field)} ", QUIET)
        made.append(field.text)
        if field.meaning:
            made.append(f" ({field.meaning})")
    return made


def line_of(record: ShownRecord, skip: frozenset[str] = frozenset()) -> Line:
    """One record in a tree: its type, its title, its fields."""
    made = styled((record.type, STRONG))
    if record.title:
        made.append(f" {record.title}", STRONG)
    unknown = record.type == "?"
    if unknown:
        made.append(say(" enregistrement inconnu", " unknown record"), ERROR)
    if record.damaged:
        made.append(say(" abîmé, valeurs cachées", " damaged, values hidden"), ERROR)
    if unknown or record.damaged:
        where = say(
            f" (enregistrement {record.record}, octet {record.offset})",
            f" (record {record.record}, byte {record.offset})",
        )
        made.append(where, QUIET)
    hidden = bool(record.damaged) and all(field.masked for field in record.fields)
    rest = Line() if hidden else details(record.fields, skip)
    return made.append(say(" : ", ": "), QUIET).append_text(rest) if rest else made


def with_positions(
    record: Record, shown: ShownRecord, rank: int = 0, coupes: Coupes | None = None
) -> ShownRecord:
    """A record with its length and the positions of its fields; `rank` of its return, 0 of one alone.

    `coupes` are those of a flow that was wrapped: its line ends count in the length, not in the positions.
    """
    by_name = record.layout.by_name
    fields = [
        replace(one, start=place.start, end=place.start + place.length - 1)
        for one in shown.fields
        for place in [by_name[one.name]]
    ]
    length = len(record.raw)
    if coupes is not None:
        _, length = coupes.within(record.offset, 0, length)
    return replace(shown, length=length, fields=fields, retour=rank or UNSET)


def print_record(page: Page, record: ShownRecord) -> None:
    """One record, a field a line, with positions."""
    head = say(f"Enregistrement {record.record}", f"Record {record.record}")
    if rank := record.retour:
        head = say(f"Retour {rank}, {head.lower()}", f"Return {rank}, {head.lower()}")
    end = record.offset + (record.length or 0) - 1
    title = f" {record.title}" if record.title else ""
    page.line(
        (f"{head}  {record.type}{title}", STRONG),
        (say(f"  octets {record.offset} à {end}", f"  bytes {record.offset} to {end}"), QUIET),
        (say("  abîmé", "  damaged") if record.damaged else "", ERROR),
    )
    width = max((len(field.name) for field in record.fields), default=0)
    for field in record.fields:
        place = str(field.start) if field.start == field.end else f"{field.start}-{field.end}"
        meaning = f" ({field.meaning})" if field.meaning else ""
        page.line(
            (f"{place:>7}", QUIET),
            f"  {field.name:<{width}}  ",
            field.text + meaning,
            indent=2,
            hang=11 + min(width, 24),
        )


def more_invoices(count: int) -> Line:
    """How many invoices a tree leaves out."""
    more = plural(count, say("autre facture", "more invoice"), say("autres factures", "more invoices"))
    return styled((more + say(" (--limit 0 pour toutes)", " (--limit 0 for all)"), QUIET))
