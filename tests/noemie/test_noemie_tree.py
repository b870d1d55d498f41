"""The tree: from the levels and the 990 only; whatever they are, it is built, and what is odd is told."""

from __future__ import annotations

import noemie_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatfile import Record, opaque
from noemie import Noeud, read_retour
from noemie.returns.tables import layouts
from noemie.returns.tree import build_tree, niveau_de

#: Number and level; "990" closes.
Shape = list[tuple[str, str]]


def entities(shape: Shape) -> list[Record]:
    return [
        Record(
            layouts()[number],
            samples.entite(number)[:3] + level.encode() + samples.entite(number)[5:],
            0,
            rank,
        )
        for rank, (number, level) in enumerate(shape, start=1)
    ]


def drawn(noeud: Noeud) -> str:
    """The tree on one line: header(children)count of direct children, ! when not closed."""
    children = " ".join(drawn(child) if isinstance(child, Noeud) else child.type for child in noeud.enfants)
    head = "+".join(record.type for record in noeud.entete)
    return f"{head}({children}){noeud.nombre_enfants}{'' if noeud.fermeture else '!'}"


#: Entities as number.level; the tree as `drawn`; anomalies (kind, entity, level).
CASES: dict[str, tuple[str, str, list[tuple[str, int, int]]]] = {
    "flow 929": (
        "010.01 110.02 120.99 140.99 290.99 990.02 110.02 120.99 140.99 290.99 990.02 990.01",
        "010(110(120 140 290)3 110(120 140 290)3)2",
        [],
    ),
    "cut below a level 0": (
        "020.00 040.01 210.99 210.99",
        "020(040(210 210)2!)1!",
        [("absente", 1, 0), ("absente", 2, 1)],
    ),
    "cut below a level 0 that has leaves": ("020.00 210.99", "020(210)1!", [("absente", 1, 0)]),
    "long PS family": (
        "020.01 040.02 071.02 081.02 102.03 103.03 198.03 199.03 210.99 990.03 990.02 990.01",
        "020(040+071+081(102+103+198+199(210)1)1)1",
        [],
    ),
    "old PS family, person below the invoice": (
        "040.01 070.02 080.03 100.03 110.04 120.04 210.99 290.99 990.04 990.03 990.02 990.01",
        "040(070(080+100(110+120(210 290)2)1)1)1",
        [],
    ),
    "invoices without leaves": (
        "071.02 102.03 198.03 990.03 102.03 198.03 990.03 990.02",
        "071(102+198()0 102+198()0)2",
        [("saut", 1, 1)],
    ),
    "the first number again is another node": (
        "010.01 110.02 110.02 120.99 990.02 990.01",
        "010(110()0! 110(120)1)2",
        [("absente", 2, 2)],
    ),
    "two parts of the same kind stay together": (
        "102.01 198.01 199.01 199.01 990.01",
        "102+198+199+199()0",
        [],
    ),
    "an upper level closes the deeper ones": (
        "020.01 071.02 102.03 210.99 071.02 990.02 990.01",
        "020(071(102(210)1!)1! 071()0)2",
        [("absente", 2, 2), ("absente", 3, 3)],
    ),
    "a level that nobody closes is told once": (
        "020.01 071.02 210.99 071.02 210.99 990.01",
        "020(071(210)1! 071(210)1!)2",
        [("absente", 2, 2)],
    ),
    "a 990 closes the deeper levels too": (
        "020.01 071.02 102.03 990.01",
        "020(071(102()0!)1!)1",
        [("absente", 2, 2), ("absente", 3, 3)],
    ),
    "a 990 that closes nothing": (
        "020.01 990.05 210.99 990.01 990.01",
        "020(990 210)1",
        [("orpheline", 2, 5), ("orpheline", 5, 1)],
    ),
    "levels jumped over are told once for each jump": (
        "020.01 102.04 210.99 990.04 102.04 990.04 990.01",
        "020(102(210)1 102()0)2",
        [("saut", 2, 2)],
    ),
    "level 00 is a top level": (
        "020.00 102.01 990.01 990.00",
        "020(102()0)1",
        [],
    ),
    "an unreadable level makes a leaf": (
        "020.01 102.X3 990.01",
        "020(102)1",
        [],
    ),
    "999 closes everything": (
        "020.01 210.99 999.CP 000.CP 020.01 990.01",
        "020(210)1! 020()0",
        [("absente", 1, 1)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_shapes(name: str) -> None:
    shape, expected, anomalies = CASES[name]
    arbre = build_tree(entities([(word[:3], word[4:]) for word in shape.split()]))
    noeuds = " ".join(drawn(noeud) for noeud in arbre.racine.noeuds)
    assert noeuds == expected
    assert [(some.nature, some.entite.number, some.niveau) for some in arbre.anomalies] == anomalies


def test_an_entity_that_is_not_described_takes_its_place_by_its_level() -> None:
    raws = [b"03002" + b"0" * 10 + b"@", b"21299" + b"0" * 10 + b"@", b"21299 SANS FIN", b"99002TROP COURT@"]
    records = [Record(opaque(len(raw)), raw, 0, rank) for rank, raw in enumerate(raws, start=1)]
    assert [niveau_de(record) for record in records] == [2, 99, None, 2]
    noeud = build_tree(records).racine.noeuds[0]
    assert [record.raw for record in noeud.feuilles] == raws[1:3]
    assert noeud.nombre_enfants == 1  # stray bytes do not count
    assert noeud.fermeture is records[3]  # a damaged 990 still closes


def test_the_walk_gives_the_entities_in_file_order() -> None:
    retour = read_retour(samples.RETOUR_PS_P2)
    assert [record.number for record in retour.racine.entites()] == list(range(2, 37))
    invoice = next(
        noeud for noeud in retour.racine.parcours() if noeud.entete and noeud.entete[0].type == "102"
    )
    assert [noeud.niveau for noeud in invoice.ancetres()] == [2, 1]
    assert repr(invoice) == "<Noeud niveau 3 102+103+198+199: 1 enfants>"


@given(
    shape=st.lists(
        st.tuples(
            st.sampled_from(["020", "102", "210", "990", "999"]),
            st.sampled_from(["00", "01", "02", "50", "98", "99"]),
        )
    )
)
@settings(max_examples=100, deadline=None)
def test_any_levels_make_a_tree_that_holds_every_entity(shape: Shape) -> None:
    records = entities(shape)
    racine = build_tree(records).racine
    inside = [record for record in records if record.type != "999"]
    assert [record.number for record in racine.entites()] == [record.number for record in inside]
    for noeud in racine.parcours():
        assert all(child.niveau > noeud.niveau and child.parent == noeud for child in noeud.noeuds)
