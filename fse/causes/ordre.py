"""Causes in the order of records: two of them swapped, one out of its place, one written twice."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flatfile.findings import both
from fse.causes.etat import Etat, Hypothese, Ligne, is_whole
from fse.reader import FILLING

#: Records around a remark among which one is looked for.
_AROUND: Final = 24

#: Most records of a line that may stand twice in a row.
_MOST_REPEATED: Final = 8

#: Records that may have been exchanged, and that are tried with one another.
_MOST_EXCHANGED: Final = 6

#: Rules on the length and the type of a record, which its place does not change.
_NOT_OF_ORDER: Final = ("structure.longueur", "structure.type-inconnu")

#: Type -> types that it may follow, besides lines before a total.
_BEFORE: Final = {
    "000": ("999",),
    "1": ("000", "6"),
    "2": ("1", "5"),
    "5": (),
    "6": ("5",),
    "999": ("6",),
}

_COUNTS: Final = ("facture.", "lot.", "fichier.volume", "fichier.nombre-lots", "unicite.", "structure.")


def exchanged(state: Etat) -> Iterator[Hypothese]:
    """Two records in the place of one another, in two invoices: each repeats what the other should."""
    named = dict.fromkeys(state.rank(key[3]) for key in state.keys("structure.entete"))
    ranks = [rank for rank in named if rank >= 0][:_MOST_EXCHANGED]
    for first, second in itertools.combinations(ranks, 2):
        yield _swap(state, *sorted((first, second)))
    for key in state.keys("acte.ccam-detail"):
        rank = state.rank(key[3])
        for at in range(rank + 1, state.invoice(rank).stop) if rank >= 0 else ():
            if state.types[at] == "4M":
                yield _swap(state, at - 1, at)
                break


def swapped(state: Etat) -> Iterator[Hypothese]:
    """Two records in the place of one another, or one record out of its place.

    Only those edits are tried after which the types follow one another best.
    """
    keys = [key for key in state.keys("structure.") if key[0] not in _NOT_OF_ORDER]
    ranks = list(dict.fromkeys(rank for key in keys if (rank := state.rank(key[3])) >= 0))[:4]
    if not ranks:
        return
    window = range(max(0, ranks[0] - _AROUND), min(len(state.lines), ranks[-1] + _AROUND))
    near = dict.fromkeys(at for rank in ranks for at in (rank, rank - 1, rank + 1) if at in window)
    # What an edit changes stands in the window: the rest of the flow is not counted again.
    base = max(window.start - 1, 0)
    order = Order(state.types[base : window.stop + 1])
    edits: list[tuple[int, int, bool, int, int, bool]] = []
    for near_one in near:
        for far_one in window:
            for at, other, is_move in (
                (near_one, far_one, False),
                (near_one, far_one, True),
                (far_one, near_one, True),
            ):
                left = order.breaks_after(at - base, other - base, is_move=is_move)
                if left is not None:
                    first, second = (at, other) if is_move else (min(at, other), max(at, other))
                    passed = other - at - 1 if is_move and other > at else abs(other - at)
                    # Side by side, two records in the place of one another; farther, one that was moved.
                    is_second = is_move is (passed == 1)
                    edits.append((left, passed, is_second, first, second, is_move))
    least = min((edit[0] for edit in edits), default=order.breaks)
    if least >= order.breaks:
        yield from _neighbours(state, ranks)
        return
    for _, _, _, first, second, is_move in sorted({edit for edit in edits if edit[0] == least}):
        if state.lines[first].origin and state.lines[second].origin:
            yield (_move if is_move else _swap)(state, first, second)


def _neighbours(state: Etat, ranks: Sequence[int]) -> Iterator[Hypothese]:
    """Two complements of a line in the place of one another."""
    near = sorted({at for rank in ranks for at in (rank - 1, rank)})
    for first, second in sorted(itertools.combinations(near, 2), key=lambda pair: pair[1] - pair[0]):
        if first >= 0 and state.types[first] != state.types[second]:
            yield _swap(state, first, second)


def breaks(types: Sequence[str]) -> int:
    """How many records do not follow the one before them as the norm wants.

    >>> breaks(["000", "1", "2", "4", "5", "6", "999"]), breaks(["000", "1", "4", "2", "5", "6", "999"])
    (0, 3)
    """
    return sum(not _follows(one, other) for one, other in itertools.pairwise(types))


class Order:
    """Types in their order, with their `breaks`: what an edit makes of them is counted around it."""

    def __init__(self, types: Sequence[str]) -> None:
        self._types = types
        self._alike = list(range(len(types)))
        for at in range(len(types) - 2, -1, -1):
            if types[at] == types[at + 1]:
                self._alike[at] = self._alike[at + 1]
        self.breaks = breaks(types)

    def breaks_after(self, at: int, other: int, *, is_move: bool) -> int | None:
        """How many once two are exchanged, or one stands before the other; `None` when nothing changes."""
        types = self._types
        if not is_move:
            if types[at] == types[other]:
                return None
            pairs = {(one - 1, one) for one in (at, at + 1, other, other + 1)}
            there = {at: other, other: at}
            made = [(there.get(one, one), there.get(two, two)) for one, two in pairs]
            return self.breaks - self._broken(pairs) + self._broken(made)
        first, last = (at, other - 1) if other > at else (other, at)
        if other == at or self._alike[first] >= last:
            return None
        gone = [(at - 1, at), (at, at + 1), (other - 1, other)]
        made = [(at - 1, at + 1), (other - 1, at), (at, other)]
        return self.breaks - self._broken(gone) + self._broken(made)

    def _broken(self, pairs: Iterable[tuple[int, int]]) -> int:
        """How many of these pairs do not follow one another; those that stand outside are none."""
        inside, types = range(len(self._types)), self._types
        return sum(
            not _follows(types[one], types[two]) for one, two in pairs if one in inside and two in inside
        )


def _follows(before: str, type: str) -> bool:
    if "?" in (before, type):
        return True
    if type in _BEFORE:
        return before in _BEFORE[type] or (type == "5" and before[0] in "34")
    if len(type) == 1:  # a line
        return before[0] in "234"
    return before[0] == type[0]


def _swap(state: Etat, first: int, second: int) -> Hypothese:
    lines, types = list(state.lines), state.types
    lines[first], lines[second] = lines[second], lines[first]
    one, two = state.lines[first].origin, state.lines[second].origin
    found = both(
        f"type {types[first]} en {one}, type {types[second]} en {two}",
        f"type {types[first]} at {one}, type {types[second]} at {two}",
    )
    expected = both(
        f"type {types[second]} en {one}, type {types[first]} en {two}",
        f"type {types[second]} at {one}, type {types[first]} at {two}",
    )
    place = state.place(first)
    return Hypothese("cause.permutes", place, found, expected, lines, disorder=disorder(state, lines))


def _move(state: Etat, at: int, target: int) -> Hypothese:
    lines, types = list(state.lines), state.types
    lines.insert(target if target < at else target - 1, lines.pop(at))
    number, before = state.lines[at].origin, state.lines[target].origin
    found = both(f"type {types[at]} en {number}", f"type {types[at]} at {number}")
    expected = both(f"avant l'enregistrement {before}", f"before record {before}")
    place = state.place(at)
    return Hypothese("cause.deplace", place, found, expected, lines, disorder=disorder(state, lines))


def disorder(state: Etat, lines: Sequence[Ligne]) -> int:
    """How many lines come before one of an earlier day in their invoice."""
    count, last = 0, b""
    for line in lines:
        layout = state.flot.norme.layout_of(line.raw)
        field = layout.by_name.get("date_acte") or layout.by_name.get("date_debut")
        if layout.name in ("2", "5"):
            last = b""
        elif layout.name in ("3", "4") and field is not None:
            day = line.raw[field.slice]
            count += day < last
            last = day
    return count


def doubled(state: Etat) -> Iterator[Hypothese]:
    """A batch, then an invoice, written twice; then records written twice in a row."""
    if not state.keys(*_COUNTS):
        return
    for spans in (_batches(state), _invoices(state)):
        seen: dict[tuple[bytes, ...], range] = {}
        for span in spans:
            raws = tuple(state.lines[at].raw for at in span)
            if raws in seen:
                yield _without(state, span, seen[raws])
            seen.setdefault(raws, span)
    raws = tuple(line.raw for line in state.lines)
    for size in range(1, _MOST_REPEATED + 1):
        for rank in range(size, len(raws) - size + 1):
            if raws[rank] == raws[rank - size] and raws[rank : rank + size] == raws[rank - size : rank]:
                span = range(rank, rank + size)
                if all(is_whole(state.lines[at]) and state.lines[at].origin for at in span):
                    yield _without(state, span, range(rank - size, rank))


def blank(state: Etat) -> Iterator[Hypothese]:
    """Records that hold nothing, between the others."""
    ranks = [
        rank
        for key in state.keys("structure.type-inconnu", "fichier.octet-final")
        if (rank := state.rank(key[3])) >= 0 and is_whole(state.lines[rank])
        if not state.lines[rank].raw.strip(FILLING)
    ]
    if ranks and ranks[0] < len(state.lines) - 1:
        lines = [line for line in state.lines if line.raw.strip(FILLING) or not is_whole(line)]
        count = len(state.lines) - len(lines)
        found = both(f"{count} enregistrement(s) vide(s)", f"{count} blank record(s)")
        expected = both("des enregistrements qui se suivent", "records that follow one another")
        yield Hypothese("cause.lignes-vides", state.place(ranks[0]), found, expected, lines)


def _batches(state: Etat) -> Iterator[range]:
    """Ranks of the lines of each batch, from its record 1 to its record 6."""
    start = -1
    for rank, type in enumerate(state.types):
        if type == "1":
            start = rank
        elif type == "6" and start >= 0:
            yield range(start, rank + 1)
            start = -1


def _invoices(state: Etat) -> Iterator[range]:
    """Ranks of the lines of each invoice."""
    rank = 0
    while rank < len(state.lines):
        if state.types[rank] == "2":
            span = state.invoice(rank)
            yield span
            rank = span.stop
        else:
            rank += 1


def _without(state: Etat, span: range, first: range) -> Hypothese:
    lines = [line for rank, line in enumerate(state.lines) if rank not in span]
    again, before = _numbers(state, span), _numbers(state, first)
    found = both(f"{again} répète {before}", f"{again} repeats {before}")
    return Hypothese("cause.double", state.place(span.start), found, both("une seule fois", "once"), lines)


def _numbers(state: Etat, span: range) -> str:
    first, last = state.lines[span.start].origin, state.lines[span.stop - 1].origin
    return str(first) if first == last else f"{first}-{last}"
