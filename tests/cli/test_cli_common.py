"""What every verb has: -o, --csv-style, -q, --color, completion; and the ways to start the command."""

import json
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from unittest import mock

import pytest
from cli_runner import run
from cli_samples import flow, retour

from cli.__main__ import main
from cli.app import whole
from cli.io.environment import VARIABLES
from cli.words import status
from cli.words.status import MEANINGS


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.b2").write_bytes(flow())
    (tmp_path / "r.noe").write_bytes(retour())
    return tmp_path


# --- -o ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        ("show", "f.b2"),
        ("show", "f.b2", "--records"),
        ("check", "f.b2"),
        ("decode", "r.noe"),
        ("reconcile", "f.b2", "r.noe", "--on", "2026-06-01"),
        ("explain", "294"),
        ("codes", "list", "nature_assurance"),
        ("layouts", "NOEMIE", "294"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("suffix", ["txt", "json"])
def test_what_goes_to_a_file_is_what_goes_to_standard_output(folder, typed, suffix):
    form = "text" if suffix == "txt" else suffix
    plain = (
        run(*typed, "--format", form)
        if typed != ("show", "f.b2", "--records") or form == "json"
        else run(*typed)
    )
    there = run(*typed, "-o", f"out.{suffix}", "-q")
    assert (there.status, there.out, there.err) == (plain.status, "", "")
    assert (folder / f"out.{suffix}").read_text(encoding="utf-8") == plain.out


def test_every_verb_that_reports_has_an_output():
    def verbs(command, path=()):
        for name in command.list_commands(None):
            inner = command.get_command(None, name)
            if hasattr(inner, "list_commands"):
                yield from verbs(inner, (*path, name))
            else:
                yield " ".join((*path, name)), inner

    without = {name for name, verb in verbs(whole()) if "output" not in {param.name for param in verb.params}}
    assert without == {"demo", "ledger backup", "serve"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("show", "f.b2", "-o", "x.json", "--format", "text"), "-o x.json ne va pas avec --format text."),
        (
            ("show", "f.b2", "-o", "x.csv"),
            "-o x.csv : ce verbe n'écrit pas de csv. → Choisir parmi : text, json, html.",
        ),
        (("check", "f.b2", "-o", "x.html", "--format", "json"), "-o x.html ne va pas avec --format json."),
        (("decode", "r.noe", "-o", "x.json", "--format", "html"), "-o x.json ne va pas avec --format html."),
        (("layouts", "-o", "x.html"), "-o x.html : ce verbe n'écrit pas de html."),
    ],
)
def test_a_suffix_that_says_something_else_is_refused(folder, typed, said):
    result = run(*typed)
    assert (result.status, result.out) == (2, "")
    assert f"Erreur : {said}" in result.err
    assert not list(folder.glob("x.*"))


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [
        ("sarif", "{"),
        ("xml", "<?xml"),
        ("html", "<!doctype html>"),
        ("csv", "file,"),
        ("json", "{"),
        ("rapport", "f.b2"),
    ],
)
def test_the_suffix_tells_the_format_of_check(folder, suffix, begins):
    run("check", "f.b2", "-o", f"out.{suffix}")
    assert (folder / f"out.{suffix}").read_text(encoding="utf-8").lower().startswith(begins)


def test_an_output_never_replaces_what_is_read(folder):
    for typed in (
        ("show", "f.b2", "-o", "f.b2"),
        ("explain", "r.noe", "-o", "r.noe"),
        ("check", ".", "-o", "f.b2"),
        ("check", ".", "--write-baseline", "r.noe"),
    ):
        result = run(*typed)
        assert result.status == 2
        assert "ce fichier est une entrée de la commande" in result.err
    assert (folder / "f.b2").read_bytes() == flow()
    run("ledger", "import", "f.b2", "--db", "l.db")
    result = run("ledger", "files", "--db", "l.db", "-o", "l.db")
    assert "ce fichier est une entrée" in result.err
    assert run("ledger", "files", "--db", "l.db").status == 0


def test_nothing_is_left_where_nothing_could_be_said(folder):
    assert run("show", "absent", "-o", "out.txt").status == 2
    assert run("layouts", "rien", "-o", "out.txt").status == 1
    assert sorted(path.name for path in folder.iterdir()) == ["f.b2", "r.noe"]


def test_values_that_are_shown_go_to_a_file_for_its_owner(folder):
    run("show", "f.b2", "-o", "a.txt")
    run("show", "f.b2", "-o", "b.txt", "--show-values")
    assert (folder / "a.txt").stat().st_mode & 0o077 != 0
    assert (folder / "b.txt").stat().st_mode & 0o077 == 0


# --- CSV --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        ("check", "f.b2", "--format", "csv"),
        ("decode", "r.noe", "--format", "csv"),
        ("codes", "list", "nature_assurance", "--format", "csv"),
        ("codes", "export", "--format", "csv"),
        ("layouts", "NOEMIE", "294", "--format", "csv"),
        ("ledger", "payments", "--format", "csv"),
        ("ledger", "to-resend", "--format", "csv"),
        ("ledger", "export", "invoices"),
        ("ledger", "statement", "--month", "2025-03", "--format", "csv"),
    ],
    ids=" ".join,
)
def test_a_french_spreadsheet_opens_every_csv(folder, typed):
    if typed[0] == "ledger":
        run("ledger", "import", "f.b2", "r.noe")
    plain = run(*typed).data.decode()
    french = run(*typed, "--csv-style", "excel-fr").data.decode()
    assert french.startswith("\ufeff")
    head, _, rest = french.removeprefix("\ufeff").partition("\r\n")
    assert head == plain.splitlines()[0].replace(",", ";")
    assert rest.count("\n") == rest.count("\r\n")
    assert run(*typed).data.decode() == plain  # the style is that of one run


def test_codes_keep_their_zeros_and_amounts_have_a_comma(folder):
    run("convert", "f.b2", "-o", "t", "--format", "csv", "--csv-style", "excel-fr")
    head, row, *_ = (folder / "t" / "b2-4.csv").read_bytes().decode("utf-8-sig").splitlines()
    cells = dict(zip(head.split(";"), row.split(";"), strict=True))
    assert cells["montant_amo"] == "17,50"
    assert cells["numero_facture"] == '"=""000000001"""'


def test_a_register_reads_again_what_it_wrote_for_a_spreadsheet(folder):
    run("generate", "-o", "g", "--with", "rights", "--invoices", "5")
    run("rights", "import", "a.db", "g/droits", "--personal", "plain")
    for style in ("standard", "excel-fr"):
        run("rights", "export", "a.db", "--show-values", "-o", f"{style}.csv", "--csv-style", style)
        assert run("rights", "import", f"{style}.db", f"{style}.csv", "--personal", "plain").status == 0
    one, other = (
        run("rights", "export", f"{style}.db", "--show-values").out for style in ("standard", "excel-fr")
    )
    assert sorted(one.splitlines()) == sorted(other.splitlines())


# --- notes and colours ------------------------------------------------------------------------------------


def test_quiet_says_only_what_was_asked_for(folder):
    assert run("check", "f.b2", "-o", "a.json").err != ""
    assert run("check", "f.b2", "-o", "a.json", "-q").err == ""
    assert run("-q", "check", "f.b2", "-o", "a.json").err == ""
    assert run("check", "f.b2", "-o", "a.json").err != ""
    assert "fichier.absent" in run("check", "absent", "-q").out + run("check", "absent", "-q").err


@pytest.mark.parametrize(
    ("options", "variables", "terminal", "coloured"),
    [
        ((), {}, True, True),
        ((), {}, False, False),
        (("--color", "always"), {}, False, True),
        (("--color", "never"), {}, True, False),
        (("--color=always",), {"NO_COLOR": "1"}, False, True),
        (("--color", "auto"), {"NO_COLOR": "1"}, True, False),
        ((), {"FORCE_COLOR": "1"}, False, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        (("--color", "never"), {"FORCE_COLOR": "1"}, True, False),
        ((), {"TERM": "dumb"}, True, False),
    ],
)
def test_colours(options, variables, terminal, coloured):
    for typed in (("layouts", "NOEMIE", "294"), ("check", "--help")):
        out = run(*typed, *options, terminal=terminal, **variables).out
        assert ("\x1b[" in out) is coloured, typed
        assert run(*options, *typed, terminal=terminal, **variables).out == out


# --- a run that lasts -------------------------------------------------------------------------------------


def test_a_verb_that_lasts_says_so_until_its_first_word(folder):
    def slow(*arguments, **options):
        time.sleep(0.4)

    with mock.patch("cli.io.progress.WAITING", 0.05), mock.patch("cli.words.layouts_by_name.pick", slow):
        on_terminal = run("layouts", "4M", terminal=True, waiting=True)
        assert "noemie layouts : en cours" in on_terminal.err
        assert on_terminal.err.index("en cours") < on_terminal.err.index("famille ou enregistrement inconnu")
        for result in (
            run("layouts", "4M", waiting=True),
            run("layouts", "4M", "-q", terminal=True, waiting=True),
        ):
            assert "en cours" not in result.err
            assert result.err.startswith("noemie layouts")


def test_one_bar_at_a_time_for_files_and_for_bytes(folder):
    with mock.patch("cli.io.progress.PATIENCE", -1.0):
        assert "f.b2" in run("convert", "f.b2", "--format", "json", "-o", "x.json", terminal=True).err
        assert "\x1b" not in run("convert", "f.b2", "--format", "json", "-o", "y.json").err
        assert run("convert", "f.b2", "--format", "json", "-o", "z.json", "-q", terminal=True).err == ""


# --- starting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", ["flatfile", "codes", "fse", "noemie", "fixtures", "cli"])
def test_every_package_tells_its_version(package):
    assert import_module(package).__version__ == "0.1.0"
    with pytest.raises(AttributeError):
        import_module(package).no_such_name  # noqa: B018


def test_python_m_noemie_is_the_command():
    done = subprocess.run([sys.executable, "-m", "noemie", "-V"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "noemie 0.1.0\n", "")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("noemie gen", {"generate"}),
        ("noemie ledger to", {"to-resend"}),
        ("noemie check --sel", {"--select"}),
        ("noemie check --format s", {"sarif"}),
        ("noemie check --norm CP", {"CP-2005E", "CP-2003C"}),
        ("noemie check --select acte.cc", {"acte.ccam-forme", "acte.ccam-detail"}),
        ("noemie --lang ", {"fr", "en"}),
        ("noemie generate --profile ph", {"pharmacie"}),
        ("noemie generate --fault cle.nir-p", {"cle.nir-provisoire"}),
        ("noemie ledger rejects --motive droits_f", {"droits_fermes"}),
        ("noemie explain acte.cc", {"acte.ccam-forme", "acte.ccam-detail"}),
        ("noemie codes list nature_n", {"nature_nom"}),
        ("noemie layouts PS", {"PS-2003C"}),
        ("noemie mask --invoice-numbers k", {"keep"}),
    ],
)
def test_a_shell_completes_values(line, found):
    variables = {
        "_NOEMIE_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    result = run(**variables)
    assert (result.status, set(result.out.split()), result.err) == (0, found, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_its_script(shell):
    result = run("--show-completion", shell)
    assert (result.status, result.err) == (0, "")
    assert "_NOEMIE_COMPLETE" in result.out


def test_a_caller_that_gives_arguments_is_not_taken_for_a_shell():
    assert main(["-V"]) == 0


def test_json_says_the_language_of_the_locale(folder):
    assert (
        json.loads(run("reconcile", "f.b2", "r.noe", "--format", "json", LANG="en_US.UTF-8").out)["lang"]
        == "en"
    )


# --- the page of all verbs --------------------------------------------------------------------------------


def test_the_page_tells_every_variable_and_every_status():
    read = set()
    for package in ("flatfile", "codes", "fse", "noemie", "fixtures", "cli"):
        for path in Path(import_module(package).__file__).parent.rglob("*.py"):
            read |= set(
                re.findall(r"\"(NOEMIE_[A-Z_]+|NO_COLOR|FORCE_COLOR)\"", path.read_text(encoding="utf-8"))
            )
    # Names of a base class, which each database replaces.
    assert read - {"NOEMIE_KEY", "NOEMIE_KEY_FILE"} == set(VARIABLES)
    numbers = {str(value) for name, value in vars(status).items() if isinstance(value, int)}
    assert numbers - {str(status.SIGNALLED)} == MEANINGS.keys() - {"128 + n"}
