"""One run of `noemie check`: options and configuration put together, files checked, the report written."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.check.batch import PRELOAD, READ, Order, Outcome, check_all
from cli.check.model import DEFAULT_FAIL_ON, FileReport, Key, Report, Tally
from cli.check.policy import Config, Policy, rules_named, unknown_rule
from cli.io.guard import CommandError, site_tables
from cli.io.inputs import STANDARD, Input, expanded, given_twice, inputs, title
from cli.io.settings import FILE, PROJECT, Finder, SettingsError, norm_told, telling_where
from cli.words import status
from cli.words.screen import UNFOLDED, columns, is_terminal, note, tell
from cli.words.severities import WORDS
from cli.words.speech import plural, say
from noemie.documents.recognise import Opened

if TYPE_CHECKING:
    from cli.check.baseline import Baseline
    from cli.check.reports import Reports
    from cli.check.text import Printer
    from fse.compare import Source
    from noemie.documents.over_files import Executor

#: Columns that a line of bytes has besides them: margins and position.
_BESIDE: Final = 16

#: Columns that such a line is fitted to in a pipe.
_PIPE_WIDTH: Final = 80
#: What is expected of what can be read only once.
_STANDARD_ONCE: Final = ("l'entrée standard une seule fois", "standard input only once")
_ONCE: Final = ("un tube une seule fois", "a pipe only once")

#: Two norms of establishments that no byte tells apart: the one that is taken, the older one.
_TAKEN: Final = "CP-2005E"
_OTHER: Final = "CP-2003C"

#: The option by which what names people is told.
_PERSONAL: Final = ("--show-values", "--show-values")

#: Bytes shown around a field in a page of HTML.
_PAGE_WIDTH: Final = 72


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; `None` leaves it to the configuration, then to the default."""

    files: tuple[str, ...]
    norm: str | None = None
    layouts: Path | None = None
    codes: Path | None = None
    fail_on: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    most: int = 0
    verbose: bool = False
    format: str = "text"
    output: Path | None = None
    config: Path | None = None
    no_config: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None
    stale: bool = False
    jobs: int | None = None
    cluster: str | None = None
    context: bool | None = None
    cards: tuple[str, ...] = ()
    cps: tuple[str, ...] = ()
    rights: str | None = None
    ledger: str | None = None
    reference: bool = False
    on: dt.date | None = None
    values: bool = False
    statistics: bool = False

    def all_files(self) -> tuple[str, ...]:
        """The files, and what they are compared with."""
        return (*self.files, *self.cards, *self.cps, *([self.rights] if self.rights else []))


def _load(path: Path) -> Config:
    from cli.check.config_file import load

    return load(path)


class CheckRun:
    """Checks what is asked. Raises `CommandError` when an option, the configuration or a table is wrong."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        for option, names in (("--select", asked.select), ("--ignore", asked.ignore)):
            self._refuse_unknown(option, names or ())
        if (twice := given_twice(asked.all_files())) is not None:
            raise self._wrong(title(twice), *(_STANDARD_ONCE if twice == STANDARD else _ONCE))
        if asked.config and asked.no_config:
            raise self._wrong("--config, --no-config", "l'une ou l'autre", "one or the other")
        self._finder = Finder(_load, Config(), asked.config, off=asked.no_config)
        self._baselines: dict[Path, Baseline] = {}
        self._sources = self._loaded_sources()

    # --- what is asked --------------------------------------------------------------------------------

    def _wrong(self, option: str, fr: str, en: str) -> CommandError:
        return CommandError(say(f"noemie : {option} : attendu, {fr}", f"noemie: {option}: expected {en}"))

    def _refuse_unknown(self, option: str, names: tuple[str, ...]) -> None:
        for name in names:
            if not rules_named(name):
                raise self._wrong(f"{option} {title(name)}", *unknown_rule(name))

    def _loaded_sources(self) -> tuple[Source, ...]:
        """What the invoices are compared with: add others here. Raises `CommandError`."""
        asked = self._asked
        found: list[Source] = []
        if asked.cards or asked.cps:
            from cli.check.sources import cards

            found += cards(asked.cards, asked.cps)
        if asked.rights is not None:
            from cli.io.registers import source

            found.append(source(asked.rights))
        if asked.on is not None:
            from fse.jour import Jour

            found.append(Jour(asked.on))
        if asked.ledger is not None:
            from cli.io.ledgers import sent_before

            found += sent_before(asked.ledger)
        return tuple(found)

    @cached_property
    def _width(self) -> int:
        """Width of the excerpts, 0 for none: on by default for who looks at a screen, and in a page."""
        asked = self._asked
        if asked.write_baseline is not None or asked.format not in ("text", "html"):
            return 0
        if asked.format == "html":
            return 0 if asked.context is False else _PAGE_WIDTH
        seen = asked.output is None and is_terminal(sys.stdout)
        wanted = seen if asked.context is None else asked.context
        width = columns(sys.stdout)
        return max((_PIPE_WIDTH if width == UNFOLDED else width) - _BESIDE, 16) if wanted else 0

    def _order(self, name: str) -> Order:
        asked, config = self._asked, self._finder.of(name)
        policy = Policy(
            config.select if asked.select is None else asked.select,
            config.ignore if asked.ignore is None else asked.ignore,
            config.severity,
            self._accepted(name, config),
            self._origins(config),
        )
        return Order(
            name,
            policy,
            norm=asked.norm or config.norm or norm_told(name),
            layouts=asked.layouts or config.layouts,
            codes=asked.codes or config.codes,
            nature_smg=config.nature_smg,
            engine="reference" if asked.reference else "fast",
            fail_on=asked.fail_on or config.fail_on or DEFAULT_FAIL_ON,
            most=asked.most,
            verbose=asked.verbose,
            context=self._width,
            every=asked.write_baseline is not None,
            values=asked.values,
            sources=(*self._sources, *([config.delais] if config.delais else [])),
        )

    def _origins(self, config: Config) -> dict[str, str]:
        """Which file leaves findings out: nothing for what the command line asks."""
        asked, file = self._asked, str(config.path) if config.path is not None else ""
        baseline = asked.baseline or config.baseline
        return {
            "select": file if asked.select is None else "",
            "ignore": file if asked.ignore is None else "",
            "severity": file,
            "baseline": str(baseline) if baseline is not None else "",
        }

    def _accepted(self, name: str, config: Config) -> frozenset[Key]:
        path = self._asked.baseline or config.baseline
        if path is None or self._asked.write_baseline is not None:
            return frozenset()
        if path not in self._baselines:
            from cli.check.baseline import load

            with telling_where():
                self._baselines[path] = load(path)
        return self._baselines[path].of(name)

    def _names(self) -> list[str]:
        """The files to check; those of a folder without what this command reads or writes there."""
        names: list[str] = []
        for asked in self._asked.files:
            found = list(expanded([asked]))
            if found != [asked]:
                found = [name for name in found if not self._is_ours(Path(name))]
            names += found or [asked]
        return names

    def _is_ours(self, path: Path) -> bool:
        if path.name in (FILE, PROJECT):
            return True
        asked, baseline = self._asked, self._finder.of(str(path)).baseline
        ours = (baseline, asked.baseline, asked.write_baseline, asked.output, asked.config)
        if path.absolute() not in {own.absolute() for own in ours if own is not None}:
            return False
        # A flow whose name is given to a report by mistake stays a file to check, and is not overwritten.
        from flatfile import FormatError
        from noemie.documents.recognise import recognise_source

        try:
            return recognise_source(path).family not in ("b2", "noemie", "zone")
        except FormatError:
            return True

    def watched(self) -> list[str]:
        """Files whose change calls for another check: those checked, configurations, baselines."""
        try:
            names = self._names()
        except CommandError:  # a configuration is wrong: one of these files will tell, once corrected
            names = list(expanded(list(self._asked.files)))
        paths = {*self._baselines, *map(Path, (*self._asked.cards, *self._asked.cps))}
        for base in (self._asked.rights, self._asked.ledger):
            if base and "://" not in base:
                paths.add(Path(base))
        for name in names:
            try:
                path = self._finder.of(name).path
            except SettingsError as error:
                path = error.path
            if path is not None:
                paths.add(path)
        return names + sorted(map(str, paths))

    # --- checking -------------------------------------------------------------------------------------

    def once(self) -> int:
        """Check everything, write the report, and return the exit status."""
        asked = self._asked
        names = self._names()
        if asked.format != "parquet":
            self._refuse_overwrite(names)
        self._verify_configurations(names)
        self._tell_configurations(names)
        if asked.format == "parquet":
            return self._add(names)
        opened = Opened()
        with site_tables(), self._executor(names) as executor:
            made = self._orders(names, opened)
            outcomes = check_all(made, len(names), executor)
            if asked.write_baseline is not None:
                code = self._write_baseline(outcomes, asked.write_baseline)
            elif asked.format == "text" and asked.output is None:
                code = self._print(outcomes)
            else:
                code = self._put(outcomes)
        if opened:
            from cli.io.asides import tell_opened

            tell_opened(opened)
        return code

    def _add(self, names: list[str]) -> int:
        """Add the findings of what is new to a data set."""
        asked = self._asked
        if asked.output is None or asked.write_baseline is not None or asked.stale:
            raise self._wrong(
                "--format parquet",
                "-o DOSSIER, sans --write-baseline ni --stale",
                "-o FOLDER, without --write-baseline nor --stale",
            )
        from cli.check.dataset import add

        return add(asked, asked.output, names, self._order_of, personal=_PERSONAL if asked.values else None)

    def _order_of(self, name: str, input: Input) -> Order:
        """The order of a file, or of one within it, under the options of this."""
        plain = type(input) is Input and not input.is_stream
        return replace(self._order(name), name=input.name, input=None if plain else input)

    def _executor(self, names: list[str]) -> AbstractContextManager[Executor | None]:
        asked = self._asked
        if len(names) < 2 and asked.cluster is None:
            return nullcontext()
        from cli.io.executors import executor_of

        personal = _PERSONAL if asked.values else None
        return executor_of(names, asked.jobs, asked.cluster, preload=PRELOAD, personal=personal)

    def _verify_configurations(self, names: list[str]) -> None:
        """Raise `SettingsError` for a wrong one, before anything is read."""
        seen: set[Path | None] = set()
        for name in names:
            path = self._finder.of(name).path
            if path not in seen:
                seen.add(path)
                self._order(name)

    def _orders(self, names: list[str], opened: Opened) -> Iterator[Order]:
        """An order for each file, those of mails and archives included, under the options of these."""
        asked = self._asked
        for name in names:
            for input in inputs([name], asked.files, *READ, opened=opened, layouts=asked.layouts):
                yield self._order_of(name, input)

    def _told(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """The same, each file that cannot be read being told on standard error."""
        for outcome in outcomes:
            self._tell_norm(outcome.report)
            if outcome.report.unreadable is not None:
                from cli.io.problems import report

                report(outcome.report.unreadable, outcome.report.name)
            yield outcome

    def _tell_norm(self, report: FileReport) -> None:
        """Say which of two norms was taken, when nothing but findings may tell that it is the other."""
        told = self._asked.norm or self._finder.of(report.name).norm or norm_told(report.name)
        if report.norme != _TAKEN or told or not (report.counts["error"] or report.counts["warning"]):
            return
        name = title(report.name)
        tell(
            say(
                f"{name} : norme CP, {_TAKEN} prise ici : rien ne la distingue de {_OTHER}."
                f"\n  → Si ces remarques étonnent : noemie check --norm {_OTHER}.",
                f"{name}: CP norm, {_TAKEN} taken here: nothing tells it from {_OTHER}."
                f"\n  → If these findings are a surprise: noemie check --norm {_OTHER}.",
            )
        )

    def _print(self, outcomes: Iterator[Outcome]) -> int:
        from cli.check.text import Printer

        printer, tally = Printer(statistics=self._asked.statistics), Tally()
        for outcome in self._told(outcomes):
            printer.add(outcome.report)
            tally.add(outcome.report)
        self._end(printer, tally)
        return tally.code

    def _end(self, printer: Printer, tally: Tally) -> None:
        printer.end(tally)
        printer.accepted(tally)
        if self._asked.stale:
            printer.stale(self._stale(tally))

    def _stale(self, tally: Tally) -> tuple[tuple[str, Key], ...]:
        """Entries of the baselines that no finding of the files read had."""
        return tuple(
            entry for baseline in self._baselines.values() for entry in baseline.stale(tally.accepted)
        )

    # --- writing --------------------------------------------------------------------------------------

    def _put(self, outcomes: Iterator[Outcome]) -> int:
        asked = self._asked
        from cli.check.reports import Reports

        files, tally = Reports(), Tally()
        for outcome in self._told(outcomes):
            files.add(outcome.report)
            tally.add(outcome.report)
        from cli.io.outputs import file_or_output

        with file_or_output(asked.output, private=asked.values) as stream:
            for piece in self._pieces(files, tally):
                stream.write(piece.encode("utf-8", "backslashreplace"))
        if asked.output is not None:
            self._tell_written(asked.output, tally)
        return tally.code

    def _pieces(self, files: Reports, tally: Tally) -> Iterator[str]:
        """The report as text, in order."""
        if self._asked.format == "text":
            return self._as_text(files, tally)
        from cli.export import pieces

        return pieces(self._asked.format, Report(files, self._stale(tally) if self._asked.stale else None))

    def _as_text(self, files: Reports, tally: Tally) -> Iterator[str]:
        """What the terminal would show."""
        from cli.check.text import Printer

        stream = io.StringIO()
        printer = Printer(stream, statistics=self._asked.statistics)

        def taken() -> str:
            text = stream.getvalue()
            stream.seek(0)
            stream.truncate()
            return text

        for file in files:
            printer.add(file)
            yield taken()
        self._end(printer, tally)
        yield taken()

    def _tell_written(self, path: Path, tally: Tally) -> None:
        from cli.words.severities import counts_text

        counts = counts_text({word: tally.totals[f"{word}s"] for word in WORDS})
        note(f"{title(str(path))}{say(' :', ':')} {counts}")

    def _write_baseline(self, outcomes: Iterator[Outcome], path: Path) -> int:
        from cli.check.baseline import dumps
        from cli.io.outputs import write_file

        tally = Tally()
        keys: dict[str, frozenset[Key]] = {}
        for outcome in self._told(outcomes):
            tally.add(outcome.report)
            if outcome.keys:
                keys[outcome.report.name] = outcome.keys
        write_file(path, dumps(path, keys).encode("utf-8"))
        count = plural(
            sum(map(len, keys.values())),
            say("remarque acceptée", "finding accepted"),
            say("remarques acceptées", "findings accepted"),
        )
        note(f"{title(str(path))}{say(' :', ':')} {count}")
        return status.UNREADABLE if tally.totals["unreadable"] else status.OK

    def _refuse_overwrite(self, names: list[str]) -> None:
        outputs = [path for path in (self._asked.output, self._asked.write_baseline) if path is not None]
        if outputs:
            from cli.io.ledgers import own_files
            from cli.io.outputs import files_of, refuse_overwrite

            asked = self._asked
            cards = expanded([*asked.cards, *asked.cps])
            bases = [name for db in (asked.rights, asked.ledger) if db is not None for name in own_files(db)]
            tables = files_of(asked.layouts, asked.codes, asked.config)
            refuse_overwrite(outputs, [*names, *cards, *bases, *tables])
            if asked.output is not None:
                refuse_overwrite([asked.output], files_of(asked.baseline))

    def _tell_configurations(self, names: list[str]) -> None:
        paths = dict.fromkeys(self._finder.of(name).path for name in names)
        for path in paths:
            if path is not None:
                note(f"{say('configuration : ', 'configuration: ')}{title(str(path))}")
