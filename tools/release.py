"""Build the packages as they would be published, install them in clean environments, and try them there.

    python -m tools.release [--short] [PYTHON...]

The wheel is made from the sdist. For each Python (this one when none is named), one environment without any
extra and one with `all` are made in a temporary folder; in each the command, the demo and a wrong file are
tried, and, with `all`, the commands of the tutorials. `--short` makes two: without any extra on the first
Python, with `all` on the last. The first thing that is not as it should be ends it (status 1).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

#: Extras of an environment, and commands that must then work, with their status.
_EXTRAS: Final[dict[str, list[tuple[str, int]]]] = {
    "": [
        ("noemie --version", 0),
        ("noemie demo", 0),
        ("noemie generate -o flows --invoices 3", 0),
        ("noemie check flows", 0),
        ("noemie check wrong.txt", 2),
        ("noemie ledger import flows", 2),  # told plainly: its extra is missing
    ],
    "all": [
        ("noemie demo", 0),
        ("noemie generate -o flows --invoices 3", 0),
        ("noemie ledger import flows", 0),
        ("noemie check flows --format html -o report.html", 0),
        ("noemie convert flows --to parquet -o tables", 0),
    ],
}

#: What a wheel holds besides the packages: its own folder of facts.
_PACKAGES: Final = ("flatfile", "codes", "fse", "noemie", "fixtures", "cli")


class ReleaseError(Exception):
    """Something is not as it should be."""


def build(folder: Path) -> Path:
    """Make the sdist and, from it, the wheel; its path."""
    _run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)], folder)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    foreign = {top for top in tops if top not in _PACKAGES and not top.endswith(".dist-info")}
    if foreign:
        raise ReleaseError(f"the wheel holds {', '.join(sorted(foreign))}")
    return wheel


def attempt(python: str, wheel: Path, extras: str, folder: Path) -> None:
    """Install a wheel in a new environment and try its commands there."""
    environment = folder / "venv"
    _run([python, "-m", "venv", str(environment)], folder)
    bin = environment / ("Scripts" if os.name == "nt" else "bin")
    wanted = f"{wheel}[{extras}]" if extras else str(wheel)
    _run([str(bin / "python"), "-m", "pip", "install", "--quiet", "--no-compile", wanted], folder)
    (folder / "wrong.txt").write_text("neither a flow nor a return\n", encoding="utf-8")
    for command, status in _EXTRAS[extras]:
        _run([str(bin / "noemie"), *command.split()[1:]], folder, status)
    if extras == "all":
        transcripts = str(ROOT / "tools" / "transcripts.py")
        _run([str(bin / "python"), "-P", transcripts, "--check", *map(str, _newcomer_pages())], folder)


def _newcomer_pages() -> list[Path]:
    """The tutorials, whose commands must print what they show with what was installed."""
    return [*sorted((ROOT / "docs" / "tutorials").glob("*.md")), ROOT / "docs" / "fr" / "tutoriel.md"]


def _run(command: list[str], folder: Path, status: int = 0) -> None:
    home = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data")}
    pins = (ROOT / "constraints.txt").as_uri()  # pip cuts these variables at spaces
    home |= {"PIP_CONSTRAINT": pins, "PIP_BUILD_CONSTRAINT": pins}
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **home}, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode != status or "Traceback" in said:
        words = " ".join(command)
        raise ReleaseError(f"{words}: status {done.returncode}, {status} expected\n{said}")


def main(arguments: list[str]) -> int:
    """Build once, try on each Python."""
    short = "--short" in arguments
    pythons = [one for one in arguments if one != "--short"] or [sys.executable]
    every = [(python, extras) for python in pythons for extras in _EXTRAS]
    tried = [every[0], every[-1]] if short else every
    with tempfile.TemporaryDirectory() as name:
        try:
            wheel = build(Path(name))
            for python, extras in tried:
                with tempfile.TemporaryDirectory() as place:
                    attempt(python, wheel, extras, Path(place))
                what = f"{wheel.name}[{extras}]" if extras else wheel.name
                print(f"{what} on {python}: installed and tried", flush=True)
        except ReleaseError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
