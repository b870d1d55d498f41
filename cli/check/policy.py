"""Which findings count, and how much: selection, severities and baseline, applied after the check.

A rule is named by its id, or several by a prefix (`smg`, `facture.total`). A name that is a whole id means
that rule alone: `cle.nir` is not `cle.nir-provisoire`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from cli.check.model import Key, Ordinals, Place, Remark, count_of, zero_counts
from cli.words.severities import known_rule, severity_of
from flatfile import Finding

if TYPE_CHECKING:
    from cli.check.model import Layouts

#: Most suggestions of nearby names in a message.
_MOST_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Policy:
    """What is reported, and with which severity.

    - `select`, `ignore`: names of rules; an empty `select` is all of them, `ignore` is taken from it;
    - `severities`: rule id -> `error`, `warning` or `info`, instead of the catalogue's;
    - `accepted`: keys of the baseline, which are not reported again.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[Key] = frozenset()

    def wants(self, rule: str) -> bool:
        """Whether findings of a rule are looked at."""
        if self.select and not _named(rule, self.select):
            return False
        return not _named(rule, self.ignore)

    def severity(self, rule: str) -> str:
        """Severity of the findings of a rule."""
        return self.severities.get(rule) or severity_of(known_rule(rule)).word


def _named(rule: str, names: Iterable[str]) -> bool:
    from codes.rules import catalogue

    known = catalogue()
    return any(rule == name or (name not in known and rule.startswith(name)) for name in names)


def rules_named(name: str) -> tuple[str, ...]:
    """Rules that a name means: the one with this id, or all that start so; nothing when it means none.

    >>> rules_named("cle.nir"), rules_named("cle.nope"), rules_named("smg.mauvaise")
    (('cle.nir',), (), ('smg.mauvaise-caisse',))
    """
    from codes.rules import catalogue

    known = catalogue()
    if name in known:
        return (name,)
    return tuple(rule for rule in known if name and rule.startswith(name))


def near(name: str, names: Iterable[str]) -> list[str]:
    """The names most like one that is not among them."""
    from difflib import get_close_matches

    return get_close_matches(name, list(names), n=_MOST_NEAR)


@dataclass(slots=True)
class Gathering:
    """What is remembered of the findings of one file, in bounded memory.

    At most `most` findings are kept (0: all); informations are gathered as notes, by rule, record type and
    field, unless `verbose`. `every` keeps the keys of all findings, for a baseline to be written.
    """

    policy: Policy
    most: int = 0
    verbose: bool = False
    every: bool = False
    findings: list[Remark] = field(default_factory=list)
    notes: dict[tuple[str, str, str], Remark] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=zero_counts)
    omitted: int = 0
    accepted: set[Key] = field(default_factory=set)
    keys: set[Key] = field(default_factory=set)

    def gather(self, findings: Iterable[Finding], layouts: Layouts) -> Gathering:
        """Take all the findings of a file."""
        words: dict[str, str] = {}
        ranks = Ordinals()
        for finding in findings:
            word = words.get(finding.rule)
            if word is None:
                word = self.policy.severity(finding.rule) if self.policy.wants(finding.rule) else ""
                words[finding.rule] = word
            if word:
                self._take(Remark(finding, word, ranks.of(finding), count_of(finding)), layouts)
        return self

    def _take(self, remark: Remark, layouts: Layouts) -> None:
        if getattr(remark.finding, "is_summary", False):  # what was done, not what is wrong
            self.notes[remark.finding.rule, "", ""] = remark
            return
        key = remark.key
        if key in self.policy.accepted:
            self.accepted.add(key)
            return
        if self.every:
            self.keys.add(key)
        finding, word = remark.finding, remark.severity
        self.counts[word] += remark.count
        if word == "info" and not self.verbose:
            same = (finding.rule, finding.type, finding.field)
            note = self.notes.get(same)
            self.notes[same] = (
                replace(note, count=note.count + remark.count) if note else _placed(remark, layouts)
            )
        elif self.most and len(self.findings) >= self.most:
            self.omitted += remark.count
        else:
            self.findings.append(_placed(remark, layouts))


def _placed(remark: Remark, layouts: Layouts) -> Remark:
    return replace(remark, place=Place.of(remark.finding, layouts))
