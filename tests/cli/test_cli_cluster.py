"""Several processes, a Dask cluster: the same bytes as one process, nothing twice, nothing lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_runner import Result, run
from cli_samples import flow, retour

from fixtures.faults import example

#: The tests that take a minute: `make test-long`.
is_long = pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != "long", reason="make test-long")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Flows and returns, clean and faulty, in folders, and what cannot be read."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "lots"
    for rank in range(20):
        path = folder / f"jour-{rank % 3}" / f"{rank:02d}.b2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(example("cle.nir", seed=rank)[1].data if rank % 5 == 0 else flow(3))
    for rank in range(3):
        (folder / f"{rank}.noe").write_bytes(retour())
    (folder / "vide").write_bytes(b"")
    return folder


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [("--jobs", "3")])
def test_every_verb_gives_the_same_bytes(folder: Path, options: tuple[str, ...]) -> None:
    alone = ("--jobs", "1")
    for verb in (("check", "lots", "--format", "json"), ("decode", "lots", "--format", "json")):
        assert run(*verb, *options) == run(*verb, *alone)
    for format in ("json", "csv"):
        convert = ("convert", "lots", "--format", format, "--csv-style", "excel-fr", "--lang", "en")
        one = run(*convert, "-o", "un", *alone)
        several = run(*convert, "-o", "deux", *options)
        assert (several.status, several.out.replace("deux/", "un/")) == (one.status, one.out)
        assert several.err == one.err
        assert _tree(folder.parent / "deux") == _tree(folder.parent / "un")
    (folder.parent / "cle").write_text("3f9c1f0e6b7d4a528e1b7c9d0a2f4e6b")
    mask = ("mask", "lots", "--key-file", "cle")
    one, several = run(*mask, "-o", "m1", *alone), run(*mask, "-o", "m2", *options)
    assert (several.status, several.out.replace("m2/", "m1/"), several.err) == (one.status, one.out, one.err)
    assert _tree(folder.parent / "m2") == _tree(folder.parent / "m1")


def test_a_folder_within_which_it_writes_is_read_without_that(folder: Path) -> None:
    convert = ("convert", "lots", "--format", "xml", "-o", "lots/xml")
    first = run(*convert)
    assert run(*convert, "--force") == first


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("toto", "attendu, tls://hôte:port"),
        ("tcp://calcul", "attendu, tls://hôte:port"),
        ("local:0", "attendu, tls://hôte:port"),
    ],
)
def test_a_wrong_address(folder: Path, address: str, said: str) -> None:
    pytest.importorskip("distributed")
    result = run("check", "lots", "--cluster", address)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_values_and_keys_do_not_go_in_clear(folder: Path) -> None:
    for verb in (
        ("check", "lots", "--show-values"),
        ("decode", "lots", "--show-values"),
        ("convert", "lots", "--show-values", "--format", "json", "-o", "out"),
        ("mask", "lots", "-o", "out"),
    ):
        result = run(*verb, "--cluster", "tcp://calcul:8786")
        assert (result.status, result.out) == (2, "")
        assert "tls://" in result.err


def test_jobs_or_a_cluster(folder: Path) -> None:
    result = run("check", "lots", "--cluster", "local:1", "--jobs", "2")
    assert (result.status, result.err) == (2, "noemie : --jobs, --cluster : l'une ou l'autre\n")


def test_a_missing_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("check", "lots", "--cluster", "local:1")
    assert (result.status, result.out) == (2, "")
    assert "pip install 'sesam-noemie[cluster]'" in result.err


def test_an_unreachable_scheduler_and_other_versions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from noemie.documents import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 0.2)
    result = run("check", "lots", "--cluster", "tcp://127.0.0.1:9")
    assert (result.status, result.out) == (2, "")
    assert "l'ordonnanceur ne répond pas" in result.err

    class Client:
        def wait_for_workers(self, *_: object, **__: object) -> None:
            """One is there."""

        def run(self, *_: object, **__: object) -> dict[str, object]:
            return {"tcp://127.0.0.1:1": {**cluster._versions(), "sesam-noemie": "0.0.1"}}

    with pytest.raises(cluster.ClusterError) as caught:
        cluster._verify(Client())
    assert (caught.value.reason, caught.value.detail.endswith(" / 0.0.1")) == ("versions", True)


@pytest.mark.filterwarnings("ignore")  # of distributed, as it ends
def test_a_cluster_of_this_machine(folder: Path) -> None:
    pytest.importorskip("distributed")
    verb = ("check", "lots", "--format", "json")
    assert run(*verb, "--cluster", "local:1") == run(*verb, "--jobs", "1")


# --- a worker that is killed ------------------------------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[object]:
    dask, distributed = pytest.importorskip("dask"), pytest.importorskip("distributed")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=60
        ) as made,
    ):
        yield made


def _killing(cluster: object, work: Callable[[], Result], after: Callable[[], bool]) -> Result:
    """Kill a worker once `after` says so, while the work goes on."""
    import signal

    import distributed

    found: list[Result] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    with distributed.Client(cluster, set_as_default=False) as client:
        pids = client.run(os.getpid)
        thread.start()
        while thread.is_alive() and not after():
            time.sleep(0.01)
        os.kill(next(iter(pids.values())), signal.SIGKILL)
        thread.join()
    return found[0]


@is_long
@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: object
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lots").mkdir()
    for rank in range(1500):
        data = example("cle.nir", seed=rank % 7)[1].data if rank % 5 == 0 else flow(3)
        (tmp_path / "lots" / f"{rank:04d}.b2").write_bytes(data)
    address = cluster.scheduler_address  # type: ignore[attr-defined]
    started = time.monotonic()
    lots = str(tmp_path / "lots")  # workers have folders of their own
    check = ("check", lots, "--format", "json")
    killed = _killing(
        cluster, lambda: run(*check, "--cluster", address), lambda: time.monotonic() - started > 1.5
    )
    alone = run(*check, "--jobs", "1")
    assert (killed.status, killed.out) == (alone.status, alone.out)
    convert = ("convert", lots, "--format", "json")
    out = tmp_path / "grappe"
    killed = _killing(
        cluster,
        lambda: run(*convert, "-o", str(out), "--cluster", address),
        lambda: out.is_dir() and len(list(out.iterdir())) > 50,
    )
    alone = run(*convert, "-o", str(tmp_path / "seul"), "--jobs", "1")
    assert (killed.status, killed.out.replace("grappe/", "seul/")) == (alone.status, alone.out)
    assert _tree(out) == _tree(tmp_path / "seul")
