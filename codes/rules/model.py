"""What the catalogue says of a rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from flatfile.findings import in_language

#: Ways of writing a flow, or a return, that its reading undoes.
_UNDONE: Final = frozenset(
    {
        "fichier.blancs-retires",
        "fichier.coupures",
        "fichier.utf-8",
        "retour.blancs-retires",
        "retour.coupures",
    }
)


class Severity(IntEnum):
    """How bad a finding is; ordered, so that thresholds compare."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Lower-case word used on the command line and in reports."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: the only place where its words, its severity and its reasons are written.

    - `id`: named after the subject (`facture.total-amo`), never reused;
    - `title_*`: a noun phrase; `message_*`: what a finding says, may hold `{expected}` and `{found}`, and, when the
      file cannot be read at all, the facts of `FormatError`;
    - `why_*`: why it matters; `fix_*`: what to do, as an instruction;
    - `severity`: before any configuration;
    - `source`: tags of docs/sources.md, or `toolkit` when it follows from how we read files;
    - `confidence`: A to D; a rule that rests on C or D is at most a warning;
    - `norms`: norms it applies to, empty for all;
    - `motive`: the reject motive (`codes.motives`) that it prevents, if any;
    - `unreadable`: reading stops there (exit status 2).
    """

    id: str
    severity: Severity
    title_fr: str
    title_en: str
    message_fr: str
    message_en: str
    why_fr: str
    why_en: str
    fix_fr: str
    fix_en: str
    source: str
    confidence: str
    norms: tuple[str, ...] = ()
    motive: str = ""
    unreadable: bool = False

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    @property
    def is_cause(self) -> bool:
        """Whether it tells a cause: all of a family, and what the reading itself undoes."""
        return self.family == "cause" or self.id in _UNDONE

    def title(self, lang: str) -> str:
        """Title in `lang` (`fr` or `en`)."""
        return self.title_en if lang == "en" else self.title_fr

    def message(self, lang: str, expected: str = "", **facts: str | int) -> str:
        """What a finding of this rule says, in `lang`."""
        text = self.message_en if lang == "en" else self.message_fr
        told = {
            name: in_language(fact, lang) if isinstance(fact, str) else fact for name, fact in facts.items()
        }
        return text.format_map(_Facts(told, expected=in_language(expected, lang) or "?"))

    def expectation(self, lang: str) -> str:
        """What is expected where a finding does not say it of its place."""
        from codes.rules.attendu import EXPECTED

        return in_language(EXPECTED.get(self.id, ""), lang) or self.fix(lang)

    def why(self, lang: str) -> str:
        """Why it matters, in `lang`."""
        return self.why_en if lang == "en" else self.why_fr

    def fix(self, lang: str) -> str:
        """What to do, in `lang`."""
        return self.fix_en if lang == "en" else self.fix_fr


class _Facts(dict[str, str | int]):
    """Facts of a message; one that was not given reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def make(
    id: str,
    severity: Severity,
    fr: tuple[str, str, str, str],
    en: tuple[str, str, str, str],
    source: str,
    confidence: str,
    *,
    norms: tuple[str, ...] = (),
    motive: str = "",
    unreadable: bool = False,
) -> Rule:
    """A rule from its texts: title, message, why, fix, in French then in English."""
    return Rule(
        id,
        severity,
        fr[0],
        en[0],
        fr[1],
        en[1],
        fr[2],
        en[2],
        fr[3],
        en[3],
        source,
        confidence,
        norms,
        motive,
        unreadable,
    )
