"""Compare the invoices of a flow with something else, while the flow is read: a card, a register of rights.

A comparison looks at each invoice once, in file order, and gives findings as the rules do. It keeps no
invoice; what it compares with was read before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

from msgspec import structs

from flatfile import Finding, Readable
from fse.facture import Facture
from fse.reader import Item, Reading


class SummaryFinding(Finding, frozen=True, gc=False):
    """A note on a whole comparison, which concerns `count` invoices.

    Reports tell it, but it is not counted among the findings: it says what was done, not what is wrong.
    """

    count: int = 1
    is_summary: ClassVar[bool] = True


class Comparison(Protocol):
    """One comparison of one flow."""

    def compare(self, facture: Facture) -> Iterable[Finding]:
        """Findings on one invoice, in file order."""
        ...

    def summary(self) -> Iterable[Finding]:
        """Findings on the flow as a whole, once it is read."""
        ...


class Source(Protocol):
    """What a comparison is made from: data that can be sent to another process."""

    def open(self) -> Comparison:
        """A new comparison, for one flow."""
        ...


class ComparedReading(Reading):
    """A reading whose invoices are compared as they are met; see `fse.reader.Reading` for the arguments."""

    def __init__(
        self,
        source: Readable,
        comparisons: Sequence[Comparison] = (),
        *,
        norm: str | None = None,
        layouts: Path | None = None,
    ) -> None:
        super().__init__(source, norm=norm, layouts=layouts)
        self.comparisons = comparisons
        self._waiting: deque[Finding] = deque()

    def items(self) -> Iterator[Item]:
        """Invoices and other records, as `Reading.items`."""
        if not self.comparisons:
            yield from super().items()
            return
        for item in super().items():
            if isinstance(item, Facture):
                found = [
                    self._placed(finding, item) for one in self.comparisons for finding in one.compare(item)
                ]
                found.sort(key=_place)
                self._waiting.extend(found)
            yield item

    def _placed(self, finding: Finding, facture: Facture) -> Finding:
        """A finding on an invoice, at its place in a file that was wrapped."""
        rank = finding.record - facture.number
        if self.coupes is None or not 0 <= rank < len(facture):
            return finding
        start = facture.offsets[rank]
        offset, length = self.coupes.within(start, finding.offset - start, finding.length)
        return structs.replace(finding, offset=offset, length=length)

    def due(self, item: Item) -> Iterator[Finding]:
        """What the comparisons found before `item`, as `Reading.due`; so it never piles up."""
        waiting = self._waiting
        while waiting and waiting[0].record < item.number:
            yield waiting.popleft()

    def merged(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of a check of this reading, with those of the comparisons in their places."""
        waiting = self._waiting
        for finding in findings:
            while waiting and _place(waiting[0]) <= _place(finding):
                yield waiting.popleft()
            yield finding
        yield from waiting
        for one in self.comparisons:
            yield from one.summary()


def _place(finding: Finding) -> tuple[int, int]:
    return finding.record, finding.offset
