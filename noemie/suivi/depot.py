"""What passes from one pass to the next: in memory, or in partition files of a private folder.

Many facts do not fit in memory. They are then written as msgpack in a temporary folder that only its owner
may enter, enciphered under a key drawn for this run and kept nowhere, and removed at the end, whatever
happens. Partitions are by number (facts), by group (dossiers), then by order (lines).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, Protocol

from noemie.suivi.chaines import Groupe
from noemie.suivi.coffre import FINES, Coffre, Partitions, Suite, Triees, partition_of
from noemie.suivi.dossier import Dossier
from noemie.suivi.faits import Envoi, Reponse, Tranche
from noemie.suivi.resultat import Ligne, Orpheline, ordre_des_lignes, ordre_des_orphelines
from noemie.suivi.unions import Unions

__all__ = [
    "IN_MEMORY",
    "Depot",
    "Magasin",
    "Memoire",
    "SurDisque",
]

#: Facts that stay in memory.
IN_MEMORY: Final = 20_000

Rebuild = Callable[[list[Dossier]], Groupe]


class Depot(Protocol):
    """Keeps dossiers, lines and orphans between passes."""

    def ajouter_dossiers(self, dossiers: Iterable[Dossier]) -> None:
        """Keep the dossiers of a slice."""

    def groupes(self, unions: Unions) -> Iterator[list[Dossier]]:
        """The dossiers that may be linked, a group at a time."""

    def remettre(self, groupe: Groupe) -> None:
        """Keep a group for later: others have hints for it."""

    def remis(self, rebuild: Rebuild) -> Iterator[Groupe]:
        """The groups kept for later; may be asked several times."""

    def ajouter_lignes(self, lignes: Iterable[Ligne]) -> None:
        """Keep the lines of a group."""

    def ajouter_orpheline(self, orpheline: Orpheline) -> None:
        """Keep an orphan."""

    def lignes(self) -> Collection[Ligne]:
        """The lines, in order."""

    def orphelines(self) -> Collection[Orpheline]:
        """The orphans, in order."""


class Memoire:
    """All in memory."""

    def __init__(self) -> None:
        self._groups: dict[str, list[Dossier]] = {}
        self._later: list[Groupe] = []
        self._lines: list[Ligne] = []
        self._orphans: list[Orpheline] = []

    def ajouter_dossiers(self, dossiers: Iterable[Dossier]) -> None:
        """Keep the dossiers of a slice."""
        for dossier in dossiers:
            self._groups.setdefault(dossier.groupe, []).append(dossier)

    def groupes(self, unions: Unions) -> Iterator[list[Dossier]]:
        """The dossiers that may be linked, a group at a time."""
        joined: dict[str, list[Dossier]] = {}
        for name, dossiers in self._groups.items():
            if name in unions:
                joined.setdefault(unions.tete(name), []).extend(dossiers)
            else:
                yield dossiers
        yield from joined.values()

    def remettre(self, groupe: Groupe) -> None:
        """Keep a group for later."""
        self._later.append(groupe)

    def remis(self, rebuild: Rebuild) -> Iterator[Groupe]:
        """The groups kept for later."""
        return iter(self._later)

    def ajouter_lignes(self, lignes: Iterable[Ligne]) -> None:
        """Keep the lines of a group."""
        self._lines.extend(lignes)

    def ajouter_orpheline(self, orpheline: Orpheline) -> None:
        """Keep an orphan."""
        self._orphans.append(orpheline)

    def lignes(self) -> list[Ligne]:
        """The lines, in order."""
        self._lines.sort(key=ordre_des_lignes)
        return self._lines

    def orphelines(self) -> list[Orpheline]:
        """The orphans, in order."""
        self._orphans.sort(key=ordre_des_orphelines)
        return self._orphans


class SurDisque:
    """In a private folder: a partition in memory at a time."""

    def __init__(self, coffre: Coffre | None = None) -> None:
        self._coffre = coffre or Coffre()
        self._groups: Partitions[Dossier] = Partitions(self._coffre, Dossier, FINES)
        self._joined: Partitions[Dossier] = Partitions(self._coffre, Dossier)
        self._later: Partitions[list[Dossier]] = Partitions(self._coffre, list[Dossier])
        self._lines = Triees(self._coffre, Ligne, ordre_des_lignes)
        self._orphans = Triees(self._coffre, Orpheline, ordre_des_orphelines)

    def ajouter_dossiers(self, dossiers: Iterable[Dossier]) -> None:
        """Keep the dossiers of a slice."""
        for dossier in dossiers:
            self._groups.ajouter(partition_of(dossier.groupe, FINES), dossier)

    def groupes(self, unions: Unions) -> Iterator[list[Dossier]]:
        """The dossiers that may be linked, a group at a time."""
        for rang in range(self._groups.nombre):
            yield from self._apart(rang, unions).values()
            self._groups.vider(rang)
        for rang in range(self._joined.nombre):
            joined: dict[str, list[Dossier]] = {}
            for dossier in self._joined.lire(rang):
                joined.setdefault(unions.tete(dossier.groupe), []).append(dossier)
            yield from joined.values()
            self._joined.vider(rang)

    def _apart(self, rang: int, unions: Unions) -> dict[str, list[Dossier]]:
        """The groups of a partition that are joined to no other; the others are put elsewhere."""
        groups: dict[str, list[Dossier]] = {}
        for dossier in self._groups.lire(rang):
            name = dossier.groupe
            if name in unions:
                self._joined.ajouter(partition_of(unions.tete(name)), dossier)
            else:
                groups.setdefault(name, []).append(dossier)
        return groups

    def remettre(self, groupe: Groupe) -> None:
        """Keep a group for later."""
        dossiers = [noeud.dossier for noeud in groupe.noeuds]
        self._later.ajouter(partition_of(dossiers[0].groupe), dossiers)

    def remis(self, rebuild: Rebuild) -> Iterator[Groupe]:
        """The groups kept for later, built again."""
        for rang in range(self._later.nombre):
            yield from map(rebuild, self._later.lire(rang))

    def ajouter_suites(self, lignes: Suite, orphelines: Suite) -> None:
        """Keep lines and orphans that are in order."""
        self._lines.ajouter_suite(lignes)
        self._orphans.ajouter_suite(orphelines)

    def ajouter_lignes(self, lignes: Iterable[Ligne]) -> None:
        """Keep the lines of a group."""
        self._lines.ajouter(lignes)

    def ajouter_orpheline(self, orpheline: Orpheline) -> None:
        """Keep an orphan."""
        self._orphans.ajouter((orpheline,))

    def lignes(self) -> Collection[Ligne]:
        """The lines, in order."""
        return self._lines

    def orphelines(self) -> Collection[Orpheline]:
        """The orphans, in order."""
        return self._orphans


class Magasin:
    """Facts as they are read: in memory while they are few, then in partitions by number."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._most = in_memory
        self._envois: list[Envoi] = []
        self._reponses: list[Reponse] = []
        self._disk: tuple[Partitions[Envoi], Partitions[Reponse]] | None = None
        self._coffre: Coffre | None = None

    def ajouter_envoi(self, envoi: Envoi) -> None:
        """Keep a sending."""
        if self._disk is not None:
            self._disk[0].ajouter(partition_of(envoi.cle, FINES), envoi)
        else:
            self._envois.append(envoi)
            self._spill()

    def ajouter_reponse(self, reponse: Reponse) -> None:
        """Keep an answer."""
        if self._disk is not None:
            self._disk[1].ajouter(partition_of(reponse.cle, FINES), reponse)
        else:
            self._reponses.append(reponse)
            self._spill()

    def _spill(self) -> None:
        if len(self._envois) + len(self._reponses) <= self._most:
            return
        self._coffre = Coffre()
        self._disk = Partitions(self._coffre, Envoi, FINES), Partitions(self._coffre, Reponse, FINES)
        envois, reponses = self._envois, self._reponses
        self._envois, self._reponses = [], []
        for envoi in envois:
            self.ajouter_envoi(envoi)
        for reponse in reponses:
            self.ajouter_reponse(reponse)

    @property
    def coffre(self) -> Coffre | None:
        """The private folder, once facts are many."""
        return self._coffre

    @property
    def poids(self) -> int:
        """Bytes of what is in the private folder."""
        return sum(one.poids(rang) for one in self._disk or () for rang in range(one.nombre))

    def depot(self) -> Depot:
        """Where the engine keeps what passes from one pass to the next."""
        return SurDisque(self._coffre) if self._coffre is not None else Memoire()

    def tranches(self, *, garder: bool = False) -> Iterator[Tranche]:
        """The slices, all the facts of some numbers each; once, unless `garder`."""
        if self._disk is None:
            yield Tranche(self._envois, self._reponses)
            return
        envois, reponses = self._disk
        for rang in range(FINES):
            yield Tranche(list(envois.lire(rang)), list(reponses.lire(rang)))
            if not garder:
                envois.vider(rang)
                reponses.vider(rang)
