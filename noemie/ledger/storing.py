"""Write the rows of files in the database, and tell what it holds of them already.

Everything happens within the transaction of the caller, some files at a time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select, update

from flatfile import FormatError, Spool
from noemie.ledger import sums
from noemie.ledger.base.fichiers import file_name
from noemie.ledger.base.inserting import insert_many, insert_values, upsert
from noemie.ledger.forms import keep_patients
from noemie.ledger.migrations import is_current_reading
from noemie.ledger.rows import Row, Rows, file_id
from noemie.ledger.schema import TABLE_OF, Constat, Fichier, Nom
from noemie.ledger.values import FileResult
from noemie.suivi.tableau import TableDite

#: Returns of one file that an older version may have told apart.
_MOST_RETURNS: Final = 500

#: In the order in which the rows of a file can be inserted.
_ORDER: Final = (
    "envois",
    "lignes",
    "retours",
    "virements",
    "reponses",
    "parts",
    "actes",
    "rejets",
    "forfaits",
    "dettes",
    "arls",
)


@dataclass(slots=True)
class Incoming:
    """One file on its way in: its name, its digest, its bytes when they are few, or why it is unreadable.

    `table` is what it says, for a table that was read already; `out` when it was taken out of the ledger.
    """

    name: str
    sha256: str = ""
    size: int = 0
    path: str | os.PathLike[str] | Spool | None = None
    data: bytes | None = None
    error: FormatError | None = None
    rows: Rows | None = None
    table: TableDite | None = None
    out: bool = False


def store_files(connection: Connection, files: list[Rows], again: Container[int] = ()) -> None:
    """Insert files with all the rows made of them; the row of those read `again` is there already."""
    if not files:
        return
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    table = TABLE_OF["fichiers"]
    fresh = [rows.fichier for rows in files if rows.fichier["id"] not in again]
    insert_many(connection, table, [{**row, "importe_le": now} for row in fresh])
    for row in (rows.fichier for rows in files if rows.fichier["id"] in again):
        connection.execute(update(table).where(table.c.id == row["id"]).values(**row))
    counts = [
        {"fichier_id": rows.fichier["id"], "regle": rule, "nombre": count}
        for rows in files
        for rule, count in sorted(rows.constats.items())
    ]
    insert_many(connection, TABLE_OF["constats"], counts)
    store_content(connection, files)


def store_content(connection: Connection, files: list[Rows]) -> None:
    """Insert the rows made so far, and forget them."""
    for name in _ORDER:
        table, found = TABLE_OF[name], []
        for rows in files:
            if name in rows.tables:
                rows.somme.add_all(table, rows.tables[name])
                found += rows.tables[name]
        insert_values(connection, table, found)
    fichiers = TABLE_OF["fichiers"]
    told = {rows.fichier["id"]: str(rows.somme.with_row(fichiers, rows.fichier)) for rows in files}
    sums.keep(connection, TABLE_OF["parametres"], told)
    if senders := sorted(set().union(*(rows.professionnels for rows in files))):
        insert = upsert(connection, TABLE_OF["professionnels"]).on_conflict_do_nothing()
        connection.execute(insert, [{"numero": number} for number in senders])
    people = [values for rows in files for values in rows.patients.values()]
    for rows in files:
        rows.clear()
    keep_patients(connection, people)


def changed_files(connection: Connection) -> list[int]:
    """The files of which something is not as it was stored, by number."""
    tables = [(TABLE_OF["fichiers"], "id"), *((TABLE_OF[name], "fichier_id") for name in _ORDER)]
    return sums.changed(connection, TABLE_OF["parametres"], tables)


# --- what became of them ----------------------------------------------------------------------------------


class Stored(NamedTuple):
    """A file of the ledger: its digest, its row, what the checks counted."""

    sha256: str
    fichier: Row
    constats: dict[str, int]


def known_digests(connection: Connection, digests: list[str]) -> set[str]:
    """Those of these digests whose file the ledger holds, read as it is read now."""
    query = select(Fichier.sha256, Fichier.nature, Fichier.lecture).where(Fichier.sha256.in_(digests))
    return {row.sha256 for row in connection.execute(query) if is_current_reading(row.nature, row.lecture)}


def forget_content(connection: Connection, sha256: str) -> None:
    """Remove what was read in a file by an older version, which made a file of each of its returns."""
    others = [hashlib.sha256(f"{sha256}:{rang}".encode()).hexdigest() for rang in range(2, _MOST_RETURNS)]
    table = TABLE_OF["fichiers"]
    connection.execute(delete(table).where(table.c.sha256.in_(others)))
    delete_content(connection, [file_id(sha256)])


def delete_content(connection: Connection, numbers: Collection[int]) -> None:
    """Remove all that was read in some files, but their own rows and names."""
    for name in (*reversed(_ORDER), "constats"):
        owned = TABLE_OF[name]
        connection.execute(delete(owned).where(owned.c.fichier_id.in_(sorted(numbers))))


def stored_files(connection: Connection, batch: list[Incoming]) -> dict[int, Stored]:
    """The files of the batch that the ledger holds already, by number."""
    numbers = [file_id(file.sha256) for file in batch if file.sha256]
    query = select(*TABLE_OF["fichiers"].columns).where(Fichier.id.in_(numbers))
    found = {row["id"]: Stored(row["sha256"], dict(row), {}) for row in connection.execute(query).mappings()}
    if found:
        counts = select(Constat.fichier_id, Constat.regle, Constat.nombre).order_by(Constat.regle)
        for number, rule, count in connection.execute(counts.where(Constat.fichier_id.in_(found))):
            found[number].constats[rule] = count
    return found


def results_of(
    connection: Connection, batch: list[Incoming], states: list[str], known: dict[int, Stored]
) -> list[FileResult]:
    """Word what became of each file; the names under which they were given are noted."""
    same = _same_identity(connection, known)
    names = _names(connection, {*known, *(other for others in same.values() for other in others)})
    results = []
    given: list[Row] = []
    for file, state in zip(batch, states, strict=True):
        if state == "retire":
            results.append(FileResult(nom=file.name, etat=state))
            continue
        if state == "illisible":
            assert file.error is not None
            error = file.error
            results.append(
                FileResult(
                    nom=file.name, etat=state, code=error.code, octet=error.offset, faits=dict(error.facts)
                )
            )
            continue
        number = file_id(file.sha256)
        stored, mine = known[number], names.setdefault(number, set())
        results.append(
            FileResult(
                nom=file.name,
                etat=state,
                nature=stored.fichier["nature"],
                factures=stored.fichier["factures"],
                constats=stored.constats,
                autres_noms=tuple(sorted(mine - {file.name})),
                meme_identite=tuple(
                    sorted(set().union(*(names.get(o, set()) for o in same.get(number, ()))))
                ),
            )
        )
        if file.name not in mine:
            mine.add(file.name)
            given.append({"fichier_id": number, "nom": file.name})
    insert_many(connection, TABLE_OF["noms"], given)
    return results


def _names(connection: Connection, numbers: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    query = select(Nom.fichier_id, Nom.nom).where(Nom.fichier_id.in_(sorted(numbers)))
    for number, name in connection.execute(query):
        found.setdefault(number, set()).add(file_name(name))
    return found


def _same_identity(connection: Connection, known: dict[int, Stored]) -> dict[int, list[int]]:
    """By number, the other files whose record 000 tells the same emitter, code and day."""
    codes = {one.fichier["identification"] for one in known.values()} - {""}
    days = {day for one in known.values() if (day := one.fichier["date_fichier"])}
    columns = ("nature", "emetteur", "identification", "date_fichier")
    table = TABLE_OF["fichiers"]
    query = select(table.c.id, *(table.c[name] for name in columns)).where(
        table.c.identification.in_(sorted(codes)), table.c.date_fichier.in_(sorted(days))
    )
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, *told in connection.execute(query):
        groups.setdefault(tuple(told), []).append(number)
    return {
        number: [other for other in groups.get(identity, ()) if other != number]
        for number, one in known.items()
        if (identity := tuple(one.fichier[name] for name in columns))
    }
