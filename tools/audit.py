"""What the product is made of: pins, licences, bill of materials. `python -m tools.audit FOLDER [--write]`.

Asks nobody: it reads the pins, the environment and NOTICE. Writes `FOLDER/sbom.cdx.json` (CycloneDX 1.6, the
same bytes for the same environment) of what an install with every extra brings. Exit status 1 when a pin has
no hash, when what is installed is not what is pinned, when a licence is unknown, or when NOTICE is late;
`--write` writes NOTICE.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.spdx import is_expression
from packageurl import PackageURL
from packaging.requirements import Requirement

from tools.pins import ROOT, constrained, hashed, normal

NOTICE = ROOT / "NOTICE"

_HEAD = """\
sesam-noemie
Copyright The sesam-noemie developers
Licensed under the Apache License, Version 2.0: see LICENSE.

The packages below are not part of it: an install brings them, under their own licences, as their authors
state these. They are imported as they come, unchanged, and can each be replaced by another version.
python-stdnum and psycopg are under the GNU Lesser General Public License: whoever hands them on with this
product, in one image or one folder, hands on their licence and their source too, and lets them be replaced.
Other platforms than Linux may bring others (colorama on Windows).

"""

#: Words of classifiers that mean one SPDX licence.
_SPDX = {"MIT License": "MIT", "Apache Software License": "Apache-2.0"}

_SPACE = UUID(int=0)

#: Extras of who works on the toolkit, and the one that names the others.
WORK: Final = frozenset(("all", "dev", "fuzz", "mutation", "site", "store"))


class Package(NamedTuple):
    """A package that an install brings: its licence as it states it, and the extras that ask for it."""

    name: str
    version: str
    licence: str
    extras: tuple[str, ...]
    asks: tuple[str, ...]


def licence_of(name: str) -> str:
    """The SPDX expression that a package states, else its words for it; empty without any."""
    about = distribution(name).metadata
    words = [
        line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if line.startswith("License")
    ]
    fields = ("License-Expression", "License")
    stated = [str(about[field]).strip() if field in about else "" for field in fields]
    for text in [*stated, *(_SPDX.get(word, "") for word in words)]:
        if text and text not in _SPDX and is_expression(text):
            return text
    return ", ".join(words) or stated[-1].partition("\n")[0]


def asked_by(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    """What an installed package asks for here, with some of its extras."""
    for line in distribution(name).requires or ():
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": one}) for one in extras | {""}):
            yield wanted


def brought() -> dict[str, Package]:
    """What an install with every extra of ours brings, by normal name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    reasons: dict[str, set[str]] = {}
    asks: dict[str, set[str]] = {}
    for extra, lines in groups.items():
        if extra in WORK:
            continue
        waiting = [Requirement(line) for line in lines]
        while waiting:
            wanted = waiting.pop()
            name = normal(wanted.name)
            if extra in reasons.setdefault(name, set()):
                continue
            reasons[name].add(extra)
            found = list(asked_by(wanted.name, frozenset(wanted.extras)))
            asks.setdefault(name, set()).update(normal(one.name) for one in found)
            waiting += found
    return {
        name: Package(
            name,
            distribution(name).version,
            licence_of(name),
            () if "" in extras else tuple(sorted(extras)),
            tuple(sorted(asks[name])),
        )
        for name, extras in sorted(reasons.items())
    }


def notice(packages: dict[str, Package]) -> str:
    """The text of NOTICE."""
    width = max(map(len, packages))
    licences = max(len(one.licence) for one in packages.values())
    lines = (
        f"{one.name:{width}}  {one.licence:{licences}}  {', '.join(one.extras) or 'always'}".rstrip()
        for one in packages.values()
    )
    return _HEAD + "\n".join(lines) + "\n"


def bill(packages: dict[str, Package]) -> str:
    """The bill of materials, as CycloneDX JSON: no date, no random number."""
    pins = hashed()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    root = Component(
        name=name,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"{name}=={version}",
        licenses=[LicenseExpression(project["license"])],
    )
    parts = {one.name: _component(one, pins[one.name][1]) for one in packages.values()}
    bom = Bom(components=parts.values())
    bom.metadata.component = root
    bom.metadata.timestamp = None  # type: ignore[assignment]
    bom.serial_number = uuid5(_SPACE, "\n".join(f"{one.name}=={one.version}" for one in packages.values()))
    asked = {one for package in packages.values() for one in package.asks}
    bom.register_dependency(root, [part for name, part in parts.items() if name not in asked])
    for package in packages.values():
        bom.register_dependency(parts[package.name], [parts[one] for one in package.asks])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _component(package: Package, hashes: frozenset[str]) -> Component:
    stated = package.licence
    licence = LicenseExpression(stated) if is_expression(stated) else DisjunctiveLicense(name=stated)
    # A wheel has its hash, a package one for each platform.
    one = (
        [HashType(alg=HashAlgorithm.SHA_256, content=content) for content in hashes]
        if len(hashes) == 1
        else []
    )
    several = [Property(name="sesam-noemie:wheel:sha256", value=content) for content in sorted(hashes)]
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{package.name}=={package.version}",
        purl=PackageURL("pypi", name=package.name, version=package.version),
        licenses=[licence],
        hashes=one,
        properties=[] if one else several,
    )


def gaps(packages: dict[str, Package]) -> Iterator[str]:
    """What is not as it must be, a line each."""
    pins, hashes = constrained(), hashed()
    for name, version in pins.items():
        if name not in hashes or hashes[name][0] != version or not hashes[name][1]:
            yield f"{name}=={version}: no hash in requirements-hashed.txt; run `make pins`"
        try:
            installed = distribution(name).version
        except PackageNotFoundError:
            continue  # a tool of the build, or for another platform
        if installed != version:
            yield f"{name}: {installed} is installed, {version} is pinned; run `make install`"
    for name in hashes.keys() - pins.keys():
        yield f"{name}: has hashes but no version in constraints.txt"
    for package in packages.values():
        if package.name not in pins:
            yield f"{package.name}: not pinned in constraints.txt"
        if not package.licence:
            yield f"{package.name}: states no licence"
    if not NOTICE.exists() or NOTICE.read_text(encoding="utf-8") != notice(packages):
        yield "NOTICE is late; run `make audit AUDIT=--write`"


def main(folder: Path, *, write: bool) -> int:
    """Write the bill of materials, tell licences and gaps; the exit status."""
    packages = brought()
    if write:
        NOTICE.write_text(notice(packages), encoding="utf-8")
    found = list(gaps(packages))
    for line in found:
        print(line, file=sys.stderr)
    if any("no hash" in line or "not pinned" in line for line in found):
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sbom.cdx.json").write_text(bill(packages), encoding="utf-8")
    print(notice(packages).removeprefix(_HEAD), end="")
    print(f"{len(packages)} packages; {folder / 'sbom.cdx.json'}")
    return 1 if found else 0


if __name__ == "__main__":
    options = sys.argv[1:]
    sys.exit(main(Path(next(iter(options), "build/audit")), write="--write" in options))
