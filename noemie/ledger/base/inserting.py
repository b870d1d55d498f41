"""Insert many rows at once, as fast as the drivers take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Date, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["Values", "insert_many", "insert_values", "upsert", "upsert_highest", "values_getter"]

#: A value for each column of a table, in their order, as the drivers take it: days are ISO texts.
Values = tuple[Any, ...]


def upsert(connection: Connection, table: Table) -> Any:
    """An insertion that knows ON CONFLICT: the two dialects have the same words."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def upsert_highest(connection: Connection, table: Table, names: Iterable[str]) -> Any:
    """Of two forms of one person the one of the highest `ordre` stays: imports may come in any order.

    `names` are the columns of a form.
    """
    insert = upsert(connection, table)
    return insert.on_conflict_do_update(
        index_elements=["jeton"],
        set_={name: insert.excluded[name] for name in (*names, "ordre")},
        where=insert.excluded.ordre > table.c.ordre,
    )


def insert_many(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that all have a value for each column, in the transaction of the connection."""
    insert_values(connection, table, list(map(values_getter(table), rows)))


def insert_values(connection: Connection, table: Table, values: list[Values]) -> None:
    """Insert these values, in the transaction of the connection."""
    if values:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        names = [column.name for column in table.columns]
        marks = ", ".join([mark] * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
        connection.exec_driver_sql(statement, values)


@cache
def values_getter(table: Table) -> Callable[[Mapping[str, Any]], Values]:
    """What takes the values from such a row, written out: rows are many."""
    form = {True: "(None if row[{0!r}] is None else row[{0!r}].isoformat())", False: "row[{0!r}]"}
    pieces = [form[isinstance(one.type, Date)].format(one.name) for one in table.columns]
    made: Callable[[Mapping[str, Any]], Values] = eval(f"lambda row: ({', '.join(pieces)},)")
    return made
