"""Flows that a mail wrapped: masked, compared, followed and put into a ledger as the flow they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from convert_samples import FLOWS, restored, wrapped, written
from mask_samples import masked, scenario

from fixtures.caisse import Caisse
from fse import read_flux
from noemie.documents.diff.comparison import compare
from noemie.documents.mask.copies import Options, verify
from noemie.documents.recognise import recognise
from noemie.ledger import Ledger
from noemie.suivi import follow

HABITS = [(64, b"\n"), (76, b"\r\n"), (200, b"\r"), (998, b"\r\n")]


@pytest.mark.parametrize(("width", "eol"), HABITS)
@pytest.mark.parametrize("name", FLOWS)
def test_a_masked_copy_is_wrapped_as_its_original(name: str, width: int, eol: bytes) -> None:
    data = wrapped(FLOWS[name], width, eol)
    copy = masked(data)
    assert copy == wrapped(masked(FLOWS[name]), width, eol)
    assert verify(data, copy, Options()) == []
    assert verify(data, data, Options())


def test_a_number_that_a_line_end_cuts_is_masked() -> None:
    plain = FLOWS["city"]
    people = {one.text("nir") for one in read_flux(plain).records if one.type == "2"} - {""}
    cut = 0
    for width in range(60, 128, 3):
        data = wrapped(plain, width)
        copy = masked(data)
        for nir in people:
            number = nir.encode()
            assert number not in copy.replace(b"\r\n", b"")
            cut += data.count(number) < plain.count(number)
    assert cut


def test_what_stands_beside_a_broken_record_is_erased_as_without_line_ends() -> None:
    plain = bytearray(FLOWS["city"])
    del plain[128 * 4 + 60 : 128 * 4 + 63]
    for width, eol in HABITS:
        assert masked(wrapped(bytes(plain), width, eol)) == wrapped(masked(bytes(plain)), width, eol)


@pytest.mark.parametrize(("width", "eol"), HABITS)
def test_the_same_invoices(width: int, eol: bytes) -> None:
    data = wrapped(FLOWS["city"], width, eol)
    found = recognise(data)
    assert (found.family, found.is_sure, "coupures" in found.detection.seen) == ("b2", True, True)
    comparison = compare(FLOWS["city"], data)
    assert list(comparison) == []
    assert [one.name for one in comparison.physical] == ["decoupage"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_documents_tell_the_line_ends(form: str) -> None:
    data = wrapped(FLOWS["city"])
    document = written(data, form)
    assert b"CRLF-24 CRLF-100" in document
    assert restored(document, form) == data


def test_answers_meet_their_invoices() -> None:
    flows, returns, _ = scenario(invoices=6)
    copies = [wrapped(flow) for flow in flows]
    answer = Caisse(seed=1, reject_rate=0.2, defer_rate=0.1).respond(*copies)
    assert [one.data for one in answer.returns] == returns
    plain, told = (
        follow([(str(rank), one) for rank, one in enumerate(sent)], [("r", one) for one in returns])
        for sent in (flows, copies)
    )
    assert told.sommes == plain.sommes
    assert [(one.numero, one.etat) for one in told.lignes] == [(one.numero, one.etat) for one in plain.lignes]


def test_a_ledger_counts_a_flow_and_its_wrapped_copy_once(tmp_path: Path) -> None:
    files = [("flux.b2", FLOWS["city"]), ("courriel.b2", wrapped(FLOWS["city"]))]
    counted = []
    for name, given in (("plain", files[:1]), ("wrapped", files[1:]), ("both", files)):
        with Ledger(tmp_path / name, key=bytes(range(32))) as ledger:
            report = ledger.import_files(given)
            assert {file.etat for file in report.fichiers} == {"importe"}
            counted.append(sorted((one.numero, one.etat) for one in ledger.invoice_states()))
    assert counted[0] == counted[1] == counted[2]
    assert len(counted[0]) == len(read_flux(FLOWS["city"]).factures) > 1
