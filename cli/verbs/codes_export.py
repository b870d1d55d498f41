"""`noemie codes export`: the whole catalogue as one page to search and print, or as data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.options import CodesOption, output_option, tell_former
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from cli.explain.catalogue import Contents


class Kind(StrEnum):
    """What is written."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"


def export(
    format: Annotated[
        Kind, typer.Option("--format", help="A page to search and print, or data.")
    ] = Kind.HTML,
    to: Annotated[Kind | None, typer.Option("--to", hidden=True)] = None,
    output: Annotated[
        Path | None,
        output_option("File to write; standard output when it is missing or -."),
    ] = None,
    codes: CodesOption = None,
) -> int:
    """Write the whole catalogue: rejects, motives, actions, rules and code lists.

    The page holds everything: it is searched without a network, and prints. Its labels are those of --lang,
    its search knows both languages; json and csv are in both. --codes adds what your site knows. The
    structure of the json is published: cli/explain/catalogue.schema.json.
    """
    from cli.explain.catalogue import Contents
    from cli.io.guard import site_tables
    from cli.io.outputs import file_or_output, files_of, refuse_overwrite
    from cli.io.settings import site_codes
    from cli.io.site import all_lists, rejects

    if to is not None:
        tell_former("--to", "--format")
        format = to
    codes = site_codes(codes)
    with site_tables():
        contents = Contents(rejects(codes), all_lists(codes))
    data = _made(format, contents).encode("utf-8")
    if output is not None:
        refuse_overwrite([output], files_of(codes))
    with file_or_output(output) as stream:
        stream.write(data)
    if output is None:
        return status.OK
    from cli.io.inputs import title
    from cli.words.screen import note

    note(
        say(
            f"{title(str(output))} : catalogue écrit.",
            f"{title(str(output))}: catalogue written.",
        )
    )
    return status.OK


def _made(to: Kind, contents: Contents) -> str:
    from cli.explain import catalogue

    if to is Kind.JSON:
        return catalogue.write_json(contents)
    if to is Kind.CSV:
        return catalogue.write_csv(contents)
    from cli.explain.catalogue_html import write

    return write(contents)
