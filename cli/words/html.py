"""Pages of ours: one loader of templates, one policy. Each page is one file that fetches nothing.

Every text goes through the automatic escaping of jinja2; a page's own policy lets run its style and its
script alone, by their digest.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from cli.words.errors import CommandError
from cli.words.speech import Lang, speaker
from cli.words.texts import day, euros

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = "templates"


def template_of(name: str, lang: Lang) -> Template:
    """A page of ours, whose texts are escaped. Raises `CommandError` when jinja2 is not installed."""
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        say = speaker(lang)
        raise CommandError(
            say(
                "noemie : le format html a besoin de jinja2. → pip install 'sesam-noemie[html]'",
                "noemie: the html format needs jinja2. → pip install 'sesam-noemie[html]'",
            )
        ) from None
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(asset(name))


def asset(name: str) -> str:
    """A file that pages are made of."""
    return files("cli.words").joinpath(_TEMPLATES, name).read_text(encoding="utf-8")


def policy_of(style: str, script: str = "") -> str:
    """Content security policy: nothing but this style, and this script if any."""
    runs = f"script-src '{digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{digest(style)}'; {runs}base-uri 'none'"


def digest(text: str) -> str:
    """How a policy names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def printed(lang: Lang) -> dict[str, Any]:
    """What every page made to be printed is given: language, style and policy, amounts and days."""
    style = asset("print.css")
    return {
        "lang": lang,
        "say": speaker(lang),
        "style": style,
        "policy": policy_of(style),
        "euros": lambda cents: euros(cents, lang),
        "day": lambda value: day(value, lang),
    }


def trusted(markup: str) -> Any:
    """Markup of our own (a plot, whose texts are escaped already) for a page."""
    from markupsafe import Markup

    return Markup(markup)
