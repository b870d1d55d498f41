"""Files at an address: read and written as those of a disk, with clear words when they cannot be."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import flow, retour

from flatfile import FormatError, open_source
from flatfile.remote import exists, listed, rename, writing

pytest.importorskip("fsspec")


@pytest.fixture
def memory() -> Iterator[str]:
    import fsspec

    system = fsspec.filesystem("memory")
    yield "memory://lots"
    system.rm("/", recursive=True)


def _put(address: str, data: bytes) -> None:
    with writing(address) as out:
        out.write(data)


def test_reading_writing_and_renaming(memory: str) -> None:
    _put(f"{memory}/a.b2", flow(2))
    rename(f"{memory}/a.b2", f"{memory}/b/c.b2")
    assert (exists(f"{memory}/a.b2"), exists(f"{memory}/b/c.b2")) == (False, True)
    assert [below for _, below in listed(memory)] == ["b/c.b2"]
    with open_source(f"{memory}/b/c.b2") as opened:
        assert opened.read_all() == flow(2)


def test_nothing_is_sent_when_writing_fails(memory: str) -> None:
    def fail() -> None:
        with writing(f"{memory}/a") as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not exists(f"{memory}/a")


def test_verbs_take_addresses(memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lots").mkdir()
    for name, data in (("1.b2", flow(2)), ("sous/2.b2", flow(3)), ("r.noe", retour())):
        _put(f"{memory}/{name}", data)
        (tmp_path / "lots" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "lots" / name).write_bytes(data)
    for verb in (("check",), ("decode", "--format", "jsonl"), ("reconcile",)):
        here, there = run(*verb, "lots"), run(*verb, memory)
        assert there.status == here.status
        assert there.out.replace("memory://", "").replace(" ", "") == here.out.replace(" ", "")
    assert run("convert", memory, "--format", "json", "-o", "memory://out").status == 0
    assert run("convert", "lots", "--format", "json", "-o", "out").status == 0
    made = {below: address for address, below in listed("memory://out")}
    assert sorted(made) == ["1.b2.json", "r.noe.json", "sous/2.b2.json"]
    for below, address in made.items():
        with open_source(address) as opened:
            assert opened.read_all() == (tmp_path / "out" / below).read_bytes()
    again = run("convert", memory, "--format", "json", "-o", "memory://out")
    assert again.status == 2
    assert "memory://out/1.b2.json existe déjà" in again.err
    assert run("mask", memory, "-o", "memory://masque").status == 0
    assert sorted(below for _, below in listed("memory://masque")) == ["1.b2", "r.noe", "sous/2.b2"]


def test_a_file_in_an_archive_by_its_address(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "lots.zip", "w") as archive:
        archive.writestr("jour/1.b2", flow(2))
    assert run("check", f"zip://jour/1.b2::{tmp_path}/lots.zip").status == 0
    assert run("check", f"zip://jour/2.b2::{tmp_path}/lots.zip").err.startswith("zip://jour/2.b2::")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("memory://absent.b2", "Fichier introuvable [fichier.absent]"),
        ("foo://lots/1.b2", "Adresse inconnue [fichier.protocole]"),
        ("foo://moi:secret@lots/1.b2", "foo://•••@lots/1.b2 : Adresse inconnue"),
        ("gs://lots/1.b2", "pip install gcsfs"),
    ],
)
def test_what_cannot_be_read(address: str, said: str) -> None:
    result = run("check", address)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert "secret" not in result.err


def test_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "fsspec", None)
    result = run("check", "s3://lots/1.b2")
    assert result.status == 2
    assert "pip install 'sesam-noemie[remote]'" in result.err


def test_a_path_that_only_looks_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foo:").mkdir()
    (tmp_path / "foo:" / "1.b2").write_bytes(flow(2))
    assert run("check", "foo:/1.b2").status == 0


# --- a store on this machine ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server")
    import fsspec

    with pytest.MonkeyPatch.context() as patch:
        store = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        store.start()
        host, port = store.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "essai")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "essai")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        system = fsspec.filesystem("s3")
        system.mkdir("lots")
        yield "s3://lots"
        system.clear_instance_cache()
        store.stop()


@pytest.mark.filterwarnings("ignore")  # of the libraries of the store
def test_a_bucket(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "1.b2").write_bytes(flow(2))
    _put(f"{bucket}/recu/1.b2", flow(2))
    _put(f"{bucket}/recu/sous/2.b2", flow(3))
    assert run("check", f"{bucket}/recu").status == 0
    assert run("convert", f"{bucket}/recu", "--format", "json", "-o", f"{bucket}/fait").status == 0
    assert [below for _, below in listed(f"{bucket}/fait")] == ["1.b2.json", "sous/2.b2.json"]
    rename(f"{bucket}/fait/1.b2.json", f"{bucket}/fait/un.json")
    assert exists(f"{bucket}/fait/un.json")
    missing = run("check", f"{bucket}/absent.b2")
    assert (missing.status, "[fichier.absent]" in missing.err) == (2, True)
    nowhere = run("check", "s3://autre-seau/1.b2")
    assert (nowhere.status, "Traceback" in nowhere.err) == (2, False)


@pytest.mark.filterwarnings("ignore")
def test_no_right(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("secret")

    monkeypatch.setattr(s3fs.S3FileSystem, "_open", refuse)
    with pytest.raises(FormatError) as caught:
        open_source(f"{bucket}/recu/1.b2")
    assert caught.value.code == "fichier.acces"
