"""Causes in days: written JJMMAA where AAMMJJ is expected, in one record or in all those of a type."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from flatfile import Layout, Record
from flatfile.findings import both, joined
from flatfile.layout import field_pattern
from fse.causes.etat import Etat, Hypothese, Ligne
from fse.rules.valeurs import is_hidden

#: Findings that a day may explain.
_ON_DAYS: Final = ("date.", "format.date", "smg.date")

#: Days that fall near one another in one flow.
_NEAR: Final = ("date_fichier", "date_lot", "date_facturation", "date_acte", "date_debut", "date_fin")

#: Records that frame invoices.
_FRAMES: Final = ("000", "1")

_PRESCRIBED: Final = "date_prescription"
_BIRTH: Final = "date_naissance"

#: Years before the batch in which its care may have been given or prescribed.
_MOST_YEARS: Final = 3


def dates(state: Etat) -> Iterator[Hypothese]:
    """A day written JJMMAA where AAMMJJ is expected: in one record, or in all those of a type."""
    named = [(state.rank(key[3]), key[2]) for key in state.keys(*_ON_DAYS)]
    around = dict.fromkeys(
        at
        for rank, _ in named
        if rank >= 0
        for at in (rank, *_complements(state, rank), state.invoice(rank).start, state.start_of_batch(rank), 0)
    )
    places = list(_places(state, around, named))
    years = _years(state)
    kinds = list(dict.fromkeys((state.types[at], name) for at, name in places))
    lines = [kind for kind in kinds if kind[0][0] in "34"]
    frames = [kind for kind in kinds if kind[0] in _FRAMES]
    now = _spread(state, state.lines)
    if _is_apart(_years_of(state, state.lines, (*_NEAR, _PRESCRIBED))):
        for made in _whole(state):
            years_then = _years_of(state, made.lines, _NEAR)
            if max(years_then) - min(years_then) < _MOST_YEARS:
                yield made
    groups = dict.fromkeys((*((kind,) for kind in kinds), tuple(lines), tuple(kinds)), years)
    groups[tuple(frames)] = range(100)  # the years are those of the frames themselves
    for some, among in groups.items():
        for made in _everywhere(state, some, among):
            if made.disorder <= now + 1:
                yield made
    for start in dict.fromkeys(state.invoice(rank).start for rank, _ in named if rank >= 0):
        span = state.invoice(start)
        its = dict.fromkeys((state.types[at], name) for at, name in _places(state, span, named))
        yield from _everywhere(state, tuple(its), years, span)
    for at, name in places:
        piece = _turned(state.record(at), name, years)
        if piece is not None:
            made = state.edited("cause.jjmmaa", at, name, piece)
            yield made._replace(disorder=_spread(state, made.lines))


def _places(
    state: Etat, ranks: Iterable[int], named: Collection[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """The days of these records; personal ones where a finding names them."""
    for at in ranks:
        for name in _days(state.layout(at)):
            if not is_hidden(state.layout(at).by_name[name]) or (at, name) in named:
                yield at, name


def flow(state: Etat) -> Iterator[Hypothese]:
    """All days of the flow written JJMMAA, where its days have told so themselves."""
    for own in state.keys("date.flux-jjmmaa"):
        for made in _whole(state):
            yield made._replace(rule=own[0], own=own, found="", expected="")


def _whole(state: Etat) -> Iterator[Hypothese]:
    """All days of the flow turned, but births, or those of care alone; those of its batches too, or not."""
    layouts = state.flot.norme.layouts.values()
    kinds = [(layout.name, name) for layout in layouts for name in _days(layout)]
    births = [kind for kind in kinds if kind[1] == _BIRTH]
    near = [kind for kind in kinds if kind[1] in _NEAR]
    for some in (kinds, [kind for kind in kinds if kind not in births], near):
        yield from _everywhere(state, some, range(100))
        yield from _everywhere(state, [kind for kind in some if kind[0] not in _FRAMES], range(100))


def _years_of(state: Etat, lines: Sequence[Ligne], names: Sequence[str]) -> list[int]:
    """The years, of two digits, of the days of these names."""
    return [
        int(piece[:2])
        for line in lines
        for name in names
        if (field := state.flot.norme.layout_of(line.raw).by_name.get(name)) is not None
        and (piece := line.raw[field.slice]).isdigit()
        and piece.strip(b"0")
    ]


def _spread(state: Etat, lines: Sequence[Ligne]) -> int:
    """How many years apart the days of billing and of care are, all in all: those of one flow are near."""
    years = _years_of(state, lines, _NEAR)
    return sum(max(years) - year for year in years)


def _is_apart(years: Iterable[int]) -> bool:
    """Whether days fall in years farther apart than those of one flow, even when one of them is wrong."""
    found = sorted(set(years))
    return len(found) > 2 and min(found[-1] - found[1], found[-2] - found[0]) > _MOST_YEARS


def _everywhere(
    state: Etat, kinds: Sequence[tuple[str, str]], years: range, ranks: Iterable[int] | None = None
) -> Iterator[Hypothese]:
    """The days of these types and fields, turned in all records, or in those of these ranks."""
    changes: dict[int, dict[str, bytes]] = {}
    for at in range(len(state.types)) if ranks is None else ranks:
        for name in [name for other, name in kinds if other == state.types[at]]:
            if (piece := _turned(state.record(at), name, years)) is not None:
                changes.setdefault(at, {})[name] = piece
    if len(changes) > 1:
        first = next(iter(changes))
        name, piece = next(iter(changes[first].items()))
        one = state.edited("cause.jjmmaa", first, name, piece)
        more = both(f" ({len(changes)} enregistrements)", f" ({len(changes)} records)")
        turned = state.with_fields(changes)
        yield one._replace(found=joined(one.found, more), lines=turned, disorder=_spread(state, turned) + 1)


def _complements(state: Etat, rank: int) -> Iterator[int]:
    """The complements that follow a line: one of them may tell its prescription."""
    for at in range(rank + 1, len(state.types)):
        if len(state.types[at]) != 2 or state.types[at][0] != state.types[rank][0]:
            return
        yield at


def _days(layout: Layout) -> Iterator[str]:
    for field in layout.fields:
        if field.kind.base == "date" and field.length == 6:
            yield field.name


def _years(state: Etat) -> range:
    """The years, of two digits, in which the days of a flow may fall: those of its batches, some before."""
    days = [
        record.text(name)
        for record in state.flot.records
        if record.type in _FRAMES
        for name in ("date_fichier", "date_lot")
    ]
    years = [int(day[:2]) for day in days if day.isdecimal() and len(day) == 6 and day.strip("0")]
    return range(min(years) - _MOST_YEARS, max(years) + 1) if years else range(100)


def _turned(record: Record, name: str, years: range) -> bytes | None:
    """The day read the other way round; `None` where that is no day of these years, or the same."""
    field = record.layout.by_name[name]
    piece = record.raw[field.slice]
    if not piece.isdigit() or not piece.strip(b"0"):
        return None
    turned = piece[4:6] + piece[2:4] + piece[:2]
    in_time = name == _BIRTH or int(turned[:2]) in years
    return turned if in_time and turned != piece and field_pattern(field.kind.strict)(turned) else None
