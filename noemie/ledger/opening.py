"""Open a ledger: `noemie.ledger.base.opening`, for this kind of database."""

from __future__ import annotations

from sqlalchemy import Engine

from noemie.ledger.base import opening
from noemie.ledger.identity import Personal
from noemie.ledger.migrations import is_current, migrate


def prepare(engine: Engine, personal: Personal | None, *, create: bool = True) -> Personal:
    """Migrate the database when it must be; returns how it keeps personal data, chosen once for all."""
    return opening.prepare(engine, personal, is_current, migrate, create=create)
