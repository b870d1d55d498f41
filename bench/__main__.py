"""Measure, and print a table, or JSON with `--json`. See `bench`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain

from bench import columns
from bench.cases import measures
from bench.files import MOST_PEAK, TWICE, Pair, Peaked, answered, decoded, pairs
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
    found = chain(
        measures(records, options.repeat),
        ledgers(2_000 if options.quick else 20_000),
        columns.measures((10,) if options.quick else (10, 100), options.repeat),
    )
    speed = list(_shown(found, quiet=options.json))
    peaks = list(_shown_peaks(columns.peaks((10,) if options.quick else (10, 1000)), quiet=options.json))
    memory = list(_shown_memory(memories((10,) if options.quick else (10, 500)), quiet=options.json))
    followed = list(_shown_suivi((10_000,) if options.quick else (100_000, 1_000_000), quiet=options.json))
    verbs = chain(decoded(3 if options.quick else 60), answered(3 if options.quick else 100))
    tops = list(_shown_verbs(verbs, quiet=options.json))
    shared = list(_shown_pairs(pairs(20 if options.quick else 200), quiet=options.json))
    if options.json:
        print(json.dumps(_as_data(speed, memory, peaks, followed, tops, shared), indent=2))
    return 0 if all(one.reached for one in (*speed, *memory, *peaks, *followed, *tops)) else 1


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


def _shown_peaks(found: Iterable[columns.Peak], *, quiet: bool) -> Iterable[columns.Peak]:
    for one in found:
        if not quiet:
            name = f"peak of columns ({one.size:,.0f} MB)"
            missed = "" if one.reached else "  MISSED"
            print(f"{name:{_WIDTH}} {one.peak:11.1f} {'MB':10} {'':7}  {columns.MOST}{missed}", flush=True)
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
            steps = f"keeping {one.keeping:.1f}, engine {one.engine:.1f}, walking {one.walking:.1f}"
            print(f"{'':{_WIDTH}} {one.seconds:11.1f} {'s of CPU':10} ({steps}), reading apart")
        yield one


def _shown_verbs(found: Iterable[Peaked], *, quiet: bool) -> Iterable[Peaked]:
    for one in found:
        if not quiet:
            name = f"memory of {one.name} ({one.size:.0f} MB)"
            missed = "" if one.reached else "  MISSED"
            print(
                f"{name:{_WIDTH}} {one.peak:11.1f} {'MB in all':10} {'':7}  {MOST_PEAK}{missed}", flush=True
            )
        yield one


def _shown_pairs(found: Iterable[Pair], *, quiet: bool) -> Iterable[Pair]:
    for one in found:
        if not quiet:
            name = f"check of {one.size:.0f} MB, two processes / one"
            told = f"{one.one:.1f} s / {one.two:.1f} s, load {one.load:.1f}"
            print(f"{name:{_WIDTH}} {told:>22} {one.ratio:7.3f}  {TWICE} when quiet", flush=True)
        yield one


def _as_data(
    speed: list[Measure],
    memory: list[Memory],
    peaks: list[columns.Peak],
    followed: list[Suivi],
    verbs: list[Peaked],
    shared: list[Pair],
) -> dict[str, object]:
    return {
        "schema_version": 1,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "speed": [
            {**asdict(one), "rate": one.rate, "ratio": one.ratio, "reached": one.reached} for one in speed
        ],
        "verbs": [{**asdict(one), "asked": MOST_PEAK, "reached": one.reached} for one in verbs],
        "processes": [{**asdict(one), "ratio": one.ratio, "when_quiet": TWICE} for one in shared],
        "memory": [{**asdict(one), "asked": MOST, "reached": one.reached} for one in memory],
        "columns": [{**asdict(one), "asked": columns.MOST, "reached": one.reached} for one in peaks],
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
