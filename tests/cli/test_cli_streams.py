"""What surrounds the command: pipes, terminals, encodings, interruptions, defects."""

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from cli_runner import run
from cli_samples import clean, flow, retour

from cli.io.guard import place
from cli.words import status
from cli.words.screen import nearest

NOEMIE = [sys.executable, "-m", "cli"]


@pytest.fixture
def sent(tmp_path):
    path = tmp_path / "flux.b2"
    path.write_bytes(clean())
    return path


def shell(command, **variables):
    return subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        # Python keeps what it cannot write, unless the machine of who tests says otherwise.
        env={**os.environ, "PYTHON": sys.executable, "PYTHONUNBUFFERED": "", **variables},
    )


def test_a_closed_pipe_says_nothing_and_ends_like_sigpipe(tmp_path):
    path = tmp_path / "long.b2"
    path.write_bytes(flow(400))
    done = shell(f'"$PYTHON" -m cli show --records --limit 0 {path} | head -1; echo "${{PIPESTATUS[0]}}" >&2')
    assert done.stdout.startswith(f"{path}")
    assert done.stderr == f"{status.CLOSED_PIPE}\n"


def test_a_pipe_closed_before_the_first_byte(sent):
    done = shell(f'"$PYTHON" -m cli check {sent} | true; echo "${{PIPESTATUS[0]}}" >&2')
    # The line may fit in the pipe before its reader leaves: what matters is that nothing is said.
    assert done.stderr.strip() in ("0", str(status.CLOSED_PIPE))


def test_closed_standard_output(sent):
    done = shell(f'"$PYTHON" -m cli check {sent} >&-; echo "$?" >&2')
    assert done.stderr == "0\n"


def test_closed_standard_input():
    done = shell('"$PYTHON" -m cli check - <&-')
    assert done.returncode == 2
    assert "[fichier.lecture]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_told_in_one_line(sent):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = shell(f'"$PYTHON" -m cli check {sent} > /dev/full')
    assert (done.returncode, done.stderr) == (2, "noemie : le disque est plein\n")


def test_ascii_output_gets_the_nearest_characters(sent):
    result = run("show", sent, encoding="ascii")
    assert result.status == 0
    assert "Contr" in result.out
    assert "Controle : rien a corriger." in result.out
    assert "NIR ***" in result.out
    assert ",00 EUR" in result.out


def test_json_is_utf_8_whatever_the_output(sent):
    plain, ascii_only = (
        run("show", sent, "--format", "json"),
        run("show", sent, "--format", "json", encoding="ascii"),
    )
    assert plain.data == ascii_only.data
    assert plain.out.endswith("}\n")


@pytest.mark.parametrize(
    ("character", "written"), [("é", "e"), ("•", "*"), ("→", "->"), ("\u00a0", " "), ("漢", "?")]
)
def test_nearest_characters(character, written):
    assert nearest(character) == written


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_where_they_are_wanted(sent, terminal, variables, coloured):
    result = run("show", sent, terminal=terminal, **variables)
    assert ("\x1b[" in result.out) is coloured


def test_do_not_resend_is_red_on_a_terminal(tmp_path):
    path = tmp_path / "retour.noe"
    path.write_bytes(retour())
    out = run("decode", path, terminal=True).out
    line = next(line for line in out.splitlines() if "NE PAS RETRANSMETTRE" in line)
    assert "41m" in line  # a red background


def test_an_interruption_is_silent(sent):
    with mock.patch("fse.reader.Reading.items", side_effect=KeyboardInterrupt):
        result = run("show", sent)
    assert (result.status, result.err) == (130, "")


def test_no_more_memory(sent):
    with mock.patch("fse.reader.Reading.items", side_effect=MemoryError):
        result = run("show", sent)
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "noemie : mémoire insuffisante pour cette commande."
        " → Traiter un fichier à la fois, ou « check », qui lit au fil de l'eau.\n"
    )


def test_a_defect_tells_its_type_and_place_never_its_text(sent):
    with mock.patch("cli.show.flux.as_data", side_effect=ValueError("1770288888042")):
        result = run("show", sent)
    assert (result.status, result.out) == (70, "")
    assert result.err.startswith("noemie : erreur interne (ValueError, cli/verbs/show.py:")
    assert "1770288888042" not in result.err
    assert len(result.err.splitlines()) == 1
    with mock.patch("cli.show.flux.as_data", side_effect=ValueError("x")):
        assert run("show", sent, "--lang", "en").err.startswith("noemie: internal error (ValueError, ")


def test_a_defect_shows_its_traceback_to_who_asks(sent):
    with mock.patch("cli.show.flux.as_data", side_effect=ValueError("x")):
        assert "Traceback" in run("show", sent, NOEMIE_DEBUG="1").err


def test_place_of_an_error_outside_our_code():
    assert place(ValueError()) == "?"


def test_the_language_comes_from_the_option_then_from_the_environment(sent):
    assert "nothing to report" in " ".join(run("check", sent, NOEMIE_LANG="en").out.split())
    assert "rien à signaler" in " ".join(run("check", sent, "--lang", "fr", NOEMIE_LANG="en").out.split())
    assert "File not found" in run("check", "absent.b2", NOEMIE_LANG="en").err


def test_a_name_cannot_act_on_the_terminal(tmp_path):
    path = tmp_path / "a\x1b[31m.b2"
    path.write_bytes(b"")
    assert "\x1b" not in run("check", path).err


def test_several_runs_give_the_same_bytes(sent):
    for arguments in (("show", sent), ("check", sent, "--format", "json"), ("explain", "doublon")):
        assert run(*arguments).data == run(*arguments).data
