"""What `noemie explain` answers, as one typed model: its text and its JSON are both drawn from it.

An entry tells its kind: a reject, a motive, what the words of a label lead to, a rule, a record, a field, a
code, or a reject received in a return.
"""

from __future__ import annotations

import msgspec

from cli.io.problems import Problem
from cli.words.reason import Habits, Prevention, Reason
from cli.words.speech import language
from codes.motives import Motive

__all__ = [
    "Answer",
    "AskedAction",
    "Code",
    "CodeEntry",
    "Deduced",
    "Entry",
    "Explained",
    "FieldEntry",
    "FieldName",
    "MotiveEntry",
    "Received",
    "RecordEntry",
    "RejectEntry",
    "Returned",
    "RuleEntry",
]


class RejectEntry(Reason, frozen=True, kw_only=True, tag_field="kind", tag="reject"):
    """A reject of the catalogue, with its code and label as they are there."""


class Received(Reason, frozen=True, kw_only=True, tag_field="kind", tag="received"):
    """A reject of a return, told once: how often, on which invoices, at which levels."""

    part: str
    part_label: str
    undocumented: bool
    count: int
    factures: list[str]
    niveaux: list[str]


class Deduced(Reason, frozen=True, kw_only=True, tag_field="kind", tag="deduced"):
    """What the words of a label lead to: the words that did, and the other motives they point at."""

    title: str
    words: str
    other_motives: list[str]


class MotiveEntry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="motive"):
    """A family of reasons to refuse."""

    motive: str
    title: str
    action: str
    banner: str
    action_title: str
    blocks_resend: bool
    meaning: str
    payer_action: str
    provider_action: str
    level: str
    prevented_by: list[Prevention]
    habits: list[str]
    confidence: str
    note: str

    @classmethod
    def of(cls, motive: Motive, guards: Habits) -> MotiveEntry:
        """A motive of the catalogue in a language."""
        action = motive.action_class
        return cls(
            motive=motive.motive,
            title=motive.title(language()),
            action=action.value,
            banner=action.banner(language()),
            action_title=action.title(language()),
            blocks_resend=action.blocks_resend,
            meaning=motive.text("meaning", language()),
            payer_action=motive.text("payer_action", language()),
            provider_action=motive.text("provider_action", language()),
            level=motive.level,
            prevented_by=guards.prevented_by,
            habits=guards.habits,
            confidence=motive.confidence,
            note=motive.note_text(language()),
        )

    def reason(self) -> Reason:
        """The same as a reason that nobody sent: it is laid out as one."""
        return Reason(
            namespace="",
            speaker="",
            payer="",
            code="",
            label="",
            step="",
            inferred=False,
            action=self.action,
            banner=self.banner,
            action_title=self.action_title,
            blocks_resend=self.blocks_resend,
            deduced_action="",
            meaning=self.meaning,
            payer_action=self.payer_action,
            provider_action=self.provider_action,
            motive=self.motive,
            outcome="",
            level=self.level,
            catalogue_part="",
            answered_by="",
            prevented_by=self.prevented_by,
            habits=self.habits,
            validity="",
            confidence=self.confidence,
            source="",
            note=self.note,
            notices=[],
            candidates=[],
            replacement=[],
            replaces=[],
            overridden=[],
            added_by={},
        )


class RuleEntry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="rule"):
    """A rule of the checks."""

    rule: str
    severity: str
    title: str
    message: str
    why: str
    fix: str
    norms: list[str]
    motive: str
    unreadable: bool
    confidence: str
    source: str


class FieldName(msgspec.Struct, frozen=True):
    """A field, in short."""

    name: str
    label: str


class RecordEntry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="record"):
    """A record or an entity; `length` in bytes."""

    family: str
    record: str
    title: str
    length: int
    fields: list[FieldName]


class Code(msgspec.Struct, frozen=True):
    """A code of a list."""

    code: str
    label: str


class FieldEntry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="field"):
    """A field of a record; `start` and `end` are 1-based positions, both of the field."""

    family: str
    record: str
    name: str
    start: int
    end: int
    length: int
    value_kind: str
    presence: str
    list: str
    personal: str
    title: str
    label: str
    codes: tuple[Code, ...]
    complete: bool
    confidence: str
    note: str


class CodeEntry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="code"):
    """A code of the library that reads cards."""

    list: str
    code: str
    label: str
    confidence: str
    source: str
    note: str


Entry = RejectEntry | Received | Deduced | MotiveEntry | RuleEntry | RecordEntry | FieldEntry | CodeEntry


class AskedAction(msgspec.Struct, frozen=True):
    """An action that a return asks for, and the invoices it asks it of."""

    action: str
    banner: str
    blocks_resend: bool
    factures: list[str]


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """A whole return: its invoices by action, how many rejects, how many that no catalogue tells of."""

    file: str
    reference: str
    factures: int
    rejets: int
    actions: list[AskedAction]
    undocumented: int
    unknown: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of what was asked: `entries` are that, `near` only resemble it.

    A file that cannot be read has an `error` and no entry; a return has `return` besides.
    """

    asked: str
    error: Problem | msgspec.UnsetType = msgspec.UNSET
    returned: Returned | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="return")
    entries: list[Entry] | msgspec.UnsetType = msgspec.UNSET
    near: list[Entry] | msgspec.UnsetType = msgspec.UNSET


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    lang: str
    answers: list[Answer]
