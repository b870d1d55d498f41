"""A ledger, and what became of all that it holds: read from its cache, else followed and kept."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Unpack

from codes.actions import Lang
from flatfile.extras import is_installed
from noemie.ledger.base.handle import Base
from noemie.ledger.demande import Demande
from noemie.ledger.errors import GENRE, LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from codes.delais import Delais
    from codes.rejects import Catalogue
    from noemie.ledger.etats import Sceau
    from noemie.ledger.filters import Asked, Filtre
    from noemie.ledger.followed import Registre
    from noemie.ledger.identity import Identite, KeyRing, Personal


class Following(Base["KeyRing"]):
    """The database of a ledger, its keys, and the register of what became of each sending."""

    GENRE = GENRE

    def __init__(
        self,
        where: str | os.PathLike[str],
        *,
        key: bytes | None = None,
        personal: Personal | None = None,
        create: bool = True,
        site: Catalogue | None = None,
        delais: Delais | None = None,
    ) -> None:
        if not is_installed("sqlalchemy"):
            raise LedgerError("module.absent", module="SQLAlchemy", extra="ledger")
        from noemie.ledger import engine, opening

        self.site, self.delais = site, delais
        #: Completes an identity without a name: what flows and returns do not tell, a card does.
        self.named: Callable[[Identite], Identite] | None = None
        url = engine.address(where)
        super().__init__(
            url,
            engine.open_engine(url, create=create),
            key,
            lambda opened: opening.prepare(opened, personal, create=create),
        )

    def _ring(self, key: bytes, mode: Personal) -> KeyRing:
        from noemie.ledger.identity import KeyRing

        ring = KeyRing(key, mode)
        ring.named = self.named
        return ring

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        from noemie.ledger import engine

        self._try_keys()
        with engine.reading(self._open) as connection:
            yield connection

    def _followed(
        self, connection: Connection, on: dt.date | None = None, lang: Lang = "fr", *, envois: bool = False
    ) -> Registre:
        """What became of all that the ledger holds: read from its cache, else found and kept there."""
        from noemie.ledger import etats
        from noemie.ledger.followed import follow_ledger
        from noemie.ledger.gardes import RegistreGarde

        demande = Demande(connection, self._keys, on, lang, self.site, self.delais)
        if envois:
            return follow_ledger(demande, envois=True)
        seal, head = etats.sceau(demande), etats.head_of(connection, lang)
        if head is not None and (head.etat, head.base) != seal:
            connection.rollback()  # it would see the state before
            self._refresh(demande)
            seal, head = etats.sceau(demande), etats.head_of(connection, lang)
        if head is not None and (head.etat, head.base) == seal:
            return RegistreGarde(demande, head)
        registre = follow_ledger(demande, reprises=True)
        if len(registre.suivi.lignes) + len(registre.suivi.orphelins) < etats.FROM:
            return registre
        connection.rollback()
        self._keep(registre, seal, demande)
        now, head = etats.sceau(demande), etats.head_of(connection, lang)
        if head is not None and (head.etat, head.base) == now:
            return RegistreGarde(demande, head)
        return registre if now == seal else follow_ledger(demande)

    def _refresh(self, demande: Demande) -> None:
        """Follow again what changed since a cache was kept; a base that cannot be written stays as it is."""
        from noemie.ledger import actualisation, engine, etats

        with suppress(LedgerError), engine.writing(self._open) as connection:
            demande = demande._replace(connection=connection)
            seal, head = etats.sceau(demande), etats.head_of(connection, demande.lang)
            if head is not None and head.base == seal.base and head.etat != seal.etat:
                actualisation.actualiser(demande, head, seal)

    def _keep(self, registre: Registre, seal: Sceau, demande: Demande) -> None:
        """Keep what was followed, for all questions; a base that cannot be written stays as it is."""
        from noemie.ledger import engine, etats

        with suppress(LedgerError), engine.writing(self._open) as connection:
            if etats.sceau(demande._replace(connection=connection)) == seal:
                etats.garder(connection, registre, seal, demande.lang)

    def _try_keys(self) -> None:
        """Have the keys when something is encrypted: a lost key costs names, not figures."""
        from noemie.ledger import engine, marks

        if self._mode != "encrypt" or self._keys is not None:
            return
        with engine.reading(self._open) as connection:
            needed = marks.has_secrets(connection)
        if needed:
            with suppress(LedgerError):
                _ = self.keys

    def _filter(
        self,
        connection: Connection,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        **asked: Unpack[Asked],
    ) -> Filtre:
        from noemie.ledger.filters import Filtre

        patient = asked.get("patient")
        return Filtre(
            du=from_,
            au=to,
            regime=asked.get("regime", ""),
            organisme=asked.get("organisme", ""),
            tous_sauf=asked.get("all_except", False),
            nature_assurance=asked.get("nature_assurance", ""),
            patients=None if patient is None else self._tokens(connection, patient),
        )

    def _tokens(self, connection: Connection, patient: str) -> frozenset[str]:
        from noemie.ledger import identity, states

        if nir := identity.nir_asked(patient):
            return states.tokens_of(connection, insured=self.keys.insured_token(nir))
        return states.tokens_of(connection, reference=identity.reference_asked(patient))
