"""Templates stay compiled beside modules; what is damaged, or of another template, is compiled again."""

from __future__ import annotations

import sys

import pytest

jinja2 = pytest.importorskip("jinja2")


def test_templates_stay_compiled(tmp_path, monkeypatch):
    from cli.words.compiled import Compiled

    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    compiled = []
    compile_ = jinja2.Environment.compile
    monkeypatch.setattr(
        jinja2.Environment, "compile", lambda *args, **more: compiled.append(1) or compile_(*args, **more)
    )

    def drawn(source: str, options: str = "") -> tuple[str, int]:
        compiled.clear()
        loader = jinja2.FunctionLoader(lambda name: (source, str(tmp_path / "page.html"), None))
        made = jinja2.Environment(loader=loader, bytecode_cache=Compiled(options))
        return made.get_template("page.html").render(), len(compiled)

    assert drawn("{{ 1 + 1 }}") == ("2", 1)
    assert drawn("{{ 1 + 1 }}") == ("2", 0)
    assert drawn("{{ 1 + 2 }}") == ("3", 1)
    assert drawn("{{ 1 + 2 }}", "others") == ("3", 1)
    (kept,) = tmp_path.rglob("*.pyc")
    for damage in (b"", b"damaged", kept.read_bytes()[:-9]):
        kept.write_bytes(damage)
        assert drawn("{{ 1 + 2 }}", "others") == ("3", 1)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept.unlink()
    assert drawn("{{ 1 + 2 }}", "others") == ("3", 1)
    assert not kept.exists()
