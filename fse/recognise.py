"""What the first bytes of a file say: a B2 flow, whole, wrapped or damaged, or why it cannot be one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Final

from flatfile import Detection, FormatError, detect, iter_blocks, open_source
from flatfile.detect import start_of
from flatfile.source import HEAD
from fse.normes import LENGTH, UNKNOWN, holds_batch, norm_of, norme

#: What `Detection.seen` has of a flow that was wrapped (`fse.coupures`).
COUPURES: Final = "coupures"

EOLS: Final = (b"\r\n", b"\n", b"\r")
EOL_RUN: Final = re.compile(rb"[\r\n]+")
_ONE: Final = re.compile(rb"\r\n|\n|\r")
_FILLING: Final = b"\r\n\x1a"

#: The first line is looked for so far; the longest one of a mail (RFC 5322).
_WIDEST: Final = 1 << 12
_MAIL: Final = 998
#: Whole lines that show a width, where it is not that of mails; records that must be seen.
_FEWEST: Final = 2
_FEWEST_RECORDS: Final = 3
#: Of so many lines and records, one may be damaged.
_CLEANER: Final = 8


def recognise(head: bytes) -> Detection:
    """Check that a file may be a B2 flow; raises `FormatError` when it cannot be."""
    if not head:
        raise FormatError("fichier.vide")
    detection = recognise_wrapped(head) or detect(head)
    if detection.family == "b2":
        return detection
    damaged = damaged_flow(head, detection)
    if damaged is not None:
        return damaged
    if detection.family == "noemie":
        raise FormatError("fichier.noemie")
    encoding = encoding_of(head)
    if encoding:
        raise FormatError(f"fichier.{encoding}")
    from fse.ssv.reader import zone_name

    raise FormatError("fichier.inconnu", lookalike=detection.lookalike or zone_name(head))


def damaged_flow(head: bytes, seen: Detection) -> Detection | None:
    """A flow whose record 000 is damaged or missing, by what stands beside; nothing for another file.

    Its own name stands near its place, or a record 1 follows. `seen` is what `detect` says of it.
    """
    start = head[start_of(head) :][:LENGTH]
    named = start[65:67] == b"B2" or (start[:1] == b"0" and b"B2" in start[60:72])
    if not named and (seen.lookalike or not holds_batch(head)):
        return None
    lines = b"\n" in head[: 2 * LENGTH] or b"\r" in head[: 2 * LENGTH]
    return Detection("b2", "lignes" if lines else "fixe", ("norme-b2",))


def encoding_of(head: bytes) -> str:
    """`ebcdic` or `utf-16` when the first bytes are those of a B2 flow in that encoding, else nothing."""
    for name, codec in (("ebcdic", "cp500"), ("utf-16", "utf-16-le"), ("utf-16", "utf-16-be")):
        text = head[: 2 * LENGTH].decode(codec, "replace").lstrip("\ufeff")
        if text.startswith("000") and text[65:67] == "B2":
            return name
    return ""


# --- flows that were wrapped ------------------------------------------------------------------------------


def recognise_wrapped(head: bytes) -> Detection | None:
    """What a wrapped flow that begins so is, once it is read without its cuts; nothing for another file."""
    if not _may_be_wrapped(head):
        return None
    text = without_cuts(head)
    found = detect(text)
    if found.family != "b2" or not _falls_into_place(text[start_of(text) :]):
        return None
    return replace(found, seen=(*found.seen, COUPURES))


def is_wrapped(detection: Detection) -> bool:
    """Whether a flow is read without its cuts."""
    return COUPURES in detection.seen


def without_cuts(head: bytes) -> bytes:
    """The text of the beginning of a wrapped flow."""
    return EOL_RUN.sub(lambda run: b"" if run.group() in EOLS else run.group(), head)


def _may_be_wrapped(head: bytes) -> bool:
    """Whether the first lines, but for a few, are not as wide as records are.

    They are as wide as one another, or were cut one record after another, or at blanks.
    """
    body = head[start_of(head) :]
    first = min((at for end in (b"\n", b"\r") if (at := body.find(end, 0, _WIDEST)) >= 0), default=0)
    if not first % LENGTH:
        return False
    sizes = [len(line) for line in _ONE.split(body.rstrip(_FILLING) if len(head) < HEAD else body)]
    last = sizes.pop()
    width, count = Counter(sizes).most_common(1)[0] if sizes else (0, 0)
    others = len(sizes) - count + (last > width)
    whole = count + (last == width)
    if width % LENGTH > 0 and whole >= (1 if width == _MAIL else _FEWEST) and others * _CLEANER <= len(sizes):
        return True
    records = sum(size % LENGTH == 0 for size in sizes)
    return len(sizes) >= _FEWEST_RECORDS and records * _CLEANER <= len(sizes)


def _falls_into_place(text: bytes) -> bool:
    """Whether records of known types follow one another, but for a few."""
    from fse.sequence import B2Sequence

    known = norme(norm_of(text))
    with open_source(text) as opened:
        records = [raw for block in iter_blocks(opened, LENGTH, B2Sequence()) for raw in block.raws]
    damaged = sum(len(raw) != LENGTH or known.layout_of(raw) is UNKNOWN for raw in records[:-1])
    return len(records) >= _FEWEST_RECORDS and damaged * _CLEANER <= len(records)
