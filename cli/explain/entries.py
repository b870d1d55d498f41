"""What a person may ask about by typing a few words: rejects, motives, rules, records, fields, SSV errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from cli.explain.listing import title_of
from cli.explain.model import (
    Code,
    CodeEntry,
    Deduced,
    Entry,
    FieldEntry,
    FieldName,
    MotiveEntry,
    RecordEntry,
    RejectEntry,
    RuleEntry,
)
from cli.io.site import all_lists, rejects
from cli.words.layouts_by_name import NOEMIE, known_layouts
from cli.words.reason import kept_for, prevention, reason_of, reason_of_row
from cli.words.severities import known_rule, severity_of
from cli.words.speech import language
from codes.lists import Namespace
from codes.motives import Motive
from codes.rejects import Catalogue, Reject, Step, normalise_code, shape_of
from codes.rules import Rule, catalogue
from codes.search import search
from flatfile import Field, Layout

#: From this score on, a hit of the search is what was asked, not merely near it.
_SURE: Final = 0.94
_NEAR: Final = 6
#: What two entries share when they are the same row.
_SAME_REJECT: Final = ("namespace", "code", "label", "source", "action", "validity", "added_by")
#: A code typed before its label has at most so many words (`0450 072`).
_MOST_CODE_WORDS: Final = 3

_POSITION: Final = re.compile(r"\[?([0-9]{3}|[0-9][A-Z]?)([0-9]{3})\]?")
_SSV: Final = re.compile(r"(?:0X)?([0-9A-F]{4})")


@dataclass(frozen=True)
class Library:
    """The catalogues to look in: the shipped ones, and those of the site when `codes` names its folder.

    Raises `CodeTableError` or `SiteCatalogueError` at the first look when a table of the site is wrong.
    """

    codes: Path | None = None
    layouts: list[tuple[str, Layout]] = field(default_factory=known_layouts)

    @cached_property
    def rejects(self) -> Catalogue:
        """The reject catalogue."""
        return rejects(self.codes)

    @cached_property
    def lists(self) -> Mapping[str, Namespace]:
        """The code lists by namespace."""
        return all_lists(self.codes)

    def find(self, text: str) -> tuple[list[Entry], list[Entry]]:
        """Entries that are what was asked, then those that are only near it.

        There are near ones beside what is deduced from the words of a label, or when nothing was found.
        """
        asked = " ".join(text.split())
        if not asked:
            return [], []
        sure = [*_rules(asked), *self._positions(asked), *self._fields(asked)]
        sure += [*self._records(asked), *self._code_and_label(asked)]
        near: list[Entry] = []
        for hit in search(asked, limit=40, catalogue=self.rejects):
            found = self.reject(hit.reject) if hit.reject else _motive_entry(hit.motive)
            (sure if hit.score >= _SURE else near).append(found)
        sure = _once(sure)
        if not any(isinstance(entry, RejectEntry) and entry.namespace == "SSV" for entry in sure):
            sure += self._ssv_errors(asked)
        if sure:
            return sure, []
        deduced = self._deduced(asked)
        told = {entry.motive for entry in deduced}
        near = [one for one in near if not isinstance(one, MotiveEntry) or one.motive not in told]
        return [*deduced], [*_near_rules(asked), *near][:_NEAR]

    # --- rejects and motives ----------------------------------------------------------------------------

    def reject(self, row: Reject) -> RejectEntry:
        """A row of the catalogue, with all that a lookup says besides (replacement, old naming...).

        When a row of the site hides it, that of the site, which shows the hidden one.
        """
        ask = partial(
            self.rejects.lookup,
            namespace=row.namespace,
            part=row.part or None,
            emitter=row.emitter or None,
        )
        found = ask(row.code or None, None if row.code else row.label)
        if found.reject != row and row not in found.overridden:
            # A code shared by several rows: say what this one says.
            found = ask(row.code, row.label)
        if found.reject is None or (found.reject != row and row not in found.overridden):
            return RejectEntry(**reason_of_row(row).fields())
        reason = reason_of(found, values=True)
        notices = [*reason.notices, *kept_for(found.reject)]
        said = replace(reason, notices=notices, code=found.reject.code, label=found.reject.label)
        return RejectEntry(**said.fields())

    def _code_and_label(self, text: str) -> Iterator[Entry]:
        """`2900 005 FACTURE DEJA PAYEE`, as a return shows it: the code answers, the label is compared."""
        words = [] if self._is_code(text) else text.split()
        for count in range(min(len(words) - 1, _MOST_CODE_WORDS), 0, -1):
            code, label = " ".join(words[:count]), " ".join(words[count:])
            if not any(c.isdecimal() for c in code):
                continue
            rows = self.rejects.lookup(code=code).candidates
            for row in rows:
                found = self.rejects.lookup(code, label, row.namespace)
                yield RejectEntry(**reason_of(found, values=True).fields())
            if rows:
                return

    def _is_code(self, text: str) -> bool:
        """Whether the whole text is a code of the catalogue, or a namespace and a code."""
        first, _, rest = text.partition(" ")
        if first.upper() in {row.namespace for row in self.rejects.rows} and rest:
            return bool(self.rejects.lookup(code=rest, namespace=first).reject)
        shape = shape_of(text)
        wanted = {normalise_code(text), shape.number if shape is not None else ""} - {""}
        return any(normalise_code(row.code) in wanted for row in self.rejects.rows)

    def _deduced(self, text: str) -> list[Deduced]:
        """What the words of a label lead to, marked as deduced; nothing when they lead nowhere."""
        found = self.rejects.lookup(label=text)
        if found.step is not Step.MOTIVE or found.motive is None:
            return []
        # Who speaks is not known, and need not be: nothing is answered by a code.
        reason = replace(reason_of(found, values=True), notices=[])
        return [
            Deduced(
                **reason.fields(),
                title=found.motive.title(language()),
                words=found.words,
                other_motives=[match.motive.title(language()) for match in found.other_motives],
            )
        ]

    def _ssv_errors(self, text: str) -> Iterator[Entry]:
        """Errors of the SSV library that the reject catalogue does not tell of."""
        found = _SSV.fullmatch(text.upper())
        code = f"0x{found[1]}" if found else ""
        entry = self.lists["ssv"]["erreur_ssv"].get(code)
        if entry is not None:
            yield CodeEntry(
                list="ssv.erreur_ssv",
                code=entry.code,
                label=entry.label(language()),
                confidence=entry.confidence,
                source=entry.source,
                note=entry.note_text(language()),
            )

    # --- records and fields -----------------------------------------------------------------------------

    def _records(self, text: str) -> Iterator[Entry]:
        wanted = text.upper()
        for shelf, layout in self.layouts:
            if layout.name == wanted:
                yield _record_entry(shelf, layout)

    def _fields(self, text: str) -> Iterator[Entry]:
        type, dot, name = text.rpartition(".")
        for shelf, layout in self.layouts:
            if dot and type.upper() not in (layout.name, f"{shelf}.{layout.name}".upper()):
                continue
            found = layout.by_name.get(name.lower())
            if found is not None:
                yield self._field_entry(shelf, layout, found)

    def _positions(self, text: str) -> Iterator[Entry]:
        """`[4M104]`: record 4M, position 104."""
        found = _POSITION.fullmatch(text.upper())
        if found is None or not (text.startswith("[") or found[1][-1:].isalpha()):
            return
        type, position = found[1], int(found[2])
        for shelf, layout in self.layouts:
            if layout.name != type:
                continue
            for some in layout.fields:
                if some.start <= position < some.start + some.length:
                    yield self._field_entry(shelf, layout, some)

    def _field_entry(self, shelf: str, layout: Layout, field: Field) -> FieldEntry:
        lists = self.lists["noemie" if shelf == NOEMIE else "b2"]
        codes = lists.get(field.list) if field.list else None
        return FieldEntry(
            family=shelf,
            record=layout.name,
            name=field.name,
            start=field.start,
            end=field.start + field.length - 1,
            length=field.length,
            value_kind=field.kind.name,
            presence=field.presence,
            list=field.list,
            personal=field.personal,
            title=title_of(shelf, layout),
            label=field.label(language()),
            codes=tuple(Code(code.code, code.label(language())) for code in (codes or {}).values()),
            complete=not codes.is_open if codes else True,
            confidence=field.confidence,
            note=field.note,
        )


def _once(entries: list[Entry]) -> list[Entry]:
    """Each reject once: what was found by code and label is not told again by the search."""
    found: dict[object, Entry] = {}
    for rank, entry in enumerate(entries):
        key: object = rank
        if isinstance(entry, RejectEntry):
            key = tuple(str(getattr(entry, name)) for name in _SAME_REJECT)
        found.setdefault(key, entry)
    return list(found.values())


def _motive_entry(motive: Motive | None) -> MotiveEntry:
    assert motive is not None  # a hit is a reject or a motive
    return MotiveEntry.of(motive, prevention(motive))


# --- rules ----------------------------------------------------------------------------------------------


def rule_entry(rule: Rule) -> RuleEntry:
    """A rule of the catalogue."""
    return RuleEntry(
        rule=rule.id,
        severity=severity_of(rule).word,
        title=rule.title(language()),
        message=rule.message(language(), "…"),
        why=rule.why(language()),
        fix=rule.fix(language()),
        norms=list(rule.norms),
        motive=rule.motive,
        unreadable=rule.unreadable,
        confidence=rule.confidence,
        source=rule.source,
    )


def _rules(text: str) -> Iterator[RuleEntry]:
    rule = known_rule(text.lower())
    if rule is not None:
        yield rule_entry(rule)


def _near_rules(text: str) -> list[RuleEntry]:
    from difflib import get_close_matches

    wanted = text.lower()
    close = get_close_matches(wanted, catalogue(), n=3, cutoff=0.75)
    ids = dict.fromkeys([*(id for id in catalogue() if id.startswith(wanted)), *close])
    return [rule_entry(catalogue()[id]) for id in ids]


def _record_entry(shelf: str, layout: Layout) -> RecordEntry:
    return RecordEntry(
        family=shelf,
        record=layout.name,
        title=title_of(shelf, layout),
        length=layout.length,
        fields=[FieldName(field.name, field.label(language())) for field in layout.fields],
    )
