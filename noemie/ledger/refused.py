"""How often a caisse refused invoices like those of a flow, by what a ledger holds: numbers, never a rule.

    history = refused_before(ledger.follow(envois=True), Tokens(ledger.keys))
    # then as a comparison of `fse.compare`, beside the checks of the flow

Invoices are alike when they go to the same caisse for the same nature of insurance. Those that were answered
are counted, and those of them that had a reject, by motive: told once for each kind, as an information. The
same is told of a patient of whom that caisse refused the last invoice that it answered: what was wrong then
(rights, NIR) may still be.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from noemie.ledger.rows import Tokens
from noemie.ledger.states import motives_of
from noemie.suivi.lire import PlaceDeFlux, envoi_de

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


#: A patient, as the keys of a ledger name them, and where their invoices go.
_Patient = tuple[str, str, str]


class Passe(NamedTuple):
    """What became of invoices that are alike: how many were answered, how many refused, by motive."""

    answered: int
    refused: int
    motives: tuple[tuple[str, int], ...]


class Refusees:
    """The past of a ledger, by traits and by patient: a source of `fse.compare`."""

    def __init__(
        self,
        past: Mapping[Traits, Passe],
        patients: Mapping[_Patient, Passe] | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        self.past = past
        self.patients = patients or {}
        self.tokens = tokens

    def open(self) -> _Flow:
        """What compares one flow."""
        return _Flow(self)


class _Flow:
    def __init__(self, known: Refusees) -> None:
        self._known = known
        self._told: set[Traits | _Patient] = set()

    @finds("registre.refus-passes", "registre.refus-patient")
    def compare(self, facture: Facture) -> Iterator[Finding]:
        """What became of invoices like this one, and of those of its patient; told at the first of them."""
        header, known = whole_header(facture), self._known
        if header is None:
            return
        traits = Traits(facture.regime, facture.caisse, facture.nature_assurance)
        past = known.past.get(traits)
        if past is not None and past.refused and self._is_first(traits):
            made = finding_on("registre.refus-passes", facture, header, "caisse")
            yield structs.replace(made, found=_words(past))
        if known.patients and known.tokens is not None and facture.date_facturation is not None:
            token = envoi_de(facture, "", PlaceDeFlux(), known.tokens).patient
            patient = token, facture.regime, facture.caisse
            past = known.patients.get(patient)
            if past is not None and self._is_first(patient):
                made = finding_on("registre.refus-patient", facture, header, "nir")
                yield structs.replace(made, found=_words(past))

    def _is_first(self, alike: Traits | _Patient) -> bool:
        first = alike not in self._told
        self._told.add(alike)
        return first

    def summary(self) -> Iterable[Finding]:
        """Nothing is said of the flow as a whole."""
        return ()


def _words(past: Passe) -> str:
    french, english = (_named(past.motives, lang) for lang in _LANGS)
    return both(
        f"{past.refused} sur {past.answered} ({french})", f"{past.refused} of {past.answered} ({english})"
    )


def _named(motives: Sequence[tuple[str, int]], lang: Lang) -> str:
    """The first motives with how many invoices had each, and how many others there are."""
    named = [
        f"{MOTIVES[name].title(lang) if name in MOTIVES else name} × {count}"
        for name, count in motives[:_MOST_MOTIVES]
    ]
    others = sum(count for _, count in motives[_MOST_MOTIVES:])
    return ", ".join([*named, f"{'autres' if lang == 'fr' else 'others'} × {others}"] if others else named)


class _Counts:
    """What became of invoices that are alike, being counted."""

    def __init__(self) -> None:
        self.answered = self.refused = 0
        self.motives: Counter[str] = Counter()
        self.last: tuple[dt.date, bool] = dt.date.min, False

    def add(self, day: dt.date | None, motives: Iterable[str] | None) -> None:
        """Count one answered invoice, sent on a day, with the motives of its rejects, if it was refused."""
        self.answered += 1
        self.refused += motives is not None
        self.motives.update(motives or ())
        self.last = max(self.last, (day or dt.date.min, motives is not None))

    def passe(self) -> Passe:
        """The numbers."""
        return Passe(self.answered, self.refused, tuple(_most(self.motives)))


def refused_before(registre: Registre, tokens: Tokens | None = None) -> Refusees:
    """The past of all that a ledger holds; a few hundred bytes for each caisse.

    With the `tokens` of its keys, of a follow-up that kept its sendings, that of each patient too.
    """
    past: dict[Traits, _Counts] = {}
    patients: dict[_Patient, _Counts] = {}
    for ligne in registre.lignes:
        if ligne.etat in _UNKNOWN:
            continue
        sent = registre.envoye(ligne)
        motives = motives_of(ligne.rejets, registre.site) if ligne.rejets else None
        traits = Traits(sent.regime, sent.caisse, sent.nature_assurance)
        past.setdefault(traits, _Counts()).add(None, motives)
        envoi = registre.envoi(ligne) if tokens is not None else None
        if envoi is not None and envoi.patient:
            patient = envoi.patient, sent.regime, sent.caisse
            patients.setdefault(patient, _Counts()).add(envoi.depuis, motives)
    return Refusees(
        {traits: counts.passe() for traits, counts in past.items()},
        {patient: counts.passe() for patient, counts in patients.items() if counts.last[1]},
        tokens,
    )


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    """The motives, from the most frequent; those of one count by name."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
