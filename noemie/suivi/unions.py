"""Which groups of sendings must be read together, because a link goes from one to the other."""

from __future__ import annotations

__all__ = ["Unions"]


class Unions:
    """Disjoint sets of group names; only those that were joined to another are kept."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def joindre(self, first: str, second: str) -> None:
        """Make one set of two; the representative does not depend on the order."""
        if first == second:
            return
        one, other = self.tete(first), self.tete(second)
        if one != other:
            head, below = min(one, other), max(one, other)
            self._above[below] = head
            self._above.setdefault(head, head)

    def tete(self, name: str) -> str:
        """The representative of the set of a group: itself when it is alone."""
        above = self._above
        head = name
        while (up := above.get(head, head)) != head:
            head = up
        while (up := above.get(name, name)) != head:
            above[name], name = head, up
        return head

    def __contains__(self, name: str) -> bool:
        return name in self._above

    def __len__(self) -> int:
        return len(self._above)
