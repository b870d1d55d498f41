"""A reject beside the action that was decided: its texts never ask for more than that action does.

The catalogue knows one reject. The decision knows the invoice: what is paid, what waits, what seems redone.
When a part is paid, every text is of the open part alone; when the decision is not to redo, no text of a
reject says to redo; a reject that a later decision replaced asks for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.words.reason import Reason
from cli.words.speech import language
from codes.action_texts import action_banner, action_text, open_part
from codes.actions import REDOES, Action
from codes.decide import reject_action
from codes.states import part_named

if TYPE_CHECKING:
    from noemie.suivi.reponse import Verdict

__all__ = ["as_decided", "decided_on_answer"]


def decided_on_answer(reason: Reason, part: str, found: Verdict) -> Reason:
    """A reject of one answer; `part` is the letter it bears on, `O`, `C` or empty."""
    decision = found.decision
    return as_decided(
        reason, part_named(part), decision.action, decision.parts, found.paid, history=found.is_notice(part)
    )


def as_decided(
    reason: Reason,
    part: str,
    decided: Action,
    parts: Mapping[str, Action],
    paid: Collection[str],
    *,
    history: bool = False,
) -> Reason:
    """A reject worded for an invoice that was decided.

    `part` is the part it bears on, empty for both; `decided` the action of the invoice, `parts` that of each
    part; `paid` the parts with money on them. `history`: a later decision took its place.
    """
    own = Action(reason.action)
    action = reject_action(own, part, decided, parts, history=history)
    if history:
        kept = "" if own in REDOES else reason.provider_action
        return _worded(reason, action, "", (), provider_action=kept)
    if action is own and not paid:
        return reason
    asking = [name for name, one in parts.items() if one is action]
    scope = open_part(part or (asking[0] if len(asking) == 1 else ""), paid)
    return _worded(reason, action, scope, paid)


def _worded(
    reason: Reason, action: Action, scope: str, paid: Collection[str], *, provider_action: str | None = None
) -> Reason:
    """The reason with the words of an action; what the provider must do is that action, or what is given."""
    text = action_text(action, scope, paid, language())
    return replace(
        reason,
        action=action.value,
        banner=action_banner(action, scope, paid, language()),
        action_title=text,
        blocks_resend=action.blocks_resend,
        deduced_action="",
        provider_action=text if provider_action is None else provider_action,
    )
