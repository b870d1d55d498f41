"""Open a database, and turn its errors into ours, which quote nothing.

SQLite: write-ahead log, synchronous writes, foreign keys, freed pages overwritten (`secure_delete`), and a
file that only its owner can read. SQLAlchemy hides the values of statements; its own messages, and those of
the drivers, which may quote some, never leave this module.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from flatfile import FormatError
from noemie.ledger.base.errors import BaseError
from noemie.ledger.base.genre import Genre

#: Execution options: the kind of a database; a connection that is going to write.
GENRE: Final = "base_genre"
WRITES: Final = "base_writes"

_PRAGMAS: Final = (
    # First: the others wait too.
    "PRAGMA busy_timeout=30000",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)

#: Memory for pages, in KiB, while rows are written: tokens fall anywhere in their indexes; with 2 MiB, the
#: default, each page was written again and again.
_ROOM: Final = "PRAGMA cache_size=-16384"

#: How long a server is waited for (seconds), unless its address tells another time.
_PATIENCE: Final = 10

#: Written in the file, for ever: never in that of another program.
_LOG: Final = "PRAGMA journal_mode=WAL"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"


def address(where: str | os.PathLike[str], genre: Genre) -> URL:
    """The address of a database: a URL, or the path of a SQLite file. Raises the error of its kind."""
    text = os.fspath(where)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise genre.error("base.adresse") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise genre.error("base.adresse")
    if url.get_backend_name() == "sqlite" or "connect_timeout" in url.query:
        return url
    # One that says nothing would be waited for without end.
    return url.update_query_dict({"connect_timeout": str(_PATIENCE)})


def file_of(url: URL) -> Path | None:
    """The SQLite file of an address; `None` for a server or a database in memory."""
    in_memory = url.database in (None, "", ":memory:")
    return Path(url.database or "") if url.get_backend_name() == "sqlite" and not in_memory else None


def open_engine(url: URL, genre: Genre, *, create: bool = True) -> Engine:
    """An engine for this address.

    Without `create`, a SQLite file that is missing or empty is left so: that is `base.vide`. Raises the error
    of its kind when the driver or the folder is missing too.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, genre, create)
    try:
        options = {GENRE: genre}
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, execution_options=options)
    except ImportError:
        raise genre.error("module.absent", module="psycopg", extra="postgresql") from None
    except (SQLAlchemyError, NoSuchModuleError):
        raise genre.error("base.adresse") from None


def _sqlite(url: URL, genre: Genre, create: bool) -> Engine:
    path = file_of(url)
    if path is not None:
        if not create and not _holds_bytes(path):
            raise genre.error("base.vide")
        _make(path, genre)
    # A connection is closed after use: the log is then merged in the file, which is whole by itself.
    pool = NullPool if path is not None else StaticPool
    engine = create_engine(url, hide_parameters=True, poolclass=pool, execution_options={GENRE: genre})
    event.listen(engine, "connect", partial(_prepare, genre))
    event.listen(engine, "begin", _begin)
    return engine


def _make(path: Path, genre: Genre) -> None:
    """A file for its owner alone, where there is none.

    One that is there is never opened beside SQLite: closing it would drop every lock that this process holds
    on it (POSIX), and another program could then remove a log that is in use, with what was written there.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.is_dir() or not os.access(path, os.R_OK | os.W_OK):
            raise genre.error("base.acces") from None
    except (OSError, ValueError):
        raise genre.error("base.acces") from None


def genre_of(engine: Engine | Connection) -> Genre:
    """The kind of a database."""
    genre: Genre = engine.get_execution_options()[GENRE]
    return genre


def _holds_bytes(path: Path) -> bool:
    """Whether there is something to read there; `open` tells what is wrong with a file out of reach."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True


def _prepare(genre: Genre, connection: Any, _record: object) -> None:
    # Transactions are ours alone: the driver would commit before DDL, and begin late.
    connection.isolation_level = None
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()
        tables = {name for (name,) in connection.execute(_TABLES).fetchall()}
        # Not before its tables: a base that is being made has no byte that another could take for a base.
        if genre.tables.issubset(tables):
            _start_log(connection)
    except BaseException:
        connection.close()  # nobody else knows it yet
        raise


def _start_log(connection: sqlite3.Connection) -> None:
    try:
        connection.execute(_LOG).close()
    except sqlite3.OperationalError as error:
        # Others are at work in a base that was just made: it starts with a later connection.
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    if writes:
        connection.exec_driver_sql(_ROOM)
    # A transaction that will write takes its lock at once: it cannot fail half way because of another.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database."""
    with guarded(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it, or nothing. One program writes at a time."""
    options, genre = {WRITES: True}, genre_of(engine)
    with guarded(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": genre.lock})
        yield connection


@contextmanager
def guarded(engine: Engine) -> Iterator[None]:
    """Turn the errors of the database into those of its kind, without their words.

    Whatever else fails while a damaged file is read is the damage too; other errors pass through.
    """
    genre = genre_of(engine)
    try:
        yield
    except (BaseError, FormatError, OSError):
        raise
    except SQLAlchemyError as error:
        code = _code(error)
        if code == "base.erreur" and _is_damaged(engine):
            code = "base.illisible"
        raise genre.error(code, genre=type(error).__name__) from None
    except Exception:
        if _is_damaged(engine):
            raise genre.error("base.illisible") from None
        raise


def _is_damaged(engine: Engine) -> bool:
    from noemie.ledger.base.damage import is_damaged

    path = file_of(engine.url)
    return path is not None and is_damaged(path, genre_of(engine), open_engine)


#: What SQLite says -> what to tell.
_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: "base.occupee",
    sqlite3.SQLITE_LOCKED: "base.occupee",
    sqlite3.SQLITE_CANTOPEN: "base.acces",
    sqlite3.SQLITE_READONLY: "base.acces",
    sqlite3.SQLITE_PERM: "base.acces",
    sqlite3.SQLITE_IOERR: "base.acces",
    sqlite3.SQLITE_FULL: "base.pleine",
    sqlite3.SQLITE_NOTADB: "base.illisible",
    sqlite3.SQLITE_CORRUPT: "base.illisible",
    sqlite3.SQLITE_FORMAT: "base.illisible",
    sqlite3.SQLITE_PROTOCOL: "base.occupee",
    # Too long or too large, by a length that is damaged: we never write such.
    sqlite3.SQLITE_TOOBIG: "base.illisible",
    sqlite3.SQLITE_NOMEM: "base.illisible",
}


#: PostgreSQL: insufficient privilege, read only transaction.
_FORBIDDEN: Final = frozenset({"42501", "25006"})


def _code(error: SQLAlchemyError) -> str:
    if not isinstance(error, DBAPIError):
        return "base.erreur"
    number = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(number, int):
        # The low byte is the primary code, the others refine it.
        return _SQLITE.get(number & 0xFF, "base.erreur")
    if isinstance(error.orig, sqlite3.Error):
        return "base.erreur"
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state.startswith(("53", "58")):
        return "base.pleine"
    if state in _FORBIDDEN:
        return "base.acces"
    if isinstance(error, OperationalError) and (not state or state.startswith(("08", "28", "3D", "57"))):
        return "base.connexion"
    return "base.erreur"
