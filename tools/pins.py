"""Write the pins again, with the hashes of what was resolved: `python -m tools.pins PYTHON...`.

Each Python resolves what the package, its tests and its build need, with the versions of `constraints.txt`.
What they were given goes to `requirements-hashed.txt`: names, versions, hashes, never where it was found.
Only wheels of this platform: see docs/decisions/0021-pins.md.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
HASHED = ROOT / "requirements-hashed.txt"

#: What an editable install with hatchling imports, beside what pyproject.toml says.
_EDITABLE = ("editables",)

_HEAD = """\
# Names, versions and hashes of the wheels that continuous integration installs; written by `make pins`.
# For the Pythons and the platform of docs/decisions/0021-pins.md; `constraints.txt` serves the others.
"""
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")


def normal(name: str) -> str:
    """The name of a package as comparisons want it.

    >>> normal("Jinja2"), normal("typing_extensions")
    ('jinja2', 'typing-extensions')
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def constrained() -> dict[str, str]:
    """The version of each package of `constraints.txt`."""
    found = (_PIN.match(line) for line in CONSTRAINTS.read_text(encoding="ascii").splitlines())
    return {normal(pin[1]): pin[2] for pin in found if pin}


def hashed() -> dict[str, tuple[str, frozenset[str]]]:
    """The version of each package of `requirements-hashed.txt`, and the SHA-256 of its wheels."""
    text = HASHED.read_text(encoding="ascii").replace("\\\n", " ")
    pins = ((_PIN.match(line), frozenset(_HASH.findall(line))) for line in text.splitlines())
    return {normal(pin[1]): (pin[2], hashes) for pin, hashes in pins if pin}


def wanted() -> list[str]:
    """What is asked for: the package, its tools, what builds it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
        *project["build-system"]["requires"],
        *_EDITABLE,
    ]


def resolve(python: str) -> Iterable[tuple[str, str, str]]:
    """Name, version and SHA-256 of each wheel that this Python would install."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        # Not from here: pip would find our packages.
        command = [python, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--only-binary", ":all:", "--constraint", str(CONSTRAINTS), "--report", str(report)]
        environment = {**os.environ, "PIP_CONSTRAINT": "", "PIP_BUILD_CONSTRAINT": ""}
        subprocess.run([*command, *wanted()], check=True, cwd=folder, env=environment)
        for one in json.loads(report.read_text(encoding="utf-8"))["install"]:
            about, hashes = one["metadata"], one["download_info"]["archive_info"]["hashes"]
            yield about["name"], about["version"], hashes["sha256"]


def main(pythons: list[str]) -> int:
    """Write the file; returns 1 when what was resolved is not what `constraints.txt` says."""
    found: dict[tuple[str, str], set[str]] = {}
    for python in pythons or [sys.executable]:
        for name, version, sha256 in resolve(python):
            found.setdefault((name, version), set()).add(sha256)
    known = constrained()
    missing = [f"{name}=={version}" for name, version in found if known.get(normal(name)) != version]
    if missing:
        print("To be added to constraints.txt first:", *sorted(missing), sep="\n", file=sys.stderr)
        return 1
    lines = (
        " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in sorted(hashes))])
        for (name, version), hashes in sorted(found.items(), key=lambda pin: normal(pin[0][0]))
    )
    HASHED.write_text(_HEAD + "\n".join(lines) + "\n", encoding="ascii")
    print(f"{HASHED.name}: {len(found)} packages, {sum(map(len, found.values()))} hashes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
