"""Flows and returns added to a data set: what is new in many files and folders, at each run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cli.documents.model import AddedFiles
from cli.io.adding import Adding
from cli.io.datasets import print_added
from cli.io.inputs import expanded, title
from cli.words.screen import write_json
from cli.words.speech import say

#: What each process imports before its first file.
_PRELOAD = ("noemie.documents.columns.records", "noemie.documents.columns.batches")


def add_all(
    names: Sequence[str],
    output: Path,
    values: bool,
    norm: str | None,
    layouts: Path | None,
    *,
    json: bool,
    jobs: int | None = None,
    cluster: str | None = None,
) -> int:
    """Add the files to the data set of a folder; returns the exit status. Raises `CommandError`."""
    from noemie.documents.columns.records import Options

    adding = Adding(
        "convert",
        say("Conversion", "Converting"),
        Options(values, norm, layouts),
        ("b2", "noemie"),
        layouts,
        _PRELOAD,
        personal=("--show-values", "--show-values") if values else None,
    )
    made = adding.add(list(expanded(names)), output, typed=names, jobs=jobs, cluster=cluster)
    if json:
        told = AddedFiles(
            output=title(str(output)),
            to="parquet",
            added=made.added,
            known=made.known,
            parts=made.parts,
            records=made.records,
            values=values,
            errors=made.problems,
        )
        write_json("convert", told)
    else:
        print_added(output, made, hidden=not values)
    return made.worst
