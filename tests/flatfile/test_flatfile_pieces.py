"""Bytes kept aside: what was given comes back, in order, from memory and from a disk."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

import flatfile.pieces as module
from flatfile.pieces import Pieces, Reserve


@given(st.lists(st.tuples(st.integers(0, 2), st.binary(max_size=40) | st.none())), st.integers(1, 60))
def test_several_lists_share_a_reserve(given: list[tuple[int, bytes | None]], block: int) -> None:
    """`None` settles what waits: it changes nothing of what is read."""
    before, module._BLOCK = module._BLOCK, block  # type: ignore[misc]
    try:
        reserve = Reserve()
        kept = [Pieces(reserve) for _ in range(3)]
        expected: list[list[bytes]] = [[], [], []]
        for rank, piece in given:
            if piece is None:
                kept[rank].settle()
            else:
                kept[rank].append(piece)
                expected[rank].append(piece)
    finally:
        module._BLOCK = before  # type: ignore[misc]
    for pieces, wanted in zip(kept, expected, strict=True):
        assert list(pieces) == wanted
        assert bytes(pieces) == b"".join(wanted)
        assert pieces.size == len(bytes(pieces))


def test_what_is_many_goes_to_a_disk() -> None:
    reserve = Reserve()
    one, two = Pieces(reserve), Pieces(reserve)
    for rank in range(40):
        one.append(bytes([rank]) * 300_000)
        two.append(bytes([rank]) * 3)
    assert reserve._kept._rolled  # type: ignore[attr-defined]
    assert [piece[:1] for piece in one] == [piece[:1] for piece in two]


def test_two_readers_go_their_own_ways() -> None:
    pieces = Pieces()
    for rank in range(1000):
        pieces.append(b"%0100d" % rank)
    first, second = iter(pieces), iter(pieces)

    def walk(reader: Iterator[bytes], count: int) -> list[int]:
        return [int(next(reader)) for _ in range(count)]

    assert walk(first, 700) == [*range(700)]
    assert walk(second, 10) == [*range(10)]
    assert walk(first, 300) == [*range(700, 1000)]
