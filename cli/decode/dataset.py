"""Decoded returns as a data set (`noemie.documents.dataset_batches`): the tables of `cli.decode.tables`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cli.decode.model import Retour
from cli.decode.returns import Decoding
from cli.decode.tables import TABLES
from cli.io.arrow_rows import Columns, RowsByDay
from noemie.documents.dataset_batches import Facts, Given

if TYPE_CHECKING:
    from pathlib import Path

    from noemie.documents.dataset import Dataset, Parts

#: What the rows of such a data set are.
CONTENT: Final = "retours-decodes"

#: The table of the returns; `fichiers` is that of the data set.
RETURNS: Final = "retours"

#: Table of the data set -> its columns. `contenu` tells a return from another, whatever carries it.
_COLUMNS: Final[dict[str, Columns]] = {
    RETURNS: {
        **{name: kind for name, kind in TABLES["fichiers"].columns.items() if name != "illisible"},
        "contenu": "text",
    },
    **{name: table.columns for name, table in TABLES.items() if name != "fichiers"},
}


@dataclass(frozen=True, slots=True)
class DecodedRows:
    """The maker of the rows of a batch; files are given with their `Input` as what is asked."""

    decoding: Decoding

    def open(self, folder: Path) -> Dataset:
        """The data set of a folder. Raises what `Dataset` raises."""
        from noemie.documents.columns.records import tables_digest
        from noemie.documents.dataset import Dataset

        told: dict[str, Any] = {
            "values": self.decoding.values,
            "layouts": tables_digest(self.decoding.layouts),
            "codes": tables_digest(self.decoding.codes),
        }
        return Dataset(folder, CONTENT, told, private=self.decoding.values)

    def __call__(self, parts: Parts) -> _Rows:
        """Those of one batch."""
        return _Rows(self.decoding, parts)


class _Rows:
    def __init__(self, decoding: Decoding, parts: Parts) -> None:
        self.worst = 0
        self._decoding = decoding
        self._rows = RowsByDay(_COLUMNS, parts.write)

    def read(self, given: Given, name: str, source: str | bytes) -> Facts:
        facts: Facts | None = None
        for one in self._decoding.returns(given.asked):
            data = one.data
            assert isinstance(data, Retour)  # what cannot be read raises
            self.worst = max(self.worst, one.code)
            day = dt.date.fromisoformat(data.date_creation) if data.date_creation else None
            for table in _COLUMNS:
                rows = TABLES["fichiers" if table == RETURNS else table].rows(data)
                told = {"fichier": name, **({"contenu": one.content.hex()} if table == RETURNS else {})}
                self._rows.add(table, day, ({**row, **told} for row in rows))
            facts = Facts(
                data.family,
                data.reference,
                day if facts is None else facts.jour,
                one.entites + (facts.enregistrements if facts else 0),
                data.summary.factures + (facts.factures if facts else 0),
            )
        assert facts is not None  # a file has one return at least
        return facts

    def end(self) -> None:
        self._rows.end()
