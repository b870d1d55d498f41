"""The hand scanner and the construct declaration give the same answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ssv_samples import EXAMPLE, family

from flatfile import FormatError
from fse.ssv import Zone, read_groups, reference
from fse.ssv.reference import ReferenceGroup

#: Bytes that mean something to the grammar come often.
TRICKY = st.sampled_from([0, 1, 2, 3, 4, 5, 8, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0xFF, 0x41])
NOISE = st.lists(TRICKY, max_size=60).map(bytes)


@st.composite
def damaged(draw):
    """A real card, cut and with some bytes changed."""
    raw = bytearray(draw(st.sampled_from([EXAMPLE, family().raw])))
    for _ in range(draw(st.integers(0, 3))):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(TRICKY)
    return bytes(raw[: draw(st.integers(0, len(raw)))])


def by_reference(raw):
    try:
        return [(g.id, g.form, list(g.fields)) for g in reference.parse(raw)]
    except FormatError as error:
        return error.code, error.offset


def by_scanner(raw):
    zone = Zone(raw)
    if zone.damage is not None:
        with pytest.raises(FormatError):
            list(read_groups(raw))
        start = zone.groups[-1].stop if len(zone.groups) else 0
        return zone.damage.rule, start
    found = []
    for group, (id, values) in zip(zone.groups, read_groups(raw), strict=True):
        assert (group.id, list(group.fields)) == (id, values)
        found.append((id, group.length_form, [(p.form, raw[p.start : p.stop]) for p in group.pieces()]))
    return found


@settings(max_examples=400)
@given(NOISE | damaged() | st.binary(max_size=50))
def test_both_give_the_same_groups_or_the_same_damage(raw):
    expected, found = by_reference(raw), by_scanner(raw)
    if isinstance(found, tuple) and found[0] == "zone.octets-finaux":
        assert isinstance(expected, tuple)
        assert not raw[expected[1] :].strip(b"\0\x1a\r\n ")
        assert found[1] == expected[1]
    else:
        assert found == expected


@given(NOISE | damaged())
def test_the_declaration_builds_what_it_parses(raw):
    try:
        groups = reference.parse(raw)
    except FormatError:
        return
    assert reference.build(groups) == raw


def test_the_declaration_builds_the_worked_example():
    groups = [
        ReferenceGroup(g.id, g.length_form, tuple((0, value) for value in g.fields))
        for g in Zone(EXAMPLE).groups
    ]
    assert reference.build(groups) == EXAMPLE
