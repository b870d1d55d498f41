"""What is no regular file is read once, by every verb: a pipe, a process substitution, /dev/stdin."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_samples import flow, retour
from zone_samples import card

NOEMIE = f"{shlex.quote(sys.executable)} -m cli"

#: Longer than what is looked at to recognise a file, which used to be lost.
LONG = 90


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "f.b2").write_bytes(flow(LONG))
    (tmp_path / "r.noe").write_bytes(retour())
    (tmp_path / "c.ssv").write_bytes(card())
    return tmp_path


def bash(command, folder, **options):
    return subprocess.run(
        ["bash", "-c", command.replace("noemie ", f"{NOEMIE} ")],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
        env={**os.environ, "NOEMIE_LANG": "en", "PYTHONPATH": str(Path.cwd())},
        **options,
    )


def test_the_flow_is_longer_than_what_is_looked_at():
    assert len(flow(LONG)) > 1 << 16


@pytest.mark.parametrize(
    ("piped", "plain"),
    [
        ("cat f.b2 | noemie check /dev/stdin --format json", "noemie check f.b2 --format json"),
        ("noemie check <(cat f.b2) --jobs 2 --format json", "noemie check f.b2 --format json"),
        ("noemie show <(cat f.b2) --format json", "noemie show f.b2 --format json"),
        ("noemie show <(gzip -c r.noe) --format json", "noemie show r.noe --format json"),
        ("noemie check <(cat c.ssv) --format json", "noemie check c.ssv --format json"),
        ("noemie decode <(cat r.noe) --format json", "noemie decode r.noe --format json"),
        ("noemie explain <(cat r.noe) --format json", "noemie explain r.noe --format json"),
        ("noemie convert <(cat r.noe) --to json", "noemie convert r.noe --to json"),
        ("noemie convert <(cat f.b2) --to xml", "noemie convert f.b2 --to xml"),
        ("noemie convert <(cat c.ssv) --to json", "noemie convert c.ssv --to json"),
        ("noemie reconcile <(cat f.b2) r.noe --format json", "noemie reconcile f.b2 r.noe --format json"),
    ],
)  # fmt: skip
def test_a_pipe_is_read_as_the_file_that_goes_through_it(folder, piped, plain):
    def told(command):
        done = bash(command, folder)
        text = done.stdout
        for name in ("/dev/stdin", "/dev/fd/63", "/dev/fd/62", "f.b2", "r.noe", "c.ssv"):
            text = text.replace(name, "FILE")
        text = text.replace('"63"', '"FILE"')  # a pipe without its folder
        return done.returncode, text.replace('"gzip": true', '"gzip": false'), done.stderr

    assert told(piped) == told(plain)


def test_diff_of_two_pipes(folder):
    done = bash("noemie diff <(cat f.b2) <(gzip -c f.b2)", folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_mask_and_verify_of_a_pipe(folder):
    key = "NOEMIE_MASK_KEY=8f3c1d0a97e24b56c7d1e2f3a4b50698"
    for asked in ("noemie mask f.b2 -o files", "mkfifo f; cat f.b2 > f & noemie mask f -o pipes"):
        assert bash(asked.replace("noemie", f"{key} noemie"), folder).returncode == 0
    assert (folder / "pipes" / "f").read_bytes() == (folder / "files" / "f.b2").read_bytes()
    done = bash(f"cat f.b2 > f & {key} noemie mask f -o pipes --verify", folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_ledger_and_the_rights_take_pipes(folder):
    done = bash("noemie ledger import <(cat f.b2) <(cat r.noe) --db a.db --format json", folder)
    assert done.returncode == 0, done.stderr
    assert '"errors": []' in done.stdout
    done = bash(
        "noemie rights import d.db <(cat c.ssv) && cat f.b2 | noemie check /dev/stdin --rights d.db", folder
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    same = [
        bash(f"noemie check f.b2 --rights {rights}", folder).stdout for rights in ("c.ssv", "<(cat c.ssv)")
    ]
    assert same[0] == same[1] != ""


def test_cards_and_rights_of_other_verbs_take_pipes(folder):
    same = [bash(f"noemie check f.b2 --card {card}", folder).stdout for card in ("c.ssv", "<(cat c.ssv)")]
    assert same[0] == same[1] != ""
    for name, rights in (("one", "c.ssv"), ("two", "<(cat c.ssv)")):
        assert bash(f"noemie respond <(cat f.b2) -o {name} --rights {rights}", folder).returncode == 0
    one, two = ({p.name: p.read_bytes() for p in (folder / name).iterdir()} for name in ("one", "two"))
    assert one == two != {}


def test_an_archive_through_a_pipe(folder):
    done = bash(
        "tar czf a.tgz r.noe; mkfifo p.tgz; cat a.tgz > p.tgz & noemie decode p.tgz --format json", folder
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "cat f.b2 | noemie check - /dev/stdin",
        "cat f.b2 | noemie diff /dev/stdin -",
        "mkfifo p; noemie diff p p",
    ],
)
def test_what_is_read_once_cannot_be_given_twice(folder, command):
    done = bash(command, folder)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "only" in done.stderr


@pytest.mark.parametrize("verb", [["check"], ["show"], ["decode"], ["convert", "--format", "json"]])
def test_the_keyboard_ends_the_wait_for_a_pipe_that_nobody_writes_to(tmp_path, verb):
    os.mkfifo(tmp_path / "p")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *verb, str(tmp_path / "p"), "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until_blocked(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == f"{tmp_path / 'p'}: interrupted, nobody wrote anything there.\n"


def wait_until_blocked(process):
    """Until the process waits in open(2) of the pipe, as far as the system tells."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with open(f"/proc/{process.pid}/wchan") as told:  # noqa: PTH123
            if told.read() in ("wait_for_partner", "fifo_open"):
                return
        time.sleep(0.1)
