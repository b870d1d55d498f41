"""The first pass: one slice, all the facts of some numbers, matched and counted alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain

from codes.decide import orphan_action
from codes.notes import Note
from codes.states import Etat, RaisonOrphelin, worst
from noemie.suivi.accord import Candidat, Seules, accorder, rassembler
from noemie.suivi.dossier import ArlRecu, Dossier, RejetDate, RetourLu
from noemie.suivi.ensemble import arls_by_lot
from noemie.suivi.faits import AMO, Arl, Communs, Envoi, Marque, Reponse, Tranche, cle
from noemie.suivi.mots import Monde, rejets_suivis
from noemie.suivi.mouvements import Compte, Compteur, Operation
from noemie.suivi.redites import Redites, refused_from
from noemie.suivi.resultat import Orpheline
from noemie.suivi.unions import Unions

__all__ = ["Etude"]


class Etude:
    """Takes slices one after another, and keeps what is of all of them.

    - `unions`: groups of sendings that must be read together; `voulus`: acts refused for the person, and
      where (see `noemie.suivi.redites.Refus`); `redites`: whether they were sent again;
    - `notes`, `orphelins` (their sum), `dernier` (the latest day), `virements` (sums, by rank).
    """

    def __init__(self, communs: Communs, monde: Monde, void: Collection[int]) -> None:
        self.communs = communs
        self.monde = monde
        self.unions = Unions()
        self.voulus: dict[str, dict[str, dt.date]] = {}
        self.redites = Redites()
        self.notes: set[Note] = set()
        self.orphelins = 0
        self.dernier = dt.date.min
        self.compteur = Compteur(communs)
        #: Told of each orphan, of the answers to it and of what counts of them, when somebody listens.
        self.journal: Callable[[Orpheline, list[Reponse], Compte], None] | None = None
        self.arls_used: set[int] = set()
        self._void = void
        self._arls = arls_by_lot(communs.arls)
        self._marques = _Marques(communs.marques)
        #: The sendings that say what one that counts says, by its file and record: a mark may name them.
        self._doubles: dict[tuple[str, int], list[Envoi]] = {}

    def etudier(self, tranche: Tranche) -> tuple[list[Dossier], list[Orpheline]]:
        """Match and count the facts of some numbers, all of those of each."""
        # Every professional starts at number 1: in the files of many, thousands share a number.
        by_number = self._by_number(tranche.envois)
        alone = self._match(tranche.reponses, by_number)
        found: list[Dossier] = []
        for par_ps in by_number.values():
            for alike in par_ps.values():
                dossiers = [self._dossier(candidat) for candidat in alike]
                if len(dossiers) > 1:
                    self._join(dossiers)
                found += dossiers
        orphans = [self._orpheline(*alone[key]) for key in sorted(alone, key=repr)]
        for dossier in found:
            if dossier.non_lu_amo or dossier.non_lu_amc:
                orphans.append(unread(dossier, self.monde))
            refused = dossier.rejets and dossier.envoi.e3 and not dossier.sans_histoire
            if refused and self.monde.a_la_personne(dossier):
                groups, day = self.voulus.setdefault(dossier.envoi.e3, {}), refused_from(dossier)
                groups[dossier.groupe] = min(day, groups.get(dossier.groupe, day))
        for orphan in orphans:
            self.orphelins += orphan.paye
            self.notes.update(orphan.notes)
        return found, orphans

    def unir(self) -> int:
        """Join what marks link; how many marks name no sending, or several."""
        self._marques.unir(self.unions)
        return sum(times != 1 for _, times in self.marques_vues)

    @property
    def marques_vues(self) -> list[tuple[Marque, int]]:
        """The marks of sendings, and how many sendings each of them names."""
        return self._marques.vues

    def _by_number(self, envois: Iterable[Envoi]) -> dict[str, dict[str, list[Candidat]]]:
        """The sendings of each number, by professional."""
        read: dict[str, dict[str, list[Envoi]]] = {}
        for envoi in envois:
            read.setdefault(envoi.cle, {}).setdefault(envoi.ps, []).append(envoi)
        return {
            number: {
                ps: [self._candidat(envoi) for envoi in self._once(alike)] for ps, alike in par_ps.items()
            }
            for number, par_ps in read.items()
        }

    def _candidat(self, envoi: Envoi) -> Candidat:
        day = envoi.depuis
        if day is not None and day > self.dernier:
            self.dernier = day
        self.redites.envoyee(envoi.e3, day)
        return Candidat(envoi, day, self._arl(envoi) if self._arls else None)

    def _once(self, envois: list[Envoi]) -> list[Envoi]:
        """The same sending in several flows counts once; twice in one flow, twice (multiset, never a set)."""
        if len(envois) == 1 or len({envoi.e1 for envoi in envois}) == len(envois):  # the usual cases
            return envois
        groups: dict[tuple[object, ...], list[Envoi]] = {}
        for envoi in envois:
            groups.setdefault(envoi.identite, []).append(envoi)
        return [
            envoi
            for alike in groups.values()
            for envoi in (alike if len(alike) == 1 else self._of_one_flow(alike))
        ]

    def _of_one_flow(self, alike: list[Envoi]) -> list[Envoi]:
        flows: dict[tuple[str, int], list[Envoi]] = {}
        for envoi in alike:
            flows.setdefault((envoi.fichier, envoi.flux), []).append(envoi)
        kept = max((flows[key] for key in sorted(flows)), key=len)
        if others := [envoi for flow in flows.values() if flow is not kept for envoi in flow]:
            self.notes.add(Note.ENVOI_EN_DOUBLE)
            self._doubles.update(((envoi.fichier, envoi.record), others) for envoi in kept)
        return kept

    def _arl(self, envoi: Envoi) -> ArlRecu | None:
        """The last ARL of its batch."""
        found: Arl | None = None
        for ps in (envoi.ps, "") if envoi.ps else ("",):
            for rang, arl in self._arls.get((ps, envoi.cle_lot), ()):
                if _speaks_of(arl, envoi):
                    self.arls_used.add(rang)
                    found = arl if found is None else max(found, arl, key=_arl_rank)
        if found is None:
            return None
        if envoi.depuis is not None:
            latest = self.monde.arls.get(envoi.ps, dt.date.min)
            self.monde.arls[envoi.ps] = max(latest, envoi.depuis)
        return ArlRecu(found.positif, found.date_arl, found.code, found.libelle)

    def _match(
        self, reponses: Iterable[Reponse], by_number: Mapping[str, Mapping[str, Sequence[Candidat]]]
    ) -> dict[tuple[object, ...], Seules]:
        """Give each answer to its sending; those of none come back, by what they say."""
        runs, pros, void = self.communs.runs, self.communs.professionnels, self._void
        payments: list[Reponse] = []
        takebacks: list[Reponse] = []
        alone: list[tuple[Reponse, RaisonOrphelin]] = []
        for answer in reponses:
            if answer.run not in void:
                (payments if answer.paye >= 0 else takebacks).append(answer)
        none: Mapping[str, Sequence[Candidat]] = {}
        for answer in chain(payments, takebacks):
            if answer.jour is not None and answer.jour > self.dernier:
                self.dernier = answer.jour
            emitter = runs[answer.run].type_emetteur
            reason = accorder(answer, by_number.get(answer.cle, none), pros, emitter)
            if reason is not None:
                alone.append((answer, reason))
        return rassembler(alone)

    # --- one sending, one orphan ----------------------------------------------------------------------------

    def _dossier(self, candidat: Candidat) -> Dossier:
        envoi, reponses = candidat.envoi, candidat.reponses
        marques = self._marques.de(envoi, self._doubles.get((envoi.fichier, envoi.record), ()))
        if not reponses:
            return Dossier(envoi=envoi, arl=candidat.arl, doute=candidat.doute, marques=marques)
        if candidat.refuse:
            self.monde.lots.setdefault(envoi.batch, set()).add(envoi.cle)
        compte = self.compteur.compter(reponses, envoi.amo, envoi.amc, _right_versions(marques))
        said = [one.rejets or one.ancienne or one.hors_total for one in reponses]
        more = any(said)  # than amounts
        dossier = Dossier(
            envoi=envoi,
            amo=compte.amo,
            amc=compte.amc,
            rejets=self._rejets(reponses) if more else (),
            certitude=worst(candidat.certitude, compte.certitude) if candidat.certitude else compte.certitude,
            notes=tuple(compte.notes),
            arl=candidat.arl,
            doute=candidat.doute,
            ancienne=more and _only_old(reponses),
            hors_total=more and any(one.hors_total for one in reponses),
            retours=self._retours(reponses),
            ecartees=compte.ecartees,
            marques=marques,
        )
        taken_back = [one for one in compte.amo + compte.amc if one.paye < 0]
        if taken_back and not dossier.annulation:
            dossier.non_lu_amo = _unread_part(envoi.amo, compte.amo)
            dossier.non_lu_amc = _unread_part(envoi.amc, compte.amc)
            if dossier.non_lu_amo or dossier.non_lu_amc:
                dossier.notes = (*dossier.notes, Note.PAIEMENT_NON_LU)
        return dossier

    def _rejets(self, reponses: Sequence[Reponse]) -> tuple[RejetDate, ...]:
        if not any(one.rejets for one in reponses):
            return ()
        # A table adds nothing to what a return says of the same invoice.
        reponses = [one for one in reponses if not one.tableau] or reponses
        found = {
            RejetDate(one.jour or dt.date.min, rejet, self.communs.runs[one.run].emetteur)
            for one in reponses
            for rejet in one.rejets
        }
        return tuple(sorted(found, key=lambda one: one.tri))

    def _retours(self, reponses: Sequence[Reponse]) -> tuple[RetourLu, ...]:
        runs = self.communs.runs
        if len(reponses) == 1:
            (one,) = reponses
            return (RetourLu(runs[one.run].fichier, one.record, one.jour),)
        told = [RetourLu(runs[one.run].fichier, one.record, one.jour) for one in reponses]
        told.sort(key=lambda one: (one.jour or dt.date.min, one.fichier, one.record))
        return tuple(told)

    def _join(self, alike: list[Dossier]) -> None:
        """Links that go from one patient to another: same number and acts, or a cancellation."""
        by_acts: dict[str, Dossier] = {}
        for dossier in alike:
            if (acts := dossier.envoi.e3) and (first := by_acts.setdefault(acts, dossier)) is not dossier:
                self.unions.joindre(first.groupe, dossier.groupe)
        for back in alike:
            if back.annulation:
                for dossier in alike:
                    if (dossier.envoi.amo, dossier.envoi.amc) == (-back.envoi.amo, -back.envoi.amc):
                        self.unions.joindre(dossier.groupe, back.groupe)

    def _orpheline(self, reponses: list[Reponse], raison: RaisonOrphelin) -> Orpheline:
        compte = self.compteur.compter(reponses)
        first = min(reponses, key=lambda one: (self.communs.runs[one.run].fichier, one.record))
        amo, amc = (sum(one.paye for one in part) for part in (compte.amo, compte.amc))
        rejets = self._rejets(reponses)
        bank = Note.COPIE_SANS_VIREMENT in compte.notes
        action = orphan_action([one.refus for one in rejets], amo + amc, self.monde.site, bank=bank)
        made = Orpheline(
            numero=first.cle,
            lot=first.cle_lot,
            date_lot=first.date_lot,
            date_facturation=first.date_facturation,
            numero_ps=first.ps[0] if first.ps else "",
            fichier=self.communs.runs[first.run].fichier,
            record=first.record,
            etat=Etat.ORPHELINE,
            etat_label=Etat.ORPHELINE.label(self.monde.lang),
            raison=raison,
            raison_label=raison.label(self.monde.lang),
            action=action,
            banner=action.banner(self.monde.lang),
            paye=amo + amc,
            amo_paye=amo,
            amc_paye=amc,
            rejets=rejets_suivis(rejets, self.monde),
            retours=self._retours(reponses),
            notes=tuple(sorted(compte.notes)),
            ecartees=compte.ecartees,
        )
        if self.journal is not None:
            self.journal(made, reponses, compte)
        return made


class _Marques:
    """Marks by the number of the sending they speak of, and what `refaite_sous` links."""

    def __init__(self, marques: Iterable[Marque]) -> None:
        self._all = [one for one in marques if one.cible == "envoi"]
        self._by_number: dict[str, list[Marque]] = defaultdict(list)
        self._by_target: dict[str, list[Marque]] = defaultdict(list)
        self._times: Counter[int] = Counter()
        self._groups: dict[int, list[str]] = defaultdict(list)
        for marque in self._all:
            self._by_number[cle(marque.numero)].append(marque)
            if marque.sorte == "refaite_sous" and marque.detail:
                number = marque.detail.partition("@")[0].partition("/")[0]
                self._by_target[cle(number)].append(marque)

    def de(self, envoi: Envoi, doubles: Sequence[Envoi]) -> tuple[Marque, ...]:
        """The marks of a sending, or of one that says the same, in order of time."""
        if not self._all:
            return ()
        for marque in self._by_target.get(envoi.cle, ()):
            if marque.designe_autre(envoi):
                self._groups[id(marque)].append(_group_of(envoi))
        alike = (envoi, *doubles)
        found = [one for one in self._by_number.get(envoi.cle, ()) if any(map(one.designe, alike))]
        for marque in found:
            self._times[id(marque)] += 1
            if marque.sorte == "refaite_sous":
                self._groups[id(marque)].append(_group_of(envoi))
        return tuple(sorted(found, key=lambda one: (one.jour or dt.date.min, one.sorte, one.detail)))

    def unir(self, unions: Unions) -> None:
        """Join the groups that marks link."""
        for first, *others in self._groups.values():
            for group in others:
                unions.joindre(first, group)

    @property
    def vues(self) -> list[tuple[Marque, int]]:
        """Each mark, and how many sendings it names."""
        return [(one, self._times[id(one)]) for one in self._all]


def _group_of(envoi: Envoi) -> str:
    return Dossier(envoi=envoi).groupe


def _right_versions(marques: Iterable[Marque]) -> Collection[str]:
    return [one.detail for one in marques if one.sorte == "version_retenue" and one.detail]


def _speaks_of(arl: Arl, envoi: Envoi) -> bool:
    return (
        arl.date_lot in (None, envoi.date_lot)
        and arl.date_fichier in (None, envoi.date_envoi)
        and arl.identification_fichier in ("", envoi.identification)
    )


def _arl_rank(arl: Arl) -> tuple[object, ...]:
    return (arl.date_arl or dt.date.min, arl.positif)


def _only_old(reponses: Sequence[Reponse]) -> bool:
    """Whether the old family alone spoke of the AMO part."""
    if not any(one.ancienne for one in reponses):
        return False
    told = {
        one.ancienne
        for one in reponses
        if any(post.part == AMO and post.parle for post in one.mouvements)
        or (not one.mouvements and one.rejets and not one.ancienne)
    }
    return told == {True}


def _unread_part(claim: int, operations: Sequence[Operation]) -> int:
    return 0 if claim < 0 else min(0, sum(one.paye for one in operations))


def unread(dossier: Dossier, monde: Monde) -> Orpheline:
    """What was taken back beyond what was read as paid: money of a payment that was not read."""
    envoi, raison = dossier.envoi, RaisonOrphelin.PAIEMENT_NON_LU
    action = orphan_action((), -1)
    return Orpheline(
        numero=envoi.cle,
        lot=envoi.cle_lot,
        date_lot=envoi.date_lot,
        date_facturation=envoi.date_facturation,
        numero_ps=envoi.numero_ps,
        fichier=dossier.retours[-1].fichier,
        record=dossier.retours[-1].record,
        etat=Etat.ORPHELINE,
        etat_label=Etat.ORPHELINE.label(monde.lang),
        raison=raison,
        raison_label=raison.label(monde.lang),
        action=action,
        banner=action.banner(monde.lang),
        paye=dossier.non_lu_amo + dossier.non_lu_amc,
        amo_paye=dossier.non_lu_amo,
        amc_paye=dossier.non_lu_amc,
        retours=dossier.retours,
    )
