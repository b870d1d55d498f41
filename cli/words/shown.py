"""Records of a flow or a return, groups of a zone, as they may be shown: in words, hidden where due."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

__all__ = ["ShownField", "ShownGroup", "ShownRecord", "ShownZoneField"]


class ShownField(msgspec.Struct, frozen=True, kw_only=True):
    """One field: `value` as data, `text` for a person, `meaning` of a code.

    `masked` when the value is hidden, `doubtful` when the order of a day is not sure; `start` and `end` are
    1-based positions in the record, both of the field, when positions are asked for.
    """

    name: str
    label: str
    doubtful: bool | UnsetType = UNSET
    value: str | int
    text: str
    masked: bool | UnsetType = UNSET
    meaning: str | UnsetType = UNSET
    start: int | UnsetType = UNSET
    end: int | UnsetType = UNSET


class ShownRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record: `record` is its number from 1, `offset` its first byte from 0.

    `damaged` when no field can be trusted; `length` when positions are asked for; `retour` in which return of
    a file that holds several.
    """

    type: str
    title: str
    record: int
    offset: int
    fields: list[ShownField]
    damaged: bool | UnsetType = UNSET
    length: int | UnsetType = UNSET
    retour: int | UnsetType = UNSET


class ShownZoneField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a group: `position` in the group, `offset` of its first byte in the zone, from 0."""

    name: str
    label: str
    position: int
    offset: int
    length: int
    value: str
    text: str
    masked: bool | UnsetType = UNSET
    meaning: str | UnsetType = UNSET


class ShownGroup(msgspec.Struct, kw_only=True):
    """One group of a zone, and those that belong to it.

    `occurrence` counts those of its id, `number` all groups of the zone, both from 1.
    """

    group: int
    title: str
    occurrence: int
    number: int
    offset: int
    length: int
    fields: list[ShownZoneField]
    omitted_fields: int | UnsetType = UNSET
    damaged: bool | UnsetType = UNSET
    groups: list[ShownGroup] | UnsetType = UNSET
