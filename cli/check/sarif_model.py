"""What we write of SARIF 2.1.0, as types: the objects of the standard, by their names there.

What is `UNSET` is absent. `cli.check.sarif` fills them; the schema of OASIS is their judge (tests).
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class _Object(msgspec.Struct, frozen=True, rename="camel"):
    """An object of SARIF."""


class Message(_Object, frozen=True):
    """A text: a message, a description."""

    text: str


class RuleProperties(_Object, frozen=True, rename={"problem_severity": "problem.severity"}):
    """What code-scanning services look at, then what we know besides."""

    tags: tuple[str, ...]
    precision: str
    problem_severity: str
    confidence: str
    source: str
    norms: tuple[str, ...]


class Configuration(_Object, frozen=True):
    """How bad a rule is before any configuration."""

    level: str


class ReportingDescriptor(_Object, frozen=True):
    """A rule; its words alone in a translation, its id alone when the catalogue does not have it."""

    id: str
    short_description: Message | UnsetType = UNSET
    full_description: Message | UnsetType = UNSET
    help: Message | UnsetType = UNSET
    help_uri: str | UnsetType = UNSET
    default_configuration: Configuration | UnsetType = UNSET
    properties: RuleProperties | UnsetType = UNSET


class TranslationMetadata(_Object, frozen=True):
    """What a translation is called."""

    name: str


class Driver(_Object, frozen=True):
    """The tool, with the rules of this log."""

    name: str
    version: str
    language: str
    information_uri: str
    short_description: Message
    rules: tuple[ReportingDescriptor, ...]


class Translation(_Object, frozen=True):
    """The words of the tool in another language."""

    name: str
    language: str
    contents: tuple[str, ...]
    translation_metadata: TranslationMetadata
    short_description: Message
    rules: tuple[ReportingDescriptor, ...]


class Tool(_Object, frozen=True):
    """The tool."""

    driver: Driver


class ArtifactLocation(_Object, frozen=True):
    """A file: its address, its rank among the files of the run."""

    uri: str
    index: int | UnsetType = UNSET


class Artifact(_Object, frozen=True):
    """A file that was checked."""

    location: ArtifactLocation
    roles: tuple[str, ...] = ("analysisTarget",)
    description: Message | UnsetType = UNSET


class Region(_Object, frozen=True, kw_only=True):
    """Where in a file: line and columns from 1, where there are lines; bytes from 0."""

    start_line: int | UnsetType = UNSET
    start_column: int | UnsetType = UNSET
    end_column: int | UnsetType = UNSET
    byte_offset: int
    byte_length: int


class PhysicalLocation(_Object, frozen=True):
    """A file, and where in it."""

    artifact_location: ArtifactLocation
    region: Region | UnsetType = UNSET


class LogicalLocation(_Object, frozen=True):
    """Batch, invoice, record and field, as one path."""

    fully_qualified_name: str


class Location(_Object, frozen=True, kw_only=True):
    """Where something is: in the file, then in words; related locations have a number and say why."""

    id: int | UnsetType = UNSET
    physical_location: PhysicalLocation
    logical_locations: tuple[LogicalLocation, ...] | UnsetType = UNSET
    message: Message | UnsetType = UNSET


class Notification(_Object, frozen=True):
    """What the results do not tell of a file."""

    level: Literal["error", "warning", "note"]
    message: Message
    locations: tuple[Location, ...]


class Invocation(_Object, frozen=True):
    """Whether all files could be read."""

    execution_successful: bool
    tool_execution_notifications: tuple[Notification, ...] | UnsetType = UNSET


class ResultProperties(_Object, frozen=True, rename=None, omit_defaults=True):
    """The facts of a finding; those that say nothing are left out."""

    record: int = 0
    facture: str = ""
    lot: str = ""
    occurrence: int = 0
    position: int = 0
    found: str = ""
    expected: str = ""
    cause: str = ""


class Result(_Object, frozen=True):
    """A finding, or a file that could not be read."""

    rule_id: str
    rule_index: int
    level: str
    message: Message
    locations: tuple[Location, ...]
    partial_fingerprints: dict[str, str]
    related_locations: tuple[Location, ...] | UnsetType = UNSET
    occurrence_count: int | UnsetType = UNSET
    properties: ResultProperties | UnsetType = UNSET


class AutomationDetails(_Object, frozen=True):
    """What the runs that may be compared with this one are called."""

    id: str


class Run(_Object, frozen=True, kw_only=True):
    """One check."""

    tool: Tool
    translations: tuple[Translation, ...]
    language: str
    automation_details: AutomationDetails
    column_kind: str = "unicodeCodePoints"
    default_encoding: str = "ISO-8859-1"
    invocations: tuple[Invocation, ...]
    artifacts: tuple[Artifact, ...]
    results: tuple[Result, ...]


class Log(_Object, frozen=True, rename={"schema": "$schema"}):
    """The whole."""

    schema: str
    version: str
    runs: tuple[Run, ...]
