"""Run the commands of the ```console blocks of a page again, and write what they print.

    python -m tools.transcripts [--check] PAGE...

The commands of one page run one after another in an empty folder, 80 columns wide (`NOEMIE_COLUMNS`), through
a pipe. A block of TOML or CSV that has a name (```toml scenario.toml) is put in that folder first, for them
to read. With `--check` nothing is written: the status is 1 when a transcript is not what the commands print.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

_BLOCK = re.compile(r"(```console\n)(.*?)(```\n)", re.DOTALL)

_FILE = re.compile(r"^```(?:toml|csv) (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

#: A transcript longer than this is cut: the page shows, the command tells.
MOST_LINES = 64


def run(command: str, folder: Path) -> str:
    """What a `noemie` command prints, both streams as a terminal would mix them.

    `cat FILE... | noemie ...` gives it the bytes of files as its standard input. No shell is asked.
    """
    words = shlex.split(command)
    given = b""
    if words[:1] == ["cat"] and "|" in words:
        bar = words.index("|")
        given = b"".join((folder / name).read_bytes() for name in _expanded(words[1:bar], folder))
        words = words[bar + 1 :]
    if words[:1] != ["noemie"] or "|" in words:
        raise ValueError(f"{command}: only noemie commands are run")
    environment = {**os.environ, "NOEMIE_COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    environment["XDG_CONFIG_HOME"] = str(Path(folder) / ".config")  # keys of ledgers
    environment["XDG_DATA_HOME"] = str(Path(folder) / ".local")
    environment["LC_ALL"] = "C.UTF-8"  # no language but the one that a command asks for
    environment.pop("NOEMIE_LANG", None)
    done = subprocess.run(
        [sys.executable, "-m", "cli", *_expanded(words[1:], folder)],
        cwd=folder,
        env=environment,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode("utf-8").replace(os.linesep, "\n")


def _expanded(words: list[str], folder: Path) -> list[str]:
    """Words with their `*` expanded, as a shell does."""
    found: list[str] = []
    for word in words:
        names = sorted(str(path.relative_to(folder)) for path in folder.glob(word)) if "*" in word else []
        found += names or [word]
    return found


def refreshed(text: str) -> str:
    """The page with every transcript written again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for found in _FILE.finditer(text):
            (folder / found[1]).parent.mkdir(exist_ok=True)
            (folder / found[1]).write_text(found[2], encoding="utf-8")

        def again(block: re.Match[str]) -> str:
            lines = []
            for line in block[2].splitlines():
                if line.startswith("$ "):
                    shown = run(line[2:], folder).rstrip("\n").splitlines()
                    if len(shown) > MOST_LINES:
                        shown = [*shown[:MOST_LINES], "[…]"]
                    lines += [line, *(text.rstrip() for text in shown), ""]
            return block[1] + "\n".join(lines).rstrip("\n") + "\n" + block[3]

        return _BLOCK.sub(again, text)


def main(arguments: list[str]) -> int:
    """Refresh or check the pages named."""
    checking = "--check" in arguments
    pages = [Path(argument) for argument in arguments if not argument.startswith("--")]
    stale = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        fresh = refreshed(text)
        if fresh != text:
            stale = 1
            print(f"{page}: {'not up to date, run make docs' if checking else 'written'}")
            if not checking:
                page.write_text(fresh, encoding="utf-8")
    return stale if checking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
