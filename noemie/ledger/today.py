"""The morning of a practice, from its ledger: what came, what to do, what is awaited, what is odd.

Nothing is decided here: each line is that of `noemie.suivi`, each sum that of the lists of the ledger. The
model is `noemie.ledger.today_model`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from codes.actions import Action
from codes.states import PARTS, EtatPart
from noemie.ledger import moments
from noemie.ledger.filters import Filtre
from noemie.ledger.followed import Bilan, Mouvement, Registre
from noemie.ledger.identity import KeyRing
from noemie.ledger.migrations import is_current_reading
from noemie.ledger.queries import debts, told_transfers
from noemie.ledger.schema import Fichier
from noemie.ledger.states import AWAITED
from noemie.ledger.today_cards import Cards
from noemie.ledger.today_model import (
    Age,
    Aujourdhui,
    Compte,
    FichierEcarte,
    FichierRecu,
    Groupe,
    Recu,
    RetenueDite,
    SommeDesParts,
    Total,
    VirementRecu,
)
from noemie.ledger.values import FileResult, ImportReport
from noemie.suivi.resultat import FichierSuivi, Ligne

__all__ = ["Answer", "make_today"]

#: First days of the ages that a person reads.
AGES: Final = (0, 30, 60, 90)
_LATE: Final = frozenset({Action.RELANCER, Action.RECLAMATION})
#: Why a file of a folder is none of ours, rather than one that is broken.
_FOREIGN: Final = frozenset({"fichier.inconnu"})


class Answer(NamedTuple):
    """The answer, and what a passage of that day has seen (see `noemie.ledger.moments.remember`)."""

    aujourdhui: Aujourdhui
    fichiers: frozenset[int]
    virements: dict[str, int]


def make_today(
    connection: Connection,
    registre: Registre,
    keys: KeyRing | None,
    on: dt.date,
    report: ImportReport | None = None,
    named: int | None = None,
) -> Answer:
    """The answer on the day `on`; `keys` to tell who patients are, `report` what an import left aside.

    `named` is how many of each list are told with their patient and care; all of them by default.
    """
    sums = _Sums()
    cards = Cards(registre)
    bilan = registre.bilan()
    if bilan is not None:
        sums.take(bilan)
    for ligne in registre.choisir(AWAITED, ouvertes=True):
        if bilan is None:
            sums.add(ligne)
            sums.add_money(registre.mouvements(ligne))
        sums.add_age(ligne)
        cards.add(ligne)
    for alone in registre.orphelines:
        if bilan is None:
            sums.add_money(alone.mouvements)
        cards.add_orphan(alone)
    found = cards.found(connection, keys, named)
    stored = _Stored(connection, registre, on)
    transfers, seen = _transfers(registre, stored, sums.back)
    suivi = registre.suivi
    aujourdhui = Aujourdhui(
        on=on,
        depuis=moments.last_day(connection, on),
        lang=registre.lang,
        recu=Recu(
            paye=sum(one.nouveau for one in transfers), virements=transfers, fichiers=stored.received()
        ),
        sommes=SommeDesParts(amo=sums.parts["AMO"], amc=sums.parts["AMC"], total=sums.total),
        paye_sans_envoi=suivi.sommes.paye_orphelins,
        forfaits=suivi.sommes.forfaits,
        groupes=found.groupes,
        a_faire=_total(one for one in found.groupes if one.action is not Action.ATTENDRE),
        a_attendre=_total(one for one in found.groupes if one.action is Action.ATTENDRE),
        total=_total(found.groupes),
        attentes=sums.ages,
        attendu=sums.awaited,
        reprises=found.reprises,
        reste_repris=sum(one.montant for one in found.reprises),
        retenues=_withheld(registre, stored),
        trop_percus=found.trop_percus,
        trop=sum(one.montant for one in found.trop_percus),
        rappels=found.rappels(on),
        ecartes=[*stored.aside(suivi.fichiers), *_unreadable(report)],
        arls_sans_lot=len(suivi.arls_orphelins),
    )
    return Answer(aujourdhui, frozenset(stored.files), seen)


class _Sums:
    """What lines add up to, what is awaited by age, what each transfer takes back, by its rank."""

    def __init__(self) -> None:
        self.total = Compte()
        self.parts = {part: Compte() for part in PARTS}
        ends = [start - 1 for start in AGES[1:]]
        self.ages = [Age(du=start, au=end) for start, end in zip(AGES, [*ends, None], strict=True)]
        self.awaited = Age(du=0, au=None)
        self.back: Counter[int] = Counter()

    def take(self, bilan: Bilan) -> None:
        """All lines, as the base added them up."""
        pairs = [(self.total, bilan.total), *((self.parts[name], bilan.parts[name]) for name in PARTS)]
        for compte, told in pairs:
            compte.factures, *amounts = told
            compte.demande, compte.paye, compte.reste, compte.trop = amounts
        self.back.update(bilan.repris)

    def add(self, ligne: Ligne) -> None:
        """One line."""
        _count(self.total, ligne.demande, ligne.paye, ligne.reste, ligne.trop)
        for name, part in ligne.parts.items():
            if part.etat is not EtatPart.RIEN_DU:
                _count(self.parts[name], part.demande, part.paye, part.reste, part.trop)

    def add_age(self, ligne: Ligne) -> None:
        """How long a line waits, when it does."""
        if ligne.etat in AWAITED:
            days = ligne.jours or 0
            age = next(one for one in reversed(self.ages) if days >= one.du)
            late = ligne.action in _LATE or any(part.action in _LATE for part in ligne.parts.values())
            lacking = sum(part.reste for part in ligne.parts.values() if part.action in _LATE)
            for one in (age, self.awaited):
                one.factures += 1
                one.reste += ligne.reste
                one.en_retard += late
                one.reste_en_retard += lacking

    def add_money(self, mouvements: Iterable[Mouvement]) -> None:
        """The money of one line, or of one answer to none."""
        for one in mouvements:
            self.back[one.virement] += min(one.amo, 0) + min(one.amc, 0)


def _count(compte: Compte, demande: int, paye: int, reste: int, trop: int) -> None:
    compte.factures += 1
    compte.demande += demande
    compte.paye += paye
    compte.reste += reste
    compte.trop += trop


def _total(groupes: Iterable[Groupe]) -> Total:
    total = Total()
    for one in groupes:
        total.factures += one.factures
        total.montant += one.montant
        total.retours += len(one.retours)
    return total


# --- what came --------------------------------------------------------------------------------------------


class _Stored:
    """The files of a ledger, and those that were seen before a day."""

    def __init__(self, connection: Connection, registre: Registre, on: dt.date) -> None:
        query = select(Fichier.id, Fichier.nature, Fichier.factures, Fichier.purge_le, Fichier.lecture)
        self.files = {row.id: row for row in connection.execute(query)}
        self.seen = moments.seen(connection, on)
        self._names = registre.noms
        self._numbers = {name: number for number, names in self._names.items() for name in names}
        self.fresh = {
            name for number in set(self.files) - self.seen.fichiers for name in self._names.get(number, ())
        }

    def is_purged(self, name: str) -> bool:
        """Whether rows of a file were removed: what it pays is less than it was."""
        number = self._numbers.get(name)
        return number in self.files and self.files[number].purge_le is not None

    def received(self) -> list[FichierRecu]:
        """The files that were not seen before, by name."""
        found = [
            FichierRecu(fichier=names[0], nature=row.nature, factures=row.factures)
            for number, row in self.files.items()
            if number not in self.seen.fichiers and (names := self._names.get(number, ()))
        ]
        return sorted(found, key=lambda one: one.fichier)

    def aside(self, fichiers: Iterable[FichierSuivi]) -> list[FichierEcarte]:
        """Files left aside since the last time; those that are cut or of an older version as long as so."""
        found = []
        for one in fichiers:
            reason = one.etat if one.etat != "lu" else "" if one.concorde else "total_faux"
            if reason and (one.etat == "coupe" or one.fichier in self.fresh):
                found.append(FichierEcarte(fichier=one.fichier, raison=reason, rang=one.rang))
        old = (
            number
            for number, row in self.files.items()
            if not (row.purge_le or is_current_reading(row.nature, row.lecture))
        )
        names = sorted(names[0] for number in old if (names := self._names.get(number, ())))
        return found + [FichierEcarte(fichier=name, raison="a_relire") for name in names]


def _transfers(
    registre: Registre, stored: _Stored, back: Mapping[int, int]
) -> tuple[list[VirementRecu], dict[str, int]]:
    """The transfers of which money is new, and what each transfer pays."""
    found, seen = [], {}
    for told in told_transfers(registre, Filtre()):
        one, key = told.transfer, moments.key_of(told.virement)
        seen[key] = one.montant
        before = stored.seen.virements.get(key)
        new = one.montant - (before or 0)
        if before is not None and (new == 0 or (new < 0 and any(map(stored.is_purged, told.fichiers)))):
            continue
        found.append(
            VirementRecu(
                jour=one.date,
                payeur=one.organisme_payeur,
                libelles=tuple(filter(None, (one.libelle_1, one.libelle_2))),
                nouveau=new,
                montant=one.montant,
                repris=back.get(told.rang, 0),
                factures=one.factures,
                forfaits=one.forfaits,
                retenues=one.retenues,
                avec_retenues=one.avec_retenues,
                pointe=one.pointe,
            )
        )
    return found, seen


def _withheld(registre: Registre, stored: _Stored) -> list[RetenueDite]:
    return [
        RetenueDite(
            jour=one.date, reference=one.reference, montant=one.montant, solde=one.solde, fichier=one.fichier
        )
        for one in debts(registre, Filtre())
        if one.fichier in stored.fresh
    ]


def _unreadable(report: ImportReport | None) -> list[FichierEcarte]:
    """What an import could not read: damaged, or neither a flow, a return nor an ARL."""
    found = [one for one in report.fichiers if one.etat == "illisible"] if report else []
    return [FichierEcarte(fichier=one.nom, raison=_why(one), regle=one.code) for one in found]


def _why(file: FileResult) -> str:
    return "etranger" if file.code in _FOREIGN else "illisible"
