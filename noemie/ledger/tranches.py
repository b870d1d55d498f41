"""Slices of a ledger: matching takes some of them at a time, so that memory stays bounded."""

from __future__ import annotations

import zlib
from typing import Final

__all__ = ["TRANCHES", "slice_of"]

#: How many slices there are.
TRANCHES: Final = 1024


def slice_of(key: str) -> int:
    """The slice that the invoices of this number belong to, from 0 on."""
    return zlib.crc32(key.encode("utf-8", "replace")) % TRANCHES
