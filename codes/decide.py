"""The one place that turns the states of the parts and their rejects into what must be done.

`decode` has one answer and decides on it alone; the follow-up of money knows more (other sendings of the same
care, doubts, days): that is the `Context`, empty by default. Each part has its action; the invoice shows the
most cautious of them, `attendre` and `aucune` only when there is no other.

What is never asked: a resend of what has money on it, of what is matched with a doubt, of what seems redone,
of care that another sending was paid for or that awaits an answer.

>>> parts = {"AMO": PartView(EtatPart.REJETEE, 1470, 0), "AMC": PartView(EtatPart.ATTENDUE, 630, 0)}
>>> refused = [Refus("SIMJ", "SIMULATION PRESCRIPTION INTERDITE A CETTE DATE")]
>>> decide(parts, refused, Etat.REJETEE).action.value
'corriger_retransmettre'
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from codes._explanation import Explanation, combine
from codes.actions import REDOES, RESENDS, Action
from codes.delais import Delais, working_days
from codes.delais import load as load_delays
from codes.notes import Note
from codes.rejects import Catalogue
from codes.rejects import load as load_rejects
from codes.states import LETTERS, Certitude, Etat, EtatPart, worst

__all__ = ["Context", "Decision", "PartView", "Refus", "decide", "explain", "orphan_action", "reject_action"]


class Refus(NamedTuple):
    """One reject or notice as received: `level` and `part` (`O`, `C`) are those of entity 294.

    `day` is that of the answer that told it; `emitter` the number of who told it, for the rows of a site.
    """

    code: str
    label: str
    level: str = ""
    part: str = ""
    day: dt.date | None = None
    emitter: str = ""


class PartView(NamedTuple):
    """One part: its state, claim and paid amount in signed cents, the day of its last decision."""

    etat: EtatPart
    demande: int
    paye: int
    decided_on: dt.date | None = None


class Context(msgspec.Struct, frozen=True, gc=False):
    """What is known besides the answers.

    - `sent_on`: day of the sending; `certitude`: how sure the answers are its own;
    - `hint`: another sending may be this one redone; `elsewhere`: the same care is paid or awaited under
      another sending, of the same chain (`chaine`) or not (`autre`);
    - `bank`: what was paid is doubtful, only the statement tells; `cut`: a cut return may hold the answer;
    - `said_paid`: an earlier answer to the chain said "already paid";
    - `tied`: an answer that fits it was given to another invoice;
    - `silent_amc`: the old family paid the AMO part and said nothing of the other;
    - `cancelled`: its sender cancelled it.
    """

    sent_on: dt.date | None = None
    certitude: Certitude = Certitude.CERTAINE
    hint: bool = False
    elsewhere: str = ""
    bank: bool = False
    cut: bool = False
    said_paid: bool = False
    tied: bool = False
    silent_amc: bool = False
    cancelled: bool = False


class Decision(NamedTuple):
    """The action of the invoice and of each part, and what deciding added to the line."""

    action: Action
    parts: Mapping[str, Action]
    certitude: Certitude
    notes: frozenset[Note]


NOTHING: Final = Context()
_NONE: Final[frozenset[Note]] = frozenset()
_UNSETTLED: Final = frozenset({EtatPart.REJETEE, EtatPart.PAYEE_EN_PARTIE})
_QUIET: Final = frozenset({Action.AUCUNE, Action.ATTENDRE})
_OF_MONEY: Final = frozenset({Action.SIGNALER_TROP_PERCU, Action.VERIFIER_REPRISE, Action.VERIFIER_VIREMENT})
_CLOSED: Final = {
    Etat.DOUBLON: Action.NE_PAS_RETRANSMETTRE,
    Etat.REMPLACEE: Action.AUCUNE,
    Etat.ANNULEE: Action.AUCUNE,
    Etat.RIEN_ATTENDU: Action.AUCUNE,
    Etat.SOLDEE_HORS_FLUX: Action.AUCUNE,
}
_ALL_PAID: Final = {"AMO": Action.AUCUNE, "AMC": Action.AUCUNE}
_CHASES: Final = frozenset({Action.RELANCER, Action.RECLAMATION})
#: More days than this hold more working days than any delay of an ARL.
_LONG_WAIT: Final = 30


def decide(
    parts: Mapping[str, PartView],
    rejects: Sequence[Refus],
    state: Etat,
    site: Catalogue | None = None,
    on: dt.date | None = None,
    context: Context = NOTHING,
    delays: Delais | None = None,
) -> Decision:
    """What to do about an invoice whose parts and state are known, on a day.

    `site` is the catalogue with the rows of a site, the shipped one by default. Without `on`, what waits is
    never late.
    """
    if state is Etat.PAYEE and not context.bank:
        return Decision(Action.AUCUNE, _ALL_PAID, context.certitude, _NONE)
    if state in _CLOSED:
        action = _CLOSED[state]
        return Decision(action, {name: _idle(state, part) for name, part in parts.items()}, *_as_is(context))
    return _Decider(parts, rejects, state, site, on, context, delays or load_delays()).decision()


def _idle(state: Etat, part: PartView) -> Action:
    same = state is Etat.DOUBLON and part.etat is EtatPart.DOUBLON
    return Action.NE_PAS_RETRANSMETTRE if same else Action.AUCUNE


def _as_is(context: Context) -> tuple[Certitude, frozenset[Note]]:
    return context.certitude, _NONE


def explain(refus: Refus, site: Catalogue | None = None) -> Explanation:
    """What the catalogue knows of a reject, at its day and for who told it; a site's row wins."""
    catalogue = site or load_rejects()
    namespace = catalogue.namespace_of(refus.code, "AMC" if refus.part == "C" else "AMO")
    code, label, part = refus.code or None, refus.label or None, refus.part or None
    return catalogue.lookup(code, label, namespace, part, refus.day, refus.emitter or None)


def _combined(rejects: Sequence[Refus], site: Catalogue | None) -> Action:
    return combine([explain(one, site) for one in rejects], [one.level for one in rejects])


def orphan_action(
    rejects: Sequence[Refus], paid: int, site: Catalogue | None = None, *, bank: bool = False
) -> Action:
    """What an answer without a known sending asks for: whatever ends in a new invoice needs the sending."""
    action = Action.VERIFIER_REPRISE if paid < 0 else Action.IMPORTER_ENVOI
    if rejects:
        action = _combined(rejects, site)
        if action in REDOES:
            action = Action.IMPORTER_ENVOI
    return Action.VERIFIER_VIREMENT if bank and action is Action.IMPORTER_ENVOI else action


def reject_action(
    own: Action, part: str, decided: Action, parts: Mapping[str, Action], *, history: bool = False
) -> Action:
    """What one reject asks for beside the decision on its invoice: never to redo what that does not redo.

    `own` is what its catalogue row asks for by itself, `part` the part it names, empty for both; `decided`
    the action of the invoice, `parts` that of each part. `history`: a later decision took its place.
    """
    if history or decided is Action.AUCUNE:  # settled by hand, cancelled: nothing is left to do
        return Action.AUCUNE
    if not part and own in parts.values():
        return own  # it names no part, and one of them asks for just that
    asked = parts.get(part, decided) if part else decided
    return asked if own in REDOES and asked not in REDOES else own


class _Decider:
    """The rules, in the order in which they are applied, on one invoice."""

    def __init__(
        self,
        parts: Mapping[str, PartView],
        rejects: Sequence[Refus],
        state: Etat,
        site: Catalogue | None,
        on: dt.date | None,
        context: Context,
        delays: Delais,
    ) -> None:
        self.parts, self.rejects, self.state = parts, rejects, state
        self.site, self.on, self.context, self.delays = site, on, context, delays
        self.live = {name: part for name, part in parts.items() if part.etat.vivante}
        self.negative = sum(part.demande for part in parts.values()) < 0
        self.money = sum(part.paye for part in parts.values()) > 0
        days = [part.decided_on for part in parts.values() if part.decided_on]
        if days and context.sent_on:
            days.append(context.sent_on)
        self.since = max(days, default=context.sent_on)
        self.certitude = context.certitude
        self.notes: set[Note] = set()

    def decision(self) -> Decision:
        """The whole answer."""
        actions = dict.fromkeys(self.parts, Action.AUCUNE)
        if self.context.bank:
            actions.update(dict.fromkeys(self.live or self.parts, Action.VERIFIER_VIREMENT))
        else:
            actions.update({name: self._part(name, part) for name, part in self.live.items()})
            self._restrain(actions)
            self._look_elsewhere(actions)
        if self.context.cancelled:
            actions = {name: one if one in _OF_MONEY else Action.AUCUNE for name, one in actions.items()}
        asked = [one for one in actions.values() if one not in _QUIET] or list(actions.values())
        shown = min(asked, key=lambda one: one.caution, default=Action.AUCUNE)
        return Decision(shown, actions, self.certitude, frozenset(self.notes))

    # --- one part -----------------------------------------------------------------------------------------

    def _part(self, name: str, part: PartView) -> Action:
        etat = part.etat
        if etat is EtatPart.TROP_PAYEE:
            return Action.SIGNALER_TROP_PERCU
        if etat is EtatPart.REPRISE:
            return Action.VERIFIER_REPRISE
        if etat is EtatPart.ATTENDUE:
            return self._awaited(name)
        if etat is EtatPart.DIFFEREE:
            return self._deferred(name, part)
        if etat in _UNSETTLED:
            return Action.VERIFIER_REFAITE if self.context.hint else self._refused(name, part)
        return Action.AUCUNE

    def _awaited(self, name: str) -> Action:
        if self.context.cut:
            return Action.REDEMANDER_RETOUR
        if self.state is Etat.ARL_NEGATIF:
            return Action.VERIFIER_REFAITE if self.context.hint else Action.RENVOYER_FICHIER
        if name == "AMC" and self.parts["AMO"].etat is EtatPart.REJETEE:
            return Action.ATTENDRE  # it follows the AMO
        action = self._by_age(self.since, "relance_amc" if name == "AMC" else "relance")
        # Nor is one asked of what another invoice may have been answered for.
        waits = action is Action.ATTENDRE and not (self.negative or self.context.tied)
        late = waits and self.state is Etat.ARL_ATTENDU and self._arl_is_late()
        return Action.RELANCER if late else action

    def _arl_is_late(self) -> bool:
        sent_on = self.context.sent_on
        if self.on is None or sent_on is None:
            return False
        if (self.on - sent_on).days > _LONG_WAIT:
            return True
        return working_days(sent_on, self.on) > self.delays.value("arl", self.on)

    def _deferred(self, name: str, part: PartView) -> Action:
        if self._days(part.decided_on) >= self.delays.value("relance_differe", self.on):
            return self._by_age(part.decided_on, "relance_differe")
        forbids = self._refused(name, part) is Action.NE_PAS_RETRANSMETTRE
        return Action.NE_PAS_RETRANSMETTRE if forbids else Action.ATTENDRE

    def _refused(self, name: str, part: PartView) -> Action:
        """The most cautious of the live rejects: of the last decision of the part, its own if there are."""
        since = part.decided_on
        live = [one for one in self.rejects if since is None or one.day is None or one.day >= since]
        own = [one for one in live if one.part in ("", LETTERS[name])] or live
        return _combined(own, self.site) if own else Action.INCONNUE

    def _by_age(self, since: dt.date | None, chase: str) -> Action:
        waited = self._days(since)
        late = waited >= self.delays.value(chase, self.on)
        if self.negative:  # one does not claim against money one owes
            return Action.SIGNALER_TROP_PERCU if late else Action.ATTENDRE
        if self.context.tied:
            return Action.INCONNUE if late else Action.ATTENDRE
        if waited >= self.delays.value("reclamation", self.on) and not self.context.silent_amc:
            return Action.RECLAMATION
        return Action.RELANCER if late else Action.ATTENDRE

    def _days(self, since: dt.date | None) -> int:
        return (self.on - since).days if self.on and since else 0

    # --- what must not be asked ---------------------------------------------------------------------------

    def _restrain(self, actions: dict[str, Action]) -> None:
        """No resend of what has money, is doubtful, was said to be paid, or waits in another part."""
        refused = [name for name, part in self.live.items() if part.etat in _UNSETTLED]
        stop = self.money or self.negative
        stop |= any(actions[name] is Action.NE_PAS_RETRANSMETTRE for name in refused)
        waits = self._waits()
        for name, part in self.live.items():
            action = actions[name]
            if self.negative and action in _CHASES:
                actions[name] = Action.INCONNUE  # one does not claim against money one owes
                continue
            if action not in REDOES or not (part.etat in _UNSETTLED or part.etat is EtatPart.ATTENDUE):
                continue
            if self.context.said_paid:
                actions[name] = Action.INCONNUE
                self.notes.add(Note.DEJA_PAYEE_DITE)
                self.certitude = worst(self.certitude, Certitude.PROBABLE)
            elif action in RESENDS and (stop or self.certitude is Certitude.A_VERIFIER):
                actions[name] = Action.INCONNUE
            elif waits:
                actions[name] = Action.ATTENDRE

    def _waits(self) -> bool:
        if self.state is Etat.ARL_NEGATIF:
            return False
        amo, amc = self.live.get("AMO"), self.live.get("AMC")
        deferred = amc is not None and amc.etat is EtatPart.DIFFEREE
        return deferred or (amo is not None and amo.etat.en_attente)

    def _look_elsewhere(self, actions: dict[str, Action]) -> None:
        """Nor of care that another sending was paid for, or that awaits an answer."""
        redone = [name for name in self.live if actions[name] in REDOES]
        if not self.context.elsewhere or self.money or not redone:
            return
        inside = self.context.elsewhere == "chaine"
        for name in redone:
            actions[name] = Action.INCONNUE if inside else Action.VERIFIER_REFAITE
        if not inside:
            self.certitude = worst(self.certitude, Certitude.A_VERIFIER)
            self.notes.add(Note.REFAITE_POSSIBLE)
