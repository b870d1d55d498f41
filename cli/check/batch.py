"""Check many files, one after another or in several processes; reports come in the order of the files.

What is asked for each file is an `Order`, which crosses to another process; what comes back is a report that
is already masked. The same files give the same reports whatever the number of processes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cli.check.model import DEFAULT_FAIL_ON, FileReport, Key, LeftOut, Remark
from cli.check.policy import Gathering, Policy
from cli.io.guard import CommandError, StoppedError
from cli.io.inputs import Input, is_stream
from cli.words.speech import Lang, language, say, speak
from cli.words.texts import printable
from flatfile import Finding, FormatError, Readable, Record

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cli.check.checking import Subject
    from cli.io.progress import Bar
    from fse.checker import Engine
    from fse.compare import Source

#: Files, and bytes in all, from which starting processes pays for itself.
MANY_FILES: Final = 48
MANY_BYTES: Final = 8 << 20

#: Files waiting in each process, so that none has nothing to do.
_AHEAD: Final = 4

#: How often the bar is drawn while waiting (seconds).
_EVERY: Final = 0.2


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


def cpus() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def jobs_for(names: Sequence[str], asked: int | None = None) -> int:
    """Processes to use: as many as `asked`, else one for each processor when there is enough work.

    Never more than files; 1 means no other process.
    """
    if asked is not None:
        return max(1, min(asked, len(names)))
    if len(names) < 2 or (len(names) < MANY_FILES and sum(map(_size, names)) < MANY_BYTES):
        return 1
    return min(cpus(), len(names))


def _size(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except (OSError, ValueError):
        return 0


def check_all(orders: Iterable[Order], count: int, jobs: int) -> Iterator[Outcome]:
    """Check files in `jobs` processes; the outcomes come in the order of the files, as soon as they can.

    `count` is how many names were given: orders come as they are taken, more of them when names are
    envelopes. What can be read only once (a pipe, standard input) is read by this process. Raises
    `CommandError` when a process dies, and what `check_one` does.
    """
    if count == 1 and jobs == 1:  # its own reading draws a bar
        yield from (check_one(order, watched=True) for order in orders)
        return
    from cli.io.progress import Bar

    with Bar(count) as bar:
        outcomes = _in_processes(orders, jobs, bar) if jobs > 1 else _here(orders, bar)
        for outcome in outcomes:
            bar.step()
            bar.hide()
            yield outcome


def _here(orders: Iterable[Order], bar: Bar) -> Iterator[Outcome]:
    for order in orders:
        bar.draw()
        yield check_one(order)


def _in_processes(orders: Iterable[Order], jobs: int, bar: Bar) -> Iterator[Outcome]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    # Neither threads nor open files are copied to the processes, as a plain fork would.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        multiprocessing.set_forkserver_preload(
            ["cli.check.batch", "cli.check.checking", "fse.check", "noemie"]
        )
    waiting: deque[Future[Outcome] | Order] = deque()
    left = iter(orders)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(language(),))
    try:
        while True:
            while len(waiting) < jobs * _AHEAD and (order := next(left, None)) is not None:
                waiting.append(order if order.is_here else pool.submit(check_one, order))
            if not waiting:
                break
            first = waiting.popleft()
            yield check_one(first) if isinstance(first, Order) else _result(first, bar)
    except (KeyboardInterrupt, StoppedError, GeneratorExit):  # nobody waits for what is under way
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    except BrokenProcessPool:
        raise CommandError(
            say(
                "noemie : un processus s'est arrêté, peut-être faute de mémoire. → Réessayer avec --jobs 1.",
                "noemie: a process stopped, perhaps for lack of memory. → Try again with --jobs 1.",
            )
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Outcome], bar: Bar) -> Outcome:
    while True:
        try:
            return future.result(timeout=_EVERY)
        except TimeoutError:
            if future.done():  # the check itself ran out of time somewhere: not ours
                raise
            bar.draw()


def _start(lang: Lang) -> None:
    """Prepare a process: the language, keyboard and terminal are the parent's business."""
    speak(lang)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
