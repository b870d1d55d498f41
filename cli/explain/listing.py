"""The reference tables as text: code lists, codes, layouts, fields."""

from __future__ import annotations

from cli.words.layouts_by_name import NOEMIE
from cli.words.page import QUIET, STRONG, Page
from cli.words.speech import language, plural, say
from cli.words.tables import Table
from cli.words.titles import record_title
from codes.lists import Code, CodeList
from flatfile import Field, Layout

# --- codes ----------------------------------------------------------------------------------------------


def print_lists(lists: list[tuple[str, CodeList]]) -> None:
    """All the lists: how many codes, and whether they are known to be incomplete."""
    made = Table(
        say("espace", "namespace"), say("liste", "list"), "codes", say("état", "state"), right=(2,), fold=(3,)
    )
    for namespace, codes in lists:
        made.add(namespace, codes.name, str(len(codes)), say("partielle", "partial") if codes.is_open else "")
    page = Page()
    page.table(made)
    page.blank()
    count = plural(len(lists), say("liste", "list"), say("listes", "lists"))
    total = sum(len(codes) for _, codes in lists)
    hint = say("Une liste : noemie codes nature_assurance", "One list: noemie codes nature_assurance")
    page.line((f"{count}, {total} codes. {hint}", QUIET))


def print_list(namespace: str, codes: CodeList, *, blank: bool = False) -> None:
    """One list with its codes; after an empty line when `blank`."""
    page = Page()
    if blank:
        page.blank()
    state = say(" (liste partielle)", " (partial list)") if codes.is_open else ""
    page.heading(f"{namespace}.{codes.name}{state}")
    made = Table("code", say("libellé", "label"), say("usage", "use"), "conf.", "source", fold=(1, 2, 4))
    for code in codes.values():
        made.add(
            code.code or say("(blanc)", "(blank)"),
            code.label(language()),
            _usage(code),
            code.confidence,
            code.source,
        )
    page.table(made)


def print_codes(entries: list[tuple[str, CodeList, Code]]) -> None:
    """Single codes with all that is known of them."""
    page = Page()
    for namespace, codes, code in entries:
        page.heading(f"{namespace}.{codes.name}  {code.code or say('(blanc)', '(blank)')}")
        for text in (code.label(language()), _usage(code), code.note_text(language())):
            if text:
                page.line(text, indent=2, hang=2)
        source = f"source {code.source or '?'}, {say('confiance', 'confidence')} {code.confidence or '?'}"
        page.line((source, QUIET), indent=2, hang=2)


def _usage(code: Code) -> str:
    words = {"snds": say("interne au SNDS", "SNDS internal"), "historique": say("ancien", "past")}
    parts = [words.get(code.usage, code.usage)]
    if code.valid_from:
        parts.append(say(f"depuis {code.valid_from}", f"since {code.valid_from}"))
    if code.valid_to:
        parts.append(say(f"jusqu'au {code.valid_to}", f"until {code.valid_to}"))
    return ", ".join(part for part in parts if part)


# --- layouts --------------------------------------------------------------------------------------------


def print_overview(chosen: list[tuple[str, Layout]]) -> None:
    """Records, one a line."""
    made = Table(
        say("famille", "family"),
        "type",
        say("octets", "bytes"),
        say("zones", "fields"),
        say("contenu", "content"),
        right=(2, 3),
        fold=(4,),
    )
    for shelf, layout in chosen:
        made.add(shelf, layout.name, str(layout.length), str(len(layout.fields)), title_of(shelf, layout))
    page = Page()
    page.table(made)
    page.blank()
    count = plural(len(chosen), say("enregistrement", "record"), say("enregistrements", "records"))
    hint = say("Un seul : noemie layouts PS-2003C 4M", "Only one: noemie layouts PS-2003C 4M")
    page.line((f"{count}. {hint}", QUIET))


def print_fields(chosen: list[tuple[str, Layout]]) -> None:
    """Records field by field."""
    page = Page()
    for rank, (shelf, layout) in enumerate(chosen):
        if rank:
            page.blank()
        title = title_of(shelf, layout)
        page.line(
            (f"{shelf} {layout.name}" + (f", {title}" if title else ""), STRONG),
            (f" ({layout.length} {say('octets', 'bytes')})", QUIET),
        )
        made = Table(
            "pos.",
            say("zone", "field"),
            say("nature", "kind"),
            "",
            say("libellé [liste]", "label [list]"),
            right=(0,),
            fold=(4,),
        )
        for field in layout.fields:
            made.add(*_cells(field))
        page.table(made)
    page.blank()
    page.line(
        (
            say(
                "O obligatoire, F facultatif ; A à D, la confiance ; • donnée personnelle, masquée.",
                "O mandatory, F optional; A to D, the confidence; • personal, masked.",
            ),
            QUIET,
        )
    )


def title_of(shelf: str, layout: Layout) -> str:
    """What a record is for, when a source names it."""
    return record_title("noemie" if shelf == NOEMIE else "b2", layout.name)


def _cells(field: Field) -> tuple[str, ...]:
    end = field.start + field.length - 1
    where = str(field.start) if end == field.start else f"{field.start}-{end}"
    label = field.label(language()) + (f" [{field.list}]" if field.list else "")
    marks = f"{field.presence or ' '}{field.confidence or ' '}{'•' if field.personal else ' '}"
    return where, field.name, field.kind.name, marks, label
