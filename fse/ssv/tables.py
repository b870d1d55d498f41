"""The dictionary of binary zones: groups and their fields, read from `fse/data/ssv.csv` and `ssv-groups.csv`.

A site that holds its own norm lays its tables over the shipped ones: `<directory>/ssv.csv` replaces whole
groups, `<directory>/ssv-groups.csv` replaces rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from codes.lists import Code, CodeList
from flatfile import LayoutError
from flatfile.tables import rows_of, site_text, standing

KINDS: Final = frozenset(
    {"text", "code", "digits", "raw", "nir", "key:nir", "id:luhn9", "datetime:AAAAMMJJHHMM"}
)

#: Lists of which the public sources give only a part, or only remarkable values: a code that is not there
#: may well be right. The reasons are in the notes of `codes/data/ssv.csv`.
OPEN_LISTS: Final = frozenset(
    {
        "aiguillage_sts",
        "code_ald",
        "code_application",
        "code_conventionnel",
        "code_gestion",
        "code_routage_amc",
        "code_situation",
        "indicateur_signature",
        "nature_operation",
        "porteur",
        "service_amo",
        "specialite",
        "type_carte_vitale",
        "type_contrat",
    }
)

#: Lists of remarkable values of a field that may hold any other.
REMARKABLE: Final = frozenset({"numero_mutuelle_special"})

_FIELD_COLUMNS = ("group", "field", "name", "label_fr", "kind")
_GROUP_COLUMNS = ("group", "label_fr", "parent", "min_occurs", "max_occurs")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: The highest number of a group, of a field, of occurrences.
_MOST = 0xFFFF
_LENGTHS = re.compile(r"|[0-9]+(?:\|[0-9]+)*|[0-9]+-[0-9]+")


@dataclass(frozen=True, slots=True)
class ZoneField:
    """One field of a group.

    `position` is 1-based, 0 when no source says it. `lengths` lists the byte lengths seen on sample cards
    (`8|9`, or `3-18` for a range), empty when none was seen. `kind` is one of `KINDS`, `list` a code list
    of the `ssv` namespace. `personal` is `yes` for data on a patient, `ps` for a professional's.
    """

    group: int
    position: int
    name: str
    kind: str = "raw"
    lengths: str = ""
    list: str = ""
    personal: str = ""
    label_fr: str = ""
    label_en: str = ""
    confidence: str = ""
    note: str = ""
    #: The kind without its parameter: `nir`, `key`, `datetime`...
    base: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", self.kind.partition(":")[0])

    def label(self, lang: str) -> str:
        """Label in `lang` (`fr` or `en`)."""
        return self.label_en if lang == "en" else self.label_fr

    @property
    def is_masked(self) -> bool:
        """Whether a value is hidden unless it is asked for: personal, or of a content nobody describes."""
        return bool(self.personal) or self.kind == "raw"

    def has_seen(self, length: int) -> bool:
        """Whether a value of `length` bytes was seen on sample cards, or nothing is known about it."""
        if "-" in self.lengths:
            low, high = self.lengths.split("-")
            return int(low) <= length <= int(high)
        return not self.lengths or str(length) in self.lengths.split("|")


@dataclass(frozen=True, slots=True)
class GroupLayout:
    """One group: its place among the others and its fields.

    `fields` are those whose position is known, in order from position 1 without a hole; `unplaced` those
    known by name only. `parent` is the id of the group it belongs to. A bound that is `None` is unknown
    or unlimited.
    """

    id: int
    label_fr: str = ""
    label_en: str = ""
    parent: int | None = None
    min_occurs: int | None = None
    max_occurs: int | None = None
    order_rule: str = ""
    confidence: str = ""
    note: str = ""
    fields: tuple[ZoneField, ...] = ()
    unplaced: tuple[ZoneField, ...] = ()
    by_name: Mapping[str, ZoneField] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """Label in `lang` (`fr` or `en`)."""
        return self.label_en if lang == "en" else self.label_fr

    def field(self, position: int) -> ZoneField:
        """The field at a 1-based position; one that the table does not know is called `champ_N`."""
        if 1 <= position <= len(self.fields):
            return self.fields[position - 1]
        return ZoneField(self.id, position, f"champ_{position}", personal="yes", confidence="D")


Tables = Mapping[int, GroupLayout]


def tables(directory: Path | None = None) -> Tables:
    """Groups by id: the shipped ones, with those of a site laid over them.

    Raises `LayoutError` when a table of the site is wrong.
    """
    if directory is None:
        return _shipped()
    groups = _site_rows(directory, "ssv-groups.csv", _GROUP_COLUMNS)
    fields = _site_rows(directory, "ssv.csv", _FIELD_COLUMNS)
    if not groups and not fields:
        return _shipped()
    merged = dict(_shipped())
    for id, layout in _groups(groups).items():
        merged[id] = _with_fields(layout, merged.get(id, layout))
    for id, placed in _fields(fields).items():
        shape = merged.get(id, GroupLayout(id))
        merged[id] = _with_fields(shape, _group_of(id, placed))
    return merged


def find_code(codes: CodeList, text: str) -> Code | None:
    """The entry of a coded value; digits compare as integers (`0`, `00` and `02` are seen for one list)."""
    entry = codes.get(text)
    if entry is None and text.isascii() and text.isdigit() and len(text) < 10:
        number = str(int(text))
        entry = next((codes[code] for code in (number, number.zfill(2)) if code in codes), None)
    return entry


@lru_cache(maxsize=1)
def _shipped() -> Tables:
    rows = {
        name: _read(files("fse").joinpath("data", name).read_text(encoding="utf-8"), name, columns)
        for name, columns in (("ssv-groups.csv", _GROUP_COLUMNS), ("ssv.csv", _FIELD_COLUMNS))
    }
    placed = _fields(rows["ssv.csv"])
    return {
        id: _with_fields(layout, _group_of(id, placed.get(id, ())))
        for id, layout in _groups(rows["ssv-groups.csv"]).items()
    }


#: Its place (table and line), its cells.
_Row = tuple[tuple[str, int], dict[str, str]]


def _site_rows(directory: Path, name: str, columns: Iterable[str]) -> list[_Row]:
    path = directory / name
    text = site_text(path)
    return [] if text is None else _read(text, str(path), columns)


def _read(text: str, source: str, columns: Iterable[str]) -> list[_Row]:
    """Rows with the place of each, for messages."""
    return [((source, line), row) for line, row in rows_of(text, source, columns)]


def _groups(rows: Iterable[_Row]) -> dict[int, GroupLayout]:
    found = {}
    for where, row in rows:
        with standing(*where):
            id = _number(row["group"], "group")
            found[id] = GroupLayout(
                id,
                row["label_fr"],
                row.get("label_en") or row["label_fr"],
                _optional(row["parent"], "parent"),
                _optional(row["min_occurs"], "min_occurs"),
                _optional(row["max_occurs"], "max_occurs"),
                row.get("order_rule", ""),
                row.get("confidence", ""),
                row.get("note", ""),
            )
    return found


def _fields(rows: Iterable[_Row]) -> dict[int, list[ZoneField]]:
    """Fields by group; positions must follow one another from 1, or be empty."""
    found: dict[int, list[ZoneField]] = {}
    for where, row in rows:
        with standing(*where):
            group = found.setdefault(_number(row["group"], "group"), [])
            made = _field(row)
            expected = 1 + sum(1 for other in group if other.position)
            if made.position and made.position != expected:
                raise LayoutError("group_position", expected=expected)
            if any(other.name == made.name for other in group):
                raise LayoutError("group_same_name")
            group.append(made)
    return found


def _field(row: Mapping[str, str]) -> ZoneField:
    lengths, name, kind, personal = (
        row.get(key, "") for key in ("observed_lengths", "name", "kind", "personal")
    )
    if not _NAME.fullmatch(name):
        raise LayoutError("group_name")
    if kind not in KINDS:
        raise LayoutError("group_kind", kinds=", ".join(sorted(KINDS)))
    if personal not in ("", "yes", "ps"):
        raise LayoutError("group_personal")
    if not _LENGTHS.fullmatch(lengths):
        raise LayoutError("group_lengths")
    return ZoneField(
        _number(row["group"], "group"),
        _optional(row["field"], "field") or 0,
        name,
        kind,
        lengths,
        row.get("list", ""),
        personal,
        row["label_fr"],
        row.get("label_en") or row["label_fr"],
        row.get("confidence", ""),
        row.get("note", ""),
    )


def _group_of(id: int, fields: Iterable[ZoneField]) -> GroupLayout:
    placed = tuple(fields)
    return GroupLayout(
        id,
        fields=tuple(each for each in placed if each.position),
        unplaced=tuple(each for each in placed if not each.position),
        by_name={each.name: each for each in placed},
    )


def _with_fields(layout: GroupLayout, other: GroupLayout) -> GroupLayout:
    """`layout` with the fields of `other`."""
    return replace(layout, fields=other.fields, unplaced=other.unplaced, by_name=other.by_name)


def _number(text: str, column: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= _MOST):
        raise LayoutError("group_number", column=column, most=_MOST)
    return int(text)


def _optional(text: str, column: str) -> int | None:
    return _number(text, column) if text else None
