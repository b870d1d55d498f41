"""`noemie layouts`: the record layouts, byte by byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io.guard import CommandError
from cli.io.options import LayoutsOption, TableFormat, TableFormatOption, completed
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from flatfile import Layout


def layouts(
    family: Annotated[
        str,
        typer.Argument(
            metavar="FAMILY",
            autocompletion=completed("families"),
            help="PS-2003C, CP-2005E, CP-2003C, ENV (B2), or NOEMIE; or a record: 4M, 294.",
        ),
    ] = "",
    record: Annotated[str, typer.Argument(metavar="RECORD", help="A record type or an entity number.")] = "",
    directory: LayoutsOption = None,
    format: TableFormatOption = TableFormat.TEXT,
) -> int:
    """The record layouts: positions, kinds, presence, code lists, personal fields, sureness, labels.

    Without FAMILY: all the records. Exit status 1 when there is no such family or record.
    """
    from cli.io.guard import site_tables
    from cli.words.layouts_by_name import COLUMNS, known_layouts, pick, row

    with site_tables():
        known = known_layouts(directory)
    chosen = pick(known, family, record)
    if not chosen:
        raise CommandError(_unknown(family, record, known), status.FINDINGS)
    if format is TableFormat.CSV:
        from cli.words.tables import write_csv

        rows = (row(shelf, layout, field) for shelf, layout in chosen for field in layout.fields)
        write_csv(COLUMNS, rows)
    elif format is TableFormat.JSON:
        from cli.words.screen import write_json

        write_json("layouts", {"records": [_as_data(shelf, layout) for shelf, layout in chosen]})
    elif len(chosen) > 1 and not record and family.upper() not in {layout.name for _, layout in chosen}:
        from cli.explain.listing import print_overview

        print_overview(chosen)
    else:
        from cli.explain.listing import print_fields

        print_fields(chosen)
    return status.OK


def _as_data(shelf: str, layout: Layout) -> dict[str, Any]:
    from cli.words.layouts_by_name import row

    fields = [row(shelf, layout, field) for field in layout.fields]
    return {
        "family": shelf,
        "record": layout.name,
        "length": layout.length,
        "fields": [{k: v for k, v in f.items() if k not in ("family", "record")} for f in fields],
    }


def _unknown(family: str, record: str, known: list[tuple[str, Layout]]) -> str:
    families = list(dict.fromkeys(shelf for shelf, _ in known))
    of_family = [layout.name for shelf, layout in known if shelf.upper() == family.strip().upper()]
    if record and of_family:
        return say(
            f"noemie layouts : pas d'enregistrement {record} dans {family}."
            f"\n  → Ceux qui existent : {', '.join(of_family)}.",
            f"noemie layouts: no record {record} in {family}.\n  → Those there are: {', '.join(of_family)}.",
        )
    return say(
        f"noemie layouts : famille ou enregistrement inconnu : {family}."
        f"\n  → Familles : {', '.join(families)} ; ou un type (4M) ou une entité (294).",
        f"noemie layouts: unknown family or record: {family}."
        f"\n  → Families: {', '.join(families)}; or a record type (4M) or an entity (294).",
    )
