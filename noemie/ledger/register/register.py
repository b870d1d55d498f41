"""The register of rights: a database of facts, and the questions of a consultation of rights."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flatfile.extras import is_installed
from fse.rights.model import Droit, Personne
from fse.rights.reponse import Reponse, au_jour
from noemie.ledger.base.handle import Base
from noemie.ledger.register.errors import GENRE, RightsError

if TYPE_CHECKING:
    from noemie.ledger.base.cles import Personal
    from noemie.ledger.register.cles import RightsKeys
    from noemie.ledger.register.importing import FileResult, Importable
    from noemie.ledger.register.queries import Fiche, Questions, Stats
    from noemie.ledger.register.storing import Counts


class Register(Base["RightsKeys"]):
    """Facts on rights, over time, in one database.

        with Register("droits.db") as register:
            register.import_files(["cartes/", "droits.csv"])
            answer = register.at(nir, "840229", "1", dt.date(2025, 3, 14))

    - `where`: path of a SQLite file, made when it is missing, or a URL (`sqlite:///…`, `postgresql://…`);
    - `key`: the key that tokens and encryption need, 16 bytes or more. By default that of the environment
      (`NOEMIE_RIGHTS_KEY_FILE`, `NOEMIE_RIGHTS_KEY`), else, for a SQLite file, that of the file `*.key`
      beside it, made when the register is new. Whoever has both can find out people: keep them apart;
    - `personal`: how personal data are kept, `token` (default), `encrypt` or `plain`; chosen when the
      register is made. See `noemie.ledger.base.cles`;
    - `create`: whether a register is made where there is none; else that is an error (`base.vide`).

    It answers as `fse.rights.Lookup` does. Facts that it gives back have no identity, unless it keeps them
    and `reveal` asks for them. Every method raises `RightsError` when the database cannot be used.
    """

    GENRE = GENRE

    def __init__(
        self,
        where: str | os.PathLike[str],
        *,
        key: bytes | None = None,
        personal: Personal | None = None,
        create: bool = True,
        reveal: bool = False,
    ) -> None:
        if not is_installed("sqlalchemy"):
            raise RightsError("module.absent", module="SQLAlchemy", extra="ledger")
        from noemie.ledger.base import engine, opening
        from noemie.ledger.register.schema import is_current, migrate

        self._reveal = reveal
        url = engine.address(where, GENRE)
        super().__init__(
            url,
            engine.open_engine(url, GENRE, create=create),
            key,
            lambda opened: opening.prepare(opened, personal, is_current, migrate, create=create),
        )

    # --- what goes in ---------------------------------------------------------------------------------

    def import_files(
        self,
        paths: Iterable[Importable],
        *,
        constate_le: dt.date | None = None,
        progress: Callable[[FileResult], None] | None = None,
        layouts: Path | None = None,
    ) -> list[FileResult]:
        """Import cards and CSV, recognised by their content; the same facts again change nothing.

        `constate_le` is the day on which facts that tell none were told: by default, the day of the file.
        `progress` hears of each file once it is stored for good.
        """
        from noemie.ledger.register.importing import Importer

        return Importer(self._open, self.keys, layouts=layouts).run(paths, constate_le, progress)

    def add(self, droits: Iterable[Droit], name: str = "") -> Counts:
        """Facts given by a program, all of them or none; `name` tells where they come from."""
        import hashlib

        from noemie.ledger.base.engine import writing
        from noemie.ledger.base.fichiers import file_id, file_name
        from noemie.ledger.register.storing import store, store_file

        keys = self.keys  # finding them may write
        number = file_id(hashlib.sha256(f"direct {name}".encode("utf-8", "replace")).hexdigest())
        with writing(self._open) as connection:
            store_file(connection, number, "direct", file_name(name))
            return store(connection, keys, number, droits)

    # --- questions ------------------------------------------------------------------------------------

    def assure(self, regime: str, nir: str) -> Sequence[Droit]:
        """See `Lookup.assure`."""
        with self.questions() as asked:
            return asked.assure(regime, nir)

    def find(self, nom: str, date_naissance: str, regime: str = "") -> Sequence[Droit]:
        """See `Lookup.find`."""
        with self.questions() as asked:
            return asked.find(nom, date_naissance, regime)

    def personne(self, personne: Personne) -> Sequence[Droit]:
        """See `Lookup.personne`."""
        with self.questions() as asked:
            return asked.personne(personne)

    def at(self, nir: str, naissance: str, rang: str, date: dt.date) -> Reponse | None:
        """See `Lookup.at`."""
        return au_jour(self.personne(Personne.of(nir, naissance, rang)), date)

    def knows(self, nir: str) -> bool:
        """See `Lookup.knows`."""
        with self.questions() as asked:
            return asked.knows(nir)

    @property
    def dernier_constat(self) -> dt.date | None:
        """See `Lookup.dernier_constat`."""
        with self.questions() as asked:
            return asked.dernier_constat

    @property
    def est_vide(self) -> bool:
        """See `Lookup.est_vide`."""
        return self.dernier_constat is None

    def fiches(self) -> Iterator[Fiche]:
        """Everybody, each with their facts, in bounded memory."""
        with self.questions() as asked:
            yield from asked.fiches()

    def stats(self, date: dt.date) -> Stats:
        """How many people and facts, of which days; what is open on a day."""
        with self.questions() as asked:
            return asked.stats(date)

    @contextmanager
    def questions(self) -> Iterator[Questions]:
        """Many questions over one connection: what a check of a long flow needs."""
        from noemie.ledger.base.engine import reading
        from noemie.ledger.register.queries import Questions

        keys = self.keys  # finding them may write
        with reading(self._open) as connection:
            yield Questions(connection, keys, reveal=self._reveal)

    # --- retention ------------------------------------------------------------------------------------

    def purge(
        self, before: dt.date | None = None, nir: str = "", *, everything: bool = False, confirm: bool = False
    ) -> tuple[int, int]:
        """Remove what was told before a day, or all that is known of an insured person and their dependants.

        Or `everything`. Without `confirm`, only counts. Returns the number of facts, and of people of whom
        nothing is left.
        """
        from noemie.ledger.base.engine import reading, writing
        from noemie.ledger.register.queries import purge

        if before is None and not nir and not everything:
            raise RightsError("purge.rien")
        token = self.keys.assure_token(nir) if nir else ""
        with writing(self._open) if confirm else reading(self._open) as connection:
            return purge(connection, before, token, confirm=confirm)

    # --- the database ---------------------------------------------------------------------------------

    def _ring(self, key: bytes, mode: Personal) -> RightsKeys:
        from noemie.ledger.register.cles import RightsKeys

        return RightsKeys(key, mode)
