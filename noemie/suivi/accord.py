"""Which sending an answer speaks of, how surely, or why none: the matching.

Number without zeros; the nearest level that names a known sender decides the professional; a sending later
than the answer never fits. The order in which files are given never matters.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from codes.speakers import is_complementary_emitter
from codes.states import Certitude, RaisonOrphelin, worst
from noemie.suivi.dossier import ArlRecu
from noemie.suivi.faits import AMO, Envoi, Reponse

__all__ = ["Candidat", "Seules", "accorder", "rassembler"]

#: Answers to one invoice that was not sent, and why they stand alone.
Seules = tuple[list[Reponse], RaisonOrphelin]


class Candidat(msgspec.Struct, eq=False, gc=False):
    """A sending that may be answered, and what was found of it until now.

    - `depuis`: its day; `arl`: the last ARL of its batch; `reponses`: the answers that are its own;
    - `certitude`: how surely, when that is told; `doute`: an answer that fits it as well was given to
      another.
    """

    envoi: Envoi
    depuis: dt.date | None
    arl: ArlRecu | None = None
    reponses: list[Reponse] = msgspec.field(default_factory=list)
    certitude: Certitude | None = None
    doute: bool = False

    @property
    def payee_le(self) -> dt.date | None:
        """The first day on which one of its answers pays."""
        return min((one.jour or dt.date.min for one in self.reponses if one.paye > 0), default=None)

    @property
    def refuse(self) -> bool:
        """Whether its batch was refused."""
        return self.arl is not None and not self.arl.positif

    def prendre(self, reponse: Reponse, certitude: Certitude) -> None:
        """Take an answer as its own."""
        self.reponses.append(reponse)
        # A table seldom tells more than a number: what it says alone is doubted when it counts.
        if certitude is not _CERTITUDES[_PROBABLE if reponse.tableau else _CERTAINE]:
            self.certitude = worst(self.certitude or certitude, certitude)

    def contredit(self, reponse: Reponse) -> bool:
        """Whether the money of an answer is not that of this one: paid to a cancellation, or not paid yet."""
        if reponse.paye >= 0:
            return reponse.paye > 0 > self.envoi.amo + self.envoi.amc
        return self.payee_le is None or self.payee_le > (reponse.jour or dt.date.max)


class _Note(NamedTuple):
    """How well one sending fits: the smaller, the better."""

    doute: int
    argent: int
    patient: int
    candidat: Candidat


_CERTITUDES = tuple(Certitude)
_CERTAINE, _PROBABLE, _A_VERIFIER = range(3)


def accorder(
    reponse: Reponse,
    par_ps: Mapping[str, Sequence[Candidat]],
    professionnels: Collection[str],
    type_emetteur: str,
) -> RaisonOrphelin | None:
    """Give an answer to the sending that it speaks of, among those of its number, by professional.

    The reason, when it speaks of none. `professionnels` are all who sent anything. A takeback goes to what a
    payment was read for: give it after them.
    """
    if not par_ps:
        return RaisonOrphelin.NUMERO_INCONNU
    candidats: Iterable[Candidat] | None = None
    for ps in reponse.ps:
        if ps in professionnels:
            candidats = par_ps.get(ps)
            if candidats is None:
                return RaisonOrphelin.PROFESSIONNEL_DIFFERENT
            break
    else:
        candidats = [candidat for found in par_ps.values() for candidat in found]
    jour, sent = reponse.jour, False
    notes: list[_Note] = []
    for candidat in candidats:
        if jour is None or candidat.depuis is None or candidat.depuis <= jour:
            sent = True
            if (note := _noter(reponse, candidat, type_emetteur)) is not None:
                notes.append(note)
    if not notes:
        return RaisonOrphelin.LOT_OU_DATE_DIFFERENTS if sent else RaisonOrphelin.ANTERIEURE_A_L_ENVOI
    best, egaux = (notes[0], []) if len(notes) == 1 else _choisir(notes, reponse)
    for note in egaux:
        note.candidat.doute = True
    best.candidat.prendre(reponse, Certitude.A_VERIFIER if egaux else _CERTITUDES[best.doute])
    return None


def _choisir(notes: list[_Note], reponse: Reponse) -> tuple[_Note, list[_Note]]:
    """Among several: the surest, a takeback to one that was paid, the last sent before the answer.

    A payment is of what is claimed before it is of a cancellation. Those of other care that fit as well come
    second.
    """

    def fit(note: _Note) -> tuple[object, ...]:
        against = note.candidat.contredit(reponse)
        return (note.doute, note.argent, note.patient, against, note.candidat.refuse)

    def rank(note: _Note) -> tuple[object, ...]:
        candidat = note.candidat
        return (*fit(note), -(candidat.depuis or dt.date.min).toordinal(), candidat.envoi.ordre)

    best = min(notes, key=rank)
    passage, as_well = best.candidat.envoi.e2, fit(best)
    return best, [note for note in notes if note.candidat.envoi.e2 != passage and fit(note) == as_well]


def _agree(first: object, second: object) -> bool | None:
    """Whether two data agree, `None` when one of them is not told."""
    return None if not first or not second else first == second


def _noter(reponse: Reponse, candidat: Candidat, type_emetteur: str) -> _Note | None:
    envoi = candidat.envoi
    batch = _agree(reponse.cle_lot, envoi.cle_lot)
    if batch is not False and _agree(reponse.date_lot, envoi.date_lot) is False:
        batch = False
    patient = _agree(reponse.patient, envoi.patient)
    if not batch and (patient is False or _agree(reponse.date_facturation, envoi.date_facturation) is False):
        return None
    money = _montants(reponse, envoi)
    if patient is False:
        if not money:
            return None
        doubt = _A_VERIFIER
    elif batch is False:
        # Another batch (agent, DRE): everything else told must agree, and something must.
        speaks = patient or reponse.type_facture == "D" or is_complementary_emitter(type_emetteur)
        if not money or not speaks:
            return None
        doubt = _PROBABLE
    elif batch is None:
        doubt = _CERTAINE if patient else _PROBABLE
    else:
        doubt = _CERTAINE
    return _Note(doubt, int(money is False), int(not patient), candidat)


def _montants(reponse: Reponse, envoi: Envoi) -> bool | None:
    """Whether the amounts claimed agree, `None` when the answer tells none."""
    money = None
    for one in reponse.mouvements:
        demande = one.demande
        if demande is not None and (demande or one.paye or one.etat):
            if abs(envoi.amo if one.part == AMO else envoi.amc) != demande:
                return False
            money = True
    return money


# --- what was not sent --------------------------------------------------------------------------------------


#: What tells an invoice that was not sent from the others (`Reponse.cle_orpheline`).
_Cle = tuple[object, ...]

#: Invoices of one number that say just the same: of more, nothing tells which is meant.
_MOST_ALIKE: Final = 100


class _Dit(NamedTuple):
    """What returns say of an invoice of a lot, which was not sent: how often each run does, naming the lot
    and in all.
    """

    du_lot: Counter[int]
    en_tout: Counter[int]


class _Dits:
    """What returns said of invoices that were not sent, by what they say. No number (paper) tells none."""

    def __init__(self) -> None:
        self._whole: dict[_Cle, dict[_Cle, _Dit]] = defaultdict(dict)
        self._days: dict[_Cle, dict[_Cle, set[dt.date | None]]] = defaultdict(dict)

    def entendre(self, reponse: Reponse, key: _Cle) -> None:
        """Hear what a return says of an invoice."""
        alike = self._whole[_whole(reponse)]
        if reponse.cle_lot:
            alike.setdefault(key, _Dit(Counter(), Counter())).du_lot[reponse.run] += 1
        if key in alike:
            alike[key].en_tout[reponse.run] += 1
        for one in reponse.mouvements:
            self._days[reponse.cle, one.part, one.paye].setdefault(key, set()).add(reponse.jour)

    def facture_de(self, said: Reponse) -> _Cle | None:
        """The invoice of which a return says the same as this, which a table tells or which leaves out the
        lot: it may be another one only when it says so more often than the return does.
        """
        if said.tableau:
            post = said.mouvements[0]
            days = self._days.get((said.cle, post.part, post.paye), {})
            if len(days) > _MOST_ALIKE:
                return None
            fit = [key for key, told in days.items() if _fits_table(said, key, told)]
        elif said.cle_lot:
            return None
        else:
            alike = self._whole.get(_whole(said), {})
            if len(alike) > _MOST_ALIKE:
                return None
            fit = [key for key, dit in alike.items() if _fits_lot(said, key, dit)]
        return min(fit, key=repr, default=None)


def rassembler(alone: Iterable[tuple[Reponse, RaisonOrphelin]]) -> dict[_Cle, Seules]:
    """Answers to what was not sent, by the invoice that they speak of.

    What leaves out the lot, then what tables say, comes last: returns may have said it of an invoice.
    """
    orphans: dict[_Cle, Seules] = {}
    dits = _Dits()
    for answer, reason in sorted(alone, key=lambda one: (one[0].tableau, not one[0].cle_lot)):
        key = (dits.facture_de(answer) if answer.cle else None) or answer.cle_orpheline
        others, known = orphans.setdefault(key, ([], reason))
        others.append(answer)
        orphans[key] = (others, min(reason, known))
        if answer.cle and not answer.tableau:
            dits.entendre(answer, key)
    return orphans


def _whole(reponse: Reponse) -> _Cle:
    """All that an answer says, but of which batch."""
    said = frozenset(Counter(reponse.mouvements).items())
    return (reponse.cle, reponse.virement, reponse.ps, said)


def _fits_table(said: Reponse, key: _Cle, days: Collection[dt.date | None]) -> bool:
    """Whether a return says the same payment of that lot, on the day that the table tells if it does."""
    _, lot, *_, ps = key
    same = said.cle_lot in ("", lot) and (said.jour is None or said.jour in days)
    return same and isinstance(ps, tuple) and set(said.ps) <= set(ps)


def _fits_lot(said: Reponse, key: _Cle, dit: _Dit) -> bool:
    """Whether another run says just the same, of a lot that it names, more often than this one until now."""
    most = max((times for run, times in dit.du_lot.items() if run != said.run), default=0)
    days = zip((said.date_lot, said.date_facturation), key[2:4], strict=True)
    return dit.en_tout[said.run] < most and all(told in (None, day) for told, day in days)
