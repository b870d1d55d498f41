"""Open a database of ours: bring its schema up to date, know how it keeps personal data, find its key."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeVar, cast

from sqlalchemy import Connection, Engine, text

from flatfile.extras import is_installed
from noemie.ledger.base.cles import MODES, Cles, Personal, cipher, given_key, make_key, read_key
from noemie.ledger.base.engine import file_of, genre_of, reading, writing
from noemie.ledger.base.genre import Genre
from noemie.ledger.base.migrations import is_empty
from noemie.ledger.base.places import keys_folder

_MODE: Final = "donnees_personnelles"
_CHECK: Final = "controle_cle"
_KEY: Final = "cle"
_VERSION: Final = "version"

C = TypeVar("C", bound=Cles)


def prepare(
    engine: Engine,
    personal: Personal | None,
    is_current: Callable[[Connection], bool],
    migrate: Callable[[Connection], int],
    *,
    create: bool = True,
) -> Personal:
    """Migrate the database when it must be; returns how it keeps personal data, chosen once for all.

    Without `create`, a database that is empty is left so, and `base.vide` is raised.
    """
    genre = genre_of(engine)
    if personal is not None and personal not in MODES:
        raise genre.error("personnel.inconnu")
    with reading(engine) as connection:
        if not create and is_empty(connection):
            raise genre.error("base.vide")
        mode = _get(connection, _MODE) if is_current(connection) else None
    if mode is None:
        if personal == "encrypt":
            cipher(genre)
        keep_old(engine)
        with writing(engine) as connection:
            migrate(connection)
            mode = _get(connection, _MODE)
            if mode is None:
                mode = personal or _default_mode(genre)
                _set(connection, _MODE, mode)
                if mode == "plain":
                    _set(connection, _KEY, secrets.token_hex(32))
        with reading(engine):
            pass  # a first connection to a base that has tables: its log starts
    if mode not in MODES:
        raise genre.error("base.illisible")
    if personal is not None and personal != mode:
        raise genre.error("personnel.mode", mode=mode)
    return cast(Personal, mode)


def keep_old(engine: Engine) -> Path | None:
    """Copy a SQLite base that will be migrated beside it (`registre.db.v2`); a copy that is there stays."""
    path, genre = file_of(engine.url), genre_of(engine)
    if path is None:
        return None
    with reading(engine) as connection:
        version = None if is_empty(connection) else _get(connection, _VERSION)
    if version is None:
        return None
    kept = path.with_name(f"{path.name}.v{version}")
    if not kept.exists():
        copy(path, kept, genre)
    return kept


def copy(path: Path, target: Path, genre: Genre) -> None:
    """A whole copy of a SQLite base, made while others use it; only its owner reads it. Raises."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with (
            closing(sqlite3.connect(path, timeout=30)) as source,
            closing(sqlite3.connect(temporary)) as made,
        ):
            source.backup(made)
        temporary.replace(target)
    except (OSError, sqlite3.Error):
        raise genre.error("base.copie") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def find_keys(
    engine: Engine,
    path: Path | None,
    key: bytes | None,
    mode: Personal,
    make: Callable[[bytes, Personal], C],
) -> C:
    """The keys of a database, as `make` makes them; the first ones that it meets are its own for ever."""
    genre = genre_of(engine)
    with reading(engine) as connection:
        check, stored = _get(connection, _CHECK), _get(connection, _KEY)
    if mode == "plain" and stored:
        try:
            return make(bytes.fromhex(stored), mode)
        except ValueError:
            raise genre.error("base.illisible") from None
    known = key or given_key(genre)
    if known is not None or not genre.encrypts or (path is not None and beside(path).exists()):
        ring = make(known or _beside(path, genre, new=check is None), mode)
    elif path is None or check is not None:
        ring = make(_of_user(path, genre, check), mode)
    else:
        ring = _new(genre, mode, make)
    if check is None:
        with writing(engine) as connection:
            check = _get(connection, _CHECK)
            if check is None:
                check = ring.check
                _set(connection, _CHECK, check)
    if check != ring.check:
        if known is None and genre.encrypts and user_key(genre, check).exists():
            return make(read_key(user_key(genre, check), genre), mode)  # another program was quicker
        raise genre.error("cle.fausse")
    return ring


def _default_mode(genre: Genre) -> Personal:
    return "encrypt" if genre.encrypts and is_installed("cryptography") else "token"


def beside(path: Path) -> Path:
    """Where the key of a SQLite base stands when it stands beside it."""
    return path.with_name(f"{path.name}.key")


def user_key(genre: Genre, check: str) -> Path:
    """Where the key of a base is kept, in the folder of the user's settings: apart from the base."""
    return keys_folder() / f"{genre.use}-{check}.key"


def _of_user(path: Path | None, genre: Genre, check: str | None) -> bytes:
    place = user_key(genre, check or "")
    if path is None or check is None or not place.exists():
        raise genre.error("cle.absente")
    return read_key(place, genre)


def _new(genre: Genre, mode: Personal, make: Callable[[bytes, Personal], C]) -> C:
    """A key that was just drawn, kept in the user's folder."""
    key = secrets.token_bytes(32)
    ring = make(key, mode)
    place = user_key(genre, ring.check)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise genre.error("base.acces") from None
    make_key(place, genre, key)
    return ring


def _beside(path: Path | None, genre: Genre, *, new: bool) -> bytes:
    """The key in the file beside a SQLite file, made when the database has none yet."""
    if path is None:
        raise genre.error("cle.absente")
    place = beside(path)
    if place.exists():
        return read_key(place, genre)
    if not new:
        raise genre.error("cle.absente")
    return make_key(place, genre)


def _get(connection: Connection, name: str) -> str | None:
    found = connection.execute(text("SELECT valeur FROM parametres WHERE cle = :cle"), {"cle": name})
    return found.scalar_one_or_none()


def _set(connection: Connection, name: str, value: str) -> None:
    statement = text("INSERT INTO parametres (cle, valeur) VALUES (:cle, :valeur)")
    connection.execute(statement, {"cle": name, "valeur": value})
