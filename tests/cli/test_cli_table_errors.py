"""A wrong table of a site is told in the language of the command."""

import ast
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import flow

from cli.words.french.table_errors import PIECES

ROOT = Path(__file__).parents[2]


def _told() -> set[str]:
    """The longest piece of text of each `LayoutError` that the libraries raise of a table."""
    found = set()
    for folder in ("flatfile", "fse/ssv", "noemie/returns"):
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LayoutError":
                    texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
                    found.add(max((text for text in texts if isinstance(text, str)), key=len).strip(": "))
    return found


@pytest.mark.parametrize("text", sorted(text for text in _told() if len(text) > 2))
def test_every_piece_has_its_french(text):
    known = " ".join(english for english, _ in PIECES).replace("\\", "")
    assert text in known


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (b"\xff", "b2.csv : cette table ne peut pas être lue comme un texte UTF-8"),
        (b"norm,record\n", "b2.csv : colonnes absentes : "),
    ],
)
def test_a_wrong_table_in_french(tmp_path, table, told):
    (tmp_path / "b2.csv").write_bytes(table)
    (tmp_path / "f.b2").write_bytes(flow())
    result = run("check", str(tmp_path / "f.b2"), "--layouts", str(tmp_path), "--lang", "fr")
    assert result.status == 2
    assert told in result.err
