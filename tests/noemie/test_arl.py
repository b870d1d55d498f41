"""ARLs in both forms: the same bytes each time, read back, and where a file in neither form is at fault."""

from __future__ import annotations

import datetime as dt

import pytest

from flatfile import FormatError
from noemie.returns.arl import Arl, read_arls, write_arls

DAY = dt.date(2026, 1, 16)
ARLS = [
    Arl(positif=True, numero_lot="001", numero_ps="991068040", date_lot=DAY, date_arl=DAY),
    Arl(positif=False, numero_lot="002", libelle="LOT  REFUSE\nEN ENTIER", numero_facture="000000004"),
]
TEXT = """\
# ARL, forme propre à cet outil : la forme réelle n'est pas publique.
format: sesam-noemie/arl
schema_version: 1

positif: oui
numero_lot: 001
numero_ps: 991068040
date_lot: 2026-01-16
date_arl: 2026-01-16

positif: non
numero_lot: 002
libelle: LOT REFUSE EN ENTIER
numero_facture: 000000004
"""


def test_the_text() -> None:
    assert write_arls(ARLS, "text").decode() == TEXT
    first, second = read_arls(TEXT.encode())
    assert first == ARLS[0]
    assert second.libelle == "LOT REFUSE EN ENTIER"


def test_the_json() -> None:
    data = write_arls(ARLS)
    assert data.startswith(b'{\n  "format": "sesam-noemie/arl",\n  "schema_version": 1,\n')
    assert read_arls(data) == read_arls(b"\xef\xbb\xbf \n" + data) == ARLS
    assert read_arls(write_arls([])) == read_arls(write_arls([], "text")) == []


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("schema_version: 1", "schema_version: 2", "# ARL"),
        ("format: sesam-noemie/arl\n", "", "# ARL"),
        ("positif: oui", "positif: peut-être", "positif: peut"),
        ("numero_lot: 002", "numero_lot: 002\nnumero_lot: 003", "numero_lot: 003"),
        ("numero_lot: 002", "numero_lot 002", "numero_lot 002"),
        ("date_lot: 2026-01-16", "date_lot: 16/01/2026", "positif: oui"),
        ("positif: non", "refus: 2", "refus: 2"),
        ("numero_ps:", "professionnel:", "positif: oui"),
    ],
)
def test_where_a_text_is_at_fault(mark: bytes, old: str, new: str, at: str) -> None:
    """The line that is in neither form, or the first one of its ARL."""
    text = TEXT.replace(old, new, 1)
    with pytest.raises(FormatError) as raised:
        read_arls(mark + text.encode())
    place = len(mark) + len(text[: text.index(at)].encode()) if at != "# ARL" else len(mark)
    assert (raised.value.code, raised.value.offset) == ("fichier.inconnu", place)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "fichier.vide"),
        (b"\xef\xbb\xbf \n", "fichier.vide"),
        (b"# a remark\n", "fichier.inconnu"),
        (b"{", "fichier.inconnu"),
        (b'{"format": "sesam-noemie/arl", "schema_version": 2, "arls": []}', "fichier.inconnu"),
        (b'{"format": "sesam-noemie/arl", "schema_version": 1, "arls": [], "arls": []}', "fichier.inconnu"),
    ],
)
def test_what_is_no_arl(data: bytes, code: str) -> None:
    with pytest.raises(FormatError) as raised:
        read_arls(data)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("arl", "text"),
    [
        (ARLS[0], "<Arl positif lot 001 2026-01-16>"),
        (Arl(positif=False, numero_lot=""), "<Arl négatif lot ? >"),
    ],
)
def test_how_an_arl_is_shown(arl: Arl, text: str) -> None:
    assert repr(arl) == text
