"""The families of reject reasons (motifs) and how a label is matched to one.

A motive is deduced from the words of a label, so it is always weaker than a known code: show it as "déduit
du libellé", with its confidence and the words that matched. The families, their order and their patterns
come from ``data/motives.csv``; the first family in file order wins.

>>> [m.motive.motive for m in match_label("FACTURE DEJA PAYEE")]
['doublon']
>>> [m.motive.motive for m in match_label("DROITS FERMES", part="C")]
['droits_rc_fermes']
>>> match_label("BONJOUR")
[]
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from codes.actions import Action, Lang

__all__ = [
    "DEFAULT",
    "MOTIVES",
    "Motive",
    "MotiveMatch",
    "TextKind",
    "is_complementary",
    "label_key",
    "load",
    "match_label",
    "motives_for",
    "normalise_label",
]

DATA: Final = Path(__file__).with_name("data") / "motives.csv"

WORDS: Final = DATA.with_name("motive-words.csv")
"""Words of one sense, by name: `<inconnu>` in a pattern stands for any of them."""

OF_AMC: Final = DATA.with_name("motives-amc.csv")
"""The texts that differ when a complementary insurer speaks; an empty cell keeps that of ``motives.csv``."""

DEFAULT: Final = "autre"
"""The motive of what nothing explains. It carries no action, and must never carry one."""

TextKind = Literal["meaning", "payer_action", "provider_action"]
"""The three texts of a motive or a reject: what it means, what the payer does, what the provider must do."""

# A right that is closed is not the same cause when it is the complementary insurer's (rejects.md, section 4).
_COMPLEMENTARY_TWIN: Final = {"droits_fermes": "droits_rc_fermes"}

# NFKD keeps these whole, or turns an ordinal sign into a letter ("Nº" must read "n", not "no").
_BEFORE_NFKD: Final = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "º": " ", "ª": " ", "°": " "}
)
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")

# Tools cut labels at 37 or 40 characters: a shorter one, once its noise is removed, was not cut.
_MIN_CUT: Final = 30
_MIN_CUT_WORD: Final = 4
_WORD_CLASS: Final = re.compile("<([a-z_]+)>")
_LONG_WORD: Final = re.compile("[a-z]{5,}")


@dataclass(frozen=True, slots=True)
class Motive:
    """One family of reasons.

    ``level`` is ``fichier``, ``lot``, ``facture``, ``ligne``, ``poste``, ``contrat``, ``droits`` or empty
    (the source is silent). ``label_patterns`` is one regular expression on a normalised label, empty for a
    family that is never deduced, where ``<name>`` stands for the words of ``motive-words.csv``; what
    ``label_excludes`` matches is never of this family. ``avoidable_by`` names the checks that would have
    prevented the reject. ``confidence`` (A, B, C) is that of the motive; ``note`` (French: see ``note_text``)
    says when the action alone is weaker. Texts may be empty: unknown.
    """

    motive: str
    title_fr: str
    title_en: str
    meaning_fr: str
    meaning_en: str
    payer_action_fr: str
    payer_action_en: str
    provider_action_fr: str
    provider_action_en: str
    action_class: Action
    level: str
    label_patterns: str
    avoidable_by: tuple[str, ...]
    confidence: str
    note: str
    note_en: str = ""
    label_excludes: str = ""

    def title(self, lang: Lang = "fr") -> str:
        """Return the title of the family."""
        return self.title_fr if lang == "fr" else self.title_en

    def text(self, kind: TextKind, lang: Lang = "fr") -> str:
        """Return one of the three texts, empty when the source is silent."""
        value: str = getattr(self, f"{kind}_{lang}")
        return value

    def note_text(self, lang: Lang = "fr") -> str:
        """Return what the family rests on, and what weakens it."""
        return (self.note_en if lang == "en" else "") or self.note


class MotiveMatch(NamedTuple):
    """A motive found in a label, and the words of the normalised label that led to it."""

    motive: Motive
    words: str


@lru_cache(maxsize=8192)
def normalise_label(label: str) -> str:
    """Return a label ready for comparison: no accent, lower case, words apart by one space.

    Comparison only: the label as received is what is stored and shown.

    >>> normalise_label("L'assuré est  ABSENT de notre référentiel\\x00")
    'l assure est absent de notre referentiel'
    """
    if not label.isascii():
        label = unicodedata.normalize("NFKD", label.translate(_BEFORE_NFKD))
        label = "".join(c for c in label if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", label.lower()).strip()


def label_key(label: str) -> str:
    """Return what two writings of one label share: no accent, no sign, no space, lower case.

    >>> label_key("CREATION INFO.OC ACQUITTEE") == label_key("Création info O.C. acquittée")
    True
    """
    return normalise_label(label).replace(" ", "")


@cache
def load() -> Mapping[str, Motive]:
    """Return the shipped motives by name, in order of priority. The file is read once, at the first call."""
    with DATA.open(encoding="utf-8", newline="") as stream:
        return {row["motive"]: _motive(row) for row in csv.DictReader(stream)}


@cache
def _load_of_amc() -> Mapping[str, Motive]:
    with OF_AMC.open(encoding="utf-8", newline="") as stream:
        rows = {row.pop("motive"): row for row in csv.DictReader(stream)}
    return {name: _worded(motive, rows.get(name, {})) for name, motive in load().items()}


def _worded(motive: Motive, texts: Mapping[str, str]) -> Motive:
    values: dict[str, Any] = {name: text for name, text in texts.items() if text}
    return replace(motive, **values)


def motives_for(part: str | None) -> Mapping[str, Motive]:
    """Return the motives in the words of who speaks: a complementary insurer for its part, else a fund."""
    return _load_of_amc() if is_complementary(part) else load()


def _motive(row: dict[str, str]) -> Motive:
    names = tuple(row.pop("avoidable_by").split(";"))
    action = Action(row.pop("action_class"))
    return Motive(**row, action_class=action, avoidable_by=tuple(filter(None, names)))


class _Lazy(Mapping[str, Motive]):
    """The shipped motives as a mapping that reads its file at first use, so that importing costs nothing."""

    def __getitem__(self, name: str) -> Motive:
        return load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(load())

    def __len__(self) -> int:
        return len(load())


MOTIVES: Final[Mapping[str, Motive]] = _Lazy()


class _Pattern(NamedTuple):
    motive: Motive
    words: re.Pattern[str]
    excludes: re.Pattern[str] | None


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(m, re.compile(expand(m.label_patterns)), _compiled(m.label_excludes))
        for m in load().values()
        if m.label_patterns
    )


def _compiled(pattern: str) -> re.Pattern[str] | None:
    return re.compile(expand(pattern)) if pattern else None


def expand(pattern: str) -> str:
    """Return a pattern with each ``<name>`` replaced by its words."""
    return _WORD_CLASS.sub(lambda found: f"(?:{_words_of_sense()[found[1]]})", pattern)


@cache
def _words_of_sense() -> Mapping[str, str]:
    with WORDS.open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row["words"] for row in csv.DictReader(stream)}


def is_complementary(part: str | None) -> bool:
    """Whether a part is the complementary one: ``C`` in entity 294, ``AMC`` in the catalogue."""
    return part is not None and part.strip().upper() in {"C", "AMC"}


def match_label(label: str, part: str | None = None) -> list[MotiveMatch]:
    """Return every motive that the words of a label lead to; the first one wins.

    ``label`` is as received; ``part`` is ``O`` or ``AMO``, ``C`` or ``AMC``, or None. The list is in order
    of priority and empty when nothing matches. Only the labels of funds and insurers (AMO, AMC, ARL) may be
    given: see ``codes.rejects`` for the other namespaces.
    """
    normal = normalise_label(label)
    matches = _matches(normal)
    if not matches and (whole := _written_out(normal)) != normal:
        matches = _matches(whole)
    matches = matches or _matches_of_cut(normal)
    return _for_complementary(matches) if is_complementary(part) else matches


def _matches(normal: str) -> list[MotiveMatch]:
    return [
        MotiveMatch(motive, _whole_words(normal, found))
        for motive, words, excludes in _patterns()
        if (found := words.search(normal)) is not None
        and (excludes is None or excludes.search(normal) is None)
    ]


def _matches_of_cut(normal: str) -> list[MotiveMatch]:
    """Return the motives of a label that a tool cut inside its last word.

    The word is completed by those of the patterns that begin like it. All that lead somewhere must lead to
    the same motive: "total ... inco" may be incoherent or incorrect, "prescripteur est inco" is unknown.
    """
    begun, _, last = normal.rpartition(" ")
    if len(normal) < _MIN_CUT or len(last) < _MIN_CUT_WORD:
        return []
    whole = (word for word in _vocabulary() if word.startswith(last) and word != last)
    found = [matches for word in whole if (matches := _matches(f"{begun} {word}"))]
    if len({matches[0].motive.motive for matches in found}) != 1:
        return []
    # The words shown are those received: the end of the last one was only supposed.
    at = normal.find(found[0][0].words.rpartition(" ")[0])
    return [MotiveMatch(motive, normal[max(at, 0) :]) for motive, _ in found[0][:1]]


# What payers cut short, as whole words of a normalised label.
_SHORT_WORDS: Final = {
    "benef": "beneficiaire",
    "benefic": "beneficiaire",
    "ass": "assure",
    "exo": "exoneration",
    "exon": "exoneration",
    "presc": "prescription",
    "prescr": "prescription",
    "ordo": "ordonnance",
    "secu": "securite sociale",
    "mut": "mutuelle",
    "num": "numero",
    "no": "numero",
    "dt": "date",
    "dte": "date",
    "fact": "facture",
    "presta": "prestation",
    "org": "organisme",
    "compl": "complementaire",
    "justif": "justificatif",
    "naiss": "naissance",
    "inc": "inconnu",
    "err": "errone",
    "inval": "invalide",
}


def _written_out(normal: str) -> str:
    """Return a normalised label with the words that payers cut short written out."""
    return " ".join(_SHORT_WORDS.get(word, word) for word in normal.split(" "))


@cache
def _vocabulary() -> tuple[str, ...]:
    """Return the words and stems of the patterns that are long enough to be told apart."""
    patterns = (expand(motive.label_patterns) for motive in load().values())
    words = (word for pattern in patterns for word in _LONG_WORD.findall(pattern))
    return tuple(dict.fromkeys(words))


def _whole_words(normal: str, found: re.Match[str]) -> str:
    """Return the matched words, those cut by the pattern completed ("deja pay" gives "deja payee")."""
    start = normal.rfind(" ", 0, found.start() + 1) + 1
    end = normal.find(" ", found.end() - 1)
    return normal[start : end if end >= 0 else len(normal)].strip()


def _for_complementary(matches: list[MotiveMatch]) -> list[MotiveMatch]:
    """Put motives in the words of a complementary insurer; a motive with a complementary twin becomes it."""
    found: dict[str, MotiveMatch] = {}
    words_of = _load_of_amc()
    for motive, words in matches:
        name = _COMPLEMENTARY_TWIN.get(motive.motive, motive.motive)
        found.setdefault(name, MotiveMatch(words_of[name], words))
    return list(found.values())
