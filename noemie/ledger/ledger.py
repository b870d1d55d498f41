"""The ledger: a database of what was sent and what came back, and the questions to ask it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from codes.actions import Lang
from noemie.ledger.errors import GENRE, LedgerError
from noemie.ledger.people import People
from noemie.ledger.questions import Questions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from noemie.documents.over_files import Executor
    from noemie.ledger.care import Gap
    from noemie.ledger.importing import Importable
    from noemie.ledger.values import (
        FileResult,
        ImportReport,
        PurgePlan,
        Removal,
        RemovedFile,
    )
    from noemie.suivi.faits import Marque
    from noemie.suivi.resultat import Ligne


class Ledger(Questions, People):
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
    - `delais`: the delays, with those of a site (`codes.delais.load_site`);
    - `create`: whether a ledger is made where there is none; else that is an error (`base.vide`).

    A ledger of an older version is brought up to date. Every method raises `LedgerError` when the database
    cannot be used, never an error of its driver. Amounts are signed cents, periods include both ends.
    """

    def import_files(
        self,
        paths: Iterable[Importable],
        *,
        progress: Callable[[FileResult], None] | None = None,
        layouts: Path | None = None,
        codes: Path | None = None,
        executor: Executor | None = None,
        again: bool = False,
    ) -> ImportReport:
        """Import flows, returns and ARLs, recognised by their content, each once.

        `paths` are files, folders (with all they hold), or pairs of a name and bytes; mails, mailboxes and
        archives give what they carry. What cannot be read is told in the report, and so is what was left
        aside; neither keeps anything else from being imported. `progress` hears of each file once it
        is stored for good; `layouts` and `codes` are directories with a site's own tables. `executor` reads
        files (`noemie.documents.processes.Processes`): what is stored is the same. Files that were taken out
        (`forget_files`) are left aside, unless `again`.
        """
        from noemie.documents.recognise import Opened
        from noemie.ledger.importing import Importer, all_files

        opened = Opened()
        importer = Importer(self._open, self.keys, layouts=layouts, codes=codes, again=again)
        report = importer.run(all_files(paths, opened, layouts), progress, executor)
        return replace(report, laisses=tuple((one.name, one.why) for one in opened.aside))

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

    def forget_files(
        self, files: Iterable[Importable], *, for_real: bool = False, today: dt.date | None = None
    ) -> Removal:
        """Take files out as if they had never been given; what goes, or with `for_real` what went.

        A file is given again, or named: its digest, the beginning of it, or its name as `files` tells it.
        Importing it later leaves it aside, unless it is asked for `again`. Raises `LedgerError`,
        `FormatError`. See `noemie.ledger.removal`.
        """
        from noemie.ledger import engine, etats, removal
        from noemie.ledger.demande import Demande
        from noemie.ledger.importing import digest_of

        def number_of(connection: Connection, one: Importable) -> int:
            if isinstance(one, str) and not Path(one).exists():
                return removal.named(connection, one)
            return removal.find(connection, digest_of(one))

        self._try_keys()
        with engine.writing(self._open) as connection:
            numbers = {number_of(connection, one) for one in files}
            demande = Demande(connection, self._keys, site=self.site, delais=self.delais)
            trial = None if for_real else connection.begin_nested()
            found = removal.remove(demande, numbers, today or dt.date.today())
            if trial is not None:
                trial.rollback()
            else:
                etats.perimer(connection)
                etats.vider(connection)
        return found

    def removed_files(self) -> list[RemovedFile]:
        """The files that were taken out and may come back, the last ones first."""
        from noemie.ledger import removal

        with self._reading() as connection:
            return removal.removed(connection)

    def admit(self, digest: str) -> None:
        """Take a file that was taken out at its next import."""
        from noemie.ledger import engine, removal

        with engine.writing(self._open) as connection:
            removal.admit(connection, [digest])

    def key_place(self) -> Path | None:
        """The file in which the key of a SQLite ledger is kept, when it is one that the program made."""
        from noemie.ledger import engine
        from noemie.ledger.base.opening import beside, user_key

        path = engine.file_of(self._url)
        places = [] if path is None else [beside(path)]
        if self._keys is not None:
            places.append(user_key(GENRE, self._keys.check))
        return next((place for place in places if place.exists()), None)
