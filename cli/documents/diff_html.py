"""Differences as one self-contained HTML page: no script, nothing fetched.

Every text goes through the automatic escaping of jinja2; the page's own policy lets its style apply alone.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from cli.documents.differences import Words
from cli.words.html import dressed, template_of
from noemie.documents.diff.comparison import Comparison, RecordDiff, Tally, UnitDiff

#: Most units of a page, unless asked otherwise: browsers do not like longer ones.
MOST_UNITS = 2000


def page(comparison: Comparison, names: tuple[str, str], limit: int) -> str:
    """The page, with at most `limit` units, 0 for all. Raises `CommandError` when jinja2 is not installed."""
    template = template_of("diff.html")
    words, tally = Words(comparison), Tally(comparison)
    units, told = [], 0
    for unit in comparison:
        tally.add(unit)
        told += 1
        if not limit or told <= limit:
            units.append(_unit(unit, words))
    return template.render(
        dressed(),
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
    records = [_record(record, words) for record in unit.records]
    if unit.kind == "hors-facture":
        title = rows[0].text
        # The unit is its record: told once.
        records = [{**record, "title": ""} for record in records]
    return {
        "title": title or words.say("Zone", "Zone"),
        "nature": unit.natures[0] if unit.natures else "changed",
        "records": records,
    }


def _record(record: RecordDiff, words: Words) -> dict[str, Any]:
    return {
        "title": words.record_text(record),
        "nature": record.nature,
        "fields": [
            (
                words.field_name(field),
                before,
                after + (words.say(" (remplissage)", " (filling)") * field.filling),
            )
            for field in record.fields
            for before, after in (words.values(field),)
        ],
    }
