"""Reconciliation as text: totals by state, then what to do, what to wait for, what is settled, apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from cli.followup.apart import print_files
from cli.followup.model import ActionTotale, Compte, Ligne, Orphelin, Rapprochement, Rejet, TotalEtat
from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.reason_text import action_style
from cli.words.speech import language, plural, say
from cli.words.tables import Table
from cli.words.texts import amount, day, euros, listed
from codes.action_texts import action_text, arl_text, open_part
from codes.actions import Action
from codes.notes import Note
from codes.states import Certitude, EtatPart

_STYLES: Final = {
    "payee": GOOD,
    "rien_attendu": QUIET,
    "remplacee": QUIET,
    "annulee": QUIET,
    "soldee_hors_flux": QUIET,
    "rejetee": ERROR,
    "arl_negatif": ERROR,
    "doublon": ERROR,
}
#: What is said of settled lines: their notes, and the files left out with those that stand for them.
_Noted = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]

#: States in which money came and went.
_MOVED: Final = frozenset({"reprise", "trop_payee"})

_QUIET_ACTIONS: Final = frozenset({Action.AUCUNE.value, Action.ATTENDRE.value})


def print_states(model: Rapprochement) -> None:
    """The whole answer."""
    page = Page()
    _print_heading(page, model)
    _print_totals(page, model)
    _print_todo(page, model)
    _print_waiting(page, model)
    _print_settled(page, model)
    _print_history(page, model)
    _print_orphans(page, model.orphelins)
    print_files(page, model)
    if model.settled:
        page.blank()
        page.line((say("Tout est soldé.", "Everything is settled."), GOOD))


def _print_heading(page: Page, model: Rapprochement) -> None:
    files, when = model.files, _day(model.on)
    page.line(
        (say("Rapprochement", "Reconciliation"), STRONG),
        when and say(f" au {when}", f" as of {when}"),
        say(" : ", ": "),
        plural(files["sent"], say("flux envoyé", "flow sent"), say("flux envoyés", "flows sent")),
        ", " + plural(files["returned"], say("retour", "return"), say("retours", "returns")),
    )
    page.blank()


def _print_totals(page: Page, model: Rapprochement) -> None:
    """The sums of `sommes`: the last row is what they say of the lines."""
    over = bool(model.sommes.trop)
    heads = [
        say("état", "state"),
        say("factures", "invoices"),
        say("demandé", "claimed"),
        say("payé", "paid"),
        say("reste", "due"),
        *([say("trop", "over")] if over else []),
    ]
    table = Table(*heads, right=tuple(range(1, len(heads))), fold=(0,))
    for etat, total in model.totaux.items():
        table.add(*_cells(total.label, total, over=over), style=_STYLES.get(etat, WARNING))
    sums = model.sommes
    whole = Compte(model.total.nombre, sums.demande, sums.paye_amo + sums.paye_amc, sums.reste, sums.trop)
    table.add(*_cells("total", whole, over=over), style=STRONG)
    page.table(table)
    others = (
        (sums.paye_orphelins, say("payé sans envoi connu", "paid without a known sending")),
        (sums.forfaits, say("forfaits", "lump sums")),
        (sums.retenues, say("retenues, dans aucune somme payée", "withholdings, in no sum paid")),
    )
    for cents, label in others:
        if cents:
            page.line(f"{label}{say(' : ', ': ')}{euros(cents)}", indent=2)


def _cells(label: str, total: Compte | TotalEtat, *, over: bool) -> tuple[str, ...]:
    cents = [total.demande, total.paye, total.reste, *([total.trop] if over else [])]
    return (label, str(total.nombre), *(amount(one) for one in cents))


# --- the lists --------------------------------------------------------------------------------------------


def _print_todo(page: Page, model: Rapprochement) -> None:
    asked = [one for one in model.actions if one.action not in _QUIET_ACTIONS]
    if not asked:
        return
    page.blank()
    page.heading(say("À FAIRE", "TO DO"))
    for action in asked:
        page.line((f"■ {action.banner}", _banner_style(action.action)), _counted(action), indent=2, hang=4)
    for action in asked:
        for ligne in model.lignes if action.factures else ():
            if ligne.liste == "a_faire" and (ligne.action, ligne.banner) == (action.action, action.banner):
                page.blank()
                _print_line(page, ligne)


def _counted(action: ActionTotale) -> str:
    """`: 2 factures, 42,00 €`; a second part adds its euros to an action that has no invoice."""
    parts = []
    if action.factures:
        parts.append(plural(action.factures, say("facture", "invoice"), say("factures", "invoices")))
    if action.montant:
        parts.append(euros(action.montant))
    if action.orphelins:
        words = (
            say("retour sans envoi", "return without a sending"),
            say("retours sans envoi", "returns without a sending"),
        )
        parts.append(plural(action.orphelins, *words))
    return say(" : ", ": ") + ", ".join(parts)


def _print_waiting(page: Page, model: Rapprochement) -> None:
    count = model.listes["a_attendre"]
    if not count.nombre:
        return
    page.blank()
    number = plural(count.nombre, say("facture", "invoice"), say("factures", "invoices"))
    page.line((say("À ATTENDRE", "TO WAIT FOR"), STRONG), say(" : ", ": "), f"{number}, {euros(count.reste)}")
    for ligne in model.lignes:
        if ligne.liste == "a_attendre":
            page.blank()
            _print_line(page, ligne)


def _print_settled(page: Page, model: Rapprochement) -> None:
    """How many, and those of which there is something to say: what was presumed, or taken back meanwhile."""
    count = model.listes["regle"]
    if not count.nombre:
        return
    page.blank()
    number = plural(count.nombre, say("facture", "invoice"), say("factures", "invoices"))
    page.line((say("RÉGLÉ", "SETTLED"), STRONG), say(" : ", ": "), f"{number}, {euros(count.paye)}")
    alike: dict[_Noted, list[str]] = {}
    for ligne in model.lignes:
        if ligne.liste != "regle":
            continue
        if ligne.reste or any(not rejet.historique for rejet in ligne.rejets):
            page.blank()
            _print_line(page, ligne)  # nothing to do, but not paid
        elif ligne.rejets or ligne.autre_envoi:
            page.line(*_title(ligne), indent=2, hang=4)
            for rejet in ligne.rejets:
                _print_before(page, rejet)
            _print_other(page, ligne, indent=4)
            _print_notes(page, ligne, indent=4)
        elif ligne.notes or ligne.ecartees:
            stands = tuple(dict.fromkeys((one.fichier, one.pour) for one in ligne.ecartees))
            alike.setdefault((tuple(ligne.notes), stands), []).append(ligne.numero)
    for (notes, stands), numbers in alike.items():
        _print_alike(page, notes, stands, numbers)


def _print_alike(
    page: Page, notes: Iterable[str], stands: Iterable[tuple[str, str]], numbers: list[str]
) -> None:
    """Settled lines of which the same is to be said."""
    count = plural(len(numbers), say("facture", "invoice"), say("factures", "invoices"))
    page.line(f"{count} ({listed(numbers)})", indent=2, hang=4)
    for note in notes:
        page.line((f"({Note(note).text(language())})", QUIET), indent=4, hang=2)
    for left, kept in stands:
        page.line((say(f"{left} redit {kept}", f"{left} says {kept} again"), QUIET), indent=4, hang=2)


def _print_history(page: Page, model: Rapprochement) -> None:
    if not model.listes["historique"].nombre:
        return
    page.blank()
    page.heading(say("HISTORIQUE", "HISTORY"))
    for ligne in model.lignes:
        if ligne.liste == "historique":
            page.line(*_title(ligne), indent=2, hang=4)
            if ligne.action not in _QUIET_ACTIONS:
                page.line((f"■ {ligne.banner}", _banner_style(ligne.action)), indent=4)
            _print_other(page, ligne, indent=4)
            _print_notes(page, ligne, indent=4)


def _print_orphans(page: Page, orphans: Iterable[Orphelin]) -> None:
    empty = True
    for one in orphans:
        if empty:
            page.blank()
            page.heading(say("Retours sans facture envoyée", "Returns without a sent invoice"))
            empty = False
        page.line(
            f"{one.numero or '?'}  {euros(one.paye)}  {one.raison_label}",
            (f"  {one.fichier}", QUIET),
            indent=2,
            hang=2,
        )
        if one.action != Action.AUCUNE.value:
            page.line((f"■ {one.banner}", _banner_style(one.action)), indent=4)
        for rejet in one.rejets:
            _print_reject(page, rejet, indent=4)
        for note in one.notes:
            page.line(f"({Note(note).text(language())})", indent=4, hang=2)


# --- one line ---------------------------------------------------------------------------------------------


def _print_line(page: Page, ligne: Ligne) -> None:
    page.line(*_title(ligne), hang=2)
    page.line((f"■ {ligne.banner}", _banner_style(ligne.action)), indent=2)
    paid = [name for name, part in ligne.parts.items() if part.paye > 0]
    if open_part("", paid) or ligne.texte == arl_text(language()):
        page.line((say("→ ", "→ "), STRONG), ligne.texte, indent=4, hang=2)
    page.line(
        say("demandé ", "claimed ") + euros(ligne.demande),
        say(", payé ", ", paid ") + euros(ligne.paye),
        say(", en trop ", ", over ") + euros(ligne.trop) if ligne.trop else "",
        _late(ligne),
        indent=2,
    )
    for gap in ligne.ecarts:
        page.line(
            f"{gap.part} {euros(gap.montant)}{say(' : ', ': ')}{gap.label}",
            _own_action(ligne, gap.part, paid),
            indent=2,
            hang=2,
        )
    if ligne.etat in _MOVED:
        _print_answers(page, ligne)
    for rejet in ligne.rejets:
        if rejet.historique:
            _print_before(page, rejet)
        else:
            _print_reject(page, rejet, indent=2)
    if ligne.arl and not ligne.arl.positif:
        page.line(f"ARL {ligne.arl.code} {ligne.arl.libelle}".rstrip(), indent=2)
    _print_other(page, ligne, indent=2)
    _print_notes(page, ligne, indent=2)
    if ligne.ambigu and not ligne.notes:
        text = say("rapprochement à vérifier", "match to be verified")
        page.line((text, WARNING), indent=2)


def _title(ligne: Ligne) -> tuple[tuple[str, str] | str, ...]:
    title = say(f"Facture {ligne.numero or '?'}", f"Invoice {ligne.numero or '?'}")
    if ligne.lot.strip("0"):
        title += say(f", lot {ligne.lot}", f", batch {ligne.lot}")
    sure = Certitude(ligne.certitude)
    return (
        (title, STRONG),
        say(" : ", ": "),
        (ligne.etat_label, _STYLES.get(ligne.etat, WARNING)),
        "" if sure is Certitude.CERTAINE else f", {sure.label(language())}",
        _since(ligne),
        (f"  {ligne.fichier}", QUIET),
    )


def _own_action(ligne: Ligne, name: str, paid: Iterable[str]) -> str:
    """What a part asks for, when it is not what the line shows."""
    part = ligne.parts[name]
    if part.action == ligne.action or part.action == Action.AUCUNE.value:
        return ""
    # The other part is named as well, even unpaid: this sentence is of one part.
    text = action_text(Action(part.action), name, {*paid, "AMO" if name == "AMC" else "AMC"}, language())
    return say(" → ", " → ") + text


def _late(ligne: Ligne) -> str:
    """The day by which the fund owes its answer."""
    if not ligne.attendu_le or ligne.parts["AMO"].etat != EtatPart.ATTENDUE.value:
        return ""
    when = _day(ligne.attendu_le)
    return say(f", attendu le {when}", f", expected on {when}")


def _print_answers(page: Page, ligne: Ligne) -> None:
    """The answers that moved money: the payment that was taken back is one of them."""
    for one in ligne.retours:
        when = _day(one.date_paiement) or "?"
        page.line(
            say(f"dit le {when} : ", f"told on {when}: ") + one.fichier,
            say(f", enregistrement {one.record}", f", record {one.record}"),
            indent=2,
            hang=2,
        )


def _print_reject(page: Page, rejet: Rejet, *, indent: int) -> None:
    label = say(f"« {rejet.label} »", f"“{rejet.label}”") if rejet.label else ""
    page.line(
        (rejet.code or say("sans code", "no code"), STRONG),
        f"  {label}",
        f"{say(' : ', ': ')}{rejet.meaning}",
        indent=indent,
        hang=2,
    )
    if rejet.provider_action:
        page.line((say("→ ", "→ "), STRONG), rejet.provider_action, indent=indent + 2, hang=2)


def _print_before(page: Page, rejet: Rejet) -> None:
    """A reject that a later decision replaced."""
    when = _day(rejet.jour)
    label = say(f"« {rejet.label} »", f"“{rejet.label}”") if rejet.label else ""
    page.line(
        (say("avant, ", "before, "), QUIET),
        (when and say(f"le {when} : ", f"on {when}: "), QUIET),
        (f"{rejet.code or say('sans code', 'no code')}  {label}".rstrip(), QUIET),
        indent=4,
        hang=2,
    )


def _print_other(page: Page, ligne: Ligne, *, indent: int) -> None:
    """The sending that holds the claim, or that a note speaks of."""
    other = ligne.doublon_de or ligne.autre_envoi
    if other is None:
        return
    words = say("déjà envoyée : ", "already sent: ") if ligne.doublon_de else say("voir ", "see ")
    page.line(
        words + say(f"facture {other.numero or '?'}", f"invoice {other.numero or '?'}"),
        other.etat_label and f", {other.etat_label}",
        say(f", {other.fichier}, enregistrement {other.record}", f", {other.fichier}, record {other.record}"),
        indent=indent,
        hang=2,
    )


def _print_notes(page: Page, ligne: Ligne, *, indent: int) -> None:
    """Each note in words; what is left out, with the file that stands for it."""
    for note in ligne.notes:
        page.line((f"({Note(note).text(language())})", QUIET), indent=indent, hang=2)
    for one in ligne.ecartees:
        stands = one.pour and say(f", c'est {one.pour} qui compte", f", {one.pour} counts")
        page.line(
            (
                f"{one.part} {euros(one.paye)}"
                + say(f" dit par {one.fichier} n'est pas compté", f" told by {one.fichier} is not counted")
                + stands,
                QUIET,
            ),
            indent=indent,
            hang=2,
        )


def _banner_style(action: str) -> str:
    style = action_style(action)
    return "bold white on red" if style == ERROR else style


def _since(ligne: Ligne) -> str:
    if ligne.jours is None:
        return ""
    days = plural(ligne.jours, say("jour", "day"), say("jours", "days"))
    return say(f", depuis {days}", f", for {days}")


def _day(iso: str) -> str:
    return day(dt.date.fromisoformat(iso)) if iso else ""
