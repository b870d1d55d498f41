"""Flows that a mail or an editor wrapped: read without their line ends, told once, given back with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fse_flows import Ligne, facture_cp, facture_ps, findings, flux_cp, flux_ps, octets, put, rules
from msgspec import structs

from flatfile import Finding
from flatfile.fixed import BOM
from fse import check, explain, read_flux
from fse.compare import ComparedReading
from fse.coupures import Coupes, unwrapped
from fse.lignes import are_ways, as_written, without_cuts
from fse.recognise import is_wrapped, recognise_wrapped
from fse.trusted import finding_on

COUNT = 5
PS = flux_ps([facture_ps(i, [Ligne(), Ligne()]) for i in range(1, COUNT + 1)])
CP = flux_cp([facture_cp(i, [Ligne("SNS", 10530, 100, 10530, 10530)]) for i in range(1, COUNT + 1)])
FLOWS = {"PS": PS, "CP": CP}


def wrap(data: bytes, width: int = 76, eol: bytes = b"\r\n") -> bytes:
    return eol.join(data[at : at + width] for at in range(0, len(data), width))


HABITS: dict[str, Callable[[bytes], bytes]] = {
    **{f"{width}-lf": lambda raw, width=width: wrap(raw, width, b"\n") for width in (60, 64, 72, 127, 200)},
    **{f"{width}-crlf": lambda raw, width=width: wrap(raw, width) for width in (76, 80, 998)},
    "129-cr": lambda raw: wrap(raw, 129, b"\r"),
    "last-end": lambda raw: wrap(raw) + b"\r\n",
    "bom": lambda raw: BOM + wrap(raw),
}


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("flow", FLOWS)
def test_read_as_if_there_were_none(flow: str, habit: str) -> None:
    whole = octets(FLOWS[flow])
    data = HABITS[habit](whole)
    expected = ["fichier.bom"] if habit == "bom" else []
    found = findings(data)
    assert [one.rule for one in found] == [*expected, "fichier.coupures"]
    cut = found[-1]
    assert data[cut.offset : cut.offset + cut.length] in (b"\r\n", b"\n", b"\r")
    assert not set(data[: cut.offset]) & set(b"\r\n")
    assert list(check(data, engine="reference")) == found
    assert explain(data, found) == found
    flux = read_flux(data)
    assert is_wrapped(flux.detection)
    assert list(check(flux)) == found
    records = [record for record in flux.records if record.raw != BOM]
    assert b"".join(record.raw for record in records) == whole
    assert all(data[one.offset : one.offset + 1] == one.raw[:1] for one in flux.records)
    told = [(one.raw, one.offset) for one in flux.records]
    for chunk in (1, 127, 128, 129, len(data)):
        flux = read_flux(data, chunk=chunk)
        assert [(one.raw, one.offset) for one in flux.records] == told
        assert flux.to_bytes() == data


def test_a_replaced_record_has_the_cuts_of_the_one_it_replaces() -> None:
    data = wrap(octets(PS))
    flux = read_flux(data)
    old = flux.records[3]
    edited = flux.replaced(old, old.replace(code_acte=b"ZZZ  "[: old.layout.by_name["code_acte"].length]))
    assert len(edited.to_bytes()) == len(data)
    assert [one.rule for one in check(edited)] == [one.rule for one in check(edited.to_bytes())]


# --- what is not one ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r", ""])
@pytest.mark.parametrize("flow", FLOWS)
def test_flows_that_are_not_wrapped(flow: str, eol: str) -> None:
    end = eol.encode()
    data = octets(FLOWS[flow], eol)
    trimmed = b"".join(one.encode().rstrip() + b"\n" for one in FLOWS[flow])
    shorter = b"".join(one.encode()[:-1] + b"\n" for one in FLOWS[flow])
    longer = b"".join(one.encode() + b" \n" for one in FLOWS[flow])
    whole = octets(FLOWS[flow])
    several = wrap(whole, 256, end or b"\n")
    one_more = whole[:300] + b"\n" + whole[300:]
    for raw in (data, data + end, BOM + data, trimmed, shorter, longer, several, one_more, whole + b"\n"):
        assert recognise_wrapped(raw) is None
        assert "fichier.coupures" not in rules(raw)
        assert read_flux(raw).to_bytes() == raw


def test_text_and_other_files_are_not_wrapped_flows() -> None:
    for raw in (b"", b"\n", b"a\nb\nc\n", wrap(b"000" + b"x" * 2000), wrap(b"4" * 3000), b"%PDF\n" * 40):
        assert recognise_wrapped(raw) is None


def test_lines_of_many_widths_are_damage() -> None:
    whole, at, lines = octets(PS), 0, []
    for rank in range(len(whole)):
        lines.append(whole[at : at + 60 + 7 * (rank % 5)])
        at += len(lines[-1])
    assert recognise_wrapped(b"\n".join(lines)) is None


# --- damage in a wrapped flow -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [64, 76, 200, 998])
def test_a_field_is_told_at_its_place_in_the_file(width: int) -> None:
    records = put(PS, 6, 89, "00X0000")
    whole, data = octets(records), wrap(octets(records), width)
    expected = {(one.rule, one.record, one.field): one for one in findings(whole)}
    found = findings(data)
    assert len(expected) == len(found) - 1
    _, coupes = unwrapped(data)
    assert coupes is not None
    for one in found:
        if one.rule == "fichier.coupures":
            continue
        plain = expected[one.rule, one.record, one.field]
        assert replace_place(one, plain) == plain
        assert data[one.offset : one.offset + 1] == whole[plain.offset : plain.offset + 1]
        piece = data[one.offset : one.offset + one.length].replace(b"\r\n", b"")
        assert piece == whole[plain.offset : plain.offset + plain.length]
        assert one.offset == coupes.place(plain.offset)
    assert list(check(read_flux(data))) == found
    assert list(check(data, engine="reference")) == found


def replace_place(one: Finding, other: Finding) -> Finding:
    return structs.replace(one, offset=other.offset, length=other.length)


def test_a_cause_is_told_at_its_place_in_the_file() -> None:
    whole = octets(put(PS, 3, 103, "010"))
    data = wrap(whole)
    (plain,) = explain(whole, findings(whole))
    cut, told = explain(data, findings(data))
    assert (cut.rule, told.rule, told.field) == ("fichier.coupures", "cause.valeur", plain.field)
    _, coupes = unwrapped(data)
    assert coupes is not None
    assert told.offset == coupes.place(plain.offset)


def test_a_comparison_tells_the_place_in_the_file() -> None:
    class Amounts:
        def compare(self, facture):
            yield finding_on("droits.aucun", facture, facture.records[-1], "total_depense")

        def summary(self):
            return ()

    whole = octets(PS)
    data = wrap(whole)
    plain, told = (_compared(raw, Amounts()) for raw in (whole, data))
    _, coupes = unwrapped(data)
    assert coupes is not None
    assert told == [coupes.place(at) for at in plain]
    assert len(told) == COUNT


def _compared(data: bytes, comparison) -> list[int]:
    reading = ComparedReading(data, (comparison,))
    list(reading.items())
    return [one.offset for one in reading.merged(())]


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda raw: raw[:700] + raw[701:], {"structure.longueur"}),
        (lambda raw: raw[:-40], {"fichier.tronque", "structure.fin"}),
        (lambda raw: raw[:800] + b"\n\n" + raw[800:], None),
        (lambda raw: raw + b"\r\n\x1a", {"fichier.octet-final"}),
        (lambda raw: raw[:100] + "É".encode() + raw[101:], {"fichier.utf-8", "format.caractere"}),
    ],
    ids=["lost", "cut", "blank-lines", "0x1a", "utf-8"],
)
def test_both_are_told(damage: Callable[[bytes], bytes], expected: set[str] | None) -> None:
    data = damage(wrap(octets(PS), 200))
    found = findings(data)
    if expected is not None:
        assert {one.rule for one in found} == {"fichier.coupures", *expected}
    flux = read_flux(data)
    assert flux.to_bytes() == data
    assert list(check(flux)) == found
    assert list(check(data, engine="reference")) == found
    for chunk in (1, 127, 129):
        assert read_flux(data, chunk=chunk).to_bytes() == data


def test_an_empty_record_among_those_of_an_invoice_stops_no_check() -> None:
    whole = octets(PS)
    for at in range(400, 700, 20):
        for piece in (b"\n", b"\n\n", b"\r\n\r\n"):
            assert list(check(whole[:at] + piece + whole[at:]))


# --- places -------------------------------------------------------------------------------------------------


def test_places_of_cuts_at_many_distances() -> None:
    text = bytes(range(65, 91)) * 4
    coupes, made, place = Coupes(), b"", 0
    starts = set()
    for size, end in [(7, b"\n"), (7, b"\n"), (7, b"\n"), (3, b"\r\n"), (9, b"\r\n"), (9, b"\n"), (9, b"\n")]:
        made += text[place : place + size]
        place += size
        starts.add(len(made))
        made += end
        coupes.add(place, len(end))
    made += text[place:]
    for at, byte in enumerate(text):
        assert made[coupes.place(at)] == byte
        assert coupes.text_place(coupes.place(at)) == at
    assert {at for at in range(len(made)) if coupes.is_cut(at)} == starts
    assert coupes.within(coupes.place(5), 1, 3) == (6, 4)


def test_the_ways_of_a_line() -> None:
    raw, ways = b"0123456789", ("CRLF-3", "LF-9")
    assert as_written(raw, ways) == b"012\r\n345678\n9"
    assert without_cuts(b"012\r\n345678\n9"[: len(raw) + 3], ways) == raw
    assert are_ways(ways)
    assert are_ways(("utf-8", "rogne", "CR-1"))
    for wrong in (("CRLF-9", "LF-3"), ("LF-0",), ("CRLF",), ("LF-3", "LF-3"), ("x",), ("LF-123456",)):
        assert not are_ways(wrong)
