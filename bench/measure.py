"""Time a piece of work against the floor, in turns, so that noise falls on both alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured: `units` of work in `seconds`, the floor's in `floor_seconds`; best of all turns.

    `units` are records of 128 bytes, unless `unit` says otherwise. `asked` is the least ratio (or the least
    number of units a second) that the design asks for, 0 when it asks for nothing.
    """

    name: str
    units: int
    seconds: float
    floor_seconds: float = 0.0
    floor_units: int = 0
    unit: str = "records"
    asked: float = 0.0

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units / self.seconds

    @property
    def ratio(self) -> float:
        """Speed relative to the floor, per unit; 0 when there is no floor to compare with."""
        if not self.floor_seconds:
            return 0.0
        return self.rate / (self.floor_units / self.floor_seconds)


def once(work: Work) -> float:
    """Seconds that one run takes, garbage of earlier runs being collected first."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(floor: Work, work: Work, repeat: int) -> tuple[float, float]:
    """Best seconds of the floor and of the work, run in turns."""
    best_floor = best_work = float("inf")
    for _ in range(repeat):
        best_floor = min(best_floor, once(floor))
        best_work = min(best_work, once(work))
    return best_floor, best_work
