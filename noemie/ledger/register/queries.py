"""Questions to a register over one connection, and its purge."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, func, or_, select
from sqlalchemy.exc import DBAPIError

from fse.rights.model import Droit, Personne
from fse.rights.reponse import Reponse, au_jour
from noemie.ledger.base.engine import guarded
from noemie.ledger.register.cles import RightsKeys, with_identity
from noemie.ledger.register.schema import FAITS, droits, personnes, reperes

#: People whose facts are kept at hand: invoices of one person often follow one another.
_KEPT: Final = 512

_FACTS: Final = tuple(droits.c[name] for name in FAITS)
_WHO: Final = (personnes.c.jeton, personnes.c.masque_nir, personnes.c.masque_nom, personnes.c.donnees)
_ALL: Final = select(*_FACTS, *_WHO).join_from(droits, personnes, droits.c.personne == personnes.c.jeton)
_IN_ORDER: Final = (droits.c.personne, droits.c.empreinte)

_OF_PERSON: Final = select(*_FACTS).where(droits.c.personne == bindparam("token"))
_OF_PERSON_REVEALED: Final = _ALL.where(droits.c.personne == bindparam("token"))
_FOUND: Final = select(reperes.c.personne).where(reperes.c.jeton == bindparam("token"))
_OF_INSURED: Final = _ALL.where(
    or_(personnes.c.assure == bindparam("token"), personnes.c.jeton.in_(_FOUND))
).order_by(*_IN_ORDER)
_OF_NAME: Final = _ALL.where(personnes.c.jeton.in_(_FOUND)).order_by(*_IN_ORDER)
_KNOWN: Final = select(personnes.c.jeton).where(personnes.c.assure == bindparam("token")).limit(1)


@dataclass(frozen=True, slots=True)
class Fiche:
    """One person: `reference` is a token, `masque_nir` and `masque_nom` are shown as they are; their facts.

    `droits` have an identity only when the register keeps it and was asked to show it.
    """

    reference: str
    masque_nir: str
    masque_nom: str
    droits: tuple[Droit, ...]

    def at(self, date: dt.date) -> Reponse | None:
        """Rights on a day."""
        return au_jour(self.droits, date)

    def __repr__(self) -> str:
        return f"<Fiche {self.reference[:8]}>"


@dataclass(slots=True)
class Stats:
    """What a register holds.

    - `personnes`, `droits`: numbers of people and facts; `sources`: facts by source;
    - `premier_constat`, `dernier_constat`: days on which facts were told;
    - on the day `date`, people whose rights are open, closed, not told; with C2S, with SMG;
    - `organismes`: people by régime-caisse-centre on that day.
    """

    date: dt.date
    personnes: int = 0
    droits: int = 0
    sources: Counter[str] = field(default_factory=Counter)
    organismes: Counter[str] = field(default_factory=Counter)
    premier_constat: dt.date | None = None
    dernier_constat: dt.date | None = None
    ouverts: int = 0
    fermes: int = 0
    non_dits: int = 0
    c2s: int = 0
    smg: int = 0


class Questions:
    """What can be asked of a register while a connection is open; answers as `fse.rights.Lookup` does."""

    def __init__(self, connection: Connection, keys: RightsKeys, *, reveal: bool = False) -> None:
        self._connection = connection
        self._keys = keys
        self._reveal = reveal
        #: See `Lookup.dernier_constat`.
        self.dernier_constat: dt.date | None = connection.scalar(select(func.max(droits.c.constate_le)))
        self._kept: dict[Personne, Sequence[Droit]] = {}
        compiled = _OF_PERSON.compile(dialect=connection.dialect)
        self._of_person, self._by_place = str(compiled), compiled.positional
        self._cursor = connection.connection.cursor()
        self._driver_error: type[Exception] = connection.dialect.loaded_dbapi.Error

    @property
    def est_vide(self) -> bool:
        """See `Lookup.est_vide`."""
        return self.dernier_constat is None

    def assure(self, regime: str, nir: str) -> Sequence[Droit]:
        """See `Lookup.assure`."""
        return [droit for fiche in self.fiches_assure(nir, regime) for droit in fiche.droits]

    def find(self, nom: str, date_naissance: str, regime: str = "") -> Sequence[Droit]:
        """See `Lookup.find`."""
        return [droit for fiche in self.fiches_nom(nom, date_naissance, regime) for droit in fiche.droits]

    def fiches_assure(self, nir: str, regime: str = "") -> list[Fiche]:
        """An insured person and their dependants, or who has this NIR of their own."""
        token = self._keys.assure_token(nir)
        return self._some(_OF_INSURED, token, regime) if token else []

    def fiches_nom(self, nom: str, date_naissance: str, regime: str = "") -> list[Fiche]:
        """Those of that name, used or family, born on that day."""
        token = self._keys.nom_token(nom, date_naissance)
        return self._some(_OF_NAME, token, regime) if token else []

    def personne(self, personne: Personne) -> Sequence[Droit]:
        """See `Lookup.personne`."""
        found = self._kept.get(personne)
        if found is None:
            token = self._keys.personne_token(personne)
            with guarded(self._connection.engine):
                found = self._revealed(token) if self._reveal else self._quick(token)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[personne] = found
        return found

    def at(self, nir: str, naissance: str, rang: str, date: dt.date) -> Reponse | None:
        """See `Lookup.at`."""
        return au_jour(self.personne(Personne.of(nir, naissance, rang)), date)

    def knows(self, nir: str) -> bool:
        """See `Lookup.knows`."""
        token = self._keys.assure_token(nir)
        with guarded(self._connection.engine):
            return bool(token) and self._connection.scalar(_KNOWN, {"token": token}) is not None

    def fiches(self) -> Iterator[Fiche]:
        """Everybody, in the order of their references."""
        rows = self._connection.execution_options(yield_per=1000).execute(_ALL.order_by(*_IN_ORDER))
        for _, group in groupby(rows, key=lambda row: row.jeton):
            yield self._fiche(list(group))

    def stats(self, date: dt.date) -> Stats:
        """See `Register.stats`."""
        stats = Stats(date)
        for fiche in self.fiches():
            stats.personnes += 1
            stats.droits += len(fiche.droits)
            stats.sources.update(droit.source for droit in fiche.droits)
            days = [droit.constate_le for droit in fiche.droits if droit.constate_le]
            stats.premier_constat = min([*days, *filter(None, [stats.premier_constat])], default=None)
            stats.dernier_constat = max([*days, *filter(None, [stats.dernier_constat])], default=None)
            answer = fiche.at(date)
            assert answer is not None
            stats.ouverts += answer.ouvert is True
            stats.fermes += answer.ouvert is False
            stats.non_dits += answer.ouvert is None
            stats.c2s += answer.c2s is True
            stats.smg += answer.smg is True
            stats.organismes["-".join(filter(None, answer.organisme))] += 1
        return stats

    def _revealed(self, token: str) -> list[Droit]:
        rows = self._connection.execute(_OF_PERSON_REVEALED, {"token": token})
        return [self._droit(row) for row in rows]

    def _quick(self, token: str) -> list[Droit]:
        """Facts on a person, by the driver alone: a check asks for one on each invoice."""
        try:
            self._cursor.execute(self._of_person, (token,) if self._by_place else {"token": token})
            rows = self._cursor.fetchall()
        except self._driver_error as error:
            raise DBAPIError(None, None, error) from None
        return [_plain(row) for row in rows]

    # --- rows -----------------------------------------------------------------------------------------

    def _some(self, statement: Select[Any], token: str, regime: str) -> list[Fiche]:
        rows = self._connection.execute(statement, {"token": token})
        found = [self._fiche(list(group)) for _, group in groupby(rows, key=lambda row: row.jeton)]
        return [fiche for fiche in found if not regime or any(d.regime == regime for d in fiche.droits)]

    def _fiche(self, rows: list[Any]) -> Fiche:
        first = rows[0]
        return Fiche(first.jeton, first.masque_nir, first.masque_nom, tuple(map(self._droit, rows)))

    def _droit(self, row: Any) -> Droit:
        droit = Droit(**dict(zip(FAITS, row, strict=False)))
        if not self._reveal:
            return droit
        return with_identity(droit, self._keys.reveal(row.donnees, row.jeton))


_DAYS: Final = tuple(at for at, name in enumerate(FAITS) if name.endswith(("_du", "_au", "_le")))
_YES_NO: Final = tuple(FAITS.index(name) for name in ("c2s", "medecin_traitant", "smg"))


def _plain(row: Any) -> Droit:
    """A fact from the values of a driver: SQLite has text for days, numbers for yes and no."""
    values = list(row)
    for at in _DAYS:
        if isinstance(values[at], str):
            values[at] = dt.date.fromisoformat(values[at])
    for at in _YES_NO:
        if values[at] is not None:
            values[at] = bool(values[at])
    return Droit(**dict(zip(FAITS, values, strict=True)))


def purge(connection: Connection, before: dt.date | None, token: str, *, confirm: bool) -> tuple[int, int]:
    """See `Register.purge`; `token` is that of an insured person, empty for everybody."""
    chosen = []
    if before is not None:
        chosen.append(droits.c.constate_le < before)
    if token:
        of_insured = select(personnes.c.jeton).where(personnes.c.assure == token)
        chosen.append(droits.c.personne.in_(of_insured))
    kept = select(droits.c.personne).where(~droits.c.empreinte.in_(select(droits.c.empreinte).where(*chosen)))
    facts = connection.scalar(select(func.count()).select_from(droits).where(*chosen)) or 0
    alone = ~personnes.c.jeton.in_(kept)
    people = connection.scalar(select(func.count()).select_from(personnes).where(alone)) or 0
    if confirm:
        connection.execute(delete(droits).where(*chosen))
        connection.execute(delete(personnes).where(~personnes.c.jeton.in_(select(droits.c.personne))))
    return facts, people
