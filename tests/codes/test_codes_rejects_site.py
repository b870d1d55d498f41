"""Rows that a site adds: which one wins, what stays visible, and every way a file can be wrong."""

import dataclasses
import datetime

import pytest

from codes.rejects import SiteCatalogueError, load, load_site

TOP = 'source = "caisse, courrier"\nauthor_role = "facturation"\ndate = 2026-03-04\n'


def entry(**fields):
    fields = {"namespace": "AMO", "code": "0999 001"} | fields
    return "[[reject]]\n" + "".join(f'{name} = "{value}"\n' for name, value in fields.items())


@pytest.fixture
def site(tmp_path):
    """Write files and return the catalogue with them."""

    def write(*texts):
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
        return load().with_site(load_site(tmp_path))

    return write


def kinds(answer):
    return [notice.kind.value for notice in answer.warnings]


def test_a_new_code(site):
    catalogue = site(
        TOP + entry(label="NOUVEAU", meaning_fr="Sens.", action_class="reclamation", motive="doublon")
    )
    row = catalogue.lookup("0999-001", None, "AMO").reject
    assert (row.meaning_fr, row.action_class, row.confidence) == ("Sens.", "reclamation", "C")
    assert (row.source, row.author_role, row.date, row.origin) == (
        "caisse, courrier",
        "facturation",
        "2026-03-04",
        "0.toml",
    )
    assert row.text("meaning", "en") == "Sens."
    assert len(catalogue.rows) == len(load().rows) + 1


def test_an_entry_may_change_the_provenance_of_its_file(site):
    row = site(TOP + entry(source="autre", date="2026-01-XX")).lookup("0999 001", None, "AMO").reject
    assert (row.source, row.date) == ("autre", "2026-01-XX")


def test_without_action_a_row_is_unknown(site):
    assert site(TOP + entry()).lookup("0999 001", None, "AMO").action == "inconnue"


def test_a_site_row_wins_and_both_stay_visible(site):
    catalogue = site(TOP + entry(code="2900005", action_class="reclamation"))
    answer = catalogue.lookup("2900 005", "FACTURE DEJA PAYEE", "AMO")
    assert (answer.action, answer.reject.origin) == ("reclamation", "0.toml")
    assert [row.code for row in answer.overridden] == ["2900 005"]
    assert "site_overrides" in kinds(answer)
    assert load().lookup("2900 005", None, "AMO").action == "ne_pas_retransmettre"


def test_a_site_row_of_a_label_wins(site):
    catalogue = site(TOP + entry(code="1234", label="TRAITEMENT CAISSE", action_class="attendre"))
    answer = catalogue.lookup(None, "Traitement caisse", "AMO")
    assert (answer.reject.code, answer.action) == ("1234", "attendre")
    assert [row.label for row in answer.overridden] == ["Traitement caisse"]


def test_a_row_of_one_emitter_wins_for_it_and_is_only_shown_to_the_others(site):
    catalogue = site(
        TOP
        + entry(code="2900 005", emitter="08835", action_class="attendre")
        + entry(code="2900 005", action_class="reclamation")
        + entry(emitter="08835", action_class="papier")
    )
    for emitter in ("08835", " 08835 "):
        answer = catalogue.lookup("2900 005", None, "AMO", emitter=emitter)
        assert (answer.action, len(answer.overridden)) == ("attendre", 2)
    for emitter in (None, "01751"):
        answer = catalogue.lookup("2900 005", None, "AMO", emitter=emitter)
        assert (answer.action, [row.emitter for row in answer.candidates]) == ("reclamation", ["08835"])
        answer = catalogue.lookup("0999 001", None, "AMO", emitter=emitter)
        assert (answer.step, answer.action, len(answer.candidates)) == ("unknown", "inconnue", 1)
        assert [notice.text() for notice in answer.warnings] == ["entrée réservée à l'émetteur 08835"]


DATED = (
    TOP
    + entry(valid_from="2020-01-01", valid_to="2023-12-31", action_class="attendre")
    + entry(valid_from="2022-01-01", action_class="papier")
)


@pytest.mark.parametrize(
    ("on", "action", "step", "notice"),
    [
        ((2019, 12, 31), "inconnue", "unknown", "out_of_date"),
        ((2020, 1, 1), "attendre", "code", "dated"),
        ((2021, 12, 31), "attendre", "code", "dated"),
        ((2022, 1, 1), "papier", "code", "dated"),
        ((2024, 1, 1), "papier", "code", "dated"),
        (None, "inconnue", "code", "ambiguous"),
    ],
)
def test_complete_dates_choose_the_row(site, on, action, step, notice):
    answer = site(DATED).lookup("0999 001", None, "AMO", on=on and datetime.date(*on))
    assert (answer.action, answer.step) == (action, step)
    assert notice in kinds(answer)
    assert "code_unknown" not in kinds(answer)
    assert (answer.reject is None) == (len(answer.candidates) == 2)


def test_a_partial_date_excludes_nothing(site):
    catalogue = site(TOP + entry(valid_from="2024-XX-XX", valid_to="2024-12-XX"))
    assert catalogue.lookup("0999 001", None, "AMO", on=datetime.date(1990, 1, 1)).step == "code"


def test_labels_that_begin_alike_with_other_motives_leave_the_words_to_speak(site):
    catalogue = site(
        TOP
        + entry(code="A", label="FACTURE DEJA PAYEE PAR LOT", motive="lot_deja_recu")
        + entry(code="B", label="FACTURE DEJA PAYEE PAR ERREUR", action_class="reclamation")
    )
    answer = catalogue.lookup(None, "FACTURE DEJA PAYEE PAR", "AMO")
    assert [row.code for row in answer.candidates] == ["2900 005", "A", "B"]
    assert (answer.reject, answer.action, answer.deduced_action) == (None, "inconnue", "ne_pas_retransmettre")
    assert (answer.motive.motive, answer.words) == ("doublon", "deja payee")


def test_a_site_may_have_its_own_namespace_and_replacements(site):
    catalogue = site(
        TOP
        + entry(namespace="local", code="A1", replaced_by="a-2")
        + entry(namespace="LOCAL", code="A2")
        + entry(namespace="LOCAL", code="B1", replaced_by="ZZ")
    )
    assert catalogue.lookup("a1", None, "local").replacement.code == "A2"
    assert [row.code for row in catalogue.lookup("A2", None, "LOCAL").replaces] == ["A1"]
    assert catalogue.lookup("B1", None, "LOCAL").replacement is None


def test_a_site_row_of_ssv_is_found_before_the_range(site):
    answer = site(TOP + entry(namespace="SSV", code="0xF613")).lookup("62995", None, "SSV")
    assert answer.reject.code == "0xF613"
    assert [row.code for row in answer.overridden] == ["0xF610-0xF61F"]


def test_codes_that_only_a_site_writes_whole(site):
    catalogue = site(
        TOP + entry(namespace="OC929", code="MUJ130004Z") + entry(namespace="SSV", code="MESSAGE")
    )
    assert catalogue.lookup("MUJ130004Z", None, "OC929").reject.code == "MUJ130004Z"
    assert catalogue.lookup("message", None, "SSV").reject.code == "MESSAGE"


def test_files_are_read_by_name_and_others_are_left(site, tmp_path):
    (tmp_path / "notes.txt").write_text("not a table", encoding="utf-8")
    rows = site(TOP + entry(code="A"), TOP + entry(code="B")).rows[-2:]
    assert [(row.code, row.origin) for row in rows] == [("A", "0.toml"), ("B", "1.toml")]


def test_an_empty_directory_adds_nothing(tmp_path):
    assert load_site(str(tmp_path)) == ()


def test_rows_given_without_a_file_are_a_sites_too():
    row = dataclasses.replace(load().rows[0], code="0999 001")
    assert load().with_site([row]).lookup("0999 001", None, "AMO").reject.origin == "site"


def test_nobody_adds_a_row_anonymously():
    row = dataclasses.replace(load().rows[0], source=" ")
    with pytest.raises(SiteCatalogueError, match=r"^site, reject 1, source: required, may not be empty$"):
        load().with_site([row])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "0.toml: no [[reject]] entry"),
        ("reject = 3", "0.toml: no [[reject]] entry"),
        ("reject = [1]", "0.toml: no [[reject]] entry"),
        ("[reject]\ncode = '1'", "0.toml: no [[reject]] entry"),
        ("a = \n", "0.toml: not valid TOML, line 1"),
        (TOP + "[[reject]]\ncode = 0450\n", "0.toml: not valid TOML, line 5"),
        ("a = ", "0.toml: not valid TOML, line 1"),
        ("code = 'x'\n" + TOP + entry(), "0.toml, code: unknown key at the top of the file"),
        (TOP + entry() + entry(code="A", colour="red"), "0.toml, reject 2, colour: unknown field"),
        (TOP + entry() + entry(code="A", labl="x"), "0.toml, reject 2, labl: unknown field, label perhaps"),
        (TOP + entry() + "1600875123456 = 'x'\n", "0.toml, reject 1, (key): unknown field"),
        (
            TOP + "[[reject]]\nnamespace = 'AMO'\ncode = 450072\n",
            "0.toml, reject 1, code: must be text: put it between quotes, leading zeros count",
        ),
        (
            TOP + entry() + "date = 2026-03-04T10:00:00\n",
            "0.toml, reject 1, date: must be text: put it between quotes, leading zeros count",
        ),
        (TOP + entry(namespace=" "), "0.toml, reject 1, namespace: required, may not be empty"),
        (entry(author_role="a", date="2026-01-01"), "0.toml, reject 1, source: required, may not be empty"),
        (entry(source="a", date="2026-01-01"), "0.toml, reject 1, author_role: required, may not be empty"),
        (entry(source="a", author_role="a"), "0.toml, reject 1, date: required, may not be empty"),
        (TOP + entry(code=""), "0.toml, reject 1: a code or a label is required"),
        (
            TOP + entry(action_class="x"),
            "0.toml, reject 1, action_class: not an action class (see codes.actions)",
        ),
        (TOP + entry(outcome="x"), "0.toml, reject 1, outcome: not a known outcome"),
        (TOP + entry(level="x"), "0.toml, reject 1, level: not a known level"),
        (TOP + entry(part="O"), "0.toml, reject 1, part: must be AMO or AMC"),
        (TOP + entry(confidence="D"), "0.toml, reject 1, confidence: must be A, B or C"),
        (TOP + entry(motive="x"), "0.toml, reject 1, motive: not a known motive"),
        (
            TOP + entry(valid_from="2024-13-01"),
            "0.toml, reject 1, valid_from: must be a date YYYY-MM-DD, with X for unknown digits",
        ),
        (
            TOP + entry(valid_to="03/10/2024"),
            "0.toml, reject 1, valid_to: must be a date YYYY-MM-DD, with X for unknown digits",
        ),
        (
            TOP + entry() + entry(code="0999-001"),
            "0.toml, reject 2: same emitter, namespace, code and valid_from as an earlier entry",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_no_value(site, text, message):
    with pytest.raises(SiteCatalogueError) as caught:
        site(text)
    assert str(caught.value) == message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_the_error_carries_its_place(site):
    with pytest.raises(SiteCatalogueError) as caught:
        site(TOP + entry() + entry(code="A", level="x"))
    error = caught.value
    assert (error.file, error.entry, error.field, error.problem) == (
        "0.toml",
        2,
        "level",
        "not a known level",
    )
    assert isinstance(error, ValueError)


def test_the_same_key_in_two_files_is_refused(site):
    with pytest.raises(SiteCatalogueError, match=r"^1\.toml, reject 1: same emitter"):
        site(TOP + entry(), TOP + entry())


@pytest.mark.parametrize("name", ["absent", "file"])
def test_not_a_directory(tmp_path, name):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SiteCatalogueError, match=rf"^{name}: not a directory$"):
        load_site(tmp_path / name)


def test_a_file_that_is_not_text(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SiteCatalogueError, match=r"^a\.toml: not UTF-8 text$"):
        load_site(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "a.toml").mkdir()
    with pytest.raises(SiteCatalogueError, match=r"^a\.toml: cannot be read$"):
        load_site(tmp_path)
