"""`noemie rights show` and `find`: a consultation of rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.guard import CommandError
from cli.io.options import Format, FormatOption, ShowValues
from cli.io.registers import Db, KeyFile, OldDate, On, Regime
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    import datetime as dt

    from noemie.ledger.register.queries import Fiche


def show(
    db: Db,
    nir: Annotated[
        str,
        typer.Option(
            "--nir",
            metavar="NIR",
            help="13 characters, or 15 with the right key; - to read it from standard input.",
        ),
    ],
    regime: Regime = "",
    on: On = None,
    date: OldDate = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Rights of an insured person and of their dependants on a day, by NIR.

    The NIR is that of the insured person, or a beneficiary's own. With `--nir -` it is the first line of
    standard input, which no history of the shell keeps. Exit status 1 when nobody is known under it, or when
    somebody's rights are not open.
    """
    from cli.io.registers import asked, asked_day, opened
    from codes.keys.nir import nir_asked

    wanted = nir_asked(asked(nir, "--nir"))
    if wanted is None:
        raise CommandError(
            say(
                "noemie : --nir : attendu, 13 caractères, ou 15 avec la bonne clé",
                "noemie: --nir: expected 13 characters, or 15 with the right key",
            )
        )
    with (
        opened(db, key_file=key_file, reveal=show_values) as register,
        register.questions() as ask,
    ):
        found = ask.fiches_assure(wanted, regime)
    return _answer(found, asked_day(on, date), format, values=show_values)


def find(
    db: Db,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAME", help="Name in use, or family name; - to read it from standard input."
        ),
    ],
    birth: Annotated[
        str,
        typer.Option(
            "--birth",
            metavar="DAY",
            help="1984-02-29, 29/02/1984, 19840229; - for the next line of standard input.",
        ),
    ],
    regime: Regime = "",
    on: On = None,
    date: OldDate = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: FormatOption = Format.TEXT,
) -> int:
    """Rights on a day of those of a name and a birth date; several are all given, none is chosen.

    Accents, case and hyphens do not count. Exit status 1 when nobody is known, or when somebody's rights are
    not open.
    """
    from cli.io.registers import asked, asked_day, opened
    from fse.rights.model import naissance_b2

    wanted = asked(name, "--name")
    born = asked(birth, "--birth")
    if not naissance_b2(born):
        raise CommandError(
            say("noemie : --birth : attendu, AAAA-MM-JJ", "noemie: --birth: expected YYYY-MM-DD")
        )
    with (
        opened(db, key_file=key_file, reveal=show_values) as register,
        register.questions() as ask,
    ):
        found = ask.fiches_nom(wanted, born, regime)
    return _answer(found, asked_day(on, date), format, values=show_values)


def _answer(found: list[Fiche], day: dt.date, format: Format, *, values: bool) -> int:
    from cli.rights import text

    data = text.consultation(found, day, values=values)
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("rights show", data)
    else:
        text.print_consultation(data)
    open_ = all(one.rights.open is not False for one in data.found)
    return status.OK if data.found and open_ else status.FINDINGS
