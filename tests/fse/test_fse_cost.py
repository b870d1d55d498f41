"""What a check costs: memory that does not depend on the file, little to start with."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from fse_flows import LENGTH, facture_cp, facture_ps, flux_cp, flux_ps, octets

from codes.lists import b2
from flatfile import Layout, opaque
from fse import check, iter_factures, iter_records, norme
from fse.gate import Gate, gate

MEGABYTE = 1 << 20

#: Above what is there before: the design allows 64 MB.
MOST = 24 * MEGABYTE


class Endless(io.RawIOBase):
    """A flow of `size` bytes made as it is read: batches of 900 invoices, each of another person."""

    def __init__(self, size: int, *, eol: bytes = b"", damaged: bool = False) -> None:
        self.eol = eol
        self.left = size
        self.pieces = self._make(damaged)
        self.pending = b""

    def _make(self, damaged: bool) -> Iterator[bytes]:
        records = flux_ps([facture_ps(1)])
        yield from (one.encode() + self.eol for one in records[:2])
        number = 0
        while True:
            number += 1
            nir = b"2%012d" % (number * 7919 % 10**12)
            person = nir + b"%02d" % (97 - int(nir) % 97)
            for one in records[2:5]:
                raw = one.encode()
                raw = raw[:11] + person + b"%09d" % (number % 10**9) + raw[35:]
                if damaged and number % 3 == 0:
                    raw = raw.replace(b"0002500", b"00025O0")
                # Line ends that differ from those of the first record: not all can be remembered.
                yield raw + (self.eol + b"\r" if damaged and self.eol else self.eol)
            if number % 900 == 0:
                yield records[-2].encode() + self.eol
                yield records[1].encode() + self.eol

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self.left, self.left)
        while len(self.pending) < size:
            self.pending += b"".join(piece for piece, _ in zip(self.pieces, range(4096), strict=False))
        piece, self.pending = self.pending[:size], self.pending[size:]
        self.left -= len(piece)
        return piece


def peak(work: Callable[[], object]) -> int:
    """Bytes allocated at most while working, above what was there before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def exhaust(source: Endless) -> int:
    return sum(1 for _ in check(source))


def test_memory_does_not_depend_on_the_size_of_the_file() -> None:
    exhaust(Endless(MEGABYTE))  # what is learned once and kept
    small = peak(lambda: exhaust(Endless(MEGABYTE)))
    large = peak(lambda: exhaust(Endless(5 * MEGABYTE)))
    assert large < MOST
    assert large < small + 5 * MEGABYTE


@pytest.mark.parametrize(
    ("read", "size", "most"),
    [
        # Records or invoices that were all held would take more than 4 MB.
        (lambda source: sum(1 for _ in iter_records(source)), MEGABYTE, 3 * MEGABYTE),
        (lambda source: sum(1 for _ in iter_factures(source)), MEGABYTE, 3 * MEGABYTE),
        (exhaust, MEGABYTE // 3, MOST),
    ],
    ids=["records", "invoices", "check"],
)
def test_reading_holds_no_flow(read: Callable[[Endless], int], size: int, most: int) -> None:
    """Damaged records and uneven line ends included."""
    read(Endless(LENGTH * 100))
    assert peak(lambda: read(Endless(size, eol=b"\n", damaged=True))) < most


def test_findings_come_as_the_file_is_read() -> None:
    """The first finding does not wait for the end of the file."""
    source = Endless(8 * MEGABYTE, damaged=True)
    next(check(source))
    assert source.left > 4 * MEGABYTE


# --- many small files -----------------------------------------------------------------------------------


def test_the_gate_is_made_once_for_a_norm_and_its_lists() -> None:
    assert gate(norme("PS-2003C"), b2()) is gate(norme("PS-2003C"), b2())
    assert gate(norme("PS-2003C"), b2()) is not gate(norme("CP-2005E"), b2())
    own = dict(b2())
    assert gate(norme("PS-2003C"), own) is gate(norme("PS-2003C"), own)
    assert gate(norme("PS-2003C"), own) is not gate(norme("PS-2003C"), b2())


def test_few_gates_are_kept() -> None:
    kept = gate(norme("PS-2003C"), b2())
    for _ in range(20):
        gate(norme("PS-2003C"), dict(b2()))
    again = gate(norme("PS-2003C"), b2())
    assert isinstance(again, Gate)
    assert again is not kept


@pytest.mark.parametrize("records", [flux_ps([facture_ps(1)]), flux_cp([facture_cp(1)])])
def test_a_small_file_costs_little(records: list[str]) -> None:
    """Under a millisecond on an idle core; five times that is allowed here."""
    data = octets(records)
    list(check(data))
    best = min(_seconds(lambda: list(check(data))) for _ in range(20))
    assert best < 0.005


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def test_lines_of_a_few_bytes_share_their_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout made for each took a third of the time: 9 s for a megabyte of lines of 4 bytes, 5 s now."""
    made: list[int] = []

    def counted(length: int) -> Layout:
        made.append(length)
        return opaque(length)

    monkeypatch.setattr("fse.reader.opaque", counted)
    data = octets(flux_ps([facture_ps(1)])) + b"123\n" * 5000
    assert sum(record.type == "?" for record in iter_records(data)) == 5000
    assert made == [3]
