"""Import files: recognised by their content, each once, each whole or not at all.

A file is known by the SHA-256 of its uncompressed bytes: under another name, or compressed, it is the same.
Small files are read first, then stored by hundreds in one transaction; a long flow is read while it is
stored, within a savepoint. A program that is stopped leaves the files whose transaction was committed, and
no part of another: the next import takes up from there.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from sqlalchemy import Connection, Engine

import noemie
from flatfile import FormatError, Readable, Record, Source, Spool, open_source
from flatfile.source import HEAD
from flatfile.unchanged import unchanged
from fse import Facture, Reading, check
from noemie.documents.envelopes import envelope_of
from noemie.documents.over_files import Executor, Lost, over_files
from noemie.documents.recognise import Family, Opened, expect, recognise
from noemie.documents.sorting import aside, nothing_in, seekable, sorted_pieces
from noemie.ledger import rows as making
from noemie.ledger import tabled
from noemie.ledger.engine import reading, writing
from noemie.ledger.errors import LedgerError
from noemie.ledger.etats import perimer
from noemie.ledger.identity import KeyRing
from noemie.ledger.migrations import is_current_reading
from noemie.ledger.removal import admit, kept_out
from noemie.ledger.rows import Rows
from noemie.ledger.storing import (
    Incoming,
    Stored,
    forget_content,
    known_digests,
    results_of,
    store_content,
    store_files,
    stored_files,
)
from noemie.ledger.values import FileResult, ImportReport
from noemie.returns.arl import read_arls
from noemie.suivi.lire import PlaceDeFlux
from noemie.suivi.tableau import TableDite

#: A path, or a name with bytes, with what is kept of a stream, or with the reason why there is nothing; a
#: table that was read by its declared columns.
Importable = str | os.PathLike[str] | tuple[str, bytes | Spool | FormatError] | TableDite

#: A transaction stores at most so many files, or so many bytes of them.
BATCH_FILES: Final = 256
BATCH_BYTES: Final = 8 << 20

#: A longer flow is not kept in memory.
MOST_IN_MEMORY: Final = 8 << 20

#: Rows of a long flow that are stored at once.
_CHUNK: Final = 2000


class Importer:
    """Imports files in one ledger. `layouts` and `codes` are directories with a site's own tables.

    Files that were taken out of the ledger are left aside, unless they are asked for `again`.
    """

    def __init__(
        self,
        engine: Engine,
        keys: KeyRing,
        *,
        layouts: Path | None = None,
        codes: Path | None = None,
        again: bool = False,
    ) -> None:
        self._engine = engine
        self._again = again
        self._reader = _Reader(making.Tokens(keys), layouts, codes)

    def run(
        self,
        files: Iterable[Importable],
        progress: Callable[[FileResult], None] | None = None,
        executor: Executor | None = None,
    ) -> ImportReport:
        """Import every file; `progress` hears of each once it is stored for good.

        Files are read where `executor` does it (processes of this machine: they are given the key), and
        stored by this process, in order.
        """
        results: list[FileResult] = []
        for batch in _stored_together(self._read(files, executor)):
            with writing(self._engine) as connection:
                done = self._store(connection, batch)
            results.extend(done)
            for result in done if progress else ():
                assert progress is not None
                progress(result)
        return ImportReport(fichiers=tuple(results))

    # --- reading --------------------------------------------------------------------------------------

    def _read(self, files: Iterable[Importable], executor: Executor | None) -> Iterator[Incoming]:
        """Each file with its rows, unless it is known, or stored while it is read."""
        waiting: deque[Incoming] = deque()

        def handed() -> Iterator[_Bytes]:
            opened = (_open(one, self._reader.nature) for one in files)
            for batch in _stored_together(opened):
                with reading(self._engine) as connection:
                    digests = [file.sha256 for file in batch if file.sha256]
                    known = known_digests(connection, digests)
                    out = kept_out(connection, digests, again=self._again)
                for file in batch:
                    if file.sha256 in out:
                        file.out, file.data = True, None
                    elif file.table is not None:  # known or not: its columns may be declared otherwise now
                        file.rows = tabled.rows_of(file.table)
                    elif file.sha256 in known:
                        file.data = None
                    waiting.append(file)
                    yield _Bytes(file.sha256, file.data)
                    file.data = None

        keys = self._reader.tokens.keys
        there = executor if keys.named is None else None  # who knows names is here
        with closing(
            over_files(self._reader, handed(), there, weight=_Bytes.size, here=_Bytes.is_none)
        ) as found:
            for made in found:
                file = waiting.popleft()
                if isinstance(made, Lost):
                    file.error = FormatError("fichier.processus")
                elif isinstance(made, FormatError):
                    file.error = made
                elif made is not None:
                    file.rows = made
                yield file

    # --- storing --------------------------------------------------------------------------------------

    def _store(self, connection: Connection, batch: list[Incoming]) -> list[FileResult]:
        """Store the files of a batch; what they became, in their order."""
        known = stored_files(connection, batch)
        states: list[str] = []
        again: set[int] = set()
        fresh: list[Rows] = []
        for file in batch:
            if file.out:
                states.append("retire")
                continue
            number = making.file_id(file.sha256) if file.sha256 else 0
            if file.error is None and number in known:
                if known[number].sha256 != file.sha256:
                    raise LedgerError("base.erreur", genre="sha256")  # 63 equal bits: never seen
                old = known[number].fichier
                other = file.table is not None and old["norme"] != file.table.colonnes
                current = is_current_reading(old["nature"], old["lecture"]) and not other
                if current or old["purge_le"] is not None or number in again:
                    states.append("connu")
                    continue
                again.add(number)
            rows = file.rows
            if file.error is None and rows is None:
                rows = self._store_long(connection, file, again)
            elif file.error is None and rows is not None:
                if number in again:
                    forget_content(connection, file.sha256)
                fresh.append(rows)
            if file.error is not None or rows is None:
                states.append("illisible")
                continue
            known[number] = Stored(file.sha256, dict(rows.fichier), dict(sorted(rows.constats.items())))
            states.append("relu" if number in again else "importe")
        store_files(connection, fresh, again)
        if not {"importe", "relu"}.isdisjoint(states):
            perimer(connection)
        if self._again:
            admit(connection, [file.sha256 for file in batch if not file.out])
        return results_of(connection, batch, states, known)

    def _store_long(self, connection: Connection, file: Incoming, again: Container[int]) -> Rows | None:
        """Store a flow that does not fit in memory, while it is read; on an error, nothing of it."""
        path = file.path
        assert path is not None
        rows = Rows(making.file_row(file.sha256, "flux", file.size))
        savepoint = connection.begin_nested()
        try:
            if rows.fichier["id"] in again:
                forget_content(connection, file.sha256)
            store_files(connection, [rows], again)
            with open_source(path) as opened:
                watched = _Digested(opened)
                self._reader.read_flow(
                    rows, cast(BinaryIO, watched), lambda: store_content(connection, [rows])
                )
                if watched.digest != file.sha256:
                    # Somebody is writing it: another time.
                    raise FormatError("fichier.lecture")
            store_files(connection, [rows], {rows.fichier["id"]})
        except FormatError as error:
            savepoint.rollback()
            file.error = error
            return None
        savepoint.commit()
        return rows


class _Bytes(NamedTuple):
    """A file to read: its digest and its bytes, `None` when there is nothing to do."""

    sha256: str
    data: bytes | None

    def size(self) -> int:
        """How many bytes."""
        return len(self.data or b"")

    def is_none(self) -> bool:
        """Whether there is nothing to do."""
        return self.data is None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes the rows of files, in any process. `layouts` and `codes` are those of `Importer`."""

    tokens: making.Tokens
    layouts: Path | None = None
    codes: Path | None = None

    def __call__(self, file: _Bytes) -> Rows | FormatError | None:
        """The rows of a file that is in memory, or why it cannot be read."""
        data = file.data
        if data is None:
            return None
        try:
            nature = self.nature(data[:HEAD])
            rows = Rows(making.file_row(file.sha256, nature, len(data)))
            if nature == "retour":
                retour = noemie.read_retour(data, layouts=noemie.layouts(self.layouts))
                rows.constats.update(finding.rule for finding in noemie.check(retour, codes=self.codes))
                making.add_return(rows, retour, self.tokens)
            elif nature == "arl":
                making.add_arls(rows, read_arls(data))
            else:
                self.read_flow(rows, data)
        except FormatError as error:
            return error
        return rows

    def nature(self, head: bytes) -> str:
        """What a file is by its first bytes: `flux`, `retour`, `arl`. Raises `FormatError` for another."""
        return _NATURES[expect(recognise(head, self.layouts), "b2", "noemie", "arl").family]

    def read_flow(self, rows: Rows, source: Readable, store: Callable[[], None] | None = None) -> None:
        """Add the rows of a flow, and what the checks say of it; it calls `store` now and then."""
        reading = _Heard(source, layouts=self.layouts)
        rows.fichier |= {"norme": reading.norme.name, "enveloppe": reading.detection.envelope}
        place = PlaceDeFlux()

        def add(item: Facture | Record) -> None:
            nonlocal place
            if isinstance(item, Facture):
                making.add_sent(rows, item, place, self.tokens)
                rows.fichier["factures"] += 1
                if store is not None and rows.fichier["factures"] % _CHUNK == 0:
                    store()
            elif item.type == "000":
                if not place.flux:
                    rows.fichier |= making.sent_header(item)
                place = place.suivante(item)

        reading.hearer = add
        rows.constats.update(finding.rule for finding in check(reading, codes=self.codes))
        rows.fichier["enregistrements"] = reading.count


class _Heard(Reading):
    """A flow that is read once, to be checked and to be stored: `hearer` hears of each of its items."""

    hearer: Callable[[Facture | Record], None]

    def items(self) -> Iterator[Facture | Record]:
        """See `Reading`."""
        for item in super().items():
            self.hearer(item)
            yield item


#: What a ledger takes.
WANTED: Final[tuple[Family, ...]] = ("b2", "noemie", "arl")

_NATURES: Final = {"b2": "flux", "noemie": "retour", "arl": "arl"}


# --- bytes ------------------------------------------------------------------------------------------------


def digest_of(given: Importable) -> str:
    """The digest by which a ledger knows a file. Raises `FormatError`."""
    file = _open(given)
    if file.error is not None:
        raise file.error
    return file.sha256


def _stored_together(files: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    batch: list[Incoming] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _open(given: Importable, nature: Callable[[bytes], object] | None = None) -> Incoming:
    """A file with its digest, and with its bytes unless it is a long flow.

    With `nature`, a long file that its first bytes refuse is not read to its end.
    """
    if isinstance(given, TableDite):
        return Incoming(making.file_name(given.nom), given.sha256, given.taille, table=given)
    if isinstance(given, tuple):
        name, data = given
        if isinstance(data, FormatError):
            return Incoming(making.file_name(name), error=data)
        source: Readable = data
        path: str | os.PathLike[str] | Spool | None = data if isinstance(data, Spool) else None
    else:
        name, source, path = os.fspath(given), given, given
    file = Incoming(making.file_name(name), path=path)
    try:
        # Half of a flow would be a file of its own, beside the whole one later.
        with unchanged(source), open_source(source) as opened:
            _take(file, opened, nature)
    except FormatError as error:
        file.error = error
    return file


def _take(file: Incoming, opened: Source, nature: Callable[[bytes], object] | None) -> None:
    digest = hashlib.sha256()
    # A return is read whole whatever its size; bytes given in memory are there already.
    head = opened.head
    family = recognise(head).family
    keeps = file.path is None or family in ("noemie", "arl")
    if family != "b2":
        opened.bound()  # a stream may have no end
    pieces: list[bytes] = []
    for piece in iter(opened.read, b""):
        digest.update(piece)
        file.size += len(piece)
        if not keeps and file.size > MOST_IN_MEMORY:
            if nature is not None and family != "b2":
                nature(head)
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


def all_files(
    given: Iterable[Importable], opened: Opened, layouts: Path | None = None
) -> Iterator[Importable]:
    """Each file given; a folder gives its files and those of its subfolders, in order of name.

    Mails, mailboxes and archives give the files they carry. What stands beside flows, returns and ARLs in
    one of these or in a folder goes to `opened`.
    """
    for one in given:
        if isinstance(one, tuple):
            yield one
            continue
        inside = _inside(Path(one))
        for path in inside:
            yield from _carried(path, True, opened, layouts)
        if not inside:
            yield from _carried(one, False, opened, layouts)


def _carried(
    path: str | os.PathLike[str], in_folder: bool, opened: Opened, layouts: Path | None
) -> Iterator[Importable]:
    """A file, or those it carries; one of a folder only when it is for a ledger."""
    name = os.fspath(path)
    if not os.path.isfile(name):  # noqa: PTH113  # what can be read only once is read once; others tell why
        yield path
        return
    try:
        with open_source(path) as source:
            head = source.head
        kind = envelope_of(name, head)
        if kind:
            with seekable(path, kind) as stream:
                empty = True
                for piece in sorted_pieces(kind, name, stream, WANTED, opened, layouts):
                    empty = False
                    yield piece.name, piece.data
            if empty and not in_folder:
                yield name, nothing_in(kind, name, opened)
            return
    except FormatError:  # told when it is read
        yield path
        return
    left = aside(name, head, WANTED, layouts=layouts) if in_folder else None
    if left is None:
        yield path
    else:
        opened.aside.append(left)


def _inside(path: Path) -> list[Path]:
    with suppress(OSError, ValueError):
        return sorted(found for found in path.rglob("*") if found.is_file())
    return []
