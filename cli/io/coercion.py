"""What was typed as the value that a verb takes: the few kinds of our options, without a library.

Typer hands each value to pydantic, whose import takes longer than reading a help page, checking a small file
not much more. Where typer keeps what it coerces with (`_runtime_param`), ours is put instead; where it does
not, or for another kind of value, typer does it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import typer

_Parameter = Any


def _flag(value: Any) -> bool:
    """A flag, which the option parser gives as it is."""
    if isinstance(value, bool):
        return value
    raise ValueError


#: How what was typed becomes each of these; raises `ValueError`.
_PLAIN: Final[dict[Any, Callable[[Any], Any]]] = {str: str, Path: Path, bool: _flag}


def lighten(param: _Parameter) -> None:
    """Have a parameter read what was typed without pydantic, when its kind is one of ours."""
    if getattr(param, "_runtime_param", param) is None and (read := _reader(param)) is not None:
        param._runtime_param = _Light(read, listed=get_origin(param.type_descriptor.annotation) is list)


def _reader(param: _Parameter) -> Callable[[Any], Any] | None:
    """What reads one value; `None` when it is not for us."""
    descriptor = param.type_descriptor
    if (parser := descriptor.parameter_info.parser) is not None:
        return parser if descriptor.annotation is Any else None
    kind = descriptor.annotation
    if get_origin(kind) is list:
        (kind,) = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind in (int, float):
        return _bounded(kind, param.min, param.max)
    return _PLAIN.get(kind)


def _bounded(kind: Any, low: float | None, high: float | None) -> Callable[[Any], Any]:
    def read(text: Any) -> Any:
        value = kind(text)
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            raise ValueError
        return value

    return read


class _Light:
    """Reads one value, or a list of them."""

    def __init__(self, read: Callable[[Any], Any], *, listed: bool) -> None:
        self._read = read
        self._listed = listed

    def coerce(self, value: Any, param: _Parameter, ctx: Any) -> Any:
        """The value that a verb takes; raises `typer.BadParameter`."""
        if value is None:
            return () if self._listed else None
        try:
            return [self._read(one) for one in value] if self._listed else self._read(value)
        except ValueError:
            raise typer.BadParameter("", ctx=ctx, param=param) from None
        except typer.BadParameter as error:
            error.ctx, error.param = ctx, param
            raise
