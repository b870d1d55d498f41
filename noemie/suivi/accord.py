"""Which sending an answer speaks of, how surely, or why none: the matching.

Number without zeros; the nearest level that names a known sender decides the professional; a sending later
than the answer never fits. The order in which files are given never matters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from codes.states import Certitude, RaisonOrphelin
from noemie.suivi.faits import AMC_EMITTERS, AMO, Envoi, Reponse

__all__ = ["Accord", "Candidat", "accorder"]


class Candidat(NamedTuple):
    """A sending that may be answered: its rank in the slice, and whether its ARL refused it."""

    rang: int
    envoi: Envoi
    refuse: bool


class Accord(NamedTuple):
    """The sending found, how surely, and the ranks of those that fitted as well."""

    rang: int
    certitude: Certitude
    egaux: tuple[int, ...] = ()


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
    payes: Collection[int],
) -> Accord | RaisonOrphelin:
    """Find the sending that an answer speaks of, among those of its number, by professional.

    `professionnels` are all who sent anything; `payes` the ranks of the sendings that a payment was read
    for: a takeback goes to one of them.
    """
    if not par_ps:
        return RaisonOrphelin.NUMERO_INCONNU
    ps = ""
    for one in reponse.ps:
        if one in professionnels:
            ps = one
            break
    if ps:
        candidats = par_ps.get(ps, ())
        if not candidats:
            return RaisonOrphelin.PROFESSIONNEL_DIFFERENT
    else:
        candidats = [candidat for found in par_ps.values() for candidat in found]
    jour = reponse.jour
    if jour is not None:
        candidats = [candidat for candidat in candidats if (candidat.envoi.depuis or jour) <= jour]
        if not candidats:
            return RaisonOrphelin.ANTERIEURE_A_L_ENVOI
    notes = [note for candidat in candidats if (note := _noter(reponse, candidat, type_emetteur)) is not None]
    if not notes:
        return RaisonOrphelin.LOT_OU_DATE_DIFFERENTS
    if len(notes) == 1:
        return Accord(notes[0].candidat.rang, _CERTITUDES[notes[0].doute])
    return _choisir(notes, payes, takes_back=reponse.paye < 0)


def _choisir(notes: list[_Note], payes: Collection[int], *, takes_back: bool) -> Accord:
    """Among several: the surest, a takeback to one that was paid, the last sent before the answer."""

    def fit(note: _Note) -> tuple[object, ...]:
        unpaid = takes_back and note.candidat.rang not in payes
        return (note.doute, note.argent, note.patient, unpaid, note.candidat.refuse)

    def rank(note: _Note) -> tuple[object, ...]:
        envoi = note.candidat.envoi
        return (*fit(note), -(envoi.depuis or dt.date.min).toordinal(), envoi.ordre)

    best = min(notes, key=rank)
    envoi, as_well = best.candidat.envoi, fit(best)
    egaux = tuple(
        note.candidat.rang
        for note in notes
        if note is not best and note.candidat.envoi.e2 != envoi.e2 and fit(note) == as_well
    )
    return Accord(best.candidat.rang, Certitude.A_VERIFIER if egaux else _CERTITUDES[best.doute], egaux)


def _agree(first: object, second: object) -> bool | None:
    """Whether two data agree, `None` when one of them is not told."""
    return None if not first or not second else first == second


def _noter(reponse: Reponse, candidat: Candidat, type_emetteur: str) -> _Note | None:
    envoi = candidat.envoi
    lot, day = _agree(reponse.cle_lot, envoi.cle_lot), _agree(reponse.date_lot, envoi.date_lot)
    batch = False if lot is False or day is False else lot
    billed = _agree(reponse.date_facturation, envoi.date_facturation)
    patient = _agree(reponse.patient, envoi.patient)
    money = _montants(reponse, envoi)
    if billed is False and not batch:
        return None
    if patient is False:
        if not (batch and money):
            return None
        doubt = _A_VERIFIER
    elif batch is False:
        # Another batch (agent, DRE): everything else told must agree, and something must.
        speaks = patient or reponse.type_facture == "D" or type_emetteur in AMC_EMITTERS
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
    for part, etat, demande, paye in reponse.mouvements:
        if demande is not None and (demande or paye or etat):
            if abs(envoi.amo if part == AMO else envoi.amc) != demande:
                return False
            money = True
    return money
