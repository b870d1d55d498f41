"""Text as the norms write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatfile import normalise_text


@pytest.mark.parametrize(
    ("text", "length", "written"),
    [
        ("Dupont", 25, "DUPONT"),
        ("Hélène", 25, "HELENE"),
        ("He\u0301le\u0300ne", 25, "HELENE"),  # accents as separate characters
        ("François Noël", 25, "FRANCOIS NOEL"),
        ("Œuvre cœur", 25, "OEUVRE COEUR"),
        ("Ægir Straße", 25, "AEGIR STRASSE"),
        ("L’Haÿ-les-Roses", 25, "L'HAY-LES-ROSES"),
        ("Ørsted ĂŞ", 25, "ORSTED AS"),
        ("12 € TTC", 25, "12   TTC"),
        ("a\tb\nc", 25, "A B C"),
        ("« où »", 25, "  OU  "),
        ("Łódź", 25, " ODZ"),
        ("日本", 25, "  "),
        ("Hélène", 3, "HEL"),
        ("cœur", 3, "COE"),
        ("Hélène", 0, ""),
        ("", 5, ""),
    ],
)
def test_normalise_text(text: str, length: int, written: str) -> None:
    assert normalise_text(text, length) == written


@given(st.text(), st.integers(0, 30))
def test_always_upper_case_ascii_that_fits(text: str, length: int) -> None:
    written = normalise_text(text, length)
    assert len(written) <= length
    assert all(" " <= character <= "~" for character in written)
    assert written == written.upper()
    assert normalise_text(written, length) == written
