"""Round trips: whatever is read is written back, chunks change nothing, only `FormatError` is raised."""

from __future__ import annotations

import io
import random

import pytest
from fse_flows import (
    LENGTH,
    PERSONNES,
    Ligne,
    facture_cp,
    facture_ps,
    findings,
    flux_cp,
    flux_ps,
    octets,
)
from hypothesis import example, given
from hypothesis import strategies as st

from flatfile import FormatError
from fse import Facture, Flux, Reading, check, read_flux, with_totals
from fse.lignes import as_written

PS_FLOW = octets(
    flux_ps(
        [
            facture_ps(1, [Ligne(), Ligne(complements=("S", "M"))], complements=("S",)),
            facture_ps(2, personne=PERSONNES[1]),
        ]
    )
)
CP_FLOW = octets(
    flux_cp(
        [
            facture_cp(1, [Ligne("SNS", 10530, 100, 10530, 10530, complements=("3S", "3E"))]),
            facture_cp(2, honoraires=[Ligne("CS", complements=("4S",))], personne=PERSONNES[2]),
        ]
    )
)
FLOWS = {"PS": PS_FLOW, "CP": CP_FLOW}


def read_or_refuse(data: bytes) -> Flux | None:
    """The flow, or nothing when it is refused with a `FormatError`; any other exception goes on."""
    try:
        return read_flux(data)
    except FormatError:
        return None


def proves(data: bytes) -> None:
    """What must hold of any bytes."""
    flux = read_or_refuse(data)
    if flux is None:
        return
    assert flux.to_bytes() == data
    assert [record.number for record in flux.records] == list(range(1, len(flux.records) + 1))
    place = 0
    for record in flux.records:
        written = as_written(record.raw, flux.ways.get(record.number, ()))
        assert data[record.offset : record.offset + len(written)] == written
        assert record.offset >= place
        place = record.offset + len(written)
    for finding in findings(data):
        assert 0 <= finding.offset <= finding.offset + finding.length <= len(data)
        assert 0 <= finding.record <= len(flux.records)


# --- any bytes ------------------------------------------------------------------------------------------


@given(st.binary(max_size=700))
@example(b"\xef\xbb\xbf")
@example(b"000")
@example(b"\n")
def test_any_bytes(data: bytes) -> None:
    proves(data)


@given(st.binary(max_size=500), st.sampled_from(["PS", "CP"]))
@example(b"\x1a" * 300, "PS")
@example(b"\0" * 1000, "CP")
def test_any_bytes_after_a_true_start(data: bytes, norm: str) -> None:
    proves(FLOWS[norm][: 2 * LENGTH] + data)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A true flow in which some bytes were lost, added, changed, or some records moved."""
    data = bytearray(FLOWS[draw(st.sampled_from(["PS", "CP"]))])
    if draw(st.booleans()):
        eol = draw(st.sampled_from([b"\r\n", b"\n", b"\r"]))
        data = bytearray(b"".join(data[at : at + LENGTH] + eol for at in range(0, len(data), LENGTH)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["lose", "add", "change", "cut", "swap"])):
            case "lose":
                del data[at : at + draw(st.integers(1, 200))]
            case "add":
                data[at:at] = draw(st.binary(min_size=1, max_size=200))
            case "change":
                piece = draw(st.binary(min_size=1, max_size=40))
                data[at : at + len(piece)] = piece
            case "cut":
                del data[max(at, LENGTH) :]
            case "swap":
                rank = at // LENGTH * LENGTH
                data[rank : rank + 2 * LENGTH] = (
                    data[rank + LENGTH : rank + 2 * LENGTH] + data[rank : rank + LENGTH]
                )
    return bytes(data)


@given(damaged())
def test_a_damaged_flow(data: bytes) -> None:
    proves(data)


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("eol", ["", "\n", "\r\n", "\r"])
def test_a_byte_lost_or_added_anywhere(name: str, eol: str) -> None:
    """Seeded samples of every place of a flow."""
    flow = FLOWS[name]
    data = b"".join(flow[at : at + LENGTH] + eol.encode() for at in range(0, len(flow), LENGTH))
    rng = random.Random(f"{name}{eol}")
    for at in rng.sample(range(len(data)), 60):
        proves(data[:at] + data[at + 1 :])
        proves(data[:at] + bytes([rng.choice(b" 09A\r\n\0\x1a\xc9")]) + data[at:])


# --- chunks ---------------------------------------------------------------------------------------------


def _told(data: bytes, chunk: int) -> list[object]:
    reading = Reading(io.BytesIO(data), chunk=chunk, keep_ends=True)
    told: list[object] = []
    for item in reading.items():
        if isinstance(item, Facture):
            lot = item.lot.number if item.lot is not None else 0
            told.append((item.number, lot, [(r.type, r.raw, r.offset, r.number) for r in item.records]))
        else:
            told.append((item.type, item.raw, item.offset, item.number))
    return [*told, reading.eol, reading.ends, reading.count, reading.size]


@given(damaged(), st.sampled_from([1, 127, 128, 129]))
def test_the_size_of_chunks_changes_nothing(data: bytes, chunk: int) -> None:
    if read_or_refuse(data) is not None:
        assert _told(data, chunk) == _told(data, len(data) + 1)


@pytest.mark.parametrize("chunk", [1, 127, 128, 129])
@pytest.mark.parametrize("name", FLOWS)
def test_chunks_of_a_clean_flow(name: str, chunk: int) -> None:
    assert _told(FLOWS[name], chunk) == _told(FLOWS[name], 1 << 20)


# --- totals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLOWS)
def test_totals_of_a_clean_flow_are_those_that_are_written(name: str) -> None:
    flux = read_flux(FLOWS[name])
    assert with_totals(flux).to_bytes() == FLOWS[name]


#: Types of records whose derived fields `with_totals` writes.
TOTALS = ("5", "6", "999")


@given(damaged())
def test_totals_written_twice_are_written_once(data: bytes) -> None:
    flux = read_or_refuse(data)
    if flux is None:
        return
    once = with_totals(flux)
    assert with_totals(once).to_bytes() == once.to_bytes()
    assert len(once.to_bytes()) == len(data)
    for before, after in zip(flux.records, once.records, strict=True):
        assert before.raw == after.raw or (before.type == after.type and before.type in TOTALS)


@given(damaged())
def test_totals_written_again_leave_no_remark_on_totals(data: bytes) -> None:
    flux = read_or_refuse(data)
    if flux is None:
        return
    found = findings(with_totals(flux))
    about = ("facture.total", "facture.nombre", "lot.total", "lot.nombre", "fichier.volume", "fichier.nombre")
    assert [finding for finding in found if finding.rule.startswith(about)] == []


def test_a_flow_in_memory_is_checked_like_its_bytes() -> None:
    for flow in FLOWS.values():
        damaged_flow = flow[:300] + b"X" + flow[301:]
        for engine in ("fast", "reference"):
            held = check(read_flux(damaged_flow), engine=engine)  # type: ignore[arg-type]
            assert list(held) == list(check(damaged_flow))
