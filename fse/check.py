"""Check a B2 flow: one pass, bounded memory, findings in file order.

Two engines give the same findings. `reference` runs every check on every invoice. `fast` first asks, for
each invoice, a few questions on its bytes that only a flawless invoice answers with yes (`fse.portail`);
the checks run on the others alone. The tests prove that both agree, on clean and on damaged flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from codes.lists import Namespace, b2, overlay
from flatfile import Finding, Readable, Record
from flatfile.fixed import BOM
from fse.facture import Facture
from fse.flux import Flux
from fse.normes import LENGTH, UNKNOWN
from fse.portail import Portail
from fse.reader import Item, Reading
from fse.rules import smg, structure  # noqa: F401  # their checks register themselves
from fse.rules.champs import check_fields
from fse.rules.cles import check_keys
from fse.rules.contexte import Contexte
from fse.rules.dates import check_batch
from fse.rules.registre import ON_FACTURE, finds
from fse.rules.totaux import check_batch_identity, check_batch_totals, check_file_counts
from fse.totaux import Totaux, TotauxLot

Engine = Literal["fast", "reference"]

#: Bytes 4-41 and 48-55, which records 000 and 999 share, by the fields of 999.
_SHARED = (
    "type_emetteur",
    "numero_emetteur",
    "blanc_1",
    "type_destinataire",
    "numero_destinataire",
    "application",
    "identification_fichier",
)


def check(
    source: Readable | Flux,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
    codes: Path | None = None,
    engine: Engine = "fast",
) -> Iterator[Finding]:
    """Findings on a B2 flow, in file order; the flow is read once and never held in memory.

    `norm` imposes a norm, `layouts` and `codes` are directories with a site's own tables. Raises
    `FormatError` when the bytes are no B2 flow, `LayoutError` or `CodeTableError` when a table of the
    site is wrong.
    """
    lists = b2() if codes is None else overlay("b2", codes)
    if isinstance(source, Flux):
        yield from Checker(_Held(source), lists, engine).findings()
        return
    reading = Reading(source, norm=norm, layouts=layouts)
    with reading.source:
        yield from Checker(reading, lists, engine).findings()


class _Held(Reading):
    """A flow already in memory, seen as a reading."""

    def __init__(self, flux: Flux) -> None:
        self.norme = flux.norme
        self.eol, self.ends = flux.eol, flux.ends
        self._flux = flux
        self.count = len(flux.records)

    def items(self) -> Iterator[Item]:
        yield from self._flux.items


class Checker:
    """One check of one reading; `factures` and `records` count what was seen."""

    def __init__(self, reading: Reading, lists: Namespace, engine: Engine = "fast") -> None:
        self.reading = reading
        self.context = Contexte(reading.norme, lists)
        self.gate = Portail(self.context) if engine == "fast" else None
        self.records = 0
        self.factures = 0
        self.batches = 0
        self._batch = TotauxLot()
        self._end: Record | None = None
        self._fillers = 0

    def findings(self) -> Iterator[Finding]:
        """All findings, in file order."""
        items = iter(self.reading.items())
        item = next(items, None)
        while item is not None:
            following = next(items, None)
            if isinstance(item, Facture):
                yield from self._facture(item, last=following is None)
            else:
                yield from self._record(item, last=following is None)
            item = following
        yield from self._ends_of_lines()
        if self.context.lot is not None:
            yield self.context.finding("structure.lot-sans-fin", self.context.lot)
        if self._end is None:
            yield Finding("structure.fin", self.records)

    # --- invoices -------------------------------------------------------------------------------------

    def _facture(self, facture: Facture, *, last: bool) -> Iterator[Finding]:
        self.records += len(facture)
        self.factures += 1
        framed = self.context.lot is not None and self._end is None
        if framed and self.gate is not None and self.gate.passes(facture, self._batch):
            return
        totals = Totaux.of(zip(facture.layouts, facture.raws, strict=True))
        self._batch.add(facture.layouts, totals)
        found = list(self._check_facture(facture, last=last))
        found.sort(key=lambda finding: (finding.record, finding.offset))
        yield from found

    def _check_facture(self, facture: Facture, *, last: bool) -> Iterator[Finding]:
        header = facture.entete or facture.records[0]
        for record in facture.records:
            if self._is_whole(record):
                yield from check_fields(record, self.context, facture)
                yield from check_keys(record, self.context, header, facture)
        for record in facture.records:
            yield from self._damage(record, last=last and record is facture.records[-1], facture=facture)
        if self._end is not None:
            yield self.context.finding("structure.apres-fin", facture.records[0], facture=facture)
        for check_one in ON_FACTURE:
            yield from check_one(facture, self.context)

    # --- other records --------------------------------------------------------------------------------

    def _record(self, record: Record, *, last: bool) -> Iterator[Finding]:
        self.records += 1
        if record.raw == BOM and record.number == 1:
            self._fillers += 1
            yield self.context.finding("fichier.bom", record)
            return
        if not record.raw.strip(b"\0\x1a \r\n") and len(record.raw) < LENGTH:
            self._fillers += 1
            yield self.context.finding("fichier.octet-final", record)
            return
        yield from self._order(record)
        yield from self._damage(record, last=last)
        if self._is_whole(record):
            yield from check_fields(record, self.context)
            yield from check_keys(record, self.context)
            yield from self._content(record)
        if record.type == "6":
            self.context.lot = None

    @finds("structure.debut", "structure.debut-double", "structure.apres-fin", "structure.fin")
    def _order(self, record: Record) -> Iterator[Finding]:
        """Places of the records that frame the file."""
        if self.records - self._fillers == 1 and record.type != "000":
            yield self.context.finding("structure.debut", record)
        if self._end is not None:
            yield self.context.finding("structure.apres-fin", record)
        elif record.type == "000" and self.records - self._fillers > 1:
            yield self.context.finding("structure.debut-double", record)
        elif record.type == "1":
            yield from self._open_batch(record)
        elif record.type == "6":
            yield from self._close_batch(record)

    @finds("structure.lot-sans-fin")
    def _open_batch(self, record: Record) -> Iterator[Finding]:
        if self.context.lot is not None:
            yield self.context.finding("structure.lot-sans-fin", self.context.lot)
        self.context.lot = record
        self.batches += 1
        self._batch = TotauxLot()

    @finds("structure.fin-sans-lot", "structure.lot-vide")
    def _close_batch(self, record: Record) -> Iterator[Finding]:
        if self.context.lot is None:
            yield self.context.finding("structure.fin-sans-lot", record)
        elif not self._batch.factures:
            yield self.context.finding("structure.lot-vide", self.context.lot)

    @finds("fichier.norme-lot")
    def _content(self, record: Record) -> Iterator[Finding]:
        """What the framing records say of one another and of what they frame."""
        context = self.context
        if record.type == "000" and context.debut is None:
            context.debut = record
        elif record.type == "1":
            yield from check_batch(record, context)
            if context.debut is not None and record.text("norme") != context.debut.text("norme"):
                yield context.finding("fichier.norme-lot", record, "norme")
        elif record.type == "6":
            yield from check_batch_identity(record, context)
            yield from check_batch_totals(record, self._batch, context)
            self._batch = TotauxLot()
        elif record.type == "999" and self._end is None:
            self._end = record
            yield from check_file_counts(record, self.records - self._fillers, self.batches, context)
            yield from self._identity(record)

    @finds("fichier.identite")
    def _identity(self, end: Record) -> Iterator[Finding]:
        start = self.context.debut
        for name in _SHARED if start is not None else ():
            if start is not None and start[name] != end[name]:
                yield self.context.finding("fichier.identite", end, name)

    # --- damage ---------------------------------------------------------------------------------------

    @staticmethod
    def _is_whole(record: Record) -> bool:
        return len(record.raw) == LENGTH and record.layout is not UNKNOWN

    @finds("structure.type-inconnu", "structure.longueur", "fichier.tronque")
    def _damage(self, record: Record, *, last: bool, facture: Facture | None = None) -> Iterator[Finding]:
        """Records of a wrong length, or of no known type."""
        if len(record.raw) != LENGTH:
            rule = "fichier.tronque" if last and len(record.raw) < LENGTH else "structure.longueur"
            yield self.context.finding(rule, record, expected=str(LENGTH), facture=facture)
        elif record.layout is UNKNOWN:
            yield self.context.finding("structure.type-inconnu", record, facture=facture)

    @finds("fichier.bom", "fichier.octet-final", "fichier.fin-de-ligne", "fichier.fin-de-ligne-mixte")
    def _ends_of_lines(self) -> Iterator[Finding]:
        """Line ends: all alike, or not."""
        if self.reading.eol:
            yield Finding("fichier.fin-de-ligne", 1, LENGTH, len(self.reading.eol))
        for number, eol in self.reading.ends.items():
            if number == self.records and (self.reading.eol or eol):
                if not self.reading.eol:
                    yield Finding("fichier.octet-final", number, number * LENGTH, len(eol))
                continue  # the last record may do without, or be alone to have one
            yield Finding("fichier.fin-de-ligne-mixte", number)
            break


@finds(
    "fichier.absent",
    "fichier.repertoire",
    "fichier.acces",
    "fichier.lecture",
    "fichier.gzip-illisible",
    "fichier.vide",
    "fichier.inconnu",
    "fichier.noemie",
)
def unreadable(rules: Iterable[str]) -> frozenset[str]:
    """Rules that stop the reading: raised as `FormatError` by the readers, never found by a check."""
    return frozenset(rules)
