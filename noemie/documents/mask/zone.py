"""Masked copies of binary zones (SSV). Lengths and length forms never change: every byte stays in its place.

Private to `noemie.documents.mask`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sized
from typing import Final

from codes.lists import ssv
from codes.personal import NIR_BYTES
from flatfile.kinds import decode_aaaammjj
from fse.ssv import Group, Zone, ZoneField
from fse.ssv.tables import GroupLayout, find_code
from noemie.documents.mask import numbers
from noemie.documents.mask.fields import INVOICE_FIELDS, Masker
from noemie.documents.mask.known import SHORTEST

#: Characters of the longest check key, the one of a NIR.
_LONGEST_KEY: Final = 2

#: Characters of a day and its hour.
_DATED: Final = 12

_BIRTH: Final = "date_naissance"
#: Texts that name nobody by the tables, where anything may be written.
_FREE: Final = frozenset({"text", "code", "digits"})
#: What a NIR looks like, wherever it stands.
#: What a name looks like.
_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]{4}")


class ZoneMasker:
    """Masks the fields of a zone, group after group."""

    def __init__(self, masker: Masker) -> None:
        self.masker = masker
        self.key = masker.key
        self.keeps_professionals = masker.options.keep_professionals
        #: Births of the zone: year, month, day.
        self.births: set[bytes] = set()

    def collect(self, zone: Zone) -> None:
        """Remember the personal values of a zone."""
        for group in groups_of(zone):
            layout = group.layout
            for piece, value in zip(group.pieces(), group.fields, strict=True):
                field = _field(layout, group, piece.position)
                if _is_birth(field) and value[:8].strip(b"0 "):
                    self.births.add(value[:8])
                if (
                    field.personal
                    and field.kind != "raw"
                    and not self._is_kept(field)
                    and not _is_birth(field)
                ):
                    self.masker.known.add(value)

    def mask(self, zone: Zone) -> bytes:
        """The bytes of the masked copy."""
        out = bytearray(zone.raw)
        end = 0
        # Fields that are missing tell that lengths were damaged: then any value may be called by any name.
        whole = zone.damage is None and all(_missing(group, group.fields) <= 0 for group in zone.groups)
        for group in groups_of(zone):
            damaged = zone.damage is not None or zone.raw[group.offset : group.offset + 2].isdigit()
            if not whole and group.layout is None and damaged:
                # What was read as the number of a group, and as its length, is a part of a value.
                out[group.offset : group.stop] = _erased_all(zone.raw[group.offset : group.stop])
                end = group.offset if group is zone.partial else group.stop
                continue
            end = group.stop
            values = list(group.fields)
            sound = whole and _missing(group, values) == 0
            masked: list[bytes] = []
            for piece, value in zip(group.pieces(), values, strict=True):
                field = _field(group.layout, group, piece.position)
                made = self._value(field, value, values, masked, sound=sound)
                masked.append(made)
                if made != value:
                    out[piece.start : piece.stop] = made
                    self.masker.changed[field.name] += 1
        if zone.damage is not None:
            self.masker.damaged += 1
            out[end:] = _erased_all(zone.raw[end:])
        return bytes(out)

    def values(self, before: Group, copy: bytes) -> Iterator[tuple[str, bytes, bytes]]:
        """For each field: its name when it is personal, its value before, its value in the copy.

        Dates that are not personal are left out: they are kept, and a number may well be the same day.
        """
        for piece, value in zip(before.pieces(), before.fields, strict=True):
            field = _field(before.layout, before, piece.position)
            if not self._is_kept(field) and not _is_date(field, value):
                yield field.name if field.is_masked else "", value, copy[piece.start : piece.stop]

    def _is_kept(self, field: ZoneField) -> bool:
        return field.personal == "ps" and self.keeps_professionals

    def _value(
        self, field: ZoneField, value: bytes, values: list[bytes], masked: list[bytes], *, sound: bool
    ) -> bytes:
        """What becomes of a value; `sound` tells that its group has the fields of the table."""
        if self._is_kept(field) or not value:
            return value
        if field.kind == "raw":
            return _erased_all(value)
        name = field.name
        if len(value) > _LONGEST_KEY and (name.startswith("cle_") or field.base == "key"):
            return _erased_all(value)
        if not field.personal:
            return self._harmless(field, value) if sound else _erased_if_long(value)
        if name.startswith("champ_"):
            return _erased_all(value)
        before, after = (values[len(masked) - 1], masked[-1]) if masked else (b"", b"")
        if name.startswith("cle_") and field.kind != "key:nir":
            # A key may well be zero.
            return _key_of(*(piece.decode("latin-1") for piece in (before, after, value))).encode("latin-1")
        made = self._filled(value, lambda text: self._text(field, text, before, after))
        if field.kind == "nir" and name == "nir":
            self.masker.household = made.decode("latin-1").strip()
        return made

    def _harmless(self, field: ZoneField, value: bytes) -> bytes:
        """A value that names nobody by the tables."""
        if not _has_form(field, value):
            return _erased_if_long(value)
        if field.base == "datetime" and value[:8] in self.births:
            # Rights often start with life.
            return self._birth(value.decode("latin-1")).encode("latin-1")
        if field.base == "datetime":
            return self.masker.shift(value[:8], "AAAAMMJJ") + value[8:]
        if field.name in INVOICE_FIELDS and self.masker.options.invoice_numbers == "map":
            return self._filled(value, lambda text: numbers.mask_text(self.key, text))
        if field.name == "commentaire":
            return self.masker.scrub(value, labels=True)
        return self.masker.scrub(value) if field.kind in _FREE else value

    def _text(self, field: ZoneField, text: str, before: bytes, after: bytes) -> str:
        """The pseudonym of a value; keys come right after their number."""
        name, key = field.name, self.key
        number, pseudonym = before.decode("latin-1"), after.decode("latin-1")
        if field.kind == "key:nir":
            return numbers.mask_nir_key(number, pseudonym, text)
        if field.kind == "nir":
            return numbers.mask_nir(key, text)
        if _is_birth(field):
            return self._birth(text)
        if field.kind == "id:luhn9" and len(text) == 8:
            return numbers.mask_professional_body(key, text)
        if name.startswith("numero_") and field.personal == "ps":
            return numbers.mask_professional(key, text)
        if name.startswith("identifiant_at"):
            return numbers.mask_accident(key, text)
        return self.masker.identifier(text)

    def _birth(self, text: str) -> str:
        """A birth date, with or without its hour; months that no calendar has become others."""
        if re.fullmatch("[0-9]{8}(?:[0-9]{4})?", text):
            day = numbers.mask_birth(self.key, self.masker.household, text[:8], "AAAAMMJJ")
            return day + numbers.mask_hour(self.key, self.masker.household, text[8:])
        return numbers.mask_text(self.key, text)

    def _filled(self, value: bytes, make: Callable[[str], str]) -> bytes:
        made = self.masker.refill(value, make)
        return made if len(made) == len(value) else _erased_all(value)


def _key_of(number: str, pseudonym: str, written: str) -> str:
    """A key of one digit: of a number of 8 characters, or the last character of the number before it."""
    if len(number) == 8 and len(pseudonym) == 8:
        return numbers.mask_luhn_key(number, pseudonym, written)
    if number.endswith(written):
        return pseudonym[-len(written) :]
    return written


def groups_of(zone: Zone) -> Iterator[Group]:
    """The groups of a zone, the damaged one included."""
    yield from zone.groups
    if zone.partial is not None:
        yield zone.partial


def _field(layout: GroupLayout | None, group: Group, position: int) -> ZoneField:
    return (layout or GroupLayout(group.id)).field(position)


def _is_birth(field: ZoneField) -> bool:
    """Whether a field holds a birth: days are looked for in their own fields only, others spell them too."""
    return field.name.startswith(_BIRTH)


def _is_date(field: ZoneField, value: bytes) -> bool:
    """Whether a field holds a date that is not personal."""
    day = decode_aaaammjj(value[:8]) if len(value) == _DATED and value.isdigit() else None
    return day is not None and not field.personal and field.base == "datetime"


def _missing(group: Group, values: Sized) -> int:
    """How many fields of the table a group has not; less than zero when it has more."""
    return len(group.layout.fields) - len(values) if group.layout is not None else 0


def _has_form(field: ZoneField, value: bytes) -> bool:
    """Whether a value that names nobody by the tables may be what it is called."""
    if NIR_BYTES.search(value):
        return False
    if field.base in ("datetime", "digits"):
        return not value.strip(b" \0") or value.isdigit()
    if field.kind != "code" or _WORD.search(value) is None:
        return True
    codes = ssv().get(field.list) if field.list else None
    return codes is not None and find_code(codes, value.decode("latin-1").strip()) is not None


def _erased_if_long(value: bytes) -> bytes:
    """Nothing of a value that is long enough to tell who it is."""
    return value if len(value) < SHORTEST else _erased_all(value)


def _erased_all(value: bytes) -> bytes:
    """Every letter and digit erased; every byte that is no printable character a zero byte."""
    text = numbers.erase(value.decode("latin-1")).encode("latin-1")
    return bytes(made if 0x20 <= before < 0x7F else 0 for made, before in zip(text, value, strict=True))
