"""One Parquet file; needs `pyarrow`."""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO, Final

import pyarrow.parquet as pq

from noemie.documents.convert.arrow import ArrowTable
from noemie.documents.convert.columns import Cell, Table
from noemie.documents.convert.rows import Rows

#: Rows of a row group.
_GROUP: Final = 1 << 16


class ParquetTable(ArrowTable):
    """Writes the rows of one record type, batch after batch."""

    def __init__(self, stream: BinaryIO, table: Table, rows: Rows) -> None:
        super().__init__(table, rows)
        self._writer = pq.ParquetWriter(stream, self.schema, compression="zstd")
        self._size = 0

    def write(self, columns: list[list[Cell]]) -> None:
        """Write some rows, given column by column."""
        super().write(columns)
        self._size += self.batches[-1].num_rows
        if self._size >= _GROUP:
            self._flush()

    def close(self) -> None:
        """Write the end of the file."""
        if self.batches:
            self._flush()
        self._writer.close()

    def abort(self) -> None:
        """Let go of the file while it is open: pyarrow would write to it later, and complain."""
        with suppress(Exception):
            self._writer.writer.close()
        self._writer.is_open = False

    def _flush(self) -> None:
        self._writer.write_table(self.table(), row_group_size=_GROUP)
        self.batches, self._size = [], 0
