"""Every verb without any extra: it works, or names the package that it misses and how to install it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from cli_samples import flow, retour

from cli.app import GROUPS
from flatfile.extras import EXTRAS
from tools.audit import WORK

ROOT = Path(__file__).parents[2]

#: Verb -> arguments to call it with; several when one alone would not meet every extra.
CALLS: dict[str, list[str]] = {
    "demo": [""],
    "explain": ["08"],
    "check": [
        "flux.b2",
        "flux.b2 --format html",
        "flux.b2 --ledger x.db",
        "flux.b2 --rights x.db",
        "flux.b2 --rights d.csv",
        "flux.b2 --rights postgresql://h/b",
    ],
    "show": ["flux.b2"],
    "rights import": ["d.db d.csv", "d.db .", "e.db d.csv --personal encrypt", "postgresql://h/b d.csv"],
    "rights show": ["d.db --nir 1770288888042"],
    "rights find": ["d.db --name ESSAI --birth 1977-02-13"],
    "rights list": ["d.db"],
    "rights stats": ["d.db"],
    "rights export": ["d.db", "d.db -o droits.csv"],
    "rights purge": ["d.db --before 2025-01-01"],
    "generate": ["-o g --invoices 2"],
    "today": [". --db t.db", "--db t.db -o t.html"],
    "decode": ["retour.noe", "retour.noe --format html", "retour.noe --format parquet -o p"],
    "reconcile": ["flux.b2 retour.noe"],
    "ledger import": ["flux.b2", ". --db e2.db --personal encrypt", "flux.b2 --db postgresql://h/b"],
    **{
        f"ledger {verb}": [""]
        for verb in [
            "payments",
            "rejects",
            "to-resend",
            "unanswered",
            "invoices",
            "patients",
            "transfers",
            "debts",
            "files",
        ]
    },
    "ledger statement": ["--month 2025-03"],
    "ledger report": ["", "--format html"],
    "ledger export": ["invoices"],
    "ledger purge": [""],
    "ledger mark": ["4 --settled"],
    "ledger tick": ["VIREMENT"],
    "ledger undo": [""],
    "ledger backup": ["copie.db"],
    "ledger verify": [""],
    "ledger forget": ["--all"],
    "respond": ["flux.b2 -o r", "flux.b2 -o r2 --rights x.db"],
    "mask": ["flux.b2 -o m"],
    "diff": ["flux.b2 flux.b2", "flux.b2 flux.b2 --format html"],
    "convert": ["flux.b2 --format xml", "flux.b2 --format json", "flux.b2 --format parquet -o t"],
    "serve": ["--no-open --db y.db"],
    "codes list": [""],
    "codes validate": ["."],
    "codes import": ["snds . -o s"],
    "codes export": [f"-o catalogue.{form}" for form in ("html", "json", "csv")],
    "layouts": [""],
}

#: The verbs that an extra may be missing for.
NEEDY = ("rights import", "ledger import", "ledger report", "decode", "diff", "convert")

#: Run in a process of its own: keep packages away, then call; answers as JSON.
RUNNER = """
import importlib.abc, json, sys
kept_away, way, calls = json.loads(sys.stdin.read())

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in kept_away:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

if way == "finder":
    sys.meta_path.insert(0, Missing())
else:
    sys.modules.update(dict.fromkeys(kept_away))
from cli_runner import run
answers = [run(*call.split()) for call in calls]
print(json.dumps([(answer.status, answer.err) for answer in answers]))
"""


def verbs() -> set[str]:
    """Every verb, those of families with the name of theirs."""
    from importlib import import_module

    found = set()
    for name in (name for group in GROUPS.values() for name in group):
        module = import_module(f"cli.verbs.{name}")
        found |= {f"{name} {verb}" for verb in module.VERBS} if hasattr(module, "VERBS") else {name}
    return found


def answers(
    folder: Path, kept_away: list[str], chosen: Iterable[str] = CALLS, way: str = "finder"
) -> dict[str, tuple[int, str]]:
    (folder / "flux.b2").write_bytes(flow(2))
    (folder / "retour.noe").write_bytes(retour())
    (folder / "d.csv").write_text("nir;date_naissance\n1770288888042;13/02/1977\n")
    (folder / "x.db").write_bytes(b"SQLite format 3\0" + bytes(84))
    calls = [f"{verb} {words}" for verb in chosen for words in CALLS[verb]]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps((kept_away, way, calls)),
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{Path(__file__).parent}", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=True,
    )
    return dict(zip(calls, json.loads(done.stdout), strict=True))


def test_every_verb_is_called_below() -> None:
    assert set(CALLS) == verbs()


def test_the_extras_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {
        re.match(r"[a-z0-9]+", line)[0]  # type: ignore[index]  # each line begins with a name
        for extra, lines in project["optional-dependencies"].items()
        if extra not in WORK
        for line in lines
    }
    needed = needed - {"python", "sesam"} | {"python_multipart", "markupsafe"}  # jinja2 brings markupsafe
    assert needed == set(EXTRAS)
    assert set(EXTRAS.values()) <= set(project["optional-dependencies"])


def test_all_is_every_extra_of_a_user() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (line,) = extras["all"]
    of_users = extras.keys() - WORK
    assert set(line.removeprefix("sesam-noemie[").removesuffix("]").split(",")) == of_users


@pytest.mark.parametrize("way", ["finder", "modules"])
def test_without_any_extra(tmp_path: Path, way: str) -> None:
    """Two ways to keep a package away, which Python tells apart."""
    found = answers(tmp_path, sorted(EXTRAS), way=way)
    for call, (status, err) in found.items():
        assert status in (0, 1, 2), (call, err)
        if status == 2 and not call.startswith("codes import"):  # the folder holds no nomenclature
            assert re.search(r"pip install 'sesam-noemie\[[a-z]+\]'", err), (call, err)
    missing = {call for call, (_, err) in found.items() if "pip install" in err}
    assert {call.split()[0] for call in missing} == {
        "check", "codes", "convert", "decode", "diff", "ledger", "respond", "rights", "serve", "today",
    }  # fmt: skip
    assert {call for call in found if call.startswith(("ledger", "rights", "today"))} <= missing


@pytest.mark.parametrize("package", ["cryptography", "jinja2", "lxml", "psycopg", "pyarrow"])
def test_without_one_package(tmp_path: Path, package: str) -> None:
    found = answers(tmp_path, [package], NEEDY)
    refused = [err for status, err in found.values() if "pip install" in err]
    assert refused
    assert all(f"'sesam-noemie[{EXTRAS[package]}]'" in err for err in refused)
    assert all(status in (0, 1, 2) for status, _ in found.values()), found
