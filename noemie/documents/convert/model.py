"""A document, whatever its syntax: what stands at its head, its records one by one, what stands at its end.

The tellers (`noemie.documents.convert.flows`, `returns`, `zones`) make documents from files, the writers
(`json_form`, `xml_form`) put them in a syntax; the readers of both make documents again, from which
`noemie.documents.convert.restore` writes the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from fse.lignes import ENDS, are_ways
from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.field_values import Told
from noemie.documents.recognise import DOCUMENT
from noemie.returns.jour import Ordre

FORMAT: Final = DOCUMENT
SCHEMA_VERSION: Final = 1

Family = Literal["b2", "noemie", "ssv"]
FAMILIES: Final[tuple[Family, ...]] = ("b2", "noemie", "ssv")

#: Name in documents of a record that is told by its bytes, having no known type.
UNKNOWN: Final = "?"

_NAMES: Final = {end: name for name, end in ENDS.items()}


class Frame(NamedTuple):
    """Physical records of a return that are framed alike: `times` times `prefix`, `size` bytes, `suffix`."""

    prefix: bytes
    size: int
    suffix: bytes
    times: int


@dataclass(slots=True)
class Head:
    """What a document says before its records.

    `norme` and `eol` (the usual line end) are those of a flow, `envelope` and `frames` those of a return.
    """

    family: Family
    values: bool
    norme: str = ""
    eol: bytes = b""
    envelope: str = ""
    frames: list[Frame] = field(default_factory=list)


class Item(NamedTuple):
    """One record, entity or group.

    `fields` holds what it tells; `None` when it can only be told by its bytes, `raw` (`None` when these
    are hidden). `eol` is the line end of a record that does not end as the others, `gap` the line ends
    before an entity. `form` is that of the length of a group, `forms` those of its fields, where they
    are longer than needed. `retour` is the 1-based rank of its 000...999 in the file, 0 in a flow; `ordre`
    the order of the day of 000 when it is not AAMMJJ; `ways` those in which the line of a
    record was written (`fse.lignes`); `douteux` the days that have two readings, of which
    the likely one is told, or the bytes. `facture` and `ligne` are 1-based ranks, 0 outside an invoice or a
    line.
    """

    number: int
    offset: int
    type: str
    fields: Mapping[str, Told] | None
    raw: bytes | None = None
    length: int = 0
    eol: bytes | None = None
    gap: bytes = b""
    facture: int = 0
    ligne: int = 0
    form: int | None = None
    forms: Mapping[str, int] = {}
    retour: int = 0
    ordre: Ordre | Literal[""] = ""
    douteux: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()


@dataclass(slots=True)
class End:
    """What a document says after its records; `sha256` of the file, empty when it is not told."""

    count: int = 0
    size: int = 0
    sha256: str = ""
    gap: bytes = b""


class Document:
    """A document that is read once, in order: `head`, then the items, then `end`."""

    def __init__(self, head: Head, items: Iterable[Item], end: End) -> None:
        self.head = head
        self.end = end
        self._items = items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)


class Digest:
    """Size and SHA-256 of bytes that are seen once."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    def add(self, raw: bytes) -> None:
        """Count some bytes."""
        self.size += len(raw)
        self._hash.update(raw)

    def tell(self, end: End, *, values: bool) -> None:
        """Say it in `end`. A digest tells which file it is, to who has it: it goes with the values only."""
        end.size = self.size
        end.sha256 = self.hexadecimal if values else ""

    @property
    def hexadecimal(self) -> str:
        """The digest as text."""
        return self._hash.hexdigest()


def read_ordre(told: object, number: int = 0) -> Ordre | Literal[""]:
    """The order of a day. Raises `ConvertError`."""
    if told in ("", "JJMMAA", "AAMMJJ"):
        return told
    raise ConvertError("ordre", number)


def read_ways(told: object, number: int = 0) -> tuple[str, ...]:
    """Ways in which a line was written. Raises `ConvertError`."""
    ways = tuple(told.split()) if isinstance(told, str) else None
    if ways is None or not are_ways(ways):
        raise ConvertError("ligne", number)
    return ways


def name_ends(ends: bytes) -> str:
    """Line ends by their names, those of mail: `CRLF LF`. Empty for none."""
    names = []
    at = 0
    while at < len(ends):
        end = b"\r\n" if ends.startswith(b"\r\n", at) else ends[at : at + 1]
        names.append(_NAMES[end])
        at += len(end)
    return " ".join(names)


def read_ends(names: object, number: int = 0) -> bytes:
    """The bytes of `name_ends`. Raises `ConvertError`."""
    try:
        if isinstance(names, str):
            return b"".join(ENDS[name] for name in names.split(" ")) if names else b""
    except KeyError:
        pass
    raise ConvertError("fin-de-ligne", number)
