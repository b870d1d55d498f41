"""The life of an invoice, from its sending to what is awaited, a step a fact."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from cli.serve.cards import ToldReject
from cli.words.speech import say
from cli.words.texts import crossed_out, day, euros, printable

__all__ = ["Step", "steps"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: `tone` is that of the house style, `next` when it is still to come."""

    jour: dt.date | None
    title: str
    text: str = ""
    said: str = ""
    tone: str = ""
    next: bool = False


def steps(card: Any, rejets: list[ToldReject]) -> list[Step]:
    """The steps in order of time; what is awaited comes last."""
    line = card.ligne
    found = [
        Step(
            jour=card.ligne.depuis,
            title=say("Envoyée", "Sent"),
            text=say(f"Lot {printable(line.lot)}, fichier ", f"Batch {printable(line.lot)}, file ")
            + printable(line.fichier),
            tone="good",
        )
    ]
    if line.arl is not None:
        good = line.arl.positif
        found.append(
            Step(
                jour=line.arl.jour or line.date_lot,
                title=say("Reçue par la caisse", "Received by the fund")
                if good
                else say("Lot refusé à l'arrivée", "Batch refused on arrival"),
                text=say("ARL positif.", "Positive ARL.")
                if good
                else say("ARL négatif : ", "Negative ARL: "),
                said="" if good else printable(f"{line.arl.code} {line.arl.libelle}".strip()),
                tone="good" if good else "stop",
            )
        )
    found += [_paid(one) for one in card.paiements if one.amo or one.amc]
    found += [_refused(one) for one in rejets]
    found += [_marked(one) for one in card.marques]
    found.sort(key=lambda step: step.jour or dt.date.max)
    if line.open:
        found.append(_awaited(line))
        if line.reste and card.soins.forclusion_le:
            found.append(_limit(card.soins.forclusion_le))
    return found


def _paid(one: Any) -> Step:
    parts = " + ".join(
        f"{name} {euros(cents)}" for name, cents in (("AMO", one.amo), ("AMC", one.amc)) if cents
    )
    back = one.amo + one.amc < 0
    label = printable(crossed_out(one.libelle, references=True))
    return Step(
        jour=one.jour,
        title=(say("Reprise, ", "Taken back, ") if back else say("Payée, ", "Paid, "))
        + euros(one.amo + one.amc),
        text=parts + (say(f" ; virement {label}", f"; transfer {label}") if label else ""),
        tone="stop" if back else "good",
    )


def _refused(one: ToldReject) -> Step:
    part = f", part {one.part}" if one.part else ""
    return Step(
        jour=one.jour,
        title=say("Refusée ou signalée", "Refused or noticed") + part,
        said=f"{one.code} {one.label}".strip(),
        text=one.meaning,
        tone="" if one.historique else "act",
    )


def _marked(one: Any) -> Step:
    from cli.today import words

    return Step(jour=one.jour, title=words.mark_text(one), tone="note")


def _awaited(line: Any) -> Step:
    when = (
        say(
            f" La caisse doit répondre avant le {day(line.attendu_le)},"
            " sous peine de 1 € puis de 10 % de pénalité.",
            f" Owed by {day(line.attendu_le)}, else a penalty of 1 € then 10 %.",
        )
        if line.attendu_le
        else ""
    )
    return Step(jour=None, title=say("Ensuite", "Next"), text=f"{line.texte}.{when}", next=True)


def _limit(last: dt.date) -> Step:
    return Step(
        jour=last,
        title=say("Dernier jour pour demander le paiement", "Last day to ask for the payment"),
        text=say("Compté depuis le dernier jour des soins.", "Counted from the last care day."),
        next=True,
    )
