"""Causes in the order of records: two of them swapped, one out of its place, one written twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flatfile.findings import both
from fse.causes.etat import Etat, Hypothese, Ligne, is_whole

#: Records around a remark among which one is looked for.
_AROUND: Final = 24

_COUNTS: Final = ("facture.", "lot.", "fichier.volume", "fichier.nombre-lots", "unicite.", "structure.")


def swapped(state: Etat) -> Iterator[Hypothese]:
    """Two records in the place of one another; then one record out of its place."""
    keys = [
        key
        for key in state.keys("structure.")
        if key[0] not in ("structure.longueur", "structure.type-inconnu")
    ]
    ranks = list(dict.fromkeys(rank for key in keys if (rank := state.rank(key[3])) >= 0))[:4]
    if not ranks:
        return
    window = range(max(0, ranks[0] - _AROUND), min(len(state.lines), ranks[-1] + _AROUND))
    types = state.types
    pairs = {
        (min(rank, other), max(rank, other))
        for rank in ranks
        for at in (rank - 1, rank, rank + 1)
        for other in window
        if at == rank or abs(other - at) == 1
        if other != rank and types[other] != types[rank]
    }
    moves = {
        (at, other)
        for rank in ranks
        for at in (rank - 1, rank, rank + 1)
        for other in window
        if 0 <= at < len(types) and other not in (at, at + 1)
    }
    for first, second in sorted(pairs, key=lambda pair: pair[1] - pair[0]):
        lines = list(state.lines)
        lines[first], lines[second] = lines[second], lines[first]
        one, two = state.lines[first].origin, state.lines[second].origin
        if one and two:
            yield Hypothese(
                "cause.permutes",
                state.place(first),
                both(f"type {types[first]} en {one}, type {types[second]} en {two}",
                     f"type {types[first]} at {one}, type {types[second]} at {two}"),
                both(f"type {types[second]} en {one}, type {types[first]} en {two}",
                     f"type {types[second]} at {one}, type {types[first]} at {two}"),
                lines,
                disorder=disorder(state, lines),
            )  # fmt: skip
    for at, target in sorted(moves, key=lambda move: abs(move[1] - move[0])):
        lines = list(state.lines)
        lines.insert(target if target < at else target - 1, lines.pop(at))
        if state.lines[at].origin and state.lines[target].origin:
            number, before = state.lines[at].origin, state.lines[target].origin
            yield Hypothese(
                "cause.deplace",
                state.place(at),
                both(f"type {types[at]} en {number}", f"type {types[at]} at {number}"),
                both(f"avant l'enregistrement {before}", f"before record {before}"),
                lines,
                disorder=disorder(state, lines),
            )


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
    """An invoice written twice, then a record written twice in a row."""
    if not state.keys(*_COUNTS):
        return
    seen: dict[tuple[bytes, ...], range] = {}
    rank = 0
    while rank < len(state.lines):
        if state.types[rank] != "2":
            rank += 1
            continue
        span = state.invoice(rank)
        raws = tuple(state.lines[at].raw for at in span)
        if raws in seen:
            yield _without(state, span, seen[raws])
        seen.setdefault(raws, span)
        rank = span.stop
    for rank in range(1, len(state.lines)):
        if state.lines[rank].raw == state.lines[rank - 1].raw and is_whole(state.lines[rank]):
            yield _without(state, range(rank, rank + 1), range(rank - 1, rank))


def _without(state: Etat, span: range, first: range) -> Hypothese:
    lines = [line for rank, line in enumerate(state.lines) if rank not in span]
    again, before = _numbers(state, span), _numbers(state, first)
    found = both(f"{again} répète {before}", f"{again} repeats {before}")
    return Hypothese("cause.double", state.place(span.start), found, both("une seule fois", "once"), lines)


def _numbers(state: Etat, span: range) -> str:
    first, last = state.lines[span.start].origin, state.lines[span.stop - 1].origin
    return str(first) if first == last else f"{first}-{last}"
