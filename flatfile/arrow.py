"""Arrow tables of plain columns; needs `pyarrow` (extra `parquet`), imported when a table is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Sized
from typing import Any, Final

from flatfile.extras import MissingLibraryError

#: The day from which Arrow counts.
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


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


def spare_array(values: Sequence[Any], kind: Any) -> Any:
    """A `pyarrow.Array` of strings, booleans, `int64` or `date32`, of lists or of structs of these.

    A day is given as a `date` or as ISO text, empty for none; a struct as an object or a mapping. `None` is a
    null.

    What `pyarrow.array` gives, which first imports pandas where it is installed: 45 MB. Needs `numpy`.
    """
    import numpy as np

    pa = arrow()
    if kind == pa.date32():
        values = [
            dt.date.fromisoformat(one) if one and isinstance(one, str) else one or None for one in values
        ]
    there = np.fromiter((value is not None for value in values), bool, len(values))
    missing = len(values) - int(there.sum())
    valid = pa.py_buffer(np.packbits(there, bitorder="little")) if missing else None
    children = []
    if kind == pa.string():
        texts = [b"" if value is None else value.encode() for value in values]
        buffers = [valid, _ends(texts), pa.py_buffer(b"".join(texts))]
    elif kind == pa.bool_():
        bits = np.packbits(np.fromiter(map(bool, values), bool, len(values)), bitorder="little")
        buffers = [valid, pa.py_buffer(bits)]
    elif kind == pa.date32():
        days = (0 if value is None else value.toordinal() - _EPOCH for value in values)
        buffers = [valid, pa.py_buffer(np.fromiter(days, np.int32, len(values)))]
    elif pa.types.is_list(kind):
        lists = [value or () for value in values]
        buffers = [valid, _ends(lists)]
        children = [spare_array([one for some in lists for one in some], kind.value_type)]
    elif pa.types.is_struct(kind):
        buffers = [valid]
        children = [spare_array([_held(value, one.name) for value in values], one.type) for one in kind]
    else:
        numbers = (0 if value is None else value for value in values)
        buffers = [valid, pa.py_buffer(np.fromiter(numbers, np.int64, len(values)))]
    return pa.Array.from_buffers(kind, len(values), buffers, missing, children=children)


def _ends(values: Sequence[Sized]) -> Any:
    """Where each value ends among those that stand one after another, and where the first starts."""
    import numpy as np

    ends = np.zeros(len(values) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, values), np.int32, len(values)), out=ends[1:])
    return arrow().py_buffer(ends)


def _held(value: Any, name: str) -> Any:
    """What a struct holds under a name."""
    if value is None:
        return None
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name)


def plain_table(columns: Mapping[str, type], rows: Sequence[Sequence[str | int]]) -> Any:
    """A `pyarrow.Table` of columns of `str` (strings) or `int` (`int64`).

    Raises `MissingLibraryError` without `pyarrow`.
    """
    pa = arrow()
    types = {str: pa.string(), int: pa.int64()}
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pa.array(column, types[kind]) for column, kind in zip(cells, columns.values(), strict=True)]
    return pa.table(arrays, names=list(columns))
