"""Build the documentation site, in both languages, without any network.

    python -m tools.site [--source-only] [FOLDER]

The Markdown of `docs/` (English) and `docs/fr/` (French), the pages made from the tables, the changelog and
the docstrings are gathered in `build/site-source/`, built by Sphinx in `FOLDER/en` and `FOLDER/fr` (`site/`
unless said), and every link inside is then followed. A warning or a dead link is a failure (status 1).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.site.access import complete
from tools.site.api import library_page
from tools.site.links import dead
from tools.site.pages import KINDS, pages

ROOT: Final = Path(__file__).parents[2]

LANGS: Final = ("en", "fr")

#: Beside the pages of `docs/`: files of the top folder that are pages of the site too.
_TOP: Final = {"CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md"}

#: Pages of a whole catalogue, which are one page an item in the site.
_SPLIT: Final = {
    "reference/rules.md": "rules",
    "reference/rejects.md": "rejects",
    "reference/motives.md": "motives",
    "reference/b2-records.md": "records",
    "reference/noemie-entities.md": "entities",
}

#: Sections of the indexes under which the generated pages come.
_WITH_PAGES: Final = ("Reference", "Référence")


def gather(source: Path, lang: str) -> None:
    """Write the source of the site of one language in an empty folder."""
    docs = ROOT / "docs"
    top = docs if lang == "en" else docs / "fr"
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top)
        if path.is_dir() or (lang == "en" and name.parts[0] == "fr") or str(name) in _SPLIT:
            continue
        if path.suffix == ".md":
            _write(source / name, _linked(path.read_text(encoding="utf-8"), name, lang))
        else:
            _copy(path, source / name)
    if lang == "en":
        _write(source / "library.md", library_page())
        for given, taken in _TOP.items():
            text = (ROOT / given).read_text(encoding="utf-8").replace("](docs/", "](")
            _write(source / taken, _linked(text, Path(taken), lang))
    else:
        shutil.copytree(docs / "images", source / "images", dirs_exist_ok=True)
    (source / "README.md").rename(source / "index.md")
    with (source / "index.md").open("a", encoding="utf-8") as index:
        index.writelines(f"{line}\n" for line in menu(source, lang))
    for made, text in pages(lang):
        _write(source / made, text)
    _copy(Path(__file__).with_name("conf.py"), source / "conf.py")
    shutil.copytree(Path(__file__).with_name("static"), source / "_static")


def _linked(text: str, name: Path, lang: str) -> str:
    """A page of `docs/` with its links as they are in the site."""
    for page, kind in _SPLIT.items():
        text = re.sub(rf"\]\(((?:\.\./)*){re.escape(page)}(#[^)]*)?\)", rf"](\1{kind}/index.md)", text)
    # What stands in the site of the other language, or nowhere but in the sources.
    up, other = "../" * len(name.parts), "en" if lang == "fr" else "fr"
    away = r"(?:\.\./)*fr/" if lang == "en" else rf"(?:\.\./){{{len(name.parts)}}}"

    def there(link: re.Match[str]) -> str:
        title, page, place = link.groups(default="")
        page = re.sub(r"README$", "index", page)
        return f'<a href="{up}{other}/{page}.html{place}" hreflang="{other}">{title}</a>'

    text = re.sub(rf"\[([^]]+)\]\({away}([\w/-]+)\.md(#[^)]*)?\)", there, text)
    text = re.sub(r"\[([^]]+)\]\((?:\.\./)+(?:cli|fse|codes|noemie|tests|flatfile)/[^)]*\)", r"`\1`", text)
    for given, top in _TOP.items():
        text = text.replace(f"](../{given})", f"]({top})")
    if lang == "fr":  # the pictures are one folder nearer
        text = text.replace("](../images/", "](images/").replace("](../../images/", "](../images/")
    listed = name.parts[0] == "decisions" and name.name != "README.md"
    return "---\norphan: true\n---\n\n" + text if listed else text


def menu(source: Path, lang: str) -> Iterator[str]:
    """The menu of the site: a part for each section of the index that lists pages, and what is generated."""
    text = (source / "index.md").read_text(encoding="utf-8")
    sections = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    for title, body in zip(sections[1::2], sections[2::2], strict=True):
        names = re.findall(r"^- \[.+\]\((\S+)\.md\)$", body, flags=re.MULTILINE)
        if title in _WITH_PAGES:
            names = list(dict.fromkeys([*(f"{kind}/index" for kind in KINDS), *names]))
            if lang == "en":
                names += ["library", *(name.removesuffix(".md") for name in _TOP.values())]
        yield from ("", "```{toctree}", ":hidden:", f":caption: {title}", "", *names, "```")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _build(source: Path, target: Path, lang: str) -> subprocess.Popen[bytes]:
    """Start the build of one language."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    return subprocess.Popen([*command, "-D", f"language={lang}", source, target])


def main(arguments: list[str]) -> int:
    """Build the site; the status is 1 when a page or a link is wrong."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    target = Path(names[0]) if names else ROOT / "site"
    sources = ROOT / "build" / "site-source"
    shutil.rmtree(sources, ignore_errors=True)
    for lang in LANGS:
        gather(sources / lang, lang)
    if "--source-only" in arguments:
        return 0
    builds = [_build(sources / lang, target / lang, lang) for lang in LANGS]
    failed = sum(build.wait() for build in builds) != 0
    for lang in LANGS:
        complete(target / lang, lang)
    _copy(Path(__file__).with_name("index.html"), target / "index.html")
    for line in _problems(target):
        print(line, file=sys.stderr)
        failed = True
    return int(failed)


def _problems(target: Path) -> Iterator[str]:
    for page, link in dead(target):
        yield f"{page}: dead link: {link}"
