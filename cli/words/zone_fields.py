"""Groups of a binary zone as plain data: what each field holds, personal values and doubtful ones hidden."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from msgspec import UNSET

from cli.words.shown import ShownGroup, ShownZoneField
from cli.words.speech import language, say
from cli.words.texts import HIDDEN, crossed_out, day, printable
from codes.lists import Namespace, ssv
from fse.ssv import Group, GroupLayout, ZoneField, find_code, to_date
from fse.ssv.champs import Champs
from fse.ssv.scan import Piece
from fse.ssv.trusted import Doubt
from fse.ssv.vue import decode

#: Fields of one group that are shown; the others are counted.
MOST_FIELDS: Final = 100

#: Longest text shown to a person; data hold it whole.
_LONGEST: Final = 120

#: What is said of a code that only points at free medical care.
HINT: Final = (
    " : indice de soins médicaux gratuits, jamais une attestation",
    ": a hint at free medical care, never an attestation",
)

#: Numbers of organisms, which may be as long as those of people.
_ORGANISM: Final = ("numero_complementaire", "identification_mutuelle")


class ZoneReader:
    """Turns the groups of one zone into data. `values` shows personal values, `lists` are the code lists."""

    def __init__(self, *, values: bool, lists: Namespace | None = None) -> None:
        self.values = values
        self._lists = ssv() if lists is None else lists
        self._champs = Champs(self._lists)

    def group(self, group: Group, *, empty: bool = False, damaged: bool = False) -> ShownGroup:
        """One group: id, title, place and fields; `empty` keeps the fields that hold nothing.

        Of a `damaged` group, and of one whose fields are not what they should be, values are hidden.
        """
        layout = group.layout or GroupLayout(group.id)
        doubt = Doubt(group, self._champs)
        damaged = damaged or doubt.whole
        fields = list(self._fields(group, layout, doubt, damaged=damaged, empty=empty))
        more = len(group.fields) - MOST_FIELDS
        return ShownGroup(
            group=group.id,
            title=layout.label(language()),
            occurrence=group.occurrence,
            number=group.number,
            offset=group.offset,
            length=group.stop - group.offset,
            fields=fields,
            omitted_fields=more if more > 0 else UNSET,
            damaged=damaged or UNSET,
        )

    def _fields(
        self, group: Group, layout: GroupLayout, doubt: Doubt, *, damaged: bool, empty: bool
    ) -> Iterator[ShownZoneField]:
        for piece in islice(group.pieces(), MOST_FIELDS):
            field = layout.field(piece.position)
            value = group.zone.raw[piece.start : piece.stop]
            if empty or _says_something(field, value):
                doubtful = damaged or doubt.on(piece.position, len(value))
                yield self._field(field, piece, value, doubtful=doubtful)

    def _field(self, field: ZoneField, piece: Piece, value: bytes, *, doubtful: bool) -> ShownZoneField:
        """One field: name, label, place, value as data, `text` for a person, and the meaning of a code."""
        shown = partial(
            ShownZoneField,
            name=field.name,
            label=field.label(language()) or field.name,
            position=piece.position,
            offset=piece.offset,
            length=piece.stop - piece.offset,
        )
        if not value:
            return shown(value="", text="")
        meaning = self._meaning(field, value)
        if not self.values and (field.is_masked or (doubtful and not meaning)):
            return shown(value=HIDDEN, text=HIDDEN, masked=True)
        told, text = self._told(field, value)
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        return shown(value=told, text=text, meaning=meaning or UNSET)

    def _told(self, field: ZoneField, value: bytes) -> tuple[str, str]:
        """A value as data, then for a person."""
        if field.base == "datetime":
            found = to_date(decode(value))
            if found is not None:
                return found.isoformat(), day(found)
        if field.kind == "raw" and not value.decode("latin-1").isprintable():
            return value.hex(" "), value[:_LONGEST].hex(" ")
        if field.kind == "raw":
            # Every byte of an area whose coding is not public counts, spaces first.
            area = printable(value.decode("latin-1").rstrip("\0"))
            return area, f"'{area}'" if area != area.strip(" ") else area
        text = printable(decode(value))
        if not self.values and field.base == "text" and not field.name.startswith(_ORGANISM):
            text = crossed_out(text, references=True)
        return text, text

    def _meaning(self, field: ZoneField, value: bytes) -> str:
        """Label of a coded value; one that has no published sense has its label in brackets."""
        codes = self._lists.get(field.list) if field.list else None
        entry = find_code(codes, decode(value)) if codes is not None else None
        label = entry.label(language()) if entry else ""
        if entry is not None and "hint" in entry.note:
            label += say(*HINT)
        return label[1:-1] if label.startswith("(") and label.endswith(")") else label


def _says_something(field: ZoneField, value: bytes) -> bool:
    """Whether a field carries anything: not empty, not the zeros of a day that is not given."""
    return bool(value.strip(b" 0\0") if field.base in ("datetime", "nir", "key") else value.strip(b" \0"))
