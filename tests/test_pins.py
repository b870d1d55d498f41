"""What is installed is pinned, with hashes; what an install brings is told with its licence."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tools import audit, pins
from tools.pins import HASHED, ROOT, constrained, hashed, normal


def test_both_files_tell_the_same_versions() -> None:
    assert {name: version for name, (version, _) in hashed().items()} == constrained()
    assert all(hashes for _, hashes in hashed().values())


def test_every_line_is_a_pin_or_its_hash() -> None:
    """A line that is not understood would be a package that nobody compares; none is an address."""
    for line in HASHED.read_text(encoding="ascii").splitlines():
        assert re.fullmatch(r"#.*|[\w.-]+==[\w.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line
    assert "://" not in HASHED.read_text(encoding="ascii") + pins.CONSTRAINTS.read_text(encoding="ascii")
    lines = pins.CONSTRAINTS.read_text(encoding="ascii").splitlines()
    assert len(lines) == len(constrained())


def test_all_that_is_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    of_users = [lines for name, lines in extras.items() if name == "dev" or name not in audit.WORK]
    asked = [*pins.wanted(), *(line for lines in of_users for line in lines)]
    for wanted in map(Requirement, asked):
        assert constrained()[normal(wanted.name)] in wanted.specifier, wanted


def test_nothing_is_amiss() -> None:
    assert list(audit.gaps(audit.brought())) == []


@pytest.mark.parametrize(
    ("name", "licence", "extras"),
    [
        ("msgspec", "BSD-3-Clause", ()),
        ("python-stdnum", "GNU Lesser General Public License v2 or later (LGPLv2+)", ()),
        ("psycopg", "LGPL-3.0-only", ("postgresql",)),
        ("psycopg-binary", "LGPL-3.0-only", ("postgresql",)),
        ("lxml", "BSD-3-Clause", ("xml",)),
    ],
)
def test_licences(name: str, licence: str, extras: tuple[str, ...]) -> None:
    found = audit.brought()[name]
    assert (found.licence, found.extras) == (licence, extras)
    assert re.search(
        rf"^{name} +{re.escape(licence)} ", audit.NOTICE.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_the_bill_of_materials() -> None:
    packages = audit.brought()
    text = audit.bill(packages)
    assert text == audit.bill(packages)  # no date, no random number
    told = json.loads(text)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert "timestamp" not in told["metadata"]
    parts = {part["name"]: part for part in told["components"]}
    assert parts.keys() == packages.keys()
    assert parts["python-stdnum"]["purl"] == f"pkg:pypi/python-stdnum@{constrained()['python-stdnum']}"
    assert parts["python-stdnum"]["hashes"][0]["content"] in hashed()["python-stdnum"][1]
    (root,) = (one for one in told["dependencies"] if one["ref"].startswith("sesam-noemie=="))
    assert f"typer=={packages['typer'].version}" in root["dependsOn"]
    assert "pytest" not in parts


def test_a_gap_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**constrained(), "rich": "1.0", "unknown": "2.0"}
    monkeypatch.setattr(audit, "constrained", lambda: known)
    told = list(audit.gaps(audit.brought()))
    assert "rich==1.0: no hash in requirements-hashed.txt; run `make pins`" in told
    assert "unknown==2.0: no hash in requirements-hashed.txt; run `make pins`" in told
    assert any(line.endswith("is installed, 1.0 is pinned; run `make install`") for line in told)
    monkeypatch.setattr(audit, "NOTICE", ROOT / "absent")
    assert "NOTICE is late; run `make audit AUDIT=--write`" in list(audit.gaps(audit.brought()))
