"""Typed models as Arrow rows: a column for each attribute, with lists and structs (`arrow_rows`: flat ones).

What stands in a list is told by its plain attributes alone: what these hold in lists is left to JSON. A
mapping is a struct of the keys that are told; a text whose `Meta(extra={"arrow": "date"})` says so is a day.
Needs `pyarrow` and `numpy`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec
from msgspec import inspect

from flatfile.arrow import arrow, spare_array

__all__ = ["struct_batch", "struct_schema"]

_NESTED: Final = (inspect.ListType, inspect.VarTupleType, inspect.StructType, inspect.DictType)


def struct_schema(
    model: type[msgspec.Struct], *, keys: Collection[str], without: Collection[str] = ()
) -> Any:
    """The Arrow schema of a model; `keys` are those of its mappings, `without` what has no column."""
    told = inspect.type_info(model)
    assert isinstance(told, inspect.StructType)
    fields = [(one.name, _arrow(one.type, keys)) for one in told.fields if one.name not in without]
    return arrow().schema(fields)


def _arrow(told: inspect.Type, keys: Collection[str]) -> Any:
    pa = arrow()
    told = _given(told)
    if isinstance(told, inspect.Metadata):
        return pa.date32() if told.extra == {"arrow": "date"} else _arrow(told.type, keys)
    if isinstance(told, inspect.ListType | inspect.VarTupleType):
        return pa.list_(_arrow(told.item_type, keys))
    if isinstance(told, inspect.DictType):
        return pa.struct([(key, _arrow(told.value_type, keys)) for key in keys])
    if isinstance(told, inspect.StructType):
        plain = [one for one in told.fields if not isinstance(_given(one.type), _NESTED)]
        return pa.struct([(one.name, _arrow(one.type, keys)) for one in plain])
    kinds: dict[type, Any] = {
        inspect.StrType: pa.string(),
        inspect.IntType: pa.int64(),
        inspect.BoolType: pa.bool_(),
        inspect.DateType: pa.date32(),
    }
    return kinds[type(told)]


def _given(told: inspect.Type) -> inspect.Type:
    """The type of what is there, for what may not be."""
    if isinstance(told, inspect.UnionType):
        (told,) = (one for one in told.types if not isinstance(one, inspect.NoneType))
    return told


def struct_batch(schema: Any, rows: Sequence[msgspec.Struct]) -> Any:
    """Some models as a `pyarrow.RecordBatch`."""
    arrays = [spare_array([getattr(row, one.name) for row in rows], one.type) for one in schema]
    return arrow().record_batch(arrays, schema=schema)
