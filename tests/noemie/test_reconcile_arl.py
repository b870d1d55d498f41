"""The two forms of an ARL, which are this toolkit's own."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatfile import FormatError
from noemie.returns.arl import Arl, read_arls, write_arls

NEGATIVE = Arl(
    positif=False,
    numero_lot="002",
    numero_ps="991068040",
    date_lot=dt.date(2026, 3, 2),
    date_arl=dt.date(2026, 3, 3),
    identification_fichier="000001",
    date_fichier=dt.date(2026, 3, 2),
    emetteur="CM 00000008052835",
    libelle="ARL négatif",
    motif="flux_illisible",
    regle="structure.ordre",
    numero_facture="000000012",
)
POSITIVE = Arl(positif=True, numero_lot="001", libelle="ARL positif")

TEXT = """\
# ARL, forme propre à cet outil : la forme réelle n'est pas publique.
format: sesam-noemie/arl
schema_version: 1

positif: oui
numero_lot: 001
libelle: ARL positif

positif: non
numero_lot: 002
numero_ps: 991068040
date_lot: 2026-03-02
date_arl: 2026-03-03
identification_fichier: 000001
date_fichier: 2026-03-02
emetteur: CM 00000008052835
libelle: ARL négatif
motif: flux_illisible
regle: structure.ordre
numero_facture: 000000012
"""

JSON = """\
{
  "format": "sesam-noemie/arl",
  "schema_version": 1,
  "arls": [
    {
      "positif": true,
      "numero_lot": "001",
      "libelle": "ARL positif"
    }
  ]
}
"""


def test_text_form() -> None:
    assert write_arls([POSITIVE, NEGATIVE], "text").decode() == TEXT


def test_json_form() -> None:
    assert write_arls([POSITIVE]).decode() == JSON


@pytest.mark.parametrize("form", ["json", "text"])
def test_without_any_arl(form: Literal["json", "text"]) -> None:
    assert read_arls(write_arls([], form)) == []


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n\n", "\n\n\n# note\n\n").encode(),
        TEXT.replace(": ", " :  ").replace("schema_version", " schema_version").encode(),
    ],
)
def test_text_form_as_people_write_it(data: bytes) -> None:
    assert read_arls(data) == [POSITIVE, NEGATIVE]


@pytest.mark.parametrize(
    ("data", "code", "offset"),
    [
        (b"", "fichier.vide", 0),
        (b" \n\n", "fichier.vide", 0),
        (b"000TP", "fichier.inconnu", 0),
        (b"positif: oui\nnumero_lot: 1\n", "fichier.inconnu", 0),
        (b"format: sesam-noemie/arl\nschema_version: 2\n", "fichier.inconnu", 0),
        (b"format: sesam-noemie/arl\nschema_version: 1\n\npositif: oui\n", "fichier.inconnu", 44),
        (
            b"format: sesam-noemie/arl\nschema_version: 1\n\npositif: oui\nnumero_lot: 1\nlot: 1\n",
            "fichier.inconnu",
            44,
        ),
        (
            b"format: sesam-noemie/arl\nschema_version: 1\n\npositif: peut-etre\nnumero_lot: 1\n",
            "fichier.inconnu",
            44,
        ),
        (
            b"format: sesam-noemie/arl\nschema_version: 1\n\npositif: oui\npositif: non\n",
            "fichier.inconnu",
            57,
        ),
        (b'{"format": "sesam-noemie/arl", "schema_version": 2, "arls": []}', "fichier.inconnu", 0),
        (b'{"format": "other", "schema_version": 1, "arls": []}', "fichier.inconnu", 0),
        (b'{"format": "sesam-noemie/arl", "schema_version": 1, "arls": [{}]}', "fichier.inconnu", 0),
        (
            b'{"format": "sesam-noemie/arl", "schema_version": 1,'
            b' "arls": [{"positif": 1, "numero_lot": "1"}]}',
            "fichier.inconnu",
            0,
        ),
        (b'{"format": \xff}', "fichier.inconnu", 0),
    ],
)
def test_anything_else_is_refused(data: bytes, code: str, offset: int) -> None:
    with pytest.raises(FormatError) as caught:
        read_arls(data)
    assert (caught.value.code, caught.value.offset) == (code, offset)
    assert caught.value.__cause__ is None


#: What a field of one line can hold: printable, without spaces around it.
WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=["C", "Z"]), max_size=12
)
DAYS = st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1))
ARLS = st.builds(
    Arl,
    positif=st.booleans(),
    numero_lot=WORDS.filter(bool),
    numero_ps=WORDS,
    date_lot=DAYS,
    date_arl=DAYS,
    identification_fichier=WORDS,
    date_fichier=DAYS,
    emetteur=WORDS,
    code=WORDS,
    libelle=WORDS,
    motif=WORDS,
    regle=WORDS,
    numero_facture=WORDS,
)


@pytest.mark.parametrize("form", ["json", "text"])
@given(arls=st.lists(ARLS, max_size=4))
def test_round_trip(form: Literal["json", "text"], arls: list[Arl]) -> None:
    assert read_arls(write_arls(arls, form)) == arls
