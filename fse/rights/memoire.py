"""Look up rights: what any source of facts answers (`Lookup`), and the one held in memory (`Rights`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol, Self

from fse.rights.model import Droit, Personne, naissance_b2, nir_compare, nom_compare, noms_compares
from fse.rights.reponse import Reponse, au_jour


class Lookup(Protocol):
    """What can be asked of the facts that are known; `Rights` and `Register` answer alike.

    Lookups compare as `fse.rights.model` does: spaces, case, accents and the key of a NIR do not count.
    Several people found are all given: none is chosen.
    """

    def assure(self, regime: str, nir: str) -> Sequence[Droit]:
        """Facts on an insured person and their dependants, or on who has this NIR of their own.

        `regime` is a grand régime, empty for any.
        """
        ...

    def find(self, nom: str, date_naissance: str, regime: str = "") -> Sequence[Droit]:
        """Facts on those of that name, used or family, born on that day (AAAAMMJJ, AAMMJJ…)."""
        ...

    def personne(self, personne: Personne) -> Sequence[Droit]:
        """Facts on one beneficiary, which `fse.rights.au_jour` puts together for a day."""
        ...

    def at(self, nir: str, naissance: str, rang: str, date: dt.date) -> Reponse | None:
        """Rights of one beneficiary on a day: NIR of the insured person, birth date, rank among twins.

        `None` when no fact is about that beneficiary.
        """
        ...

    def knows(self, nir: str) -> bool:
        """Whether any fact is about an insured person of that NIR."""
        ...

    @property
    def dernier_constat(self) -> dt.date | None:
        """Day of the last fact of all."""
        ...

    @property
    def est_vide(self) -> bool:
        """Whether there is no fact at all."""
        ...


class Rights:
    """Facts held in memory; `of` makes one."""

    def __init__(self) -> None:
        self._assures: dict[str, list[Droit]] = {}
        self._propres: dict[str, list[Droit]] = {}
        self._personnes: dict[Personne, list[Droit]] = {}
        self._noms: dict[str, list[Droit]] = {}
        self.dernier_constat: dt.date | None = None

    @classmethod
    def of(cls, droits: Iterable[Droit]) -> Self:
        """All the facts of an iterable."""
        made = cls()
        for droit in droits:
            made.add(droit)
        return made

    def add(self, droit: Droit) -> None:
        """One more fact."""
        if droit.constate_le is not None:
            self.dernier_constat = max(self.dernier_constat or droit.constate_le, droit.constate_le)
        nir = nir_compare(droit.nir)
        self._assures.setdefault(nir, []).append(droit)
        self._personnes.setdefault(droit.personne, []).append(droit)
        own = nir_compare(droit.nir_individuel)
        if own and own != nir:
            self._propres.setdefault(own, []).append(droit)
        for nom in noms_compares(droit):
            self._noms.setdefault(nom, []).append(droit)

    @property
    def est_vide(self) -> bool:
        """See `Lookup.est_vide`."""
        return not self._assures

    def assure(self, regime: str, nir: str) -> Sequence[Droit]:
        """See `Lookup.assure`."""
        wanted = nir_compare(nir)
        return _of_regime([*self._assures.get(wanted, ()), *self._propres.get(wanted, ())], regime)

    def find(self, nom: str, date_naissance: str, regime: str = "") -> Sequence[Droit]:
        """See `Lookup.find`."""
        born = naissance_b2(date_naissance)
        found = [
            d for d in self._noms.get(nom_compare(nom), ()) if born and naissance_b2(d.date_naissance) == born
        ]
        return _of_regime(found, regime)

    def personne(self, personne: Personne) -> Sequence[Droit]:
        """See `Lookup.personne`."""
        return self._personnes.get(personne, ())

    def at(self, nir: str, naissance: str, rang: str, date: dt.date) -> Reponse | None:
        """See `Lookup.at`."""
        return au_jour(self.personne(Personne.of(nir, naissance, rang)), date)

    def knows(self, nir: str) -> bool:
        """See `Lookup.knows`."""
        return nir_compare(nir) in self._assures

    def __repr__(self) -> str:
        return f"<Rights: {len(self._assures)} assurés>"


def _of_regime(droits: list[Droit], regime: str) -> Sequence[Droit]:
    return [droit for droit in droits if droit.regime == regime] if regime else droits
