"""Pseudonymised copies of real files: same shape, same lengths, valid keys, the same pseudonyms in every
file.

    key = Key.from_file(Path("cle.txt"))
    with open("masque.b2", "wb") as out:
        report = mask("flux.b2", out, key)

What it is, and what it is not: **pseudonymised, not anonymous**. Whoever holds the key can find the persons
again; dates of care, acts, amounts, caisses and batches are kept, and may tell who it is to somebody who
knows the case. A masked file is still health data (docs/guides/mask.md).

Only the bytes of fields that the tables flag as personal change, plus what is not provably harmless: zones
that no table describes, sentences, damaged records, numbers of persons met in other fields. No byte moves.
Before anything is handed over, every value of the original is looked for in the copy; when one is still
there, `SurvivalError` is raised and the copy must be thrown away.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple

import msgspec

from flatfile import FormatError, Layout, Readable, Record, detect, open_source
from fse import Reading
from fse.ssv import looks_like_zone, read_zone
from noemie._mask_fields import Masker, Options, without_numbers
from noemie._mask_key import SHORTEST, VARIABLE, Key, MaskKeyError
from noemie._mask_known import Known
from noemie._mask_numbers import mask_professional, mask_text
from noemie._mask_verify import Survival, Verifier
from noemie._mask_zone import ZoneMasker, groups_of
from noemie.arl import FORMAT, Arl, read_arls, write_arls
from noemie.reader import read_retour
from noemie.tables import entity_lengths
from noemie.tables import layouts as entity_layouts

__all__ = [
    "SHORTEST",
    "VARIABLE",
    "Key",
    "MaskKeyError",
    "Options",
    "RefusedError",
    "Report",
    "Survival",
    "SurvivalError",
    "mask",
    "mask_bytes",
    "verify",
]

Family = Literal["b2", "noemie", "zone", "arl"]

#: Survivals that an error keeps; beyond, they are counted.
MOST_TOLD: Final = 20

_DEFAULT: Final = Options()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was masked; no value.

    - `family`: `b2`, `noemie`, `zone` (SSV) or `arl`; `records`: records, entities, groups or ARLs;
    - `fields`: how many times the bytes of each field were changed, by name;
    - `damaged`: records that nobody can read, masked entirely;
    - `values`: distinct values of the original that were looked for in the copy; `survivals`: found there;
    - `by_chance`: values that pseudonyms of others happen to spell;
    - `key`: fingerprint of the key.
    """

    family: Family
    records: int
    fields: dict[str, int]
    damaged: int
    values: int
    survivals: int
    by_chance: int
    key: str


class SurvivalError(Exception):
    """Values of the original stand in the masked copy: it must not be kept. No value is told."""

    def __init__(self, report: Report, places: list[Survival]) -> None:
        super().__init__(report.survivals)
        self.report = report
        self.places = places

    def __str__(self) -> str:
        told = ", ".join(f"record {p.record} ({p.type}.{p.field}) at byte {p.offset}" for p in self.places)
        return f"{self.report.survivals} personal values survive: {told}"


class RefusedError(Exception):
    """A record cannot be read, and `unknown="refuse"` was asked. `record` is 1-based, `offset` in bytes."""

    def __init__(self, record: int, offset: int) -> None:
        super().__init__(record, offset)
        self.record = record
        self.offset = offset

    def __str__(self) -> str:
        return f"record {self.record} at byte {self.offset} cannot be read"


class _Piece(NamedTuple):
    """One record to be masked, and the bytes between it and the next one."""

    layout: Layout
    raw: bytes
    offset: int
    end: bytes


def mask_bytes(
    source: Readable,
    key: Key,
    options: Options = _DEFAULT,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
) -> tuple[bytes, Report]:
    """The masked copy of a file, in memory; see `mask`."""
    out = io.BytesIO()
    report = mask(source, out, key, options, norm=norm, layouts=layouts)
    return out.getvalue(), report


def mask(
    source: Readable,
    destination: BinaryIO,
    key: Key,
    options: Options = _DEFAULT,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Report:
    """Write the masked copy of a B2 flow, a NOEMIE return, an SSV zone or a file of ARLs.

    The source is read twice (a stream is kept in memory); a flow of any size takes the memory of its distinct
    personal values. The copy is not compressed. `norm` and `layouts` are those of `fse.read_flux`.

    Raises `SurvivalError` when a value of the original is still there, `RefusedError` (see
    `Options.unknown`): what was written must then be thrown away. Raises `FormatError` when the file is none
    of these, `LayoutError` when a site's table is wrong.
    """
    source = _twice(source)
    masker = Masker(key, options, Known())
    verifier = Verifier(masker.known, options)
    with open_source(source) as opened:
        head = opened.head
    family = family_of(head)
    if family == "zone":
        return _mask_zone(source, destination, masker, verifier, layouts)
    if family == "arl":
        return _mask_arls(source, destination, masker)
    count = 0
    if family == "b2":
        for piece in _b2(source, norm, layouts):
            masker.collect(piece.layout, piece.raw)
        for count, piece in enumerate(_b2(source, norm, layouts), start=1):
            after = _one(masker, piece, count, masker.mask_damaged_b2)
            verifier.compare(piece.layout, piece.raw, after, count, piece.offset, family)
            destination.write(after + piece.end)
    else:
        retour = read_retour(source, layouts=entity_layouts(layouts))
        for entite in retour.entites:
            masker.collect(entite.layout, entite.raw)
        changed: list[Record] = []
        for count, entite in enumerate(retour.entites, start=1):
            piece = _Piece(entite.layout, entite.raw, entite.offset, b"")
            after = _one(masker, piece, count, masker.mask_damaged_entity)
            verifier.compare(entite.layout, entite.raw, after, count, entite.offset, family)
            changed.append(Record(entite.layout, after, entite.offset, entite.number))
        destination.write(retour.with_entites(changed).to_bytes())
    return _report(family, count, masker, verifier)


def verify(
    original: Readable,
    masked: Readable,
    options: Options = _DEFAULT,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
) -> list[Survival]:
    """Look for the personal values of a flow or a return in a copy of it, wherever the copy comes from.

    `options` are those of the masking. A copy that has not the bytes of the original in the same places
    (other sizes) is told as one survival at its end. Raises `FormatError` when the original cannot be read.
    """
    original = _twice(original)
    with open_source(original) as opened:
        family = family_of(opened.head)
    if family not in ("b2", "noemie"):
        raise FormatError("fichier.inconnu", lookalike=family)
    masker = Masker(_NO_KEY, options, Known())
    verifier = Verifier(masker.known, options)
    with open_source(masked) as opened:
        copy = opened.read_all()
    if family == "b2":
        for piece in _b2(original, norm, layouts):
            masker.collect(piece.layout, piece.raw)
        number = place = 0
        for number, piece in enumerate(_b2(original, norm, layouts), start=1):
            place = piece.offset + len(piece.raw)
            verifier.compare(
                piece.layout, piece.raw, copy[piece.offset : place], number, piece.offset, family
            )
            place += len(piece.end)
        if place != len(copy):
            verifier.found.append(Survival(number, place, "", ""))
        return verifier.found
    before = read_retour(original, layouts=entity_layouts(layouts)).entites
    after = read_retour(copy, layouts=entity_layouts(layouts)).entites
    for entite in before:
        masker.collect(entite.layout, entite.raw)
    for one, other in zip(before, after, strict=False):
        verifier.compare(one.layout, one.raw, other.raw, one.number, one.offset, family)
    if len(before) != len(after):
        verifier.found.append(Survival(len(after), 0, "", ""))
    return verifier.found


_NO_KEY: Final = Key(bytes(range(SHORTEST)))


def family_of(head: bytes) -> Family:
    """What a file is, from its first bytes. Raises `FormatError` (`fichier.vide`, `fichier.inconnu`)."""
    if not head:
        raise FormatError("fichier.vide")
    found = detect(head, entity_lengths())
    if found.family:
        return found.family
    if FORMAT.encode() in head[:1024]:
        return "arl"
    if looks_like_zone(head):
        return "zone"
    if found.lookalike or head[65:67] != b"B2":
        raise FormatError("fichier.inconnu", lookalike=found.lookalike)
    return "b2"


def _twice(source: Readable) -> Readable:
    """A source that can be read twice: a stream is kept in memory."""
    if isinstance(source, (str, Path, bytes, bytearray, memoryview)):
        return source
    with open_source(source) as opened:
        return opened.read_all()


def _b2(source: Readable, norm: str | None, layouts: Path | None) -> Iterator[_Piece]:
    reading = Reading(source, norm=norm, layouts=layouts, keep_ends=True)
    with reading.source:
        for number, (layout, raw, offset) in enumerate(reading.raw_records(), start=1):
            yield _Piece(layout, raw, offset, reading.ends.get(number, reading.eol))


def _one(masker: Masker, piece: _Piece, number: int, erase: Callable[[bytes], bytes]) -> bytes:
    """The masked bytes of a record; `erase` is for one that nobody can read."""
    made = masker.mask(piece.layout, piece.raw)
    if made is not None:
        return made
    if masker.options.unknown == "refuse" and piece.raw.strip(b"\0\x1a \r\n\xef\xbb\xbf"):
        raise RefusedError(number, piece.offset)
    return erase(piece.raw)


def _mask_zone(
    source: Readable, destination: BinaryIO, masker: Masker, verifier: Verifier, layouts: Path | None
) -> Report:
    zone = read_zone(source, layouts=layouts)
    zones = ZoneMasker(masker)
    zones.collect(zone)
    copy = zones.mask(zone)
    if masker.options.unknown == "refuse" and (zone.damage is not None or zones.unknown):
        raise RefusedError(len(zone.groups) + 1, zone.damage.offset if zone.damage else 0)
    for group in groups_of(zone):
        verifier.compare_values(zones.values(group, copy), group.number, group.offset, str(group.id))
    destination.write(copy)
    return _report("zone", len(zone.groups), masker, verifier)


def _mask_arls(source: Readable, destination: BinaryIO, masker: Masker) -> Report:
    """ARLs in our own form name a professional, an invoice and days."""
    arls = [_mask_arl(masker, arl) for arl in read_arls(source)]
    destination.write(write_arls(arls))
    return _report("arl", len(arls), masker, None)


def _mask_arl(masker: Masker, arl: Arl) -> Arl:
    options, key, values = masker.options, masker.key, {"libelle": without_numbers(arl.libelle)}
    if not options.keep_professionals:
        values["numero_ps"] = mask_professional(key, arl.numero_ps)
    if options.invoice_numbers == "map":
        values["numero_facture"] = mask_text(key, arl.numero_facture)
    for name, value in values.items():
        if value != getattr(arl, name):
            masker.changed[name] += 1
    days = {
        name: day - masker.weeks
        for name in ("date_lot", "date_arl", "date_fichier")
        if masker.weeks and (day := getattr(arl, name)) is not None
    }
    return msgspec.structs.replace(arl, **values, **days)


def _report(family: Family, records: int, masker: Masker, verifier: Verifier | None) -> Report:
    found = verifier.found if verifier else []
    report = Report(
        family=family,
        records=records,
        fields=dict(sorted(masker.changed.items())),
        damaged=masker.damaged,
        values=masker.known.count,
        survivals=len(found),
        by_chance=verifier.chance if verifier else 0,
        key=masker.key.fingerprint,
    )
    if found:
        raise SurvivalError(report, found[:MOST_TOLD])
    return report
