"""The figures of a period: what was paid and refused, why, how long it takes, what is still awaited.

The letter of the CNMSS to professionals gives the reason of its reject catalogue: fewer letters, shorter
delays ([S0] in docs/sources.md). So three things are measured: rejects by motive, resends avoided (an
invoice that the catalogue says not to send again), days from sending to payment.

The period bears on the day of the answers; what is outstanding is what the whole ledger knows, whatever the
period. Amounts are signed cents.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from codes.actions import Action
from codes.decide import reject_action
from codes.motives import Motive, is_complementary, motives_for
from codes.rejects import Catalogue, Explanation
from codes.states import Etat, EtatPart
from noemie.ledger.filters import Filtre
from noemie.ledger.followed import Chiffres, Mouvement, Registre
from noemie.ledger.payments import iter_paid, lump_sums
from noemie.ledger.states import (
    AWAITED,
    explain,
    motive_of,
    origine_of_alone,
    origine_of_line,
)
from noemie.suivi.resultat import Ligne, RejetSuivi

#: States of what may still be paid.
OUTSTANDING: Final = tuple(etat for etat in Etat if etat in AWAITED)

#: States of a part of which something was refused or deferred.
_REFUSED: Final = (EtatPart.REJETEE, EtatPart.PAYEE_EN_PARTIE, EtatPart.DIFFEREE)

#: Upper ends, in days, of the classes of the distribution of delays; the last class has none.
CLASSES: Final = (2, 5, 7, 10, 15, 21, 30, 60)


class MonthLine(msgspec.Struct, frozen=True, kw_only=True):
    """One month: what was paid (lump sums included), what was refused, how many invoices each."""

    mois: str
    paye: int
    rejete: int
    factures_payees: int
    factures_rejetees: int


class MotiveLine(msgspec.Struct, frozen=True, kw_only=True):
    """One motive: invoices that have it, what they claim on the parts that are refused or deferred.

    `evitables` counts them when a check of this toolkit would have shown the cause before sending.
    """

    motif: str
    titre_fr: str
    titre_en: str
    factures: int
    montant: int
    evitables: int


class DelayLine(msgspec.Struct, frozen=True, kw_only=True):
    """Days from the sending to the first payment, for one caisse (régime and caisse), or all (empty).

    Quantiles are by nearest rank: days that were really seen.
    """

    caisse: str
    factures: int
    minimum: int
    quartile_1: int
    mediane: int
    quartile_3: int
    decile_9: int
    maximum: int


class OutstandingLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is awaited in one state, from one caisse: invoices, amount still due, days of the oldest."""

    etat: str
    caisse: str
    factures: int
    reste: int
    jours_max: int | None


class Resent(msgspec.Struct, frozen=True, kw_only=True):
    """Invoices refused in the period by what the catalogue said of a resend then, with what was not paid.

    Those not to resend, and those to wait for, are the resends avoided, whatever became of them since. What
    is still open, and is not to be redone, is not told to be.
    """

    ne_pas_renvoyer: int
    ne_pas_renvoyer_montant: int
    attendre: int
    attendre_montant: int
    a_renvoyer: int
    a_renvoyer_montant: int
    autre_action: int
    autre_action_montant: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period, on the day `au_jour`.

    `refusees` and `refusees_montant` count once each invoice that `motifs` counts under each of its motives.
    """

    du: dt.date | None
    au: dt.date | None
    au_jour: dt.date | None
    regime: str
    organisme: str
    tous_sauf: bool
    paye: int
    rejete: int
    mois: tuple[MonthLine, ...]
    refusees: int
    refusees_montant: int
    motifs: tuple[MotiveLine, ...]
    renvois: Resent
    delais: tuple[DelayLine, ...]
    delais_classes: tuple[int, ...]
    encours: tuple[OutstandingLine, ...]
    encours_total: int


def make_report(registre: Registre, asked: Filtre) -> Report:
    """The figures of what the filter asks for."""
    figures = _Figures(asked, registre.site)
    counted = registre.chiffres(asked, AWAITED)
    if counted is None:
        for paid in iter_paid(registre, asked, asked.du, asked.au):
            figures.paid(paid.mouvement.jour, paid.montant, invoices=int(paid.genre == "facture"))
        for ligne in registre.lignes:
            figures.invoice(registre, ligne)
    else:
        figures.counted(counted, registre.on)
        for paid in lump_sums(registre, asked):
            figures.paid(paid.mouvement.jour, paid.montant, invoices=0)
        for ligne in registre.choisir(rejets=True):
            if figures.asks_for(registre, ligne):
                figures.refusals(registre, ligne)
    for alone in registre.orphelines:
        one, origine = alone.orpheline, origine_of_alone(registre, alone)
        if one.rejets and asked.payer(origine) and asked.insured(alone.patient, alone.nature_assurance):
            figures.rejected(one.rejets, max(0, (alone.demande or 0) - one.paye), one.action)
    return Report(
        du=asked.du,
        au=asked.au,
        au_jour=registre.on,
        regime=asked.regime,
        organisme=asked.organisme,
        tous_sauf=asked.tous_sauf,
        paye=sum(month.paye for month in figures.months.values()),
        rejete=sum(month.rejete for month in figures.months.values()),
        mois=figures.month_lines(),
        refusees=figures.refused.factures,
        refusees_montant=figures.refused.montant,
        motifs=figures.motive_lines(),
        renvois=figures.resent(),
        delais=figures.delay_lines(),
        delais_classes=classes_of(figures.delays.get("", Counter())),
        encours=figures.outstanding_lines(),
        encours_total=sum(line.reste for line in figures.outstanding_lines()),
    )


@dataclass(slots=True)
class _Month:
    paye: int = 0
    rejete: int = 0
    factures_payees: int = 0
    factures_rejetees: int = 0


@dataclass(slots=True)
class _Amount:
    factures: int = 0
    montant: int = 0
    jours: int | None = None

    def add(self, amount: int, days: int | None = None, count: int = 1) -> None:
        self.factures += count
        self.montant += amount
        self.jours = days if self.jours is None else max(self.jours, days or 0)


@dataclass(slots=True)
class _Figures:
    """Running figures; what they take does not grow with the number of invoices."""

    asked: Filtre
    site: Catalogue | None
    months: dict[str, _Month] = field(default_factory=dict)
    refused: _Amount = field(default_factory=_Amount)
    motives: dict[str, _Amount] = field(default_factory=dict)
    #: Motives that rejects of the compulsory part have: titled in the words of a fund.
    told_by_funds: set[str] = field(default_factory=set)
    preventable: Counter[str] = field(default_factory=Counter)
    actions: dict[str, _Amount] = field(default_factory=dict)
    delays: dict[str, Counter[int]] = field(default_factory=dict)
    outstanding: dict[tuple[str, str], _Amount] = field(default_factory=dict)

    # --- months ---------------------------------------------------------------------------------------

    def paid(self, day: dt.date | None, amount: int, invoices: int) -> None:
        month = self._month(day)
        month.paye += amount
        month.factures_payees += invoices

    def _month(self, day: dt.date | None) -> _Month:
        return self.months.setdefault(f"{day:%Y-%m}" if day else "", _Month())

    def month_lines(self) -> tuple[MonthLine, ...]:
        return tuple(
            MonthLine(
                mois=name,
                paye=one.paye,
                rejete=one.rejete,
                factures_payees=one.factures_payees,
                factures_rejetees=one.factures_rejetees,
            )
            for name, one in sorted(self.months.items())
        )

    # --- invoices -------------------------------------------------------------------------------------

    def invoice(self, registre: Registre, ligne: Ligne) -> None:
        """Count a sending: what it waits for, how long it took, what was refused of it and when."""
        if not self.asks_for(registre, ligne):
            return
        known = registre.envoye(ligne)
        caisse = known.regime + known.caisse
        if ligne.etat in AWAITED:
            self._awaited(ligne.etat.value, caisse).add(ligne.reste, ligne.jours)
        days = (one.jour for one in registre.mouvements(ligne) if one.amo + one.amc > 0 and one.jour)
        first, since = min(days, default=None), ligne.depuis
        if first and since and first >= since and self.asked.day(first):
            self._delay(caisse, (first - since).days)
        self.refusals(registre, ligne)

    def counted(self, counted: Chiffres, on: dt.date | None) -> None:
        """The same of all sendings, refusals apart, as the base counted them."""
        for day, amount, count in counted.paye:
            self.paid(day, amount, count)
        for caisse, since, first, count in counted.delais:
            self._delay(caisse, (first - since).days, count)
        for etat, caisse, count, rest, oldest in counted.encours:
            days = max(0, (on - oldest).days) if on and oldest else None
            self._awaited(etat, caisse).add(rest, days, count)

    def asks_for(self, registre: Registre, ligne: Ligne) -> bool:
        """Whether a sending is of those that the filter asks for."""
        known = registre.envoye(ligne)
        payer = self.asked.payer(origine_of_line(registre, ligne))
        return payer and self.asked.insured(known.patient, known.nature_assurance)

    def refusals(self, registre: Registre, ligne: Ligne) -> None:
        """Count what was refused of a sending."""
        if ligne.rejets and not ligne.etat.historique:
            amount = refused(ligne, registre.mouvements(ligne), registre.site)
            self.rejected(ligne.rejets, amount, ligne.action if ligne.etat.ouvert else None)

    def _awaited(self, etat: str, caisse: str) -> _Amount:
        return self.outstanding.setdefault((etat, caisse), _Amount())

    def _delay(self, caisse: str, days: int, count: int = 1) -> None:
        for name in ("", caisse):
            self.delays.setdefault(name, Counter())[days] += count

    def rejected(self, rejets: Sequence[RejetSuivi], amount: int, decided: Action | None) -> None:
        """Count one refused invoice, in the month of its last reject; what to do is what was asked then.

        `decided` is the action of an open one: what it does not ask to redo is not to be redone.
        """
        seen = [rejet for rejet in rejets if self.asked.day(rejet.jour)]
        if not seen:
            return
        told = [explain(rejet, self.site) for rejet in seen]
        motives = [motive_of(one) for one in told]
        refusals = [rejet.jour for rejet, one in zip(seen, told, strict=True) if not _only_waits(one)]
        if amount and refusals:
            month = self._month(max((day for day in refusals if day), default=None))
            month.rejete += amount
            month.factures_rejetees += 1
        self.refused.add(amount)
        preventable = {name for name, one in zip(motives, told, strict=True) if one.avoidable_by}
        self.told_by_funds.update(
            name for name, rejet in zip(motives, seen, strict=True) if not is_complementary(rejet.part)
        )
        for name in dict.fromkeys(motives):
            self.motives.setdefault(name, _Amount()).add(amount)
            self.preventable[name] += name in preventable
        asked = min((rejet.action for rejet in seen), key=lambda action: action.caution)
        if decided is not None:
            asked = reject_action(asked, "", decided, {})
        self.actions.setdefault(_kind_of(asked), _Amount()).add(amount)

    def motive_lines(self) -> tuple[MotiveLine, ...]:
        found = sorted(self.motives.items(), key=lambda one: (-one[1].factures, -one[1].montant, one[0]))
        known = {name: self._motive(name) for name, _ in found}
        return tuple(
            MotiveLine(
                motif=name,
                titre_fr=motive.title("fr") if (motive := known[name]) else name,
                titre_en=motive.title("en") if motive else name,
                factures=one.factures,
                montant=one.montant,
                evitables=self.preventable[name],
            )
            for name, one in found
        )

    def _motive(self, name: str) -> Motive | None:
        """A motive in the words of an insurer when the rejects are of its part alone."""
        return motives_for(None if name in self.told_by_funds else "C").get(name)

    def resent(self) -> Resent:
        values: dict[str, int] = {}
        for name in ("ne_pas_renvoyer", "attendre", "a_renvoyer", "autre_action"):
            one = self.actions.get(name, _Amount())
            values |= {name: one.factures, f"{name}_montant": one.montant}
        return Resent(**values)

    def delay_lines(self) -> tuple[DelayLine, ...]:
        return tuple(_delay_line(name, days) for name, days in sorted(self.delays.items()))

    def outstanding_lines(self) -> tuple[OutstandingLine, ...]:
        return tuple(
            OutstandingLine(
                etat=etat, caisse=caisse, factures=one.factures, reste=one.montant, jours_max=one.jours
            )
            for (etat, caisse), one in sorted(self.outstanding.items())
        )


def refused(ligne: Ligne, mouvements: Sequence[Mouvement], site: Catalogue | None = None) -> int:
    """What was refused or deferred of a sending, in cents: what lacks, or what was claimed and paid since."""
    amount = 0
    for name, letter in (("AMO", "O"), ("AMC", "C")):
        part = ligne.parts[name]
        if part.etat in _REFUSED:
            amount += part.reste
            continue
        paid = {one.jour for one in mouvements if (one.amc if letter == "C" else one.amo)}
        mine = (one for one in ligne.rejets if one.part in (letter, "") or _defers(one, site))
        days = {one.jour for one in mine}
        if part.paye and days - paid:
            amount += part.demande
    return amount


def _defers(rejet: RejetSuivi, site: Catalogue | None) -> bool:
    """Whether a reject only tells to wait."""
    return _only_waits(explain(rejet, site))


def _only_waits(explanation: Explanation) -> bool:
    return explanation.outcome == "differe"


def _kind_of(action: Action) -> str:
    if action is Action.NE_PAS_RETRANSMETTRE:
        return "ne_pas_renvoyer"
    if action is Action.ATTENDRE:
        return "attendre"
    return "a_renvoyer" if action.asks_resend else "autre_action"


def _delay_line(name: str, days: Counter[int]) -> DelayLine:
    return DelayLine(
        caisse=name,
        factures=days.total(),
        minimum=min(days),
        quartile_1=quantile(days, 25),
        mediane=quantile(days, 50),
        quartile_3=quantile(days, 75),
        decile_9=quantile(days, 90),
        maximum=max(days),
    )


def quantile(days: Counter[int], percent: int) -> int:
    """The smallest value that at least so many percent do not exceed.

    >>> quantile(Counter([1, 2, 3, 4]), 50), quantile(Counter([7]), 90)
    (2, 7)
    """
    wanted = -(-days.total() * percent // 100)
    seen = 0
    for value in sorted(days):
        seen += days[value]
        if seen >= wanted:
            return value
    return max(days)


def classes_of(days: Counter[int]) -> tuple[int, ...]:
    """How many payments took so many days, by class of `CLASSES`."""
    found = [0] * (len(CLASSES) + 1)
    for value, count in days.items():
        found[sum(value > end for end in CLASSES)] += count
    return tuple(found)
