"""The gate says yes to exactly the records that the reference finds conforming."""

from __future__ import annotations

import pytest
from flatfile_samples import A_FEW, LAYOUTS, by_name, codes_of, conforming, damaged, name_of
from hypothesis import given
from hypothesis import strategies as st

from flatfile import Codes, Field, Layout, reference
from flatfile.layout import allowed_texts, merge_patterns

every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=name_of)


@every_layout
@A_FEW
@given(data=st.data())
def test_every_layout_agrees_with_the_reference(layout: Layout, data: st.DataObject) -> None:
    codes = data.draw(st.sampled_from([{}, codes_of(layout)]))
    raw = data.draw(damaged(conforming(layout, codes), most=2))
    expected = reference.conforms(layout, raw, codes)
    assert bool(layout.gate(codes)(raw)) == expected
    if not codes:
        assert bool(layout.gate()(raw)) == expected
        assert (not list(layout.defects(raw))) == expected


@every_layout
@A_FEW
@given(data=st.data())
def test_both_answers_are_met(layout: Layout, data: st.DataObject) -> None:
    """What the other tests draw is not always refused, nor always accepted."""
    codes = codes_of(layout)
    assert layout.gate()(data.draw(conforming(layout)))
    raw = data.draw(conforming(layout, codes))
    conforms = reference.conforms(layout, raw, codes)
    assert bool(layout.gate(codes)(raw)) == conforms
    strict = [field for field in layout.fields if field.kind.base not in ("reserved", "text", "code")]
    for field in strict:
        changed = raw[: field.slice.start] + b"\xff" * field.length + raw[field.slice.stop :]
        assert not layout.gate()(changed)


@every_layout
@A_FEW
@given(data=st.data())
def test_the_tail_alone(layout: Layout, data: st.DataObject) -> None:
    """With `start`, a gate looks at what follows and at nothing else."""
    codes = data.draw(st.sampled_from([{}, codes_of(layout)]))
    raw = data.draw(damaged(conforming(layout, codes), most=2))
    first = data.draw(st.sampled_from(layout.fields))
    start = first.slice.start
    tail = Layout("tail", "tail", tuple(moved(f, start) for f in layout.fields if f.start >= first.start))
    expected = reference.conforms(tail, raw[start:], codes)
    assert bool(layout.gate(codes, start)(raw)) == expected
    assert bool(layout.gate(codes, start)(b"\xff" * start + raw[start:])) == expected


def moved(field: Field, by: int) -> Field:
    place = field.start - by
    return Field(field.name, place, field.length, field.kind.name, presence=field.presence, list=field.list)


@pytest.mark.parametrize("change", [-1, 1, -128, 128])
@every_layout
def test_another_length_never_passes(layout: Layout, change: int) -> None:
    raw = layout.build({})
    longer = raw + b" " * change if change > 0 else raw[:change]
    for codes in (None, codes_of(layout)):
        assert not layout.gate(codes)(longer)
        assert not reference.conforms(layout, longer, codes)


# --- codes, one case a line ---------------------------------------------------------------------------

MANY = frozenset(f"{n:02d}" for n in range(1, 60))  # more than are tried one after another


@pytest.mark.parametrize(
    ("kind", "presence", "codes", "piece", "passes"),
    [
        ("code", "O", {"TE", "TP"}, b"TE", True),
        ("code", "O", {"TE", "TP"}, b"XX", False),
        ("code", "O", {"TE", "TP"}, b"  ", False),
        ("code", "O", {"TE", ""}, b"  ", True),
        ("code", "F", {"TE", "TP"}, b"  ", True),
        ("code", "", {"TE", "TP"}, b"  ", True),
        ("code", "O", {"A"}, b"A ", True),
        ("code", "O", {"A"}, b" A", False),
        ("code", "O", {"ABC", "A"}, b"AB", False),  # a code too long for the field is no code of it
        ("code", "O", {"ABC"}, b"AB", False),
        ("code", "O", set(), b"AB", False),
        ("code", "F", set(), b"  ", True),
        ("code", "O", {"."}, b"AA", False),  # no pattern: a text
        ("code", "O", {"€"}, b"  ", False),  # a code that no byte can write
        ("digits", "O", {"1", "12"}, b"01", True),
        ("digits", "O", {"1", "12"}, b"12", True),
        ("digits", "O", {"1", "12"}, b" 1", False),
        ("digits", "O", {"1", "12"}, b"00", False),
        ("digits", "F", {"1", "12"}, b"00", True),
        ("digits", "F", {"1", "12"}, b"  ", False),  # nothing is written in zeros
        ("digits", "F", {""}, b"  ", False),
        ("digits", "O", {"2A"}, b"2A", False),  # the bytes of the kind come first
        ("digits", "F", MANY, b"  ", False),
        ("digits", "F", MANY, b"00", True),
        ("digits", "F", MANY, b"59", True),
        ("digits", "O", MANY, b"00", False),
        ("digits", "O", MANY, b"60", False),
        ("code", "F", MANY, b"  ", True),
        ("code", "O", MANY, b"  ", False),
        ("code", "O", MANY, b"1 ", False),
        ("const:99", "O", {"01"}, b"99", True),  # a constant is known better than by a list
        ("const:99", "O", MANY - {"99"}, b"99", True),
        ("const:99", "O", MANY, b"01", False),
    ],
)
def test_coded_fields(kind: str, presence: str, codes: set[str], piece: bytes, passes: bool) -> None:
    fields = (Field("before", 1, 1, "text"), Field("coded", 2, 2, kind, presence=presence, list="some"))
    layout = Layout("SITE", "X", fields)
    known: Codes = {"some": frozenset(codes)}
    assert bool(layout.gate(known)(b"!" + piece)) is passes
    assert bool(layout.gate(known, 1)(b"\xff" + piece)) is passes
    assert reference.conforms(layout, b"!" + piece, known) is passes
    assert not layout.gate(known)(b"!")  # the field is there, whatever its codes


def test_a_list_that_is_not_given_puts_no_constraint() -> None:
    layout = Layout("SITE", "X", (Field("coded", 1, 2, "code", presence="O", list="some"),))
    assert layout.gate({"other": frozenset({"A"})})(b"ZZ")
    assert layout.gate()(b"ZZ")
    assert layout.gate({"": frozenset({"A"})})(b"ZZ")


def test_allowed_texts() -> None:
    field = Field("coded", 1, 3, "digits", presence="F", list="some")
    assert allowed_texts(field, {"some": frozenset({"7", "12", "1234", ""})}) == ["000", "007", "012"]


@pytest.mark.parametrize(
    ("patterns", "merged"),
    [
        ([], ""),
        (["[0-9]{2}", "[0-9]{3}"], "[0-9]{5}"),
        (["[0-9]{1}"], "[0-9]"),
        (["[0-9]{1}", "[0-9]{1}", " {2}", " {1}"], "[0-9]{2} {3}"),
        (["[0-9]{2}", "B2", "[0-9]{3}"], "[0-9]{2}B2[0-9]{3}"),
        (["(?:[0-9]{2}| {2})", "[0-9]{3}"], "(?:[0-9]{2}| {2})[0-9]{3}"),
        (["4", "4"], "44"),
    ],
)
def test_neighbours_are_merged(patterns: list[str], merged: str) -> None:
    assert merge_patterns(patterns) == merged


def test_questions_for_generated_code() -> None:
    """`gate_tests` gives expressions on `raw` and the names that they use."""
    layout = by_name("PS-2003C", "4")
    codes = codes_of(layout)
    scope, tests = layout.gate_tests(codes)
    assert tests[0] == "match(raw)"
    assert len(tests) > 1, "the list of acts is looked up in a set"
    raw = layout.build({})
    answer = eval(" and ".join(tests), {**scope, "raw": raw})
    assert bool(answer) == bool(layout.gate(codes)(raw))
