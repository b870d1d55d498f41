"""Where the tables of a ledger know each other."""

from __future__ import annotations

from sqlalchemy import MetaData

METADATA = MetaData()
