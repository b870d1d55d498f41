"""`noemie check`: is it right, and if not, where, why, what to change."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.io.options import (
    ClusterOption,
    CodesOption,
    FailOn,
    Files,
    JobsOption,
    LayoutsOption,
    NormOption,
    completed,
    day_option,
    output_option,
)

_MOST = 1000


class ReportFormat(StrEnum):
    """How the report is written: `text`, `cli.export.FORMATS`; `parquet` is a data set of findings."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    CSV = "csv"
    HTML = "html"
    PARQUET = "parquet"


def check(
    files: Files,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    codes: CodesOption = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on", help="Exit with status 1 from this severity on (warning).", show_default=False
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="RULE",
            autocompletion=completed("rules"),
            help="Only this rule, or those that start so: smg, facture.total.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="RULE",
            autocompletion=completed("rules"),
            help="Not this rule, or those that start so.",
        ),
    ] = None,
    max_findings: Annotated[
        int, typer.Option("--max-findings", metavar="N", min=0, help="Report at most N a file; 0 for all.")
    ] = _MOST,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Report every note one by one.")] = False,
    show_context: Annotated[
        bool | None,
        typer.Option(
            "--show-context/--no-context",
            help="Show the bytes of each finding, masked; as a rule on a terminal.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        ReportFormat,
        typer.Option(
            "--format", help="How the report is written; parquet adds what is new to the data set of -o."
        ),
    ] = ReportFormat.TEXT,
    output: Annotated[
        Path | None,
        output_option("Where the report goes; a folder for parquet.", "PATH"),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="This configuration, for every file.", show_default=False
        ),
    ] = None,
    no_config: Annotated[
        bool, typer.Option("--no-config", help="No noemie.toml, no pyproject.toml.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", metavar="FILE", help="Do not report the findings accepted here.", show_default=False
        ),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(
            "--write-baseline", metavar="FILE", help="Accept the findings of today.", show_default=False
        ),
    ] = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Tell the entries of the baseline that are of no more use.")
    ] = False,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
    card: Annotated[
        list[str] | None,
        typer.Option(
            "--card",
            metavar="ZONE",
            help="Compare the invoices with this Vitale card (SSV zone), or those of a folder.",
            show_default=False,
        ),
    ] = None,
    cps: Annotated[
        list[str] | None,
        typer.Option(
            "--cps",
            metavar="ZONE",
            help="Compare them with this card of a professional, or those of a folder.",
            show_default=False,
        ),
    ] = None,
    rights: Annotated[
        str | None,
        typer.Option(
            "--rights",
            metavar="DB",
            help="Predict rejects from these rights: a register, a CSV, the zone of a card.",
            show_default=False,
        ),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger",
            metavar="DB",
            help="Tell the invoices that this ledger holds as settled, or still unanswered.",
            show_default=False,
        ),
    ] = None,
    reference: Annotated[
        bool,
        typer.Option("--reference", help="Run every rule on every invoice: slower, same findings."),
    ] = False,
    on: Annotated[Any, day_option("--on", "Tell what is dated after this day.")] = None,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Tell personal values that were found.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Only count the findings, by rule.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Check again at each change, until Ctrl-C.")] = False,
) -> int:
    """Check B2 flows (FSE) by every rule; a NOEMIE return is checked as a return, an SSV zone (carte Vitale,
    CPS, poste, facture) as a zone.

    Each finding tells its record, its byte in the file (from 0), its field with its positions (from 1), what
    was expected and what to change. A folder stands for the files in it, at any depth. Exit status 1 when a
    finding reaches --fail-on. A noemie.toml, or the [tool.noemie] of a pyproject.toml, beside the files or
    above them is used.
    """
    from cli.check import run as checkrun

    asked = checkrun.Asked(
        tuple(files),
        norm=norm,
        layouts=layouts,
        codes=codes,
        fail_on=fail_on,
        select=tuple(select) if select else None,
        ignore=tuple(ignore) if ignore else None,
        most=max_findings,
        verbose=verbose,
        format=format,
        output=output,
        config=config,
        no_config=no_config,
        baseline=baseline,
        write_baseline=write_baseline,
        stale=stale,
        jobs=jobs,
        cluster=cluster,
        context=show_context,
        cards=tuple(card or ()),
        cps=tuple(cps or ()),
        rights=rights,
        ledger=ledger,
        reference=reference,
        on=on,
        values=show_values,
        statistics=statistics,
    )
    if watch:
        from cli.check.watch import watch as watch_files

        return watch_files(asked)
    return checkrun.CheckRun(asked).once()
