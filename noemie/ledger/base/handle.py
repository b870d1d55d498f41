"""One database of ours, open: its address, how it keeps personal data, its keys, its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

    from noemie.ledger.base.cles import Cles, Personal
    from noemie.ledger.base.genre import Genre

C = TypeVar("C", bound="Cles")


class Base(ABC, Generic[C]):
    """What a ledger and a register of rights are alike in; a context manager that closes the database.

    `prepare` brings the schema up to date and tells how personal data are kept
    (`noemie.ledger.base.opening.prepare`); when it fails, the database is closed.
    """

    GENRE: ClassVar[Genre]

    def __init__(
        self, url: URL, engine: Engine, key: bytes | None, prepare: Callable[[Engine], Personal]
    ) -> None:
        self._url = url
        self._engine: Engine | None = engine
        self._given_key = key
        self._keys: C | None = None
        try:
            self._mode = prepare(engine)
        except BaseException:
            self.close()
            raise

    @abstractmethod
    def _ring(self, key: bytes, mode: Personal) -> C:
        """The keys that are drawn from the one of the database."""

    @property
    def personal(self) -> Personal:
        """How personal data are kept."""
        return self._mode

    @property
    def keys(self) -> C:
        """The keys; raises the error of the kind when they are missing or are those of another database."""
        from noemie.ledger.base import engine, opening

        if self._keys is None:
            path = engine.file_of(self._url)
            self._keys = opening.find_keys(self._open, path, self._given_key, self._mode, self._ring)
        return self._keys

    def close(self) -> None:
        """Close the database, which answers nothing more."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def _open(self) -> Engine:
        if self._engine is None:
            raise self.GENRE.error("base.fermee")
        return self._engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        # A URL holds a password, a path may hold a name.
        return f"<{type(self).__name__} {self._url.get_backend_name()} {self._mode}>"
