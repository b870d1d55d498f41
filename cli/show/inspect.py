"""The bytes of a file as fields, for the inspector: groups of records, each field by field, its findings.

Personal fields and doubtful ones are covered unless `values` shows them: `cli.words.fields.Reader` decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cli.words.fields import Reader, is_damaged, wrong_fields
from cli.words.speech import say
from cli.words.texts import HIDDEN, printable
from cli.words.titles import record_title
from cli.words.tones import sentence
from codes.personal import shown_name
from flatfile import MASK, Field, Record

if TYPE_CHECKING:
    from cli.check.checking import Subject
    from cli.check.model import FileReport, Remark
    from cli.io.inputs import Input

__all__ = ["WINDOW", "Cell", "Group", "Inspected", "Line", "inspect", "wrong_records"]

#: Records of one window: a page is no place for more.
WINDOW: Final = 1000

_SPACE: Final = "·"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One field: positions from 1, its bytes as text, what they mean, what is wrong.

    `kind` tells what it holds: `id`, `day`, `money`, `code`, or `no` (blank, filling).
    """

    name: str
    label: str
    start: int
    end: int
    raw: str
    kind: str
    text: str
    note: str = ""
    severity: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One record: its number from 1, its byte in the file from 0; `severity` is that of its worst finding."""

    number: int
    type: str
    title: str
    offset: int
    length: int
    severity: str
    findings: int
    notes: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Records that stand together: an invoice, or what stands outside invoices."""

    title: str
    lines: tuple[Line, ...]
    findings: int
    severity: str


class Inspected(msgspec.Struct, kw_only=True):
    """A window on a file as the inspector shows it; `kept` gives the fields of each of its records.

    `records` counts those of the file, `start` those before the window; `wrong` are the numbers of all the
    records of the file that have an error or a warning, in order.
    """

    name: str
    family: str
    norm: str
    records: int
    start: int
    wrong: list[int]
    groups: list[Group]
    kept: dict[int, tuple[Cell, ...]]

    @property
    def end(self) -> int:
        """The number of its last record."""
        return max(self.kept, default=self.start)

    @property
    def omitted(self) -> int:
        """How many records of the file are outside."""
        return self.records - len(self.kept)

    @property
    def wrong_outside(self) -> list[int]:
        """The numbers of those of `wrong` that are outside."""
        return [number for number in self.wrong if number not in self.kept]

    def nearest_wrong(self, number: int) -> int:
        """The next record of `wrong_outside` after one, else the first of them."""
        outside = self.wrong_outside
        return next((one for one in outside if one > number), outside[0])

    def line(self, number: int) -> Line | None:
        """The record of this number."""
        return next((line for group in self.groups for line in group.lines if line.number == number), None)

    def first(self) -> int:
        """The first record inside that has a finding, else the first one; 0 when there is none."""
        wrong = next((number for number in self.wrong if number in self.kept), 0)
        return wrong or min(self.kept, default=0)


_RANKS: Final = ("error", "warning", "info", "")


def wrong_records(report: FileReport) -> list[int]:
    """The numbers of the records that have an error or a warning, in order."""
    found = _by_record(report)
    return sorted(number for number, some in found.items() if any(one.severity != "info" for one in some))


def inspect(
    subject: Subject, report: FileReport, input: Input, *, values: bool, most: int, start: int = 0
) -> Inspected:
    """The `most` records after the first `start`, with what was found there. Raises `FormatError`."""
    remarks = _by_record(report)
    if subject.family == "ssv":
        return _zone(subject, report, remarks, values=values)
    reader = _reader(subject, values=values)
    groups: list[tuple[str, list[Line]]] = []
    kept: dict[int, tuple[Cell, ...]] = {}
    title = ""
    for rank, record in enumerate(subject.reread(input.name)):
        if rank == start + most:
            break
        if rank >= start or subject.family == "noemie":  # entities stand under the last that began an invoice
            title = _group_of(record, subject.family, title)
        if rank < start:
            continue
        if not groups or groups[-1][0] != title:
            groups.append((title, []))
        found = remarks.get(record.number, [])
        groups[-1][1].append(_line(record, found, subject.family))
        kept[record.number] = tuple(_cells(record, reader, found))
    return Inspected(
        name=shown_name(input.name),
        family=subject.family,
        norm=report.norme,
        records=report.records,
        start=start,
        wrong=wrong_records(report),
        groups=[_group(title, lines) for title, lines in groups],
        kept=kept,
    )


def _group(title: str, lines: Sequence[Line]) -> Group:
    return Group(
        title=title,
        lines=tuple(lines),
        findings=sum(line.findings for line in lines),
        severity=_worst(line.severity for line in lines),
    )


def _worst(words: Iterable[str]) -> str:
    return min(words, key=_RANKS.index, default="")


def _by_record(report: FileReport) -> dict[int, list[Remark]]:
    found: dict[int, list[Remark]] = {}
    for remark in report.remarks:
        for one in (remark, *remark.consequences):
            if one.finding.record:
                found.setdefault(one.finding.record, []).append(one)
    return found


def _reader(subject: Subject, *, values: bool) -> Reader:
    from cli.check.checking import ReturnedFile

    if isinstance(subject, ReturnedFile):
        from cli.show.retour import reader_of

        return reader_of(subject.retour, values=values)
    return Reader("b2", values=values)


#: Entities of a return that begin an invoice, and those that end the invoices.
_BEGIN: Final = frozenset({"102", "100"})
_OUTSIDE: Final = frozenset({"000", "020", "198", "199", "990", "999", "250"})


def _group_of(record: Record, family: str, before: str) -> str:
    """The title of the group of a record: its invoice, else what stands outside."""
    if family == "b2":
        if "numero_facture" in record.layout and (number := printable(record.text("numero_facture"))):
            return say("Facture ", "Invoice ") + number
        if record.type in ("1", "6"):
            number = printable(record.text("numero_lot")) if "numero_lot" in record.layout else ""
            name = say("Lot ", "Batch ") if record.type == "1" else say("Fin du lot ", "End of batch ")
            return name + number
        return say("Fin du fichier", "End of file") if record.type == "999" else say("Fichier", "File")
    if record.type in _BEGIN:
        number = printable(record.text("numero_facture")) if "numero_facture" in record.layout else "?"
        return say("Facture ", "Invoice ") + number
    if record.type in _OUTSIDE or not before:
        return say("Fichier, virements, totaux", "File, transfers, totals")
    return before


def _line(record: Record, remarks: Sequence[Remark], family: str) -> Line:
    alone = [one for one in remarks if not one.finding.field or one.finding.field not in record.layout]
    return Line(
        number=record.number,
        type=record.type,
        title=record_title(family, record.type) or record.type,
        offset=record.offset,
        length=len(record.raw),
        severity=_worst(one.severity for one in remarks),
        findings=len(remarks),
        notes=tuple(_told(one) for one in alone),
    )


def _told(remark: Remark) -> str:
    from cli.check.data import remarque

    told = remarque(remark)
    return printable(f"{told.title}. {sentence(told.message)}".strip())


def _cells(record: Record, reader: Reader, remarks: Sequence[Remark]) -> Iterable[Cell]:
    wrong = wrong_fields(record)
    damaged = is_damaged(record, wrong)
    by_field = {one.finding.field: one for one in reversed(remarks) if one.finding.field}
    end = 0
    for field in record.layout.fields:
        raw = record.raw[field.slice].decode("latin-1")
        if not raw and field.start > len(record.raw):
            break
        data = reader.field(record, field, doubtful=damaged or field.name in wrong)
        covered = bool(data.masked)
        remark = by_field.get(field.name)
        end = field.start + field.length - 1
        text = data.text + (f", {data.meaning}" if data.meaning else "")
        yield Cell(
            name=field.name,
            label=data.label,
            start=field.start,
            end=end,
            raw=MASK * len(raw) if covered else "".join(map(_shown, raw)),
            kind=_kind(field, raw),
            text=HIDDEN if covered and raw.strip() else "" if covered else text,
            note=_told(remark) if remark else "",
            severity=remark.severity if remark else "",
        )
    if end < len(record.raw):
        rest = record.raw[end:].decode("latin-1")
        yield Cell(
            name="",
            label=say("octets en trop", "bytes over"),
            start=end + 1,
            end=len(record.raw),
            raw=MASK * len(rest) if not reader.values else "".join(map(_shown, rest)),
            kind="no",
            text="",
        )


def _kind(field: Field, raw: str) -> str:
    if not raw.strip() or field.kind.base in ("blank", "const"):
        return "no" if field.kind.base != "const" else "code"
    if field.personal:
        return "id"
    if field.kind.base in ("cents", "rate", "decimal"):
        return "money"
    return "day" if "date" in field.kind.base or field.name.startswith("date") else "code"


def _shown(character: str) -> str:
    if character == " ":
        return _SPACE
    return character if character.isprintable() and character.isascii() else "?"


# --- zones ------------------------------------------------------------------------------------------------


def _zone(subject: Any, report: FileReport, remarks: dict[int, list[Remark]], *, values: bool) -> Inspected:
    """A zone: its groups are its records; their fields have no fixed place, so that no bytes are drawn."""
    from cli.words.zone_fields import ZoneReader

    reader = ZoneReader(values=values)
    groups: list[Group] = []
    kept: dict[int, tuple[Cell, ...]] = {}
    for group in subject.zone.groups:
        data = reader.group(group)
        found = remarks.get(group.number, [])
        line = Line(
            number=group.number,
            type=str(data.group),
            title=data.title or str(data.group),
            offset=data.offset,
            length=data.length,
            severity=_worst(one.severity for one in found),
            findings=len(found),
            notes=tuple(_told(one) for one in found),
        )
        groups.append(_group(f"{data.group} {data.title}", [line]))
        kept[group.number] = tuple(
            Cell(
                name=one.name,
                label=one.label,
                start=place,
                end=place,
                raw="",
                kind="id" if one.masked else "code",
                text=one.text + (f", {one.meaning}" if one.meaning else ""),
            )
            for place, one in enumerate(data.fields, start=1)
        )
    return Inspected(
        name=shown_name(report.name),
        family="ssv",
        norm="",
        records=len(groups),
        start=0,
        wrong=wrong_records(report),
        groups=groups,
        kept=kept,
    )
