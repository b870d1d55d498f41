"""Time a piece of work against the floor, in turns, so that noise falls on both alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured.

    - `units` of work (records of 128 bytes unless `unit` says otherwise) done in `seconds`, best of all
      turns; `floor_seconds` is what the floor took, best of the same turns, for `floor_units` records;
    - `asked`: the least ratio that the design asks for, or the least number of units a second when the work
      is not on records; 0 when it asks for nothing.
    """

    name: str
    units: int
    seconds: float
    floor_units: int = 0
    floor_seconds: float = 0.0
    unit: str = "records"
    asked: float = 0.0

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units / self.seconds

    @property
    def ratio(self) -> float:
        """Speed relative to the floor, unit for record; 0 when no floor goes with it."""
        return self.rate * self.floor_seconds / self.floor_units if self.floor_units else 0.0

    @property
    def reached(self) -> bool:
        """Whether what is asked is reached."""
        return (self.rate if self.asked > 10 else self.ratio) >= self.asked


def once(work: Work) -> float:
    """Processor seconds of one run, garbage of earlier runs being collected first."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(floor: Work, work: Work, repeat: int) -> tuple[float, float]:
    """Best seconds of the floor and of the work, run in turns; a first turn warms both up."""
    floor()
    work()
    best_floor = best_work = float("inf")
    for _ in range(repeat):
        best_floor = min(best_floor, once(floor))
        best_work = min(best_work, once(work))
    return best_floor, best_work
