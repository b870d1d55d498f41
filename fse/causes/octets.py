"""Causes within one record: bytes lost or added, told by where the fields have their form again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flatfile import Field
from flatfile.findings import both
from flatfile.layout import field_pattern
from fse.causes.etat import Etat, Hypothese, Lieu, Ligne
from fse.causes.ordre import breaks as breaks_of
from fse.normes import LENGTH
from fse.rules.champs import code_rule
from fse.rules.contexte import Contexte
from fse.rules.valeurs import end_name

#: Most bytes lost or added in one record, and most places tried in the whole flow.
_MOST_BYTES: Final = 8
_MOST_PLACES: Final = 40

#: What a transfer leaves after the last record.
_ENDING: Final = b"\0\x1a\r\n"

#: What weighs a type that cannot stand between its neighbours.
_OUT_OF_ORDER: Final = 8

#: Bytes that all records of an invoice repeat: a difference there counts more than a field out of form.
_REPEATED: Final = slice(1, 35)

#: Where the letter of a complement stands, after them.
_LETTER: Final = 35


def breaks(state: Etat) -> Iterator[Hypothese]:
    """A line end within a record, where the others have none or have it at their end."""
    for key in state.keys("structure.longueur"):
        rank = state.rank(key[3])
        if rank < 0 or rank + 1 >= len(state.lines):
            continue
        first, second = state.lines[rank], state.lines[rank + 1]
        if first.eol and len(first.raw) + len(second.raw) == LENGTH:
            lines = list(state.lines)
            lines[rank : rank + 2] = [Ligne(first.raw + second.raw, second.eol, first.origin)]
            end, at = end_name(first.eol), len(first.raw)
            found = both(f"{end} après l'octet {at}", f"{end} after byte {at}")
            layout = state.flot.norme.layout_of(lines[rank].raw)
            place = Lieu(first.origin, at, len(first.eol), "" if layout.name == "?" else layout.name)
            yield Hypothese("cause.octet-en-trop", place, found, _lengths(first.raw)[1], lines)


def lengths(state: Etat) -> Iterator[Hypothese]:
    """Bytes lost from a record, or added to it: blanks at its end first, then anywhere."""
    yield from _overflowing(state)
    for key in state.keys("structure.longueur", "fichier.tronque", "structure.type-inconnu"):
        rank = state.rank(key[3])
        if rank < 0 or not _damaged(state.lines[rank].raw):
            continue
        raw = state.lines[rank].raw
        missing = LENGTH - len(raw)
        if missing > 0 and raw.strip():
            yield _padded(state, rank)
        if 0 < abs(missing) <= _MOST_BYTES:
            yield from _shifted(state, rank, missing)
        if missing < 0:
            yield from _in_the_next(state, rank)
        return  # the next one, once this one is mended


def _overflowing(state: Etat) -> Iterator[Hypothese]:
    """Bytes added to the last record: what is too many of it stands after the file."""
    last = len(state.lines) - 2
    if last < 0 or not state.keys("fichier.octet-final") or state.types[last] not in ("999", "?"):
        return
    more = state.lines[-1]
    if 0 < len(more.raw) <= _MOST_BYTES and more.raw.strip(_ENDING) and not state.lines[last].eol:
        lines = [*state.lines[:last], Ligne(state.lines[last].raw + more.raw, more.eol, last + 1)]
        origin = state.lines[last].origin
        lines[last] = lines[last]._replace(origin=origin)
        yield from _shifted(Etat(state.flot, lines, state.remaining), last, -len(more.raw))


def _in_the_next(state: Etat, rank: int) -> Iterator[Hypothese]:
    """Bytes added to the first ones of a record, of which the reading found a start further on."""
    raw, after = state.lines[rank].raw, rank + 1
    count = len(raw) - LENGTH
    if count > _MOST_BYTES or after >= len(state.lines) or state.lines[rank].eol:
        return
    lines = list(state.lines)
    lines[rank] = lines[rank]._replace(raw=raw[:LENGTH])
    lines[after] = lines[after]._replace(raw=raw[LENGTH:] + lines[after].raw)
    if len(lines[after].raw) != LENGTH + count:
        return
    for made in _shifted(Etat(state.flot, lines, state.remaining), after, -count):
        yield made._replace(place=made.place._replace(start=made.place.start - count))  # where it begins


def _damaged(raw: bytes) -> bool:
    return len(raw) != LENGTH and raw[:1].isdigit()


def _padded(state: Etat, rank: int) -> Hypothese:
    raw = state.lines[rank].raw
    lines = list(state.lines)
    lines[rank] = lines[rank]._replace(raw=raw.ljust(LENGTH))
    found, expected = _lengths(raw)
    return Hypothese("fichier.blancs-retires", state.place(rank), found, expected, lines)


def _lengths(raw: bytes) -> tuple[str, str]:
    return both(f"{len(raw)} octets", f"{len(raw)} bytes"), both(f"{LENGTH} octets", f"{LENGTH} bytes")


def _shifted(state: Etat, rank: int, missing: int) -> Iterator[Hypothese]:
    raw = state.lines[rank].raw
    context = Contexte(state.flot.norme, state.flot.lists)
    scored = [
        (_defects(state, rank, made, context), at, made)
        for at in range(len(raw) + 1 if missing > 0 else len(raw) + missing + 1)
        for made in _mended(state, rank, at, missing)
    ]
    scored += [
        (_defects(state, rank, made, context), at, made)
        for at in range(_REPEATED.start, _LETTER + 1)
        for made in _repeated(state, rank, at, missing)
    ]
    least = min(score for score, _, _ in scored)
    best = [(at, made) for score, at, made in scored if score == least]
    if missing == 1:  # a digit, where the sums will tell which
        best += [(at, raw[:at] + bytes((digit,)) + raw[at:]) for at, _ in best for digit in b"123456789"]
    tried: set[bytes] = set()
    fallback: Hypothese | None = None
    for _, made in best:
        if made in tried or len(tried) >= _MOST_PLACES:
            continue
        tried.add(made)
        places = [other for other, same in best if same == made]
        hypothesis = _told(state, rank, made, min(places), max(places), missing)
        fallback = fallback or hypothesis
        yield hypothesis
    if fallback is not None:
        yield fallback._replace(lenient=True)


def _mended(state: Etat, rank: int, at: int, missing: int) -> Iterator[bytes]:
    """A record without the bytes too many at a place, or with those that are missing there."""
    raw = state.lines[rank].raw
    if missing < 0:
        yield raw[:at] + raw[at - missing :]
        return
    for filler in b" 0":
        yield raw[:at] + bytes((filler,)) * missing + raw[at:]


def _repeated(state: Etat, rank: int, at: int, missing: int) -> Iterator[bytes]:
    """A record whose letter was lost, with what stands before it: the records around it repeat that."""
    raw = state.lines[rank].raw
    if missing < 1 or at + missing <= _LETTER:
        return
    around = [line.raw for line in state.lines[max(rank - 1, 0) : rank + 2 : 2] if line.raw[:1] in b"2345"]
    for letter in (name[1] for name in state.flot.norme.layouts if len(name) == 2 and name[0] == chr(raw[0])):
        for other in around:
            told = other[:_LETTER] + letter.encode() + b" " * missing
            yield raw[:at] + told[at : at + missing] + raw[at:]


def _defects(state: Etat, rank: int, raw: bytes, context: Contexte) -> int:
    """How far a mended record is from having its form, and from repeating what its invoice repeats."""
    layout = state.flot.norme.layout_of(raw)
    if layout.name == "?":
        return LENGTH
    score = sum(is_wrong(field, raw, context) for field in layout.fields)
    around = [*state.types[max(rank - 1, 0) : rank], layout.name, *state.types[rank + 1 : rank + 2]]
    score += _OUT_OF_ORDER * breaks_of(around)
    neighbours = [
        state.lines[at].raw for at in state.invoice(rank) if at != rank and len(state.lines[at].raw) == LENGTH
    ]
    if neighbours and layout.name[0] in "2345":
        score += 3 * min(raw[_REPEATED] != other[_REPEATED] for other in neighbours)
        alike = [other for other in neighbours if state.flot.norme.layout_of(other) is layout]
        score += min((sum(map(int.__ne__, raw[35:68], other[35:68])) > 0 for other in alike), default=0)
    return score


def is_wrong(field: Field, raw: bytes, context: Contexte) -> bool:
    """Whether a field of a record does not have its form, or holds a code that is not of its list."""
    piece = raw[field.slice]
    return not field_pattern(field.kind.strict)(piece) or bool(
        code_rule(field, piece.decode("latin-1"), context)
    )


def _told(state: Etat, rank: int, made: bytes, first: int, last: int, missing: int) -> Hypothese:
    lines = list(state.lines)
    lines[rank] = lines[rank]._replace(raw=made)
    layout = state.flot.norme.layout_of(made)
    field = next((one for one in layout.fields if one.start <= first + 1 < one.start + one.length), None)
    count = abs(missing)
    where = str(first + 1) if first == last else f"{first + 1}-{last + 1}"
    raw = state.lines[rank].raw
    if missing > 0:
        found = both(
            f"{len(raw)} octets : {count} perdu(s), position {where}",
            f"{len(raw)} bytes: {count} lost, position {where}",
        )
    else:
        found = both(
            f"{len(raw)} octets : {count} en trop, position {where}",
            f"{len(raw)} bytes: {count} too many, position {where}",
        )
    place = Lieu(
        lines[rank].origin,
        min(first, max(len(raw) - 1, 0)),
        1,
        layout.name,
        field.name if field is not None else "",
    )
    rule = "cause.octet-perdu" if missing > 0 else "cause.octet-en-trop"
    return Hypothese(rule, place, found, _lengths(raw)[1], lines)
