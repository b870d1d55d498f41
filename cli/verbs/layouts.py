"""`noemie layouts`: the record layouts, byte by byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import status
from cli.guard import Problem
from cli.options import Language, LangOption, LayoutsOption, TableFormat, TableFormatOption
from cli.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from flatfile import Field, Layout

_COLUMNS = (
    "family",
    "record",
    "name",
    "start",
    "end",
    "length",
    "kind",
    "presence",
    "list",
    "personal",
    "label_fr",
    "label_en",
    "confidence",
    "note",
)


def layouts(
    family: Annotated[
        str,
        typer.Argument(
            metavar="FAMILY", help="PS-2003C, CP-2005E, CP-2003C, ENV (B2), or NOEMIE; or a record: 4M, 294."
        ),
    ] = "",
    record: Annotated[str, typer.Argument(metavar="RECORD", help="A record type or an entity number.")] = "",
    directory: LayoutsOption = None,
    format: TableFormatOption = TableFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """The record layouts: positions, kinds, presence, code lists, personal fields, sureness, labels.

    Without FAMILY: all the records. Exit status 1 when there is no such family or record.
    """
    from cli.problems import site_tables

    with site_tables(lang.lang):
        known = shelves(directory)
    chosen = pick(known, family, record)
    if not chosen:
        raise Problem(_unknown(family, record, known, lang.lang), status.FINDINGS)
    if format is TableFormat.CSV:
        from cli.report.tables import write_csv

        rows = (row(shelf, layout, field) for shelf, layout in chosen for field in layout.fields)
        write_csv(_COLUMNS, rows)
    elif format is TableFormat.JSON:
        from cli.screen import write_json

        write_json("layouts", {"records": [_as_data(shelf, layout) for shelf, layout in chosen]})
    elif len(chosen) > 1 and not record and family.upper() not in {layout.name for _, layout in chosen}:
        _print_overview(chosen, lang.lang)
    else:
        _print_fields(chosen, lang.lang)
    return status.OK


def shelves(directory: Path | None = None) -> list[tuple[str, Layout]]:
    """Every layout with the name it is asked by: the B2 norm, or `NOEMIE`."""
    from fse.normes import NORMS, norme, shipped
    from noemie.tables import layouts as entities

    found: dict[tuple[str, str], Layout] = {}
    families = ("ENV", *NORMS)
    for name in NORMS:
        for layout in norme(name, directory).layouts.values():
            found.setdefault((layout.family, layout.name), layout)
    for (family, type), layout in shipped().items():
        found.setdefault((family, type), layout)
    b2 = sorted(found.items(), key=lambda item: families.index(item[0][0]) if item[0][0] in families else 99)
    return [(key[0], layout) for key, layout in b2] + [
        ("NOEMIE", layout) for layout in entities(directory).values()
    ]


def pick(known: list[tuple[str, Layout]], family: str, record: str) -> list[tuple[str, Layout]]:
    """The layouts asked for; a record type alone is looked for in every family."""
    wanted, type = family.strip().upper(), record.strip().upper()
    if not wanted:
        return known
    if type:
        return [(s, layout) for s, layout in known if s.upper() == wanted and layout.name == type]
    return [(s, layout) for s, layout in known if wanted in (s.upper(), layout.name)]


def row(shelf: str, layout: Layout, field: Field) -> dict[str, Any]:
    """One field as plain data; positions are 1-based, bounds included."""
    return {
        "family": shelf,
        "record": layout.name,
        "name": field.name,
        "start": field.start,
        "end": field.start + field.length - 1,
        "length": field.length,
        "kind": field.kind.name,
        "presence": field.presence,
        "list": field.list,
        "personal": field.personal,
        "label_fr": field.label_fr,
        "label_en": field.label_en,
        "confidence": field.confidence,
        "note": field.note,
    }


def _as_data(shelf: str, layout: Layout) -> dict[str, Any]:
    fields = [row(shelf, layout, field) for field in layout.fields]
    return {
        "family": shelf,
        "record": layout.name,
        "length": layout.length,
        "fields": [{k: v for k, v in f.items() if k not in ("family", "record")} for f in fields],
    }


def _unknown(family: str, record: str, known: list[tuple[str, Layout]], lang: Lang) -> str:
    say = speaker(lang)
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


def _print_overview(chosen: list[tuple[str, Layout]], lang: Lang) -> None:
    from cli.report.tables import table
    from cli.report.titles import record_title
    from cli.screen import console

    say = speaker(lang)
    made = table(
        say("famille", "family"),
        say("type", "type"),
        say("octets", "bytes"),
        say("zones", "fields"),
        say("contenu", "content"),
        right=(2, 3),
        fold=(4,),
    )
    for shelf, layout in chosen:
        title = record_title("noemie" if shelf == "NOEMIE" else "b2", layout.name, lang)
        made.add_row(shelf, layout.name, str(layout.length), str(len(layout.fields)), title)
    screen = console()
    screen.print(made)
    screen.print(
        f"\n{plural(len(chosen), say('enregistrement', 'record'), say('enregistrements', 'records'), lang)}. "
        + say("Un seul : noemie layouts PS-2003C 4M", "Only one: noemie layouts PS-2003C 4M"),
        style="dim",
    )


def _print_fields(chosen: list[tuple[str, Layout]], lang: Lang) -> None:
    from cli.report.tables import table
    from cli.report.titles import record_title
    from cli.screen import console

    say = speaker(lang)
    screen = console()
    for rank, (shelf, layout) in enumerate(chosen):
        title = record_title("noemie" if shelf == "NOEMIE" else "b2", layout.name, lang)
        heading = f"{shelf} {layout.name}" + (f", {title}" if title else "")
        screen.print(("\n" if rank else "") + f"{heading} ({layout.length} {say('octets', 'bytes')})", style="bold")
        made = table("pos.", say("zone", "field"), say("nature", "kind"), "", say("libellé", "label"), "", right=(0,), fold=(1, 4))
        for field in layout.fields:
            made.add_row(*_cells(field, lang))
        screen.print(made)
    screen.print(
        "\n"
        + say(
            "O obligatoire, F facultatif ; • donnée personnelle, masquée ; dernière colonne : confiance (A à D).",
            "O mandatory, F optional; • personal, masked; last column: confidence (A to D).",
        ),
        style="dim",
    )


def _cells(field: Field, lang: Lang) -> tuple[str, ...]:
    end = field.start + field.length - 1
    where = str(field.start) if end == field.start else f"{field.start}-{end}"
    label = field.label(lang) + (f" [{field.list}]" if field.list else "")
    marks = f"{field.presence or ' '}{'•' if field.personal else ' '}"
    return where, field.name, field.kind.name, marks, label, field.confidence
