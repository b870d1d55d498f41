"""One row of the reject catalogue, and the shipped tables. Private to ``codes.rejects``."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from codes._reject_codes import exact_date, normalise_code
from codes.actions import Action, Lang
from codes.motives import TextKind, label_key

__all__ = ["COLUMNS", "Reject", "read_shipped"]

DATA: Final = Path(__file__).with_name("data")

SHIPPED: Final = ("rejects.csv", "rejects-sim.csv")
"""The shipped tables: what is sourced, and the codes of the toolkit's own simulated fund."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One code, or one label without a code, that an emitter may return.

    Every field is text as in the table; empty means that the source is silent. ``code`` and ``label`` are
    as received (spaces, dashes, leading zeros). ``valid_from`` and ``valid_to`` are ``AAAA-MM-JJ`` with X
    for unknown digits. ``outcome`` is what the emitter did (rejet, signalement, differe, ...), which is not
    what to do: ``action_class``. ``source`` and ``confidence`` (A, B, C) are to be shown with every answer;
    ``source`` and ``note`` are in French, see ``source_text`` and ``note_text``.
    ``origin`` is empty for a shipped row, else the name of the site's file, and then ``author_role`` and
    ``date`` say who added the row, and when.
    """

    emitter: str
    namespace: str
    code: str
    label: str
    meaning_fr: str
    meaning_en: str
    payer_action_fr: str
    payer_action_en: str
    provider_action_fr: str
    provider_action_en: str
    action_class: Action
    outcome: str
    level: str
    part: str
    valid_from: str
    valid_to: str
    replaced_by: str
    motive: str
    confidence: str
    source: str
    note: str
    source_en: str = ""
    note_en: str = ""
    origin: str = ""
    author_role: str = ""
    date: str = ""

    @property
    def is_site(self) -> bool:
        """Whether a site added the row."""
        return bool(self.origin)

    @property
    def identity(self) -> tuple[str, str]:
        """What the row is about, whoever wrote it: a namespace and a code, or a label without a code."""
        return self.namespace, normalise_code(self.code) or label_key(self.label)

    def text(self, kind: TextKind, lang: Lang = "fr") -> str:
        """Return one of the three texts; in the other language if a site wrote only that one; else empty."""
        other = "en" if lang == "fr" else "fr"
        value: str = getattr(self, f"{kind}_{lang}") or getattr(self, f"{kind}_{other}")
        return value

    def source_text(self, lang: Lang = "fr") -> str:
        """Return where the row comes from; in French when a site wrote only that."""
        return (self.source_en if lang == "en" else "") or self.source

    def note_text(self, lang: Lang = "fr") -> str:
        """Return what weakens the row; in French when a site wrote only that."""
        return (self.note_en if lang == "en" else "") or self.note

    def covers(self, on: datetime.date | None) -> bool:
        """Whether the row may apply at a date. An unknown, empty or partial date never excludes it."""
        if on is None:
            return True
        first, last = exact_date(self.valid_from), exact_date(self.valid_to)
        return (first is None or first <= on) and (last is None or on <= last)


COLUMNS: Final = tuple(field.name for field in fields(Reject))[:23]
"""The columns of a catalogue table, in order. A site's file has ``author_role`` and ``date`` besides."""


def read_shipped() -> Iterator[Reject]:
    """Read the shipped rows, in file order."""
    for name in SHIPPED:
        with (DATA / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                action = Action(row.pop("action_class"))
                yield Reject(**row, action_class=action)
