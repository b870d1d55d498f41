"""The name of a file acts on no terminal, and tells nobody's number, in any output."""

import os
import sqlite3

import pytest
from cli_runner import run
from cli_samples import flow, retour
from zone_samples import card

from codes.personal import shown_name

NIR = "1770288888042"

#: An escape, C1, direction marks, a line end, a byte that is no text, then a NIR and one with its key.
NAME = os.fsdecode(f"a\x1b[31m\x9b\u202e\u2066\u200e\n{NIR}_".encode() + b"\xe9_" + f"{NIR}12".encode())

BAD = ("\x1b", "\x9b", "\u202e", "\u2066", "\u200e", "\udce9", NIR, "%1B", "%E9_")


def clean(result, name=NAME):
    for text in (result.out, result.err):
        assert not [bad for bad in BAD if bad in text]
        assert "Traceback" not in text
        assert "a\ufffd[31m\ufffd" in text or "a%EF%BF%BD%5B31m" in text or name not in text
    return result


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "csv", "sarif", "junit", "github", "html"])
@pytest.mark.parametrize("data", [flow()[:-128], b"", b"%PDF-1.7"], ids=["flow", "empty", "pdf"])
def test_every_report_of_a_check(folder, form, data):
    (folder / NAME).write_bytes(data)
    assert clean(run("check", NAME, "--format", form)).status in (1, 2)


@pytest.mark.parametrize(
    "verb",
    [
        ("show",), ("show", "--format", "json"),
        ("decode",), *(("decode", "--format", form) for form in ("json", "jsonl", "csv", "html")),
        ("explain",), ("explain", "--format", "json"),
        ("reconcile",), ("reconcile", "--format", "json"),
        ("convert", "--format", "json", "-o", "out.json"), ("convert", "--format", "b2"),
        ("mask", "-o", "masked"), ("mask", "-o", "masked", "--format", "json"),
        ("diff", "other"), ("diff", "other", "--format", "json"), ("diff", "other", "--format", "html"),
        ("respond", "-o", "answer"),
        ("codes", "validate"), ("generate", "--invoices", "1", "-o"), ("generate", "--format", "json", "-o"),
        ("codes", "export", "-o"),
        ("check", "--layouts", NAME, "x.b2"), ("check", "--config"), ("check", "--fail-on"), ("nothing",),
        ("ledger", "files", "--db"), ("rights", "list"), ("check", "x.b2", "--rights"),
        ("mask", "-o", "x", "--key-file"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("there", [True, False])
def test_every_verb(folder, verb, there):
    if there:
        (folder / NAME).write_bytes(retour())
    (folder / "other").write_bytes(retour())
    clean(run(*verb, NAME))


@pytest.mark.parametrize(
    "asked",
    [
        "check f.b2 --baseline {}", "check f.b2 --config {}", "check f.b2 --layouts {}",
        "check f.b2 --codes {}",
        "reconcile f.b2 r.noe --marks {}", "mask f.b2 --key-file {} -o masked", "ledger payments --db {}",
        "codes validate {}", "rights show {} --nir -", "generate medecin -o {}/x/y", "check f.b2 -o {}/x",
    ],
)  # fmt: skip
def test_a_file_that_an_option_names(folder, asked):
    (folder / "f.b2").write_bytes(flow())
    (folder / "r.noe").write_bytes(retour())
    name = NAME.replace("\n", "")
    result = run(*(word.replace("{}", name) for word in asked.split()), stdin=b"x")
    assert not [bad for bad in BAD if bad in result.out + result.err]
    assert "Traceback" not in result.err


def test_the_ledger_and_the_rights(folder):
    (folder / NAME).write_bytes(retour())
    (folder / f"c{NAME}").write_bytes(card())
    clean(run("ledger", "import", NAME, "--db", "a.db"))
    clean(run("rights", "import", "d.db", f"c{NAME}", NAME))
    # What an earlier version stored.
    with sqlite3.connect("a.db") as base:
        base.execute("UPDATE noms SET nom = ?", (f"a\x1b[31m\x9b\u202e{NIR}.noe",))
    base.close()
    for form in ("text", "json", "csv"):
        shown = clean(run("ledger", "files", "--db", "a.db", "--format", form))
        assert "XXXXXXXXXXXXX.n" in shown.out
        clean(run("ledger", "rejects", "--db", "a.db", "--format", form))
    clean(run("ledger", "export", "files", "--db", "a.db"))
    clean(run("ledger", "import", NAME, "--db", "a.db"))
    clean(run("rights", "stats", "d.db"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("2A" + "0" * 4, "2A0000"),
        ("17702A8888042.b2", "17702A8888042.b2"),
        ("177022A888042.b2", "XXXXXXXXXXXXX.b2"),
        ("x177028888804212y", "xXXXXXXXXXXXXXXXy"),
        ("20260314093000.noe", "20260314093000.noe"),
        ("20261314093000.noe", "XXXXXXXXXXXXXX.noe"),
        ("20260314093000123.noe", "20260314093000123.noe"),
        ("2026031409300.noe", "XXXXXXXXXXXXX.noe"),
        ("123456789012.noe", "123456789012.noe"),
    ],
)
def test_what_is_crossed_out(name, shown):
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    "words",
    [
        ["check", ""],
        ["mask", "-o", "", "a.b2"],
        ["generate", "--output="],
        ["diff", "a.b2", ""],
        ["rights", "import", "", "a.csv"],
        ["today", ""],
        ["check", "a.b2", "--card", ""],
    ],
    ids=" ".join,
)
def test_an_empty_name_is_not_the_current_folder(folder, words):
    (folder / "a.b2").write_bytes(flow())
    result = run(*words, "--lang", "fr")
    assert result.status == 2
    assert "un nom vide est donné ; un fichier ou un dossier est attendu." in result.err
    assert sorted(one.name for one in folder.iterdir()) == ["a.b2"]


@pytest.mark.parametrize("option", ["--layouts", "--codes"])
def test_a_folder_of_a_site_that_is_not_there_is_refused(folder, option):
    (folder / "a.b2").write_bytes(flow())
    result = run("check", "a.b2", option, "tabels", "--lang", "en")
    assert result.status == 2
    assert f"Error: '{option}': tabels: an existing folder is expected." in result.err


def test_a_file_named_as_standard_input_is_read_in_its_folder(folder):
    (folder / "-").write_bytes(flow())
    assert run("check", ".").out.startswith("./- : ")


def test_a_long_name_takes_no_square_of_its_length():
    assert len(shown_name("n" * 400_000)) == 400_000
    assert shown_name("1sftp://moi:secret@hote/a") == "1sftp://•••@hote/a"
    assert shown_name("x" * 50 + "://moi:secret@hote/a") == "x" * 50 + "://•••@hote/a"
