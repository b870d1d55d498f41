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
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import PurePath, PureWindowsPath
from typing import Final
from urllib.parse import quote

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from cli.check.data import cause_text, left_out_text, omitted_text
from cli.check.model import FileReport, Key, Remark, Report
from cli.check.sarif_model import (
    Artifact,
    ArtifactLocation,
    AutomationDetails,
    Configuration,
    Driver,
    Invocation,
    Location,
    Log,
    LogicalLocation,
    Message,
    Notification,
    PhysicalLocation,
    Region,
    ReportingDescriptor,
    Result,
    ResultProperties,
    RuleProperties,
    Run,
    Tool,
    Translation,
    TranslationMetadata,
)
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


def _listed(empty: str, rows: Iterable[Artifact | Result]) -> Iterator[str]:
    """One of these lists with its rows."""
    start = "\n        "
    first = True
    for row in rows:
        text = json_text(row).rstrip("\n").replace("\n", start)
        yield (empty.removesuffix("]") if first else ",") + start + text
        first = False
    yield empty if first else "\n      ]"


def _log(report: Report, ids: list[str]) -> Log:
    """The SARIF log, without artifacts nor results."""
    driver = Driver(
        name=_NAME,
        version=version("sesam-noemie"),
        language=_LOCALES[language()],
        information_uri=f"{addresses.base()}{language()}/index.html",
        short_description=_description(),
        rules=tuple(map(_rule, ids)),
    )
    run = Run(
        tool=Tool(driver=driver),
        translations=(_translation(ids),),
        language=_LOCALES[language()],
        automation_details=AutomationDetails(id="noemie/check/"),
        invocations=(_invocation(report),),
        artifacts=(),
        results=(),
    )
    return Log(schema=SCHEMA_URI, version="2.1.0", runs=(run,))


def fingerprint(key: Key) -> str:
    """A digest of a key, in hexadecimal."""
    return hashlib.sha256("\x1f".join(map(str, key)).encode("utf-8", "backslashreplace")).hexdigest()


# --- rules ------------------------------------------------------------------------------------------------


def _rule_ids(report: Report) -> list[str]:
    ids = {remark.finding.rule for file in report.files for remark in file.told}
    return sorted(ids | {file.unreadable.code for file in report.files if file.unreadable is not None})


def _rule(id: str) -> ReportingDescriptor:
    rule = known_rule(id)
    if rule is None:
        return ReportingDescriptor(id=id)
    return replace(
        _words(rule),
        help_uri=addresses.url("rules", rule.id, language()),
        default_configuration=Configuration(level=_LEVELS[rule.severity.word]),
        properties=RuleProperties(
            tags=(rule.family, *([rule.motive] if rule.motive else [])),
            precision=_PRECISION[rule.confidence],
            problem_severity="recommendation" if rule.severity is Severity.INFO else rule.severity.word,
            confidence=rule.confidence,
            source=rule.source,
            norms=rule.norms,
        ),
    )


def _words(rule: Rule) -> ReportingDescriptor:
    title, why, fix = rule.title(language()), rule.why(language()), rule.fix(language())
    return ReportingDescriptor(
        id=rule.id,
        short_description=Message(text=title),
        full_description=Message(text=why),
        help=Message(text=f"{why} {fix}"),
    )


def _translation(ids: list[str]) -> Translation:
    """The same words in the other language."""
    rules = [rule for rule in map(known_rule, ids) if rule is not None]
    with speaking(_OTHER[language()]):
        return Translation(
            name=_NAME,
            language=_LOCALES[language()],
            contents=("localizedData",),
            translation_metadata=TranslationMetadata(name=_LOCALES[language()]),
            short_description=_description(),
            rules=tuple(map(_words, rules)),
        )


def _description() -> Message:
    return Message(
        text=say(
            "Contrôle des feuilles de soins électroniques (B2) et des retours NOEMIE",
            "Checks electronic care sheets (B2) and NOEMIE returns",
        )
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


def _artifact(file: FileReport) -> Artifact:
    text = say(
        "compressé : les octets sont comptés une fois décompressé",
        "compressed: bytes are those once uncompressed",
    )
    where = ArtifactLocation(uri=uri(title(file.name)))
    return Artifact(location=where, description=Message(text=text) if file.gzip else UNSET)


def _invocation(report: Report) -> Invocation:
    """Whether all could be read, and what the results do not tell."""
    told: list[Notification] = []
    for index, file in enumerate(report.files):
        here = (Location(physical_location=PhysicalLocation(artifact_location=_address(index, file))),)
        if file.unreadable is not None:
            text = Message(text=_unreadable_text(file))
            told.append(Notification(level="error", message=text, locations=here))
        elif file.omitted:
            text = Message(text=omitted_text(file.omitted))
            told.append(Notification(level="warning", message=text, locations=here))
        told += [
            Notification(level="note", message=Message(text=left_out_text(one)), locations=here)
            for one in file.left_out
        ]
    return Invocation(
        execution_successful=all(file.unreadable is None for file in report.files),
        tool_execution_notifications=tuple(told) or UNSET,
    )


def _address(index: int, file: FileReport) -> ArtifactLocation:
    return ArtifactLocation(uri=uri(title(file.name)), index=index)


def _unreadable_text(file: FileReport) -> str:
    assert file.unreadable is not None
    told = describe(file.unreadable, file.name)
    colon = say(" :", ":")
    return f"{title(file.name)}{colon} {told['title']}{colon} {told['message']}. {told['fix']}"


# --- results ----------------------------------------------------------------------------------------------


def _results(index: int, file: FileReport, places: dict[str, int]) -> Iterator[Result]:
    if file.unreadable is None:
        yield from (_result(index, file, remark, places) for remark in file.remarks)
        return
    code = file.unreadable.code
    yield Result(
        rule_id=code,
        rule_index=places[code],
        level="error",
        message=Message(text=_unreadable_text(file)),
        locations=(Location(physical_location=PhysicalLocation(artifact_location=_address(index, file))),),
        partial_fingerprints={FINGERPRINT: fingerprint((code, "", "", "", 1))},
    )


def _result(index: int, file: FileReport, remark: Remark, places: dict[str, int]) -> Result:
    finding = remark.finding
    rule = known_rule(finding.rule)
    expected = localised(finding.expected)
    found = remark.found or localised(finding.found)
    message = rule.message(language(), expected, found=found) if rule else expected or finding.rule
    related = (
        replace(_location(index, file, below), id=rank, message=Message(text=_consequence(below)))
        for rank, below in enumerate(remark.consequences, 1)
    )
    return Result(
        rule_id=finding.rule,
        rule_index=places[finding.rule],
        level=_LEVELS[remark.severity],
        message=Message(text=message),
        locations=(_location(index, file, remark),),
        partial_fingerprints={FINGERPRINT: fingerprint(remark.key)},
        related_locations=tuple(related) or UNSET,
        occurrence_count=remark.count if remark.count > 1 else UNSET,
        properties=ResultProperties(
            record=finding.record,
            facture=finding.facture,
            lot=finding.lot,
            occurrence=getattr(finding, "occurrence", 0),
            position=getattr(finding, "position", 0),
            found=found,
            expected=expected or (rule.expectation(language()) if rule else ""),
            cause=cause_text(remark),
        ),
    )


def _consequence(remark: Remark) -> str:
    """A finding that its cause explains, in one line."""
    rule = known_rule(remark.finding.rule)
    return f"{rule.title(language()) if rule else remark.finding.rule} [{remark.finding.rule}]"


def _location(index: int, file: FileReport, remark: Remark) -> Location:
    """Where a finding is: in the file, then in words."""
    name = logical_name(remark.finding)
    return Location(
        physical_location=PhysicalLocation(
            artifact_location=_address(index, file), region=region(file, remark)
        ),
        logical_locations=(LogicalLocation(fully_qualified_name=name),) if name else UNSET,
    )


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


def region(file: FileReport, remark: Remark) -> Region | UnsetType:
    """Byte region of a finding, with line and columns when they can be told; absent for the whole file."""
    finding = remark.finding
    if not finding.record:
        return UNSET
    at = text_place(file, remark)
    if at is None or not finding.length:
        return Region(byte_offset=finding.offset, byte_length=finding.length)
    line, column = at
    return Region(
        start_line=line,
        start_column=column,
        end_column=column + finding.length,
        byte_offset=finding.offset,
        byte_length=finding.length,
    )


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
