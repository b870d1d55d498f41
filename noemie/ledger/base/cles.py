"""The key that protects people in a database, and what is drawn from it.

A person is told by a token: HMAC-SHA-256 of what identifies them, under the key of the database. The
database alone gives no identity back, and without the key nobody can try them all. Three modes, chosen when
the database is made:

- `token`, the default: tokens and masked forms only;
- `encrypt`: the same, and the identity under AES-GCM, bound to its token;
- `plain`: the same, and the identity as it is. The key is then in the database: it would protect nothing.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from flatfile import MASK
from noemie.documents.keyed import Hmac
from noemie.ledger.base.genre import Genre

Personal = Literal["token", "encrypt", "plain"]
MODES: Final[tuple[str, ...]] = get_args(Personal)

_SHORTEST_KEY: Final = 16
_NIR_LENGTH: Final = 13
_SHOWN: Final = 3
_NONCE: Final = 12
_FORMAT: Final = b"\x01"
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")


class LignePersonne(msgspec.Struct, frozen=True):
    """What a database keeps of a person: tokens, masked forms, the identity as `Cles.protect` makes it.

    `ordre` says which of several forms of one person stands: the highest.
    """

    jeton: str
    assure: str
    masque_nir: str
    masque_nom: str
    donnees: bytes | None
    ordre: int

    def __repr__(self) -> str:
        return "<LignePersonne>"


class Cles:
    """The two keys drawn from the one of a database: for tokens, for encryption.

    `check` tells the right key from another without telling the key.
    """

    def __init__(self, genre: Genre, key: bytes, mode: Personal) -> None:
        if len(key) < _SHORTEST_KEY:
            raise genre.error("cle.illisible")
        self.genre = genre
        self.mode = mode
        self._hmac = Hmac(self._draw(key, "token"))
        self._data_key = self._draw(key, "encrypt")
        self.check = self._draw(key, "check")[:8].hex()

    @cached_property
    def _cipher(self) -> Any:
        return cipher(self.genre, self._data_key)

    def __getstate__(self) -> dict[str, Any]:
        """What crosses to another process: the cipher does not, it is made again there."""
        return {name: value for name, value in vars(self).items() if name != "_cipher"}

    def _draw(self, key: bytes, use: str) -> bytes:
        return hmac.digest(key, f"sesam-noemie/{self.genre.use}/{use}".encode(), "sha256")

    def token(self, *parts: str) -> str:
        """Token of what identifies someone."""
        return self.digest("\0".join(parts).encode("utf-8", "surrogatepass"))[:16].hex()

    def digest(self, told: bytes) -> bytes:
        """HMAC of bytes, under the key of tokens."""
        return self._hmac.digest(told)

    def protect(self, plain: bytes, token: str) -> bytes | None:
        """What the database keeps of an identity."""
        if self.mode == "token":
            return None
        if self.mode == "plain":
            return plain
        # Drawn from what is enciphered: the same files give the same rows, and no nonce serves twice.
        nonce = self.digest(b"\0".join((b"nonce", token.encode(), plain)))[:_NONCE]
        sealed: bytes = self._cipher.encrypt(nonce, plain, token.encode())
        return _FORMAT + nonce + sealed

    def unprotect(self, data: bytes | None, token: str) -> bytes | None:
        """The identity that was kept; `None` when none was. Raises when it was changed."""
        if data is None or self.mode != "encrypt":
            return None if data is None else bytes(data)
        from cryptography.exceptions import InvalidTag

        data = bytes(data)
        nonce, sealed = data[1 : 1 + _NONCE], data[1 + _NONCE :]
        try:
            opened: bytes = self._cipher.decrypt(nonce, sealed, token.encode())
        except (InvalidTag, ValueError):
            raise self.genre.error("cle.chiffre") from None
        return opened

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.mode}>"


def cipher(genre: Genre, key: bytes = bytes(32)) -> Any:  # its type belongs to a package that may be missing
    """The cipher of identities. Raises the error of the kind when it cannot be had."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise genre.error("module.absent", module="cryptography", extra="encryption") from None
    return AESGCM(key)


# --- where keys come from ---------------------------------------------------------------------------------


def given_key(genre: Genre) -> bytes | None:
    """The key that the environment gives, in hexadecimal, itself or in a file. Raises."""
    file_variable, variable = genre.error.VARIABLES
    if name := os.environ.get(file_variable):
        return read_key(Path(name), genre)
    if text := os.environ.get(variable):
        return _parse_key(text, genre)
    return None


def read_key(path: Path, genre: Genre) -> bytes:
    """The key that a file holds, in hexadecimal. Raises."""
    try:
        return _parse_key(path.read_text("ascii"), genre)
    except OSError:
        raise genre.error("cle.absente") from None
    except UnicodeDecodeError:
        raise genre.error("cle.illisible") from None


def _parse_key(text: str, genre: Genre) -> bytes:
    text = text.strip()
    if not _HEX.fullmatch(text):
        raise genre.error("cle.illisible")
    return bytes.fromhex(text)


def make_key(path: Path, genre: Genre, key: bytes | None = None) -> bytes:
    """A new key in a new file that only its owner can read; the key that is there when there is one.

    The file appears whole or not at all, so that a program stopped in the middle leaves no half of a key.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write((key or secrets.token_bytes(32)).hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    except OSError:
        raise genre.error("base.acces") from None
    finally:
        with suppress(OSError):
            temporary.unlink()
    return read_key(path, genre)


# --- numbers ----------------------------------------------------------------------------------------------


def masked_nir(nir: str) -> str:
    """A NIR of which only the last three characters are shown.

    >>> masked_nir("1800199999123")
    '••••••••••123'
    """
    shown = nir[-_SHOWN:] if len(nir) >= _NIR_LENGTH else ""
    return MASK * max(len(nir) - len(shown), 0) + shown
