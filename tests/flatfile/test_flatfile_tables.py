"""Tables of layouts: the shipped ones are whole, a wrong one is refused with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flatfile_samples import B2, B2_CODES, LAYOUTS, NOEMIE, NOEMIE_CODES, name_of

from flatfile import Field, Layout, LayoutError, load_overlay, load_package_table, opaque, parse_table
from flatfile.tables import check_lengths

_IDENTITY = re.compile("(nom|prenom|adresse)(_|$)|date_naissance")
NOT_NUMBERS = "start, length and position must be whole numbers"
NEEDED = "a name, a start and a length of at least 1 are needed"
BAD_NAME = "lower-case letters, digits and _ are expected"

COLUMNS = "norm,record,position,name,start,length,kind,presence,list,personal,label_fr,label_en"

every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=name_of)


def table_of(rows: str) -> str:
    return f"{COLUMNS}\n{rows}\n"


# --- shipped tables -----------------------------------------------------------------------------------


def test_how_many_layouts_are_shipped() -> None:
    assert {family for family, _ in B2} == {"ENV", "PS-2003C", "CP-2005E", "CP-2003C"}
    assert len(B2) == 45
    assert sum(len(layout.fields) for layout in B2.values()) == 1027
    assert len(NOEMIE) == 29
    assert sum(len(layout.fields) for layout in NOEMIE.values()) == 283


def test_they_load_from_the_packages() -> None:
    found = load_package_table("noemie.returns", "entities.csv", group="family", type="entity")
    assert found.keys() == NOEMIE.keys()


@every_layout
def test_fields_touch_and_have_each_a_name(layout: Layout) -> None:
    place = 1
    for rank, field in enumerate(layout.fields, start=1):
        assert (field.start, field.position) == (place, rank)
        assert field.slice == slice(place - 1, place - 1 + field.length)
        place += field.length
    assert layout.length == place - 1
    assert len(layout.by_name) == len(layout.fields)
    assert all(field.name in layout for field in layout.fields)
    assert "sexe" not in layout


@every_layout
def test_what_is_told_of_each_field(layout: Layout) -> None:
    for field in layout.fields:
        assert field.presence in ("", "O", "F")
        assert field.personal in ("", "yes", "ps")
        assert field.confidence in ("A", "B", "C", "D")
        assert field.label("fr")
        assert field.label("en")


def test_lengths() -> None:
    assert {layout.length for layout in B2.values()} == {128}
    assert {(name, NOEMIE["ENV", name].length) for name in ("000", "999")} == {("000", 128), ("999", 128)}


@every_layout
def test_identities_are_personal(layout: Layout) -> None:
    for field in layout.fields:
        if field.kind.base == "nir" or _IDENTITY.match(field.name):
            assert field.personal, field


def test_named_lists_exist_in_their_own_namespace() -> None:
    for layouts, codes in ((B2, B2_CODES), (NOEMIE, NOEMIE_CODES)):
        for layout in layouts.values():
            for field in layout.fields:
                assert not field.list or field.list in codes, (layout, field)


def test_reprs() -> None:
    layout = B2["PS-2003C", "4M"]
    assert repr(layout) == f"<Layout PS-2003C 4M: {len(layout.fields)} fields, 128 bytes>"
    assert repr(layout.fields[0]) == "Field('type_enregistrement', 1, 1, 'const:4')"


# --- tables that are wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("PS,4,1,a,1,3,text", None),
        ("PS,4,,a, 1 ,3,text", None),
        ("PS,4,1,a,1,3,text\nPS,4,2,b,5,3,text", "PS 4: field b starts at byte 5, expected 4"),
        ("PS,4,1,a,1,3,text\nPS,4,2,b,3,3,text", "PS 4: field b starts at byte 3, expected 4"),
        ("PS,4,1,a,2,3,text", "PS 4: field a starts at byte 2, expected 1"),
        ("PS,4,1,a,1,3,text\nPS,4,2,a,4,3,text", "PS 4: two fields are called a"),
        ("PS,4,1,a,1,3,texte", "line 2: kind texte: unknown, or not possible on 3 bytes"),
        ("PS,4,1,a,1,3,text\nPS,4,2,b,4,9,nir", "line 3: kind nir: unknown, or not possible on 9 bytes"),
        (
            "PS,4,1,a,1,3,date:AAMMJJ",
            "line 2: kind date:AAMMJJ: unknown date order, or not possible on 3 bytes",
        ),
        ("PS,4,1,a,1,3,const:B2", "line 2: kind const:B2: constant of 2 bytes in 3 bytes"),
        ("PS,4,1,a,un,3,text", f"line 2: {NOT_NUMBERS}"),
        ("PS,4,1,a,1,3.0,text", f"line 2: {NOT_NUMBERS}"),
        ("PS,4,-1,a,1,3,text", f"line 2: {NOT_NUMBERS}"),
        ("PS,4,1,a,1,,text", f"line 2: {NOT_NUMBERS}"),
        ("PS,4,1,a,²,3,text", f"line 2: {NOT_NUMBERS}"),
        ("PS,4,1,a,0,3,text", f"line 2: {NEEDED}"),
        ("PS,4,1,a,1,0,text", f"line 2: {NEEDED}"),
        ("PS,4,1,,1,3,text", f"line 2: {NEEDED}"),
        ("PS,4,1,a,1,99999,cents", "line 2: a field has at most 4096 bytes"),
        ("PS,4,1,A,1,3,text", f"line 2: field name 'A': {BAD_NAME}"),
        ("PS,4,1,é,1,3,text", f"line 2: field name 'é': {BAD_NAME}"),
        ("PS,4,1,a b,1,3,text", f"line 2: field name 'a b': {BAD_NAME}"),
        ("PS,4,1,a=exit(),1,3,text", f"line 2: field name 'a=exit()': {BAD_NAME}"),
        ('PS,4,1,"a\n",1,3,text', f"line 3: field name 'a\\n': {BAD_NAME}"),
        (",4,1,a,1,3,text", "line 2: norm and record are needed"),
        ("PS,,1,a,1,3,text", "line 2: norm and record are needed"),
        ("PS", "line 2: norm and record are needed"),
        ("PS,4", f"line 2: {NOT_NUMBERS}"),
        ("PS,4,1,a,1,3,text,O,,,label, cut,label", "line 2: more cells than columns"),
        ("PS,4,1,a,1,3," + "x" * 200_000, "line 2: this line cannot be read as CSV"),
    ],
)
def test_tables(rows: str, message: str | None) -> None:
    if message is None:
        layout = parse_table(table_of(rows), "site.csv", group="norm", type="record")["PS", "4"]
        assert (layout.length, layout.by_name["a"].kind.name) == (3, "text")
        return
    with pytest.raises(LayoutError) as caught:
        parse_table(table_of(rows), "site.csv", group="norm", type="record")
    assert str(caught.value) in (f"site.csv: {message}", f"site.csv, {message}")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ("norm,record,position,name,start,length", "kind"),
        ("family,entity,name,start,length,kind", "norm, record"),
        ("", "kind, length, name, norm, record, start"),
    ],
)
def test_columns_that_are_needed(columns: str, missing: str) -> None:
    with pytest.raises(LayoutError) as caught:
        parse_table(columns, "site.csv", group="norm", type="record")
    assert str(caught.value) == f"site.csv: missing column(s) {missing}"


def test_labels_on_several_lines() -> None:
    """Only line ends of the file end a row; those within quotes, and other separators, are text."""
    table = table_of('PS,4,1,a,1,3,text,O,,,"one\ntwo\u2028three",\x0b\nPS,4,2,b,4,1,text')
    layout = parse_table(table, "site.csv", group="norm", type="record")["PS", "4"]
    assert layout.by_name["a"].label("fr") == "one\ntwo\u2028three"
    assert layout.length == 4


def test_names_that_look_like_code_are_refused_before_any_code_is_made() -> None:
    for name in ("__import__", "a;b", "a)", "1a", "_a", "a\n", "", "a-b", "a'"):
        with pytest.raises(LayoutError):
            Field(name, 1, 1, "text")


def test_texts_of_a_table_never_become_code() -> None:
    hostile = "const:'%s{0}'"
    layout = Layout("F", "T", (Field("class", 1, 7, hostile), Field("if", 8, 2, "digits")))
    raw = layout.build({"if": "12"})
    assert raw == b"'%s{0}'12"
    assert layout.gate()(raw)
    assert layout.getter("class", "if")(raw) == ("'%s{0}'", "12")


# --- tables of a site ---------------------------------------------------------------------------------


def test_a_site_without_a_table(tmp_path: Path) -> None:
    assert load_overlay(tmp_path, "b2.csv", group="norm", type="record") == {}
    assert load_overlay(tmp_path / "nowhere", "b2.csv", group="norm", type="record") == {}


def test_a_record_of_a_site_replaces_the_shipped_one(tmp_path: Path) -> None:
    """Whole records are replaced; the others stay."""
    table = table_of("PS-2003C,4M,1,type,1,1,const:4\nPS-2003C,4M,2,reste,2,127,text")
    # a spreadsheet writes a byte order mark and CR LF
    tmp_path.joinpath("b2.csv").write_text(table, encoding="utf-8-sig", newline="\r\n")
    own = load_overlay(tmp_path, "b2.csv", group="norm", type="record")
    assert own.keys() == {("PS-2003C", "4M")}
    laid = B2 | own
    assert [field.name for field in laid["PS-2003C", "4M"].fields] == ["type", "reste"]
    assert laid["PS-2003C", "4S"] is B2["PS-2003C", "4S"]


def test_a_table_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "b2.csv"
    path.write_bytes(table_of("PS,4,1,a,1,3,text").encode() + b"caf\xe9")
    with pytest.raises(LayoutError) as caught:
        load_overlay(tmp_path, "b2.csv", group="norm", type="record")
    assert str(caught.value) == f"{path}: this table cannot be read as UTF-8 text"
    assert caught.value.__cause__ is None


def test_a_folder_in_place_of_a_table(tmp_path: Path) -> None:
    tmp_path.joinpath("b2.csv").mkdir()
    with pytest.raises(LayoutError, match="this table cannot be read as UTF-8 text"):
        load_overlay(tmp_path, "b2.csv", group="norm", type="record")


def test_the_place_of_an_error_is_in_the_site_table(tmp_path: Path) -> None:
    tmp_path.joinpath("b2.csv").write_text(table_of("PS,4,1,a,1,3,texte"), encoding="utf-8")
    with pytest.raises(LayoutError, match=r"b2\.csv, line 2: kind texte"):
        load_overlay(tmp_path, "b2.csv", group="norm", type="record")


def test_lengths_are_checked() -> None:
    layouts = [Layout("PS", "4", (Field("a", 1, 127, "text"),))]
    check_lengths(layouts, 127)
    with pytest.raises(LayoutError, match=r"^PS 4: 127 bytes, expected 128$"):
        check_lengths(layouts, 128)


def test_opaque_layouts_keep_and_mask() -> None:
    layout = opaque(5)
    (field,) = layout.fields
    assert (layout.name, layout.length, field.name, field.personal) == ("?", 5, "contenu", "yes")
    assert layout.build(layout.parse(b"\0\xff A\n")) == b"\0\xff A\n"
