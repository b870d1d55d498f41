"""The schema: made, brought up to date, refused when it is newer or of something else."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_world import KEY, File, Inv, answers, dump, flow
from sqlalchemy import Connection, inspect, text

from codes.states import Certitude
from noemie.ledger import Ledger, LedgerError, engine, migrations
from noemie.ledger.base import engine as base
from noemie.ledger.migrations import STEPS, Step, migrate
from noemie.ledger.schema import METADATA


@contextmanager
def connected(place: str) -> Iterator[Connection]:
    opened = engine.open_engine(engine.address(place))
    try:
        with engine.writing(opened) as connection:
            yield connection
    finally:
        opened.dispose()


def shape(connection: Connection) -> dict[str, object]:
    """Tables, columns, keys and indexes as the database has them."""
    seen = inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(table)],
            seen.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (key["constrained_columns"], key["referred_table"], key["options"])
                for key in seen.get_foreign_keys(table)
            ),
            sorted((index["name"], index["column_names"]) for index in seen.get_indexes(table)),
        )
        for table in sorted(seen.get_table_names())
    }


def test_a_base_that_is_being_made_has_no_byte(tmp_path: Path) -> None:
    """Who looks meanwhile sees no base yet, rather than one that is none."""
    path = tmp_path / "registre.db"
    opened = engine.open_engine(engine.address(path))
    with engine.writing(opened):
        assert path.stat().st_size == 0
        with pytest.raises(LedgerError) as told:
            Ledger(path, create=False)
        assert told.value.code == "base.vide"
    opened.dispose()


def test_all_steps_make_the_tables(place: str) -> None:
    with connected(place) as connection:
        assert migrate(connection) == STEPS[-1].version
        seen = inspect(connection)
        assert set(seen.get_table_names()) == set(METADATA.tables)
        for name, table in METADATA.tables.items():
            columns = {column["name"]: column for column in seen.get_columns(name)}
            assert list(columns) == [column.name for column in table.columns], name
            for column in table.columns:
                found = columns[column.name]
                assert found["nullable"] == column.nullable, (name, column.name)
                wanted = column.type.compile(connection.dialect)
                assert str(found["type"].compile(connection.dialect)) == wanted, (name, column.name)
            keys = seen.get_pk_constraint(name)["constrained_columns"]
            assert set(keys) == {column.name for column in table.primary_key}, name
            referred = {key["referred_table"] for key in seen.get_foreign_keys(name)}
            assert referred == {key.column.table.name for key in table.foreign_keys}, name


DATA = Path(__file__).parent / "data"


def old_files() -> list[File]:
    """What the ledgers of older versions were made of; the last file holds two returns."""
    with zipfile.ZipFile(DATA / "registre-files.zip") as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def put_old(place: str, version: int) -> None:
    """A ledger as an older version made it, its key that of the tests."""
    data = gzip.decompress((DATA / f"registre-v{version}.db.gz").read_bytes())
    if "://" not in place:
        Path(place).write_bytes(data)
        return
    # On a server: the steps of then, and the rows of the file.
    with tempfile.TemporaryDirectory() as folder, connected(place) as connection:
        (Path(folder) / "old.db").write_bytes(data)
        migrate(connection, STEPS[:version])
        connection.execute(text("DELETE FROM parametres"))
        with sqlite3.connect(Path(folder) / "old.db") as old:
            old.row_factory = sqlite3.Row
            then = set(inspect(connection).get_table_names())
            for table in (one.name for one in METADATA.sorted_tables if one.name in then):
                kinds = {one["name"]: one["type"] for one in inspect(connection).get_columns(table)}
                for row in old.execute(f"SELECT * FROM {table}"):
                    values = {
                        name: bool(row[name]) if str(kind) == "BOOLEAN" else row[name]
                        for name, kind in kinds.items()
                    }
                    columns, named = ", ".join(values), ", ".join(f":{name}" for name in values)
                    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({named})"), values)
        old.close()


def whole(ledger: Ledger) -> list[tuple[str, str, str, int]]:
    return [(one.numero[-1], one.etat, one.action, one.paye) for one in ledger.invoice_states()]


@pytest.mark.parametrize("old", [1, 2])
def test_an_old_ledger_is_brought_up_to_date_and_read_again(place: str, tmp_path: Path, old: int) -> None:
    put_old(place, old)
    with Ledger(place, key=KEY) as ledger:
        states = ledger.invoice_states()
        # The number and the patient were known: the second sending of 2 is known too.
        assert whole(ledger) == [
            ("1", "payee", "aucune", 2100),
            ("2", "remplacee", "aucune", 0),
            ("3", "rejetee", "inconnue", 0),
            ("4", "reponse_attendue", "attendre", 0),
            ("2", "payee", "aucune", 2100),
        ]
        assert {one.certitude for one in states} == {Certitude.PROBABLE}  # no care is known
        assert sum(payment.montant for payment in ledger.payments()) == 4200
        assert len([file for file in ledger.files() if file.a_relire]) == 4
    if "://" not in place:
        assert Path(f"{place}.v{old}").exists()
        with connected(str(tmp_path / "new.db")) as connection:
            migrate(connection)
            new = shape(connection)
        with connected(place) as connection:
            assert shape(connection) == new
    with Ledger(place, key=KEY) as ledger:
        report = ledger.import_files(old_files())
        assert {file.etat for file in report.fichiers} == {"relu"}
        assert not any(file.a_relire for file in ledger.files())
        assert len(ledger.files()) == 4
        again = dump(ledger)
        assert {file.etat for file in ledger.import_files(old_files()).fichiers} == {"connu"}
        assert {one.certitude for one in ledger.invoice_states()} == {Certitude.CERTAINE}
        assert whole(ledger)[2] == ("3", "rejetee", "corriger_retransmettre", 0)
        with Ledger(tmp_path / "fresh.db", key=KEY, personal="token") as fresh:
            fresh.import_files(old_files())
            assert dump(fresh) == again


def test_a_ledger_of_version_3_gets_its_passages(tmp_path: Path) -> None:
    place = tmp_path / "registre.db"
    with connected(str(place)) as connection:
        migrate(connection, STEPS[:3])
    with Ledger(place, key=KEY, personal="token") as ledger:
        ledger.import_files(old_files())
        assert not any(file.a_relire for file in ledger.files())
        assert ledger.today(dt.date(2026, 3, 1)).depuis is None
    assert (tmp_path / "registre.db.v3").exists()
    with connected(str(tmp_path / "new.db")) as connection:
        migrate(connection)
        new = shape(connection)
    with connected(str(place)) as connection:
        assert shape(connection) == new


def test_a_migration_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "registre.db"
    put_old(str(place), 2)
    before = place.read_bytes()
    broken = (*STEPS[:-1], Step(3, (*STEPS[-1].statements, "INSERT INTO retours SELECT * FROM retours")))
    monkeypatch.setattr(migrate, "__defaults__", (broken,))
    with pytest.raises(LedgerError):
        Ledger(place, key=KEY)
    with sqlite3.connect(place) as left:
        assert left.execute("SELECT valeur FROM parametres WHERE cle = 'version'").fetchone() == ("2",)
    left.close()
    assert (tmp_path / "registre.db.v2").read_bytes()[:16] == before[:16]


def test_a_step_to_come_is_made_once(place: str) -> None:
    coming = (*STEPS, Step(STEPS[-1].version + 1, ("ALTER TABLE dettes ADD COLUMN remarque TEXT",)))
    with connected(place) as connection:
        migrate(connection)
    with connected(place) as connection:
        assert migrate(connection, coming) == coming[-1].version
    with connected(place) as connection:
        assert migrate(connection, coming) == coming[-1].version
        assert "remarque" in {column["name"] for column in inspect(connection).get_columns("dettes")}


def test_a_step_that_fails_leaves_the_schema_as_it_was(place: str) -> None:
    with connected(place) as connection:
        migrate(connection)
    broken = (*STEPS, Step(STEPS[-1].version + 1, ("CREATE TABLE neuve (a TEXT)", "NO SUCH STATEMENT")))

    def attempt() -> None:
        with connected(place) as connection:
            migrate(connection, broken)

    with pytest.raises(LedgerError):
        attempt()
    with connected(place) as connection:
        assert "neuve" not in inspect(connection).get_table_names()
        assert migrations.is_current(connection)


def test_a_newer_ledger_is_refused(place: str) -> None:
    Ledger(place, key=KEY).close()
    with connected(place) as connection:
        connection.execute(text("UPDATE parametres SET valeur = '99' WHERE cle = 'version'"))
    with pytest.raises(LedgerError) as raised:
        Ledger(place, key=KEY)
    assert raised.value.text("en") == (
        "the ledger is at version 99 of the schema, this program knows up to "
        f"{STEPS[-1].version}: install a newer sesam-noemie"
    )
    assert "version 99" in raised.value.text("fr")


def test_another_database_is_not_touched(place: str) -> None:
    with connected(place) as connection:
        connection.execute(text("CREATE TABLE clients (nom TEXT)"))
    with pytest.raises(LedgerError) as raised:
        Ledger(place, key=KEY)
    assert raised.value.code == "base.etrangere"
    with connected(place) as connection:
        assert inspect(connection).get_table_names() == ["clients"]


# --- opening ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["mysql://x/y", "postgresql://x:y:z", "n'importe quoi://"])
def test_an_address_that_is_none(where: str) -> None:
    with pytest.raises(LedgerError) as raised:
        Ledger(where)
    assert raised.value.code == "base.adresse"


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as raised:
        Ledger(tmp_path / "nulle" / "part.db")
    assert raised.value.code == "base.acces"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "lettre.txt"
    path.write_text("Madame, Monsieur, " * 100)
    with pytest.raises(LedgerError) as raised:
        Ledger(path)
    assert raised.value.code == "base.illisible"


def test_a_server_that_does_not_answer() -> None:
    with pytest.raises(LedgerError) as raised:
        Ledger("postgresql://someone:motdepasse@127.0.0.1:1/rien?connect_timeout=2")
    assert raised.value.code == "base.connexion"
    assert "motdepasse" not in str(raised.value) + repr(raised.value) + repr(raised.value.__cause__)


def test_a_ledger_in_use_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.db"
    Ledger(path, key=KEY).close()
    monkeypatch.setattr(base, "_PRAGMAS", (*base._PRAGMAS, "PRAGMA busy_timeout=50"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with Ledger(path, key=KEY) as ledger:
            assert ledger.payments() == []
            with pytest.raises(LedgerError) as raised:
                ledger.import_files([("a", flow(Inv(1)))])
            assert raised.value.code == "base.occupee"
    finally:
        other.close()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LedgerError) as raised:
        Ledger(tmp_path / "r.db")
    assert raised.value.text("en") == "the ledger needs SQLAlchemy: pip install 'sesam-noemie[ledger]'"
    assert raised.value.text("fr").startswith("le registre a besoin de SQLAlchemy")
    assert not (tmp_path / "r.db").exists()


@pytest.mark.parametrize(
    ("module", "extra", "where"),
    [("psycopg", "postgresql", "postgresql:///rien"), ("cryptography", "encryption", "sqlite://")],
)
def test_an_optional_package_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, extra: str, where: str
) -> None:
    for name in [*sys.modules]:
        if name.split(".")[0] == module:
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LedgerError) as raised:
        Ledger(where, personal="encrypt")
    assert raised.value.text("en") == f"the ledger needs {module}: pip install 'sesam-noemie[{extra}]'"


def test_importing_the_package_does_not_load_sqlalchemy() -> None:
    program = "import sys, noemie.ledger; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_closed_ledger_says_so(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "r.db")
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.payments()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_only_the_owner_reads_the_database_and_its_key(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Ledger(path) as ledger:
        ledger.import_files([("a", flow(Inv(1)))])
        key = ledger.key_place()
    assert key is not None
    for name in (path, key):
        assert stat.S_IMODE(name.stat().st_mode) == 0o600, name
    # Closed, the database is one whole file.
    assert {found.name for found in tmp_path.iterdir()} == {"r.db"}


def test_a_database_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger("sqlite://", key=KEY) as ledger:
        ledger.import_files(answers(flow(Inv(1)))[1])
        assert sum(payment.montant for payment in ledger.payments()) == 2500
    with Ledger("sqlite://") as ledger, pytest.raises(LedgerError) as raised:
        ledger.import_files([("a", flow(Inv(1)))])
    assert raised.value.code == "cle.absente"


def test_sqlite_is_set_to_lose_nothing_and_to_erase_what_is_deleted(tmp_path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with Ledger(tmp_path / "r.db") as ledger, ledger._reading() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        assert found == wanted
        # Errors of SQLAlchemy would quote the values of a statement.
        assert connection.engine.hide_parameters


def test_a_ledger_is_made_only_when_asked(place: str) -> None:
    with pytest.raises(LedgerError) as error:
        Ledger(place, create=False)
    assert error.value.code == "base.vide"
    assert "://" in place or not Path(place).exists()
    Ledger(place).close()
    with Ledger(place, create=False) as ledger:
        assert ledger.files() == []
        assert ledger.latest_day() is None
