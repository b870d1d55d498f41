"""Where the ledgers of the tests are: SQLite, and PostgreSQL when a server is given."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

SERVER = "NOEMIE_TEST_POSTGRESQL"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each kind of server."""
    if request.param == "sqlite":
        yield str(tmp_path / "registre.db")
        return
    yield from _schema(os.environ.get(SERVER, ""))


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    yield from _schema(os.environ.get(SERVER, ""))


def _schema(server: str) -> Iterator[str]:
    if not server:
        pytest.skip(f"no PostgreSQL server: give its address in {SERVER}")
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"t_{secrets.token_hex(6)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        options = {**url.query, "options": f"-csearch_path={name}"}
        yield url.set(query=options).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()
