"""Findings of a check as a list that says what they mean: a table for a notebook, an Arrow table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from codes.rules import catalogue
from flatfile.findings import Finding, in_language

#: Columns of `Findings.to_arrow`, those of `noemie check --format csv` with the same names.
COLUMNS: Final[dict[str, type]] = {
    "rule": str,
    "severity": str,
    "title": str,
    "message": str,
    "fix": str,
    "found": str,
    "expected": str,
    "facture": str,
    "lot": str,
    "record": int,
    "type": str,
    "offset": int,
    "length": int,
    "field": str,
    "explained_by": str,
}
_SHOWN: Final = ("severity", "rule", "record", "type", "field", "facture", "message", "found", "fix")


class Findings(list[Finding]):
    """A list of findings, with the words of the catalogue in `lang` (`fr` or `en`).

        Findings(fse.check("flux.b2"))

    The words are looked for when the list is shown or made a table.
    """

    def __init__(self, findings: Iterable[Finding] = (), lang: Literal["fr", "en"] = "en") -> None:
        super().__init__(findings)
        self.lang = lang

    def _repr_html_(self) -> str:
        """The first findings, for a notebook; a headline tells how many it explains."""
        from flatfile.html import table

        told = (dict(zip(COLUMNS, _row(finding, self.lang), strict=True)) for finding in self)
        rows = (
            [*(row[name] for name in _SHOWN), len(finding.consequences) or None]
            for finding, row in zip(self, told, strict=True)
        )
        return table(f"findings: {len(self)}", (*_SHOWN, "consequences"), rows, len(self))

    def to_arrow(self) -> Any:
        """A `pyarrow.Table`, one row a finding: strings, and `int64` for `record`, `offset`, `length`.

        The consequences of a headline follow it; `explained_by` tells its rule and record. Raises
        `flatfile.extras.MissingLibraryError` without `pyarrow`.
        """
        from flatfile.arrow import plain_table

        return plain_table(COLUMNS, list(self._rows()))

    def _rows(self) -> Iterator[list[str | int]]:
        for finding in self:
            yield _row(finding, self.lang)
            headline = f"{finding.rule} ({finding.record})"
            yield from (_row(below, self.lang, headline) for below in finding.consequences)


def _row(finding: Finding, lang: str, explained_by: str = "") -> list[str | int]:
    """The cells of `COLUMNS`; a rule that the catalogue does not have goes without words."""
    rule = catalogue().get(finding.rule)
    found, expected = in_language(finding.found, lang), in_language(finding.expected, lang)
    words = ("", "", expected, "")
    if rule is not None:
        words = (
            rule.severity.word,
            rule.title(lang),
            rule.message(lang, expected, found=found),
            rule.fix(lang),
        )
    return [
        finding.rule,
        *words,
        found,
        expected,
        finding.facture,
        finding.lot,
        finding.record,
        finding.type,
        finding.offset,
        finding.length,
        finding.field,
        explained_by,
    ]
