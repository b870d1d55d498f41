"""The whole catalogue as `noemie codes export --to json` writes it: one typed model, in both languages.

Keys may be added within a version; none is removed, renamed or given another meaning. An empty text means
that no source tells.
"""

from __future__ import annotations

import msgspec

from codes.actions import Action

__all__ = [
    "ActionRow",
    "AddedBy",
    "Both",
    "CodeRow",
    "Exported",
    "HabitRow",
    "ListRow",
    "MotiveRow",
    "RejectRow",
    "RuleRow",
]


class Both(msgspec.Struct, frozen=True):
    """A text in French and in English."""

    fr: str
    en: str


class ActionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An action; the lower its `caution`, the more cautious."""

    action: Action
    caution: int
    blocks_resend: bool
    asks_resend: bool
    title: Both
    banner: Both


class HabitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A check that is not a rule of this toolkit, in words."""

    name: str
    fr: str
    en: str


class MotiveRow(msgspec.Struct, frozen=True, kw_only=True):
    """A family of reasons to refuse; `label_patterns` are the words of a label that lead to it."""

    motive: str
    title: Both
    meaning: Both
    payer_action: Both
    provider_action: Both
    action: Action
    level: str
    label_patterns: list[str]
    avoidable_by: list[HabitRow]
    prevented_by: list[str]
    confidence: str
    note: Both


class AddedBy(msgspec.Struct, frozen=True):
    """Who added a row of the site, where and when."""

    file: str
    author_role: str
    date: str
    emitter: str


class RejectRow(msgspec.Struct, frozen=True, kw_only=True):
    """A reject; the label is as it is received, whatever the language."""

    namespace: str
    emitter: str
    code: str
    label: str
    meaning: Both
    payer_action: Both
    provider_action: Both
    action: Action
    outcome: str
    level: str
    part: str
    valid_from: str
    valid_to: str
    replaced_by: str
    motive: str
    prevented_by: list[str]
    confidence: str
    source: Both
    note: Both
    added_by: AddedBy | None


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the checks; `unreadable` when it is told of a file that cannot be read."""

    rule: str
    severity: str
    title: Both
    message: Both
    why: Both
    fix: Both
    norms: list[str]
    motive: str
    unreadable: bool
    confidence: str
    source: str


class CodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a list."""

    code: str
    label: Both
    valid_from: str
    valid_to: str
    usage: str
    confidence: str
    source: str
    note: Both


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A code list; `complete` when no other code exists."""

    namespace: str
    list: str
    complete: bool
    codes: tuple[CodeRow, ...]


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """The whole catalogue; `version` is that of the toolkit."""

    version: str
    actions: list[ActionRow]
    motives: list[MotiveRow]
    rejects: list[RejectRow]
    rules: list[RuleRow]
    lists: list[ListRow]
