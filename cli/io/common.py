"""What every verb takes without saying so: `--lang`, `-o`, `--csv-style`, `-q`, `--color`; formats by suffix.

A verb that has one of these options of its own keeps it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.io.options import Language, lighten, output_option
from cli.words import status
from cli.words.screen import ask_quiet
from cli.words.speech import VARIABLE, speak

_Context = Any
_Parameter = Any


class Color(StrEnum):
    """When colours are written."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class CsvStyle(StrEnum):
    """How CSV is written (`flatfile.csv_text`)."""

    STANDARD = "standard"
    EXCEL_FR = "excel-fr"


def _every(
    output: Annotated[
        Path | None,
        output_option("File to write instead of standard output; its suffix tells the format."),
    ] = None,
    csv_style: Annotated[
        CsvStyle,
        typer.Option("--csv-style", help="How CSV is written: excel-fr is for a French spreadsheet."),
    ] = CsvStyle.STANDARD,
    lang: Annotated[
        Language, typer.Option("--lang", envvar=VARIABLE, help="Language of the result.")
    ] = Language.FR,
    color: Annotated[
        Color, typer.Option("--color", help="Colours: auto is on a terminal only.")
    ] = Color.AUTO,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Only what was asked for: no progress, no notes.")
    ] = False,
) -> None:
    """Hold the options of every verb."""


@cache
def _parameters() -> dict[str, _Parameter]:
    holder = typer.Typer(add_completion=False, rich_markup_mode=None)
    holder.command()(_every)
    return {param.name: param for param in typer.main.get_command(holder).params}


#: Verbs whose result is files, or nothing that is kept.
WITHOUT_OUTPUT: Final = frozenset({"demo", "backup", "serve"})

#: Verbs that write CSV without having `--format`.
ONLY_CSV: Final = frozenset({"cli.verbs.rights_list:export"})

#: Formats that verbs with an `-o` of their own leave to the one that every verb has.
LEFT_TO_ALL: Final = {"decode": ("text",), "reconcile": ("text", "json")}


def add_options(command: Any, *names: str) -> tuple[str, ...]:
    """Give a command those of these options that it lacks; returns their names."""
    present = {param.name for param in command.params}
    added = tuple(name for name in names if name not in present)
    command.params += [_parameters()[name] for name in added]
    for param in command.params:
        lighten(param)
    return added


def wanted_by(command: Any, place: str) -> tuple[str, ...]:
    """The options that a verb is to have; `place` tells its function."""
    names = ["color", "quiet"]
    named = {param.name: param for param in command.params}
    if ("format" in named and "csv" in _words_of(named["format"])) or place in ONLY_CSV:
        names.insert(0, "csv_style")
    if command.name not in WITHOUT_OUTPUT:
        names.insert(0, "output")
    return ("lang", *names)


def _words_of(param: _Parameter) -> tuple[str, ...]:
    kind = param.type_descriptor if hasattr(param, "type_descriptor") else param.type
    return tuple(getattr(choice, "value", choice) for choice in getattr(kind, "choices", None) or ())


def take(context: _Context, added: tuple[str, ...]) -> Path | None:
    """Heed the options that were added, and take them out of those of the verb; returns where `-o` leads."""
    values = {name: context.params.pop(name, None) for name in added}
    lang: Language | None = values.get("lang")
    if lang is not None and context.get_parameter_source("lang").name == "COMMANDLINE":
        speak(lang.lang)
    if values.get("quiet"):
        ask_quiet()
    style = values.get("csv_style")
    if style is not None and (style is not CsvStyle.STANDARD or "flatfile.csv_text" in sys.modules):
        from flatfile.csv_text import use_style

        use_style(style.value)
    output: Path | None = values.get("output")
    return output


# --- the format ------------------------------------------------------------------------------------------

#: The formats that a suffix stands for; the first that the verb has is meant.
SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    ".json": ("json", "sarif"),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".sarif": ("sarif",),
    ".csv": ("csv",),
    ".html": ("html",),
    ".htm": ("html",),
    ".xml": ("xml", "junit"),
    ".parquet": ("parquet",),
    ".txt": ("text", "github"),
}
_TOLD: Final = frozenset(word for words in SUFFIXES.values() for word in words)


#: How help pages call the values that name a file, a folder or a database.
_PLACES: Final = frozenset(
    {"FILE", "FILE...", "[FILE...]", "[FOLDER...]", "DIR", "PATH", "DB", "PLACE", "ZONE", "FLUX...", "A", "B"}
)
#: Folders that a site fills: one that is not there is misspelt, and its tables would not be read.
_OF_A_SITE: Final = frozenset({"--layouts", "--codes"})


def check_places(context: _Context, typed: Sequence[str]) -> None:
    """Raise `Refusal` for an empty name (it would be the current folder), or a folder of a site that is none.

    `typed` is the command line after the verb.
    """
    empty = {before for before, after in pairwise(typed) if not after} | {
        one[:-1] for one in typed if one[-1:] == "="
    }
    for param in context.command.params:
        value = context.params.get(param.name)
        values = value if isinstance(value, (list, tuple)) else (value,)
        is_option = param.param_type_name == "option"
        if param.metavar in _PLACES and (
            empty.intersection(param.opts) if is_option else "" in typed and "" in values
        ):
            texts = (
                "un nom vide est donné ; un fichier ou un dossier est attendu.",
                "an empty name is given; a file or a folder is expected.",
            )
        elif value is not None and _OF_A_SITE.intersection(param.opts) and not Path(str(value)).is_dir():
            from cli.words.texts import printable

            shown = printable(str(value))
            texts = (
                f"{shown} : un dossier existant est attendu.",
                f"{shown}: an existing folder is expected.",
            )
        else:
            continue
        from cli.words.usage import Refusal

        refusal = Refusal(*texts, context)
        refusal.param = param
        raise refusal


def settle_format(command: Any, context: _Context, output: Path | None) -> None:
    """Give `--format` what the suffix of the output tells; raises `Refusal` when it says something else."""
    param = next((p for p in command.params if p.name == "format"), None)
    if param is None or output is None or output.is_dir():
        return
    meant = SUFFIXES.get(output.suffix.lower())
    possible = _words_of(param)
    if meant is None or not possible or _takes_folder(command):
        return
    from cli.words.usage import Refusal
    from codes.personal import shown_name

    name, known = shown_name(output.name), ", ".join(possible)
    if context.get_parameter_source("format").name in ("COMMANDLINE", "ENVIRONMENT"):
        given = str(getattr(context.params["format"], "value", context.params["format"]))
        if given in _TOLD and given not in meant:
            raise Refusal(
                f"-o {name} ne va pas avec --format {given}. → Changer l'un des deux.",
                f"-o {name} does not go with --format {given}. → Change one of them.",
                context,
            )
        return
    word = next((word for word in meant if word in possible), None)
    if word is None:
        raise Refusal(
            f"-o {name} : ce verbe n'écrit pas de {meant[0]}. → Choisir parmi : {known}.",
            f"-o {name}: this verb writes no {meant[0]}. → Choose one of: {known}.",
            context,
        )
    kind = param.type_descriptor if hasattr(param, "type_descriptor") else param.type
    context.params["format"] = next(c for c in kind.choices if getattr(c, "value", c) == word)


def _takes_folder(command: Any) -> bool:
    return any(param.name == "output" and param.metavar == "DIR" for param in command.params)


# --- the file --------------------------------------------------------------------------------------------


class _NothingWrittenError(Exception):
    """Nothing could be said: no file is left."""


def to_file(output: Path, context: _Context, work: Callable[[], Any]) -> Any:
    """Do `work` with standard output led to a file, which takes its name once it is whole."""
    from cli.io.outputs import refuse_overwrite, written

    refuse_overwrite([output], _named_files(context))
    private = "rights" in context.command_path or "ledger" in context.command_path
    private = private or bool(context.params.get("show_values"))
    try:
        with written(output, private=private) as stream:
            text = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", newline="")
            kept, sys.stdout = sys.stdout, text
            try:
                code = work()
                text.flush()
                if code == status.UNREADABLE and not stream.tell():
                    raise _NothingWrittenError
            finally:
                sys.stdout = kept
                text.detach()
    except _NothingWrittenError:
        return status.UNREADABLE
    return code


def _named_files(context: _Context) -> Iterator[str]:
    """What the values of a verb may name: files, the files of folders, a base with what stands beside it."""
    from cli.io.outputs import files_of

    for name, value in context.params.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(one, (str, Path)) and not isinstance(one, StrEnum):
                yield from files_of(Path(one))
                if name in ("db", "ledger", "rights"):
                    from cli.io.ledgers import own_files

                    yield from own_files(str(one))
