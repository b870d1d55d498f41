"""The password of the page, and its lock.

With a password, the key of the ledger is kept wrapped (scrypt, then AES-GCM) in the folder of the settings,
and its plain file is removed: without the password nobody is named, here or by the command. The page locks
itself when nobody uses it.
"""

from __future__ import annotations

import os
import secrets
import time
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from cli.serve.store import Store
from cli.words.speech import say
from cli.words.status import CommandError

if TYPE_CHECKING:
    from cli.serve.practice import Practice

__all__ = ["Lock"]

#: Cost of scrypt: 32 MiB, a tenth of a second.
_N: Final = 1 << 15
_R: Final = 8
_SHORTEST: Final = 8
#: Minutes without a page before it locks itself.
IDLE: Final = 15


class Wrapped(msgspec.Struct):
    """The key of a ledger under a password, and where its plain file stands when there is none."""

    sel: bytes
    nonce: bytes
    cle: bytes
    fichier: str


class Lock:
    """Whether the page of a ledger is locked, and what opens it; each ledger has its own password."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._store: Store[Wrapped] = Store(f"mot-de-passe-{_name(practice.places.db)}.json", Wrapped)
        self._locked = self.has_password
        self._seen = time.monotonic()

    @property
    def has_password(self) -> bool:
        """Whether a password was set."""
        return self._store.path.exists()

    @property
    def closed(self) -> bool:
        """Whether the page is locked; asking is not using it."""
        return self._locked and self.has_password

    def is_locked(self) -> bool:
        """Whether the page is locked now; asking is using it."""
        now = time.monotonic()
        if self.has_password and now - self._seen > IDLE * 60:
            self.lock()
        self._seen = now
        return self.closed

    def lock(self) -> None:
        """Lock, and forget the key and the answers."""
        if self.has_password:
            self._locked = True
            self._practice.key = None
            self._practice.forget()

    def unlock(self, password: str) -> bool:
        """Whether this is the password; the key is then at hand."""
        wrapped = self._store.read()
        if wrapped is None:
            return False
        key = _unwrap(wrapped, password)
        if key is None:
            return False
        self._practice.key = key
        self._locked = False
        self._practice.forget()
        return True

    def set(self, password: str) -> None:
        """Put the key of the ledger under this password. Raises `CommandError`."""
        if len(password) < _SHORTEST:
            raise CommandError(
                say(
                    f"Mot de passe trop court.\n  → {_SHORTEST} caractères ou plus.",
                    f"Password too short.\n  → {_SHORTEST} characters or more.",
                )
            )
        place = None if self.has_password else self._practice.key_place()
        if place is None:
            raise CommandError(
                say(
                    "La clé de ce registre n'est pas dans un fichier que la page peut garder.",
                    "The key of this ledger is in no file that the page can keep.",
                )
            )
        key = bytes.fromhex(place.read_text("ascii").strip())
        wrapped = _wrap(key, password, place)
        self._store.write(wrapped)
        again = self._store.read()
        if again is None or _unwrap(again, password) != key:  # never lose a key
            self._store.remove()
            raise CommandError(say("Mot de passe non enregistré.", "The password was not kept."))
        self._practice.key = key  # first: what is asked meanwhile finds no file any more
        place.unlink()
        self._locked = False

    def remove(self, password: str) -> bool:
        """Give the key its plain file back, and forget the password; whether it was the right one."""
        wrapped = self._store.read()
        key = _unwrap(wrapped, password) if wrapped else None
        if wrapped is None or key is None:
            return False
        place = Path(wrapped.fichier)
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="ascii") as stream:
            stream.write(key.hex() + "\n")
        self._store.remove()
        self._locked = False
        return True


def _name(db: str) -> str:
    """What names the password of a ledger: a digest of its place."""
    place = db if "://" in db else str(Path(db).absolute())
    return blake2b(place.encode(), digest_size=8).hexdigest()


def _derived(password: str, salt: bytes) -> bytes:
    from hashlib import scrypt

    return scrypt(password.encode(), salt=salt, n=_N, r=_R, p=1, maxmem=128 * _N * _R * 2, dklen=32)


def _wrap(key: bytes, password: str, place: Path) -> Wrapped:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_derived(password, salt)).encrypt(nonce, key, str(place).encode())
    return Wrapped(salt, nonce, sealed, str(place))


def _unwrap(wrapped: Wrapped, password: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        cipher = AESGCM(_derived(password, wrapped.sel))
        return cipher.decrypt(wrapped.nonce, wrapped.cle, wrapped.fichier.encode())
    except InvalidTag:
        return None
