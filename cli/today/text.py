"""The answer as text: what came, what to do in its order, what is awaited, what is odd."""

from __future__ import annotations

from typing import Any, Final, TextIO

from cli.today.words import (
    age_text,
    alone,
    aside_lines,
    by_invoice,
    counted,
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
from cli.words.speech import Lang, plural, speaker
from cli.words.tables import Table
from cli.words.texts import amount, day, euros, listed, printable
from codes.actions import Action
from noemie.ledger.today_model import Aujourdhui, Carte, Compte, Groupe, VirementRecu

__all__ = ["print_today"]

#: Cards of one group, transfers and files that a text shows; the page and the data have all of them.
_MOST: Final = 30


def print_today(
    found: Aujourdhui, place: str, imported: str, lang: Lang, stream: TextIO | None = None
) -> None:
    """The whole answer; `place` names the ledger, `imported` says what was just read, if anything."""
    page = Page(stream)
    say = speaker(lang)
    page.line((long_day(found.on, lang).capitalize(), STRONG), say(" : ", ": ") + place)
    if imported:
        page.line(imported)
    _print_received(page, found, lang)
    _print_todo(page, found, lang)
    _print_awaited(page, found, lang)
    _print_reminders(page, found, lang)
    _print_money_back(page, found, lang)
    _print_sums(page, found, lang)
    _print_aside(page, found, lang)


# --- what came --------------------------------------------------------------------------------------------


def _print_received(page: Page, found: Aujourdhui, lang: Lang) -> None:
    say = speaker(lang)
    page.blank()
    transfers = found.recu.virements
    count = plural(len(transfers), say("virement", "transfer"), say("virements", "transfers"), lang)
    paid = say(f" : {euros(found.recu.paye, lang)}, {count}", f": {euros(found.recu.paye, lang)}, {count}")
    page.line((say("PAYÉ ", "PAID ") + since(found, lang), STRONG), paid)
    if transfers:
        page.table(_transfers(transfers, lang))
        if back := sum(one.repris for one in transfers):
            page.line(say("dont repris : ", "of it taken back: "), (euros(back, lang), WARNING))
    if files := files_text(found, lang):
        page.line(say("fichiers : ", "files: "), files)


def _transfers(transfers: list[VirementRecu], lang: Lang) -> Table:
    say = speaker(lang)
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
    rest = transfers[: len(transfers) - _MOST] if len(transfers) > _MOST else []
    for one in transfers[len(rest) :]:
        made.add(
            day(one.jour, lang),
            one.payeur,
            " ".join(one.libelles),
            str(one.factures),
            *([amount(one.montant, lang)] if partly else []),
            amount(one.nouveau, lang),
            say("oui", "yes") if one.pointe else "",
        )
    empty = ("",) * partly
    if rest:
        label = say(f"{len(rest)} plus anciens", f"{len(rest)} older ones")
        made.add(label, "", "", "", *empty, amount(sum(one.nouveau for one in rest), lang), "", style=QUIET)
    total = amount(sum(one.nouveau for one in transfers), lang)
    made.add("total", "", "", "", *empty, total, "", style=STRONG)
    return made


# --- what to do -------------------------------------------------------------------------------------------


def _print_todo(page: Page, found: Aujourdhui, lang: Lang) -> None:
    say = speaker(lang)
    page.blank()
    if not found.groupes:
        page.line((say("RIEN À FAIRE, rien n'est attendu.", "NOTHING TO DO, nothing is awaited."), GOOD))
        return
    page.heading(say("À FAIRE, dans cet ordre", "TO DO, in this order"))
    for group in found.groupes:
        page.line(
            (f"■ {group.banner}", _style(group.action)), say(" : ", ": ") + counted(group, lang), indent=2
        )
        if group.texte.upper() != group.banner.upper():
            page.line(f"→ {group.texte}", indent=4, hang=2)
        _print_cards(page, group, lang)
    rows = [(say("à faire", "to do"), found.a_faire), (say("à attendre", "to wait for"), found.a_attendre)]
    made = Table("", say("factures", "invoices"), say("montant", "amount"), right=(1, 2))
    for title, total in rows:
        made.add(title, str(total.factures), amount(total.montant, lang))
    whole = found.total
    made.add(say("en tout", "in all"), str(whole.factures), amount(whole.montant, lang), style=STRONG)
    page.table(made)
    if whole.retours:
        page.line(say("et ", "and "), alone(whole.retours, lang))


def _style(action: Action) -> str:
    style = action_style(action.value)
    return "bold white on red" if style == ERROR else style


def _print_cards(page: Page, group: Groupe, lang: Lang) -> None:
    say = speaker(lang)
    if group.action is Action.ATTENDRE:
        if group.cartes:
            page.line(listed([name_of(one) for one in group.cartes], lang), indent=4, hang=2)
    else:
        for card in group.cartes[:_MOST]:
            page.line(*_card(card, lang), indent=4, hang=2)
            for more in more_lines(card, lang):
                page.line((f"({more})", QUIET), indent=6, hang=2)
        if (left := len(group.cartes) - _MOST) > 0:
            page.line(say(f"et {left} autres (-o page.html)", f"and {left} more (-o page.html)"), indent=4)
    for other in group.autres_parts[:_MOST]:
        page.line(say("et ", "and ") + other_text(other, lang), indent=4, hang=2)
    if (left := len(group.autres_parts) - _MOST) > 0:
        page.line(say(f"et {left} autres parts", f"and {left} more parts"), indent=4)
    for one in group.retours[:_MOST]:
        number = printable(one.numero) or "?"
        page.line(
            f"{number}  {euros(one.paye, lang)}  {one.raison_label}", (f"  {one.fichier}", QUIET), indent=4
        )


def _card(card: Carte, lang: Lang) -> tuple[Any, ...]:
    say = speaker(lang)
    who = ", ".join(filter(None, (who_text(card.patient, lang), care_text(card.soins, lang))))
    return (
        (name_of(card), STRONG),
        f"  {euros(card.montant, lang)}",
        f"  {who}" if who else "",
        f"{say(' : ', ': ')}{why_text(card, lang)}",
    )


# --- what is awaited --------------------------------------------------------------------------------------


def _print_awaited(page: Page, found: Aujourdhui, lang: Lang) -> None:
    say = speaker(lang)
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
                "total" if total else age_text(age, lang),
                str(age.factures),
                amount(age.reste, lang),
                str(age.en_retard or ""),
                amount(age.reste_en_retard, lang) if age.en_retard else "",
                style=STRONG if total else WARNING if age.en_retard else "",
            )
    page.table(made)


def _print_reminders(page: Page, found: Aujourdhui, lang: Lang) -> None:
    if not found.rappels:
        return
    page.blank()
    page.heading(speaker(lang)("RAPPELS", "REMINDERS"))
    for one in found.rappels:
        who = who_text(one.patient, lang)
        page.line(f"{day(one.le, lang)}  {printable(one.numero)}", f"  {who}" if who else "", indent=2)


# --- money that goes back ---------------------------------------------------------------------------------


def _print_money_back(page: Page, found: Aujourdhui, lang: Lang) -> None:
    say = speaker(lang)
    for title, parts, cents in (
        (say("REPRIS par l'organisme", "TAKEN BACK by the payer"), found.reprises, found.reste_repris),
        (say("PAYÉ EN TROP", "PAID OVER"), found.trop_percus, found.trop),
    ):
        if parts:
            page.blank()
            page.line(
                (title, WARNING),
                say(" : ", ": ") + euros(cents, lang),
                say(", compté ci-dessus", ", counted above"),
            )
            for line in by_invoice(parts, lang)[:_MOST]:
                page.line(line, indent=2)
    if found.retenues:
        page.blank()
        page.line((say("RETENUES ", "WITHHOLDINGS ") + since(found, lang), WARNING))
        for held in found.retenues[:_MOST]:
            page.line(
                f"{day(held.jour, lang)}  {held.reference}  {euros(held.montant, lang)}",
                say(", reste dû ", ", still owed ") + euros(held.solde, lang),
                (f"  {held.fichier}", QUIET),
                indent=2,
                hang=2,
            )


def _print_sums(page: Page, found: Aujourdhui, lang: Lang) -> None:
    say = speaker(lang)
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
        made.add(title, *_cells(one, lang), style=STRONG if one is sums.total else "")
    page.table(made)
    others = (
        (found.paye_sans_envoi, say("payé sans envoi connu", "paid without a known sending")),
        (found.forfaits, say("forfaits", "lump sums")),
    )
    for cents, label in others:
        if cents:
            page.line(f"{label}{say(' : ', ': ')}{euros(cents, lang)}", indent=2)


def _cells(one: Compte, lang: Lang) -> tuple[str, ...]:
    return (
        str(one.factures),
        *(amount(cents, lang) for cents in (one.demande, one.paye, one.reste, one.trop)),
    )


def _print_aside(page: Page, found: Aujourdhui, lang: Lang) -> None:
    say = speaker(lang)
    if not aside_lines(found, lang):
        return
    page.blank()
    page.heading(say("LAISSÉS DE CÔTÉ", "LEFT ASIDE"))
    for reason, names in aside_lines(found, lang):
        page.line(f"{reason}{say(' : ', ': ')}{names}", indent=2, hang=2)
