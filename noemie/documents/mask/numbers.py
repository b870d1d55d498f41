"""Pseudonyms of values: same shape, same length, right keys, keyed.

Private to `noemie.documents.mask`. Every function takes and gives text without filling. A check key that was
wrong stays wrong by the same amount: what the checks say of a file, they say of its masked copy.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from codes.keys import at, luhn9, nir, rpps, siret
from flatfile.kinds import decode_aaaammjj, make_date
from noemie.documents.mask.key import Key

#: Letters of pseudonyms: consonants only, so that nobody takes one for a name, and no name comes out.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"

#: Stands for a letter that is not ASCII.
_OTHER_LETTERS: Final = ("Ç", "Ñ")

#: Births are moved back by 13 to 36 months; accidents, days in the place of a number, by 1 to 26 weeks.
_FEWEST_MONTHS, _MONTHS, _WEEKS = 13, 24, 26

_NIR = re.compile(r"([1-8])([0-9]{2})([0-9]{2})([0-9]{2}|2[AB])([0-9]{6})")
_NIR_ANY = re.compile(r"([0-9])([0-9]{2})([0-9]{2})([0-9]{2}|2[AB])([0-9]{6})")
_PS = re.compile(r"([0-9]{2}|2[AB])([0-9])([0-9]{5})")
#: Letters that stand in the number of an accident.
_AT_LETTERS: Final = "ABCDEFGHI"
_CITIES = 10**6
#: Characters of the shortest field that holds the start of a name.
_SHORTEST_NAME: Final = 8
_METROPOLITAN = 95
_DAYS_OF_MONTH = 31
#: First month and number of those that a NIR may have when the true one is not known, and of all others.
_ODD_MONTHS: Final = ((13, 7), (20, 23), (43, 7), (50, 50))


def is_number(text: str) -> bool:
    """Whether a text holds ASCII digits only: `str.isdigit` takes superscripts for digits too."""
    return text.isascii() and text.isdigit()


# --- keys -------------------------------------------------------------------------------------------------


def _same_fault(written: str, right_before: str, right_after: str, first: int, size: int) -> str:
    """The key of a pseudonym: as far from the right one as the key that was written."""
    if not is_number(written) or not first <= int(written) < first + size:
        return written
    gap = int(written) - int(right_before)
    return f"{(int(right_after) - first + gap) % size + first:0{len(written)}d}"


# --- persons ----------------------------------------------------------------------------------------------


def has_nir_form(text: str) -> bool:
    """Whether 13 characters may be a NIR, and not just a number."""
    return _NIR.fullmatch(text) is not None


def months_of(key: Key, masked_nir: str) -> int:
    """By how many months the births of a household are moved back, told by the pseudonym of its NIR."""
    return _FEWEST_MONTHS + key.number("mois", masked_nir[:1] + masked_nir[5:13], _MONTHS)


def mask_nir(key: Key, text: str) -> str:
    """The pseudonym of a NIR of 13 characters, without its key.

    The first digit and the class of the department (Corsica 2A or 2B, mainland, others) are kept. Commune and
    rank change; year and month move back as the births of the household do.
    """
    found = _NIR_ANY.fullmatch(text)
    if found is None:
        return mask_text(key, text)
    first, year, month, department, rest = found.groups()
    label = f"nir{first}{year}{month}"
    number = int(rest)
    if department in ("2A", "2B"):
        place = key.permute(label + "C", (department == "2B") * _CITIES + number, 2 * _CITIES)
        department = "2B" if place >= _CITIES else "2A"
    elif 1 <= int(department) <= _METROPOLITAN:
        place = key.permute(label + "M", (int(department) - 1) * _CITIES + number, _METROPOLITAN * _CITIES)
        department = f"{place // _CITIES + 1:02d}"
    else:
        place = key.permute(label + department, number, _CITIES)
    last = f"{department}{place % _CITIES:06d}"
    back = months_of(key, first + "0000" + last)
    return f"{first}{_earlier(year + month, back)}{last}"


def _earlier(year_month: str, months: int) -> str:
    """A year and a month of two digits each, moved back; a month that no calendar has remains of its kind."""
    year, month = int(year_month[:2]), int(year_month[2:])
    if 1 <= month <= 12:
        moved = (year * 12 + month - 1 - months) % 1200
        return f"{moved // 12:02d}{moved % 12 + 1:02d}"
    return f"{(year - max(1, months // 12)) % 100:02d}{_odd_month(month, months):02d}"


def _odd_month(month: int, months: int) -> int:
    """Another month of the same kind that no calendar has; its last digit does not stay. Zero stays."""
    for first, size in _ODD_MONTHS:
        if first <= month < first + size:
            steps = [step for step in range(1, min(10, size)) if (step - size) % 10]
            return first + (month - first + steps[months % len(steps)]) % size
    return month


def mask_nir_key(before: str, after: str, written: str) -> str:
    """The two digits that follow a pseudonym, from the NIR before and after, and the key as written."""
    if not (nir.has_form(before) and nir.has_form(after)):
        return written
    return _same_fault(written, nir.calc_check_digits(before), nir.calc_check_digits(after), 1, 97)


def mask_birth(key: Key, masked_nir: str, text: str, order: str) -> str:
    """A birth date, in the household of a masked NIR: moved back by whole months, on a day drawn anew.

    `order` is `AAMMJJ`, `JJMMAA` or `AAAAMMJJ`. A month or a day that no calendar has becomes another one
    that none has: where bytes have moved, it may be half of a birth; zeros, unknown, stay. The same day in
    the same household gives the same day: twins stay twins.
    """
    if not text.strip("0"):
        return text
    if not (is_number(text) and len(text) == len(order)):
        return mask_text(key, text)
    century = text[:2] if order == "AAAAMMJJ" else ""
    day, month, year = (
        (text[:2], text[2:4], text[4:])
        if order == "JJMMAA"
        else (text[-2:], text[-4:-2], text[len(century) : len(century) + 2])
    )
    label = masked_nir + year + month + day
    moved = _earlier(year + month, months_of(key, masked_nir))
    if century and int(moved[:2]) > int(year):
        century = f"{(int(century) - 1) % 100:02d}"
    if 1 <= int(day) <= _DAYS_OF_MONTH:
        day = f"{key.number('jour', label, 28) + 1:02d}"
    elif int(day):
        day = _impossible(key, label, day, _DAYS_OF_MONTH + 1)
    return day + moved[2:] + moved[:2] if order == "JJMMAA" else century + moved + day


def _impossible(key: Key, label: str, digits: str, least: int) -> str:
    """Two other digits, from `least` to 99; neither stays in its place."""
    others = [f"{n:02d}" for n in range(least, 100)]
    others = [two for two in others if two[0] != digits[0] and two[1] != digits[1]]
    return others[key.number("ailleurs", label, len(others))]


def mask_hour(key: Key, masked_nir: str, text: str) -> str:
    """The hour of a birth, `HHMM`, in the household of a masked NIR: drawn anew; `0000`, unknown, stays."""
    if not text.strip("0"):
        return text
    if int(text[:2]) > 23 or int(text[2:]) > 59:
        return mask_text(key, text)
    # One minute of the day in all, but the one written and midnight, which says that nobody knows.
    drawn = 1 + key.number("heure", masked_nir + text, 24 * 60 - 2)
    drawn += drawn >= int(text[:2]) * 60 + int(text[2:])
    return f"{drawn // 60:02d}{drawn % 60:02d}"


# --- numbers with a key -----------------------------------------------------------------------------------


def mask_professional_body(key: Key, text: str) -> str:
    """The 8 first characters of an AM, ADELI or FINESS number: category kept, the others permuted."""
    found = _PS.fullmatch(text)
    if found is None:
        return mask_text(key, text)
    department, category, number = found.groups()
    if department.isdecimal():
        place = key.permute("ps" + category, int(department) * 10**5 + int(number), 10**7)
        return f"{place // 10**5:02d}{category}{place % 10**5:05d}"
    place = key.permute("psC" + category, (department == "2B") * 10**5 + int(number), 2 * 10**5)
    return f"{'2B' if place >= 10**5 else '2A'}{category}{place % 10**5:05d}"


def mask_professional(key: Key, text: str) -> str:
    """The number of a professional or an establishment, told by its length and its key: 9, 11 or 14
    characters.

    Longer numbers are taken without the zeros on their left, and get them back.
    """
    core = text.lstrip("0")
    if not core:
        return text
    if not text.isascii():
        return mask_text(key, text)
    if len(core) in (13, 14) and len(text) == 14 and is_number(text) and siret.is_valid(text):
        body = f"{key.permute('siret', int(text[:13]), 10**13):013d}"
        return body + siret.calc_check_digits(body)
    if len(core) in (7, 8, 9) or len(text) == 9:
        return _mask_luhn9(key, core.rjust(9, "0")).rjust(len(text), "0")
    if len(core) == 11:
        inner = (
            _mask_rpps(key, core)
            if is_number(core) and rpps.is_valid(core)
            else _mask_luhn9(key, core[:9]) + core[9:]
        )
        return inner.rjust(len(text), "0")
    return mask_text(key, text)


def _mask_rpps(key: Key, number: str) -> str:
    body = f"{number[0]}{key.permute('rpps' + number[0], int(number[1:10]), 10**9):09d}"
    return body + rpps.calc_check_digits(body)


def _mask_luhn9(key: Key, number: str) -> str:
    """Nine characters, key included."""
    body, written = number[:8], number[8:]
    if not _PS.fullmatch(body):
        return mask_text(key, number)
    masked = mask_professional_body(key, body)
    return masked + mask_luhn_key(body, masked, written)


def mask_luhn_key(before: str, after: str, written: str) -> str:
    """The digit that follows the pseudonym of 8 characters, from both bodies and the key as written."""
    if not (_PS.fullmatch(before) and _PS.fullmatch(after)):
        return written
    return _same_fault(written, luhn9.calc_check_digits(before), luhn9.calc_check_digits(after), 0, 10)


def mask_accident(key: Key, text: str) -> str:
    """A work accident number of 9 characters, or the day of the accident, in 8 digits or `000` and 6: moved
    back.
    """
    if not text.strip("0"):
        return text
    if (
        len(text) == 8
        and isinstance(day := decode_aaaammjj(text.encode("latin-1")), dt.date)
        and day.year > 1
    ):
        return f"{day - dt.timedelta(weeks=1 + key.number('accident', text, _WEEKS)):%Y%m%d}".rjust(8, "0")
    if len(text) == 9 and text.startswith("000") and is_number(text):
        day = make_date(1900 + int(text[3:5]) + 100 * (int(text[3:5]) < 70), int(text[5:7]), int(text[7:]))
        if day is not None:
            moved = day - dt.timedelta(weeks=1 + key.number("accident", text, _WEEKS))
            return f"000{moved:%y%m%d}"
        return "000" + mask_text(key, text[3:])
    if len(text) != 9 or not re.fullmatch("[0-9A-I]{8}[0-9]", text):
        return mask_text(key, text)
    digits = [c for c in text[:8] if c.isdecimal()]
    label = "at" + re.sub("[0-9]", "9", text[:8])
    number = int("".join(digits) or "0")
    drawn = iter(f"{key.permute(label, number, 10 ** len(digits)):0{max(1, len(digits))}d}")
    body = "".join(next(drawn) if c.isdecimal() else c for c in text[:8])
    if not digits:
        # Letters are kept beside digits that change; alone, they would be the number itself.
        body = "".join(
            _AT_LETTERS[(_AT_LETTERS.index(c) + 1 + key.number("at-lettre", str(rank), 8)) % 9]
            for rank, c in enumerate(body)
        )
    right = at.calc_check_digits(text[:8]), at.calc_check_digits(body)
    return body + _same_fault(text[8], *right, 0, 10)


# --- everything else --------------------------------------------------------------------------------------


def mask_text(key: Key, text: str) -> str:
    """A name, an address, a number without a key: letter for letter, digit for digit; the rest stays.

    A number of digits only is permuted among those of as many digits, zeros on its left apart: two numbers
    never become one.
    """
    core = text.lstrip("0")
    if not core:
        return text
    if is_number(core):
        first = 10 ** (len(core) - 1)
        return text[: len(text) - len(core)] + str(
            first + key.permute(f"nombre{len(core)}", int(core) - first, 9 * first)
        )
    # Shorter fields hold the start of a name only: it gets the start of its pseudonym.
    drawn = key.stream("texte", text[:_SHORTEST_NAME], len(text))
    return "".join(map(_other, text, drawn))


def _other(character: str, byte: int) -> str:
    """Another character of the same class."""
    if "0" <= character <= "9":
        return str((int(character) + 1 + byte % 9) % 10)
    if "A" <= character <= "Z" or "a" <= character <= "z":
        letters = LETTERS.replace(character.upper(), "")
        found = letters[byte % len(letters)]
        return found if character <= "Z" else found.lower()
    if ord(character) >= 0x80:
        return _OTHER_LETTERS[character == _OTHER_LETTERS[0]]
    return character


_ERASED = {
    **dict.fromkeys(range(ord("0"), ord("9") + 1), "0"),
    **dict.fromkeys(range(ord("A"), ord("Z") + 1), "X"),
    **dict.fromkeys(range(ord("a"), ord("z") + 1), "x"),
    **dict.fromkeys(range(0x80, 0x100), "X"),
}


def erase(text: str) -> str:
    """Every letter an X, every digit a zero: for text that tells nobody knows what."""
    return text.translate(_ERASED)
