"""Insert many rows at once, as fast as the driver of SQLite takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_many", "upsert"]


def upsert(connection: Connection, table: Table) -> Any:
    """An insertion that knows ON CONFLICT: the two dialects have the same words."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have a value for each column, in the transaction of the connection."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(table.insert(), rows)
        return
    statement, names, days = _statement(table)
    values = map(itemgetter(*names), rows)
    if days:
        values = (_with_days(one, days) for one in values)  # type: ignore[assignment]
    connection.exec_driver_sql(statement, list(values))


@cache
def _statement(table: Table) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """The statement, the names of the columns, and the places of those that are days."""
    names = tuple(column.name for column in table.columns)
    days = tuple(place for place, column in enumerate(table.columns) if isinstance(column.type, Date))
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", names, days


def _with_days(values: Sequence[Any], days: Sequence[int]) -> tuple[Any, ...]:
    """The same, days being written as SQLAlchemy writes them."""
    made = list(values)
    for place in days:
        day: dt.date | None = made[place]
        if day is not None:
            made[place] = day.isoformat()
    return tuple(made)
