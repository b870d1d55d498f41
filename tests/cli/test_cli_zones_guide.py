"""The guide on zones says what the commands print, and its Python runs, in order."""

import re
from pathlib import Path

from cli_runner import run

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "zones.md"


def test_the_python_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = GUIDE.read_text(encoding="utf-8")
    (made,) = re.findall(r"^\$ noemie (generate .*)", text, re.MULTILINE)
    assert run(*made.split()).status == 0
    scope = {"__name__": "guide"}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "zones.md", "exec"), scope)
    out = capsys.readouterr().out
    assert "carte.droits date_acte\n" in out
    assert "carte.comparee 4\n" in out
    assert "2 nir from 101.8 B\n" in out
    assert "2 justification_exoneration from 106.3 + 106.4 B\n" in out
