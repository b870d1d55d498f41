"""Differences as one self-contained HTML page: no script, nothing fetched.

Every text goes through the automatic escaping of jinja2; the page's own policy lets its style apply alone.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cli.guard import CommandError
from cli.report.differences import Words
from cli.speech import Lang, speaker
from noemie.diff import Comparison, RecordDiff, Tally, UnitDiff

if TYPE_CHECKING:
    from jinja2 import Template

#: Most units of a page, unless asked otherwise: browsers do not like longer ones.
MOST_UNITS = 2000


def page(comparison: Comparison, names: tuple[str, str], lang: Lang, limit: int) -> str:
    """The page, with at most `limit` units, 0 for all. Raises `CommandError` when jinja2 is not installed."""
    template = _template(lang)
    words, tally = Words(comparison, lang), Tally(comparison)
    units, told = [], 0
    for unit in comparison:
        tally.add(unit)
        told += 1
        if not limit or told <= limit:
            units.append(_unit(unit, words))
    style = _asset("diff.css")
    return template.render(
        lang=lang,
        say=words.say,
        policy=f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'",
        style=style,
        version=version("sesam-noemie"),
        sides=[(name, words.size(after=after)) for name, after in zip(names, (False, True), strict=True)],
        identical=words.same() if comparison.identical else "",
        total=words.total(tally),
        physical=[words.physical(found).text for found in comparison.physical],
        units=units,
        more=words.more(told - limit) if limit and told > limit else "",
        values=comparison.shows_values,
    )


def _unit(unit: UnitDiff, words: Words) -> dict[str, Any]:
    rows = list(words.unit(unit))
    title = words.unit_title(unit) if unit.kind in ("facture", "mouvement") else ""
    if unit.kind == "hors-facture":
        title = rows[0].text
    return {
        "title": title or words.say("Zone", "Zone"),
        "nature": unit.natures[0] if unit.natures else "changed",
        "records": [_record(record, words) for record in unit.records],
    }


def _record(record: RecordDiff, words: Words) -> dict[str, Any]:
    return {
        "title": words.record_text(record),
        "nature": record.nature,
        "fields": [
            (
                words.field_name(field),
                words.value(field, field.before),
                words.value(field, field.after) + (words.say(" (remplissage)", " (filling)") * field.filling),
            )
            for field in record.fields
        ],
    }


def _template(lang: Lang) -> Template:
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
    return environment.from_string(_asset("diff.html"))


def _asset(name: str) -> str:
    return files("cli.export").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
