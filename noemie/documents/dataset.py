"""Data sets: a folder of Parquet files to which each run adds what is new, and that no run leaves half done.

    PS-2003C/4/jour=2026-03-14/part-3f2a90c1b7d4e865.parquet     rows, one schema a folder (norm and type)
    fichiers/part-3f2a90c1b7d4e865.parquet                       the files that these rows come from

A *batch* of files gives some parts, all called after the digest of what the files hold, and rows of the table
`fichiers`. Parts are written aside, then take their names; those of `fichiers` come last: a batch is there
when they are. What a run that was killed had begun to name is removed by the next one. Nothing here knows
what the rows are: see `noemie.documents.dataset_batches`. Needs `pyarrow`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, NamedTuple, Self

from flatfile.arrow import arrow
from flatfile.parquet import ParquetFile

#: The table of the files.
FILES: Final = "fichiers"

MARKER: Final = "_dataset.json"
FORMAT: Final = "sesam-noemie/dataset"
VERSION: Final = 1

_ASIDE: Final = "_aside-"
_COMMIT: Final = "_commit-"

#: The day of a file that tells none, as Hive writes what is missing: readers give a null.
NO_DAY: Final = "__HIVE_DEFAULT_PARTITION__"

#: Rows of one part that wait before they are written.
_WAITING: Final = 1 << 14
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")


class DatasetError(Exception):
    """A folder that a run must not write to: `code` says why.

    `abime` (the table of its files cannot be read), `pas-un-jeu` (it holds other things), `autre-contenu`
    (another verb wrote it), `autres-options` (values shown or hidden, another norm or other tables), `occupe`
    (another run writes to it).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class File(NamedTuple):
    """A row of `fichiers`: a file whose rows are in the data set.

    `fichier` is its name, the key that rows have (with the start of its digest when another file has that
    name already); `empreinte` the SHA-256 of its uncompressed bytes; `taille` and `modifie` (nanoseconds)
    tell an unchanged file without reading it; `partie` is the digest of its batch.
    """

    fichier: str
    empreinte: str
    famille: str
    norme: str
    jour: dt.date | None
    enregistrements: int
    factures: int
    octets: int
    nom: str
    taille: int
    modifie: int
    partie: str = ""


class Written(NamedTuple):
    """What came of one batch: parts written aside (folder, file), files; what was in, what failed.

    `worst` is what its rows say of the exit status of a verb.
    """

    parts: list[tuple[str, str]]
    files: list[File]
    known: list[str]
    failed: list[tuple[str, Exception]]
    worst: int = 0


class Parts:
    """The parts of one batch, written in a folder aside; `ended` gives where each belongs and stands."""

    def __init__(self, aside: str, *, private: bool) -> None:
        self._folder = tempfile.mkdtemp(dir=aside)
        self._private = private
        self._waiting: dict[str, list[Any]] = {}
        self._open: dict[str, tuple[BinaryIO, ParquetFile]] = {}
        self._ended: list[tuple[str, str]] = []

    def write(self, place: str, rows: Any) -> None:
        """Add a `pyarrow.RecordBatch` to the part of a folder of the data set."""
        waiting = self._waiting.setdefault(place, [])
        waiting.append(rows)
        if sum(one.num_rows for one in waiting) >= _WAITING:
            self._flush(place)

    def ended(self) -> list[tuple[str, str]]:
        """End every part."""
        for place in [*self._waiting]:  # one open file at a time, but for long ones
            self._flush(place)
            stream, file = self._open.pop(place)
            file.close()
            stream.close()
            self._ended.append((place, stream.name))
        return self._ended

    def drop(self) -> None:
        """Leave nothing."""
        for stream, file in self._open.values():
            file.abort()
            stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _flush(self, place: str) -> None:
        waiting = self._waiting[place]
        if place not in self._open:
            stream = self._new()
            self._open[place] = stream, ParquetFile(stream, waiting[0].schema)
        for rows in waiting:
            self._open[place][1].write(rows)
        waiting.clear()

    def _new(self) -> BinaryIO:
        path = Path(self._folder, f"{len(self._open) + len(self._ended)}.parquet")
        if self._private:
            path.touch(0o600)
        return path.open("wb")


class Held:
    """A folder of parts that this process writes to; nobody else does at the same time.

    `content` says what its rows are, `options` what every run must say alike. Raises `DatasetError`,
    `OSError`, `MissingLibraryError`. Use as a context manager: what is left aside goes at its end.
    """

    def __init__(
        self, folder: Path, content: str, options: Mapping[str, Any], *, private: bool = False
    ) -> None:
        arrow()
        self.folder = folder
        self.private = private
        self._own(content, options)
        for left in folder.glob(f"{_ASIDE}*"):  # by a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        self.aside = tempfile.mkdtemp(prefix=_ASIDE, dir=folder)

    def _own(self, content: str, options: Mapping[str, Any]) -> None:
        """Take the folder: make it, or see that it is such a data set; hold it as long as this is open."""
        marker = self.folder / MARKER
        told = {"format": FORMAT, "schema_version": VERSION, "content": content, **options}
        if not marker.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(not one.name.startswith(_ASIDE) for one in self.folder.iterdir()):
                raise DatasetError("pas-un-jeu")
            aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=self.folder), MARKER)
            aside.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
            aside.replace(marker)
        self._marker = marker.open("rb")
        try:
            _hold(self._marker)
            found = json.loads(self._marker.read())
            if not isinstance(found, dict) or found.get("format") != FORMAT:
                raise DatasetError("pas-un-jeu")
            if found.get("content") != content:
                raise DatasetError("autre-contenu")
            if found != told:
                raise DatasetError("autres-options")
        except ValueError:
            self._marker.close()
            raise DatasetError("pas-un-jeu") from None
        except BaseException:
            self._marker.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Leave the data set to another run."""
        shutil.rmtree(self.aside, ignore_errors=True)
        self._marker.close()


class Dataset(Held):
    """A data set that this process adds to: files come in, by batches, and stay."""

    def __init__(
        self, folder: Path, content: str, options: Mapping[str, Any], *, private: bool = False
    ) -> None:
        super().__init__(folder, content, options, private=private)
        self._recover()
        self._names: dict[str, tuple[str, int, int]] = {}
        self._digests: set[str] = set()
        try:
            for row in read_files(folder):
                self._remember(row)
        except DatasetError:
            self.release()
            raise

    def _recover(self) -> None:
        """Remove what a run that was killed had begun to name: parts of a batch that has no `fichiers`."""
        for journal in self.folder.glob(f"{_COMMIT}*"):
            part = part_name(journal.name.removeprefix(_COMMIT))
            if not (self.folder / FILES / part).exists():
                for path in self.folder.rglob(part):
                    path.unlink()
            journal.unlink()

    def has(self, name: str, size: int, modified: int) -> bool:
        """Whether a file of this name, size and time of writing (nanoseconds) is in, and needs no look."""
        found = self._names.get(name)
        return found is not None and found[1:] == (size, modified)

    def has_path(self, name: str, path: str) -> bool:
        """The same of a path: `has` its size and time of writing."""
        return self.has(name, *state_of(path))

    def is_taken(self, name: str) -> bool:
        """Whether rows have this name as `fichier` already."""
        return name in self._names

    def commit(self, written: Written) -> bool:
        """Let the parts of a batch take their names; false when one of its files came in meanwhile.

        The batch must then be made again: it will find that file in.
        """
        if any(file.empreinte in self._digests for file in written.files):
            return False
        if not written.files:
            return True
        digest = hashlib.sha256(
            "".join(sorted(file.empreinte for file in written.files)).encode()
        ).hexdigest()
        digest, name = digest[:16], part_name(digest[:16])
        files = [file._replace(partie=digest) for file in written.files]
        table = Parts(self.aside, private=self.private)
        table.write(FILES, _rows(files))
        journal = self.folder / f"{_COMMIT}{digest}"
        journal.touch()
        for place, path in [*written.parts, *table.ended()]:
            (self.folder / place).mkdir(parents=True, exist_ok=True)
            Path(path).replace(self.folder / place / name)
        journal.unlink()
        for file in files:
            self._remember(file)
        return True

    def gathered(self, some: Iterable[Written]) -> Written:
        """Batches of one file each as one batch; a file that is in, or comes twice, is told as known."""
        import pyarrow.parquet as pq

        parts = Parts(self.aside, private=self.private)
        files: dict[str, File] = {}
        known: list[str] = []
        failed: list[tuple[str, Exception]] = []
        worst = 0
        for one in some:
            known += one.known
            failed += one.failed
            new = [
                file
                for file in one.files
                if file.empreinte not in self._digests and file.empreinte not in files
            ]
            if new:
                worst = max(worst, one.worst)
            else:
                known += (file.nom for file in one.files)
            files |= {file.empreinte: file for file in new}
            for place, path in one.parts:
                for rows in pq.ParquetFile(path).iter_batches() if new else ():
                    parts.write(place, rows)
                Path(path).unlink()
        return Written(parts.ended(), [*files.values()], known, failed, worst)

    def _remember(self, file: File) -> None:
        self._digests.add(file.empreinte)
        self._names[file.fichier] = self._names[file.nom] = file.empreinte, file.taille, file.modifie


def state_of(path: str) -> tuple[int, int]:
    """Size and time of writing (nanoseconds) of a file; -1 for one that cannot be looked at."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return -1, -1
    return found.st_size, found.st_mtime_ns


def part_name(digest: str) -> str:
    """The name of the parts of a batch."""
    return f"part-{digest}.parquet"


def place_of(*names: str, day: dt.date | None) -> str:
    """The folder of some rows: `PS-2003C/4/jour=2026-03-14`."""
    safe = "/".join(_UNSAFE.sub("_", name) for name in names)
    return f"{safe}/jour={day.isoformat() if day is not None else NO_DAY}"


def read_files(folder: Path) -> Iterator[File]:
    """The rows of `fichiers` of a data set."""
    for rows in _parts_of(folder, None):
        for row in rows:
            yield File(**row)


def digests_of(folder: Path) -> set[str]:
    """The digests of the files of a data set."""
    return {row["empreinte"] for rows in _parts_of(folder, ["empreinte"]) for row in rows}


def _parts_of(folder: Path, columns: list[str] | None) -> Iterator[list[dict[str, Any]]]:
    import pyarrow.parquet as pq

    for path in sorted((folder / FILES).glob("part-*.parquet")):
        try:
            rows: list[dict[str, Any]] = pq.read_table(path, columns=columns, partitioning=None).to_pylist()
        except ValueError:  # what pyarrow says of bytes that are no table
            raise DatasetError("abime") from None
        yield rows


def _rows(files: list[File]) -> Any:
    pa = arrow()
    types = {"jour": pa.date32()} | dict.fromkeys(
        ("enregistrements", "factures", "octets", "taille", "modifie"), pa.int64()
    )
    columns = zip(File._fields, zip(*files, strict=True), strict=True)
    arrays = {name: pa.array(values, types.get(name, pa.string())) for name, values in columns}
    return pa.RecordBatch.from_pydict(arrays)


def _hold(stream: BinaryIO) -> None:
    """Hold a file as long as it is open. Raises `DatasetError` when somebody else does, where locks exist."""
    if os.name == "nt":
        return
    import fcntl

    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DatasetError("occupe") from None
    except OSError:
        with suppress(OSError):  # not every disk has locks
            stream.seek(0)
