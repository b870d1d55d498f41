"""Rights as what the invoices of a flow are compared with (see `fse.compare`)."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from weakref import finalize

import msgspec

from flatfile import Finding, FormatError, open_source
from fse.facture import Facture
from fse.rights.check import check_rights
from fse.rights.fichier import day_of, read_droits
from fse.rights.memoire import Lookup, Rights
from noemie.ledger.register.register import Register

_SQLITE = b"SQLite format 3\0"


class RightsComparison:
    """Compares the invoices of one flow with rights, which are opened at the first of them.

    They are closed once the flow is read, or when nobody holds the comparison any longer.
    """

    def __init__(self, opener: Callable[[ExitStack], Lookup]) -> None:
        self._opener = opener
        self._rights: Lookup | None = None
        self._stack = ExitStack()
        self._close = finalize(self, self._stack.close)

    @property
    def rights(self) -> Lookup:
        """The rights, open."""
        if self._rights is None:
            self._rights = self._opener(self._stack)
        return self._rights

    def compare(self, facture: Facture) -> Iterator[Finding]:
        """Findings on one invoice, in file order."""
        return check_rights(facture, self.rights)

    def summary(self) -> Iterator[Finding]:
        """Nothing on the flow as a whole."""
        self._close()
        return iter(())


class RightsSource(msgspec.Struct, frozen=True):
    """Where rights are: a register (SQLite file, URL), a CSV, or the zone of a card.

    A CSV or a card is read in memory, once for all the flows that a process checks. `data` are the bytes of
    one that cannot be read again; its name tells nothing then.
    """

    where: str
    key: bytes | None = None
    data: bytes | None = None

    def open(self) -> RightsComparison:
        """A comparison for one flow, which raises as `verify` does at its first invoice."""
        return RightsComparison(self._opened)

    def _opened(self, stack: ExitStack) -> Lookup:
        if self.data is not None:
            return _in_memory(self.data)
        if not is_register(self.where):
            return _in_memory(self.where, _changed(self.where))
        if not _kept.run:
            return self._asked(stack)
        found = _kept.open.get(self)
        if found is None:
            found = _kept.open[self] = self._asked(_kept.stack)
        return found

    def _asked(self, stack: ExitStack) -> Lookup:
        register = stack.enter_context(Register(self.where, key=self.key, create=False))
        return stack.enter_context(register.questions())

    def keep_open(self, run: str) -> None:
        """Have this thread open a register once for all the flows of a run; none ends that."""
        if _kept.run != run:
            _kept.stack.close()
            _kept.open.clear()
            _kept.run = run

    def verify(self, tell: Callable[[Finding], object]) -> bool:
        """Whether there is any fact to compare with; a register answers for itself.

        `tell` hears of the wrong rows of a CSV, which raise nothing. Raises `RightsError` or `FormatError`
        when the rights cannot be used.
        """
        if self.data is None and is_register(self.where):
            with ExitStack() as stack:
                self._opened(stack)
            return True
        facts = read_droits(self.where if self.data is None else self.data, dt.date.min, tell)
        return sum(1 for _ in facts) > 0

    def __repr__(self) -> str:
        return "<RightsSource>"


class _Kept(threading.local):
    """The registers that a thread keeps open, and for which run."""

    def __init__(self) -> None:
        self.run = ""
        self.stack = ExitStack()
        self.open: dict[RightsSource, Lookup] = {}


_kept = _Kept()


def is_register(where: str) -> bool:
    """Whether this names a database: a URL, or a file that begins as those of SQLite."""
    if "://" in where:
        return True
    with open_source(where) as opened:
        return opened.head.startswith(_SQLITE)


@lru_cache(maxsize=2)
def _in_memory(where: str | bytes, changed: int = 0) -> Rights:
    """The facts of a file; a wrong row is left out, whoever asked for the check has heard of it."""
    return Rights.of(read_droits(where, day_of(where), lambda finding: None))


def _changed(where: str) -> int:
    try:
        return Path(where).stat().st_mtime_ns
    except OSError:
        raise FormatError("fichier.absent") from None
