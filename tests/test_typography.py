"""One way to write in everything that people read: texts, pages, tables, documentation."""

from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).parents[1]

_READ = ("flatfile", "codes", "fse", "noemie", "fixtures", "cli", "docs")
_SUFFIXES = frozenset({".py", ".html", ".js", ".css", ".csv", ".toml", ".md", ".json", ".txt"})

#: What turns the typographic apostrophe of others into ours.
_TURNED = frozenset({"cli/words/screen.py", "flatfile/text.py"})


def _files() -> Iterator[Path]:
    yield from HOME.glob("*.md")
    for folder in _READ:
        yield from (path for path in (HOME / folder).rglob("*") if path.suffix in _SUFFIXES)


def test_apostrophes_are_straight() -> None:
    curved = [
        name
        for path in _files()
        if (name := path.relative_to(HOME).as_posix()) not in _TURNED
        and any(sign in path.read_text("utf-8") for sign in ("\u2019", "&rsquo;", "&#8217;"))
    ]
    assert curved == []
