"""Flows and returns added to a data set: what is new in many files and folders, at each run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli.documents.model import AddedFiles
from cli.io.datasets import dataset_errors, print_added
from cli.io.inputs import STANDARD, Input, title
from cli.io.problems import Problem, report, site_tables
from cli.io.progress import Bar
from cli.words import status
from cli.words.screen import write_json
from cli.words.speech import say

if TYPE_CHECKING:
    from noemie.documents.columns.records import Given, Options
    from noemie.documents.opened import Opened


def add_all(
    names: Sequence[str], output: Path, values: bool, norm: str | None, layouts: Path | None, *, json: bool
) -> int:
    """Add the files to the data set of a folder; returns the exit status. Raises `CommandError`."""
    from cli.io.asides import tell_opened
    from cli.io.inputs import expanded
    from flatfile import FormatError
    from noemie.documents.opened import Opened

    with dataset_errors("convert", output), site_tables():
        from noemie.documents.columns.records import Options, open_dataset, tasks_of, write_batch
        from noemie.documents.dataset import add

        options = Options(values, norm, layouts)
        problems: list[Problem] = []
        opened = Opened()
        added = known = parts = records = 0
        inside = output.resolve()
        files = [name for name in expanded(names) if not _is_within(name, inside)]
        label = say("Conversion", "Converting")
        with open_dataset(output, options) as dataset, Bar(len(files), label) as bar:

            def fresh() -> Iterator[str]:
                nonlocal known
                for name in files:
                    bar.step()
                    bar.draw()
                    if dataset.has_path(title(name), name):
                        known += 1
                    else:
                        yield name

            def tell_problem(error: Exception, name: str) -> None:
                bar.hide()
                if isinstance(error, FormatError):
                    problems.append(report(error, name))

            given = _given(fresh(), set(names), options, opened, tell_problem)
            for written in add(dataset, tasks_of(dataset, given, options), write_batch):
                added += len(written.files)
                known += len(written.known)
                parts += len(written.parts)
                records += sum(file.enregistrements for file in written.files)
                for name, error in written.failed:
                    tell_problem(error, name)
        tell_opened(opened)
    if json:
        made = AddedFiles(
            output=title(str(output)),
            to="parquet",
            added=added,
            known=known,
            parts=parts,
            records=records,
            values=values,
            errors=problems,
        )
        write_json("convert", made)
    else:
        print_added(output, added, known, parts, hidden=not values)
    return status.UNREADABLE if problems else status.OK


def _given(
    names: Iterable[str],
    typed: set[str],
    options: Options,
    opened: Opened,
    failed: Callable[[Exception, str], None],
) -> Iterator[Given]:
    """The files to read, those of mails and archives by their bytes."""
    from cli.io.archives import Member, inputs
    from flatfile import FormatError, open_source
    from noemie.documents.columns.records import Given

    for input in inputs(names, typed, "b2", "noemie", opened=opened, layouts=options.layouts):
        try:
            with input:
                if isinstance(input, Member) or input.is_stream:
                    with open_source(input.source(watched=False)) as source:
                        yield Given(_name(input), source.read_all())
                else:
                    yield Given(_name(input), input.name)
        except FormatError as error:
            failed(error, input.name)


def _name(input: Input) -> str:
    return say("entrée standard", "standard input") if input.name == STANDARD else title(input.name)


def _is_within(name: str, folder: Path) -> bool:
    return name != STANDARD and Path(name).resolve().is_relative_to(folder)
