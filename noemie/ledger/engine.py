"""Open the database of a ledger: `noemie.ledger.base.engine`, for this kind of database."""

from __future__ import annotations

import os

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from noemie.ledger.base import engine
from noemie.ledger.base.engine import file_of, reading, writing
from noemie.ledger.errors import GENRE

__all__ = ["address", "file_of", "open_engine", "reading", "writing"]


def address(where: str | os.PathLike[str]) -> URL:
    """The address of a database: a URL, or the path of a SQLite file. Raises `LedgerError`."""
    return engine.address(where, GENRE)


def open_engine(url: URL, *, create: bool = True) -> Engine:
    """An engine for this address; see `noemie.ledger.base.engine.open_engine`. Raises `LedgerError`."""
    return engine.open_engine(url, GENRE, create=create)
