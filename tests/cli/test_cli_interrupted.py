"""Ctrl-C at the beginning: the same status as later, and nothing shown."""

import os
import signal
import subprocess
import sys
import time

import pytest
from cli_samples import clean

from cli.words.status import INTERRUPTED

#: The command, interrupted as its first module that is not light is imported.
_INTERRUPTED = """
import sys
class Keyboard:
    def find_spec(self, name, path, target=None):
        if name == {name!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Keyboard())
from cli.__main__ import main
sys.exit(main(["--version"]))
"""


@pytest.mark.parametrize("name", ["cli.io.guard", "typer", "cli.app", "cli.words.speech"])
def test_while_the_command_is_imported(name):
    ended = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED.format(name=name)], capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (INTERRUPTED, b"", b"")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a terminal interrupts a group of processes")
def test_while_its_processes_start(tmp_path):
    for rank in range(60):
        (tmp_path / f"{rank}.b2").write_bytes(clean())
    command = [sys.executable, "-m", "cli", "check", str(tmp_path), "--jobs", "2"]
    seen = set()
    for tenths in range(1, 9):
        with subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        ) as started:
            time.sleep(tenths / 10)
            os.killpg(started.pid, signal.SIGINT)
            told = started.stderr.read()
        assert b"SemLock" not in told
        seen.add(started.returncode)
    assert INTERRUPTED in seen
