"""Measure, and print a table, or JSON with `--json`. See `bench`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict

from bench.cases import measures
from bench.ledger import measures as ledgers
from bench.measure import Measure
from bench.memory import MOST, Memory, memories
from bench.suivi import MOST_MEGABYTES, MOST_MICROSECONDS, Suivi, measure

_WIDTH = 42


def main() -> int:
    """Run the measures; 1 when what the design asks for is not reached."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer records, no memory of large files")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--repeat", type=int, default=5, metavar="N", help="turns of each measure (best kept)"
    )
    options = parser.parse_args()
    records = 5_000 if options.quick else 40_000
    speed = list(_shown(measures(records, options.repeat), quiet=options.json))
    speed += _shown(ledgers(2_000 if options.quick else 20_000), quiet=options.json)
    memory = list(_shown_memory(memories((10,) if options.quick else (10, 500)), quiet=options.json))
    followed = list(_shown_suivi((10_000,) if options.quick else (100_000, 1_000_000), quiet=options.json))
    if options.json:
        print(json.dumps(_as_data(speed, memory, followed), indent=2))
    return 0 if all(one.reached for one in (*speed, *memory, *followed)) else 1


def _shown(found: Iterable[Measure], *, quiet: bool) -> Iterable[Measure]:
    if not quiet:
        print(f"{'':{_WIDTH}} {'units/s':>11} {'':10} {'ratio':>7}  asked")
    for one in found:
        if not quiet:
            asked = f"{one.asked:,.10g}" if one.asked else ""
            missed = "" if one.reached else "  MISSED"
            ratio = f"{one.ratio:7.3f}"
            print(f"{one.name:{_WIDTH}} {one.rate:11,.0f} {one.unit:10} {ratio}  {asked}{missed}", flush=True)
        yield one


def _shown_memory(found: Iterable[Memory], *, quiet: bool) -> Iterable[Memory]:
    for one in found:
        if not quiet:
            name = f"memory of a check ({one.profile}, {one.size:.0f} MB)"
            missed = "" if one.reached else "  MISSED"
            print(f"{name:{_WIDTH}} {one.above:11.1f} {'MB above':10} {'':7}  {MOST}{missed}", flush=True)
        yield one


def _shown_suivi(counts: Iterable[int], *, quiet: bool) -> Iterable[Suivi]:
    for count in counts:
        one = measure(count)
        if not quiet:
            name = f"follow-up of {count:,} invoices and answers"
            missed = "" if one.reached else "  MISSED"
            asked = f"{MOST_MICROSECONDS:.0f} us, {MOST_MEGABYTES:.0f} MB"
            print(
                f"{name:{_WIDTH}} {one.microseconds:11.1f} {'us each':10} {one.above:5.0f}MB  {asked}{missed}"
            )
        yield one


def _as_data(speed: list[Measure], memory: list[Memory], followed: list[Suivi]) -> dict[str, object]:
    return {
        "schema_version": 1,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "speed": [
            {**asdict(one), "rate": one.rate, "ratio": one.ratio, "reached": one.reached} for one in speed
        ],
        "memory": [{**asdict(one), "asked": MOST, "reached": one.reached} for one in memory],
        "follow_up": [
            {
                **asdict(one),
                "asked": {"microseconds": MOST_MICROSECONDS, "megabytes": MOST_MEGABYTES},
                "microseconds": one.microseconds,
                "reached": one.reached,
            }
            for one in followed
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
