"""Facts as CSV: what is written is read again; what is wrong is told where it is, and never quoted."""

from __future__ import annotations

import datetime as dt
import gzip
import io
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rights_samples import CLE, FACT, NIR, as_csv, day, fact

from codes.rules import catalogue
from flatfile import Finding, FormatError
from fse.rights import COLONNES, Droit, looks_like_rights, read_csv, write_csv

HEADER = "nir,cle_nir,date_naissance"
ROW = f"{NIR},{CLE},1980-01-01"


@dataclass
class Read:
    """What a file gives: facts, and for each thing wrong its rule, row, column and what is expected."""

    facts: list[Droit] = field(default_factory=list)
    wrong: list[tuple[str, int, str, str]] = field(default_factory=list)


def read(text: str | bytes) -> Read:
    found = Read()

    def tell(one: Finding) -> None:
        found.wrong.append((one.rule.removeprefix("droits.csv-"), one.record, one.field, one.expected))

    data = text.encode() if isinstance(text, str) else text
    found.facts.extend(read_csv(data, tell))
    return found


# --- round trip -----------------------------------------------------------------------------------------

_days = st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
_words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20).map(
    lambda text: " ".join(text.split()).lstrip("'")
)


@st.composite
def facts(draw: st.DrawFn) -> Droit:
    changes: dict[str, object] = {name: draw(_words) for name in ("nom", "prenom", "source")}
    for name in ("ouvert", "c2s", "couverture", "attestation"):
        days = sorted(filter(None, (draw(_days), draw(_days))))
        changes |= {f"{name}_du": days[0] if days else None, f"{name}_au": days[1] if len(days) > 1 else None}
    changes["c2s"], changes["smg"] = draw(st.booleans()), draw(st.booleans())
    changes["medecin_traitant"] = draw(st.none() | st.booleans())
    return fact(**changes)


@settings(max_examples=60, deadline=None)
@given(st.lists(facts(), max_size=4))
def test_what_is_written_is_read_again(written: list[Droit]) -> None:
    file = io.BytesIO()
    assert write_csv(written, file) == len(written)
    assert list(read_csv(file.getvalue())) == written


def test_every_column_is_written() -> None:
    assert as_csv().decode() == ",".join(COLONNES) + "\r\n"
    assert as_csv(FACT).decode().splitlines()[1].startswith(f"{NIR},{CLE},,19800101,1,,MARQUEUR,ZEBULON,")


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-MARIE", "@x", "＝1"])
def test_no_cell_is_a_formula(name: str) -> None:
    data = as_csv(fact(nom=name))
    assert f",'{name},".encode() in data
    assert read(data).facts == [fact(nom=name)]


# --- forms that are taken ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}",
        f"{HEADER}\r\n{ROW}\r\n\r\n",
        f"\ufeff{HEADER}\n{ROW}\n",
        f"{HEADER};\n".replace(",", ";") + f"{ROW};\n".replace(",", ";"),
        f"date_naissance,NIR\n01/01/1980,{NIR}{CLE}\n",
        f'"date_naissance","nir","cle_nir"\n"19800101","{NIR[:1]} {NIR[1:]}","{CLE}"\n',
        f"{HEADER}\n{NIR},{CLE},198001010000\n,,\n",
    ],
)
def test_forms_of_the_same_fact(text: str) -> None:
    found = read(text)
    assert found.wrong == []
    assert [(one.nir, one.cle_nir, one.personne.naissance) for one in found.facts] == [(NIR, CLE, "800101")]


def test_compressed_and_latin_1() -> None:
    text = f"{HEADER},nom\n{ROW},Zébulon\n"
    for data in (gzip.compress(text.encode(), mtime=0), text.encode("latin-1")):
        assert read(data).facts[0].nom == "Zébulon"


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("c2s", "O", True),
        ("smg", "non", False),
        ("medecin_traitant", "1", True),
        ("ouvert_du", "31/12/2025", day("2025-12-31")),
        ("ouvert_au", "2025-12-31", day("2025-12-31")),
        ("exoneration", "c", "C"),
        ("source", "  appel   du 3 ", "appel du 3"),
        ("nom", "ZE\x1aBULON\x07", "ZE BULON"),
    ],
)
def test_cells(column: str, cell: str, expected: object) -> None:
    found = read(f"{HEADER},{column}\n{ROW},{cell}\n")
    assert found.wrong == []
    assert getattr(found.facts[0], column) == expected


@pytest.mark.parametrize(
    ("columns", "cells", "name", "implied"),
    [
        ("service_amo", "02", "c2s", True),
        ("service_amo", "10", "c2s", False),
        ("service_amo", "11", "c2s", None),
        ("c2s_au", "2025-12-31", "c2s", True),
        ("attestation_du", "2025-12-31", "smg", True),
        ("c2s,c2s_au", "N,2025-12-31", "c2s", False),
    ],
)
def test_what_cells_say_together(columns: str, cells: str, name: str, implied: bool | None) -> None:
    assert getattr(read(f"{HEADER},{columns}\n{ROW},{cells}\n").facts[0], name) is implied


# --- what is wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("ouvert_du", "2025-02-30", "AAAA-MM-JJ"),
        ("constate_le", "hier", "AAAA-MM-JJ"),
        ("c2s", "peut-être", "O, N"),
        ("regime", "123", "99"),
        ("caisse", "4A", "XXX"),
        ("centre", "00000", "XXXX"),
        ("exoneration", "44", "X"),
        ("rang_naissance", "A", "9"),
        ("nir_individuel", "18001", "NIR: 13"),
    ],
)
def test_a_wrong_cell_leaves_its_row_out(column: str, cell: str, expected: str) -> None:
    found = read(f"{HEADER},{column}\n{ROW},{cell}\n{ROW},\n")
    assert found.wrong == [("valeur", 2, column, expected)]
    assert len(found.facts) == 1


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (f"18,{CLE},1980-01-01", ("nir", "NIR: 13, 15")),
        (f"{NIR},41,1980-01-01", ("cle_nir", "97 - NIR mod 97")),
        (f"{NIR}41,,1980-01-01", ("cle_nir", "97 - NIR mod 97")),
        (f"{NIR},{CLE},né en 80", ("date_naissance", "AAAAMMJJ")),
        (f"{NIR},{CLE},", ("date_naissance", "AAAAMMJJ")),
        (f",{CLE},1980-01-01", ("nir", "NIR: 13, 15")),
        (f"{NIR},{CLE}", ("", "3 × ,")),
        (f"{ROW},1", ("", "3 × ,")),
        (f'{NIR},"{CLE},1980-01-01', ("", "RFC 4180")),
        ("\x00\x01\x02", ("", "3 × ,")),
    ],
)
def test_a_wrong_row(row: str, wrong: tuple[str, str]) -> None:
    found = read(f"{HEADER}\n{row}\n{ROW}\n")
    assert found.wrong == [("valeur", 2, *wrong)]
    assert len(found.facts) == 1


def test_a_period_that_ends_before_it_begins() -> None:
    found = read(f"{HEADER},ouvert_du,ouvert_au\n{ROW},2025-12-31,2025-12-30\n")
    assert found.wrong == [("valeur", 2, "ouvert_au", ">= ouvert_du")]


def test_an_unknown_column_is_told_once() -> None:
    found = read(f"{HEADER},telephone\n{ROW},0102030405\n")
    assert found.wrong == [("colonne", 1, "", "4")]
    assert len(found.facts) == 1


def test_where_a_row_is_in_bytes() -> None:
    data = f"\ufeff{HEADER}\n{ROW}\n18,,\n".encode()
    told: list[Finding] = []
    list(read_csv(data, told.append))
    assert data[told[0].offset :][: told[0].length] == b"18,,\n"


def test_without_anybody_to_tell_the_first_wrong_row_stops() -> None:
    with pytest.raises(FormatError) as raised:
        list(read_csv(f"{HEADER}\n18,,1980-01-01\n".encode()))
    assert (raised.value.code, raised.value.offset) == ("droits.csv-valeur", len(HEADER) + 1)
    assert "18,,1980" not in str(raised.value)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "fichier.vide"),
        (b"nom;prenom\nMARQUEUR;QUETZAL\n", "droits.csv-entete"),
        (b"nir,nir,date_naissance\n", "droits.csv-entete"),
        pytest.param(b"000TE" * 200, "droits.csv-entete", id="flow"),
        pytest.param(bytes(range(256)) * 4000, "droits.csv-entete", id="noise"),
        (b'"nir,date_naissance\n', "droits.csv-entete"),
    ],
)
def test_files_that_are_no_table_of_rights(data: bytes, code: str) -> None:
    with pytest.raises(FormatError) as raised:
        list(read_csv(data, lambda finding: None))
    assert raised.value.code == code


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    data = f"{HEADER}\n".encode() + b"x" * (3 << 20) + f"\n{ROW}\n".encode()
    found = read(data)
    assert len(found.facts) == 1
    assert 1 < len(found.wrong) < 100


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_a_header(noise: bytes) -> None:
    found = read(f"{HEADER}\n".encode() + noise + f"\n{ROW}\n".encode())
    assert found.facts
    assert all(wrong[0] == "valeur" for wrong in found.wrong)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    data = f"{HEADER},nom\r\n".encode() + b"".join(f"{ROW},Zébulon {n}\r\n".encode() for n in range(40))
    whole = read(data).facts
    for size in (1, 2, 7, 63):
        monkeypatch.setattr("fse.rights.table._CHUNK", size)
        assert read(data).facts == whole


def test_it_is_recognised_by_its_header() -> None:
    assert looks_like_rights(as_csv(FACT))
    assert looks_like_rights(b'\xef\xbb\xbf"NIR" ; "Date_Naissance"\r\n')
    assert not looks_like_rights(b"nir,nom\n")
    assert not looks_like_rights(b"")


def test_messages() -> None:
    rule = catalogue()["droits.csv-valeur"]
    assert rule.message("fr", "O, N") == (
        "cette valeur n'a pas la forme attendue (O, N) : la ligne est laissée de côté"
    )
    assert (
        rule.message("en", "O, N")
        == "this value has not the form that is expected (O, N): the row is left out"
    )
    assert (
        catalogue()["droits.csv-colonne"].message("en", "4") == "column 4 has an unknown name: it is not read"
    )


@pytest.mark.parametrize(
    "nir",
    ["180019A999999", "18001AB999999", "A800199999999", "18001ZA999999", "18001９9999999", "1800199999999AB"],
)
def test_a_letter_in_a_nir(nir: str) -> None:
    """Letters stand where those of Corsica do, or this is no NIR: told in its column, key or no key."""
    for row in (f"{nir},42,1980-01-01", f"{nir},,1980-01-01"):
        found = read(f"{HEADER}\n{row}\n")
        assert found.facts == []
        assert ("valeur", 2, "nir", "NIR: 13, 15") in found.wrong


def test_a_nir_of_corsica() -> None:
    assert read(f"{HEADER}\n180012A004001,68,1980-01-01\n180012B033001,,1980-01-01\n").wrong == []


ODD = [
    "A",
    "é",
    "²",
    "٣",
    "\0",
    "\x1b[31m",
    "\x85",
    "-1",
    "1.5",
    "1" * 500,
    "2025-02-30",
    "0000-01-01",
    "'=1",
    '"',
    "\t",
]


@pytest.mark.parametrize("column", COLONNES)
def test_odd_cells_in_every_column(column: str) -> None:
    """Each row gives a fact, or what is wrong in it."""
    columns = list(dict.fromkeys(["nir", "date_naissance", column]))
    for value in ODD:
        cells = {"nir": NIR, "date_naissance": "1980-01-01", column: value}
        found = read(";".join(columns) + "\n" + ";".join(cells[name] for name in columns) + "\n")
        assert found.facts or found.wrong


# --- as a French spreadsheet saves it -------------------------------------------------------------------


_SAVED = (
    "nir;cle_nir;date_naissance;rang_beneficiaire;regime;caisse;centre;centre_informatique;service_amo;"
    "code_couverture;ouvert_du"
)
_PLAIN = f"{NIR};{CLE};19800101;001;08;056;0100;050;00;00100;"


def _bare(row):
    return ";".join(cell.lstrip("0") or "0" for cell in row.split(";")[:-1]) + ";"


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace(";2018-01-01", ";01/01/2018").encode("cp1252"),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: ("sep=;\r\n" + text).encode(),
        lambda text: text.replace(";", "\t").encode(),
        lambda text: text.replace(";", "\t").encode("utf-16"),
        lambda text: ("\ufeff" + text).encode("utf-16-be"),
        lambda text: text.replace(_PLAIN, _bare(_PLAIN)).encode(),
        lambda text: text.replace(";2018-01-01", ";2018-01-01 00:00:00").encode(),
    ],
    ids=["cp1252", "bom", "sep", "tab", "utf-16", "utf-16-be", "zeros-lost", "midnight"],
)
def test_a_spreadsheet_changes_nothing(saved):
    text = f"{_SAVED}\r\n{_PLAIN}2018-01-01\r\n"
    assert looks_like_rights(saved(text))
    assert list(read_csv(saved(text))) == list(read_csv(text.encode()))


def test_a_shortened_number_is_lost_and_told():
    found = []
    assert list(read_csv(b"nir;date_naissance\r\n1,80020E+12;19800101\r\n", found.append)) == []
    assert [(one.field, one.expected) for one in found] == [("nir", "9999999999999 ≠ 9,99E+12")]


# --- what a table of numbers, of dates or of texts does to a cell ------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("regime", "8.0", "08"),
        ("regime", "8,00", "08"),
        ("centre", "100.0", "0100"),
        ("caisse", "421.0", "421"),
        ("caisse", "'421", "421"),
        ("code_couverture", "100.0", "00100"),
        ("caisse", "4\u00a021", "421"),
    ],
)
def test_a_code_taken_for_a_number_or_a_text(column, value, kept):
    found = read(f'{HEADER},{column}\n{ROW},"{value}"\n')
    assert (found.wrong, [getattr(one, column) for one in found.facts]) == ([], [kept])


@pytest.mark.parametrize("nir", [f"{NIR}.0", f"'{NIR}", f"{NIR[:1]}\u00a0{NIR[1:3]}\u202f{NIR[3:]}"])
def test_a_nir_with_marks_that_say_nothing(nir):
    found = read(f"nir,date_naissance\n{nir},1980-01-01\n")
    assert (found.wrong, [one.nir for one in found.facts]) == ([], [NIR])


@pytest.mark.parametrize(
    "born", ["1980-01-01 00:00:00", "1980-01-01T00:00", "01/01/1980 00:00", "1980-01-01\u00a0"]
)
def test_a_birth_date_with_midnight(born):
    found = read(f"nir,date_naissance\n{NIR},{born}\n")
    assert (found.wrong, [one.date_naissance for one in found.facts]) == ([], ["19800101"])
