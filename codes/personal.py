"""Which digits of a text, a code or the name of a file may identify somebody, and how they are crossed out.

Fields that hold personal data are flagged in the tables (`personal`); here is what no table can flag: a NIR,
a date of birth, a member number that somebody wrote in a label. Numbers are looked for with one sign at most
between two digits, and with the letters of Corsica. Everything that shows, exports or masks a text asks here.
"""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = "[0-9](?:[ ./-]?[0-9AB]){%d,}"

#: Six digits or more: a date, a member number, a NIR. For labels that quote people.
NUMBER: Final = re.compile(_DIGITS % 5)

#: Eight digits or more: longer than the code of any known list. For codes that no table knows.
LONG_CODE: Final = re.compile(_DIGITS % 7)

#: Ten digits or more: may be a NIR, whatever the text. For texts where shorter numbers are references.
LONG_NUMBER: Final = re.compile(_DIGITS % 9)
LONG_NUMBER_BYTES: Final = re.compile(LONG_NUMBER.pattern.encode())

#: A NIR without its key, among the bytes of a value.
NIR_BYTES: Final = re.compile(rb"[1-8][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}")

# A NIR in the name of a file: its thirteen characters in a row, or in the groups of a card. A day and
# an hour (20250304-101112) are none.
_IN_NAME: Final = re.compile(
    r"[0-9]{6}[0-9AB][0-9]{6,}"
    r"|(?<![0-9])[1-8](?P<sep>[ ._-])[0-9]{2}(?P=sep)[0-9]{2}(?P=sep)(?:[0-9]{2}|2[AB])(?P=sep)[0-9]{3}"
    r"(?P=sep)[0-9]{3}"
)


def cross_out(text: str, pattern: re.Pattern[str] = NUMBER) -> str:
    """The text with each digit of the numbers that `pattern` finds replaced by X.

    >>> cross_out("ASSURE 1 80 01 2A 999 999 INCONNU, LIGNE 12")
    'ASSURE X XX XX XX XXX XXX INCONNU, LIGNE 12'
    >>> cross_out("VIREMENT 20260042", LONG_NUMBER)
    'VIREMENT 20260042'
    """
    return pattern.sub(lambda number: re.sub("[0-9AB]", "X", number.group()), text)


def cross_out_name(name: str) -> str:
    """The name of a file without the NIR that people put in it.

    >>> cross_out_name("1800199999999_576.noe"), cross_out_name("20250304-101112.b2")
    ('XXXXXXXXXXXXX_576.noe', '20250304-101112.b2')
    """
    return cross_out(name, _IN_NAME)


def may_identify(code: str) -> bool:
    """Whether a code that no table knows may be part of the number of somebody.

    >>> may_identify("MUJ130004C"), may_identify("18001.2A999")
    (False, True)
    """
    return LONG_CODE.search(code) is not None
