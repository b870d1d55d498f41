"""The dictionary of groups and fields, and a site's own tables."""

import pytest
from ssv_samples import EXAMPLE

from codes.lists import ssv
from flatfile import LayoutError
from fse.ssv import check, find_code, read_zone, tables
from fse.ssv.tables import KINDS, OPEN_LISTS, REMARKABLE

FIELD_HEADER = "group,field,name,label_fr,label_en,observed_lengths,kind,list,personal,confidence,note\n"
GROUP_HEADER = "group,label_fr,label_en,parent,min_occurs,max_occurs,order_rule,confidence,note\n"
FIELDS = [field for layout in tables().values() for field in (*layout.fields, *layout.unplaced)]


def test_the_table_has_36_groups_and_232_fields():
    assert len(tables()) == 36
    assert len(FIELDS) == 232


def test_fields_are_well_formed():
    for field in FIELDS:
        assert field.kind in KINDS
        assert field.label("fr")
        assert field.label("en")
        assert field.confidence in "ABCD"
        assert not field.list or field.list in ssv()
    assert set(ssv()) >= OPEN_LISTS | REMARKABLE


def test_groups_are_well_formed():
    for layout in tables().values():
        assert layout.label("fr")
        assert layout.label("en")
        assert layout.parent is None or layout.parent in tables()
        assert [field.position for field in layout.fields] == list(range(1, len(layout.fields) + 1))
        assert {field.group for field in layout.fields} <= {layout.id}


@pytest.mark.parametrize(
    ("group", "count"),
    [
        *[(1, 7), (2, 21), (101, 14), (102, 3), (103, 9), (104, 18), (105, 2), (106, 4), (107, 6)],
        *[(108, 2), (109, 12), (111, 1), (1110, 6), (1120, 12), (1130, 8), (1310, 5), (1321, 13)],
        *[(3600, 9), (1180, 0)],
    ],
)
def test_number_of_fields(group, count):
    assert len(tables()[group].fields) == count


@pytest.mark.parametrize(
    ("lengths", "seen", "unseen"),
    [("8|9", (8, 9), (0, 7, 10)), ("3-18", (3, 10, 18), (2, 19)), ("13", (13,), (0, 12)), ("", (0, 99), ())],
)
def test_observed_lengths(lengths, seen, unseen):
    field = next(field for field in FIELDS if field.lengths == lengths)
    assert all(field.has_seen(length) for length in seen)
    assert not any(field.has_seen(length) for length in unseen)


def test_personal_and_undescribed_fields_are_masked():
    masked = {f"{field.group}.{field.name}" for field in FIELDS if field.is_masked}
    assert masked >= {"101.nir", "101.cle_nir", "101.numero_serie", "104.nom_usuel", "104.date_naissance"}
    assert masked >= {"109.numero_adherent", "1.nom_ps", "2.numero_facturation_ps", "111.zone_commune"}
    assert not masked & {"101.code_regime", "105.date_debut_droits_amo", "60.version_ssv"}
    assert tables()[101].field(99).is_masked


@pytest.mark.parametrize(
    ("list", "text", "code"),
    [
        ("service_amo", "0", "00"),
        ("service_amo", "02", "02"),
        ("service_amo", "10", "10"),
        ("qualite", "06", "6"),
        ("qualite", "7", None),
        ("aiguillage_sts", "M", "M"),
        ("regime", "1", "01"),
        ("regime", "²", None),
        ("regime", "", None),
        ("regime", "0" * 5000 + "1", None),
    ],
)
def test_codes_are_found_as_integers(list, text, code):
    entry = find_code(ssv()[list], text)
    assert (entry.code if entry else None) == code


def test_a_site_adds_a_group_and_replaces_one(tmp_path):
    rows = "1180,1,nom_site,nom,name,,text,,ps,B,\n9999,1,code_site,code,code,2,code,regime,,B,\n"
    (tmp_path / "ssv.csv").write_text(FIELD_HEADER + rows, encoding="utf-8-sig")
    (tmp_path / "ssv-groups.csv").write_text(
        GROUP_HEADER + "9999,groupe du site,,,0,1,,B,\n", encoding="utf-8"
    )
    known = tables(tmp_path)
    assert [field.name for field in known[1180].fields] == ["nom_site"]
    assert known[1180].label("en") == tables()[1180].label("en")
    assert (known[9999].label("en"), known[9999].max_occurs) == ("groupe du site", 1)
    zone = read_zone(EXAMPLE + b"\x27\x0f\x03\x02\x31\x31", layouts=tmp_path)
    (vue,) = zone.vues(9999)
    assert vue["code_site"] == "11"
    assert [(finding.rule, finding.field) for finding in check(zone)] == [("zone.code-inconnu", "code_site")]


def test_a_site_without_tables_has_the_shipped_ones(tmp_path):
    assert tables(tmp_path) is tables()


def test_a_site_adds_codes(tmp_path):
    zone = read_zone(EXAMPLE).replace(1, "code_regime", "77")
    assert [finding.rule for finding in check(zone)] == ["zone.code-inconnu"]
    (tmp_path / "ssv.csv").write_text("list,code,label_fr,label_en\nregime,77,site,site\n", encoding="utf-8")
    assert list(check(zone, codes=tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("ssv.csv", "group,field\n", "missing column(s) kind, label_fr, name"),
        ("ssv.csv", FIELD_HEADER + "9,2,a,l,l,,text,,,B,\n", "line 2: position 1 is expected"),
        ("ssv.csv", FIELD_HEADER + "9,1,A b,l,l,,text,,,B,\n", "line 2: a name of lower-case letters"),
        ("ssv.csv", FIELD_HEADER + "9,1,a,l,l,,digit,,,B,\n", "line 2: the kind must be one of code, "),
        ("ssv.csv", FIELD_HEADER + "9,1,a,l,l,x,text,,,B,\n", "line 2: observed_lengths must be lengths"),
        ("ssv.csv", FIELD_HEADER + "9,1,a,l,l,,text,,no,B,\n", "line 2: personal must be yes, ps or empty"),
        ("ssv.csv", FIELD_HEADER + "65536,1,a,l,l,,text,,,B,\n", "line 2: group must be a whole number"),
        (
            "ssv.csv",
            FIELD_HEADER + "9,1,a,l,l,,text,,,B,\n9,2,a,l,l,,text,,,B,\n",
            "line 3: this name is written twice in the group",
        ),
        ("ssv-groups.csv", GROUP_HEADER + "9,l,l,x,,,,B,\n", "line 2: parent must be a whole number"),
        ("ssv-groups.csv", GROUP_HEADER + "9,l\n", ""),
    ],
)
def test_a_wrong_table_is_told_with_its_line(tmp_path, name, text, message):
    (tmp_path / name).write_text(text, encoding="utf-8")
    if not message:
        assert tables(tmp_path)[9].label("en") == "l"
        return
    with pytest.raises(LayoutError) as caught:
        tables(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert message in str(caught.value)


def test_a_table_that_is_no_text_is_told(tmp_path):
    (tmp_path / "ssv.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(LayoutError, match="cannot be read as UTF-8"):
        tables(tmp_path)
