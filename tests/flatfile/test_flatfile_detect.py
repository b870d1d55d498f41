"""A table of first bytes, and what they are taken for."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest
from flatfile_samples import NOEMIE, conforming
from hypothesis import given
from hypothesis import strategies as st

from flatfile import Detection, detect

ENTITIES = {number: layout.length for (_, number), layout in NOEMIE.items() if number not in ("000", "999")}

BOM = b"\xef\xbb\xbf"

#: Record 000 of a B2 flow: the norm is in bytes 62-65, its name in 66-67.
B2_000 = b"000TE00000991068040      CT00000001016421      TR000000130601CP  B2               128".ljust(128)
#: The same with bytes 66-67 lost: only the letters of the norm tell.
B2_BARE = B2_000[:65] + b"  " + B2_000[67:]
LOT = b"1991068040      189".ljust(69) + b"B2".ljust(59)
FACTURE = b"2991068040 1800199999999400000000010".ljust(128)
ACTE = b"4991068040 1800199999999400000000010".ljust(128)

#: Entity 000 of a return: the reference is in bytes 62-65, in digits.
N_000 = b"000CT00000001016421      TE00000991068040      IR000000130601929  00             128".ljust(128)
N_999 = b"999".ljust(128)
N_020 = b"02001".ljust(ENTITIES["020"] - 1) + b"@"
N_040 = b"04002".ljust(ENTITIES["040"] - 1) + b"@"
N_071 = b"07102".ljust(ENTITIES["071"] - 1) + b"@"
N_294 = b"29499".ljust(ENTITIES["294"] - 1) + b"@"
N_BODY = N_020 + N_040 + N_071 + N_294

B2_FIXED = Detection("b2", "fixe", ("entite-000", "norme-b2"))
B2_LINES = Detection("b2", "lignes", ("entite-000", "norme-b2"))
P1 = Detection("noemie", "P1", ("entite-000", "drapeau", "arobases"))
P2 = Detection("noemie", "P2", ("entite-000", "arobases"))
P3 = Detection("noemie", "P3", ("longueur-4-chiffres", "entite-000"))
UNKNOWN = Detection("", "")


def other(name: str) -> Detection:
    return Detection("", "", lookalike=name)


def p1(body: bytes) -> bytes:
    pieces = [body[at : at + 127] for at in range(0, len(body), 127)]
    last = len(pieces) - 1
    return (
        N_000
        + b"".join((b"1" if rank == last else b"0") + p.ljust(127) for rank, p in enumerate(pieces))
        + N_999
    )


@pytest.mark.parametrize(
    ("head", "found"),
    [
        # what is sent
        (B2_000 + LOT + FACTURE + ACTE, B2_FIXED),
        (B2_000, B2_FIXED),
        (BOM + B2_000 + LOT, B2_FIXED),
        (B2_000 + b"\r\n" + LOT + b"\r\n", B2_LINES),
        (B2_000 + b"\n" + LOT + b"\n", B2_LINES),
        (B2_000 + b"\r" + LOT + b"\r", B2_LINES),
        (BOM + B2_000 + b"\r\n" + LOT, B2_LINES),
        (B2_000 + LOT[:100] + b"\n", B2_LINES),
        (B2_000[:67], B2_FIXED),
        (B2_BARE + LOT, Detection("b2", "fixe", ("entite-000",))),
        (B2_000[:66], Detection("b2", "fixe", ("entite-000",))),
        (b"000", Detection("b2", "fixe", ("entite-000",))),
        (LOT + FACTURE, Detection("b2", "fixe", ("sans-000", "type-1-a-6"))),
        (FACTURE + b"\r\n" + ACTE, Detection("b2", "lignes", ("sans-000", "type-1-a-6"))),
        (
            b"22A0002689 180012A00400168000000010".ljust(128),
            Detection("b2", "fixe", ("sans-000", "type-1-a-6")),
        ),
        # four digits then 000: also the number of a professional, when 000 is lost
        (
            b"1010000010      189".ljust(69) + b"B2".ljust(59),
            Detection("b2", "fixe", ("sans-000", "type-1-a-6")),
        ),
        (b"2010000010 180019".ljust(128), Detection("b2", "fixe", ("sans-000", "type-1-a-6"))),
        (FACTURE[:127], UNKNOWN),
        # what comes back
        (N_000 + N_BODY + N_999, P2),
        (N_000 + b"\r\n" + N_BODY + N_999, P2),
        (BOM + N_000 + N_BODY + N_999, P2),
        (N_000 + N_020, P2),
        (p1(N_BODY), P1),
        (BOM + p1(N_BODY), P1),
        (p1(N_071), P1),
        (b"0128" + N_000 + b"\r\n" + b"%04d" % len(N_BODY) + N_BODY + b"\r\n0128" + N_999, P3),
        (b"0128" + N_000 + b"%04d" % len(N_BODY) + N_BODY, P3),
        (BOM + b"0128" + N_000, P3),
        (b"2184" + N_000 + N_BODY, P3),
        (
            b"%04d" % len(N_BODY) + N_BODY,
            Detection("noemie", "P3", ("longueur-4-chiffres", "sans-000", "arobases")),
        ),
        (N_BODY, Detection("noemie", "P2", ("sans-000", "arobases"))),
        (N_000, Detection("noemie", "P2", ("entite-000", "reference-numerique"))),
        (N_000 + N_999, Detection("noemie", "P2", ("entite-000", "reference-numerique"))),
        # what is sent by mistake
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", other("PDF")),
        (b"PK\x03\x04\x14\0\x06\0", other("ZIP")),
        (b"\x89PNG\r\n\x1a\n", other("PNG")),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", other("JPEG")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", other("Microsoft Office")),
        (b"Rar!\x1a\x07\0", other("RAR")),
        (b"7z\xbc\xaf\x27\x1c", other("7-Zip")),
        (b"\x78\x9f\x3e\x22\x01\x00", other("Outlook (winmail.dat)")),
        (b"\x28\xb5\x2f\xfd\x04", other("Zstandard")),
        (b"\x1f\x9d\x90", other("compress (.Z)")),
        (b"MSCF\0\0\0\0", other("CAB")),
        (b"MZ\x90\0\x03", other("EXE")),
        (b"\x7fELF\x02", other("ELF")),
        (b"SQLite format 3\0\x10", other("SQLite")),
        (b"PAR1\x15", other("Parquet")),
        (b"{\\rtf1\\ansi", other("RTF")),
        (b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml", other("Excel")),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", other("Word")),
        ("000TE".encode("utf-16"), other("UTF-16")),
        (b"\xfe\xff" + "000TE".encode("utf-16-be"), other("UTF-16")),
        ("000TE".encode("utf-16-le"), other("UTF-16")),
        ("000TE".encode("utf-16-be"), other("UTF-16")),
        (B2_000.decode().encode("cp500"), other("EBCDIC")),
        ((b"0128" + N_000).decode().encode("cp500"), other("EBCDIC")),
        (b'<?xml version="1.0"?>', other("XML")),
        (BOM + b'<?xml version="1.0"?>', other("XML")),
        (b"<!DOCTYPE html>", other("HTML")),
        (b"<html><body>", other("HTML")),
        (b'{"schema_version": 1}', other("JSON")),
        (b'[{"rule": "cle.nir"}]', other("JSON")),
        (b"MIME-Version: 1.0\r\n", other("MIME")),
        (b"Content-Type: application/EDI-consent\r\n", other("MIME")),
        (b"From: 991068040@teletransmission.example\r\n", other("MIME")),
        (b"Received: from relais.example\r\n", other("MIME")),
        (b"\x30\x82\x0b\x1a\x06\x09\x2a\x86", other("S/MIME (DER)")),
        (b"\x30\x80\x06\x09\x2a\x86", other("S/MIME (DER)")),
        (b"-----BEGIN PKCS7-----\n", other("PEM")),
        # nothing we know
        (b"", UNKNOWN),
        (b"0", UNKNOWN),
        (b"\0", UNKNOWN),
        (b"\0" * 1000, UNKNOWN),
        (b" " * 1000, UNKNOWN),
        (b"\n" * 1000, UNKNOWN),
        (b"bonjour", UNKNOWN),
        (b"@@@@@@", UNKNOWN),
        (base64.b64encode(B2_000), UNKNOWN),
        (zlib.compress(B2_000), UNKNOWN),
        (gzip.compress(B2_000, mtime=0), UNKNOWN),  # `open_source` unpacks it first
        (b"7991068040".ljust(128), UNKNOWN),
        (b"0000000", Detection("b2", "fixe", ("entite-000",))),
    ],
)
def test_heads(head: bytes, found: Detection) -> None:
    assert detect(head, ENTITIES) == found


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (B2_000 + LOT, B2_FIXED),
        (N_000 + N_BODY, P2),
        (b"0128" + N_000, P3),
        (N_BODY, Detection("noemie", "P2", ("sans-000", "arobases"))),
        (p1(N_071), Detection("noemie", "P2", ("entite-000", "reference-numerique"))),
    ],
)
def test_without_the_lengths_of_entities(head: bytes, found: Detection) -> None:
    """Then P1 is not told from P2; a B2 flow is recognised all the same."""
    assert detect(head) == found


@pytest.mark.parametrize("number", sorted(ENTITIES))
def test_any_entity_may_come_first(number: str) -> None:
    entity = number.encode() + b"01" + b" " * (ENTITIES[number] - 6) + b"@"
    assert detect(N_000 + entity + N_999, ENTITIES).envelope == "P2"
    assert detect(p1(entity + N_294), ENTITIES).envelope == "P1"
    assert detect(b"0128" + N_000 + b"\r\n", ENTITIES).envelope == "P3"


@given(st.data())
def test_real_bytes_of_entities(data: st.DataObject) -> None:
    """Whatever an entity holds."""
    layout = data.draw(st.sampled_from([layout for (_, n), layout in NOEMIE.items() if n in ENTITIES]))
    entity = data.draw(conforming(layout))
    assert detect(N_000 + entity + N_999, ENTITIES).envelope == "P2"
    assert detect(p1(entity), ENTITIES).envelope == "P1"


@given(st.binary(max_size=400))
def test_nothing_makes_it_fail(head: bytes) -> None:
    for some in (head, BOM + head, b"000" + head, b"0128000" + head, B2_000 + head, N_000 + head):
        found = detect(some, ENTITIES)
        assert (found.family == "") == (found.envelope == "")
        assert bool(found.seen) == bool(found.family)
        assert not (found.lookalike and found.family)
