"""`noemie ledger backup`, `verify`, `forget`: the database itself, and what a person may ask to erase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.io.guard import CommandError
from cli.io.ledgers import PLACE, Db, KeyFile, is_own_file
from cli.words import status
from cli.words.speech import language, plural, say


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.", show_default=False)],
    db: Db = PLACE,
) -> int:
    """Copy a SQLite ledger while it is used: whole, or not at all. The key is not copied: keep it apart."""
    from cli.io.inputs import title
    from cli.io.ledgers import opened, write_text

    if is_own_file(file, db) or file.exists():
        raise CommandError(
            say(
                f"{title(str(file))} existe déjà. → Choisir un autre nom.",
                f"{title(str(file))} is there already. → Choose another name.",
            )
        )
    with opened(db, answers=False) as ledger:
        ledger.backup(file)
    write_text(say(f"{title(str(file))} : copie faite.\n", f"{title(str(file))}: copied.\n"))
    return status.OK


def verify(db: Db = PLACE) -> int:
    """Check the integrity of the database, counts of files, sums of returns. Exit status 1 on a gap."""
    from cli.io.ledgers import opened, place_of, write_text
    from cli.words.texts import printable

    with opened(db, answers=False) as ledger:
        gaps = ledger.verify()
    for gap in gaps:
        write_text(f"{printable(gap.fichier)}{say(' :', ':')} {gap.text(language())}\n")
    if gaps:
        return status.FINDINGS
    write_text(f"{place_of(db)}{say(' : en ordre.', ': in order.')}\n")
    return status.OK


def forget(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE...]", help="Files to take out, or their digests.", show_default=False),
    ] = None,
    patient: Annotated[
        str,
        typer.Option(
            "--patient",
            metavar="REF",
            help="Reference of `patients`, or NIR; - reads it.",
            show_default=False,
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="The whole ledger.")] = False,
    db: Db = PLACE,
    yes: Annotated[bool, typer.Option("--yes", help="Erase; without it, only tell what would go.")] = False,
    key_file: KeyFile = None,
) -> int:
    """Erase one patient, or everything, or take out a file that was imported by mistake.

    A file is given again, as a path, a mail or an archive that carries it, or named: its digest, the
    beginning of it, or its name as `ledger files` tells them. What another file tells too stays, the rest is
    as if it had never been given; marks and ticks that named nothing else go with it. A folder that still
    holds it does not bring it back: `ledger import --again` does. A patient, or everything, never comes back.
    """
    from cli.io.ledgers import asked_patient, opened, write_text

    if [bool(files), bool(patient), everything].count(True) != 1:
        raise CommandError(say("Donner un fichier, --patient ou --all.", "Give a file, --patient or --all."))
    if files:
        return _take_out(files, db, key_file, yes=yes)
    with opened(db, key_file=key_file, answers=False) as ledger:
        count = ledger.forget(None if everything else asked_patient(patient), for_real=yes)
    rows = plural(count, say("ligne", "row"), say("lignes", "rows"))
    write_text(
        say(f"{rows} : effacé.\n", f"{rows}: erased.\n")
        if yes
        else say(
            f"{rows} : rien n'a été effacé. → Ajouter --yes pour effacer.\n",
            f"{rows}: nothing was erased. → Add --yes to erase.\n",
        )
    )
    return status.OK


def _take_out(files: list[str], db: str, key_file: Path | None, *, yes: bool) -> int:
    from cli.followup.ledger_removed import print_removal
    from cli.io.importing import contents, names_of
    from cli.io.ledgers import opened, refusing

    with refusing(db):
        given = [name for name in files if name == "-" or Path(name).exists()]
        named = [name for name in files if name not in given]
        told = [*named, *contents(list(names_of(given, db)))]
    with opened(db, key_file=key_file, answers=False) as ledger:
        found = ledger.forget_files(told, for_real=yes)
    print_removal(found, removed=yes)
    return status.OK
