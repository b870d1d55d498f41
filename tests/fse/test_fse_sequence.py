"""Where records are found again after damage: the short cut finds what trying every place finds."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from fse_flows import LENGTH, Ligne, facture_cp, facture_ps, flux_cp, flux_ps, octets
from hypothesis import given
from hypothesis import strategies as st

from flatfile import FormatError, open_source
from flatfile.fixed import Piece, iter_fixed
from flatfile.source import Source
from fse import iter_factures, read_flux
from fse.sequence import B2Sequence

CITY = octets(flux_ps([facture_ps(number, [Ligne()] * 2) for number in range(1, 6)]))
HOSPITAL = octets(flux_cp([facture_cp(number) for number in range(1, 6)]))


class EveryPlace(B2Sequence):
    """The same rule, which tries every place."""

    def places(self, buffer: bytes, first: int, last: int) -> Iterable[int]:
        return range(first, last)


def pieces(data: bytes, rule: B2Sequence) -> Iterator[Piece]:
    return iter_fixed(open_source(data), LENGTH, rule)


@given(st.sampled_from([CITY, HOSPITAL]), st.randoms(use_true_random=False))
def test_the_short_cut_loses_no_place(flow: bytes, chance: random.Random) -> None:
    data = bytearray(flow)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        length = chance.choice((1, 1, 2, 30, 100, 300))
        piece = bytes(data[at : at + length])
        match chance.randrange(4):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = piece
            case 2:
                data[at:at] = chance.choice((b"0", b"9", b" ", b"\0", b"999")) * length
            case _:
                data[at : at + length] = bytes(chance.randrange(256) for _ in piece)
    found = list(pieces(bytes(data), B2Sequence()))
    assert found == list(pieces(bytes(data), EveryPlace()))
    assert b"".join(piece.raw + piece.eol for piece in found) == data


@pytest.mark.parametrize(
    "record",
    [
        b"999" + b"9" * 125,  # a NIR of nines, or a total
        b"999  " + b" " * 123,
        b"999TP" + b"9" * 10 + b"ABCD" + b" " * 109,
        b"000" + b"0" * 62 + b"B2" + b"0" * 61,
    ],
)
def test_what_only_resembles_the_ends_of_a_file_starts_nothing(record: bytes) -> None:
    assert not B2Sequence().starts(CITY[:LENGTH], record)


def test_the_ends_of_a_file_are_recognised() -> None:
    for flow in (CITY, HOSPITAL):
        first, last = flow[:LENGTH], flow[-LENGTH:]
        assert B2Sequence().starts(b"", first)
        assert B2Sequence().starts(b"", last)


@pytest.mark.parametrize("read", [read_flux, lambda path: list(iter_factures(path))])
def test_a_file_that_is_no_flow_is_closed(
    read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rien.txt"
    path.write_bytes(b"nothing of the kind" * 20)
    closed: list[str] = []
    close = Source.close
    monkeypatch.setattr(Source, "close", lambda self: (closed.append(self.name), close(self)))
    with pytest.raises(FormatError, match=r"fichier\.inconnu"):
        read(path)
    assert closed == [str(path)]


def test_a_file_that_was_given_open_stays_open() -> None:
    given = io.BytesIO(b"nothing of the kind" * 20)
    with pytest.raises(FormatError):
        read_flux(given)
    assert not given.closed
