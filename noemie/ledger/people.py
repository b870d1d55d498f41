"""Who the patients of a ledger are, and what care they had: what it tells of persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from codes.actions import Lang
from noemie.ledger.following import Following

if TYPE_CHECKING:
    from noemie.ledger.card import Card
    from noemie.ledger.identity import Identite
    from noemie.ledger.values import (
        Patient,
    )
    from noemie.ledger.wanted import Wanted
    from noemie.ledger.who import Personne, Soins


class People(Following):
    """Questions about patients, and about one sending with its patient."""

    def patients_named(self, fits: Callable[[Personne], bool]) -> frozenset[str]:
        """The references of the patients of whom `fits` says so, when the ledger keeps who they are."""
        from noemie.ledger.who import references_of

        keys = self.keys
        with self._reading() as connection:
            return references_of(connection, keys, fits)

    def wanted(
        self, numero: str = "", patient: str | None = None, regime: str = "", professionnel: str = ""
    ) -> Wanted:
        """What to look for among invoices: `NUMERO[/LOT][@ANNEE]`, a NIR or a reference, a régime, a number.

        Raises `LedgerError`.
        """
        from noemie.ledger.marks import parse_target
        from noemie.ledger.wanted import Wanted

        with self._reading() as connection:
            patients = None if patient is None else self._tokens(connection, patient)
        return Wanted(parse_target(numero) if numero else None, patients, regime, professionnel)

    def people(self, references: Iterable[str]) -> dict[str, Personne]:
        """Who the patients of these references are, when the ledger keeps it."""
        from noemie.ledger.who import people_of

        keys = self.keys
        with self._reading() as connection:
            return people_of(connection, keys, references)

    def care(self, sendings: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Soins]:
        """The care of sendings, by file and record, when the ledger keeps it."""
        from codes.delais import load
        from noemie.ledger.shared_facts import file_names
        from noemie.ledger.who import care_of

        keys = self.keys
        with self._reading() as connection:
            numbers = {name: number for number, names in file_names(connection).items() for name in names}
            refs = {ref: (numbers[ref[0]], ref[1]) for ref in sendings if ref[0] in numbers}
            found = care_of(connection, keys, refs.values(), self.delais or load())
        return {ref: found[place] for ref, place in refs.items() if place in found}

    def patient_tokens(self, patient: str) -> frozenset[str]:
        """The references of a patient, by NIR or by reference: those whom `payments` takes it to name."""
        with self._reading() as connection:
            return self._tokens(connection, patient)

    def card(self, handle: str, on: dt.date, lang: Lang = "fr", *, reveal: bool = False) -> Card | None:
        """One sending, by its handle (`noemie.ledger.card`): its line, who and what care, its money."""
        from noemie.ledger.card import card_of

        with self._reading() as connection:
            registre = self._followed(connection, on, lang)
            return card_of(connection, registre, self.keys if reveal else None, handle)

    def patient_of(self, handle: str) -> Identite | None:
        """Who the patient of a sending is, whole: what a consultation of their rights asks with.

        `None` when there is no such sending, or the ledger does not keep who they are.
        """
        from noemie.ledger.card import identity_of

        with self._reading() as connection:
            return identity_of(connection, self._followed(connection), self.keys, handle)

    def patients(self, *, reveal: bool = False) -> list[Patient]:
        """The patients, with counts and amounts; `reveal` shows who they are when the ledger keeps it."""
        from noemie.ledger import states

        with self._reading() as connection:
            registre = self._followed(connection)
            return states.patients(connection, registre, self.keys if reveal else None)
