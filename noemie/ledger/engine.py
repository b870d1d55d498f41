"""Open the database of a ledger: `noemie.ledger.base.engine`, for this kind of database."""

from __future__ import annotations

import os
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from noemie.ledger.base import engine
from noemie.ledger.base.engine import file_of, reading, writing
from noemie.ledger.errors import GENRE

__all__ = ["address", "file_of", "open_engine", "reading", "writing"]

#: How long a server is waited for (seconds).
_PATIENCE: Final = 10


def address(where: str | os.PathLike[str]) -> URL:
    """The address of a database: a URL, or the path of a SQLite file. Raises `LedgerError`."""
    url = engine.address(where, GENRE)
    if url.get_backend_name() == "sqlite" or "connect_timeout" in url.query:
        return url
    # A server that is not there would be waited for during minutes.
    return url.update_query_dict({"connect_timeout": str(_PATIENCE)})


def open_engine(url: URL, *, create: bool = True) -> Engine:
    """An engine for this address; see `noemie.ledger.base.engine.open_engine`. Raises `LedgerError`."""
    return engine.open_engine(url, GENRE, create=create)
