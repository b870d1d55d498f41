"""What holds whatever was sent and answered: the invariants of the follow-up, on random worlds."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from suivi_invariants import (
    care_is_not_redone,
    due_and_over_add_up,
    every_cent_is_counted,
    history_is_closed,
    nothing_paid_or_doubtful_is_sent_again,
    postings_are_all_told,
)
from suivi_settings import LARGE_WORLDS, WORLDS, tried
from suivi_world import PS, World, build, nir

from codes.actions import Action
from codes.notes import OF_THE_WHOLE, Note
from flatfile import FormatError
from noemie import read_retour
from noemie.suivi import Suivi, follow
from noemie.suivi.runs import runs_of


@tried(100, 2000)
@given(LARGE_WORLDS)
def test_sums_and_states(text):
    world = build(text)
    result = world.follow()
    sent, returned = world.sources()
    every_cent_is_counted(result)
    due_and_over_add_up(result)
    history_is_closed(result)
    nothing_paid_or_doubtful_is_sent_again(result)
    _assert_nothing_personal(result)
    care_is_not_redone(sent, result)
    postings_are_all_told(returned, result)


def _assert_nothing_personal(result: Suivi) -> None:
    """I14: neither the digits of a person nor a token."""
    told = msgspec.json.encode(result).decode()
    assert not any(nir(patient)[0] in told for patient in (4, 9, 44, 7, 17, 18))
    assert not re.search(r"[0-9a-f]{20}", told)


# --- whatever the files -----------------------------------------------------------------------------------


def _answers(result: Suivi) -> Counter[tuple[object, ...]]:
    """What must not depend on the files, notes apart."""
    lines = Counter(
        (
            (one.numero, one.numero_ps, one.date_envoi, one.lot, one.etat, one.action),
            (one.amo_demande, one.amc_demande, one.demande, one.paye_amo, one.paye_amc, one.reste, one.trop),
        )
        for one in result.lignes
    )
    lines.update((one.numero, one.paye, one.action, one.raison) for one in result.orphelins)
    return lines


def _sums(result: Suivi) -> object:
    return msgspec.to_builtins(result.sommes)


def _given_again(world: World, sent, returned, **options) -> Suivi:
    return follow(sent, returned, world.arls, on=world.on or world.follow().on, **options)


@tried(100, 2000)
@given(WORLDS, st.randoms(use_true_random=False))
def test_files_do_not_matter(text, random):
    """I3, I4, I5: order, names, copies, envelopes of several files, joined files."""
    world = build(re.sub(r" ; M [^;]*", "", text))
    if any(len(list(runs_of(read_retour(data)))) > 1 or _is_cut(data) for _, data in world.sources()[1]):
        return  # a cut file joined to another swallows its beginning: that is no other form of the same
    if "cut r" in text:
        return  # nor one whose 999 lost its last blanks, although all of it is read
    sent, returned = world.sources()
    plain = _given_again(world, sent, returned)
    expected, sums = _answers(plain), _sums(plain)
    others = [(f"z{rank}", data) for rank, (_, data) in enumerate(random.sample(sent, len(sent)))]
    renamed = [(f"{9 - rank}", data) for rank, (_, data) in enumerate(random.sample(returned, len(returned)))]
    joined = [("joined", b"".join(data for _, data in returned))]
    for flows, returns in (
        (others, renamed),
        (sent, [*returned, ("again", random.choice(returned)[1])]),
        ([*sent, ("again", random.choice(sent)[1])], returned),
        (sent, joined),
        ([("joined", b"".join(data for _, data in sent))], returned),
    ):
        result = _given_again(world, flows, returns)
        assert _answers(result) == expected
        assert _sums(result) == sums


def _is_cut(data: bytes) -> bool:
    retour = read_retour(data)
    return retour.fin is None or bool(retour.anomalies)


@tried(50, 1000)
@given(WORLDS)
def test_a_return_issued_again_moves_nothing(text):
    """I6: under another code and day, no sum and no state moves."""
    world = build(text)
    sent, returned = world.sources()
    plain = _given_again(world, sent, returned)
    _, data = returned[0]
    try:
        retour = read_retour(data)
        if len(list(runs_of(retour))) > 1 or _is_cut(data) or not all(one.date for one in retour.virements):
            return
        if len(retour.virements) == 0 or any(one.virement is None for one in retour.factures):
            return
        again = retour.replace(retour.debut, identification_fichier="Z00099").to_bytes()
    except FormatError:
        return
    result = _given_again(world, sent, [*returned, ("again", again)])
    if Note.DEUX_VERSIONS in plain.notes or Note.DEUX_VERSIONS_SANS_ORDRE in plain.notes:
        return
    if Note.COMPLEMENT_PRESUME in {*plain.notes, *result.notes}:
        return
    assert [(one.numero, one.etat, one.paye) for one in result.lignes] == [
        (one.numero, one.etat, one.paye) for one in plain.lignes
    ]
    assert _sums(result) == _sums(plain)


# --- whatever the day, wherever facts are kept --------------------------------------------------------------

_LATER = {
    Action.ATTENDRE: {
        Action.RELANCER,
        Action.RECLAMATION,
        Action.SIGNALER_TROP_PERCU,
        Action.INCONNUE,
    },
    Action.NE_PAS_RETRANSMETTRE: {Action.RELANCER, Action.RECLAMATION, Action.SIGNALER_TROP_PERCU},
    Action.RELANCER: {Action.RECLAMATION},
}


@tried(50, 1000)
@given(LARGE_WORLDS)
def test_a_day_that_passes_changes_actions_only(text):
    """I12: states and money do not depend on the day; actions only move towards a claim."""
    world = build(text)
    days = [world.follow(on=f.day) for f in list(world.flows.values())[:1]]
    first = days[0].on
    results = [
        world.follow(on=first.replace(year=first.year + years, month=month))
        for years, month in ((0, 1), (0, 3), (0, 6), (1, 1))
    ]
    for before, after in pairwise(results):
        for old, new in zip(before.lignes, after.lignes, strict=True):
            assert (old.etat, old.demande, old.paye, old.reste, old.trop) == (
                new.etat,
                new.demande,
                new.paye,
                new.reste,
                new.trop,
            )
            for name, part in old.parts.items():
                now = new.parts[name].action
                assert now is part.action or now in _LATER.get(part.action, set()), (part, now)


@tried(50, 500)
@given(LARGE_WORLDS)
def test_the_private_folder_changes_nothing(text):
    world = build(text)
    memory, disk = world.follow(), world.follow(in_memory=0)
    assert list(disk.lignes) == memory.lignes
    assert list(disk.orphelins) == memory.orphelins
    assert (disk.notes, disk.sommes, disk.virements) == (memory.notes, memory.sommes, memory.virements)


def test_notes_of_the_whole_stand_on_no_line():
    world = build("E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=14.70P/6.30P] ; copy r1 > r1b")
    result = world.follow()
    assert not any(set(line.notes) & OF_THE_WHOLE for line in result.lignes)
    assert result.notes == [Note.COPIE, Note.RETOUR_EN_DOUBLE]
    assert PS["A"] == result.lignes[0].numero_ps


@pytest.mark.parametrize(("less", "more"), [("r1", "r2"), ("r2", "r1")])
def test_what_is_left_out_names_the_file_that_stands_for_it(less: str, more: str):
    """What one return says once and another twice, of one transfer, counts as in the second."""
    world = build(
        f"E f1 15/01 A/001 : 4=14.70+6.30 ; R {less} 20/01 : V1@20/01[4=14.70P/6.30P]"
        f" ; R {more} 21/01 : V1@20/01[4=14.70P/6.30P, 4=14.70P/6.30P]"
    )
    (line,) = world.follow().lignes
    assert [(one.fichier, one.paye, one.pour) for one in line.ecartees] == [
        (less, 630, more),
        (less, 1470, more),
    ]


@pytest.mark.parametrize(("level", "why"), [("F", "sans_motif"), ("L", "ligne_rejetee")])
def test_why_a_part_is_not_paid_in_full(level: str, why: str):
    """A reject of the invoice says nothing of a lower amount; one of a line does."""
    world = build("E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=10.00P(14.70)/6.30P!fix]")
    sent, ((name, data),) = world.sources()
    retour = read_retour(data)
    reject = next(one for one in retour.entites if one.type == "294")
    answer = retour.replace(reject, niveau_rejet=level).to_bytes()
    (line,) = follow(sent, [(name, answer)], on=world.follow().on).lignes
    assert [(one.part, one.montant, one.nature) for one in line.ecarts] == [("AMO", 470, why)]
