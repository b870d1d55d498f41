"""Tables of a site made from nomenclatures in the shape of the SNDS; every row here is invented."""

import pytest

from codes import lists
from codes.snds import DEFAULT, MARK, SndsError, merged, read, read_mapping

NAT = """"nom_table";"TEC_COL";"TDM_NAT_AFF";"PRS_NAT";"PRS_NAT_CB2";"PRS_NAT_LIB"
"IR_NAT_V";0;NA;9001;"QX1";"ACTE INVENTE UN"
"IR_NAT_V";0;NA;9002;"QX2/QX3";"ACTE  INVENTE DEUX "
"IR_NAT_V";0;NA;9003;"QX1";"ACTE INVENTE UN BIS"
"IR_NAT_V";0;NA;9004;"QX DEPIST/QX4";"ACTE INVENTE QUATRE"
"IR_NAT_V";0;NA;9005;"";"SANS CODE"
"IR_NAT_V";0;NA;9006;NA;"SANS CODE"
"IR_NAT_V";0;NA;9007;"QX5";NA
"IR_NAT_V";1;NA;9008;"QX6";"VALEUR INCONNUE"
"""
SPE = '"TEC_COL";"PFS_SPE_COD";"PFS_SPE_LIB"\n0;7;"SPECIALITE INVENTEE"\n0;58;"AUTRE"\n0;"A";"FAUX"\n'
ACT = '"TEC_COL";"PFS_ACT_NAT";"ACT_NAT_LIB"\n0;59;"METIER INVENTE"\n'
EXO = '"TEC_COL";"EXO_MTF";"EXO_LIB"\n0;77;"MOTIF INVENTE"\n'
ASU = '"TEC_COL";"ASU_NAT";"ASU_NAT_CB2";"ASU_NAT_LIB"\n0;33;"ZZ";"""""NATURE INVENTEE"""""\n2;0;"";"SANS"\n'
FILES = {"IR_NAT_V": NAT, "IR_SPE_V": SPE, "IR_ACT_V": ACT, "IR_EXO_V": EXO, "IR_ASU_V": ASU}


@pytest.fixture
def folder(tmp_path):
    inner = tmp_path / "nomenclatures" / "ORAVAL"
    inner.mkdir(parents=True)
    for name, text in FILES.items():
        (inner / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_codes_are_read_with_what_they_stand_for(folder):
    codes = read(folder).codes["b2"]
    acts = {
        code: (entry.label_fr, entry.usage, entry.note)
        for (name, code), entry in codes.items()
        if name == "code_acte"
    }
    assert acts == {
        "QX1": ("ACTE INVENTE UN", "", "PRS_NAT 9001, 9003"),
        "QX2": ("ACTE INVENTE DEUX", "", "PRS_NAT 9002"),
        "QX3": ("ACTE INVENTE DEUX", "", "PRS_NAT 9002"),
        "QX4": ("ACTE INVENTE QUATRE", "", "PRS_NAT 9004"),
        "QX6": ("VALEUR INCONNUE", "snds", "PRS_NAT 9008"),
    }
    assert [code for name, code in codes if name == "specialite"] == ["07", "58", "59"]


def test_values_of_the_database_are_never_those_of_an_invoice(folder):
    codes = read(folder).codes
    assert codes["b2"]["motif_exoneration_snds", "77"].usage == "snds"
    nature = codes["b2"]["nature_assurance_snds", "33"]
    assert (nature.label_fr, nature.usage, nature.note) == ("NATURE INVENTEE", "snds", "ASU_NAT_CB2 ZZ")
    exchange = codes["noemie"]["nature_assurance_noemie", "ZZ"]
    assert (exchange.usage, exchange.confidence, exchange.note) == ("snds", "C", "ASU_NAT 33")
    assert ("justification_exoneration", "77") not in codes["b2"]


def test_what_was_read_is_counted(folder):
    reports = {
        (report.table.file, report.table.list): (report.codes, report.unusable, report.empty)
        for report in read(folder).reports
    }
    assert reports["IR_NAT_V.csv", "code_acte"] == (5, 1, 3)
    assert reports["IR_SPE_V.csv", "specialite"] == (2, 1, 0)
    assert reports["IR_ASU_V.csv", "nature_assurance_noemie"] == (1, 0, 1)


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert [report.found for report in read(tmp_path).reports] == [False] * len(DEFAULT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_other_encodings_and_separators(tmp_path, encoding, separator):
    text = '"pfs_spe_cod";"PFS_SPE_LIB"\n58;"SPÉCIALITÉ INVENTÉE"\n'.replace(";", separator)
    (tmp_path / "ir_spe_v.CSV").write_bytes(text.encode(encoding))
    assert read(tmp_path).codes["b2"]["specialite", "58"].label_fr == "SPÉCIALITÉ INVENTÉE"


@pytest.mark.parametrize("text", ["", "x", '"a";"b"\n1;2\n', "\x00\x01\x02", "PFS_SPE_COD\n1\n"])
def test_a_table_without_its_columns_is_refused(tmp_path, text):
    (tmp_path / "IR_SPE_V.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SndsError) as caught:
        read(tmp_path)
    assert str(caught.value).startswith("IR_SPE_V.csv: missing columns: ")
    assert caught.value.text("fr").startswith("IR_SPE_V.csv : colonnes absentes : ")


def test_shipped_codes_stay_ours_unless_asked(folder):
    (folder / "IR_SPE_V.csv").write_text("PFS_SPE_COD;PFS_SPE_LIB\n7;X\n58;Y\n", encoding="utf-8")
    found = read(folder).codes["b2"]
    rows, added = merged(found, lists.b2())
    assert "07" not in [row["code"] for row in rows]
    with_ours, more = merged(found, lists.b2(), replace=True)
    assert "07" in [row["code"] for row in with_ours]
    assert more == added + 2  # speciality 07, and nature of insurance 0


def test_rows_of_the_site_stay_and_win_and_those_of_an_earlier_import_go(folder):
    own = [
        {"list": "code_acte", "code": "QX1", "label_fr": "le nôtre", "source": "site"},
        {"list": "code_acte", "code": "OLD", "label_fr": "x", "source": f"{MARK}IR_NAT_V.csv (MPL-2.0)"},
    ]
    rows, _ = merged(read(folder).codes["b2"], lists.b2(), own)
    acts = {row["code"]: row["label_fr"] for row in rows if row["list"] == "code_acte"}
    assert acts["QX1"] == "le nôtre"
    assert "OLD" not in acts
    again, _ = merged(read(folder).codes["b2"], lists.b2(), rows)
    assert again == rows


def test_a_mapping_of_ones_own(tmp_path):
    path = tmp_path / "columns.toml"
    path.write_text(
        '[[table]]\nfile = "mine.csv"\nnamespace = "ssv"\nlist = "l"\ncode = "c"\nlabel = "t"\nwidth = 3\n',
        encoding="utf-8",
    )
    (tmp_path / "mine.csv").write_text("c;t\n5;cinq\n", encoding="utf-8")
    (table,) = read_mapping(path)
    assert read(tmp_path, [table]).codes == {
        "ssv": {
            ("l", "005"): lists.Code(
                "005", "cinq", "cinq", confidence="B", source="schema-snds mine.csv (MPL-2.0)"
            )
        }
    }


GOOD = 'file="a"\nnamespace="b2"\nlist="l"\ncode="c"\nlabel="t"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns.toml: no [[table]] entry"),
        ("table = 1", "columns.toml: no [[table]] entry"),
        ("a =", "columns.toml: not valid TOML"),
        ("[[table]]\n" + GOOD + "x = 1", "columns.toml, table 1: unknown field: x"),
        ("[[table]]\n" + GOOD + 'width = "2"', "columns.toml, table 1: width: int expected"),
        ("[[table]]\n" + GOOD + "width = true", "columns.toml, table 1: width: int expected"),
        ("[[table]]\n" + GOOD + 'pattern = "["', "columns.toml, table 1: pattern is no regular expression"),
        ("[[table]]\n" + GOOD + 'usage = "x"', "columns.toml, table 1: usage is snds, historique or nothing"),
        ('[[table]]\nfile = "a"', "columns.toml, table 1: namespace is required"),
        (
            "[[table]]\n" + GOOD + "[[table]]\n" + GOOD.replace("b2", "b3"),
            "columns.toml, table 2: namespace is b2, noemie or ssv",
        ),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path, text, message):
    path = tmp_path / "columns.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SndsError) as caught:
        read_mapping(path)
    assert str(caught.value) == message
    assert caught.value.text("fr") != message


def test_a_mapping_that_cannot_be_read(tmp_path):
    with pytest.raises(SndsError, match=r"^absent\.toml: cannot be read$"):
        read_mapping(tmp_path / "absent.toml")
