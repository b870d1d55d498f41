"""Reports of many files: the same bytes from an unnamed file, in memory that does not grow with them."""

import gc
import tracemalloc

import pytest
from cli_runner import run
from cli_samples import flow
from export_samples import CLEAN, EMPTY, FULL, REPORT, STALE

from cli.check import reports
from cli.check.model import FileReport, Tally
from cli.check.reports import Reports
from cli.export import FORMATS, Report, pieces, write
from fixtures.faults import example
from flatfile import FormatError

GONE = FileReport("absent.b2", unreadable=FormatError("fichier.absent"))


@pytest.fixture
def waiting(monkeypatch):
    """Reports of which all but the first wait in a file."""
    monkeypatch.setattr(reports, "_FEW", 1)
    made = Reports()
    for one in (FULL, CLEAN, EMPTY, GONE):
        made.add(one)
    return made


def test_reports_come_back_in_order_at_each_walk(waiting):
    assert len(waiting) == 4
    names = [one.name for one in (FULL, CLEAN, EMPTY, GONE)]
    walks = [(one.name, other.name) for one, other in zip(waiting, waiting, strict=True)]
    assert walks == [(name, name) for name in names]
    assert CLEAN in waiting
    assert FileReport("autre") not in waiting
    assert next(iter(waiting)).findings == FULL.findings


@pytest.mark.parametrize("format", FORMATS)
def test_a_document_is_the_same_from_a_file(format, waiting):
    alone = write(format, Report((FULL, CLEAN, EMPTY, GONE), STALE))
    assert "".join(pieces(format, Report(waiting, STALE))) == alone
    assert alone != write(format, REPORT)


@pytest.mark.parametrize("format", ["text", *FORMATS])
def test_a_check_is_the_same_from_a_file(format, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for rank in range(4):
        (tmp_path / f"{rank}.b2").write_bytes(flow(2) if rank % 2 else example("cle.nir", seed=rank)[1].data)
    (tmp_path / "vide.b2").write_bytes(b"")
    told = []
    for few in (100, 1):
        monkeypatch.setattr(reports, "_FEW", few)
        done = run("check", "0.b2", "1.b2", "2.b2", "3.b2", "vide.b2", "--format", format, "-o", "rapport")
        told.append((done, (tmp_path / "rapport").read_bytes()))
    assert told[0] == told[1]
    assert told[0][0].status == 2
    if format == "text":  # what the terminal shows
        assert run("check", "0.b2", "1.b2", "2.b2", "3.b2", "vide.b2").data == told[0][1]


def test_the_tally_is_the_exit_status_and_the_sums():
    made = Tally()
    assert (made.code, made.totals["files"]) == (0, 0)
    made.add(CLEAN)
    assert made.code == 0
    made.add(FULL)
    assert made.code == 1
    made.add(EMPTY)
    assert made.code == 2
    assert made.totals == Report((CLEAN, FULL, EMPTY)).totals
    assert made.accepted == {FULL.name: FULL.accepted}


@pytest.fixture
def often():
    """Cycles, which `json.dumps` leaves, are looked for as Python does by itself."""
    kept = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*kept)


def test_memory_does_not_grow_with_the_files(often):
    def clean(count):
        made, sums = Reports(), Tally()
        for rank in range(count):
            one = FileReport(f"recu/{rank:06d}.b2", records=14, factures=1, family="b2", norme="PS-2003C")
            made.add(one)
            sums.add(one)
        return sum(map(len, pieces("json", Report(made)))), sums.totals["factures"]

    clean(2)
    peaks = []
    for count in (1200, 6000):
        tracemalloc.start()
        assert clean(count)[1] == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 4800 * 100  # bytes: a report takes some 700, its text as many
