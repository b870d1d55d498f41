"""The whole catalogue as one document: actions, motives, rejects, rules, code lists, in both languages.

Its JSON is `cli.explain.catalogue_model`, whose schema stands beside. The CSV is the same in one table, a
line an entry; the HTML page is made by `cli.explain.catalogue_html`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Literal

from cli.explain.catalogue_model import (
    ActionRow,
    AddedBy,
    Both,
    CodeRow,
    Exported,
    HabitRow,
    ListRow,
    MotiveRow,
    RejectRow,
    RuleRow,
)
from cli.words.cells import cell
from cli.words.reason import added_by
from cli.words.screen import document_text
from codes.actions import Action
from codes.lists import Code, Namespace
from codes.motives import MOTIVES, Motive
from codes.prevention import WORDS, rules_for
from codes.rejects import Catalogue, Reject
from codes.rules import Rule, catalogue
from flatfile.csv_text import CsvText

#: Columns of the CSV. `kind` is action, motive, reject, rule or code.
COLUMNS: Final = (
    "kind",
    "namespace",
    "code",
    "label_fr",
    "label_en",
    "meaning_fr",
    "meaning_en",
    "payer_action_fr",
    "payer_action_en",
    "provider_action_fr",
    "provider_action_en",
    "action",
    "severity",
    "level",
    "part",
    "outcome",
    "valid_from",
    "valid_to",
    "replaced_by",
    "motive",
    "confidence",
    "source_fr",
    "source_en",
    "note_fr",
    "note_en",
)

_TEXTS: Final = ("meaning", "payer_action", "provider_action")


@dataclass(frozen=True)
class Contents:
    """What is exported: the rejects and the lists, those of a site included when there is one."""

    rejects: Catalogue
    lists: Mapping[str, Namespace]


def exported(contents: Contents) -> Exported:
    """The catalogue, every text in both languages, empty when unknown."""
    return Exported(
        version=version("sesam-noemie"),
        actions=[_action(action) for action in Action],
        motives=[_motive(motive) for motive in MOTIVES.values()],
        rejects=[_reject(row) for row in contents.rejects.rows],
        rules=[_rule(rule) for rule in catalogue().values()],
        lists=[
            ListRow(
                namespace=namespace,
                list=codes.name,
                complete=not codes.is_open,
                codes=tuple(_code(code) for code in codes.values()),
            )
            for namespace, lists in contents.lists.items()
            for codes in lists.values()
        ],
    )


def write_json(contents: Contents) -> str:
    """The catalogue in JSON."""
    return document_text("codes export", exported(contents))


def write_csv(contents: Contents) -> str:
    """The catalogue in CSV (RFC 4180), an entry a line, safe to open in a spreadsheet."""
    lines = ([cell(row.get(name, "")) for name in COLUMNS] for row in _lines(contents))
    return CsvText().rows([COLUMNS, *lines])


# --- entries --------------------------------------------------------------------------------------------


def _texts(entry: Motive | Reject, name: Literal["meaning", "payer_action", "provider_action"]) -> Both:
    return Both(entry.text(name, "fr"), entry.text(name, "en"))


def _action(action: Action) -> ActionRow:
    return ActionRow(
        action=action,
        caution=action.caution,
        blocks_resend=action.blocks_resend,
        asks_resend=action.asks_resend,
        title=Both(action.title("fr"), action.title("en")),
        banner=Both(action.banner("fr"), action.banner("en")),
    )


def _motive(motive: Motive) -> MotiveRow:
    return MotiveRow(
        motive=motive.motive,
        title=Both(motive.title_fr, motive.title_en),
        meaning=_texts(motive, "meaning"),
        payer_action=_texts(motive, "payer_action"),
        provider_action=_texts(motive, "provider_action"),
        action=motive.action_class,
        level=motive.level,
        label_patterns=[pattern for pattern in motive.label_patterns.split("|") if pattern],
        avoidable_by=[
            HabitRow(name=name, fr=WORDS[name][0], en=WORDS[name][1]) for name in motive.avoidable_by
        ],
        prevented_by=[rule.id for rule in rules_for(motive.motive)],
        confidence=motive.confidence,
        note=Both(motive.note, motive.note_en),
    )


def _reject(row: Reject) -> RejectRow:
    return RejectRow(
        namespace=row.namespace,
        emitter=row.emitter,
        code=row.code,
        label=row.label,
        meaning=_texts(row, "meaning"),
        payer_action=_texts(row, "payer_action"),
        provider_action=_texts(row, "provider_action"),
        action=row.action_class,
        outcome=row.outcome,
        level=row.level,
        part=row.part,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        replaced_by=row.replaced_by,
        motive=row.motive,
        prevented_by=[rule.id for rule in rules_for(row.motive)],
        confidence=row.confidence,
        source=Both(row.source, row.source_text("en")),
        note=Both(row.note, row.note_text("en")),
        added_by=AddedBy(**added) if (added := added_by(row)) else None,
    )


def _rule(rule: Rule) -> RuleRow:
    return RuleRow(
        rule=rule.id,
        severity=rule.severity.word,
        title=Both(rule.title_fr, rule.title_en),
        message=Both(rule.message("fr", "…"), rule.message("en", "…")),
        why=Both(rule.why_fr, rule.why_en),
        fix=Both(rule.fix_fr, rule.fix_en),
        norms=list(rule.norms),
        motive=rule.motive,
        unreadable=rule.unreadable,
        confidence=rule.confidence,
        source=rule.source,
    )


def _code(code: Code) -> CodeRow:
    return CodeRow(
        code=code.code,
        label=Both(code.label_fr, code.label_en),
        valid_from=code.valid_from,
        valid_to=code.valid_to,
        usage=code.usage,
        confidence=code.confidence,
        source=code.source,
        note=Both(code.note_text("fr"), code.note_text("en")),
    )


# --- lines of the CSV -----------------------------------------------------------------------------------


def _lines(contents: Contents) -> Iterator[dict[str, str]]:
    for action in Action:
        yield {
            "kind": "action",
            "code": action.value,
            "label_fr": action.title("fr"),
            "label_en": action.title("en"),
            "action": action.value,
        }
    for motive in MOTIVES.values():
        yield {
            "kind": "motive",
            "code": motive.motive,
            "label_fr": motive.title_fr,
            "label_en": motive.title_en,
            **_pairs(motive),
            "action": motive.action_class.value,
            "level": motive.level,
            "motive": motive.motive,
            "confidence": motive.confidence,
            "note_fr": motive.note,
            "note_en": motive.note_en,
        }
    for row in contents.rejects.rows:
        yield {
            "kind": "reject",
            **{name: getattr(row, name) for name in COLUMNS if name in row.__dataclass_fields__},
            "label_fr": row.label,
            "label_en": row.label,
            **_pairs(row),
            "action": row.action_class.value,
            "source_fr": row.source,
            "source_en": row.source_text("en"),
            "note_fr": row.note,
            "note_en": row.note_text("en"),
        }
    for rule in catalogue().values():
        yield {
            "kind": "rule",
            "code": rule.id,
            "label_fr": rule.title_fr,
            "label_en": rule.title_en,
            "meaning_fr": f"{rule.message('fr', '…')}. {rule.why_fr}",
            "meaning_en": f"{rule.message('en', '…')}. {rule.why_en}",
            "provider_action_fr": rule.fix_fr,
            "provider_action_en": rule.fix_en,
            "severity": rule.severity.word,
            "motive": rule.motive,
            "confidence": rule.confidence,
            "source_fr": rule.source,
            "source_en": rule.source,
        }
    for namespace, lists in contents.lists.items():
        for codes in lists.values():
            for code in codes.values():
                yield {
                    "kind": "code",
                    "namespace": f"{namespace}.{codes.name}",
                    **{name: getattr(code, name) for name in COLUMNS if name in code.__dataclass_fields__},
                    "source_fr": code.source,
                    "source_en": code.source,
                    "note_fr": code.note_text("fr"),
                    "note_en": code.note_text("en"),
                }


def _pairs(entry: Motive | Reject) -> dict[str, str]:
    return {f"{name}_{lang}": entry.text(name, lang) for name in _TEXTS for lang in ("fr", "en")}
