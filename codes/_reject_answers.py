"""How an answer of the reject catalogue is built: which row wins, and what is said besides.

Private to ``codes.rejects``, which finds the rows.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from codes._explanation import OUTCOMES_OF_CLASS, Explanation, Notice, NoticeKind, Step
from codes._reject_codes import exact_date, shape_of
from codes._reject_rows import Reject
from codes.actions import Action
from codes.motives import (
    DEFAULT,
    Motive,
    MotiveMatch,
    is_complementary,
    label_key,
    match_label,
    motives_for,
    normalise_label,
)

__all__ = [
    "SPEAKS_OF_INVOICES",
    "Query",
    "build",
    "compare_labels",
    "deduce",
    "hint",
    "notice_row",
    "rank",
    "undecided",
    "winners",
    "winners_of_each",
]

# Patterns were written for what funds and insurers say of an invoice, file or lot (rejects.md, section 4).
SPEAKS_OF_INVOICES: Final = frozenset({"AMO", "AMC", "ARL"})
# The 4 + 3 digits of the memo have the shape of the naming that was replaced: an inference, shown as such.
_OLD_SHAPE: Final = re.compile(r"[0-9]{4}[ -]?[0-9]{3}")
# In the labels of flow 929, runs of X or Y stand for data.
_PLACEHOLDER: Final = re.compile(r"\b(?:x{2,}|y{2,})\b")


@dataclass(slots=True)
class Query:
    """What is asked, ready for comparison, and what is noticed while the answer is looked for."""

    received_code: str | None
    received_label: str | None
    namespace: str | None
    part: str | None
    on: datetime.date | None
    emitter: str
    code: str
    label: str
    key: str
    notices: list[Notice] = field(default_factory=list)
    aside: list[Reject] = field(default_factory=list)

    def notice(self, kind: NoticeKind, detail: str = "") -> None:
        """Note something to be shown beside the answer."""
        self.notices.append(Notice(kind, detail))

    def applicable(self, rows: Iterable[Reject]) -> list[Reject]:
        """Keep the rows for this date and emitter; put the others aside, to be shown."""
        kept = []
        for row in rows:
            if row.emitter and row.emitter.strip().upper() != self.emitter:
                self.notice(NoticeKind.OTHER_EMITTER, row.emitter)
            elif not row.covers(self.on):
                self.notice(NoticeKind.OUT_OF_DATE, _validity(row))
            else:
                kept.append(row)
                continue
            self.aside.append(row)
        return kept

    def motives(self) -> list[MotiveMatch]:
        """Return the motives of the label, none when its namespace does not speak of invoices."""
        if not self.label or (self.namespace is not None and self.namespace not in SPEAKS_OF_INVOICES):
            return []
        return match_label(self.label, self.side)

    @property
    def side(self) -> str | None:
        """The part that is spoken of: that of a complementary insurer, whatever the entity says."""
        return "AMC" if self.namespace == "AMC" else self.part

    def motive(self, name: str) -> Motive | None:
        """The motive of this name, in the words of who speaks; None for an unknown name."""
        return motives_for(self.side).get(name)


def rank(row: Reject) -> tuple[bool, bool]:
    """Order of precedence: a row kept for this emitter, then a site's row, then a shipped one."""
    return not row.emitter, not row.is_site


def winners(
    rows: Sequence[Reject], on: datetime.date | None, exact: str | None = None
) -> tuple[list[Reject], list[Reject]]:
    """Return the rows that win, several when nothing tells them apart, and the rows they hide."""
    first = min(map(rank, rows))
    best = [row for row in rows if rank(row) == first]
    if exact is not None:
        best = [row for row in best if row.code == exact] or best
    if on is not None and len(best) > 1:
        # Among rows that all hold at the date, the latest to begin is the one in force.
        latest = max(exact_date(row.valid_from) or datetime.date.min for row in best)
        best = [row for row in best if (exact_date(row.valid_from) or datetime.date.min) == latest]
    return best, [row for row in rows if row not in best]


def winners_of_each(rows: Iterable[Reject], on: datetime.date | None) -> tuple[list[Reject], list[Reject]]:
    """Do the same for each code or label apart: labels that only begin alike do not hide one another."""
    groups: dict[tuple[str, str], list[Reject]] = {}
    for row in rows:
        groups.setdefault(row.identity, []).append(row)
    chosen = [winners(group, on) for group in groups.values()]
    return [row for best, _ in chosen for row in best], [row for _, hidden in chosen for row in hidden]


def undecided(query: Query, step: Step, rows: Sequence[Reject], hidden: Sequence[Reject]) -> Explanation:
    """List rows that fit equally well and choose none; their action is given only if they agree on it."""
    query.notice(NoticeKind.AMBIGUOUS)
    matches = query.motives()
    names = {row.motive for row in rows}
    motive = query.motive(names.pop()) if len(names) == 1 else None
    words = ""
    if motive is None and matches:
        motive, words = matches[0]
    actions = {row.action_class for row in rows}
    action = actions.pop() if len(actions) == 1 else Action.INCONNUE
    return build(
        query,
        step,
        candidates=(*rows, *query.aside),
        overridden=tuple(hidden),
        motive=motive,
        other_motives=tuple(match for match in matches if match.motive != motive),
        words=words,
        inferred=bool(query.code) and step in {Step.LABEL, Step.LABEL_PREFIX},
        action=action,
        deduced_action=hint(action, motive),
        confidence=max(row.confidence for row in rows),
        source=" | ".join(dict.fromkeys(row.source for row in rows)),
        source_en=" | ".join(dict.fromkeys(row.source_text("en") for row in rows)),
    )


def deduce(query: Query) -> Explanation:
    """Answer by the words of the label, else say that it is unknown."""
    matches = query.motives()
    candidates = tuple(query.aside)
    if not matches:
        return build(query, Step.UNKNOWN, candidates=candidates, motive=query.motive(DEFAULT))
    motive, words = matches[0]
    return build(
        query,
        Step.MOTIVE,
        candidates=candidates,
        motive=motive,
        other_motives=tuple(matches[1:]),
        words=words,
        inferred=True,
        action=motive.action_class,
        confidence=motive.confidence,
        source=motive.note,
        source_en=motive.note_en,
    )


def build(
    query: Query,
    step: Step,
    *,
    reject: Reject | None = None,
    candidates: tuple[Reject, ...] = (),
    overridden: tuple[Reject, ...] = (),
    replacement: Reject | None = None,
    replaces: tuple[Reject, ...] = (),
    motive: Motive | None = None,
    other_motives: tuple[MotiveMatch, ...] = (),
    words: str = "",
    inferred: bool = False,
    action: Action = Action.INCONNUE,
    deduced_action: Action | None = None,
    confidence: str = "",
    source: str = "",
    source_en: str = "",
) -> Explanation:
    """Put an answer together with what was received and noticed."""
    shape = shape_of(query.code)
    kind = shape.kind if shape is not None else ""
    told = OUTCOMES_OF_CLASS.get(kind)
    allowed = _allowed_by(told, action)
    if allowed is not action or (told and reject is not None and reject.outcome not in {"", told}):
        query.notice(NoticeKind.CLASS_WINS, told or "")
    return Explanation(
        code=query.received_code,
        label=query.received_label,
        namespace=reject.namespace if reject is not None else query.namespace,
        step=step,
        reject=reject,
        candidates=tuple(dict.fromkeys(candidates)),
        overridden=overridden,
        replacement=replacement,
        replaces=replaces,
        motive=motive,
        other_motives=other_motives,
        words=words,
        inferred=inferred,
        action=allowed,
        deduced_action=deduced_action,
        confidence=confidence,
        source=source,
        source_en=source_en,
        avoidable_by=motive.avoidable_by if motive is not None else (),
        warnings=tuple(dict.fromkeys(query.notices)),
        kind=kind,
        complementary=is_complementary(query.side),
    )


# What makes the invoice again, or has somebody else pay it: a part that was paid would be paid twice.
_PAYS_AGAIN: Final = frozenset(
    {Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER, Action.PAPIER, Action.FACTURER_PATIENT}
)


def _allowed_by(told: str | None, action: Action) -> Action:
    """The action that the class of a code leaves possible.

    A reject asks for something; a notice or an acknowledgement is no refusal, so that nothing may be billed
    again because of it.
    """
    if told == "rejet" and action is Action.AUCUNE:
        return Action.INCONNUE
    if told in {"signalement", "acquittement"} and action in _PAYS_AGAIN:
        return Action.INCONNUE
    return action


def hint(action: Action, motive: Motive | None) -> Action | None:
    """Return the motive's action for a row that has none: shown beside, as deduced, never instead."""
    if action is not Action.INCONNUE or motive is None or motive.action_class is Action.INCONNUE:
        return None
    return motive.action_class


def compare_labels(query: Query, row: Reject, matches: Sequence[MotiveMatch]) -> None:
    """Warn when a known code comes with another label: the same number may have changed meaning."""
    known = normalise_label(row.label)
    if not known or not query.key or _agree(query.key, known):
        return
    same_family = any(match.motive.motive == row.motive for match in matches)
    query.notice(NoticeKind.LABEL_DIFFERS if same_family else NoticeKind.LABEL_DISAGREES, row.label)


def _agree(key: str, known: str) -> bool:
    """Whether the key of a label is that of a known one, either being possibly cut, or followed by data."""
    data = _PLACEHOLDER.search(known)
    if data is not None:
        return key.startswith(label_key(known[: data.start()]))
    whole = label_key(known)
    return whole.startswith(key) or key.startswith(whole)


def notice_row(query: Query, row: Reject, hidden: Sequence[Reject]) -> None:
    """Note what the row itself calls for: local, simulated, dated, or probably of the old naming."""
    if row.is_site and not all(other.is_site for other in hidden):
        query.notice(NoticeKind.SITE_OVERRIDES, row.origin)
    if row.namespace == "SIM":
        query.notice(NoticeKind.SIMULATED)
    if row.valid_from or row.valid_to:
        query.notice(NoticeKind.DATED, _validity(row))
    elif row.namespace == "AMO" and not row.is_site and _OLD_SHAPE.fullmatch(row.code):
        query.notice(NoticeKind.OLD_NAMING_PROBABLE)


def _validity(row: Reject) -> str:
    return f"{row.valid_from or '…'} → {row.valid_to or '…'}"
