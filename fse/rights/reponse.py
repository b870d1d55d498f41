"""The answer to "what are their rights on that day": facts of several days put together.

For each subject apart (rights, coverage, C2S, SMG, médecin traitant), the facts of the last day that tells it
count from their first day on; before it, the older ones still do. So a newer fact replaces an older one, or
ends it: a card read today says nothing of rights of three years ago, and does not undo what an older one
said of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from fse.rights.model import Droit, Organisme

_FIRST: Final = dt.date.min


#: First and last day.
Periode = tuple[dt.date | None, dt.date | None]


class Sujet(NamedTuple):
    """One subject: whether a fact tells it, and the period of what it tells."""

    dit: Callable[[Droit], bool]
    periode: Callable[[Droit], Periode]


def _periode(name: str) -> Callable[[Droit], Periode]:
    return attrgetter(f"{name}_du", f"{name}_au")


DROITS: Final = Sujet(lambda d: bool(d.ouvert_du or d.ouvert_au), _periode("ouvert"))
COUVERTURE: Final = Sujet(lambda d: bool(d.code_couverture), _periode("couverture"))
EXONERATION: Final = Sujet(lambda d: bool(d.exoneration_dite), _periode("couverture"))
C2S: Final = Sujet(lambda d: d.c2s is not None, _periode("c2s"))
SMG: Final = Sujet(lambda d: d.smg is not None, _periode("attestation"))
MEDECIN: Final = Sujet(lambda d: d.medecin_traitant is not None, lambda d: (None, None))
ORGANISME: Final = Sujet(lambda d: bool(d.regime and d.caisse), _periode("ouvert"))


class Constat(NamedTuple):
    """What the facts tell of a subject on a day.

    `droits` are the facts that hold, the last begun first; none when the subject is told and nothing holds.
    `constate_le` is the day of the telling that answers.
    """

    droits: tuple[Droit, ...]
    constate_le: dt.date | None


class Reponse(msgspec.Struct, frozen=True, kw_only=True):
    """Rights of one person on one day. `None` and empty values mean that no fact tells it.

    - `ouvert`: whether rights are open; `ouvert_du`, `ouvert_au`: the period that holds, or the last one
      known before the day;
    - `regime`, `caisse`, `centre`: the managing organism; `organisme_destinataire`: where ordinary invoices
      go, told by a fact or by the rules of `fse.ssv.destinataire`;
    - `exonerations`: reasons of exemption that hold, the last begun first (`0`: none); empty when none holds,
      or when none is told: `constate_le` then has no `exoneration`;
    - `code_couverture`: of the period that holds; `couverture_du`, `couverture_au`: the period of the
      exemption, else of the code;
    - `c2s`, `medecin_traitant`, `smg`: yes, no, or not told; with their periods;
    - `constate_le`: the day on which each subject was told, by its name (`organisme`, `droits`, `couverture`,
      `exoneration`, `c2s`, `smg`, `medecin_traitant`); `sources`: the words of the facts used.
    """

    date: dt.date
    qualite: str = ""
    regime: str = ""
    caisse: str = ""
    centre: str = ""
    organisme_destinataire: str = ""
    centre_informatique: str = ""
    ouvert: bool | None = None
    ouvert_du: dt.date | None = None
    ouvert_au: dt.date | None = None
    exonerations: tuple[str, ...] = ()
    code_couverture: str = ""
    couverture_du: dt.date | None = None
    couverture_au: dt.date | None = None
    c2s: bool | None = None
    service_amo: str = ""
    c2s_du: dt.date | None = None
    c2s_au: dt.date | None = None
    medecin_traitant: bool | None = None
    smg: bool | None = None
    attestation_du: dt.date | None = None
    attestation_au: dt.date | None = None
    constate_le: dict[str, dt.date | None] = {}
    sources: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Reponse {self.date}>"

    @property
    def organisme(self) -> Organisme:
        """Grand régime, caisse and centre."""
        return self.regime, self.caisse, self.centre


def au_jour(droits: Iterable[Droit], day: dt.date) -> Reponse | None:
    """The rights of one person on a day, from all facts about that person; `None` without any fact."""
    known = sorted(droits, key=_told_on, reverse=True)
    if not known:
        return None
    told: dict[str, dt.date | None] = {}
    used: list[Droit] = []
    values: dict[str, Any] = {"qualite": next((droit.qualite for droit in known if droit.qualite), "")}
    for name, sujet, fields in _PLAN:
        constat = constat_of(known, sujet, day)
        if constat is None:
            continue
        told[name] = constat.constate_le
        fact = constat.droits[0] if constat.droits else _nearest(known, sujet, day)
        if constat.droits or name not in _ONLY_HOLDING:
            used.append(fact)
            for field in fields:
                values[field] = getattr(fact, field)
        if name == "exoneration":
            values["exonerations"] = _codes(droit.exoneration_dite for droit in constat.droits)
        elif name in _YES_NO:
            values[_YES_NO[name]] = bool(constat.droits) and getattr(constat.droits[0], name, True)
    if values.get("regime") and not values.get("organisme_destinataire"):
        from fse.ssv.destinataire import (
            destinataire,  # with all of a card: a page that names people needs none
        )

        values["organisme_destinataire"] = destinataire(*(values[name] for name in _ORGANISME)) or ""
    sources = tuple(dict.fromkeys(droit.source for droit in used if droit.source))
    return Reponse(date=day, constate_le=told, sources=sources, **values)


def _codes(told: Iterable[str]) -> tuple[str, ...]:
    """Reasons of exemption, each once; "none" only when it is alone."""
    codes = tuple(dict.fromkeys(told))
    return tuple(code for code in codes if code != "0") or codes


_ORGANISME: Final = ("regime", "caisse", "centre")

#: Subject -> the fields that its fact gives, in the order of an answer: the one that holds, else the last
#: before the day, but for subjects that are told only when they hold.
_PLAN: Final[tuple[tuple[str, Sujet, tuple[str, ...]], ...]] = (
    ("organisme", ORGANISME, (*_ORGANISME, "organisme_destinataire", "centre_informatique")),
    ("droits", DROITS, ("ouvert_du", "ouvert_au")),
    ("couverture", COUVERTURE, ("code_couverture", "couverture_du", "couverture_au")),
    ("exoneration", EXONERATION, ("couverture_du", "couverture_au")),
    ("c2s", C2S, ("service_amo", "c2s_du", "c2s_au")),
    ("smg", SMG, ("attestation_du", "attestation_au")),
    ("medecin_traitant", MEDECIN, ()),
)

_ONLY_HOLDING: Final = frozenset({"couverture", "exoneration", "medecin_traitant"})

#: Subjects answered by yes or no, and the field of the answer.
_YES_NO: Final = {"droits": "ouvert", "c2s": "c2s", "smg": "smg", "medecin_traitant": "medecin_traitant"}


def constat_of(droits: Sequence[Droit], sujet: Sujet, day: dt.date) -> Constat | None:
    """What facts, the last told first, tell of a subject on a day; `None` when none tells of it."""
    telling = [droit for droit in droits if sujet.dit(droit)]
    if not telling:
        return None
    if len(telling) == 1:  # most often
        only = telling[0]
        return Constat((only,) if _contient(sujet.periode(only), day) else (), only.constate_le)
    for on, group in groupby(telling, key=_told_on):
        facts = list(group)
        if day >= min(_start(sujet, fact) for fact in facts):
            holding = [fact for fact in facts if _contient(sujet.periode(fact), day)]
            holding.sort(key=lambda fact: _start(sujet, fact), reverse=True)
            return Constat(tuple(holding), None if on == _FIRST else on)
    return Constat((), telling[-1].constate_le)


def _contient(periode: Periode, day: dt.date) -> bool:
    first, last = periode
    return (first is None or first <= day) and (last is None or day <= last)


def _start(sujet: Sujet, droit: Droit) -> dt.date:
    return sujet.periode(droit)[0] or _FIRST


def _nearest(droits: Sequence[Droit], sujet: Sujet, day: dt.date) -> Droit:
    """The fact of the last day told whose period ended last before a day, else the first to come."""
    telling = [droit for droit in droits if sujet.dit(droit)]
    latest = [droit for droit in telling if _told_on(droit) == _told_on(telling[0])]
    past = [droit for droit in latest if (sujet.periode(droit)[1] or dt.date.max) < day]
    if past:
        return max(past, key=lambda droit: sujet.periode(droit)[1] or _FIRST)
    return min(latest, key=lambda droit: _start(sujet, droit))


def _told_on(droit: Droit) -> dt.date:
    return droit.constate_le or _FIRST
