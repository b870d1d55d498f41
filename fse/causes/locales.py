"""Flows in which many invoices have a fault of their own: each is explained alone, with what frames it.

To try each hypothesis on the whole of such a flow would take too long. What the batch and the file tell of
these faults is looked at once, when all of them are mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from msgspec import structs

from flatfile import Finding
from fse.causes.etat import Budget, Etat, Key, Ligne
from fse.facture import Facture

#: Fewest invoices with a fault; at most one in so many has one: more are a fault of the program.
_FEWEST: Final = 8
_ONE_IN: Final = 2

#: Hypotheses tried on one invoice, and on all of them; right invoices that stand beside it, to be compared.
_MOST_TRIED: Final = 60
_MOST_IN_ALL: Final = 2000
_BESIDE: Final = 6


def explained(state: Etat, explain: Callable[[Etat], list[Finding]]) -> list[Finding]:
    """The causes of what was found on single invoices, made true; none where few have a fault, or most."""
    faulty = _by_invoice(state)
    factures = {facture.number: facture for facture in state.flot.factures.values()}
    if len(faulty) < _FEWEST or len(faulty) * _ONE_IN > len(factures):
        return []
    state.is_split = True
    numbers = {line.origin: rank for rank, line in enumerate(state.lines) if line.origin}
    beside = [
        line._replace(origin=0)
        for number in [number for number in factures if number not in faulty][:_BESIDE]
        for line in _lines_of(state, factures[number], numbers)
    ]
    last = state.types[-1] == "999" and state.lines[-1:]
    budget, tried = state.flot.budget, 0
    headlines: list[Finding] = []
    mended: dict[int, list[Ligne]] = {}
    forgiven = state.forgiven
    for number, keys in faulty.items():
        mine = _lines_of(state, factures[number], numbers)
        rank = numbers.get(number, -1)
        if rank < 0 or tried > _MOST_IN_ALL:
            continue
        start = state.start_of_batch(rank)
        end = next((at for at in range(rank, len(state.types)) if state.types[at] == "6"), -1)
        before = [state.lines[0], state.lines[start], *beside]
        after = [*([state.lines[end]] if end >= 0 else []), *(last or [])]
        framed = [line._replace(origin=0) for line in before] + mine
        framed += [line._replace(origin=0) for line in after]
        part = Etat(state.flot, framed, Counter({key: state.remaining[key] for key in keys}))
        state.flot.budget = Budget(_MOST_TRIED)
        made = explain(part)
        tried += state.flot.budget.tried
        if made:
            headlines += made
            mended[number] = list(part.lines[len(before) : len(part.lines) - len(after)])
            forgiven = forgiven + part.forgiven
    state.flot.budget = budget
    return _taken(state, headlines, mended, numbers, forgiven) if headlines else []


def _by_invoice(state: Etat) -> dict[int, list[Key]]:
    """What is left, by the number of the first record of its invoice."""
    found: dict[int, list[Key]] = {}
    for key in state.remaining:
        facture = state.flot.factures.get(key[3])
        if facture is not None:
            found.setdefault(facture.number, []).append(key)
    return dict(sorted(found.items()))


def _lines_of(state: Etat, facture: Facture, numbers: dict[int, int]) -> list[Ligne]:
    span = range(facture.number, facture.number + len(facture))
    return [state.lines[numbers[number]] for number in span if number in numbers]


def _taken(
    state: Etat,
    headlines: list[Finding],
    mended: dict[int, list[Ligne]],
    numbers: dict[int, int],
    forgiven: Counter[Key],
) -> list[Finding]:
    """The causes with what the whole flow no longer tells once all are mended; none where it tells more."""
    lines: list[Ligne] = []
    gone = {number for start in mended for number in _span(state, start)}
    for line in state.lines:
        if line.origin in mended:
            lines += mended[line.origin]
        elif line.origin not in gone:
            lines.append(line)
    found = state.checked(lines)
    if found is None:
        return []
    after = Counter({key: len(same) for key, same in found.items()})
    if after - state.remaining - forgiven:
        return []
    explained = state.remaining - after
    for one in headlines:
        for finding in (one, *one.consequences):
            explained[finding.rule, finding.type, finding.field, finding.record] -= 1
    told = list(headlines)
    for key, count in (+explained).items():
        below = [rank for rank, one in enumerate(headlines) if one.record <= key[3]] or [0]
        rank = max(below, key=lambda rank: headlines[rank].record)
        more = (*told[rank].consequences, *state.flot.told[key][-count:])
        told[rank] = structs.replace(told[rank], consequences=more)
    state.take(lines, state.remaining & after, forgiven)
    return told


def _span(state: Etat, start: int) -> range:
    facture = state.flot.factures[start]
    return range(facture.number, facture.number + len(facture))
