"""`noemie rights purge`: what need not be kept any longer, told first, removed only with --yes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.io.guard import CommandError
from cli.io.options import Format, FormatOption, day_option
from cli.io.registers import Db, KeyFile
from cli.words import status
from cli.words.speech import language, plural, say


def purge(
    db: Db,
    before: Annotated[Any, day_option("--before", "Facts told before this day.")] = None,
    nir: Annotated[
        str,
        typer.Option(
            "--nir",
            metavar="NIR",
            help="All that is known of this insured person and dependants; - to read it from standard input.",
            show_default=False,
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Remove; without it, only tell what would go.")] = False,
    key_file: KeyFile = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Tell what is old, or what is known of somebody, and with --yes remove it.

    With both --before and --nir, what was told of that person before that day. People of whom nothing is left
    are removed too.
    """
    from cli.io.registers import asked, opened
    from codes.keys.nir import nir_asked

    wanted = nir_asked(asked(nir, "--nir")) if nir else ""
    if wanted is None:
        raise CommandError(
            say(
                "noemie : --nir : attendu, 13 caractères, ou 15 avec la bonne clé",
                "noemie: --nir: expected 13 characters, or 15 with the right key",
            )
        )
    with opened(db, key_file=key_file) as register:
        facts, people = register.purge(before, wanted, confirm=yes)
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("rights purge", {"lang": language(), "removed": yes, "facts": facts, "people": people})
        return status.OK
    from cli.words.page import GOOD, QUIET, STRONG, Page

    page = Page()
    page.line((say("Supprimé :", "Removed:") if yes else say("À supprimer :", "To be removed:"), STRONG))
    page.line(plural(facts, say("fait", "fact"), say("faits", "facts")), indent=2)
    page.line(plural(people, say("personne", "person"), say("personnes", "people")), indent=2)
    if yes:
        page.line((say("C'est fait.", "Done."), GOOD))
    elif facts:
        page.line(
            (
                say(
                    "Essai : rien n'a été supprimé. → Ajouter --yes pour supprimer.",
                    "Trial run: nothing was removed. → Add --yes to remove.",
                ),
                STRONG,
            )
        )
    else:
        page.line((say("Rien à supprimer.", "Nothing to remove."), QUIET))
    return status.OK
