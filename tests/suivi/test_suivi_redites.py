"""Groups exchange hints only where acts refused for the person were sent again: nothing else is missed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from suivi_settings import LARGE_WORLDS, tried
from suivi_world import build

from codes.notes import Note
from noemie.suivi import Suivi
from noemie.suivi.faits import Communs, Envoi, Mouvement, Rejet, Reponse, Run, Tranche, Virement
from noemie.suivi.moteur import follow_facts
from noemie.suivi.redites import Redite, Redites

_REFUSED, _LATER = dt.date(2026, 1, 20), dt.date(2026, 2, 2)


@tried(50, 1000)
@given(LARGE_WORLDS)
@example(  # what was cancelled is closed: its acts sent again are another claim
    "E f1 15/01 A/001 : 4=14.70+6.30 p:4 s:13/01 ; E f2 20/01 A/001 : 17=14.70+6.30 p:4 s:13/01, "
    "4=14.70+6.30 p:4 s:13/01 o:9 ; R r1 16/01 : V1@16/01[4=14.70P/0R!rights] ; on 11/02"
)
def test_what_is_not_exchanged_would_tell_nothing(text: str) -> None:
    world = build(text)
    few = world.follow()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Redites, "parmi", lambda self, voulus: dict.fromkeys(voulus, _ALWAYS))
        patch.setattr(Redite, "hors_de", lambda self, groupes, nombre: True)
        everything = world.follow()
    assert everything.lignes == few.lignes


_ALWAYS = Redite((), dt.date.min, 0)


@pytest.mark.parametrize(
    ("acts", "other", "sent", "hint"),
    [
        ("same acts", "another patient", _LATER, True),
        ("same acts", "another patient", _REFUSED, True),
        ("same acts", "another patient", dt.date(2026, 1, 19), False),  # nothing was refused on that day
        ("other acts", "another patient", _LATER, False),
        ("", "another patient", _LATER, False),  # acts that are not known are the same as none
    ],
)
def test_the_same_acts_for_another_person_are_a_hint(acts, other, sent, hint) -> None:
    refused = _sending("1", "a patient", dt.date(2026, 1, 15), acts and "same acts")
    result = _follow([refused, _sending("2", other, sent, acts)])
    assert (Note.REFAITE_POSSIBLE in next(iter(result.lignes)).notes) == hint


def _sending(number: str, patient: str, sent: dt.date, acts: str) -> Envoi:
    return Envoi(
        fichier=f"flux-{number}.b2",
        numero=number,
        cle=number,
        ps="99",
        patient=patient,
        e2=patient,
        e3=acts,
        amo=1470,
        operation="1",
        date_envoi=sent,
    )


def _follow(sent: list[Envoi]) -> Suivi:
    communs = Communs(
        runs=[Run(fichier="r", jour=_REFUSED)],
        virements=[Virement("p", "99", _REFUSED)],
        professionnels={"99"},
    )
    answer = Reponse(
        run=0,
        virement=0,
        cle="1",
        ps=("99",),
        jour=_REFUSED,
        patient="a patient",
        mouvements=(Mouvement("AMO", "R", 1470, 0),),
        rejets=(Rejet("SIMH", "SIMULATION ASSURE INCONNU DE LA CAISSE"),),
    )
    return follow_facts([Tranche(sent, [answer])], communs, on=_LATER)
