"""Pseudonyms of values: same shape, right keys, one to one, never the value itself."""

import hmac
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codes.keys import at, luhn9, nir, rpps, siret
from noemie.documents.mask.copies import Key, MaskKeyError
from noemie.documents.mask.numbers import (
    LETTERS,
    erase,
    mask_accident,
    mask_birth,
    mask_luhn_key,
    mask_nir,
    mask_nir_key,
    mask_professional,
    mask_professional_body,
    mask_text,
)

KEY = Key("une cle de test, rien de secret")
OTHER = Key("une autre cle de test, non plus")


def random_bytes(count):
    """The same bytes in every run."""
    return random.Random(7).randbytes(count)


nirs = st.from_regex(r"[12345678][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}", fullmatch=True)
digits = st.from_regex(r"[0-9]{1,17}", fullmatch=True)
texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=30)


# --- the key ------------------------------------------------------------------------------------------------


def test_digest_is_hmac_sha256():
    for secret in (b"fr7Kq2-pLx09vTzw", b"fr7Kq2-pLx09vTzw+" * 3 + b"fr7Kq2-pLx09v", random_bytes(200)):
        assert Key(secret).digest("a", "b") == hmac.digest(secret, b"a\0b", "sha256")


@pytest.mark.parametrize("secret", [b"", b"court", b"  \n" * 20, "quinze octets.."])
def test_a_short_key_is_refused_and_not_quoted(secret):
    with pytest.raises(MaskKeyError) as caught:
        Key(secret)
    assert str(caught.value) == "a key has at least 16 bytes"


GUESSED = b"""
    kkkkkkkkkkkkkkkk abababababababab 0123456789abcdef 1234567890123456
    9876543210987654 motdepassemotdepasse motdepasse123456 azertyuiopqsdfgh
    QWERTYUIOPASDFGH changemechangeme Password12345678 aaaaaaaabbbbbbbb
    secret-secret-secret abcdefghijklmnop noemie-mask-key1 0000000000000001
    00112233445566778899
"""


@pytest.mark.parametrize(
    "secret",
    [b"\0" * 32, bytes(range(16)), b"une cle secrete!", b"my secret mask key", *GUESSED.split()],
)
def test_a_key_that_anybody_may_guess_is_refused(secret):
    with pytest.raises(MaskKeyError) as caught:
        Key(secret)
    assert secret.decode("latin-1") not in str(caught.value)


@pytest.mark.parametrize(
    "secret",
    [
        "une cle de test, rien de secret",
        "thirty-two bytes drawn at random",
        "correct horse battery staple",
        "Le chat de Paul dort a midi",
        "8305719264061847",
        "fr7Kq2-pLx09vTzw",
        "d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_a_key_of_reasonable_strength_is_taken(secret):
    assert Key(secret) == Key(secret.encode())


def test_keys_drawn_at_random_are_taken():
    stream = random.Random(7)
    for _ in range(2000):
        drawn = stream.randbytes(32)
        assert Key(b"+" + drawn + b"+")
        assert Key(drawn.hex())
        assert Key(drawn.hex()[:16])
        assert Key.random()


def test_a_variable_that_is_set_and_empty_is_no_wish_for_a_random_key(monkeypatch):
    monkeypatch.setenv("NOEMIE_MASK_KEY", "")
    with pytest.raises(MaskKeyError):
        Key.from_environment()


def test_a_key_shows_nothing_of_itself():
    assert "secret" not in repr(KEY)
    assert KEY.fingerprint != OTHER.fingerprint
    assert len(KEY.fingerprint) == 8


def test_where_a_key_comes_from(tmp_path, monkeypatch):
    path = tmp_path / "cle"
    path.write_text("fr7Kq2-pLx09vTzw\r\n")
    assert Key.from_file(path) == Key(b"fr7Kq2-pLx09vTzw")
    monkeypatch.setenv("NOEMIE_MASK_KEY", "fr7Kq2-pLx09vTzw")
    assert Key.from_environment() == Key.from_file(path)
    monkeypatch.delenv("NOEMIE_MASK_KEY")
    assert Key.from_environment() is None
    drawn = Key.random()
    assert drawn != Key.random()
    with pytest.raises(MaskKeyError):
        Key.from_file(tmp_path / "absent")
    path.write_bytes(b"x" * 5000)
    with pytest.raises(MaskKeyError, match="at most"):
        Key.from_file(path)


@pytest.mark.parametrize("size", [2, 3, 4, 9, 10, 90, 97, 1000])
def test_a_permutation_takes_each_place_once_and_moves_everything(size):
    images = [KEY.permute("essai", number, size) for number in range(size)]
    assert sorted(images) == list(range(size))
    assert all(image != number for number, image in enumerate(images))


def test_permutations_depend_on_the_key_and_on_the_label():
    size = 1000
    told = {tuple(key.permute(label, n, size) for n in range(20)) for key in (KEY, OTHER) for label in "ab"}
    assert len(told) == 4


# --- NIR ----------------------------------------------------------------------------------------------------


@given(nirs)
def test_nir_keeps_its_shape_and_its_key_is_right(number):
    masked = mask_nir(KEY, number)
    assert masked != number
    assert nir.has_form(masked)
    assert masked[0] == number[0]
    assert [c.isdigit() for c in masked] == [c.isdigit() for c in number]
    key = nir.calc_check_digits(number)
    assert nir.is_valid(masked + mask_nir_key(number, masked, key))


@given(nirs, st.integers(1, 96))
def test_a_wrong_key_stays_wrong(number, gap):
    masked = mask_nir(KEY, number)
    wrong = f"{(int(nir.calc_check_digits(number)) - 1 + gap) % 97 + 1:02d}"
    assert not nir.is_valid(masked + mask_nir_key(number, masked, wrong))


@pytest.mark.parametrize("written", ["00", "  ", "98", "AB", ""])
def test_a_key_that_is_no_key_is_left_alone(written):
    assert mask_nir_key("1800199999999", mask_nir(KEY, "1800199999999"), written) == written


def test_no_two_persons_get_the_same_pseudonym():
    for stem in ("180012A", "1800175", "18001ZZ", "1992099", "1555555"):
        numbers = [f"{stem.replace('ZZ', '97')}{rank:06d}" for rank in range(0, 999_999, 977)]
        assert len({mask_nir(KEY, number) for number in numbers}) == len(numbers)
    months = [f"1{year:02d}{month:02d}75123456" for year in range(100) for month in range(1, 13)]
    assert len({mask_nir(KEY, number) for number in months}) == len(months)


@pytest.mark.parametrize("number", ["180012A004001", "180012B033001"])
def test_corsica_stays_in_corsica(number):
    assert mask_nir(KEY, number)[5:7] in ("2A", "2B")


def test_months_that_no_calendar_has_become_others_of_their_kind():
    # With the class of the department, they would be four digits that stay in their places.
    made = mask_nir(KEY, "1802099123456")
    assert made[3:5] in {f"{month}" for month in range(21, 43)} - {"30", "40"}
    assert made[5:7] == "99"
    assert mask_nir(KEY, "1804275123456")[3:5] in {f"{month}" for month in range(20, 42)} - {"22", "32"}


def test_what_is_no_nir_is_masked_as_text():
    assert mask_nir(KEY, "PAS UN NIR 12") == mask_text(KEY, "PAS UN NIR 12")


# --- births -------------------------------------------------------------------------------------------------

HOUSEHOLD = mask_nir(KEY, "1800199999999")


@given(st.dates())
def test_a_birth_moves_back_by_one_to_three_years_whatever_the_order(day):
    moved = mask_birth(KEY, HOUSEHOLD, f"{day:%y%m%d}", "AAMMJJ")
    assert re.fullmatch("[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])", moved)
    back = (day.year % 100 * 12 + day.month - int(moved[:2]) * 12 - int(moved[2:4])) % 1200
    assert 13 <= back <= 36
    other = mask_birth(KEY, HOUSEHOLD, f"{day:%d%m%y}", "JJMMAA")
    assert other == moved[4:] + moved[2:4] + moved[:2]
    long = mask_birth(KEY, HOUSEHOLD, f"{day.year:04d}{day:%m%d}", "AAAAMMJJ")
    assert long[2:] == moved
    if day.year >= 101:
        assert 0 < day.year * 12 + day.month - int(long[:4]) * 12 - int(long[4:6]) <= 36


def test_the_month_of_the_insured_person_goes_with_the_nir():
    number = "1850675123456"
    masked = mask_nir(KEY, number)
    assert mask_birth(KEY, masked, "850615", "AAMMJJ")[:4] == masked[1:5]


def test_twins_stay_twins_and_two_households_move_apart():
    assert mask_birth(KEY, HOUSEHOLD, "110203", "AAMMJJ") == mask_birth(KEY, HOUSEHOLD, "110203", "AAMMJJ")
    moved = {mask_birth(KEY, mask_nir(KEY, f"18001750{rank:05d}"), "110203", "AAMMJJ") for rank in range(40)}
    assert len(moved) > 30


@pytest.mark.parametrize("text", ["000000", "      "])
def test_no_date_is_left_alone(text):
    assert mask_birth(KEY, HOUSEHOLD, text, "AAMMJJ") == text


@pytest.mark.parametrize("text", ["80A115", "8001", "8001¹5"])
def test_what_is_no_date_is_masked_as_text(text):
    assert mask_birth(KEY, HOUSEHOLD, text, "AAMMJJ") == mask_text(KEY, text) != text


def test_a_day_that_does_not_exist_stays_so():
    moved = mask_birth(KEY, HOUSEHOLD, "801332", "AAMMJJ")
    assert moved[:2] in ("77", "78", "79")
    assert int(moved[2:4]) > 12
    assert int(moved[4:]) > 31
    # Where bytes have moved, it may be half of a birth: 15 01 85 after a byte too many.
    for text in ("801332", "015018", "998877"):
        made = mask_birth(KEY, HOUSEHOLD, text, "JJMMAA")
        assert made[3] != text[3], made
    assert mask_birth(KEY, HOUSEHOLD, "19801332", "AAAAMMJJ")[2:] == moved
    assert mask_birth(KEY, HOUSEHOLD, "800100", "AAMMJJ").endswith("00")


# --- professionals ------------------------------------------------------------------------------------------


@given(st.from_regex(r"(?:[0-9]{2}|2[AB])[0-9]{6}", fullmatch=True))
def test_professionals_keep_category_and_right_key(body):
    masked = mask_professional_body(KEY, body)
    assert masked != body
    assert masked[2] == body[2]
    key = luhn9.calc_check_digits(body)
    assert luhn9.is_valid(masked + mask_luhn_key(body, masked, key))
    wrong = str((int(key) + 3) % 10)
    assert not luhn9.is_valid(masked + mask_luhn_key(body, masked, wrong))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("991068040", luhn9.is_valid),
        ("2A0002689", luhn9.is_valid),
        ("10000000009"[:11], lambda text: len(text) == 11),
        ("73282932000074", siret.is_valid),
    ],
)
def test_numbers_are_told_by_their_length_and_key(text, valid):
    masked = mask_professional(KEY, text)
    assert valid(masked)
    assert masked != text
    assert len(masked) == len(text)


def test_rpps():
    number = "8000000000" + rpps.calc_check_digits("8000000000")
    masked = mask_professional(KEY, number)
    assert rpps.is_valid(masked)
    assert masked[0] == "8"


def test_filling_zeros_do_not_make_another_professional():
    masked = mask_professional(KEY, "991068040")
    assert mask_professional(KEY, "00000991068040") == "00000" + masked
    assert mask_professional(KEY, "000000991068040") == "000000" + masked
    # A department below 10 loses its zero in some files.
    assert mask_professional(KEY, "010001236") == mask_professional(KEY, "10001236")


def test_no_number_is_left_alone():
    assert mask_professional(KEY, "000000000") == "000000000"
    assert mask_professional(KEY, "") == ""


# --- accidents ----------------------------------------------------------------------------------------------


def test_the_day_of_an_accident_moves_back():
    assert at.is_valid(mask_accident(KEY, "000200131"))
    assert mask_accident(KEY, "000200131")[:3] == "000"
    assert mask_accident(KEY, "000200131") < "000200131"
    assert mask_accident(KEY, "000000000") == "000000000"


@given(st.from_regex(r"[1-9][0-9A-I]{7}", fullmatch=True))
def test_accident_numbers_keep_their_key(body):
    number = body + at.calc_check_digits(body)
    masked = mask_accident(KEY, number)
    assert at.is_valid(masked)
    assert [c.isdigit() for c in masked] == [c.isdigit() for c in number]


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("odd", "¹²³¼ªÿ \0.-")
def test_no_character_is_taken_for_a_digit(place, odd):
    for text in ("000250314", "991068040", "800000000", "123456789"):
        written = text[:place] + odd + text[place + 1 :]
        for mask in (mask_accident, mask_professional, mask_text):
            assert len(mask(KEY, written)) == 9


def test_the_start_of_a_name_has_the_start_of_its_pseudonym():
    whole = mask_text(KEY, "BARTHELEMY-FICTIF")
    assert mask_text(KEY, "BARTHELE") == whole[:8]
    assert mask_text(KEY, "BARTHELEMY") == whole[:10]
    assert mask_text(KEY, "BARTHOLD") != whole[:8]


# --- texts --------------------------------------------------------------------------------------------------


@given(texts)
def test_text_keeps_its_shape(text):
    masked = mask_text(KEY, text)
    assert len(masked) == len(text)
    for before, after in zip(text, masked, strict=True):
        if before.isascii() and before.isalpha():
            assert after.upper() in LETTERS
            assert after.isupper() == before.isupper()
        elif before.isascii() and before.isdigit():
            assert after.isdigit()
        elif before.isascii():
            assert after == before
    assert masked == text or any(c.isalnum() or ord(c) > 0x7F for c in text)


@given(texts)
def test_nothing_that_says_something_is_left(text):
    masked = mask_text(KEY, text)
    if any(c.isascii() and c.isalnum() for c in text.lstrip("0")):
        assert masked != text


@given(digits)
def test_numbers_keep_their_zeros_and_their_length(text):
    masked = mask_text(KEY, text)
    assert len(masked) == len(text)
    assert len(masked.lstrip("0")) == len(text.lstrip("0"))
    assert masked != text or not text.strip("0")


def test_two_numbers_never_become_one():
    assert len({mask_text(KEY, f"{number:06d}") for number in range(3000)}) == 3000


def test_no_vowel_comes_out_so_that_no_name_does():
    assert not set("AEIOUY") & set(LETTERS)


def test_erase():
    assert erase("Né le 01/02, ASSURE Zoé") == "XX xx 00/00, XXXXXX XxX"
