"""Pages of ours: one loader of templates, one house style, one policy. An exported page fetches nothing.

Every text goes through the automatic escaping of jinja2; a page's own policy lets run its style and its
script alone, by their digest. The pieces that pages share are the macros of `templates/macros.html`.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from cli.words.speech import language, say
from cli.words.status import CommandError
from cli.words.texts import day, euros

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from jinja2 import Environment, Template

_TEMPLATES: Final = "templates"

#: What stays as it is, then a straight apostrophe of a text.
_TYPED: Final = re.compile(
    r"<(code|pre|script|style|textarea)\b.*?</\1>|<[^>]*>"
    r"|(?<=[a-zà-ÿ])(?:'|&#39;|&#x27;)(?=\w)|(?<=[A-Z])(?:'|&#39;|&#x27;)(?=[a-zà-ÿ])",
    re.DOTALL,
)

#: The style of every page.
HOUSE: Final = "house.css"


def template_of(name: str) -> Template:
    """A page of ours, whose texts are escaped. Raises `CommandError` when jinja2 is not installed."""
    return environment().get_template(name)


def typeset(name: str, package: str, **context: Any) -> str:
    """A page to be looked at: in French, the apostrophes between the letters of its texts are curved.

    Those of names in capitals, of what is shown as it was written (`code`, `pre`) and of addresses stay.
    """
    made: str = environment(package).get_template(name).render(**context)
    return made if language() == "en" else _TYPED.sub(_curved, made)


def _curved(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else "\N{RIGHT SINGLE QUOTATION MARK}"


def environment(package: str = "") -> Environment:
    """Where pages are found: here, then in the templates of `package`; with what every page may call.

    Raises `CommandError` when jinja2 is not installed.
    """
    try:
        import jinja2  # noqa: F401  # asked at each call: what was found once may be gone
    except ImportError:
        raise CommandError(
            say(
                "noemie : le format html a besoin de jinja2. → pip install 'sesam-noemie[html]'",
                "noemie: the html format needs jinja2. → pip install 'sesam-noemie[html]'",
            )
        ) from None
    return _environment(package)


@lru_cache
def _environment(package: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    from cli.words.compiled import Compiled
    from cli.words.severities import severity_word
    from cli.words.tones import sentence, sign_of, state_tone, tone_of

    def source(name: str) -> tuple[str, str, None]:
        where = package if package and _has(name, package) else "cli.words"
        return asset(name, where), str(_place(name, where)), None

    options: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(
        **options,
        undefined=StrictUndefined,
        loader=FunctionLoader(source),
        auto_reload=False,
        bytecode_cache=Compiled(repr(options)),
    )
    made.globals |= {
        "language": language,
        "say": say,
        "euros": euros,
        "day": shown_day,
        "severity": severity_word,
        "tone": tone_of,
        "sign": sign_of,
        "state_tone": state_tone,
    }
    made.filters["sentence"] = sentence
    return made


def shown_day(value: dt.date | str | None) -> str:
    """A day, given as such or in ISO, as people write it."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value) if value else None
    return day(value)


def asset(name: str, package: str = "cli.words") -> str:
    """A file that pages are made of."""
    return _place(name, package).read_text(encoding="utf-8")


def _has(name: str, package: str) -> bool:
    return _place(name, package).is_file()


def _place(name: str, package: str) -> Traversable:
    return files(package).joinpath(_TEMPLATES, name)


def dressed(script: str = "") -> dict[str, Any]:
    """What every exported page is given: the house style, its script if any, the policy that lets both."""
    style = asset(HOUSE)
    return {"style": style, "script": script, "policy": policy_of(style, script)}


def policy_of(style: str, script: str = "") -> str:
    """Content security policy: nothing but this style, and this script if any."""
    runs = f"script-src '{digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{digest(style)}'; {runs}base-uri 'none'; form-action 'none'"


def digest(text: str) -> str:
    """How a policy names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def trusted(markup: str) -> Any:
    """Markup of our own (a plot, whose texts are escaped already) for a page."""
    from markupsafe import Markup

    return Markup(markup)
