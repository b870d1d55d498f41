"""A log of SQLite that is cut anywhere: the last imports are gone, none of them in part."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from ledger_world import KEY, Inv, answers, dump, flow

from noemie.ledger import Ledger, importing

CUTS = 6


def test_a_log_that_is_cut_loses_whole_imports_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flows = [flow(Inv(10 * rank, patient=rank), Inv(10 * rank + 1), code=f"{rank:06d}") for rank in (1, 2, 3)]
    files = answers(*flows, arls=True)[1]
    monkeypatch.setattr(importing, "BATCH_FILES", 1)
    place = tmp_path / "registre.db"
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(files[:1])
    with closing(sqlite3.connect(place)) as reader:
        # As long as somebody reads the state of before, the log is not merged in the file.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM fichiers").fetchone()
        with Ledger(place, key=KEY) as ledger:
            ledger.import_files(files)
            expected = dump(ledger)
        whole, log = place.read_bytes(), Path(f"{place}-wal").read_bytes()
    draw = random.Random(7)
    kept = set()
    for number, cut in enumerate([0, len(log), *(draw.randrange(len(log)) for _ in range(CUTS))]):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(whole)
        Path(f"{copy}-wal").write_bytes(log[:cut])
        with Ledger(copy, key=KEY) as ledger:
            assert ledger.verify() == []
            kept.add(len(ledger.files()))
            report = ledger.import_files(files)
            assert report.nombre("importe") + report.nombre("connu") == len(files)
            assert dump(ledger) == expected
    assert {1, len(files)} <= kept
    assert len(kept) > 2


def test_a_base_opened_again_keeps_the_locks_of_its_process(tmp_path: Path) -> None:
    place = tmp_path / "registre.db"
    Ledger(place, key=KEY).close()
    with closing(sqlite3.connect(place, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM fichiers").fetchone()
        Ledger(place, key=KEY, create=False).close()
        other = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM fichiers')"
        subprocess.run([sys.executable, "-c", other, place], check=True)
        # Without its lock the other program, the last one that it sees, would have removed the log.
        assert Path(f"{place}-wal").exists()
