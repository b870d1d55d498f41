"""What a check says: where and which rule. Words and severity live in the rule catalogue."""

from __future__ import annotations

from typing import Final

import msgspec

#: Stands between the French and the English of a short text of a finding that is not the same in both.
_LANGUAGES: Final = " ¦ "


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One remark about one place of one file.

    A finding holds no personal value read from the file: of such a field `found` tells the shape alone.

    - `rule`: id in the rule catalogue, such as `facture.total-amo`;
    - `record`: 1-based number of the record or entity in the file, 0 for the whole file;
    - `offset`, `length`: 0-based place in the uncompressed file, in bytes;
    - `type`: record or entity type (`4M`, `294`);
    - `field`: field name in the layout, empty when the record as a whole is meant;
    - `facture`, `lot`: their numbers as written in the file;
    - `expected`: what should be there, `found`: what is there; short texts without personal data, in both
      languages where these differ (see `in_language`);
    - `consequences`: other findings, which are no more once this one is mended.
    """

    rule: str
    record: int = 0
    offset: int = 0
    length: int = 0
    type: str = ""
    field: str = ""
    facture: str = ""
    lot: str = ""
    expected: str = ""
    found: str = ""
    consequences: tuple[Finding, ...] = ()

    def _repr_html_(self) -> str:
        """A small table for a notebook: the fields that hold something (the words: `codes.findings`)."""
        from flatfile.html import table

        names = [name for name in self.__struct_fields__ if name not in ("rule", "consequences")]
        told = [(name, getattr(self, name)) for name in names]
        rows = [(name, value) for name, value in told if value != ""]
        return table(self.rule, ("", ""), rows, len(rows))


def both(fr: str, en: str) -> str:
    """A short text of a finding in French and in English, as `Finding.found` and `expected` hold them."""
    return fr if fr == en else f"{fr}{_LANGUAGES}{en}"


def joined(text: str, more: str) -> str:
    """Two such texts, one after the other, in each language."""
    return both(*(in_language(text, lang) + in_language(more, lang) for lang in ("fr", "en")))


def in_language(text: str, lang: str) -> str:
    """A short text of a finding in `fr` or `en`.

    >>> in_language(both("3 chiffres", "3 digits"), "en"), in_language("128", "en")
    ('3 digits', '128')
    """
    fr, _, en = text.partition(_LANGUAGES)
    return en if en and lang == "en" else fr
