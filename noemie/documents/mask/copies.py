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
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from flatfile import FormatError, Readable, Record
from flatfile.unchanged import unchanged
from fse.ssv import Zone, read_zone
from noemie.documents.mask.damage import (
    doubtful_lengths,
    mask_b2_record,
    mask_entity,
    may_be_a_value,
)
from noemie.documents.mask.fields import Masker, Options, without_numbers
from noemie.documents.mask.flows import Piece, iter_pieces
from noemie.documents.mask.key import SHORTEST, VARIABLE, Key, MaskKeyError, WeakKeyError
from noemie.documents.mask.known import Known
from noemie.documents.mask.numbers import mask_professional, mask_text
from noemie.documents.mask.verify import Survival, Verifier
from noemie.documents.mask.zone import ZoneMasker, groups_of
from noemie.documents.recognise import Family, expect, kept, recognise_source
from noemie.returns.arl import Arl, read_arls, write_arls
from noemie.returns.reader import read_retour
from noemie.returns.retour import Retour
from noemie.returns.tables import layouts as entity_layouts

__all__ = [
    "SHORTEST",
    "VARIABLE",
    "Key",
    "MaskKeyError",
    "Options",
    "Report",
    "Survival",
    "SurvivalError",
    "WeakKeyError",
    "mask",
    "mask_bytes",
    "verify",
]

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

    Raises `SurvivalError` when a value of the original is still there: what was written must then be thrown
    away. Raises `FormatError` when the file is none of these, or changes meanwhile, `LayoutError` when a
    site's table is wrong.
    """
    source = kept(source)
    with unchanged(source):
        return _mask(source, destination, Masker(key, options, Known()), norm, layouts)


def _mask(
    source: Readable, destination: BinaryIO, masker: Masker, norm: str | None, layouts: Path | None
) -> Report:
    verifier = Verifier(masker.known, masker.options)
    family = _family(source, layouts)
    if family == "zone":
        return _mask_zone(source, destination, masker, verifier, layouts)
    if family == "arl":
        return _mask_arls(source, destination, masker, verifier)
    if family == "noemie":
        return _mask_retour(source, destination, masker, verifier, layouts)
    count = 0
    _collectiter_pieces(masker, source, norm, layouts)
    for count, piece in enumerate(iter_pieces(source, norm, layouts), start=1):
        after = _cleared(masker, verifier, piece, _one(masker, piece, _erase_record), count)
        destination.write(piece.written(after) + piece.end)
    return _report(family, count, masker, verifier)


def verify(
    original: Readable,
    masked: bytes,
    options: Options = _DEFAULT,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
) -> list[Survival]:
    """Look for the personal values of a file in a copy of it, wherever the copy comes from.

    `options` are those of the masking. A copy that has not the shape of the original (another size, another
    format) is told as one survival at its end. Raises `FormatError` when the original cannot be read.
    """
    original = kept(original)
    family = _family(original, layouts)
    masker = Masker(_NO_KEY, options, Known())
    verifier = Verifier(masker.known, options)
    size = len(masked)
    if family == "arl":
        return _verify_arls(read_arls(original), masked, options)
    if family == "zone":
        zone = read_zone(original, layouts=layouts)
        if len(zone.raw) != size:
            return [Survival(len(zone.groups), min(len(zone.raw), size), "", "")]
        _compare_zone(masker, verifier, zone, masked)
        return verifier.found
    if family == "b2":
        _collectiter_pieces(masker, original, norm, layouts)
        number = place = 0
        for number, piece in enumerate(iter_pieces(original, norm, layouts), start=1):
            place = piece.offset + piece.size
            after = piece.record_of(masked[piece.offset : place])
            verifier.compare(piece.layout, piece.raw, after, number, piece.offset)
            place += len(piece.end)
        return (
            verifier.found if place == size else [*verifier.found, Survival(number, min(place, size), "", "")]
        )
    known = entity_layouts(layouts)
    retour = read_retour(original, layouts=known)
    for entite in retour.entites:
        masker.collect(entite.layout, entite.raw)
    if len(retour.to_bytes()) != size:
        return [Survival(len(retour.entites), 0, "", "")]
    _compare_entities(verifier, retour, masked)
    return verifier.found


def _compare_entities(verifier: Verifier, retour: Retour, copy: bytes) -> None:
    """Compare the entities of a return with what stands in their places in its copy."""
    for one, other in zip(retour.entites, retour.skeleton.entities_of(copy), strict=True):
        verifier.compare(one.layout, one.raw, other, one.number, one.offset)


def _family(source: Readable, layouts: Path | None) -> Family:
    """What a file is, when it can be masked: one too damaged to know where its fields stand is refused."""
    return expect(recognise_source(source, layouts), "b2", "noemie", "zone", "arl", sure=True).family


def _verify_arls(before: list[Arl], masked: bytes, options: Options) -> list[Survival]:
    try:
        after = read_arls(masked)
    except FormatError:
        return [Survival(1, 0, "arl", "")]
    # The pseudonym of a professional may be the number of another one: each is compared with its own.
    found = [
        Survival(n, 0, "arl", "numero_ps")
        for n, (one, other) in enumerate(zip(before, after, strict=False), start=1)
        if one.numero_ps and one.numero_ps == other.numero_ps and not options.keep_professionals
    ]
    if len(before) != len(after):
        found.append(Survival(min(len(before), len(after)), 0, "arl", ""))
    return found


_NO_KEY: Final = Key.random()


def _collectiter_pieces(masker: Masker, source: Readable, norm: str | None, layouts: Path | None) -> None:
    for piece in iter_pieces(source, norm, layouts):
        if not piece.doubtful:
            masker.collect(piece.layout, piece.raw)


def _erase_record(masker: Masker, raw: bytes) -> bytes:
    return mask_b2_record(masker.key, raw, keep_professionals=masker.options.keep_professionals)


def _one(masker: Masker, piece: Piece, erase: Callable[[Masker, bytes], bytes]) -> bytes:
    """The masked bytes of a record; `erase` is for one that nobody can read."""
    made = None if piece.doubtful else masker.mask(piece.layout, piece.raw)
    if made is not None:
        return made
    masker.damaged += 1
    return erase(masker, piece.raw)


def _cleared(masker: Masker, verifier: Verifier, piece: Piece, after: bytes, number: int) -> bytes:
    """A masked record once it was compared: values that stand in other fields are taken out of them."""
    layout, raw, found = piece.layout, piece.raw, verifier.found
    first = len(found)
    verifier.compare(layout, raw, after, number, piece.offset)
    if len(found) == first or len(raw) != layout.length:
        return after
    copy = masker.clear(layout, raw, after, [place.field for place in found[first:]])
    if copy != after:
        del found[first:]
        verifier.compare(layout, raw, copy, number, piece.offset)
    return copy


def _mask_retour(
    source: Readable, destination: BinaryIO, masker: Masker, verifier: Verifier, layouts: Path | None
) -> Report:
    known = entity_layouts(layouts)
    retour = read_retour(source, layouts=known)
    for entite in retour.entites:
        masker.collect(entite.layout, entite.raw)
    changed: list[Record] = []
    erased: list[int] = []
    first: int | None = None
    for rank, entite in enumerate(retour.entites):
        if "numero_facture" in entite.layout:
            masker.birth, first = None, len(changed)
        doubtful = may_be_a_value(entite.raw, after=retour.entites[rank - 1].layout if rank else None)
        piece = Piece(entite.layout, entite.raw, entite.offset, b"", doubtful)
        after = _one(masker, piece, lambda _, raw: mask_entity(raw, known))
        after = _cleared(masker, verifier, piece, after, entite.number)
        changed.append(Record(entite.layout, after, entite.offset, entite.number))
        if first is not None and masker.birth is not None:
            # The invoice, and its dates, come before the person.
            changed[first:-1] = [
                _without_birth(masker, *pair)
                for pair in zip(retour.entites[first:], changed[first:-1], strict=False)
            ]
            first = None
        if len(erased) < masker.damaged:
            erased.append(entite.number)
    copy = bytearray(retour.with_entites(changed).to_bytes())
    for place in doubtful_lengths(retour, set(erased)):
        copy[place : place + 4] = b"8888"
    destination.write(copy)
    return _report("noemie", len(changed), masker, verifier)


def _without_birth(masker: Masker, before: Record, after: Record) -> Record:
    """A masked entity of an invoice, once the birth of its beneficiary is known."""
    if after.raw[:5] != before.raw[:5]:
        return after  # erased whole
    out = bytearray(after.raw)
    masker.hide_birth(before.layout, before.raw, out)
    return Record(after.layout, bytes(out), after.offset, after.number)


def _mask_zone(
    source: Readable, destination: BinaryIO, masker: Masker, verifier: Verifier, layouts: Path | None
) -> Report:
    zone = read_zone(source, layouts=layouts)
    zones = ZoneMasker(masker)
    zones.collect(zone)
    copy = zones.mask(zone)
    _compare_zone(masker, verifier, zone, copy)
    destination.write(copy)
    return _report("zone", len(zone.groups), masker, verifier)


def _compare_zone(masker: Masker, verifier: Verifier, zone: Zone, copy: bytes) -> None:
    zones = ZoneMasker(masker)
    zones.collect(zone)
    for group in groups_of(zone):
        verifier.compare_values(zones.values(group, copy), group.number, group.offset, str(group.id))


def _mask_arls(source: Readable, destination: BinaryIO, masker: Masker, verifier: Verifier) -> Report:
    """ARLs in our own form name a professional, an invoice and days."""
    before = read_arls(source)
    for arl in before if not masker.options.keep_professionals else ():
        masker.known.add(arl.numero_ps.encode("latin-1", "replace"))
    copy = write_arls([_mask_arl(masker, arl) for arl in before])
    verifier.found += _verify_arls(before, copy, masker.options)
    destination.write(copy)
    return _report("arl", len(before), masker, verifier)


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


def _report(family: Family, records: int, masker: Masker, verifier: Verifier) -> Report:
    found = verifier.found
    report = Report(
        family=family,
        records=records,
        fields=dict(sorted(masker.changed.items())),
        damaged=masker.damaged,
        values=masker.known.count,
        survivals=len(found),
        by_chance=verifier.chance,
        key=masker.key.fingerprint,
    )
    if found:
        raise SurvivalError(report, found[:MOST_TOLD])
    return report
