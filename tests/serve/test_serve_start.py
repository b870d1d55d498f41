"""How the page starts: what is missing, where things are, its icon, one instance."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import run

from cli.serve import invented, launch, shortcut, window
from cli.serve.launch import Running
from cli.serve.store import Store


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_is_missing_is_told(monkeypatch, lang):
    monkeypatch.setattr("flatfile.extras.is_installed", lambda name: name != "starlette")
    result = run("serve", "--no-open", "--lang", lang)
    assert result.status == 2
    assert "starlette. → pip install 'sesam-noemie[serve]'" in result.err


def test_a_folder_that_is_none_is_refused(tmp_path):
    result = run("serve", "--no-open", "--folder", tmp_path / "absent", "--lang", "en")
    assert (result.status, result.err) == (2, "noemie: --folder: expected a folder\n")


def test_where_things_are(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    places = launch.places_of("", "", None, None)
    assert Path(places.db) == tmp_path / "sesam-noemie" / "registre.db"
    assert Path(places.rights).parent == Path(places.db).parent
    assert not Path(places.db).parent.exists()  # nothing is made before something is given
    assert launch.places_of("postgresql://h/b", "d.db", None, None).rights == "d.db"


def test_the_server_listens_to_this_machine_alone():
    with launch.bound() as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.skipif(os.name != "posix", reason="icons of Linux and of macOS")
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_an_icon(tmp_path, monkeypatch, system):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(shortcut.shutil, "which", lambda name: None)
    path = shortcut.make(system)
    assert path.parent == tmp_path / "Desktop"
    assert path.stat().st_mode & stat.S_IXUSR
    text = path.read_text("utf-8")
    assert "noemie-page" in text
    if system == "linux":
        icon = text.split("Icon=")[1].splitlines()[0]
        assert Path(icon).read_text("utf-8").startswith("<svg")
        assert "Terminal=false" in text
    else:
        subprocess.run(["sh", "-n", path], check=True)


def test_a_page_that_does_not_answer_is_not_reopened(monkeypatch):
    store = Store("page.json", Running)
    store.write(Running(1, 1, "secret"))
    assert launch.reopened() is None
    assert store.path.stat().st_mode & 0o077 == 0
    store.remove()
    assert launch.reopened() is None


def test_without_a_terminal_what_goes_wrong_is_shown(monkeypatch, tmp_path):
    import tempfile

    shown = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(window.webbrowser, "open", shown.append)
    monkeypatch.setattr(sys, "argv", ["noemie-page"])
    monkeypatch.setattr("flatfile.extras.is_installed", lambda name: name != "uvicorn")
    assert window.main() == 2
    (path,) = tmp_path.iterdir()
    assert shown == [path.as_uri()]
    assert "uvicorn" in path.read_text("utf-8")


def test_help_of_the_page_starts_no_page(monkeypatch, capsys):
    for words, code in ((["--help"], 0), (["flux.b2"], 2)):
        monkeypatch.setattr(sys, "argv", ["noemie-page", *words])
        assert window.main() == code
        assert "noemie serve -h" in "".join(capsys.readouterr())


def test_a_value_that_cannot_be_read_is_absent():
    store = Store("essai.json", Running)
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.write_bytes(b"{")
    assert store.read() is None
    store.remove()


def test_the_invented_practice_tells_no_day_of_the_clock(monkeypatch, tmp_path):
    monkeypatch.setattr(invented, "_INVOICES", 12)
    written = invented.write(tmp_path, dt.date(2026, 1, 20))
    # The day of a card is that of its file.
    assert {dt.date.fromtimestamp(path.stat().st_mtime) for path in written} == {dt.date(2026, 1, 19)}
    clock = f"{dt.date.today():%Y%m%d}".encode()
    assert not [path for path in written if clock in path.read_bytes()]
