"""What the documents of the ledger share: amounts in words, tables in text, self-contained html pages."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import textwrap
from collections.abc import Callable, Sequence
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from codes.actions import Lang
from noemie.ledger.errors import LedgerError

if TYPE_CHECKING:
    from jinja2 import Template

#: Gives the words of one language: `say(french, english)`.
Say = Callable[[str, str], str]

_NO_BREAK = "\N{NO-BREAK SPACE}"

#: Columns of a text, and the fewest of a first column that is folded.
WIDTH: Final = 80
_NARROWEST: Final = 24


def speaker(lang: Lang) -> Say:
    """The words of one language."""
    return lambda french, english: french if lang == "fr" else english


def euros(cents: int, lang: Lang = "fr") -> str:
    """An amount as people write it.

    >>> euros(-123456).replace("\\N{NO-BREAK SPACE}", " "), euros(5, "en")
    ('-1 234,56 €', '€0.05')
    """
    sign, units, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    if lang == "en":
        return f"{sign}€{units:,}.{rest:02}"
    return f"{sign}{units:,}".replace(",", _NO_BREAK) + f",{rest:02}{_NO_BREAK}€"


def day(value: dt.date | None, lang: Lang = "fr") -> str:
    """A day as people write it, in full digits; empty when there is none."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if lang == "fr" else value.isoformat()


def table(rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table in plain text: the first row is the heading, columns in `numbers` are aligned on the right.

    The first column is folded where a line would be wider than `WIDTH`.
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rest = sum(2 + width for width in widths[1:])
    widths[0] = min(widths[0], max(WIDTH - rest, _NARROWEST))
    lines = ["  ".join("-" * width for width in widths)]
    for rank, row in enumerate(rows):
        first, *folded = textwrap.wrap(row[0], widths[0], subsequent_indent="  ") or [""]
        cells = [
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip((first, *row[1:]), widths, strict=True))
        ]
        whole = ["  ".join(cells).rstrip(), *folded]
        lines[0:0] = whole if not rank else ()
        lines += whole if rank else ()
    return "\n".join(line.replace(_NO_BREAK, " ") for line in lines) + "\n"


def folded(text: str, indent: str = "") -> str:
    """Paragraphs folded at `WIDTH`; `indent` starts the lines that follow. An amount is never parted."""
    return "\n".join(
        "\n".join(
            textwrap.wrap(
                line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
            )
        )
        for line in text.split("\n")
    )


def page(name: str, lang: Lang, **values: Any) -> str:
    """A page of the templates, in one file: its style within, nothing fetched, every text escaped.

    Raises `LedgerError` when jinja2 is not installed.
    """
    if find_spec("jinja2") is None:
        raise LedgerError("module.absent", module="jinja2", extra="html")
    return template(_asset(name)).render(common(lang), **values)


def template(source: str) -> Template:
    """A template whose texts are escaped; needs jinja2."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


def common(lang: Lang) -> dict[str, Any]:
    """What every printed page is given: its language, its style and its own policy, amounts and days."""
    style = _asset("print.css")
    return {
        "lang": lang,
        "say": speaker(lang),
        "style": style,
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'",
        "euros": lambda cents: euros(cents, lang),
        "day": lambda value: day(value, lang),
    }


def trusted(markup: str) -> Any:
    """Markup of our own (a plot, whose texts are escaped already) for a page."""
    from markupsafe import Markup

    return Markup(markup)


def _asset(name: str) -> str:
    return files("cli.followup").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
