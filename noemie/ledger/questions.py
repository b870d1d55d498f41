"""The lists, the figures and the documents of a ledger: money, refusals, what is awaited, files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Unpack

from codes.actions import Lang
from noemie.ledger.following import Following

if TYPE_CHECKING:
    from collections import Counter

    from codes.states import Etat
    from noemie.ledger.filters import Asked, Of, Payers
    from noemie.ledger.followed import Registre, Totaux
    from noemie.ledger.listed import InvoicePage, Invoices, PaymentPage
    from noemie.ledger.report import Report
    from noemie.ledger.statement import Movement, Statement
    from noemie.ledger.today_model import Aujourdhui
    from noemie.ledger.values import (
        Debt,
        ImportReport,
        InvoiceState,
        Payment,
        RejectLine,
        Resends,
        StoredFile,
        Transfer,
    )
    from noemie.ledger.wanted import Wanted
    from noemie.returns.arl import Arl


class Questions(Following):
    """Questions about money and invoices. What many take is in `noemie.ledger.filters.Asked`."""

    def payments(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        **asked: Unpack[Asked],
    ) -> list[Payment]:
        """Payments of a period, of one régime, of one organisme or of all but that one, for one patient.

        `organisme` is a caisse (`835`), with its régime before (`08835`), its centre after (`088350300`), or
        the payer as the return writes it; `patient` a NIR or a reference of `patients`.
        """
        from noemie.ledger import payments

        with self._reading() as connection:
            filtre = self._filter(connection, from_, to, **asked)
            return payments.payments(self._followed(connection), filtre)

    def payment_page(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        *,
        patients: frozenset[str] | None = None,
        shows: Callable[[Payment], bool] | None = None,
        most: int = 200,
        **asked: Unpack[Payers],
    ) -> PaymentPage:
        """What the payments of `payments` add up to; of those that `shows` lets through, the last `most`.

        `patients` are references.
        """
        from noemie.ledger import listed

        with self._reading() as connection:
            filtre = replace(self._filter(connection, from_, to, **asked), patients=patients)
            return listed.payment_page(self._followed(connection), filtre, shows, most)

    def rejects(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        *,
        motif: str = "",
        lang: Lang = "fr",
        on: dt.date | None = None,
        **asked: Unpack[Asked],
    ) -> list[RejectLine]:
        """Rejects and notices of a period, explained in `lang`; filters are those of `payments`.

        `motif` is a motive of `codes.motives`, `autre` for what nothing explains; actions are those of `on`.
        """
        from noemie.ledger import queries

        with self._reading() as connection:
            filtre = self._filter(connection, from_, to, **asked)
            return queries.rejects(connection, self._followed(connection, on), filtre, lang, motif)

    def to_resend(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        *,
        on: dt.date | None = None,
        lang: Lang = "fr",
        **asked: Unpack[Payers],
    ) -> Resends:
        """What to do about what is not paid, in `lang`: to resend, not to resend, the rest, never mixed.

        The period bears on the day of the last answer, else of the sending.
        """
        from noemie.ledger import states

        with self._reading() as connection:
            filtre = self._filter(connection, from_, to, **asked)
            return states.resends(self._followed(connection, on, lang), filtre)

    def resend_counts(self, on: dt.date | None = None) -> Counter[str]:
        """How many invoices each list of `to_resend` holds, by its name."""
        from noemie.ledger import states
        from noemie.ledger.filters import Filtre

        with self._reading() as connection:
            return states.resend_counts(self._followed(connection, on), Filtre())

    def transfers(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        **asked: Unpack[Payers],
    ) -> list[Transfer]:
        """Transfers announced by the returns; régime and organisme are those of the emitter."""
        from noemie.ledger import queries

        with self._reading() as connection:
            filtre = self._filter(connection, from_, to, **asked)
            return queries.transfers(self._followed(connection), filtre)

    def debts(self, from_: dt.date | None = None, to: dt.date | None = None) -> list[Debt]:
        """Debts and withholdings of a period."""
        from noemie.ledger import queries

        with self._reading() as connection:
            return queries.debts(self._followed(connection), self._filter(connection, from_, to))

    def statement(
        self,
        month: str,
        *,
        advances: Sequence[Movement] = (),
        categories: Mapping[str, str] | None = None,
        **asked: Unpack[Of],
    ) -> Statement:
        """The monthly statement of amounts paid (convention of 2003, annex IV) for `month` (`2026-03`).

        `advances` are the dated movements of the advance (see `statement.read_advances`), `categories` names
        categories of expense by act code. Filters are those of `payments`.
        """
        from noemie.ledger.statement import make_statement

        with self._reading() as connection:
            filtre = self._filter(connection, **asked)
            registre = self._followed(connection)
            return make_statement(connection, registre, month, filtre, advances, categories or {})

    def report(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        *,
        on: dt.date | None = None,
        **asked: Unpack[Payers],
    ) -> Report:
        """The figures of a period: rejects by motive, resends avoided, delays, what is awaited on `on`."""
        from noemie.ledger.report import make_report

        with self._reading() as connection:
            filtre = self._filter(connection, from_, to, **asked)
            return make_report(self._followed(connection, on), filtre)

    def unanswered(self, on: dt.date | None = None, days: int = 0, lang: Lang = "fr") -> list[InvoiceState]:
        """Invoices of which an answer, a part or an ARL is awaited since `days` or more, the oldest first.

        `on` is the day of the question, by default the latest day of flows, returns and ARLs.
        """
        from noemie.ledger import states

        with self._reading() as connection:
            return states.unanswered(self._followed(connection, on, lang), days)

    def invoice_states(
        self, on: dt.date | None = None, wanted: Wanted | None = None, lang: Lang = "fr"
    ) -> list[InvoiceState]:
        """Every sending with its state (see `codes.states`), and the answers to none; or those `wanted`."""
        from noemie.ledger import states
        from noemie.suivi.faits import cle

        number = cle(wanted.target.numero) if wanted and wanted.target else ""
        with self._reading() as connection:
            found = states.states(self._followed(connection, on, lang), number)
        return [one for one in found if wanted.keeps(one)] if wanted else found

    def invoice_page(self, asked: Invoices, start: int, most: int, on: dt.date | None = None) -> InvoicePage:
        """A page of the invoices that are asked for, the last ones first, and what all of them add up to."""
        from noemie.ledger import listed

        with self._reading() as connection:
            return listed.invoice_page(self._followed(connection, on), asked, start, most)

    def invoice_totals(self, on: dt.date | None = None) -> dict[Etat, Totaux]:
        """What the sendings of each state, and the answers to none, add up to."""
        with self._reading() as connection:
            return self._followed(connection, on).totaux()

    def iter_invoice_states(self, on: dt.date | None = None) -> Iterator[InvoiceState]:
        """The same in bounded memory, in no order that means anything."""
        from noemie.ledger import states

        with self._reading() as connection:
            yield from states.iter_states(self._followed(connection, on))

    def follow(self, on: dt.date | None = None, lang: Lang = "fr", *, envois: bool = False) -> Registre:
        """The follow-up of all that the ledger holds: lines, orphans, sums, notes, and the money of each.

        `on` is the day of the question, by default the latest day of flows, returns and ARLs;
        `envois` keeps the sendings themselves.
        """
        from noemie.ledger.gardes import RegistreGarde

        with self._reading() as connection:
            found = self._followed(connection, on, lang, envois=envois)
            return found.detacher() if isinstance(found, RegistreGarde) else found

    def today(
        self,
        on: dt.date,
        lang: Lang = "fr",
        *,
        report: ImportReport | None = None,
        reveal: bool = False,
        remember: bool = False,
        named: int | None = None,
    ) -> Aujourdhui:
        """The morning of a practice on the day `on`: what came, what to do, what is awaited, what is odd.

        `reveal` tells who patients are and their care, when the ledger keeps it; `report` is that of an
        import just made, for what it left aside. `remember` keeps the day in the base: what is new is what
        came after the last day before `on` that was kept so. `named` reveals no more than the first ones of
        each group: what is not shown is not decrypted (see `people` and `care`).
        """
        from noemie.ledger import engine, moments
        from noemie.ledger.today import make_today

        with self._reading() as connection:
            registre = self._followed(connection, on, lang)
            answer = make_today(connection, registre, self.keys if reveal else None, on, report, named)
        if remember:
            with engine.writing(self._open) as connection:
                moments.remember(connection, on, answer.fichiers, answer.virements)
        return answer.aujourdhui

    def files(self) -> list[StoredFile]:
        """The files of the ledger, with what the checks counted in each."""
        from noemie.ledger import queries

        with self._reading() as connection:
            return queries.files(connection)

    def last_import(self) -> str:
        """When a file was imported for the last time: UTC, ISO; empty when none was."""
        from sqlalchemy import func, select

        from noemie.ledger.schema import Fichier

        with self._reading() as connection:
            return connection.scalar(select(func.max(Fichier.importe_le))) or ""

    def damaged_returns(self) -> list[str]:
        """The names of the returns that are cut, and whose whole is not there: answers may lack."""
        from noemie.ledger import queries

        with self._reading() as connection:
            return queries.damaged(connection)

    def orphan_arls(self) -> list[Arl]:
        """The ARLs that speak of no batch of the ledger."""
        with self._reading() as connection:
            return self._followed(connection).orphan_arls

    def latest_day(self) -> dt.date | None:
        """The latest day of flows, returns and ARLs: that of a question, unless another is given."""
        with self._reading() as connection:
            return self._followed(connection).dernier

    def export(self, what: str, form: Literal["csv", "json"] = "csv", on: dt.date | None = None) -> str:
        """Everything of one kind (`noemie.ledger.EXPORTS`) on a day, as CSV or JSON, masked."""
        from noemie.ledger.export import columns_of, to_csv, to_json, to_row

        rows = [to_row(one) for one in self.everything(what, on)]
        return to_json(what, rows) if form == "json" else to_csv(columns_of(what), rows)

    def everything(self, what: str, on: dt.date | None = None, lang: Lang = "fr") -> list[Any]:
        """Everything of one kind (`noemie.ledger.EXPORTS`), unfiltered; `on`, `lang` as in its list."""
        from noemie.ledger.export import columns_of

        columns_of(what)  # refuses what is no kind
        if what == "invoices":
            return self.invoice_states(on, lang=lang)
        if what == "rejects":
            return self.rejects(on=on, lang=lang)
        question: Callable[[], list[Any]] = getattr(self, what)
        return question()
