"""`noemie explain`: what a code, a label, a rule, a field or a whole return means, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.options import (
    CodesOption,
    Format,
    FormatOption,
    LayoutsOption,
    ShowValues,
    completed,
)
from cli.words import status
from cli.words.speech import language

if TYPE_CHECKING:
    from cli.explain.entries import Library
    from cli.explain.model import Answer, Entry


def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...",
            autocompletion=completed("subjects"),
            help="A reject code in any spelling, a label or a piece of it, a rule (facture.total-amo), an"
            " entity (294), a record (4M), a field (102.type_facture), a position ([4M104]), an SSV error"
            " (0xF001), or a NOEMIE return (a file, or - for standard input).",
        ),
    ],
    codes: CodesOption = None,
    layouts: LayoutsOption = None,
    show_values: ShowValues = False,
    url: Annotated[
        bool,
        typer.Option(
            "--url", help="Only the address of its page in the documentation; NOEMIE_DOCS tells its base."
        ),
    ] = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Explain what is in the catalogues: meaning, what to do and NOT to do, source, how sure it is.

    Several words are read as one label first, then one by one; a file is read as a return, and each of its
    rejects explained once. --codes adds the site's own rejects (*.toml) and lists (b2.csv, noemie.csv,
    ssv.csv). Exit status 1 when something is unknown, 2 when a file cannot be read.
    """
    from cli.explain.entries import Library
    from cli.io.guard import site_tables
    from cli.io.settings import site_codes
    from cli.words.layouts_by_name import known_layouts

    codes = site_codes(codes)
    with site_tables():
        library = Library(codes, known_layouts(layouts))
        library.rejects, library.lists  # noqa: B018  # a wrong table is told before anything else
    answers = _answers(words, library, layouts, values=show_values)
    if url:
        from cli.explain.addresses import of_answers

        for found in of_answers(answers):
            print(found)
    elif format is Format.JSON:
        from cli.explain.model import Explained
        from cli.words.screen import write_json

        write_json("explain", Explained(lang=language(), answers=answers))
    else:
        from cli.explain.text import print_answers

        print_answers([answer for answer in answers if not answer.error])
    if any(answer.error for answer in answers):
        return status.UNREADABLE
    return status.OK if all(_is_known(answer) for answer in answers) else status.FINDINGS


def _answers(words: list[str], library: Library, layouts: Path | None, *, values: bool) -> list[Answer]:
    """One answer a file, then one for all the words, or one a word when each is something of its own."""
    from cli.explain.model import Answer
    from cli.io.inputs import title

    files = [word for word in words if _is_file(word, library)]
    answers = [_returned(name, library, layouts, values=values) for name in files]
    asked = [word for word in words if word not in files]
    if not asked:
        return answers
    whole = " ".join(asked)
    entries, near = library.find(whole)
    if len(asked) > 1 and not _is_sure(entries):
        each = [library.find(word) for word in asked]
        if all(_is_sure(found) for found, _ in each):
            return answers + [
                Answer(asked=title(word), entries=found[0], near=[])
                for word, found in zip(asked, each, strict=True)
            ]
    return [*answers, Answer(asked=title(whole), entries=entries, near=near)]


def _is_sure(entries: list[Entry]) -> bool:
    from cli.explain.model import Deduced

    return bool(entries) and not any(isinstance(entry, Deduced) for entry in entries)


def _is_known(answer: Answer) -> bool:
    return not answer.returned.unknown if answer.returned else bool(answer.entries or answer.near)


def _is_file(word: str, library: Library) -> bool:
    """Whether a word names a file to be read: standard input, a path, or a file that is in no catalogue."""
    from cli.io.inputs import STANDARD

    if word == STANDARD or not word.strip():
        return word == STANDARD
    try:
        if not Path(word).exists():
            return _is_path(word)
    except (OSError, ValueError):
        return False
    return _is_path(word) or not _is_sure(library.find(word)[0])


def _is_path(word: str) -> bool:
    """Whether a word can only be a path: no code nor label begins or ends like one."""
    return word.startswith(("/", "./", "../", "~/")) or word.endswith("/")


def _returned(name: str, library: Library, layouts: Path | None, *, values: bool) -> Answer:
    from cli.explain.model import Answer
    from cli.explain.returned import explained
    from cli.io.inputs import title
    from cli.io.problems import report
    from flatfile import FormatError

    try:
        returned, entries = explained(name, library, layouts, values=values)
    except FormatError as error:
        return Answer(asked=title(name), error=report(error, name))
    return Answer(asked=title(name), returned=returned, entries=[*entries], near=[])
