"""Every target holds: on what is right, on each input that it fell on once, on seeded damage."""

from __future__ import annotations

from itertools import chain

import pytest

from .campaign import CASES, attacked, cases
from .mutator import CUT, Mutator
from .targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_target(name):
    target = TARGETS[name]
    corpus = target.corpus()
    kept = [(path.name, path.read_bytes()) for path in cases(name)]
    mutator = Mutator(name, corpus, target.words)
    drawn = ((f"mutation {rank}", mutator.draw()) for rank in range(target.mutations))
    for label, data in chain(((f"input {rank}", one) for rank, one in enumerate(corpus)), kept, drawn):
        _, failure = attacked(target, data)
        assert failure is None, f"{label}: {failure.trace}\n{data[:400]!r}"


def test_every_case_has_its_target():
    assert {path.name for path in CASES.iterdir() if path.is_dir()} <= TARGETS.keys()


def test_a_seed_gives_the_same_damage():
    corpus = [b"000" + bytes(400), b"a;b\r\nc;d\r\n" + CUT + b"second"]
    one, two, other = (Mutator(seed, corpus) for seed in (7, 7, 8))
    drawn = [one.draw() for _ in range(200)]
    assert drawn == [two.draw() for _ in range(200)]
    assert drawn != [other.draw() for _ in range(200)]
    assert len(set(drawn)) > 150
