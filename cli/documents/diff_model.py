"""What `noemie diff --format json` writes, as one typed model; the differences are those of the library."""

from __future__ import annotations

import msgspec

from noemie.documents.diff.model import PhysicalDiff, UnitDiff

__all__ = ["ComparedFile", "Differences"]


class ComparedFile(msgspec.Struct, frozen=True):
    """One of the two files: how many units (invoices...) and lines it holds."""

    file: str
    units: int
    lines: int


class Differences(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document: `units` holds `units_shown` of the `units_total` that differ; all are counted."""

    lang: str
    before: ComparedFile
    after: ComparedFile
    family: str
    identical: bool
    shows_values: bool
    physical: list[PhysicalDiff]
    units: list[UnitDiff]
    units_shown: int
    units_total: int
    counts: dict[str, int]
