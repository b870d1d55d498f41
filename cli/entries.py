"""What a person may ask about by typing a few words: rejects, motives, rules, records, fields, SSV errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from cli.findings import severity_of
from cli.problems import known_rule
from cli.report.listing import title_of
from cli.report.reasons import motive_data, reason_data
from cli.shelves import NOEMIE, row, shelves
from cli.speech import Lang
from codes import lists
from codes.motives import Motive
from codes.rejects import Reject, load
from codes.rules import Rule, catalogue
from codes.search import search
from flatfile import Field, Layout

#: From this score on, a hit of the search is what was asked, not merely near it.
_SURE: Final = 0.94
_NEAR: Final = 6

_POSITION: Final = re.compile(r"\[?([0-9]{3}|[0-9][A-Z]?)([0-9]{3})\]?")
_SSV: Final = re.compile(r"(?:0X)?([0-9A-F]{4})")

Entry = dict[str, Any]


def find(text: str, lang: Lang) -> tuple[list[Entry], list[Entry]]:
    """Entries that are what was asked, then those that are only near it (when there is none of the first)."""
    asked = " ".join(text.split())
    if not asked:
        return [], []
    sure = [*_rules(asked, lang), *_positions(asked, lang), *_fields(asked, lang), *_records(asked, lang)]
    near: list[Entry] = []
    for hit in search(asked, limit=40):
        entry = reject_entry(hit.reject, lang) if hit.reject else _motive_entry(hit.motive, lang)
        (sure if hit.score >= _SURE else near).append(entry)
    if not any(entry["kind"] == "reject" and entry["namespace"] == "SSV" for entry in sure):
        sure += _ssv_errors(asked, lang)
    if not sure:
        near = [*_near_rules(asked, lang), *near]
    return sure, [] if sure else near[:_NEAR]


# --- rejects and motives --------------------------------------------------------------------------------


def reject_entry(reject: Reject, lang: Lang) -> Entry:
    """A row of the catalogue, with all that a lookup says besides (replacement, old naming...)."""
    explanation = load().lookup(
        code=reject.code or None, label=None if reject.code else reject.label, namespace=reject.namespace
    )
    if explanation.reject != reject:
        # A code shared by several rows: say what this one says.
        explanation = load().lookup(code=reject.code, label=reject.label, namespace=reject.namespace)
    data = reason_data(explanation, lang, values=True)
    if explanation.reject != reject:
        data |= {
            "action": reject.action_class.value,
            "banner": reject.action_class.banner(lang),
            "action_title": reject.action_class.title(lang),
            "blocks_resend": reject.action_class.blocks_resend,
            "meaning": reject.text("meaning", lang),
            "payer_action": reject.text("payer_action", lang),
            "provider_action": reject.text("provider_action", lang),
            "confidence": reject.confidence,
            "source": reject.source,
            "note": reject.note,
            "candidates": [],
        }
    return {
        "kind": "reject",
        **data,
        "namespace": reject.namespace,
        "code": reject.code,
        "label": reject.label,
    }


def _motive_entry(motive: Motive | None, lang: Lang) -> Entry:
    assert motive is not None  # a hit is a reject or a motive
    return {"kind": "motive", **motive_data(motive, lang)}


def _ssv_errors(text: str, lang: Lang) -> Iterator[Entry]:
    """Errors of the SSV library that the reject catalogue does not tell of."""
    found = _SSV.fullmatch(text.upper())
    code = f"0x{found[1]}" if found else ""
    entry = lists.ssv()["erreur_ssv"].get(code)
    if entry is not None:
        yield {
            "kind": "code",
            "list": "ssv.erreur_ssv",
            "code": entry.code,
            "label": entry.label(lang),
            "confidence": entry.confidence,
            "source": entry.source,
            "note": entry.note,
        }


# --- rules ----------------------------------------------------------------------------------------------


def rule_entry(rule: Rule, lang: Lang) -> Entry:
    """A rule of the catalogue."""
    return {
        "kind": "rule",
        "rule": rule.id,
        "severity": severity_of(rule).word,
        "title": rule.title(lang),
        "message": rule.message(lang, "…"),
        "why": rule.why(lang),
        "fix": rule.fix(lang),
        "norms": list(rule.norms),
        "motive": rule.motive,
        "unreadable": rule.unreadable,
        "confidence": rule.confidence,
        "source": rule.source,
    }


def _rules(text: str, lang: Lang) -> Iterator[Entry]:
    rule = known_rule(text.lower())
    if rule is not None:
        yield rule_entry(rule, lang)


def _near_rules(text: str, lang: Lang) -> list[Entry]:
    from difflib import get_close_matches

    wanted = text.lower()
    close = get_close_matches(wanted, catalogue(), n=3, cutoff=0.75)
    ids = dict.fromkeys([*(id for id in catalogue() if id.startswith(wanted)), *close])
    return [rule_entry(catalogue()[id], lang) for id in ids]


# --- records and fields ---------------------------------------------------------------------------------


def _records(text: str, lang: Lang) -> Iterator[Entry]:
    wanted = text.upper()
    for shelf, layout in shelves():
        if layout.name == wanted:
            yield _record_entry(shelf, layout, lang)


def _record_entry(shelf: str, layout: Layout, lang: Lang) -> Entry:
    return {
        "kind": "record",
        "family": shelf,
        "record": layout.name,
        "title": title_of(shelf, layout, lang),
        "length": layout.length,
        "fields": [{"name": field.name, "label": field.label(lang)} for field in layout.fields],
    }


def _fields(text: str, lang: Lang) -> Iterator[Entry]:
    type, dot, name = text.rpartition(".")
    for shelf, layout in shelves():
        if dot and type.upper() not in (layout.name, f"{shelf}.{layout.name}".upper()):
            continue
        field = layout.by_name.get(name.lower())
        if field is not None:
            yield _field_entry(shelf, layout, field, lang)


def _positions(text: str, lang: Lang) -> Iterator[Entry]:
    """`[4M104]`: record 4M, position 104."""
    found = _POSITION.fullmatch(text.upper())
    if found is None or not (text.startswith("[") or found[1][-1:].isalpha()):
        return
    type, position = found[1], int(found[2])
    for shelf, layout in shelves():
        if layout.name != type:
            continue
        for field in layout.fields:
            if field.start <= position < field.start + field.length:
                yield _field_entry(shelf, layout, field, lang)


def _field_entry(shelf: str, layout: Layout, field: Field, lang: Lang) -> Entry:
    codes = (lists.noemie() if shelf == NOEMIE else lists.b2()).get(field.list) if field.list else None
    data = row(shelf, layout, field)
    return {
        "kind": "field",
        **{key: data[key] for key in ("family", "record", "name", "start", "end", "length")},
        "value_kind": data["kind"],
        **{key: data[key] for key in ("presence", "list", "personal")},
        "title": title_of(shelf, layout, lang),
        "label": field.label(lang),
        "codes": [{"code": code.code, "label": code.label(lang)} for code in codes.values()] if codes else [],
        "complete": not codes.is_open if codes else True,
        "confidence": field.confidence,
        "note": field.note,
    }
