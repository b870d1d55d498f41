"""Who the patients of some invoices are, and what care they were: what a ledger keeps, for who may see it.

Nothing here decides anything. Identities are told only when the ledger keeps them and the key opens them; the
reference of the patient list stands for a patient otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

import msgspec
from sqlalchemy import BigInteger, Connection, Subquery, column, select, text

from codes.delais import Delais
from noemie.ledger.errors import LedgerError
from noemie.ledger.identity import Identite, KeyRing
from noemie.ledger.schema import Envoi, PatientRow
from noemie.suivi.faits import ActeLu

__all__ = ["Acte", "Personne", "Soins", "care_of", "people_of", "references_of"]

#: Rows asked for at once.
_AT_ONCE: Final = 500
_SHOWN: Final = 3
_NIR_LENGTH: Final = 13

#: What names a sending: number of its file, and record.
_PLACE: Final = (column("fichier", BigInteger), column("record", BigInteger))

T = TypeVar("T")

#: Number of a file, and record of a sending in it.
Ref = tuple[int, int]


class Personne(msgspec.Struct, frozen=True, kw_only=True):
    """A patient: `reference` is that of the patient list, the rest is filled only when it may be shown.

    `naissance` is AAMMJJ as in B2, `nir` the last three of its 13 characters. Without a name of the patient,
    `nom` and `prenom` are those of the insured person.
    """

    reference: str = ""
    nom: str = ""
    prenom: str = ""
    naissance: str = ""
    nir: str = ""

    def __repr__(self) -> str:
        return f"<Personne {self.reference[:8]}>"


class Acte(msgspec.Struct, frozen=True, kw_only=True):
    """An act as it was sent: its day, code, quantity and coefficient, its claim by part in signed cents."""

    jour: dt.date | None
    code: str
    quantite: int | None
    coefficient: str
    amo: int | None
    amc: int | None


class Soins(msgspec.Struct, frozen=True, kw_only=True):
    """The care of a sending: first and last day, acts in their order; empty when the ledger keeps none.

    `forclusion_le`: the last day on which its payment may be asked for, as far as is known.
    """

    du: dt.date | None = None
    au: dt.date | None = None
    forclusion_le: dt.date | None = None
    actes: tuple[Acte, ...] = ()

    def __repr__(self) -> str:
        return f"<Soins, {len(self.actes)} actes>"


def people_of(connection: Connection, keys: KeyRing | None, references: Iterable[str]) -> dict[str, Personne]:
    """The patients of these references, by reference; without keys, nothing but the reference."""
    wanted = sorted({one for one in references if one})
    found = {one: Personne(reference=one) for one in wanted}
    for some in _some(wanted) if keys else ():
        query = select(PatientRow.jeton, PatientRow.donnees).where(PatientRow.jeton.in_(some))
        for jeton, donnees in connection.execute(query):
            assert keys is not None
            try:
                identite = keys.reveal(donnees, jeton)
            except LedgerError:  # changed, or of another key: nobody is named
                continue
            if identite:
                found[jeton] = personne(jeton, identite)
    return found


def references_of(connection: Connection, keys: KeyRing, fits: Callable[[Personne], bool]) -> frozenset[str]:
    """The references of the patients of whom `fits` says so."""
    query = select(PatientRow.jeton, PatientRow.donnees).execution_options(yield_per=_AT_ONCE)
    found = set()
    for jeton, donnees in connection.execute(query):
        try:
            identite = keys.reveal(donnees, jeton)
        except LedgerError:
            continue
        if identite and fits(personne(jeton, identite)):
            found.add(jeton)
    return frozenset(found)


def personne(reference: str, identite: Identite) -> Personne:
    """What is shown of an identity."""
    named = identite.nom or identite.prenom
    nir = identite.nir
    return Personne(
        reference=reference,
        nom=identite.nom if named else identite.nom_assure,
        prenom=identite.prenom if named else identite.prenom_assure,
        naissance=identite.naissance,
        nir=nir[:_NIR_LENGTH][-_SHOWN:] if len(nir) >= _NIR_LENGTH else "",
    )


def care_of(
    connection: Connection, keys: KeyRing | None, refs: Iterable[Ref], delais: Delais
) -> dict[Ref, Soins]:
    """The care of these sendings; those of which nothing is kept are left out."""
    found: dict[Ref, Soins] = {}
    for some in _some(sorted(set(refs))) if keys else ():
        asked = _places(some)
        same = (Envoi.fichier_id == asked.c.fichier) & (Envoi.enregistrement == asked.c.record)
        query = select(Envoi.fichier_id, Envoi.enregistrement, Envoi.soins, Envoi.e1)
        query = query.select_from(asked.join(Envoi.__table__, same)).where(Envoi.soins.is_not(None))
        for fichier, record, soins, e1 in connection.execute(query):
            assert keys is not None
            try:
                actes = keys.acts(soins, e1 or "")
            except LedgerError:
                continue
            found[fichier, record] = soins_of(actes, delais)
    return found


def _places(refs: Iterable[Ref]) -> Subquery:
    """These sendings as a table: joined with another, each is one look-up in the index."""
    rows = ", ".join(f"({fichier:d}, {record:d})" for fichier, record in refs)
    told = f"SELECT column1 AS fichier, column2 AS record FROM (VALUES {rows}) AS asked"
    return text(told).columns(*_PLACE).subquery()


def soins_of(actes: Sequence[ActeLu], delais: Delais) -> Soins:
    """Acts, with their first and last day."""
    days = [one.jour for one in actes if one.jour]
    last = max(days, default=None)
    limit = delais.find("forclusion", last) if last else None
    return Soins(
        du=min(days, default=None),
        au=last,
        forclusion_le=limit.end(last) if limit and last else None,
        actes=tuple(Acte(**one._asdict()) for one in actes),
    )


def _some(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values, so many at once."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
