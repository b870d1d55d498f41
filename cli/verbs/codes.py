"""`noemie codes`: the code lists, with where each fact comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import status
from cli.guard import Problem
from cli.options import CodesOption, Language, LangOption, TableFormat, TableFormatOption
from cli.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from codes.lists import Code, CodeList

#: Where a name is looked for when the namespace is not given.
NAMESPACES = ("b2", "noemie", "ssv")

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
)


def codes(
    name: Annotated[
        str, typer.Argument(metavar="LIST", help="A list (nature_assurance), or b2.LIST, noemie.LIST, ssv.LIST.")
    ] = "",
    code: Annotated[str, typer.Argument(metavar="CODE", help="One code of the list.")] = "",
    directory: CodesOption = None,
    format: TableFormatOption = TableFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """The code lists, with their validity, their sources and how sure they are.

    Without LIST: all the lists. Exit status 1 when there is no such list or code.
    """
    from cli.problems import site_tables

    with site_tables(lang.lang):
        lists = list(_lists(directory))
    chosen = _chosen(name, lists) if name else lists
    if not chosen:
        raise Problem(_unknown_list(name, lists, lang.lang), status.FINDINGS)
    entries = [
        (namespace, codes, entry)
        for namespace, codes in chosen
        for entry in codes.values()
        if not code or entry.code.upper() == code.upper()
    ]
    if code and not entries:
        raise Problem(_unknown_code(name, code, chosen, lang.lang), status.FINDINGS)
    if format is TableFormat.CSV:
        from cli.report.tables import write_csv

        write_csv(_COLUMNS, (_row(*entry) for entry in entries))
    elif format is TableFormat.JSON:
        from cli.screen import write_json

        write_json("codes", {"lists": [_as_data(namespace, codes, code) for namespace, codes in chosen]})
    elif not name:
        _print_lists(chosen, lang.lang)
    elif code:
        _print_entries(entries, lang.lang)
    else:
        _print_codes(chosen, lang.lang)
    return status.OK


def _lists(directory: Any) -> Iterator[tuple[str, CodeList]]:
    from codes import lists

    for namespace in NAMESPACES:
        found = lists.overlay(namespace, directory) if directory else getattr(lists, namespace)()
        for codes in found.values():
            yield namespace, codes


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


def _unknown_list(name: str, lists: list[tuple[str, CodeList]], lang: Lang) -> str:
    from difflib import get_close_matches

    say = speaker(lang)
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


def _unknown_code(name: str, code: str, chosen: list[tuple[str, CodeList]], lang: Lang) -> str:
    say = speaker(lang)
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


def _print_lists(lists: list[tuple[str, CodeList]], lang: Lang) -> None:
    from cli.report.tables import table
    from cli.screen import console

    say = speaker(lang)
    made = table(
        say("espace", "namespace"), say("liste", "list"), "codes", say("état", "state"), right=(2,), fold=(3,)
    )
    for namespace, codes in lists:
        state = say("partielle", "partial") if codes.is_open else ""
        made.add_row(namespace, codes.name, str(len(codes)), state)
    total = sum(len(codes) for _, codes in lists)
    screen = console()
    screen.print(made)
    screen.print(
        f"\n{plural(len(lists), say('liste', 'list'), say('listes', 'lists'), lang)}, {total} codes. "
        + say("Une liste : noemie codes nature_assurance", "One list: noemie codes nature_assurance"),
        style="dim",
    )


def _print_codes(chosen: list[tuple[str, CodeList]], lang: Lang) -> None:
    from cli.report.tables import table
    from cli.screen import console

    say = speaker(lang)
    screen = console()
    for rank, (namespace, codes) in enumerate(chosen):
        state = say(" (liste partielle)", " (partial list)") if codes.is_open else ""
        screen.print(("\n" if rank else "") + f"{namespace}.{codes.name}{state}", style="bold")
        made = table(
            "code", say("libellé", "label"), say("usage", "use"), say("conf.", "conf."), "source", fold=(1, 2, 4)
        )
        for code in codes.values():
            made.add_row(
                code.code or say("(blanc)", "(blank)"), code.label(lang), _usage(code, lang), code.confidence, code.source
            )
        screen.print(made)


def _usage(code: Code, lang: Lang) -> str:
    say = speaker(lang)
    words = {"snds": say("interne au SNDS", "SNDS internal"), "historique": say("ancien", "past")}
    parts = [words.get(code.usage, code.usage)]
    if code.valid_from:
        parts.append(say(f"depuis {code.valid_from}", f"since {code.valid_from}"))
    if code.valid_to:
        parts.append(say(f"jusqu'au {code.valid_to}", f"until {code.valid_to}"))
    return ", ".join(part for part in parts if part)


def _print_entries(entries: list[tuple[str, CodeList, Code]], lang: Lang) -> None:
    from cli.screen import console

    say = speaker(lang)
    screen = console()
    for namespace, codes, code in entries:
        screen.print(f"{namespace}.{codes.name}  {code.code or say('(blanc)', '(blank)')}", style="bold")
        screen.print(f"  {code.label(lang)}")
        for text in (_usage(code, lang), code.note):
            if text:
                screen.print(f"  {text}")
        screen.print(
            f"  source {code.source or '?'}, " + say("confiance ", "confidence ") + (code.confidence or "?"),
            style="dim",
        )
