"""Data sets that each run answers anew: a part whose rows are the same stays, the others are replaced.

    lignes/part-3f.parquet       the rows of one share of the whole
    fichiers/part-00.parquet     what was read, replaced last

An answer that depends on all files at once cannot be added to file by file (`noemie.documents.dataset` does
that). All parts are written aside first; each then takes the place of the one of its name, at once, and those
that nothing gives any more go. A run that is killed before leaves the former answer; one that is killed
meanwhile leaves each part whole, of one run or of the other, and the next run mends the rest.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from noemie.documents.dataset import FILES, Held, Parts, part_name

__all__ = ["Answer", "Settled"]


class Settled(NamedTuple):
    """What became of the parts of a data set: replaced or new, the same as before, gone."""

    written: int
    kept: int
    removed: int


class Answer(Held):
    """The data set that holds one answer; see `Held`."""

    def __init__(self, folder: Path, content: str, *, private: bool = False) -> None:
        super().__init__(folder, content, {}, private=private)
        self._aside: dict[str, str] = {}

    def write(self, table: str, share: int, batches: Iterable[Any]) -> None:
        """Write one part aside, from `pyarrow.RecordBatch`es, of which one has no rows when none has."""
        parts = Parts(self.aside, private=self.private)
        place = f"{table}/{part_name(f'{share:02x}')}"
        for batch in batches:
            parts.write(place, batch)
        self._aside.update(parts.ended())

    def settle(self) -> Settled:
        """Let what was written be the answer."""
        last = [place for place in self._aside if place.startswith(f"{FILES}/")]
        written = sum(self._replaced(place) for place in self._aside if place not in last)
        removed = 0
        for path in self.folder.glob(f"*/{part_name('*')}"):
            if path.relative_to(self.folder).as_posix() not in self._aside:
                path.unlink()
                removed += 1
        written += sum(map(self._replaced, last))
        return Settled(written, len(self._aside) - written, removed)

    def _replaced(self, place: str) -> bool:
        """Whether the part had to take its place."""
        part, target = Path(self._aside[place]), self.folder / place
        if target.exists() and filecmp.cmp(part, target, shallow=False):
            return False
        target.parent.mkdir(exist_ok=True)
        part.replace(target)
        return True
