"""`noemie convert`: flows, returns and zones as JSON, XML, CSV or Parquet, and back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.io import status
from cli.io.guard import CommandError
from cli.io.options import (
    Format,
    FormatOption,
    LangOption,
    Language,
    LayoutsOption,
    NormOption,
    ShowValues,
    output_option,
)
from cli.words.speech import speaker


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
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="B2 flow, NOEMIE return, SSV zone, or a document of this verb; - to read it."
        ),
    ],
    to: Annotated[Target, typer.Option("--to", help="csv and parquet: one table for each record type.")],
    output: Annotated[
        Path | None,
        output_option("File; a folder for csv and parquet.", "PATH"),
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
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Turn a B2 flow, a NOEMIE return or an SSV zone into JSON, XML, CSV or Parquet, and JSON or XML back
    into the same bytes (--to b2, noemie, ssv). b2-header: what a Vitale card gives to record 2 of an invoice.

    Personal values are hidden unless --show-values is given: a document written without it cannot be turned
    back. Without -o, what makes one file goes to standard output.
    """
    from cli.documents.converted import print_made, warn
    from cli.documents.converted_file import Conversion

    if to is not Target.B2_HEADER and (cps is not None or rang is not None):
        say = speaker(lang.lang)
        raise CommandError(
            say(
                "noemie convert : --cps et --rang vont avec --to b2-header.",
                "noemie convert: --cps and --rang go with --to b2-header.",
            )
        )
    conversion = Conversion(
        file,
        to.value,
        output,
        lang.lang,
        values=show_values,
        norm=norm and norm.value,
        layouts=layouts,
        force=force,
    )
    data = conversion.header(cps, rang) if to is Target.B2_HEADER else conversion.run()
    if output is not None and format is Format.JSON:
        from cli.words.screen import write_json

        write_json("convert", data)
    elif data.error:
        return status.UNREADABLE
    elif output is not None:
        print_made(data, lang.lang)
    else:
        warn(data, lang.lang)
    return status.UNREADABLE if data.error else status.OK
