"""The follow-up in parts by professional gives what one run gives, whatever was sent and answered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pickle
from collections.abc import Callable

import msgspec
from hypothesis import given
from suivi_settings import LARGE_WORLDS, tried
from suivi_world import World, build

import noemie.suivi.parts
from codes.rejects import load
from noemie.documents.over_files import Died, Job, Outcome, run_batch
from noemie.documents.processes import Processes
from noemie.suivi import Collecte, Suivi


class Here:
    """An executor of this process; what goes to another one and comes back is pickled all the same."""

    width = 1

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.parts = 0

    def is_free(self) -> bool:
        return not self.jobs

    def submit(self, job: Job) -> None:
        self.jobs.append(job)
        self.parts += len(job.items)

    def wait(self, tick: Callable[[], None]) -> tuple[Job, Outcome | Died]:
        job = self.jobs.pop()
        function, items = pickle.loads(pickle.dumps((job.function, job.items)))
        return job, pickle.loads(pickle.dumps(run_batch(function, items)))

    def abandon(self) -> None:
        raise AssertionError("nothing fails here")


def _collected(world: World) -> Collecte:
    collecte = Collecte(world.arls, in_memory=0)
    sent, returned = world.sources()
    for name, data in sent:
        collecte.envois(data, name)
    for name, data in returned:
        collecte.retour(data, name)
    collecte.tableau(world.tables)
    return collecte


def _told(result: Suivi) -> dict[str, object]:
    return {
        name: list(value) if name in ("lignes", "orphelins") else value
        for name in result.__struct_fields__
        for value in [getattr(result, name)]
    }


@tried(40, 1000)
@given(LARGE_WORLDS)
def test_parts_give_the_same(text: str) -> None:
    world = build(text)
    on = world.on or dt.date(2026, 6, 1)
    whole = _told(_collected(world).suivi(on))
    executor = Here()
    parts = _told(_collected(world).suivi(on, load(), executor=executor))
    assert msgspec.to_builtins(parts) == msgspec.to_builtins(whole)
    assert executor.parts


def test_parts_are_studied_by_other_processes() -> None:
    world = build(
        "E f1 15/01 A/001 : 4=14.70+6.30 ; E f2 15/01 B/001 : 9=10.00+0.00 ; "
        "R r1 20/01 : V1@20/01[4=0R/-!fix]"
    )
    on = dt.date(2026, 6, 1)
    site = load().with_site([dataclasses.replace(load().rows[0], code="9999", source="essai")])
    whole = _told(_collected(world).suivi(on, site))
    with Processes(2) as executor:
        parts = _told(_collected(world).suivi(on, site, executor=executor))
    assert msgspec.to_builtins(parts) == msgspec.to_builtins(whole)


def test_a_part_too_large_is_not_studied_whole(monkeypatch) -> None:
    world = build("E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=14.70P/6.30P]")
    on = dt.date(2026, 6, 1)
    whole = _told(_collected(world).suivi(on))
    collected = _collected(world)
    facts = 100  # bytes: more than on an average, less than the heaviest
    collected.communs.professionnels |= {f"{rang:09d}" for rang in range(100)}
    monkeypatch.setattr(noemie.suivi.parts, "MOST", facts)
    executor = Here()
    assert _told(collected.suivi(on, executor=executor)) == whole
    assert not executor.parts
    monkeypatch.setattr(noemie.suivi.parts, "MOST", 100 * facts)
    assert _told(_collected(world).suivi(on, executor=executor)) == whole
    assert executor.parts
