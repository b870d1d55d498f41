"""A decoded return as text: what asks for something first, then what was paid, then the totals."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from cli.decode.actions import needs_attention, print_actions
from cli.decode.model import (
    Beneficiaire,
    EnTout,
    Facture,
    Jour,
    Mouvement,
    Part,
    Rejet,
    Resume,
    Retour,
)
from cli.words.findings import counts_text, print_groups
from cli.words.page import ERROR, GOOD, QUIET, SEVERITY_STYLES, STRONG, WARNING, Page
from cli.words.reason_text import print_banner, print_reason
from cli.words.speech import Lang, plural, speaker
from cli.words.states import counted_state
from cli.words.tables import Table
from cli.words.texts import amount, day, euros
from codes.action_texts import action_text
from codes.actions import Action
from codes.states import Etat

_STYLES: Final = {"payee": GOOD, "rejetee": ERROR}

#: The state of a part that was decided in full as each letter says.
_RECEIVED: Final = {"P": "payee", "R": "rejetee", "D": "differee"}

#: Rejects that were told in full: who speaks, code, label.
Told = set[tuple[str, str, str]]


def print_return(page: Page, data: Retour, lang: Lang) -> None:
    """One return, explained."""
    say = speaker(lang)
    made = _day(data.date_creation, lang)
    sender = data.emetteur.label or data.emetteur.type
    page.line(
        (f"{data.file}{say(' :', ':')} ", STRONG),
        say("retour NOEMIE", "NOEMIE return"),
        data.reference and say(f", référence {data.reference}", f", reference {data.reference}"),
        _rank(data, lang),
        made and say(f", du {made}", f", of {made}"),
        (_reading(data.jour, lang), QUIET),
        sender and say(f", de : {sender}", f", from: {sender}"),
    )
    _print_transfers(page, data, lang)
    told: Told = set()
    todo = [facture for facture in data.factures if needs_attention(facture)]
    paid = [facture for facture in data.factures if not needs_attention(facture)]
    if todo:
        page.blank()
        page.heading(say(f"À TRAITER ({len(todo)})", f"NEEDS YOUR ATTENTION ({len(todo)})"))
        for facture in todo:
            page.blank()
            print_facture(page, facture, lang, told)
    if data.rejets_hors_facture:
        page.blank()
        page.heading(say("Rejets hors de toute facture", "Rejects outside any invoice"))
        for rejet in data.rejets_hors_facture:
            page.blank()
            _print_reject(page, rejet, lang, told)
    if paid:
        page.blank()
        page.heading(say(f"SANS REMARQUE ({len(paid)})", f"WITHOUT REMARK ({len(paid)})"))
        _print_paid(page, paid, lang)
    _print_movements(page, data.mouvements, lang, told)
    _print_others(page, data, lang)
    _print_findings(page, data, lang)
    if data.factures or not data.mouvements:
        _print_summary(page, data.summary, lang)


def _reading(jour: Jour, lang: Lang) -> str:
    """How the day of the return was read, when nothing else vouches for it or the order is unusual."""
    say = speaker(lang)
    if jour.douteux and jour.choix == "emetteur":
        return say(f" (jour lu {jour.ordre}, à confirmer)", f" (day read {jour.ordre}, to be confirmed)")
    return say(" (jour lu JJMMAA)", " (day read JJMMAA)") if jour.ordre == "JJMMAA" else ""


def _rank(data: Retour, lang: Lang) -> str:
    """Which return of its file this one is, when the file holds several."""
    if data.retours < 2:
        return ""
    return speaker(lang)(
        f", {data.rang} sur {data.retours} dans ce fichier",
        f", {data.rang} of {data.retours} in this file",
    )


def print_all(page: Page, totals: EnTout, lang: Lang) -> None:
    """Several returns, in short: see `Totals.total`."""
    say = speaker(lang)
    page.blank()
    head = plural(totals.retours, say("RETOUR", "RETURN"), say("RETOURS", "RETURNS"), lang)
    page.heading(say(f"EN TOUT, {head}", f"IN ALL, {head}"))
    if unreadable := totals.illisibles:
        words = (say("fichier illisible", "unreadable file"), say("fichiers illisibles", "unreadable files"))
        page.line((plural(unreadable, *words, lang), ERROR), indent=2)
    _print_sums(page, totals, lang)


def _print_transfers(page: Page, data: Retour, lang: Lang) -> None:
    say = speaker(lang)
    for virement in data.virements:
        page.blank()
        when = _day(virement.date, lang) or "?"
        page.line(
            (say(f"Virement du {when} : ", f"Transfer of {when}: "), STRONG),
            (euros(virement.montant, lang), STRONG),
            say(f", payeur {virement.organisme_payeur}", f", payer {virement.organisme_payeur}")
            if virement.organisme_payeur
            else "",
            ", " + plural(virement.factures, say("facture", "invoice"), say("factures", "invoices"), lang),
        )
        for label in virement.libelles:
            page.line((label, QUIET), indent=2)


def title_of(facture: Facture, lang: Lang) -> str:
    """`Facture 000000001, lot 001 du 14/03/2025`."""
    say = speaker(lang)
    text = say(f"Facture {facture.numero or '?'}", f"Invoice {facture.numero or '?'}")
    if facture.lot.strip("0"):
        text += say(f", lot {facture.lot}", f", batch {facture.lot}")
        if facture.date_lot_douteuse:
            text += say(" (jour douteux)", " (doubtful day)")
        elif facture.date_lot:
            text += say(" du ", " of ") + _day(facture.date_lot, lang)
    return text


def print_facture(page: Page, facture: Facture, lang: Lang, told: Told) -> None:
    """One invoice: the action first, then the parts, then each reject explained."""
    say = speaker(lang)
    page.line(
        (title_of(facture, lang), STRONG),
        say(" : ", ": "),
        (facture.etat_label, _STYLES.get(facture.etat, WARNING)),
        (f", {facture.nature_assurance_label}" if facture.nature_assurance_label else "", QUIET),
    )
    print_banner(page, facture, 2)
    if facture.part_seule:
        page.line((say("→ ", "→ "), STRONG), facture.texte, indent=4, hang=2)
    for part in facture.parts:
        if not (part.demande or part.paye or part.etat):
            continue
        page.line(
            (f"{part.part}  ", STRONG),
            say("demandé ", "claimed ") + euros(part.demande, lang),
            say(", payé ", ", paid ") + euros(part.paye, lang),
            f", {_state_of(part)}",
            _own_action(facture, part, lang),
            indent=2,
        )
    if not facture.parts:
        page.line(say("payé ", "paid ") + euros(facture.montant_paye, lang), indent=2)
    alone = len(facture.rejets) == 1
    for rejet in facture.rejets:
        _print_reject(page, rejet, lang, told, banner=not (alone and rejet.action == facture.action))
    for comment in facture.commentaires:
        page.line(say("commentaire : ", "comment: ") + comment, indent=2, hang=2)


def _state_of(part: Part) -> str:
    """The state as received, when it is all there is to say; else that of the part."""
    plain = _RECEIVED.get(part.etat) == part.situation
    label: str = part.etat_label if plain and part.etat_label else part.situation_label
    return label


def _own_action(facture: Facture, part: Part, lang: Lang) -> str:
    """What a part asks for, when it is not what the invoice shows."""
    if part.action in (facture.action, Action.AUCUNE.value):
        return ""
    other = "AMC" if part.part == "AMO" else "AMO"
    text = action_text(Action(part.action), part.part, {other}, lang)
    return speaker(lang)(" → ", " → ") + text


def _print_reject(page: Page, rejet: Rejet, lang: Lang, told: Told, *, banner: bool = True) -> None:
    say = speaker(lang)
    where = [rejet.niveau_label, rejet.part_label]
    if rejet.nature_prestation:
        where.append(say("acte ", "act ") + rejet.nature_prestation)
    if rejet.date_soins:
        where.append(say("du ", "of ") + _day(rejet.date_soins, lang))
    if rejet.ligne:
        where.append(say(f"ligne {rejet.ligne}", f"line {rejet.ligne}"))
    label = say(f"« {rejet.label} »", f"“{rejet.label}”") if rejet.label else ""
    page.line(
        (rejet.code or say("sans code", "no code"), STRONG),
        f"  {label}",
        (f"  {', '.join(part for part in where if part)}", QUIET),
        indent=2,
        hang=2,
    )
    key = (rejet.namespace, rejet.code, rejet.label)
    print_reason(page, rejet, lang, indent=4, banner=banner, again=key in told)
    told.add(key)
    if rejet.information:
        page.line((say("information  ", "information  "), QUIET), rejet.information, indent=4)


def _print_paid(page: Page, factures: list[Facture], lang: Lang) -> None:
    say = speaker(lang)
    made = Table(
        say("facture", "invoice"),
        say("lot", "batch"),
        say("date", "date"),
        say("demandé", "claimed"),
        "AMO",
        "AMC",
        say("payé", "paid"),
        right=(3, 4, 5, 6),
    )
    for facture in factures:
        paid = {part.part: part.paye for part in facture.parts}
        asked = facture.montant_demande
        made.add(
            facture.numero,
            facture.lot,
            _day(facture.date_facturation or facture.date_lot, lang),
            "" if asked is None else amount(asked, lang),
            amount(paid["AMO"], lang) if "AMO" in paid else "",
            amount(paid["AMC"], lang) if "AMC" in paid else "",
            euros(facture.montant_paye, lang),
        )
    page.table(made)


def _print_movements(page: Page, movements: list[Mouvement], lang: Lang, told: Told) -> None:
    if not movements:
        return
    say = speaker(lang)
    page.blank()
    page.heading(say(f"MOUVEMENTS DE CONTRAT ({len(movements)})", f"CONTRACT MOVEMENTS ({len(movements)})"))
    for movement in movements:
        page.blank()
        contracts = ", ".join(
            f"{some.type_contrat} {_day(some.date_debut, lang)} → {_day(some.date_fin, lang) or '…'}"
            for some in movement.contrats
        )
        page.line(
            (say("Mouvement ", "Movement ") + (movement.code_mouvement or "?"), STRONG),
            movement.libelle_mouvement and f" ({movement.libelle_mouvement})",
            movement.assure and say(f", assuré {movement.assure}", f", insured {movement.assure}"),
            movement.numero_adherent
            and say(f", adhérent {movement.numero_adherent}", f", member {movement.numero_adherent}"),
            _beneficiary(movement.beneficiaire, lang),
            contracts and say(f", contrats {contracts}", f", contracts {contracts}"),
            hang=2,
        )
        for rejet in movement.rejets:
            _print_reject(page, rejet, lang, told)


def _beneficiary(told: Beneficiaire, lang: Lang) -> str:
    """Whom a movement is about: names are there when they may be shown."""
    say = speaker(lang)
    name = " ".join(dict.fromkeys(filter(None, (told.prenom, told.nom))))
    parts = [
        name and say(f"bénéficiaire {name}", f"beneficiary {name}"),
        told.date_naissance and say(f"né(e) le {told.date_naissance}", f"born {told.date_naissance}"),
        told.rang_naissance and say(f"rang {told.rang_naissance}", f"rank {told.rang_naissance}"),
    ]
    return "".join(f", {part}" for part in parts if part)


def _print_others(page: Page, data: Retour, lang: Lang) -> None:
    say = speaker(lang)
    if data.forfaits:
        page.blank()
        page.heading(say("FORFAITS", "LUMP SUMS"))
        for some in data.forfaits:
            page.line(f"{some.code}  {euros(some.montant, lang)}", indent=2)
    if data.dettes:
        page.blank()
        page.heading(say("DETTES ET RETENUES", "DEBTS AND WITHHOLDINGS"))
        for dette in data.dettes:
            page.line(
                euros(dette.montant, lang),
                f"  {dette.nature_label or dette.nature}",
                f", {dette.recuperation_label or dette.recuperation}" if dette.recuperation else "",
                say(f", du {_day(dette.date, lang)}", f", of {_day(dette.date, lang)}") if dette.date else "",
                say(", reste dû ", ", still owed ") + euros(dette.solde, lang),
                indent=2,
                hang=2,
            )


def _print_findings(page: Page, data: Retour, lang: Lang) -> None:
    say = speaker(lang)
    counts = {**data.counts, "info": 0}
    page.blank()
    if not data.counts["error"] and not data.counts["warning"]:
        page.line(
            (
                say(
                    "Compteurs et totaux du fichier : vérifiés.", "Counters and totals of the file: verified."
                ),
                GOOD,
            )
        )
        return
    worst = next(word for word in SEVERITY_STYLES if counts[word])
    page.line(
        (say("CONTRÔLE DU FICHIER : ", "CHECK OF THE FILE: "), STRONG),
        (counts_text(counts, lang), SEVERITY_STYLES[worst]),
    )
    print_groups(page, found_of(data), lang)


def found_of(data: Retour) -> dict[str, Any]:
    """What the checks said, in the form that `noemie check` prints."""
    return {"findings": data.findings, "omitted": data.omitted, "notes": data.notes}


def _print_summary(page: Page, summary: Resume, lang: Lang) -> None:
    say = speaker(lang)
    page.blank()
    page.heading(say("EN RÉSUMÉ", "IN SHORT"))
    _print_sums(page, summary, lang)


def _print_sums(page: Page, summary: Resume | EnTout, lang: Lang) -> None:
    """Invoices by state, amounts, then what must be done with how many of them."""
    say = speaker(lang)
    states = summary.etats
    count = plural(summary.factures, say("facture", "invoice"), say("factures", "invoices"), lang)
    parts = [counted_state(Etat(key), number, lang) for key, number in states.items() if number]
    page.line(f"{count}{say(' : ', ': ') if parts else ''}{', '.join(parts)}", indent=2, hang=2)
    rows = (
        (summary.paye, say("payé", "paid"), GOOD),
        (summary.repris, say("dont repris", "of it taken back"), WARNING),
        (summary.rejete, say("rejeté", "rejected"), ERROR),
        (summary.differe, say("différé", "deferred"), WARNING),
        (summary.retenu, say("dettes et retenues", "debts, withholdings"), WARNING),
    )
    kept = [
        (name, euros(cents, lang), style)
        for rank, (cents, name, style) in enumerate(rows)
        if cents or not rank
    ]
    width = max(len(name) for name, _, _ in kept)
    room = max(len(text) for _, text, _ in kept)
    for name, text, style in kept:
        page.line(f"{name:<{width}}  ", (f"{text:>{room}}", style), indent=2)
    print_actions(page, summary, lang)


def _day(iso: str, lang: Lang) -> str:
    return day(dt.date.fromisoformat(iso), lang) if iso else ""
