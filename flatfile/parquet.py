"""One Parquet file, written batch after batch; needs `pyarrow` (extra `parquet`)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

#: Rows of a row group, at least, but for the last one; or bytes in memory, which writing takes many times.
_GROUP: Final = 1 << 14
_BYTES: Final = 4 << 20


class ParquetFile:
    """Takes `pyarrow.RecordBatch`es of one schema; `rows` counts them."""

    def __init__(self, stream: BinaryIO, schema: Any) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(stream, schema, compression="zstd")
        self._waiting: list[Any] = []
        self._size = self._bytes = 0
        self.rows = 0

    def write(self, batch: Any) -> None:
        """Add some rows."""
        self._waiting.append(batch)
        self._size += batch.num_rows
        self._bytes += batch.nbytes
        self.rows += batch.num_rows
        if self._size >= _GROUP or self._bytes >= _BYTES:
            self._flush()

    def close(self) -> None:
        """Write what waits, and the end of the file."""
        if self._waiting:
            self._flush()
        self._writer.close()

    def abort(self) -> None:
        """Let go of the file while it is open: pyarrow would write to it later, and complain."""
        with suppress(Exception):
            self._writer.writer.close()
        self._writer.is_open = False

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting, self._size, self._bytes = [], 0, 0
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
