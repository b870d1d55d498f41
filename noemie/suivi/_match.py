"""Find which sent invoice a returned one answers, and which batches an ARL speaks of.

Private to `noemie.suivi.reconcile`. The order in which files are given never matters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from noemie.returns.arl import Arl
from noemie.suivi._returned import Returned
from noemie.suivi._sent import Sent, cle


class Raison(StrEnum):
    """Why a returned invoice has no sent one."""

    NUMERO = "numero_inconnu"
    PROFESSIONNEL = "professionnel_different"
    LOT = "lot_different"
    DATE = "date_differente"

    def label(self, lang: str) -> str:
        """The reason in words, in `lang` (`fr` or `en`)."""
        return _REASONS[self][lang == "en"]


_REASONS: Final = {
    Raison.NUMERO: ("aucune facture envoyée ne porte ce numéro", "no invoice with this number was sent"),
    Raison.PROFESSIONNEL: (
        "ce numéro a été envoyé par un autre professionnel",
        "this number was sent by another professional",
    ),
    Raison.LOT: ("ce numéro a été envoyé dans un autre lot", "this number was sent in another batch"),
    Raison.DATE: ("ce numéro a été envoyé à une autre date", "this number was sent on another day"),
}


class Accord(NamedTuple):
    """The sent invoice found, on which data both agree, and whether others fitted as well."""

    sent: Sent
    sur: tuple[str, ...]
    ambigu: bool


class Index:
    """The sent invoices, to be searched by what a return tells of them.

    A return may leave out the batch, the days or the professional: what it tells must agree, what it does
    not tell cannot. Among several, the last one sent before the return wins (numbers start again each year).
    `refused` tells the invoices whose batch could not be read: they are answered last.
    """

    def __init__(self, sent: Iterable[Sent], refused: Callable[[Sent], bool] = lambda sent: False) -> None:
        self._by_number: dict[str, list[Sent]] = {}
        # Every professional starts at number 1: in the files of many, thousands share a number.
        self._by_provider: dict[tuple[str, str], list[Sent]] = {}
        self._providers: set[str] = set()
        self._refused = refused
        for one in sent:
            number, provider = cle(one.numero), cle(one.numero_ps)
            self._by_number.setdefault(number, []).append(one)
            self._by_provider.setdefault((number, provider), []).append(one)
            self._providers.add(provider)

    def find(self, returned: Returned) -> Accord | Raison:
        """The sent invoice that `returned` answers, or why there is none."""
        number = cle(returned.numero)
        found = self._by_number.get(number, [])
        if not found:
            return Raison.NUMERO
        agreed = ["numero_facture"]
        # A payee that sent nothing (an agent, a group) tells nothing of the professional.
        if providers := {cle(told) for told in returned.numeros_ps if cle(told)} & self._providers:
            found = [sent for ps in sorted(providers) for sent in self._by_provider.get((number, ps), ())]
            if not found:
                return Raison.PROFESSIONNEL
            agreed.append("numero_ps")
        for reason, name, agrees in self._filters(returned):
            found = [sent for sent in found if agrees(sent)]
            if not found:
                return reason
            agreed.append(name)
        if len(found) == 1:
            return Accord(found[0], tuple(agreed), ambigu=False)
        first, second = sorted(found, key=lambda sent: self._rank(sent, returned))[:2]
        # The same invoice in two files: whichever is answered, the other is a duplicate.
        return Accord(first, tuple(agreed), ambigu=first.identite != second.identite)

    def _filters(self, returned: Returned) -> Iterator[tuple[Raison, str, Callable[[Sent], bool]]]:
        batch = cle(returned.lot)
        if batch:
            yield Raison.LOT, "numero_lot", lambda sent: cle(sent.lot) == batch
        if returned.date_lot:
            yield Raison.DATE, "date_lot", lambda sent: sent.date_lot in (returned.date_lot, None)
        elif returned.date_facturation:
            days = (returned.date_facturation, None)
            yield Raison.DATE, "date_facturation", lambda sent: sent.date_facturation in days

    def _rank(self, sent: Sent, returned: Returned) -> tuple[object, ...]:
        sent_on, answered_on = sent.depuis, returned.date_fichier or returned.date_paiement
        later = bool(sent_on and answered_on and sent_on > answered_on)
        other_day = bool(returned.date_facturation) and sent.date_facturation != returned.date_facturation
        made_on = sent.date_lot or sent.date_facturation or sent_on
        age = -made_on.toordinal() if made_on else 0
        # The same invoice in two files: the first one sent is answered, the other repeats it.
        first = (sent_on or dt.date.max, sent.identification, sent.enregistrement, sent.fichier)
        return (self._refused(sent), later, other_day, age, *first)


class Arls:
    """ARLs by batch: the last word on each."""

    def __init__(self, arls: Iterable[Arl]) -> None:
        self._by_lot: dict[tuple[str, str], list[Arl]] = {}
        self._used: set[int] = set()
        self.all = sorted(set(arls), key=_order)
        for arl in self.all:
            self._by_lot.setdefault((cle(arl.numero_ps), cle(arl.numero_lot)), []).append(arl)

    def of(self, sent: Sent) -> Arl | None:
        """The last ARL of the batch of an invoice, `None` when there is none."""
        last = None
        lot = cle(sent.lot)
        for provider in (cle(sent.numero_ps), ""):
            for arl in self._by_lot.get((provider, lot), ()):
                if _speaks_of(arl, sent):
                    self._used.add(id(arl))
                    last = arl if last is None else max(last, arl, key=_order)
        return last

    @property
    def orphelins(self) -> list[Arl]:
        """ARLs of batches that no searched invoice has; ask once all invoices were searched."""
        return [arl for arl in self.all if id(arl) not in self._used]

    def __bool__(self) -> bool:
        return bool(self.all)


def _order(arl: Arl) -> tuple[object, ...]:
    return (
        arl.date_arl or dt.date.min,
        arl.positif,
        arl.identification_fichier,
        arl.numero_facture,
        arl.regle,
    )


def _speaks_of(arl: Arl, sent: Sent) -> bool:
    return (
        (arl.date_lot is None or sent.date_lot is None or arl.date_lot == sent.date_lot)
        and (arl.date_fichier is None or sent.date_envoi is None or arl.date_fichier == sent.date_envoi)
        and arl.identification_fichier in ("", sent.identification)
    )
