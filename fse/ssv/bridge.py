"""The bridge: what a Vitale card and the card of a professional give to the header of a B2 invoice.

    header = bridge.header("carte.ssv", "cps.ssv", rang="2")     # the second beneficiary of the card
    writer.write_facture({**header.entete, "numero_facture": "000000001", ...},
                         [*header.complements, ("4", {...})])

Every value says which field of which group it comes from and how sure the link is (`fse.ssv.liens`). What no
card can tell, or whose rule is not public, is listed as missing, with the reason: nothing is guessed.
"""

from __future__ import annotations

from typing import Any, Final

from flatfile import FormatError, Readable
from fse.normes import norme
from fse.ssv.card_header import Bridge, Donnee, Header, Manquant, UnknownRank
from fse.ssv.liens import REASONS
from fse.ssv.reader import read_zone
from fse.ssv.zone import Zone

__all__ = ["Donnee", "Header", "Manquant", "UnknownRank", "b2_header", "header", "read_card", "read_cps"]

#: Largest card read, in bytes: the sample cards have a few hundred.
CARD_LIMIT: Final = 1 << 20


def read_card(source: Zone | Readable) -> Zone:
    """A whole Vitale card, from a zone, bytes, a path or an open file.

    Raises `FormatError`: as `read_zone`, the code of the damage, `zone.autre-zone` for another zone, or
    `zone.groupe-double` where two cards were put end to end: whose people would be whose?
    """
    return _read(source, 101, 104)


def read_cps(source: Zone | Readable) -> Zone:
    """A whole card of a professional; raises as `read_card`."""
    return _read(source, 1, 2)


def _read(source: Zone | Readable, *groups: int) -> Zone:
    zone = source if isinstance(source, Zone) else read_zone(source, strict=True, limit=CARD_LIMIT)
    zone.raise_damage()
    if any(zone.find(id) is None for id in groups):
        raise FormatError("zone.autre-zone", expected=", ".join(map(str, groups)))
    refuse_second(zone, groups[0])
    return zone


def refuse_second(zone: Zone, holder: int) -> None:
    """Raise `FormatError` (`zone.groupe-double`) when the group of the holder of a card is there twice."""
    second = zone.find(holder, 2)
    if second is not None:
        raise FormatError("zone.groupe-double", second.offset, expected="1")


def header(
    card: Zone | Readable,
    cps: Zone | Readable | None = None,
    rang: str = "1",
    *,
    situation: str | None = None,
    norm: str = "PS-2003C",
) -> Header:
    """What the cards give for the beneficiary of a rank on the card (`1` is the first group 104).

    `situation` is the number of the billing situation on the professional's card (2.1), needed when it has
    several. Raises `FormatError` when a zone is not the card it should be, `UnknownRank`.
    """
    return _bridge(card, cps, situation, norm).header(rang)


def b2_header(
    card: Zone | Readable,
    cps: Zone | Readable | None = None,
    rang: str | None = None,
    *,
    situation: str | None = None,
    norm: str = "PS-2003C",
    lang: str = "fr",
) -> dict[str, Any]:
    """The headers of one beneficiary, or of all of them (`rang` `None`), as data ready for JSON.

    - `norme`;
    - `beneficiaires`: for each, `rang` (on the card, from 1), `fields` (record, name, label, value, source
      such as `101.8`, occurrence of the group, confidence, `personal` as in the tables), `missing` (record,
      name, label, reason and its words in `lang`), `facts` (periods, coverage, complementary insurance).

    Values are those of the cards, personal ones included: mask what `personal` flags before showing it;
    nothing in `facts` or `missing` is personal. Raises as `header`.
    """
    bridge = _bridge(card, cps, situation, norm)
    wanted = map(str, bridge.rangs()) if rang is None else (rang,)
    return {"norme": norm, "beneficiaires": [_as_data(bridge.header(each), lang) for each in wanted]}


def _bridge(card: Zone | Readable, cps: Zone | Readable | None, situation: str | None, norm: str) -> Bridge:
    return Bridge(read_card(card), read_cps(cps) if cps is not None else None, situation, norme(norm))


def _as_data(made: Header, lang: str) -> dict[str, Any]:
    return {
        "rang": str(made.rang),
        "fields": [
            {
                "record": each.record,
                "name": each.field.name,
                "label": each.field.label(lang),
                "value": each.value,
                "source": each.source,
                "occurrence": each.occurrence,
                "confidence": each.confidence,
                "personal": each.field.personal,
            }
            for each in made.donnees
        ],
        "missing": [
            {
                "record": each.record,
                "name": each.field.name,
                "label": each.field.label(lang),
                "reason": each.reason,
                "why": REASONS[each.reason][lang == "en"],
            }
            for each in made.manquants
        ],
        "facts": dict(made.faits),
    }
