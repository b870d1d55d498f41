"""Layouts: ordered fields of one record type, and everything that follows from them.

A `Layout` is read from a table (see `flatfile.tables`) and verified once. From it come the byte slices,
the typed decoders, one compiled regular expression that says in one match whether every field of a
record has the bytes of its kind (the *gate*), and the writer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from flatfile.errors import EncodingError, LayoutError
from flatfile.kinds import Kind, Value, decode_identifier, decode_int, decode_text, kind_of

if TYPE_CHECKING:
    from flatfile.record import Record
    from flatfile.writing import Mould

#: Values that a code list allows: list name -> codes, without padding. Lists that are not there,
#: or open ones, put no constraint on the gate.
Codes = Mapping[str, frozenset[str]]

#: Who reads: the code written for speed, or the plain one it is proven by (`flatfile.reference`).
Engine = Literal["fast", "reference"]

#: Kinds that carry no information: they are written from the layout alone.
FILLER = frozenset({"const", "blank"})

#: Codes of a list beyond which a gate looks them up in a set.
_MOST_ALTERNATIVES = 30

#: Matches nothing.
_NEVER = "(?!)"

#: What a decoder does, to be written out where it would be called for each field of each record.
_INLINE: dict[Callable[[bytes], Value], str] = {
    decode_int: "(int(p) if (p := {piece}).isdigit() else {decode}(p))",
    decode_identifier: "{piece}.decode('latin-1').strip(' \\0')",
    decode_text: "{piece}.decode('latin-1').rstrip(' \\0')",
}

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Field:
    """One field: where it is, what it may hold, what it is called.

    `start` is 1-based and `length` in bytes, as in the norms; `slice` is the Python slice.
    `presence` is `O` (obligatoire), `F` (facultatif) or empty when no source says. `list` names a code
    list of the same family. `personal` is `yes` for data on a patient or private person, `ps` for a
    professional's. `confidence` is A, B, C or D (see docs/sources.md).
    """

    __slots__ = (
        "confidence",
        "kind",
        "label_en",
        "label_fr",
        "length",
        "list",
        "name",
        "note",
        "personal",
        "position",
        "presence",
        "slice",
        "start",
    )

    def __init__(
        self,
        name: str,
        start: int,
        length: int,
        kind: str,
        *,
        position: int = 0,
        presence: str = "",
        list: str = "",  # the word of the tables
        personal: str = "",
        label_fr: str = "",
        label_en: str = "",
        confidence: str = "",
        note: str = "",
    ) -> None:
        if not _NAME.fullmatch(name):
            raise LayoutError("name", name=name)
        self.name = name
        self.position = position
        self.start = start
        self.length = length
        # The norms allow birth dates that no calendar has (month 13, day 32, lunar years).
        self.kind: Kind = kind_of(kind, length, calendar=not name.startswith("date_naissance"))
        self.presence = presence
        self.list = list
        self.personal = personal
        self.label_fr = label_fr
        self.label_en = label_en
        self.confidence = confidence
        self.note = note
        self.slice = slice(start - 1, start - 1 + length)

    def label(self, lang: str) -> str:
        """The label in `lang` (`fr` or `en`)."""
        return self.label_en if lang == "en" else self.label_fr

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.start}, {self.length}, {self.kind.name!r})"


#: A field, its place, and whether bytes are the strict ones of its kind.
Form = tuple[Field, slice, Callable[[bytes], object]]

#: What `Layout.record` makes: `flatfile.record`, which knows layouts, puts its class here.
_RECORD: list[type[Record]] = []


def makes_records(made: type[Record]) -> type[Record]:
    """Decorate the class of records."""
    _RECORD[:] = [made]
    return made


class Layout:
    """The fields of one record type, contiguous from byte 1 to `length`.

    `name` is the record type (`4M`, `294`), `family` the table it belongs to (`PS-2003C`).
    Raises `LayoutError` when fields overlap, leave a hole or share a name.
    """

    def __init__(self, family: str, name: str, fields: tuple[Field, ...]) -> None:
        self.family = family
        self.name = name
        self.fields = fields
        self.by_name: dict[str, Field] = {}
        expected = 1
        for field in fields:
            if field.start != expected:
                raise LayoutError(
                    "start", f"{family} {name}", name=field.name, start=field.start, expected=expected
                )
            if field.name in self.by_name:
                raise LayoutError("same_name", f"{family} {name}", name=field.name)
            self.by_name[field.name] = field
            expected += field.length
        self.length = expected - 1
        #: name -> (slice, decoder): the whole cost of reading one field.
        self.plan: dict[str, tuple[slice, Callable[[bytes], Value]]] = {
            field.name: (field.slice, field.kind.decode) for field in fields
        }

    def with_fields(self, fields: tuple[Field, ...]) -> Layout:
        """Another drawing of the same record type, read in the same way."""
        return type(self)(self.family, self.name, fields)

    def __repr__(self) -> str:
        return f"<Layout {self.family} {self.name}: {len(self.fields)} fields, {self.length} bytes>"

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    # --- reading --------------------------------------------------------------------------------------

    def gate(self, codes: Codes | None = None, start: int = 0) -> Callable[[bytes], object]:
        """Compile the full match that a wholly regular record passes.

        With `start` (a 0-based place where a field starts), what stands before is not looked at.

        A record passes exactly when every field has the strict bytes of its kind and, where `codes`
        knows the field's list, one of its codes (or, for an optional field, nothing). What does not
        pass is looked at field by field.
        """
        scope, tests = self.gate_tests(codes, start)
        match: Callable[[bytes], object] = scope["match"]  # type: ignore[assignment]  # made so below
        if len(tests) == 1 and not start:
            return match
        made: Callable[[bytes], object] = eval(f"lambda raw: {' and '.join(tests)}", scope)
        return made

    def gate_tests(self, codes: Codes | None = None, start: int = 0) -> tuple[dict[str, object], list[str]]:
        """The tests of a gate as Python expressions on `raw`, with the names that they use.

        For callers that generate code of their own around them.
        """
        found = codes or {}
        fields = [field for field in self.fields if field.slice.start >= start]
        crowded = [field for field in fields if self._is_crowded(field, found)]
        patterns = [field.kind.strict if field in crowded else pattern_of(field, found) for field in fields]
        match = re.compile(merge_patterns(patterns).encode("latin-1"), re.DOTALL).fullmatch
        scope: dict[str, object] = {"match": match}
        tests = [f"match(raw, {start})" if start else "match(raw)"]
        for index, field in enumerate(crowded):
            scope[f"codes{index}"] = frozenset(text.encode("latin-1") for text in allowed_texts(field, found))
            tests.append(f"raw[{field.slice.start}:{field.slice.stop}] in codes{index}")
        return scope, tests

    def _is_crowded(self, field: Field, codes: Codes) -> bool:
        """Whether a set serves the field's codes better than alternatives tried one after another.

        Lists that many fields of a record share (teeth, modifiers) mostly stand blank, which the regular
        expression sees at once.
        """
        if not _is_coded(field, codes):
            return False
        shared = sum(other.list == field.list for other in self.fields)
        return len(codes[field.list]) > _MOST_ALTERNATIVES and shared <= 2

    def getter(self, *names: str) -> Callable[[bytes], tuple[Value, ...]]:
        """Return a function from the raw bytes of a record to the typed values of `names`.

        Generated from slices and decoders of this layout only, the usual ones being written out: the fastest
        way to read a few fields of many records.
        """
        scope: dict[str, Callable[[bytes], Value]] = {}
        parts = []
        for index, name in enumerate(names):
            where, decode = self.plan[name]
            scope[f"d{index}"] = decode
            form = _INLINE.get(decode, "{decode}({piece})")
            parts.append(form.format(decode=f"d{index}", piece=f"raw[{where.start}:{where.stop}]"))
        made: Callable[[bytes], tuple[Value, ...]] = eval(f"lambda raw: ({', '.join(parts)},)", scope)
        return made

    def teller(self, **asked: type) -> Callable[[bytes], tuple[Any, ...]]:
        """Return a function from the raw bytes of a record to what `Record` tells of the fields `asked`.

        Of a field asked for as `str` it is its text (`Record.text`), as another type its value when it is of
        that type (`Record.get`), for records that are damaged too. Generated as that of `getter` is, but for
        records that are cut.
        """

        def tell(raw: bytes) -> tuple[Any, ...]:
            record = _RECORD[0](self, raw)
            return tuple(record.text(n) if kind is str else record.get(n, kind) for n, kind in asked.items())

        scope: dict[str, object] = {"tell": tell}
        parts, stop = [], 0
        for index, (name, kind) in enumerate(asked.items()):
            if name not in self.plan:
                parts.append("''" if kind is str else "None")
                continue
            where, decode = self.plan[name]
            stop = max(stop, where.stop)
            scope |= {f"d{index}": decode, f"k{index}": kind}
            form = f"v if isinstance(v := {{decode}}({{piece}}), k{index}) else None"
            if kind is str:
                form = _INLINE[decode_identifier]
            elif kind is int and decode is decode_int:
                form = _INLINE[decode_int]
            parts.append(form.format(decode=f"d{index}", piece=f"raw[{where.start}:{where.stop}]"))
        made: Callable[[bytes], tuple[Any, ...]] = eval(
            f"lambda raw: ({', '.join(parts)},) if len(raw) >= {stop} else tell(raw)", scope
        )
        return made

    def parse(self, raw: bytes) -> dict[str, Value | bytes]:
        """Every informative field as a value that `build` turns back into the same bytes.

        A field whose bytes are not the canonical writing of its value comes as raw `bytes`, so that
        `build(parse(raw)) == raw` for any `raw` of the right length.
        """
        found: dict[str, Value | bytes] = {}
        for field in self.fields:
            piece, empty = raw[field.slice], self._empty[field.slice]
            value = field.kind.decode(piece)
            if piece == empty and field.kind.base in FILLER:
                continue
            exact = field.kind.encode(value).encode("latin-1") == piece
            found[field.name] = value if exact else piece
        return found

    # --- writing --------------------------------------------------------------------------------------

    def build(self, values: Mapping[str, Value | bytes]) -> bytes:
        """Write one record; fields that are not given are left empty (zeros or spaces by kind).

        Raises `EncodingError` when a value does not fit, or a name is unknown. A `bytes` value is
        written as it is, which lets irregular fields survive an edition.
        """
        raw: bytes | None = self._mould.write(values)
        return self._build_checked(values) if raw is None else raw

    def _build_checked(self, values: Mapping[str, Value | bytes]) -> bytes:
        """Write field by field: slower, takes every value there is, and names what does not fit."""
        from flatfile.writing import encode_field

        raw = bytearray(self._empty)
        for name, value in values.items():
            field = self.by_name.get(name)
            if field is None:
                raise EncodingError(name, f"a field of record {self.name}")
            raw[field.slice] = value if isinstance(value, bytes) else encode_field(field, value)
            if len(raw) != self.length:
                raise EncodingError(name, f"exactly {field.length} bytes")
        return bytes(raw)

    @cached_property
    def _empty(self) -> bytes:
        return "".join(field.kind.encode(None) for field in self.fields).encode("latin-1")

    @cached_property
    def _mould(self) -> Mould:
        from flatfile.writing import Mould  # most programs only read

        return Mould(self)

    def record(self, values: Mapping[str, Value | bytes], offset: int = 0, number: int = 0) -> Record:
        """Write `values` and view the result as a `Record`."""
        return _RECORD[0](self, self.build(values), offset, number)

    def defects(self, raw: bytes) -> Iterator[tuple[Field, bool]]:
        """Fields of `raw` that do not have the strict bytes of their kind, with `tolerated`.

        `tolerated` tells a mere padding habit (spaces before a number, a number left blank) from a
        field that cannot be what it should be.
        """
        for field, where, has_form in self.forms:
            piece = raw[where]
            if not has_form(piece):
                tolerated = field.kind.tolerated
                yield field, bool(tolerated and field_pattern(tolerated)(piece))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """Each field, its place, and whether bytes are the strict ones of its kind."""
        return tuple((field, field.slice, field_pattern(field.kind.strict)) for field in self.fields)


def _is_coded(field: Field, codes: Codes) -> bool:
    """Whether `codes` says what the field may hold; a constant says it better."""
    return field.list in codes and field.list != "" and field.kind.base != "const"


def allowed_texts(field: Field, codes: Codes) -> list[str]:
    """The texts that a coded field may hold: nothing, when it is optional, then the codes of its list.

    Only those that have the strict bytes of the field's kind: no number is written with spaces.
    """
    texts = [" " * field.length, "0" * field.length] if field.presence != "O" else []
    if texts and not field.kind.numeric:
        texts.pop()
    texts += sorted(padded(code, field) for code in codes[field.list])
    strict = re.compile(field.kind.strict, re.DOTALL).fullmatch
    return [text for text in dict.fromkeys(texts) if strict(text)]


def pattern_of(field: Field, codes: Codes) -> str:
    """The pattern of a field in a gate: its codes, or the bytes of its kind."""
    if not _is_coded(field, codes):
        return field.kind.strict
    texts = allowed_texts(field, codes)
    return "(?:" + "|".join(map(re.escape, texts)) + ")" if texts else _NEVER


_REPEATED = re.compile(r"(\[[^\]]+\]| )\{([0-9]+)\}")


def merge_patterns(patterns: list[str]) -> str:
    """Join patterns; neighbours that repeat the same class become one repetition, which matches faster."""
    merged: list[tuple[str, int]] = []
    for pattern in patterns:
        found = _REPEATED.fullmatch(pattern)
        text, count = (found[1], int(found[2])) if found else (pattern, 0)
        if found and merged and merged[-1][0] == text and merged[-1][1]:
            merged[-1] = (text, merged[-1][1] + count)
        else:
            merged.append((text, count))
    return "".join(f"{text}{{{count}}}" if count > 1 else text for text, count in merged)


_PATTERNS: dict[str, Callable[[bytes], object]] = {}


def field_pattern(source: str) -> Callable[[bytes], object]:
    """Full match of one kind's pattern, compiled once."""
    found = _PATTERNS.get(source)
    if found is None:
        found = _PATTERNS[source] = re.compile(source.encode("latin-1"), re.DOTALL).fullmatch
    return found


def padded(code: str, field: Field) -> str:
    """`code` as it stands in the bytes of `field`: zeros on the left of numbers, spaces on the right."""
    return code.rjust(field.length, "0") if field.kind.numeric and code else code.ljust(field.length)
