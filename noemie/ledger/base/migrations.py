"""Bring the schema of a database up to date, step by step. A published step is never changed: add another.

Steps are plain SQL, the same on SQLite and PostgreSQL but for the words in braces, so that an old database
goes through the same states as when it was made. They run in one transaction: all of them or none. The table
`parametres` (`cle`, `valeur`), which the first step makes, holds the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, inspect, text

from noemie.ledger.base.engine import genre_of


class Step(NamedTuple):
    """One version of the schema: its number, and the statements that lead to it from the one before."""

    version: int
    statements: tuple[str, ...]


PARAMETRES: Final = "CREATE TABLE parametres (cle TEXT NOT NULL PRIMARY KEY, valeur TEXT NOT NULL)"

#: The words for bytes, and for rows that are kept in the order of their key, by dialect.
_WORDS: Final = {
    "postgresql": (("{octets}", "BYTEA"), ("{rangee}", "")),
    "sqlite": (("{octets}", "BLOB"), ("{rangee}", " WITHOUT ROWID")),
}


def migrate(connection: Connection, steps: Sequence[Step]) -> int:
    """Bring the database to the last step, within the transaction of `connection`; returns the version.

    Raises the error of its kind: `base.version` when the database is newer than the program,
    `base.etrangere` when it holds other tables and none of ours.
    """
    known = steps[-1].version
    if is_current(connection, steps):
        return known
    version = _version(connection)
    for step in steps:
        if step.version > version:
            for statement in step.statements:
                for mark, word in _WORDS[connection.dialect.name]:
                    statement = statement.replace(mark, word)
                connection.exec_driver_sql(statement)
    values = {"cle": _VERSION, "valeur": str(known)}
    connection.execute(text(_NEXT if version else _FIRST), values)
    return known


def is_current(connection: Connection, steps: Sequence[Step]) -> bool:
    """Whether there is nothing to migrate; raises what `migrate` raises."""
    version = _version(connection)
    if version > steps[-1].version:
        raise genre_of(connection).error("base.version", version=version, connue=steps[-1].version)
    return version == steps[-1].version


def is_empty(connection: Connection) -> bool:
    """Whether the database holds no table at all."""
    return not inspect(connection).get_table_names()


_VERSION: Final = "version"
_NEXT: Final = "UPDATE parametres SET valeur = :valeur WHERE cle = :cle"
_FIRST: Final = "INSERT INTO parametres (cle, valeur) VALUES (:cle, :valeur)"


def _version(connection: Connection) -> int:
    """Version of the schema, 0 for an empty database."""
    genre = genre_of(connection)
    tables = inspect(connection).get_table_names()
    if not tables:
        return 0
    if "parametres" not in tables or not genre.tables.issubset(tables):
        raise genre.error("base.etrangere")
    found = connection.execute(text("SELECT valeur FROM parametres WHERE cle = :cle"), {"cle": _VERSION})
    valeur = found.scalar_one_or_none()
    if valeur is None or not str(valeur).isdecimal():
        # All our tables are there: a file of ours, damaged.
        raise genre.error("base.illisible" if connection.dialect.name == "sqlite" else "base.etrangere")
    return int(valeur)
