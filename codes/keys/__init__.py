"""Numbers with a check key: `nir`, `luhn9` (AM, ADELI, FINESS), `rpps`, `siret`, `at`.

Each module documents one number and offers the same verbs: `compact`, `calc_check_digits`, `validate`,
`is_valid`, `format`. Errors say what is wrong and never quote the number. Calling a valid number invalid
is far worse than the reverse: what no source describes is accepted.
"""

from codes.keys import at, luhn9, nir, rpps, siret
from codes.keys.errors import InvalidCheckDigits, InvalidFormat, InvalidLength, InvalidNumber

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
