"""Causes in how a program writes all its records: their length, their blanks, their numbers, their fields."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from flatfile import Field, Layout
from flatfile.findings import both, joined
from flatfile.fixed import BOM
from flatfile.kinds import decode_int
from fse.causes.etat import Etat, Hypothese, Lieu, Ligne, is_whole
from fse.causes.octets import is_wrong
from fse.causes.ordre import breaks
from fse.causes.texte import ENDS, Lignes
from fse.normes import LENGTH
from fse.reader import FILLING
from fse.rules.contexte import Contexte
from fse.rules.valeurs import end_name
from fse.totaux import Totaux

#: Most bytes too many or too few in every record; fewest records that show it, one in so many may be damaged.
_MOST_BYTES: Final = 16
_FEWEST: Final = 3
_CLEANER: Final = 8

#: Bytes that stand for blanks where a program fills its fields with them, by their names.
_FILLERS: Final = {0x00: "NUL", 0x09: "TAB", 0xA0: "A0"}

#: Kinds of numbers that are filled with zeros on their left.
_NUMBERS: Final = frozenset({"cents", "count", "rate", "decimal"})
_DECIMAL: Final = re.compile(rb" *([0-9]+)[.,]([0-9]{2}) *")

#: Type of a line, whether it is of an establishment -> the total of the last amount of such lines.
_SUMMED: Final = {
    ("4", False): "total_amc",
    ("3", True): "total_amc_hospitalier",
    ("4", True): "total_amc_honoraires",
}

#: Most bytes by which the fields of a record type are shifted; records looked at to find where.
_MOST_SHIFTED: Final = 3
_MOST_SAMPLES: Final = 4
_MOST_PLACES: Final = 40


def _told(count: int, records: int) -> str:
    return both(f" ({count} zones, {records} enregistrements)", f" ({count} fields, {records} records)")


# --- length ---------------------------------------------------------------------------------------------


def widths(state: Etat) -> Iterator[Hypothese]:
    """Every record has as many bytes too many, at its start or its end, or too few at its end."""
    data = state.flot.data
    base = len(BOM) if data.startswith(BOM) else 0
    if state.hypothesis is not None:
        return
    if ENDS.search(data, base):
        texts, ends, starts = Lignes.of(data, base)
        usual, count = Counter(map(len, texts)).most_common(1)[0] if texts else (LENGTH, 0)
        if count >= _FEWEST and (len(texts) - count) * _CLEANER <= len(texts):
            yield from _of_width(state, usual, texts, starts, ends[0])
        return
    body = data.rstrip(b"\x1a")
    for width in sorted(
        range(LENGTH - _MOST_BYTES, LENGTH + _MOST_BYTES + 1), key=lambda one: abs(one - LENGTH)
    ):
        starts = list(range(base, len(body), width))
        if (len(body) - base) % width == 0 and len(starts) >= _FEWEST:
            yield from _of_width(state, width, [body[at : at + width] for at in starts], starts, b"")


def _of_width(
    state: Etat, width: int, texts: Sequence[bytes], starts: Sequence[int], end: bytes
) -> Iterator[Hypothese]:
    more = width - LENGTH
    if not 0 < abs(more) <= _MOST_BYTES:
        return
    layout_of = state.flot.norme.layout_of
    best: list[bytes] = []
    least, before = len(texts) + 1, 0
    for first in range(max(more, 0) + 1):
        raws = [text[first : first + LENGTH].ljust(LENGTH) for text in texts]
        types = [layout_of(raw).name for raw in raws]
        unknown = types.count("?") + breaks(types)
        if unknown < least:
            best, least, before = raws, unknown, first
    if least * _CLEANER > len(texts):
        return
    offsets = [record.offset for record in state.flot.records]
    lines = [
        Ligne(raw, b"", bisect.bisect_right(offsets, start)) for raw, start in zip(best, starts, strict=True)
    ]
    separated = both(f", fin de ligne {end_name(end)}", f", line end {end_name(end)}") if end else ""
    found = joined(
        both(f"{len(texts)} enregistrements de {width} octets", f"{len(texts)} records of {width} bytes"),
        separated,
    )
    expected = both(f"{LENGTH} octets", f"{LENGTH} bytes")
    if more > 0:
        places = {"au début": before, "à la fin": more - before}
        fr = ", ".join(f"{count} {where}" for where, count in places.items() if count)
        en = fr.replace("au début", "at the start").replace("à la fin", "at the end")
        expected = both(f"{LENGTH} octets (en trop : {fr})", f"{LENGTH} bytes (too many: {en})")
    place = Lieu(1, 0 if before else min(LENGTH, len(texts[0])) - 1, 1, layout_of(best[0]).name)
    made = Hypothese("cause.longueur", place, found, expected, lines)
    yield made
    yield made._replace(lenient=True)  # what the last bytes held is not known


# --- blanks ---------------------------------------------------------------------------------------------


def blanks(state: Etat) -> Iterator[Hypothese]:
    """Another byte where blanks are: NUL, a tabulation for each or for several, a no-break space."""
    for byte, name in _FILLERS.items():
        piece = bytes((byte,))
        ranks = [
            rank for rank, line in enumerate(state.lines) if piece in line.raw and line.raw.strip(FILLING)
        ]
        count = sum(state.lines[rank].raw.count(piece) for rank in ranks)
        if count < _FEWEST:
            continue
        first = ranks[0]
        at = state.lines[first].raw.index(piece)
        found = both(
            f"{count} octets {byte:02X} ({name}) dans {len(ranks)} enregistrements",
            f"{count} bytes {byte:02X} ({name}) in {len(ranks)} records",
        )
        place = state.place(first)._replace(start=at, length=1)
        lines = [line._replace(raw=line.raw.replace(piece, b" ")) for line in state.lines]
        yield Hypothese("cause.blancs", place, found, both("des blancs", "blanks"), lines)
        if byte == 0x09:
            expanded = list(_expanded(state))
            yield Hypothese("cause.blancs", place, found, both("des blancs", "blanks"), expanded)


def _expanded(state: Etat) -> Iterator[Ligne]:
    """The records once each tabulation goes to the next column of eight."""
    data = state.flot.data
    starts, at = [], 0
    for line in data.splitlines(keepends=True):
        text = line.rstrip(b"\r\n")
        starts.append((at, text.expandtabs()))
        at += len(line)
    offsets = [record.offset for record in state.flot.records]
    for start, text in starts:
        for place in range(0, len(text), LENGTH):
            yield Ligne(text[place : place + LENGTH].ljust(LENGTH), b"", bisect.bisect_right(offsets, start))


# --- numbers --------------------------------------------------------------------------------------------


def numbers(state: Etat) -> Iterator[Hypothese]:
    """Numbers filled with blanks, set on the left of their field, or with a decimal mark."""
    if not state.keys("format.remplissage", "format.numerique"):
        return
    for rule, read in (("cause.nombres", _digits), ("cause.decimales", _without_mark)):
        changes: dict[int, dict[str, bytes]] = {}
        for rank, line in enumerate(state.lines):
            layout = state.layout(rank)
            if layout.name != "?" and is_whole(line):
                told = {field.name: piece for field, piece in _rewritten(layout, line.raw, read)}
                if told:
                    changes[rank] = told
        count = sum(map(len, changes.values()))
        if count < _FEWEST:
            continue
        rank = next(iter(changes))
        name = next(iter(changes[rank]))
        field = state.layout(rank).by_name[name]
        piece = state.lines[rank].raw[field.slice].decode("latin-1").replace(" ", "·")
        found = joined(both(f"« {piece} »", f"“{piece}”"), _told(count, len(changes)))
        expected = both(f"« {changes[rank][name].decode()} »", f"“{changes[rank][name].decode()}”")
        made = Hypothese(rule, state.place(rank, name), found, expected, state.with_fields(changes))
        yield made


def _rewritten(
    layout: Layout, raw: bytes, read: Callable[[Field, bytes], bytes | None]
) -> Iterator[tuple[Field, bytes]]:
    for field, where, has_form in layout.forms:
        piece = raw[where]
        if field.kind.base in _NUMBERS and not has_form(piece):
            digits = read(field, piece)
            if digits is not None and len(digits) <= field.length:
                yield field, digits.zfill(field.length)


def _digits(field: Field, piece: bytes) -> bytes | None:
    """The digits of a number that blanks fill."""
    text = piece.strip(b" ") or b"0"
    return text if text.isdigit() else None


def _without_mark(field: Field, piece: bytes) -> bytes | None:
    """The cents of an amount in euros and cents, or a number that blanks fill beside such amounts."""
    hit = _DECIMAL.fullmatch(piece) if field.kind.base == "cents" else None
    return (hit[1] + hit[2]).lstrip(b"0") or b"0" if hit is not None else _digits(field, piece)


# --- places ---------------------------------------------------------------------------------------------


def shifts(state: Etat) -> Iterator[Hypothese]:
    """The fields of all records of one type, from one place on, stand some bytes too far, or too near."""
    ranks: dict[Layout, list[int]] = {}
    for rank, line in enumerate(state.lines):
        if is_whole(line):
            ranks.setdefault(state.layout(rank), []).append(rank)
    named = {key[3] for key in state.keys("format.", "code.")}
    context = Contexte(state.flot.norme, state.flot.lists)
    for layout, all_ranks in ranks.items():
        wrong = [rank for rank in all_ranks if state.lines[rank].origin in named]
        if layout.name == "?" or len(wrong) < 2 or len(wrong) < len(all_ranks):
            continue
        samples = [state.lines[rank].raw for rank in wrong[:_MOST_SAMPLES]]
        now = _defects(layout, samples, context)
        if now < len(samples):
            continue
        scored = [
            (_defects(layout, [_moved(layout, raw, at, by) for raw in samples], context), abs(by), at, by)
            for by in range(-_MOST_SHIFTED, _MOST_SHIFTED + 1)
            for at in (range(1, LENGTH - abs(by)) if by else ())
        ]
        least = min(score[:2] for score in scored)
        if 4 * least[0] > now:
            continue
        best = [(at, by) for score, size, at, by in scored if (score, size) == least]
        by = best[0][1]
        places = [at for at, other in best if other == by]
        made: set[bytes] = set()
        for at in places if now < 2 * len(samples) else places[:1]:
            raw = _moved(layout, samples[0], at, by)
            if raw not in made and len(made) < _MOST_PLACES:
                yield from _shift(
                    state, layout, all_ranks, [at, *places[1:]] if at == places[0] else [at], by
                )
            made.add(raw)


def _shift(
    state: Etat, layout: Layout, ranks: Sequence[int], places: Sequence[int], by: int
) -> Iterator[Hypothese]:
    lines = list(state.lines)
    for rank in ranks:
        lines[rank] = lines[rank]._replace(raw=_moved(layout, lines[rank].raw, places[0], by))
    if by > 0:
        _complete(state, lines, set(ranks), 10**by - 1)
    first, last = places[0] + 1, places[-1] + 1
    where = str(first) if first == last else f"{first}-{last}"
    count, many = abs(by), "s" if abs(by) > 1 else ""
    found = (
        both(
            f"{len(ranks)} enregistrements {layout.name} : {count} octet{many} en trop, position {where}",
            f"{len(ranks)} records {layout.name}: {count} byte{many} too many, position {where}",
        )
        if by > 0
        else both(
            f"{len(ranks)} enregistrements {layout.name} : {count} octet{many} de moins, position {where}",
            f"{len(ranks)} records {layout.name}: {count} byte{many} missing, position {where}",
        )
    )
    field = next(one for one in layout.fields if one.start <= first < one.start + one.length)
    expected = both(
        f"{field.name} en position {field.start}, les zones qui suivent à leur place",
        f"{field.name} at position {field.start}, the fields that follow in their places",
    )
    place = Lieu(lines[ranks[0]].origin, first - 1, 1, layout.name, field.name)
    made = Hypothese("cause.decalage", place, found, expected, lines)
    yield made
    yield made._replace(lenient=True)  # what went over the end of the record is not known


def _complete(state: Etat, lines: list[Ligne], ranks: set[int], most: int) -> None:
    """The last digits of the amounts that went over the end of their lines, as the totals tell them."""
    layout_of, cp = state.flot.norme.layout_of, state.flot.norme.is_cp
    for total, type in enumerate(state.types):
        if type != "5":
            continue
        span = [at for at in state.invoice(total) if at != total]
        counted = Totaux.of((layout_of(lines[at].raw), lines[at].raw) for at in span).of_record_5(cp=cp)
        for at in span:
            field = layout_of(lines[at].raw).fields[-1]
            names = (
                _SUMMED.get((state.types[at], cp)) if at in ranks and field.name == "montant_amc" else None
            )
            if names is not None:
                more = (state.record(total).get(names, int) or 0) - counted[names]
                value = (decode_int(lines[at].raw[field.slice]) or 0) + min(max(more, 0), most)
                raw = lines[at].raw[: field.slice.start] + str(value).zfill(field.length).encode()
                lines[at] = lines[at]._replace(raw=raw)
                counted[names] += min(max(more, 0), most)


def _moved(layout: Layout, raw: bytes, at: int, by: int) -> bytes:
    """A record without the `by` bytes at a place, or with so many more there; filled, or cut, at its end."""
    if by > 0:
        filling = b"0" if layout.fields[-1].kind.numeric else b" "
        return raw[:at] + raw[at + by :] + filling * by
    field = next(one for one in layout.fields if one.start > at or one.slice.stop > at)
    return (raw[:at] + (b"0" if field.kind.numeric else b" ") * -by + raw[at:])[:LENGTH]


def _defects(layout: Layout, raws: Sequence[bytes], context: Contexte) -> int:
    return sum(is_wrong(field, raw, context) for raw in raws for field in layout.fields)
