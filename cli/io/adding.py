"""Files added to a data set by a verb: what is new in many files and folders, wherever it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cli.io.datasets import Added, dataset_errors
from cli.io.executors import Deaths, InContext, executor_of
from cli.io.guard import site_tables
from cli.io.inputs import STANDARD, Input, is_within, title
from cli.io.problems import Problem, report
from cli.io.progress import Bar
from cli.words import status
from cli.words.speech import say
from flatfile import FormatError

if TYPE_CHECKING:
    from noemie.documents.dataset import Dataset, Parts, Written
    from noemie.documents.dataset_batches import Given, Rows, Task
    from noemie.documents.over_files import Lost
    from noemie.documents.recognise import Family

__all__ = ["Adding", "RowMaker"]


class RowMaker(Protocol):
    """Makes the rows of a verb (`noemie.documents.dataset_batches.Maker`), and opens their data set."""

    def open(self, folder: Path) -> Dataset:
        """The data set of a folder. Raises what `Dataset` raises."""

    def __call__(self, parts: Parts) -> Rows:
        """The rows of one batch."""


class Adding(NamedTuple):
    """How a verb adds files.

    - `label`: what the bar says; `wanted`: what it reads in folders and envelopes;
    - `layouts`: the tables of the site; `preload`: what each process imports first;
    - `asked`: what the maker is told of a file, from the name that gave it; `personal`: see `executor_of`.
    """

    verb: str
    label: str
    maker: RowMaker
    wanted: tuple[Family, ...]
    layouts: Path | None = None
    preload: tuple[str, ...] = ()
    asked: Callable[[str, Input], Any] = lambda _, __: None
    personal: tuple[str, str] | None = None

    def add(
        self,
        names: Sequence[str],
        output: Path,
        *,
        typed: Sequence[str],
        jobs: int | None = None,
        cluster: str | None = None,
    ) -> Added:
        """Add the files of `names`, `typed` being those that a person wrote. Raises `CommandError`."""
        from cli.io.asides import tell_opened
        from noemie.documents.recognise import Opened

        problems: list[Problem] = []
        opened = Opened()
        files = [name for name in names if not is_within(name, output)]
        added = known = parts = records = worst = 0
        with ExitStack() as stack:
            stack.enter_context(dataset_errors(self.verb, output))
            stack.enter_context(site_tables())
            from noemie.documents.dataset_batches import add, tasks_of

            dataset = stack.enter_context(self.maker.open(output))
            bar = stack.enter_context(Bar(len(files), self.label))
            executor = stack.enter_context(
                executor_of(files, jobs, cluster, preload=self.preload, personal=self.personal)
            )

            def fresh() -> Iterator[str]:
                nonlocal known
                for name in files:
                    if dataset.has_path(title(name), name):
                        known += 1
                        bar.step()
                        bar.draw()
                    else:
                        yield name

            def tell_problem(error: Exception, name: str) -> None:
                bar.hide()
                if isinstance(error, FormatError):
                    problems.append(report(error, name))

            def run(
                write: Callable[[Task], Written], tasks: Iterable[Task]
            ) -> Iterator[Written | Lost[Task]]:
                from noemie.documents.over_files import BATCH, over_files

                found = over_files(
                    InContext(write),
                    tasks,
                    executor,
                    named=_first,
                    weight=lambda _: BATCH,  # a task is a batch already
                    tick=bar.draw,
                    told=Deaths(_first),
                )
                with closing(found):
                    yield from found

            given = self._given(fresh(), set(typed), opened, tell_problem)
            for written in add(dataset, tasks_of(dataset, given, self.maker), run):
                added += len(written.files)
                known += len(written.known)
                parts += len(written.parts)
                records += sum(file.enregistrements for file in written.files)
                worst = max(worst, written.worst)
                for name, error in written.failed:
                    tell_problem(error, name)
                bar.step(len(written.files) + len(written.known) + len(written.failed))
                bar.draw()
        tell_opened(opened)
        return Added(added, known, parts, records, problems, status.UNREADABLE if problems else worst)

    def _given(
        self,
        names: Iterable[str],
        typed: set[str],
        opened: Any,
        failed: Callable[[Exception, str], None],
    ) -> Iterator[Given]:
        """The files to read, those of mails and archives by their bytes."""
        from cli.io.inputs import Member, inputs
        from noemie.documents.dataset_batches import Given

        for carrier in names:
            for input in inputs([carrier], typed, *self.wanted, opened=opened, layouts=self.layouts):
                try:
                    with input:
                        one, read = input, self._read(input)
                        if isinstance(read, bytes):  # it may be read elsewhere, and again
                            one = Member(input.name, read, input.invoices)
                        given = Given(_name(one), read, asked=self.asked(carrier, one))
                except FormatError as error:
                    failed(error, input.name)
                else:
                    yield given

    @staticmethod
    def _read(input: Input) -> str | bytes:
        from cli.io.inputs import Member
        from flatfile import open_source

        if not (isinstance(input, Member) or input.is_stream):
            return input.name
        with open_source(input.source(watched=False)) as source:
            return source.read_all()


def _first(task: Task) -> str:
    return task.files[0].name


def _name(input: Input) -> str:
    return say("entrée standard", "standard input") if input.name == STANDARD else title(input.name)
