"""The code of the guide runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ledger_world import SMG, Inv, answers, smg_flow

from noemie.ledger import Ledger

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "ledger.md"


def blocks(language: str) -> list[str]:
    found = re.findall(r"```(\w+)\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [code for kind, code in found if kind == language]


def test_the_guide_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("envois", "retours"):
        Path(folder).mkdir()
    flux, *returns = answers(smg_flow(Inv(1, ((4000, 0),), routing=SMG)))[1]
    Path("envois", flux[0]).write_bytes(flux[1])
    for name, data in returns:
        Path("retours", name).write_bytes(data)
    categories, advance = blocks("toml")
    Path("categories.toml").write_text(categories, "utf-8")
    Path("avance.toml").write_text(advance, "utf-8")

    first, *others = blocks("python")
    scope: dict[str, Any] = {}
    exec(compile(first, str(GUIDE), "exec"), scope)
    assert capsys.readouterr().out == "2026-03-07 000000001 4000\n"
    with Ledger("registre.db") as ledger:
        scope["ledger"] = ledger
        for code in others:
            exec(compile(code, str(GUIDE), "exec"), scope)
    assert scope["made"].avance.solde_final == 412_500_000
    assert Path("etat.html").read_text("utf-8").startswith("<!doctype html>")
    assert Path("rapport.html").read_text("utf-8").startswith("<!doctype html>")
