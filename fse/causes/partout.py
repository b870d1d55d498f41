"""One fault of a program, met in every record: told once, with the others under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import structs

from codes.rules import catalogue
from codes.rules.model import Severity
from flatfile import Finding, Record
from flatfile.findings import both, joined
from fse.normes import LENGTH

#: Fewest records in which the same fault is one of the program, where all that have the field have it; where
#: three in four have it.
_FEWEST: Final = 3
_FEWEST_OF_MANY: Final = 6

#: Families whose findings say that a value itself is wrong: wherever it stands, it is the same fault.
_OF_A_VALUE: Final = frozenset({"cle", "code", "format", "organisme", "presence"})


def gathered(findings: Iterable[Finding], records: Sequence[Record]) -> list[Finding]:
    """The findings, those that tell one fault again under the first of them.

    It is one fault where all the records of these types have it in one field, or where one value is wrong in
    the same way wherever it stands. Informations stand for themselves.
    """
    found = list(findings)
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in found:
        if one.field and 0 < one.record <= len(records) and _is_told(one):
            groups.setdefault((one.rule.partition(".")[0], one.field), []).append(one)
    folded: dict[int, Finding] = {}
    for same in groups.values():
        if _is_everywhere(same, records):
            folded |= _under_the_first(same)
            continue
        values: dict[tuple[str, bytes], list[Finding]] = {}
        for one in same:
            record = records[one.record - 1]
            value = record.raw[record.layout.by_name[one.field].slice] if one.field in record.layout else b""
            if one.rule.partition(".")[0] in _OF_A_VALUE and value.strip(b" 0"):
                values.setdefault((one.rule, value), []).append(one)
        for again in values.values():
            if len(again) > 1:
                folded |= _under_the_first(again)
    return [folded.get(id(one), one) for one in found if folded.get(id(one), one).rule]


def _is_told(finding: Finding) -> bool:
    rule = catalogue().get(finding.rule)
    return rule is not None and rule.severity > Severity.INFO


def _is_everywhere(same: Sequence[Finding], records: Sequence[Record]) -> bool:
    """Whether the records of the types that have a fault have it, all of them or nearly."""
    numbers = {one.record for one in same}
    types = {one.type for one in same}
    if len(numbers) < _FEWEST:
        return False
    count = sum(
        record.number in numbers or _is_filled(record, same[0].field)
        for record in records
        if record.type in types and len(record.raw) == LENGTH
    )
    return len(numbers) >= count or (len(numbers) >= _FEWEST_OF_MANY and 4 * len(numbers) >= 3 * count)


def _is_filled(record: Record, name: str) -> bool:
    field = record.layout.by_name.get(name)
    return field is None or bool(record.raw[field.slice].strip(b" 0"))


#: What a finding that was folded becomes.
_FOLDED: Final = Finding("", 0)


def _under_the_first(same: Sequence[Finding]) -> dict[int, Finding]:
    """The first finding with the others under it, and nothing in the place of these."""
    first, *others = same
    below = list(first.consequences)
    for one in others:
        below += one.consequences if one.rule.startswith("cause.") else (one, *one.consequences)
    count = len({one.record for one in same})
    found = joined(first.found, both(f" ({count} enregistrements)", f" ({count} records)"))
    head = structs.replace(first, found=found, consequences=tuple(below))
    return {id(first): head} | {id(one): _FOLDED for one in others}
