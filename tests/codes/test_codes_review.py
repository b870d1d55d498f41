"""The review of a site's folder: every remark at once, with its place, in both languages."""

import pytest

from codes.review import review
from codes.rules import Severity

TOP = 'source = "caisse, courrier"\nauthor_role = "facturation"\ndate = 2026-03-04\n'
TABLE = "list,code,label_fr,label_en\n"


def entry(**fields):
    fields = {"namespace": "AMO", "code": "0999 001"} | fields
    return "[[reject]]\n" + "".join(f'{name} = "{value}"\n' for name, value in fields.items())


def told(folder):
    return [
        (r.severity.word, r.file, r.entry, r.line, r.field, r.text("fr"), r.text("en"))
        for r in review(folder).remarks
    ]


def test_a_right_folder(tmp_path):
    (tmp_path / "a.toml").write_text(TOP + entry() + entry(code="0999 002"), encoding="utf-8")
    (tmp_path / "b2.csv").write_text(TABLE + "nature_assurance,99,essai,trial\n", encoding="utf-8")
    found = review(tmp_path)
    assert (found.rejects, found.remarks) == (2, [])
    assert [(table.name, table.added, table.changed) for table in found.tables] == [("b2.csv", 1, 0)]


def test_every_wrong_entry_is_told_and_the_others_are_counted(tmp_path):
    (tmp_path / "a.toml").write_text(
        TOP + entry() + entry(code="A", level="x") + entry(code="B", colour="y"), encoding="utf-8"
    )
    (tmp_path / "b.toml").write_text("a = ", encoding="utf-8")
    assert review(tmp_path).rejects == 1
    assert told(tmp_path) == [
        ("error", "a.toml", 2, 0, "level", "n'est pas un niveau connu", "not a known level"),
        ("error", "a.toml", 3, 0, "colour", "champ inconnu", "unknown field"),
        ("error", "b.toml", 0, 1, "", "n'est pas du TOML correct, ligne 1", "not valid TOML, line 1"),
    ]


@pytest.mark.parametrize(
    ("row", "severity", "field", "english"),
    [
        (
            entry(code="2900 005"),
            "info",
            "",
            "takes the place of a shipped entry, which stays shown beside it",
        ),
        (
            entry(namespace="AM0"),
            "warning",
            "namespace",
            "namespace that the catalogue does not have (AM0): check its spelling,"
            " or leave it if it is yours",
        ),
        (
            entry(replaced_by="0999 002"),
            "warning",
            "replaced_by",
            "the code of replaced_by is nowhere in this namespace",
        ),
        (
            entry(action_class="corriger_retransmettre"),
            "warning",
            "provider_action_fr",
            "the action asks for a correction, but provider_action does not say which",
        ),
        (
            entry(meaning_fr="Sens."),
            "info",
            "meaning_en",
            "text in one language only: it is shown as it is in the other",
        ),
    ],
)
def test_what_is_doubtful(tmp_path, row, severity, field, english):
    (tmp_path / "a.toml").write_text(TOP + row, encoding="utf-8")
    (found,) = review(tmp_path).remarks
    assert (found.severity, found.file, found.entry, found.field) == (
        Severity[severity.upper()],
        "a.toml",
        1,
        field,
    )
    assert found.text("en") == english
    assert found.text("fr") != english


def test_tables(tmp_path):
    (tmp_path / "b2.csv").write_text(TABLE + "nature_assurance,30,x,\nautre,1,x,\n", encoding="utf-8")
    (tmp_path / "noemie.csv").write_text(TABLE + "a,1,,\n", encoding="utf-8")
    (tmp_path / "ssv.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "rejects.csv").write_text("", encoding="utf-8")
    assert [(found[0], found[1], found[3], found[6]) for found in told(tmp_path)] == [
        ("error", "noemie.csv", 2, "a list, a code and a label are needed"),
        ("error", "ssv.csv", 0, "this table cannot be read as UTF-8 text"),
        ("warning", "b2.csv", 0, "list that the catalogue does not have (autre): no field uses it"),
        (
            "warning",
            "rejects.csv",
            0,
            "file that nobody reads: the tables are called b2.csv, noemie.csv, ssv.csv, delais.csv",
        ),
    ]


def test_a_list_of_the_national_database_alone_is_no_mistake(tmp_path):
    (tmp_path / "b2.csv").write_text(
        "list,code,label_fr,label_en,usage\nmotif_exoneration_snds,1,x,,snds\n", encoding="utf-8"
    )
    assert review(tmp_path).remarks == []


def test_an_empty_folder_and_no_folder(tmp_path):
    assert [found[6] for found in told(tmp_path)] == [
        "neither a reject (*.toml) nor a table (b2.csv, noemie.csv, ssv.csv, delais.csv) in this folder"
    ]
    assert [found[6] for found in told(tmp_path / "absent")] == ["not a directory"]


def test_no_value_is_repeated(tmp_path):
    (tmp_path / "a.toml").write_text(
        TOP + entry(namespace="1770288888042") + entry(code="1770288888042", level="1770288888042"),
        encoding="utf-8",
    )
    (tmp_path / "b2.csv").write_text(TABLE + "1770288888042 ZEBULON QUETZAL,1,x,\n", encoding="utf-8")
    text = str(told(tmp_path))
    assert "ZEBULON" not in text
    assert "x" not in [found[4] for found in told(tmp_path)]
