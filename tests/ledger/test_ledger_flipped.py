"""`verify` finds values that changed in the database, its form unbroken; it never blames a sound one."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ledger_world import KEY, Inv, answers, flow
from sqlalchemy import text
from test_ledger_import import some_files

from noemie.ledger import Ledger, care, importing
from noemie.ledger.schema import TABLE_OF
from noemie.ledger.storing import _ORDER

#: Tables whose rows are those of one file each.
SUMMED = ("fichiers", *_ORDER)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger(tmp_path_factory.mktemp("sound") / "r.db", key=KEY) as opened:
        opened.import_files(some_files())
        assert opened.verify() == []
        yield opened


def changes() -> Iterator[tuple[str, str]]:
    """Every column that tells something of a file, but for what is noted later."""
    for name in SUMMED:
        for column in TABLE_OF[name].columns:
            if column.name not in ("importe_le", "purge_le", "fichier_id", "id"):
                yield name, column.name


@pytest.mark.parametrize(("table", "column"), list(changes()))
def test_one_value_that_changed(ledger: Ledger, table: str, column: str) -> None:
    kind = str(TABLE_OF[table].columns[column].type)
    other = {
        "TEXT": f"'X' || coalesce({column}, '')",
        "BIGINT": f"coalesce({column}, 0) + 64",
        "DATE": "'1999-12-31'",
        "BOOLEAN": f"1 - {column}",
        "BLOB": "x'00'",
    }[kind]
    with ledger._open.connect() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        row = connection.execute(text(f"SELECT rowid FROM {table} LIMIT 1")).scalar()
        if row is None:
            pytest.skip("no row of this kind")
        connection.execute(text(f"UPDATE {table} SET {column} = {other} WHERE rowid = {row}"))
        found = care.verify(connection)
        connection.rollback()
    assert {gap.genre for gap in found} & {"contenu", "base"}, found


def test_it_is_told_and_nothing_is_made_of_it(tmp_path: Path) -> None:
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(some_files())
        with ledger._open.begin() as connection:
            connection.execute(text("UPDATE parts SET nom = 'XAMC' WHERE nom = 'AMC'"))
            connection.execute(text("UPDATE envois SET amo = amo + 1 WHERE cle = '2'"))
        gaps = ledger.verify()
        assert {gap.genre for gap in gaps} == {"contenu"}
        assert gaps[0].text("fr") == (
            "ce qui est gardé de ce fichier a changé depuis l'import : reprendre une sauvegarde"
        )
        with ledger._open.begin() as connection:
            connection.execute(text("UPDATE fichiers SET sha256 = 'g' || substr(sha256, 2)"))
        assert {gap.genre for gap in ledger.verify()} == {"base"}


def test_on_both_databases(place: str) -> None:
    """What a server gives back of a value is what was given to it."""
    with Ledger(place, key=KEY) as ledger:
        ledger.import_files(some_files())
        assert ledger.verify() == []
        with ledger._open.begin() as connection:
            connection.execute(text("UPDATE envois SET amo = amo + 1"))
        assert {gap.genre for gap in ledger.verify()} == {"contenu"}


def test_a_ledger_that_lives_is_never_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imported again, in any form, long or short; purged; forgotten."""
    files = some_files()
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(files[:4])
        ledger.import_files(files)
        monkeypatch.setattr(importing, "MOST_IN_MEMORY", 100)
        monkeypatch.setattr(importing, "_CHUNK", 2)
        long = tmp_path / "long.b2"
        long.write_bytes(flow(*(Inv(n, patient=n) for n in range(30, 41)), code="000009", lot="009"))
        assert ledger.import_files([long]).nombre("importe") == 1
        assert ledger.verify() == []
        reference = ledger.patients()[0].reference
        assert ledger.forget(reference, for_real=True)
        assert ledger.verify() == []
        assert ledger.forget(None, for_real=True)
        assert ledger.verify() == []
        with closing(sqlite3.connect(tmp_path / "r.db")) as base:
            assert base.execute("SELECT count(*) FROM parametres WHERE cle LIKE 'somme:%'").fetchone() == (0,)


def test_a_purge_takes_sums_away(tmp_path: Path) -> None:
    sent = flow(Inv(1, patient=1))
    _, files = answers(sent, arls=True)
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(files)
        today = dt.date(2040, 1, 1)
        ledger.purge(today=today, unsettled=True, confirm=ledger.purge(today=today, unsettled=True))
        assert ledger.verify() == []


def test_sums_of_another_version_are_not_compared(ledger: Ledger) -> None:
    with ledger._open.connect() as connection:
        connection.execute(text("UPDATE parametres SET valeur = '1.' || valeur WHERE cle LIKE 'somme:%'"))
        connection.execute(text("UPDATE envois SET regime = 'XX'"))
        assert care.verify(connection) == []
        connection.rollback()
