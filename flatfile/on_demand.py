"""A sequence whose items are made each time they are asked for: only what makes them stays in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

__all__ = ["OnDemand"]

T = TypeVar("T")


class OnDemand(Sequence[T]):
    """What has a length and an item of each rank, read as a list; a subclass gives `__len__` and `_at`."""

    def _at(self, rank: int) -> T:
        """The item of this rank, 0 to the length less one."""
        raise NotImplementedError

    @overload
    def __getitem__(self, rank: int) -> T: ...

    @overload
    def __getitem__(self, rank: slice) -> Sequence[T]: ...

    def __getitem__(self, rank: int | slice) -> T | Sequence[T]:
        found = range(len(self))[rank]
        return self._at(found) if isinstance(found, int) else list(map(self._at, found))

    def __iter__(self) -> Iterator[T]:
        return map(self._at, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"<{type(self).__name__.strip('_')}: {len(self)}>"
