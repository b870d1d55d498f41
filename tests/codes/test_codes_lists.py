"""Dated code lists: three namespaces, rows of a site laid over them, tables that are wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from codes import lists
from codes.lists import NOT_FIELDS, OPEN, USAGES, Code, CodeList, CodeTableError, Namespace, overlay

ROOT = Path(__file__).parents[2]
NAMESPACES = {"b2": lists.b2, "noemie": lists.noemie, "ssv": lists.ssv}
every_namespace = pytest.mark.parametrize("name", NAMESPACES)

#: Lists of each namespace and codes of all of them, as the tables of the sources have them.
SIZES = {"b2": (65, 1159), "noemie": (22, 205), "ssv": (39, 540)}


def entries(name: str) -> Iterator[tuple[CodeList, Code]]:
    for codes in NAMESPACES[name]().values():
        for code in codes.values():
            yield codes, code


# --- what is shipped ----------------------------------------------------------------------------------


@every_namespace
def test_sizes(name: str) -> None:
    assert (len(NAMESPACES[name]()), sum(1 for _ in entries(name))) == SIZES[name]


@every_namespace
def test_each_entry_is_whole(name: str) -> None:
    for codes, entry in entries(name):
        where = (codes.name, entry.code)
        assert entry.code == entry.code.strip(), where
        assert entry.label("fr"), where
        assert entry.label("en"), where
        assert entry.confidence in ("A", "B", "C", "D"), where
        assert entry.source.startswith("["), where
        assert entry.usage in USAGES, where
        assert entry.code.isascii(), where
        for day in (entry.valid_from, entry.valid_to):
            assert not day or date.fromisoformat(day), where


@every_namespace
def test_open_lists_exist(name: str) -> None:
    found = {codes.name for codes in NAMESPACES[name]().values() if codes.is_open}
    assert found == OPEN[name]


@every_namespace
def test_what_exists_in_the_national_database_only_is_never_emitted(name: str) -> None:
    for codes, entry in entries(name):
        assert (entry.code in codes.emitted) == (entry.usage != "snds"), (codes.name, entry.code)
    assert codes.emitted <= set(codes)


@pytest.mark.parametrize(
    ("list_name", "code", "emitted"),
    [
        ("nature_operation", "1", True),
        ("nature_operation", "0", False),
        ("justification_exoneration", "I", False),
        ("unite_monetaire", "", True),  # of the past, but it did stand in flows
        ("nature_assurance", "30", True),
        ("qualificatif_depense", "L", True),
    ],
)
def test_emitted_codes(list_name: str, code: str, emitted: bool) -> None:
    assert code in lists.b2()[list_name]
    assert (code in lists.b2()[list_name].emitted) is emitted


def test_free_medical_care_has_no_known_nature_of_insurance() -> None:
    """22 belongs to the national database, SG to its exchanges: neither is a code of the flow."""
    for code in ("22", "SG"):
        assert code not in lists.b2()["nature_assurance"]
    assert "22" in lists.b2()["nature_assurance_snds"]


@pytest.mark.parametrize(
    ("name", "list_name", "code", "fr", "en"),
    [
        ("b2", "nature_assurance", "30", "maternité", "maternity"),
        ("b2", "type_emetteur", "TE", "établissement de santé", "health establishment"),
        ("noemie", "type_emetteur", "AN", "Assemblée nationale", "National Assembly"),
        (
            "ssv",
            "type_carte_ps",
            "0",
            "CPS, carte de professionnel de santé",
            "CPS, health professional card",
        ),
    ],
)
def test_labels(name: str, list_name: str, code: str, fr: str, en: str) -> None:
    codes = NAMESPACES[name]()[list_name]
    assert (codes.label(code, "fr"), codes.label(code, "en")) == (fr, en)
    assert (codes[code].label("fr"), codes[code].label("en")) == (fr, en)
    assert codes.label("?", "fr") == ""


def test_a_list_has_other_codes_in_another_namespace() -> None:
    shared = set(lists.b2()) & set(lists.noemie())
    assert shared == {"unite_monetaire", "type_emetteur", "type_facture"}
    assert set(lists.b2()["type_emetteur"]) != set(lists.noemie()["type_emetteur"])
    assert "AN" not in lists.b2()["type_emetteur"]


@pytest.mark.parametrize(
    ("name", "table"), [("b2", "fse/data/b2.csv"), ("noemie", "noemie/returns/data/entities.csv")]
)
def test_lists_that_layouts_name(name: str, table: str) -> None:
    with ROOT.joinpath(table).open(encoding="utf-8", newline="") as handle:
        named = {row["list"] for row in csv.DictReader(handle)} - {""}
    assert named
    assert named <= set(NAMESPACES[name]())
    assert not named & NOT_FIELDS


# --- days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "day", "valid"),
    [
        ("", "", date(2013, 6, 1), True),
        ("", "2014-12-01", date(2014, 12, 1), True),
        ("", "2014-12-01", date(2014, 12, 2), False),
        ("2005-06-01", "", date(2005, 6, 1), True),
        ("2005-06-01", "", date(2005, 5, 31), False),
        ("2005-06-01", "2005-06-01", date(2005, 6, 1), True),
        ("2005-06-01", "2014-12-01", date(2010, 1, 1), True),
        ("2005-06-01", "2014-12-01", date(1999, 1, 1), False),
        ("", "2014-12-01", date(205, 1, 1), True),
    ],
)
def test_days(valid_from: str, valid_to: str, day: date, valid: bool) -> None:
    assert Code("A", "a", "a", valid_from, valid_to).valid_on(day) is valid


@pytest.mark.parametrize(
    ("list_name", "code", "last"),
    [
        ("code_acte", "KC", date(2014, 12, 1)),
        ("code_acte", "MDE", date(2007, 2, 10)),
        ("modificateur_ccam", "Z", date(2017, 4, 28)),
    ],
)
def test_codes_of_the_past(list_name: str, code: str, last: date) -> None:
    """They are in the list, and flows of their time carry them."""
    entry = lists.b2()[list_name][code]
    assert entry.valid_on(last)
    assert not entry.valid_on(last.replace(year=last.year + 1))
    assert code in lists.b2()[list_name].emitted


# --- lists do not change ------------------------------------------------------------------------------


def test_nobody_changes_the_lists_of_all() -> None:
    shared: Any = lists.b2()
    with pytest.raises(TypeError):
        shared["nature_assurance"] = {}
    with pytest.raises(TypeError):
        shared["nature_assurance"]["SG"] = Code("SG", "a", "a")
    with pytest.raises(AttributeError):
        shared["nature_assurance"]["30"].usage = "snds"
    assert lists.b2() is lists.b2()


def test_a_list_is_a_mapping() -> None:
    codes = lists.b2()["nature_assurance"]
    assert dict(codes) == {code: codes[code] for code in codes}
    assert len(codes) == len(list(codes))
    with pytest.raises(KeyError):
        codes["22"]


# --- tables of a site ---------------------------------------------------------------------------------

HEADER = "list,code,label_fr,label_en,valid_from,valid_to,usage,confidence,source,note\n"


def laid(directory: Path, rows: str, header: str = HEADER, name: str = "b2") -> Namespace:
    directory.joinpath(f"{name}.csv").write_text(header + rows, encoding="utf-8", newline="")
    return overlay(name, directory)


@every_namespace
def test_a_site_without_a_table(name: str, tmp_path: Path) -> None:
    assert overlay(name, tmp_path) is NAMESPACES[name]()
    assert overlay(name, tmp_path / "nowhere") is NAMESPACES[name]()


def test_a_row_replaces_adds_a_code_or_adds_a_list(tmp_path: Path) -> None:
    found = laid(
        tmp_path,
        "nature_assurance,30,maternité du site,,2020-01-01,,,B,site,\n"
        "nature_assurance,99,nature du site,site nature,,,,B,site,\n"
        "liste_du_site,X,oui,yes,,,snds,B,site,\n",
    )
    shipped = lists.b2()["nature_assurance"]
    assert found["nature_assurance"]["30"] == Code(
        "30", "maternité du site", "maternité du site", "2020-01-01", "", "", "B", "site"
    )
    assert found["nature_assurance"].label("99", "en") == "site nature"
    assert "99" in found["nature_assurance"].emitted
    assert set(found["nature_assurance"]) == {*shipped, "99"}
    assert found["nature_assurance"]["10"] is shipped["10"]
    assert (set(found["liste_du_site"]), found["liste_du_site"].emitted) == ({"X"}, frozenset())
    assert not found["liste_du_site"].is_open
    assert found["code_acte"].is_open
    assert found["code_acte"] == lists.b2()["code_acte"]


def test_what_is_shipped_stays(tmp_path: Path) -> None:
    laid(tmp_path, "nature_assurance,99,x,x,,,,,,\n")
    assert "99" not in lists.b2()["nature_assurance"]


def test_a_table_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    """Byte order mark, CR LF, line ends within quotes; needed columns only, in any order."""
    rows = 'label_en,label_fr,code,list\r\nyes,"oui,\r\nsi",1,reponse\r\n,espace,,reponse\r\n'
    tmp_path.joinpath("b2.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    found = overlay("b2", tmp_path)["reponse"]
    assert dict(found) == {"1": Code("1", "oui,\nsi", "yes"), "": Code("", "espace", "espace")}


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("list,code\n", "", ": missing column(s) label_en, label_fr"),
        ("", "", ": missing column(s) code, label_en, label_fr, list"),
        (HEADER, ",1,oui,yes,,,,,,\n", ", line 2: a list, a code and a label are needed"),
        (HEADER, "reponse,1,,yes,,,,,,\n", ", line 2: a list, a code and a label are needed"),
        (HEADER, "reponse\n", ", line 2: a list, a code and a label are needed"),
        (HEADER, "reponse,1,oui,yes\nreponse,2\n", ", line 3: a list, a code and a label are needed"),
        (HEADER, "reponse,1,oui, vraiment,yes,,,,,,,\n", ", line 2: more cells than columns"),
        (HEADER, "reponse,1,oui,yes\nreponse,1,si,yes\n", ", line 3: this code of reponse is there twice"),
        (HEADER, "r,1,oui,yes,01/06/2005,,,,,\n", ", line 2: days are written 2005-06-01, or left empty"),
        (HEADER, "r,1,oui,yes,,2005-06-31,,,,\n", ", line 2: days are written 2005-06-01, or left empty"),
        (HEADER, "r,1,oui,yes,,20050601,,,,\n", ", line 2: days are written 2005-06-01, or left empty"),
        (HEADER, "r,1,oui,yes,,2005-W23-1,,,,\n", ", line 2: days are written 2005-06-01, or left empty"),
        (HEADER, "r,1,oui,yes,,,SNDS,,,\n", ", line 2: a usage is one of snds, historique, or empty"),
        (HEADER, f"r,1,{'x' * 200_000}\n", ", line 2: field larger than field limit (131072)"),
    ],
)
def test_wrong_tables(header: str, rows: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(CodeTableError) as caught:
        laid(tmp_path, rows, header)
    assert str(caught.value) == f"{tmp_path / 'b2.csv'}{message}"
    assert caught.value.__cause__ is None


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "b2.csv"
    path.write_bytes(HEADER.encode() + b"reponse,1,s\xfbr,sure\n")
    with pytest.raises(CodeTableError) as caught:
        overlay("b2", tmp_path)
    assert str(caught.value) == f"{path}: this table cannot be read as UTF-8 text"
    path.unlink()
    path.mkdir()
    with pytest.raises(CodeTableError) as caught:
        overlay("b2", tmp_path)
    assert str(caught.value) == f"{path}: this table cannot be read as UTF-8 text"
    assert issubclass(CodeTableError, ValueError)


@pytest.mark.parametrize("namespace", [lists.b2, lists.noemie, lists.ssv], ids=["b2", "noemie", "ssv"])
def test_notes_are_in_both_languages_or_in_none(namespace):
    noted = [code for codes in namespace().values() for code in codes.values() if code.note or code.note_fr]
    assert noted
    for code in noted:
        assert code.note_text("fr") == code.note_fr != ""
        assert code.note_text("en") == code.note != ""


def test_a_note_of_the_site_is_shown_in_the_language_it_has():
    assert lists.Code("1", "un", "one", note="caveat").note_text("fr") == "caveat"
    assert lists.Code("1", "un", "one", note_fr="réserve").note_text("en") == "réserve"
