"""Read a binary zone, and tell one from other files by its first bytes."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Final

from flatfile import Engine, FormatError, Readable, detect, open_source
from flatfile.detect import looks_like_text
from fse.ssv.scan import scan
from fse.ssv.tables import Tables, tables
from fse.ssv.zone import Zone

#: Largest zone read, in bytes, unless said otherwise. No source gives a limit: this one protects the memory.
LIMIT: Final = 64 << 20

_GZIP: Final = b"\x1f\x8b"
_FAMILIES: Final = {"b2": "B2", "noemie": "NOEMIE"}

#: Bytes in hexadecimal, and what people write around each.
_HEXADECIMAL: Final = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_BETWEEN: Final = re.compile(rb"0[xX]|[\s,:]")


def read_zone(
    source: Readable,
    *,
    strict: bool = False,
    layouts: Path | None = None,
    limit: int = LIMIT,
    engine: Engine = "fast",
) -> Zone:
    """Read a zone: a path, bytes, or an open binary file; gzip or not.

    A damaged zone is returned with the groups that stand before the damage (see `Zone.damage`); `strict`
    raises instead. `layouts` is a directory with a site's own `ssv.csv` or `ssv-groups.csv`, `limit` the
    largest size read, in bytes. With `engine="reference"`, lengths are read by the `construct` declaration
    (`fse.ssv.reference`): the same zone, slowly.

    Raises `FormatError`: `zone.vide`, `zone.trop-grande`, `zone.autre-fichier`; those of `open_source`;
    and, when `strict`, the code of the damage. Raises `LayoutError` when a site's table is wrong.
    """
    known = tables(layouts)
    raw = _bytes_of(source, limit)
    if not raw:
        raise FormatError("zone.vide")
    zone = Zone(raw, known, engine)
    if zone.damage is not None:
        other = lookalike(raw[: 1 << 16])
        if other:
            raise FormatError("zone.autre-fichier", lookalike=other)
        if strict:
            zone.raise_damage()
    return zone


def looks_like_zone(head: bytes, dictionary: Tables | None = None) -> bool:
    """Whether a file that begins with `head` (64 KiB are plenty) is likely a binary zone, damaged or not.

    The first group must be one of `dictionary` (the shipped table unless given), with a length form that
    exists; what follows must be a zone as far as the head goes, or at least one field must be whole before
    the damage. A zone that begins with a group that no table describes is not recognised: `read_zone` reads
    it all the same.
    """
    known = tables() if dictionary is None else dictionary
    if int.from_bytes(head[:2], "big") not in known or len(head) < 3:
        return False
    found = scan(head)
    if found.total:
        first, second = head[2:3], int.from_bytes(head[3:5], "big")
        return first != b"\0" or len(head) == 3 or second in known
    damage = found.damage
    return damage is not None and damage.readable > damage.content


def zone_name(head: bytes) -> str:
    """What to call a file that is taken for a flow or a return and begins as a zone; empty for another."""
    return "SSV" if looks_like_zone(head) else ""


def lookalike(head: bytes) -> str:
    """Name of the other format that the first bytes of a file show, or an empty string.

    Only asked about bytes that cannot be read as a zone to their end.
    """
    if int.from_bytes(head[:2], "big") in tables():
        return ""
    seen = detect(head)
    if seen.family or seen.lookalike:
        return _FAMILIES.get(seen.family, seen.lookalike)
    return (zone_as_text(head) or "TXT") if looks_like_text(head) else ""


def zone_as_text(head: bytes) -> str:
    """A zone that somebody wrote as text, with what turns it back into bytes; empty for another text."""
    text = _BETWEEN.sub(b"", head.removeprefix(b"\xef\xbb\xbf"))
    if _HEXADECIMAL.fullmatch(text):
        return "SSV (hex: xxd -r -p)" if looks_like_zone(bytes.fromhex(text.decode())) else ""
    with suppress(ValueError):
        return "SSV (base64 -d)" if looks_like_zone(b64decode(b"".join(head.split()), validate=True)) else ""
    return ""


def _bytes_of(source: Readable, limit: int) -> bytes:
    """All bytes of the source, at most `limit`; bytes in memory are taken as they are."""
    if isinstance(source, bytes) and not source.startswith(_GZIP):
        if len(source) > limit:
            raise _too_large(source, limit)
        return source
    kept = io.BytesIO()
    with open_source(source) as opened:
        head = opened.head
        while piece := opened.read():
            kept.write(piece)
            if kept.tell() > limit:
                raise _too_large(head, limit)
    return kept.getvalue()


def _too_large(head: bytes, limit: int) -> FormatError:
    other = lookalike(head[: 1 << 16])
    if other:
        return FormatError("zone.autre-fichier", lookalike=other)
    return FormatError("zone.trop-grande", limit, expected=str(limit))
