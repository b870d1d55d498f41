"""A reject explained, as a typed model: what it means, what to do, where that comes from.

It is made of what a lookup of the catalogue answers, or of a row alone; `cli.words.reason_text` lays it out.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cli.words.reject_words import speaker_of
from cli.words.speech import language, say
from cli.words.texts import HIDDEN, printable
from codes.motives import MOTIVES, Motive, is_complementary, label_key
from codes.personal import may_identify
from codes.prevention import habits, rules_for
from codes.rejects import Explanation, Notice, NoticeKind, Reject, Step
from codes.speakers import payer_words

__all__ = [
    "Candidate",
    "Habits",
    "Prevention",
    "Reason",
    "Said",
    "added_by",
    "kept_for",
    "prevention",
    "reason_of",
    "reason_of_row",
]

#: Rejects of the rights flow name people in their label.
_RIGHTS: Final = "OC929"


class Said(msgspec.Struct, frozen=True):
    """What weakens an answer, or tells of it: the kind of remark, and the remark."""

    kind: str
    text: str


class Prevention(msgspec.Struct, frozen=True):
    """A rule of this toolkit that sees it before sending."""

    rule: str
    title: str


class Habits(msgspec.Struct, frozen=True):
    """What guards against a reject before sending: rules, then other checks in words."""

    prevented_by: list[Prevention]
    habits: list[str]


class Candidate(msgspec.Struct, frozen=True):
    """A row of the catalogue to choose among, in short; `file` names the site's file it comes from."""

    namespace: str
    code: str
    label: str
    action: str
    banner: str
    meaning: str
    file: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A reject, explained. `code` and `label` are as received, long numbers crossed out.

    `step` tells which lookup answered; `inferred` that the answer rests on words of the label. `added_by` is
    empty for a row that ships with this toolkit.
    """

    namespace: str
    speaker: str
    payer: str
    code: str
    label: str
    step: str
    inferred: bool
    action: str
    banner: str
    action_title: str
    blocks_resend: bool
    deduced_action: str
    meaning: str
    payer_action: str
    provider_action: str
    motive: str
    outcome: str
    level: str
    catalogue_part: str
    answered_by: str
    prevented_by: list[Prevention]
    habits: list[str]
    validity: str
    confidence: str
    source: str
    note: str
    notices: list[Said]
    candidates: list[Candidate]
    replacement: list[Candidate]
    replaces: list[Candidate]
    overridden: list[Candidate]
    added_by: dict[str, str]

    def fields(self) -> dict[str, Any]:
        """The values by name, to build a model that has them among others; what they hold stays as it is."""
        return {name: getattr(self, name) for name in Reason.__struct_fields__}


def reason_of(
    explanation: Explanation, *, values: bool = False, names: bool = False, emitter: str = ""
) -> Reason:
    """An explanation with its words; `code` and `label` as received, long numbers crossed out.

    `names` tells that the label may name a person: only one that the catalogue knows is then shown.
    `emitter` is the type of who sent the return, when there is one: a mutuelle is called so.
    """
    insurer = explanation.complementary
    payer = payer_words(complementary=insurer, type_emetteur=emitter)
    row, replacement = explanation.reject, explanation.replacement
    deduced = explanation.deduced_action
    guards = prevention(explanation.motive)
    return Reason(
        namespace=explanation.namespace or "",
        speaker=speaker_of(explanation.namespace, complementary=insurer),
        payer=say(*payer),
        code=_code(explanation, values=values),
        label=_label(explanation, values=values, names=names),
        step=explanation.step.value,
        inferred=explanation.inferred,
        action=explanation.action.value,
        banner=explanation.banner(language()),
        action_title=explanation.action.title(language(), complementary=insurer),
        blocks_resend=explanation.blocks_resend,
        deduced_action=deduced.title(language(), complementary=insurer) if deduced else "",
        meaning=explanation.summary(language()),
        payer_action=explanation.text("payer_action", language()),
        provider_action=explanation.text("provider_action", language()),
        motive=explanation.motive.motive if explanation.motive else "",
        outcome=explanation.outcome,
        level=explanation.level,
        catalogue_part=row.part if row else "",
        answered_by=explanation.answered_by(language()),
        prevented_by=guards.prevented_by,
        habits=guards.habits,
        validity=_validity(row),
        confidence=explanation.confidence,
        source=explanation.source_text(language()),
        note=explanation.note_text(language()),
        notices=[_said(notice) for notice in explanation.warnings],
        candidates=[_candidate(some) for some in explanation.candidates],
        replacement=[_candidate(replacement)] if replacement else [],
        replaces=[_candidate(some) for some in explanation.replaces],
        overridden=[_candidate(some) for some in explanation.overridden],
        added_by=added_by(row),
    )


def reason_of_row(row: Reject) -> Reason:
    """A row by itself, in the shape of a reason, when the lookup would answer with another one."""
    action, insurer = row.action_class, _of_insurer(row)
    days = f"{row.valid_from or '…'} → {row.valid_to or '…'}" if _validity(row) else ""
    dated = [_said(Notice(NoticeKind.DATED, days))] if days else []
    guards = prevention(MOTIVES.get(row.motive))
    return Reason(
        namespace=row.namespace,
        speaker=speaker_of(row.namespace),
        payer=say(*payer_words(complementary=insurer)),
        code=row.code,
        label=row.label,
        step=Step.CODE.value if row.code else Step.LABEL.value,
        inferred=False,
        action=action.value,
        banner=action.banner(language(), complementary=insurer),
        action_title=action.title(language(), complementary=insurer),
        blocks_resend=action.blocks_resend,
        deduced_action="",
        meaning=row.text("meaning", language()),
        payer_action=row.text("payer_action", language()),
        provider_action=row.text("provider_action", language()),
        motive=row.motive,
        outcome=row.outcome,
        level=row.level,
        catalogue_part=row.part,
        answered_by="",
        prevented_by=guards.prevented_by,
        habits=guards.habits,
        validity=_validity(row),
        confidence=row.confidence,
        source=row.source_text(language()),
        note=row.note_text(language()),
        notices=[*dated, *kept_for(row)],
        candidates=[],
        replacement=[],
        replaces=[],
        overridden=[],
        added_by=added_by(row),
    )


def kept_for(row: Reject) -> list[Said]:
    """What tells that a row of the site is for one fund only; nothing for the others."""
    return [_said(Notice(NoticeKind.OTHER_EMITTER, row.emitter))] if row.emitter else []


def added_by(row: Reject | None) -> dict[str, str]:
    """Who added a row of the site, where and when; empty for a shipped one."""
    if row is None or not row.is_site:
        return {}
    return {"file": row.origin, "author_role": row.author_role, "date": row.date, "emitter": row.emitter}


def prevention(motive: Motive | None) -> Habits:
    """What guards against it before sending: rules of this toolkit, then other checks in words."""
    name = motive.motive if motive else ""
    return Habits(
        [Prevention(rule.id, rule.title(language())) for rule in rules_for(name)], [*habits(name, language())]
    )


def _of_insurer(row: Reject) -> bool:
    """Whether a row is said by a complementary insurer, or bears on its part."""
    return row.namespace == "AMC" or is_complementary(row.part)


def _said(notice: Notice) -> Said:
    return Said(notice.kind.value, notice.text(language()))


def _candidate(row: Reject) -> Candidate:
    return Candidate(
        namespace=row.namespace,
        code=row.code,
        label=row.label,
        action=row.action_class.value,
        banner=row.action_class.banner(language(), complementary=_of_insurer(row)),
        meaning=row.text("meaning", language()),
        file=row.origin,
    )


def _validity(row: Reject | None) -> str:
    if row is None or not (row.valid_from or row.valid_to):
        return ""
    return f"{row.valid_from or '…'} / {row.valid_to or '…'}"


def _code(explanation: Explanation, *, values: bool) -> str:
    code = printable((explanation.code or "").strip(" \0"))
    known = explanation.reject is not None and bool(explanation.reject.code)
    return code if values or known or not may_identify(code) else HIDDEN


def _label(explanation: Explanation, *, values: bool, names: bool) -> str:
    received = printable((explanation.label or "").strip(" \0"))
    if values or not received:
        return received
    if names or explanation.namespace == _RIGHTS:
        known = explanation.reject.label if explanation.reject else ""
        return known if known and label_key(known) == label_key(received) else HIDDEN
    return printable(explanation.label_masked)
