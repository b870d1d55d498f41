"""Tokens of programs: made on the page, shown once, kept as digests, revocable."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from cli.serve.store import Store

if TYPE_CHECKING:
    from cli.serve.practice import Practice

__all__ = ["Token", "Tokens"]

_PREFIX: Final = "nm_"
_MOST_NAME: Final = 60


class Token(msgspec.Struct):
    """A token: its name, the day on which it was made, the digest of its secret (256 random bits)."""

    nom: str
    le: dt.date
    empreinte: str


class Tokens:
    """The tokens of one user, in the folder of their settings."""

    def __init__(self, practice: Practice) -> None:
        self._store: Store[list[Token]] = Store("jetons.json", list[Token], practice)
        self._lock = threading.Lock()

    def all(self) -> list[Token]:
        """The tokens that stand."""
        return self._store.read() or []

    def make(self, name: str, today: dt.date) -> str:
        """A new token, which nothing can show again."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._lock:
            token = Token(name.strip()[:_MOST_NAME] or "programme", today, _digest(secret))
            self._store.write([*self.all(), token])
        return secret

    def revoke(self, digest: str) -> None:
        """Drop the token of this digest."""
        with self._lock:
            self._store.write([one for one in self.all() if one.empreinte != digest])

    def knows(self, secret: str) -> bool:
        """Whether this is a token that stands."""
        digest = _digest(secret)
        return any(secrets.compare_digest(one.empreinte, digest) for one in self.all())


def _digest(secret: str) -> str:
    # A secret of 256 random bits needs no slow digest.
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
