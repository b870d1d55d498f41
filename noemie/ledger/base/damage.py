"""Is a SQLite database of ours damaged? Asked once something went wrong in it: it reads the whole file.

A damaged byte need not break the form of the file: a text may stand where a number is expected, a day be
none. What then fails far away is no fault of the program: a person must hear of it as of any other damage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, Engine

from noemie.ledger.base.genre import Genre

#: Declared type -> what is never in a column of that type.
_WRONG: Final = {
    "TEXT": "typeof({c}) <> 'text'",
    "BIGINT": "typeof({c}) <> 'integer'",
    "BLOB": "typeof({c}) <> 'blob'",
    "BOOLEAN": "{c} NOT IN (0, 1)",
    "DATE": "typeof({c}) <> 'text' OR date({c}) IS NOT {c} OR {c} < '0001'",
}

#: Another program is at work in the file: that says nothing of its state.
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


#: Opens a database of a kind at an address: `noemie.ledger.base.engine.open_engine`, which asks this module.
Opener = Callable[[URL, Genre], Engine]


def is_damaged(path: Path, genre: Genre, opener: Opener) -> bool:
    """Whether a file is no sound database of this kind. Opens it for reading only."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return _is_damaged(connection, genre, opener)
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF not in _BUSY
    except (MemoryError, OverflowError, UnicodeError):
        return True


def _is_damaged(connection: sqlite3.Connection, genre: Genre, opener: Opener) -> bool:
    if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        return True
    found, expected = _columns(connection), dict(_expected(genre, opener))
    if _is_older(connection, genre):
        expected = {column: kind for column, kind in expected.items() if column in found}
    if any(found.get(column) != kind for column, kind in expected.items()):
        return True
    return any(_holds_another(connection, *column, kind) for column, kind in expected.items())


def _is_older(connection: sqlite3.Connection, genre: Genre) -> bool:
    """Whether it waits to be brought up to date: it has not all the columns of today."""
    told = connection.execute("SELECT valeur FROM parametres WHERE cle = 'version'").fetchone()
    current: int = import_module(genre.schema).STEPS[-1].version
    return told is not None and str(told[0]).isdecimal() and 0 < int(told[0]) < current


def _columns(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Table and column -> declared type."""
    statement = (
        "SELECT tables.name, columns.name, upper(columns.type) FROM sqlite_master AS tables "
        "JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
    )
    return {(table, column): kind for table, column, kind in connection.execute(statement)}


def _expected(genre: Genre, opener: Opener) -> Iterator[tuple[tuple[str, str], str]]:
    """The columns that a new database of this kind has."""
    engine = opener(URL.create("sqlite"), genre)
    try:
        with engine.begin() as connection:
            import_module(genre.schema).migrate(connection)
            made = connection.connection.driver_connection
            assert isinstance(made, sqlite3.Connection)
            yield from _columns(made).items()
    finally:
        engine.dispose()


def _holds_another(connection: sqlite3.Connection, table: str, column: str, kind: str) -> bool:
    """Whether a column holds a value of another type than its own, or a text that is none."""
    name = f'"{column}"'
    wrong = f"{name} IS NOT NULL AND ({_WRONG[kind].format(c=name)})"
    if connection.execute(f'SELECT 1 FROM "{table}" WHERE {wrong} LIMIT 1').fetchone():
        return True
    if kind == "TEXT":
        for _ in connection.execute(f'SELECT "{column}" FROM "{table}"'):
            pass  # the driver raises on bytes that are no UTF-8
    return False
