"""Words that the text and the page of `noemie today` share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from cli.words.motives import motive_text
from cli.words.speech import language, plural, say
from cli.words.texts import day, euros, listed, localised, printable, weekday
from codes.actions import Action
from codes.notes import Note
from codes.states import Certitude
from noemie.ledger.today_model import Age, Aujourdhui, AutrePart, Carte, Groupe, MarqueDite, Total

_KINDS: Final = {
    "flux": (("envoi", "envois"), ("flow sent", "flows sent")),
    "retour": (("retour", "retours"), ("return", "returns")),
    "arl": (("ARL", "ARL"), ("ARL", "ARLs")),
}

#: Why a file is left aside, in both languages.
_ASIDE: Final = {
    "coupe": ("coupé, sa fin manque : le récupérer de nouveau", "cut, its end lacks: fetch it again"),
    "ecarte": ("coupé, mais le fichier entier est là", "cut, but the whole file is there"),
    "copie": ("redit un autre fichier, compté une seule fois", "says another file again, counted once"),
    "abime": ("abîmé", "damaged"),
    "total_faux": ("son total n'est pas la somme lue", "its total is not the sum that was read"),
    "illisible": ("illisible", "cannot be read"),
    "etranger": ("ni envoi, ni retour, ni ARL", "neither a flow, a return nor an ARL"),
    "droits": ("carte ou fichier de droits : noemie rights", "card or file of rights: noemie rights"),
    "a_relire": (
        "lu par une version antérieure, à redonner",
        "read by an older version, to be given again",
    ),
}

#: Days before the last one to ask for a payment, from which that day is told.
_NEAR: Final = 90

#: What is said twice of one transfer is counted once: it changes nothing for who reads a card.
_COPIES: Final = frozenset({Note.COPIE, Note.COPIE_PRESUMEE, Note.COPIE_SANS_JOUR})

#: Marks as a card tells them.
_MARKS: Final = {
    "soldee": ("soldée", "settled"),
    "refaite_sous": ("refaite sous", "redone under"),
    "pas_refaite": ("pas refaite", "not redone"),
    "pas_la_meme": ("pas les mêmes soins que", "not the same care as"),
    "version_retenue": ("version retenue", "version taken"),
    "relancee": ("relancée", "chased"),
    "reclamee": ("réclamée", "claim made"),
    "patient_averti": ("patient averti", "patient told"),
    "note": ("note", "note"),
    "rappel": ("rappel", "reminder"),
}


def long_day(date: dt.date) -> str:
    """A day with its name: `mardi 20/01/2026`."""
    return f"{weekday(date)} {day(date)}"


def apart(found: Aujourdhui) -> tuple[list[Groupe], list[Groupe]]:
    """What is to be done, and what is only awaited, each in its order."""
    waits = [group for group in found.groupes if group.action is Action.ATTENDRE]
    return [group for group in found.groupes if group not in waits], waits


def since(found: Aujourdhui) -> str:
    """Since when what came is new."""
    if found.depuis is None:
        return say("depuis le début", "since the beginning")
    return say(f"depuis le {day(found.depuis)}", f"since {day(found.depuis)}")


def empty_text(found: Aujourdhui) -> str:
    """What to do when no invoice, transfer or lump sum was ever read; empty otherwise."""
    if found.sommes.total.factures or found.recu.virements or found.paye_sans_envoi or found.forfaits:
        return ""
    return say(
        "Le registre est vide : donner le dossier des envois et des retours.",
        "The ledger is empty: give the folder of flows and returns.",
    )


def invoices(count: int) -> str:
    """`2 factures`."""
    return plural(count, say("facture", "invoice"), say("factures", "invoices"))


def alone(count: int) -> str:
    """`2 retours sans envoi`."""
    one, many = (
        say("retour sans envoi", "return without a flow"),
        say("retours sans envoi", "returns without a flow"),
    )
    return plural(count, one, many)


def counted(total: Total | Groupe) -> str:
    """`2 factures, 42,00 €`; answers to nothing sent are counted apart."""
    apart = total.retours if isinstance(total, Total) else len(total.retours)
    told = []
    if total.factures or not (total.montant or apart):
        told.append(invoices(total.factures))
    if total.montant or total.factures:
        told.append(euros(total.montant))
    if apart:
        told.append(alone(apart))
    return ", ".join(told)


def files_text(found: Aujourdhui) -> str:
    """How many files of each kind came."""
    told = []
    for kind, words in _KINDS.items():
        if count := sum(one.nature == kind for one in found.recu.fichiers):
            told.append(plural(count, *say(*words)))
    return ", ".join(told)


def age_text(age: Age) -> str:
    """`30 à 59 jours`."""
    if age.au is None:
        return say(f"{age.du} jours et plus", f"{age.du} days and more")
    if not age.du:
        return say(f"moins de {age.au + 1} jours", f"less than {age.au + 1} days")
    return say(f"{age.du} à {age.au} jours", f"{age.du} to {age.au} days")


def name_of(card: Carte) -> str:
    """How `ledger mark` names an invoice, as short as may be: its number, its batch when it has one."""
    return printable(card.numero) + (f"/{printable(card.lot)}" if card.lot.strip("0") else "")


def why_text(card: Carte) -> str:
    """Why it stands there: motives, else its state; how sure; since when; what was said of it."""
    parts = [one.part for one in card.rejets if not one.historique]
    told = [", ".join(motive_text(motive, parts) for motive in card.motifs) or card.etat_label]
    if card.certitude is not Certitude.CERTAINE:
        told.append(card.certitude.label(language()))
    if card.jours is not None:
        days = plural(card.jours, say("jour", "day"), say("jours", "days"))
        told.append(say(f"depuis {days}", f"for {days}"))
    for mark in card.marques:
        when = f" ({day(mark.jour)})" if mark.jour else ""
        told.append(mark_text(mark) + when)
    return ", ".join(told)


def mark_text(mark: MarqueDite) -> str:
    """What somebody said of an invoice: `refaite sous 12`."""
    detail = localised(mark.detail) if mark.sorte == "rappel" else mark.detail
    return " ".join(filter(None, (_mark(mark.sorte), detail)))


def more_lines(card: Carte, on: dt.date) -> list[str]:
    """What else is said of a card: a limit that is near, the other sending, notes, what is not counted."""
    told = [limit] if (limit := _limit(card, on)) else []
    if other := card.autre_envoi:
        number = printable(other.numero) or "?"
        about = f", {other.etat_label}" if other.etat_label else ""
        told.append(say(f"voir la facture {number}", f"see invoice {number}") + f"{about}, {other.fichier}")
    told += [Note(note).text(language()) for note in card.notes if note not in _COPIES]
    for one in card.ecartees:
        if one.raison in _COPIES:
            continue
        stands = say(f", c'est {one.pour} qui compte", f", {one.pour} counts") if one.pour else ""
        said = say(f"dit par {one.fichier} n'est pas compté", f"told by {one.fichier} is not counted")
        told.append(f"{one.part} {euros(one.paye)} {said}{stands}")
    return told


def _limit(card: Carte, on: dt.date) -> str:
    """The last day on which its payment may be asked for, when it is near or over."""
    last = card.soins.forclusion_le
    if last is None or not card.reste or (last - on).days > _NEAR:
        return ""
    if last < on:
        return say(
            f"délai passé le {day(last)} : la caisse peut refuser de la payer",
            f"limit over since {day(last)}: the fund may refuse to pay it",
        )
    return say(
        f"dernier jour pour en demander le paiement : {day(last)}",
        f"last day to ask for its payment: {day(last)}",
    )


def other_text(other: AutrePart) -> str:
    """`part AMC de 12  10,50 €`."""
    number = printable(other.numero)
    part = say(f"part {other.part} de {number}", f"{other.part} part of {number}")
    return f"{part}  {euros(other.montant)}"


def by_invoice(parts: Sequence[AutrePart]) -> list[str]:
    """`12  21,00 €`, each invoice once; with its part when there is one only."""
    groups: dict[tuple[str, int], list[AutrePart]] = {}
    for one in parts:
        groups.setdefault((one.fichier, one.record), []).append(one)
    return [
        other_text(some[0])
        if len(some) == 1
        else f"{printable(some[0].numero)}  {euros(sum(one.montant for one in some))}"
        for some in groups.values()
    ]


def aside_lines(found: Aujourdhui) -> list[tuple[str, str]]:
    """The files left aside, by reason; the ARLs of no batch that was sent."""
    by_reason: dict[str, list[str]] = {}
    for one in found.ecartes:
        rank = say(f" (retour {one.rang})", f" (return {one.rang})") if one.rang > 1 else ""
        by_reason.setdefault(one.raison, []).append(one.fichier + rank)
    lines = [(say(*_ASIDE[reason]), listed(names)) for reason, names in by_reason.items()]
    if found.arls_sans_lot:
        lines.append(
            (say("ARL d'aucun lot envoyé", "ARLs of no batch that was sent"), str(found.arls_sans_lot))
        )
    return lines


def _mark(sorte: str) -> str:
    return say(*_MARKS[sorte]) if sorte in _MARKS else sorte
