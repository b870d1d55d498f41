"""Arrow arrays made without `pyarrow.array`: the same, values and nulls."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatfile.arrow import spare_array

pa = pytest.importorskip("pyarrow")

KINDS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (pa.string(), st.text()),
    (pa.int64(), st.integers(-(1 << 63), (1 << 63) - 1)),
    (pa.date32(), st.dates()),
    (pa.bool_(), st.booleans()),
]


@pytest.mark.parametrize(("kind", "cells"), KINDS, ids=lambda one: str(one))
@given(data=st.data())
def test_the_array_that_pyarrow_gives(kind: Any, cells: st.SearchStrategy[Any], data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | cells, max_size=70))
    made = spare_array(values, kind)
    made.validate(full=True)
    assert made.equals(pa.array(values, kind))
    assert (made.null_count, made.to_pylist()) == (values.count(None), values)


def test_days_before_arrow_counts() -> None:
    assert spare_array([dt.date(1969, 12, 31), None], pa.date32()).to_pylist() == [
        dt.date(1969, 12, 31),
        None,
    ]
