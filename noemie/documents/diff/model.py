"""What `noemie.documents.diff` tells: values only, made for JSON (`msgspec.to_builtins`)."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

__all__ = ["FieldDiff", "Nature", "PhysicalDiff", "Place", "RecordDiff", "UnitDiff", "UnitNature"]

Nature = Literal["changed", "added", "removed"]
UnitNature = Literal["changed", "added", "removed", "moved", "renumbered", "batch"]


class Place(msgspec.Struct, frozen=True):
    """1-based number of a record, entity or group; 0-based offset of its first byte, uncompressed."""

    record: int
    offset: int


class FieldDiff(msgspec.Struct, frozen=True):
    """One field that differs.

    `start` is 1-based, in bytes (in a zone: the position of the field in its group), `length` in bytes.
    `before` and `after` are texts without filling, with it when only the filling differs (`filling`); when
    `hidden`, `•••` or nothing. `born_before` and `born_after`, of a birth date that is shown, are the days so
    written when the days of each file tell their century (`fse.naissance`).
    """

    name: str
    label_fr: str
    label_en: str
    start: int
    length: int
    kind: str
    before: str
    after: str
    hidden: bool = False
    filling: bool = False
    born_before: dt.date | msgspec.UnsetType = msgspec.UNSET
    born_after: dt.date | msgspec.UnsetType = msgspec.UNSET


class RecordDiff(msgspec.Struct, frozen=True):
    """One record, entity or group that differs, or stands in one file only (the other place is `None`).

    `damaged` tells that its fields cannot be trusted: they are not compared.
    """

    nature: Nature
    type: str
    before: Place | None
    after: Place | None
    fields: tuple[FieldDiff, ...] = ()
    damaged: bool = False


class UnitDiff(msgspec.Struct, frozen=True, kw_only=True):
    """One unit that differs: an invoice (`facture`), a contract movement of flow 929 (`mouvement`), a zone,
    or a record outside all invoices (`hors-facture`).

    - `natures`: `added`, `removed`, or any of `changed`, `moved` (another place among the others), `batch`
      (another batch), `renumbered`;
    - `numero`, `numero_after`: its invoice number in each file, empty where it has none that is sure;
    - `lot_before`, `lot_after`: number of its batch; `rank_before`, `rank_after`: 1-based, among the invoices
      and the records outside, 0 where it is not;
    - `before`, `after`: its first record; `lines`: how many records it has (the most of both files);
    - `records`: those that differ, of a unit that stands in both files.
    """

    kind: Literal["facture", "mouvement", "zone", "hors-facture"]
    natures: tuple[UnitNature, ...]
    type: str = ""
    numero: str = ""
    numero_after: str = ""
    lot_before: str = ""
    lot_after: str = ""
    rank_before: int = 0
    rank_after: int = 0
    before: Place | None = None
    after: Place | None = None
    lines: int = 0
    records: tuple[RecordDiff, ...] = ()


class PhysicalDiff(msgspec.Struct, frozen=True):
    """How the files are framed: `norme`, `enveloppe`, `fins_de_ligne`; `decoupage` when only the cutting in
    physical records, a compression or the filling at an end tells them apart (both values are empty).
    """

    name: str
    before: str
    after: str
