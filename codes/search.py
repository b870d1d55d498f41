"""Find catalogue entries from a piece of a code, a label or a meaning, typed by a person.

Accents, case and small typing errors do not matter. This is a help to find an entry, never an answer about a
reject received: for that, see ``codes.rejects.lookup``.

>>> [hit.title() for hit in search("etablisement prescripteur", limit=1)]
["L'ETABLISSEMENT PRESCRIPTEUR EST INCONNU AU FICHIER NATIONAL"]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from codes._reject_rows import Reject
from codes.actions import Lang
from codes.motives import MOTIVES, Motive, match_label, normalise_label
from codes.rejects import Catalogue, load, normalise_code

__all__ = ["Hit", "search"]

_MIN_SCORE: Final = 0.5
_CODE_LIKE: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z]+(?:[ -]+[0-9]+)*|[A-Z]+-.*[0-9]")
_TYPO_CUTOFF: Final = 0.8
# Words that tell nothing: they are looked for only when nothing else was typed.
_EMPTY_WORDS: Final = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "est", "et", "l", "la", "le", "les", "ou", "par", "sur"}
    | {"n", "of", "or", "pas", "the", "to", "un", "une"}
)
# A person who types a label most often holds a return of a fund; what it says of an invoice comes first.
_INVOICE_BONUS: Final = {"AMO": 0.03, "AMC": 0.02, "ARL": 0.02, "SIM": -0.05}


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found: a row of the reject catalogue or a motive, and how well it fits (0 to 1)."""

    score: float
    reject: Reject | None = None
    motive: Motive | None = None

    @property
    def kind(self) -> Literal["reject", "motive"]:
        """What was found."""
        return "reject" if self.reject is not None else "motive"

    def title(self, lang: Lang = "fr") -> str:
        """Return the label as received for a reject, the title for a motive."""
        if self.reject is not None:
            return self.reject.label or self.reject.code
        return self.motive.title(lang) if self.motive is not None else ""


class _Entry(NamedTuple):
    hit: Hit
    namespace: str
    code: str
    label: str
    strong: frozenset[str]
    weak: frozenset[str]


def search(text: str, limit: int = 10, catalogue: Catalogue | None = None) -> list[Hit]:
    """Return the entries that best fit a text, the best first, at most ``limit``; none when nothing fits.

    A namespace may come first (``"SSV F613"``). ``catalogue`` is the shipped one by default.
    """
    entries, words = _index(catalogue or load())
    namespace, wanted = _split_namespace(text, entries)
    label = normalise_label(wanted)
    if not label or limit <= 0:
        return []
    close = _close_words(label, words)
    deduced = {match.motive.motive for match in match_label(label)}
    by_code = _answered_by_code(wanted, namespace, catalogue or load())
    hits = []
    for entry in entries:
        if namespace and entry.namespace != namespace:
            continue
        score = _score(entry, normalise_code(wanted), label, close)
        if entry.hit.reject in by_code:
            score = 1.0
        if entry.hit.motive is not None and entry.hit.motive.motive in deduced:
            score = max(score, 0.9)
        score += _INVOICE_BONUS.get(entry.namespace, 0.0) if score < 1.0 else 0.0
        if score >= _MIN_SCORE:
            hits.append(Hit(round(min(score, 1.0), 3), entry.hit.reject, entry.hit.motive))
    hits.sort(key=lambda hit: -hit.score)  # stable: file order between equals
    return hits[:limit]


@lru_cache(maxsize=4)
def _index(catalogue: Catalogue) -> tuple[tuple[_Entry, ...], tuple[str, ...]]:
    """Return the entries ready for comparison, and every word they hold."""
    entries = (*map(_reject_entry, catalogue.rows), *map(_motive_entry, MOTIVES.values()))
    words = dict.fromkeys(word for entry in entries for word in sorted(entry.strong | entry.weak))
    return entries, tuple(words)


def _reject_entry(row: Reject) -> _Entry:
    texts = (row.meaning_fr, row.meaning_en, row.provider_action_fr, row.provider_action_en)
    return _Entry(
        Hit(0.0, reject=row),
        row.namespace,
        normalise_code(row.code),
        label := normalise_label(row.label),
        frozenset(label.split()),
        frozenset(normalise_label(" ".join(texts)).split()),
    )


def _motive_entry(motive: Motive) -> _Entry:
    texts = (motive.meaning_fr, motive.meaning_en, motive.provider_action_fr, motive.provider_action_en)
    titles = f"{motive.title_fr} {motive.title_en} {motive.motive}"
    return _Entry(
        Hit(0.0, motive=motive),
        "",
        normalise_code(motive.motive),
        normalise_label(motive.title_fr),
        frozenset(normalise_label(titles).split()),
        frozenset(normalise_label(" ".join(texts)).split()),
    )


def _split_namespace(text: str, entries: tuple[_Entry, ...]) -> tuple[str, str]:
    """Return the namespace typed before a code, if any, and the rest ("droits fermés" is a label)."""
    first, _, rest = text.strip().partition(" ")
    if _CODE_LIKE.fullmatch(rest.strip()) and first.upper() in {entry.namespace for entry in entries}:
        return first.upper(), rest.strip()
    return "", text


def _answered_by_code(text: str, namespace: str, catalogue: Catalogue) -> set[Reject]:
    """Return the rows a lookup finds by this code: it knows ranges, decimals and fields of flow 929."""
    if namespace:
        row = catalogue.lookup(code=text, namespace=namespace).reject
        return set() if row is None else {row}
    return set(catalogue.lookup(code=text).candidates)


def _close_words(label: str, words: tuple[str, ...]) -> list[Mapping[str, float]]:
    """Return, for each word typed, the known words near it and how near they are."""
    typed = [word for word in label.split() if word not in _EMPTY_WORDS] or label.split()
    return [_near(word, words) for word in dict.fromkeys(typed)]


@lru_cache(maxsize=512)
def _near(word: str, words: tuple[str, ...]) -> Mapping[str, float]:
    near = {word: 1.0}
    if len(word) <= 3 or word.isdecimal():
        return near
    near |= {other: 0.9 for other in words if other.startswith(word) and other != word}
    if word not in words:  # a word that exists is not a typing error
        for other in get_close_matches(word, words, n=12, cutoff=_TYPO_CUTOFF):
            near.setdefault(other, 0.8)
    return near


def _score(entry: _Entry, code: str, label: str, close: list[Mapping[str, float]]) -> float:
    if code and code == entry.code:
        return 1.0
    if label == entry.label:
        return 0.97
    if len(label) >= 4 and entry.label and (entry.label.startswith(label) or label.startswith(entry.label)):
        return 0.94
    if len(code) >= 3 and code.isdecimal() and entry.code.startswith(code):
        return 0.9
    if len(label) >= 4 and label in entry.label:
        return 0.88
    found = (max(_in(near, entry.strong), 0.7 * _in(near, entry.weak)) for near in close)
    return 0.85 * sum(found) / len(close)


def _in(near: Mapping[str, float], words: frozenset[str]) -> float:
    return max((weight for word, weight in near.items() if word in words), default=0.0)
