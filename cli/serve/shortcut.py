"""An icon on the desktop that opens the page: `.desktop` on Linux, `.lnk` on Windows, `.command` on macOS.

What it starts is `noemie-page`, which reopens the page that runs already. Tried on Linux alone; elsewhere the
file is written as the system documents it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from cli.words.speech import say
from cli.words.status import CommandError

__all__ = ["make"]


def make(system: str = sys.platform) -> Path:
    """Write the icon, and give its path. Raises `CommandError` when it cannot be written."""
    program = _program()
    try:
        if system == "win32":
            return _windows(program)
        return _macos(program) if system == "darwin" else _linux(program)
    except OSError:
        raise CommandError(
            say(
                "Le raccourci n'a pas pu être écrit sur le bureau.\n  → Lancer noemie-page autrement.",
                "The icon could not be written on the desktop.\n  → Start noemie-page otherwise.",
            )
        ) from None


def _program() -> str:
    """Where `noemie-page` is: beside this Python, else on the path."""
    end = ".exe" if sys.platform == "win32" else ""
    beside = Path(sys.executable).with_name(f"noemie-page{end}")
    return str(beside) if beside.exists() else shutil.which("noemie-page") or "noemie-page"


def _desktop() -> Path:
    """The desktop, as the system calls it; made when it is missing."""
    found = ""
    if shutil.which("xdg-user-dir"):
        done = subprocess.run(["xdg-user-dir", "DESKTOP"], capture_output=True, text=True, check=False)
        found = done.stdout.strip()
    place = Path(found) if found and Path(found) != Path.home() else Path.home() / "Desktop"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _linux(program: str) -> Path:
    icon = Path.home() / ".local" / "share" / "icons" / "noemie.svg"
    icon.parent.mkdir(parents=True, exist_ok=True)
    icon.write_text(files("cli.serve").joinpath("static", "icon.svg").read_text("utf-8"), encoding="utf-8")
    name = say("Noemie, page du cabinet", "Noemie, page of the practice")
    quoted = program.replace("\\", "\\\\").replace('"', '\\"')
    text = (
        "[Desktop Entry]\nType=Application\nVersion=1.0\n"
        f'Name={name}\nExec="{quoted}"\nIcon={icon}\nTerminal=false\nCategories=Office;\n'
    )
    path = _desktop() / "noemie.desktop"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def _macos(program: str) -> Path:
    path = _desktop() / "Noemie.command"
    quoted = program.replace("'", "'\\''")
    path.write_text(f"#!/bin/sh\nexec '{quoted}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _windows(program: str) -> Path:
    """A shortcut made by the shell of Windows itself; names go by the environment, so that none is code."""
    place = Path(os.environ.get("USERPROFILE") or Path.home()) / "Desktop" / "Noemie.lnk"
    script = (
        "$s = (New-Object -ComObject WScript.Shell).CreateShortcut($env:SHORTCUT_PLACE); "
        "$s.TargetPath = $env:SHORTCUT_PROGRAM; $s.Save()"
    )
    subprocess.run(
        ["powershell", "-NoProfile", "-NonInteractive", "-Command", script],
        env={**os.environ, "SHORTCUT_PLACE": str(place), "SHORTCUT_PROGRAM": program},
        check=False,
        capture_output=True,
    )
    if not place.exists():
        raise OSError
    return place
