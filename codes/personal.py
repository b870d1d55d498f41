"""Which digits of a text, a code or the name of a file may identify somebody, and how they are crossed out.

Fields that hold personal data are flagged in the tables (`personal`); here is what no table can flag: a NIR,
a date of birth, a member number that somebody wrote in a label. Numbers are looked for with one sign at most
between two digits, and with the letters of Corsica. Everything that shows, exports or masks a text asks here.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import Final

from flatfile.text import printable

_DIGITS: Final = "[0-9](?:[ ./-]?[0-9AB]){%d,}"

#: Six digits or more: a date, a member number, a NIR. For labels that quote people.
NUMBER_DIGITS: Final = 6
NUMBER: Final = re.compile(_DIGITS % (NUMBER_DIGITS - 1))

#: Eight digits or more: longer than the code of any known list. For codes that no table knows.
LONG_CODE: Final = re.compile(_DIGITS % 7)

#: Ten digits or more: may be a NIR, whatever the text. For texts where shorter numbers are references.
LONG_NUMBER_DIGITS: Final = 10
LONG_NUMBER: Final = re.compile(_DIGITS % (LONG_NUMBER_DIGITS - 1))
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

#: Lengths of a day and an hour in digits, to the second, the millisecond, the microsecond; a NIR has another.
_MOMENTS: Final = frozenset({14, 17, 20})


def cross_out(text: str, pattern: re.Pattern[str] = NUMBER) -> str:
    """The text with each digit of the numbers that `pattern` finds replaced by X.

    >>> cross_out("ASSURE 1 80 01 2A 999 999 INCONNU, LIGNE 12")
    'ASSURE X XX XX XX XXX XXX INCONNU, LIGNE 12'
    >>> cross_out("VIREMENT 20260042", LONG_NUMBER)
    'VIREMENT 20260042'
    """
    return pattern.sub(lambda number: re.sub("[0-9AB]", "X", number.group()), text)


def shown_name(name: str) -> str:
    """The name or the path of a file for a message, a report, a database: people put a NIR in some.

    Nothing in it acts on a terminal either. A day and an hour are none. Who an address is read for is left
    out, with the password.

    >>> shown_name("recu/1800199999999_576.noe"), shown_name("576_20260314093000.noe")
    ('recu/XXXXXXXXXXXXX_576.noe', '576_20260314093000.noe')
    >>> shown_name("sftp://moi:secret@hote/576.noe")
    'sftp://•••@hote/576.noe'
    """
    return _IN_NAME.sub(_crossed_out, _SECRET.sub(r"\1•••@", printable(name)))


#: User and password in an address. Without a bound on the scheme, a long name takes the square of its length.
_SECRET: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{1,30}:/{1,2})[^/@\s]+@")


def _crossed_out(found: re.Match[str]) -> str:
    number = found.group()
    if len(number) in _MOMENTS and number[:2] in ("19", "20"):
        with suppress(ValueError):
            dt.datetime.strptime(number[:14], "%Y%m%d%H%M%S")
            return number
    return re.sub("[0-9AB]", "X", number)


def may_identify(code: str) -> bool:
    """Whether a code that no table knows may be part of the number of somebody.

    >>> may_identify("MUJ130004C"), may_identify("18001.2A999")
    (False, True)
    """
    return LONG_CODE.search(code) is not None
