"""What a reject code or label means, what the payer does, what the provider must do, and must not do.

No official thesaurus is public: the catalogue is small, sourced row by row, and grows at each site. It never
guesses: what is not known is answered ``inconnue``, what is deduced from words says so.

>>> answer = lookup(code="0450-072", namespace="AMO")
>>> answer.reject.code, answer.step.value, answer.action.value
('0450 072', 'code_normalised', 'mettre_a_jour_droits')
>>> lookup(label="TRAITEMENT CAISSE", namespace="AMO").banner("en")
'DO NOT RESEND'
>>> lookup(code="9999 999", label="X", namespace="AMO").step.value
'unknown'

Namespaces: ``AMO`` (fund, NOEMIE-PS), ``AMC`` (complementary insurer), ``OC929`` (contract movements, never
an invoice), ``ARL`` (receiving centre), ``SSV`` (local library, card, reader: nothing was sent), ``DROITS``
(a vendor's rights service), ``SIM`` (this toolkit's simulated fund), and those a site adds. A code is never
searched across them.

Order of a lookup: exact code at the date, normalised code, whole label, beginning of the label, motive
deduced from the label, unknown. Importing this module reads no file: the tables are read at the first
lookup.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from codes._explanation import Explanation, Notice, NoticeKind, Step, combine
from codes._reject_answers import (
    SPEAKS_OF_INVOICES,
    Query,
    build,
    compare_labels,
    deduce,
    hint,
    notice_row,
    rank,
    undecided,
    winners,
    winners_of_each,
)
from codes._reject_codes import (
    OC929_PREFIX,
    CodeShape,
    exact_date,
    normalise_code,
    oc929_code,
    shape_of,
    ssv_range,
    ssv_reading,
    strip_padding,
)
from codes._reject_rows import COLUMNS, Reject, read_shipped
from codes._reject_site import SiteCatalogueError, load_site
from codes.motives import DEFAULT, is_complementary, label_key, normalise_label

__all__ = [
    "COLUMNS",
    "Catalogue",
    "CodeShape",
    "Explanation",
    "Notice",
    "NoticeKind",
    "Reject",
    "SiteCatalogueError",
    "Step",
    "combine",
    "load",
    "load_site",
    "lookup",
    "normalise_code",
    "oc929_code",
    "shape_of",
]

MIN_PREFIX: Final = 11
"""Tools cut labels at 37 or 40 characters: fewer letters than this in common prove nothing."""

_WITHOUT_SHAPE: Final = frozenset({"SSV", "DROITS"})
"""Who writes no code of letters, digits and class: its numbers would answer by chance."""

# Bounded: labels may carry data, and memory may not grow with the file.
_CACHE_SIZE: Final = 8192


class Catalogue:
    """A set of rows that answers lookups. Immutable; answers are remembered, up to a bound.

    ``rows`` are in file order, the shipped ones first. ``with_site`` makes a larger catalogue.
    """

    __slots__ = ("_answer", "_by_code", "_by_label", "_by_start", "_dated", "_ssv", "rows")

    def __init__(self, rows: Iterable[Reject]) -> None:
        self.rows: Final = tuple(rows)
        self._by_code: dict[tuple[str, str], list[Reject]] = {}
        self._by_label: dict[tuple[str, str], list[Reject]] = {}
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        self._ssv: list[tuple[range, Reject]] = []
        for row in self.rows:
            if row.code:
                self._by_code.setdefault((row.namespace, normalise_code(row.code)), []).append(row)
            if row.label:
                self._by_label.setdefault((row.namespace, label_key(row.label)), []).append(row)
            if row.namespace == "SSV" and (numbers := ssv_range(row.code)) is not None:
                self._ssv.append((numbers, row))
        for namespace, known in self._by_label:
            self._by_start.setdefault(known[:MIN_PREFIX], []).append((namespace, known))
        # When no row has a complete date, a date changes no answer: leave it out of what is remembered.
        self._dated = any(exact_date(row.valid_from) or exact_date(row.valid_to) for row in self.rows)
        self._answer = lru_cache(maxsize=_CACHE_SIZE)(self._resolve)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process makes it again from its rows, or has it already."""
        return (load, ()) if self is load() else (Catalogue, (self.rows,))

    def with_site(self, rows: Iterable[Reject]) -> Catalogue:
        """Return a catalogue with a site's rows besides (see ``load_site``).

        A site's row wins over a shipped row of the same code, or label when it has no code; both stay
        visible. Raise ``SiteCatalogueError`` on a row without a source: nobody adds a row anonymously.
        """
        added = []
        for index, row in enumerate(rows, start=1):
            origin = row.origin or "site"
            if not row.source.strip():
                raise SiteCatalogueError("required", file=origin, entry=index, field="source")
            added.append(replace(row, origin=origin))
        return Catalogue((*self.rows, *added))

    def namespace_of(self, code: str, default: str) -> str:
        """Return ``SIM`` for a code of the toolkit's simulated fund, else ``default``.

        A return says nothing of who wrote it: ask this before a lookup, with ``AMO`` or ``AMC`` as default.
        """
        return "SIM" if ("SIM", normalise_code(code)) in self._by_code else default

    def lookup(
        self,
        code: str | None = None,
        label: str | None = None,
        namespace: str | None = None,
        part: str | None = None,
        on: datetime.date | None = None,
        emitter: str | None = None,
    ) -> Explanation:
        """Explain a code and its label, both as received. Never raises; unknown stays unknown.

        ``namespace`` says who speaks; without it the candidates are listed and none is chosen. ``part`` is
        ``O`` or ``AMO``, ``C`` or ``AMC``. ``on`` is the date at which the code must hold. ``emitter`` is
        the fund's own number, for the rows that a site keeps for one fund.
        """
        return self._answer(code, label, namespace, part, on if self._dated else None, emitter)

    def _resolve(
        self,
        code: str | None,
        label: str | None,
        namespace: str | None,
        part: str | None,
        on: datetime.date | None,
        emitter: str | None,
    ) -> Explanation:
        query = Query(
            received_code=code,
            received_label=label,
            namespace=(namespace or "").strip().upper() or None,
            part=part,
            on=on,
            emitter=(emitter or "").strip().upper(),
            code=strip_padding(code or ""),
            label=normalise_label(label or ""),
            key=label_key(label or ""),
        )
        if query.namespace is None:
            return self._list_candidates(query)
        answer = self._try_code(query, query.namespace) if query.code else None
        if answer is None and query.label:
            answer = self._try_label(query, query.namespace)
        return answer or deduce(query)

    # -- by code ---------------------------------------------------------------------------------------

    def _try_code(self, query: Query, namespace: str) -> Explanation | None:
        exact = query.code
        rows = self._rows_of_code(exact, namespace)
        shape = shape_of(exact)
        if not rows and namespace == "OC929" and (inner := oc929_code(exact)) is not None:
            exact = inner
            rows = self._rows_of_code(exact, namespace)
        elif not rows and shape is not None and namespace not in _WITHOUT_SHAPE:
            exact = shape.number
            rows = self._rows_of_code(exact, namespace)
        rows = query.applicable(rows)
        if not rows:
            if not query.aside:
                query.notice(NoticeKind.CODE_UNKNOWN)
            if namespace == "SSV" and (others := self._ssv_rows(ssv_reading(query.code).others)):
                query.notice(NoticeKind.OTHER_READING)
                query.aside.extend(others)
            return None
        best, hidden = winners(rows, query.on, exact)
        seen = shape.number if shape is not None else ""
        if exact != query.code and seen != exact.lstrip("0") and not query.code.startswith(OC929_PREFIX):
            query.notice(NoticeKind.UNUSUAL_PREFIX)
        step = Step.CODE if any(row.code == exact for row in best) else Step.CODE_NORMALISED
        if len(best) > 1:
            return undecided(query, step, best, hidden)
        return self._answer_with(query, step, best[0], hidden=hidden)

    def _rows_of_code(self, code: str, namespace: str) -> list[Reject]:
        rows = self._by_code.get((namespace, normalise_code(code)), [])
        if namespace == "SSV" and (number := ssv_reading(code).number) is not None:
            by_number = self._ssv_rows([number])
            return by_number + [row for row in rows if row not in by_number]
        return rows

    def _ssv_rows(self, numbers: Sequence[int]) -> list[Reject]:
        return [row for covered, row in self._ssv if any(number in covered for number in numbers)]

    # -- by label --------------------------------------------------------------------------------------

    def _try_label(self, query: Query, namespace: str) -> Explanation | None:
        # A fund speaks of both parts: on the complementary part, the insurers' labels are its own too.
        namespaces = ["AMO", "AMC"] if namespace == "AMO" and is_complementary(query.part) else [namespace]
        whole = [row for name in namespaces for row in self._by_label.get((name, query.key), [])]
        begun = [row for name in namespaces for row in self._rows_begun(query.key, name)]
        whole, begun = query.applicable(whole), query.applicable(begun)
        if whole:
            best, hidden = winners(whole, query.on)
            if len(best) > 1:
                return undecided(query, Step.LABEL, best, hidden)
            return self._answer_with(query, Step.LABEL, best[0], hidden=hidden, besides=begun)
        if not begun:
            return None
        query.notice(NoticeKind.LABEL_CUT)
        best, hidden = winners_of_each(begun, query.on)
        if len(best) > 1:
            return undecided(query, Step.LABEL_PREFIX, best, hidden)
        return self._answer_with(query, Step.LABEL_PREFIX, best[0], hidden=hidden)

    def _rows_begun(self, label: str, namespace: str | None) -> list[Reject]:
        """Return the rows whose label is a beginning of this one, or the reverse, but not the same."""
        if len(label) < MIN_PREFIX:
            return []
        return [
            row
            for name, known in self._by_start.get(label[:MIN_PREFIX], ())
            if (namespace is None or name == namespace)
            and known != label
            and (known.startswith(label) or label.startswith(known))
            for row in self._by_label[name, known]
        ]

    # -- without a namespace ---------------------------------------------------------------------------

    def _list_candidates(self, query: Query) -> Explanation:
        """List what a code, else a label, may be in every namespace, and choose none."""
        found: list[Reject] = []
        if query.code:
            shape = shape_of(query.code)
            for namespace in dict.fromkeys(row.namespace for row in self.rows):
                found += self._rows_of_code(query.code, namespace)
                if shape is not None and namespace not in _WITHOUT_SHAPE:
                    found += self._rows_of_code(shape.number, namespace)
        query.notice(NoticeKind.NAMESPACE_UNKNOWN)
        if query.code and not found:
            query.notice(NoticeKind.CODE_UNKNOWN)
        if found and not any(row.namespace in SPEAKS_OF_INVOICES for row in found):
            # The code is known, and never about an invoice: no motive may be deduced from the label.
            return build(query, Step.UNKNOWN, candidates=tuple(found), motive=query.motive(DEFAULT))
        if not found and query.label:
            labels = self._by_label.items()
            found = [row for (_, known), rows in labels if known == query.key for row in rows]
            found = found or self._rows_begun(query.key, None)
        query.aside.extend(found)
        return deduce(query)

    # -- answers ---------------------------------------------------------------------------------------

    def _answer_with(
        self,
        query: Query,
        step: Step,
        row: Reject,
        *,
        hidden: Sequence[Reject],
        besides: Iterable[Reject] = (),
    ) -> Explanation:
        """Answer with one row, and say everything that weakens it."""
        matches = query.motives()
        motive = query.motive(row.motive)
        words = ""
        if motive is None and matches:
            motive, words = matches[0]
        if step in {Step.CODE, Step.CODE_NORMALISED}:
            compare_labels(query, row, matches)
        replacement, replaces = self._replacement(query, row)
        notice_row(query, row, hidden)
        return build(
            query,
            step,
            reject=row,
            candidates=(*besides, *query.aside),
            overridden=tuple(hidden),
            replacement=replacement,
            replaces=replaces,
            motive=motive,
            other_motives=tuple(match for match in matches if match.motive != motive),
            words=words,
            # The code received is not in the catalogue: whatever the label leads to is a deduction.
            inferred=bool(query.code) and step in {Step.LABEL, Step.LABEL_PREFIX},
            action=row.action_class,
            deduced_action=hint(row.action_class, motive),
            confidence=row.confidence,
            source=row.source,
            source_en=row.source_en,
        )

    def _replacement(self, query: Query, row: Reject) -> tuple[Reject | None, tuple[Reject, ...]]:
        """Return the row of the code that replaces this one, and those this one replaces."""
        replacement = None
        if row.replaced_by:
            query.notice(NoticeKind.REPLACED, row.replaced_by)
            new = self._by_code.get((row.namespace, normalise_code(row.replaced_by)), [])
            replacement = next(iter(sorted(new, key=rank)), None)
        replaces = tuple(
            old
            for old in self.rows
            if row.code
            and old.replaced_by
            and old.namespace == row.namespace
            and normalise_code(old.replaced_by) == normalise_code(row.code)
        )
        if replaces:
            query.notice(NoticeKind.REPLACES, ", ".join(old.code for old in replaces))
        return replacement, replaces


@cache
def load() -> Catalogue:
    """Return the shipped catalogue. The tables are read once, at the first call."""
    return Catalogue(read_shipped())


def lookup(
    code: str | None = None,
    label: str | None = None,
    namespace: str | None = None,
    part: str | None = None,
    on: datetime.date | None = None,
    emitter: str | None = None,
) -> Explanation:
    """Explain a code and its label with the shipped catalogue: see ``Catalogue.lookup``."""
    return load().lookup(code, label, namespace, part, on, emitter)
