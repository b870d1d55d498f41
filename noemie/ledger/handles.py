"""How a sending is named where nothing may be told of anybody: in the address of a page."""

from __future__ import annotations

from hashlib import blake2b

__all__ = ["handle_of"]


def handle_of(fichier: str, record: int) -> str:
    """What names a sending in an address, and tells nothing of anybody: its record, a digest of its file."""
    return f"{record}-{blake2b(fichier.encode(), digest_size=8).hexdigest()}"
