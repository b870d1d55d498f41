"""What a file is, from its first bytes: a B2 flow, a NOEMIE return, an SSV zone, a file of ARLs.

Private to `noemie.documents.mask` and `noemie.documents.diff`, which take them all.
"""

from __future__ import annotations

from typing import Literal

from flatfile import FormatError, Readable, detect, open_source
from fse.ssv import looks_like_zone
from noemie.returns.arl import FORMAT
from noemie.returns.tables import entity_lengths

Family = Literal["b2", "noemie", "zone", "arl"]

#: Where the name of the format of an ARL stands, in a file of them.
_BEGINNING = 1024

#: Where record 000 of a flow has its own name.
_NAME = slice(65, 67)


def family_of(head: bytes) -> Family:
    """What a file that begins with `head` is. Raises `FormatError` (`fichier.vide`, `fichier.inconnu`)."""
    if not head:
        raise FormatError("fichier.vide")
    found = detect(head, entity_lengths())
    if found.family:
        return found.family
    if FORMAT.encode() in head[:_BEGINNING]:
        return "arl"
    if looks_like_zone(head):
        return "zone"
    if found.lookalike or head[_NAME] != b"B2":
        raise FormatError("fichier.inconnu", lookalike=found.lookalike)
    return "b2"


def family_of_source(source: Readable) -> Family:
    """The same of a source that can be read again. Raises what `open_source` raises too."""
    with open_source(source) as opened:
        return family_of(opened.head)


def kept(source: Readable) -> Readable:
    """A source that can be read several times: a stream is kept in memory."""
    if isinstance(source, (bytes, bytearray, memoryview)) or not hasattr(source, "read"):
        return source
    with open_source(source) as opened:
        return opened.read_all()
