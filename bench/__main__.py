"""Measure, and print a table, or JSON with `--json`. See `bench`."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any, NamedTuple

from bench import columns
from bench.cases import measures
from bench.files import MOST_PEAK, TWICE, Pair, Peaked, answered, decoded, pairs
from bench.ledger import measures as ledgers
from bench.measure import Measure
from bench.memory import MOST, Memory, memories
from bench.suivi import MOST_MEGABYTES, MOST_MICROSECONDS, Suivi, measure

_WIDTH = 42


class _Part(NamedTuple):
    """Measures that go together: what they are of, how they are made (quick, turns), their key in JSON."""

    told: str
    made: Callable[[bool, int], Iterable[Any]]
    key: str


#: Each may be run alone: `python -m bench speed columns`.
PARTS = {
    "speed": _Part(
        "reading, checking, writing, decoding",
        lambda quick, turns: measures(5_000 if quick else 40_000, turns),
        "speed",
    ),
    "ledger": _Part(
        "a ledger of many invoices", lambda quick, _: ledgers(2_000 if quick else 20_000), "speed"
    ),
    "columns": _Part(
        "columns of flows",
        lambda quick, turns: columns.measures((10,) if quick else (10, 100), turns),
        "speed",
    ),
    "peaks": _Part(
        "memory of columns", lambda quick, _: columns.peaks((10,) if quick else (10, 1000)), "columns"
    ),
    "memory": _Part("memory of a check", lambda quick, _: memories((10,) if quick else (10, 500)), "memory"),
    "suivi": _Part(
        "the follow-up",
        lambda quick, _: map(measure, (10_000,) if quick else (100_000, 1_000_000)),
        "follow_up",
    ),
    "verbs": _Part(
        "memory of decode and respond",
        lambda quick, _: chain(decoded(3 if quick else 60), answered(3 if quick else 100)),
        "verbs",
    ),
    "processes": _Part("two processes beside one", lambda quick, _: pairs(20 if quick else 200), "processes"),
}


def main() -> int:
    """Run the measures; 1 when what the design asks for is not reached."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    told = "; ".join(f"{name}, {part.told}" for name, part in PARTS.items())
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"all of them unless told: {told}")
    parser.add_argument("--quick", action="store_true", help="fewer records, smaller files")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--repeat", type=int, default=5, metavar="N", help="turns of each measure (best kept)"
    )
    options = parser.parse_args()
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"unknown part: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    if not options.json:
        print(f"{'':{_WIDTH}} {'units/s':>11} {'':10} {'ratio':>7}  asked")
    found: dict[str, list[Any]] = {part.key: [] for part in PARTS.values()}
    for name in options.parts or PARTS:
        for one in PARTS[name].made(options.quick, options.repeat):
            if not options.json:
                print(*_lines(one), sep="\n", flush=True)
            found[PARTS[name].key].append(one)
    if options.json:
        print(json.dumps(_as_data(found), indent=2))
    return 0 if all(getattr(one, "reached", True) for some in found.values() for one in some) else 1


def _lines(one: Any) -> Iterator[str]:
    """A measure as it is printed."""
    name, told, unit, ratio, asked = _cells(one)
    missed = "" if getattr(one, "reached", True) else "  MISSED"
    yield f"{name:{_WIDTH}} {told:>11} {unit:10} {ratio:>7}  {asked}{missed}"
    if isinstance(one, Suivi):
        steps = f"keeping {one.keeping:.1f}, engine {one.engine:.1f}, walking {one.walking:.1f}"
        yield f"{'':{_WIDTH}} {one.seconds:11.1f} {'s of CPU':10} ({steps}), reading apart"


def _cells(one: Any) -> tuple[str, str, str, str, str]:
    """What a measure is of, its value with its unit, its ratio, what is asked."""
    match one:
        case Measure():
            asked = f"{one.asked:,.10g}" if one.asked else ""
            return one.name, f"{one.rate:,.0f}", one.unit, f"{one.ratio:.3f}", asked
        case Memory():
            return (
                f"memory of a check ({one.profile}, {one.size:.0f} MB)",
                f"{one.above:.1f}",
                "MB above",
                "",
                f"{MOST}",
            )
        case columns.Peak():
            return f"peak of columns ({one.size:,.0f} MB)", f"{one.peak:.1f}", "MB", "", f"{columns.MOST}"
        case Peaked():
            return (
                f"memory of {one.name} ({one.size:.0f} MB)",
                f"{one.peak:.1f}",
                "MB in all",
                "",
                f"{MOST_PEAK}",
            )
        case Suivi():
            asked = f"{MOST_MICROSECONDS:.0f} us, {MOST_MEGABYTES:.0f} MB"
            name = f"follow-up of {one.count:,} invoices and answers"
            return name, f"{one.microseconds:.1f}", "us each", f"{one.above:.0f}MB", asked
        case Pair():
            name = f"check of {one.size:.0f} MB, two processes / one"
            told = f"{one.one:.1f} s / {one.two:.1f} s, load {one.load:.1f}"
            return name, told, "", f"{one.ratio:.3f}", f"{TWICE} when quiet"
    raise TypeError(one)


def _as_data(found: dict[str, list[Any]]) -> dict[str, object]:
    told: dict[type, Callable[[Any], dict[str, object]]] = {
        Measure: lambda one: {"rate": one.rate, "ratio": one.ratio},
        Memory: lambda _: {"asked": MOST},
        columns.Peak: lambda _: {"asked": columns.MOST},
        Peaked: lambda _: {"asked": MOST_PEAK},
        Suivi: lambda one: {
            "asked": {"microseconds": MOST_MICROSECONDS, "megabytes": MOST_MEGABYTES},
            "microseconds": one.microseconds,
        },
        Pair: lambda one: {"ratio": one.ratio, "when_quiet": TWICE},
    }

    def data(one: Any) -> dict[str, object]:
        reached = {} if isinstance(one, Pair) else {"reached": one.reached}
        return {**asdict(one), **told[type(one)](one), **reached}

    return {
        "schema_version": 1,
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{key: list(map(data, some)) for key, some in found.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
