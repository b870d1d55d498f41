"""The document of `noemie check --format json`, as types: its JSON and its published schema come from them.

What is `UNSET` is absent from the document. `python -m cli.check.document` writes `check.schema.json` again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

#: Version of the document. 2: `counts` and `summary` leave out the findings that a cause explains.
SCHEMA_VERSION: Final = 2

SCHEMA: Final = Path(__file__).with_name("check.schema.json")

_DESCRIPTION: Final = (
    f"Report of a check, schema_version {SCHEMA_VERSION}. Keys may be added within a version; none is"
    " removed, renamed or given another meaning. No personal value of a checked file is in it, unless"
    " --show-values asks for them: their shape is told."
)

Severity = Literal["error", "warning", "info"]
Count = Annotated[int, Meta(ge=0)]
Some = Annotated[int, Meta(ge=1)]


def _told(text: str) -> Meta:
    return Meta(description=text)


class Remarque(msgspec.Struct, frozen=True, kw_only=True):
    """One finding with its words."""

    rule: Annotated[
        str,
        Meta(
            description="Id of the rule, such as facture.total-amo; never reused.",
            pattern="^[a-z]+\\.[a-z0-9-]+$",
        ),
    ]
    severity: Annotated[Severity, _told("After configuration.")]
    title: Annotated[str, _told("What the rule is about, in the language of the report.")]
    message: Annotated[str, _told("What is wrong.")]
    fix: Annotated[str, _told("What to do, as an instruction; may be empty.")]
    found: Annotated[str, _told("What is there; of a personal field its shape alone, unless --show-values.")]
    expected: Annotated[str, _told("What should be there, when the check knows it; holds no personal data.")]
    cause: Annotated[str, _told("The likely cause, when one is known; empty otherwise.")]
    facture: Annotated[
        str, _told("Number of the invoice as written; empty outside invoices and when it cannot be trusted.")
    ]
    lot: Annotated[str, _told("Number of the batch as written; may be empty.")]
    record: Annotated[
        Count,
        _told(
            "Number of the record, of the entity or of the group in its zone, from 1; 0 for the whole file."
        ),
    ]
    type: Annotated[str, _told("Record or entity type, such as 4M or 294, or id of the group; may be empty.")]
    offset: Annotated[Count, _told("Place in the uncompressed file, in bytes from 0.")]
    length: Annotated[Count, _told("Bytes concerned.")]
    field: Annotated[str, _told("Name of the field; empty when the record as a whole is meant.")]
    label: Annotated[str, _told("What the field is called, in the language of the report.")]
    start: Annotated[Some | UnsetType, _told("First position of the field in the record, from 1.")] = UNSET
    end: Annotated[Some | UnsetType, _told("Last position of the field in the record, from 1.")] = UNSET
    occurrence: Annotated[
        Count | UnsetType,
        _told("In a zone: rank of the group among those of its id, from 1; 0 when no group is meant."),
    ] = UNSET
    position: Annotated[
        Count | UnsetType,
        _told("In a zone: rank of the field in its group, from 1; 0 when the group as a whole is meant."),
    ] = UNSET
    confidence: Annotated[Literal["A", "B", "C", "D", ""], _told("How sure the source of the rule is.")]
    source: Annotated[str, _told("Tags of docs/sources.md, or toolkit.")]
    count: Annotated[
        Some | UnsetType, _told("How many findings it stands for, when more than one; always there in notes.")
    ] = UNSET
    consequences: Annotated[
        tuple[Remarque, ...] | UnsetType,
        _told("Findings that this one explains: gone once it is mended. Absent when there is none."),
    ] = UNSET


class Ecarte(msgspec.Struct, frozen=True):
    """How many findings an option, or a key of a file, leaves out."""

    by: Literal["select", "ignore", "severity", "baseline"]
    file: Annotated[str, _told("The configuration or baseline that says so; empty for an option.")]
    count: Annotated[Some, _told("Findings left out.")]


class Comptes(msgspec.Struct, frozen=True):
    """Findings by severity."""

    error: Count
    warning: Count
    info: Count


#: What was found in one file.
Counts = Annotated[
    Comptes,
    _told("Selected findings by severity, those not reported included; what a cause explains left out."),
]
Omitted = Annotated[Count, _told("Findings counted but not listed (--max-findings).")]
Findings = Annotated[tuple[Remarque, ...], _told("In file order.")]
Notes = Annotated[
    tuple[Remarque, ...],
    _told("Informations gathered by rule, record type and field: the first of each."),
]


class Trouve(msgspec.Struct, frozen=True):
    """What was found in one file, where a document says more of it elsewhere."""

    counts: Counts
    omitted: Omitted
    findings: Findings
    notes: Notes


class Fichier(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was read."""

    file: Annotated[str, _told("Name as typed; - is standard input.")]
    family: Literal["b2", "noemie", "ssv"]
    norme: Annotated[str, _told("Norm of a flow, reference of a return, empty for a zone.")]
    envelope: Literal["fixe", "lignes", "P1", "P2", "P3", ""]
    records: Annotated[Count, _told("Records, entities or groups read.")]
    factures: Annotated[Count, _told("Invoices read.")]
    counts: Counts
    omitted: Omitted
    findings: Findings
    notes: Notes
    folded: Annotated[Count, _told("Findings told under their cause.")]
    accepted: Annotated[
        Some | UnsetType,
        _told("Findings that the baseline let pass, counted nowhere else; absent when there is none."),
    ] = UNSET
    left_out: Annotated[
        tuple[Ecarte, ...] | UnsetType,
        _told("Findings that are not told, by what leaves them out; absent when there is none."),
    ] = UNSET


class Probleme(msgspec.Struct, frozen=True):
    """Why a file could not be read."""

    file: Annotated[str, _told("Name as typed.")]
    rule: Annotated[str, _told("Id of the rule.")]
    offset: Annotated[Count, _told("Where reading stopped, in bytes from 0.")]
    title: Annotated[str, _told("What is wrong, in two or three words.")]
    message: Annotated[str, _told("What is wrong.")]
    fix: Annotated[str, _told("What to do.")]


class Illisible(msgspec.Struct, frozen=True):
    """One file that could not be read."""

    file: Annotated[str, _told("Name as typed.")]
    error: Probleme


class Cle(msgspec.Struct, frozen=True):
    """An entry of a baseline."""

    rule: Annotated[str, _told("Id of the rule.")]
    facture: Annotated[str, _told("Number of the invoice.")]
    type: Annotated[str, _told("Record type.")]
    field: Annotated[str, _told("Name of the field.")]
    ordinal: Annotated[Some, _told("Rank among the findings that share the four others, from 1.")]
    file: Annotated[str | UnsetType, _told("File that the entry is of; absent in entries of version 1.")] = (
        UNSET
    )


class Sommes(msgspec.Struct, frozen=True):
    """All files together."""

    files: Annotated[Count, _told("Files asked for.")]
    unreadable: Annotated[Count, _told("Files that could not be read.")]
    factures: Annotated[Count, _told("Invoices read.")]
    errors: Annotated[Count, _told("Findings that are errors.")]
    warnings: Annotated[Count, _told("Findings that are warnings.")]
    infos: Annotated[Count, _told("Findings that are informations.")]
    folded: Annotated[Count, _told("Findings told under their cause, counted nowhere else.")]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. Each of `files` is a `Fichier` or an `Illisible`."""

    schema_version: Literal[2] = SCHEMA_VERSION
    command: Literal["check"] = "check"
    lang: Literal["fr", "en"]
    files: Annotated[tuple[Any, ...], _told("In the order asked for.")]
    summary: Sommes
    stale: Annotated[
        tuple[Cle, ...] | UnsetType,
        _told("Entries of the baseline that no finding has any more; with --stale only."),
    ] = UNSET


def make_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    _, parts = msgspec.json.schema_components((Document, Fichier, Illisible), ref_template="#/$defs/{name}")
    whole = parts.pop(Document.__name__)
    whole["required"] = [*whole["properties"]][:-1]  # what never changes is always there too
    refs = [{"$ref": f"#/$defs/{one.__name__}"} for one in (Fichier, Illisible)]
    whole["properties"]["files"]["items"] = {"oneOf": refs}
    parts[Remarque.__name__]["dependentRequired"] = {"start": ["end"], "end": ["start"]}
    counted = {"allOf": [{"$ref": f"#/$defs/{Remarque.__name__}"}, {"required": ["count"]}]}
    parts[Fichier.__name__]["properties"]["notes"]["items"] = counted
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sesam-noemie:check:{SCHEMA_VERSION}",
        "title": "noemie check --format json",
        "description": _DESCRIPTION,
    }
    whole = {name: value for name, value in whole.items() if name not in ("title", "description")}
    return {**head, **whole, "$defs": parts}
