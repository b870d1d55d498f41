"""No value of a zone leaves it unless it is asked for."""

import pytest
from ssv_samples import EXAMPLE, MARKERS, cps, family, invoice

from flatfile import EncodingError, FormatError
from fse.ssv import Zone, check, read_zone, reference, vue_of

ZONES = [Zone(EXAMPLE), family(), cps(), invoice()]


def holds_a_value(text):
    return [marker for marker in MARKERS if marker in text]


def every_object(zone):
    """What a program, a debugger or a log may print."""
    yield zone
    yield from (zone.groups, zone.partial, zone.damage, zone.carte_vitale(), zone.cps(), zone.facture())
    for group in zone.groups:
        yield from (group, group.fields, group.layout, group.raw, vue_of(group), *group.pieces())
    card = zone.carte_vitale()
    if card is not None:
        yield from (card.assure, card.accidents_travail, card.beneficiaires, *card.beneficiaires)
        for who in card.beneficiaires:
            yield from (who.mutuelle, who.amc, who.zone_commune, who.couvertures, *who.droits_amo)
    yield from reference.parse(zone.raw)
    yield from check(zone)


@pytest.mark.parametrize("zone", ZONES)
def test_the_markers_are_in_the_zone(zone):
    assert holds_a_value(zone.raw.decode("latin-1"))


@pytest.mark.parametrize("zone", ZONES)
def test_repr_and_str_hold_no_value(zone):
    for thing in every_object(zone):
        assert not holds_a_value(repr(thing))
        assert not holds_a_value(str(thing))


@pytest.mark.parametrize("zone", ZONES)
def test_the_default_view_masks_what_is_personal(zone):
    shown = [text for vue in zone.vues() for _, text in vue.shown()]
    assert shown
    assert not any(holds_a_value(text) for text in shown)
    asked = [text for vue in zone.vues() for _, text in vue.shown(values=True)]
    assert any(holds_a_value(text) for text in asked)


def test_fields_and_groups_that_no_table_describes_are_masked():
    zone = Zone.build(
        [(9999, ["FICTIF"]), (105, ["", "", "MARQUEUR"]), (111, ["ODETTE"]), (1870, ["EXEMPLE"])]
    )
    assert [text for vue in zone.vues() for _, text in vue.shown()] == ["•••"] * 4


@pytest.mark.parametrize("zone", ZONES)
def test_findings_on_damaged_values_hold_no_value(zone):
    for group in zone.groups:
        for position, _ in enumerate(group.fields, 1):
            for value in ("MARQUEUR\x00", "FICTIF" * 50, "9" * 13):
                found = list(check(zone.replace(group.number, position, value)))
                assert not any(holds_a_value(repr(finding)) for finding in found)
                assert not any("9" * 13 in repr(finding) for finding in found)


@pytest.mark.parametrize("cut", [cut for cut in range(1, 285) if cut not in (66, 97, 244, 273)])
def test_errors_hold_no_value(cut):
    with pytest.raises(FormatError) as caught:
        read_zone(EXAMPLE[:cut], strict=True)
    assert not holds_a_value(f"{caught.value!r} {caught.value} {caught.value.facts}")
    assert caught.value.__cause__ is None


def test_a_value_that_cannot_be_written_is_not_quoted():
    for wrong in ("MARQUEUR€", 12345):
        with pytest.raises(EncodingError) as caught:
            Zone.build([(104, [wrong])])
        assert not holds_a_value(repr(caught.value))
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
