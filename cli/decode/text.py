"""A decoded return as text: what asks for something first, then what was paid, then the totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import filterfalse
from typing import Final

from cli.check.findings import Shown, print_groups
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
from cli.words.page import ERROR, GOOD, QUIET, SEVERITY_STYLES, STRONG, WARNING, Page
from cli.words.reason_text import print_banner, print_reason
from cli.words.severities import counts_text
from cli.words.speech import language, plural, say
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


def print_return(page: Page, data: Retour) -> None:
    """One return, explained."""
    made = _day(data.date_creation)
    sender = data.emetteur.label or data.emetteur.type
    page.line(
        (f"{data.file}{say(' :', ':')} ", STRONG),
        say("retour NOEMIE", "NOEMIE return"),
        data.reference and say(f", référence {data.reference}", f", reference {data.reference}"),
        _rank(data),
        made and say(f", du {made}", f", of {made}"),
        (_reading(data.jour), QUIET),
        sender and say(f", de : {sender}", f", from: {sender}"),
    )
    _print_transfers(page, data)
    told: Told = set()
    todo = sum(map(needs_attention, data.factures))
    paid = len(data.factures) - todo
    if todo:
        page.blank()
        page.heading(say(f"À TRAITER ({todo})", f"NEEDS YOUR ATTENTION ({todo})"))
        for facture in filter(needs_attention, data.factures):
            page.blank()
            print_facture(page, facture, told)
    if data.rejets_hors_facture:
        page.blank()
        page.heading(say("Rejets hors de toute facture", "Rejects outside any invoice"))
        for rejet in data.rejets_hors_facture:
            page.blank()
            _print_reject(page, rejet, told)
    if paid:
        page.blank()
        page.heading(say(f"SANS REMARQUE ({paid})", f"WITHOUT REMARK ({paid})"))
        page.table(_paid(data.factures))
    _print_movements(page, data.mouvements, told)
    _print_others(page, data)
    _print_findings(page, data)
    if data.factures or not data.mouvements:
        _print_summary(page, data.summary)


def _reading(jour: Jour) -> str:
    """How the day of the return was read, when nothing else vouches for it or the order is unusual."""
    if jour.douteux and jour.choix == "emetteur":
        return say(f" (jour lu {jour.ordre}, à confirmer)", f" (day read {jour.ordre}, to be confirmed)")
    return say(" (jour lu JJMMAA)", " (day read JJMMAA)") if jour.ordre == "JJMMAA" else ""


def _rank(data: Retour) -> str:
    """Which return of its file this one is, when the file holds several."""
    if data.retours < 2:
        return ""
    return say(
        f", {data.rang} sur {data.retours} dans ce fichier",
        f", {data.rang} of {data.retours} in this file",
    )


def print_all(page: Page, totals: EnTout) -> None:
    """Several returns, in short: see `Totals.total`."""
    page.blank()
    head = plural(totals.retours, say("RETOUR", "RETURN"), say("RETOURS", "RETURNS"))
    page.heading(say(f"EN TOUT, {head}", f"IN ALL, {head}"))
    if unreadable := totals.illisibles:
        words = (say("fichier illisible", "unreadable file"), say("fichiers illisibles", "unreadable files"))
        page.line((plural(unreadable, *words), ERROR), indent=2)
    _print_sums(page, totals)


def _print_transfers(page: Page, data: Retour) -> None:
    for virement in data.virements:
        page.blank()
        when = _day(virement.date) or "?"
        page.line(
            (say(f"Virement du {when} : ", f"Transfer of {when}: "), STRONG),
            (euros(virement.montant), STRONG),
            say(f", payeur {virement.organisme_payeur}", f", payer {virement.organisme_payeur}")
            if virement.organisme_payeur
            else "",
            ", " + plural(virement.factures, say("facture", "invoice"), say("factures", "invoices")),
        )
        for label in virement.libelles:
            page.line((label, QUIET), indent=2)


def title_of(facture: Facture) -> str:
    """`Facture 000000001, lot 001 du 14/03/2025`."""
    text = say(f"Facture {facture.numero or '?'}", f"Invoice {facture.numero or '?'}")
    if facture.lot.strip("0"):
        text += say(f", lot {facture.lot}", f", batch {facture.lot}")
        if facture.date_lot_douteuse:
            text += say(" (jour douteux)", " (doubtful day)")
        elif facture.date_lot:
            text += say(" du ", " of ") + _day(facture.date_lot)
    return text


def print_facture(page: Page, facture: Facture, told: Told) -> None:
    """One invoice: the action first, then the parts, then each reject explained."""
    page.line(
        (title_of(facture), STRONG),
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
            say("demandé ", "claimed ") + euros(part.demande),
            say(", payé ", ", paid ") + euros(part.paye),
            f", {_state_of(part)}",
            _own_action(facture, part),
            indent=2,
        )
    if not facture.parts:
        page.line(say("payé ", "paid ") + euros(facture.montant_paye), indent=2)
    alone = len(facture.rejets) == 1
    for rejet in facture.rejets:
        _print_reject(page, rejet, told, banner=not (alone and rejet.action == facture.action))
    for comment in facture.commentaires:
        page.line(say("commentaire : ", "comment: ") + comment, indent=2, hang=2)


def _state_of(part: Part) -> str:
    """The state as received, when it is all there is to say; else that of the part."""
    plain = _RECEIVED.get(part.etat) == part.situation
    label: str = part.etat_label if plain and part.etat_label else part.situation_label
    return label


def _own_action(facture: Facture, part: Part) -> str:
    """What a part asks for, when it is not what the invoice shows."""
    if part.action in (facture.action, Action.AUCUNE.value):
        return ""
    other = "AMC" if part.part == "AMO" else "AMO"
    text = action_text(Action(part.action), part.part, {other}, language())
    return say(" → ", " → ") + text


def _print_reject(page: Page, rejet: Rejet, told: Told, *, banner: bool = True) -> None:
    where = [rejet.niveau_label, rejet.part_label]
    if rejet.nature_prestation:
        where.append(say("acte ", "act ") + rejet.nature_prestation)
    if rejet.date_soins:
        where.append(say("du ", "of ") + _day(rejet.date_soins))
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
    print_reason(page, rejet, indent=4, banner=banner, again=key in told)
    told.add(key)
    if rejet.information:
        page.line((say("information  ", "information  "), QUIET), rejet.information, indent=4)


def _paid(factures: Sequence[Facture]) -> Table:
    """The invoices that call for nothing."""

    def cells() -> Iterator[tuple[str, ...]]:
        return map(_paid_row, filterfalse(needs_attention, factures))

    return Table(
        say("facture", "invoice"),
        say("lot", "batch"),
        say("date", "date"),
        say("demandé", "claimed"),
        "AMO",
        "AMC",
        say("payé", "paid"),
        right=(3, 4, 5, 6),
        made=cells,
    )


def _paid_row(facture: Facture) -> tuple[str, ...]:
    paid = {part.part: part.paye for part in facture.parts}
    asked = facture.montant_demande
    return (
        facture.numero,
        facture.lot,
        _day(facture.date_facturation or facture.date_lot),
        "" if asked is None else amount(asked),
        amount(paid["AMO"]) if "AMO" in paid else "",
        amount(paid["AMC"]) if "AMC" in paid else "",
        euros(facture.montant_paye),
    )


def _print_movements(page: Page, movements: Sequence[Mouvement], told: Told) -> None:
    if not movements:
        return
    page.blank()
    page.heading(say(f"MOUVEMENTS DE CONTRAT ({len(movements)})", f"CONTRACT MOVEMENTS ({len(movements)})"))
    for movement in movements:
        page.blank()
        contracts = ", ".join(
            f"{some.type_contrat} {_day(some.date_debut)} → {_day(some.date_fin) or '…'}"
            for some in movement.contrats
        )
        page.line(
            (say("Mouvement ", "Movement ") + (movement.code_mouvement or "?"), STRONG),
            movement.libelle_mouvement and f" ({movement.libelle_mouvement})",
            movement.assure and say(f", assuré {movement.assure}", f", insured {movement.assure}"),
            movement.numero_adherent
            and say(f", adhérent {movement.numero_adherent}", f", member {movement.numero_adherent}"),
            _beneficiary(movement.beneficiaire),
            contracts and say(f", contrats {contracts}", f", contracts {contracts}"),
            hang=2,
        )
        for rejet in movement.rejets:
            _print_reject(page, rejet, told)


def _beneficiary(told: Beneficiaire) -> str:
    """Whom a movement is about: names are there when they may be shown."""
    name = " ".join(dict.fromkeys(filter(None, (told.prenom, told.nom))))
    parts = [
        name and say(f"bénéficiaire {name}", f"beneficiary {name}"),
        told.date_naissance and say(f"né(e) le {told.date_naissance}", f"born {told.date_naissance}"),
        told.rang_naissance and say(f"rang {told.rang_naissance}", f"rank {told.rang_naissance}"),
    ]
    return "".join(f", {part}" for part in parts if part)


def _print_others(page: Page, data: Retour) -> None:
    if data.forfaits:
        page.blank()
        page.heading(say("FORFAITS", "LUMP SUMS"))
        for some in data.forfaits:
            page.line(f"{some.code}  {euros(some.montant)}", indent=2)
    if data.dettes:
        page.blank()
        page.heading(say("DETTES ET RETENUES", "DEBTS AND WITHHOLDINGS"))
        for dette in data.dettes:
            page.line(
                euros(dette.montant),
                f"  {dette.nature_label or dette.nature}",
                f", {dette.recuperation_label or dette.recuperation}" if dette.recuperation else "",
                say(f", du {_day(dette.date)}", f", of {_day(dette.date)}") if dette.date else "",
                say(", reste dû ", ", still owed ") + euros(dette.solde),
                indent=2,
                hang=2,
            )


def _print_findings(page: Page, data: Retour) -> None:
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
        (counts_text(counts), SEVERITY_STYLES[worst]),
    )
    print_groups(page, map(Shown, data.findings), data.omitted, data.notes)


def _print_summary(page: Page, summary: Resume) -> None:
    page.blank()
    page.heading(say("EN RÉSUMÉ", "IN SHORT"))
    _print_sums(page, summary)


def _print_sums(page: Page, summary: Resume | EnTout) -> None:
    """Invoices by state, amounts, then what must be done with how many of them."""
    states = summary.etats
    count = plural(summary.factures, say("facture", "invoice"), say("factures", "invoices"))
    parts = [counted_state(Etat(key), number) for key, number in states.items() if number]
    page.line(f"{count}{say(' : ', ': ') if parts else ''}{', '.join(parts)}", indent=2, hang=2)
    rows = (
        (summary.paye, say("payé", "paid"), GOOD),
        (summary.repris, say("dont repris", "of it taken back"), WARNING),
        (summary.rejete, say("rejeté", "rejected"), ERROR),
        (summary.differe, say("différé", "deferred"), WARNING),
        (summary.retenu, say("dettes et retenues", "debts, withholdings"), WARNING),
    )
    kept = [
        (name, euros(cents), style) for rank, (cents, name, style) in enumerate(rows) if cents or not rank
    ]
    width = max(len(name) for name, _, _ in kept)
    room = max(len(text) for _, text, _ in kept)
    for name, text, style in kept:
        page.line(f"{name:<{width}}  ", (f"{text:>{room}}", style), indent=2)
    print_actions(page, summary)


def _day(iso: str) -> str:
    return day(dt.date.fromisoformat(iso)) if iso else ""
