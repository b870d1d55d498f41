"""The last look before anything is written: does a personal value of the original stand in the masked copy?

Private to `noemie.documents.mask`. Masking moves no byte, so that both are compared place by place. What is
looked for, and where, is told by `noemie.documents.mask.known`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from flatfile import Field, Layout
from noemie.documents.hidden import is_cut
from noemie.documents.mask.damage import is_known_to_all, is_listed
from noemie.documents.mask.fields import INVOICE_FIELDS, Options, Plan, is_reference, pieces_of
from noemie.documents.mask.known import SHORTEST, Known, core_of, is_chance, is_short

#: Fields that are read as sentences: a whole number may stand within them.
_TEXTS: Final = frozenset({"text", "reserved"})

_MOST_REMEMBERED: Final = 1 << 14


class Survival(NamedTuple):
    """A place of the masked copy where a value of the original still stands; the value is not told.

    `record` is the 1-based number of the record, entity or group, `offset` the 0-based place of the field in
    the uncompressed file, `field` its name (empty when the value lies across fields).
    """

    record: int
    offset: int
    type: str
    field: str


class Verifier:
    """Compares records with their masked copies, once all the values of the file are known."""

    def __init__(self, known: Known, options: Options) -> None:
        self.known = known
        self.options = options
        self.found: list[Survival] = []
        #: Values spelt by chance by the pseudonyms of others.
        self.chance = 0
        self._plans: dict[Layout, _Plan] = {}
        self._seen: dict[object, _Looked] = {}

    def compare(self, layout: Layout, before: bytes, after: bytes, number: int, offset: int) -> None:
        """Note the values of `before`, or of any other record, that stand in `after`."""
        whole = not is_cut(layout) and len(before) == layout.length == len(after)
        places: set[str] = set()
        for start, stop in self.known.find(after):
            fields = _fields_of(layout, start, stop) if whole else []
            if self._is_chance(before, after, start, stop, fields):
                self.chance += 1
            else:
                places.add(fields[0].name if len(fields) == 1 else "")
        if whole:
            places.update(self._by_fields(layout, before, after))
        for name in sorted(places):
            start = layout.by_name[name].slice.start if name else 0
            self.found.append(Survival(number, offset + start, layout.name, name))

    def compare_values(
        self, values: Iterable[tuple[str, bytes, bytes]], number: int, offset: int, type: str
    ) -> None:
        """The same for one group of a zone: (name of the field when it is personal, before, after)."""
        places: set[str] = set()
        for name, before, after in values:
            hits = [*self.known.find(after), *self.known.find_numbers(after)]
            spelt = [after[start:stop] for start, stop in hits if before[start:stop] != after[start:stop]]
            # The pseudonym of somebody may be the number of another one.
            chance = sum(is_chance(value) or (bool(name) and value.isdigit()) for value in spelt)
            self.chance += chance
            if len(hits) > chance or (name and _is_kept(before, after)):
                places.add(name)
        self.found += [Survival(number, offset, type, name) for name in sorted(places)]

    def _is_chance(
        self,
        before: bytes,
        after: bytes,
        start: int,
        stop: int,
        fields: list[Field],
    ) -> bool:
        value = after[start:stop]
        if before[start:stop] != value:
            # The pseudonym of somebody may be the number of another one.
            return is_chance(value) or (
                value.isdigit() and bool(fields) and all(field.personal for field in fields)
            )
        if len(fields) > 1 and is_short(value):
            return all(is_known_to_all(field, after[field.slice]) for field in fields)
        return bool(fields) and all(self._is_harmless(field, after[field.slice]) for field in fields)

    def _is_harmless(self, field: Field, piece: bytes) -> bool:
        """Whether a field holds what anybody may know, or a professional's name that was asked to be kept."""
        if field.personal:
            return field.personal == "ps" and self.options.keep_professionals
        return is_listed(field, piece)

    def _by_fields(self, layout: Layout, before: bytes, after: bytes) -> Iterator[str]:
        plan = self._plans.get(layout)
        if plan is None:
            plan = self._plans[layout] = _Plan(layout, self.options)
        pieces = plan.personal_pieces(before)
        told = (layout, pieces, plan.personal_pieces(after))
        found = self._seen.get(told)
        if found is None:
            if len(self._seen) > _MOST_REMEMBERED:
                self._seen.clear()
            found = self._seen[told] = _look(plan, pieces, told[2])
        yield from found.kept
        numbers, own = self.known.numbers, found.own
        for field, piece in zip(plan.references, plan.reference_pieces(after), strict=True):
            core = core_of(piece)
            same = core in own and len(core) >= SHORTEST
            if core and (same or core in numbers or self._is_within(field, piece)):
                written = before[field.slice]
                if written != piece and core_of(written) in numbers and field.kind.base not in _TEXTS:
                    self.chance += 1
                else:
                    yield field.name

    def _is_within(self, field: Field, piece: bytes) -> bool:
        return field.kind.base in _TEXTS and any(True for _ in self.known.find_numbers(piece))


class _Looked(NamedTuple):
    """What the personal fields of a record tell: those still there, and the numbers that they held."""

    kept: list[str]
    own: set[bytes]


def _look(plan: Plan, before: tuple[bytes, ...], after: tuple[bytes, ...]) -> _Looked:
    looked = _Looked([], set())
    for step, piece, copy in zip(plan.personal, before, after, strict=True):
        if _is_kept(piece, copy):
            looked.kept.append(step.field.name)
        if step.field.length >= _IDENTIFIER and step.role in ("texte", "accident", "professionnel"):
            looked.own.add(core_of(piece))
    return looked


class _Plan(Plan):
    """A plan, and the other fields of the layout that may hold a number of somebody."""

    def __init__(self, layout: Layout, options: Options) -> None:
        super().__init__(layout, options)
        self.references = [
            field
            for field in layout.fields
            if not field.personal
            and (is_reference(field) or field.name in INVOICE_FIELDS or field.kind.base in _TEXTS)
        ]
        self.reference_pieces = pieces_of([field.slice for field in self.references])


#: Bytes of the shortest field that identifies somebody by a number.
_IDENTIFIER: Final = 8


def _is_kept(before: bytes, after: bytes) -> bool:
    """Whether a personal value that is long enough, and says something, is still there."""
    if before != after:
        return False
    value = before.strip(b" \0")
    says = {byte for byte in value if chr(byte).isalnum()}
    return len(value) >= SHORTEST and len(says) > 1 and not any(says <= erased for erased in _ERASED)


#: What becomes of erased letters and digits: a value of these alone, erased, is still itself.
_ERASED: Final = (frozenset(b"Xx0"), frozenset(b"Xx8"))


def _fields_of(layout: Layout, start: int, stop: int) -> list[Field]:
    return [field for field in layout.fields if field.slice.start < stop and start < field.slice.stop]
