"""The key of pseudonyms: where it comes from, and the keyed permutations that everything else rests on.

Private to `noemie.documents.mask`. A pseudonym of a number is a *bijection* of the numbers of the same
shape: two persons never get the same pseudonym, and a number never keeps its own. The permutation is a
Feistel network whose round function is HMAC-SHA256, on exactly as many values as the shape has (cycle
walking).
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from functools import lru_cache
from itertools import pairwise
from math import isqrt
from pathlib import Path
from typing import Final, Self

from noemie.documents.keyed import Hmac

#: Environment variable that holds the key.
VARIABLE: Final = "NOEMIE_MASK_KEY"

#: Bytes of the shortest key accepted, and of one made at random.
SHORTEST: Final = 16
_RANDOM: Final = 32

#: Rounds of the Feistel network; each round changes both halves.
_ROUNDS: Final = 5

#: Longest file taken for a key.
_LONGEST: Final = 4096

_REMEMBERED: Final = 1 << 14


class MaskKeyError(ValueError):
    """The key is missing or too short; the message never quotes it."""


class WeakKeyError(MaskKeyError):
    """The key is long enough, and anybody may guess it."""


class Key:
    """A secret from which pseudonyms are made. The same key gives the same pseudonyms in every file.

    Who holds it can find the persons again: keep it apart from the masked files, or forget it. Raises
    `MaskKeyError` when it has fewer than 16 bytes, `WeakKeyError` when it is easily guessed: a few characters
    repeated, neighbours of the alphabet or of a keyboard, a word that everybody tries.
    """

    __slots__ = ("_hmac", "_secret")

    def __init__(self, secret: bytes | str) -> None:
        raw = secret.encode() if isinstance(secret, str) else bytes(secret)
        raw = raw.strip(b"\r\n \t")
        if len(raw) < SHORTEST:
            raise MaskKeyError(f"a key has at least {SHORTEST} bytes")
        if _is_guessed(raw):
            raise WeakKeyError("a key that anybody may guess; it should be drawn at random")
        self._secret = raw
        self._hmac = Hmac(raw)

    def __reduce__(self) -> tuple[type[Key], tuple[bytes]]:
        """The secret alone: the key crosses to the processes that mask with it."""
        return type(self), (self._secret,)

    @classmethod
    def random(cls) -> Self:
        """A new key, that nobody can have again once it is forgotten."""
        return cls(secrets.token_bytes(_RANDOM).hex())

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key that a file holds, line ends around it left out. Raises `MaskKeyError`."""
        try:
            with path.open("rb") as stream:
                raw = stream.read(_LONGEST + 1)
        except (OSError, ValueError):
            raise MaskKeyError("this key file cannot be read") from None
        if len(raw) > _LONGEST:
            raise MaskKeyError(f"a key file has at most {_LONGEST} bytes")
        return cls(raw)

    @classmethod
    def from_environment(cls) -> Self | None:
        """The key of the variable `NOEMIE_MASK_KEY`, `None` when it is not set. Raises `MaskKeyError`.

        Set and empty, it is a key that went missing on its way, not the wish for one drawn at random.
        """
        found = os.environ.get(VARIABLE)
        return None if found is None else cls(os.fsencode(found))

    @property
    def fingerprint(self) -> str:
        """Eight characters that tell two keys apart and give neither away."""
        return self.digest("fingerprint", "").hex()[:8]

    def digest(self, label: str, text: str) -> bytes:
        """HMAC-SHA256 of `label`, a zero byte and `text`: 32 bytes."""
        return self._hmac.digest(f"{label}\0{text}".encode())

    def number(self, label: str, text: str, size: int) -> int:
        """A number from 0, under `size`, that depends on the key, on `label` and on `text`."""
        return int.from_bytes(self.digest(label, text)[:16], "big") % size

    def stream(self, label: str, text: str, length: int) -> bytes:
        """`length` bytes that depend on the key, on `label` and on `text`."""
        blocks = -(-length // 32)
        return b"".join(self.digest(f"{label}\0{rank}", text) for rank in range(blocks))[:length]

    def permute(self, label: str, number: int, size: int) -> int:
        """Where a keyed permutation of 0…`size`-1 sends `number`; never itself when `size` is 2 or more.

        One bijection for each `label` and `size`.
        """
        if size < 2:
            return number
        # A cycle of all the values: a shift by one, seen through a permutation, has no fixed point.
        network = _network(self, label, size)
        return network.backward((network.forward(number) + 1) % size)

    def __repr__(self) -> str:
        return f"<Key {self.fingerprint}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._secret)


#: Neighbours: whoever guesses a character guesses the next one.
_ROWS: Final = (
    b"0123456789012",
    b"abcdefghijklmnopqrstuvwxyzab",
    b"azertyuiopqsdfghjklmwxcvbn",
    b"qwertyuiopasdfghjklzxcvbnm",
)
_NEIGHBOURS: Final = frozenset(pair for row in _ROWS for one in (row, row[::-1]) for pair in pairwise(one))

#: What people type where a secret is asked for.
_WORDS: Final = re.compile(
    b"password|passw0rd|passe|motde|mot de|secret|change|admin|azerty|qwerty|noemie|sesam|vitale|mask|masque"
    b"|default|defaut|example|exemple|test|demo|foobar|letmein|bonjour|hello|welcome|cle|key|my|me|une?|the"
)

#: A key has so many different bytes, and so many that nothing before them tells.
_DIFFERENT: Final = 5


def _is_guessed(raw: bytes) -> bool:
    """Whether a key of sufficient length says no more than a short one."""
    if len(set(raw)) < _DIFFERENT or any(
        raw[gap:] == raw[:-gap] for gap in range(1, min(SHORTEST, len(raw) // 2 + 1))
    ):
        return True
    # Random bytes are left alone by what follows, but for a few.
    text = _WORDS.sub(b"", raw.lower())
    alone = [
        byte
        for before, byte in zip(b"\0" + text, text, strict=False)
        if byte not in _SEPARATORS
        and before != byte
        and (before, byte) not in _NEIGHBOURS
        and byte != (before + 1) % 256
    ]
    return len(alone) < _DIFFERENT


_SEPARATORS: Final = b" -_.,;:!?/"


class _Network:
    """A Feistel network on pairs (left, right), with cycle walking back under `size`."""

    __slots__ = ("_key", "_label", "_left", "_right", "_size")

    def __init__(self, key: Key, label: str, size: int) -> None:
        self._key = key
        self._label = f"permute\0{label}\0{size}"
        self._size = size
        self._left = isqrt(size - 1) + 1
        self._right = -(-size // self._left)

    def forward(self, number: int) -> int:
        left, right = divmod(number, self._right)
        while True:
            for rank in range(_ROUNDS):
                left = (left + self._round(2 * rank, right)) % self._left
                right = (right + self._round(2 * rank + 1, left)) % self._right
            number = left * self._right + right
            if number < self._size:
                return number

    def backward(self, number: int) -> int:
        left, right = divmod(number, self._right)
        while True:
            for rank in reversed(range(_ROUNDS)):
                right = (right - self._round(2 * rank + 1, left)) % self._right
                left = (left - self._round(2 * rank, right)) % self._left
            number = left * self._right + right
            if number < self._size:
                return number

    def _round(self, rank: int, half: int) -> int:
        return int.from_bytes(self._key.digest(self._label, f"{rank}\0{half}")[:12], "big")


@lru_cache(maxsize=_REMEMBERED)
def _network(key: Key, label: str, size: int) -> _Network:
    return _Network(key, label, size)
