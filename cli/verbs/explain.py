"""`noemie explain`: what a code, a label, a rule or a field means, and what to do."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import status
from cli.options import Format, FormatOption, LangOption, Language
from cli.speech import Lang, speaker


def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...",
            help="A reject code in any spelling, a label, a rule (facture.total-amo), an entity (294), a"
            " record (4M), a field (102.type_facture), a position ([4M104]), an SSV error (0xF001).",
        ),
    ],
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Explain what is in the catalogues: meaning, what to do and NOT to do, source, how sure it is.

    Several words are read as one label first, then one by one. Exit status 1 when something is unknown.
    """
    answers = _answers(words, lang.lang)
    if format is Format.JSON:
        from cli.screen import write_json

        write_json("explain", {"lang": lang.value, "answers": answers})
    else:
        _print(answers, lang.lang)
    return status.OK if all(answer["entries"] or answer["near"] for answer in answers) else status.FINDINGS


def _answers(words: list[str], lang: Lang) -> list[dict[str, Any]]:
    from cli.entries import find
    from cli.texts import printable

    whole = " ".join(words)
    asked = [whole]
    sure, near = find(whole, lang)
    if not sure and len(words) > 1:
        # Several things asked at once, when each word is something of its own.
        each = [find(word, lang) for word in words]
        if all(found[0] for found in each):
            return [
                {"asked": printable(word), "entries": found[0], "near": []}
                for word, found in zip(words, each, strict=True)
            ]
    return [{"asked": printable(asked[0]), "entries": sure, "near": near}]


def _print(answers: list[dict[str, Any]], lang: Lang) -> None:
    from cli.report.entries import print_entries, print_short
    from cli.report.page import Page

    say = speaker(lang)
    page = Page()
    for rank, answer in enumerate(answers):
        if rank:
            page.blank()
        if answer["entries"]:
            print_entries(page, answer["entries"], lang)
        elif answer["near"]:
            page.line(
                say(
                    f"Rien sous le nom exact « {answer['asked']} ». Le plus proche :",
                    f"Nothing is called exactly “{answer['asked']}”. The nearest:",
                )
            )
            for entry in answer["near"]:
                print_short(page, entry, lang)
        else:
            page.line(
                say(
                    f"« {answer['asked']} » : inconnu de nos catalogues, qui viennent de sources publiques"
                    " et sont incomplets. Rien n'en est déduit.",
                    f"“{answer['asked']}”: not in our catalogues, which come from public sources and are"
                    " incomplete. Nothing is deduced.",
                )
            )
            page.line(
                say(
                    "→ Essayer le libellé entre guillemets, ou demander à l'émetteur du code.",
                    "→ Try the label in quotes, or ask who sent the code.",
                ),
                indent=2,
            )
