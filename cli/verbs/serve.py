"""`noemie serve`: the local page, and the HTTP interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cli.io.ledgers import KeyFile, On, UserDb
from cli.io.options import CodesOption
from cli.words import status
from cli.words.speech import language, say


def serve(
    db: UserDb = "",
    rights: Annotated[
        str,
        typer.Option(
            "--rights",
            metavar="DB",
            help="The register of rights; by default beside the ledger.",
            show_default=False,
        ),
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", metavar="DIR", help="What arrives there is read within seconds.", show_default=False
        ),
    ] = None,
    incognito: Annotated[bool, typer.Option("--incognito", help="Show nobody's name.")] = False,
    name: Annotated[
        str, typer.Option("--name", metavar="TEXT", help="Name of the practice, on the page.")
    ] = "",
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="By default, the system chooses.")
    ] = 0,
    shortcut: Annotated[
        bool, typer.Option("--shortcut", help="Put an icon on the desktop, and start nothing.")
    ] = False,
    on: On = None,
    key_file: KeyFile = None,
    codes: CodesOption = None,
) -> int:
    """Open the page of the practice in a browser, on this machine alone: the day, refusals, payments, rights.

    The address that is printed works once. Nothing leaves this machine, nothing is reachable from another
    one. Ctrl-C stops the page; what was read stays in the ledger.
    """
    from cli.serve.launch import needed

    if shortcut:
        from cli.serve.shortcut import make

        return _told_shortcut(make())
    needed()
    from cli.io.guard import CommandError
    from cli.serve.launch import places_of
    from cli.serve.launch import serve as run
    from cli.serve.practice import Practice

    if folder is not None and not folder.is_dir():
        raise CommandError(
            say("noemie : --folder : attendu, un dossier", "noemie: --folder: expected a folder")
        )
    places = places_of(db, rights, folder, key_file, codes)
    practice = Practice(places, language(), incognito=incognito, on=on, name=name)

    run(practice, address_teller(), port=port, browser=not no_open)
    return status.OK


def address_teller() -> Callable[[str], None]:
    """What writes the one-time address, for the person who started the page."""
    from cli.words.screen import tell

    head = say(
        "Page ouverte sur cette machine seule ; cette adresse sert une fois :",
        "The page is open on this machine alone; this address works once:",
    )
    end = say("Ctrl-C l'arrête.", "Ctrl-C stops it.")

    def write(address: str) -> None:
        tell(f"{head}\n  {address}\n{end}")

    return write


def _told_shortcut(path: Path) -> int:
    from cli.io.inputs import title
    from cli.words.screen import tell

    tell(f"{title(str(path))}{say(' : raccourci écrit.', ': shortcut written.')}")
    return status.OK
