"""What the page is open on: the ledger, the register of rights, the day, the language, who may be shown.

Each question goes to the ledger as a verb's does; an answer is kept as long as the ledger has not changed, so
that going from one page to another asks nothing twice. No identity is kept but in such answers, and hiding
people or locking the page forgets them.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

from msgspec import structs

from cli.words.speech import Lang, language
from cli.words.status import CommandError

if TYPE_CHECKING:
    from noemie.ledger import Ledger
    from noemie.ledger.identity import Identite
    from noemie.ledger.register.queries import Questions
    from noemie.ledger.register.register import Register

__all__ = ["Places", "Practice", "encrypts", "make_folder"]

T = TypeVar("T")

#: Answers kept; the oldest goes.
_KEPT: Final = 24
#: Those that are asked again after a reading, the last ones.
_RENEWED: Final = 8


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: `db` the ledger, `rights` the register of rights, `folder` the watched one.

    `codes` is the folder of a site, whose codes, rejects and delays win.
    """

    db: str
    rights: str
    folder: Path | None = None
    key_file: Path | None = None
    codes: Path | None = None


class Answer(NamedTuple):
    """An answer of the ledger, the version that it is of, and the question."""

    version: object
    value: Any
    question: Callable[[Ledger], Any]


class Names:
    """The names that cards and files of rights tell, asked of their register, which `stack` closes."""

    def __init__(self, practice: Practice, stack: ExitStack) -> None:
        self._practice = practice
        self._stack = stack
        self._asked: Questions | None = None
        self._none = False

    def __call__(self, identite: Identite) -> Identite:
        """The same identity, named if its card was read."""
        from fse.rights.model import Personne

        if self._none:
            return identite
        if self._asked is None:
            try:
                register = self._stack.enter_context(self._practice.register())
                self._asked = self._stack.enter_context(register.questions())
            except CommandError:  # a lost key costs names, nothing else
                self._none = True
                return identite
        facts = self._asked.personne(Personne.of(identite.nir, identite.naissance, identite.rang or "1"))
        named = next((one for one in facts if one.nom or one.prenom), None)
        return identite if named is None else structs.replace(identite, nom=named.nom, prenom=named.prenom)


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
        self._answers: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()
        self._asked: dict[tuple[Any, ...], threading.Lock] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._turn = self._changes = 0
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
        return "://" in self.places.db or _state(Path(self.places.db))[0] > 0

    # --- questions ------------------------------------------------------------------------------------

    def ask(self, name: str, question: Callable[[Ledger], T], *args: object, anew: bool = False) -> T:
        """The answer of the ledger to `question`, which `name` and `args` identify. Raises `CommandError`.

        Other questions are answered meanwhile. While a reading is under way, what was known before it is,
        unless it is asked for `anew`.
        """
        key = (name, *args, self.today, language(), self.hides)
        with self._lock:
            if known := self._known(key, anew):
                return cast("T", known[0])
            asked = self._asked.setdefault(key, threading.Lock())
        with asked:  # two windows ask the same once
            with self._lock:
                if known := self._known(key, anew):
                    return cast("T", known[0])
                turn, changes, before = self._turn, self._changes, self._version()
                quiet = anew or not self.busy
            try:
                with self.ledger() as ledger:
                    answer = question(ledger)
            finally:
                with self._lock:
                    self._asked.pop(key, None)
            with self._lock:
                # A question may write (the day on which it was asked): the answer is then that of after.
                still = quiet and changes == self._changes and (anew or not self.busy)
                if turn == self._turn:
                    self._answers[key] = Answer(self._version() if still else before, answer, question)
                while len(self._answers) > _KEPT:
                    self._answers.popitem(last=False)
            return answer

    def _known(self, key: tuple[Any, ...], anew: bool) -> tuple[Any] | None:
        """An answer that still holds, or has to do meanwhile."""
        found = self._answers.get(key)
        if found is None or (found.version != self._version() and (anew or not self.busy)):
            return None
        self._answers.move_to_end(key)
        return (found.value,)

    def renew(self, goes_on: Callable[[], bool]) -> None:
        """Ask again the last things that were asked, as long as `goes_on`; what goes wrong, pages tell."""
        with self._lock:
            now = (self.today, language(), self.hides)
            asked = [(key, one.question) for key, one in self._answers.items() if key[-len(now) :] == now]
        for key, question in reversed(asked[-_RENEWED:]):
            if not goes_on():
                return
            with suppress(Exception):
                self.ask(key[0], question, *key[1 : -len(now)], anew=True)

    def change(self, what: Callable[[Ledger], T], *, create: bool = False) -> T:
        """Write in the ledger, one change at a time. Raises `CommandError`."""
        with self._writing:
            try:
                with self.ledger(create=create) as ledger:
                    return what(ledger)
            finally:
                with self._lock:
                    self._changes += 1

    @contextmanager
    def ledger(self, *, create: bool = False) -> Iterator[Ledger]:
        """The ledger, open for a while, as the verbs open it; cards name whom flows do not."""
        from cli.io.ledgers import opened

        if create:
            make_folder(self.places.db)
        places = self.places
        with ExitStack() as stack:
            ledger = stack.enter_context(
                opened(
                    places.db,
                    key_file=places.key_file,
                    key=self.key,
                    create=create,
                    codes=places.codes,
                )
            )
            if self.has_rights and not self.hides:
                ledger.named = Names(self, stack)
            yield ledger

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
        return "://" in self.places.rights or _state(Path(self.places.rights))[0] > 0

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
            self._turn += 1  # what is being answered is not kept

    def _version(self) -> tuple[object, ...]:
        """What changes when a base does; of a server nothing tells, so that nothing is kept."""
        if "://" in self.places.db:
            return (object(),)
        names = [f"{place}{end}" for place in (self.places.db, self.places.rights) for end in ("", "-wal")]
        return tuple(_state(Path(name)) for name in names)


def _state(path: Path) -> tuple[int, int]:
    """The size and the time of a file, zeros without one."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns if found.st_size else 0


def make_folder(place: str) -> None:
    """The folder of a new base, for its owner alone."""
    if "://" not in place:
        Path(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def encrypts() -> bool:
    """Whether identities can be encrypted here."""
    from flatfile.extras import is_installed

    return is_installed("cryptography")
