"""How often a caisse refused invoices like those of a flow, by what a ledger holds: numbers, never a rule.

    history = refused_before(ledger.follow())
    # then as a comparison of `fse.compare`, beside the checks of the flow

Invoices are alike when they go to the same caisse for the same nature of insurance. Those that were answered
are counted, and those of them that had a reject, by motive. It is told once for each kind, as an information.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from codes.actions import Lang
from codes.motives import MOTIVES
from codes.states import Etat
from flatfile import Finding
from flatfile.findings import both
from fse.facture import Facture
from fse.rules.contexte import whole_header
from fse.rules.registre import finds
from fse.trusted import finding_on
from noemie.ledger.states import motives_of

if TYPE_CHECKING:
    from noemie.ledger.followed import Registre

#: States of invoices that nobody answered, or that another sending took the place of.
_UNKNOWN: Final = frozenset(
    {
        Etat.ANNULEE,
        Etat.DOUBLON,
        Etat.RIEN_ATTENDU,
        Etat.SOLDEE_HORS_FLUX,
        Etat.ARL_NEGATIF,
        Etat.ARL_ATTENDU,
        Etat.REPONSE_ATTENDUE,
    }
)

_LANGS: Final[tuple[Lang, ...]] = ("fr", "en")

#: Motives that are named.
_MOST_MOTIVES: Final = 3


class Traits(NamedTuple):
    """What makes two invoices alike: where they go, and for what."""

    regime: str
    caisse: str
    nature_assurance: str


class Passe(NamedTuple):
    """What became of invoices that are alike: how many were answered, how many refused, by motive."""

    answered: int
    refused: int
    motives: tuple[tuple[str, int], ...]


class Refusees:
    """The past of a ledger, by traits: a source of `fse.compare`."""

    def __init__(self, past: Mapping[Traits, Passe]) -> None:
        self._past = past

    def open(self) -> _Flow:
        """What compares one flow."""
        return _Flow(self._past)


class _Flow:
    def __init__(self, past: Mapping[Traits, Passe]) -> None:
        self._past = past
        self._told: set[Traits] = set()

    @finds("registre.refus-passes")
    def compare(self, facture: Facture) -> Iterator[Finding]:
        """What became of invoices like this one; told at the first of them."""
        header = whole_header(facture)
        traits = Traits(facture.regime, facture.caisse, facture.nature_assurance)
        past = self._past.get(traits)
        if header is None or past is None or not past.refused or traits in self._told:
            return
        self._told.add(traits)
        made = finding_on("registre.refus-passes", facture, header, "caisse")
        yield structs.replace(made, found=_words(past))

    def summary(self) -> Iterable[Finding]:
        """Nothing is said of the flow as a whole."""
        return ()


def _words(past: Passe) -> str:
    french, english = (_named(past.motives[:_MOST_MOTIVES], lang) for lang in _LANGS)
    return both(
        f"{past.refused} sur {past.answered} ({french})", f"{past.refused} of {past.answered} ({english})"
    )


def _named(motives: Iterable[tuple[str, int]], lang: Lang) -> str:
    """Motives with how many invoices had each."""
    titles = ((MOTIVES[name].title(lang) if name in MOTIVES else name, count) for name, count in motives)
    return ", ".join(f"{title} × {count}" for title, count in titles)


def refused_before(registre: Registre) -> Refusees:
    """The past of all that a ledger holds; a few hundred bytes for each caisse."""
    answered: Counter[Traits] = Counter()
    refused: Counter[Traits] = Counter()
    motives: dict[Traits, Counter[str]] = {}
    for ligne in registre.lignes:
        if ligne.etat in _UNKNOWN:
            continue
        sent = registre.envoye(ligne)
        traits = Traits(sent.regime, sent.caisse, sent.nature_assurance)
        answered[traits] += 1
        if ligne.rejets:
            refused[traits] += 1
            motives.setdefault(traits, Counter()).update(motives_of(ligne.rejets, registre.site))
    return Refusees(
        {
            traits: Passe(count, refused[traits], tuple(_most(motives.get(traits, Counter()))))
            for traits, count in answered.items()
        }
    )


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    """The motives, from the most frequent; those of one count by name."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
