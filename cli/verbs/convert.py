"""`noemie convert`: flows, returns and zones as JSON, XML, CSV or Parquet, and back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.io.guard import CommandError
from cli.io.options import (
    ClusterOption,
    Format,
    JobsOption,
    LayoutsOption,
    NormOption,
    ShowValues,
    output_option,
    tell_former,
)
from cli.words import status
from cli.words.speech import say
from cli.words.usage import Refusal


class Target(StrEnum):
    """What a file may become."""

    JSON = "json"
    XML = "xml"
    CSV = "csv"
    PARQUET = "parquet"
    B2 = "b2"
    NOEMIE = "noemie"
    SSV = "ssv"
    B2_HEADER = "b2-header"


def convert(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="B2 flows, NOEMIE returns, SSV zones, documents of this verb, or folders; - to read one.",
        ),
    ],
    format: Annotated[
        Target | None,
        typer.Option(
            "--format",
            help="What the files become; csv and parquet: one table for each record type.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[Target | None, typer.Option("--to", hidden=True)] = None,
    output: Annotated[
        Path | None,
        output_option("File; a folder for csv, parquet and several files.", "PATH"),
    ] = None,
    show_values: ShowValues = False,
    cps: Annotated[
        str | None,
        typer.Option(
            "--cps", metavar="FILE", help="b2-header: zone of the professional's card.", show_default=False
        ),
    ] = None,
    rang: Annotated[
        str | None,
        typer.Option(
            "--rang", metavar="N", help="b2-header: this beneficiary of the card only.", show_default=False
        ),
    ] = None,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
    report: Annotated[Format, typer.Option("--report", help="How what was made is told.")] = Format.TEXT,
) -> int:
    """Turn a B2 flow, a NOEMIE return or an SSV zone into JSON, XML, CSV or Parquet, and JSON or XML back
    into the same bytes (--format b2, noemie, ssv). b2-header: what a Vitale card gives to record 2 of an
    invoice.

    Personal values are hidden unless --show-values is given: a document written without it cannot be turned
    back. Without -o, what makes one file goes to standard output. Several files, or those of a folder, go to
    the folder that -o names. In Parquet they make a data set there: run again, it takes what is new.
    """
    from cli.documents.converted import print_made, sentence_of, warn
    from cli.documents.converted_folder import Conversions, convert_all
    from cli.io.inputs import is_folder
    from cli.words.screen import tell

    target, report = _asked(format, to, report)
    if target is not Target.B2_HEADER and (cps is not None or rang is not None):
        raise CommandError(
            say(
                "noemie convert : --cps et --rang vont avec --format b2-header.",
                "noemie convert: --cps and --rang go with --format b2-header.",
            )
        )

    several = len(files) > 1 or is_folder(files[0])
    if target is Target.PARQUET and output is not None:
        from cli.io.datasets import is_dataset

        if several or is_dataset(output):
            from cli.documents.converted_dataset import add_all

            imposed = norm and norm.value
            return add_all(
                files,
                output,
                show_values,
                imposed,
                layouts,
                json=report is Format.JSON,
                jobs=jobs,
                cluster=cluster,
            )
    conversions = Conversions(
        target.value,
        values=show_values,
        norm=norm and norm.value,
        layouts=layouts,
        force=force,
        cps=cps,
        rang=rang,
    )
    if several:
        return convert_all(files, output, conversions, json=report is Format.JSON, jobs=jobs, cluster=cluster)
    conversions.of(files[0], output).verify_place()
    data = conversions.convert(files[0], output)
    if data.error:
        tell(sentence_of(data))
    if output is not None and report is Format.JSON:
        from cli.words.screen import write_json

        write_json("convert", data)
    elif data.error:
        return status.UNREADABLE
    elif output is not None:
        print_made(data)
    else:
        warn(data)
    return status.UNREADABLE if data.error else status.OK


def _asked(format: Target | None, to: Target | None, report: Format) -> tuple[Target, Format]:
    """What files become and how it is told; `--to`, the former name, let `--format` tell the latter."""
    if to is not None:
        tell_former("--to", "--format")
        return to, Format.JSON if format is Target.JSON else report
    if format is None:
        known = ", ".join(Target)
        raise Refusal(
            f"--format manque, et le suffixe de -o ne le dit pas. → Choisir parmi : {known}.",
            f"--format is missing, and the suffix of -o does not tell it. → Choose one of: {known}.",
        )
    return format, report
