"""`noemie decode`: what was paid, what was refused, what to do and what not to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.options import (
    ClusterOption,
    CodesOption,
    FailOn,
    FailOnOption,
    JobsOption,
    LayoutsOption,
    ShowValues,
    output_option,
)
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from cli.decode.model import Retour
    from cli.decode.output import Form
    from cli.decode.returns import Decoding, Returned
    from cli.io.inputs import Input
    from cli.io.problems import Problem
    from cli.io.progress import Bar
    from noemie.documents.over_files import Executor
    from noemie.documents.recognise import Opened


class DecodeFormat(StrEnum):
    """How decoded returns are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    HTML = "html"


def decode(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files, folders, mails, archives, or - for standard input."),
    ],
    layouts: LayoutsOption = None,
    codes: CodesOption = None,
    fail_on: FailOnOption = FailOn.WARNING,
    show_values: ShowValues = False,
    output: Annotated[
        Path | None,
        output_option("File; a folder for csv and parquet.", "PATH"),
    ] = None,
    format: Annotated[
        DecodeFormat,
        typer.Option("--format", help="html is a page to print; csv without -o is the table of invoices."),
    ] = DecodeFormat.TEXT,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
) -> int:
    """Explain NOEMIE returns: transfers, invoices, parts, and each reject with what to do FIRST.

    Counters and totals of each file are verified. A reject alone does not change the exit status: 1 means
    that a file itself has findings at --fail-on or above. Any number of files, read one at a time; a return
    that comes again, even under another name, is told and counted once. In Parquet, several files or those of
    a folder make a data set in the folder that -o names: run again, it takes what is new.
    """
    from cli.decode.model import Illisible
    from cli.decode.output import writer
    from cli.decode.returns import Decoding, once
    from cli.io.asides import tell_opened
    from cli.io.executors import executor_of
    from cli.io.guard import site_tables
    from cli.io.inputs import expanded
    from cli.io.outputs import files_of
    from cli.io.progress import Bar
    from cli.io.settings import site_codes
    from noemie.documents.recognise import Opened

    names = list(expanded(files))
    codes = site_codes(codes, files[0])
    form: Form = format.value
    if output is not None and form == "parquet" and _is_set(files, output):
        decoding = Decoding(layouts, codes, fail_on, values=show_values)
        return _add(names, output, files, decoding, jobs, cluster)
    if output is not None:
        _refuse(output, [*names, *files_of(layouts, codes)], form)
    worst = status.OK
    seen: dict[bytes, str] = {}
    opened = Opened()
    decoding = Decoding(layouts, codes, fail_on, values=show_values, whole=format is not DecodeFormat.TEXT)
    personal = ("--show-values", "--show-values") if show_values else None
    with (
        site_tables(),
        writer(form, output, private=show_values) as out,
        Bar(_total(names, output), say("Décodage", "Decoding")) as bar,
        executor_of(names, jobs, cluster, preload=_PRELOAD, personal=personal) as executor,
    ):
        for found in _decoded(names, files, decoding, executor, opened, bar):
            for data, code, *_ in once(found, seen):
                worst = max(worst, code)
                if isinstance(data, Illisible):
                    bar.hide()
                    _tell(data.error)
                elif data.copy_of:
                    bar.hide()
                    _tell_copy(data)
                else:
                    bar.draw()
                # A sum or a table that holds a return twice would be wrong; JSON says which one is the copy.
                if (
                    isinstance(data, Illisible)
                    or not data.copy_of
                    or format in (DecodeFormat.JSON, DecodeFormat.JSONL)
                ):
                    out.add(data)
        bar.hide()
        out.end()
    tell_opened(opened)
    return worst


def _is_set(files: list[str], output: Path) -> bool:
    """Whether tables are a data set: those of several files or of a folder, or that is there already."""
    from cli.io.datasets import is_dataset
    from cli.io.inputs import is_folder

    return len(files) > 1 or is_folder(files[0]) or is_dataset(output)


def _add(
    names: list[str],
    output: Path,
    typed: list[str],
    decoding: Decoding,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Add the returns to the data set of a folder."""
    from cli.decode.dataset import DecodedRows
    from cli.io.adding import Adding
    from cli.io.datasets import print_added

    values = decoding.values
    made = Adding(
        "decode",
        say("Décodage", "Decoding"),
        DecodedRows(decoding),
        ("noemie",),
        decoding.layouts,
        ("cli.decode.dataset",),
        asked=lambda _, input: input,
        personal=("--show-values", "--show-values") if values else None,
    ).add(names, output, typed=typed, jobs=jobs, cluster=cluster)
    print_added(output, made, hidden=not values)
    return made.worst


#: What each process imports before its first file.
_PRELOAD = ("cli.decode.returns",)

#: A file of so many bytes is read by this process, as it is written: its returns are not carried whole.
_LARGE = 8 << 20


def _decoded(
    names: list[str],
    given: list[str],
    decoding: Decoding,
    executor: Executor | None,
    opened: Opened,
    bar: Bar,
) -> Iterator[Iterable[Returned]]:
    """The returns of each file, in order."""
    from cli.decode.returns import unread
    from cli.io.executors import results_of
    from cli.io.inputs import inputs
    from flatfile import FormatError
    from noemie.documents.over_files import size_of

    return results_of(
        decoding.all,
        inputs(names, given, "noemie", opened=opened, layouts=decoding.layouts),
        executor,
        bar,
        named=_name,
        here=lambda input: input.is_stream or size_of(input.name) > _LARGE,
        lost=lambda input: [unread(input, FormatError("fichier.processus"))],
        count=len(names),
        local=decoding,
    )


def _name(input: Input) -> str:
    return input.name


def _total(names: list[str], output: Path | None) -> int:
    """How many files a bar counts; none is drawn over results on the same terminal."""
    from cli.words.screen import is_terminal

    return 0 if output is None and is_terminal(sys.stdout) else len(names)


def _refuse(output: Path, names: list[str], form: str) -> None:
    """Raise `CommandError` for an output that cannot be, before anything is read."""
    from cli.decode.tables import TABLES
    from cli.io.outputs import refuse_overwrite

    folder = form in ("csv", "parquet")
    refuse_overwrite([output / f"{name}.{form}" for name in TABLES] if folder else [output], names)


def _tell_copy(data: Retour) -> None:
    from cli.words.screen import note

    copy, first = data.file, data.copy_of
    note(
        say(
            f"{copy} : même retour que {first}, compté une seule fois.",
            f"{copy}: the same return as {first}, counted once.",
        )
    )


def _tell(problem: Problem) -> None:
    from cli.io.problems import sentence
    from cli.words.screen import tell

    tell(sentence(problem))
