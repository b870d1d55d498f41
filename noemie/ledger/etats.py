"""The cache of a ledger: what became of each sending, as the follow-up found it.

States and sums do not depend on the day of the question, so the lines are kept with what decides of those
that wait; actions and dates are computed when asked. The cache is of one state of the base: each transaction
that writes facts makes another (`perimer`), and a cache of an older one is not read. It holds no care day,
and no text that a person wrote.
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
from noemie.ledger.facts import Envoye, Faits
from noemie.ledger.followed import NOTHING, Alone, Cumul, Mouvement, Registre, Somme
from noemie.ledger.identity import KeyRing
from noemie.ledger.schema import EtatRow, Fichier, MarqueRow, Nom, Parametre
from noemie.returns.arl import Arl
from noemie.suivi.faits import Communs
from noemie.suivi.jours import Reprise, au_jour
from noemie.suivi.mots import Monde
from noemie.suivi.resultat import Ligne, Suivi

__all__ = ["FROM", "RegistreGarde", "garder", "perimer", "relire", "sceau", "vider"]

#: A smaller ledger is followed in less time than a cache takes to be written.
FROM: Final = 1_000

_TABLE: Final[Any] = EtatRow.__table__
_GENERATION: Final = "generation"
_HEAD: Final = -1
_AT_ONCE: Final = 2_000
#: Marks whose detail a person wrote freely: encrypted in the base, so never kept here.
_FREE: Final = frozenset({"note"})
#: Delays on which states rest, whatever the day.
_DELAYS: Final = ("arl_suivi", "jour_corrige")


class LigneGardee(Ligne, frozen=True, kw_only=True, array_like=True, gc=False):
    """A line with what decides of it, what its sending tells, its money."""

    reprise: Reprise | None = None
    envoye: Envoye = NOTHING
    mouvements: tuple[Mouvement, ...] = ()


class _Tete(msgspec.Struct, array_like=True):
    """What is of the whole."""

    sceau: str
    suivi: Suivi
    dernier: dt.date | None
    communs: Communs
    void: list[int]
    orphelines: list[Alone]
    arls: list[Arl]
    virements: dict[int, Somme]
    patients: dict[str, Cumul]


_LINES: Final = msgspec.msgpack.Decoder(LigneGardee)
_HEADS: Final = msgspec.msgpack.Decoder(_Tete)
_ENCODER: Final = msgspec.msgpack.Encoder()


class _Seal(NamedTuple):
    generation: str
    files: int
    names: int
    marks: int


def sceau(
    connection: Connection, lang: Lang, site: Catalogue | None, on: dt.date | None, *, keyed: bool
) -> str:
    """What tells one state of the base from another, for one language, catalogue and set of delays."""
    one = _Seal(
        connection.scalar(select(Parametre.valeur).where(Parametre.cle == _GENERATION)) or "0",
        *(
            connection.scalar(select(found)) or 0
            for found in (func.count(Fichier.id), func.count(Nom.nom), func.max(MarqueRow.id))
        ),
    )
    delays = load_delays()
    rows = hashlib.sha256(repr(site.rows).encode()).hexdigest() if site else ""
    return repr((*one, lang, rows, keyed, [delays.value(name, on) for name in _DELAYS]))


def perimer(connection: Connection) -> None:
    """Facts change: what was kept is of a state of the base that is no more."""
    table: Any = Parametre.__table__
    now = int(connection.scalar(select(Parametre.valeur).where(Parametre.cle == _GENERATION)) or 0)
    connection.execute(delete(table).where(Parametre.cle == _GENERATION))
    connection.execute(insert(table), [{"cle": _GENERATION, "valeur": str(now + 1)}])


def vider(connection: Connection) -> None:
    """Erase what is kept."""
    _TABLE.create(connection, checkfirst=True)
    connection.execute(delete(EtatRow))


# --- writing ----------------------------------------------------------------------------------------------


def garder(connection: Connection, registre: Registre, seal: str, lang: Lang) -> None:
    """Keep the lines of a register that was followed with `reprises`; what was kept before goes."""
    _TABLE.create(connection, checkfirst=True)
    connection.execute(delete(EtatRow).where(EtatRow.langue == lang))
    head = _Tete(
        seal,
        msgspec.structs.replace(registre.suivi, lignes=[], orphelins=[*registre.suivi.orphelins]),
        registre.dernier,
        msgspec.structs.replace(
            registre.communs,
            marques=[
                msgspec.structs.replace(one, detail="") if one.sorte in _FREE else one
                for one in registre.communs.marques
            ],
        ),
        sorted(registre.void),
        registre.orphelines,
        registre.orphan_arls,
        registre.virements(),
        registre.patients(),
    )
    _insert(connection, [_row(lang, _HEAD, _ENCODER.encode(head))])
    rows: list[dict[str, Any]] = []
    for rang, ligne in enumerate(registre.suivi.lignes):
        rows.append(_of_line(registre, ligne, lang, rang))
        if len(rows) == _AT_ONCE:
            _insert(connection, rows)
            rows = []
    _insert(connection, rows)


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(_TABLE), rows)


def _row(lang: Lang, rang: int, donnees: bytes, **columns: object) -> dict[str, Any]:
    return {
        "langue": lang,
        "rang": rang,
        "etat": "",
        "a_voir": False,
        "rejets": False,
        "premier": None,
        "dernier": None,
        "donnees": donnees,
        **columns,
    }


def _of_line(registre: Registre, ligne: Ligne, lang: Lang, rang: int) -> dict[str, Any]:
    moves = registre.mouvements(ligne)
    days = [one.jour for one in moves if one.jour]
    kept = LigneGardee(
        **{name: getattr(ligne, name) for name in Ligne.__struct_fields__},
        reprise=registre.reprises.get((ligne.fichier, ligne.record)) if registre.reprises else None,
        envoye=registre.envoye(ligne),
        mouvements=moves,
    )
    first: dt.date | None = None
    last: dt.date | None = None
    if not moves:
        first, last = dt.date.max, dt.date.min  # of no period
    elif len(days) == len(moves):
        first, last = min(days), max(days)
    return _row(
        lang,
        rang,
        _ENCODER.encode(kept),
        etat=ligne.etat.value,
        a_voir=ligne.liste == "a_faire",
        rejets=bool(ligne.rejets),
        premier=first,
        dernier=last,
    )


# --- reading ----------------------------------------------------------------------------------------------


def relire(
    connection: Connection,
    keys: KeyRing | None,
    seal: str,
    on: dt.date | None,
    lang: Lang,
    site: Catalogue | None,
) -> RegistreGarde | None:
    """What is kept of this state of the base, worded for a day; `None` when it is of another."""
    if not inspect(connection).has_table(EtatRow.__tablename__):
        return None
    query = select(EtatRow.donnees).where(EtatRow.langue == lang, EtatRow.rang == _HEAD)
    told = connection.scalar(query)
    if told is None:
        return None
    try:
        head = _HEADS.decode(told)
    except msgspec.MsgspecError:
        return None  # of another version
    return RegistreGarde(connection, keys, head, on, lang, site) if head.sceau == seal else None


class RegistreGarde(Registre):
    """What became of all that a ledger holds, read from its cache; see `Registre`."""

    def __init__(
        self,
        connection: Connection,
        keys: KeyRing | None,
        head: _Tete,
        on: dt.date | None,
        lang: Lang,
        site: Catalogue | None,
    ) -> None:
        self.lang = lang
        self.site = site
        self.communs = head.communs
        self.orphelines = head.orphelines
        self.void = frozenset(head.void)
        self.orphan_arls = head.arls
        self.dernier = head.dernier
        self.reprises = None
        self._connection = connection
        self._keys = keys
        self._sommes, self._cumuls = head.virements, head.patients
        self._faits: Faits | None = None
        self._monde = Monde(on=on or head.dernier, delais=load_delays(), site=site, lang=lang)
        self._donnees: list[bytes] | None = None
        self.suivi = msgspec.structs.replace(head.suivi, on=self._monde.on, lignes=_Lignes(self))

    @property
    def faits(self) -> Faits:  # type: ignore[override]  # few questions need them
        """The facts, read when asked."""
        if self._faits is None:
            self._faits = Faits(self._connection, self._keys)
        return self._faits

    def detacher(self) -> RegistreGarde:
        """Read now what lines need: the connection is about to be closed."""
        self._donnees = list(self.lire(()))
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
        query = (
            select(EtatRow.donnees)
            .where(EtatRow.langue == self.lang, EtatRow.rang > _HEAD, *where)
            .order_by(EtatRow.rang)
        )
        return iter(self._connection.scalars(query.execution_options(yield_per=_AT_ONCE)))

    def combien(self) -> int:
        """How many lines there are."""
        if self._donnees is not None:
            return len(self._donnees)
        query = select(func.count()).where(EtatRow.langue == self.lang, EtatRow.rang > _HEAD)
        return self._connection.scalar(query) or 0

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
        return self._sommes

    def patients(self) -> dict[str, Cumul]:
        """What is of each patient, by token."""
        return self._cumuls


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
