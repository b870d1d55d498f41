"""From typed values to the bytes of a record, field by field or by a writer made for a set of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flatfile.errors import EncodingError
from flatfile.kinds import Kind, Value

if TYPE_CHECKING:
    from flatfile.layout import Field, Layout

Values = Mapping[str, Value | bytes]

#: Record from typed values and the text of the shared run; nothing when the values need the slower,
#: checking way. What a `Mould` tells beside the bytes makes it a tuple.
Writer = Callable[[Values, str], Any]

#: Names and types of the values that a writer takes, in the order of the call.
Shape = tuple[tuple[str, ...], tuple[type, ...]]

#: Programs write few different sets of fields; beyond this many a writer is not kept.
_MOST_WRITERS = 64

#: Types of values of which equal ones are written alike: no truth value, equal to 1, and no float.
_REMEMBERED = frozenset({Decimal, date, int, time})

#: What values of another kind raise in a generated writer.
_ERRORS = (ArithmeticError, AttributeError, EncodingError, KeyError, TypeError, ValueError)

_NUMBERS = frozenset({"count", "cents", "rate"})
_DIGITS = frozenset({"digits", "key", "id"})
_TEXTS = frozenset({"text", "code", "nir", "sign", "reserved"})


def encode_field(field: Field, value: Value) -> bytes:
    """Bytes of one field; raises `EncodingError` with the field's name."""
    try:
        return field.kind.encode(value).encode("latin-1")
    except EncodingError as error:
        raise EncodingError(field.name, error.expected) from None


class Mould:
    """Writers of the records of one layout, generated for the names and types of values that come.

    - `run`: fields that follow one another, whose text is given already written to each call; the values of
      a record win over it;
    - `told`: amounts whose values come back beside the bytes, as `(raw, amount...)`, 0 for those not given.

    `recent` holds the last writer by number of values: a caller in a hurry tries it first, and calls `write`
    when it gives nothing back.
    """

    __slots__ = ("_kept", "layout", "recent", "run", "told")

    def __init__(self, layout: Layout, run: tuple[Field, ...] = (), told: tuple[str, ...] = ()) -> None:
        self.layout = layout
        self.run = run
        self.told = told
        self.recent: dict[int, Writer] = {}
        self._kept: dict[Shape, Writer] = {}

    def write(self, values: Values, run: str = "") -> Any:
        """The record, or nothing when only the checking way can write it or say what is wrong."""
        writer = self.recent.get(len(values))
        made = writer(values, run) if writer is not None else None
        if made is not None:
            return made
        shape = tuple(values), tuple(map(type, values.values()))
        writer = self._kept.get(shape)
        if writer is None:
            writer = compile_writer(self.layout, shape, self.run, self.told)
            if len(self._kept) >= _MOST_WRITERS:
                return writer(values, run)
            self._kept[shape] = writer
        self.recent[len(values)] = writer
        return writer(values, run)


def compile_writer(
    layout: Layout, shape: Shape, run: tuple[Field, ...] = (), told: tuple[str, ...] = ()
) -> Writer:
    """Generate the fast writer of records that give exactly these names, with values of exactly these types.

    Fields that are not given are part of its text. The writer gives nothing back when names, types or sizes
    are not those: the checking way then takes over. A value too long for its field makes the record too
    long; none makes it shorter.
    """
    types = dict(zip(*shape, strict=True))
    if not types.keys() <= layout.by_name.keys():
        return _refuse  # the checking way says which name is unknown
    if any(types.get(name, int) not in (int, type(None)) for name in told):
        return _refuse  # an amount of which only the bytes are given
    scope: dict[str, object] = {"errors": _ERRORS, "zero": "0", "latin": "latin-1"}
    code = _Code(scope)
    shared = {field.name for field in run}
    start = run[0].slice.start if run else 0
    for field in layout.fields:
        if field.name in types and types[field.name] is not type(None):
            code.add(field, types[field.name])
        elif field.name in shared and field.name not in types:
            code.add_run(field.slice.start - start, field.slice.stop - start)
        else:
            code.add_text(field.kind.encode(None))
    exec(code.text(types, layout.length, told), scope)
    made: Writer = scope["write"]  # type: ignore[assignment]  # just defined
    return made


def _refuse(values: Values, run: str) -> None:
    return None


class _Code:
    """The lines of a generated writer.

    The record is an f-string of pieces already padded; whole numbers that follow one another share a `%`
    template. Both are much faster than padding in the template.
    """

    def __init__(self, scope: dict[str, object]) -> None:
        self.scope = scope
        self.pieces: list[str] = []
        self.numbers: list[str] = []
        self.tests: list[str] = []
        self._digits: list[tuple[str, str]] = []
        self._run: tuple[int, int] | None = None

    def add_text(self, text: str) -> None:
        """Bytes that are always the same."""
        self._run = None
        if self._digits:
            self._digits.append((text.replace("%", "%%"), ""))
        else:
            self.pieces.append(text.replace("{", "{{").replace("}", "}}"))

    def add_run(self, start: int, stop: int) -> None:
        """A part of the text given to the call."""
        self._end_numbers()
        if self._run and self._run[1] == start:
            start = self._run[0]
            self.pieces.pop()
        self._run = (start, stop)
        self.pieces.append(f"{{run[{start}:{stop}]}}")

    def add(self, field: Field, type_: type) -> None:
        """One field given with a value of this type."""
        variable, base, length = f"v_{field.name}", field.kind.base, field.length
        if type_ is int and base in _NUMBERS | _DIGITS:
            self._run = None
            self.numbers.append(variable)
            self._digits.append((f"%0{length}d", variable))
            return
        self._end_numbers()
        self._run = None
        if type_ is str and base in _TEXTS:
            piece = f"{variable}.ljust({length})"
        elif type_ is str and base in _DIGITS:
            piece = f"{variable}.rjust({length}, zero)"
        elif type_ is str and base == "date":
            self.tests.append(f"len({variable}) == {length}")
            piece = variable
        elif type_ is bytes:
            self.tests.append(f"len({variable}) == {length}")
            piece = f"{variable}.decode(latin)"
        else:
            self.scope[f"e_{field.name}"] = (
                remembered(field.kind) if type_ in _REMEMBERED else field.kind.encode
            )
            piece = f"e_{field.name}({variable})"
        self.pieces.append(f"{{{piece}}}")

    def _end_numbers(self) -> None:
        """Write the numbers seen since the last text, in one template."""
        if self._digits:
            name = f"t{len(self.pieces)}"
            self.scope[name] = "".join(directive for directive, _ in self._digits)
            values = "".join(f"{variable}, " for _, variable in self._digits if variable)
            self.pieces.append(f"{{{name} % ({values})}}")
            self._digits = []

    def text(self, types: Mapping[str, type], length: int, told: tuple[str, ...]) -> str:
        """Source of the writer."""
        self._end_numbers()
        lines = [f"v_{name} = values[{name!r}]" for name in types]
        for rank, kind in enumerate(dict.fromkeys(types.values())):
            self.scope[f"type{rank}"] = kind
            same = " is ".join(f"type(v_{name})" for name, type_ in types.items() if type_ is kind)
            lines.append(f"if not ({same} is type{rank}): return None")
        if self.numbers:
            self.tests.append(f"({' | '.join(self.numbers)}) >= 0")
        if self.tests:
            lines.append(f"if not ({' and '.join(self.tests)}): return None")
        text = "".join(self.pieces)
        lines.append(f"raw = f{text!r}.encode('latin-1')")
        amounts = (f"v_{name}" if types.get(name) is int else "0" for name in told)
        back = f"(raw, {', '.join(amounts)})" if told else "raw"
        body = "".join(f"        {line}\n" for line in lines)
        return (
            f"def write(values, run):\n    try:\n{body}    except errors:\n        return None\n"
            f"    return {back} if len(raw) == {length} else None\n"
        )


@lru_cache(maxsize=512)
def remembered(kind: Kind) -> Callable[[Value], str]:
    """The encoder of a kind, which remembers what it wrote of values of `_REMEMBERED` types."""
    return lru_cache(maxsize=4096)(kind.encode)
