"""The French of help pages, beside the English that they are written in: one paragraph, one pair.

The English is the key: who changes it where it is used changes it here too. `tests/cli/test_cli_tree.py` walks
every verb, and fails on a text without its French and on a pair of no more use.
"""

from __future__ import annotations

import inspect
from functools import cache


@cache
def texts() -> dict[str, str]:
    """Every pair, English to French."""
    from cli.words.french import options, pages

    return {**options.TEXTS, **pages.TEXTS}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n") if part.strip()]


def french(text: str) -> str:
    """A text of a help page in French; a paragraph that is not in the table stays as it is."""
    known = texts()
    return "\n\n".join(known.get(part, part) for part in paragraphs(text))
