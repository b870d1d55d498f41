"""Records that nobody can read: how they are told, and what is left of them.

Private to `noemie.documents.mask`. Everything that is not provably harmless is erased: letters become X,
digits zeros.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache
from typing import Final

from codes.keys import luhn9, nir
from codes.lists import b2, noemie
from flatfile import Field, Layout
from flatfile.fixed import BOM
from flatfile.kinds import DATE_DECODERS
from flatfile.layout import field_pattern
from fse.normes import LENGTH
from fse.trusted import key_check, nir_holds
from noemie.documents.hidden import is_cut
from noemie.documents.mask import numbers
from noemie.documents.mask.key import Key
from noemie.returns.retour import Retour
from noemie.returns.tables import DELIMITER, HEADER, TRAILER

#: Kinds whose bytes tell whether a record stands where it should.
_RIGID: Final = frozenset(
    {"const", "digits", "count", "cents", "rate", "decimal"}
    | {"date", "time", "hour", "sign", "id", "key", "nir"}
)
#: From so many fields that hold what they cannot, a record is taken for damaged; from so many characters
#: where there should be none, too (programs leave a letter or two at the end of a record).
_FIELDS, _CHARACTERS = 2, 4

#: Professionals, establishments, companies (list `type_emetteur` of B2): they send no return.
_PROFESSIONALS: Final = frozenset({b"TP", b"TE", b"SI"})

#: Numbers of the entities that open and close a return.
_ENVELOPE: Final = (HEADER.encode(), TRAILER.encode())

#: The norm, in records 000 and 1, and where it may stand there.
_NORM = re.compile(rb"(?:CP  )?B2")
_NORM_ENDS: Final = 90

#: Levels of entities: 1 to 6 are known (table `levels.csv`), and that of leaves.
_LEVEL: Final = re.compile(rb"0[1-9]|99")

#: From this length on, the kinds of the fields of an entity make it one.
_LONG: Final = 24

#: Where the records of an invoice have the biller, the NIR and its key.
_BILLER, _PERSON = slice(1, 10), slice(11, 26)


def erased(piece: bytes, digit: bytes = b"0") -> bytes:
    """The same bytes with every letter an X and every digit `digit`."""
    made = numbers.erase(piece.decode("latin-1")).encode("latin-1")
    return made if digit == b"0" else re.sub(rb"[0-9]", digit, made)


def is_foreign(layout: Layout, raw: bytes) -> bool:
    """Whether the first or last entity of a return says that no fund sent it: a professional, or no letters.

    A damaged flow may be taken for a return: nothing is then where the layout says.
    """
    field = layout.by_name.get("type_emetteur")
    if field is None or "programme_emetteur" not in layout:
        return False
    sender = raw[field.slice]
    return sender in _PROFESSIONALS or any(byte in sender for byte in b"0123456789")


def rigid_defects(layout: Layout, raw: bytes) -> list[Field]:
    """Fields that hold what they cannot: a sign that bytes have moved."""
    found = []
    for field, tolerated in layout.defects(raw):
        base = field.kind.base
        if base == "blank":
            if raw[field.slice].strip(b" \0"):
                found.append(field)
        elif base in _RIGID and not tolerated:
            found.append(field)
    return found


def has_moved(raw: bytes, defects: list[Field]) -> bool:
    """Whether the fields of a record surely do not stand where its layout says."""
    return len(defects) >= _FIELDS or any(
        field.kind.base == "blank" and len(raw[field.slice].strip(b" \0")) >= _CHARACTERS for field in defects
    )


def doubtful_fields(layout: Layout, raw: bytes, odd: list[Field]) -> list[Field]:
    """The fields around those that hold what they cannot (`odd`), that may hold a part of anything.

    Bytes that moved within a record did so between two fields that surely stand in their places. What is
    personal is masked anyway; figures that can be read, codes that everybody knows and the numbers that tell
    which record it is are left.
    """
    fields = layout.fields
    found = dict.fromkeys(field for field in odd if not field.personal)
    for rank, field in enumerate(fields):
        if field not in odd:
            continue
        for beside in (reversed(fields[:rank]), fields[rank + 1 :]):
            for other in beside:
                if is_anchor(layout, other, raw, odd):
                    break
                if not (other.personal or is_known_to_all(other, raw[other.slice])):
                    found[other] = None
    return list(found)


def is_anchor(layout: Layout, field: Field, raw: bytes, odd: list[Field]) -> bool:
    """Whether a field holds what no bytes moved there by accident would be."""
    if field in odd:
        return False
    piece, base = raw[field.slice], field.kind.base
    if base == "date":  # a birth too, on a day that a calendar has
        return piece.strip(b" 0") != b"" and DATE_DECODERS[field.kind.parameter](piece) is not None
    if base == "const":
        return piece.strip(b" 0") != b"" and field.kind.decode(piece) is not None
    if base == "nir":
        key = layout.by_name.get(f"cle_{field.name}")
        return key is not None and piece.strip(b" 0") != b"" and nir_holds(piece + raw[key.slice])
    holds = key_check(field)
    return holds is not None and piece.strip(b" 0") != b"" and holds(piece)


def is_known_to_all(field: Field, piece: bytes) -> bool:
    """Whether a field holds an amount, a day, a code that everybody knows, the number of a record."""
    return field.name in _PLACES or field.kind.base in _FIGURES or is_listed(field, piece)


#: Numbers of records, levels, batches and invoices.
_PLACES: Final = frozenset({"numero_facture", "numero_lot", "sequence", "niveau_rupture", "numero_ligne"})

#: Kinds that hold figures and days; those that cannot be read are among the rigid defects.
_FIGURES: Final = frozenset({"count", "cents", "rate", "decimal", "date", "time", "hour", "sign"})


def is_listed(field: Field, raw: bytes) -> bool:
    """Whether a field holds what everybody knows: a constant, a code of its list, the code of an act."""
    if field.kind.base in ("const", "blank"):
        return field_pattern(field.kind.strict)(raw) is not None
    text = raw.decode("latin-1").strip()
    return text in _codes().get(field.list, ()) or _ACT.fullmatch(text) is not None


_ACT = re.compile("[A-Z]{4}[0-9]{3}")


@lru_cache(maxsize=512)
def _gate(layout: Layout) -> Callable[[bytes], object]:
    return layout.gate()


@lru_cache(maxsize=1)
def _codes() -> dict[str, frozenset[str]]:
    """Codes by name of list, of flows and of returns."""
    names = {*b2(), *noemie()}
    return {
        name: frozenset(code for lists in (b2(), noemie()) for code in lists.get(name, ())) for name in names
    }


def is_broken(layout: Layout, raw: bytes, beside: bytes) -> bool:
    """Whether bytes are what a loss or a gain left of a B2 record: the one `beside` them may have the rest.

    Filling is not; a record of unknown type is, unless it has the biller of the one beside it in its place.
    """
    if layout.name != "?" and len(raw) == layout.length:
        return not _gate(layout)(raw) and has_moved(raw, rigid_defects(layout, raw))
    says = any(chr(byte).isalnum() for byte in raw) and raw != BOM
    return says and (len(raw) != LENGTH or raw[_BILLER] != beside[_BILLER])


def mask_b2_record(key: Key, raw: bytes, *, keep_professionals: bool) -> bytes:
    """A B2 record nobody can read: erased but for its type, its norm, and valid numbers in their places.

    Those are masked as elsewhere: the number of the biller is what tells that the next record follows.
    """
    if raw == BOM:
        return raw
    out = bytearray(erased(raw))
    in_batch = raw[:1] in (b"1", b"2", b"3", b"4", b"5", b"6")
    if raw[:1] in (b"0", b"9"):
        # Zeros would make another record of it.
        sure = raw[:3] in _ENVELOPE and raw[3:5].isalpha()
        out[:3] = raw[:3] if sure else (raw[:1] + b"88")[: len(raw)]
    out[:1] = raw[:1]
    for place in (35, 38) if in_batch else ():
        # Letters that tell its type; a digit is that of a value.
        if not raw[place : place + 1].isdigit():
            out[place : place + 1] = raw[place : place + 1]
    for match in _NORM.finditer(raw[:_NORM_ENDS]):
        out[match.start() : match.end()] = match.group()
    number, person = raw[_BILLER].decode("latin-1"), raw[_PERSON].decode("latin-1")
    if in_batch and len(number) == 9 and number.isalnum() and luhn9.is_valid(number):
        if not keep_professionals:
            number = numbers.mask_professional(key, number)
        out[_BILLER] = number.encode("latin-1")
    if in_batch and len(person) == 15 and person.isalnum() and person.strip("0") and nir.is_valid(person):
        masked = numbers.mask_nir(key, person[:13])
        out[_PERSON] = (masked + nir.calc_check_digits(masked)).encode("latin-1")
    return bytes(out)


def may_be_a_value(raw: bytes, *, after: Layout | None) -> bool:
    """Whether the digits of an entity may be those of a value: its level is none that a return has.

    `after` a fragment, short entities are none for sure, and zeros are no level: elsewhere, programs may
    write them.
    """
    if raw[:3] in _ENVELOPE:
        return False
    level = raw[3:5]
    if level != b"00" and not _LEVEL.fullmatch(level):
        return True
    return (level == b"00" or len(raw) < _LONG) and after is not None and is_cut(after)


def mask_entity(raw: bytes, known: Mapping[str, Layout]) -> bytes:
    """Bytes that are no NOEMIE entity, or a part of one: erased but for the number where it surely stands.

    A byte too many, or lost, before a value leaves a fragment that starts with that value. So that nothing
    but the number of an entity is kept, and that only where the length is the one of this entity; 000 and 999
    say nothing. The level is never kept: with the number, it would be five digits of a value.
    """
    # Not zeros: three of them would make a header.
    out = bytearray(erased(raw, b"8"))
    if raw[:3] in _ENVELOPE or _has_length(raw, known):
        out[:3] = raw[:3]
    return bytes(out)


def _has_length(raw: bytes, known: Mapping[str, Layout]) -> bool:
    """Whether a fragment has the length of the entity that its first digits tell, its delimiter or not.

    One byte less than that, with no delimiter, is what `noemie.reader` takes for an entity too.
    """
    layout = known.get(raw[:3].decode("latin-1"))
    missing = layout.length - len(raw) if layout is not None else -1
    return missing == 0 or (missing == 1 and raw[-1:] != DELIMITER)


def doubtful_lengths(retour: Retour, erased: Container[int]) -> Iterator[int]:
    """Where the lengths of P3 records stand that may be anything: four digits of a value, too.

    Those are sure that an entity follows, or that are right within one; `erased` are the numbers of entities
    that nobody can read.
    """
    offsets = [entite.offset for entite in retour.entites]
    marges = retour.skeleton.marges(retour.to_bytes())
    for at, right in retour.skeleton.lengths():
        place = at if marges is None else marges.place(at)
        rank = bisect_right(offsets, place)
        starts = rank < len(offsets) and offsets[rank] == place + 4
        number = rank + 1 if starts else rank
        if number in erased or not (starts or right):
            yield place
