"""The help pages: quick to come, complete, and the same verbs everywhere."""

import subprocess
import sys
from importlib import import_module

import pytest
from cli_runner import run

from cli.app import GROUPS, HELP
from fixtures.faults import FAULTS
from fixtures.generate import Parametres, generate
from fixtures.profils import PROFILES

HEAVY = ("rich", "msgspec", "construct", "flatfile", "codes", "fse", "noemie", "fixtures", "cli.report")


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from cli.__main__ import main; status = main(['--help']);"
        f"heavy = [n for n in {HEAVY!r} if n in sys.modules]; sys.exit(repr(heavy) if heavy else status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


OURS = ("flatfile", "codes", "fse", "noemie", "fixtures", "cli")

#: Modules of ours that checking one small flow may import.
MOST_MODULES = 70


def test_checking_one_flow_imports_what_it_needs(tmp_path):
    path = tmp_path / "flow.b2"
    path.write_bytes(next(generate(Parametres("medecin", seed=1, invoices=3, organismes=("08",)))).data)
    code = (
        f"import sys; from cli.__main__ import main; status = main(['check', {str(path)!r}]);"
        f"ours = sorted(n for n in sys.modules if n.partition('.')[0] in {OURS!r});"
        f"sys.exit(repr(ours) if len(ours) > {MOST_MODULES} else status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_lists_every_verb_by_group():
    out = run("--help", "--lang", "en").out
    assert all(f"{title}:" in out for title in GROUPS)
    assert all(f"\n  {verb} " in out for verb in HELP)


@pytest.mark.parametrize("verb", HELP)
def test_each_verb_has_its_module_and_its_page(verb):
    module = import_module(f"cli.verbs.{verb}")
    places = [place for place, _ in getattr(module, "VERBS", {}).values()]
    for place in places or [f"cli.verbs.{verb}:{verb}"]:
        name, _, function = place.partition(":")
        assert callable(getattr(import_module(name), function))
    result = run(verb, "--help", "--lang", "en")
    assert result.status == 0
    assert result.out.startswith(f"Usage: noemie {verb} [OPTIONS]")
    assert result.err == ""


def test_version():
    assert run("--version").out == run("-V").out == "noemie 0.1.0\n"


def test_nothing_typed_is_wrong_usage_and_helps():
    result = run()
    assert result.status == 2
    assert "Pour commencer :" in result.err + result.out


def test_unknown_verb_suggests_the_nearest():
    result = run("chekc", "x.b2")
    assert result.status == 2
    assert result.out == ""
    assert result.err.endswith("Erreur : il n'y a pas de verbe `chekc`. Vouliez-vous dire `check` ?\n")


def test_wrong_option_is_wrong_usage():
    result = run("check", "--fail-on", "rien", "x.b2")
    assert (result.status, result.out) == (2, "")
    assert "'--fail-on'" in result.err
    assert "Traceback" not in result.err


def test_help_is_plain_in_a_pipe_and_styled_on_a_terminal():
    assert "\x1b" not in run("--help").out
    assert "\x1b[1mUtilisation :\x1b[0m" in run("--help", terminal=True).out
    assert "\x1b" not in run("--help", terminal=True, NO_COLOR="1").out


def test_generate_lists_its_profiles_and_its_faults():
    for lang in ("fr", "en"):
        profiles = run("generate", "--list-profiles", "--lang", lang)
        assert profiles.status == 0
        assert [line.split()[0] for line in profiles.out.splitlines()[2:]] == list(PROFILES)
        faults = run("generate", "--list-faults", "--lang", lang)
        assert [line.split()[0] for line in faults.out.splitlines()[2:]] == sorted(FAULTS)
    assert "cabinet de groupe" in run("generate", "--list-profiles").out
    assert "a group practice" in run("generate", "--list-profiles", "--lang", "en").out
