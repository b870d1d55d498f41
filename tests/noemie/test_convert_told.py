"""Fields as documents tell them: a table of cases, and any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatfile import Field, Layout
from fse.normes import shipped
from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.field_values import Raw, build, teller
from noemie.returns.tables import layouts

#: Kind, bytes, what is told (`...` when the field is left out).
TOLD = [
    ("text", b"DR FICTIF ", "DR FICTIF"),
    ("text", b"  DR      ", "  DR"),
    ("text", b"          ", ...),
    ("text", b"\xc9\x00\x1b       ", "É\0\x1b"),
    ("text", b"DR\0\0      ", "DR\0\0"),
    ("code", b"C  ", "C"),
    ("reserved", b"\xff\xfe ", "ÿþ"),
    ("blank", b"   ", ...),
    ("blank", b" X ", " X"),
    ("const:ABC", b"ABC", ...),
    ("const:ABC", b"ABD", "ABD"),
    ("digits", b"000123", "000123"),
    ("digits", b"   123", "   123"),
    ("digits", b"12A   ", "12A   "),
    ("nir", b"2770399999974", "2770399999974"),
    ("nir", b"277032A999974", "277032A999974"),
    ("count", b"007", 7),
    ("count", b"000", 0),
    ("count", b"   ", ...),
    ("count", b"  7", Raw(b"  7")),
    ("count", b"7  ", Raw(b"7  ")),
    ("count", b"-07", Raw(b"-07")),
    ("count", b"\xb2\xb2\xb2", Raw(b"\xb2\xb2\xb2")),
    ("cents", b"00001750", 1750),
    ("rate", b"070", 70),
    ("hour:HH", b"24", 24),
    ("hour:HH", b"25", Raw(b"25")),
    ("decimal:3+2", b"00150", "1.50"),
    ("decimal:3+2", b"00000", "0.00"),
    ("decimal:3+2", b"  150", Raw(b"  150")),
    ("date:AAMMJJ", b"260111", "2026-01-11"),
    ("date:JJMMAA", b"110126", "2026-01-11"),
    ("date:AAAAMMJJ", b"20260111", "2026-01-11"),
    ("date:AAAAMMJJ", b"00010101", "0001-01-01"),
    ("date:AAMMJJ", b"000000", None),
    ("date:AAMMJJ", b"      ", ...),
    ("date:AAMMJJ", b"250231", Raw(b"250231")),
    ("date:AAMMJJ", b"2501 1", Raw(b"2501 1")),
    ("time:HHMM", b"0830", "08:30:00"),
    ("time:HHMM", b"0000", "00:00:00"),
    ("time:HHMM", b"2460", Raw(b"2460")),
]


@pytest.mark.parametrize(("kind", "raw", "told"), TOLD)
def test_told(kind, raw, told):
    layout = Layout("T", "T", (Field("champ_1", 1, len(raw), kind),))
    assert teller(layout)(raw) == ({} if told is ... else {"champ_1": told})
    assert build(layout, teller(layout)(raw), 1) == raw


def test_a_birth_is_told_as_written():
    layout = Layout("T", "T", (Field("date_naissance", 1, 6, "date:AAMMJJ"),))
    for raw in (b"501301", b"000000", b"85 1 1"):
        assert teller(layout)(raw) == {"date_naissance": raw.decode()}
        assert build(layout, teller(layout)(raw), 1) == raw


#: Kind, length, what somebody wrote in a document, bytes.
WRITTEN = [
    ("digits", 6, "123", b"000123"),
    ("text", 6, "AB", b"AB    "),
    ("text", 6, "", b"      "),
    ("count", 3, "7", b"007"),
    ("count", 3, None, b"000"),
    ("decimal:3+2", 5, "1.5", b"00150"),
    ("decimal:3+2", 5, "12", b"01200"),
    ("time:HHMM", 4, "08:30", b"0830"),
    ("date:AAMMJJ", 6, "1999-12-31", b"991231"),
    ("code", 3, Raw(b"C"), b"C  "),
]


@pytest.mark.parametrize(("kind", "length", "told", "raw"), WRITTEN)
def test_what_somebody_writes(kind, length, told, raw):
    layout = Layout("T", "T", (Field("champ_1", 1, length, kind),))
    assert build(layout, {"champ_1": told}, 1) == raw


@pytest.mark.parametrize(
    ("kind", "length", "told", "fault"),
    [
        ("count", 3, 1000, "valeur"),
        ("count", 3, "1000", "valeur"),
        ("count", 3, "７", "nombre"),
        ("hour:HH", 2, 25, "valeur"),
        ("decimal:3+2", 5, "1e2", "decimal"),
        ("decimal:3+2", 5, "NaN", "decimal"),
        ("decimal:3+2", 5, 1, "decimal"),
        ("date:AAMMJJ", 6, "1969-12-31", "valeur"),
        ("date:AAMMJJ", 6, "20260111", "date"),
        ("time:HHMM", 4, "08:30:15", "time"),
        ("text", 3, "ABCD", "valeur"),
        ("text", 3, "•", "valeur"),
        ("text", 3, "•••", "valeurs"),
        ("text", 3, Raw(b"ABCD"), "octets"),
    ],
)
def test_what_does_not_fit(kind, length, told, fault):
    layout = Layout("T", "T", (Field("champ_1", 1, length, kind),))
    with pytest.raises(ConvertError) as caught:
        build(layout, {"champ_1": told}, 3)
    assert (caught.value.fault, caught.value.record, caught.value.field) == (fault, 3, "champ_1")


LAYOUTS = [*shipped().values(), *layouts().values()]
BYTES = st.binary(max_size=1) | st.sampled_from([b" ", b"0", b"1", b"9", b"A", b"\0", b"\r", b"\xa0", b"."])


@given(st.sampled_from(LAYOUTS), st.lists(BYTES, min_size=1, max_size=40), st.integers(0, 40))
def test_any_bytes_come_back(layout, pieces, shift):
    pattern = b"".join(pieces) or b" "
    raw = (pattern * (layout.length // len(pattern) + 2))[shift : shift + layout.length]
    raw = raw.ljust(layout.length)
    assert build(layout, teller(layout)(raw), 1) == raw
