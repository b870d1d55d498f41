"""`noemie codes import`: code lists of the site, made from public nomenclatures that nobody may ship here."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from cli.io.options import Format, FormatOption, OutputFolder
from cli.words import status
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from codes.snds import Imported, TableReport


class Nomenclature(StrEnum):
    """The nomenclatures that can be imported."""

    SNDS = "snds"


class TableTold(Struct, frozen=True):
    """A file of the nomenclature: its list, how many codes, how many that cannot be used, or are empty."""

    file: str
    list: str
    found: bool
    codes: int
    unusable: int
    empty: int


class TableWritten(Struct, frozen=True):
    """A table of the site that was written, and how many codes it adds."""

    file: str
    codes: int


class CodesImported(Struct, frozen=True):
    """The whole document."""

    lang: str
    nomenclature: str
    tables: list[TableTold]
    written: list[TableWritten]


def import_(
    kind: Annotated[Nomenclature, typer.Argument(metavar="snds", help="Which nomenclature.")],
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Where you put its files: IR_NAT_V.csv, IR_SPE_V.csv, IR_ACT_V.csv..."
        ),
    ],
    output: OutputFolder,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--columns",
            metavar="FILE",
            help="Other files or columns, as [[table]] entries.",
            show_default=False,
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the labels of the nomenclature for the codes we ship too.")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Make the tables that --codes reads (b2.csv, noemie.csv) from the nomenclatures of the SNDS.

    Act codes, specialities, motives of exemption, natures of insurance with their exchange codes. Nothing is
    downloaded: get the folder `nomenclatures` of the public repository schema-snds (MPL-2.0) yourself. Rows
    that you wrote in these tables stay as they are; those of an earlier import are made again.
    """
    from cli.io.guard import CommandError
    from cli.io.inputs import title
    from codes.snds import DEFAULT, SndsError, read, read_mapping

    if not directory.is_dir():
        raise CommandError(
            say(
                f"{title(str(directory))} : n'est pas un dossier. → Donner celui des nomenclatures.",
                f"{title(str(directory))}: not a folder. → Give that of the nomenclatures.",
            )
        )
    try:
        found = read(directory, read_mapping(columns) if columns else DEFAULT)
    except SndsError as error:
        raise CommandError(f"noemie{say(' :', ':')} {error.text(language())}") from None
    if not any(report.found for report in found.reports):
        names = ", ".join(dict.fromkeys(report.table.file for report in found.reports))
        raise CommandError(
            say(
                f"{title(str(directory))} : aucun des fichiers attendus ({names}).\n"
                "  → Donner le dossier qui les contient, ou en nommer d'autres avec --columns.",
                f"{title(str(directory))}: none of the expected files ({names}).\n"
                "  → Give the folder that holds them, or name others with --columns.",
            )
        )
    written = _write(found, output, replace=replace)
    if format is Format.JSON:
        from cli.words.screen import write_json

        tables = [_told(report) for report in found.reports]
        write_json("codes import", CodesImported(language(), kind.value, tables, written))
    else:
        _print(found.reports, written, output)
    return status.OK


def _write(found: Imported, output: Path, *, replace: bool) -> list[TableWritten]:
    """Write each table of the site; what the site wrote in it before stays."""
    from cli.io.guard import site_tables
    from cli.io.inputs import title
    from cli.io.outputs import make_folder, write_file
    from codes import lists
    from codes.snds import COLUMNS, merged
    from flatfile.csv_text import CsvText

    made: list[tuple[Path, bytes, int]] = []
    for namespace, codes in found.codes.items():
        path = output / f"{namespace}.csv"
        with site_tables():
            lists.overlay(namespace, output)  # a wrong table of the site is told, never written over
        rows, added = merged(codes, getattr(lists, namespace)(), _own(path), replace=replace)
        lines = ([row.get(name, "") for name in COLUMNS] for row in rows)
        text = CsvText(end="\n", style="standard").rows([COLUMNS, *lines])
        made.append((path, text.encode("utf-8"), added))
    make_folder(output)
    for path, data, _ in made:
        write_file(path, data)
    return [TableWritten(title(str(path)), added) for path, _, added in made]


def _own(path: Path) -> list[dict[str, str]]:
    """The rows of a table that was read without an error just before; none when there is no table yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(stream)]


def _told(report: TableReport) -> TableTold:
    table = report.table
    name = f"{table.namespace}.{table.list}"
    return TableTold(table.file, name, report.found, report.codes, report.unusable, report.empty)


def _print(reports: Iterable[TableReport], written: Iterable[TableWritten], output: Path) -> None:
    from cli.io.inputs import title
    from cli.words.page import QUIET, Page
    from cli.words.tables import Table

    page = Page()
    made = Table(
        say("fichier", "file"),
        say("liste", "list"),
        say("codes lus", "codes read"),
        say("écartés", "left out"),
        say("vides", "empty"),
        right=(2, 3, 4),
        fold=(1,),
    )
    for table in map(_told, reports):
        counts = [str(count) for count in (table.codes, table.unusable, table.empty)]
        if not table.found:
            counts = [say("absent", "absent"), "", ""]
        made.add(title(table.file), table.list, *counts)
    page.table(made)
    page.blank()
    for file in written:
        count = plural(file.codes, "code", "codes")
        page.line(
            title(file.file),
            say(f" : {count} en plus des livrés et des vôtres", f": {count} besides those shipped and yours"),
        )
    page.line((f"→ noemie codes validate {title(str(output))}", QUIET))
    page.line(
        (
            say(
                "Ces nomenclatures sont sous licence MPL-2.0 : la mentionner si vous diffusez ces tables.",
                "These nomenclatures are under the MPL-2.0: say so if you pass these tables on.",
            ),
            QUIET,
        )
    )
