"""What the page is open on: the ledger, the register of rights, the day, the language, who may be shown.

Each question goes to the ledger as a verb's does; an answer is kept as long as the ledger has not changed, so
that going from one page to another asks nothing twice. No identity is kept but in such answers, and hiding
people or locking the page forgets them.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cli.words.speech import Lang, language

if TYPE_CHECKING:
    from noemie.ledger import Ledger
    from noemie.ledger.register.register import Register

__all__ = ["Places", "Practice", "encrypts", "make_folder"]

T = TypeVar("T")

#: Answers kept; the oldest goes.
_KEPT: Final = 24


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: `db` the ledger, `rights` the register of rights, `folder` the watched one."""

    db: str
    rights: str
    folder: Path | None = None
    key_file: Path | None = None


class Practice:
    """One ledger, asked by the pages. `incognito` hides every person, whatever a page asks for."""

    def __init__(
        self,
        places: Places,
        lang: Lang = "fr",
        *,
        incognito: bool = False,
        on: dt.date | None = None,
        name: str = "",
    ) -> None:
        self.places = places
        self.lang: Lang = lang
        self.incognito = incognito
        self.veiled = False
        self.name = name
        self.key: bytes | None = None
        self._on = on
        self._answers: OrderedDict[tuple[Any, ...], tuple[object, Any]] = OrderedDict()
        self._lock = threading.RLock()
        #: Whether a reading is under way: pages then show what was known before it.
        self.busy = False

    @property
    def today(self) -> dt.date:
        """The day of the questions."""
        return self._on or dt.date.today()

    @property
    def hides(self) -> bool:
        """Whether people are hidden."""
        return self.incognito or self.veiled

    @property
    def exists(self) -> bool:
        """Whether there is a ledger yet."""
        return "://" in self.places.db or _size(Path(self.places.db)) > 0

    # --- questions ------------------------------------------------------------------------------------

    def ask(self, name: str, question: Callable[[Ledger], T], *args: object) -> T:
        """The answer of the ledger to `question`, which `name` and `args` identify. Raises `CommandError`."""
        with self._lock:
            key = (name, *args, self.today, language(), self.hides)
            version = self._version()
            if key in self._answers:
                then, known = self._answers[key]
                if then == version or self.busy:
                    self._answers.move_to_end(key)
                    answer: T = known
                    return answer
            with self.ledger() as ledger:
                answer = question(ledger)
            # A question may write (the day on which it was asked): the answer is that of after.
            self._answers[key] = (self._version(), answer)
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
            return answer

    def change(self, what: Callable[[Ledger], T], *, create: bool = False) -> T:
        """Write in the ledger. Raises `CommandError`."""
        with self._lock, self.ledger(create=create) as ledger:
            return what(ledger)

    def ledger(self, *, create: bool = False) -> Any:
        """The ledger, open for a while, as the verbs open it."""
        from cli.io.ledgers import opened

        if create:
            make_folder(self.places.db)
        return opened(self.places.db, key_file=self.places.key_file, key=self.key, create=create)

    def key_place(self) -> Path | None:
        """The file that holds the key of the ledger, when it is one that the program made."""
        from noemie.ledger import LedgerError

        ledger: Ledger
        with self.ledger() as ledger:
            with suppress(LedgerError):
                _ = ledger.keys  # which file it is depends on the key
            return ledger.key_place()

    def register(self, *, create: bool = False) -> Any:
        """The register of rights, open for a while. Raises `CommandError`."""
        from cli.io.registers import opened

        if create:
            make_folder(self.places.rights)
        new = create and not self.has_rights
        personal: Any = "encrypt" if new and encrypts() else None
        reveal = not self.hides and not new and self._names_rights()
        return opened(self.places.rights, personal=personal, create=create, reveal=reveal)

    @property
    def has_rights(self) -> bool:
        """Whether there is a register of rights yet."""
        return "://" in self.places.rights or _size(Path(self.places.rights)) > 0

    def _names_rights(self) -> bool:
        """Whether the register of rights keeps identities."""
        from cli.io.registers import opened

        if not self.has_rights:
            return False
        register: Register
        with opened(self.places.rights) as register:
            return register.personal != "token"

    def forget(self) -> None:
        """Forget the answers, and who is in them."""
        with self._lock:
            self._answers.clear()

    def _version(self) -> tuple[object, ...]:
        """What changes when the ledger does; of a server nothing tells, so that nothing is kept."""
        if "://" in self.places.db:
            return (object(),)
        path = Path(self.places.db)
        try:
            main = path.stat()
        except OSError:
            return ()
        return (main.st_mtime_ns, main.st_size, _size(path.with_name(path.name + "-wal")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def make_folder(place: str) -> None:
    """The folder of a new base, for its owner alone."""
    if "://" not in place:
        Path(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def encrypts() -> bool:
    """Whether identities can be encrypted here."""
    from flatfile.extras import is_installed

    return is_installed("cryptography")
