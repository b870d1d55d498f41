"""Import files again and again, killed at random moments, and tell whether the ledger comes out the same.

    python ledger_killer.py FOLDER ROUNDS SEED PLACE

PLACE is the beginning of the names of SQLite files, or the address of a PostgreSQL server. Run as a program
of its own: it forks, which a test runner with threads should not do. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger_world import KEY, dump, schema
from sqlalchemy import Engine, event

from noemie.ledger import Ledger, importing

#: How often each import is killed before it is let go to its end.
KILLS = 5

Dump = dict[str, list[tuple[object, ...]]]


def import_all(address: str, folder: Path) -> None:
    with Ledger(address, key=KEY) as ledger:
        ledger.import_files([folder])


def content(address: str) -> Dump:
    with Ledger(address, key=KEY) as ledger:
        return dump(ledger)


@contextmanager
def statements(last: int = 0) -> Iterator[list[int]]:
    """Count the statements given to a database; the process kills itself before the one numbered `last`."""
    count = [0]

    def bump(*_: object) -> None:
        count[0] += 1
        if count[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", bump)
    try:
        yield count
    finally:
        event.remove(Engine, "before_cursor_execute", bump)


def killed(address: str, folder: Path, *, delay: float = 0, statement: int = 0) -> bool:
    """Import in another process and kill it, after `delay` seconds or before a statement.

    Returns whether it was still at work.
    """
    child = os.fork()
    if not child:
        status = 1
        try:
            with statements(statement):
                import_all(address, folder)
            status = 0
        finally:
            os._exit(status)
    if not statement:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the import failed by itself")
    return os.WIFSIGNALED(status)


def part_of(some: Dump, whole: Dump) -> bool:
    """Whether every file that is there is there with all its rows, and no row is there without its file."""
    there = {row[0] for row in some["fichiers"]}
    for name, rows in whole.items():
        if name in ("professionnels", "patients"):
            continue
        if some[name] != [row for row in rows if row[0] in there]:
            return False
    return set(some["professionnels"]) <= set(whole["professionnels"])


@contextmanager
def database(place: str, name: str) -> Iterator[str]:
    """The address of an empty database, removed at the end."""
    if "://" in place:
        with schema(place, f"killed_{os.getpid()}_{name}") as address:
            yield address
        return
    path = Path(f"{place}-{name}")
    yield str(path)
    for found in path.parent.glob(f"{path.name}*"):
        found.unlink()


def main(folder: Path, rounds: int, seed: int, place: str) -> None:
    importing.BATCH_FILES = 3  # type: ignore[misc]  # more transactions to be killed in
    chance = random.Random(seed)
    with database(place, "clean") as clean:
        started = time.monotonic()
        with statements() as count:
            import_all(clean, folder)
        duration = time.monotonic() - started
        expected = content(clean)
    kills = partial = 0
    for number in range(rounds):
        with database(place, str(number)) as address:
            window, most = duration, count[0]
            for rank in range(KILLS):
                # By the clock, in the middle of anything; by statements, whatever else the machine does.
                # What was stored before leaves less to do, hence less to be killed in.
                if rank % 2:
                    while not killed(address, folder, delay=chance.uniform(0, window)):
                        window /= 2
                else:
                    while not killed(address, folder, statement=chance.randint(1, most)):
                        most = max(most // 2, 1)
                kills += 1
                if rank == number % KILLS:
                    some = content(address)
                    if not part_of(some, expected):
                        raise SystemExit(f"round {number}: half of a file is there")
                    partial += 0 < len(some["fichiers"]) < len(expected["fichiers"])
            import_all(address, folder)
            if content(address) != expected:
                raise SystemExit(f"round {number}: the ledger is not that of one run")
    told = {"rounds": rounds, "kills": kills, "partial": partial, "files": len(expected["fichiers"])}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
