"""`noemie reconcile`: the state of every invoice sent, from the returns received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cli.io.executors import executor_of
from cli.io.guard import CommandError
from cli.io.options import ClusterOption, CodesOption, Format, FormatOption, JobsOption, day_option
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.followup.gathered import Gathered, Kind
    from cli.followup.model import Rapprochement
    from cli.io.inputs import Input
    from cli.io.progress import Bar
    from noemie.documents.opened import Opened

_FILES = list[str] | None

#: What stands beside flows and returns, and is told with them in the answer.
_OF_RIGHTS = frozenset({"zone", "droits"})


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
    format: FormatOption = Format.TEXT,
) -> int:
    """Give each invoice its state, part by part: paid, rejected, deferred, awaited, and what to do.

    `noemie reconcile --sent sent/*.b2 --returned back/*` works, and so does `noemie reconcile FOLDER`, with
    its subfolders. What is told twice is counted once. Exit status 1 when an invoice is not settled, or
    something matches nothing; 2 when a file cannot be read.
    """
    from cli.followup.gathered import Gathered
    from cli.followup.marks import read_marks
    from cli.followup.states import as_model
    from cli.io.problems import site_tables
    from cli.io.site import rejects

    with site_tables():
        site = rejects(codes)
    gathered = Gathered(read_marks(marks) if marks else [])
    kinds: tuple[tuple[_FILES, Kind | None], ...] = (
        (sent, "sent"),
        (returned, "returned"),
        (arl, "arl"),
        (files, None),
    )
    names = _read(gathered, kinds)
    if not gathered.errors and not (gathered.files["sent"] or gathered.files["returned"]):
        raise CommandError(
            say(
                "noemie reconcile : rien à rapprocher."
                "\n  → Donner les flux envoyés (--sent) et les retours reçus (--returned).",
                "noemie reconcile: nothing to reconcile."
                "\n  → Give the flows sent (--sent) and the returns received (--returned).",
            )
        )
    with executor_of(names, jobs, cluster, preload=_PRELOAD, personal=_PERSONAL) as executor:
        result = gathered.collecte.suivi(on or dt.date.today(), site, lang=language(), executor=executor)
    model = as_model(result, gathered, site)
    if format is Format.JSON:
        _write_json(model)
    else:
        from cli.followup.reconciled import print_states

        print_states(model)
    if gathered.errors:
        return status.UNREADABLE
    return status.OK if model.settled else status.FINDINGS


#: What each process imports before its first part.
_PRELOAD = ("noemie.suivi.parts",)

#: What goes to other processes: tokens of patients, numbers of invoices.
_PERSONAL = ("les faits rapprochés", "the reconciled facts")


def _write_json(model: Rapprochement) -> None:
    """The document on standard output, its lines one after another."""
    from cli.followup.model import SCHEMA
    from cli.io.streamed import write_model
    from cli.words.screen import standard_output

    with standard_output() as out:
        write_model(out, "reconcile", model, SCHEMA, "orphelins", "lignes")


def _read(gathered: Gathered, kinds: tuple[tuple[_FILES, Kind | None], ...]) -> list[str]:
    """Read everything, and give the names of the files.

    Returns come last, for the days of what was sent tell how to read theirs.
    """
    from cli.io.asides import tell_opened
    from cli.io.inputs import expanded
    from cli.io.progress import Bar
    from noemie.documents.opened import Opened

    opened = Opened()
    given = [
        _Given(name, kind, frozenset(names or ()))
        for names, kind in kinds
        for name in expanded(names or [], arls=kind in (None, "arl"))
    ]
    with Bar(2 * len(given), say("Lecture", "Reading")) as bar:
        later: list[Input | _Given] = []
        for one in given:
            later += _first_reading(gathered, one, opened, bar)
            _step(bar)
        for waiting in later:
            for input in _returns_of(waiting) if isinstance(waiting, _Given) else [waiting]:
                _take(gathered, input, "returned", bar)
            _step(bar)
    for left in opened.aside:
        if left.why in _OF_RIGHTS:
            gathered.aside(left.name)
    opened.aside = [left for left in opened.aside if left.why not in _OF_RIGHTS]
    tell_opened(opened)
    return [one.name for one in given]


class _Given(NamedTuple):
    """A file to read: its name, the kind it was given for, the names that were typed."""

    name: str
    kind: Kind | None
    typed: frozenset[str]

    def inputs(self, opened: Opened | None = None) -> Iterator[Input]:
        """What it holds, itself or the files of its envelope."""
        from cli.followup.gathered import families_of
        from cli.io.archives import inputs

        arls = self.kind in (None, "arl")
        wanted = families_of(self.kind)
        return inputs([self.name], self.typed, *wanted, twice=True, arls=arls, opened=opened)


def _first_reading(gathered: Gathered, given: _Given, opened: Opened, bar: Bar) -> Iterator[Input | _Given]:
    """Read flows and ARLs; give what holds returns: a file, or an envelope to be gone through again."""
    from cli.followup.gathered import kind_of
    from cli.io.archives import Member
    from cli.io.inputs import is_stream
    from flatfile import FormatError

    waiting = False
    for input in given.inputs(opened):
        packed = isinstance(input, Member)
        try:
            with input:
                # What a person names for a kind is read as that kind; what an envelope holds tells its own.
                found = kind_of(input.head()) if packed or given.kind is None else given.kind
        except FormatError as error:
            _report(gathered, error, input, bar)
            continue
        if found != "returned":
            _take(gathered, input, found, bar)
        elif packed and not is_stream(given.name):
            waiting = True
        else:
            yield input
    if waiting:
        yield given


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


def _take(gathered: Gathered, input: Input, kind: Kind, bar: Bar) -> None:
    from flatfile import FormatError

    try:
        with input:
            gathered.take(input, kind)
    except FormatError as error:
        _report(gathered, error, input, bar)


def _report(gathered: Gathered, error: Any, input: Input, bar: Bar) -> None:
    from cli.io.problems import report

    bar.hide()
    gathered.errors.append(report(error, input.name))


def _step(bar: Bar) -> None:
    bar.step()
    bar.draw()
