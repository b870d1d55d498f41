"""For every shipped layout: values to bytes and back, bytes to values and back, fast path and slow path."""

from __future__ import annotations

import pytest
from flatfile_samples import A_FEW, FILLER, LAYOUTS, conforming, damaged, name_of, values_of
from hypothesis import given
from hypothesis import strategies as st

from flatfile import Layout, Record, reference

every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=name_of)


def some_bytes(layout: Layout) -> st.SearchStrategy[bytes]:
    anything = st.binary(min_size=layout.length, max_size=layout.length)
    return damaged(conforming(layout), most=8) | anything


@every_layout
@A_FEW
@given(data=st.data())
def test_values_come_back(layout: Layout, data: st.DataObject) -> None:
    values = data.draw(values_of(layout))
    raw = layout.build(values)
    assert len(raw) == layout.length
    assert layout.parse(raw) == values


@every_layout
@A_FEW
@given(data=st.data())
def test_bytes_come_back(layout: Layout, data: st.DataObject) -> None:
    raw = data.draw(some_bytes(layout))
    assert layout.build(layout.parse(raw)) == raw


@every_layout
@A_FEW
@given(data=st.data())
def test_decoding_agrees_with_the_reference(layout: Layout, data: st.DataObject) -> None:
    raw = data.draw(some_bytes(layout))
    expected = reference.parse(layout, raw)
    record = Record(layout, raw)
    found = {field.name: record.value(field.name) for field in layout.fields}
    assert found == expected
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in expected.items()
    }
    names = list(expected)
    assert layout.getter(*names)(raw) == tuple(expected.values())


@every_layout
@A_FEW
@given(data=st.data())
def test_building_agrees_with_the_reference(layout: Layout, data: st.DataObject) -> None:
    values = data.draw(values_of(layout))
    given_names = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True)) if values else []
    partial = {name: values[name] for name in given_names}
    assert layout.build(partial) == reference.build(layout, partial)
    assert layout.build(values) == reference.build(layout, values)


@every_layout
def test_a_record_without_values_is_empty(layout: Layout) -> None:
    raw = layout.build({})
    assert raw == reference.build(layout, {})
    for field in layout.fields:
        piece = raw[field.slice].decode("ascii")
        if field.kind.base == "const":
            assert piece == field.kind.parameter
        else:
            assert piece == ("0" if field.kind.numeric else " ") * field.length
    assert not {field.name for field in layout.fields if field.kind.base in FILLER} & set(layout.parse(raw))


@pytest.mark.parametrize("piece", [b"\xff" * 8, b"JUNKJUNK", b"        "])
def test_what_fills_a_record_is_kept_when_it_is_not_what_it_should_be(piece: bytes) -> None:
    """A constant or a blank area that holds something else comes back as it was."""
    for layout in LAYOUTS:
        for field in layout.fields:
            if field.kind.base in FILLER:
                raw = bytearray(layout.build({}))
                raw[field.slice] = (piece * 20)[: field.length]
                assert layout.build(layout.parse(bytes(raw))) == bytes(raw), (layout, field)
