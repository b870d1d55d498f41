"""Cutting any bytes whatever: nothing is lost, chunks do not matter, one damage does not hide the rest."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from flatfile_flow import B2Like, L, flow, pieces, record
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flatfile import Sequence, fixed, iter_blocks, open_source

CHUNKS = [1, 127, 128, 129, 1000]
RULES: list[Callable[[], Sequence]] = [B2Like, Sequence]


def not_packed(data: bytes) -> bool:
    return not data.startswith(b"\x1f\x8b")


#: What damaged files are made of.
parts = st.one_of(
    st.sampled_from(flow()),
    st.sampled_from(flow()).flatmap(lambda raw: st.integers(0, L).map(lambda size: raw[:size])),
    st.sampled_from([b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\x1a", b" " * L, b"\0" * L, b"\xef\xbb\xbf"]),
    st.binary(max_size=200),
    st.sampled_from(b"4019 \n\r?").flatmap(
        lambda byte: st.sampled_from([1, 127, 128, 129, 300]).map(lambda n: bytes([byte]) * n)
    ),
)
files = st.lists(parts, max_size=30).map(b"".join).filter(not_packed)
#: Regular runs, with line ends or not, one after another.
runs = st.lists(st.tuples(st.integers(1, 12), st.sampled_from([b"", b"\n", b"\r", b"\r\n"])), max_size=4).map(
    lambda some: b"".join((record("4", 1) + eol) * count for count, eol in some)
) | st.tuples(
    # What looks regular, whose records may not follow one another.
    st.sampled_from([b"\r\r\n", b"\n\n", b"\r\n"]),
    st.lists(st.sampled_from([*flow(), b"?" * L]), min_size=3, max_size=30),
).map(lambda some: b"".join(raw + some[0] for raw in some[1]))


@pytest.mark.parametrize("rule", RULES)
@given(data=files | runs | st.binary(max_size=600).filter(not_packed), chunk=st.sampled_from(CHUNKS))
def test_chunks_do_not_matter(rule: Callable[[], Sequence], data: bytes, chunk: int) -> None:
    """`pieces` itself verifies that nothing is lost."""
    assert pieces(data, chunk, rule()) == pieces(data, rule=rule())


@pytest.mark.parametrize("rule", RULES)
@given(data=files | runs)
def test_many_records_at_once_are_cut_as_one_at_a_time(rule: Callable[[], Sequence], data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixed._Cutter, "take_run", lambda self: None)
        expected = pieces(data, rule=rule())
    assert pieces(data, rule=rule()) == expected


@settings(max_examples=3 * settings().max_examples)
@given(
    victim=st.integers(2, 15),
    place=st.integers(0, L - 1),
    lost=st.integers(0, L),
    added=st.binary(max_size=40),
    eol=st.sampled_from([b"", b"\r\n"]),
    chunk=st.sampled_from([129, 1 << 20]),
)
@example(victim=5, place=0, lost=1, added=b"", eol=b"", chunk=129)
@example(victim=5, place=0, lost=127, added=b"", eol=b"", chunk=129)
@example(victim=5, place=0, lost=128, added=b"", eol=b"", chunk=129)
@example(victim=5, place=60, lost=1, added=b"\n", eol=b"", chunk=129)
@example(victim=5, place=60, lost=0, added=b"\n", eol=b"", chunk=129)
@example(victim=5, place=0, lost=128, added=b"?" * 30, eol=b"", chunk=129)
def test_one_damage_does_not_hide_the_other_records(
    victim: int, place: int, lost: int, added: bytes, eol: bytes, chunk: int
) -> None:
    """Wherever some bytes of one record are lost, added or changed, all but its neighbour are found."""
    records = flow()
    damaged = records[victim][:place] + added + records[victim][place + lost :]
    before, after = records[:victim], records[victim + 1 :]
    data = b"".join(raw + eol for raw in [*before, damaged, *after])
    found = pieces(data, chunk)
    assert found[-len(after) :] == [(raw, eol) for raw in after]
    assert found[: victim - 1] == [(raw, eol) for raw in before[:-1]]


@given(
    victim=st.integers(2, 15),
    size=st.integers(1, 3 * L),
    byte=st.integers(0, 255).filter(lambda byte: byte not in b"\r\n0123456789"),
)
def test_something_between_two_records(victim: int, size: int, byte: int) -> None:
    """As far as three lengths away, what comes after is found, and what came before is kept."""
    records = flow()
    junk = bytes([byte]) * size
    found = pieces(b"".join([*records[:victim], junk, *records[victim:]]))
    after = records[victim:]
    assert found[-len(after) :] == [(raw, b"") for raw in after]
    assert found[: victim - 1] == [(raw, b"") for raw in records[: victim - 1]]


def test_damage_every_few_records() -> None:
    """Each one costs itself only."""
    draw = random.Random(1)
    records = [record("4", 1, f"L{n}") for n in range(400)]
    stored = []
    intact = []
    for rank, raw in enumerate(records):
        if rank % 5 == 3:
            place = draw.randrange(30, L)
            stored.append(raw[:place] + raw[place + draw.randrange(1, 20) :] if rank % 2 else raw + b"?" * 9)
        else:
            stored.append(raw)
            intact.append(raw)
    found = [raw for raw, _ in pieces(b"".join(stored)) if len(raw) == L]
    assert [raw for raw in found if raw in set(intact)] == intact


# --- cost ---------------------------------------------------------------------------------------------


def hostile(size: int) -> dict[str, bytes]:
    draw = random.Random(2)
    start = b"".join(flow(1)[:3])
    junk = bytes(draw.choices(b"ABC0123456789 @", k=size))
    return {
        "LF": b"\n" * size,
        "CR": b"\r" * size,
        "CR LF": b"\r\n" * (size // 2),
        "zeros": bytes(size),
        "spaces": b" " * size,
        "short lines": b"4\n" * (size // 2),
        "garbage": start + junk,
        "garbage in lines": start + b"\n" + junk.replace(b"C", b"\n"),
        "garbage, one LF": start + junk[: size // 2] + b"\n" + junk[size // 2 :],
        "nearly records": (record("4", 1)[:-1]) * (size // L),
        "record, garbage": (record("4", 1) + b"?" * L) * (size // L // 2),
        "line end every 300": (b"4" * 299 + b"\n") * (size // 300),
        "number changes": b"".join(b"4%09d " % n + record("4", 1)[11:] for n in range(size // L)),
    }


class Counters:
    """How much is looked at while a file is cut."""

    def __init__(self, data: bytes, chunk: int) -> None:
        self.rule = B2Like()
        self.looked = self.taken = self.blocks = self.bytes = 0
        with pytest.MonkeyPatch.context() as patch:
            for name in ("_same_ends", "_in_sequence"):
                patch.setattr(fixed._Cutter, name, self._watch(getattr(fixed._Cutter, name)))
            for block in iter_blocks(open_source(data), L, self.rule, chunk):
                self.blocks += 1
                self.taken += len(block.raws)
                self.bytes += len(block.raws) * block.stride

    def _watch(self, look: Callable[..., int]) -> Callable[..., int]:
        def watched(cutter: fixed._Cutter, *some: bytes | int) -> int:
            self.looked += max(0, int(some[-1]))
            return look(cutter, *some)

        return watched


@pytest.mark.parametrize("name", hostile(L))
def test_the_cost_follows_the_size(name: str) -> None:
    """Rules are asked, and records looked at, in proportion to the bytes: a hostile file stays a slow one."""
    size = 20_000
    small, large = (Counters(hostile(some)[name], 1 << 20) for some in (size, 4 * size))
    assert large.rule.calls <= 5 * max(small.rule.calls, 2000)
    assert large.rule.calls <= 6 * large.bytes
    assert large.looked <= 8 * large.taken + 4 * fixed._FIRST_RUN
    assert large.blocks <= 5 * max(small.blocks, 10)
