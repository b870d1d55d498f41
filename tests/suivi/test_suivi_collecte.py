"""Files as they are gathered: what was given twice is told once for each copy, and counts once."""

from __future__ import annotations

import datetime as dt

import pytest
from noemie_samples import RETOUR_PS_P2
from suivi_world import build

from fse import read_flux
from noemie import read_retour
from noemie.suivi import Collecte
from noemie.suivi.collecte import Doublon
from noemie.suivi.faits import Communs
from noemie.suivi.lire import Jetons, Lecteur, lire_envois, lire_seul
from noemie.suivi.returned import PartRecue, Returned

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


def test_days_of_waiting() -> None:
    """Of what is open, from its sending; never below 0."""
    sent = [("a.b2", SENT), ("b.b2", SENT_LATER)]
    for day, waited in ((20, 4), (16, 0), (10, 0)):
        lines = collected(sent, [("r.txt", ANSWER)]).suivi(dt.date(2026, 1, day)).lignes
        assert [(line.numero, line.jours) for line in lines] == [
            ("000000004", None),
            ("000000005", None),
            ("000000006", waited),
        ]


def test_of_two_versions_the_lower_amount_counts() -> None:
    """Of all that each says: twice 10,00 EUR is more than 15,00 EUR."""
    twice, once = "4=10.00P/6.30P, 4=10.00P/6.30P", "4=15.00P/6.30P"
    for first, second in ((twice, once), (once, twice)):
        world = build(
            "E f1 15/01 A/001 : 4=14.70+6.30 ; "
            f"R r1 20/01 : V1@20/01[{first}] ; R r2 20/01 : V1@20/01[{second}]"
        )
        sent, returned = world.sources()
        (line,) = collected(list(sent), list(returned)).suivi(dt.date(2026, 6, 1)).lignes
        assert line.amo_paye == 1500


@pytest.mark.parametrize(
    ("amo", "amc", "paid"),
    [
        (PartRecue("P", 1000), PartRecue("P", -300), 700),
        (PartRecue("P", 1000), None, 1000),
        (None, PartRecue("P", 300), 300),
        (None, None, 0),
    ],
)
def test_what_an_answer_pays(amo: PartRecue | None, amc: PartRecue | None, paid: int) -> None:
    assert Returned(numero="4", amo=amo, amc=amc).paye == paid


def test_answers_to_another_professional() -> None:
    assert collected([("a.b2", SENT)], [("r.txt", ANSWER)]).etrangers == set()
    (name, record), *others = sorted(collected([], [("r.txt", ANSWER)]).etrangers)
    assert (name, len(others)) == ("r.txt", 1)
    assert record < others[0][1]


def test_returns_that_another_process_read() -> None:
    """The same runs, transfers, lump sums and debts, under the same ranks."""
    world = build(
        "E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=14.70P/6.30P] ; "
        "R r2 21/01 : V2@21/01[4=14.70P/6.30P]"
    )
    returned = [data for _, data in world.sources()[1]] + [RETOUR_PS_P2, RETOUR_PS_P2 + ANSWER]
    here, there = Communs(), Communs()
    jetons = Jetons(b"k" * 32)
    one, other = Lecteur(jetons, here), Lecteur(jetons, there)
    for rank, data in enumerate(returned):
        told = list(one.lire(data, f"{rank}.txt"))
        read = lire_seul(read_retour(data), f"{rank}.txt", jetons, None)
        assert list(other.reprendre(read)) == told
    assert here.forfaits
    assert here.retenues
    assert there == here


def test_care_is_the_same_in_any_order_of_its_lines() -> None:
    """Even of lines that only differ by a number that cannot be read."""
    flow = build("E f1 15/01 A/001 : 4=14.70+6.30&14.70+6.30 a:C&C").sources()[0][0][1]
    start, line = 3 * 128, flow[3 * 128 : 4 * 128]
    assert flow[start:].startswith(line * 2 + b"5")
    quantity = read_flux(flow).factures[0].actes[0].principal.layout.by_name["quantite"]
    unread = (
        line[: quantity.start - 1] + b" " * quantity.length + line[quantity.start - 1 + quantity.length :]
    )
    jetons = Jetons(b"a key of thirty-two bytes or so..")
    told = {
        (one.e1, one.e3)
        for lines in (line + unread, unread + line)
        for one in lire_envois(flow[:start] + lines + flow[start + 2 * 128 :], "f1", jetons)
    }
    assert len(told) == 1
