"""Several files: the same report in one process or in several, in the order of the files."""

import pickle

import pytest
from cli_runner import run
from cli_samples import flow, retour

from cli.check import batch
from cli.check.batch import Order, check_all, check_one
from cli.check.policy import Policy
from cli.io.executors import MANY_BYTES, cpus, jobs_for
from codes.lists import CodeTableError
from fixtures.faults import example
from flatfile import FormatError
from noemie.documents.processes import Processes

RULES = ("cle.nir", "facture.total-amo", "format.numerique", "lot.total-amo", "code.liste-ouverte")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Flows with faults, clean ones, a return, and what cannot be read."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "envoi"
    folder.mkdir()
    for rank in range(12):
        (folder / f"{rank:02d}.b2").write_bytes(example(RULES[rank % len(RULES)], seed=rank + 1)[1].data)
    (folder / "20-clean.b2").write_bytes(flow(3))
    (folder / "21.noe").write_bytes(retour())
    (folder / "22.pdf").write_bytes(b"%PDF-1.4")
    (folder / "23.empty").write_bytes(b"")
    return folder


@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_processes_change_nothing(folder, format):
    alone = run("check", "envoi", "--format", format, "--jobs", "1", "--show-context")
    assert alone.status == 2
    for jobs in (2, 3):
        assert run("check", "envoi", "--format", format, "--jobs", jobs, "--show-context") == alone
    assert "Traceback" not in alone.err


def test_order_is_that_of_the_files(folder):
    names = [str(path) for path in sorted(folder.iterdir(), reverse=True)]
    orders = [Order(name, Policy()) for name in names]
    with Processes(2) as processes:
        found = list(check_all(orders, len(orders), processes))
    assert [outcome.report.name for outcome in found] == names


def test_standard_input_among_files(folder):
    arguments = ("check", "envoi/00.b2", "-", "envoi/01.b2", "--format", "json")
    data = example("cle.nir", seed=4)[1].data
    assert run(*arguments, "--jobs", "2", stdin=data) == run(*arguments, "--jobs", "1", stdin=data)


def test_reports_cross_to_another_process(folder):
    for path in sorted(folder.iterdir()):
        outcome = check_one(Order(str(path), Policy(), context=60))
        copy = pickle.loads(pickle.dumps(outcome))
        assert repr(copy) == repr(outcome)
    error = FormatError("fichier.inconnu", 3, lookalike="PDF")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.offset, copy.facts) == ("fichier.inconnu", 3, {"lookalike": "PDF"})


def test_a_wrong_table_stops_all(folder, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "b2.csv").write_text("list,code\nx,y\n")
    for jobs in (1, 2):
        result = run("check", "envoi", "--codes", site, "--jobs", jobs)
        assert (result.status, result.out) == (2, "")
        assert "colonnes absentes" in result.err
    orders = [Order(str(path), Policy(), codes=site) for path in sorted(folder.glob("*.b2"))]
    with pytest.raises(CodeTableError), Processes(2) as processes:
        list(check_all(orders, len(orders), processes))


class _Dying(batch.Checking):
    """Dies of one file; the others go on."""

    def __call__(self, order):
        import os

        if order.name.endswith("03.b2"):
            os._exit(9)
        return super().__call__(order)

    def __reduce__(self):
        return _Dying, (self._run,)


def test_a_process_that_dies(folder, monkeypatch, capsys):
    orders = [Order(str(path), Policy()) for path in sorted(folder.glob("*.b2"))]
    alone = list(map(check_one, orders))
    monkeypatch.setattr(batch, "Checking", _Dying)
    with Processes(2) as processes:
        found = list(check_all(orders, len(orders), processes))
    assert found[:3] + found[4:] == alone[:3] + alone[4:]
    assert found[3].report.unreadable.code == "fichier.processus"
    assert "repris un par un : " in capsys.readouterr().err


def test_excerpts_are_left_out_when_the_file_went_away(folder, monkeypatch):
    def gone(*arguments, **options):
        raise FormatError("fichier.absent")

    monkeypatch.setattr("cli.check.checking.SentFlow.reread", gone)
    report = check_one(Order(str(folder / "00.b2"), Policy(), context=60)).report
    assert report.findings
    assert report.unreadable is None
    assert [remark.excerpt for remark in report.findings] == [None] * len(report.findings)


@pytest.mark.parametrize(
    ("count", "asked", "jobs"),
    [(1, None, 1), (1, 8, 1), (5, None, 1), (5, 3, 3), (5, 9, 5), (48, None, None), (500, 1, 1)],
)
def test_how_many_processes(count, asked, jobs):
    names = [f"no-such-file-{rank}" for rank in range(count)]
    assert jobs_for(names, asked) == (cpus() if jobs is None else jobs)


def test_big_files_are_shared_out_too(tmp_path):
    for name in ("a", "b"):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(MANY_BYTES)
    assert jobs_for([str(tmp_path / "a"), str(tmp_path / "b")]) == min(cpus(), 2)


class Clock:
    """Each look at the clock is a step later (seconds)."""

    def __init__(self, step):
        self.now = 0.0
        self.step = step

    def monotonic(self):
        self.now += self.step
        return self.now


def test_the_bar_is_for_terminals_and_long_work(folder, monkeypatch):
    monkeypatch.setattr("cli.io.progress.time", Clock(0.5))
    assert "━" not in run("check", "envoi", "--jobs", "1").err
    drawn = run("check", "envoi", "--jobs", "1", terminal=True).err
    assert "Contrôle" in drawn
    assert "/16" in drawn
    monkeypatch.undo()


def test_no_bar_for_short_work(folder, monkeypatch):
    monkeypatch.setattr("cli.io.progress.time", Clock(0.001))
    assert "/16" not in run("check", folder, "--jobs", "1", terminal=True).err
