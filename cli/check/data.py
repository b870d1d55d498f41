"""Reports as plain data: what the JSON, HTML and text reports share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from cli.check.document import (
    Cle,
    Comptes,
    Ecarte,
    Fichier,
    Illisible,
    Probleme,
    Remarque,
    Trouve,
)
from cli.check.model import FileReport, Key, LeftOut, Remark
from cli.io.inputs import title
from cli.words.severities import known_rule
from cli.words.speech import language, say
from cli.words.texts import localised

#: Parts of a `Key`, in its order.
KEY_PARTS = ("rule", "facture", "type", "field", "ordinal")


def key_data(key: Key) -> dict[str, Any]:
    """A key by the names of its parts."""
    return dict(zip(KEY_PARTS, key, strict=True))


def stale_data(file: str, key: Key) -> dict[str, Any]:
    """An entry of a baseline that is of no more use, with its file where it names one."""
    return _plain(_stale(file, key))


def _stale(file: str, key: Key) -> Cle:
    return Cle(**key_data(key), file=file or UNSET)


def _plain(told: msgspec.Struct) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(told)
    return made


def remarque(remark: Remark, *, counted: bool = False) -> Remarque:
    """One finding with its words: rule, place, what was found and expected, what to do.

    `offset` is 0-based in the uncompressed file; `start` and `end` are 1-based positions in the record,
    absent when the record as a whole is meant. In a zone, `record` counts its groups, `occurrence` those of
    the id in `type`, and `position` tells which field of the group is meant. `counted` tells the count
    though it is one.
    """
    finding, place = remark.finding, remark.place
    rule = known_rule(finding.rule)
    expected, found = localised(finding.expected), localised(finding.found)
    occurrence = getattr(finding, "occurrence", None)  # of a zone alone
    return Remarque(
        rule=finding.rule,
        severity=remark.severity,  # type: ignore[arg-type]  # one of its words
        title=rule.title(language()) if rule else finding.rule,
        message=rule.message(language(), expected, found=found) if rule else expected,
        fix=rule.fix(language()) if rule else "",
        found=remark.found or found,
        expected=expected or (rule.expectation(language()) if rule else ""),
        cause=cause_text(remark),
        facture=finding.facture,
        lot=finding.lot,
        record=finding.record,
        type=finding.type,
        offset=finding.offset,
        length=finding.length,
        field=finding.field,
        label=place.label() if place else "",
        start=place.start if place and place.start else UNSET,
        end=place.end if place and place.start else UNSET,
        occurrence=UNSET if occurrence is None else occurrence,
        position=UNSET if occurrence is None else getattr(finding, "position", 0),
        confidence=rule.confidence if rule else "",  # type: ignore[arg-type]  # one of its letters
        source=rule.source if rule else "",
        count=remark.count if counted or remark.count > 1 else UNSET,
        consequences=tuple(remarque(below) for below in remark.consequences) or UNSET,
    )


def cause_text(remark: Remark) -> str:
    """The likely cause of a finding, as a sentence; empty when none is known."""
    rule = known_rule(remark.finding.rule)
    tells_it = rule is not None and (rule.is_cause or bool(remark.consequences))
    return rule.title(language()) if rule is not None and tells_it else ""


def fichier(file: FileReport) -> Fichier | Illisible:
    """One file: what was read, counts, findings and notes; or the error that stopped the reading."""
    if file.unreadable is not None:
        from cli.io.problems import describe

        return Illisible(title(file.name), Probleme(**describe(file.unreadable, file.name)))
    found = trouve(file.counts, file.omitted, file.findings, file.notes)
    return Fichier(
        file=title(file.name),
        family=file.family,  # type: ignore[arg-type]  # one of the three
        norme=file.norme,
        envelope=file.envelope,  # type: ignore[arg-type]  # one that was recognised
        records=file.records,
        factures=file.factures,
        counts=found.counts,
        omitted=found.omitted,
        findings=found.findings,
        notes=found.notes,
        folded=file.folded,
        accepted=len(file.accepted) or UNSET,
        left_out=tuple(Ecarte(one.by, one.file, one.count) for one in file.left_out) or UNSET,  # type: ignore[arg-type]
    )


def left_out_text(one: LeftOut) -> str:
    """The same, for a person."""
    where = say(f"{title(one.file)}, {one.by}", f"{title(one.file)}, {one.by}") if one.file else f"--{one.by}"
    return say(f"{one.count} non montrée(s) : {where}", f"{one.count} not shown: {where}")


def trouve(
    counts: Mapping[str, int], omitted: int, findings: Iterable[Remark], notes: Iterable[Remark]
) -> Trouve:
    """What was found in one file: how many by severity, those that are told, those that are gathered."""
    return Trouve(
        Comptes(**counts),
        omitted,
        tuple(remarque(remark) for remark in findings),
        tuple(remarque(note, counted=True) for note in notes),
    )


def omitted_text(count: int) -> str:
    """What tells that findings were counted but not listed."""
    return say(
        f"{count} de plus, non montrés (--max-findings 0 les montre tous)",
        f"{count} more, not shown (--max-findings 0 shows them all)",
    )
