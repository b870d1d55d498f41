"""No finding, representation or exception holds a value of a personal field, even where bytes are shifted."""

from __future__ import annotations

import traceback

import pytest
from fse_flows import (
    LENGTH,
    PS,
    Ligne,
    facture_cp,
    facture_ps,
    findings,
    flux_cp,
    flux_ps,
    octets,
    put,
)

from codes.rules import catalogue
from flatfile import EncodingError, FormatError, Record
from fse import FluxWriter, check, read_flux
from fse.normes import norme
from fse.rules.valeurs import value_found
from fse.trusted import number_of, number_of_batch

#: A fictitious person whose digits stand nowhere else in the flows: NIR and key, birth date.
NIR, CLE = "2740699351842", "76"
NAISSANCE = "740629"
MARKED = {
    "PS": flux_ps(
        [facture_ps(1, [Ligne(complements=("S",))], personne=(NIR, CLE), naissance=NAISSANCE), facture_ps(2)]
    ),
    "CP": flux_cp(
        [
            facture_cp(
                1,
                [Ligne("SNS", 10530, 100, 10530, 10530, complements=("3S",))],
                personne=(NIR, CLE),
                naissance=NAISSANCE,
            ),
            facture_cp(2),
        ]
    ),
}

#: Pieces of the marker values: four characters in a row tell something of a person.
SECRETS = tuple({text[at : at + 4] for text in (NIR + CLE, NAISSANCE) for at in range(len(text) - 3)})


def shows(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


def said(data: bytes) -> str:
    """Everything that the library says of a flow, in one text."""
    words = []
    try:
        flux = read_flux(data)
        found = findings(data)
    except FormatError as error:
        return "".join(traceback.format_exception(error))
    for one in found:
        rule = catalogue()[one.rule]
        words += [one.facture, one.lot, one.expected, one.rule, one.field, one.type]
        words += [rule.message(lang, one.expected) for lang in ("fr", "en")]
    words += map(repr, (flux, *flux.lots, *flux.factures))
    words += [repr(acte) for facture in flux.factures for acte in facture.actes]
    return "\n".join(words)


def test_the_markers_are_in_the_flows() -> None:
    for records in MARKED.values():
        assert said(octets(records)).count("\n") > 2
        assert shows("".join(records))
        assert findings(octets(records)) == []
        assert not shows("".join(one for one in records if one[0] in "0169"))


@pytest.mark.parametrize("flow", MARKED)
@pytest.mark.parametrize("rank", range(1, 6))
def test_a_record_whose_bytes_are_shifted(flow: str, rank: int) -> None:
    """Each kind of record, from its second byte or from its NIR on, by -40 to +40; its length is kept."""
    records = MARKED[flow]
    for shift in range(-40, 41):
        for start in (1, 11):
            kept, moved = records[rank][:start], records[rank][start:]
            filling = "0 9"[shift % 3]
            moved = moved[-shift:] if shift < 0 else filling * shift + moved
            shifted = (kept + moved)[:LENGTH].ljust(LENGTH, filling)
            assert not shows(said(octets([*records[:rank], shifted, *records[rank + 1 :]])))


@pytest.mark.parametrize("flow", MARKED)
def test_an_invoice_whose_records_are_all_shifted(flow: str) -> None:
    """What a faulty program does: digits inserted, or lost, at the same place of each record."""
    records = MARKED[flow]
    for shift in range(-40, 41):
        for start in (1, 15):
            changed = []
            for one in records:
                kept, moved = one[:start], one[start:]
                if one[0] in "2345":
                    moved = moved[-shift:] if shift < 0 else "0" * shift + moved
                changed.append((kept + moved)[:LENGTH].ljust(LENGTH))
            assert not shows(said(octets(changed)))


@pytest.mark.parametrize("flow", MARKED)
@pytest.mark.parametrize("rank", range(2, 6))
def test_a_record_read_as_another_type(flow: str, rank: int) -> None:
    """A record of an invoice whose first byte was damaged: its NIR stands where a batch has its number."""
    records = MARKED[flow]
    for type in "0123456789XZ":
        changed = put(records, rank, 1, type)
        assert not shows(said(octets(changed)))


@pytest.mark.parametrize("flow", MARKED)
def test_bytes_lost_and_added(flow: str) -> None:
    records = MARKED[flow]
    data = octets(records)
    for at in range(2 * LENGTH, 6 * LENGTH, 7):
        for count in (1, 9, 15):
            assert not shows(said(data[:at] + data[at + count :]))
            assert not shows(said(data[:at] + b"0" * count + data[at:]))


# --- numbers that are told, all the same ----------------------------------------------------------------


def test_the_number_of_an_invoice_is_told_when_it_surely_is_one() -> None:
    def number(records: list[str]) -> str:
        return number_of(read_flux(octets(records)).factures[0])

    for records in MARKED.values():
        assert number(records) == "000000001"
        # A wrong key, as long as two records say the same.
        assert number([one.replace(NIR + CLE, NIR + "11") for one in records]) == "000000001"
        # One damaged record among others.
        assert number([*records[:2], records[2][:20] + "0" + records[2][20:-1], *records[3:]]) == "000000001"
        # A header alone, with a wrong key: nobody else says the same number.
        alone = [one.replace(NIR + CLE, NIR + "11") for one in records[:3]]
        assert number(alone) == ""
        assert (
            number([one.replace(NIR, "0" * 13).replace("0" * 13 + CLE, "0" * 15) for one in records[:3]])
            == ""
        )


def test_the_number_of_a_batch_is_told_when_it_surely_is_one() -> None:
    def number(record: str) -> str:
        lot = read_flux(octets([MARKED["PS"][0], record])).lots[0].entete
        assert isinstance(lot, Record)
        return number_of_batch(lot)

    lot = MARKED["PS"][1]
    assert number(lot) == "001"
    assert number(lot[:69] + "  " + lot[71:]) == ""  # without its own name
    assert number(lot[:19] + "0 1" + lot[22:]) == ""
    assert number(lot[:100]) == ""
    assert number("1" + MARKED["PS"][2][1:]) == ""


# --- exceptions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"nir": NIR + "123"},
        {"cle_nir": CLE + "1"},
        {"date_naissance": NAISSANCE + "1"},
        {"nir": f"{NIR[:5]}€"},
        {"numero_adherent": NIR},
    ],
)
def test_an_error_of_the_writer_tells_the_field_not_the_value(values: dict[str, str]) -> None:
    import io

    writer = FluxWriter(io.BytesIO(), "PS-2003C")
    writer.open_lot(numero_ps=PS)
    with pytest.raises(EncodingError) as raised:
        writer.write_facture(values, [])
    assert raised.value.field in values
    assert not shows("".join(traceback.format_exception(raised.value, chain=True)).split("Error")[-1])
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_what_is_refused_is_not_quoted() -> None:
    for data in (("X" + NIR * 100).encode(), f"%PDF {NIR}".encode(), (NIR + "\n").encode()):
        with pytest.raises(FormatError) as raised:
            list(check(data))
        assert not shows(str(raised.value) + repr(raised.value.facts))


@pytest.mark.parametrize(("number", "told"), [("1234567A ", True), ("12345678A", False)])
def test_what_has_not_its_form_is_told_when_too_short_for_a_number_of_a_person(
    number: str, told: bool
) -> None:
    line = put(flux_ps([facture_ps(1)]), 3, 27, number)[3]
    record = Record(norme("PS-2003C").layouts["4"], line.encode("latin-1"))
    shown = value_found(record, record.layout.by_name["numero_facture"], doubtful=True)
    assert (number.strip() in str(shown)) is told
