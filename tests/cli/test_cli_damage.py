"""Damaged databases: told as damage, by every verb; never as a server, never as a defect of the program."""

from __future__ import annotations

import random
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import Result, run
from cli_samples import flow, retour

from noemie.ledger import Ledger, LedgerError
from noemie.ledger.base.damage import is_damaged
from noemie.ledger.base.engine import _SQLITE, open_engine
from noemie.ledger.errors import GENRE as LEDGER
from noemie.ledger.register.errors import GENRE as RIGHTS
from noemie.ledger.register.register import Register, RightsError

NIR = "1770288888042"
CSV = f"""nir;date_naissance;nom;regime;caisse;ouvert_du;c2s;constate_le
{NIR};13/02/1977;ESSAI;08;756;01/01/2020;N;10/03/2025
2840299999042;29/02/1984;ESSAI;01;421;;;10/03/2025
"""

LISTS = (
    "payments",
    "rejects",
    "to-resend",
    "unanswered",
    "invoices",
    "patients",
    "transfers",
    "debts",
    "files",
)
OF_LEDGER = (
    *(("ledger", verb) for verb in LISTS),
    ("ledger", "statement", "--month", "2025-03"),
    ("ledger", "report"),
    ("ledger", "export", "invoices"),
    ("ledger", "purge"),
    ("ledger", "import", "flux.b2"),
    ("check", "flux.b2", "--ledger", "registre.db"),
)
OF_RIGHTS = (
    ("rights", "show", "d.db", "--nir", NIR),
    ("rights", "find", "d.db", "--name", "ESSAI", "--birth", "13/02/1977"),
    ("rights", "list", "d.db"),
    ("rights", "stats", "d.db"),
    ("rights", "export", "d.db"),
    ("rights", "purge", "d.db", "--before", "2025-01-01"),
    ("rights", "import", "d.db", "d.csv"),
    ("check", "flux.b2", "--rights", "d.db"),
)
VERBS = {"registre.db": OF_LEDGER, "d.db": OF_RIGHTS}

DAMAGED = "ce fichier n'est pas une base SQLite, ou il est abîmé"
ANOTHER = "cette base contient autre chose que"
NONE = "il n'y a pas de registre à cet endroit"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger and a register of rights, both sound."""
    folder = tmp_path_factory.mktemp("bases")
    (folder / "flux.b2").write_bytes(flow(2))
    (folder / "retour.noe").write_bytes(retour())
    (folder / "d.csv").write_text(CSV)
    assert (
        run(
            "ledger", "import", folder / "flux.b2", folder / "retour.noe", "--db", folder / "registre.db"
        ).status
        == 0
    )
    assert run("rights", "import", folder / "d.db", folder / "d.csv").status == 0
    return folder


@pytest.fixture(autouse=True)
def folder(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("NOEMIE_LEDGER", "NOEMIE_LEDGER_KEY", "NOEMIE_LEDGER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def asked() -> Iterator[tuple[str, tuple[str, ...], Result]]:
    """Every verb on its database; none of them ends badly."""
    for base, verbs in VERBS.items():
        kept = Path(base).read_bytes()
        for verb in verbs:
            result = run(*verb)
            assert result.status in (0, 1, 2), (verb, result.err)
            for word in ("interne", "PostgreSQL", "refusé une opération", "Error"):
                assert word not in result.err, (verb, result.err)
            yield base, verb, result
            Path(base).write_bytes(kept)


def change(name: str, *statements: str) -> None:
    with closing(sqlite3.connect(name)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def each(change: Callable[[bytes], bytes]) -> None:
    for name in VERBS:
        path = Path(name)
        path.write_bytes(change(path.read_bytes()))


def on_header(data: bytes) -> bytes:
    return b"SQLite format 4\0" + data[16:]


def on_pages(data: bytes) -> bytes:
    return data[:4096] + bytes(255 - byte for byte in data[4096:])


def on_schema(data: bytes) -> bytes:
    return data.replace(b"CREATE TABLE", b"CREATE TABEL")


# --- the whole file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (on_header, DAMAGED),
        (on_schema, DAMAGED),
        (on_pages, DAMAGED),
        (lambda data: data[:700], DAMAGED),
        (lambda data: data[:5000], DAMAGED),
        (lambda data: b"Ceci est un texte.\r\n" * 400, DAMAGED),
        (lambda data: b"\0" * 8192, DAMAGED),
    ],
    ids=["header", "schema", "pages", "short", "cut", "text", "zeros"],
)
def test_a_file_that_is_damaged(damage: Callable[[bytes], bytes], told: str) -> None:
    each(damage)
    for _, verb, result in asked():
        if "--rights" in verb and damage(b"SQLite format 3\0" + bytes(5000))[:15] != b"SQLite format 3":
            continue  # no database: a CSV, a card, which it is not either
        assert told in result.err, (verb, result)
        assert result.status == 2


def test_a_file_of_no_byte() -> None:
    each(lambda data: b"")
    for _, verb, result in asked():
        if verb[1] != "import" and "--rights" not in verb:
            assert (result.status, NONE in result.err) == (2, True), (verb, result)


# --- within ---------------------------------------------------------------------------------------------


def tables(name: str) -> list[str]:
    with closing(sqlite3.connect(name)) as connection:
        return [
            found for (found,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]


@pytest.mark.parametrize("rank", range(0, 15, 3))
def test_a_missing_table(rank: int) -> None:
    for name in VERBS:
        found = tables(name)
        change(name, f"DROP TABLE {found[rank % len(found)]}")
    for _, verb, result in asked():
        if result.status == 2:
            assert DAMAGED in result.err or ANOTHER in result.err, (verb, result)


@pytest.mark.parametrize("value", ["'abc'", "x'ff00fe'", "9223372036854775807", "'2025-99-99'"])
def test_values_of_another_type(value: str) -> None:
    for name, changed in (("registre.db", ("amo", "date_envoi")), ("d.db", ("constate_le", "regime"))):
        table = "envois" if name == "registre.db" else "droits"
        change(name, *(f"UPDATE {table} SET {column} = {value}" for column in changed))
    for _, verb, result in asked():
        if result.status == 2:
            assert DAMAGED in result.err, (verb, result)


def test_a_column_of_another_name() -> None:
    change("registre.db", "UPDATE sqlite_master SET sql = replace(sql, 'amo ', 'oma ') WHERE name = 'envois'")
    change("d.db", "UPDATE sqlite_master SET sql = replace(sql, 'caisse ', 'essiac ') WHERE name = 'droits'")
    told = dict.fromkeys(VERBS, 0)
    for base, verb, result in asked():
        if result.status == 2:
            assert DAMAGED in result.err, (verb, result)
            told[base] += 1
    assert all(told.values())


def test_text_that_is_no_utf8() -> None:
    """What the driver cannot decode was told as a server that does not answer."""
    change("registre.db", "UPDATE envois SET numero = CAST(x'ff00fe' AS TEXT)")
    change("d.db", "UPDATE droits SET regime = CAST(x'ff00fe' AS TEXT)")
    for base in VERBS:
        assert any(DAMAGED in result.err for name, _, result in asked() if name == base)


@pytest.mark.parametrize("seed", range(6))
def test_bytes_that_are_damaged_anywhere(seed: int) -> None:
    rng = random.Random(seed)

    def damage(data: bytes) -> bytes:
        changed = bytearray(data)
        full = [at for at in range(100, len(data)) if data[at]]
        for at in rng.sample(full, 30):
            changed[at] ^= 1 << rng.randrange(8)
        return bytes(changed)

    each(damage)
    assert list(asked())


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_log(seed: int) -> None:
    rng = random.Random(seed)
    for name in VERBS:
        Path(f"{name}-wal").write_bytes(rng.randbytes(5000))
        Path(f"{name}-shm").write_bytes(rng.randbytes(32768))
    assert list(asked())


@pytest.mark.parametrize(
    ("name", "value"), [("donnees_personnelles", "tokem"), ("version", "un"), ("version", "")]
)
def test_what_a_database_says_of_itself(name: str, value: str) -> None:
    for base in VERBS:
        change(base, f"UPDATE parametres SET valeur = '{value}' WHERE cle = '{name}'")
    for _, verb, result in asked():
        assert result.status == 2, verb
        assert DAMAGED in result.err, (verb, result)


# --- the library ----------------------------------------------------------------------------------------


def test_a_sound_database_is_not_damaged(folder: Path) -> None:
    assert not is_damaged(folder / "registre.db", LEDGER, open_engine)
    assert not is_damaged(folder / "d.db", RIGHTS, open_engine)
    assert is_damaged(folder / "registre.db", RIGHTS, open_engine)


def test_a_database_in_use_is_not_damaged(folder: Path) -> None:
    with closing(sqlite3.connect("registre.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE").close()
        other.execute("BEGIN EXCLUSIVE").close()
        assert sqlite3.SQLITE_BUSY in _SQLITE
        assert not is_damaged(folder / "registre.db", LEDGER, open_engine)


def test_a_defect_of_ours_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound database is never blamed."""

    def defect(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("noemie.ledger.queries.files", defect)
    result = run("ledger", "files")
    assert result.status == 70
    assert "erreur interne (KeyError" in result.err


def test_the_library_tells_damage(folder: Path) -> None:
    change("registre.db", "UPDATE envois SET date_envoi = 'hier'")
    with Ledger("registre.db") as ledger, pytest.raises(LedgerError) as raised:
        ledger.invoice_states()
    assert raised.value.code == "base.illisible"


# --- a server -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Ledger, Register])
def test_a_silent_server_is_left(
    kind: type[Ledger] | type[Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts, and says nothing."""
    pytest.importorskip("psycopg")
    monkeypatch.setattr("noemie.ledger.base.engine._PATIENCE", 2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        with pytest.raises((LedgerError, RightsError)) as raised:
            kind(
                f"postgresql://essai@127.0.0.1:{server.getsockname()[1]}/essai?sslmode=disable", create=False
            )
        assert raised.value.code == "base.connexion"
        assert time.monotonic() - began < 8


def test_ten_seconds_unless_the_address_tells_another_time() -> None:
    from noemie.ledger.base.engine import address

    for genre in (LEDGER, RIGHTS):
        assert address("postgresql://h/b", genre).query["connect_timeout"] == "10"
        assert address("postgresql://h/b?connect_timeout=3", genre).query["connect_timeout"] == "3"
        assert not address("registre.db", genre).query
