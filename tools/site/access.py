"""What the theme leaves out of its pages for who reads by ear or by keyboard: names, levels, focus."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: What the theme writes, and what is written in its place; `{menu}` and `{page}` are words of the language.
_REPLACED: Final = (
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="{menu}">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="{page}">'),
    ('<aside class="toc-drawer no-toc">', '<aside class="toc-drawer no-toc" aria-label="{page}">'),
    # What scrolls can be reached by the keyboard.
    ('<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">'),
    ('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
)

_WORDS: Final = {
    "fr": {"menu": "Menu de la documentation", "page": "Contenu de la page"},
    "en": {"menu": "Menu of the documentation", "page": "Contents of the page"},
}


def completed(text: str, lang: str) -> str:
    """A page with what its theme left out."""
    for before, after in _REPLACED:
        text = text.replace(before, after.format(**_WORDS[lang]))
    return text


def complete(site: Path, lang: str) -> None:
    """Complete every page of the site of one language, in place."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found = completed(text, lang)
        if found != text:
            path.write_text(found, encoding="utf-8")
