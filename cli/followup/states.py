"""From what the follow-up answers to the typed model of `noemie reconcile`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from cli.followup import model
from cli.followup.gathered import Gathered
from cli.words.decided import as_decided
from cli.words.reason import Reason, reason_of
from cli.words.speech import language
from cli.words.texts import HIDDEN, crossed_out, printable
from codes.actions import Action
from codes.decide import Refus, explain
from codes.notes import Note
from codes.rejects import Catalogue
from codes.states import Etat, part_named
from noemie.suivi.mots import words_of_part
from noemie.suivi.resultat import Ligne, Orpheline, RejetSuivi, Suivi, VirementSuivi

__all__ = ["Teller", "as_model"]

#: Notes of the whole that a person must look into.
_TROUBLES = frozenset({Note.RETOUR_COUPE, Note.TOTAL_FAUX})

Fact = TypeVar("Fact")
Told = TypeVar("Told")


class _Walked(Collection[Told], Generic[Fact, Told]):
    """Facts told one at a time, each time they are walked: their number may be that of years."""

    def __init__(self, facts: Collection[Fact], tell: Callable[[Fact], Told]) -> None:
        self._facts, self._tell = facts, tell

    def __len__(self) -> int:
        return len(self._facts)

    def __iter__(self) -> Iterator[Told]:
        return map(self._tell, self._facts)

    def __contains__(self, one: object) -> bool:
        return any(one == other for other in self)


def as_model(result: Suivi, gathered: Gathered, site: Catalogue | None = None) -> model.Rapprochement:
    """The whole answer. Its lines are made as they are walked."""
    teller = Teller(gathered.numero, site)
    sums = _Sums(gathered.collecte.etrangers)
    for ligne in result.lignes:
        sums.add(ligne)
    for orpheline in result.orphelins:
        sums.add_orphan(orpheline)
    settled = not (
        gathered.errors
        or sums.is_open
        or len(result.orphelins)
        or result.arls_orphelins
        or _TROUBLES.intersection(result.notes)
    )
    return model.Rapprochement(
        lang=language(),
        on=_iso(result.on),
        files=gathered.files,
        settled=settled,
        totaux={etat.value: sums.totaux[etat] for etat in Etat if etat in sums.totaux},
        total=sums.total,
        sommes=result.sommes,
        actions=[sums.actions[key] for key in sorted(sums.actions, key=_caution)],
        listes=sums.listes,
        notes=[note.value for note in result.notes],
        fichiers=gathered.fichiers(result.fichiers),
        virements=[_transfer(one) for one in result.virements],
        forfaits=result.forfaits,
        retenues=[replace(one, reference=_free(one.reference)) for one in result.retenues],
        doublons=[model.DoublonDit(*one) for one in gathered.collecte.doublons],
        arls_orphelins=[
            model.ArlOrphelin(printable(arl.numero), _iso(arl.date_lot), arl.positif)
            for arl in result.arls_orphelins
        ],
        autres_professionnels=[
            model.AutreProfessionnel(name, count) for name, count in sorted(sums.strangers.items())
        ],
        errors=gathered.errors,
        orphelins=_Walked(result.orphelins, teller.orphelin),
        lignes=_Walked(result.lignes, teller.ligne),
    )


class _Sums:
    """What the lines add up to, in one walk."""

    def __init__(self, strangers: set[tuple[str, int]]) -> None:
        self._strange = strangers
        self.total = model.Compte()
        self.totaux: dict[Etat, model.TotalEtat] = {}
        self.listes = {name: model.Compte() for name in ("a_faire", "a_attendre", "regle", "historique")}
        self.actions: dict[tuple[Action, str], model.ActionTotale] = {}
        self.strangers: dict[str, int] = {}
        self.is_open = False

    def add(self, ligne: Ligne) -> None:
        """One line."""
        etat = ligne.etat
        if etat not in self.totaux:
            self.totaux[etat] = model.TotalEtat(etat.label(language()))
        for count in (self.total, self.totaux[etat], self.listes[ligne.liste]):
            count.nombre += 1
            count.demande += ligne.demande
            count.paye += ligne.paye
            count.reste += ligne.reste
            count.trop += ligne.trop
        self.is_open |= ligne.open
        if ligne.liste in ("a_faire", "a_attendre"):
            self._action(ligne.action, ligne.banner).factures += 1
            for name, part in ligne.parts.items():
                if part.action is not Action.AUCUNE:
                    banner, _ = words_of_part(ligne, name, language())
                    self._action(part.action, banner).montant += part.reste or part.trop or part.paye
        for one in ligne.retours if self._strange else ():
            if (one.fichier, one.record) in self._strange:
                self.strangers[one.fichier] = self.strangers.get(one.fichier, 0) + 1

    def add_orphan(self, orpheline: Orpheline) -> None:
        """One orphan: it asks for something, but its euros lack to nobody."""
        if orpheline.action is not Action.AUCUNE:
            self._action(orpheline.action, orpheline.banner).orphelins += 1

    def _action(self, action: Action, banner: str) -> model.ActionTotale:
        key = (action, banner)
        if key not in self.actions:
            self.actions[key] = model.ActionTotale(action=action.value, banner=banner)
        return self.actions[key]


def _caution(key: tuple[Action, str]) -> tuple[object, ...]:
    """The order of actions: of one action, that of whole invoices first."""
    action, banner = key
    return (action.caution, banner != action.banner(language()), banner)


class Teller:
    """Words one line, or one orphan; `numero` shows a number by where it stands: number, file, record."""

    def __init__(self, numero: Callable[[str, str, int], str], site: Catalogue | None) -> None:
        self._numero, self._site = numero, site
        self._reason = lru_cache(maxsize=1024)(self._looked_up)

    def ligne(self, ligne: Ligne) -> model.Ligne:
        """A line."""
        return model.Ligne(
            numero=self._numero(ligne.numero, ligne.fichier, ligne.record),
            numero_ps=HIDDEN if ligne.numero_ps else "",
            lot=printable(ligne.lot),
            date_lot=_iso(ligne.date_lot),
            date_facturation=_iso(ligne.date_facturation),
            fichier=ligne.fichier,
            record=ligne.record,
            etat=ligne.etat.value,
            etat_label=ligne.etat_label,
            certitude=ligne.certitude.value,
            action=ligne.action.value,
            banner=ligne.banner,
            texte=ligne.texte,
            blocks_resend=ligne.blocks_resend,
            demande=ligne.demande,
            amo_demande=ligne.amo_demande,
            amc_demande=ligne.amc_demande,
            paye=ligne.paye,
            amo_paye=ligne.amo_paye,
            amc_paye=ligne.amc_paye,
            paye_amo=ligne.paye_amo,
            paye_amc=ligne.paye_amc,
            reste=ligne.reste,
            trop=ligne.trop,
            parts={
                name: model.Part(
                    part.etat.value, part.demande, part.paye, part.reste, part.trop, part.action.value
                )
                for name, part in ligne.parts.items()
            },
            ecarts=[model.Ecart(one.part, one.montant, one.nature, one.label) for one in ligne.ecarts],
            open=ligne.open,
            liste=ligne.liste,
            jours=ligne.jours,
            attendu_le=_iso(ligne.attendu_le),
            rejets=self._rejets(ligne),
            retours=[model.Retour(one.fichier, one.record, _iso(one.jour)) for one in ligne.retours],
            arl=model.ArlDit(ligne.arl.positif, printable(ligne.arl.code), printable(ligne.arl.libelle))
            if ligne.arl
            else None,
            ambigu=ligne.ambigu,
            doublon_de=self._place(ligne.doublon_de),
            autre_envoi=self._place(ligne.autre_envoi),
            notes=[note.value for note in ligne.notes],
            ecartees=_versions(ligne.ecartees),
            marques=list(ligne.marques),
        )

    def orphelin(self, orpheline: Orpheline) -> model.Orphelin:
        """An orphan; what it asks for bears on no part that is known to be due."""
        return model.Orphelin(
            numero=self._numero(orpheline.numero, orpheline.fichier, orpheline.record),
            lot=printable(orpheline.lot),
            date_lot=_iso(orpheline.date_lot),
            numero_ps=HIDDEN if orpheline.numero_ps else "",
            fichier=orpheline.fichier,
            record=orpheline.record,
            etat=orpheline.etat.value,
            etat_label=orpheline.etat_label,
            paye=orpheline.paye,
            amo_paye=orpheline.amo_paye,
            amc_paye=orpheline.amc_paye,
            raison=orpheline.raison.value,
            raison_label=orpheline.raison_label,
            action=orpheline.action.value,
            banner=orpheline.banner,
            rejets=[self._rejet(one, orpheline.action, {}, ()) for one in orpheline.rejets],
            notes=[note.value for note in orpheline.notes],
            ecartees=_versions(orpheline.ecartees),
        )

    def _rejets(self, ligne: Ligne) -> list[model.Rejet]:
        actions = {name: part.action for name, part in ligne.parts.items()}
        paid = [name for name, part in ligne.parts.items() if part.paye > 0]
        return [self._rejet(one, ligne.action, actions, paid) for one in ligne.rejets]

    def _rejet(
        self, rejet: RejetSuivi, decided: Action, actions: dict[str, Action], paid: Collection[str]
    ) -> model.Rejet:
        refus = Refus(rejet.code, rejet.libelle, rejet.niveau, rejet.part, rejet.jour, rejet.emetteur)
        part = part_named(rejet.part)
        told = as_decided(self._reason(refus), part, decided, actions, paid, history=rejet.historique)
        return model.Rejet(
            niveau=printable(rejet.niveau),
            part=printable(rejet.part),
            ligne=rejet.ligne,
            jour=_iso(rejet.jour),
            historique=rejet.historique,
            **told.fields(),
        )

    def _looked_up(self, refus: Refus) -> Reason:
        return reason_of(explain(refus, self._site))

    def _place(self, place: Any) -> model.Autre | None:
        if place is None:
            return None
        numero = self._numero(place.numero, place.fichier, place.record)
        etat = place.etat
        label = etat.label(language()) if etat else ""
        return model.Autre(place.fichier, place.record, numero, etat.value if etat else "", label)


def _transfer(virement: VirementSuivi) -> VirementSuivi:
    """A transfer as it may be shown: its labels are free text."""
    labels = tuple(map(_free, virement.libelles))
    return replace(virement, payeur=printable(virement.payeur), libelles=labels)


def _free(text: str) -> str:
    return printable(crossed_out(text, references=True))


def _versions(ecartees: Collection[Any]) -> list[model.Version]:
    return [
        model.Version(one.fichier, one.part, one.etat, one.paye, one.raison.value, one.pour)
        for one in ecartees
    ]


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
