"""Physical envelopes: P1, P2, P3, whole or damaged, by any size of read; detection; the construct twins."""

from __future__ import annotations

import io

import noemie_samples as samples
import pytest
from construct import ConstructError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flatfile import FormatError, Source, detect
from noemie import iter_entites, read_retour
from noemie.returns import reference
from noemie.returns.framing import MOST_P3, STYLES, Style, frame
from noemie.returns.marges import may_be_trimmed, without_blanks
from noemie.returns.physical import BOM, Framed, iter_segments, read_physical
from noemie.returns.tables import entity_lengths

CHUNKS = (1, 127, 128, 129, 1 << 20)


def physical(raw: bytes, envelope: str, chunk: int = 1 << 20) -> list[Framed]:
    return list(read_physical(Source(io.BytesIO(raw)), envelope, chunk))  # type: ignore[arg-type]


def joined(records: list[Framed]) -> bytes:
    return b"".join(record.prefix + record.data + record.suffix for record in records)


# --- reading -----------------------------------------------------------------------------------------------

VARIANTS = {
    **samples.RETOURS,
    "929-P3-LF": samples.p3(samples.DEBUT_929, b"".join(samples.CORPS_929), samples.FIN_929, eol=b"\n"),
    "929-P3-sans-fin-de-ligne": samples.p3(
        samples.DEBUT_929, b"".join(samples.CORPS_929), samples.FIN_929, eol=b""
    ),
    "929-P3-deux-enregistrements": samples.p3(
        samples.DEBUT_929,
        b"".join(samples.CORPS_929)[:300],
        b"".join(samples.CORPS_929)[300:],
        samples.FIN_929,
    ),
    "ps-P2-CRLF": b"".join(entite + b"\r\n" for entite in samples.ENTITES_PS),
    "ps-P2-LF": b"\n".join(samples.ENTITES_PS),
    "ps-P2-BOM-1A": BOM + samples.RETOUR_PS_P2 + b"\x1a",
    "ps-P1-BOM-1A": BOM + samples.RETOUR_PS_P1 + b"\x1a\x1a\r\n",
    "929-P3-BOM-1A": BOM + samples.RETOUR_929 + b"\x1a",
    "ps-P2-sans-000": b"".join(samples.ENTITES_PS[1:]),
    "929-P3-sans-000": samples.p3(b"".join(samples.CORPS_929), samples.FIN_929),
    "ps-deux-retours": samples.RETOUR_PS_P2 * 2,
    "ps-P1-deux-retours": samples.RETOUR_PS_P1 * 2,
}

EXPECTED = {
    "929": samples.ENTITES_929,
    "ps": samples.ENTITES_PS,
    "ancien": samples.ENTITES_ANCIEN,
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_entities_are_the_same_in_every_envelope(name: str) -> None:
    expected = EXPECTED[name.partition("-")[0]]
    if "sans-000" in name:
        expected = expected[1:]
    if "deux-retours" in name:
        expected *= 2
    found = [record.raw for record in iter_entites(VARIANTS[name])]
    if "P1" in name:  # its 999 counts other physical records
        found = [raw[:55] + b"00000003" + raw[63:] if raw[:3] == b"999" else raw for raw in found]
    assert found == list(expected)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("chunk", CHUNKS)
def test_the_size_of_reads_changes_nothing(name: str, chunk: int) -> None:
    raw = VARIANTS[name]
    expected = [(record.raw, record.offset, record.number, record.type) for record in iter_entites(raw)]
    found = [
        (record.raw, record.offset, record.number, record.type) for record in iter_entites(raw, chunk=chunk)
    ]
    assert found == expected
    assert read_retour(raw, chunk=chunk).to_bytes() == raw


@pytest.mark.parametrize("name", [name for name in VARIANTS if "P1" not in name])
def test_offsets_are_places_in_the_file(name: str) -> None:
    raw = VARIANTS[name]
    for record in iter_entites(raw):
        assert raw[record.offset : record.offset + len(record.raw)] == record.raw or "deux-enr" in name


def test_offsets_in_p1_step_over_the_flags() -> None:
    raw = samples.RETOUR_PS_P1
    for record in iter_entites(raw):
        assert raw[record.offset : record.offset + 3] == record.raw[:3] or record.offset % 128 in (126, 127)
    # 020 starts after the first flag; the entity that straddles the first flag boundary starts before it.
    places = [record.offset for record in iter_entites(raw)]
    assert places[:3] == [0, 129, 150]
    assert places[-1] == len(raw) - 128


@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
@given(raw=st.binary(max_size=600).filter(lambda raw: not raw.startswith(b"\x1f\x8b")))
@example(raw=b"000")
@example(raw=b"0005000\r\n0128")
@example(raw=b"\xef\xbb\xbf\x1a")
@settings(max_examples=60, deadline=None)
def test_no_byte_is_lost_whatever_they_are(envelope: str, raw: bytes) -> None:
    records = physical(raw, envelope)
    assert joined(records) == raw
    place = 0
    for record in records:
        assert record.offset == place + len(record.prefix)
        place += len(record.prefix + record.data + record.suffix)
    for chunk in (1, 127):
        assert physical(raw, envelope, chunk) == records


def test_many_records_framed_alike_are_one_segment() -> None:
    records = physical(samples.p1((samples.DEBUT_929, samples.REJET_929 * 200, samples.FIN_929)), "P1")
    assert len(records) > 100
    assert len(list(iter_segments(iter(records)))) == 4  # 000, records flagged 0, the last one, 999


def test_memory_does_not_grow_with_a_file_of_stray_bytes() -> None:
    raw = samples.RETOUR_PS_P2 + b"x" * 100_000
    stray = [record for record in iter_entites(raw) if record.type == "?"]
    assert max(len(record.raw) for record in stray) == 4096
    assert sum(len(record.raw) for record in stray) == 100_000


#: Enough for a search from each byte of a run to its end to take an hour.
_PADDING = 200_000


@pytest.mark.parametrize("padding", [b"\0", b"\x1a", b"\r\n", b"\0 ", b"\x1a\n", b" ", b"0", b"9", b"@"])
@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
def test_a_return_padded_with_many_bytes_is_read(envelope: str, padding: bytes) -> None:
    raw, more = samples.RETOURS[f"ps-{envelope}"], padding * (_PADDING // len(padding))
    middle = raw.index(b"@", len(raw) // 2) + 1
    for padded in (raw + more, raw + more + raw, raw[:middle] + more + raw[middle:]):
        assert joined(physical(padded, envelope)) == padded


@pytest.mark.parametrize("ends", [b"", b"\n"])
def test_a_line_of_many_blanks_is_read_without_them(ends: bytes) -> None:
    blanks = b" " * _PADDING
    assert without_blanks(blanks + b"x" + blanks + ends) == blanks + b"x" + ends


@pytest.mark.parametrize(("sizes", "trimmed"), [((100, 128), True), ((128, 128), False), ((100, 140), False)])
def test_lines_that_lost_their_blanks_are_not_longer_than_others(
    sizes: tuple[int, ...], trimmed: bool
) -> None:
    assert may_be_trimmed(b"\n".join(b"x" * size for size in sizes * 30)) == trimmed


# --- damaged frames ----------------------------------------------------------------------------------------


def entities(raw: bytes) -> list[str]:
    return [record.type for record in iter_entites(raw)]


def test_a_wrong_length_in_p3_is_found_out_by_the_next_record() -> None:
    body = b"".join(samples.CORPS_929)
    good = samples.p3(samples.DEBUT_929, *[body] * 48, samples.FIN_929)
    first = 4 + 128 + 2
    for place in (first, first + 23 * (4 + len(body) + 2)):  # early, and after more than is looked through
        for wrong in (b"0012", b"0766", b"0768", b"9999"):
            damaged = good[:place] + wrong + good[place + 4 :]
            assert entities(damaged) == entities(good)
            assert read_retour(damaged).to_bytes() == damaged


def test_a_missing_length_in_p3_keeps_the_entities() -> None:
    good = samples.RETOUR_929
    place = good.index(b"\r\n", 5) + 2
    damaged = good[:place] + good[place + 4 :]
    assert entities(damaged)[0] == "000"
    assert entities(damaged)[-1] == "999"
    assert entities(damaged).count("110") == 2
    assert read_retour(damaged).to_bytes() == damaged


@pytest.mark.parametrize("eol", [b"\r\n", b"\n"])
@pytest.mark.parametrize("size", [4096, 20_000])
def test_stray_bytes_in_p3_end_where_a_record_begins(size: int, eol: bytes) -> None:
    good = samples.RETOUR_929
    place = good.index(b"\r\n", 5) + 2
    damaged = good[:place] + b"0005" + b"x" * size + eol + good[place:]
    records = physical(damaged, "P3")
    assert joined(records) == damaged
    assert records[-2:] == [
        one._replace(offset=one.offset + 4 + size + len(eol)) for one in physical(good, "P3")[1:]
    ]
    assert b"".join(one.data for one in records[1:-2]) == b"x" * size


@pytest.mark.parametrize("bodies", [0, 1, 2, 3])
def test_another_return_in_p3_may_have_other_line_ends_or_a_wrong_length(bodies: int) -> None:
    first = samples.p3(samples.DEBUT_929, *samples.CORPS_929[:bodies], samples.FIN_929)
    second = samples.p3(samples.DEBUT_929, *samples.CORPS_929, samples.FIN_929)
    for other in (second.replace(b"\r\n", b"\n"), b"0099" + second[4:]):
        assert entities(first + other) == entities(first + second)
        assert read_retour(first + other).to_bytes() == first + other


def test_a_length_that_a_broken_frame_left_hides_no_entity() -> None:
    whole = samples.ENTITES_PS
    for place in range(1, len(whole)):
        raw = b"".join((*whole[:place], b"0128", *whole[place:]))
        assert [record.raw for record in iter_entites(raw) if record.type != "?"] == [*whole]


def test_p1_without_the_last_flag_still_drops_the_filling() -> None:
    good = samples.RETOUR_PS_P1
    place = len(good) - 256
    assert good[place : place + 1] == b"1"
    damaged = good[:place] + b"0" + good[place + 1 :]
    assert entities(damaged) == entities(good)
    assert read_retour(damaged).to_bytes() == damaged


@pytest.mark.parametrize("name", samples.RETOURS)
def test_a_file_cut_anywhere_is_read_as_far_as_possible(name: str) -> None:
    raw = samples.RETOURS[name]
    whole = [record.raw for record in iter_entites(raw)]
    for size in (*range(70, 700, 7), *range(len(raw) - 200, len(raw), 3)):
        cut = raw[:size]
        retour = read_retour(cut)
        assert retour.to_bytes() == cut
        found = [record.raw for record in retour.entites]
        assert found[:-1] == whole[: len(found) - 1]
        assert whole[len(found) - 1].startswith(found[-1].rstrip(b" "))


def test_a_final_999_is_found_behind_stray_bytes() -> None:
    first, *body, last = samples.ENTITES_PS
    raw = first + b"".join(body) + b" " * 60 + last + b"\r\n"
    assert entities(raw)[-2:] == ["?", "999"]


# --- errors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code", "lookalike"),
    [
        (b"", "fichier.vide", ""),
        (BOM, "fichier.vide", ""),
        (b"bonjour", "retour.inconnu", ""),
        (b"%PDF-1.4 ", "retour.inconnu", "PDF"),
        (b"<?xml version='1.0'?>", "retour.inconnu", "XML"),
        (b"000CP" + b" " * 60 + b"B2" + b" " * 61, "retour.inconnu", "B2"),
    ],
)
def test_what_is_no_return_is_refused(raw: bytes, code: str, lookalike: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_retour(raw)
    assert caught.value.code == code
    assert caught.value.facts.get("lookalike", "") == lookalike


# --- detection ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VARIANTS)
def test_detection(name: str) -> None:
    found = detect(VARIANTS[name][:65536], entity_lengths())
    envelope = next((part for part in name.split("-") if part in ("P1", "P2", "P3")), "P2")
    assert (found.family, found.envelope) == ("noemie", envelope)


def test_a_header_alone_is_a_return_when_its_reference_is_a_number() -> None:
    assert detect(samples.debut(), entity_lengths()).family == "noemie"
    assert detect(samples.debut()[:70], entity_lengths()).family == "noemie"


def test_an_empty_return_is_one() -> None:
    raw = samples.debut() + samples.fin(2, 0, lots=0)
    assert entities(raw) == ["000", "999"]


# --- the construct twins -----------------------------------------------------------------------------------

DATA = st.lists(st.binary(max_size=300), max_size=4)


@given(records=DATA, eol=st.sampled_from([b"\r\n", b"\n", b""]))
@settings(max_examples=80, deadline=None)
def test_p3_agrees_with_its_declaration(records: list[bytes], eol: bytes) -> None:
    records = [samples.DEBUT_929, *records, samples.FIN_929]
    raw = samples.p3(*records, eol=eol)
    if raw.endswith(b"\x1a"):
        return
    assert [record.data for record in physical(raw, "P3")] == records
    assert reference.parse_p3(raw) == records or not eol  # without line ends, one may be taken in the data


@given(data=st.binary(min_size=1, max_size=600))
@settings(max_examples=80, deadline=None)
def test_p1_agrees_with_its_declaration(data: bytes) -> None:
    data = data.rstrip(b" ") or b"@"
    raw = frame(STYLES["P1"], [samples.DEBUT_929, data, samples.FIN_929])
    twin = reference.parse_p1(raw)
    found = [record.data for record in physical(raw, "P1")]
    assert b"".join(found[1:-1]) == data
    assert [part.rstrip(b" ") for part in twin[1:-1]] == [part.rstrip(b" ") for part in found[1:-1]]


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_what_the_p3_declaration_accepts_reads_alike(data: st.DataObject) -> None:
    raw = bytearray(samples.RETOUR_929)
    for _ in range(data.draw(st.integers(0, 2))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        expected = reference.parse_p3(bytes(raw))
    except ConstructError:
        return
    assert [record.data for record in physical(bytes(raw), "P3")] == expected


# --- writing -----------------------------------------------------------------------------------------------


def test_p3_data_is_split_between_entities() -> None:
    raw = frame(STYLES["P3"], [samples.DEBUT_929, *[samples.REJET_929] * 150, samples.FIN_929])
    sizes = [len(record) for record in reference.parse_p3(raw)]
    assert sizes == [128, 102 * 98, 48 * 98, 128]
    assert sizes[1] <= MOST_P3


def test_an_entity_too_long_for_a_record_is_cut() -> None:
    raw = frame(STYLES["P3"], [b"x" * 12_000])
    assert [len(record) for record in reference.parse_p3(raw)] == [9999, 2001]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_changed_length_is_framed_anew_in_the_same_style(name: str) -> None:
    raw = VARIANTS[name]
    retour = read_retour(raw)
    kept = [record for record in retour.entites if record.type not in ("290", "210")]
    assert len(kept) < len(retour.entites)
    written = retour.with_entites(kept).to_bytes()
    again = read_retour(written)
    assert [record.raw for record in again.entites] == [record.raw for record in kept]
    assert again.detection == retour.detection
    assert again.skeleton.style() == retour.skeleton.style()
    if "sans-000" not in name and "deux-enr" not in name:
        # Without a change, framing anew gives the file itself, but for its last line end.
        framed = frame(retour.skeleton.style(), [record.raw for record in retour.entites])
        assert framed in (raw, raw + b"\n")


def test_style_keeps_the_flags_of_p1() -> None:
    raw = samples.RETOUR_PS_P1
    other = b"".join(
        (b"7" if raw[at : at + 1] == b"0" and at not in (0, len(raw) - 128) else raw[at : at + 1])
        + raw[at + 1 : at + 128]
        for at in range(0, len(raw), 128)
    )
    # P1 is recognised by a flag 0 or 1 first: the others may be anything.
    other = other[:128] + b"0" + other[129:]
    style = read_retour(other).skeleton.style()
    assert style == Style("P1", flags=(b"7", b"1"))


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("eol", [b"\r\n", b"\n", b""])
def test_where_the_lengths_of_p3_stand(eol: bytes, bom: bytes) -> None:
    """Each at its place in the file; one that is wrong is told so."""
    pieces = (samples.DEBUT_929, *samples.CORPS_929, samples.FIN_929)
    places, raw = [], bom
    for piece in pieces:
        places.append(len(raw))
        raw += b"%04d" % len(piece) + piece + eol
    lengths = read_retour(raw).skeleton.lengths()
    assert list(lengths) == [(place, True) for place in places]
    if eol:
        wrong = raw[: places[2]] + b"0001" + raw[places[2] + 4 :]
        lengths = read_retour(wrong).skeleton.lengths()
        assert list(lengths) == [(place, place != places[2]) for place in places]
