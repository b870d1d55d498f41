"""Reading: which norm, which layout, which bytes, in which invoice."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from fse_flows import (
    LENGTH,
    PERSONNES,
    PS,
    Ligne,
    blank,
    debut,
    facture_cp,
    facture_ps,
    flux_cp,
    flux_ps,
    lot_cp,
    lot_ps,
    octets,
    record,
)

from flatfile import FormatError, LayoutError, Record
from fse import Facture, Reading, iter_factures, iter_records, norme, read_flux
from fse.normes import UNKNOWN, norm_of

# --- the norm -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (debut("CP  "), "CP-2005E"),
        (debut("    "), "PS-2003C"),
        (debut("PS  "), "PS-2003C"),
        (debut("FR  "), "PS-2003C"),
        # One byte lost or added in 000 before its norm: the name is found next to its place.
        (debut("CP  ")[:20] + debut("CP  ")[21:] + "1", "CP-2005E"),
        (debut("CP  ")[:20] + " " + debut("CP  ")[20:-1], "CP-2005E"),
        (debut("    ")[:20] + debut("    ")[21:] + "1", "PS-2003C"),
        # No record 000: record 1 repeats the norm, a main record of establishments has a digit in 36.
        (lot_cp(), "CP-2005E"),
        (lot_ps(), "PS-2003C"),
        (facture_cp()[0], "CP-2005E"),
        (facture_ps()[0], "PS-2003C"),
        ("", "PS-2003C"),
    ],
)
def test_the_first_record_tells_the_norm(first: str, expected: str) -> None:
    assert norm_of(first.encode()) == expected


def test_the_caller_may_impose_a_norm() -> None:
    data = octets(flux_cp())
    assert read_flux(data).norme.name == "CP-2005E"
    assert read_flux(data, norm="CP-2003C").norme.name == "CP-2003C"
    assert read_flux(data, norm="PS-2003C").norme.name == "PS-2003C"
    with pytest.raises(LayoutError, match="norm XX: unknown, expected one of PS-2003C, CP-2005E, CP-2003C"):
        read_flux(data, norm="XX")


PS_TYPES = ("2", "2S", "2M", "2P", "2B", "2C", *("4" + letter for letter in ("", *"SBCDFHMTU")))
CP_TYPES = ("2", "2S", "3", "3S", "3E", "3F", "3H", *("4" + letter for letter in ("", *"SEBHM")))
FRAME = ("000", "1", "5", "6", "999")


def test_the_records_of_each_norm() -> None:
    assert set(norme("PS-2003C").layouts) == {*FRAME, *PS_TYPES}
    assert set(norme("CP-2005E").layouts) == {*FRAME, *CP_TYPES}
    # 3E and 4E came with 2005-E; 4S then had the drawing of city care.
    assert set(norme("CP-2003C").layouts) == {*FRAME, *CP_TYPES} - {"3E", "4E"}
    assert norme("CP-2003C").layouts["4S"] is norme("PS-2003C").layouts["4S"]


# --- the type of a record -------------------------------------------------------------------------------


def _typed(first: str, letter_36: str, letter_39: str = "0") -> bytes:
    number = f"{first}{PS} {PERSONNES[0][0]}{PERSONNES[0][1]}000000001"
    return f"{number}{letter_36}01{letter_39}".ljust(LENGTH).encode()


@pytest.mark.parametrize("type", PS_TYPES)
def test_city_care_tells_the_type_by_byte_36(type: str) -> None:
    for at_39 in ("0", " ", "S", "E"):
        assert norme("PS-2003C").layout_of(_typed(type[0], type[1:] or " ", at_39)).name == type


@pytest.mark.parametrize(
    ("first", "at_36", "at_39", "expected"),
    [
        # Short headers: the letter is in 36, whatever 39 holds.
        ("3", "F", "0", "3F"),
        ("3", "H", "S", "3H"),
        ("4", "S", "S", "4S"),
        ("4", "E", "L", "4E"),
        ("4", "B", " ", "4B"),
        ("4", "H", "0", "4H"),
        ("4", "M", "0", "4M"),
        # Long headers: the letter is in 39, and 36 holds a digit of the invoice number.
        ("2", "0", "S", "2S"),
        ("3", "0", "S", "3S"),
        ("3", "9", "E", "3E"),
        # Main records have digits in both places.
        ("2", "0", "1", "2"),
        ("3", "0", "1", "3"),
        ("4", "0", "0", "4"),
        ("5", "0", "0", "5"),
        # What is no known letter is left to the checks of the fields.
        ("4", "Z", "0", "4"),
        ("2", "0", "E", "2"),
    ],
)
def test_establishments_tell_the_type_by_byte_36_then_39(
    first: str, at_36: str, at_39: str, expected: str
) -> None:
    assert norme("CP-2005E").layout_of(_typed(first, at_36, at_39)).name == expected


@pytest.mark.parametrize(
    ("norm", "raw"),
    [
        ("PS-2003C", _typed("2", "Z")),
        ("PS-2003C", _typed("4", "0")),
        ("PS-2003C", _typed("3", " ")),
        ("CP-2005E", _typed("7", "0")),
        ("CP-2005E", b"001".ljust(LENGTH)),
        ("CP-2005E", b"998".ljust(LENGTH)),
        ("PS-2003C", b"\x00" * LENGTH),
        ("PS-2003C", b""),
    ],
)
def test_an_unknown_type_is_kept_as_such(norm: str, raw: bytes) -> None:
    assert norme(norm).layout_of(raw) is UNKNOWN


def types_of(data: bytes) -> str:
    return " ".join(record.type for record in iter_records(data))


def test_each_type_stands_in_a_flow_that_holds_it() -> None:
    ps = flux_ps([facture_ps(1, [Ligne(complements=("S", "M"))], complements=("S", "M"))])
    assert types_of(octets(ps)) == "000 1 2 2S 2M 4 4S 4M 5 6 999"
    stay = Ligne("SNS", 10530, 100, 10530, 10530, complements=("3S", "3E", "3F"))
    cp = flux_cp([facture_cp(1, [stay], [Ligne(complements=("4S", "4E"))])])
    assert types_of(octets(cp)) == "000 1 2 3 3S 3E 3F 4 4S 4E 5 6 999"


def test_many_types_in_one_block() -> None:
    """The types remembered for a block are those of its own records, unknown ones and 000 included."""
    records = flux_ps([facture_ps(i, complements=("S",)) for i in range(1, 40)])
    records[5:5] = ["0" * LENGTH, "9" * LENGTH, records[0]]
    flux = read_flux(octets(records))
    alone = [flux.norme.layout_of(one.encode()).name for one in records]
    assert [r.type for r in flux.records] == alone
    assert flux.to_bytes() == octets(records)


# --- where a record stands ------------------------------------------------------------------------------


def _shape(data: bytes) -> list[str]:
    """Invoices as the types they hold, in brackets; the other records as their type."""
    return [
        f"[{' '.join(r.type for r in item)}]" if isinstance(item, Facture) else item.type
        for item in Reading(data).items()
    ]


HEAD, LINE, TOTAL = facture_ps()[0], facture_ps()[1], facture_ps()[-1]
OTHER = "7" + HEAD[1:]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([HEAD, LINE, TOTAL], ["[2 4 5]"]),
        ([HEAD, LINE, LINE, TOTAL, HEAD, LINE, TOTAL], ["[2 4 4 5]", "[2 4 5]"]),
        ([LINE, TOTAL, HEAD, LINE, TOTAL], ["[4 5]", "[2 4 5]"]),
        ([HEAD, LINE, HEAD, LINE, TOTAL], ["[2 4]", "[2 4 5]"]),
        ([HEAD, TOTAL, TOTAL, LINE], ["[2 5]", "[5]", "[4]"]),
        ([HEAD, OTHER, LINE, TOTAL, OTHER], ["[2 ? 4 5]", "?"]),
        ([OTHER, LINE, TOTAL], ["?", "[4 5]"]),
        ([HEAD, LINE], ["[2 4]"]),
    ],
)
def test_records_are_gathered_in_invoices(body: list[str], expected: list[str]) -> None:
    frame = flux_ps()
    data = octets([*frame[:2], *body, *frame[-2:]])
    assert _shape(data) == ["000", "1", *expected, "6", "999"]
    assert read_flux(data).to_bytes() == data


def test_an_invoice_over_two_blocks() -> None:
    data = octets(flux_ps([facture_ps(i, [Ligne()] * (i % 9)) for i in range(1, 30)]))
    whole = _shape(data)
    for chunk in (1, 127, 128, 129, 640, 1000):
        items = list(Reading(io.BytesIO(data), chunk=chunk).items())
        found = [f"[{' '.join(r.type for r in x)}]" if isinstance(x, Facture) else x.type for x in items]
        assert found == whole


def test_numbers_and_offsets_tell_where_a_record_is() -> None:
    data = octets(flux_ps([facture_ps(1), facture_ps(2)]), "\r\n")
    flux = read_flux(data)
    assert [r.number for r in flux.records] == list(range(1, len(flux.records) + 1))
    for one in flux.records:
        assert data[one.offset : one.offset + LENGTH] == one.raw


# --- where bytes come from ------------------------------------------------------------------------------


def test_a_path_bytes_a_file_gzip_are_read_alike(tmp_path: Path) -> None:
    data = octets(flux_ps())
    path = tmp_path / "flux.b2"
    path.write_bytes(data)
    packed = tmp_path / "flux.b2.gz"
    packed.write_bytes(gzip.compress(data, mtime=0))
    sources = [data, bytearray(data), memoryview(data), path, str(path), io.BytesIO(data), packed]
    assert [read_flux(source).to_bytes() for source in sources] == [data] * len(sources)
    assert read_flux(path).name == str(path)
    with path.open("rb") as file:
        assert len(list(iter_factures(file))) == 1
        assert not file.closed


@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_marks_are_kept(eol: str, mark: bytes, last: bool) -> None:
    data = mark + octets(flux_ps([facture_ps(i) for i in range(1, 5)]), eol)
    data = data if last else data.removesuffix(eol.encode())
    flux = read_flux(data)
    assert flux.eol == eol.encode()
    assert len(flux.factures) == 4
    assert flux.to_bytes() == data
    buffer = io.BytesIO()
    assert flux.write(buffer) == len(data)
    assert buffer.getvalue() == data


def test_streaming_keeps_no_list_of_line_ends() -> None:
    lines = [one + "\n" for one in flux_ps([facture_ps(i) for i in range(1, 300)])]
    data = ("\r\n".join(lines[:1]) + "".join(lines)).encode()
    reading = Reading(data)
    list(reading.items())
    assert len(reading.ends) <= 1
    assert read_flux(data).to_bytes() == data


def test_record_iteration_and_flow_agree() -> None:
    data = octets(flux_cp([facture_cp(i) for i in range(1, 6)]))
    assert list(iter_records(data)) == list(read_flux(data).records)
    assert [f.numero for f in iter_factures(data)] == [f.numero for f in read_flux(data).factures]


# --- what is no flow ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "fichier.vide"),
        (b"0", "fichier.inconnu"),
        (b"%PDF-1.7\n" + b"x" * 500, "fichier.inconnu"),
        (gzip.compress(octets(flux_ps()), mtime=0)[:-20], "fichier.gzip-illisible"),
    ],
)
def test_what_is_no_flow_is_refused(data: bytes, code: str) -> None:
    for read in (read_flux, lambda source: list(iter_records(source)), lambda s: list(iter_factures(s))):
        with pytest.raises(FormatError) as raised:
            read(data)
        assert raised.value.code == code


def test_a_damaged_type_of_the_first_record_is_no_reason_to_refuse_a_flow() -> None:
    data = b"X00" + octets(flux_ps())[3:]
    flux = read_flux(data)
    assert flux.detection.seen == ("norme-b2",)
    assert len(flux.factures) == 1
    assert flux.to_bytes() == data


def test_a_record_alone_is_a_flow() -> None:
    flux = read_flux(debut().encode())
    assert flux.debut is not None
    assert flux.fin is None
    assert (flux.lots, flux.factures) == ((), ())


def test_strays_stand_where_they_were() -> None:
    stray = record("XYZ", blank(125))
    records = flux_ps()
    records.insert(2, stray)
    flux = read_flux(octets(records))
    item = flux.items[2]
    assert isinstance(item, Record)
    assert (item.type, item.number, item.raw) == ("?", 3, stray.encode())
    assert flux.lots[0].items[0] is item
