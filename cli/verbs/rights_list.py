"""`noemie rights list`, `stats` and `export`: what a register holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cli.io.options import Format, FormatOption, ShowValues, output_option
from cli.io.registers import Db, KeyFile, OldDate, On, Regime
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from fse.rights import Droit
    from noemie.ledger.base.cles import Personal
    from noemie.ledger.register.register import Register


def list_(
    db: Db,
    regime: Regime = "",
    on: On = None,
    date: OldDate = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Everybody of a register, by reference, with the organism and what is open on a day."""
    from cli.io.registers import asked_day, opened
    from cli.rights import lists

    day = asked_day(on, date)
    with opened(db, key_file=key_file, reveal=show_values) as register:
        rows = lists.people(register.fiches(), day, regime, values=show_values)
        if format is Format.JSON:
            from cli.words.screen import write_json

            write_json("rights list", {"lang": language(), "date": day.isoformat(), "people": list(rows)})
        else:
            lists.print_list(rows, day)
    return status.OK


def stats(
    db: Db, on: On = None, date: OldDate = None, key_file: KeyFile = None, format: FormatOption = Format.TEXT
) -> int:
    """How many people and facts a register holds, from where, how old, and what is open on a day."""
    from cli.io.registers import asked_day, opened
    from cli.rights import lists

    day = asked_day(on, date)
    with opened(db, key_file=key_file) as register:
        data = lists.figures(register.stats(day), register.personal)
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("rights stats", data)
    else:
        lists.print_stats(data)
    return status.OK


def export(
    db: Db,
    output: Annotated[
        Path | None,
        output_option("Where it is written."),
    ] = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
) -> int:
    """Every fact as CSV. Without --show-values identities are left empty, and `import` cannot read it again.

    A register in mode `token` has no identity to give back. No cell is a formula for a spreadsheet.
    """
    from cli.io.ledgers import is_own_file
    from cli.io.registers import opened
    from fse.rights import write_csv

    with opened(db, key_file=key_file, reveal=show_values) as register:
        from cli.io.guard import CommandError
        from cli.io.inputs import title
        from cli.io.outputs import file_or_output, files_of, refuse_overwrite

        if output is not None and is_own_file(output, db):
            raise CommandError(
                say(
                    f"{title(str(output))} : c'est le registre, il ne sera pas écrasé."
                    " → Choisir un autre nom.",
                    f"{title(str(output))}: this is the register, it will not be replaced."
                    " → Choose another name.",
                )
            )
        if output is not None:
            refuse_overwrite([output], files_of(key_file))
        with file_or_output(output, private=True) as stream:
            write_csv(_facts(register), stream)
        _tell_hidden(register.personal, show_values)
    return status.OK


def _tell_hidden(personal: Personal, shown: bool) -> None:
    """Say that identities are left out, and whether anything can give them back."""
    from cli.words.screen import tell

    if shown:
        return
    if personal == "token":
        tell(
            say(
                "Identités absentes : ce registre n'en garde pas, « import » ne relira pas ce CSV.",
                "No identity: this register keeps none, `import` will not read this CSV again.",
            )
        )
        return
    tell(
        say(
            "Identités absentes : « import » ne relira pas ce CSV (--show-values les donne).",
            "No identity: `import` will not read this CSV again (--show-values gives them).",
        )
    )


def _facts(register: Register) -> Iterator[Droit]:
    for fiche in register.fiches():
        yield from fiche.droits
