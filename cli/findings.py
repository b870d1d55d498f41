"""Findings gathered for one file: severities, counts, what is kept and what is only counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cli.problems import known_rule
from cli.speech import Lang
from cli.texts import localised

if TYPE_CHECKING:
    from codes.rules import Rule, Severity
    from flatfile import Finding, Layout

#: What a severity counts as on the command line.
WORDS: Final = ("error", "warning", "info")


def severity_of(rule: Rule | None) -> Severity:
    """Severity of a rule; a finding that no catalogue entry words is a warning."""
    from codes.rules import Severity

    return rule.severity if rule else Severity.WARNING


@dataclass(slots=True)
class Note:
    """Remarks of little weight that say the same of the same field: the first one, and how many."""

    first: Finding
    count: int = 1


@dataclass(slots=True)
class Tally:
    """What is remembered of the findings of one file, in bounded memory.

    `kept` are the findings to report, at most `most` (0: all); `notes` the informations by rule, record type
    and field, unless `verbose` reports each; `counts` counts every selected one by severity.
    """

    most: int = 0
    verbose: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kept: list[Finding] = field(default_factory=list)
    notes: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))
    omitted: int = 0

    def gather(self, findings: Iterable[Finding]) -> Tally:
        """Take all the findings of a file."""
        severities: dict[str, str] = {}
        for finding in findings:
            rule = finding.rule
            if not self._wanted(rule):
                continue
            word = severities.get(rule)
            if word is None:
                word = severities[rule] = severity_of(known_rule(rule)).word
            count = getattr(finding, "count", 1)  # a remark on a zone may stand for more of its kind
            self.counts[word] += count
            if word == "info" and not self.verbose:
                key = (rule, finding.type, finding.field)
                if key in self.notes:
                    self.notes[key].count += count
                else:
                    self.notes[key] = Note(finding, count)
            elif self.most and len(self.kept) >= self.most:
                self.omitted += count
            else:
                self.kept.append(finding)
        return self

    def _wanted(self, rule: str) -> bool:
        if self.select and not rule.startswith(self.select):
            return False
        return not (self.ignore and rule.startswith(self.ignore))

    def reaches(self, threshold: str) -> bool:
        """Whether a finding is at or above `threshold` (`error`, `warning`, `info` or `never`)."""
        if threshold not in WORDS:
            return False
        return any(self.counts[word] for word in WORDS[: WORDS.index(threshold) + 1])


def as_data(finding: Finding, layouts: Mapping[str, Layout], lang: Lang) -> dict[str, Any]:
    """One finding with its words: rule, place, what was expected, what to do.

    `offset` is 0-based in the uncompressed file; `start` and `end` are 1-based positions in the record,
    absent when the record as a whole is meant.
    """
    rule = known_rule(finding.rule)
    layout = layouts.get(finding.type)
    where = layout.by_name.get(finding.field) if layout else None
    expected = localised(finding.expected, lang)
    data: dict[str, Any] = {
        "rule": finding.rule,
        "severity": severity_of(rule).word,
        "title": rule.title(lang) if rule else finding.rule,
        "message": rule.message(lang, expected) if rule else expected,
        "fix": rule.fix(lang) if rule else "",
        "expected": expected,
        "facture": finding.facture,
        "lot": finding.lot,
        "record": finding.record,
        "type": finding.type,
        "offset": finding.offset,
        "length": finding.length,
        "field": finding.field,
        "label": where.label(lang) if where else "",
    }
    if where:
        data |= {"start": where.start, "end": where.start + where.length - 1}
    return data | {"confidence": rule.confidence if rule else "", "source": rule.source if rule else ""}


def body(tally: Tally, layouts: Mapping[str, Layout], lang: Lang) -> dict[str, Any]:
    """The findings of one file as plain data."""
    return {
        "counts": dict(tally.counts),
        "omitted": tally.omitted,
        "findings": [as_data(finding, layouts, lang) for finding in tally.kept],
        "notes": [
            {**as_data(note.first, layouts, lang), "count": note.count} for note in tally.notes.values()
        ],
    }


def grouped(findings: Iterable[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """Findings as data by (batch, invoice), each group where its first finding stands."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in findings:
        groups.setdefault((finding["lot"], finding["facture"]), []).append(finding)
    yield from groups.items()
