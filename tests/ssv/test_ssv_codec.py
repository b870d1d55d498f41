"""Bytes of binary zones: the worked example, length forms, and the three round trips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ssv_samples import EXAMPLE, family

from flatfile import EncodingError, FormatError
from fse.ssv import Zone, read_groups, read_zone
from fse.ssv.writing import encode_length

IDS = st.sampled_from([0, 1, 101, 104, 1110, 4242, 0xFFFF]) | st.integers(0, 0xFFFF)
VALUES = st.binary(max_size=40) | st.sampled_from([127, 128, 255, 256]).map(lambda size: b"x" * size)
GROUPS = st.lists(st.tuples(IDS, st.lists(VALUES, max_size=8)), max_size=8)


def length_bytes(length, form):
    return bytes([length]) if not form else bytes([0x80 | form]) + length.to_bytes(form, "big")


@st.composite
def any_forms(draw):
    """A zone whose lengths are in any form that holds them."""
    zone = b""
    for id, values in draw(GROUPS):
        content = b""
        for value in values:
            content += encode_length(len(value), draw(st.integers(0, 4))) + value
        zone += id.to_bytes(2, "big") + encode_length(len(content), draw(st.integers(0, 4))) + content
    return zone


# --- the worked example -----------------------------------------------------------------------------------


def test_the_worked_example_has_285_bytes_and_five_groups():
    zone = read_zone(EXAMPLE)
    assert len(EXAMPLE) == 285
    assert [(g.id, g.offset + 1, g.stop, g.length_form) for g in zone.groups] == [
        (101, 1, 66, 0),
        (102, 67, 97, 0),
        (104, 98, 244, 1),
        (105, 245, 273, 0),
        (106, 274, 285, 0),
    ]
    assert zone.damage is None


def test_the_worked_example_is_read_field_by_field():
    zone = read_zone(EXAMPLE)
    assert list(zone.groups[0].fields) == [
        b"T",
        b"12345678",
        b"203012310000",
        b"0",
        b"",
        b"",
        b"A",
        b"2840299999042",
        b"88",
        b"01",
        b"999",
        b"0000",
        b"10",
        b"",
    ]
    assert list(zone.groups[4].fields) == [b"", b"", b"0", b"0100"]
    assert list(zone.groups[2].fields)[11:15] == [b"198402290000", b"1", b"0", b"0"]


def test_the_worked_example_is_written_byte_for_byte():
    groups = [(group.id, list(group.fields)) for group in read_zone(EXAMPLE).groups]
    assert Zone.build(groups).to_bytes() == EXAMPLE


# --- sizes and forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "field_header", "group_header"),
    [
        (0, "00", "01"),
        (1, "01", "02"),
        (126, "7e", "7f"),
        (127, "7f", "8180"),
        (128, "8180", "8182"),
        (253, "81fd", "81ff"),
        (254, "81fe", "820100"),
        (255, "81ff", "820101"),
        (256, "820100", "820103"),
        (65535, "82ffff", "83010002"),
        (65536, "83010000", "83010004"),
    ],
)
def test_lengths_take_the_shortest_form(size, field_header, group_header):
    zone = Zone.build([(104, [b"x" * size])])
    assert zone.raw.startswith(bytes.fromhex("0068" + group_header + field_header))
    assert [list(group.fields) for group in zone.groups] == [[b"x" * size]]


@pytest.mark.parametrize("size", [127, 128, 255, 256])
def test_groups_of_exactly_this_size(size):
    header = 1 if size < 129 else 2
    zone = Zone.build([(104, [b"x" * (size - header)])])
    (group,) = zone.groups
    assert group.stop - group.start == size
    assert Zone(zone.raw).to_bytes() == zone.raw


@pytest.mark.parametrize("form", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("size", [0, 5, 127])
def test_longer_forms_are_read_and_kept(form, size):
    field = length_bytes(size, form) + b"x" * size
    raw = b"\x12\x34" + length_bytes(len(field), max(form, 1)) + field + EXAMPLE
    zone = read_zone(raw, strict=True)
    assert list(zone.groups[0].fields) == [b"x" * size]
    assert [piece.form for piece in zone.groups[0].pieces()] == [form]
    assert zone.to_bytes() == raw


def test_text_is_written_in_latin_1():
    assert Zone.build([(104, ["É"])]).raw == b"\x00\x68\x02\x01\xc9"


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([(104, ["€"])], "field 104.1: expected characters of latin-1"),
        ([(104, [b"", 12])], "field 104.2: expected bytes or text"),
        ([(-1, [])], "field group: expected an id from 0 to 65535"),
        ([(65536, [])], "field group: expected an id from 0 to 65535"),
    ],
)
def test_what_cannot_be_written_is_told_without_its_value(groups, message):
    with pytest.raises(EncodingError) as caught:
        Zone.build(groups)
    assert str(caught.value) == message


# --- round trips ------------------------------------------------------------------------------------------


@given(GROUPS)
def test_any_groups_come_back(groups):
    zone = Zone.build(groups)
    assert [(group.id, list(group.fields)) for group in zone.groups] == groups
    assert list(read_groups(zone.raw)) == groups
    assert zone.damage is None


@given(any_forms())
def test_any_length_forms_come_back(raw):
    zone = Zone(raw)
    assert zone.damage is None
    assert zone.to_bytes() == raw
    rebuilt = b"".join(
        group.id.to_bytes(2, "big")
        + length_bytes(group.stop - group.start, group.length_form)
        + b"".join(length_bytes(p.stop - p.start, p.form) + raw[p.start : p.stop] for p in group.pieces())
        for group in zone.groups
    )
    assert rebuilt == raw


@given(st.binary(max_size=60) | st.tuples(any_forms(), st.binary(max_size=9)).map(b"".join))
def test_any_bytes_are_a_zone_or_a_located_finding(raw):
    zone = Zone(raw)
    assert zone.to_bytes() == raw
    whole = zone.groups[-1].stop if len(zone.groups) else 0
    if zone.damage is None:
        assert whole == len(raw)
        assert list(read_groups(raw)) == [(group.id, list(group.fields)) for group in zone.groups]
        return
    damage = zone.damage
    assert whole <= damage.offset < len(raw)
    assert damage.record == len(zone.groups) + 1
    assert damage.rule.startswith("zone.")
    with pytest.raises(FormatError) as caught:
        list(read_groups(raw))
    assert (caught.value.code, caught.value.offset) == (damage.rule, damage.offset)


@given(any_forms(), st.data())
def test_editing_one_field_changes_nothing_else(raw, data):
    zone = Zone(raw)
    numbers = [group.number for group in zone.groups if len(group.fields)]
    if not numbers:
        return
    number = data.draw(st.sampled_from(numbers))
    position = data.draw(st.integers(1, len(zone.groups[number - 1].fields)))
    value = data.draw(VALUES)
    edited = zone.replace(number, position, value)
    expected = [(group.id, list(group.fields)) for group in zone.groups]
    expected[number - 1][1][position - 1] = value
    assert [(group.id, list(group.fields)) for group in edited.groups] == expected
    piece, new = zone.groups[number - 1].piece(position), edited.groups[number - 1].piece(position)
    assert new.form == max(piece.form, len(encode_length(len(value))) - 1)
    if len(value) == piece.stop - piece.start:
        assert edited.raw == raw[: piece.start] + value + raw[piece.stop :]


def test_a_field_is_edited_by_name():
    zone = Zone(EXAMPLE).replace(3, "prenom", "ODILE")
    assert zone.raw == EXAMPLE.replace(b"\x81\x8f", b"\x81\x8e").replace(b"\x06ODETTE", b"\x05ODILE")


@pytest.mark.parametrize(
    ("number", "field", "error"),
    [
        (0, 1, IndexError),
        (6, 1, IndexError),
        (1, 15, IndexError),
        (1, 0, KeyError),
        (1, "prenom", KeyError),
    ],
)
def test_a_field_that_is_not_there_is_not_edited(number, field, error):
    with pytest.raises(error):
        Zone(EXAMPLE).replace(number, field, b"")


def test_unknown_groups_and_extra_fields_are_kept():
    raw = Zone.build([(9999, [b"a", b"\x00\xff"]), (105, ["", "", "more"])]).raw
    zone = read_zone(raw, strict=True)
    assert zone.to_bytes() == raw
    assert list(zone.groups[0].fields) == [b"a", b"\x00\xff"]
    assert list(zone.groups[1].fields)[2] == b"more"


# --- sequences --------------------------------------------------------------------------------------------


def test_groups_are_a_sequence():
    groups = family().groups
    ids = [101, 102, 103, 104, 105, 106, 106, 107, 108, 104, 105, 106, 109, 111]
    assert [group.id for group in groups] == ids
    assert len(groups) == len(ids)
    assert groups[-1].id == 111
    assert [group.number for group in groups[3:6]] == [4, 5, 6]
    assert [group.id for group in groups[3:6][1:]] == [105, 106]
    assert groups[9].occurrence == 2
    assert [group.occurrence for group in groups if group.id == 106] == [1, 2, 3]
    assert list(groups[7:3]) == []
    with pytest.raises(IndexError):
        groups[14]
    with pytest.raises(ValueError, match="without a step"):
        groups[::2]


def test_fields_are_a_sequence():
    fields = Zone(EXAMPLE).groups[0].fields
    assert len(fields) == 14
    assert (fields[0], fields[-2], fields[1:3]) == (b"T", b"10", (b"12345678", b"203012310000"))
    assert fields == list(fields)
    assert fields != [b"T"]
    for index in (14, -15):
        with pytest.raises(IndexError):
            fields[index]


def test_groups_far_away_are_found():
    zone = Zone.build([(1000 + number, [str(number)]) for number in range(5000)])
    for number in (0, 1, 1023, 1024, 1025, 4095, 4999):
        assert zone.groups[number].id == 1000 + number
        assert list(zone.groups[number].fields) == [str(number).encode()]
    assert [group.id for group in zone.groups[2047:2050]] == [3047, 3048, 3049]


def test_a_group_is_found_by_its_occurrence_over_the_whole_zone():
    zone = family()
    assert zone.find(106, 3).number == 12
    assert zone.find(106, 4) is None
    assert zone.find(999) is None
    with pytest.raises(ValueError, match="occurrences start at 1"):
        zone.find(106, 0)


def test_bytes_in_memory_are_not_copied():
    zone = read_zone(EXAMPLE)
    assert zone.raw is EXAMPLE
    assert zone.groups[1].raw.obj is EXAMPLE
    assert zone.groups[1].raw == EXAMPLE[66:97]


def test_zones_are_equal_by_their_bytes():
    assert Zone(EXAMPLE) == Zone(bytearray(EXAMPLE))
    assert hash(Zone(EXAMPLE)) == hash(Zone(EXAMPLE))
    assert Zone(EXAMPLE) != Zone(EXAMPLE[:97])
    assert Zone(EXAMPLE) != EXAMPLE
