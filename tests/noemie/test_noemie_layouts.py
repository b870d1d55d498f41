"""The entity table: verified when loaded, round trips of every layout, a site's overlay."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatfile import Layout, LayoutError, Value
from noemie.returns.tables import entity_lengths, layouts, partial

NUMBERS = sorted(layouts())

_DAYS = (dt.date(1970, 1, 1), dt.date(2069, 12, 31))


def test_every_entity_is_there() -> None:
    assert len(NUMBERS) == 29
    assert {layouts()[number].length for number in ("000", "999")} == {128}
    assert entity_lengths()["103"] == 152
    assert "000" not in entity_lengths()


@pytest.mark.parametrize("number", NUMBERS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_arbitrary_bytes_round_trip(number: str, data: st.DataObject) -> None:
    layout = layouts()[number]
    raw = data.draw(st.binary(min_size=layout.length, max_size=layout.length))
    assert layout.build(layout.parse(raw)) == raw


def _values(layout: Layout) -> st.SearchStrategy[dict[str, Value]]:
    found: dict[str, st.SearchStrategy[Value]] = {}
    for field in layout.fields:
        length = field.length
        match field.kind.base:
            case "const" | "blank":
                continue
            case "count" | "cents" | "rate":
                found[field.name] = st.integers(0, 10**length - 1)
            case "decimal":
                found[field.name] = st.decimals(0, 999, places=2)
            case "date" if "naissance" in field.name:  # no field alone tells the century: the text as written
                found[field.name] = st.dates(*_DAYS).map(lambda day: day.strftime("%d%m%y"))
            case "date":
                found[field.name] = st.dates(*_DAYS)
            case "sign":
                found[field.name] = st.sampled_from("PN")
            case "digits" | "nir" | "key":
                found[field.name] = st.text("0123456789", min_size=length, max_size=length)
            case _:
                letters = st.characters(min_codepoint=33, max_codepoint=126)
                found[field.name] = st.text(letters, min_size=1, max_size=length)
    return st.fixed_dictionaries(found)


@pytest.mark.parametrize("number", NUMBERS)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_values_round_trip(number: str, data: st.DataObject) -> None:
    layout = layouts()[number]
    values = data.draw(_values(layout))
    assert layout.parse(layout.build(values)) == values


@pytest.mark.parametrize("number", NUMBERS)
def test_a_cut_entity_reads_its_whole_fields_only(number: str) -> None:
    layout = layouts()[number]
    raw = layout.build({})
    for length in range(1, layout.length):
        cut = partial(layout, length)
        assert cut.length == length
        assert [field.name for field in cut.fields if field.name != "reste"] == [
            field.name for field in layout.fields if field.slice.stop <= length
        ]
        assert all(field.personal for field in cut.fields if field.name == "reste")
        assert len(raw[:length]) == length


HEADER = (
    "family,entity,position,name,start,length,kind,presence,list,personal,label_fr,label_en,confidence,note\n"
)
NUMBER = "PS,{0},1,type_enregistrement,1,3,const:{0},O,,,,,,\n"
LEVEL = "PS,{0},2,niveau_rupture,4,2,digits,O,,,,,,\n"
END = "PS,{0},3,delimiteur,6,1,const:@,O,,,,,,\n"


def test_a_site_describes_an_entity(tmp_path: Path) -> None:
    (tmp_path / "entities.csv").write_text(HEADER + (NUMBER + LEVEL + END).format("212"), encoding="utf-8")
    found = layouts(tmp_path)
    assert found["212"].length == 6
    assert found["294"] is not None
    assert entity_lengths(found)["212"] == 6
    assert "212" not in layouts()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ((NUMBER + LEVEL).format("212"), "PS 212: the last field must be const:@"),
        ((NUMBER + LEVEL + END).format("212").replace("const:212", "const:213"), "must be const:212"),
        ((NUMBER + END).format("212").replace(",6,1,", ",4,1,"), "PS 212: the level must be in bytes 4-5"),
        ((NUMBER + LEVEL + END).format("21"), "constant of 2 bytes in 3 bytes"),
        ((NUMBER + LEVEL + END).format("A12"), "PS A12: an entity number has three digits"),
        (NUMBER.format("000").replace("PS", "ENV"), "ENV 000: 3 bytes, expected 128"),
        (
            (NUMBER + LEVEL + END).format("212") + (NUMBER + LEVEL + END).format("212").replace("PS", "OC"),
            "entity 212 is described twice (PS, OC)",
        ),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "entities.csv").write_text(HEADER + table, encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        layouts(tmp_path)
    assert message in str(caught.value)
