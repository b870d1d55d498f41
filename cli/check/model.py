"""What every report is made of: files, and the remarks on each, already masked.

Nothing here holds a value of a checked file: findings have none by construction, and excerpts are masked when
they are made. Everything can be pickled, since files may be checked in other processes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cli.words import status
from cli.words.severities import WORDS, known_rule, severity_of
from cli.words.speech import plural, say
from flatfile import Field, Finding, FormatError

if TYPE_CHECKING:
    from flatfile import Layout
    from fse.ssv import GroupLayout

    #: Layouts by record type, or by group id.
    Layouts = Mapping[str, Layout] | Mapping[str, GroupLayout]

#: Key of a finding that stays the same from one file to the next: rule, invoice, record type, field, rank
#: among the findings of the file that share these four, from 1.
Key = tuple[str, str, str, str, int]

#: Invoices whose findings are ranked at once.
_MOST_INVOICES: Final = 10_000

#: Severity from which a check fails unless asked otherwise.
DEFAULT_FAIL_ON: Final = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """A field in its record: first and last position (1-based, both included), labels.

    A field of a zone has no fixed place: both positions are 0.
    """

    start: int
    end: int
    label_fr: str = ""
    label_en: str = ""

    def label(self) -> str:
        """What the field is called."""
        return say(self.label_fr, self.label_en)

    @classmethod
    def of(cls, finding: Finding, layouts: Layouts) -> Place | None:
        """Place of the field that a finding names; `None` for a record as a whole."""
        layout = layouts.get(finding.type)
        where = layout.by_name.get(finding.field) if layout else None
        if where is None:
            return None
        if not isinstance(where, Field):
            return cls(0, 0, where.label_fr, where.label_en)
        return cls(where.start, where.start + where.length - 1, where.label_fr, where.label_en)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The bytes around a field as a line of text, one character a byte, masked.

    `start` is the 1-based position in the record of the first character; `caret` and `width` tell which
    characters are the field (0-based in `text`). `shape` tells that the field cannot be what it should, and
    shows only the shape of its bytes: A for a letter, 9 for a digit.
    """

    text: str
    start: int
    caret: int
    width: int
    shape: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding as it is reported.

    `severity` is the word after configuration (`error`, `warning`, `info`), that of its worst consequence if
    that is worse; `ordinal` the last part of its key; `count` how many findings of the same rule, record type
    and field it stands for, itself included; `consequences` are what it explains. `found` is what the field
    holds, when personal values are asked for.
    """

    finding: Finding
    severity: str
    ordinal: int = 1
    count: int = 1
    place: Place | None = None
    excerpt: Excerpt | None = None
    consequences: tuple[Remark, ...] = ()
    found: str = ""

    @property
    def key(self) -> Key:
        """What identifies the finding from one file to the next; holds no personal data."""
        finding = self.finding
        return finding.rule, finding.facture, finding.type, finding.field, self.ordinal


def count_of(finding: Finding) -> int:
    """How many findings one stands for: those on zones may stand for more of their kind."""
    return getattr(finding, "count", 1)


def zero_counts() -> dict[str, int]:
    """A counter by severity."""
    return dict.fromkeys(WORDS, 0)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Findings that are not told: `by` an option or a key of the configuration, in `file` when it is one."""

    by: str
    file: str
    count: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a check says of one file.

    - `name`: as typed, `-` for standard input; writers make it printable;
    - `findings`: what is reported one by one; `notes`: informations gathered by rule, record type and field;
    - `counts`: all selected findings by severity, those not reported (`omitted`) included;
    - `records`, `factures`: what was read; `unreadable`: why nothing could be;
    - `eol`: the line end after each record, empty when there is none, `None` when uneven or unknown;
    - `fail_on`: the severity from which the check of this file fails, or `never`;
    - `gzip`: the file is compressed, so that offsets are not those of its own bytes;
    - `accepted`: keys of findings that the baseline let pass, which are counted nowhere else;
    - `folded`: findings told under their cause, which `counts` leaves out;
    - `left_out`: how many findings are not told, by what leaves them out.
    """

    name: str
    findings: tuple[Remark, ...] = ()
    records: int = 0
    factures: int = 0
    unreadable: FormatError | None = None
    eol: bytes | None = None
    notes: tuple[Remark, ...] = ()
    counts: Mapping[str, int] = field(default_factory=zero_counts)
    omitted: int = 0
    fail_on: str = DEFAULT_FAIL_ON
    gzip: bool = False
    family: str = ""
    norme: str = ""
    envelope: str = ""
    accepted: frozenset[Key] = frozenset()
    folded: int = 0
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        findings: Iterable[Finding] = (),
        *,
        records: int = 0,
        factures: int = 0,
        unreadable: FormatError | None = None,
        eol: bytes | None = None,
        layouts: Layouts | None = None,
    ) -> FileReport:
        """A report of findings at hand, with the severities of the catalogue."""
        counts, ranks = zero_counts(), Ordinals()
        remarks = []
        for finding in findings:
            word = severity_of(known_rule(finding.rule)).word
            remark = Remark(
                finding, word, ranks.of(finding), count_of(finding), Place.of(finding, layouts or {})
            )
            counts[word] += remark.count
            remarks.append(remark)
        return cls(name, tuple(remarks), records, factures, unreadable, eol, counts=counts)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Findings, then notes."""
        return self.findings + self.notes

    @property
    def told(self) -> Iterator[Remark]:
        """Findings and notes, each followed by what it explains."""
        for remark in self.remarks:
            yield remark
            yield from remark.consequences

    @property
    def size_text(self) -> str:
        """`3 factures, 24 enregistrements`."""
        if self.family == "ssv":
            return plural(self.records, say("groupe", "group"), say("groupes", "groups"))
        nouns = say(("enregistrement", "enregistrements"), ("record", "records"))
        if self.family == "noemie":
            nouns = say(("entité", "entités"), ("entity", "entities"))
        invoices = plural(self.factures, say("facture", "invoice"), say("factures", "invoices"))
        return f"{invoices}, {plural(self.records, *nouns)}"

    @property
    def fails(self) -> bool:
        """Whether a finding reaches `fail_on`."""
        return any(self.counts[word] for word in at_least(self.fail_on))


def at_least(threshold: str) -> tuple[str, ...]:
    """The severities at or above a threshold; none for `never`.

    >>> at_least("warning"), at_least("never")
    (('error', 'warning'), ())
    """
    return WORDS[: WORDS.index(threshold) + 1] if threshold in WORDS else ()


class Ordinals:
    """Ranks of findings that share rule, invoice, record type and field, in the order of the file.

    Of many invoices only the last ones are remembered: memory does not grow with the file.
    """

    def __init__(self) -> None:
        self._inside: dict[str, dict[tuple[str, str, str], int]] = {}

    def of(self, finding: Finding) -> int:
        """Rank of the next finding, from 1."""
        ranks = self._inside.setdefault(finding.facture, {})
        if len(self._inside) > _MOST_INVOICES:
            self._inside = {"": self._inside.get("", {}), finding.facture: ranks}
        key = (finding.rule, finding.type, finding.field)
        ranks[key] = rank = ranks.get(key, 0) + 1
        return rank


@dataclass(frozen=True, slots=True)
class Report:
    """A whole check: its files in the order given, and the language it is written in.

    `stale` are the entries of the baseline that no finding has any more (file, key), when that was asked for
    (else `None`); a baseline of version 1 names no file.
    """

    files: Collection[FileReport]
    stale: tuple[tuple[str, Key], ...] | None = None

    @property
    def totals(self) -> dict[str, int]:
        """Counts: `files`, `unreadable`, `factures`, `errors`, `warnings`, `infos`, `folded`."""
        totals = Totals()
        for file in self.files:
            totals.add(file)
        return totals


class Totals(dict[str, int]):
    """The counts of `Report.totals`."""

    def __init__(self) -> None:
        names = ("files", "unreadable", "factures", *(f"{word}s" for word in WORDS), "folded")
        super().__init__(dict.fromkeys(names, 0))

    def add(self, file: FileReport) -> None:
        """Count a file."""
        self["files"] += 1
        self["unreadable"] += file.unreadable is not None
        self["factures"] += file.factures
        self["folded"] += file.folded
        for word in WORDS:
            self[f"{word}s"] += file.counts[word]


class Tally:
    """What reports add up to.

    `totals` are those of `Report.totals`; `accepted` the keys that baselines let pass, by name of file, for
    those that have some.
    """

    def __init__(self) -> None:
        self.totals = Totals()
        self.accepted: dict[str, frozenset[Key]] = {}
        self._fails = False
        self._rules: dict[tuple[str, str], list[int]] = {}
        self._left_out: Counter[tuple[str, str]] = Counter()

    def add(self, file: FileReport) -> None:
        """Count one."""
        self.totals.add(file)
        self._fails |= file.fails
        if file.accepted:
            self.accepted[file.name] = file.accepted
        for remark in file.remarks:
            self._rule(remark.finding.rule, remark.severity)[0] += remark.count
            for below in remark.consequences:
                self._rule(below.finding.rule, below.severity)[1] += below.count
        for one in file.left_out:
            if one.by != "baseline":  # told apart
                self._left_out[one.by, one.file] += one.count

    def _rule(self, rule: str, severity: str) -> list[int]:
        return self._rules.setdefault((rule, severity), [0, 0])

    @property
    def code(self) -> int:
        """The exit status."""
        if self.totals["unreadable"]:
            return status.UNREADABLE
        return status.FINDINGS if self._fails else status.OK

    @property
    def statistics(self) -> list[tuple[str, str, int, int]]:
        """Each rule with its severity, how often it is told and how often it is told under a cause."""
        rows = [(rule, word, told, below) for (rule, word), (told, below) in self._rules.items()]
        return sorted(rows, key=lambda row: (-row[2], -row[3], row[0]))

    @property
    def left_out(self) -> list[LeftOut]:
        """How many findings each reason left out of all the files, but for a baseline."""
        return [LeftOut(by, file, count) for (by, file), count in self._left_out.items()]
