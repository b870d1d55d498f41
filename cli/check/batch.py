"""Check many files, one after another or several at once; reports come in the order of the files.

What is asked for each file is an `Order`, which crosses to another process; what comes back is a report that
is already masked. The same files give the same reports wherever they are checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from cli.check.model import DEFAULT_FAIL_ON, FileReport, Key, LeftOut, Remark
from cli.check.policy import Gathering, Policy
from cli.io.inputs import Input, is_stream
from flatfile import Finding, FormatError, Readable, Record
from flatfile.text import printable

if TYPE_CHECKING:
    from cli.check.checking import Subject
    from fse.checker import Engine
    from fse.compare import Source
    from noemie.documents.over_files import Executor
    from noemie.documents.recognise import Family


#: What a check reads.
READ: Final[tuple[Family, ...]] = ("b2", "noemie", "zone")


@dataclass(frozen=True, slots=True)
class Order:
    """One file to check, and how.

    - `norm`, `layouts`, `codes`, `nature_smg`, `engine`: how it is read, by which tables, by which engine;
    - `policy`, `most`, `verbose`: what is reported of it; `fail_on`: when it fails;
    - `sources`: what its invoices are compared with, as data that crosses to another process;
    - `context`: width of the excerpts, 0 for none;
    - `every`: whether all keys are wanted, for a baseline to be written;
    - `values`: whether personal values are told;
    - `input`: the file, when it cannot be opened by its name: a stream, a file within a mail or an archive.
    """

    name: str
    policy: Policy
    norm: str | None = None
    layouts: Path | None = None
    codes: Path | None = None
    nature_smg: str = ""
    engine: Engine = "fast"
    fail_on: str = DEFAULT_FAIL_ON
    most: int = 0
    verbose: bool = False
    context: int = 0
    every: bool = False
    sources: tuple[Source, ...] = ()
    values: bool = False
    input: Input | None = None

    @property
    def is_here(self) -> bool:
        """Whether only this process can read it."""
        return is_stream(self.name)


class Outcome(NamedTuple):
    """The report of one file, and the keys of all its findings when they were asked for."""

    report: FileReport
    keys: frozenset[Key] = frozenset()


class _Quiet(Input):
    """An input without a bar of its own."""

    def source(self, *, watched: bool = True) -> Readable:
        return super().source(watched=False)


def check_one(order: Order, *, watched: bool = False) -> Outcome:
    """Check one file, which may be unreadable.

    `watched` draws a bar while a long file is read on a terminal. Raises `LayoutError` or `CodeTableError`
    when a table of the site is wrong.
    """
    from cli.check.checking import subject_of

    gathering = Gathering(order.policy, order.most, order.verbose, order.every)
    try:
        with order.input or (Input if watched else _Quiet)(order.name) as input:
            subject = subject_of(
                input,
                order.norm,
                order.layouts,
                order.codes,
                order.nature_smg,
                order.sources,
                order.engine,
            )
            gathering.gather(_findings(subject, input), subject.layouts)
            report = _report(order, gathering, subject)
    except FormatError as error:
        return Outcome(FileReport(order.name, unreadable=error, fail_on=order.fail_on))
    return Outcome(report, frozenset(gathering.keys))


def _findings(subject: Subject, input: Input) -> Iterator[Finding]:
    """What is found in a file, then what the mail that carries it tells otherwise."""
    yield from subject.findings()
    told = input.invoices
    if told is not None and subject.family == "b2" and told != subject.factures:
        yield Finding("enveloppe.nombre-factures", 0, 0, 0, expected=f"{told} / {subject.factures}")


def _report(order: Order, gathering: Gathering, subject: Subject) -> FileReport:
    report = FileReport(
        order.name,
        tuple(gathering.findings),
        subject.records,
        subject.factures,
        eol=subject.eol,
        notes=tuple(gathering.notes.values()),
        counts=gathering.counts,
        omitted=gathering.omitted,
        fail_on=order.fail_on,
        gzip=subject.gzip,
        family=subject.family,
        norme=subject.norme,
        envelope=subject.detection.envelope,
        accepted=frozenset(gathering.accepted),
        folded=gathering.folded,
        left_out=_left_out(order.policy, gathering),
    )
    source = order.input.again() if order.input and not order.is_here else order.name
    if order.values:
        report = _with_values(report, subject, source)
    if not order.context or not report.remarks or order.is_here:
        return report
    return _with_excerpts(report, subject, order.context, source)


def _left_out(policy: Policy, gathering: Gathering) -> tuple[LeftOut, ...]:
    counts = dict(gathering.left_out)
    if gathering.accepted:
        counts["baseline"] = len(gathering.accepted)
    return tuple(LeftOut(by, policy.origins.get(by, ""), count) for by, count in counts.items())


def _with_values(report: FileReport, subject: Subject, source: Readable) -> FileReport:
    """The same report with what each field holds, personal or not. The file is read again."""
    if not report.remarks:
        return report
    wanted = {remark.finding.record for remark in report.told if remark.finding.field}
    try:
        held = {record.number: record for record in subject.reread(source) if record.number in wanted}
    except (FormatError, NotImplementedError):  # it went away meanwhile; a zone has no records
        return report

    def valued(remark: Remark) -> Remark:
        record, finding = held.get(remark.finding.record), remark.finding
        found = _value(record, finding.field) if record is not None else ""
        below = tuple(map(valued, remark.consequences))
        is_told = bool(found) and not finding.rule.startswith("cause.")
        return replace(remark, found=printable(found) if is_told else "", consequences=below)

    return replace(
        report, findings=tuple(map(valued, report.findings)), notes=tuple(map(valued, report.notes))
    )


def _value(record: Record, name: str) -> str:
    """What a field holds; a key is told with its number."""
    number = name.removeprefix("cle_")
    told = [record.text(number)] if number != name and number in record.layout else []
    return " ".join([*told, record.text(name)])


def _with_excerpts(report: FileReport, subject: Subject, width: int, source: Readable) -> FileReport:
    """The same report with the bytes of each finding. The file is read again, as far as the last of them."""
    try:
        found = subject.excerpts(source, [remark.finding for remark in report.remarks], width)
    except FormatError:  # it went away meanwhile
        return report

    def shown(remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
        return tuple(
            replace(remark, excerpt=found.get((remark.finding.record, remark.finding.field)))
            for remark in remarks
        )

    return replace(report, findings=shown(report.findings), notes=shown(report.notes))


# --- several files ----------------------------------------------------------------------------------------

#: What each process imports before its first file.
PRELOAD: Final = ("cli.check.batch", "cli.check.checking", "fse.checker", "noemie")


def check_all(orders: Iterable[Order], count: int, executor: Executor | None) -> Iterator[Outcome]:
    """Check files where `executor` does; the outcomes come in the order of the files, as soon as they can.

    `count` is how many names were given: orders come as they are taken, more of them when names are
    envelopes. What can be read only once (a pipe, standard input) is read by this process; a file whose
    process died is told as one that cannot be read. Raises what `check_one` does.
    """
    if count == 1 and executor is None:  # its own reading draws a bar
        yield from (check_one(order, watched=True) for order in orders)
        return
    from cli.io.executors import results_of
    from cli.io.progress import Bar

    with Bar(count) as bar, closing(Checking(uuid4().hex)) as checking:
        outcomes = results_of(
            checking, orders, executor, bar, named=_name, here=_is_here, lost=_unread, count=count
        )
        for outcome in outcomes:
            bar.hide()
            yield outcome


class Checking:
    """Checks the files of one run: what they are compared with is opened once in each process."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._sources: tuple[Source, ...] = ()

    def __call__(self, order: Order) -> Outcome:
        """The outcome of one."""
        self._sources = order.sources
        _keep_open(order.sources, self._run)
        return check_one(order)

    def close(self) -> None:
        """Close what this process has opened."""
        _keep_open(self._sources, "")

    def __reduce__(self) -> tuple[type[Checking], tuple[str]]:
        return Checking, (self._run,)


def _keep_open(sources: tuple[Source, ...], run: str) -> None:
    for source in sources:
        if keep := getattr(source, "keep_open", None):
            keep(run)


def _name(order: Order) -> str:
    return order.name


def _is_here(order: Order) -> bool:
    return order.is_here


def _unread(order: Order) -> Outcome:
    error = FormatError("fichier.processus")
    return Outcome(FileReport(order.name, unreadable=error, fail_on=order.fail_on))
