"""The sum of what was stored of each file: a value that changes in the database afterwards is found by it.

Each row gives a number, that of a digest of its table and values; they add up whatever their order, so that a
long flow is summed while it is stored. Kept among the parameters of the ledger, with the number of rows: a
purge takes rows away, and then nothing is compared. Rows that many files share (patients, professionals),
names of files and marks are in no sum.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, select

from noemie.ledger.base.inserting import Values, insert_values
from noemie.ledger.migrations import COLUMNS, SOINS

#: What is in the row of a file without being read in it.
_LATER: Final = frozenset({"importe_le", "purge_le"})

#: What rows of an older schema lack, the last column of its table: summed when told, so that their sums stay.
_SINCE: Final = frozenset({"forme", "professionnels"})

_PREFIX: Final = "somme:"
_MOST: Final = 1 << 128

#: Sums that another version made are not compared: its rows may have had other columns.
_VERSION: Final = f"{COLUMNS}.{SOINS}"


@cache
def _columns(table: Table) -> tuple[tuple[str, ...], Callable[[Mapping[Any, Any]], tuple[Any, ...]], str]:
    """The columns that are summed, what takes them all from a row that tells each, and the later one."""
    told = [column.name for column in table.columns if column.name not in _LATER]
    names = tuple(name for name in told if name not in _SINCE)
    return names, itemgetter(*names), next((name for name in told if name in _SINCE), "")


class Sum:
    """The sum of the rows of one file, and how many they are."""

    __slots__ = ("rows", "total")

    def __init__(self) -> None:
        self.rows = 0
        self.total = 0

    def add(self, table: Table, row: Mapping[Any, Any]) -> None:
        """One more row; a column that is not told is empty."""
        names, of, later = _columns(table)
        try:
            values = of(row)
        except KeyError:
            values = tuple(map(row.get, names))
        since = row.get(later)
        self._add(table.name, (values if since is None else (*values, since),))

    def add_all(self, table: Table, rows: Collection[Values]) -> None:
        """More rows of a table, by the values of all their columns."""
        if _columns(table)[2]:  # its last one
            rows = [values[:-1] if values[-1] is None else values for values in rows]
        self._add(table.name, rows)

    def _add(self, name: str, rows: Collection[Values]) -> None:
        total, forms = self.total, {size: name + "\0%s" * size for size in set(map(len, rows))}
        for values in rows:
            told = (forms[len(values)] % values).encode("utf-8", "surrogatepass")
            total += int.from_bytes(blake2b(told, digest_size=16).digest())
        self.total = total % _MOST
        self.rows += len(rows)

    def with_row(self, table: Table, row: Mapping[Any, Any]) -> Sum:
        """Another sum, with one more row."""
        other = Sum()
        other.rows, other.total = self.rows, self.total
        other.add(table, row)
        return other

    def __str__(self) -> str:
        return f"{_VERSION}:{self.rows}:{self.total:032x}"


def keep(connection: Connection, parameters: Table, sums: Mapping[int, str]) -> None:
    """Keep the sums of files, by number; those that were kept before go."""
    forget(connection, parameters, sums)
    insert_values(connection, parameters, [(f"{_PREFIX}{number}", told) for number, told in sums.items()])


def forget(connection: Connection, parameters: Table, numbers: Collection[int]) -> None:
    """Forget the sums of files: nothing is left of rows that were erased."""
    keys = [f"{_PREFIX}{number}" for number in numbers]
    for at in range(0, len(keys), 500):
        connection.execute(delete(parameters).where(parameters.c.cle.in_(keys[at : at + 500])))


def changed(connection: Connection, parameters: Table, tables: Iterable[tuple[Table, str]]) -> list[int]:
    """The files whose rows are as many as were stored, but not the same; `tables` with that of the file."""
    query = select(parameters.c.cle, parameters.c.valeur).where(parameters.c.cle.startswith(_PREFIX))
    kept = {int(key.removeprefix(_PREFIX)): told for key, told in connection.execute(query)}
    found: dict[int, Sum] = {}
    for table, owner in tables if kept else ():
        for row in connection.execute(select(table)).mappings():
            if row[owner] in kept:
                found.setdefault(row[owner], Sum()).add(table, row)
    return sorted(number for number, told in kept.items() if _differs(str(found.get(number, Sum())), told))


def _differs(found: str, kept: str) -> bool:
    return found != kept and found.split(":")[:2] == kept.split(":")[:2]
