"""Which findings count, and how much: selection, severities and baseline, applied after the check.

A rule is named by its id, or several by a prefix (`smg`, `facture.total`). A name that is a whole id means
that rule alone: `cle.nir` is not `cle.nir-provisoire`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.check.model import Key, Ordinals, Place, Remark, count_of, zero_counts
from cli.words.severities import WORDS, known_rule, known_rules, severity_of
from flatfile import Finding

if TYPE_CHECKING:
    from cli.check.model import Layouts
    from fse.delais import Delais

#: Severity of a rule whose findings are not told.
OFF: Final = "off"

#: Most suggestions of nearby names in a message.
_MOST_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Config:
    """What a site says of how its files are read and told; `path` is the file it comes from, if any."""

    path: Path | None = None
    norm: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    fail_on: str = "warning"
    baseline: Path | None = None
    layouts: Path | None = None
    codes: Path | None = None
    nature_smg: str = ""
    delais: Delais | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What is reported, and with which severity.

    - `select`, `ignore`: names of rules; an empty `select` is all of them, `ignore` is taken from it;
    - `severities`: rule id -> `error`, `warning`, `info` or `off`, instead of the catalogue's;
    - `accepted`: keys of the baseline, which are not reported again;
    - `origins`: `select`, `ignore`, `severity`, `baseline` -> the file that says so, nothing for an option.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[Key] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)

    def leaves_out(self, rule: str) -> str:
        """What leaves the findings of a rule out: `select`, `ignore`, `severity`; else nothing."""
        if self.select and not _named(rule, self.select):
            return "select"
        if _named(rule, self.ignore):
            return "ignore"
        return "severity" if self.severities.get(rule) == OFF else ""

    def wants(self, rule: str) -> bool:
        """Whether findings of a rule are looked at."""
        return not self.leaves_out(rule)

    def severity(self, rule: str) -> str:
        """Severity of the findings of a rule."""
        return self.severities.get(rule) or severity_of(known_rule(rule)).word


def _named(rule: str, names: Iterable[str]) -> bool:
    known = known_rules()
    return any(rule == name or (name not in known and rule.startswith(name)) for name in names)


def rules_named(name: str) -> tuple[str, ...]:
    """Rules that a name means: the one with this id, or all that start so; nothing when it means none.

    >>> rules_named("cle.nir"), rules_named("cle.nope"), rules_named("smg.mauvaise")
    (('cle.nir',), (), ('smg.mauvaise-caisse',))
    """
    known = known_rules()
    if name in known:
        return (name,)
    return tuple(rule for rule in known if name and rule.startswith(name))


def near(name: str, names: Iterable[str]) -> list[str]:
    """The names most like one that is not among them."""
    from difflib import get_close_matches

    return get_close_matches(name, list(names), n=_MOST_NEAR)


def unknown_rule(name: str, *, whole: bool = False) -> tuple[str, str]:
    """What was expected instead of a name that means no rule, in both languages."""
    families = () if whole else dict.fromkeys(rule.family for rule in known_rules().values())
    close = near(name, [*families, *known_rules()])
    fr = f" (peut-être {', '.join(close)} ?)" if close else ""
    en = f" (perhaps {', '.join(close)}?)" if close else ""
    if whole:
        return f"l'identifiant d'une règle{fr}", f"the id of a rule{en}"
    return f"une règle ou le début de son nom{fr}", f"a rule or the start of its name{en}"


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
    folded: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)

    def gather(self, findings: Iterable[Finding], layouts: Layouts) -> Gathering:
        """Take all the findings of a file: those that a cause explains are told under it."""
        ranks = Ordinals()
        for finding in findings:
            below = [self._remark(one, ranks) for one in finding.consequences if self._wants(one)]
            if self._wants(finding):
                remark = self._remark(finding, ranks)
                if below or _is_cause(finding.rule):
                    self._fold(remark, below, layouts)
                else:
                    self._take(remark, layouts)
            else:  # the cause is not told: what it explains stands
                for remark in below:
                    self._take(remark, layouts)
        return self

    def _wants(self, finding: Finding) -> bool:
        """Whether a finding is told; one that is not is counted."""
        rule = finding.rule
        if rule not in self._words:
            by = self.policy.leaves_out(rule)
            self._words[rule] = f"-{by}" if by else self.policy.severity(rule)
        word = self._words[rule]
        if word.startswith("-"):
            if not _is_cause(rule):  # what it explains is counted
                self.left_out[word[1:]] = self.left_out.get(word[1:], 0) + count_of(finding)
            return False
        return True

    def _remark(self, finding: Finding, ranks: Ordinals) -> Remark:
        return Remark(finding, self._words[finding.rule], ranks.of(finding), count_of(finding))

    def _fold(self, cause: Remark, below: list[Remark], layouts: Layouts) -> None:
        """A finding with what it explains, as severe as the worst of that; what is accepted is left out.

        A likely cause is accepted with all that it explains, and never by itself.
        """
        accepted = {remark.key for remark in below if remark.key in self.policy.accepted}
        kept = [remark for remark in below if remark.key not in accepted]
        self.accepted |= accepted
        is_cause = _is_cause(cause.finding.rule)
        if is_cause and not kept:
            return  # all that it explains was left out
        if not is_cause and cause.key in self.policy.accepted:
            self.accepted.add(cause.key)
            for remark in kept:
                self._take(remark, layouts)
            return
        worst = min((cause.severity, *(remark.severity for remark in kept)), key=WORDS.index)
        self.folded += sum(remark.count for remark in kept)
        if self.every:
            self.keys |= {remark.key for remark in kept}
        shown = tuple(_placed(remark, layouts) for remark in kept)
        self._take(replace(cause, severity=worst, consequences=shown), layouts)

    def _take(self, remark: Remark, layouts: Layouts) -> None:
        if getattr(remark.finding, "is_summary", False):  # what was done, not what is wrong
            self.notes[remark.finding.rule, "", ""] = remark
            return
        key = remark.key
        if key in self.policy.accepted:
            self.accepted.add(key)
            return
        if self.every and not _is_cause(remark.finding.rule):
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


def _is_cause(rule: str) -> bool:
    return rule.startswith("cause.")


def _placed(remark: Remark, layouts: Layouts) -> Remark:
    return replace(remark, place=Place.of(remark.finding, layouts))
