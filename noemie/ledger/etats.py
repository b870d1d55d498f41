"""The cache of a ledger: what became of each sending, as the follow-up found it.

States and sums do not depend on the day of the question, so the lines are kept with what decides of those
that wait; actions and dates are computed when asked. The cache is of one state of the base: each transaction
that writes facts makes another (`perimer`), and the part that it changes is followed again
(`noemie.ledger.actualisation`); a cache that cannot be followed so is made again whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, inspect, select

from codes.actions import Lang
from codes.delais import load as load_delays
from codes.rejects import Catalogue
from codes.states import Etat
from noemie.ledger.facts import Envoye, Faits, Rangs
from noemie.ledger.filters import Filtre, Origine
from noemie.ledger.followed import AGAIN, Alone, Cumul, Mouvement, Registre, Somme
from noemie.ledger.identity import KeyRing
from noemie.ledger.schema import EtatRow, Fichier, MarqueRow, Nom, PaiementRow, Parametre
from noemie.ledger.tetes import (
    ALONE,
    FichierGarde,
    LigneGardee,
    OrphelineGardee,
    Rangee,
    Tete,
    rangee_de,
    rangee_seule,
    without_texts,
)
from noemie.ledger.values import Payment
from noemie.suivi.jours import au_jour
from noemie.suivi.mots import Monde
from noemie.suivi.resultat import Ligne, Orpheline, Suivi

__all__ = [
    "FROM",
    "RegistreGarde",
    "Sceau",
    "files_of",
    "garder",
    "head_of",
    "insert_rows",
    "keep_head",
    "perimer",
    "relire",
    "rows_of",
    "sceau",
    "vider",
]

#: A smaller ledger is followed in less time than a cache takes to be written.
FROM: Final = 1_000

#: The version of what is kept.
_FORME: Final = 2

_TABLES: Final[tuple[Any, ...]] = (EtatRow.__table__, PaiementRow.__table__)
_GENERATION: Final = "generation"
_AT_ONCE: Final = 2_000
#: Delays on which states rest, whatever the day.
_DELAYS: Final = ("arl_suivi", "jour_corrige")

_LINES: Final = msgspec.msgpack.Decoder(LigneGardee)
_ORPHANS: Final = msgspec.msgpack.Decoder(OrphelineGardee)
_PAYMENTS: Final = msgspec.msgpack.Decoder(Payment)
_HEADS: Final = msgspec.msgpack.Decoder(Tete)
_ENCODER: Final = msgspec.msgpack.Encoder()
_HEAD: Final = b""


class Sceau(NamedTuple):
    """What tells one state of the base from another, and what a cache is for.

    - `etat`: the facts; `base`: the language, the catalogue, the delays, whether care can be opened.
    """

    etat: str
    base: str


def sceau(
    connection: Connection, lang: Lang, site: Catalogue | None, on: dt.date | None, *, keyed: bool
) -> Sceau:
    """The seals of this state of the base."""
    generation = connection.scalar(select(Parametre.valeur).where(Parametre.cle == _GENERATION)) or "0"
    counts = (
        connection.scalar(select(found)) or 0
        for found in (func.count(Fichier.id), func.count(Nom.nom), func.max(MarqueRow.id))
    )
    delays = load_delays()
    rows = hashlib.sha256(repr(site.rows).encode()).hexdigest() if site else ""
    base = (_FORME, lang, rows, keyed, [delays.value(name, on) for name in _DELAYS])
    return Sceau(repr((generation, *counts)), repr(base))


def perimer(connection: Connection) -> None:
    """Facts change: what was kept is of a state of the base that is no more."""
    table: Any = Parametre.__table__
    now = int(connection.scalar(select(Parametre.valeur).where(Parametre.cle == _GENERATION)) or 0)
    connection.execute(delete(table).where(Parametre.cle == _GENERATION))
    connection.execute(insert(table), [{"cle": _GENERATION, "valeur": str(now + 1)}])


def vider(connection: Connection) -> None:
    """Erase what is kept."""
    for table in _TABLES:
        table.create(connection, checkfirst=True)
        connection.execute(delete(table))


# --- writing ----------------------------------------------------------------------------------------------


def garder(connection: Connection, registre: Registre, seal: Sceau, lang: Lang) -> None:
    """Keep the lines of a register that was followed with `reprises`; what was kept before goes."""
    for table in _TABLES:
        table.create(connection, checkfirst=True)
        connection.execute(delete(table).where(table.c.langue == lang))
    etude = registre.moteur.etude
    head = Tete(
        etat=seal.etat,
        base=seal.base,
        suivi=registre.suivi,
        dernier=registre.dernier,
        communs=registre.communs,
        void=sorted(registre.void),
        places=registre.faits.places,
        fichiers=files_of(connection, registre.faits),
        arls=registre.orphan_arls,
        voulus={token: sorted(groups) for token, groups in etude.voulus.items()},
        arls_jours=registre.moteur.monde.arls,
        marques=etude.marques_vues,
    )
    insert_rows(connection, rows_of(registre, registre.suivi.lignes, registre.suivi.orphelins, lang))
    keep_head(connection, head, lang)


def rows_of(
    registre: Registre, lignes: Iterable[Ligne], orphelins: Iterable[Orpheline], lang: Lang
) -> Iterator[Rangee]:
    """The rows of lines and of orphans."""
    for ligne in lignes:
        yield rangee_de(registre, ligne, lang)
    by_place = {(one.orpheline.fichier, one.orpheline.record): one for one in registre.orphelines}
    for orpheline in orphelins:
        alone = by_place.get((orpheline.fichier, orpheline.record))
        heard = alone is not None and alone.orpheline == orpheline
        kept = OrphelineGardee(alone) if heard else OrphelineGardee(None, orpheline)
        yield rangee_seule(registre, kept, lang)


def insert_rows(connection: Connection, rows: Iterable[Rangee]) -> None:
    """Keep the rows of lines, of orphans and of their money."""
    etats: list[dict[str, Any]] = []
    paiements: list[dict[str, Any]] = []
    for one in rows:
        etats.append(one.etat)
        paiements += one.paiements
        if len(etats) >= _AT_ONCE:
            _flush(connection, etats, paiements)
    _flush(connection, etats, paiements)


def _flush(connection: Connection, etats: list[dict[str, Any]], paiements: list[dict[str, Any]]) -> None:
    for table, rows in zip(_TABLES, (etats, paiements), strict=True):
        if rows:
            connection.execute(insert(table), rows)
            rows.clear()


def keep_head(connection: Connection, head: Tete, lang: Lang) -> None:
    """Keep what is of the whole, in place of what was kept of it."""
    table = _TABLES[0]
    connection.execute(delete(table).where(table.c.langue == lang, table.c.ordre == _HEAD))
    kept = msgspec.structs.replace(
        head,
        suivi=msgspec.structs.replace(head.suivi, lignes=[], orphelins=[]),
        communs=msgspec.structs.replace(head.communs, marques=without_texts(head.communs.marques)),
        marques=list(
            zip(without_texts([one for one, _ in head.marques]), (n for _, n in head.marques), strict=True)
        ),
    )
    amounts = dict.fromkeys(("demande", "paye_amo", "paye_amc", "reste", "trop"), 0)
    days = dict.fromkeys(("jour", "depuis", "paye_le", "premier", "dernier"))
    texts = dict.fromkeys(("groupe", "ps", "etat", "notes", "patient", "nature", "origine"), "")
    row = {"langue": lang, "ordre": _HEAD, "a_voir": False, "rejets": False, "donnees": _ENCODER.encode(kept)}
    connection.execute(insert(table), [row | amounts | days | texts])


def files_of(connection: Connection, faits: Faits) -> dict[int, FichierGarde]:
    """The files of this state of the base."""
    rows = connection.execute(select(Fichier.id, Fichier.lecture, Fichier.purge_le))
    return {row.id: FichierGarde(faits.noms.get(row.id, ()), row.lecture, row.purge_le) for row in rows}


# --- reading ----------------------------------------------------------------------------------------------


def head_of(connection: Connection, lang: Lang) -> Tete | None:
    """What is kept of the whole, of whatever state; `None` when nothing is, or another version kept it."""
    if not inspect(connection).has_table(PaiementRow.__tablename__):
        return None
    told = connection.scalar(select(EtatRow.donnees).where(EtatRow.langue == lang, EtatRow.ordre == _HEAD))
    try:
        return None if told is None else _HEADS.decode(told)
    except msgspec.MsgspecError:
        return None


def relire(
    connection: Connection,
    keys: KeyRing | None,
    head: Tete,
    on: dt.date | None,
    lang: Lang,
    site: Catalogue | None,
) -> RegistreGarde:
    """What is kept, worded for a day."""
    return RegistreGarde(connection, keys, head, on, lang, site)


class RegistreGarde(Registre):
    """What became of all that a ledger holds, read from its cache; see `Registre`."""

    def __init__(
        self,
        connection: Connection,
        keys: KeyRing | None,
        head: Tete,
        on: dt.date | None,
        lang: Lang,
        site: Catalogue | None,
    ) -> None:
        self.lang = lang
        self.site = site
        self.communs = head.communs
        self.void = frozenset(head.void)
        self.orphan_arls = head.arls
        self.dernier = head.dernier
        self.reprises = None
        self._rangs: Rangs = head.rangs
        self._connection = connection
        self._keys = keys
        self._faits: Faits | None = None
        self._monde = Monde(on=on or head.dernier, delais=load_delays(), site=site, lang=lang)
        self._donnees: list[bytes] | None = None
        self._alone: list[OrphelineGardee] | None = None
        self.suivi: Suivi = msgspec.structs.replace(
            head.suivi, on=self._monde.on, lignes=_Lignes(self), orphelins=_Orphelines(self)
        )

    @property
    def faits(self) -> Faits:  # type: ignore[override]  # few questions need them
        """The facts, read when asked; ranks are those of what is kept."""
        if self._faits is None:
            self._faits = Faits(self._connection, self._keys, self._rangs)
        return self._faits

    @property
    def orphelines(self) -> list[Alone]:  # type: ignore[override]  # read when asked
        """The orphans with their money."""
        return [one.seule for one in self.seules() if one.seule is not None]

    def seules(self) -> list[OrphelineGardee]:
        """The orphans as they are kept, in order."""
        if self._alone is None:
            query = (
                select(EtatRow.donnees)
                .where(EtatRow.langue == self.lang, EtatRow.etat == ALONE, EtatRow.ordre > _HEAD)
                .order_by(EtatRow.ordre)
            )
            self._alone = [*map(_ORPHANS.decode, self._connection.scalars(query))]
        return self._alone

    def detacher(self) -> RegistreGarde:
        """Read now what lines need: the connection is about to be closed."""
        self._donnees = list(self.lire(()))
        self.seules()
        return self

    def choisir(
        self,
        etats: Iterable[Etat] = (),
        *,
        a_voir: bool = False,
        rejets: bool = False,
        payees: tuple[dt.date | None, dt.date | None] | None = None,
    ) -> Iterator[Ligne]:
        """See `Registre.choisir`; the base chooses."""
        where: list[ColumnElement[bool]] = []
        if names := [one.value for one in etats]:
            asked = EtatRow.etat.in_(names)
            where.append(asked | EtatRow.a_voir.is_(True) if a_voir else asked)
        if rejets:
            where.append(EtatRow.rejets.is_(True))
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
        for one in donnees:
            ligne = _LINES.decode(one)
            yield au_jour(ligne, ligne.reprise, self._monde)

    def lire(self, where: Iterable[ColumnElement[bool]]) -> Iterator[bytes]:
        """The rows of lines, in order."""
        if self._donnees is not None:
            return iter(self._donnees)
        query = select(EtatRow.donnees).where(*self._sent(), *where).order_by(EtatRow.ordre)
        return iter(self._connection.scalars(query.execution_options(yield_per=_AT_ONCE)))

    def combien(self) -> int:
        """How many lines there are."""
        if self._donnees is not None:
            return len(self._donnees)
        return self._connection.scalar(select(func.count()).select_from(EtatRow).where(*self._sent())) or 0

    def _sent(self) -> tuple[ColumnElement[bool], ...]:
        return (EtatRow.langue == self.lang, EtatRow.ordre > _HEAD, EtatRow.etat != ALONE)

    def paiements(self, filtre: Filtre) -> list[Payment]:
        """The payments of invoices, in order; the base chooses."""
        where: list[ColumnElement[bool]] = [PaiementRow.langue == self.lang]
        if filtre.du:
            where.append(PaiementRow.tri >= str(filtre.du).encode())
        if filtre.au:
            where.append(PaiementRow.tri < str(filtre.au).encode() + b"\x01")
        if filtre.du or filtre.au:
            where.append(PaiementRow.jour.is_not(None))
        if filtre.regime or filtre.organisme:
            where.append(PaiementRow.origine.in_(self._origins(PaiementRow.origine, filtre)))
        if filtre.patients is not None:
            where.append(PaiementRow.patient.in_(sorted(filtre.patients)))
        if filtre.nature_assurance:
            where.append(PaiementRow.nature == filtre.nature_assurance)
        query = select(PaiementRow.donnees).where(*where)
        query = query.order_by(PaiementRow.tri, PaiementRow.ordre, PaiementRow.rang)
        decode = _PAYMENTS.decode
        return [decode(one) for one in self._connection.scalars(query) if one]

    def _origins(self, column: Any, filtre: Filtre) -> list[str]:
        """The origins that a filter lets through: they are few."""
        told = self._connection.scalars(select(column).where(column.class_.langue == self.lang).distinct())
        return [one for one in told if one and filtre.payer(Origine(*one.split("\n")))]

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
        money = func.sum(PaiementRow.amo + PaiementRow.amc)
        query = (
            select(PaiementRow.virement, PaiementRow.run, func.sum(PaiementRow.compte), money)
            .where(PaiementRow.langue == self.lang)
            .group_by(PaiementRow.virement, PaiementRow.run)
            .order_by(PaiementRow.virement, PaiementRow.run)
        )
        found: dict[int, Somme] = {}
        for rang, run, count, amount in self._connection.execute(query):
            before = found.get(rang, Somme(0, 0, ()))
            found[rang] = Somme(
                before.factures + int(count), before.montant + int(amount), (*before.runs, run)
            )
        return found

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
        return (one.orpheline for one in self._registre.seules())

    def __len__(self) -> int:
        return len(self._registre.seules())

    def __contains__(self, one: object) -> bool:
        return any(one == other for other in self)
