"""What stands apart in the text of a reconciliation: sums of no invoice, notes of the whole, files."""

from __future__ import annotations

import datetime as dt
from typing import Final

from cli.followup.model import FichierDit, Rapprochement
from cli.words.page import QUIET, WARNING, Page
from cli.words.speech import language, plural, say
from cli.words.texts import day, euros, printable
from codes.notes import OF_THE_WHOLE, Note

_SOUND: Final = frozenset({"lu", "copie"})


def print_files(page: Page, model: Rapprochement) -> None:
    """Lump sums, withholdings, what concerns whole files."""
    _print_apart(page, model)
    _print_notes(page, model)
    _print_troubled(page, model.fichiers)
    _print_twice(page, model)
    _print_strangers(page, model)
    _print_arls(page, model)


def _print_apart(page: Page, model: Rapprochement) -> None:
    if not (model.forfaits or model.retenues):
        return
    page.blank()
    page.heading(say("À part", "Apart"))
    for lump in model.forfaits:
        page.line(
            say("forfait ", "lump sum ") + f"{printable(lump.code)}  {euros(lump.montant)}",
            f" × {lump.nombre}" if lump.nombre > 1 else "",
            (f"  {lump.fichier}", QUIET),
            indent=2,
            hang=2,
        )
    for debt in model.retenues:
        page.line(
            say("retenue ", "withholding ") + f"{printable(debt.reference)}  {euros(debt.montant)}",
            say(", reste dû ", ", still owed ") + euros(debt.solde),
            (f"  {debt.fichier}", QUIET),
            indent=2,
            hang=2,
        )
    for transfer in model.virements:
        if transfer.retenues:
            when = day(transfer.jour) if transfer.jour else "?"
            page.line(
                say(f"virement du {when} : ", f"transfer of {when}: ")
                + say("sans retenue ", "without withholding ")
                + euros(transfer.montant)
                + say(", avec ", ", with ")
                + euros(transfer.avec_retenues),
                indent=2,
                hang=2,
            )


def _print_notes(page: Page, model: Rapprochement) -> None:
    """The notes that stand on no line; the others stand on theirs."""
    for note in map(Note, model.notes):
        if note in OF_THE_WHOLE:
            page.blank()
            page.line((note.text(language()), WARNING), hang=2)


def _print_troubled(page: Page, fichiers: list[FichierDit]) -> None:
    troubled = [one for one in fichiers if one.etat not in _SOUND or one.autre_jour or _is_false(one)]
    if not troubled:
        return
    page.blank()
    page.heading(say("Fichiers à regarder", "Files to look at"))
    for one in troubled:
        told = [] if one.etat in _SOUND else [one.etat_label]
        if _is_false(one):
            announced, read = euros(one.total_annonce), euros(one.total_lu)
            told.append(say(f"total annoncé {announced}, lu {read}", f"total told {announced}, read {read}"))
        if one.autre_jour:
            first, second = (day(dt.date.fromisoformat(text)) for text in (one.jour, one.autre_jour))
            told.append(
                say(
                    f"son jour se lit {first} (retenu) ou {second}",
                    f"its day reads {first} (taken) or {second}",
                )
            )
        rank = say(f", retour {one.rang}", f", return {one.rang}") if one.rang > 1 else ""
        page.line(f"{one.fichier}{rank}{say(' : ', ': ')}{' ; '.join(told)}", indent=2, hang=2)


def _is_false(one: FichierDit) -> bool:
    """Whether the total of a whole run is not what was read, withholdings apart."""
    return one.etat == "lu" and one.total_annonce is not None and not one.concorde


def _print_twice(page: Page, model: Rapprochement) -> None:
    if not model.doublons:
        return
    page.blank()
    page.heading(say("Fichiers donnés deux fois, comptés une seule", "Files given twice, counted once"))
    for one in model.doublons:
        count = plural(one.nombre, say("facture", "invoice"), say("factures", "invoices"))
        page.line(f"{one.copie} = {one.original} ({count})", indent=2, hang=2)


def _print_strangers(page: Page, model: Rapprochement) -> None:
    if not model.autres_professionnels:
        return
    page.blank()
    page.heading(say("Retours à un autre professionnel ?", "Returns to another professional?"))
    page.line(
        say(
            "Ces retours ne nomment aucun professionnel de ces flux ; numéro, lot et jour de leurs factures "
            "concordent, elles sont comptées. Vérifier qu'ils vous sont destinés.",
            "These returns name no professional of these flows; number, batch and day of their invoices "
            "agree, they are counted. Make sure that they are meant for you.",
        ),
        indent=2,
    )
    for one in model.autres_professionnels:
        count = plural(one.nombre, say("facture", "invoice"), say("factures", "invoices"))
        page.line(f"{one.fichier} ({count})", indent=2, hang=2)


def _print_arls(page: Page, model: Rapprochement) -> None:
    if not model.arls_orphelins:
        return
    page.blank()
    page.heading(say("ARL sans lot envoyé", "ARLs without a sent batch"))
    for one in model.arls_orphelins:
        page.line(say("lot ", "batch ") + one.numero_lot, indent=2)
