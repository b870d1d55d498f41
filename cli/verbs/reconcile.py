"""`noemie reconcile`: the state of every invoice sent, from the returns received."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cli.io.executors import executor_of
from cli.io.guard import CommandError
from cli.io.inputs import is_within
from cli.io.options import ClusterOption, CodesOption, JobsOption, day_option, output_option
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.followup.gathered import Gathered, Kind
    from cli.followup.model import Rapprochement
    from cli.io.inputs import Input
    from cli.io.progress import Bar
    from codes.rejects import Catalogue
    from flatfile import FormatError
    from noemie.documents.dataset_answer import Answer
    from noemie.documents.over_files import Executor
    from noemie.documents.recognise import Opened
    from noemie.suivi import Suivi

    #: A file to read, and its kind, or why it has none.
    _ToRead = tuple[Input, Kind | FormatError]

_FILES = list[str] | None

#: What stands beside flows and returns, and is told with them in the answer.
_OF_RIGHTS = frozenset({"zone", "droits"})


class ReconcileFormat(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    PARQUET = "parquet"


def reconcile(
    files: Annotated[
        _FILES,
        typer.Argument(
            metavar="[FILE...]", help="More files of any of the three kinds, told apart by content."
        ),
    ] = None,
    sent: Annotated[
        _FILES, typer.Option("--sent", metavar="FILE", help="B2 flow sent; may come several times.")
    ] = None,
    returned: Annotated[
        _FILES,
        typer.Option("--returned", metavar="FILE", help="NOEMIE return received; may come several times."),
    ] = None,
    arl: Annotated[
        _FILES, typer.Option("--arl", metavar="FILE", help="ARLs, in the form of `noemie respond`.")
    ] = None,
    marks: Annotated[
        Path | None,
        typer.Option("--marks", metavar="FILE", help="Marks in TOML: settled by the practice, redone..."),
    ] = None,
    on: Annotated[Any, day_option("--on", "Day of the question; today by default.")] = None,
    codes: CodesOption = None,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
    output: Annotated[Path | None, output_option("File; a folder for parquet.", "PATH")] = None,
    format: Annotated[
        ReconcileFormat,
        typer.Option(
            "--format", help="How the answer is written; parquet is a data set in the folder of -o."
        ),
    ] = ReconcileFormat.TEXT,
) -> int:
    """Give each invoice its state, part by part: paid, rejected, deferred, awaited, and what to do.

    `noemie reconcile --sent sent/*.b2 --returned back/*` works, and so does `noemie reconcile FOLDER`, with
    its subfolders. What is told twice is counted once. Exit status 1 when an invoice is not settled, or
    something matches nothing; 2 when a file cannot be read. In Parquet, the answer is a data set in the
    folder that -o names; given all files again, it replaces the parts that say something else.
    """
    from cli.followup.gathered import Gathered
    from cli.followup.marks import read_marks, tell_unplaced
    from cli.followup.states import as_model
    from cli.io.guard import site_tables
    from cli.io.settings import site_codes
    from cli.io.site import delays, rejects

    near = next((some[0] for some in (files, sent, returned, arl) if some), "-")
    codes = site_codes(codes, near)
    with site_tables():
        site, delais = rejects(codes), delays(codes)
    gathered = Gathered(read_marks(marks) if marks else [])
    kinds: tuple[tuple[_FILES, Kind | None], ...] = (
        (sent, "sent"),
        (returned, "returned"),
        (arl, "arl"),
        (files, None),
    )
    given = [one for one in _given(kinds) if output is None or not is_within(one.name, output)]
    with ExitStack() as stack:
        answer = _answer(format, output, stack)
        executor = stack.enter_context(
            executor_of([one.name for one in given], jobs, cluster, preload=_PRELOAD, personal=_PERSONAL)
        )
        _read(gathered, given, executor)
        _refuse_nothing(gathered, kept=answer is not None)
        result = gathered.collecte.suivi(
            on or dt.date.today(), site, delais, lang=language(), executor=executor
        )
        tell_unplaced(result.marques_sans_cible)
        model = as_model(result, gathered, site)
        if answer is not None:
            _write_tables(answer, result, model, gathered, site)
    if format is ReconcileFormat.JSON:
        _write_json(model)
    elif format is ReconcileFormat.TEXT and any(gathered.files.values()):
        from cli.followup.reconciled import print_states

        print_states(model)
    if gathered.errors:
        return status.UNREADABLE
    return status.OK if model.settled else status.FINDINGS


def _answer(format: ReconcileFormat, output: Path | None, stack: ExitStack) -> Answer | None:
    """The data set that is asked for, before anything is read. Raises `CommandError`."""
    if format is not ReconcileFormat.PARQUET:
        return None
    if output is None:
        raise CommandError(
            say(
                "noemie reconcile : --format parquet : attendu, -o DOSSIER",
                "noemie reconcile: --format parquet: expected -o FOLDER",
            )
        )
    from cli.io.datasets import dataset_errors

    with dataset_errors("reconcile", output):
        from cli.followup.dataset import open_answer

        return stack.enter_context(open_answer(output))


def _write_tables(
    answer: Answer, result: Suivi, model: Rapprochement, gathered: Gathered, site: Catalogue | None
) -> None:
    """The answer as a data set. Raises `CommandError`."""
    from cli.followup.dataset import write_answer
    from cli.io.datasets import dataset_errors, print_settled

    with dataset_errors("reconcile", answer.folder):
        settled = write_answer(answer, result, model, gathered, site)
    print_settled(answer.folder, settled, len(model.lignes))


def _refuse_nothing(gathered: Gathered, *, kept: bool) -> None:
    """Raise `CommandError` when there is nothing to reconcile; `kept`: it would replace an answer."""
    if (kept or not gathered.errors) and not (gathered.files["sent"] or gathered.files["returned"]):
        raise CommandError(
            say(
                "noemie reconcile : rien à rapprocher."
                "\n  → Donner les flux envoyés (--sent) et les retours reçus (--returned).",
                "noemie reconcile: nothing to reconcile."
                "\n  → Give the flows sent (--sent) and the returns received (--returned).",
            )
        )


#: What each process imports before its first part.
_PRELOAD = ("noemie.suivi.parts", "cli.followup.gathered")

#: What goes to other processes: tokens of patients, numbers of invoices.
_PERSONAL = ("les faits rapprochés", "the reconciled facts")


def _write_json(model: Rapprochement) -> None:
    """The document on standard output, its lines one after another."""
    from cli.followup.model import SCHEMA
    from cli.io.streamed import write_model
    from cli.words.screen import standard_output

    with standard_output() as out:
        write_model(out, "reconcile", model, SCHEMA, "orphelins", "lignes")


def _given(kinds: tuple[tuple[_FILES, Kind | None], ...]) -> list[_Given]:
    """Every file to read, and the kind that it was given for."""
    from cli.io.inputs import expanded

    return [
        _Given(name, kind, frozenset(names or ()))
        for names, kind in kinds
        for name in expanded(names or [], arls=kind in (None, "arl"))
    ]


def _read(gathered: Gathered, given: list[_Given], executor: Executor | None) -> None:
    """Read everything. Returns come last: the days of what was sent tell how to read theirs."""
    from cli.io.asides import tell_opened
    from cli.io.progress import Bar
    from noemie.documents.recognise import Opened

    opened = Opened()
    later: list[Input | _Given] = []
    with Bar(2 * len(given), say("Lecture", "Reading")) as bar:

        def first() -> Iterator[_ToRead]:
            for one in given:
                yield from _first_reading(one, opened, later)

        def then() -> Iterator[_ToRead]:
            for waiting in later:
                for input in _returns_of(waiting) if isinstance(waiting, _Given) else [waiting]:
                    yield input, "returned"

        for some in (first(), then()):
            _take_all(gathered, some, len(given), executor, bar)
    for left in opened.aside:
        if left.why in _OF_RIGHTS:
            gathered.aside(left.name)
    opened.aside = [left for left in opened.aside if left.why not in _OF_RIGHTS]
    tell_opened(opened)


#: A longer file is read by this process as it comes: what it says is not carried whole.
_LARGE = 8 << 20


def _take_all(
    gathered: Gathered,
    some: Iterator[_ToRead],
    count: int,
    executor: Executor | None,
    bar: Bar,
) -> None:
    """Take files where `executor` reads them, in order; ARLs and long files are read here."""
    from cli.io.executors import results_of
    from flatfile import FormatError
    from noemie.documents.over_files import size_of

    waiting: deque[Input] = deque()

    def handed() -> Iterator[_ToRead]:
        for one in some:
            waiting.append(one[0])
            yield one

    def here(one: _ToRead) -> bool:
        input, kind = one
        return kind not in ("sent", "returned") or input.is_stream or size_of(input.name) > _LARGE

    def take(one: _ToRead) -> FormatError | None:
        input, kind = one
        if isinstance(kind, FormatError):
            return kind
        try:
            with input:
                gathered.take(input, kind)
        except FormatError as error:
            return error
        return None

    for read in results_of(
        gathered.reader(),
        handed(),
        executor,
        bar,
        named=_name,
        here=here,
        lost=lambda _: FormatError("fichier.processus"),
        count=count,
        local=take,
    ):
        input = waiting.popleft()
        try:
            if isinstance(read, FormatError):
                raise read
            if read is not None:
                gathered.add(input, read)
        except FormatError as error:
            _report(gathered, error, input, bar)
        bar.draw()


def _name(one: _ToRead) -> str:
    return one[0].name


class _Given(NamedTuple):
    """A file to read: its name, the kind it was given for, the names that were typed."""

    name: str
    kind: Kind | None
    typed: frozenset[str]

    def inputs(self, opened: Opened | None = None) -> Iterator[Input]:
        """What it holds, itself or the files of its envelope."""
        from cli.followup.gathered import families_of
        from cli.io.inputs import inputs

        arls = self.kind in (None, "arl")
        wanted = families_of(self.kind)
        return inputs([self.name], self.typed, *wanted, twice=True, arls=arls, opened=opened)


def _first_reading(given: _Given, opened: Opened, later: list[Input | _Given]) -> Iterator[_ToRead]:
    """Flows, ARLs, why others are none; files that are returns, and envelopes with some, go to `later`."""
    from cli.followup.gathered import kind_of
    from cli.io.inputs import Member, is_stream
    from flatfile import FormatError

    waiting = False
    for input in given.inputs(opened):
        packed = isinstance(input, Member)
        try:
            with input:
                # What a person names for a kind is read as that kind; what an envelope holds tells its own.
                found = kind_of(input.head()) if packed or given.kind is None else given.kind
        except FormatError as error:
            yield input, error  # told in its turn
            continue
        if found != "returned":
            yield input, found
        elif packed and not is_stream(given.name):
            waiting = True
        else:
            later.append(input)
    if waiting:
        later.append(given)


def _returns_of(given: _Given) -> Iterator[Input]:
    """The returns of an envelope; what cannot be read was told the first time."""
    from cli.followup.gathered import kind_of
    from flatfile import FormatError

    for member in given.inputs():
        try:
            if kind_of(member.head()) == "returned":
                yield member
        except FormatError:
            continue


def _report(gathered: Gathered, error: Any, input: Input, bar: Bar) -> None:
    from cli.io.problems import report

    bar.hide()
    gathered.errors.append(report(error, input.name))
