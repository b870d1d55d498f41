"""A ledger followed, as its cache tells it: lists read what they show, and the base counts, adds and sorts.

See `noemie.ledger.etats` for what is kept, and when it is made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Select, case, func, literal, select

from codes.actions import Lang
from codes.delais import load as load_delays
from codes.states import Etat
from noemie.ledger.additions import Additions
from noemie.ledger.demande import Demande
from noemie.ledger.etats import FIRST, additions_of, listes_of, next_of, shared_of
from noemie.ledger.facts import Envoye, Faits
from noemie.ledger.filters import Filtre, Origine
from noemie.ledger.followed import (
    AGAIN,
    Alone,
    Bilan,
    Chiffres,
    Cumul,
    Mouvement,
    Registre,
    Somme,
    Totaux,
)
from noemie.ledger.listed import InvoicePage, Invoices
from noemie.ledger.schema import DetailRow, EtatRow, PaiementRow
from noemie.ledger.shared_facts import Rangs
from noemie.ledger.states import state_of_line
from noemie.ledger.tetes import (
    ALONE,
    LigneGardee,
    OrphelineGardee,
    Partage,
    Suite,
    Tete,
    decoder_of,
    is_alone,
)
from noemie.ledger.values import InvoiceState, Payment
from noemie.suivi.faits import Communs, cle
from noemie.suivi.jours import au_jour, waited
from noemie.suivi.mots import Monde
from noemie.suivi.resultat import Ligne, Orpheline, Suivi, ordre_des_orphelines

__all__ = ["RegistreGarde"]

_AT_ONCE: Final = 2_000


class RegistreGarde(Registre):
    """What became of all that a ledger holds, read from its cache; see `Registre`."""

    def __init__(self, demande: Demande, head: Tete) -> None:
        self.lang, self.site = demande.lang, demande.site
        self.delais = demande.delais or load_delays()
        self.orphan_arls = head.arls
        self.dernier = head.dernier
        self.reprises = None
        self._connection = demande.connection
        self._keys = demande.keys
        self._head = head
        self._monde = Monde(
            on=demande.on or head.dernier,
            delais=self.delais,
            site=self.site,
            lang=self.lang,
        )
        self._donnees: list[bytes] | None = None

    @cached_property
    def faits(self) -> Faits:  # type: ignore[override]  # few questions need them
        """The facts; ranks are those of what is kept."""
        return Faits(self._connection, self._keys, Rangs(self._suite.places, self.communs.virements))

    @cached_property
    def _suite(self) -> Suite:
        return next_of(self._connection, self.lang)

    @property
    def noms(self) -> Mapping[int, Sequence[str]]:
        """The names of each file, by its number."""
        return {number: one.noms for number, one in self._suite.fichiers.items()}

    def runs_of(self, fichier: int, rang: int) -> Sequence[int]:
        """The ranks of a run, one for each name of its file."""
        return self._by_place.get((fichier, rang), ())

    @cached_property
    def _by_place(self) -> Mapping[tuple[int, int], Sequence[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for rang, (fichier, run, _) in enumerate(self._suite.places):
            found.setdefault((fichier, run), []).append(rang)
        return found

    @cached_property
    def _partage(self) -> Partage:
        return shared_of(self._connection, self.lang)

    @property
    def communs(self) -> Communs:  # type: ignore[override]  # read when asked
        """The facts that all share."""
        return self._partage.communs

    @cached_property
    def void(self) -> frozenset[int]:  # type: ignore[override]  # read when asked
        """The runs that say nothing, by their rank."""
        return frozenset(self._partage.void)

    @cached_property
    def suivi(self) -> Suivi:  # type: ignore[override]  # read when asked
        """The answer of the follow-up."""
        listes = listes_of(self._connection, self.lang)
        return msgspec.structs.replace(
            self._head.suivi,
            on=self.on,
            lignes=_Lignes(self),
            orphelins=_Orphelines(self),
            forfaits=listes.forfaits,
            retenues=listes.retenues,
            fichiers=listes.fichiers,
            virements=listes.virements,
        )

    @property
    def on(self) -> dt.date | None:
        """The day of the question."""
        return self._monde.on

    @cached_property
    def orphelines(self) -> list[Alone]:  # type: ignore[override]  # read when asked
        """The orphans with their money."""
        return [one.seule for one in self.seules if one.seule is not None]

    @cached_property
    def seules(self) -> list[OrphelineGardee]:
        """The orphans as they are kept, in order."""
        query = _details(self.lang, DetailRow.donnees).where(EtatRow.etat == ALONE)
        found = map(decoder_of(OrphelineGardee).decode, self._connection.scalars(query))
        return sorted(found, key=lambda one: ordre_des_orphelines(one.orpheline))

    def detacher(self) -> RegistreGarde:
        """Read now what a walk needs: the connection is about to be closed."""
        self._donnees = list(self.lire(()))
        _ = self.orphelines, self.suivi, self.void
        return self

    def choisir(
        self,
        etats: Iterable[Etat] = (),
        *,
        a_voir: bool = False,
        rejets: bool = False,
        payees: tuple[dt.date | None, dt.date | None] | None = None,
        ouvertes: bool = False,
        numero: str = "",
        record: int | None = None,
    ) -> Iterator[Ligne]:
        """See `Registre.choisir`; the base chooses."""
        where: list[ColumnElement[bool]] = []
        if names := [one.value for one in etats]:
            asked: ColumnElement[bool] = EtatRow.etat.in_(names)
            if a_voir:
                asked |= EtatRow.a_voir.is_(True)
            where.append(asked | EtatRow.ouverte.is_(True) if ouvertes else asked)
        if rejets:
            where.append(EtatRow.rejets.is_(True))
        if numero:
            where.append(EtatRow.cle == numero)
        if record is not None:
            where.append(EtatRow.record == record)
        if payees is not None:
            du, au = payees
            # A line of which a payment has no day is not left aside.
            if du:
                where.append(EtatRow.dernier.is_(None) | (EtatRow.dernier >= du))
            if au:
                where.append(EtatRow.premier.is_(None) | (EtatRow.premier <= au))
        return self._sure(self.ouvrir(self.lire(where)))

    def ouvrir(self, donnees: Iterable[bytes]) -> Iterator[Ligne]:
        """The lines, on the day of the question."""
        decode = decoder_of(LigneGardee).decode
        for one in donnees:
            ligne = decode(one)
            yield au_jour(ligne, ligne.reprise, self._monde)

    def lire(self, where: Iterable[ColumnElement[bool]]) -> Iterator[bytes]:
        """The rows of lines, in order."""
        if self._donnees is not None:
            return iter(self._donnees)
        query = _details(self.lang, DetailRow.donnees).where(EtatRow.etat != ALONE, *where)
        query = query.order_by(EtatRow.ordre)
        return iter(self._connection.scalars(query.execution_options(yield_per=_AT_ONCE)))

    def combien(self) -> int:
        """How many lines there are."""
        if self._donnees is not None:
            return len(self._donnees)
        query = select(func.count()).select_from(EtatRow.__table__)
        return self._connection.scalar(query.where(EtatRow.langue == self.lang, EtatRow.etat != ALONE)) or 0

    def factures(self, numero: str = "") -> Iterator[InvoiceState] | None:
        """Sendings and answers to none, in order; `None` once the connection is closed."""
        return self._factures(numero) if self._donnees is None else None

    def _factures(self, numero: str) -> Iterator[InvoiceState]:
        # What is ready made is read alone.
        rest = case((DetailRow.facture == b"", DetailRow.donnees), else_=literal(b""))
        columns = (DetailRow.facture, rest, DetailRow.groupe)
        if numero:
            query = _details(self.lang, *columns).where(EtatRow.cle == numero)
        else:
            query = select(*columns).where(DetailRow.langue == self.lang, DetailRow.ordre >= FIRST)
        yield from self._states(query.order_by(DetailRow.ordre))

    def _states(self, query: Select[Any]) -> Iterator[InvoiceState]:
        decode = decoder_of(InvoiceState).decode
        for facture, donnees, groupe in self._connection.execute(query):
            if facture:
                state = decode(facture)
                yield self._aged(state) if state.jours is not None else state
            elif not is_alone(groupe):
                (ligne,) = self._sure(self.ouvrir((donnees,)))
                yield state_of_line(self, ligne)

    def page_de_factures(self, asked: Invoices, start: int, most: int) -> InvoicePage | None:
        """See `Registre.page_de_factures`."""
        if self._donnees is not None:
            return None
        mine = (EtatRow.langue == self.lang,)
        where: list[ColumnElement[bool]] = []
        if asked.etat is not None:
            where.append(EtatRow.etat == asked.etat.value)
        if asked.patients is not None:
            where.append(EtatRow.patient.in_(sorted(asked.patients)))
        if asked.numero:
            where.append(EtatRow.cle == cle(asked.numero))
        paid = func.sum(EtatRow.paye_amo + EtatRow.paye_amc)
        sums = select(func.count(), func.sum(EtatRow.demande), paid).where(*mine, *where)
        number, claimed, money = self._connection.execute(sums).one()
        states = self._connection.scalars(select(EtatRow.etat).where(*mine).distinct())
        query = _details(self.lang, DetailRow.facture, DetailRow.donnees, DetailRow.groupe)
        query = query.where(*mine, *where).order_by(EtatRow.ordre.desc())
        rows = self._states(query.offset(start).limit(most))
        return InvoicePage(
            list(rows), number, int(claimed or 0), int(money or 0), frozenset(map(Etat, states))
        )

    def page_de_paiements(self, filtre: Filtre) -> tuple[int, int, int] | None:
        """See `Registre.page_de_paiements`."""
        query = select(func.sum(PaiementRow.amo), func.sum(PaiementRow.amc), func.count()).where(
            *self._paid(filtre), (PaiementRow.amo != 0) | (PaiementRow.amc != 0)
        )
        amo, amc, number = self._connection.execute(query).one()
        return int(amo or 0), int(amc or 0), number

    def _aged(self, state: InvoiceState) -> InvoiceState:
        """The same on the day of the question: what is open grows older."""
        return msgspec.structs.replace(state, jours=waited(state.depuis, self._monde))

    def paiements(self, filtre: Filtre) -> list[Payment]:
        """The payments of invoices, in order; the base chooses."""
        query = select(PaiementRow.donnees).where(*self._paid(filtre))
        query = query.order_by(PaiementRow.tri, PaiementRow.ligne, PaiementRow.rang)
        decode = decoder_of(Payment).decode
        return [decode(one) for one in self._connection.scalars(query) if one]

    def _paid(self, filtre: Filtre) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = [PaiementRow.langue == self.lang]
        if filtre.du:
            where.append(PaiementRow.tri >= str(filtre.du).encode())
        if filtre.au:
            where.append(PaiementRow.tri < str(filtre.au).encode() + b"\x01")
        if filtre.du or filtre.au:
            where.append(PaiementRow.jour.is_not(None))
        return where + self._of(PaiementRow, filtre)

    def _of(self, table: type[EtatRow | PaiementRow], filtre: Filtre) -> list[ColumnElement[bool]]:
        """Those of some payers, patients, nature of insurance."""
        where: list[ColumnElement[bool]] = []
        if filtre.regime or filtre.organisme:
            # Origins are few: the filter is asked once for each.
            told = self._connection.scalars(select(table.origine).where(table.langue == self.lang).distinct())
            asked = [one for one in told if one and filtre.payer(Origine(*one.split("\n")))]
            where.append(table.origine.in_(asked))
        if filtre.patients is not None:
            where.append(table.patient.in_(sorted(filtre.patients)))
        if filtre.nature_assurance:
            where.append(table.nature == filtre.nature_assurance)
        return where

    def chiffres(self, filtre: Filtre, attendues: Collection[Etat]) -> Chiffres:
        """See `Registre.chiffres`; the base counts."""
        execute, money, row = self._connection.execute, PaiementRow, EtatRow
        paid = (
            select(money.jour, func.sum(money.amo + money.amc), func.count())
            .where(*self._paid(filtre), (money.amo != 0) | (money.amc != 0))
            .group_by(money.jour)
        )
        lines = [row.langue == self.lang, row.etat != ALONE, *self._of(row, filtre)]
        first: list[ColumnElement[bool]] = [row.paye_le >= row.depuis]
        if filtre.du:
            first.append(row.paye_le >= filtre.du)
        if filtre.au:
            first.append(row.paye_le <= filtre.au)
        delays = (
            select(row.caisse, row.depuis, row.paye_le, func.count())
            .where(*lines, *first)
            .group_by(row.caisse, row.depuis, row.paye_le)
        )
        awaited = (
            select(row.etat, row.caisse, func.count(), func.sum(row.reste), func.min(row.depuis))
            .where(*lines, row.etat.in_([one.value for one in attendues]))
            .group_by(row.etat, row.caisse)
        )
        return Chiffres(
            [(day, int(amount), count) for day, amount, count in execute(paid)],
            [
                (caisse, since, paid, count)
                for caisse, since, paid, count in execute(delays)
                if since and paid
            ],
            [(etat, caisse, count, int(rest), day) for etat, caisse, count, rest, day in execute(awaited)],
        )

    @cached_property
    def _additions(self) -> Additions:
        return additions_of(self._connection, self.lang)

    def bilan(self) -> Bilan:
        """See `Registre.bilan`; the base added it up when it kept the lines."""
        return self._additions.bilan

    def totaux(self) -> dict[Etat, Totaux]:
        """See `Registre.totaux`; the base adds up."""
        if self._donnees is not None:
            return super().totaux()
        row = EtatRow
        query = (
            select(
                row.etat,
                func.count(),
                *map(func.sum, (row.demande, row.paye_amo + row.paye_amc, row.reste, row.trop)),
            )
            .where(row.langue == self.lang)
            .group_by(row.etat)
        )
        return {Etat(etat): Totaux(*map(int, sums)) for etat, *sums in self._connection.execute(query)}

    def envoye(self, ligne: Ligne) -> Envoye:
        """What else is known of a sending."""
        assert isinstance(ligne, LigneGardee)
        return ligne.envoye

    def mouvements(self, ligne: Ligne) -> tuple[Mouvement, ...]:
        """What was decided of a sending, posting by posting, in order of time."""
        assert isinstance(ligne, LigneGardee)
        return ligne.mouvements

    def virements(self) -> dict[int, Somme]:
        """What each transfer pays, by its rank."""
        return self._additions.virements

    def forfaits(self) -> list[tuple[Mouvement, str]]:
        """Lump sums that count, each time they do, with their code."""
        return super().forfaits() if self._head.forfaits else []

    def patients(self) -> dict[str, Cumul]:
        """What is of each patient, by token."""
        row = EtatRow
        query = (
            select(
                row.patient,
                func.count(),
                func.sum(row.demande),
                func.sum(row.paye_amo + row.paye_amc),
                func.min(row.jour),
                func.max(row.jour),
            )
            .where(row.langue == self.lang, row.patient != "", row.etat.not_in([one.value for one in AGAIN]))
            .group_by(row.patient)
        )
        return {
            patient: Cumul(count, int(claimed), int(paid), first, last)
            for patient, count, claimed, paid, first, last in self._connection.execute(query)
        }


class _Lignes(Collection[Ligne]):
    """The lines, read at each walk."""

    def __init__(self, registre: RegistreGarde) -> None:
        self._registre = registre

    def __iter__(self) -> Iterator[Ligne]:
        return self._registre.ouvrir(self._registre.lire(()))

    def __len__(self) -> int:
        return self._registre.combien()

    def __contains__(self, ligne: object) -> bool:
        return any(one == ligne for one in self)


class _Orphelines(Collection[Orpheline]):
    """The orphans, read when asked."""

    def __init__(self, registre: RegistreGarde) -> None:
        self._registre = registre

    def __iter__(self) -> Iterator[Orpheline]:
        return (one.orpheline for one in self._registre.seules)

    def __len__(self) -> int:
        return len(self._registre.seules)

    def __contains__(self, one: object) -> bool:
        return any(one == other for other in self)


def _details(lang: Lang, *columns: Any) -> Select[Any]:
    """Of the rows of lines and of orphans; `EtatRow` chooses them."""
    same = (DetailRow.langue == EtatRow.langue) & (DetailRow.ordre == EtatRow.ordre)
    both = EtatRow.__table__.join(DetailRow.__table__, same)
    return select(*columns).select_from(both).where(EtatRow.langue == lang)
