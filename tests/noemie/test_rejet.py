"""The two forms of a reject of the long family: the code of 4 characters, and that of 10."""

from __future__ import annotations

import pytest

from flatfile import Field, Record
from noemie.returns.rejet import every_form, form_for, forms_of, layout_of
from noemie.returns.tables import layouts

SHORT = layouts()["294"]
NAMES = ("code_rejet", "libelle_rejet")


def entity(code: str) -> bytes:
    return f"29401{code}".ljust(SHORT.length - 1).encode() + b"@"


def read(code: str) -> Record:
    return Record(layout_of(SHORT, entity(code)), entity(code))


@pytest.mark.parametrize("code", ["ABC123456R", "ABC123456S", "XYZ000000C", "AAA999999I"])
def test_a_code_of_ten_characters(code: str) -> None:
    record = read(f"{code}DROITS FERMES")
    assert [record.text(name) for name in NAMES] == [code, "DROITS FERMES"]
    places = [(record.layout.by_name[name].start, record.layout.by_name[name].length) for name in NAMES]
    assert places == [(6, 10), (16, 80)]
    assert form_for(SHORT, code) is record.layout


@pytest.mark.parametrize(
    "code", ["ABC123456X", "ABC12345R", "AB1234567R", "abc123456R", "ABCD23456R", "ABC1234567", " BC123456R"]
)
def test_other_codes_have_four(code: str) -> None:
    record = read(code)
    assert record.layout is SHORT
    assert "".join(record.text(name) for name in NAMES).replace(" ", "") == code.replace(" ", "")
    assert form_for(SHORT, code) is SHORT


def test_a_longer_code_is_none() -> None:
    assert form_for(SHORT, "ABC123456RS") is form_for(SHORT, None) is SHORT


def test_the_fields_of_both_forms() -> None:
    """What moves keeps its kind, its list, its labels; what does not stays as it is."""
    short, long = forms_of(SHORT)
    assert short is SHORT
    assert long.length == SHORT.length
    for one, other in zip(short.fields, long.fields, strict=True):
        same = ("name", "presence", "list", "personal", "label_fr", "label_en", "confidence")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
        assert one.kind.name == other.kind.name
        assert (one is other) is (one.name not in NAMES)


def test_other_entities_and_tables_of_a_site_have_one_form() -> None:
    other = layouts()["290"]
    assert forms_of(other) == (other,)
    places = {"code_rejet": (6, 5), "libelle_rejet": (11, 85)}
    fields = tuple(
        Field(field.name, *places.get(field.name, (field.start, field.length)), field.kind.name)
        for field in SHORT.fields
    )
    site = SHORT.with_fields(fields)
    assert forms_of(site) == (site,)
    assert layout_of(site, entity("ABC123456R")) is site
    assert every_form([other, SHORT]) == [other, *forms_of(SHORT)]
