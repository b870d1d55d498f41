"""Import files in a register of rights: Vitale cards, CSV, answers; each whole or not at all.

A file that cannot be read gives nothing, and keeps nothing else from being imported. A wrong row of a CSV is
told and left out, the others are imported.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from flatfile import Finding, FormatError, Spool, open_source
from fse.rights.fichier import Fichier, day_of, nature_of, read_droits
from noemie.documents.recognise import Family, expect, recognise_source
from noemie.ledger.base.engine import writing
from noemie.ledger.base.fichiers import file_id, file_name
from noemie.ledger.register.cles import RightsKeys
from noemie.ledger.register.storing import Counts, store, store_file

#: A path, or a name with bytes, or with the reason why there are none.
Importable = str | os.PathLike[str] | tuple[str, bytes | Spool | FormatError]

#: What a register takes.
WANTED: Final[tuple[Family, ...]] = ("zone", "droits")

#: Findings kept for one file; the others are counted.
MOST: Final = 1000


@dataclass(slots=True)
class FileResult:
    """What became of a file.

    - `nom`: as it was given; `nature`: `carte`, `csv`, `adri`, `fsv`, empty for what cannot be read: `error`
      says why;
    - `counts`: its facts; `findings`: what is wrong in its rows, the first ones; `wrong`: how many in all.
    """

    nom: str
    nature: str = ""
    error: FormatError | None = None
    counts: Counts = field(default_factory=Counts)
    findings: list[Finding] = field(default_factory=list)
    wrong: int = 0

    def tell(self, finding: Finding) -> None:
        """One more thing that is wrong."""
        self.wrong += 1
        if len(self.findings) < MOST:
            self.findings.append(finding)


class Importer:
    """Imports files in one register. `layouts` is a directory with a site's own tables of groups."""

    def __init__(self, engine: Engine, keys: RightsKeys, *, layouts: Path | None = None) -> None:
        self._engine = engine
        self._keys = keys
        self._layouts = layouts

    def run(
        self,
        files: Iterable[Importable],
        constate_le: dt.date | None = None,
        progress: Callable[[FileResult], None] | None = None,
    ) -> list[FileResult]:
        """Import every file; see `Register.import_files`."""
        results: list[FileResult] = []
        for given in files:
            result = self._import(given, constate_le)
            results.append(result)
            if progress is not None:
                progress(result)
        return results

    def _import(self, given: Importable, constate_le: dt.date | None) -> FileResult:
        name, source = given if isinstance(given, tuple) else (os.fspath(given), given)
        result = FileResult(name)
        if isinstance(source, FormatError):
            result.error = source
            return result
        try:
            found = recognise_source(source, self._layouts)
            expect(found, *WANTED, sure=True, rule="droits.autre-fichier")
            result.nature = nature_of(source, self._layouts)
            digest = _digest(source)
            with writing(self._engine) as connection:
                store_file(connection, file_id(digest), result.nature, file_name(result.nom))
                day = constate_le or day_of(source)
                facts = read_droits(source, day, result.tell, self._layouts)
                result.counts = store(connection, self._keys, file_id(digest), facts)
        except FormatError as error:
            return FileResult(name, error=error)
        return result


def _digest(source: Fichier) -> str:
    digest = hashlib.sha256()
    with open_source(source) as opened:
        for piece in iter(opened.read, b""):
            digest.update(piece)
    return digest.hexdigest()
