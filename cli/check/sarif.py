"""The report as SARIF 2.1.0 (OASIS, errata 01), for code-scanning services and editors.

- A result has a byte region, and a text region too where lines can be told: a record a line when records end
  with line ends, a single line when the file has none. Characters are bytes (ISO-8859-1).
- `partialFingerprints` come from the key of the finding (rule, invoice number, record type, field, rank),
  which does not depend on the file nor hold personal data.
- Rules have their words in the language of the report; the other language is a translation.
- A file that cannot be read is a result of its own, and makes the invocation unsuccessful.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import PurePath, PureWindowsPath
from typing import Any, Final
from urllib.parse import quote

from cli.check.data import cause_text, left_out_text, omitted_text
from cli.check.model import FileReport, Key, Remark, Report
from cli.io.inputs import STANDARD, title
from cli.io.problems import describe
from cli.words.screen import json_text
from cli.words.severities import known_rule
from cli.words.speech import Lang, language, say, speaking
from cli.words.texts import localised
from codes import addresses
from codes.rules import Rule, Severity
from flatfile import Finding

SCHEMA_URI: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

#: Name and version of our fingerprints: another way of making them would have another name.
FINGERPRINT: Final = "noemieFinding/v1"

_NAME: Final = "noemie"

_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_LOCALES: Final = {"fr": "fr-FR", "en": "en-US"}
_OTHER: Final[dict[Lang, Lang]] = {"fr": "en", "en": "fr"}
_PRECISION: Final = {"A": "very-high", "B": "high", "C": "medium", "D": "low"}


def pieces(report: Report) -> Iterator[str]:
    """The report in SARIF."""
    ids = _rule_ids(report)
    whole = json_text(_log(report, ids))
    places = {id: rank for rank, id in enumerate(ids)}
    numbered = enumerate(report.files)
    results = (result for index, file in numbered for result in _results(index, file, places))
    left, _, end = whole.rpartition(_RESULTS)  # a text within has no quote of its own
    head, _, between = left.rpartition(_ARTIFACTS)
    yield head
    yield from _listed(_ARTIFACTS, map(_artifact, report.files))
    yield between
    yield from _listed(_RESULTS, results)
    yield end


#: The lists of a log that are as long as what was checked, empty.
_ARTIFACTS: Final = '"artifacts": []'
_RESULTS: Final = '"results": []'


def _listed(empty: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One of these lists with its rows."""
    start = "\n        "
    first = True
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, indent=2).replace("\n", start)
        yield (empty.removesuffix("]") if first else ",") + start + text
        first = False
    yield empty if first else "\n      ]"


def _log(report: Report, ids: list[str]) -> dict[str, Any]:
    """The SARIF log as plain data, without artifacts nor results."""
    run = {
        "tool": {
            "driver": {
                "name": _NAME,
                "version": version("sesam-noemie"),
                "language": _LOCALES[language()],
                "informationUri": f"{addresses.base()}{language()}/index.html",
                "shortDescription": {"text": _description()},
                "rules": [_rule(id) for id in ids],
            }
        },
        "translations": [_translation(ids)],
        "language": _LOCALES[language()],
        "automationDetails": {"id": "noemie/check/"},
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "ISO-8859-1",
        "invocations": [_invocation(report)],
        "artifacts": [],
        "results": [],
    }
    return {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}


def fingerprint(key: Key) -> str:
    """A digest of a key, in hexadecimal."""
    return hashlib.sha256("\x1f".join(map(str, key)).encode("utf-8", "backslashreplace")).hexdigest()


# --- rules ------------------------------------------------------------------------------------------------


def _rule_ids(report: Report) -> list[str]:
    ids = {remark.finding.rule for file in report.files for remark in file.told}
    return sorted(ids | {file.unreadable.code for file in report.files if file.unreadable is not None})


def _rule(id: str) -> dict[str, Any]:
    rule = known_rule(id)
    if rule is None:
        return {"id": id}
    return {
        **_words(rule),
        "helpUri": addresses.url("rules", rule.id, language()),
        "defaultConfiguration": {"level": _LEVELS[rule.severity.word]},
        "properties": {
            "tags": [rule.family, *([rule.motive] if rule.motive else [])],
            "precision": _PRECISION[rule.confidence],
            "problem.severity": "recommendation" if rule.severity is Severity.INFO else rule.severity.word,
            "confidence": rule.confidence,
            "source": rule.source,
            "norms": list(rule.norms),
        },
    }


def _words(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title(language())},
        "fullDescription": {"text": rule.why(language())},
        "help": {"text": f"{rule.why(language())} {rule.fix(language())}"},
    }


def _translation(ids: list[str]) -> dict[str, Any]:
    """The same words in the other language."""
    rules = [rule for rule in map(known_rule, ids) if rule is not None]
    with speaking(_OTHER[language()]):
        return {
            "name": _NAME,
            "language": _LOCALES[language()],
            "contents": ["localizedData"],
            "translationMetadata": {"name": _LOCALES[language()]},
            "shortDescription": {"text": _description()},
            "rules": [_words(rule) for rule in rules],
        }


def _description() -> str:
    return say(
        "Contrôle des feuilles de soins électroniques (B2) et des retours NOEMIE",
        "Checks electronic care sheets (B2) and NOEMIE returns",
    )


# --- files ------------------------------------------------------------------------------------------------


def uri(name: str) -> str:
    """A file name as a URI reference: `file:` for an absolute path, relative otherwise.

    >>> uri("envoi/flux 1.b2"), uri("/tmp/a:b.b2"), uri("-")
    ('envoi/flux%201.b2', 'file:///tmp/a%3Ab.b2', 'stdin')
    """
    if name == STANDARD:
        return "stdin"
    if os.name == "nt" or PureWindowsPath(name).drive:
        path: PurePath = PureWindowsPath(name)
        if path.is_absolute():
            return path.as_uri()
        return quote(path.as_posix())
    if name.startswith("/"):
        return "file://" + quote(os.fsencode(name))
    return quote(os.fsencode(name))


def _artifact(file: FileReport) -> dict[str, Any]:
    made: dict[str, Any] = {"location": {"uri": uri(title(file.name))}, "roles": ["analysisTarget"]}
    if file.gzip:
        text = say(
            "compressé : les octets sont comptés une fois décompressé",
            "compressed: bytes are those once uncompressed",
        )
        made["description"] = {"text": text}
    return made


def _invocation(report: Report) -> dict[str, Any]:
    """Whether all could be read, and what the results do not tell."""
    told: list[tuple[int, FileReport, str, str]] = []
    for index, file in enumerate(report.files):
        if file.unreadable is not None:
            told.append((index, file, "error", _unreadable_text(file)))
        elif file.omitted:
            told.append((index, file, "warning", omitted_text(file.omitted)))
        told += [(index, file, "note", left_out_text(one)) for one in file.left_out]
    made: dict[str, Any] = {"executionSuccessful": all(file.unreadable is None for file in report.files)}
    if told:
        made["toolExecutionNotifications"] = [
            {
                "level": level,
                "message": {"text": text},
                "locations": [
                    {"physicalLocation": {"artifactLocation": {"uri": uri(title(file.name)), "index": index}}}
                ],
            }
            for index, file, level, text in told
        ]
    return made


def _unreadable_text(file: FileReport) -> str:
    assert file.unreadable is not None
    told = describe(file.unreadable, file.name)
    colon = say(" :", ":")
    return f"{title(file.name)}{colon} {told['title']}{colon} {told['message']}. {told['fix']}"


# --- results ----------------------------------------------------------------------------------------------


def _results(index: int, file: FileReport, places: dict[str, int]) -> list[dict[str, Any]]:
    if file.unreadable is not None:
        key = (file.unreadable.code, "", "", "", 1)
        return [
            {
                "ruleId": file.unreadable.code,
                "ruleIndex": places[file.unreadable.code],
                "level": "error",
                "message": {"text": _unreadable_text(file)},
                "locations": [
                    {"physicalLocation": {"artifactLocation": {"uri": uri(title(file.name)), "index": index}}}
                ],
                "partialFingerprints": {FINGERPRINT: fingerprint(key)},
            }
        ]
    return [_result(index, file, remark, places) for remark in file.remarks]


def _result(index: int, file: FileReport, remark: Remark, places: dict[str, int]) -> dict[str, Any]:
    finding = remark.finding
    rule = known_rule(finding.rule)
    expected = localised(finding.expected)
    found = remark.found or localised(finding.found)
    message = rule.message(language(), expected, found=found) if rule else expected or finding.rule
    location = _location(index, file, remark)
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": _LEVELS[remark.severity],
        "message": {"text": message},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: fingerprint(remark.key)},
    }
    if remark.consequences:
        made["relatedLocations"] = [
            {"id": rank, **_location(index, file, below), "message": {"text": _consequence(below)}}
            for rank, below in enumerate(remark.consequences, 1)
        ]
    if remark.count > 1:
        made["occurrenceCount"] = remark.count
    facts = {
        "record": finding.record,
        "facture": finding.facture,
        "lot": finding.lot,
        "occurrence": getattr(finding, "occurrence", 0),
        "position": getattr(finding, "position", 0),
        "found": found,
        "expected": expected or (rule.expectation(language()) if rule else ""),
        "cause": cause_text(remark),
    }
    return made | {"properties": {name: fact for name, fact in facts.items() if fact}}


def _consequence(remark: Remark) -> str:
    """A finding that its cause explains, in one line."""
    rule = known_rule(remark.finding.rule)
    return f"{rule.title(language()) if rule else remark.finding.rule} [{remark.finding.rule}]"


def _location(index: int, file: FileReport, remark: Remark) -> dict[str, Any]:
    """Where a finding is: in the file, then in words."""
    where: dict[str, Any] = {"artifactLocation": {"uri": uri(title(file.name)), "index": index}}
    made_region = region(file, remark)
    if made_region:
        where["region"] = made_region
    location: dict[str, Any] = {"physicalLocation": where}
    name = logical_name(remark.finding)
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location


def logical_name(finding: Finding) -> str:
    """Batch, invoice, record and field of a finding, as one path."""
    parts = []
    if finding.lot:
        parts.append(f"lot {finding.lot}")
    if finding.facture:
        parts.append(f"facture {finding.facture}")
    if finding.type:
        occurrence = getattr(finding, "occurrence", 0)  # groups of a zone are counted by id
        type = f"{finding.type}#{occurrence}" if occurrence else finding.type
        parts.append(f"{type}.{finding.field}" if finding.field else type)
    return "/".join(parts)


def region(file: FileReport, remark: Remark) -> dict[str, int]:
    """Byte region of a finding, with its line and columns when they can be told; empty for the whole file."""
    finding = remark.finding
    if not finding.record:
        return {}
    made = {"byteOffset": finding.offset, "byteLength": finding.length}
    at = text_place(file, remark)
    if at is None or not finding.length:
        return made
    line, column = at
    return {"startLine": line, "startColumn": column, "endColumn": column + finding.length, **made}


def text_place(file: FileReport, remark: Remark) -> tuple[int, int] | None:
    """Line and column of a finding, both from 1, when lines can be told.

    In a file whose records all end with a line end, a record is a line; a file without any is one line.
    Offsets in a compressed file are not those of its own bytes.
    """
    finding, place = remark.finding, remark.place
    if file.eol is None or file.gzip or not finding.record:
        return None
    if not file.eol:
        return 1, finding.offset + 1
    if finding.field:
        return (finding.record, place.start) if place else None
    return (finding.record, 1) if finding.type else None
