"""Columns of many records: speed against the least that pyarrow does to the same bytes, cost of a small file.

The floor cuts the buffer by record type, then slices every field, and casts it to a number or trims it.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.flows import flow, write_flow
from bench.measure import Measure, Work, compare
from bench.memory import MEGABYTE, PEAK
from fse.normes import LENGTH
from fse.reader import Reading

#: Least ratios to the floor at so many megabytes, and least number of small files a second, that are asked.
AT_MEGABYTES = {10: 0.5, 100: 0.65}
SMALL_FILES = 1000 / 0.5

#: Most megabytes of the whole process.
MOST = 350

_NUMBERS = frozenset({"count", "rate", "hour", "cents"})
_CHUNK = 4 << 20


def measures(sizes: tuple[int, ...], repeat: int) -> Iterator[Measure]:
    """The columns of flows of so many megabytes, then of small files in one window."""
    for size in sizes:
        for profile in ("medecin", "pharmacie", "hopital"):
            data = _flow(profile, size * MEGABYTE)
            count = len(data) // LENGTH
            floor_seconds, seconds = compare(floor_of(data), _columns([data]), repeat if size < 50 else 2)
            name = f"columns ({profile}, {size} MB)"
            yield Measure(name, count, seconds, count, floor_seconds, asked=AT_MEGABYTES[size])
    yield _small_files(repeat)


def _flow(profile: str, size: int) -> bytes:
    buffer = io.BytesIO()
    write_flow(buffer, profile, size)
    return buffer.getvalue()


def _columns(flows: list[bytes]) -> Work:
    """Every column of every record, values shown."""
    from noemie.documents.columns.batches import Window
    from noemie.documents.convert.rows import FlowRows

    def work() -> None:
        window = Window(values=True, named=True)
        for rank, data in enumerate(flows):
            for _ in window.read(FlowRows(data, values=True), str(rank)):
                pass
        window.batches()

    return work


def _small_files(repeat: int) -> Measure:
    data = flow("medecin", 10)
    count = 1000
    floor_seconds, seconds = compare(floor_of(data * 100), _columns([data] * count), repeat)
    records = len(data) // LENGTH
    name = f"columns of a file of {records} records"
    return Measure(name, count, seconds, records * 100, floor_seconds, "files", SMALL_FILES)


def floor_of(data: bytes) -> Callable[[], object]:
    """Slice, cast and trim every field of every record in pyarrow, some megabytes at a time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    norme = Reading(data).norme

    def floor() -> None:
        for at in range(0, len(data), _CHUNK):
            piece = data[at : at + _CHUNK]
            count = len(piece) // LENGTH
            records = pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(LENGTH), count, [None, pa.py_buffer(piece)]
            )
            matrix = np.frombuffer(piece, np.uint8)[: count * LENGTH].reshape(count, LENGTH)
            first, *rest = (matrix[:, place].astype(np.uint32) for place in (0, 35, 38))
            keys = first << 16 | rest[0] << 8 | rest[1]
            coded = pa.array(keys).dictionary_encode()
            indices = coded.indices.to_numpy()
            rows_of: dict[object, list[object]] = {}
            for code in range(len(coded.dictionary)):
                rows = np.flatnonzero(indices == code)
                rows_of.setdefault(norme.layout_of(matrix[rows[0]].tobytes()), []).append(rows)
            for layout, some in rows_of.items():
                whole = records.take(pa.array(np.concatenate(some))).cast(pa.binary())
                for field in layout.fields:  # type: ignore[attr-defined]
                    text = pc.binary_slice(whole, field.slice.start, field.slice.stop).cast(pa.string())
                    text.cast(pa.int64()) if field.kind.base in _NUMBERS else pc.utf8_trim(text, " ")

    return floor


@dataclass(frozen=True, slots=True)
class Peak:
    """The most megabytes that a process took to make all the columns of a file of `size` megabytes."""

    size: float
    peak: float

    @property
    def reached(self) -> bool:
        """Whether it stays within what the design allows."""
        return self.peak < MOST


_CHILD = f"""
import sys
{PEAK}
from noemie.documents.columns.batches import Window
from noemie.documents.convert.rows import FlowRows
window = Window(values=True)
for _ in window.read(FlowRows(sys.argv[1], values=True)):
    pass
window.batches()
print(peak())
"""


def peaks(sizes: tuple[int, ...], profile: str = "pharmacie") -> Iterator[Peak]:
    """Peak memory of the columns of files of `sizes` megabytes, made in a temporary directory."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "flux.b2")
        for size in sizes:
            with path.open("wb") as file:
                written = 0
                while written < size * MEGABYTE:  # several flows in one file, beyond what one may count
                    written += write_flow(file, profile, size * MEGABYTE - written)
            done = subprocess.run(
                [sys.executable, "-c", _CHILD, path], check=True, capture_output=True, text=True
            )
            yield Peak(written / MEGABYTE, int(done.stdout) / 1024)
