"""Files as they are gathered: what was given twice is told once for each copy, and counts once."""

from __future__ import annotations

import datetime as dt

from suivi_world import build

from noemie.suivi import Collecte
from noemie.suivi.collecte import Doublon

WORLD = build(
    "E f1 15/01 A/001 : 4=14.70+6.30, 5=14.70+6.30 ; E f2 16/01 A/002 : 6=14.70+6.30 ; "
    "R r1 20/01 : V1@20/01[4=14.70P/6.30P, 5=14.70P/6.30P] ; R r2 21/01 : V2@21/01[6=14.70P/6.30P]"
)
((_, SENT), (_, SENT_LATER)), ((_, ANSWER), (_, OTHER)) = WORLD.sources()


def collected(sent: list[tuple[str, bytes]], returned: list[tuple[str, bytes]]) -> Collecte:
    collecte = Collecte()
    for name, data in sent:
        collecte.envois(data, name)
    for name, data in returned:
        collecte.retour(data, name)
    return collecte


def test_copies_are_told() -> None:
    sent = [("a.b2", SENT), ("b.b2", SENT_LATER), ("c.b2", SENT), ("d.b2", SENT)]
    returned = [("r.txt", ANSWER), ("s.txt", OTHER), ("t.txt", ANSWER), ("u.txt", ANSWER)]
    assert collected(sent, returned).doublons == [
        Doublon("envoi", "a.b2", "c.b2", 2),
        Doublon("envoi", "a.b2", "d.b2", 2),
        Doublon("retour", "r.txt", "t.txt", 2),
        Doublon("retour", "r.txt", "u.txt", 2),
    ]
    assert collected(sent[:2], returned[:2]).doublons == []


def test_flows_of_one_name_remain_several() -> None:
    collecte = collected([("x/a.b2", SENT), ("y/a.b2", SENT_LATER), ("z/a.b2", SENT_LATER)], [])
    assert [(lu.fichier, lu.nombre) for lu in collecte.flux] == [("a.b2", 2), ("a.b2", 1), ("a.b2", 1)]
    assert [line.fichier for line in collecte.suivi(dt.date(2026, 6, 1)).lignes] == [
        "a.b2"
    ] * 3  # the copy counts once


def test_the_days_between_which_all_was_sent() -> None:
    first, last = dt.date(2026, 1, 15), dt.date(2026, 1, 16)
    assert collected([("a.b2", SENT)], []).bornes == (first, first)
    for sent in ([("a", SENT), ("b", SENT_LATER)], [("a", SENT_LATER), ("b", SENT)]):
        assert collected(sent, []).bornes == (first, last)
    assert Collecte().bornes is None


def test_answers_to_another_professional() -> None:
    assert collected([("a.b2", SENT)], [("r.txt", ANSWER)]).etrangers == set()
    (name, record), *others = sorted(collected([], [("r.txt", ANSWER)]).etrangers)
    assert (name, len(others)) == ("r.txt", 1)
    assert record < others[0][1]
