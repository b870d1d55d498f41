"""`noemie ledger mark`, `tick`, `undo`: what a person knows, said to the ledger; events, never edits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io.guard import CommandError
from cli.io.ledgers import PLACE, Db, KeyFile, On
from cli.io.options import CodesOption, day_option, parse_day
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from noemie.ledger import Ledger, Transfer
    from noemie.suivi.resultat import Ligne

Invoice = Annotated[
    str,
    typer.Argument(metavar="NUMBER[/BATCH][@YEAR]", help="The invoice.", show_default=False),
]


def mark(
    invoice: Invoice,
    db: Db = PLACE,
    settled: Annotated[bool, typer.Option("--settled", help="Settled outside the flows.")] = False,
    redone_as: Annotated[
        str, typer.Option("--redone-as", metavar="NUMBER", help="Redone under this number.")
    ] = "",
    not_redone: Annotated[bool, typer.Option("--not-redone", help="It was not redone.")] = False,
    not_the_same: Annotated[
        str, typer.Option("--not-the-same", metavar="NUMBER", help="Not the same care as this one.")
    ] = "",
    version: Annotated[
        str, typer.Option("--version", metavar="FILE", help="The return whose version is right.")
    ] = "",
    chased: Annotated[bool, typer.Option("--chased", help="The payer was chased.")] = False,
    claim_made: Annotated[bool, typer.Option("--claim-made", help="A claim was made.")] = False,
    patient_told: Annotated[bool, typer.Option("--patient-told", help="The patient was told.")] = False,
    remind: Annotated[Any, day_option("--remind", "Come back to it on this day.")] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A note, kept encrypted.")] = "",
    file: Annotated[
        str, typer.Option("--file", metavar="NAME", help="Of several that fit, the one that this flow sent.")
    ] = "",
    on: On = None,
    key_file: KeyFile = None,
    codes: CodesOption = None,
) -> int:
    """Say what the files do not tell of an invoice: it confirms or denies what is presumed.

    A mark is an event with its day: nothing is changed, `noemie ledger undo` takes the last one back. When
    several sendings fit, nothing is marked, they are listed, and the exit status is 2.
    """
    from cli.io.ledgers import asked_day, opened

    told = {
        "soldee": settled,
        "refaite_sous": redone_as,
        "pas_refaite": not_redone,
        "pas_la_meme": not_the_same,
        "version_retenue": version,
        "relancee": chased,
        "reclamee": claim_made,
        "patient_averti": patient_told,
        "rappel": remind,
        "note": note,
    }
    wanted = {sorte: value for sorte, value in told.items() if value}
    if not wanted:
        raise CommandError(
            say(
                "Rien à dire de cette facture. → Ajouter --settled, --redone-as, --note... (--help).",
                "Nothing to say of this invoice. → Add --settled, --redone-as, --note... (--help).",
            )
        )
    with opened(db, key_file=key_file, codes=codes) as ledger:
        found = [one for one in ledger.sendings(invoice) if file in ("", one.fichier)]
        if len(found) != 1:
            _tell_several(found)
            return status.UNREADABLE
        for sorte, value in wanted.items():
            if sorte in ("refaite_sous", "pas_la_meme"):
                others = _others(ledger, found[0], value)
                if not others:
                    raise CommandError(_unknown(value))
                if len(others) > 1:
                    _tell_several(others)
                    return status.UNREADABLE
            if sorte == "version_retenue" and not any(
                value in (*one.noms, one.identification) for one in ledger.files()
            ):
                raise CommandError(_unknown_file(value))
        from noemie.ledger.marks import mark_of

        for sorte, value in wanted.items():
            detail = value.isoformat() if isinstance(value, dt.date) else value if value is not True else ""
            ledger.add_mark(mark_of(found[0], sorte, asked_day(on), detail))
        (line,) = ledger.sendings(found[0], asked_day(on), language())
    _tell_line(line)
    return status.OK


def _others(ledger: Ledger, ligne: Ligne, named: str) -> list[Ligne]:
    """The other sendings of that professional that a person names."""
    return [
        one
        for one in ledger.sendings(named)
        if one.numero_ps == ligne.numero_ps and (one.fichier, one.record) != (ligne.fichier, ligne.record)
    ]


def tick(
    transfer: Annotated[
        str,
        typer.Argument(
            metavar="LABEL[@DAY]", help="A label of the transfer, and its day.", show_default=False
        ),
    ],
    db: Db = PLACE,
    on: On = None,
) -> int:
    """Say that a transfer was seen on the statement of the bank.

    When several fit, nothing is ticked, they are listed, and the exit status is 2, as when none does.
    """
    from cli.io.ledgers import asked_day, opened
    from noemie.suivi.faits import Marque

    label, day = _transfer_named(transfer)
    with opened(db, answers=False) as ledger:
        found = [
            one
            for one in ledger.transfers()
            if label in (one.libelle_1, one.libelle_2) and day in (None, one.date)
        ]
        if len(found) != 1:
            _tell_transfers(found)
            return status.UNREADABLE
        detail = f"{label}@{found[0].date}" if found[0].date else label
        ledger.add_mark(Marque(sorte="pointe", cible="virement", jour=asked_day(on), detail=detail))
    _say(say("Virement pointé.", "Transfer ticked."))
    return status.OK


def _transfer_named(text: str) -> tuple[str, dt.date | None]:
    """A label as transfers have it, and the day after its `@`, if it is one."""
    label, at, told = text.rpartition("@")
    try:
        day = parse_day(told) if at else None
    except typer.BadParameter:
        day = None
    return " ".join((label if day else text).upper().split()), day


def _tell_transfers(found: list[Transfer]) -> None:
    """The transfers that fit, or that none does."""
    from cli.words.screen import tell
    from cli.words.texts import crossed_out, euros

    if not found:
        tell(say("Aucun virement ne porte ce libellé.", "No transfer has this label."))
        tell("→ noemie ledger transfers")
        return
    lines = [
        say(
            "Plusieurs virements portent ce libellé, rien n'est pointé ; ajouter @JOUR :",
            "Several transfers have this label, nothing is ticked; add @DAY:",
        )
    ]
    for one in found:
        labels = crossed_out(" ".join((one.libelle_1, one.libelle_2)).strip(), references=True)
        lines.append(f"  {one.date or '?'}  {euros(one.montant)}  {labels}  {one.fichier}")
    tell("\n".join(lines))


def undo(db: Db = PLACE, on: On = None) -> int:
    """Take the last mark back. Exit status 1 when there is none."""
    from cli.io.ledgers import asked_day, opened
    from cli.words.texts import printable

    with opened(db, answers=False) as ledger:
        gone = ledger.undo(asked_day(on))
    if gone is None:
        _say(say("Aucune marque à reprendre.", "There is no mark to take back."))
        return status.FINDINGS
    named = printable(gone.numero) or say("virement", "transfer")
    _say(say(f"Marque reprise : {gone.sorte}, {named}.", f"Mark taken back: {gone.sorte}, {named}."))
    return status.OK


def _tell_line(ligne: Ligne) -> None:
    from cli.words.texts import printable

    colon = say(" :", ":")
    _say(f"{printable(ligne.numero)}{colon} {ligne.etat_label}. {ligne.banner}")


def _tell_several(found: list[Ligne]) -> None:
    from cli.words.screen import tell
    from cli.words.texts import day, printable

    if not found:
        tell(_unknown(""))
        return
    lines = [
        say("Plusieurs envois portent ce numéro, rien n'est marqué :", "Several fit, nothing is marked:")
    ]
    for one in found:
        sent = one.depuis
        when = day(sent) if sent else ""
        lines.append(
            f"  {printable(one.numero)}/{printable(one.lot)}@{sent.year if sent else '?'}  {when}  "
            f"{one.etat_label}  {printable(one.fichier)}"
        )
    tell("\n".join(lines))


def _unknown(number: str) -> str:
    return say(
        f"Le registre ne connaît aucun envoi de ce numéro{' (' + number + ')' if number else ''}.",
        f"The ledger knows no sending of this number{' (' + number + ')' if number else ''}.",
    )


def _unknown_file(name: str) -> str:
    from cli.io.inputs import title

    return say(
        f"Le registre ne connaît aucun fichier {title(name)}. → noemie ledger files",
        f"The ledger knows no file {title(name)}. → noemie ledger files",
    )


def _say(text: str) -> None:
    from cli.io.ledgers import write_text

    write_text(text + "\n")
