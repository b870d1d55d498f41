"""What `noemie convert` and `noemie mask` did, as typed models: text and JSON are both drawn from them."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from cli.io.problems import Problem

__all__ = [
    "AddedFiles",
    "Converted",
    "ConvertedFiles",
    "KeyUsed",
    "Masked",
    "MaskedFiles",
    "Place",
    "Survivals",
]


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """One conversion: what was written, or the `error` of a file that cannot be read.

    `bytes` are those of the file itself; `tables` tells the rows of each; `same` whether a document gives the
    bytes of its original back, none when it does not tell; `values` whether personal values are written. Of
    several files, one that was `refused` stops no other.
    """

    file: str
    output: str | UnsetType = UNSET
    to: str
    refused: bool | UnsetType = UNSET
    error: Problem | UnsetType = UNSET
    family: str | UnsetType = UNSET
    records: int | UnsetType = UNSET
    bytes: int | UnsetType = UNSET
    tables: dict[str, int] | UnsetType = UNSET
    same: bool | UnsetType | None = UNSET
    values: bool | UnsetType = UNSET


class ConvertedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Several conversions, to a folder."""

    files: list[Converted]


class AddedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What a run added to a data set: files and their records, parts written; `known` were in it already."""

    output: str
    to: str
    added: int
    known: int
    parts: int
    records: int
    values: bool
    errors: list[Problem]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a copy holds a value of its original; never the value."""

    record: int
    offset: int
    type: str
    field: str


class Survivals(msgspec.Struct, frozen=True, kw_only=True):
    """Why a copy was not written: values of the original stand in it."""

    message: str
    places: list[Place]


class Masked(msgspec.Struct, frozen=True, kw_only=True):
    """One file: what was masked (see `noemie.documents.mask.Report`), or what a verified copy still holds."""

    file: str
    output: str | UnsetType = UNSET
    error: Problem | Survivals | UnsetType = UNSET
    family: str | UnsetType = UNSET
    records: int | UnsetType = UNSET
    fields: dict[str, int] | UnsetType = UNSET
    damaged: int | UnsetType = UNSET
    values_searched: int | UnsetType = UNSET
    survivals: int | UnsetType = UNSET
    by_chance: int | UnsetType = UNSET
    places: list[Place] | UnsetType = UNSET


class KeyUsed(msgspec.Struct, frozen=True, kw_only=True):
    """Where the key comes from, and its fingerprint: empty for one that is forgotten."""

    origin: str
    fingerprint: str


class MaskedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document of `noemie mask`."""

    lang: str
    key: KeyUsed | UnsetType = UNSET
    files: list[Masked]
