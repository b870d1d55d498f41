"""A flow in memory: file, batches, invoices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

from flatfile import Detection, Record
from fse.facture import Facture
from fse.lignes import as_written
from fse.normes import Norme
from fse.trusted import number_of_batch

if TYPE_CHECKING:
    from fse.coupures import Coupes


class Lot:
    """One batch: record 1, its invoices, record 6. Either record may be missing in a damaged file."""

    def __init__(self, entete: Record | None, items: list[Facture | Record], fin: Record | None) -> None:
        self.entete = entete
        self.items = items
        self.fin = fin

    @cached_property
    def factures(self) -> tuple[Facture, ...]:
        """The invoices, in file order."""
        return tuple(item for item in self.items if isinstance(item, Facture))

    @property
    def numero(self) -> str:
        """Batch number, 3 digits."""
        return self.entete.text("numero_lot") if self.entete else ""

    @property
    def numero_ps(self) -> str:
        """Number of the professional or establishment."""
        return self.entete.text("numero_ps") if self.entete else ""

    @property
    def date(self) -> dt.date | None:
        """Day on which the batch was made."""
        return self.entete.get("date_lot", dt.date) if self.entete else None

    @property
    def organisme_destinataire(self) -> str:
        """Real destination of the batch, 3 digits."""
        return self.entete.text("organisme_destinataire") if self.entete else ""

    def __repr__(self) -> str:
        numero = number_of_batch(self.entete) if self.entete is not None else ""
        return f"<Lot {numero or '?'}: {len(self.factures)} factures>"


def lots_of(items: Iterable[Facture | Record]) -> Iterator[Lot]:
    """The batches of a flow, each once it is whole; invoices outside any make a batch without header."""
    current: Lot | None = None
    for item in items:
        if isinstance(item, Facture):
            current = current or Lot(None, [], None)
            current.items.append(item)
        elif item.type == "1":
            if current is not None:
                yield current
            current = Lot(item, [], None)
        elif item.type == "6":
            current = current or Lot(None, [], None)
            current.fin = item
            yield current
            current = None
        elif current is not None and item.type == "?":
            current.items.append(item)
    if current is not None:
        yield current


class Flux:
    """A B2 flow: `items` are the invoices and the other records, in file order.

    `to_bytes()` gives back the bytes that were read; an edited flow is a new `Flux` whose items were
    replaced. `detection` says what the file looked like, `eol` and `ends` its line ends.
    """

    def __init__(
        self,
        items: list[Facture | Record],
        norme: Norme,
        detection: Detection,
        eol: bytes = b"",
        ends: dict[int, bytes] | None = None,
        name: str = "",
        ways: dict[int, tuple[str, ...]] | None = None,
        coupes: Coupes | None = None,
    ) -> None:
        #: Where the cuts of a flow that was wrapped stand (`fse.coupures`).
        self.coupes = coupes
        #: Ways in which the lines of some records were written (`fse.lignes`), by number.
        self.ways = ways or {}
        self.items = items
        self.norme = norme
        self.detection = detection
        self.eol = eol
        self.ends = ends or {}
        self.name = name

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Every record, in file order."""
        return tuple(
            record
            for item in self.items
            for record in (item.records if isinstance(item, Facture) else (item,))
        )

    @cached_property
    def factures(self) -> tuple[Facture, ...]:
        """Every invoice, in file order."""
        return tuple(item for item in self.items if isinstance(item, Facture))

    @cached_property
    def lots(self) -> tuple[Lot, ...]:
        """The batches, in file order; see `lots_of`."""
        return tuple(lots_of(self.items))

    def _outer(self, type: str) -> Record | None:
        return next((i for i in self.items if isinstance(i, Record) and i.type == type), None)

    @cached_property
    def debut(self) -> Record | None:
        """Record 000, or `None` when it is missing."""
        return self._outer("000")

    @cached_property
    def fin(self) -> Record | None:
        """Record 999, or `None` when it is missing."""
        return self._outer("999")

    @property
    def date_fichier(self) -> dt.date | None:
        """Day on which the file was made."""
        return self.debut.get("date_fichier", dt.date) if self.debut else None

    def write(self, destination: BinaryIO) -> int:
        """Write the flow as it is, line ends included; returns the number of bytes."""
        written = 0
        for line in self._lines():
            written += destination.write(line)
        return written

    def to_bytes(self) -> bytes:
        """The bytes of the flow: those that were read, when nothing was replaced."""
        return b"".join(self._lines())

    def _lines(self) -> Iterator[bytes]:
        for number, raw in enumerate(self._raws(), start=1):
            yield as_written(raw, self.ways.get(number, ())) + self.ends.get(number, self.eol)

    def _raws(self) -> Iterator[bytes]:
        for item in self.items:
            if isinstance(item, Facture):
                yield from item.raws
            else:
                yield item.raw

    def replaced(self, old: Record, new: Record) -> Flux:
        """A new flow in which the record `old` (told by its number) is `new`."""
        items: list[Facture | Record] = []
        for item in self.items:
            if not isinstance(item, Facture):
                items.append(new if item.number == old.number else item)
            elif item.number <= old.number < item.number + len(item):
                records = [new if record.number == old.number else record for record in item.records]
                items.append(Facture.of(records, item.lot))
            else:
                items.append(item)
        return Flux(items, self.norme, self.detection, self.eol, self.ends, self.name, self.ways, self.coupes)

    def to_arrow(self, *, values: bool = False) -> dict[str, Any]:
        """Record type -> `pyarrow.Table` of its records, personal values empty unless `values`.

        The columns are those of `noemie convert --to parquet` (`noemie.documents.convert.to_arrow`). Raises
        `flatfile.extras.MissingLibraryError` without `pyarrow` (extra `parquet`).
        """
        from flatfile.lazy import from_above

        tables: dict[str, Any] = from_above("noemie.documents.convert", "to_arrow")(self, values=values)
        return tables

    def _repr_html_(self) -> str:
        """The first invoices, for a notebook."""
        from fse.html import flux_table

        return flux_table(self)

    def __repr__(self) -> str:
        return f"<Flux {self.norme.name}: {len(self.lots)} lots, {len(self.factures)} factures>"
