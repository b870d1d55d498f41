"""The ledger: a database of what was sent and what came back, and the questions to ask it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from codes.actions import Lang
from flatfile.extras import is_installed
from noemie.ledger.base.handle import Base
from noemie.ledger.errors import GENRE, LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from codes.rejects import Catalogue
    from noemie.documents.over_files import Executor
    from noemie.ledger.card import Card
    from noemie.ledger.care import Gap
    from noemie.ledger.etats import Sceau
    from noemie.ledger.filters import Filtre
    from noemie.ledger.followed import Registre
    from noemie.ledger.identity import Identite, KeyRing, Personal
    from noemie.ledger.importing import Importable
    from noemie.ledger.listed import InvoicePage, Invoices, PaymentPage
    from noemie.ledger.report import Report
    from noemie.ledger.statement import Movement, Statement
    from noemie.ledger.today_model import Aujourdhui
    from noemie.ledger.values import (
        Debt,
        FileResult,
        ImportReport,
        InvoiceState,
        Patient,
        Payment,
        PurgePlan,
        RejectLine,
        Resends,
        StoredFile,
        Transfer,
    )
    from noemie.ledger.wanted import Wanted
    from noemie.ledger.who import Personne, Soins
    from noemie.returns.arl import Arl
    from noemie.suivi.faits import Marque
    from noemie.suivi.resultat import Ligne


class Ledger(Base["KeyRing"]):
    """What was sent and what came back, over time, in one database.

        with Ledger("registre.db") as ledger:
            ledger.import_files(paths)
            for payment in ledger.payments(from_=first, to=last, regime="08"): ...

    - `where`: path of a SQLite file, made when it is missing, or a URL (`sqlite:///…`, `postgresql://…`);
    - `key`: the key that tokens and encryption need, 16 bytes or more. By default that of the environment
      (`NOEMIE_LEDGER_KEY_FILE`, `NOEMIE_LEDGER_KEY`), else, for a SQLite file, that of the file `*.key`
      beside it when there is one, else one in the folder of the user's settings, made when the ledger is
      new. Whoever has both the key and the database can find out patients: keep them apart;
    - `personal`: how personal data are kept, `encrypt` (default when it can), `token` or `plain`; chosen
      when the ledger is made. See `noemie.ledger.identity`;
    - `site`: the catalogue of rejects with the rows of a site, which win (`codes.rejects.load_site`);
    - `create`: whether a ledger is made where there is none; else that is an error (`base.vide`).

    A ledger of an older version is brought up to date. Every method raises `LedgerError` when the database
    cannot be used, never an error of its driver. Amounts are signed cents, periods include both ends.
    """

    GENRE = GENRE

    def __init__(
        self,
        where: str | os.PathLike[str],
        *,
        key: bytes | None = None,
        personal: Personal | None = None,
        create: bool = True,
        site: Catalogue | None = None,
    ) -> None:
        if not is_installed("sqlalchemy"):
            raise LedgerError("module.absent", module="SQLAlchemy", extra="ledger")
        from noemie.ledger import engine, opening

        self.site = site
        #: Completes an identity without a name: what flows and returns do not tell, a card does.
        self.named: Callable[[Identite], Identite] | None = None
        url = engine.address(where)
        super().__init__(
            url,
            engine.open_engine(url, create=create),
            key,
            lambda opened: opening.prepare(opened, personal, create=create),
        )

    # --- what goes in ---------------------------------------------------------------------------------

    def import_files(
        self,
        paths: Iterable[Importable],
        *,
        progress: Callable[[FileResult], None] | None = None,
        layouts: Path | None = None,
        codes: Path | None = None,
        executor: Executor | None = None,
    ) -> ImportReport:
        """Import flows, returns and ARLs, recognised by their content, each once.

        `paths` are files, folders (with all they hold), or pairs of a name and bytes; mails, mailboxes and
        archives give what they carry. What cannot be read is told in the report, and so is what was left
        aside; neither keeps anything else from being imported. `progress` hears of each file once it
        is stored for good; `layouts` and `codes` are directories with a site's own tables. `executor` reads
        files (`noemie.documents.over_files.Processes`): what is stored is the same.
        """
        from noemie.documents.opened import Opened
        from noemie.ledger.importing import Importer, all_files

        opened = Opened()
        importer = Importer(self._open, self.keys, layouts=layouts, codes=codes)
        report = importer.run(all_files(paths, opened, layouts), progress, executor)
        return replace(report, laisses=tuple((one.name, one.why) for one in opened.aside))

    # --- marks ----------------------------------------------------------------------------------------

    def add_mark(self, marque: Marque) -> None:
        """Add what a person said of a sending, a transfer or a patient: an event, never an edit."""
        from noemie.ledger import engine, marks

        with engine.writing(self._open) as connection:
            marks.add_mark(connection, marque, self._keys)

    def undo(self, today: dt.date, which: Marque | None = None) -> Marque | None:
        """Take back the last mark that stands, or the last one like `which`, and give it.

        `None` when there is none.
        """
        from noemie.ledger import engine, marks

        with engine.writing(self._open) as connection:
            return marks.undo(connection, today, which)

    def marks(self) -> list[Marque]:
        """The marks that stand, in the order in which they were set."""
        from noemie.ledger import marks

        with self._reading() as connection:
            return marks.marks(connection, self._keys)

    def sendings(self, named: str | Ligne, on: dt.date | None = None, lang: Lang = "fr") -> list[Ligne]:
        """The lines that a person names (`NUMERO[/LOT][@ANNEE]`), or one of them as it stands now."""
        from noemie.ledger.marks import Target, parse_target
        from noemie.suivi.faits import cle

        target = parse_target(named) if isinstance(named, str) else named
        with self._reading() as connection:
            lignes = self._followed(connection, on, lang).choisir(numero=cle(target.numero))
            if isinstance(target, Target):
                return target.of(lignes)
            return [one for one in lignes if (one.fichier, one.record) == (target.fichier, target.record)]

    # --- questions ------------------------------------------------------------------------------------

    def payments(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        regime: str = "",
        organisme: str = "",
        *,
        all_except: bool = False,
        patient: str | None = None,
        nature_assurance: str = "",
    ) -> list[Payment]:
        """Payments of a period, of one régime, of one organisme or of all but that one, for one patient.

        `organisme` is a caisse (`835`), with its régime before (`08835`), its centre after (`088350300`), or
        the payer as the return writes it; `patient` a NIR or a reference of `patients`.
        """
        from noemie.ledger import payments

        with self._reading() as connection:
            asked = self._filter(
                connection, from_, to, regime, organisme, all_except, patient, nature_assurance
            )
            return payments.payments(self._followed(connection), asked)

    def rejects(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        regime: str = "",
        organisme: str = "",
        *,
        all_except: bool = False,
        patient: str | None = None,
        motif: str = "",
        lang: Lang = "fr",
        on: dt.date | None = None,
    ) -> list[RejectLine]:
        """Rejects and notices of a period, explained in `lang`; filters are those of `payments`.

        `motif` is a motive of `codes.motives`, `autre` for what nothing explains; actions are those of `on`.
        """
        from noemie.ledger import queries

        with self._reading() as connection:
            asked = self._filter(connection, from_, to, regime, organisme, all_except, patient)
            return queries.rejects(connection, self._followed(connection, on), asked, lang, motif)

    def to_resend(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        regime: str = "",
        organisme: str = "",
        *,
        all_except: bool = False,
        on: dt.date | None = None,
    ) -> Resends:
        """What to do about what is not paid: to resend, not to resend, and the rest, never mixed.

        The period bears on the day of the last answer, else of the sending.
        """
        from noemie.ledger import states

        with self._reading() as connection:
            asked = self._filter(connection, from_, to, regime, organisme, all_except)
            return states.resends(self._followed(connection, on), asked)

    def unanswered(self, on: dt.date | None = None, days: int = 0) -> list[InvoiceState]:
        """Invoices of which an answer, a part or an ARL is awaited since `days` or more, the oldest first.

        `on` is the day of the question, by default the latest day of flows, returns and ARLs.
        """
        from noemie.ledger import states

        with self._reading() as connection:
            return states.unanswered(self._followed(connection, on), days)

    def invoice_states(self, on: dt.date | None = None, wanted: Wanted | None = None) -> list[InvoiceState]:
        """Every sending with its state (see `codes.states`), and the answers to none; or those `wanted`."""
        from noemie.ledger import states
        from noemie.suivi.faits import cle

        number = cle(wanted.target.numero) if wanted and wanted.target else ""
        with self._reading() as connection:
            found = states.states(self._followed(connection, on), number)
        return [one for one in found if wanted.keeps(one)] if wanted else found

    def invoice_page(self, asked: Invoices, start: int, most: int, on: dt.date | None = None) -> InvoicePage:
        """A page of the invoices that are asked for, the last ones first, and what all of them add up to."""
        from noemie.ledger import listed

        with self._reading() as connection:
            return listed.invoice_page(self._followed(connection, on), asked, start, most)

    def payment_page(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        regime: str = "",
        organisme: str = "",
        *,
        all_except: bool = False,
        patients: frozenset[str] | None = None,
        shows: Callable[[Payment], bool] | None = None,
        most: int = 200,
    ) -> PaymentPage:
        """What the payments of `payments` add up to; of those that `shows` lets through, the last `most`.

        `patients` are references.
        """
        from noemie.ledger import listed

        with self._reading() as connection:
            asked = self._filter(connection, from_, to, regime, organisme, all_except)
            return listed.payment_page(
                self._followed(connection), replace(asked, patients=patients), shows, most
            )

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
        from noemie.ledger.facts import file_names
        from noemie.ledger.who import care_of

        keys = self.keys
        with self._reading() as connection:
            numbers = {name: number for number, names in file_names(connection).items() for name in names}
            refs = {ref: (numbers[ref[0]], ref[1]) for ref in sendings if ref[0] in numbers}
            found = care_of(connection, keys, refs.values())
        return {ref: found[place] for ref, place in refs.items() if place in found}

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
    ) -> Aujourdhui:
        """The morning of a practice on the day `on`: what came, what to do, what is awaited, what is odd.

        `reveal` tells who patients are and their care, when the ledger keeps it; `report` is that of an
        import just made, for what it left aside. `remember` keeps the day in the base: what is new is what
        came after the last day before `on` that was kept so.
        """
        from noemie.ledger import engine, moments
        from noemie.ledger.today import make_today

        with self._reading() as connection:
            registre = self._followed(connection, on, lang)
            answer = make_today(connection, registre, self.keys if reveal else None, on, report)
        if remember:
            with engine.writing(self._open) as connection:
                moments.remember(connection, on, answer.fichiers, answer.virements)
        return answer.aujourdhui

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

    def transfers(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        regime: str = "",
        organisme: str = "",
        *,
        all_except: bool = False,
    ) -> list[Transfer]:
        """Transfers announced by the returns; régime and organisme are those of the emitter."""
        from noemie.ledger import queries

        with self._reading() as connection:
            asked = self._filter(connection, from_, to, regime, organisme, all_except)
            return queries.transfers(self._followed(connection), asked)

    def debts(self, from_: dt.date | None = None, to: dt.date | None = None) -> list[Debt]:
        """Debts and withholdings of a period."""
        from noemie.ledger import queries

        with self._reading() as connection:
            return queries.debts(self._followed(connection), self._filter(connection, from_, to))

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

    # --- documents ------------------------------------------------------------------------------------

    def statement(
        self,
        month: str,
        *,
        advances: Sequence[Movement] = (),
        categories: Mapping[str, str] | None = None,
        regime: str = "",
        organisme: str = "",
        all_except: bool = False,
        nature_assurance: str = "",
    ) -> Statement:
        """The monthly statement of amounts paid (convention of 2003, annex IV) for `month` (`2026-03`).

        `advances` are the dated movements of the advance (see `statement.read_advances`), `categories` names
        categories of expense by act code. Filters are those of `payments`.
        """
        from noemie.ledger.filters import Filtre
        from noemie.ledger.statement import make_statement

        asked = Filtre(
            regime=regime, organisme=organisme, tous_sauf=all_except, nature_assurance=nature_assurance
        )
        with self._reading() as connection:
            registre = self._followed(connection)
            return make_statement(connection, registre, month, asked, advances, categories or {})

    def report(
        self,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        regime: str = "",
        organisme: str = "",
        *,
        all_except: bool = False,
        on: dt.date | None = None,
    ) -> Report:
        """The figures of a period: rejects by motive, resends avoided, delays, what is awaited on `on`."""
        from noemie.ledger.report import make_report

        with self._reading() as connection:
            asked = self._filter(connection, from_, to, regime, organisme, all_except)
            return make_report(self._followed(connection, on), asked)

    def export(self, what: str, form: Literal["csv", "json"] = "csv", on: dt.date | None = None) -> str:
        """Everything of one kind (`noemie.ledger.EXPORTS`) on a day, as CSV or JSON, masked."""
        from noemie.ledger.export import columns_of, to_csv, to_json, to_row

        rows = [to_row(one) for one in self.everything(what, on)]
        return to_json(what, rows) if form == "json" else to_csv(columns_of(what), rows)

    def everything(self, what: str, on: dt.date | None = None) -> list[Any]:
        """Everything of one kind (`noemie.ledger.EXPORTS`), without any filter; `on` as in its list."""
        from noemie.ledger.export import columns_of

        columns_of(what)  # refuses what is no kind
        if what == "invoices":
            return self.invoice_states(on)
        if what == "rejects":
            return self.rejects(on=on)
        asked: Callable[[], list[Any]] = getattr(self, what)
        return asked()

    # --- retention ------------------------------------------------------------------------------------

    def purge(
        self,
        before: dt.date | None = None,
        *,
        confirm: PurgePlan | None = None,
        unsettled: bool = False,
        years: int = 3,
        today: dt.date | None = None,
    ) -> PurgePlan:
        """Tell what a purge would remove; with the answer given back as `confirm`, remove it.

        What was settled before `before` goes, by default all that is older than `years`, the retention. A
        later day is refused, and whatever the years the last 90 days stay. `unsettled` takes what no return
        ever settled too. See `noemie.ledger.purge`.
        """
        from noemie.ledger import engine, etats, purge

        today = today or dt.date.today()
        if confirm is None:
            with self._reading() as connection:
                found = self._followed(connection, today, envois=True)
                return purge.plan(connection, found, before, unsettled=unsettled, years=years, today=today)
        self._try_keys()
        with engine.writing(self._open) as connection:
            found = self._followed(connection, today, envois=True)
            etats.perimer(connection)
            etats.vider(connection)
            return purge.purge(connection, found, confirm, years=years, today=today)

    def backup(self, target: Path) -> None:
        """Copy a SQLite ledger to a new file, while it is used: whole, or not at all."""
        from noemie.ledger import engine
        from noemie.ledger.base.opening import copy

        path = engine.file_of(self._url)
        if path is None:
            raise LedgerError("base.copie")
        copy(path, target, GENRE)

    def verify(self) -> list[Gap]:
        """What does not add up: the integrity of the base, counts of files, sums of returns.

        The cache of the lists is made again.
        """
        from noemie.ledger import care, engine, etats
        from noemie.ledger.base.damage import is_damaged
        from noemie.ledger.base.engine import open_engine
        from noemie.ledger.errors import GENRE

        path = engine.file_of(self._url)
        if path is not None and is_damaged(path, GENRE, open_engine):
            return [care.Gap("", "base")]
        with self._reading() as connection:
            found = care.verify(connection)
        if not any(gap.genre in ("base", "contenu") for gap in found):
            with suppress(LedgerError), engine.writing(self._open) as connection:
                etats.vider(connection)
            with self._reading() as connection:
                self._followed(connection)
        return found

    def forget(self, patient: str | None, *, for_real: bool = False) -> int:
        """Erase one patient (a NIR, or a reference of `patients`), or with `None` everything; how many rows.

        Without `for_real` nothing is erased. What was erased is not imported again by its files.
        """
        from noemie.ledger import care, engine, etats

        self._try_keys()
        with engine.writing(self._open) as connection:
            if for_real:
                etats.perimer(connection)
                etats.vider(connection)
            if patient is None:
                return care.forget_all(connection, for_real=for_real)
            return care.forget_patients(connection, self._tokens(connection, patient), for_real=for_real)

    def key_place(self) -> Path | None:
        """The file in which the key of a SQLite ledger is kept, when it is one that the program made."""
        from noemie.ledger import engine
        from noemie.ledger.base.opening import beside, user_key

        path = engine.file_of(self._url)
        places = [] if path is None else [beside(path)]
        if self._keys is not None:
            places.append(user_key(GENRE, self._keys.check))
        return next((place for place in places if place.exists()), None)

    # --- the database ---------------------------------------------------------------------------------

    def _ring(self, key: bytes, mode: Personal) -> KeyRing:
        from noemie.ledger.identity import KeyRing

        ring = KeyRing(key, mode)
        ring.named = self.named
        return ring

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        from noemie.ledger import engine

        self._try_keys()
        self._found: tuple[Registre, Sceau, Lang] | None = None
        with engine.reading(self._open) as connection:
            yield connection
        self._keep()

    def _followed(
        self, connection: Connection, on: dt.date | None = None, lang: Lang = "fr", *, envois: bool = False
    ) -> Registre:
        """What became of all that the ledger holds: read from its cache, else found and to be kept."""
        from noemie.ledger import etats
        from noemie.ledger.followed import follow_ledger
        from noemie.ledger.gardes import RegistreGarde

        if envois:
            return follow_ledger(connection, self._keys, on, lang, self.site, envois=True)
        seal = etats.sceau(connection, lang, self.site, on, keyed=self._keys is not None)
        head = etats.head_of(connection, lang)
        if head is not None and (head.etat, head.base) != seal:
            connection.rollback()  # it would see the state before
            self._refresh(on, lang)
            seal = etats.sceau(connection, lang, self.site, on, keyed=self._keys is not None)
            head = etats.head_of(connection, lang)
        if head is not None and (head.etat, head.base) == seal:
            return RegistreGarde(connection, self._keys, head, on, lang, self.site)
        registre = follow_ledger(connection, self._keys, on, lang, self.site, reprises=True)
        self._found = registre, seal, lang
        return registre

    def _refresh(self, on: dt.date | None, lang: Lang) -> None:
        """Follow again what changed since a cache was kept; a base that cannot be written stays as it is."""
        from noemie.ledger import actualisation, engine, etats

        keyed = self._keys is not None
        with suppress(LedgerError), engine.writing(self._open) as connection:
            seal = etats.sceau(connection, lang, self.site, on, keyed=keyed)
            head = etats.head_of(connection, lang)
            if head is not None and head.base == seal.base and head.etat != seal.etat:
                actualisation.actualiser(connection, self._keys, head, seal, on, lang, self.site)

    def _keep(self) -> None:
        """Keep what a question found, for the next ones; a base that cannot be written stays as it is."""
        from noemie.ledger import engine, etats

        if self._found is None:
            return
        (registre, seal, lang), self._found = self._found, None
        if len(registre.suivi.lignes) < etats.FROM:
            return
        with suppress(LedgerError), engine.writing(self._open) as connection:
            keyed = self._keys is not None
            if etats.sceau(connection, lang, registre.site, registre.suivi.on, keyed=keyed) == seal:
                etats.garder(connection, registre, seal, lang)

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
        regime: str = "",
        organisme: str = "",
        all_except: bool = False,
        patient: str | None = None,
        nature_assurance: str = "",
    ) -> Filtre:
        from noemie.ledger.filters import Filtre

        return Filtre(
            du=from_,
            au=to,
            regime=regime,
            organisme=organisme,
            tous_sauf=all_except,
            nature_assurance=nature_assurance,
            patients=None if patient is None else self._tokens(connection, patient),
        )

    def _tokens(self, connection: Connection, patient: str) -> frozenset[str]:
        from noemie.ledger import identity, states

        if nir := identity.nir_asked(patient):
            return states.tokens_of(connection, insured=self.keys.insured_token(nir))
        return states.tokens_of(connection, reference=identity.reference_asked(patient))
