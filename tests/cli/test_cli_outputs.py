"""What -o writes to: links, pipes, devices, modes; what signals leave behind."""

import os
import shlex
import signal
import stat
import subprocess
import sys
import time

import pytest
from cli_runner import run
from cli_samples import flow, retour
from zone_samples import card

from cli.io.outputs import written
from noemie.ledger.base.places import keys_folder

NOEMIE = [sys.executable, "-m", "cli"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "r.noe").write_bytes(retour())
    (tmp_path / "f.b2").write_bytes(flow())
    (tmp_path / "c.ssv").write_bytes(card())
    return tmp_path


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed_and_stays(folder, there):
    (folder / "far").mkdir()
    target = folder / "far" / "page.html"
    if there:
        target.write_text("before")
        target.chmod(0o640)
    (folder / "link.html").symlink_to("far/page.html")
    assert run("decode", folder / "r.noe", "--format", "html", "-o", folder / "link.html").status == 0
    assert (folder / "link.html").is_symlink()
    assert target.read_bytes() == run("decode", folder / "r.noe", "--format", "html").data
    assert not there or mode(target) == 0o640


WRITERS = [
    ["check", "f.b2", "--format", "json"],
    ["decode", "r.noe", "--format", "json"],
    ["convert", "f.b2", "--format", "json"],
    ["convert", "c.ssv", "--format", "b2-header"],
    ["diff", "f.b2", "r2.b2", "--format", "json"],
    ["codes", "export", "--format", "csv"],
    ["ledger", "export", "files", "--db", "a.db"],
    ["ledger", "statement", "--month", "2025-03", "--db", "a.db"],
    ["ledger", "report", "--db", "a.db"],
    ["rights", "export", "d.db"],
]


@pytest.fixture
def world(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "r2.b2").write_bytes(flow(3))
    assert run("ledger", "import", "r.noe", "--db", "a.db").status == 0
    assert run("rights", "import", "d.db", "c.ssv").status == 0
    return folder


@pytest.mark.parametrize("verb", WRITERS, ids=" ".join)
def test_standard_output_pipes_and_devices_are_written_to(world, verb):
    plain = run(*verb)
    dashed = run(*verb, "-o", "-")
    assert (dashed.status, dashed.data) == (plain.status, plain.data)
    assert not (world / "-").exists()
    os.mkfifo("p")
    reader = subprocess.Popen("cat p > seen", shell=True)
    assert run(*verb, "-o", "p").status == plain.status
    assert reader.wait(timeout=60) == 0
    assert (world / "seen").read_bytes() == plain.data
    assert stat.S_ISFIFO(os.stat("p").st_mode)  # noqa: PTH116
    device(world / "null")
    assert run(*verb, "-o", "null").status == plain.status
    assert stat.S_ISCHR((world / "null").stat().st_mode)


def device(path):
    """A device like /dev/null, which a fault must not be able to harm."""
    if os.geteuid() == 0:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    else:
        path.symlink_to("/dev/null")


def test_standard_output_under_other_names_goes_where_it_was_redirected(world):
    (world / "stdout").symlink_to("/proc/self/fd/1")  # what /dev/stdout is
    (world / "log").write_text("before\n")
    for name in ("stdout", "/dev/fd/1", "/proc/self/fd/1"):
        command = f"{shlex.quote(sys.executable)} -m cli decode r.noe --format jsonl -o {name} >> log"
        subprocess.run(["bash", "-c", command], check=True, cwd=world)
    lines = (world / "log").read_text().splitlines()
    assert (lines[0], len(lines)) == ("before", 4)
    assert (world / "stdout").is_symlink()


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        (["decode", "r.noe", "--format", "json", "--show-values"], 0o600),
        (["decode", "r.noe", "--format", "json"], 0o644),
        (["convert", "f.b2", "--format", "json", "--show-values"], 0o600),
        (["diff", "f.b2", "r2.b2", "--format", "html", "--show-values"], 0o600),
        (["ledger", "export", "files", "--db", "a.db"], 0o600),
        (["ledger", "statement", "--month", "2025-03", "--db", "a.db"], 0o600),
        (["rights", "export", "d.db"], 0o600),
        (["check", "f.b2", "--format", "json"], 0o644),
        (["check", "f.b2", "--format", "json", "--show-values"], 0o600),
        (["show", "f.b2", "--format", "json", "--show-values"], 0o600),
        (["respond", "f.b2"], 0o600),
        (["mask", "f.b2", "r.noe"], 0o644),
        (["generate", "--invoices", "2"], 0o644),
    ],
    ids=str,
)
def test_who_may_read_a_new_file_and_the_mode_of_one_that_is_there(world, verb, expected):
    before = os.umask(0o022)
    new, old, own = (world / name for name in ("new", "old", "own"))
    try:
        run(*verb, "-o", "new")
        written = [path.relative_to(new) for path in new.rglob("*") if path.is_file()] or [""]
        for name in written:
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            (old / name).write_text("")
            (old / name).chmod(0o664)
        run(
            *verb,
            "-o",
            "old",
            *(["--force"] if verb[0] in ("convert", "mask", "respond", "generate") else []),
        )
        os.umask(0o077)
        run(*verb, "-o", "own")
    finally:
        os.umask(before)
    for name in written:
        assert (mode(new / name), mode(old / name), mode(own / name)) == (expected, 0o664, 0o600)
        assert (old / name).stat().st_size


def test_no_report_takes_the_place_of_a_database(world):
    """A slip in a command must not cost the memory of a practice."""
    before = (world / "a.db").read_bytes()
    for verb in WRITERS:
        result = run(*verb, "-o", "a.db", *(["--force"] if verb[0] == "convert" else []))
        assert (result.status, result.out) == (2, "")
        assert "a.db : ce fichier est une base de données" in result.err or "a.db" in verb
    assert (world / "a.db").read_bytes() == before


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
@pytest.mark.parametrize(
    ("verb", "read"),
    [
        (["decode", "r.noe", "--format", "json"], "r.noe"),
        (["convert", "f.b2", "--format", "json", "--force"], "f.b2"),
        (["diff", "f.b2", "r2.b2"], "r2.b2"),
        (["ledger", "export", "files", "--db", "a.db"], "a.db"),
        (["ledger", "export", "files", "--db", "a.db"], "the ledger.key"),
        (["rights", "export", "d.db"], "d.db"),
    ],
    ids=str,
)
def test_never_over_what_is_read_under_any_name(world, link, verb, read):
    path = world / read
    if read.endswith(".key"):
        path = next(keys_folder().glob("*.key"))
    data = path.read_bytes()
    getattr(world / "other", link)(path)
    result = run(*verb, "-o", "other")
    assert result.status == 2
    assert "other" in result.err
    assert path.read_bytes() == data


# --- what a run that is stopped leaves ------------------------------------------------------------------


def heed_hangups():
    """Tests may run under `nohup`: what they start heeds a hang-up all the same."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def stopped_while_writing(folder, number):
    """A conversion that waits for more of its input, its output begun, and then gets a signal."""
    process = subprocess.Popen(
        [*NOEMIE, "convert", "-", "--format", "json", "--show-values", "-o", str(folder / "out.json")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_hangups,
    )
    process.stdin.write(flow(900))
    process.stdin.flush()
    end = time.monotonic() + 60
    while not (found := list(folder.glob(".*.tmp"))) and time.monotonic() < end:
        time.sleep(0.05)
    assert mode(found[0]) == 0o600
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    return process.returncode, err.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing_behind(tmp_path, number):
    code, err = stopped_while_writing(tmp_path, number)
    assert code == 128 + number
    assert len(err.strip().splitlines()) <= 1
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_left_goes_at_the_next_one_and_nothing_else_does(tmp_path):
    assert stopped_while_writing(tmp_path, signal.SIGKILL)[0] == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    others = [".noemie-1-abcdefgh.tmp", ".noemie-x-abcdefgh.tmp", "x.noemie-999999999-abcdefgh.tmp", "a.tmp"]
    for name in others:
        (tmp_path / name).write_text("somebody else's")
    with written(tmp_path / "one") as stream:
        stream.write(b"1")
        done = subprocess.run(
            [*NOEMIE, "codes", "export", "--format", "csv", "-o", str(tmp_path / "two")], check=False
        )
        assert done.returncode == 0
    assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two", *others}


def test_a_file_that_somebody_locks_is_left_whatever_its_number(tmp_path):
    import fcntl

    path = tmp_path / ".noemie-999999999-abcdefgh.tmp"
    with path.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with written(tmp_path / "one"):
            pass
    assert path.exists()


def test_nohup_is_respected():
    asked = (
        "import signal; from cli.io.guard import heeding_signals as heeding\n"
        "with heeding(): print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)"
    )
    command = f"trap '' HUP; {shlex.quote(sys.executable)} -c '{asked}'"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_folder_is_never_called_as_standard_output_is(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for verb in (["generate"], ["respond", "f.b2"]):
        result = run(*verb, "-o", "-")
        assert (result.status, result.out) == (2, "")
        assert "-o -" in result.err
    (folder / "-").mkdir()
    (folder / "-" / "other.b2").write_bytes(flow(1))
    assert "2 factures" in run("check", "-", stdin=flow(2)).out
