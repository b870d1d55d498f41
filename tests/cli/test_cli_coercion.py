"""What was typed as a value: as typer would read it, without pydantic."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.app import whole
from cli.io.options import FailOn, lighten


def _verbs(command):
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from _verbs(command.get_command(None, name))
    else:
        yield command


def test_every_option_of_ours_is_read_without_pydantic():
    heavy = {
        (verb.name, param.name)
        for verb in _verbs(whole())
        for param in verb.params
        if param._runtime_param is None
    }
    assert heavy == set()


def test_checking_one_flow_does_not_import_pydantic(tmp_path):
    code = (
        "import sys; from cli.__main__ import main; main(['check', 'absent', '--jobs', '2']);"
        "sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def _parameter(kind: Any, **settings: Any) -> Any:
    def verb(value: Any) -> None: ...

    verb.__annotations__["value"] = kind
    holder = typer.Typer(add_completion=False)
    verb.__defaults__ = (typer.Option(None, "--value", **settings),)
    holder.command()(verb)
    return next(param for param in typer.main.get_command(holder).params if param.name == "value")


@pytest.mark.parametrize(
    ("kind", "settings", "typed"),
    [
        (str, {}, "a"),
        (int, {}, "12"),
        (int, {"min": 0}, "0"),
        (int, {"min": 0}, "-1"),
        (int, {"max": 3}, "4"),
        (int, {}, "douze"),
        (int, {}, ""),
        (float, {}, "0.25"),
        (float, {"min": 0, "max": 1}, "1.5"),
        (float, {"min": 0, "max": 1}, "nan"),
        (float, {}, "0,25"),
        (Path, {}, "a/b"),
        (FailOn, {}, "error"),
        (FailOn, {}, "ERROR"),
        (FailOn, {}, "erro"),
        (list[str], {}, ["a", "b"]),
        (list[FailOn], {}, ["error", "info"]),
        (list[FailOn], {}, ["error", "x"]),
        (int, {}, None),
        (list[str], {}, None),
    ],
)
def test_a_value_is_what_typer_makes_of_it(kind, settings, typed):
    made = []
    for light in (True, False):
        param = _parameter(kind, **settings)
        if light:
            lighten(param)
            assert type(param.get_runtime_param()).__module__ == "cli.io.options"
        try:
            made.append(param.get_runtime_param().coerce(typed, param=param, ctx=None))
        except typer.BadParameter:
            made.append("refused")
    assert made[0] == made[1]


def test_a_day_is_read_by_its_own_function():
    param = next(
        p for verb in _verbs(whole()) if verb.name == "generate" for p in verb.params if p.name == "date"
    )
    assert param.get_runtime_param().coerce("14/03/2025", param=param, ctx=None) == dt.date(2025, 3, 14)
    assert param.get_runtime_param().coerce(None, param=param, ctx=None) is None
