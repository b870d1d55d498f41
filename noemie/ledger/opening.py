"""Open a ledger: bring its schema up to date, know how it keeps personal data, find its key."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Connection, Engine, select

from noemie.ledger.engine import reading, writing
from noemie.ledger.errors import LedgerError
from noemie.ledger.identity import MODES, KeyRing, Personal, given_key, make_key, read_key, require_cipher
from noemie.ledger.migrations import is_current, migrate
from noemie.ledger.schema import Parametre

_MODE: Final = "donnees_personnelles"
_CHECK: Final = "controle_cle"
_KEY: Final = "cle"


def prepare(engine: Engine, personal: Personal | None) -> Personal:
    """Migrate the database when it must be; returns how it keeps personal data, chosen once for all."""
    if personal is not None and personal not in MODES:
        raise LedgerError("personnel.inconnu")
    with reading(engine) as connection:
        mode = _get(connection, _MODE) if is_current(connection) else None
    if mode is None:
        if personal == "encrypt":
            require_cipher()
        with writing(engine) as connection:
            migrate(connection)
            mode = _get(connection, _MODE)
            if mode is None:
                mode = personal or "token"
                _set(connection, _MODE, mode)
                if mode == "plain":
                    _set(connection, _KEY, secrets.token_hex(32))
    if personal is not None and personal != mode:
        raise LedgerError("personnel.mode", mode=mode)
    return cast(Personal, mode)


def find_keys(engine: Engine, path: Path | None, key: bytes | None, mode: Personal) -> KeyRing:
    """The keys of a ledger; the first ones that it meets are its own for ever."""
    with reading(engine) as connection:
        check, stored = _get(connection, _CHECK), _get(connection, _KEY)
    if mode == "plain" and stored:
        return KeyRing(bytes.fromhex(stored), mode)
    ring = KeyRing(key or given_key() or _beside(path, new=check is None), mode)
    if check is None:
        with writing(engine) as connection:
            check = _get(connection, _CHECK)
            if check is None:
                check = ring.check
                _set(connection, _CHECK, check)
    if check != ring.check:
        raise LedgerError("cle.fausse")
    return ring


def _beside(path: Path | None, *, new: bool) -> bytes:
    """The key in the file beside a SQLite file, made when the ledger has none yet."""
    if path is None:
        raise LedgerError("cle.absente")
    place = path.with_name(f"{path.name}.key")
    if place.exists():
        return read_key(place)
    if not new:
        raise LedgerError("cle.absente")
    return make_key(place)


def _get(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(Parametre.valeur).where(Parametre.cle == name))


def _set(connection: Connection, name: str, value: str) -> None:
    connection.execute(Parametre.__table__.insert(), {"cle": name, "valeur": value})  # type: ignore[attr-defined]
