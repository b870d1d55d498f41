"""From typed values to the bytes of a record, field by field or by a writer made for a set of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flatfile.errors import EncodingError
from flatfile.kinds import Value

if TYPE_CHECKING:
    from flatfile.layout import Field, Layout

#: Bytes of a record from typed values, or nothing when the values need the slower, checking way.
Writer = Callable[[Mapping[str, Value | bytes]], bytes | None]


def encode_field(field: Field, value: Value) -> bytes:
    """Bytes of one field; raises `EncodingError` with the field's name."""
    try:
        return field.kind.encode(value).encode("latin-1")
    except EncodingError as error:
        raise EncodingError(field.name, error.expected) from None


def compile_writer(layout: Layout, names: tuple[str, ...]) -> Writer:
    """Generate the fast writer of records that give exactly the fields `names`, in any order of call.

    One `%` template holds everything else. The writer gives nothing back when a value is not of the
    plain type it expects (`int` for numbers, `str` for texts, `date` for dates): the checking way then
    takes over. A value too long for its field makes the record too long, which the caller looks at.
    """
    scope: dict[str, object] = {}
    template, arguments, checks = [], [], []
    for field in layout.fields:
        if field.name not in names:
            template.append(field.kind.encode(None).replace("%", "%%"))
            continue
        variable = f"v{field.position}_{field.name}"
        scope[f"e_{variable}"] = field.kind.encode
        directive, argument, check = _writing_code(field, variable)
        template.append(directive)
        arguments.append(argument)
        checks.append(check)
    if len(arguments) < len(names):
        return lambda values: None  # an unknown name: the checking way says which
    reads = "".join(
        f"    v{field.position}_{field.name} = values[{field.name!r}]\n"
        for field in layout.fields
        if field.name in names
    )
    scope["template"] = "".join(template)
    scope["error"] = (EncodingError, UnicodeEncodeError)
    code = (
        "def write(values):\n"
        + reads
        + f"    if not ({' and '.join(checks) or 'True'}):\n        return None\n"
        + "    try:\n"
        + f"        text = template % ({''.join(argument + ', ' for argument in arguments)})\n"
        + "        return text.encode('latin-1')\n"
        + "    except error:\n        return None\n"
    )
    exec(code, scope)
    made: Writer = scope["write"]  # type: ignore[assignment]  # just defined
    return made


def _writing_code(field: Field, variable: str) -> tuple[str, str, str]:
    """Directive of the template, argument and type check of one field in the generated writer."""
    base = field.kind.base
    if base in ("count", "cents", "rate"):
        return f"%0{field.length}d", variable, f"type({variable}) is int and {variable} >= 0"
    if base in ("text", "code", "nir", "sign", "reserved"):
        return f"%-{field.length}s", variable, f"type({variable}) is str"
    if base in ("digits", "key", "id"):
        return "%s", f"{variable}.rjust({field.length}, '0')", f"type({variable}) is str"
    return "%s", f"e_{variable}({variable})", f"type({variable}) is not bytes"
