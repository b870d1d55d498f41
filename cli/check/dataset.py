"""Findings as a data set (`noemie.documents.dataset_batches`): one table, the columns of the CSV report."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from cli.check.batch import PRELOAD, READ, Checking, Order
from cli.check.csv import COLUMNS, rows_of
from cli.io.adding import Adding
from cli.io.arrow_rows import Columns, RowsByDay
from cli.io.datasets import print_added
from cli.words import status
from cli.words.speech import language, say
from flatfile import FormatError, open_source
from fse.normes import norme
from noemie.documents.columns.records import tables_digest
from noemie.documents.dataset_batches import Facts, Given

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from cli.check.model import FileReport
    from cli.check.run import Asked
    from cli.io.inputs import Input
    from noemie.documents.dataset import Dataset, Parts

#: What the rows of such a data set are.
CONTENT: Final = "constats"

_TABLE: Final = "constats"
_NUMBERS: Final = frozenset({"record", "offset", "length", "start", "end", "count", "occurrence", "position"})

#: `fichier` is the name of the file in the data set.
_COLUMNS: Final[Columns] = {
    "fichier": "text",
    **{name: "count" if name in _NUMBERS else "text" for name in COLUMNS if name != "file"},
}


@dataclass(frozen=True, slots=True)
class FindingRows:
    """The maker of the rows of a batch; files are given with their `Order` as what is asked.

    `run` is that of `Checking`; `told` what every run of the data set must ask alike.
    """

    run: str
    told: tuple[tuple[str, Any], ...]
    values: bool = False

    def open(self, folder: Path) -> Dataset:
        """The data set of a folder. Raises what `Dataset` raises."""
        from noemie.documents.dataset import Dataset

        return Dataset(folder, CONTENT, dict(self.told), private=self.values)

    def __call__(self, parts: Parts) -> _Rows:
        """Those of one batch."""
        return _Rows(self.run, parts)


class _Rows:
    def __init__(self, run: str, parts: Parts) -> None:
        self.worst = 0
        self._checking = Checking(run)
        self._rows = RowsByDay({_TABLE: _COLUMNS}, parts.write)

    def read(self, given: Given, name: str, source: str | bytes) -> Facts:
        order: Order = given.asked
        report = self._checking(order).report
        if report.unreadable is not None:
            raise report.unreadable
        self.worst = max(self.worst, status.FINDINGS if report.fails else status.OK)
        day = _day(report, order, source)
        rows = ({**row, "fichier": name} for row in rows_of(report))
        self._rows.add(_TABLE, day, ({key: row[key] for key in row if row[key] != ""} for row in rows))
        return Facts(report.family, report.norme, day, report.records, report.factures)

    def end(self) -> None:
        self._checking.close()
        self._rows.end()


def _day(report: FileReport, order: Order, source: str | bytes) -> dt.date | None:
    """The day that the record or entity 000 tells, when it can be trusted."""
    from noemie.documents.columns.records import day_of, day_of_return

    with open_source(source) as opened:
        head = opened.head
    if report.family == "b2":
        return day_of(head, norme(report.norme, order.layouts))
    if report.family == "noemie":
        with suppress(FormatError):
            return day_of_return(head)
    return None


def add(
    asked: Asked,
    output: Path,
    names: list[str],
    order_of: Callable[[str, Input], Order],
    *,
    personal: tuple[str, str] | None,
) -> int:
    """Add the findings of what is new to the data set `output`; returns the exit status.

    `order_of` tells what is asked of a file; `personal` the option by which what names people is told.
    """
    told = {
        "values": asked.values,
        "norm": asked.norm,
        "layouts": tables_digest(asked.layouts),
        "codes": tables_digest(asked.codes),
        "select": list(asked.select or ()),
        "ignore": list(asked.ignore or ()),
        "lang": language(),
    }
    made = Adding(
        "check",
        say("Contrôle", "Checking"),
        FindingRows(uuid4().hex, tuple(told.items()), asked.values),
        READ,
        asked.layouts,
        (*PRELOAD, "cli.check.dataset"),
        asked=order_of,
        personal=personal,
    ).add(names, output, typed=asked.files, jobs=asked.jobs, cluster=asked.cluster)
    print_added(output, made, hidden=not asked.values)
    return made.worst
