"""The answer as text: what came, what to do in its order, what is awaited, what is odd."""

from __future__ import annotations

import datetime as dt
from typing import Any, TextIO

from cli.today.shown import MOST
from cli.today.words import (
    age_text,
    alone,
    apart,
    aside_lines,
    by_invoice,
    counted,
    empty_text,
    files_text,
    long_day,
    more_lines,
    name_of,
    other_text,
    since,
    why_text,
)
from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.people import care_text, who_text
from cli.words.reason_text import action_style
from cli.words.speech import plural, say
from cli.words.tables import Table
from cli.words.texts import amount, day, euros, listed, printable
from codes.actions import Action
from noemie.ledger.today_model import Aujourdhui, Carte, Compte, Groupe, VirementRecu

__all__ = ["print_today"]


def print_today(found: Aujourdhui, place: str, imported: str, stream: TextIO | None = None) -> None:
    """The whole answer; `place` names the ledger, `imported` says what was just read, if anything."""
    page = Page(stream)
    page.line((long_day(found.on).capitalize(), STRONG), say(" : ", ": ") + place)
    if imported:
        page.line(imported)
    _print_received(page, found)
    _print_todo(page, found)
    _print_awaited(page, found)
    _print_reminders(page, found)
    _print_money_back(page, found)
    _print_sums(page, found)
    _print_aside(page, found)


# --- what came --------------------------------------------------------------------------------------------


def _print_received(page: Page, found: Aujourdhui) -> None:
    page.blank()
    transfers = found.recu.virements
    count = plural(len(transfers), say("virement", "transfer"), say("virements", "transfers"))
    paid = say(f" : {euros(found.recu.paye)}, {count}", f": {euros(found.recu.paye)}, {count}")
    page.line((say("PAYÉ ", "PAID ") + since(found), STRONG), paid)
    if transfers:
        page.table(_transfers(transfers))
        if back := sum(one.repris for one in transfers):
            page.line(say("dont repris : ", "of it taken back: "), (euros(back), WARNING))
    if files := files_text(found):
        page.line(say("fichiers : ", "files: "), files)


def _transfers(transfers: list[VirementRecu]) -> Table:
    partly = any(one.nouveau != one.montant for one in transfers)
    titles = [
        say("date", "date"),
        say("payeur", "payer"),
        say("libellé", "label"),
        say("factures", "invoices"),
        *([say("virement", "transfer")] if partly else []),
        say("payé", "paid"),
        say("pointé", "ticked"),
    ]
    made = Table(*titles, right=range(3, len(titles) - 1), fold=(2,))
    rest = transfers[: len(transfers) - MOST] if len(transfers) > MOST else []
    for one in transfers[len(rest) :]:
        made.add(
            day(one.jour),
            one.payeur,
            " ".join(one.libelles),
            str(one.factures),
            *([amount(one.montant)] if partly else []),
            amount(one.nouveau),
            say("oui", "yes") if one.pointe else "",
        )
    empty = ("",) * partly
    if rest:
        label = say(f"{len(rest)} plus anciens", f"{len(rest)} older ones")
        made.add(label, "", "", "", *empty, amount(sum(one.nouveau for one in rest)), "", style=QUIET)
    total = amount(sum(one.nouveau for one in transfers))
    made.add("total", "", "", "", *empty, total, "", style=STRONG)
    return made


# --- what to do -------------------------------------------------------------------------------------------


def _print_todo(page: Page, found: Aujourdhui) -> None:
    page.blank()
    if empty := empty_text(found):
        page.line((empty, STRONG))
        return
    if not found.groupes:
        page.line((say("RIEN À FAIRE, rien n'est attendu.", "NOTHING TO DO, nothing is awaited."), GOOD))
        return
    todo, waits = apart(found)
    if todo:
        page.heading(say("À FAIRE, dans cet ordre", "TO DO, in this order"))
        _print_groups(page, todo, found.on)
    else:
        page.line((say("RIEN À FAIRE.", "NOTHING TO DO."), GOOD))
    if waits:
        page.blank()
        page.heading(say("À ATTENDRE, sans rien renvoyer", "TO WAIT FOR, sending nothing again"))
        _print_groups(page, waits, found.on)
        page.blank()
    rows = [(say("à faire", "to do"), found.a_faire), (say("à attendre", "to wait for"), found.a_attendre)]
    made = Table("", say("factures", "invoices"), say("montant", "amount"), right=(1, 2))
    for title, total in rows:
        made.add(title, str(total.factures), amount(total.montant))
    whole = found.total
    made.add(say("en tout", "in all"), str(whole.factures), amount(whole.montant), style=STRONG)
    page.table(made)
    if whole.retours:
        page.line(say("et ", "and "), alone(whole.retours))


def _print_groups(page: Page, groups: list[Groupe], on: dt.date) -> None:
    for group in groups:
        page.line((f"■ {group.banner}", _style(group.action)), say(" : ", ": ") + counted(group), indent=2)
        if group.texte.upper() != group.banner.upper():
            page.line(f"→ {group.texte}", indent=4, hang=2)
        _print_cards(page, group, on)


def _style(action: Action) -> str:
    style = action_style(action.value)
    return "bold white on red" if style == ERROR else style


def _print_cards(page: Page, group: Groupe, on: dt.date) -> None:
    if group.action is Action.ATTENDRE:
        if group.cartes:
            page.line(listed([name_of(one) for one in group.cartes]), indent=4, hang=2)
    else:
        for card in group.cartes[:MOST]:
            page.line(*_card(card), indent=4, hang=2)
            for more in more_lines(card, on):
                page.line((f"({more})", QUIET), indent=6, hang=2)
        if (left := len(group.cartes) - MOST) > 0:
            page.line(say(f"et {left} autres (-o page.html)", f"and {left} more (-o page.html)"), indent=4)
    for other in group.autres_parts[:MOST]:
        page.line(say("et ", "and ") + other_text(other), indent=4, hang=2)
    if (left := len(group.autres_parts) - MOST) > 0:
        page.line(say(f"et {left} autres parts", f"and {left} more parts"), indent=4)
    for one in group.retours[:MOST]:
        number = printable(one.numero) or "?"
        page.line(f"{number}  {euros(one.paye)}  {one.raison_label}", (f"  {one.fichier}", QUIET), indent=4)


def _card(card: Carte) -> tuple[Any, ...]:
    who = ", ".join(filter(None, (who_text(card.patient), care_text(card.soins))))
    return (
        (name_of(card), STRONG),
        f"  {euros(card.montant)}",
        f"  {who}" if who else "",
        f"{say(' : ', ': ')}{why_text(card)}",
    )


# --- what is awaited --------------------------------------------------------------------------------------


def _print_awaited(page: Page, found: Aujourdhui) -> None:
    page.blank()
    if not found.attendu.factures:
        page.line((say("Aucune réponse attendue.", "No answer is awaited."), GOOD))
        return
    page.heading(say("RÉPONSES ATTENDUES, comptées ci-dessus", "ANSWERS AWAITED, counted above"))
    made = Table(
        say("envoyées depuis", "sent"),
        say("factures", "invoices"),
        say("reste", "due"),
        say("en retard", "late"),
        say("reste en retard", "due, late"),
        right=(1, 2, 3, 4),
    )
    for age in (*found.attentes, found.attendu):
        total = age is found.attendu
        if age.factures:
            made.add(
                "total" if total else age_text(age),
                str(age.factures),
                amount(age.reste),
                str(age.en_retard or ""),
                amount(age.reste_en_retard) if age.en_retard else "",
                style=STRONG if total else WARNING if age.en_retard else "",
            )
    page.table(made)


def _print_reminders(page: Page, found: Aujourdhui) -> None:
    if not found.rappels:
        return
    page.blank()
    page.heading(say("RAPPELS", "REMINDERS"))
    for one in found.rappels:
        who = who_text(one.patient)
        page.line(f"{day(one.le)}  {printable(one.numero)}", f"  {who}" if who else "", indent=2)


# --- money that goes back ---------------------------------------------------------------------------------


def _print_money_back(page: Page, found: Aujourdhui) -> None:
    for title, parts, cents in (
        (say("REPRIS par l'organisme", "TAKEN BACK by the payer"), found.reprises, found.reste_repris),
        (say("PAYÉ EN TROP", "PAID OVER"), found.trop_percus, found.trop),
    ):
        if parts:
            page.blank()
            page.line(
                (title, WARNING),
                say(" : ", ": ") + euros(cents),
                say(", compté ci-dessus", ", counted above"),
            )
            for line in by_invoice(parts)[:MOST]:
                page.line(line, indent=2)
    if found.retenues:
        page.blank()
        page.line((say("RETENUES ", "WITHHOLDINGS ") + since(found), WARNING))
        for held in found.retenues[:MOST]:
            page.line(
                f"{day(held.jour)}  {held.reference}  {euros(held.montant)}",
                say(", reste dû ", ", still owed ") + euros(held.solde),
                (f"  {held.fichier}", QUIET),
                indent=2,
                hang=2,
            )


def _print_sums(page: Page, found: Aujourdhui) -> None:
    page.blank()
    page.heading(say("DANS LE REGISTRE", "IN THE LEDGER"))
    made = Table(
        "",
        say("factures", "invoices"),
        say("demandé", "claimed"),
        say("payé", "paid"),
        say("reste", "due"),
        say("trop", "over"),
        right=range(1, 6),
    )
    sums = found.sommes
    for title, one in (("AMO", sums.amo), ("AMC", sums.amc), ("total", sums.total)):
        made.add(title, *_cells(one), style=STRONG if one is sums.total else "")
    page.table(made)
    others = (
        (found.paye_sans_envoi, say("payé sans envoi connu", "paid without a known sending")),
        (found.forfaits, say("forfaits", "lump sums")),
    )
    for cents, label in others:
        if cents:
            page.line(f"{label}{say(' : ', ': ')}{euros(cents)}", indent=2)


def _cells(one: Compte) -> tuple[str, ...]:
    return (
        str(one.factures),
        *(amount(cents) for cents in (one.demande, one.paye, one.reste, one.trop)),
    )


def _print_aside(page: Page, found: Aujourdhui) -> None:
    if not aside_lines(found):
        return
    page.blank()
    page.heading(say("LAISSÉS DE CÔTÉ", "LEFT ASIDE"))
    for reason, names in aside_lines(found):
        page.line(f"{reason}{say(' : ', ': ')}{names}", indent=2, hang=2)
