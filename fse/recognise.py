"""What the first bytes of a file say: a B2 flow, whole, wrapped or damaged, or why it cannot be one."""

from __future__ import annotations

from flatfile import Detection, FormatError, detect
from flatfile.fixed import BOM
from fse.coupures import recognise_wrapped
from fse.normes import LENGTH, holds_batch


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
    start = head.removeprefix(BOM)[:LENGTH]
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
