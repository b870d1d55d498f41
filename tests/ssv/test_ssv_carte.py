"""Synthetic cards from typed values."""

from datetime import date, datetime

import pytest
from ssv_samples import CHILD_NIR, EXAMPLE, child, family, insured, person

from flatfile import EncodingError
from fse.ssv import (
    AccidentCarte,
    AmcCarte,
    CouvertureCarte,
    DroitsCarte,
    MutuelleCarte,
    build_carte_vitale,
    check,
    tables,
)

MUTUELLE = MutuelleCarte("12345678", droits=[DroitsCarte(date(2024, 1, 1), date(2024, 12, 31))])
AMC = AmcCarte("12345678", date(2024, 1, 1), date(2024, 12, 31))


def test_the_worked_example_is_made_from_values():
    assert build_carte_vitale(insured(), [person()]).to_bytes() == EXAMPLE


@pytest.mark.parametrize(
    "zone",
    [
        family(),
        build_carte_vitale(insured(), [person(mutuelle=MUTUELLE), child(amc=AMC)]),
        build_carte_vitale(insured(), [child()] * 19),
        build_carte_vitale(insured(), [person()], [AccidentCarte("019990000", "00001234")] * 2),
        build_carte_vitale(insured(nir="299032A004001", service_amo_famille="1"), [person(service_amo="10")]),
    ],
)
def test_what_is_made_has_nothing_odd(zone):
    assert zone.damage is None
    assert list(check(zone)) == []
    for group in zone.groups:
        layout = tables()[group.id]
        assert len(group.fields) == len(layout.fields)
        assert all(
            field.has_seen(len(value)) for field, value in zip(layout.fields, group.fields, strict=True)
        ), group


def test_no_date_is_written_as_the_cards_do():
    zone = build_carte_vitale(
        insured(date_fin_validite=None), [person(droits=[DroitsCarte(date(2020, 1, 1))])]
    )
    assert zone.groups[0].fields[2] == b"000000000000"
    assert list(zone.find(105).fields) == [b"202001010000", b""]
    assert list(zone.find(106).fields)[:2] == [b"", b""]


def test_days_are_given_in_several_ways():
    days = [date(2024, 1, 2), datetime(2024, 1, 2, 0, 0), "202401020000"]
    for day in days:
        zone = build_carte_vitale(insured(date_fin_validite=day), [])
        assert zone.groups[0].fields[2] == b"202401020000"


def test_keys_are_computed_or_given():
    zone = build_carte_vitale(
        insured(cle_nir="00"),
        [child(nir_certifie=CHILD_NIR), child(nir_certifie=CHILD_NIR, cle_nir_certifie="99")],
    )
    assert zone.groups[0].fields[8] == b"00"
    assert [who.cle_nir for who in zone.carte_vitale().beneficiaires] == ["52", "99"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: build_carte_vitale(insured(nir="12"), []),
            "field cle_nir: expected a NIR of 13 characters, or",
        ),
        (
            lambda: build_carte_vitale(insured(), [person(mutuelle=MUTUELLE, amc=AMC)]),
            "field mutuelle: expected no",
        ),
        (
            lambda: build_carte_vitale(insured(), [person(adresse=["a"] * 6)]),
            "field adresse: expected at most 5",
        ),
        (
            lambda: build_carte_vitale(insured(), [], [AccidentCarte("", "")] * 3),
            "field accidents: expected at most",
        ),
        (
            lambda: build_carte_vitale(insured(date_fin_validite="2024"), []),
            "field date_fin_validite: expected a",
        ),
        (lambda: build_carte_vitale(insured(code_regime=1), []), "field code_regime: expected text"),
        (
            lambda: build_carte_vitale(insured(code_regime="€"), []),
            "field 101.10: expected characters of latin-1",
        ),
    ],
)
def test_impossible_values_are_told_by_the_name_of_the_field(make, message):
    with pytest.raises(EncodingError) as caught:
        make()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "value",
    [
        insured(),
        person(),
        MUTUELLE,
        AMC,
        DroitsCarte("198402290000"),
        CouvertureCarte(),
        AccidentCarte("1", "2"),
    ],
)
def test_repr_is_the_name_alone(value):
    assert repr(value) == f"<{type(value).__name__}>"
