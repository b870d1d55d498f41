"""A line on another day: only what waits changes as days pass, and only its action and its dates."""

from __future__ import annotations

import datetime as dt

import msgspec

from codes.decide import Context, PartView, Refus, decide
from noemie.suivi.mots import Monde, is_open, liste_de, words_of
from noemie.suivi.resultat import Ligne

__all__ = ["Reprise", "au_jour", "waited"]


class Reprise(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What decided of a line whose action changes as days pass: all else in it is of every day."""

    parts: dict[str, PartView]
    refus: tuple[Refus, ...]
    context: Context


def au_jour(ligne: Ligne, reprise: Reprise | None, monde: Monde) -> Ligne:
    """The same line on the day of `monde`, which may be another one than that on which it was worded."""
    jours = waited(ligne.depuis, monde) if ligne.etat.ouvert else None
    if reprise is None:
        return ligne if jours == ligne.jours else msgspec.structs.replace(ligne, jours=jours)
    context, etat = reprise.context, ligne.etat
    decision = decide(reprise.parts, reprise.refus, etat, monde.site, monde.on, context, monde.delais)
    action, actions = decision.action, decision.parts
    parts = {
        name: one
        if (asked := actions.get(name, one.action)) is one.action
        else msgspec.structs.replace(one, action=asked)
        for name, one in ligne.parts.items()
    }
    banner, texte = words_of(etat, action, parts, monde.lang)
    return msgspec.structs.replace(
        ligne,
        jours=jours,
        action=action,
        banner=banner,
        texte=texte,
        blocks_resend=action.blocks_resend,
        parts=parts,
        open=is_open(etat, action),
        liste=liste_de(etat, action),
    )


def waited(depuis: dt.date | None, monde: Monde) -> int | None:
    """Days from a sending to the day of the question."""
    return max(0, (monde.on - depuis).days) if monde.on and depuis else None
