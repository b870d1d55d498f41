"""The guides say what is true: the code of the library guide runs, the files it names exist."""

import re
import tomllib
from pathlib import Path

import pytest

from cli.check.config_file import _KEYS, load
from cli.export import FORMATS
from fixtures.faults import example

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)

pytest_plugins = ["pytester"]


def blocks(name, language):
    text = (GUIDES / name).read_text(encoding="utf-8")
    return [code for kind, code in BLOCK.findall(text) if kind == language]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flux.b2").write_bytes(example("cle.nir")[1].data)
    return tmp_path


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_the_library_guide_runs(here, capsys):
    scope = {}
    code = blocks("library.md", "python")
    assert len(code) >= 5
    for block in code[:-1]:
        exec(compile(block, "library.md", "exec"), scope)
    out = capsys.readouterr().out
    assert "error cle.nir record " in out
    assert "this is neither a B2 flow nor a NOEMIE return" in out


def test_the_tests_of_the_library_guide_run(pytester):
    pytester.makepyfile(blocks("library.md", "python")[-1])
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2)


def test_the_configuration_of_the_guide_is_accepted(tmp_path):
    (code,) = blocks("ci.md", "toml")
    (tmp_path / "norme").mkdir()
    path = tmp_path / "noemie.toml"
    path.write_text(code, encoding="utf-8")
    assert load(path).fail_on == "error"
    assert set(tomllib.loads(code)) == set(_KEYS)


def test_every_format_is_told():
    text = (GUIDES / "ci.md").read_text(encoding="utf-8")
    for format in FORMATS:
        assert f"| `{format}` |" in text
    for address in re.findall(r"\]\(([^)]+)\)", text):
        assert (GUIDES / address).is_file()


def test_the_hook_for_pre_commit():
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    pattern = re.search(r"files: '(.*)'", text)[1]
    assert re.search(pattern, "envoi/flux.b2")
    assert re.search(pattern, "retour.noe")
    assert not re.search(pattern, "flux.b2.md")
    assert "\n  entry: noemie check\n" in text
    assert "- id: noemie-check\n" in text
    assert "noemie-check" in (GUIDES / "ci.md").read_text(encoding="utf-8")
