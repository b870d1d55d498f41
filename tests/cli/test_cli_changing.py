"""A file that somebody writes while it is read is told, and nothing made of it is kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import flow, retour

from flatfile import FormatError, Source
from flatfile.unchanged import unchanged
from noemie.ledger import Ledger, importing

Change = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NOEMIE_LEDGER", "NOEMIE_LEDGER_KEY", "NOEMIE_LEDGER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def grow(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"000\r\n")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def turn(path: Path) -> None:
    """The same size, other bytes."""
    path.write_bytes(path.read_bytes()[::-1])


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(1, 1))
    other.replace(path)


def being_written(path: Path, monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Change a file whenever its end is reached."""
    os.utime(path, ns=(1, 1))
    pull = Source._pull

    def changing(self: Source, size: int) -> bytes:
        piece = pull(self, size)
        if not piece and path.exists():
            change(path)
        return piece

    monkeypatch.setattr(Source, "_pull", changing)


@pytest.mark.parametrize("change", [grow, cut, turn])
@pytest.mark.parametrize(
    "verb",
    [
        ("mask", "-o", "fait"),
        ("convert", "--format", "json", "-o", "fait/f.json"),
        ("convert", "--format", "xml", "-o", "fait/f.xml"),
        ("convert", "--format", "csv", "-o", "fait"),
        ("convert", "--format", "parquet", "-o", "fait"),
        ("ledger", "import"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", ["f.b2", "r.noe"])
def test_a_file_being_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, verb: tuple[str, ...], change: Change
) -> None:
    path = folder / name
    path.write_bytes(flow() if name == "f.b2" else retour())
    (folder / "fait").mkdir()
    being_written(path, monkeypatch, change)
    result = run(*verb, name)
    assert result.status == 2
    assert "[fichier.lecture]" in result.err or change is not grow, result.err
    assert list((folder / "fait").iterdir()) == []
    if verb[0] == "ledger":
        with Ledger(folder / "registre.db") as ledger:
            assert ledger.files() == []


def test_back_from_a_document_being_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "f.b2").write_bytes(flow())
    assert run("convert", "--format", "json", "--show-values", "-o", "f.json", "f.b2").status == 0
    being_written(folder / "f.json", monkeypatch, lambda path: path.write_bytes(path.read_bytes() + b"\n"))
    result = run("convert", "--format", "b2", "-o", "back.b2", "f.json")
    assert (result.status, "[fichier.lecture]" in result.err) == (2, True)
    assert not (folder / "back.b2").exists()


def test_a_long_flow_being_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_IN_MEMORY", 100)
    (folder / "f.b2").write_bytes(flow())
    being_written(folder / "f.b2", monkeypatch, grow)
    result = run("ledger", "import", "f.b2")
    assert (result.status, "[fichier.lecture]" in result.err) == (2, True)


@pytest.mark.parametrize("change", [grow, cut, turn, replace])
def test_the_state_of_a_file(tmp_path: Path, change: Change) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"abcdef")
    os.utime(path, ns=(2, 2))
    with pytest.raises(FormatError, match=r"fichier\.lecture"), unchanged(path):
        change(path)

    def fail() -> None:
        grow(path)
        raise KeyError  # what fails then is the change

    with pytest.raises(FormatError, match=r"fichier\.lecture"), unchanged(path):
        fail()
    with path.open("rb") as stream, pytest.raises(FormatError), unchanged(stream):
        grow(path)


def test_what_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"abcdef")
    with unchanged(path) as check, unchanged(b"abc"):
        path.read_bytes()
        check()
    with pytest.raises(KeyError), unchanged(str(path)):
        raise KeyError
    with unchanged(path):
        path.unlink()  # what was opened is read to its end


# --- a disk that fills --------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0, 1, 3, 6])
@pytest.mark.parametrize("force", [False, True])
def test_a_disk_that_fills_leaves_no_set_without_its_manifest(
    folder: Path, monkeypatch: pytest.MonkeyPatch, after: int, force: bool
) -> None:
    asked = ("generate", "-o", "jeu", "--months", "2", "--with", "cards,rights")
    if force:
        assert run(*asked, "--seed", "2").status == 0
    before = {path: path.read_bytes() for path in (folder / "jeu").rglob("*") if path.is_file()}
    write, count = Path.write_bytes, 0

    def fill(self: Path, data: bytes) -> int:
        nonlocal count
        count += 1
        if count > after:
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    result = run(*asked, *(["--force"] if force else []))
    assert result.status == 2
    assert result.err.endswith(" : le disque est plein\n")
    assert ".noemie" not in result.err
    assert {path: path.read_bytes() for path in (folder / "jeu").rglob("*") if path.is_file()} == before


def test_a_name_that_cannot_be_taken_takes_the_others_back(folder: Path) -> None:
    (folder / "jeu" / "manifeste.json").mkdir(parents=True)
    result = run("generate", "-o", "jeu", "--force")
    assert result.status == 2
    assert [path.name for path in (folder / "jeu").iterdir()] == ["manifeste.json"]


def test_what_a_killed_run_left_goes(folder: Path) -> None:
    left = folder / "reste" / ".noemie-999999999-abcdefgh.tmp"
    left.mkdir(parents=True)
    (left / "f.b2").write_bytes(b"half")
    assert run("generate", "-o", "reste").status == 0
    assert not left.exists()
