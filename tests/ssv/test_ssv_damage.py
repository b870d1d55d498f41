"""Bad input: every damage is located, what comes before is shown, nothing blows up."""

import base64
import gzip
import io
import subprocess
import sys
import tracemalloc

import pytest
from ssv_samples import EXAMPLE, MARKERS

from flatfile import FormatError
from fse.ssv import Zone, check, looks_like_zone, read_zone

CARD = bytes.fromhex("0066 04 01 61 01 62".replace(" ", ""))


def hexa(text):
    return bytes.fromhex(text.replace(" ", ""))


#: What follows one whole group 102 -> rule, number, group, occurrence, field, offset, expected.
DAMAGE = [
    ("00", "zone.octets-finaux", 2, "", 0, "", 7, "1"),
    ("0d 0a", "zone.octets-finaux", 2, "", 0, "", 7, "2"),
    ("1a", "zone.octets-finaux", 2, "", 0, "", 7, "1"),
    ("20 20 20 20", "zone.octets-finaux", 2, "", 0, "", 7, "4"),
    ("41", "zone.tronquee", 2, "", 0, "", 7, "3"),
    ("00 66", "zone.tronquee", 2, "102", 2, "", 7, "3"),
    ("00 66 81", "zone.tronquee", 2, "102", 2, "", 7, "4"),
    ("00 66 82 01", "zone.tronquee", 2, "102", 2, "", 7, "5"),
    ("00 66 84 ff ff ff", "zone.tronquee", 2, "102", 2, "", 7, "7"),
    ("00 66 80", "zone.longueur-interdite", 2, "102", 2, "", 7, "00-7F, 81-84"),
    ("00 66 80 00 00", "zone.longueur-interdite", 2, "102", 2, "", 7, "00-7F, 81-84"),
    ("00 66 85 00 00 00 00 01 00", "zone.longueur-interdite", 2, "102", 2, "", 7, "00-7F, 81-84"),
    ("00 66 ff 00", "zone.longueur-interdite", 2, "102", 2, "", 7, "00-7F, 81-84"),
    ("00 66 03 01 61", "zone.groupe-deborde", 2, "102", 2, "", 7, "2"),
    ("00 66 84 ff ff ff ff", "zone.groupe-deborde", 2, "102", 2, "", 7, "0"),
    ("00 66 84 ff ff ff ff 01 61", "zone.groupe-deborde", 2, "102", 2, "", 7, "2"),
    ("00 66 02 02 61 00", "zone.champ-deborde", 2, "102", 2, "service_amo_famille", 10, "1"),
    ("00 66 03 01 61 01 00", "zone.champ-deborde", 2, "102", 2, "date_debut_service_amo_famille", 12, "0"),
    ("00 66 02 81 01", "zone.champ-deborde", 2, "102", 2, "service_amo_famille", 10, "1"),
    ("00 66 01 81 01", "zone.champ-deborde", 2, "102", 2, "service_amo_famille", 10, "0"),
    ("00 66 06 84 ff ff ff ff 61", "zone.champ-deborde", 2, "102", 2, "service_amo_famille", 10, "5"),
    ("00 66 02 80 00", "zone.longueur-interdite", 2, "102", 2, "service_amo_famille", 10, "00-7F, 81-84"),
    ("00 66 05 00 00 00 85 00", "zone.longueur-interdite", 2, "102", 2, "champ_4", 13, "00-7F, 81-84"),
    ("27 0f 02 02 61 00", "zone.champ-deborde", 2, "9999", 1, "champ_1", 10, "1"),
]


@pytest.mark.parametrize(
    ("tail", "rule", "number", "type", "occurrence", "field", "offset", "expected"), DAMAGE
)
def test_damage_is_located_and_what_precedes_is_shown(
    tail, rule, number, type, occurrence, field, offset, expected
):
    raw = CARD + hexa(tail)
    zone = read_zone(raw)
    damage = zone.damage
    assert (damage.rule, damage.record, damage.type, damage.occurrence, damage.field) == (
        rule,
        number,
        type,
        occurrence,
        field,
    )
    assert (damage.offset, damage.length, damage.expected) == (offset, len(raw) - offset, expected)
    assert [list(group.fields) for group in zone.groups] == [[b"a", b"b"]]
    assert zone.to_bytes() == raw
    assert [finding for finding in check(zone) if finding.rule == rule] == [damage]


@pytest.mark.parametrize(("tail", "rule", "offset"), [(row[0], row[1], row[6]) for row in DAMAGE])
def test_a_strict_reading_raises_at_the_same_place(tail, rule, offset):
    with pytest.raises(FormatError) as caught:
        read_zone(CARD + hexa(tail), strict=True)
    assert (caught.value.code, caught.value.offset) == (rule, offset)


def test_whole_fields_of_the_damaged_group_are_shown():
    zone = read_zone(EXAMPLE[:120])
    assert zone.damage.rule == "zone.groupe-deborde"
    assert [group.id for group in zone.groups] == [101, 102]
    assert zone.partial.id == 104
    assert list(zone.partial.fields) == [b"FICTIF", b"EXEMPLE"]
    assert Zone(EXAMPLE).partial is None
    assert Zone(CARD + b"\x00\x66\x80").partial is None


@pytest.mark.parametrize("cut", range(1, len(EXAMPLE)))
def test_a_card_cut_anywhere_is_shown_up_to_there(cut):
    zone = read_zone(EXAMPLE[:cut])
    ends = [66, 97, 244, 273]
    assert len(zone.groups) == sum(end <= cut for end in ends)
    assert (zone.damage is None) == (cut in ends)


# --- files that are no zones ------------------------------------------------------------------------------


B2 = (b"000CM00000000000001" + b" " * 45 + b"XB2" + b" " * 60)[:128] * 3
OTHERS = [
    (B2, "B2"),
    (b"0128000RC" + b"0" * 119 + b"05020" + b"0" * 60 + b"@", "NOEMIE"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
    (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "ZIP"),
    (b"\xff\xfe0\x000\x000\x00", "UTF-16"),
    (b"0\x000\x000\x00C\x00M\x00", "UTF-16"),
    (b'<?xml version="1.0"?><a/>', "XML"),
    (b'{"nir": "x"}', "JSON"),
    (b"-----BEGIN PKCS7-----\n", "PEM"),
    (b"0\x82\x05\xdc\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", "S/MIME (DER)"),
    (b"Bonjour,\r\nvoici la zone.\r\n", "TXT"),
]


#: A group 101 of one field.
_WRITTEN = b"\x00\x65\x02\x01T"
OTHERS += [
    (_WRITTEN.hex().encode(), "SSV (hex: xxd -r -p)"),
    (b"\xef\xbb\xbf" + _WRITTEN.hex(" ").upper().encode() + b"\r\n", "SSV (hex: xxd -r -p)"),
    (b", ".join(b"0x%02x" % one for one in _WRITTEN), "SSV (hex: xxd -r -p)"),
    (base64.encodebytes(_WRITTEN), "SSV (base64 -d)"),
    (b"20260115 20260116", "TXT"),
]


@pytest.mark.parametrize(
    ("raw", "lookalike"), OTHERS, ids=[f"{rank}-{name}" for rank, (_, name) in enumerate(OTHERS)]
)
def test_another_file_is_recognised(raw, lookalike):
    with pytest.raises(FormatError) as caught:
        read_zone(raw)
    assert (caught.value.code, caught.value.facts) == ("zone.autre-fichier", {"lookalike": lookalike})
    assert not looks_like_zone(raw)


def test_a_large_b2_file_is_recognised_without_being_read_to_its_end():
    with pytest.raises(FormatError) as caught:
        read_zone(io.BytesIO(B2 * 10000), limit=1 << 20)
    assert caught.value.code == "zone.autre-fichier"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "zone.vide"),
        (io.BytesIO(b""), "zone.vide"),
        (gzip.compress(b"", mtime=0), "zone.vide"),
        (gzip.compress(EXAMPLE, mtime=0)[:40], "fichier.gzip-illisible"),
        ("/nowhere/at/all", "fichier.absent"),
    ],
)
def test_what_cannot_be_read_is_told(source, code):
    with pytest.raises(FormatError) as caught:
        read_zone(source)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "source", [EXAMPLE, io.BytesIO(EXAMPLE), bytearray(EXAMPLE), gzip.compress(EXAMPLE, mtime=0)]
)
def test_every_kind_of_source_is_read(source, tmp_path):
    path = tmp_path / "carte.ssv"
    path.write_bytes(EXAMPLE)
    assert read_zone(source).raw == read_zone(path).raw == EXAMPLE


@pytest.mark.parametrize("source", [EXAMPLE, io.BytesIO(EXAMPLE)])
def test_a_zone_beyond_the_limit_is_not_read(source):
    with pytest.raises(FormatError) as caught:
        read_zone(source, limit=284)
    assert str(caught.value) == "zone.trop-grande (byte 284, expected=284)"


def test_messages_hold_no_value():
    for tail, *_ in DAMAGE:
        with pytest.raises(FormatError) as caught:
            read_zone(EXAMPLE + hexa(tail), strict=True)
        assert not any(marker in str(caught.value) for marker in MARKERS)


# --- recognition ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (EXAMPLE, True),
        (EXAMPLE[:66], True),
        (EXAMPLE[:20], True),
        (EXAMPLE[:4], False),
        (EXAMPLE + b"\r\n", True),
        (b"\x00\x65\x00" * 5, True),
        (b"\x00\x65\x00", True),
        (b"\x00\x65\x80", False),
        (b"\x00\x65", False),
        (b"", False),
        (b"\x00\x00\x00" * 9, False),
        (b"\x00\x01\x00\x00\x00\x0c\x00\x80", False),  # a TrueType font
        (b"\x00\x00\x01\x00\x01\x00\x10\x10", False),  # an icon
        (b"\x27\x0f\x02\x01\x61", False),  # a group that no table describes
        (b"\xca\xfe\xba\xbe\x00\x00", False),
    ],
)
def test_a_zone_is_recognised_by_its_first_bytes(head, answer):
    assert looks_like_zone(head) is answer


# --- memory -----------------------------------------------------------------------------------------------

_TEN_MILLION = """
import resource, sys
from itertools import islice
from fse.ssv import check, read_zone
raw = bytes.fromhex(sys.argv[1]) * 10_000_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
zone = read_zone(raw)
assert len(zone.groups) == 10_000_000
assert zone.groups[9_999_999].offset == 29_999_997
assert zone.groups[-5:][0].number == 9_999_996
assert sum(1 for _ in islice(zone.groups, 100_000)) == 100_000
assert next(check(zone)).record == 1
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("pattern", ["006500", "300100", "000000"])
def test_ten_million_empty_groups_take_no_memory(pattern):
    command = [sys.executable, "-c", _TEN_MILLION, pattern]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 8


@pytest.mark.parametrize(
    "raw",
    [
        Zone.build([(9999, [b"x" * (16 << 20)])]).raw,
        Zone.build([(9999, [b"x" * 200] * 80_000)]).raw,
        b"\x27\x0f" + b"\x83\x03\x00\x00" + b"\x00" * (3 << 16),
    ],
    ids=["one field", "many fields", "empty fields"],
)
def test_views_of_16_megabytes_copy_nothing(raw):
    list(check(EXAMPLE))  # tables are loaded once
    tracemalloc.start()
    try:
        zone = read_zone(raw)
        group = zone.groups[0]
        assert len(group.raw) == len(raw)
        assert len(group.fields) > 0
        assert [finding.rule for finding in check(zone)] == ["zone.groupe-inconnu"]
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
