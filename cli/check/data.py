"""Reports as plain data: what the JSON, HTML and text reports share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cli.check.model import FileReport, Key, LeftOut, Remark, Report
from cli.io.inputs import title
from cli.io.problems import describe
from cli.words.severities import known_rule
from cli.words.speech import Lang, speaker
from cli.words.texts import localised

#: Parts of a `Key`, in its order.
KEY_PARTS = ("rule", "facture", "type", "field", "ordinal")


def key_data(key: Key) -> dict[str, Any]:
    """A key by the names of its parts."""
    return dict(zip(KEY_PARTS, key, strict=True))


def stale_data(file: str, key: Key) -> dict[str, Any]:
    """An entry of a baseline that is of no more use, with its file where it names one."""
    return key_data(key) | ({"file": file} if file else {})


def remark_data(remark: Remark, lang: Lang) -> dict[str, Any]:
    """One finding with its words: rule, place, what was expected, what to do.

    `offset` is 0-based in the uncompressed file; `start` and `end` are 1-based positions in the record,
    absent when the record as a whole is meant. In a zone, `record` counts its groups, `occurrence` those of
    the id in `type`, and `position` tells which field of the group is meant.
    """
    finding, place = remark.finding, remark.place
    rule = known_rule(finding.rule)
    expected, found = localised(finding.expected, lang), localised(finding.found, lang)
    data: dict[str, Any] = {
        "rule": finding.rule,
        "severity": remark.severity,
        "title": rule.title(lang) if rule else finding.rule,
        "message": rule.message(lang, expected, found=found) if rule else expected,
        "fix": rule.fix(lang) if rule else "",
        "found": remark.found or found,
        "expected": expected or (rule.expectation(lang) if rule else ""),
        "cause": cause_text(remark, lang),
        "facture": finding.facture,
        "lot": finding.lot,
        "record": finding.record,
        "type": finding.type,
        "offset": finding.offset,
        "length": finding.length,
        "field": finding.field,
        "label": place.label(lang) if place else "",
    }
    if place and place.start:
        data |= {"start": place.start, "end": place.end}
    occurrence = getattr(finding, "occurrence", None)  # of a zone alone
    if occurrence is not None:
        data |= {"occurrence": occurrence, "position": getattr(finding, "position", 0)}
    data |= {"confidence": rule.confidence if rule else "", "source": rule.source if rule else ""}
    if remark.count > 1:
        data["count"] = remark.count
    if remark.consequences:
        data["consequences"] = [remark_data(below, lang) for below in remark.consequences]
    return data


def cause_text(remark: Remark, lang: Lang) -> str:
    """The likely cause of a finding, as a sentence; empty when none is known."""
    rule = known_rule(remark.finding.rule)
    tells_it = rule is not None and (rule.is_cause or bool(remark.consequences))
    return rule.title(lang) if rule is not None and tells_it else ""


def file_data(file: FileReport, lang: Lang) -> dict[str, Any]:
    """One file: what was read, counts, findings and notes; or the error that stopped the reading."""
    if file.unreadable is not None:
        return {"file": title(file.name), "error": describe(file.unreadable, file.name, lang)}
    data: dict[str, Any] = {
        "file": title(file.name),
        "family": file.family,
        "norme": file.norme,
        "envelope": file.envelope,
        "records": file.records,
        "factures": file.factures,
        **found_data(file.counts, file.omitted, file.findings, file.notes, lang),
    }
    data["folded"] = file.folded
    if file.accepted:
        data["accepted"] = len(file.accepted)
    if file.left_out:
        data["left_out"] = [left_out_data(one) for one in file.left_out]
    return data


def left_out_data(one: LeftOut) -> dict[str, Any]:
    """How many findings an option, or a key of a file, leaves out."""
    return {"by": one.by, "file": one.file, "count": one.count}


def left_out_text(one: LeftOut, lang: Lang) -> str:
    """The same, for a person."""
    say = speaker(lang)
    where = say(f"{title(one.file)}, {one.by}", f"{title(one.file)}, {one.by}") if one.file else f"--{one.by}"
    return say(f"{one.count} non montrée(s) : {where}", f"{one.count} not shown: {where}")


def found_data(
    counts: Mapping[str, int], omitted: int, findings: Iterable[Remark], notes: Iterable[Remark], lang: Lang
) -> dict[str, Any]:
    """What was found in one file: how many by severity, those that are told, those that are gathered."""
    return {
        "counts": dict(counts),
        "omitted": omitted,
        "findings": [remark_data(remark, lang) for remark in findings],
        "notes": [{**remark_data(note, lang), "count": note.count} for note in notes],
    }


def omitted_text(count: int, lang: Lang) -> str:
    """What tells that findings were counted but not listed."""
    say = speaker(lang)
    return say(
        f"{count} de plus, non montrés (--max-findings 0 les montre tous)",
        f"{count} more, not shown (--max-findings 0 shows them all)",
    )


def report_data(report: Report) -> dict[str, Any]:
    """The whole report, without the head that every JSON document has."""
    data: dict[str, Any] = {
        "lang": report.lang,
        "files": [file_data(file, report.lang) for file in report.files],
        "summary": report.totals,
    }
    if report.stale is not None:
        data["stale"] = [stale_data(*entry) for entry in report.stale]
    return data
