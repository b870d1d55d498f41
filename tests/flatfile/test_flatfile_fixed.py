"""Cutting a file in records: one kind of file, or of damage, a line."""

from __future__ import annotations

import pytest
from flatfile_flow import DEBUT, FIN, FIN_LOT, LOT, L, blocks, flow, pieces, record

from flatfile import Sequence, iter_blocks, iter_fixed, open_source

A, B, C, D = (record("4", 1, name) for name in "ABCD")
LF, CR, CRLF, NO = b"\n", b"\r", b"\r\n", b""
BOM = b"\xef\xbb\xbf"
CHUNKS = [1, 127, 128, 129, 1000, 1 << 20]

Cut = list[tuple[bytes, bytes]]


def whole(*records: bytes) -> Cut:
    return [(raw, NO) for raw in records]


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("data", "cut"),
    [
        # regular files
        pytest.param(b"", [], id="empty"),
        pytest.param(A, whole(A), id="one record"),
        pytest.param(A + B + C, whole(A, B, C), id="no line end"),
        pytest.param(A + LF + B + LF + C + LF, [(A, LF), (B, LF), (C, LF)], id="LF"),
        pytest.param(A + CR + B + CR + C + CR, [(A, CR), (B, CR), (C, CR)], id="CR"),
        pytest.param(A + CRLF + B + CRLF + C + CRLF, [(A, CRLF), (B, CRLF), (C, CRLF)], id="CR LF"),
        pytest.param(A + CRLF + B + CRLF + C, [(A, CRLF), (B, CRLF), (C, NO)], id="no line end at the end"),
        pytest.param(BOM + A + B, [(BOM, NO), (A, NO), (B, NO)], id="mark"),
        pytest.param(BOM + A + LF + B + LF, [(BOM, NO), (A, LF), (B, LF)], id="mark and LF"),
        pytest.param(BOM, whole(BOM), id="mark alone"),
        pytest.param(b"".join(flow()), whole(*flow()), id="whole flow"),
        # line ends of several sorts
        pytest.param(A + LF + B + CRLF + C + CR, [(A, LF), (B, CRLF), (C, CR)], id="mixed"),
        pytest.param(A + CR + B + CRLF + C + LF, [(A, CR), (B, CRLF), (C, LF)], id="CR then CR LF"),
        pytest.param(A + B + C + LF + D + LF, [(A, NO), (B, NO), (C, LF), (D, LF)], id="late line ends"),
        pytest.param(A + LF + B + LF + C + D, [(A, LF), (B, LF), (C, NO), (D, NO)], id="early line ends"),
        # line ends lost or added
        pytest.param(A + LF + B + C + LF + D + LF, [(A, LF), (B, NO), (C, LF), (D, LF)], id="one lost"),
        pytest.param(A + CRLF + B + CR + C + CRLF, [(A, CRLF), (B, CR), (C, CRLF)], id="LF lost"),
        pytest.param(A + LF + LF + B + LF, [(A, LF * 2), (B, LF)], id="blank line"),
        pytest.param(A + CRLF * 2 + B + CRLF, [(A, CRLF * 2), (B, CRLF)], id="blank line CR LF"),
        pytest.param(A + LF * 4 + B + LF, [(A, LF * 4), (B, LF)], id="blank lines"),
        pytest.param(A + CRLF * 4 + B, [(A, CRLF * 4), (B, NO)], id="blank lines CR LF"),
        pytest.param(A + LF + CR + B + LF, [(A, LF + CR), (B, LF)], id="LF CR"),
        pytest.param(
            (A + CR + CRLF) * 2 + B + CR + CRLF,
            [(A, CR + CRLF), (A, CR + CRLF), (B, CR + CRLF)],
            id="CR CR LF",
        ),
        pytest.param(LF + A + LF + B + LF, [(b"", LF), (A, LF), (B, LF)], id="blank line first"),
        pytest.param(A + LF + B + LF * 3, [(A, LF), (B, LF), (LF, LF)], id="blank lines last"),
        # records of a wrong length, in lines
        pytest.param(A + LF + B[:-1] + LF + C + LF, [(A, LF), (B[:-1], LF), (C, LF)], id="127 in lines"),
        pytest.param(A + LF + B + b"X" + LF + C + LF, [(A, LF), (B + b"X", LF), (C, LF)], id="129 in lines"),
        pytest.param(A + LF + B[:50] + LF + C + LF, [(A, LF), (B[:50], LF), (C, LF)], id="50 in lines"),
        pytest.param(A + LF + b"X" + LF + C + LF, [(A, LF), (b"X", LF), (C, LF)], id="1 in lines"),
        pytest.param(A[:-1] + LF + B[:-1] + LF, [(A[:-1], LF), (B[:-1], LF)], id="trimmed lines"),
        pytest.param(
            A.rstrip() + CRLF + B.rstrip() + CRLF, [(A.rstrip(), CRLF), (B.rstrip(), CRLF)], id="no filling"
        ),
        # records of a wrong length, without line ends
        pytest.param(A + B[:-1] + C + D, whole(A, B[:-1], C, D), id="127"),
        pytest.param(A + B + b" " + C + D, whole(A, B + b" ", C, D), id="129"),
        pytest.param(A + B[:60] + B[61:] + C, whole(A, B[:60] + B[61:], C), id="a byte lost within"),
        pytest.param(A + B[:60] + b"X" + B[60:] + C, whole(A, B[:60] + b"X" + B[60:], C), id="a byte added"),
        pytest.param(A + B[:100] + C + D, whole(A, B[:100], C, D), id="100"),
        pytest.param(A + B[:20] + C + D, whole(A, B[:20], C, D), id="20"),
        pytest.param(A + B + B[-30:] + C + D, whole(A, B + B[-30:], C, D), id="158"),
        pytest.param(A + B[1:] + C + D, whole(A, B[1:], C, D), id="first byte lost"),
        pytest.param(A + B[12:] + C + D, whole(A, B[12:], C, D), id="head lost"),
        pytest.param(A + b"?" * L + C + D, whole(A, b"?" * L, C, D), id="overwritten"),
        pytest.param(A + b"?" * 300 + C, whole(A, b"?" * L, b"?" * L, b"?" * 44, C), id="300 of something"),
        pytest.param(
            A + B[:10] + b"Z" + B[11:] + C, whole(A, B[:10] + b"Z" + B[11:], C), id="a byte changed"
        ),
        pytest.param(
            A + b"4X" + B[2:] + C + D, whole(A, b"4X" + B[2:], C, D), id="a digit of the number changed"
        ),
        pytest.param(b"?" * 50 + A + B, whole(b"?" * 50, A, B), id="something before"),
        # the last lines are found by the number of the batch, which garbage does not hold
        pytest.param(
            A + b"?" * 200 + FIN_LOT + FIN, whole(A, b"?" * L, b"?" * 72, FIN_LOT, FIN), id="before 6"
        ),
        pytest.param(A + FIN_LOT[:90] + FIN, whole(A, FIN_LOT[:90], FIN), id="6 cut"),
        pytest.param(A + FIN_LOT + FIN + DEBUT + LOT, whole(A, FIN_LOT, FIN, DEBUT, LOT), id="two flows"),
        # line ends within records, in a file that has none
        pytest.param(A + B[:60] + LF + B[61:] + C, whole(A, B[:60] + LF + B[61:], C), id="a byte became LF"),
        pytest.param(
            A + B[:60] + LF + B[60:] + C + D,
            [(A, NO), (B[:60], LF), (B[60:], NO), (C, NO), (D, NO)],
            id="LF added within",
        ),
        pytest.param(A + LF + B + C + D, [(A, LF), *whole(B, C, D)], id="LF added between"),
        # ends
        pytest.param(A + B[:-1], whole(A, B[:-1]), id="cut by one"),
        pytest.param(A + B[:64], whole(A, B[:64]), id="cut in the middle"),
        pytest.param(A + B[:1], whole(A, B[:1]), id="cut after one byte"),
        pytest.param(A[:5], whole(A[:5]), id="hardly begun"),
        pytest.param(A + b"\x1a", whole(A, b"\x1a"), id="0x1A"),
        pytest.param(A + LF + b"\x1a", [(A, LF), (b"\x1a", NO)], id="LF 0x1A"),
        pytest.param(A + LF + b"\x1a" + LF, [(A, LF), (b"\x1a", LF)], id="LF 0x1A LF"),
        pytest.param(A + b"\0" * 200, whole(A, b"\0" * L, b"\0" * 72), id="NUL"),
        pytest.param(A + b" " * L, whole(A, b" " * L), id="spaces"),
        pytest.param(A + B + b"\x1a" * L, whole(A, B, b"\x1a" * L), id="0x1A filling"),
        pytest.param(A + LF + B[:64], [(A, LF), (B[:64], NO)], id="lines cut in the middle"),
    ],
)
def test_files(data: bytes, cut: Cut, chunk: int) -> None:
    assert pieces(data, chunk) == cut


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("data", "cut"),
    [
        pytest.param(b"A" * L + b"B" * L, whole(b"A" * L, b"B" * L), id="by length"),
        pytest.param(b"A" * L + b"B" * 100, whole(b"A" * L, b"B" * 100), id="cut"),
        pytest.param(
            b"A" * L + LF + b"B" * 100 + LF + b"C" * L, [(b"A" * L, LF), (b"B" * 100, LF), (b"C" * L, NO)]
        ),
        pytest.param(
            b"A" * 100 + LF + b"B" * L + LF, [(b"A" * 100, LF), (b"B" * L, LF)], id="first too short"
        ),
        pytest.param(b"A" * L * 7 + LF + b"B" * L, [*whole(*[b"A" * L] * 6), (b"A" * L, LF), (b"B" * L, NO)]),
    ],
)
def test_files_of_which_nothing_is_known(data: bytes, cut: Cut, chunk: int) -> None:
    assert pieces(data, chunk, Sequence()) == cut


def test_a_regular_file_is_few_blocks() -> None:
    data = b"".join(flow(500))
    found = blocks(data)
    assert len(found) <= 4
    assert sum(count for _, count, _ in found) == 2004
    lines = b"".join(raw + CRLF for raw in flow(500))
    assert len(blocks(lines)) <= 4
    assert {eol for _, _, eol in blocks(lines)} == {CRLF}


def test_blocks_give_the_place_of_each_record() -> None:
    data = BOM + b"".join(raw + CRLF for raw in flow(10)) + b"\x1a"
    seen = []
    for block in iter_blocks(open_source(data), L):
        assert block.stride == len(block.raws[0]) + len(block.eol)
        for rank, raw in enumerate(block.raws):
            place = block.offset + rank * block.stride
            assert data[place : place + len(raw)] == raw
            seen.append(raw)
        assert len({len(raw) for raw in block.raws}) == 1
        assert len(block.raws) == 1 or len(block.raws[0]) == L
    assert seen == [BOM, *flow(10), b"\x1a"]


def test_memory_is_bounded_by_the_chunk() -> None:
    data = b"".join(flow(500))
    for block in iter_blocks(open_source(data), L, chunk=1000):
        assert len(block.raws) * L <= 1000 + 6 * L


@pytest.mark.parametrize(
    ("length", "records"),
    [
        (1, [b"A", b"A", b"B", b"B", b"C"]),
        (2, [b"AA", b"BB", b"C"]),
        (5, [b"AABBC"]),
        (6, [b"AABBC"]),
    ],
)
def test_other_lengths(length: int, records: list[bytes]) -> None:
    for data in (b"AABBC", BOM + b"AABBC"):
        found = [piece.raw for piece in iter_fixed(open_source(data), length) if piece.raw != BOM]
        assert found == records
