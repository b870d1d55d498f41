"""A flow being explained: its records as mended so far, and the findings that are left.

A record keeps the number that it had in the file, whatever is added, taken away or moved: findings before and
after a hypothesis are compared by rule, record and field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import structs

from codes.lists import Namespace
from flatfile import Finding, FormatError, Layout, Record
from flatfile.fixed import BOM
from fse.checker import Checker
from fse.coupures import Coupes
from fse.facture import Facture
from fse.normes import LENGTH, Norme
from fse.reader import Reading, read_flux
from fse.rules.valeurs import is_hidden, shape, value_found
from fse.trusted import number_of, number_of_batch

#: Size of a flow beyond which nothing is explained.
MOST_BYTES: Final = 8 << 20

#: What may be read to explain one flow, and how many hypotheses may be tried.
_MOST_READ: Final = 48 << 20
_MOST_TRIED: Final = 250

#: Findings that another fault may hide, told once it is mended: line ends, which are the same fault under two
#: names once records have their length, and care that only differed by the fault.
_HIDDEN: Final = ("fichier.fin-de-ligne", "fichier.fin-de-ligne-mixte", "unicite.soin")

#: Findings that two faults hide from one another: what one adds to a counter the other takes from it.
_BALANCED: Final = ("lot.", "fichier.volume", "fichier.nombre-lots", "date.acte-jjmmaa")

#: Rule, type of record, field, number of the record in the file.
Key = tuple[str, str, str, int]


class Ligne(NamedTuple):
    """One record as mended: its bytes, its line end, its number in the file (0: it is not there)."""

    raw: bytes
    eol: bytes
    origin: int


class Lieu(NamedTuple):
    """Where a cause stands: number of the record in the file, bytes within it (all of it by default)."""

    record: int
    start: int = 0
    length: int = 0
    type: str = ""
    field: str = ""


class Hypothese(NamedTuple):
    """An edit that would mend the flow, and what is told when it does.

    `own` is the finding that tells it itself, whose words are those of its own rule; `lenient` lets the edit
    break something that cannot be verified; `disorder` tells how far it leaves days from their order.
    """

    rule: str
    place: Lieu
    found: str
    expected: str
    lines: Sequence[Ligne]
    own: Key | None = None
    lenient: bool = False
    disorder: int = 0

    def made_up(self, key: Key) -> bool:
        """Whether a finding is on care of which a line was made up."""
        if key[0] != "unicite.soin":
            return False
        start = next((at for at, line in enumerate(self.lines) if line.origin == key[3]), 0)
        invoice = takewhile(lambda line: line.raw[:1] in b"234", self.lines[start:])
        return any(not line.origin for line in invoice)


class Budget:
    """How much may still be tried: so many hypotheses, and bytes read."""

    def __init__(self, most_tried: int = _MOST_TRIED) -> None:
        self.tried = self.read = 0
        self._most_tried = most_tried

    def spend(self, size: int) -> bool:
        """Whether one more check of that many bytes may be made."""
        self.tried += 1
        self.read += size
        return not self.is_spent

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be tried."""
        return self.tried > self._most_tried or self.read > _MOST_READ


class Flot:
    """A flow as it was read, and what was found on it."""

    def __init__(
        self,
        data: bytes,
        findings: Sequence[Finding],
        norm: str | None,
        layouts: Path | None,
        lists: Namespace,
        coupes: Coupes | None = None,
    ) -> None:
        flux = read_flux(data, norm=norm, layouts=layouts)
        self.data = data
        self.norme: Norme = flux.norme
        self.layouts = layouts
        self.lists = lists
        self.records: list[Record] = list(flux.records)
        self.eol, self.ends = flux.eol, flux.ends
        self.lots = _batches(flux.items)
        self.factures = {
            number: item
            for item in flux.items
            if isinstance(item, Facture)
            for number in range(item.number, item.number + len(item))
        }
        self.told: dict[Key, list[Finding]] = {}
        for finding in findings:
            key = finding.rule, finding.type, finding.field, finding.record
            self.told.setdefault(key, []).append(finding)
        self.budget = Budget()
        self._coupes = coupes

    def offset(self, record: Record, start: int) -> int:
        """The place in the file of a byte of a record, by its place in it from 0."""
        at = record.offset + start
        return at if self._coupes is None else self._coupes.place(at)

    def lines(self) -> list[Ligne]:
        """Its records, with their line ends."""
        return [
            Ligne(record.raw, self.ends.get(record.number, self.eol), record.number)
            for record in self.records
        ]


class Etat:
    """The records of a flow as mended, and its findings by key: `remaining` are those not explained yet.

    `forgiven` are those that edits have brought which could not be verified. With `uncovers`, an edit may
    show half as many findings as it explains, of those that two faults hide from one another.
    """

    def __init__(
        self,
        flot: Flot,
        lines: Sequence[Ligne],
        remaining: Counter[Key],
        hypothesis: Hypothese | None = None,
        forgiven: Counter[Key] | None = None,
        *,
        uncovers: bool = False,
    ) -> None:
        self.flot = flot
        self.lines = lines
        self.remaining = remaining
        self.hypothesis = hypothesis
        self.forgiven: Counter[Key] = forgiven if forgiven is not None else Counter()
        self.uncovers = uncovers
        self.is_split = False  # its invoices were explained one by one
        self.uncovered: Sequence[Finding] = ()
        self._types: list[str] = []

    @classmethod
    def of(
        cls,
        data: bytes,
        findings: Sequence[Finding],
        norm: str | None,
        layouts: Path | None,
        lists: Namespace,
        coupes: Coupes | None = None,
        budget: Budget | None = None,
    ) -> Etat:
        """The flow as it is; with a `budget`, once more. Raises `FormatError` when it is none."""
        flot = Flot(data, findings, norm, layouts, lists, coupes)
        flot.budget = budget or flot.budget
        counts = Counter({key: len(found) for key, found in flot.told.items()})
        return cls(flot, flot.lines(), counts, uncovers=budget is not None)

    @property
    def is_open(self) -> bool:
        """Whether something is left to be explained, and may be."""
        return bool(self.remaining) and not self.flot.budget.is_spent

    # --- what hypotheses look at ----------------------------------------------------------------------

    def keys(self, *starts: str) -> list[Key]:
        """What is left whose rule starts with one of these, in file order."""
        return sorted((key for key in self.remaining if key[0].startswith(starts)), key=lambda key: key[3])

    def finding(self, key: Key) -> Finding:
        """The finding of a key."""
        return self.flot.told[key][0]

    def rank(self, origin: int) -> int:
        """Where a record of the file stands among the lines now; -1 when it is gone."""
        for rank in range(max(0, min(origin - 1, len(self.lines) - 1)), -1, -1):
            if self.lines[rank].origin == origin:
                return rank
        return next((rank for rank, line in enumerate(self.lines) if line.origin == origin), -1)

    def layout(self, rank: int) -> Layout:
        """The layout of a line."""
        return self.flot.norme.layout_of(self.lines[rank].raw)

    def record(self, rank: int) -> Record:
        """A line as a record, with its number in the file."""
        return Record(self.layout(rank), self.lines[rank].raw, 0, self.lines[rank].origin)

    @property
    def types(self) -> list[str]:
        """The types of the lines."""
        if not self._types:
            self._types = [self.flot.norme.layout_of(line.raw).name for line in self.lines]
        return self._types

    def invoice(self, rank: int) -> range:
        """Ranks of the lines of the invoice around a line: from a record 2 to a record 5."""
        types = self.types
        start = rank
        while start > 0 and types[start] != "2" and types[start - 1][0] in "234?":
            start -= 1
        stop = rank + 1
        while (
            stop < len(types) and types[stop - 1] != "5" and types[stop][0] in "2345?" and types[stop] != "2"
        ):
            stop += 1
        return range(start, stop)

    def start_of_batch(self, rank: int) -> int:
        """The record 1 before a line; the line itself where there is none."""
        return next((at for at in range(rank, -1, -1) if self.types[at] == "1"), rank)

    def with_field(self, rank: int, name: str, piece: bytes) -> list[Ligne]:
        """The lines with one field written otherwise."""
        return self.with_fields({rank: {name: piece}})

    def with_fields(self, changes: dict[int, dict[str, bytes]]) -> list[Ligne]:
        """The lines with some fields written otherwise."""
        lines = list(self.lines)
        for rank, values in changes.items():
            raw = bytearray(lines[rank].raw)
            for name, piece in values.items():
                raw[self.layout(rank).by_name[name].slice] = piece
            lines[rank] = lines[rank]._replace(raw=bytes(raw))
        return lines

    def edited(self, rule: str, rank: int, field: str, piece: bytes, own: Key | None = None) -> Hypothese:
        """The hypothesis that one field should be written otherwise."""
        lines = self.with_field(rank, field, piece)
        found, expected = self.shown(rank, field), self.written(rank, field, piece)
        return Hypothese(rule, self.place(rank, field), found, expected, lines, own)

    def place(self, rank: int, field: str = "") -> Lieu:
        """The place of a line, or of one of its fields."""
        layout, origin = self.layout(rank), self.lines[rank].origin
        type = "" if layout.name == "?" else layout.name
        if not field:
            return Lieu(origin, type=type)
        where = layout.by_name[field]
        return Lieu(origin, where.start - 1, where.length, type, field)

    def shown(self, rank: int, field: str) -> str:
        """What stands in a field, as a finding tells it."""
        record = self.record(rank)
        return value_found(record, record.layout.by_name[field])

    def written(self, rank: int, field: str, piece: bytes) -> str:
        """What should stand in a field, as a finding tells it."""
        record = self.record(rank)
        where = record.layout.by_name[field]
        if is_hidden(where):
            return shape(piece.decode("latin-1"))
        raw = record.raw[: where.start - 1] + piece + record.raw[where.start - 1 + where.length :]
        return value_found(Record(record.layout, raw), where)

    # --- trying ---------------------------------------------------------------------------------------

    def tried(self, hypothesis: Hypothese) -> Etat | None:
        """The state once a hypothesis is true: `None` when it mends nothing, or breaks something else."""
        if not self.flot.budget.spend(LENGTH * len(hypothesis.lines)):
            return None
        found = self.checked(hypothesis.lines)
        if found is None:
            return None
        after = Counter({key: len(same) for key, same in found.items()})
        gone, extra = self.remaining - after, after - self.remaining - self.forgiven
        if hypothesis.own is not None and hypothesis.own not in gone:
            return None
        hidden = _HIDDEN if hypothesis.lenient or not self.uncovers else (*_HIDDEN, *_BALANCED)
        shown = Counter({key: count for key, count in extra.items() if key[0].startswith(hidden)})
        if not hypothesis.lenient and shown != extra:
            return None
        left = Counter({key: count for key, count in shown.items() if not hypothesis.made_up(key)})
        if not gone or gone.total() <= left.total() * (2 if self.uncovers else 1):
            return None
        forgiven = self.forgiven + (extra - shown) if hypothesis.lenient else self.forgiven
        made = Etat(
            self.flot, hypothesis.lines, self.remaining - gone, hypothesis, forgiven, uncovers=self.uncovers
        )
        made.uncovered = [self._uncovered(key, found[key][-1]) for key in left]
        return made

    def _uncovered(self, key: Key, finding: Finding) -> Finding:
        """A finding that another one hid, at its place in the file."""
        record = self.flot.records[key[3] - 1]
        field = record.layout.by_name.get(finding.field)
        start = field.start - 1 if field is not None else len(record.raw)
        return structs.replace(finding, record=key[3], offset=self.flot.offset(record, start))

    def checked(self, lines: Sequence[Ligne]) -> dict[Key, list[Finding]] | None:
        """The findings on these lines, by key: those on records of the file alone."""
        data = b"".join(line.raw + line.eol for line in lines)
        try:
            reading = Reading(data, norm=self.flot.norme.name, layouts=self.flot.layouts)
            findings = list(Checker(reading, self.flot.lists).findings())
        except FormatError:
            return None
        found: dict[Key, list[Finding]] = {}
        for finding in findings:
            at = finding.record
            origin = lines[at - 1].origin if 0 < at <= len(lines) else at
            if origin or not at:
                found.setdefault((finding.rule, finding.type, finding.field, origin), []).append(finding)
        return found

    def become(self, tried: Etat) -> Finding:
        """Take what was tried for true; the finding that tells it, with what it explains."""
        hypothesis = tried.hypothesis
        assert hypothesis is not None
        explained: list[Finding] = []
        for key, count in (self.remaining - tried.remaining).items():
            explained += self.flot.told[key][-count:]
        explained.sort(key=lambda finding: (finding.record, finding.offset))
        self.lines, self.remaining, self.hypothesis = tried.lines, tried.remaining, hypothesis
        self.forgiven = tried.forgiven
        self._types = []
        for finding in tried.uncovered:
            key = finding.rule, finding.type, finding.field, finding.record
            self.flot.told.setdefault(key, []).append(finding)
            self.remaining[key] += 1
        if hypothesis.own is not None:
            own = self.flot.told[hypothesis.own][0]
            made = structs.replace(own, consequences=tuple(one for one in explained if one is not own))
            if own.rule != hypothesis.rule:
                return made
            found, expected = hypothesis.found or own.found, hypothesis.expected or own.expected
            return structs.replace(made, found=found, expected=expected)
        place = hypothesis.place
        record = self.flot.records[place.record - 1] if place.record else None
        offset = self.flot.offset(record, place.start) if record is not None else 0
        length = place.length or (len(record.raw) if record is not None else 0)
        facture = self.flot.factures.get(place.record)
        return Finding(
            hypothesis.rule,
            place.record,
            offset,
            length,
            place.type,
            place.field,
            number_of(facture) if facture is not None else "",
            self.flot.lots.get(place.record, ""),
            hypothesis.expected,
            hypothesis.found,
            tuple(explained),
        )

    def take(self, lines: Sequence[Ligne], remaining: Counter[Key], forgiven: Counter[Key]) -> None:
        """Take lines that were mended elsewhere."""
        self.lines, self.remaining, self.forgiven = lines, remaining, forgiven
        self._types = []

    def standing(self) -> list[Finding]:
        """The findings that nothing explained."""
        found: list[Finding] = []
        for key, count in self.remaining.items():
            found += self.flot.told[key][-count:]
        return found


def _batches(items: Sequence[Facture | Record]) -> dict[int, str]:
    """The number of the batch that each record stands in, where it is sure."""
    found: dict[int, str] = {}
    number = ""
    for item in items:
        if isinstance(item, Facture):
            found.update(dict.fromkeys(range(item.number, item.number + len(item)), number))
            continue
        if item.type == "1":
            number = number_of_batch(item)
        if number:
            found[item.number] = number
        if item.type == "6":
            number = ""
    return found


def is_whole(line: Ligne) -> bool:
    """Whether a line has the length of a record."""
    return len(line.raw) == LENGTH and line.raw != BOM
