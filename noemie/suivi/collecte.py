"""Files to the answer: flows, whose days bound those of returns, then returns, then the engine, once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Literal, NamedTuple

from msgspec import structs

from codes.actions import Lang
from codes.delais import Delais
from codes.rejects import Catalogue
from flatfile import Readable, Record
from fse import Facture
from fse.reader import Reading
from noemie.documents.over_files import Executor
from noemie.returns.arl import Arl
from noemie.returns.retour import Retour
from noemie.suivi.depot import IN_MEMORY, Magasin
from noemie.suivi.faits import Communs, Envoi, Marque, PaiementDit, Reponse
from noemie.suivi.lire import Jetons, Lecteur, Lues, envois_de
from noemie.suivi.moteur import follow_facts
from noemie.suivi.resultat import Suivi

__all__ = ["Collecte", "Doublon", "FluxLu", "follow"]

#: A file: a path, or its name and what holds its bytes.
Source = str | Path | tuple[str, Readable]


class FluxLu(NamedTuple):
    """A flow that was read, and its invoices."""

    fichier: str
    nombre: int


class Doublon(NamedTuple):
    """A file that says what another one said already: `nombre` invoices, counted once."""

    nature: Literal["envoi", "retour"]
    original: str
    copie: str
    nombre: int


class Collecte:
    """The facts of files, gathered; `etrangers` are the answers that name none of the senders.

    Beyond `in_memory` facts, they pass through a private folder.
    """

    def __init__(
        self, arls: Iterable[Arl] = (), marks: Iterable[Marque] = (), in_memory: int = IN_MEMORY
    ) -> None:
        self.communs = Communs(arls=list(arls), marques=list(marks))
        self.flux: list[FluxLu] = []
        self.etrangers: set[tuple[str, int]] = set()
        #: Those of this run, for who reads elsewhere.
        self.jetons = Jetons(secrets.token_bytes(32))
        self._magasin = Magasin(in_memory)
        self._bornes: tuple[dt.date, dt.date] | None = None
        self._rangs: Counter[str] = Counter()
        self._contenus: dict[int, FluxLu] = {}
        self._doublons: list[Doublon] = []
        self._reponses: Counter[int] = Counter()
        self._lecteur: Lecteur | None = None

    def envois(self, source: Readable, nom: str) -> None:
        """The sendings of one flow. Raises `FormatError` when it is no B2 flow."""
        reading = Reading(source)
        with reading.source:
            self.factures(reading.items(), nom or PurePath(reading.source.name).name)

    def factures(self, items: Iterable[Facture | Record], nom: str) -> None:
        """The same, from its invoices and the records between them."""
        self.envois_lus(envois_de(items, PurePath(nom).name, self.jetons), nom)

    def envois_lus(self, envois: Iterable[Envoi], nom: str) -> None:
        """The same, from what was read of it, in this process or in another."""
        nom = PurePath(nom).name
        count = content = 0
        # Two flows may bear one name, in two folders: they remain two flows.
        first = last = self._rangs[nom]
        for lu_seul in envois:
            envoi = structs.replace(lu_seul, flux=lu_seul.flux + first) if first else lu_seul
            self.communs.professionnels.add(envoi.ps)
            if envoi.depuis is not None:
                low, high = self._bornes or (envoi.depuis, envoi.depuis)
                self._bornes = min(low, envoi.depuis), max(high, envoi.depuis)
            self._magasin.ajouter_envoi(envoi)
            count, last = count + 1, envoi.flux
            content += hash(envoi.identite)
        self._rangs[nom] = max(last, first + 1)
        lu = FluxLu(nom, count)
        self.flux.append(lu)
        if count and (original := self._contenus.setdefault(content, lu)) is not lu:
            self._doublons.append(Doublon("envoi", original.fichier, nom, count))

    def retour(self, source: Readable | Retour, nom: str) -> None:
        """The answers of one return, after all flows. Raises `FormatError` when it is none."""
        for reponse in self._lecture.lire(source, nom):
            self._answered(reponse)

    @property
    def bornes(self) -> tuple[dt.date, dt.date] | None:
        """The days of the first and of the last sending, once all flows are read."""
        return self._bornes

    def reponses_lues(self, lues: Lues) -> None:
        """The same as `retour`, from what another process read of it (`noemie.suivi.lire.lire_seul`)."""
        for reponse in self._lecture.reprendre(lues):
            self._answered(reponse)

    def tableau(self, lignes: Iterable[PaiementDit]) -> None:
        """The payments that a table tells."""
        for reponse in self._lecture.tableau(lignes):
            self._answered(reponse)

    @property
    def doublons(self) -> list[Doublon]:
        """Flows and returns that were given twice."""
        return [*self._doublons, *self._returned_twice()]

    def suivi(
        self,
        on: dt.date | None = None,
        site: Catalogue | None = None,
        delais: Delais | None = None,
        lang: Lang = "fr",
        executor: Executor | None = None,
    ) -> Suivi:
        """The answer, once; see `noemie.suivi.follow`.

        Many facts, without marks, are studied in parts where `executor` does it, when there is one and a day,
        and no part is too large to be in memory.
        """
        magasin, communs = self._magasin, self.communs
        coffre = magasin.coffre
        if executor is not None and coffre is not None and on is not None and not communs.marques:
            from noemie.suivi.parts import MOST, Parts, follow_in_parts

            if magasin.poids <= MOST * len(communs.professionnels):  # else one of them is too large
                parts = Parts(magasin.tranches(garder=True), communs, coffre)
                if parts.legeres:
                    return follow_in_parts(
                        parts, communs, coffre, executor, on, site=site, delais=delais, lang=lang
                    )
        return follow_facts(
            magasin.tranches(),
            communs,
            on=on,
            site=site,
            delais=delais,
            lang=lang,
            depot=magasin.depot(),
        )

    @property
    def _lecture(self) -> Lecteur:
        if self._lecteur is None:
            self._lecteur = Lecteur(self.jetons, self.communs, self._bornes)
        return self._lecteur

    def _answered(self, reponse: Reponse) -> None:
        self._magasin.ajouter_reponse(reponse)
        self._reponses[reponse.run] += 1
        if reponse.ps and self.communs.professionnels.isdisjoint(reponse.ps):
            self.etrangers.add((self.communs.runs[reponse.run].fichier, reponse.record))

    def _returned_twice(self) -> Iterator[Doublon]:
        told: dict[str, int] = {}
        for rang, run in enumerate(self.communs.runs):
            if (first := told.setdefault(run.empreinte, rang)) != rang:
                original = self.communs.runs[first].fichier
                yield Doublon("retour", original, run.fichier, self._reponses[rang])


def follow(
    sent: Iterable[Source],
    returned: Iterable[Source],
    arls: Iterable[Arl] = (),
    marks: Iterable[Marque] = (),
    tables: Iterable[PaiementDit] = (),
    on: dt.date | None = None,
    site: Catalogue | None = None,
    delais: Delais | None = None,
    lang: Lang = "fr",
    in_memory: int = IN_MEMORY,
) -> Suivi:
    """What became of everything sent, from the returns received.

    Beyond `in_memory` facts, they pass through a private folder, and lines are read from there.

    `on` is the day of the question, by default the latest day of flows, returns and ARLs. Raises
    `FormatError` on a file of another kind.
    """
    collecte = Collecte(arls, marks, in_memory)
    for source in sent:
        collecte.envois(*_named(source))
    for source in returned:
        collecte.retour(*_named(source))
    collecte.tableau(tables)
    return collecte.suivi(on, site, delais, lang)


def _named(source: Source) -> tuple[Readable, str]:
    return (source[1], source[0]) if isinstance(source, tuple) else (source, Path(source).name)
