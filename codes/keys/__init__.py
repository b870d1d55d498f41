"""Numbers with a check key: `nir`, `luhn9` (AM, ADELI, FINESS), `rpps`, `siret`, `at`.

Each module documents one number and offers the same verbs: `compact`, `calc_check_digits`, `validate`,
`is_valid`, `format`. Errors say what is wrong and never quote the number. Calling a valid number invalid
is far worse than the reverse: what no source describes is accepted.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from codes.keys.errors import InvalidCheckDigits, InvalidFormat, InvalidLength, InvalidNumber

if TYPE_CHECKING:
    from codes.keys import at, luhn9, nir, rpps, siret

__all__ = [
    "InvalidCheckDigits",
    "InvalidFormat",
    "InvalidLength",
    "InvalidNumber",
    "at",
    "luhn9",
    "nir",
    "rpps",
    "siret",
]


def __getattr__(name: str) -> ModuleType:
    """A number, imported when somebody asks for it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
