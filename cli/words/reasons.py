"""A reject, explained: the action first, then what it means, what to do, and how sure we are."""

from __future__ import annotations

from typing import Any, Final

from cli.words.page import ERROR, GOOD, INFO, QUIET, STRONG, WARNING, Page
from cli.words.reject_words import level_word, outcome_word, speaker_of
from cli.words.speech import Lang, speaker
from cli.words.texts import HIDDEN, printable
from codes.actions import Action
from codes.motives import MOTIVES, Motive, is_complementary, label_key
from codes.personal import may_identify
from codes.prevention import habits, rules_for
from codes.rejects import Explanation, Notice, NoticeKind, Reject, Step
from codes.speakers import payer_words

#: Answers of our own caisse: there is no source to judge.
_SIMULATED: Final = "SIM"

#: Rules named under a reason; the others are counted.
_MOST_RULES: Final = 6


# --- data -----------------------------------------------------------------------------------------------


def reason_data(
    explanation: Explanation,
    lang: Lang,
    *,
    values: bool = False,
    names: bool = False,
    emitter: str = "",
) -> dict[str, Any]:
    """An explanation as plain data; `code` and `label` as received, long numbers crossed out.

    `names` tells that the label may name a person: only one that the catalogue knows is then shown.
    `emitter` is the type of who sent the return, when there is one: a mutuelle is called so.
    """
    payer = payer_words(complementary=explanation.complementary, type_emetteur=emitter)
    row = explanation.reject
    return {
        "namespace": explanation.namespace or "",
        "speaker": speaker_of(explanation.namespace, lang, complementary=explanation.complementary),
        "payer": payer[lang == "en"],
        "code": _code(explanation, values=values),
        "label": _label(explanation, values=values, names=names),
        "step": explanation.step.value,
        "inferred": explanation.inferred,
        "action": explanation.action.value,
        "banner": explanation.banner(lang),
        "action_title": explanation.action.title(lang, complementary=explanation.complementary),
        "blocks_resend": explanation.blocks_resend,
        "deduced_action": explanation.deduced_action.title(lang, complementary=explanation.complementary)
        if explanation.deduced_action
        else "",
        "meaning": explanation.summary(lang),
        "payer_action": explanation.text("payer_action", lang),
        "provider_action": explanation.text("provider_action", lang),
        "motive": explanation.motive.motive if explanation.motive else "",
        "outcome": explanation.outcome,
        "level": explanation.level,
        "catalogue_part": row.part if row else "",
        "answered_by": explanation.answered_by(lang),
        **_prevention(explanation.motive, lang),
        "validity": _validity(row),
        "confidence": explanation.confidence,
        "source": explanation.source_text(lang),
        "note": explanation.note_text(lang),
        "notices": [_notice(notice, lang) for notice in explanation.warnings],
        "candidates": [candidate_data(some, lang) for some in explanation.candidates],
        "replacement": [candidate_data(explanation.replacement, lang)] if explanation.replacement else [],
        "replaces": [candidate_data(some, lang) for some in explanation.replaces],
        "overridden": [candidate_data(some, lang) for some in explanation.overridden],
        "added_by": added_by(row),
    }


def row_data(row: Reject, lang: Lang) -> dict[str, Any]:
    """A row by itself, in the shape of a reason, when the lookup would answer with another one."""
    action = row.action_class
    days = f"{row.valid_from or '…'} → {row.valid_to or '…'}" if _validity(row) else ""
    dated = [_notice(Notice(NoticeKind.DATED, days), lang)] if days else []
    return {
        "namespace": row.namespace,
        "speaker": speaker_of(row.namespace, lang),
        "payer": payer_words(complementary=_of_insurer(row))[lang == "en"],
        "code": row.code,
        "label": row.label,
        "step": Step.CODE.value if row.code else Step.LABEL.value,
        "inferred": False,
        **_action_data(action, lang, complementary=_of_insurer(row)),
        "deduced_action": "",
        "meaning": row.text("meaning", lang),
        "payer_action": row.text("payer_action", lang),
        "provider_action": row.text("provider_action", lang),
        "motive": row.motive,
        "outcome": row.outcome,
        "level": row.level,
        "catalogue_part": row.part,
        "answered_by": "",
        **_prevention(MOTIVES.get(row.motive), lang),
        "validity": _validity(row),
        "confidence": row.confidence,
        "source": row.source_text(lang),
        "note": row.note_text(lang),
        "notices": [*dated, *kept_for(row, lang)],
        "candidates": [],
        "replacement": [],
        "replaces": [],
        "overridden": [],
        "added_by": added_by(row),
    }


def _of_insurer(row: Reject) -> bool:
    """Whether a row is said by a complementary insurer, or bears on its part."""
    return row.namespace == "AMC" or is_complementary(row.part)


def kept_for(row: Reject, lang: Lang) -> list[dict[str, str]]:
    """What tells that a row of the site is for one fund only; nothing for the others."""
    if not row.emitter:
        return []
    return [_notice(Notice(NoticeKind.OTHER_EMITTER, row.emitter), lang)]


def _notice(notice: Notice, lang: Lang) -> dict[str, str]:
    return {"kind": notice.kind.value, "text": notice.text(lang)}


def added_by(row: Reject | None) -> dict[str, str]:
    """Who added a row of the site, where and when; empty for a shipped one."""
    if row is None or not row.is_site:
        return {}
    return {"file": row.origin, "author_role": row.author_role, "date": row.date, "emitter": row.emitter}


def _action_data(action: Action, lang: Lang, *, complementary: bool = False) -> dict[str, Any]:
    return {
        "action": action.value,
        "banner": action.banner(lang, complementary=complementary),
        "action_title": action.title(lang, complementary=complementary),
        "blocks_resend": action.blocks_resend,
    }


def _prevention(motive: Motive | None, lang: Lang) -> dict[str, Any]:
    """What guards against it before sending: rules of this toolkit, then other checks in words."""
    name = motive.motive if motive else ""
    return {
        "prevented_by": [{"rule": rule.id, "title": rule.title(lang)} for rule in rules_for(name)],
        "habits": list(habits(name, lang)),
    }


def candidate_data(row: Reject, lang: Lang) -> dict[str, Any]:
    """A row to choose among, in short."""
    return {
        "namespace": row.namespace,
        "code": row.code,
        "label": row.label,
        "action": row.action_class.value,
        "banner": row.action_class.banner(lang, complementary=_of_insurer(row)),
        "meaning": row.text("meaning", lang),
        "file": row.origin,
    }


def motive_data(motive: Motive, lang: Lang) -> dict[str, Any]:
    """A family of reasons as plain data, in the shape of a reason."""
    return {
        "motive": motive.motive,
        "title": motive.title(lang),
        **_action_data(motive.action_class, lang),
        "meaning": motive.text("meaning", lang),
        "payer_action": motive.text("payer_action", lang),
        "provider_action": motive.text("provider_action", lang),
        "level": motive.level,
        **_prevention(motive, lang),
        "confidence": motive.confidence,
        "note": motive.note_text(lang),
    }


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
    if names or explanation.namespace == "OC929":
        known = explanation.reject.label if explanation.reject else ""
        return known if known and label_key(known) == label_key(received) else HIDDEN
    return printable(explanation.label_masked)


# --- text -----------------------------------------------------------------------------------------------


def action_style(action: str) -> str:
    """Red for what must not be sent again, green for nothing to do, yellow for the rest."""
    if Action(action).blocks_resend:
        return ERROR
    return {"aucune": GOOD, "inconnue": INFO}.get(action, WARNING)


def print_banner(page: Page, data: dict[str, Any], indent: int) -> None:
    """The action, on a line of its own, in capitals: it cannot be missed, even without colours."""
    style = action_style(data["action"])
    text = data["banner"]
    page.line((f"■ {text}", "bold white on red" if style == ERROR else style), indent=indent)


def print_reason(
    page: Page,
    data: dict[str, Any],
    lang: Lang,
    indent: int = 2,
    *,
    banner: bool = True,
    again: bool = False,
    whole: bool = False,
) -> None:
    """A reason: action, meaning, what the payer does, what to do, what weakens it, source.

    Without `banner` when the same action was just printed for the invoice; `again` for a reason that was
    told in full before: what to do is repeated, the rest is not. `whole` adds how the answer was found, the
    level, what would have seen it before sending, and the entries it stands beside.
    """
    say = speaker(lang)
    if banner:
        print_banner(page, data, indent)
    rows = [(say("sens", "meaning"), data["meaning"], "")]
    if data.get("inferred") and not banner:
        rows.append(
            (say("certitude", "certainty"), say("déduit du libellé", "deduced from the label"), WARNING)
        )
    if not again:
        rows.append((data.get("payer") or say("la caisse", "the caisse"), data["payer_action"], ""))
    rows.append((say("à faire", "to do"), data["provider_action"], ""))
    if whole:
        rows += _besides(data, lang)
    if again:
        rows.append(("", say("source et réserves : voir plus haut", "source and caveats: see above"), QUIET))
    else:
        rows += _weakening(data, lang)
    print_rows(page, [row for row in rows if row[1]], indent)
    if whole:
        _print_related(page, data, lang, indent)
    for candidate in () if again else data.get("candidates", ()):
        print_candidate(page, candidate, indent + 2)


def _besides(data: dict[str, Any], lang: Lang) -> list[tuple[str, str, str]]:
    """What a whole reason tells besides: outcome, level, prevention, which step answered, who added it."""
    say = speaker(lang)
    outcome = outcome_word(data.get("outcome", ""), data.get("namespace", ""), lang)
    added = data.get("added_by")
    return [
        (say("issue", "outcome"), outcome, ""),
        (say("niveau", "level"), level_word(data.get("level", ""), lang), ""),
        ("part", data.get("catalogue_part", ""), ""),
        (say("évitable", "avoidable"), _avoidable(data, lang), ""),
        (say("réponse", "answer"), data.get("answered_by", ""), ""),
        (
            say("ajouté", "added"),
            f"{added['file']}, {added['author_role']}, {added['date']}" if added else "",
            "",
        ),
    ]


def _avoidable(data: dict[str, Any], lang: Lang) -> str:
    """What would have seen it before sending, in one text."""
    say = speaker(lang)
    rules = [rule["rule"] for rule in data.get("prevented_by", ())]
    parts = []
    if rules:
        told = ", ".join(rules[:_MOST_RULES])
        if len(rules) > _MOST_RULES:
            told += say(f" et {len(rules) - _MOST_RULES} autres", f" and {len(rules) - _MOST_RULES} more")
        parts.append(say(f"règles avant l'envoi : {told}", f"rules before sending: {told}"))
    if data.get("habits"):
        habits = ", ".join(data["habits"])
        parts.append(say(f"à contrôler : {habits}", f"to be checked: {habits}"))
    return say(" ; ", "; ").join(parts)


def _print_related(page: Page, data: dict[str, Any], lang: Lang, indent: int) -> None:
    """The entries an answer stands beside: they are shown, never taken instead."""
    say = speaker(lang)
    titles = {
        "replacement": say("remplacé par", "replaced by"),
        "replaces": say("remplace", "replaces"),
        "overridden": say(
            "entrée du catalogue, remplacée par celle du site", "shipped entry, hidden by the site's"
        ),
    }
    other = say("autre entrée du site pour ce code", "other entry of the site for this code")
    for name, title in titles.items():
        for candidate in data.get(name, ()):
            is_other = name == "overridden" and candidate["file"]
            page.line((other if is_other else title, QUIET), indent=indent)
            print_candidate(page, candidate, indent + 2)


def _weakening(data: dict[str, Any], lang: Lang) -> list[tuple[str, str, str]]:
    """What weakens an answer, and where it comes from."""
    say = speaker(lang)
    rows = [(say("indice", "hint"), _hint(data, lang), QUIET)]
    rows += [(say("attention", "beware"), notice["text"], WARNING) for notice in data.get("notices", ())]
    if data.get("namespace") != _SIMULATED:
        # What is deduced rests on the note of its motive: it is its source, told once.
        note = "" if data["note"] == data.get("source") else data["note"]
        rows += [(say("réserve", "caveat"), note, QUIET), ("source", _source(data, lang), QUIET)]
    return rows


def _hint(data: dict[str, Any], lang: Lang) -> str:
    deduced = data.get("deduced_action")
    if not deduced:
        return ""
    say = speaker(lang)
    return str(deduced) + say(
        " (motif habituel de ce libellé, non prescrit)", " (usual motive, not an order)"
    )


def _source(data: dict[str, Any], lang: Lang) -> str:
    say = speaker(lang)
    confidence = data["confidence"] or "?"
    tail = say(f"confiance {confidence}", f"confidence {confidence}")
    source = data.get("source", "").removesuffix(".")
    return f"{source} ; {tail}" if source and lang == "fr" else f"{source}; {tail}" if source else tail


def print_rows(page: Page, rows: list[tuple[str, str, str]], indent: int) -> None:
    """Rows of a title and a text, the texts aligned; each row has its style."""
    width = max((len(title) for title, _, _ in rows), default=0)
    for title, text, style in rows:
        page.line((f"{title:<{width}}  ", QUIET), (text, style), indent=indent, hang=width + 2)


def print_candidate(page: Page, data: dict[str, Any], indent: int) -> None:
    """One candidate among several."""
    name = " ".join(part for part in (data["namespace"], data["code"]) if part)
    page.line(
        "- ",
        (f"{name} ", STRONG),
        data["label"] or data["meaning"],
        (f" → {data['banner']}", action_style(data["action"])),
        indent=indent,
        hang=2,
    )
