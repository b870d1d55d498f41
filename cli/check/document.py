"""The document of `noemie check --format json`, as types: its JSON and its published schema come from them.

What is `UNSET` is absent from the document. `python -m cli.check.document` writes `check.schema.json` again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from cli.words.remarks import Comptes, Count, Remarque, Some, told

#: Version of the document. 2: `counts` and `summary` leave out the findings that a cause explains.
SCHEMA_VERSION: Final = 2

SCHEMA: Final = Path(__file__).with_name("check.schema.json")

_DESCRIPTION: Final = (
    f"Report of a check, schema_version {SCHEMA_VERSION}. Keys may be added within a version; none is"
    " removed, renamed or given another meaning. No personal value of a checked file is in it, unless"
    " --show-values asks for them: their shape is told."
)


class Ecarte(msgspec.Struct, frozen=True):
    """How many findings an option, or a key of a file, leaves out."""

    by: Literal["select", "ignore", "severity", "baseline"]
    file: Annotated[str, told("The configuration or baseline that says so; empty for an option.")]
    count: Annotated[Some, told("Findings left out.")]


#: What was found in one file.
Counts = Annotated[
    Comptes,
    told("Selected findings by severity, those not reported included; what a cause explains left out."),
]
Omitted = Annotated[Count, told("Findings counted but not listed (--max-findings).")]
Findings = Annotated[tuple[Remarque, ...], told("In file order.")]
Notes = Annotated[
    tuple[Remarque, ...],
    told("Informations gathered by rule, record type and field: the first of each."),
]


class Trouve(msgspec.Struct, frozen=True):
    """What was found in one file, where a document says more of it elsewhere."""

    counts: Counts
    omitted: Omitted
    findings: Findings
    notes: Notes


class Fichier(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was read."""

    file: Annotated[str, told("Name as typed; - is standard input.")]
    family: Literal["b2", "noemie", "ssv"]
    norme: Annotated[str, told("Norm of a flow, reference of a return, empty for a zone.")]
    envelope: Literal["fixe", "lignes", "P1", "P2", "P3", ""]
    records: Annotated[Count, told("Records, entities or groups read.")]
    factures: Annotated[Count, told("Invoices read.")]
    counts: Counts
    omitted: Omitted
    findings: Findings
    notes: Notes
    folded: Annotated[Count, told("Findings told under their cause.")]
    accepted: Annotated[
        Some | UnsetType,
        told("Findings that the baseline let pass, counted nowhere else; absent when there is none."),
    ] = UNSET
    left_out: Annotated[
        tuple[Ecarte, ...] | UnsetType,
        told("Findings that are not told, by what leaves them out; absent when there is none."),
    ] = UNSET


class Probleme(msgspec.Struct, frozen=True):
    """Why a file could not be read."""

    file: Annotated[str, told("Name as typed.")]
    rule: Annotated[str, told("Id of the rule.")]
    offset: Annotated[Count, told("Where reading stopped, in bytes from 0.")]
    title: Annotated[str, told("What is wrong, in two or three words.")]
    message: Annotated[str, told("What is wrong.")]
    fix: Annotated[str, told("What to do.")]


class Illisible(msgspec.Struct, frozen=True):
    """One file that could not be read."""

    file: Annotated[str, told("Name as typed.")]
    error: Probleme


class Cle(msgspec.Struct, frozen=True):
    """An entry of a baseline."""

    rule: Annotated[str, told("Id of the rule.")]
    facture: Annotated[str, told("Number of the invoice.")]
    type: Annotated[str, told("Record type.")]
    field: Annotated[str, told("Name of the field.")]
    ordinal: Annotated[Some, told("Rank among the findings that share the four others, from 1.")]
    file: Annotated[str | UnsetType, told("File that the entry is of; absent in entries of version 1.")] = (
        UNSET
    )


class Sommes(msgspec.Struct, frozen=True):
    """All files together."""

    files: Annotated[Count, told("Files asked for.")]
    unreadable: Annotated[Count, told("Files that could not be read.")]
    factures: Annotated[Count, told("Invoices read.")]
    errors: Annotated[Count, told("Findings that are errors.")]
    warnings: Annotated[Count, told("Findings that are warnings.")]
    infos: Annotated[Count, told("Findings that are informations.")]
    folded: Annotated[Count, told("Findings told under their cause, counted nowhere else.")]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. Each of `files` is a `Fichier` or an `Illisible`."""

    schema_version: Literal[2] = SCHEMA_VERSION
    command: Literal["check"] = "check"
    lang: Literal["fr", "en"]
    files: Annotated[tuple[Any, ...], told("In the order asked for.")]
    summary: Sommes
    stale: Annotated[
        tuple[Cle, ...] | UnsetType,
        told("Entries of the baseline that no finding has any more; with --stale only."),
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
