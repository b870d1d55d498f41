"""The engine: facts of slices to lines, orphans, notes and sums. Pure; nothing depends on the order of files.

Three passes. (1) Each slice, all the facts of some numbers, is matched and counted alone: that gives a
`Dossier` for each sending, and the orphans. (2) Dossiers are gathered in groups that may be linked (same
professional and patient, or a link by number that goes beyond), wherever their numbers stood; each group
finds its links. (3) Groups in which the same acts were billed for another person, after a refusal about the
person, exchange hints; then every line is worded.

What is kept from one pass to the next is a `Depot` (see `noemie.suivi.depot`): in memory, or in a private
folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from codes.actions import Lang
from codes.delais import Delais
from codes.delais import load as load_delays
from codes.rejects import Catalogue
from noemie.suivi.chaines import Groupe, Tableau
from noemie.suivi.depot import Depot, Memoire
from noemie.suivi.dossier import Dossier
from noemie.suivi.ensemble import Trouve, suivi_of, void_runs
from noemie.suivi.etude import Etude
from noemie.suivi.faits import Arl, Communs, Reponse, Tranche, cle
from noemie.suivi.jours import Reprise
from noemie.suivi.lignes import Redacteur
from noemie.suivi.mots import Monde
from noemie.suivi.mouvements import Compte
from noemie.suivi.resultat import Ligne, Orpheline, Sommes, Suivi

__all__ = ["Journal", "Moteur", "follow_facts"]


class Journal(Protocol):
    """Hears of what the first pass finds; it must not change anything."""

    def dossiers(self, dossiers: Sequence[Dossier]) -> None:
        """The sendings of a slice."""

    def orpheline(self, orpheline: Orpheline, reponses: list[Reponse], compte: Compte) -> None:
        """An invoice that was not sent, the answers to it, what counts of them."""

    def reprise(self, ligne: Ligne, reprise: Reprise) -> None:
        """A line whose action changes as days pass, and what decides of it."""


def follow_facts(
    tranches: Iterable[Tranche],
    communs: Communs,
    *,
    on: dt.date | None = None,
    site: Catalogue | None = None,
    delais: Delais | None = None,
    lang: Lang = "fr",
    depot: Depot | None = None,
    journal: Journal | None = None,
) -> Suivi:
    """What became of the sendings of these slices; `communs` is what they share, all of it.

    `on` is the day of the question, by default the latest day told by any fact. `depot` keeps what passes
    from one slice to the next, in memory by default.
    """
    moteur = Moteur(communs, site=site, delais=delais, lang=lang, depot=depot, journal=journal)
    for tranche in tranches:
        moteur.etudier(tranche)
    return moteur.suivi(on)


class Moteur:
    """Takes slices one after another, then answers once. `etude` is what the first pass keeps of all."""

    def __init__(
        self,
        communs: Communs,
        *,
        site: Catalogue | None = None,
        delais: Delais | None = None,
        lang: Lang = "fr",
        depot: Depot | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.communs = communs
        self.depot = depot or Memoire()
        self.monde = Monde(on=None, delais=delais or load_delays(), site=site, lang=lang)
        #: Cut runs of which the whole is there: they say nothing.
        self.void = void_runs(communs)
        for rang, run in enumerate(communs.runs):
            if not run.entier and rang not in self.void:
                for ps in run.professionnels or (cle(run.destinataire),):
                    latest = self.monde.coupes.get(ps, dt.date.min)
                    self.monde.coupes[ps] = max(latest, run.jour or dt.date.max)
        self.etude = Etude(communs, self.monde, self.void)
        self._journal = journal
        if journal is not None:
            self.etude.journal = journal.orpheline

    def etudier(self, tranche: Tranche) -> None:
        """First pass: match and count the facts of some numbers, all of those of each."""
        dossiers, orphelines = self.etude.etudier(tranche)
        if self._journal is not None:
            self._journal.dossiers(dossiers)
        self.depot.ajouter_dossiers(dossiers)
        for orpheline in orphelines:
            self.depot.ajouter_orpheline(orpheline)

    def suivi(self, on: dt.date | None = None) -> Suivi:
        """The answer, once all slices are studied."""
        trouve = self.rediger(on)
        lignes, orphelines = self.depot.lignes(), self.depot.orphelines()
        return suivi_of(self.communs, self.void, self.monde.on, lignes, orphelines, trouve)

    def rediger(self, on: dt.date | None = None) -> Trouve:
        """Word the lines, kept in `depot`, once all slices are studied."""
        self.monde.on = on or self.dernier
        etude = self.etude
        unplaced = etude.unir()
        sommes = Sommes(paye_orphelins=etude.orphelins)
        for lignes in self._lignes():
            sommes.demande += sum([ligne.demande for ligne in lignes])
            sommes.paye_amo += sum([ligne.paye_amo for ligne in lignes])
            sommes.paye_amc += sum([ligne.paye_amc for ligne in lignes])
            sommes.reste += sum([ligne.reste for ligne in lignes])
            sommes.trop += sum([ligne.trop for ligne in lignes])
            etude.notes.update(*[ligne.notes for ligne in lignes if ligne.notes])
            self.depot.ajouter_lignes(lignes)
        return Trouve(
            sommes=sommes,
            payes=etude.compteur.virements,
            notes=etude.notes,
            arls=etude.arls_used,
            marques_sans_cible=unplaced,
        )

    @property
    def arls_orphelins(self) -> list[Arl]:
        """The ARLs that speak of no batch of what was studied."""
        used = self.etude.arls_used
        return [arl for rang, arl in enumerate(self.communs.arls) if rang not in used]

    @property
    def dernier(self) -> dt.date | None:
        """The latest day that any fact tells, once all slices are studied."""
        days = [run.jour for run in self.communs.runs if run.jour]
        days += [arl.date_arl for arl in self.communs.arls if arl.date_arl]
        latest = max([self.etude.dernier, *days])
        return None if latest == dt.date.min else latest

    def _lignes(self) -> Iterator[list[Ligne]]:
        """The lines, a group at a time."""
        heard = self._journal.reprise if self._journal is not None else None
        redacteur, tableau = (
            Redacteur(self.monde, heard),
            Tableau(self.etude.redites.parmi(self.etude.voulus)),
        )
        corrected = self.monde.delais.value("jour_corrige", self.monde.on)

        def build(dossiers: Iterable[Dossier]) -> Groupe:
            return Groupe(dossiers, self.monde.a_la_personne, corrected)

        for dossiers in self.depot.groupes(self.etude.unions):
            groupe = build(dossiers)
            if tableau.voulus and groupe.poster(tableau):
                self.depot.remettre(groupe)
                continue
            groupe.indiquer(tableau)
            yield redacteur.lignes(groupe)
        if not tableau.voulus:
            return
        for groupe in self.depot.remis(build):
            groupe.indiquer(tableau)
        for groupe in self.depot.remis(build):
            groupe.indiquer(tableau)
            groupe.recueillir(tableau)
            yield redacteur.lignes(groupe)
