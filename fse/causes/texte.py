"""Causes in the text of a file: line ends, blanks that were trimmed, encodings, lower case."""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from flatfile.findings import both, joined
from flatfile.fixed import BOM
from fse.causes.etat import Etat, Hypothese, Lieu, Ligne
from fse.lignes import character_found
from fse.normes import LENGTH
from fse.reader import FILLING
from fse.rules.valeurs import end_name

#: One line end, as written by one program.
ENDS: Final = re.compile(rb"\r\r\n|\r\n|\n\r|\n|\r")

#: A character of several bytes in UTF-8.
_UTF8: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_EXPECTED: Final = both(
    f"{LENGTH} octets par enregistrement, sans fin de ligne", f"{LENGTH} bytes a record, no line end"
)
_LOWER: Final = re.compile(rb"[a-z]")


class Lignes(NamedTuple):
    """The lines of a file: their texts, the line end after each, where each starts."""

    texts: list[bytes]
    ends: list[bytes]
    starts: list[int]

    @classmethod
    def of(cls, data: bytes, base: int) -> Lignes:
        """The lines after the first `base` bytes, without the filling at the end."""
        lines = cls([], [], [])
        at = base
        for hit in ENDS.finditer(data, base):
            lines._add(data[at : hit.start()], hit.group(), at)
            at = hit.end()
        if data[at:].strip(FILLING):
            lines._add(data[at:], b"", at)
        while lines.texts and not lines.texts[-1].strip(FILLING):
            for column in lines:
                column.pop()
        return lines

    def _add(self, text: bytes, end: bytes, start: int) -> None:
        self.texts.append(text)
        self.ends.append(end)
        self.starts.append(start)


def at_blanks(state: Etat) -> Iterator[Hypothese]:
    """Line ends in the place of blanks, as they are put by what folds a text at its words."""
    data = state.flot.data.rstrip(FILLING)
    hits = list(ENDS.finditer(data))
    if not hits or state.hypothesis is not None or any(hit.start() % LENGTH == 0 for hit in hits[:1]):
        return
    text = ENDS.sub(b" ", data)
    text = text.ljust(-(-len(text) // LENGTH) * LENGTH)
    # How many bytes the line ends before a place of the text have more than their blanks.
    places = [hit.start() for hit in hits]
    more = [0, *accumulate(len(hit.group()) - 1 for hit in hits)]
    folded = [place - extra for place, extra in zip(places, more, strict=False)]
    offsets = [record.offset for record in state.flot.records]
    starts = range(0, len(text), LENGTH)
    origins = (bisect.bisect_right(offsets, at + more[bisect.bisect_left(folded, at)]) for at in starts)
    lines = [Ligne(text[at : at + LENGTH], b"", origin) for at, origin in zip(starts, origins, strict=True)]
    if any(state.flot.norme.layout_of(line.raw).name == "?" for line in lines):
        return
    count, end = len(hits), end_name(hits[0].group())
    found = both(f"{count} {end} à la place de blancs", f"{count} {end} in the place of blanks")
    place = Lieu(1, places[0], len(hits[0].group()), state.layout(0).name)
    yield Hypothese("fichier.coupures", place, found, _EXPECTED, lines)


def line_ends(state: Etat) -> Iterator[Hypothese]:
    """Blanks trimmed at the end of lines, blank lines, line ends doubled or of several kinds."""
    data = state.flot.data
    base = len(BOM) if data.startswith(BOM) else 0
    if state.hypothesis is not None or not ENDS.search(data, base):
        return
    texts, ends, starts = Lignes.of(data, base)
    if not texts or any(len(text) > LENGTH and not _HIGH.search(text) for text in texts):
        return
    offsets = [record.offset for record in state.flot.records]
    origins = [bisect.bisect_right(offsets, start) for start in starts]
    lines = [Ligne(raw, b"", number) for raw, number in _padded(texts, origins)]
    if base:
        lines.insert(0, Ligne(BOM, b"", 1))
    named = _named(state, texts, ends)
    if named is not None:
        rule, rank, found = named
        own = next(iter(state.keys(rule)), None)
        yield Hypothese(rule, _whole(state, origins[rank]), found, _EXPECTED, lines, own)


def _named(state: Etat, texts: list[bytes], ends: list[bytes]) -> tuple[str, int, str] | None:
    """What is wrong with the lines: the rule, the first line at fault, what is found."""
    kinds = Counter(ends[:-1])
    told = ", ".join(f"{end_name(end)} × {count}" for end, count in kinds.most_common())
    blank = [rank for rank, text in enumerate(texts) if not text.strip()]
    short = [rank for rank, text in enumerate(texts) if text.strip() and len(text) < LENGTH]
    if short and all(_is_record(state, texts[rank]) for rank in short):
        lengths = sorted(len(texts[rank]) for rank in short)
        span = str(lengths[0]) if lengths[0] == lengths[-1] else f"{lengths[0]}-{lengths[-1]}"
        found = both(
            f"{len(short)} enregistrement(s) de {span} octets, fins de ligne {told}",
            f"{len(short)} record(s) of {span} bytes, line ends {told}",
        )
        return "fichier.blancs-retires", short[0], found
    if blank:
        found = both(
            f"{len(blank)} ligne(s) vide(s), fins de ligne {told}",
            f"{len(blank)} blank line(s), line ends {told}",
        )
        return "cause.lignes-vides", blank[0], found
    if len(kinds) > 1:
        usual = kinds.most_common(1)[0][0]
        return "cause.fins-de-ligne-melees", next(r for r, end in enumerate(ends) if end != usual), told
    return ("cause.fins-de-ligne-doublees", 0, told) if b"\r\r\n" in kinds else None


def _padded(texts: list[bytes], origins: list[int]) -> Iterator[tuple[bytes, int]]:
    for text, origin in zip(texts, origins, strict=True):
        if text.strip():
            yield text.ljust(LENGTH), origin


def _is_record(state: Etat, text: bytes) -> bool:
    """Whether a short line is a record whose end is blank."""
    layout = state.flot.norme.layout_of(text.ljust(LENGTH))
    return layout.name != "?" and not text.endswith(b" ")


def _whole(state: Etat, origin: int) -> Lieu:
    record = state.flot.records[origin - 1]
    return Lieu(origin, type="" if record.type == "?" else record.type)


# --- encodings ------------------------------------------------------------------------------------------


def recoded(state: Etat) -> Iterator[Hypothese]:
    """The whole file in UTF-8: its records have their length in characters, whatever their bytes."""
    data = state.flot.data
    first = _UTF8.search(data)
    if first is None or state.hypothesis is not None:
        return
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    lines: list[Ligne] = []
    offsets = [record.offset for record in state.flot.records]
    for start, text, end in _records_of_characters(data):
        raw = _NOT_ASCII.sub(lambda hit: _letter(hit.group()), text).encode()
        if len(raw) != LENGTH or state.flot.norme.layout_of(raw).name == "?":
            return
        lines.append(Ligne(raw, end, bisect.bisect_right(offsets, start)))
    count = sum(1 for _ in _UTF8.finditer(data))
    record = state.flot.records[bisect.bisect_right(offsets, first.start()) - 1]
    start = first.start() - record.offset
    told = [key for key in state.keys("fichier.utf-8") if state.finding(key).offset == first.start()]
    own = told[0] if told else None
    found = character_found(first.group(), "utf-8", start + 1)
    if own is not None:
        found = state.finding(own).found
    elif count > 1:
        found = joined(found, _and_more(count - 1))
    place = Lieu(record.number, start, len(first.group()), "" if record.type == "?" else record.type)
    yield Hypothese("fichier.utf-8", place, found, _one_byte(first.group().decode()), lines, own)


def _records_of_characters(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Place in bytes, text and line end of each record: a line, or 128 characters where there are none."""
    if ENDS.search(data):
        for line, end, place in zip(*Lignes.of(data, 0), strict=True):
            yield place, line.decode(), end
        return
    start = 0
    text = data.decode()
    for at in range(0, len(text), LENGTH):
        piece = text[at : at + LENGTH]
        yield start, piece, b""
        start += len(piece.encode())


def utf8(state: Etat) -> Iterator[Hypothese]:
    """Characters written on several bytes, in UTF-8, where one byte is expected."""
    own = next(iter(state.keys("fichier.utf-8")), None)
    if own is None:
        yield from _plain(state, "fichier.utf-8", _UTF8, "utf-8")
        return
    for made in _plain(state, own[0], _HIGH, "latin-1"):  # the reading has made them one byte
        yield made._replace(own=own, found=state.finding(own).found)


def accents(state: Etat) -> Iterator[Hypothese]:
    """Accents and signs beyond ASCII, written on one byte: in Latin-1, or as DOS wrote them."""
    high = bytes(byte for byte in set(state.flot.data) if byte > 0x7F)
    if not any(byte < 0xA0 for byte in high) or not high.decode("cp850").isalpha():
        yield from _plain(state, "cause.accents", _HIGH, "latin-1")
        return
    for made in _plain(state, "cause.accents", _HIGH, "cp850"):  # bytes that are no letter in Latin-1
        yield made._replace(found=joined(made.found, both(" (CP850)", " (CP850)")))


def _plain(state: Etat, rule: str, pattern: re.Pattern[bytes], encoding: str) -> Iterator[Hypothese]:
    changed: list[tuple[int, int, bytes]] = []
    lines = list(state.lines)
    for rank, line in enumerate(lines):
        if line.raw == BOM or not pattern.search(line.raw):
            continue
        hits = list(pattern.finditer(line.raw))
        changed += [(rank, hit.start(), hit.group()) for hit in hits]
        lines[rank] = line._replace(raw=_ascii(state, rank, hits, encoding))
    if not changed:
        return
    rank, at, piece = changed[0]
    character = piece.decode(encoding, "replace")
    found = character_found(piece, encoding, at + 1)
    if len(changed) > 1:
        found = joined(found, _and_more(len(changed) - 1))
    layout = state.layout(rank)
    field = next((one for one in layout.fields if one.start <= at + 1 < one.start + one.length), None)
    place = Lieu(
        lines[rank].origin,
        at,
        len(piece),
        "" if layout.name == "?" else layout.name,
        field.name if field is not None and layout.name != "?" else "",
    )
    yield Hypothese(rule, place, found, _one_byte(character), lines)


def _and_more(count: int) -> str:
    return both(f", et {count} autre(s)", f", and {count} more")


def _one_byte(character: str) -> str:
    """What is expected in the place of a character."""
    letter = _letter(character)
    if not letter.strip():
        return both("un blanc, un octet", "a blank, one byte")
    return both(f"« {letter} », un octet", f"« {letter} », one byte")


def _ascii(state: Etat, rank: int, hits: list[re.Match[bytes]], encoding: str) -> bytes:
    """A line with its characters as ASCII letters; where it had its length, each field keeps its own."""
    raw = state.lines[rank].raw
    keeps = len(raw) == LENGTH
    stops = [one.slice.stop for one in state.layout(rank).fields]
    made, before, owed = bytearray(), 0, 0
    for hit in [*hits, None]:
        stop = hit.start() if hit is not None else len(raw)
        for end in [end for end in stops if before < end <= stop] if keeps and owed else ():
            made += raw[before:end] + b" " * owed
            before, owed = end, 0
        made += raw[before:stop]
        if hit is not None:
            made += _letter(hit.group().decode(encoding, "replace")).encode()
            before = hit.end()
            owed += len(hit.group()) - 1
    return bytes(made)


def _letter(character: str) -> str:
    """The ASCII letter under an accent."""
    letter = unicodedata.normalize("NFKD", character)[0]
    return letter if letter.isascii() and letter.isprintable() else " " if letter.isspace() else "?"


# --- case -----------------------------------------------------------------------------------------------


def lower_case(state: Etat) -> Iterator[Hypothese]:
    """The whole file, or one record, in lower case."""
    ranks = [rank for rank, line in enumerate(state.lines) if _LOWER.search(line.raw)]
    if not ranks:
        return
    if len(ranks) == 1:
        told = {key[2] for key in state.keys("") if key[3] == state.lines[ranks[0]].origin}
        if len(told) < 2 and state.types[ranks[0]] != "?":
            return  # one value: the rules on codes tell it
    letters = sum(len(_LOWER.findall(state.lines[rank].raw)) for rank in ranks)
    first = _LOWER.search(state.lines[ranks[0]].raw)
    assert first is not None
    lines = [line._replace(raw=line.raw.upper()) for line in state.lines]
    found = both(
        f"{letters} lettres minuscules dans {len(ranks)} enregistrements",
        f"{letters} small letters in {len(ranks)} records",
    )
    place = state.place(ranks[0])._replace(start=first.start(), length=1)
    yield Hypothese("cause.minuscules", place, found, both("des majuscules", "capitals"), lines)
