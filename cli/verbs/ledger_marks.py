"""`noemie ledger mark`, `tick`, `undo`: what a person knows, said to the ledger; events, never edits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io import status
from cli.io.guard import CommandError
from cli.io.ledgers import PLACE, Db, KeyFile, On
from cli.io.options import CodesOption, LangOption, Language, day_option
from cli.words.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from noemie.suivi.faits import Marque
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
    on: On = None,
    key_file: KeyFile = None,
    codes: CodesOption = None,
    lang: LangOption = Language.FR,
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
    say = speaker(lang.lang)
    if not wanted:
        raise CommandError(
            say(
                "Rien à dire de cette facture. → Ajouter --settled, --redone-as, --note... (--help).",
                "Nothing to say of this invoice. → Add --settled, --redone-as, --note... (--help).",
            )
        )
    with opened(db, lang.lang, key_file=key_file, codes=codes) as ledger:
        found = ledger.sendings(invoice)
        if len(found) != 1:
            _tell_several(found, lang.lang)
            return status.UNREADABLE
        for sorte, value in wanted.items():
            if sorte in ("refaite_sous", "pas_la_meme") and not ledger.sendings(value):
                raise CommandError(_unknown(value, lang.lang))
            detail = value.isoformat() if isinstance(value, dt.date) else value if value is not True else ""
            ledger.add_mark(_marque(found[0], sorte, asked_day(on), detail))
        (line,) = ledger.sendings(found[0], asked_day(on), lang.lang)
    _tell_line(line, lang.lang)
    return status.OK


def _marque(ligne: Ligne, sorte: str, day: dt.date, detail: str) -> Marque:
    from noemie.suivi.faits import Marque

    sent = ligne.date_envoi or ligne.date_lot or ligne.date_facturation
    return Marque(
        sorte=sorte,
        numero=ligne.numero,
        lot=ligne.lot,
        annee=sent.year if sent else None,
        fichier=ligne.fichier,
        numero_ps=ligne.numero_ps,
        jour=day,
        detail=detail,
    )


def tick(
    transfer: Annotated[
        str, typer.Argument(metavar="LABEL", help="A label of the transfer.", show_default=False)
    ],
    db: Db = PLACE,
    on: On = None,
    lang: LangOption = Language.FR,
) -> int:
    """Say that a transfer was seen on the statement of the bank. Exit status 2 when none has this label."""
    from cli.io.ledgers import asked_day, opened
    from noemie.suivi.faits import Marque

    say = speaker(lang.lang)
    label = " ".join(transfer.upper().split())
    with opened(db, lang.lang, answers=False) as ledger:
        found = [one for one in ledger.transfers() if label in (one.libelle_1, one.libelle_2)]
        if len(found) != 1:
            one, several = say("virement porte", "transfer has"), say("virements portent", "transfers have")
            text = plural(len(found), one, several, lang.lang)
            raise CommandError(f"{text} {say('ce libellé', 'this label')}. → noemie ledger transfers")
        ledger.add_mark(Marque(sorte="pointe", cible="virement", jour=asked_day(on), detail=label))
    _say(say("Virement pointé.", "Transfer ticked."))
    return status.OK


def undo(db: Db = PLACE, on: On = None, lang: LangOption = Language.FR) -> int:
    """Take the last mark back. Exit status 1 when there is none."""
    from cli.io.ledgers import asked_day, opened
    from cli.words.texts import printable

    say = speaker(lang.lang)
    with opened(db, lang.lang, answers=False) as ledger:
        gone = ledger.undo(asked_day(on))
    if gone is None:
        _say(say("Aucune marque à reprendre.", "There is no mark to take back."))
        return status.FINDINGS
    named = printable(gone.numero) or say("virement", "transfer")
    _say(say(f"Marque reprise : {gone.sorte}, {named}.", f"Mark taken back: {gone.sorte}, {named}."))
    return status.OK


def _tell_line(ligne: Ligne, lang: Lang) -> None:
    from cli.words.texts import printable

    colon = speaker(lang)(" :", ":")
    _say(f"{printable(ligne.numero)}{colon} {ligne.etat_label}. {ligne.banner}")


def _tell_several(found: list[Ligne], lang: Lang) -> None:
    from cli.words.screen import tell
    from cli.words.texts import day, printable

    say = speaker(lang)
    if not found:
        tell(_unknown("", lang))
        return
    lines = [
        say("Plusieurs envois portent ce numéro, rien n'est marqué :", "Several fit, nothing is marked:")
    ]
    for one in found:
        sent = one.date_envoi or one.date_lot or one.date_facturation
        when = day(sent, lang) if sent else ""
        lines.append(
            f"  {printable(one.numero)}/{printable(one.lot)}@{sent.year if sent else '?'}  {when}  "
            f"{one.etat_label}  {printable(one.fichier)}"
        )
    tell("\n".join(lines))


def _unknown(number: str, lang: Lang) -> str:
    say = speaker(lang)
    return say(
        f"Le registre ne connaît aucun envoi de ce numéro{' (' + number + ')' if number else ''}.",
        f"The ledger knows no sending of this number{' (' + number + ')' if number else ''}.",
    )


def _say(text: str) -> None:
    from cli.io.ledgers import write_text

    write_text(text + "\n")
