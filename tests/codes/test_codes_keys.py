"""Numbers with a key: five verbs each, the published examples, and the same answers as python-stdnum."""

from __future__ import annotations

import string
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import luhn as stdnum_luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import nir as stdnum_nir
from stdnum.fr import siret as stdnum_siret

from codes import keys
from codes.keys import (
    InvalidCheckDigits,
    InvalidFormat,
    InvalidLength,
    InvalidNumber,
    at,
    luhn9,
    nir,
    rpps,
    siret,
)

MODULES = [at, luhn9, nir, rpps, siret]
#: module -> characters before the key, length of the key
SIZES = {at: (8, 1), luhn9: (8, 1), nir: (13, 2), rpps: (10, 1), siret: (13, 1)}
every_number = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.split(".")[-1])


def test_public_names() -> None:
    assert keys.__all__ == [
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


@every_number
def test_the_five_verbs(module: ModuleType) -> None:
    for verb in ("compact", "calc_check_digits", "validate", "is_valid", "format"):
        assert callable(getattr(module, verb))
        assert getattr(module, verb).__doc__
    assert module.__doc__
    assert ">>>" in module.__doc__


# --- published examples -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "number", "key"),
    [
        (nir, "1800199999999", "40"),
        (nir, "180012A004001", "68"),
        (nir, "180012B033001", "01"),
        (luhn9, "99106804", "0"),
        (luhn9, "99078105", "6"),
        (luhn9, "29199110", "7"),
        (luhn9, "76031208", "2"),
        (luhn9, "99999999", "8"),
        (luhn9, "2A000268", "9"),
        (luhn9, "2A000216", "8"),
        (rpps, "1000000000", "9"),
        (at, "10123456", "5"),
        (siret, "7328293200007", "4"),
    ],
)
def test_published_keys(module: ModuleType, number: str, key: str) -> None:
    assert module.calc_check_digits(number) == key
    assert module.validate(number + key) == number + key
    assert module.is_valid(number + key)


@pytest.mark.parametrize(
    ("module", "number", "why"),
    [
        (nir, "180019999999941", InvalidCheckDigits),
        (nir, "18001999999994", InvalidLength),
        (nir, "1800199999999", InvalidLength),
        (nir, "1800199999999400", InvalidLength),
        (nir, "", InvalidLength),
        (nir, "1800199999999AB", InvalidCheckDigits),
        (nir, "180012C00400168", InvalidFormat),
        (nir, "1800A1999999940", InvalidFormat),
        (nir, "18001²999999940", InvalidFormat),
        (nir, "１８００１９９９９９９９９４０", InvalidFormat),
        (luhn9, "991068041", InvalidCheckDigits),
        (luhn9, "99106804", InvalidLength),
        (luhn9, "9910680400", InvalidLength),
        (luhn9, "2C0002689", InvalidFormat),
        (luhn9, "99106804A", InvalidFormat),
        (luhn9, "９９１０６８０４０", InvalidFormat),
        (rpps, "10000000008", InvalidCheckDigits),
        (rpps, "1000000000", InvalidLength),
        (rpps, "1000000000A", InvalidFormat),
        (rpps, "A0000000009", InvalidFormat),
        (siret, "73282932000075", InvalidCheckDigits),
        (siret, "7328293200007", InvalidLength),
        (siret, "7328293200007X", InvalidFormat),
        (siret, "７３２８２９３２００００７４", InvalidFormat),
        (at, "101234566", InvalidCheckDigits),
        (at, "10123456", InvalidLength),
        (at, "1J1234565", InvalidFormat),
        (at, "000²00131", InvalidFormat),
        (at, "0002001311", InvalidLength),
    ],
)
def test_wrong_numbers(module: ModuleType, number: str, why: type[InvalidNumber]) -> None:
    """What is wrong is told; the number is not."""
    with pytest.raises(why) as caught:
        module.validate(number)
    assert type(caught.value) is why
    assert str(caught.value) == why.message
    assert caught.value.args == ()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert not module.is_valid(number)


@every_number
@pytest.mark.parametrize("size", [0, 1, 7, 16])
def test_a_key_is_that_of_a_whole_number(module: ModuleType, size: int) -> None:
    with pytest.raises(InvalidLength):
        module.calc_check_digits("1" * size)
    with pytest.raises(InvalidFormat):
        module.calc_check_digits("X" * SIZES[module][0])


def test_errors() -> None:
    for error in (InvalidFormat, InvalidLength, InvalidCheckDigits):
        assert issubclass(error, InvalidNumber)
        assert issubclass(error, ValueError)
    assert (
        len({error.message for error in (InvalidNumber, InvalidFormat, InvalidLength, InvalidCheckDigits)})
        == 4
    )


# --- special numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "provisional"),
    [
        ("1800199999999", False),
        ("2800199999999", False),
        ("3800199999999", False),
        ("5800199999999", True),
        ("6800199999999", True),
        ("7800199999999", True),
        ("8 80 01 99 999 999", True),
        ("", False),
    ],
)
def test_provisional_numbers_follow_the_same_rule(number: str, provisional: bool) -> None:
    assert nir.is_provisional(number) is provisional
    if number:
        assert nir.is_valid(number + nir.calc_check_digits(number))


@pytest.mark.parametrize(
    "number",
    [
        "1803399999999",  # a month that no calendar has
        "2559999999999",
        "1000000000001",
        "1555555101001",  # anonymous: A555555CCCzzz
        "7555555123456",
    ],
)
def test_only_the_form_and_the_key_are_checked(number: str) -> None:
    assert nir.has_form(number)
    assert nir.is_valid(number + nir.calc_check_digits(number))


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("1800199999999", True),
        ("180012A004001", True),
        ("180012a004001", False),
        ("180012C004001", False),
        ("18001990A4001", False),
        ("180019999999", False),
        ("1800199999999\n", False),
        ("18001999999²9", False),
        ("             ", False),
    ],
)
def test_the_form_of_a_nir(number: str, form: bool) -> None:
    assert nir.has_form(number) is form


@given(st.text("0123456789", min_size=11, max_size=11), st.sampled_from(["2A", "2B"]))
def test_corsica(digits: str, department: str) -> None:
    """2A reads as 19 and 2B as 18; or a zero for the letter, less one or two millions: the same."""
    number = digits[:5] + department + digits[5:]
    read = int(digits[:5] + {"2A": "19", "2B": "18"}[department] + digits[5:])
    assert nir.calc_check_digits(number) == f"{97 - read % 97:02d}"
    other = int(digits[:5] + "20" + digits[5:]) - {"2A": 1_000_000, "2B": 2_000_000}[department]
    assert nir.calc_check_digits(number) == f"{97 - other % 97:02d}"


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("000200131", True),  # accident of 31 January 2020
        ("000000000", True),  # no accident
        ("000999999", True),  # what no source forbids
        ("001200131", False),
        ("A01234565", True),
        ("A01234566", False),
    ],
)
def test_accidents(number: str, valid: bool) -> None:
    assert at.is_valid(number) is valid


def test_letters_count_for_their_rank() -> None:
    for rank, letter in enumerate("ABCDEFGHI", start=1):
        assert at.calc_check_digits(f"{letter}0123456") == at.calc_check_digits(f"{rank}0123456")
    assert luhn9.calc_check_digits("2A000268") == luhn9.calc_check_digits("21000268")
    assert luhn9.calc_check_digits("2B000268") == luhn9.calc_check_digits("22000268")


def test_the_post_office_has_a_rule_of_its_own() -> None:
    """The sum of the digits is a multiple of five, says python-stdnum; the Luhn key is not the right one."""
    assert siret.is_valid("35600000049837")
    assert siret.calc_check_digits("3560000004983") != "7"
    assert not siret.is_valid("35600000049838")


# --- writing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "number", "compact", "printed"),
    [
        (nir, "180019999999940", "180019999999940", "1 80 01 99 999 999 40"),
        (nir, "1 80 01 2a 004 001 68", "180012A00400168", "1 80 01 2A 004 001 68"),
        (nir, "1800199999999", "1800199999999", "1 80 01 99 999 999"),
        (nir, "", "", ""),
        (luhn9, "99 1 06804 0", "991068040", "99 1 06804 0"),
        (luhn9, "2a0002689", "2A0002689", "2A 0 00268 9"),
        (luhn9, "99106804", "99106804", "99 1 06804"),
        (rpps, "1000000000-9", "10000000009", "1000000000 9"),
        (siret, "732 829 320 00074", "73282932000074", "732 829 320 00074"),
        (siret, "732.829.320", "732829320", "732 829 320"),
        (at, "10123456-5", "101234565", "101234565"),
    ],
)
def test_writing(module: ModuleType, number: str, compact: str, printed: str) -> None:
    assert module.compact(number) == compact
    assert module.format(number) == printed
    assert module.compact(module.format(number)) == compact


# --- properties ---------------------------------------------------------------------------------------


@every_number
@given(data=st.data())
def test_one_wrong_digit_is_always_seen(module: ModuleType, data: st.DataObject) -> None:
    size, _ = SIZES[module]
    body = data.draw(st.text(string.digits, min_size=size, max_size=size))
    if module is at:
        assume(not body.startswith("000"))
    number = body + module.calc_check_digits(body)
    assert module.is_valid(number)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from(string.digits).filter(lambda digit: digit != number[place]))
    changed = number[:place] + other + number[place + 1 :]
    if module is siret:
        assume(not changed.startswith("356000000"))
    if module is at:
        assume(not changed.startswith("000"))
    assert not module.is_valid(changed)


@every_number
@settings(max_examples=4 * settings().max_examples)
@given(text=st.text(max_size=20) | st.text("0123456789AB .-", max_size=20))
def test_no_text_makes_it_fail_otherwise(module: ModuleType, text: str) -> None:
    valid = module.is_valid(text)
    try:
        assert module.validate(text) == module.compact(text)
        assert valid
    except InvalidNumber:
        assert not valid
    assert module.compact(module.format(text)) == module.compact(text)


@given(
    st.text(string.digits, min_size=15, max_size=15) | st.from_regex("[0-9]{5}2[AB][0-9]{8}", fullmatch=True)
)
def test_nir_agrees_with_stdnum(number: str) -> None:
    assume(number.isascii())
    assert nir.calc_check_digits(number[:13]) == stdnum_nir.calc_check_digits(number[:13])
    assert nir.is_valid(number[:13] + nir.calc_check_digits(number[:13]))
    # stdnum also refuses what is no sex; where it accepts, so do we
    assert nir.is_valid(number) or not stdnum_nir.is_valid(number)


@given(st.text(string.digits, min_size=8, max_size=13))
def test_luhn_agrees_with_stdnum(body: str) -> None:
    for module, (size, _) in SIZES.items():
        if module is not nir and len(body) >= size:
            assert module.calc_check_digits(body[:size]) == stdnum_luhn.calc_check_digit(body[:size])


@given(st.text(string.digits, min_size=14, max_size=14) | st.from_regex("356000000[0-9]{5}", fullmatch=True))
def test_siret_agrees_with_stdnum(number: str) -> None:
    """Whatever it accepts is accepted here, and nothing else but a right key of the whole."""
    assume(number.isascii())
    accepted = stdnum_siret.is_valid(number)
    try:
        whole = bool(stdnum_luhn.validate(number))
    except ValidationError:
        whole = False
    assert siret.is_valid(number) == (accepted or whole)
