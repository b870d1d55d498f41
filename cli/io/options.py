"""Options that several verbs share, written once: same name, same meaning everywhere."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.words.speech import VARIABLE, Lang


class Format(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"


class TableFormat(StrEnum):
    """How reference tables are written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Language(StrEnum):
    """Language of the output."""

    FR = "fr"
    EN = "en"

    @property
    def lang(self) -> Lang:
        """The same, as the lower packages take it."""
        return self.value


class FailOn(StrEnum):
    """From which severity on a finding changes the exit status."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class Norm(StrEnum):
    """The B2 norms (`fse.NORMS`)."""

    PS_2003C = "PS-2003C"
    CP_2005E = "CP-2005E"
    CP_2003C = "CP-2003C"


Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Files, folders, or - for standard input.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the result is written.")]
TableFormatOption = Annotated[TableFormat, typer.Option("--format", help="How the table is written.")]
LangOption = Annotated[Language, typer.Option("--lang", envvar=VARIABLE, help="Language of the result.")]
ShowValues = Annotated[
    bool, typer.Option("--show-values", help="Show personal values instead of •••. Keep the output private.")
]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Exit with status 1 from this severity on.")]
NormOption = Annotated[
    Norm | None,
    typer.Option("--norm", help="Read as this norm, whatever record 000 says.", show_default=False),
]
LayoutsOption = Annotated[
    Path | None,
    typer.Option("--layouts", metavar="DIR", help="Folder with your own layout tables.", show_default=False),
]
CodesOption = Annotated[
    Path | None,
    typer.Option("--codes", metavar="DIR", help="Folder of your code lists and rejects.", show_default=False),
]
OutputFolder = Annotated[
    Path, typer.Option("-o", "--output", metavar="DIR", help="Folder to write in; made when missing.")
]


def _file_or_standard(output: Path | None) -> Path | None:
    from cli.io.outputs import file_or_standard

    return file_or_standard(output)


def output_option(help: str, metavar: str = "FILE") -> Any:
    """The option that names the file written; `-` and /dev/stdout are standard output, as without it."""
    return typer.Option(
        "-o", "--output", metavar=metavar, help=help, show_default=False, callback=_file_or_standard
    )


def parse_day(text: str | dt.date) -> dt.date:
    """A day typed as 2025-03-14 or 14/03/2025; raises `typer.BadParameter`."""
    if isinstance(text, dt.date):
        return text
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    raise typer.BadParameter("a day such as 2025-03-14 or 14/03/2025 is expected")


def day_option(name: str, help: str, *, hidden: bool = False) -> Any:
    """An option that takes a day."""
    return typer.Option(name, parser=parse_day, metavar="DAY", help=help, show_default=False, hidden=hidden)
