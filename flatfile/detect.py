"""Recognise a file from its first bytes, and say what was seen."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Family = Literal["b2", "noemie", ""]
Envelope = Literal["fixe", "lignes", "P1", "P2", "P3", ""]

_RECORD = 128
_BOM = b"\xef\xbb\xbf"
#: What transfers and editors leave before a 000: filling, blank lines, a byte order mark.
_BEFORE = re.compile(
    rb"(?:\xef\xbb\xbf)?[\x1a\0\r\n ]*+(?:\xef\xbb\xbf)?[\x1a\0\r\n ]*+(?=(?:[0-9]{4})?000[A-Z]{2}[0-9 ]{14})"
)
_ENTITY = re.compile(rb"[0-9]{5}")
_P3 = re.compile(rb"(?!0000)[0-9]{4}000")
#: Type and number of a professional; a P3 header has the letters of the sender's type (bytes 8-9) there.
_RECORD_1_TO_6 = re.compile(rb"[1-6][0-9AB]{2}[0-9]{7}")
#: ASCII characters on two bytes, without a mark.
_UTF_16 = re.compile(rb"[\x20-\x7e]\0[\x20-\x7e]\0|\0[\x20-\x7e]\0[\x20-\x7e]")
_REFERENCE = re.compile(rb"[0-9]{3}[0-9 ]")

#: Bytes that decide whether a file looks like text.
_SAMPLE = 256
_TEXT = frozenset(range(0x20, 0x7F)) | frozenset(b"\r\n\t")

#: First bytes of what people send by mistake -> name of the format in the catalogue's messages.
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xf0\xf0\xf0", "EBCDIC"),
    (b"\xf0\xf1\xf2\xf8\xf0\xf0\xf0", "EBCDIC"),  # 0128000
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"MSCF", "CAB"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x1f\x9d", "compress (.Z)"),
    (b"\x78\x9f\x3e\x22", "Outlook (winmail.dat)"),
    (b"MZ\x90\x00", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"{\\rtf", "RTF"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"MIME-Version:", "MIME"),
    (b"Content-Type:", "MIME"),
    (b"From:", "MIME"),
    (b"To:", "MIME"),
    (b"Subject:", "MIME"),
    (b"Date:", "MIME"),
    (b"Message-ID:", "MIME"),
    (b"Received:", "MIME"),
    (b"Return-Path:", "MIME"),
    (b"Delivered-To:", "MIME"),
    (b"\x30\x82", "S/MIME (DER)"),
    (b"\x30\x80", "S/MIME (DER)"),
    (b"-----BEGIN PGP MESSAGE-----", "PGP"),
    (b"-----BEGIN", "PEM"),
)

#: Paths in a zip file that is a document.
_IN_ZIP = (
    (b"xl/workbook", "Excel"),
    (b"word/document", "Word"),
    (b"opendocument.spreadsheet", "OpenDocument"),
)


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file seems to be.

    - `family`: `b2` (sent), `noemie` (received), or empty when not recognised;
    - `envelope`: `fixe` (records of 128 bytes), `lignes` (the same with line ends), `P1`, `P2`, `P3`
      (the three physical forms of NOEMIE), or empty;
    - `seen`: the evidence, as keys of the catalogue of words (`detection.*`);
    - `lookalike`: name of the other format it looks like, when not recognised.
    """

    family: Family
    envelope: Envelope
    seen: tuple[str, ...] = ()
    lookalike: str = ""


def detect(head: bytes, entities: Mapping[str, int] | None = None) -> Detection:
    """Recognise a file from its first bytes (64 KiB are plenty).

    B2 is told apart by its own name in bytes 66-67 of the first record. `entities` gives the length of
    the delimited entities by number; with it, the NOEMIE forms P1 and P2 are told apart by where the
    delimiter of the first entity stands.
    """
    head = head[start_of(head) :]
    if _P3.match(head) and not _RECORD_1_TO_6.match(head):
        return Detection("noemie", "P3", ("longueur-4-chiffres", "entite-000"))
    if head.startswith(b"000"):
        return _starting_with_000(head, entities or {})
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return Detection("", "", lookalike=_office(head) if name == "ZIP" else name)
    if _UTF_16.match(head):
        return Detection("", "", lookalike="UTF-16")
    known = entities or {}
    if (
        head[:4].isdigit()
        and _delimited(head, 4, known, flags=False)
        and not _delimited(head, 0, known, flags=False)
    ):
        return Detection("noemie", "P3", ("longueur-4-chiffres", "sans-000", "arobases"))
    if _looks_like_entities(head):
        return Detection("noemie", "P2", ("sans-000", "arobases"))
    if _RECORD_1_TO_6.match(head) and len(head) >= _RECORD:
        return Detection("b2", _lines(head), ("sans-000", "type-1-a-6"))
    return Detection("", "")


def start_of(head: bytes) -> int:
    """Where the first record of a file starts (0-based): after a byte order mark.

    After filling and blank lines too, where a 000 follows them.
    """
    found = _BEFORE.match(head)
    return found.end() if found else len(head) - len(head.removeprefix(_BOM))


def _office(head: bytes) -> str:
    """What a zip file is to people: a spreadsheet, a text, or a zip file."""
    return next((name for sign, name in _IN_ZIP if sign in head), "ZIP")


def looks_like_text(head: bytes) -> bool:
    """Whether the first bytes of a file are text, ASCII or UTF-8: lines of printable characters."""
    sample = head[:_SAMPLE]
    if len(sample) < 3:
        return False
    if _TEXT.issuperset(sample):
        return True
    # The last character of the sample may be cut.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample.removeprefix(_BOM))
    return (
        all(character.isprintable() or character in "\r\n\t" for character in text) and "\ufffd" not in text
    )


def _starting_with_000(head: bytes, entities: Mapping[str, int]) -> Detection:
    if head[65:67] == b"B2":
        return Detection("b2", _lines(head), ("entite-000", "norme-b2"))
    following = head[_RECORD : _RECORD + 512]
    if following[:1] in (b"0", b"1") and _delimited(head, _RECORD + 1, entities, flags=True):
        return Detection("noemie", "P1", ("entite-000", "drapeau", "arobases"))
    start = len(head) - len(head[_RECORD:].lstrip(b"\r\n"))
    if _delimited(head, start, entities, flags=False) or following.count(b"@") > 2:
        return Detection("noemie", "P2", ("entite-000", "arobases"))
    if _REFERENCE.fullmatch(head[61:65]):
        # B2 names its norm there in letters: this is the beginning of a return, or an empty one.
        flagged = following[:1] in (b"0", b"1") and _number(following, 1) in entities
        p1 = flagged and _number(following, 0) not in entities
        return Detection("noemie", "P1" if p1 else "P2", ("entite-000", "reference-numerique"))
    # A header alone, or followed by records of types 1 to 6: what B2 is made of.
    return Detection("b2", _lines(head), ("entite-000",))


def _delimited(head: bytes, start: int, entities: Mapping[str, int], *, flags: bool) -> bool:
    """Whether a known entity starts at `start` and ends with its delimiter.

    With `flags`, `start` is the first data byte of a record of P1: one byte of each 128 is a flag, and is
    stepped over.
    """
    length = entities.get(_number(head, start))
    if length is None:
        return False
    last = length - 1
    end = start + last + (last // (_RECORD - 1) if flags else 0)
    return head[end : end + 1] == b"@"


def _number(head: bytes, start: int) -> str:
    return head[start : start + 3].decode("latin-1")


def _looks_like_entities(head: bytes) -> bool:
    return bool(_ENTITY.match(head)) and head[:512].count(b"@") > 2


def _lines(head: bytes) -> Literal["fixe", "lignes"]:
    return "lignes" if b"\n" in head[: 2 * _RECORD] or b"\r" in head[: 2 * _RECORD] else "fixe"
