"""`noemie convert`: flows and returns as JSON, CSV or Parquet, and back from JSON."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from cli import status
from cli.guard import CommandError
from cli.options import (
    Format,
    FormatOption,
    LangOption,
    Language,
    LayoutsOption,
    Norm,
    NormOption,
    ShowValues,
)
from cli.speech import Lang, plural, speaker


class Target(StrEnum):
    """What a file may become."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    B2 = "b2"
    NOEMIE = "noemie"


def convert(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="B2 flow, NOEMIE return or JSON; - to read it.")
    ],
    to: Annotated[Target, typer.Option("--to", help="csv and parquet: one table for each record type.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="File; a folder for csv and parquet.", show_default=False
        ),
    ] = None,
    show_values: ShowValues = False,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Turn a B2 flow or a NOEMIE return into JSON, CSV or Parquet, and JSON back into the same bytes.

    Personal values are hidden unless --show-values is given: a JSON file written without it cannot be turned
    back. Without -o, json, b2 and noemie go to standard output.
    """
    if to in (Target.CSV, Target.PARQUET):
        data = _tables(
            file, to, output, lang.lang, values=show_values, norm=norm, layouts=layouts, force=force
        )
    else:
        data = _document(
            file, to, output, lang.lang, values=show_values, norm=norm, layouts=layouts, force=force
        )
    if "error" in data:
        if format is Format.JSON and output is not None:
            _report(data)
        return status.UNREADABLE
    if output is None:
        return status.OK
    if format is Format.JSON:
        _report(data)
    else:
        _print(data, lang.lang)
    return status.OK


def _report(data: dict[str, Any]) -> None:
    from cli.screen import write_json

    write_json("convert", data)


def _document(
    file: str,
    to: Target,
    output: Path | None,
    lang: Lang,
    *,
    values: bool,
    norm: Norm | None,
    layouts: Path | None,
    force: bool,
) -> dict[str, Any]:
    """JSON, or a file that a JSON document holds."""
    from cli.inputs import title
    from noemie import convert as library

    if output is not None:
        _refuse(output, file, lang, force=force)

    def write(source: Any) -> dict[str, Any]:
        with _opened(output) as out:
            if to is Target.JSON:
                made = library.to_json(source, out, values=values, norm=norm and norm.value, layouts=layouts)
                same = None
            else:
                restored = library.from_json(source, out, expected=to.value, layouts=layouts)  # type: ignore[arg-type]  # b2 or noemie
                made, same = library.Written(*restored[:3]), restored.same
        told = {"file": title(file), "output": title(str(output or "-")), "family": made.family}
        return told | {"records": made.records, "bytes": made.bytes, "same": same, "values": values}

    return _guarded(write, file, lang)


def _tables(
    file: str,
    to: Target,
    output: Path | None,
    lang: Lang,
    *,
    values: bool,
    norm: Norm | None,
    layouts: Path | None,
    force: bool,
) -> dict[str, Any]:
    from cli.inputs import title
    from cli.outputs import make_folder, written
    from noemie import convert as library

    say = speaker(lang)
    if output is None:
        raise CommandError(
            say(
                f"noemie convert : --to {to.value} écrit plusieurs fichiers.\n  → Donner un dossier avec -o.",
                f"noemie convert: --to {to.value} writes several files.\n  → Give a folder with -o.",
            )
        )
    folder = make_folder(output)

    def opener(name: str) -> AbstractContextManager[BinaryIO]:
        _refuse(folder / name, file, lang, force=force)
        return written(folder / name)

    def write(source: Any) -> dict[str, Any]:
        make = library.to_csv if to is Target.CSV else library.to_parquet
        made = make(source, opener, values=values, norm=norm and norm.value, layouts=layouts)
        told = {"file": title(file), "output": title(str(output)), "tables": made.tables}
        return told | {"records": made.records, "values": values}

    return _guarded(write, file, lang)


def _guarded(write: Any, file: str, lang: Lang) -> dict[str, Any]:
    """Do the work on a source; what cannot be read or turned back is told, never as a traceback."""
    from cli.inputs import STANDARD, Input, title
    from cli.problems import report, site_tables
    from flatfile import FormatError
    from noemie.convert import ConvertError, HiddenValuesError, MissingLibraryError

    say = speaker(lang)
    try:
        with site_tables(lang), Input(file, twice=True) as input:
            found: dict[str, Any] = write(input.source() if file == STANDARD else file)
            return found
    except FormatError as error:
        return {"file": title(file), "error": report(error, file, lang)}
    except MissingLibraryError as error:
        raise CommandError(
            say(
                f"noemie convert : {error.library} n'est pas installé."
                f"\n  → pip install 'sesam-noemie[{error.extra}]'",
                f"noemie convert: {error.library} is not installed."
                f"\n  → pip install 'sesam-noemie[{error.extra}]'",
            )
        ) from None
    except HiddenValuesError:
        raise CommandError(
            say(
                f"{title(file)} : ce JSON a été écrit sans les valeurs personnelles, perdues pour lui."
                "\n  → Refaire la conversion avec --show-values.",
                f"{title(file)}: this JSON was written without personal values; nothing can give them back."
                "\n  → Convert again with --show-values.",
            )
        ) from None
    except ConvertError as error:
        where = say(f"enregistrement {error.record}", f"record {error.record}") if error.record else "JSON"
        field = f", {error.field}" if error.field else ""
        raise CommandError(
            say(
                f"{title(file)} : {where}{field} : attendu : {error.message('fr')}. Rien n'a été écrit.",
                f"{title(file)}: {where}{field}: expected {error.message('en')}. Nothing was written.",
            )
        ) from None


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Where a document goes: its file once it is whole, or standard output."""
    from cli.outputs import written

    if output is not None:
        with written(output) as stream:
            yield stream
        return
    sys.stdout.flush()
    binary: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    if binary is not None:
        yield binary
        binary.flush()
        return
    kept = io.BytesIO()
    yield kept
    sys.stdout.write(kept.getvalue().decode("latin-1"))


def _refuse(target: Path, file: str, lang: Lang, *, force: bool) -> None:
    """Raise `CommandError` when a file would be lost."""
    from cli.inputs import title
    from cli.outputs import refuse_overwrite

    say = speaker(lang)
    refuse_overwrite([target], [file])
    if target.exists() and not force:
        raise CommandError(
            say(
                f"noemie convert : {title(str(target))} existe déjà ; rien n'a été écrit."
                "\n  → Choisir un autre nom avec -o, ou ajouter --force pour remplacer.",
                f"noemie convert: {title(str(target))} exists already; nothing was written."
                "\n  → Choose another name with -o, or add --force to replace.",
            )
        )


def _print(data: dict[str, Any], lang: Lang) -> None:
    from cli.report.page import QUIET, STRONG, WARNING, Page

    say = speaker(lang)
    page = Page()
    count = plural(data["records"], say("enregistrement", "record"), say("enregistrements", "records"), lang)
    page.line((data["output"], STRONG), f"{say(' :', ':')} {count}")
    for name, rows in data.get("tables", {}).items():
        page.line(
            f"{name}  ", (plural(rows, say("ligne", "row"), say("lignes", "rows"), lang), QUIET), indent=2
        )
    if data.get("same") is False:
        page.line(
            (say("Différent du fichier d'origine.", "Differs from the original file."), WARNING), indent=2
        )
    elif data.get("same"):
        page.line(say("Identique au fichier d'origine.", "Identical to the original file."), indent=2)
    elif not data["values"] and "same" in data:
        page.line(
            (
                say(
                    "Valeurs personnelles cachées : ce fichier ne peut pas être reconverti"
                    " (--show-values les garde).",
                    "Personal values hidden: this file cannot be turned back (--show-values keeps them).",
                ),
                QUIET,
            ),
            indent=2,
        )
