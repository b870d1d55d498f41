"""The engine says what the specification in executable form says, on random worlds."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from suivi_reference import follow as reference
from suivi_settings import LARGE_WORLDS, tried
from suivi_world import World, build

from noemie.suivi import Suivi

PARTS = ("AMO", "AMC")


@tried(100, 2000)
@given(LARGE_WORLDS)
@example(
    "E f1 22/01 A/001 : 4=0.00+0.00 p:4 s:20/01 ; E f2 22/01 A/001 i=F00001 : 4=16.00+5.00 p:4 s:20/01 d:00"
    " ; R r1 16/01 : V1@16/01[4=0.00P/0.00P, F261=30.00] ; on 11/02"
)  # nothing but its file tells which of the two was sent first
def test_the_engine_is_the_specification(text):
    world = build(text)
    result = world.follow()
    if "jour_douteux" in result.notes:
        return  # the specification in executable form reads a day one way
    expected = _reference(world)
    assert _lines(result) == expected["lines"]
    orphans = ((one.numero, one.paye, one.action.value, one.raison.value) for one in result.orphelins)
    assert Counter(orphans) == Counter(expected["orphans"])
    assert set(result.notes) == expected["told"]
    assert (result.on, result.sommes.forfaits, result.sommes.retenues) == expected["sums"]


def _lines(result: Suivi) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            one.fichier,
            int(one.numero),
            one.etat.value,
            one.action.value,
            one.certitude.value,
            (one.demande, one.paye_amo, one.paye_amc, one.reste, one.trop),
            tuple(
                (name, part.etat.value, part.demande, part.paye, part.action.value)
                for name, part in one.parts.items()
            ),
            tuple(sorted(one.notes)),
        )
        for one in result.lignes
    )


def _reference(world: World) -> dict[str, object]:
    marks = [(f"{mark.fichier}#{mark.numero}", mark.sorte) for mark in world.marks]
    found = reference(world.given(), world.arls, world.on, marks)
    lines = Counter(
        (
            one.s.file,
            int(one.s.num),
            one.state,
            one.action,
            one.cert,
            (one.claim, one.amo, one.amc, one.due, one.over),
            tuple(
                (name, told[0], told[1], told[2], told[5])
                for name, told in ((name, one.parts[name]) for name in PARTS)
            ),
            tuple(sorted(one.told)),
        )
        for one in found["lines"]
    )
    sums = (found["on"], found["lump"], found["debt"])
    return {"lines": lines, "orphans": found["orphans"], "told": found["told"], "sums": sums}
