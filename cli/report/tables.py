"""Small tables and headings shared by the reports."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table


def table(*columns: str, right: Sequence[int] = (), fold: Sequence[int] = ()) -> Table:
    """An empty table with a thin rule under its titles; `right` are the ranks of columns of numbers.

    `fold` are the ranks of the columns that may be cut to the width; the others are never broken.
    """
    made = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for rank, column in enumerate(columns):
        made.add_column(
            column,
            justify="right" if rank in right else "left",
            no_wrap=rank not in fold,
            overflow="fold",
        )
    return made


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV on standard output, one line end (LF) on every system."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    sys.stdout.write(text.getvalue())
