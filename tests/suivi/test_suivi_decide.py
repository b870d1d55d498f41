"""`codes.decide` is the specification: the same answers on parts, rejects, days and doubts of every kind."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace

import pytest
import suivi_reference

from codes.actions import Action
from codes.decide import Context, PartView, Refus, decide
from codes.states import PARTS, Certitude, Etat, EtatPart
from noemie.suivi.faits import Rejet

SENT = dt.date(2026, 4, 1)
REFUS = (
    ("SIMJ", "SIMULATION PRESCRIPTION INTERDITE A CETTE DATE"),
    ("SIMA", "SIMULATION FACTURE DEJA PAYEE"),
    ("SIMF", "SIMULATION TRAITEMENT CAISSE EN COURS"),
    ("SIME", "SIMULATION DROITS FERMES A LA DATE DES SOINS"),
    ("SIMG", "SIMULATION PROFESSIONNEL NON IDENTIFIE"),
    ("SIMC", "SIMULATION REFUS SANS MOTIF PRECIS"),
)
#: Days after the sending at which something changes, and those beside them.
AGES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 29, 30, 31, 32, 44, 45, 46, 59, 60, 61, 62, 89, 90, 91, 92, 400)
SAID = (EtatPart.PAYEE, EtatPart.TROP_PAYEE, EtatPart.REPRISE, EtatPart.DIFFEREE)
REFUSED = (EtatPart.REJETEE, EtatPart.PAYEE_EN_PARTIE)
IDLE = (Etat.DOUBLON, Etat.REMPLACEE, Etat.ANNULEE, Etat.RIEN_ATTENDU)


def _part(draw: random.Random, etat: EtatPart, sign: int) -> PartView:
    day = SENT + dt.timedelta(draw.choice((0, 1, 5, 30))) if etat in (*SAID, *REFUSED) else None
    paid = {
        EtatPart.PAYEE: 1000,
        EtatPart.TROP_PAYEE: 1001,
        EtatPart.PAYEE_EN_PARTIE: draw.choice((1, 999)),
        EtatPart.REPRISE: -1,
    }.get(etat, 0)
    return PartView(etat, 0 if etat is EtatPart.RIEN_DU else sign * 1000, sign * paid, day)


def _refus(draw: random.Random) -> Refus:
    code, label = draw.choice(REFUS)
    day = SENT + dt.timedelta(draw.choice((0, 1, 5, 30)))
    return Refus(code, label, part=draw.choice(("", "", "O", "C")), day=day)


def _case(draw: random.Random):
    """Parts, rejects, state, day and context that can stand together."""
    sign = draw.choice((1, 1, 1, -1))
    parts = {name: _part(draw, draw.choice(tuple(EtatPart)), sign) for name in PARTS}
    paid = all(part.etat in (EtatPart.PAYEE, EtatPart.RIEN_DU) for part in parts.values())
    unfit = {Etat.PAYEE, Etat.SOLDEE_HORS_FLUX, Etat.ORPHELINE}
    state = draw.choice([Etat.PAYEE] if paid else [etat for etat in Etat if etat not in unfit])
    context = Context(
        sent_on=SENT,
        certitude=draw.choice(tuple(Certitude)),
        hint=draw.random() < 0.15,
        elsewhere=draw.choice(("", "", "", "chaine", "autre")),
        bank=draw.random() < 0.1,
        cut=draw.random() < 0.1,
        said_paid=draw.random() < 0.15,
        tied=draw.random() < 0.15,
        silent_amc=draw.random() < 0.15,
    )
    on = SENT + dt.timedelta(draw.choice(AGES)) if draw.random() < 0.9 else None
    return parts, [_refus(draw) for _ in range(draw.choice((0, 1, 1, 2)))], state, on, context


def _specified(parts, rejects, state, on, context: Context):
    """What the specification answers, in the words of the product."""
    told = [(one.day, Rejet(one.code, one.label, one.level, one.part)) for one in rejects]
    notes = set()
    if context.bank:
        notes.add("copie_sans_virement")
    if context.silent_amc:
        notes.add("amc_non_dite")
    actions, certitude, said = suivi_reference.decide(
        SimpleNamespace(since=SENT),
        str(state),
        {name: str(part.etat) for name, part in parts.items()},
        {name: str(part.etat) for name, part in parts.items() if part.etat.vivante},
        {name: [(part.decided_on, 1, 0)] if part.decided_on else [] for name, part in parts.items()},
        told,
        str(context.certitude),
        notes,
        on,
        context.cut,
        context.hint,
        sum(part.paye for part in parts.values()) > 0,
        context.said_paid,
        context.tied,
        False,
        ["another"] if context.elsewhere else [],
        ["another"] if context.elsewhere == "chaine" else [],
        {name: part.demande for name, part in parts.items()},
    )
    return actions, certitude, said - {"copie_sans_virement", "amc_non_dite"}


@pytest.mark.parametrize("seed", range(10))
def test_the_decision_is_that_of_the_specification(seed):
    draw = random.Random(seed)
    for _ in range(400):
        parts, rejects, state, on, context = case = _case(draw)
        found = decide(parts, rejects, state, on=on, context=context)
        told = ({name: str(one) for name, one in found.parts.items()}, found.certitude, set(found.notes))
        assert told == _specified(*case), case


@pytest.mark.parametrize("seed", range(2))
def test_what_its_sender_cancelled_asks_for_money_alone(seed):
    draw = random.Random(seed)
    of_money = {Action.SIGNALER_TROP_PERCU, Action.VERIFIER_REPRISE, Action.VERIFIER_VIREMENT}
    for _ in range(300):
        parts, rejects, state, on, context = _case(draw)
        sent = decide(parts, rejects, state, on=on, context=context)
        fields = {name: getattr(context, name) for name in context.__struct_fields__}
        told = decide(parts, rejects, state, on=on, context=Context(**{**fields, "cancelled": True}))
        if state in IDLE:  # nothing more is asked for
            assert told == sent
            continue
        assert told.parts == {n: one if one in of_money else Action.AUCUNE for n, one in sent.parts.items()}
