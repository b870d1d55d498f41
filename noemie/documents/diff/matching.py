"""Which unit of one file is which of the other, and which lines of two units go together.

Private to `noemie.documents.diff`. Of each unit, only a few numbers are kept: files of any size are matched
in some tens of bytes an invoice.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

from noemie.documents.diff.units import Line, Side, Unit, content_of, type_of

#: Most keys of a unit (`Unit.keys`).
_LEVELS: Final = 3

#: Products of lengths beyond which lines are aligned by rank: trying all pairs would take too long.
_MOST_PAIRS: Final = 4_000_000

#: Stands for no partner.
NONE: Final = -1

Pair = tuple[Line | None, Line | None]


class Index:
    """What is kept of a side: for each unit, hashes of its bytes, of its keys, of its batch; its kind.

    Hashes have 64 bits and hold for this process only. `units` and `lines` count those of the file; `inner`
    tells the units that are no record outside invoices.
    """

    def __init__(self, side: Side) -> None:
        self.full = array("q")
        self.keys = [array("q") for _ in range(_LEVELS)]
        self.lots = array("q")
        self.inner = bytearray()
        self.lines = 0
        for unit in side.units():
            raws = unit.raws
            self.full.append(hash((unit.kind, *raws)))
            self.lots.append(hash(unit.lot))
            self.inner.append(unit.kind != "hors-facture")
            for level, told in enumerate(self.keys):
                told.append(hash((unit.kind, level, unit.keys[level])) if level < len(unit.keys) else 0)
            self.lines += len(raws)

    def __len__(self) -> int:
        return len(self.full)

    @property
    def units(self) -> int:
        """Invoices, movements or zones."""
        return sum(self.inner)


class Matching(NamedTuple):
    """`after` gives, for each unit of the first file, the rank of its partner or `NONE`; `added` the ranks of
    the second file that have none; `moved` and `batch` the ranks of the first file that changed place among
    the others, or batch. Ranks are 0-based.
    """

    after: array[int]
    added: list[int]
    moved: frozenset[int]
    batch: frozenset[int]


def match(one: Side, before: Index, other: Side, after: Index) -> Matching:
    """Match two sides: by all their bytes, by their keys from the surest on, then by what they hold.

    Several units that tell the same are matched in order; by a single number, or by what they hold, only when
    one on each side does.
    """
    partner = array("q", [NONE]) * len(before)
    start = _common(before.full, after.full)
    partner[:start] = array("q", range(start))
    left, right = list(range(start, len(before))), list(range(start, len(after)))
    levels = [(before.full, after.full, True)]
    levels += [(before.keys[n], after.keys[n], n < _LEVELS - 1) for n in range(_LEVELS)]
    for tells, others, many in levels:
        left, right = _match_by(tells.__getitem__, others.__getitem__, left, right, partner, many=many)
    if left and right:
        told, others_told = _contents(one, left), _contents(other, right)
        left, right = _match_by(told.__getitem__, others_told.__getitem__, left, right, partner, many=False)
    return Matching(partner, right, _moved(partner, before), _other_batch(partner, before, after))


def _common(one: array[int], other: array[int]) -> int:
    """How many units at the start are the same."""
    if one == other:
        return len(one)
    return next(
        (n for n, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other))
    )


def _match_by(
    tell: Callable[[int], int],
    tell_other: Callable[[int], int],
    left: list[int],
    right: list[int],
    partner: array[int],
    *,
    many: bool,
) -> tuple[list[int], list[int]]:
    """Match units that tell the same (0 tells nothing); returns the ranks that are left on both sides."""
    if not left or not right:
        return left, right
    sides: tuple[dict[int, list[int]], dict[int, list[int]]] = defaultdict(list), defaultdict(list)
    for side, ranks, told in ((sides[0], left, tell), (sides[1], right, tell_other)):
        for rank in ranks:
            if key := told(rank):
                side[key].append(rank)
    taken: set[int] = set()
    for key, ranks in sides[0].items():
        others = sides[1].get(key, ())
        if many or len(ranks) == len(others) == 1:
            for rank, other in zip(ranks, others, strict=False):
                partner[rank] = other
                taken.add(other)
    return [rank for rank in left if partner[rank] == NONE], [rank for rank in right if rank not in taken]


def _contents(side: Side, ranks: list[int]) -> dict[int, int]:
    """What the units of these ranks hold, their own number left out."""
    wanted = set(ranks)
    return {
        rank: hash((unit.kind, *map(content_of, unit.records)))
        for rank, unit in enumerate(side.units())
        if rank in wanted
    }


def _moved(partner: array[int], before: Index) -> frozenset[int]:
    """Ranks of the units that changed places: the fewest, the others being in order."""
    ranks = [rank for rank, other in enumerate(partner) if other != NONE and before.inner[rank]]
    if all(partner[one] < partner[two] for one, two in pairwise(ranks)):
        return frozenset()
    ends: list[int] = []  # smallest partner that ends a chain of each length
    places: list[int] = []  # the unit that does
    previous: dict[int, int] = {}
    for rank in ranks:
        length = bisect_left(ends, partner[rank])
        previous[rank] = places[length - 1] if length else NONE
        ends[length : length + 1] = [partner[rank]]
        places[length : length + 1] = [rank]
    kept: set[int] = set()
    rank = places[-1]
    while rank != NONE:
        kept.add(rank)
        rank = previous[rank]
    return frozenset(ranks) - kept


def _other_batch(partner: array[int], before: Index, after: Index) -> frozenset[int]:
    """Ranks of the units that are in another batch, when it is not the batch that was renumbered."""
    if before.lots == after.lots:
        return frozenset()
    pairs = [(r, other) for r, other in enumerate(partner) if other != NONE and before.inner[r]]
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for rank, other in pairs:
        counts[before.lots[rank]][after.lots[other]] += 1
    usual = {lot: found.most_common(1)[0][0] for lot, found in counts.items()}
    return frozenset(rank for rank, other in pairs if usual[before.lots[rank]] != after.lots[other])


# --- lines ------------------------------------------------------------------------------------------------


def align(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Pair]:
    """Pairs of lines that differ, in order; one side is `None` for what stands on one only."""
    contents = [content_of(line) for line in before], [content_of(line) for line in after]
    for same, a, b, c, d in _runs(*contents):
        if same:
            # The same but for what all the records of an invoice repeat.
            pairs = zip(before[a:b], after[c:d], strict=True)
            yield from ((one, two) for one, two in pairs if one.raw != two.raw)
        else:
            yield from _align_by_type(before[a:b], after[c:d])


def _align_by_type(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Pair]:
    types = [type_of(line) for line in before], [type_of(line) for line in after]
    for same, a, b, c, d in _runs(*types):
        if same:
            yield from zip(before[a:b], after[c:d], strict=True)
        else:
            yield from ((line, None) for line in before[a:b])
            yield from ((None, line) for line in after[c:d])


def _runs(one: Sequence[object], other: Sequence[object]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Runs that are the same or not: bounds in both sequences."""
    if one == other:
        yield True, 0, len(one), 0, len(other)
    elif set(one).isdisjoint(other):
        yield False, 0, len(one), 0, len(other)
    elif len(one) * len(other) > _MOST_PAIRS:
        common = min(len(one), len(other))
        for rank in range(common):
            yield one[rank] == other[rank], rank, rank + 1, rank, rank + 1
        yield False, common, len(one), common, len(other)
    else:
        for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            yield tag == "equal", a, b, c, d


def pairs_of(before: Unit, after: Unit) -> Iterator[Pair]:
    """The lines of two matched units that differ."""
    return align(before.records, after.records)
