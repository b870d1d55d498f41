"""An import that is killed anywhere loses nothing and duplicates nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ledger_world import DAY, Inv, answers, flow, month_return

from fixtures.caisse import Issue

#: Each of them kills five times; NOEMIE_TEST_KILLS=20 makes a hundred kills.
ROUNDS = int(os.environ.get("NOEMIE_TEST_KILLS", "10"))

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def run(folder: Path, place: str, rounds: int) -> None:
    program = Path(__file__).with_name("ledger_killer.py")
    command = [sys.executable, str(program), str(folder), str(rounds), "7", place]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120 + 20 * rounds, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["files"] == len(list(folder.iterdir()))
    # The kills fell in the middle of the work, not before or after it. How many left some files behind
    # depends on the load of the machine, half of them being timed by the clock: of a few, none may.
    assert told["kills"] == 5 * rounds
    assert told["partial"] or rounds < 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    flows = [
        flow(*(Inv(10 * rank + n, patient=n) for n in range(1, 4)), code=f"{rank:06d}", lot=f"{rank:03d}")
        for rank in range(1, 5)
    ]
    issues = {str(number): Issue.differee() for number in range(11, 50, 5)}
    files = answers(*flows, arls=True, issues=issues)[1]
    files += [
        (f"f{rank}", month_return(DAY, code=f"L{rank:05d}", lump_sums=[("1", rank)], debts=[("D", -rank)]))
        for rank in range(1, 5)
    ]
    for rank, (name, data) in enumerate(files):
        (folder / f"{rank:02d}-{name}").write_bytes(data)
    return folder


def test_killed_at_random_then_run_again_gives_the_ledger_of_one_run(folder: Path, tmp_path: Path) -> None:
    run(folder, str(tmp_path / "db"), ROUNDS)


def test_killed_at_random_on_a_server(folder: Path, server: str) -> None:
    run(folder, server, max(ROUNDS // 8, 1))
