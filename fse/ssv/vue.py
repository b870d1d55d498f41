"""Views over groups: the norm's words on the fields, typed, decoded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import ClassVar, Final, Generic, Self, TypeVar, overload

from codes.lists import Namespace, ssv
from flatfile import mask
from fse.ssv.tables import GroupLayout, ZoneField, find_code
from fse.ssv.zone import READERS, Group

T = TypeVar("T")

#: Characters of a date with its hour: AAAAMMJJHHMM.
DATE_LENGTH: Final = 12

#: Characters of a date alone: an invoice date may be given so, zeros complete it.
SHORT_DATE: Final = 8

#: Year, month, day, hour, minute in the characters of a date.
_PARTS: Final = (slice(0, 4), slice(4, 6), slice(6, 8), slice(8, 10), slice(10, 12))

#: Group id -> view.
VUES: dict[int, type[Vue]] = {}


def to_datetime(text: str) -> datetime | None:
    """The instant written AAAAMMJJHHMM; zeros complete a shorter one on the right.

    Nothing when there is no date (empty, zeros) or no such day or hour. Birth dates may have a month 13 or
    a day 32: keep their text.
    """
    if not SHORT_DATE <= len(text) <= DATE_LENGTH or not (text.isascii() and text.isdigit()):
        return None
    text = text.ljust(DATE_LENGTH, "0")
    year, month, day, hour, minute = (int(text[at]) for at in _PARTS)
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None


def to_date(text: str) -> date | None:
    """The day of a date written AAAAMMJJHHMM, as `to_datetime`."""
    found = to_datetime(text)
    return None if found is None else found.date()


def decode(raw: bytes) -> str:
    """Latin-1 text without the spaces and NUL bytes around it."""
    return raw.decode("latin-1").strip(" \0")


class Suite(Sequence[T]):
    """Views in order, found again each time they are gone through: nothing is kept in memory."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Iterator[T]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[T]:
        return self._make()

    def __len__(self) -> int:
        return sum(1 for _ in self._make())

    def __bool__(self) -> bool:
        return next((True for _ in self._make()), False)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(self._make())[index]
        wanted = index + len(self) if index < 0 else index
        for found in islice(self._make(), wanted, None) if wanted >= 0 else ():
            return found
        raise IndexError("no such element")

    def __repr__(self) -> str:
        return f"<Suite: {len(self)}>"


class Champ(Generic[T]):
    """One field of a view, by its name in the table; `convert` makes its value from its bytes."""

    def __init__(self, convert: Callable[[bytes], T]) -> None:
        self.convert = convert
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, vue: None, owner: type) -> Self: ...
    @overload
    def __get__(self, vue: Vue, owner: type) -> T: ...
    def __get__(self, vue: Vue | None, owner: type) -> Self | T:
        return self if vue is None else self.convert(vue.bytes_of(self.name))


def texte() -> Champ[str]:
    """A field read as text."""
    return Champ(decode)


def jour() -> Champ[date | None]:
    """A field read as a day; `None` when there is none."""
    return Champ(lambda raw: to_date(decode(raw)))


def instant() -> Champ[datetime | None]:
    """A field read as a day and an hour; `None` when there is none."""
    return Champ(lambda raw: to_datetime(decode(raw)))


def octets() -> Champ[bytes]:
    """A field kept as bytes."""
    return Champ(bytes)


class Vue:
    """One group, seen through its layout.

    `vue["nir"]` is the text of a field, `vue.value("date_fin_validite")` its typed value. A field that the
    group does not hold is empty. Subclasses give the same fields as attributes.
    """

    #: Group id that a subclass is made for.
    GROUPE: ClassVar[int] = -1

    def __init_subclass__(cls) -> None:
        if cls.GROUPE >= 0:
            VUES[cls.GROUPE] = cls

    def __init__(self, group: Group) -> None:
        self.group = group
        self._values: tuple[bytes, ...] | None = None

    @property
    def layout(self) -> GroupLayout:
        """What the table says of the group; a bare layout for a group that it does not know."""
        return self.group.layout or GroupLayout(self.group.id)

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a field, empty when the group stops before it. Raises `KeyError`."""
        position = self.group.position(name)
        if self._values is None:
            self._values = tuple(islice(self.group.fields, len(self.layout.fields)))
        return self._values[position - 1] if position <= len(self._values) else b""

    def __getitem__(self, name: str) -> str:
        return self.bytes_of(name).decode("latin-1")

    def value(self, name: str) -> str | date | bytes | None:
        """The typed value of a field: a day for dates, bytes for the kind `raw`, else text."""
        raw, kind = self.bytes_of(name), self.layout.by_name[name].base
        if kind == "raw":
            return raw
        return to_date(decode(raw)) if kind == "datetime" else decode(raw)

    def libelle(self, name: str, lang: str, lists: Namespace | None = None) -> str:
        """Label of a coded value in `lang`; empty when it is in no list."""
        codes = (lists or ssv()).get(self.layout.by_name[name].list)
        entry = find_code(codes, decode(self.bytes_of(name))) if codes is not None else None
        return entry.label(lang) if entry else ""

    def items(self) -> Iterator[tuple[ZoneField, str]]:
        """Every field of the group, those that the table does not know included, with its text."""
        layout = self.layout
        for position, raw in enumerate(self.group.fields, 1):
            yield layout.field(position), raw.decode("latin-1")

    def shown(self, *, values: bool = False) -> Iterator[tuple[ZoneField, str]]:
        """Fields that carry something, for a person; personal and undescribed ones masked unless `values`."""
        for field, text in self.items():
            stripped = text.strip(" \0")
            if stripped and field.kind == "raw":
                stripped = text.rstrip("\0")  # every byte of an area without a public coding counts
            if stripped:
                yield field, mask(stripped) if field.is_masked and not values else stripped

    def __eq__(self, other: object) -> bool:
        return self.group.raw == other.group.raw if isinstance(other, Vue) else NotImplemented

    def __hash__(self) -> int:
        return hash(bytes(self.group.raw))

    def __repr__(self) -> str:
        group = self.group
        return f"<{type(self).__name__}: group {group.id} no. {group.number} at byte {group.offset}>"


def vue_of(group: Group) -> Vue:
    """The view made for a group, or the general one."""
    return VUES.get(group.id, Vue)(group)


READERS["vue"] = vue_of
