"""Arrow tables of plain columns; needs `pyarrow` (extra `parquet`), imported when a table is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flatfile.extras import MissingLibraryError


def arrow() -> Any:
    """The module `pyarrow`. Raises `MissingLibraryError` without it."""
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise MissingLibraryError("pyarrow", "parquet") from None
    return pyarrow


def require_columns() -> None:
    """Raise `MissingLibraryError` without what columns of many records are made with: `pyarrow`, `numpy`."""
    arrow()
    try:
        import numpy  # noqa: F401
    except ModuleNotFoundError:
        raise MissingLibraryError("numpy", "parquet") from None


def plain_table(columns: Mapping[str, type], rows: Sequence[Sequence[str | int]]) -> Any:
    """A `pyarrow.Table` of columns of `str` (strings) or `int` (`int64`).

    Raises `MissingLibraryError` without `pyarrow`.
    """
    pa = arrow()
    types = {str: pa.string(), int: pa.int64()}
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pa.array(column, types[kind]) for column, kind in zip(cells, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))
