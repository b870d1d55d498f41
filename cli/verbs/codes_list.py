"""`noemie codes list`: the code lists, with where each fact comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io.guard import CommandError
from cli.io.options import CodesOption, TableFormat, TableFormatOption, completed
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from codes.lists import Code, CodeList

_COLUMNS = (
    "namespace",
    "list",
    "code",
    "label_fr",
    "label_en",
    "valid_from",
    "valid_to",
    "usage",
    "confidence",
    "source",
    "note",
    "note_fr",
)


def list_(
    name: Annotated[
        str,
        typer.Argument(
            metavar="LIST",
            autocompletion=completed("code_lists"),
            help="A list (nature_assurance), or b2.LIST, noemie.LIST, ssv.LIST.",
        ),
    ] = "",
    code: Annotated[str, typer.Argument(metavar="CODE", help="One code of the list.")] = "",
    directory: CodesOption = None,
    format: TableFormatOption = TableFormat.TEXT,
) -> int:
    """The code lists, with their validity, their sources and how sure they are.

    Without LIST: all the lists. Exit status 1 when there is no such list or code.
    """
    from cli.io.guard import site_tables
    from cli.io.site import all_lists

    with site_tables():
        found = all_lists(directory)
    lists = [(namespace, codes) for namespace, named in found.items() for codes in named.values()]
    chosen = _chosen(name, lists) if name else lists
    if not chosen:
        raise CommandError(_unknown_list(name, lists), status.FINDINGS)
    entries = [
        (namespace, codes, entry)
        for namespace, codes in chosen
        for entry in codes.values()
        if not code or entry.code.upper() == code.upper()
    ]
    if code and not entries:
        raise CommandError(_unknown_code(name, code, chosen), status.FINDINGS)
    if format is TableFormat.CSV:
        from cli.words.tables import write_csv

        write_csv(_COLUMNS, (_row(*entry) for entry in entries))
    elif format is TableFormat.JSON:
        from cli.words.screen import write_json

        write_json("codes", {"lists": [_as_data(namespace, codes, code) for namespace, codes in chosen]})
    elif not name:
        from cli.explain.listing import print_lists

        print_lists(chosen)
    elif code:
        from cli.explain.listing import print_codes

        print_codes(entries)
    else:
        from cli.explain.listing import print_list

        for rank, (namespace, codes) in enumerate(chosen):
            print_list(namespace, codes, blank=bool(rank))
    return status.OK


def _chosen(name: str, lists: list[tuple[str, CodeList]]) -> list[tuple[str, CodeList]]:
    wanted = name.strip().lower()
    return [
        (namespace, codes)
        for namespace, codes in lists
        if wanted in (codes.name, f"{namespace}.{codes.name}", namespace)
    ]


def _row(namespace: str, codes: CodeList, code: Code) -> dict[str, str]:
    fields = {name: getattr(code, name) for name in _COLUMNS[2:]}
    return {"namespace": namespace, "list": codes.name, **fields}


def _as_data(namespace: str, codes: CodeList, only: str) -> dict[str, Any]:
    entries = [code for code in codes.values() if not only or code.code.upper() == only.upper()]
    return {
        "namespace": namespace,
        "list": codes.name,
        "complete": not codes.is_open,
        "codes": [{name: getattr(code, name) for name in _COLUMNS[2:]} for code in entries],
    }


def _unknown_list(name: str, lists: list[tuple[str, CodeList]]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.rpartition(".")[2].lower(), {codes.name: None for _, codes in lists}, n=3)
    return say(
        f"noemie codes : liste inconnue : {name}",
        f"noemie codes: unknown list: {name}",
    ) + (
        say(f"\n  → Peut-être : {', '.join(near)}.", f"\n  → Maybe: {', '.join(near)}.")
        if near
        else say(
            "\n  → « noemie codes » donne toutes les listes.", "\n  → `noemie codes` gives all the lists."
        )
    )


def _unknown_code(name: str, code: str, chosen: list[tuple[str, CodeList]]) -> str:
    partial = any(codes.is_open for _, codes in chosen)
    text = say(
        f"noemie codes : le code {code} n'est pas dans la liste {name}.",
        f"noemie codes: code {code} is not in list {name}.",
    )
    if partial:
        text += say(
            "\n  La liste publiée est partielle : le code peut être juste.",
            "\n  The published list is partial: the code may be right.",
        )
    return text + say(
        f"\n  → « noemie codes {name} » donne toute la liste.",
        f"\n  → `noemie codes {name}` gives the whole list.",
    )
