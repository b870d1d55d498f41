"""A private folder of enciphered msgpack: partitions that are filled, then read; lists that are sorted.

The folder is made for its owner alone and removed with the object, whatever happens. Everything in it is
enciphered under a key drawn for this run and kept nowhere: each block is added, bit by bit, to a keystream
over the key and the place of the block, which never comes twice. The keystream is that of AES in counter mode
where `cryptography` is installed (extra `encryption`); else SHAKE-128, which takes seven times as long.
"""

from __future__ import annotations

import hashlib
import heapq
import secrets
import shutil
import tempfile
import weakref
import zlib
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, Generic, NamedTuple, TypeVar

import msgspec

__all__ = ["FINES", "PARTITIONS", "Coffre", "Partitions", "Suite", "Triees", "partition_of", "suite_of"]

T = TypeVar("T")
Block = bytes | bytearray

#: Facts of one million invoices make slices of some megabytes.
PARTITIONS: Final = 256
#: Slices that are studied object by object: of one million invoices each has a thousand, which a processor
#: keeps near it (with 256 slices an invoice takes a quarter more).
FINES: Final = 1024

_FILES: Final = 32  # of all partitions: few are open at once
_WAITING: Final = 6 << 20  # bytes that all partitions keep, at most, before they write them
_BLOCK: Final = 12 << 10  # the same for one of them, at most
_LIST: Final = b"\xdd\0\0\0\0"  # head of a msgpack list: its length in four bytes
_RUN: Final = 4_000  # lines that are sorted at once
_RUN_BLOCK: Final = 32  # lines of a sorted run that are read at once


def partition_of(name: str, nombre: int = PARTITIONS) -> int:
    """The partition of a name, among so many."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % nombre


class Coffre:
    """The folder and its key."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="noemie-"))  # 0700
        self._key = secrets.token_bytes(32)
        self._aes = _aes(self._key)
        self._names = 0
        self.fermer: Callable[[], object] = weakref.finalize(
            self, shutil.rmtree, self.folder, ignore_errors=True
        )

    def new_name(self) -> str:
        """The name of a new file: it never comes twice."""
        self._names += 1
        return f"{self._names:08d}"

    def mixed(self, data: Block, file: str, offset: int) -> bytes:
        """A block enciphered, or the block again; a file and an offset tell where it stands."""
        mix = self._aes or self._shake
        return mix(data, int(file).to_bytes(8, "big") + offset.to_bytes(8, "big"))

    def _shake(self, data: Block, place: bytes) -> bytes:
        stream = hashlib.shake_128(self._key + place).digest(len(data))
        mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
        return mixed.to_bytes(len(data), "little")


def _aes(key: bytes) -> Callable[[Block, bytes], bytes] | None:
    """The same by AES: a place is the first counter, and a block takes fewer of them than it has bytes."""
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError:
        return None
    aes = algorithms.AES256(key)
    return lambda data, place: Cipher(aes, modes.CTR(place)).encryptor().update(data)


class _Fichier:
    """Blocks of one file, by rank: written one after another, then read in any order."""

    def __init__(self, coffre: Coffre) -> None:
        self._coffre = coffre
        self._file: BinaryIO | None = None
        self._name = coffre.new_name()
        self._offsets = array("Q", [0])

    @property
    def nombre(self) -> int:
        """How many blocks there are."""
        return len(self._offsets) - 1

    def poids(self, rang: int) -> int:
        """Bytes of a block."""
        return self._offsets[rang + 1] - self._offsets[rang]

    def write(self, plain: bytes | bytearray) -> None:
        start = self._offsets[-1]
        if self._file is None:
            self._file = self._path.open("ab", buffering=0)
        self._file.write(self._coffre.mixed(plain, self._name, start))
        self._offsets.append(start + len(plain))

    def read(self, blocks: Sequence[int]) -> Iterator[bytes]:
        """Some of the blocks."""
        self._close()
        if blocks:
            with self._path.open("rb") as file:
                for rang in blocks:
                    start, end = self._offsets[rang : rang + 2]
                    file.seek(start)
                    yield self._coffre.mixed(file.read(end - start), self._name, start)

    def remove(self) -> None:
        """Forget the blocks; those that come later are in another file, for a keystream serves once."""
        self._close()
        self._path.unlink(missing_ok=True)
        self._name = self._coffre.new_name()
        self._offsets = array("Q", [0])

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _path(self) -> Path:
        return self._coffre.folder / self._name


class _Tampon:
    """Objects of a partition that wait to be written: a msgpack list, whose length comes last."""

    __slots__ = ("count", "data")

    def __init__(self) -> None:
        self.data = bytearray(_LIST)
        self.count = 0

    def taken(self) -> bytearray:
        """What waited; nothing waits any more."""
        data, count = self.data, self.count
        data[1 : len(_LIST)] = count.to_bytes(4, "big")
        self.data, self.count = bytearray(_LIST), 0
        return data


class Partitions(Generic[T]):
    """Objects of one type, by partition; `nombre` is how many there are, a multiple of 32."""

    def __init__(self, coffre: Coffre, kind: Any, nombre: int = PARTITIONS) -> None:  # a type, or a generic
        self._encode = msgspec.msgpack.Encoder().encode_into
        self._decoder: msgspec.msgpack.Decoder[list[T]] = msgspec.msgpack.Decoder(list[kind])
        self.nombre = nombre
        self._block = min(_BLOCK, _WAITING // nombre)
        self._together = nombre // _FILES
        self._files = [_Fichier(coffre) for _ in range(_FILES)]
        self._blocks = [array("I") for _ in range(nombre)]
        self._waiting = [_Tampon() for _ in range(nombre)]

    def ajouter(self, rang: int, one: T) -> None:
        """Keep an object in a partition."""
        waiting = self._waiting[rang]
        self._encode(one, waiting.data, -1)
        waiting.count += 1
        if len(waiting.data) >= self._block:
            self._flush(rang)

    def _flush(self, rang: int) -> None:
        if self._waiting[rang].count:
            file = self._files[rang // self._together]
            self._blocks[rang].append(file.nombre)
            file.write(self._waiting[rang].taken())

    def lire(self, rang: int) -> Iterator[T]:
        """The objects of a partition, in the order in which they were kept."""
        for data in self.pieces(rang):
            yield from self._decoder.decode(data)

    def pieces(self, rang: int) -> Iterator[bytes]:
        """The same as msgpack, a list for each few of them."""
        self._flush(rang)
        return self._files[rang // self._together].read(self._blocks[rang])

    def poids(self, rang: int) -> int:
        """Bytes of a partition."""
        file = self._files[rang // self._together]
        return sum(map(file.poids, self._blocks[rang])) + len(self._waiting[rang].data) - len(_LIST)

    def vider(self, rang: int) -> None:
        """Forget a partition."""
        self._blocks[rang], self._waiting[rang] = array("I"), _Tampon()
        first = rang - rang % self._together
        if not any(self._blocks[first : first + self._together]):
            self._files[rang // self._together].remove()


class Suite(NamedTuple):
    """Objects in order, as msgpack: a list for each few of them, and how many they are in all."""

    pieces: list[bytes]
    nombre: int


def suite_of(found: Iterable[T], key: Callable[[T], Any]) -> Suite:
    """These objects, sorted."""
    kept = sorted(found, key=key)
    encode = msgspec.msgpack.Encoder().encode
    pieces = [encode(kept[start : start + _RUN_BLOCK]) for start in range(0, len(kept), _RUN_BLOCK)]
    return Suite(pieces, len(kept))


class Triees(Collection[T]):
    """Objects of one type, read in order however many they are: sorted runs, merged at each walk."""

    def __init__(self, coffre: Coffre, kind: type[T], key: Callable[[T], Any]) -> None:
        self._coffre = coffre  # the folder lives as long as what is read from it
        self._decoder: msgspec.msgpack.Decoder[list[T]] = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        self._key = key
        self._file = _Fichier(coffre)
        self._runs: list[range] = []
        self._waiting: list[T] = []
        self._count = 0

    def ajouter(self, some: Iterable[T]) -> None:
        """Keep some objects."""
        self._waiting.extend(some)
        if len(self._waiting) >= _RUN:
            self._flush()

    def ajouter_suite(self, suite: Suite) -> None:
        """Keep objects that are in order."""
        first = self._file.nombre
        for piece in suite.pieces:
            self._file.write(piece)
        self._runs.append(range(first, self._file.nombre))
        self._count += suite.nombre

    def _flush(self) -> None:
        found, self._waiting = self._waiting, []
        self.ajouter_suite(suite_of(found, self._key))

    def _run(self, blocks: range) -> Iterator[T]:
        for data in self._file.read(blocks):
            yield from self._decoder.decode(data)

    def __iter__(self) -> Iterator[T]:
        if self._waiting and self._runs:
            self._flush()
        if not self._runs:
            self._waiting.sort(key=self._key)
            return iter(self._waiting)
        return heapq.merge(*map(self._run, self._runs), key=self._key)

    def __len__(self) -> int:
        return self._count + len(self._waiting)

    def __contains__(self, one: object) -> bool:
        return any(other == one for other in self)
