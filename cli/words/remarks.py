"""A finding with its words, as documents hold it and as it is printed: its keys are those of the JSON."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Severity = Literal["error", "warning", "info"]
Count = Annotated[int, Meta(ge=0)]
Some = Annotated[int, Meta(ge=1)]


def told(text: str) -> Meta:
    """What the schema says of a key."""
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
    severity: Annotated[Severity, told("After configuration.")]
    title: Annotated[str, told("What the rule is about, in the language of the report.")]
    message: Annotated[str, told("What is wrong.")]
    fix: Annotated[str, told("What to do, as an instruction; may be empty.")]
    found: Annotated[str, told("What is there; of a personal field its shape alone, unless --show-values.")]
    expected: Annotated[str, told("What should be there, when the check knows it; holds no personal data.")]
    cause: Annotated[str, told("The likely cause, when one is known; empty otherwise.")]
    facture: Annotated[
        str, told("Number of the invoice as written; empty outside invoices and when it cannot be trusted.")
    ]
    lot: Annotated[str, told("Number of the batch as written; may be empty.")]
    record: Annotated[
        Count,
        told(
            "Number of the record, of the entity or of the group in its zone, from 1; 0 for the whole file."
        ),
    ]
    type: Annotated[str, told("Record or entity type, such as 4M or 294, or id of the group; may be empty.")]
    offset: Annotated[Count, told("Place in the uncompressed file, in bytes from 0.")]
    length: Annotated[Count, told("Bytes concerned.")]
    field: Annotated[str, told("Name of the field; empty when the record as a whole is meant.")]
    label: Annotated[str, told("What the field is called, in the language of the report.")]
    start: Annotated[Some | UnsetType, told("First position of the field in the record, from 1.")] = UNSET
    end: Annotated[Some | UnsetType, told("Last position of the field in the record, from 1.")] = UNSET
    occurrence: Annotated[
        Count | UnsetType,
        told("In a zone: rank of the group among those of its id, from 1; 0 when no group is meant."),
    ] = UNSET
    position: Annotated[
        Count | UnsetType,
        told("In a zone: rank of the field in its group, from 1; 0 when the group as a whole is meant."),
    ] = UNSET
    confidence: Annotated[Literal["A", "B", "C", "D", ""], told("How sure the source of the rule is.")]
    source: Annotated[str, told("Tags of docs/sources.md, or toolkit.")]
    count: Annotated[
        Some | UnsetType, told("How many findings it stands for, when more than one; always there in notes.")
    ] = UNSET
    consequences: Annotated[
        tuple[Remarque, ...] | UnsetType,
        told("Findings that this one explains: gone once it is mended. Absent when there is none."),
    ] = UNSET

    @property
    def times(self) -> int:
        """How many findings it stands for."""
        return 1 if self.count is UNSET else self.count

    @property
    def explained(self) -> tuple[Remarque, ...]:
        """What it explains."""
        return () if self.consequences is UNSET else self.consequences


class Comptes(msgspec.Struct, frozen=True):
    """Findings by severity."""

    error: Count
    warning: Count
    info: Count
