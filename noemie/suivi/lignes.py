"""From a group of sendings to its lines: state, certainty, notes, action, sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from codes.actions import Action
from codes.decide import Context, Decision, PartView, decide
from codes.notes import Note
from codes.states import PARTS, Certitude, Etat, EtatPart, worst
from noemie.suivi.chaines import Groupe
from noemie.suivi.etats import etat_facture
from noemie.suivi.faits import AMC, AMO
from noemie.suivi.indices import denied
from noemie.suivi.jours import Reprise, waited
from noemie.suivi.mots import (
    RIEN,
    Monde,
    arl_suivi,
    attendu_le,
    decided_on,
    ecarts,
    is_open,
    liste_de,
    rejets_suivis,
    words_of,
)
from noemie.suivi.noeud import Noeud
from noemie.suivi.resultat import Ligne, PartSuivie, Place

__all__ = ["Redacteur"]

_AWAITED: Final = frozenset(
    {Etat.REPONSE_ATTENDUE, Etat.PART_AMC_ATTENDUE, Etat.PART_AMO_ATTENDUE, Etat.ARL_ATTENDU}
)
_HINTED: Final = frozenset({Etat.REJETEE, Etat.PAYEE_EN_PARTIE, Etat.ARL_NEGATIF})
_SETTLED: Final = frozenset(
    {Etat.PAYEE, Etat.PAYEE_EN_PARTIE, Etat.PART_AMC_ATTENDUE, Etat.TROP_PAYEE, Etat.REPRISE}
)
_BANK: Final = frozenset({Note.DEUX_VERSIONS_SANS_ORDRE, Note.COPIE_SANS_VIREMENT})
_PROBABLE: Final = frozenset({Note.DEUX_VERSIONS, Note.COMPLEMENT_PRESUME, Note.COPIE_PRESUMEE})
_GIVEN_UP: Final = frozenset({EtatPart.REMPLACEE, EtatPart.DOUBLON})
_REFUSED: Final = frozenset({EtatPart.REJETEE, EtatPart.PAYEE_EN_PARTIE})
_NOT_MINE: Final = frozenset({Etat.DOUBLON, Etat.REMPLACEE, Etat.ANNULEE, Etat.RIEN_ATTENDU})
_PAID_AMO: Final = frozenset({EtatPart.PAYEE, EtatPart.TROP_PAYEE, EtatPart.PAYEE_EN_PARTIE})

# Most lines are paid: a member of an enumeration is slow to reach by its class (Python 3.11).
_PAYEE, _RIEN_DU, _SETTLED_INVOICE = EtatPart.PAYEE, EtatPart.RIEN_DU, Etat.PAYEE
_AUCUNE, _A_VERIFIER = Action.AUCUNE, Certitude.A_VERIFIER
_PAID_LABELS: Final = {"fr": Etat.PAYEE.label("fr"), "en": Etat.PAYEE.label("en")}
_NOTHING_TO_DO: Final = {
    "fr": (Action.AUCUNE.banner("fr"), Action.AUCUNE.title("fr")),
    "en": (Action.AUCUNE.banner("en"), Action.AUCUNE.title("en")),
}


class _Vue(msgspec.Struct, kw_only=True):
    """A node on its way to a line."""

    noeud: Noeud
    etat: Etat
    certitude: Certitude
    notes: set[Note]
    demandes: dict[str, int]
    decision: Decision
    autre: Noeud | None = None
    soldee: bool = False
    reprise: Reprise | None = None


class Redacteur:
    """Words groups as lines; `reprises` hears what decides of those whose action changes as days pass."""

    def __init__(self, monde: Monde, reprises: Callable[[Ligne, Reprise], None] | None = None) -> None:
        self.monde = monde
        self._reprises = reprises

    def lignes(self, groupe: Groupe) -> list[Ligne]:
        """The lines of a group whose links and hints are found."""
        lignes: list[Ligne] = []
        paid: list[Noeud] = []
        others: list[Noeud] = []
        for noeud in groupe.noeuds:
            (paid if _is_plainly_paid(noeud) else others).append(noeud)
        if others:
            vues = [self._vue(noeud, groupe) for noeud in others]
            self._already_paid(vues, paid)
            etats = {id(vue.noeud): vue.etat for vue in vues} | {id(noeud): Etat.PAYEE for noeud in paid}
            for vue in vues:
                ligne = self._ligne(vue, etats)
                if self._reprises is not None and vue.reprise is not None:
                    self._reprises(ligne, vue.reprise)
                lignes.append(ligne)
        lignes.extend(map(self._paid_line, paid))
        return lignes

    # --- state, certainty, action ---------------------------------------------------------------------------

    def _vue(self, noeud: Noeud, groupe: Groupe) -> _Vue:
        dossier, parts, envoi = noeud.dossier, noeud.parts, noeud.envoi
        demandes = {part: noeud.coupe.get(part, noeud.demande(part)) for part in PARTS}
        etat = self._etat(noeud)
        certitude, notes = noeud.certitude, set(noeud.notes)
        if Note.DEUX_VERSIONS_SANS_ORDRE in notes:
            certitude = Certitude.A_VERIFIER
        if notes & _PROBABLE:
            certitude = worst(certitude, Certitude.PROBABLE)
        awaited = etat in _AWAITED
        if dossier.doute and etat.ouvert:
            certitude = Certitude.A_VERIFIER
            notes.add(Note.AUTRE_FACTURE_POSSIBLE)
        own = parts[AMO] in _PAID_AMO and AMO not in noeud.en_double
        silent = own and parts[AMC] is EtatPart.ATTENDUE and dossier.ancienne
        if silent:
            notes.add(Note.AMC_NON_DITE)
        if dossier.hors_total and parts[AMC] is EtatPart.ATTENDUE:
            notes.add(Note.AMC_HORS_VIREMENT)
        if notes & {Note.AMC_NON_DITE, Note.AMC_HORS_VIREMENT}:
            certitude = Certitude.A_VERIFIER
        unanswered = awaited or etat is Etat.ARL_NEGATIF
        cut = unanswered and self.monde.retour_coupe(envoi.ps, envoi.depuis)
        if cut:
            certitude = Certitude.A_VERIFIER
            notes.add(Note.REPONSE_PEUT_ETRE_DANS_RETOUR_COUPE)
        if etat is Etat.ARL_NEGATIF and envoi.batch in self.monde.lots:
            certitude = Certitude.A_VERIFIER
            notes.add(Note.LOT_REPONDU)
        autre = noeud.indice if etat in _HINTED else None
        if autre is not None:
            certitude = Certitude.A_VERIFIER
            notes.add(Note.REFAITE_POSSIBLE)
        if etat is Etat.PAYEE and not notes and not dossier.marques:
            decision = decide({}, (), etat, context=Context(certitude=certitude))
            return _Vue(
                noeud=noeud, etat=etat, certitude=certitude, notes=notes, demandes=demandes, decision=decision
            )
        elsewhere, other = self._elsewhere(noeud, etat, groupe)
        context = Context(
            sent_on=envoi.depuis,
            certitude=certitude,
            hint=autre is not None,
            elsewhere=elsewhere,
            bank=bool(notes & _BANK) or (silent and _swallowed(noeud, demandes)),
            cut=cut,
            said_paid=self._said_paid(noeud),
            tied=dossier.doute and awaited,
            silent_amc=silent,
            cancelled=noeud.role == "annulee",
        )
        views = {
            part: PartView(parts[part], demandes[part], noeud.paye(part), decided_on(noeud, part))
            for part in PARTS
        }
        refus = [one.refus for one in dossier.rejets]
        monde = self.monde
        decision = decide(views, refus, etat, monde.site, monde.on, context, monde.delais)
        notes |= decision.notes
        vue = _Vue(
            noeud=noeud,
            etat=etat,
            certitude=decision.certitude,
            notes=notes,
            demandes=demandes,
            decision=decision,
            autre=autre or (other if Note.REFAITE_POSSIBLE in decision.notes else None),
        )
        if self._reprises is not None and any(one.en_attente for one in parts.values()):
            vue.reprise = Reprise(views, tuple(refus), context)
        self._mark(vue)
        return vue

    def _etat(self, noeud: Noeud) -> Etat:
        dossier, envoi, parts = noeud.dossier, noeud.envoi, noeud.parts
        if not noeud.role and parts[AMO] is _PAYEE and parts[AMC] is _PAYEE:
            return _SETTLED_INVOICE  # the usual case
        if noeud.role == "annulee" and not (noeud.paye(AMO) or noeud.paye(AMC)):
            return Etat.ANNULEE
        back = noeud.lie if noeud.role == "annulation" else None
        if back is not None and not (noeud.paye(AMO) or noeud.paye(AMC) or back.total_paye):
            return Etat.ANNULEE
        if dossier.refuse_par_arl:
            silent = Etat.ARL_NEGATIF
        elif dossier.arl is None and self.monde.suit_les_arls(envoi.ps, envoi.depuis):
            silent = Etat.ARL_ATTENDU
        else:
            silent = Etat.REPONSE_ATTENDUE
        return etat_facture(
            {part: etat for part, etat in parts.items() if etat.vivante},
            parts.values(),
            repondue=bool(dossier.amo or dossier.amc) and envoi.tiers_payant,
            sans_reponse=silent,
        )

    def _elsewhere(self, noeud: Noeud, etat: Etat, groupe: Groupe) -> tuple[str, Noeud | None]:
        """Whether another sending of the same care is paid, awaits an answer or took its place, and which."""
        refused = etat is Etat.ARL_NEGATIF or not _REFUSED.isdisjoint(noeud.parts.values())
        if not refused or not etat.ouvert or noeud.total_paye > 0:
            return "", None
        for other in noeud.chaine:
            mine = other is not noeud and noeud.memes_soins(other)
            if mine and (other.tient or other.attend) and other not in noeud.paires:
                return "chaine", other
        for other in groupe.memes_soins(noeud):
            if (other.tient or other.attend) and other not in noeud.paires and not denied(noeud, other):
                return "autre", other
        # Redone without the part that was refused: the patient paid, perhaps.
        for later in noeud.chaine:
            after = later.avant is not None and later.avant[0] is noeud and noeud.refuse(later.depuis)
            if after and not later.dossier.refuse_par_arl and not denied(noeud, later):
                return "autre", later
        return "", None

    def _said_paid(self, noeud: Noeud) -> bool:
        """Whether an earlier answer to the chain said that it is already paid."""
        days = [day for part in PARTS if (day := decided_on(noeud, part))]
        latest = max(days, default=dt.date.min)
        return any(
            self.monde.motif(one.refus) == "doublon"
            for member in noeud.chaine
            for one in member.dossier.rejets
            if member is not noeud or one.jour < latest
        )

    def _mark(self, vue: _Vue) -> None:
        """Settled by the practice: never what is paid."""
        if not vue.noeud.marques("soldee"):
            return
        if vue.etat in (Etat.PAYEE, Etat.TROP_PAYEE):
            vue.notes.add(Note.MARQUE_SANS_EFFET)
        else:
            vue.etat, vue.soldee = Etat.SOLDEE_HORS_FLUX, True
            vue.decision = decide({}, (), vue.etat, context=Context(certitude=vue.certitude))
            vue.reprise = None

    def _already_paid(self, vues: Sequence[_Vue], paid: Sequence[Noeud]) -> None:
        """A reject "already paid" of care sent earlier and paid under another number: a duplicate."""
        asked = [
            vue
            for vue in vues
            if vue.etat is Etat.REJETEE and vue.decision.action is Action.NE_PAS_RETRANSMETTRE
        ]
        if not asked:
            return
        settled = [*paid, *(vue.noeud for vue in vues if vue.etat in _SETTLED)]
        for vue in asked:
            mine = vue.noeud
            for theirs in settled:
                same = mine.envoi.e1 and (mine.envoi.ps, mine.envoi.e1) == (theirs.envoi.ps, theirs.envoi.e1)
                # What a cancellation gives back, or gave, pays nothing else.
                if same and not theirs.ecarte and theirs.depuis < mine.depuis and not denied(theirs, mine):
                    self._duplicate(vue, theirs)
                    break

    def _duplicate(self, vue: _Vue, paid: Noeud) -> None:
        parts = vue.noeud.parts
        for part, etat in parts.items():
            if etat is not EtatPart.RIEN_DU:
                parts[part] = EtatPart.DOUBLON
        views = {part: PartView(parts[part], 0, 0) for part in PARTS}
        vue.etat, vue.autre = Etat.DOUBLON, paid
        vue.certitude = worst(vue.certitude, Certitude.PROBABLE)
        vue.notes.add(Note.DEJA_PAYEE_SOUS_AUTRE_NUMERO)
        vue.decision, vue.reprise = decide(views, (), vue.etat), None

    def _paid_line(self, noeud: Noeud) -> Ligne:
        """The line of a sending that is paid, and of which there is nothing else to say."""
        dossier, envoi = noeud.dossier, noeud.envoi
        amo, amc, lang = envoi.amo, envoi.amc, self.monde.lang
        return Ligne(
            numero=envoi.numero,
            numero_ps=envoi.numero_ps,
            lot=envoi.lot,
            date_lot=envoi.date_lot,
            date_facturation=envoi.date_facturation,
            date_envoi=envoi.date_envoi,
            fichier=envoi.fichier,
            record=envoi.record,
            etat=_SETTLED_INVOICE,
            etat_label=_PAID_LABELS[lang],
            certitude=noeud.certitude,
            action=_AUCUNE,
            banner=_NOTHING_TO_DO[lang][0],
            texte=_NOTHING_TO_DO[lang][1],
            blocks_resend=False,
            demande=amo + amc,
            amo_demande=amo,
            amc_demande=amc,
            paye=amo + amc,
            amo_paye=amo,
            amc_paye=amc,
            paye_amo=amo,
            paye_amc=amc,
            reste=0,
            trop=0,
            parts={AMO: _paid_part(amo), AMC: _paid_part(amc)},
            open=False,
            liste="regle",
            rejets=rejets_suivis(dossier.rejets, self.monde, noeud) if dossier.rejets else (),
            retours=dossier.retours,
            arl=arl_suivi(dossier.arl) if dossier.arl else None,
            ambigu=dossier.doute or noeud.certitude is _A_VERIFIER,
            ecartees=dossier.ecartees,
        )

    # --- the line -------------------------------------------------------------------------------------------

    def _ligne(self, vue: _Vue, etats: dict[int, Etat]) -> Ligne:
        noeud, etat, monde = vue.noeud, vue.etat, self.monde
        dossier, envoi = noeud.dossier, noeud.envoi
        parts = {part: self._part(vue, part) for part in PARTS}
        amo, amc = parts[AMO], parts[AMC]
        action = vue.decision.action
        banner, texte = words_of(etat, action, parts, monde.lang)
        ouvert = etat.ouvert
        return Ligne(
            numero=envoi.numero,
            numero_ps=envoi.numero_ps,
            lot=envoi.lot,
            date_lot=envoi.date_lot,
            date_facturation=envoi.date_facturation,
            date_envoi=envoi.date_envoi,
            fichier=envoi.fichier,
            record=envoi.record,
            etat=etat,
            etat_label=etat.label(monde.lang),
            certitude=vue.certitude,
            action=action,
            banner=banner,
            texte=texte,
            blocks_resend=action.blocks_resend,
            demande=amo.demande + amc.demande,
            amo_demande=envoi.amo,
            amc_demande=envoi.amc,
            paye=amo.paye + amc.paye,
            amo_paye=amo.paye,
            amc_paye=amc.paye,
            paye_amo=amo.paye,
            paye_amc=amc.paye,
            reste=amo.reste + amc.reste,
            trop=amo.trop + amc.trop,
            parts=parts,
            open=is_open(etat, action),
            liste=liste_de(etat, action),
            jours=waited(envoi.depuis, monde) if ouvert else None,
            attendu_le=attendu_le(noeud, monde.delais)
            if ouvert and noeud.parts[AMO] is EtatPart.ATTENDUE
            else None,
            ecarts=tuple(ecarts(noeud, parts, monde))
            if amo.reste or amo.trop or amc.reste or amc.trop
            else (),
            rejets=rejets_suivis(dossier.rejets, monde, noeud) if dossier.rejets else (),
            retours=dossier.retours,
            arl=arl_suivi(dossier.arl) if dossier.arl else None,
            ambigu=dossier.doute or vue.certitude is Certitude.A_VERIFIER,
            doublon_de=self._holder(noeud, vue, etats) if etat is Etat.DOUBLON else None,
            autre_envoi=_place(vue.autre, etats) if vue.autre else None,
            notes=tuple(sorted(vue.notes)),
            ecartees=dossier.ecartees,
            marques=tuple(one.sorte for one in dossier.marques),
        )

    def _part(self, vue: _Vue, part: str) -> PartSuivie:
        noeud = vue.noeud
        etat, paid = noeud.parts[part], noeud.paye(part)
        claim = vue.demandes[part]
        if vue.soldee:
            claim = paid
        elif vue.etat in _NOT_MINE or etat in _GIVEN_UP or part in noeud.en_double:
            claim = 0
        action = vue.decision.parts.get(part, _AUCUNE)
        if etat is _RIEN_DU and not claim and not paid and action is _AUCUNE:
            return RIEN
        return PartSuivie(etat, claim, paid, max(0, claim - paid), max(0, paid - claim), action)

    def _holder(self, noeud: Noeud, vue: _Vue, etats: dict[int, Etat]) -> Place | None:
        """The sending that holds the claim of a duplicate."""
        others = [one for one in noeud.chaine if one is not noeud and not etats[id(one)].historique]
        found = vue.autre or next(iter(others), None) or next(iter(noeud.paires), None)
        return _place(found, etats) if found else None


def _is_plainly_paid(noeud: Noeud) -> bool:
    """Whether what it claims is paid to the cent, and nothing was noted, linked or marked."""
    if noeud.notes or noeud.role or noeud.en_double or noeud.coupe or noeud.dossier.marques:
        return False
    amo, amc = noeud.envoi.amo, noeud.envoi.amc
    return (
        bool(amo or amc)
        and noeud.parts[AMO] is (_PAYEE if amo else _RIEN_DU)
        and noeud.parts[AMC] is (_PAYEE if amc else _RIEN_DU)
    )


@lru_cache(maxsize=4096)
def _paid_part(claim: int) -> PartSuivie:
    return PartSuivie(EtatPart.PAYEE, claim, claim, 0, 0, Action.AUCUNE) if claim else RIEN


def _swallowed(noeud: Noeud, demandes: dict[str, int]) -> bool:
    """The AMO part is over by just what the silent part lacks: probably that part."""
    over = noeud.paye(AMO) - demandes[AMO]
    return noeud.parts[AMO] is EtatPart.TROP_PAYEE and over == demandes[AMC]


def _place(noeud: Noeud, etats: dict[int, Etat]) -> Place:
    envoi = noeud.envoi
    return Place(envoi.numero, envoi.fichier, envoi.record, etats.get(id(noeud)))
