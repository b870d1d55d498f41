"""`noemie diff`: what differs between two flows, two returns or two zones, invoice by invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.io.guard import CommandError
from cli.io.options import LayoutsOption, NormOption, ShowValues, output_option
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from noemie.documents.diff.comparison import Comparison, DifferentFamiliesError
    from noemie.documents.recognise import Family


class DiffFormat(StrEnum):
    """How differences are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def diff(
    before: Annotated[
        str,
        typer.Argument(metavar="A", help="B2 flow, NOEMIE return or SSV zone; - to read it. Or a folder."),
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="What to compare with it, of the same kind.")],
    output: Annotated[
        Path | None,
        output_option("Write there."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=0,
            help="Most invoices shown, 0 for all; 2000 in html, all elsewhere.",
            show_default=False,
        ),
    ] = None,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    show_values: ShowValues = False,
    format: Annotated[
        DiffFormat, typer.Option("--format", help="How the result is written.")
    ] = DiffFormat.TEXT,
) -> int:
    """Compare two B2 flows, two NOEMIE returns or two SSV zones: invoice by invoice, then field by field.

    Invoices are aligned by batch, professional and number, then by what they hold: one that was added or
    removed does not make the others differ. Two folders are compared file by file, by their names. Exit
    status 0 when both have the same bytes, 1 when they differ, 2 when one cannot be read.
    """
    from cli.io.inputs import given_twice, title
    from cli.io.outputs import files_of, refuse_overwrite
    from cli.io.problems import report
    from flatfile import FormatError

    if (twice := given_twice([before, after])) is not None:
        name = title(twice)
        raise CommandError(
            say(
                f"noemie diff : un seul fichier peut être {name}.",
                f"noemie diff: only one file may be {name}.",
            )
        )
    if output is not None:
        refuse_overwrite([output], [before, after, *files_of(layouts)])
    if Path(before).is_dir() and Path(after).is_dir():
        return _folders((before, after), norm and norm.value, layouts, format, output, limit, show_values)
    found = _compare((before, after), norm and norm.value, layouts, values=show_values)
    if found is None:
        return status.UNREADABLE
    try:
        _tell(found, (title(before), title(after)), format, output, limit)
    except FormatError as error:  # a file was changed while it was read
        report(error, before)
        return status.UNREADABLE
    return status.FINDINGS if found else status.OK


def _folders(
    names: tuple[str, str],
    norm: str | None,
    layouts: Path | None,
    format: DiffFormat,
    output: Path | None,
    limit: int | None,
    values: bool,
) -> int:
    """Compare two folders, file by file; returns the exit status."""
    from cli.documents.diff_folder import FolderDiff

    if format is DiffFormat.HTML:
        raise CommandError(
            say(
                "noemie diff : deux dossiers se comparent en text ou en json ; html est pour deux fichiers.",
                "noemie diff: two folders are compared as text or json; html is for two files.",
            )
        )

    def compare(pair: tuple[str, str]) -> Comparison | None:
        return _compare(pair, norm, layouts, values=values)

    found = FolderDiff(Path(names[0]), Path(names[1]), compare, limit or 0)
    if format is DiffFormat.TEXT and output is None:
        found.print_text()
    else:
        pieces = found.document() if format is DiffFormat.JSON else found.plain()
        _write(pieces, output, private=values)
    return found.code


def _tell(
    found: Comparison, names: tuple[str, str], format: DiffFormat, output: Path | None, limit: int | None
) -> None:
    """Write the differences, as they are found."""
    if format is DiffFormat.TEXT and output is None:
        from cli.documents.differences import print_rows, rows
        from cli.words.page import Page

        print_rows(rows(found, names, limit or 0), Page())
    else:
        _write(_pieces(found, names, format, limit), output, private=found.shows_values)


def _compare(
    names: tuple[str, str], norm: str | None, layouts: Path | None, *, values: bool
) -> Comparison | None:
    """The comparison; nothing when a file cannot be read, which is told."""
    from cli.io.guard import site_tables
    from cli.io.inputs import only
    from cli.io.problems import report
    from flatfile import FormatError
    from noemie.documents.diff.comparison import Comparison, DifferentFamiliesError, read_side

    sides = []
    for name in names:
        try:
            with site_tables(), only(name, *_KINDS, twice=True, layouts=layouts) as input:
                sides.append(read_side(input.again(), norm=norm, layouts=layouts))
        except FormatError as error:
            report(error, name)
    if len(sides) < len(names):
        return None
    try:
        return Comparison(*sides, values=values)
    except DifferentFamiliesError as error:
        raise CommandError(_kinds_text(error)) from None


_KINDS: Final[dict[Family, tuple[str, str]]] = {
    "b2": ("un flux B2", "a B2 flow"),
    "noemie": ("un retour NOEMIE", "a NOEMIE return"),
    "zone": ("une zone SSV", "an SSV zone"),
}


def _kinds_text(error: DifferentFamiliesError) -> str:
    english = language() == "en"
    one, other = (_KINDS[family][english] for family in (error.before, error.after))
    text = say(f"noemie diff : A est {one}, B est {other}.", f"noemie diff: A is {one}, B is {other}.")
    if {error.before, error.after} == {"b2", "noemie"}:
        return text + say(
            "\n  → Pour rapprocher un flux et ses retours : noemie reconcile.",
            "\n  → To match a flow with its returns: noemie reconcile.",
        )
    return text + say("\n  → Donner deux fichiers de même nature.", "\n  → Give two files of the same kind.")


def _pieces(
    found: Comparison, names: tuple[str, str], format: DiffFormat, limit: int | None
) -> Iterator[str]:
    if format is DiffFormat.JSON:
        from cli.documents.diff_json import document

        yield from document(found, names, limit or 0)
    elif format is DiffFormat.HTML:
        from cli.documents.diff_html import MOST_UNITS, page

        yield page(found, names, MOST_UNITS if limit is None else limit)
    else:
        from cli.documents.differences import plain, rows

        yield from plain(rows(found, names, limit or 0))


def _write(pieces: Iterable[str], output: Path | None, *, private: bool) -> None:
    """Write UTF-8, whatever the terminal."""
    from cli.io.outputs import file_or_output

    with file_or_output(output, private=private) as stream:
        stream.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)
