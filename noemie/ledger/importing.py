"""Import files: recognised by their content, each once, each whole or not at all.

A file is known by the SHA-256 of its uncompressed bytes: under another name, or compressed, it is the same.
Small files are read first, then stored by dozens in one transaction; a long flow is read while it is stored,
within a savepoint. A program that is stopped leaves the files whose transaction was committed, and no part
of another: the next import takes up from there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from sqlalchemy import Connection, Engine, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

import noemie
from flatfile import Detection, FormatError, Layout, Readable, Source, detect, open_source
from fse import Facture, Reading, check
from noemie.arl import FORMAT, read_arls
from noemie.ledger import rows as making
from noemie.ledger.engine import reading, writing
from noemie.ledger.errors import LedgerError
from noemie.ledger.identity import KeyRing
from noemie.ledger.rows import Row, Rows
from noemie.ledger.schema import TABLES, Constat, Fichier, Nom, PatientRow, Professionnel
from noemie.ledger.values import FileResult, ImportReport

#: A path, or a name and bytes.
Importable = str | os.PathLike[str] | tuple[str, bytes]

#: A transaction stores at most so many files, or so many bytes of them.
BATCH_FILES: Final = 64
BATCH_BYTES: Final = 8 << 20

#: A longer flow is not kept in memory.
MOST_IN_MEMORY: Final = 8 << 20

#: Rows of a long flow that are stored at once.
_CHUNK: Final = 2000

_TABLE_OF: Final = {table.__tablename__: cast(Table, table.__table__) for table in TABLES}
_ORDER: Final = ("envois", "virements", "reponses", "parts", "actes", "rejets", "forfaits", "dettes", "arls")


@dataclass(slots=True)
class _File:
    """One file on its way in: its name, its digest, its bytes when they are few, or why it is unreadable."""

    name: str
    sha256: str = ""
    size: int = 0
    path: str | os.PathLike[str] | None = None
    data: bytes | None = None
    error: FormatError | None = None
    rows: Rows | None = None


class Importer:
    """Imports files in one ledger. `layouts` and `codes` are directories with a site's own tables."""

    def __init__(
        self, engine: Engine, keys: KeyRing, *, layouts: Path | None = None, codes: Path | None = None
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._layouts_directory = layouts
        self._codes = codes
        self._layouts: Mapping[str, Layout] = noemie.layouts(layouts)

    def run(
        self, files: Iterable[Importable], progress: Callable[[FileResult], None] | None = None
    ) -> ImportReport:
        """Import every file; `progress` hears of each once it is stored for good."""
        results: list[FileResult] = []
        for batch in _batches(files):
            done = self._import_batch(batch)
            results.extend(done)
            for result in done if progress else ():
                assert progress is not None
                progress(result)
        return ImportReport(fichiers=tuple(results))

    def _import_batch(self, batch: list[_File]) -> list[FileResult]:
        with reading(self._engine) as connection:
            known = _known(connection, [file.sha256 for file in batch if file.sha256])
        for file in batch:
            if file.sha256 and file.sha256 not in known and file.data is not None:
                self._read(file)
                file.data = None
        with writing(self._engine) as connection:
            return [self._store(connection, file) for file in batch]

    # --- reading --------------------------------------------------------------------------------------

    def _read(self, file: _File) -> None:
        """Make the rows of a file that is in memory."""
        assert file.data is not None
        try:
            detection = detect(file.data[: 1 << 16], noemie.entity_lengths(self._layouts))
            nature = nature_of(file.data, detection)
            rows = Rows(making.file_row(file.sha256, nature, file.size))
            if nature == "retour":
                retour = noemie.read_retour(file.data, layouts=self._layouts)
                rows.constats.update(finding.rule for finding in noemie.check(retour, codes=self._codes))
                making.add_return(rows, retour, self._keys)
            elif nature == "arl":
                making.add_arls(rows, read_arls(file.data))
            else:
                rows.constats.update(self._check(file.data))
                for _ in self._read_flow(rows, file.data):
                    pass
            file.rows = rows
        except FormatError as error:
            file.error = error

    def _check(self, source: Readable) -> Iterator[str]:
        """Rules that have something to say of a flow, once for each finding."""
        found = check(source, layouts=self._layouts_directory, codes=self._codes)
        return (finding.rule for finding in found)

    def _read_flow(self, rows: Rows, source: Readable) -> Iterator[None]:
        """Add the rows of a flow; pauses now and then, for the caller to store them."""
        reader = Reading(source, layouts=self._layouts_directory)
        header: Row = {}
        first = True
        with reader.source:
            rows.fichier |= {"norme": reader.norme.name, "enveloppe": reader.detection.envelope}
            for item in reader.items():
                if isinstance(item, Facture):
                    making.add_sent(rows, item, header, self._keys)
                    rows.fichier["factures"] += 1
                    if rows.fichier["factures"] % _CHUNK == 0:
                        yield
                elif item.type == "000":
                    header = making.sent_header(item)
                    if first:
                        rows.fichier |= header
                        first = False
        rows.fichier["enregistrements"] = reader.count
        yield

    # --- storing --------------------------------------------------------------------------------------

    def _store(self, connection: Connection, file: _File) -> FileResult:
        if file.error is not None:
            return _unreadable(file)
        number = making.file_id(file.sha256)
        if (found := _stored(connection, number)) is not None:
            return _already(connection, found, file)
        if file.rows is None:
            return self._store_long(connection, file)
        self._store_file(connection, file.rows)
        _store_rows(connection, file.rows)
        return _imported(connection, file, file.rows)

    def _store_file(self, connection: Connection, rows: Rows) -> None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        connection.execute(_TABLE_OF["fichiers"].insert(), {**rows.fichier, "importe_le": now})

    def _store_long(self, connection: Connection, file: _File) -> FileResult:
        """Store a flow that does not fit in memory, while it is read."""
        path = file.path
        assert path is not None
        rows = Rows(making.file_row(file.sha256, "flux", file.size))
        savepoint = connection.begin_nested()
        try:
            rows.constats.update(self._check(path))
            self._store_file(connection, rows)
            with open_source(path) as opened:
                watched = _Digested(opened)
                for _ in self._read_flow(rows, cast(BinaryIO, watched)):
                    _store_rows(connection, rows, whole=False)
                if watched.digest != file.sha256:
                    # Somebody is writing it: another time.
                    raise FormatError("fichier.lecture")
            table = _TABLE_OF["fichiers"]
            connection.execute(update(table).where(table.c.id == rows.fichier["id"]).values(**rows.fichier))
            _store_rows(connection, rows)
        except FormatError as error:
            savepoint.rollback()
            file.error = error
            return _unreadable(file)
        savepoint.commit()
        return _imported(connection, file, rows)


def nature_of(head: bytes, detection: Detection) -> str:
    """What a file is by its first bytes: `retour`, `arl`, else `flux`, whose reader says what is wrong."""
    if detection.family == "noemie":
        return "retour"
    text = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not detection.family and (text.startswith(b"{") or FORMAT.encode() in text):
        return "arl"
    return "flux"


# --- bytes ------------------------------------------------------------------------------------------------


def _batches(files: Iterable[Importable]) -> Iterator[list[_File]]:
    batch: list[_File] = []
    size = 0
    for given in files:
        file = _open(given)
        batch.append(file)
        size += file.size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _open(given: Importable) -> _File:
    """A file with its digest, and with its bytes unless it is a long flow."""
    if isinstance(given, tuple):
        name, data = given
        source: Readable = data
        path = None
    else:
        name, source, path = os.fspath(given), given, given
    file = _File(making.file_name(name), path=path)
    try:
        with open_source(source) as opened:
            _take(file, opened)
    except FormatError as error:
        file.error = error
    return file


def _take(file: _File, opened: Source) -> None:
    digest = hashlib.sha256()
    # A return is read whole whatever its size; bytes given in memory are there already.
    detection = detect(opened.head, noemie.entity_lengths())
    keeps = file.path is None or nature_of(opened.head, detection) != "flux"
    pieces: list[bytes] = []
    for piece in iter(opened.read, b""):
        digest.update(piece)
        file.size += len(piece)
        if not keeps and file.size > MOST_IN_MEMORY:
            pieces.clear()
        else:
            pieces.append(piece)
    file.sha256 = digest.hexdigest()
    if keeps or file.size <= MOST_IN_MEMORY:
        file.data = b"".join(pieces)


class _Digested(io.RawIOBase):
    """The uncompressed bytes of a source, digested while they are read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read_all() if size < 0 else self._source.read(size) if size else b""
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        """SHA-256 of what was read so far."""
        return self._hash.hexdigest()


# --- rows -------------------------------------------------------------------------------------------------


def _store_rows(connection: Connection, rows: Rows, *, whole: bool = True) -> None:
    """Insert the rows made so far, and forget them; `whole` when the file was read to its end."""
    for name in _ORDER:
        if found := rows.tables.get(name):
            connection.execute(_TABLE_OF[name].insert(), found)
    if rows.patients:
        # One order for all: two imports at a time cannot wait for each other.
        values = [
            {name: getattr(one, name) for name in one.__struct_fields__}
            for _, one in sorted(rows.patients.items())
        ]
        connection.execute(_upsert_patient(connection), values)
    rows.clear()
    if not whole:
        return
    if rows.professionnels:
        known = [{"numero": number} for number in sorted(rows.professionnels)]
        connection.execute(_insert_missing(connection, Professionnel), known)
    if rows.constats:
        fichier = rows.fichier["id"]
        counts = [
            {"fichier_id": fichier, "regle": rule, "nombre": n} for rule, n in sorted(rows.constats.items())
        ]
        connection.execute(_TABLE_OF["constats"].insert(), counts)


def _dialect(connection: Connection) -> Any:
    """The module whose `insert` knows ON CONFLICT; the two have the same words."""
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def _insert_missing(connection: Connection, table: type[Professionnel | Nom]) -> Any:
    return _dialect(connection).insert(table.__table__).on_conflict_do_nothing()


def _upsert_patient(connection: Connection) -> Any:
    """Of two forms of one patient the one of the highest order stays: imports may come in any order."""
    insert = _dialect(connection).insert(PatientRow.__table__)
    return insert.on_conflict_do_update(
        index_elements=["jeton"],
        set_={name: insert.excluded[name] for name in ("masque_nir", "masque_nom", "donnees", "ordre")},
        where=insert.excluded.ordre > PatientRow.ordre,
    )


# --- what is known already --------------------------------------------------------------------------------


def _known(connection: Connection, digests: list[str]) -> set[str]:
    return set(connection.scalars(select(Fichier.sha256).where(Fichier.sha256.in_(digests))))


def _stored(connection: Connection, number: int) -> Any:
    columns = (Fichier.id, Fichier.sha256, Fichier.nature, Fichier.factures)
    return connection.execute(select(*columns).where(Fichier.id == number)).one_or_none()


def _already(connection: Connection, found: Any, file: _File) -> FileResult:
    if found.sha256 != file.sha256:
        raise LedgerError("base.erreur", genre="sha256")  # 63 equal bits: never seen
    names = _names(connection, found.id)
    if file.name not in names:
        connection.execute(
            _insert_missing(connection, Nom), [{"fichier_id": found.id, "nom": file.name}]
        )
    counts = connection.execute(select(Constat.regle, Constat.nombre).where(Constat.fichier_id == found.id))
    return FileResult(
        nom=file.name,
        etat="connu",
        nature=found.nature,
        factures=found.factures,
        constats=dict(sorted((rule, count) for rule, count in counts)),
        autres_noms=tuple(name for name in names if name != file.name),
        meme_identite=_same_identity(connection, found.id),
    )


def _names(connection: Connection, number: int) -> list[str]:
    return sorted(connection.scalars(select(Nom.nom).where(Nom.fichier_id == number)))


def _imported(connection: Connection, file: _File, rows: Rows) -> FileResult:
    number = rows.fichier["id"]
    connection.execute(_TABLE_OF["noms"].insert(), [{"fichier_id": number, "nom": file.name}])
    return FileResult(
        nom=file.name,
        etat="importe",
        nature=rows.fichier["nature"],
        factures=rows.fichier["factures"],
        constats=dict(sorted(Counter(rows.constats).items())),
        meme_identite=_same_identity(connection, number),
    )


def _same_identity(connection: Connection, number: int) -> tuple[str, ...]:
    """Names of the other files whose record 000 tells the same emitter, code and day."""
    mine, other = _TABLE_OF["fichiers"].alias("mine"), _TABLE_OF["fichiers"].alias("other")
    same = (
        select(Nom.nom)
        .join(other, other.c.id == Nom.fichier_id)
        .join(
            mine,
            (mine.c.identification == other.c.identification)
            & (mine.c.date_fichier == other.c.date_fichier)
            & (mine.c.emetteur == other.c.emetteur)
            & (mine.c.nature == other.c.nature),
        )
        .where(mine.c.id == number, other.c.id != number, mine.c.identification != "")
    )
    return tuple(sorted(set(connection.scalars(same))))


def _unreadable(file: _File) -> FileResult:
    assert file.error is not None
    return FileResult(nom=file.name, etat="illisible", code=file.error.code, octet=file.error.offset)


def all_files(given: Iterable[Importable]) -> Iterator[Importable]:
    """Each file given; a folder gives its files and those of its subfolders, in order of name."""
    for one in given:
        inside: list[Path] = []
        if not isinstance(one, tuple):
            with suppress(OSError, ValueError):
                inside = sorted(found for found in Path(one).rglob("*") if found.is_file())
        yield from inside or [one]
