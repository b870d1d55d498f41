"""Where lines are folded: on a terminal, or where a width is asked for; never inside a word."""

from __future__ import annotations

import re

import pytest
from cli_runner import run
from cli_samples import flow, retour

from cli.followup import plain_text as pages
from cli.words.page import Line, wrap
from cli.words.screen import UNFOLDED
from cli.words.tables import Table

LONG = "un-dossier-dont-le-nom-depasse-de-loin-la-largeur-d-un-terminal-de-quatre-vingts-colonnes"

VERBS = [("show",), ("show", "--records"), ("check",), ("decode",)]


@pytest.fixture
def path(tmp_path):
    made = tmp_path / LONG / "retour.noe"
    made.parent.mkdir()
    made.write_bytes(retour())
    return made


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("terminal", [False, True])
def test_a_path_is_whole_on_its_line(path, verb, terminal):
    result = run(*verb, path, terminal=terminal)
    told = plain(result.out + result.err)
    assert any(str(path) in line for line in told.splitlines())


def test_a_message_is_whole_on_its_line_in_a_pipe(path):
    path.write_bytes(flow().replace(b"B2", b"B3", 1))
    piped, on_terminal = (run("check", path, "--no-context", terminal=where) for where in (False, True))
    lines = piped.out.splitlines()
    assert max(map(len, lines)) > 80
    assert len(lines) < len(plain(on_terminal.out).splitlines())
    assert piped.out.split() == plain(on_terminal.out).split()


def test_columns_of_the_shell_fold_a_terminal_only():
    asked = {"COLUMNS": "50"}
    assert max(map(len, run("show", "-", stdin=flow(), **asked).out.splitlines())) > 120
    shown = plain(run("show", "-", stdin=flow(), terminal=True, **asked).out)
    assert max(map(len, shown.splitlines())) <= 50


@pytest.mark.parametrize("terminal", [False, True])
def test_a_width_that_is_asked_for_folds_anywhere(terminal):
    shown = run("show", "-", stdin=flow(), terminal=terminal, NOEMIE_COLUMNS="60")
    assert 50 < max(map(len, plain(shown.out).splitlines())) <= 60


@pytest.mark.parametrize("width", ["", "0", "-1", "large", "80.5", "9" * 40])
def test_a_width_that_is_none_asks_for_nothing(width):
    assert run("show", "-", stdin=flow(), NOEMIE_COLUMNS=width).out == run("show", "-", stdin=flow()).out


def test_help_and_its_reminder_are_folded_alike():
    about = (
        "un retour NOEMIE est contrôlé comme un retour, une zone SSV (carte Vitale, CPS, poste, facture)"
        " comme une zone."
    )
    assert about in run("check", "--help").out
    for result in (run("check", "--help", terminal=True), run("check", "--help", NOEMIE_COLUMNS="80")):
        assert max(map(len, plain(result.out).splitlines())) <= 80
    wrong = run("check", "--nothing-like-it", terminal=True, COLUMNS="60")
    assert (wrong.status, wrong.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("voir /un/tres/long/chemin ici", ["voir", "/un/tres/long/chemin", "ici"]),
        ("/un/tres/long/chemin", ["/un/tres/long/chemin"]),
        ("  /un/tres/long/chemin a b", ["  /un/tres/long/chemin", "a b"]),
        ("un deux trois", ["un deux", "trois"]),
        ("a /un/tres/long/chemin ", ["a", "/un/tres/long/chemin"]),
        ("", [""]),
    ],
)
def test_a_word_is_never_broken(text, lines):
    assert [line.plain for line in wrap(Line(text), 10, 10)] == lines


def test_a_column_keeps_its_longest_word():
    table = Table("fichier", "n", fold=(0,))
    table.add("/un/tres/long/chemin/sans/espace et la suite", "1")
    rows = [line.plain for line in table.lines(20)]
    assert any("/un/tres/long/chemin/sans/espace" in row for row in rows)
    assert len({len(rows[1]), len(rows[2])}) == 1
    whole = [line.plain for line in table.lines(UNFOLDED)]
    assert whole[2] == "/un/tres/long/chemin/sans/espace et la suite  1"


def test_a_text_of_the_ledger_keeps_its_words():
    rows = [("motif", "n"), ("https://exemple.test/" + "a" * 80 + " et la suite", "1")]
    assert "https://exemple.test/" + "a" * 80 in pages.table(rows, (1,)).replace("\n", "|").split("|")[2]
    assert "a" * 80 + " et la suite" in pages.table(rows, (1,), UNFOLDED)
    assert pages.folded("un mot " * 40, width=UNFOLDED).count("\n") == 0
