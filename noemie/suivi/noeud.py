"""A sending among those it may be linked with: its claims, its states, its links. Private to the chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from codes.notes import Note
from codes.states import PARTS, Certitude, EtatPart, worst
from noemie.suivi.dossier import Dossier
from noemie.suivi.etats import etat_part
from noemie.suivi.faits import AMC, AMO, Marque
from noemie.suivi.mouvements import Operation

__all__ = ["Noeud"]

_REFUSED: Final = frozenset({EtatPart.REJETEE, EtatPart.REPRISE})
_DECIDED: Final = frozenset({EtatPart.REJETEE, EtatPart.REPRISE, EtatPart.PAYEE_EN_PARTIE})

# What most sendings share: a group has many of them.
_NOTHING: Final[Mapping[str, int]] = {}
_NO_PART: Final[frozenset[str]] = frozenset()
_PAYEE, _ATTENDUE, _RIEN_DU = EtatPart.PAYEE, EtatPart.ATTENDUE, EtatPart.RIEN_DU


class Noeud:
    """One sending in its group; `parts` are its states, changed as links are found.

    - `avant`: the sending that it takes the place of, with what certainty; `pris`: another takes its place;
    - `role`: `annulation`, `annulee`, `solde`, or empty; `lie`: the other side of a cancellation;
    - `coupe`: claims that a balance redone brought down to what was paid; `en_double`: parts paid although
      another sending holds their claim;
    - `indice`: a later sending that may be this one redone; `paires`: sendings that claim the rest of it.
    """

    __slots__ = (
        "_refus",
        "avant",
        "certitude",
        "coupe",
        "depuis",
        "dossier",
        "en_double",
        "envoi",
        "indice",
        "lie",
        "membres",
        "notes",
        "ordre",
        "paires",
        "parts",
        "place",
        "pris",
        "role",
    )

    def __init__(self, dossier: Dossier, ordre: tuple[object, ...]) -> None:
        envoi = dossier.envoi
        self.dossier = dossier
        self.envoi = envoi
        self.ordre = ordre
        self.depuis: dt.date = envoi.depuis or dt.date.max
        self.certitude = dossier.certitude
        self.notes = frozenset(dossier.notes)
        self.avant: tuple[Noeud, Certitude] | None = None
        self.pris = False
        self.role = ""
        self.lie: Noeud | None = None
        self.coupe: Mapping[str, int] = _NOTHING
        self.en_double: frozenset[str] = _NO_PART
        self.indice: Noeud | None = None
        self.paires: Sequence[Noeud] = ()
        #: Set when it has another member: a chain of one would be a cycle for the collector.
        self.membres: list[Noeud] | None = None
        self.place = 0
        self._refus: list[tuple[dt.date, bool]] | None = None
        self.parts = {AMO: self._etat(AMO), AMC: self._etat(AMC)}

    def _etat(self, part: str) -> EtatPart:
        dossier = self.dossier
        claim, operations = (self.envoi.amo, dossier.amo) if part == AMO else (self.envoi.amc, dossier.amc)
        if not operations:
            return _ATTENDUE if claim else _RIEN_DU
        if claim and len(operations) == 1 and operations[0].paye == claim:
            return _PAYEE  # the usual case
        etat = etat_part(claim, operations, 0 if self.dossier.rejets else self.envoi.actes)
        if etat is EtatPart.PAYEE and self.dossier.paye(part) != claim:
            self.notes |= {Note.ARRONDI}
        if claim == 0 and etat is EtatPart.REJETEE and (self.envoi.amo or self.envoi.amc):
            return EtatPart.RIEN_DU
        return etat

    @property
    def chaine(self) -> list[Noeud]:
        """The members of its chain, in order; itself alone when it has no other."""
        return self.membres or [self]

    @property
    def cle(self) -> tuple[str, int, int]:
        """Where it stands in the files: what names it from one group to another."""
        return (self.envoi.fichier, self.envoi.flux, self.envoi.record)

    def demande(self, part: str) -> int:
        """What was claimed of a part, as sent."""
        return self.envoi.amo if part == AMO else self.envoi.amc

    def operations(self, part: str) -> tuple[Operation, ...]:
        """What counts of a part."""
        return self.dossier.amo if part == AMO else self.dossier.amc

    def jusqu_a(self, part: str, day: dt.date) -> tuple[Operation, ...]:
        """What counted of a part on a day."""
        return tuple(operation for operation in self.operations(part) if operation.jour <= day)

    def paye(self, part: str) -> int:
        """Net paid of a part."""
        return self.dossier.paye(part)

    @property
    def total_paye(self) -> int:
        """Net paid of both parts."""
        return self.dossier.paye(AMO) + self.dossier.paye(AMC)

    @property
    def annulation(self) -> bool:
        """Whether it is a cancellation."""
        return self.dossier.annulation

    @property
    def ecarte(self) -> bool:
        """Whether it is a cancellation, or was cancelled: what comes later is another claim."""
        return self.dossier.annulation or self.role == "annulee"

    def marques(self, *sortes: str) -> list[Marque]:
        """Its marks of these kinds."""
        return [marque for marque in self.dossier.marques if marque.sorte in sortes]

    def doute(self, certitude: Certitude, note: Note) -> None:
        """Lower its certainty, and say why."""
        self.certitude = worst(self.certitude, certitude)
        self.notes |= {note}

    # --- what was decided -----------------------------------------------------------------------------------

    def refuse(self, day: dt.date) -> bool:
        """Whether on that day it was refused, in whole or for a part, or taken back."""
        if self._refus is None:
            self._refus = self._refusals()
        known = False
        for since, refused in self._refus:
            if since > day:
                break
            known = refused
        return known

    def _refusals(self) -> list[tuple[dt.date, bool]]:
        """From which day it was refused, or no longer: a decision a line, in order."""
        arl = self.dossier.arl
        if arl is not None and not arl.positif:
            return [(arl.jour or self.depuis, True)]
        claims = self.envoi.amo or self.envoi.amc
        parts = [(claim, part) for part in PARTS if (claim := self.demande(part)) or not claims]
        days = sorted({one.jour for _, part in parts for one in self.operations(part)})
        return [
            (day, any(etat_part(claim, self.jusqu_a(part, day)) in _REFUSED for claim, part in parts))
            for day in days
        ]

    def manque(self, day: dt.date) -> tuple[dict[str, int], dict[str, int]] | None:
        """What lacked in each part on a day, and what was had, when it was partly paid.

        `None` when nothing was paid, nothing lacked, or a lacking part was not decided.
        """
        if not any(one.paye > 0 for one in (*self.dossier.amo, *self.dossier.amc)):
            return None
        had = {part: sum(one.paye for one in self.jusqu_a(part, day)) for part in PARTS}
        lack = {part: self.demande(part) - had[part] for part in PARTS}
        if not any(value > 0 for value in had.values()):
            return None
        if not any(lack.values()) or any(value < 0 for value in lack.values()):
            return None
        for part, value in lack.items():
            if value and etat_part(self.demande(part), self.jusqu_a(part, day)) not in _DECIDED:
                return None
        return lack, had

    @property
    def attend(self) -> bool:
        """Whether it awaits an answer."""
        if self.dossier.refuse_par_arl or self.annulation or self.role == "annulee":
            return False
        amo, amc = self.parts[AMO], self.parts[AMC]
        return amo.en_attente or (amc.en_attente and amo is not EtatPart.REJETEE)

    @property
    def tient(self) -> bool:
        """Whether it keeps money, what a cancellation gave back excepted."""
        if self.annulation or self.total_paye <= 0:
            return False
        back = self.lie.total_paye if self.role == "annulee" and self.lie else 0
        return self.role != "annulee" or self.total_paye + back > 0

    def memes_soins(self, other: Noeud) -> bool:
        """Whether it is the same care: the same acts, or the same days and an act in common."""
        mine, theirs = self.envoi, other.envoi
        if mine.e1 and mine.e1 == theirs.e1:
            return True
        return bool(mine.e2) and mine.e2 == theirs.e2 and not set(mine.lignes).isdisjoint(theirs.lignes)
