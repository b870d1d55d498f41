"""Options that several verbs share, written once, and how what was typed becomes their values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, get_args, get_origin

import typer

from cli.words.speech import Lang, say


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
    typer.Option(
        "--codes",
        metavar="DIR",
        help="Folder of your code lists, rejects and delays; else that of noemie.toml.",
        show_default=False,
    ),
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", min=1, help="Processes; one a processor.", show_default=False),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Work on a Dask cluster: tls://host:port, or local:N.",
        show_default=False,
    ),
]
OutputFolder = Annotated[
    Path, typer.Option("-o", "--output", metavar="DIR", help="Folder to write in; made when missing.")
]


def _file_or_standard(output: Path | None) -> Path | None:
    if output is None:
        return None
    from cli.io.outputs import file_or_standard

    return file_or_standard(output)


def output_option(help: str, metavar: str = "FILE") -> Any:
    """The option that names the file written; `-` and /dev/stdout are standard output, as without it."""
    return typer.Option(
        "-o", "--output", metavar=metavar, help=help, show_default=False, callback=_file_or_standard
    )


def completed(kind: str) -> Callable[[str], list[str]]:
    """What completes the value of an option: profiles, rules... (`cli.words.completion`)."""

    def values(incomplete: str) -> list[str]:
        from cli.words import completion

        return completion.values(kind, incomplete)

    return values


def parse_day(text: str | dt.date) -> dt.date:
    """A day typed as 2025-03-14 or 14/03/2025; raises `Refusal`."""
    if isinstance(text, dt.date):
        return text
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    from cli.words.usage import Refusal

    raise Refusal(
        "un jour comme 2025-03-14 ou 14/03/2025 est attendu.",
        "a day such as 2025-03-14 or 14/03/2025 is expected.",
    )


def day_option(name: str, help: str, *, hidden: bool = False) -> Any:
    """An option that takes a day."""
    return typer.Option(name, parser=parse_day, metavar="DAY", help=help, show_default=False, hidden=hidden)


def tell_former(former: str, name: str) -> None:
    """Say on standard error that an option has another name now; the former one works for a version."""
    from cli.words.screen import note

    note(
        say(
            f"{former} s'appelle maintenant {name} ; l'ancien nom ira avec la prochaine version.",
            f"{former} is now called {name}; the former name will go with the next version.",
        )
    )


# --- what was typed as a value ----------------------------------------------------------------------------
#
# Typer hands each value to pydantic, whose import takes longer than a help page and a third of the time of
# checking a small file. Where typer keeps what it coerces with (`_runtime_param`), ours is put instead; where
# it does not, or for a kind of value that is not here, typer does it.


def _flag(value: Any) -> bool:
    """A flag, which the option parser gives as it is."""
    if isinstance(value, bool):
        return value
    raise ValueError


#: How what was typed becomes each of these; raises `ValueError`.
_PLAIN: Final[dict[Any, Callable[[Any], Any]]] = {str: str, Path: Path, bool: _flag}


def lighten(param: Any) -> None:
    """Have a parameter read what was typed without pydantic, when its kind is one of ours."""
    if getattr(param, "_runtime_param", param) is None and (read := _reader(param)) is not None:
        param._runtime_param = _Light(read, listed=get_origin(param.type_descriptor.annotation) is list)


def _reader(param: Any) -> Callable[[Any], Any] | None:
    """What reads one value; `None` when it is not for us."""
    descriptor = param.type_descriptor
    if (parser := descriptor.parameter_info.parser) is not None:
        return parser if descriptor.annotation is Any else None
    kind = descriptor.annotation
    if get_origin(kind) is list:
        (kind,) = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind in (int, float):
        return _bounded(kind, param.min, param.max)
    return _PLAIN.get(kind)


def _bounded(kind: Any, low: float | None, high: float | None) -> Callable[[Any], Any]:
    def read(text: Any) -> Any:
        value = kind(text)
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            raise ValueError
        return value

    return read


class _Light:
    """Reads one value, or a list of them."""

    def __init__(self, read: Callable[[Any], Any], *, listed: bool) -> None:
        self._read = read
        self._listed = listed

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value that a verb takes; raises `typer.BadParameter`."""
        if value is None:
            return () if self._listed else None
        try:
            return [self._read(one) for one in value] if self._listed else self._read(value)
        except ValueError:
            raise typer.BadParameter("", ctx=ctx, param=param) from None
        except typer.BadParameter as error:
            error.ctx, error.param = ctx, param
            raise
