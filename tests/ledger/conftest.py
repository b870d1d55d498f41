"""Where the ledgers of the tests are: SQLite, and PostgreSQL when a server is given."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_world import schema

SERVER = "NOEMIE_TEST_POSTGRESQL"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each kind of server."""
    if request.param == "sqlite":
        yield str(tmp_path / "registre.db")
    else:
        with schema(postgresql_server(), f"t_{secrets.token_hex(6)}") as address:
            yield address


@pytest.fixture
def server() -> str:
    """The address of the PostgreSQL server."""
    return postgresql_server()


def postgresql_server() -> str:
    address = os.environ.get(SERVER, "")
    if not address:
        pytest.skip(f"no PostgreSQL server: give its address in {SERVER}")
    return address
