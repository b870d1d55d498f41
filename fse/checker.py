"""Check a B2 flow: one pass, bounded memory, findings in file order.

Two engines give the same findings. `reference` runs every check on every invoice. `fast` first asks, for
each invoice, a few questions on its bytes that only a flawless invoice answers with yes (`fse.gate`);
the checks run on the others alone, and on all of them when there is a rule that no question covers
(`fse.asked`). The tests prove that both agree, on clean and on damaged flows. A gate takes longer to build
than the checks take on the invoices of a short flow: a process builds one once it has met more (`FEW`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from codes.lists import Namespace, b2, overlay
from flatfile import Engine as Engine
from flatfile import Finding, Layout, Readable, Record
from flatfile.findings import both
from flatfile.fixed import BOM
from fse.facture import Facture
from fse.lignes import check_lines
from fse.normes import LENGTH
from fse.reader import FILLING, Reading
from fse.rules.assurance import check_batch_destination, check_sender, destination_remark
from fse.rules.champs import check_fields
from fse.rules.cles import check_keys
from fse.rules.contexte import Contexte, first_whole, is_whole, whole_header
from fse.rules.dates import NO_DATE, check_batch, day_of
from fse.rules.jours_flux import JoursDuFlux
from fse.rules.presence import check_batch_number
from fse.rules.registre import Check, finds, invoice_checks
from fse.rules.totaux import check_batch_identity, check_batch_totals, check_file_counts, check_size
from fse.rules.unicite import Numbers
from fse.rules.valeurs import NONE, filling_found, length_found, shape, value_in
from fse.smg import is_routed
from fse.totaux import Totaux, TotauxLot

if TYPE_CHECKING:
    from fse.flux import Flux
    from fse.gate import Gate

#: Invoices of short flows that the checks look at in a process before it builds a gate, which costs as much.
FEW = 60

#: What is expected where filling stands elsewhere than after 999.
_BEFORE = both("rien avant 000", "nothing before 000")
_BETWEEN = both("rien entre les enregistrements", "nothing between records")

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
    source: Readable | Flux | Reading,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
    codes: Path | None = None,
    engine: Engine = "fast",
) -> Iterator[Finding]:
    """Findings on a B2 flow; the flow is read once and never held in memory.

    They come in file order, but for those that a record reveals about an earlier one (an empty batch, the
    recipient of an SMG invoice). `norm` imposes a norm, `layouts` and `codes` are directories with a site's
    own tables; a `Reading` was opened with its own of the first two. Raises `FormatError` when the bytes are
    no B2 flow, `LayoutError` or `CodeTableError` when a table of the site is wrong.
    """
    from fse.flux import Flux  # the command has none in memory

    lists = b2() if codes is None else overlay("b2", codes)
    if isinstance(source, Flux):
        from fse.relecture import Relecture

        yield from Checker(Relecture(source), lists, engine).findings()
        return
    reading = source if isinstance(source, Reading) else Reading(source, norm=norm, layouts=layouts)
    with reading.source:
        yield from Checker(reading, lists, engine).findings()


class Checker:
    """One check of one reading; `factures` and `records` count what was seen."""

    #: Invoices that were looked at without a gate in this process, up to `FEW`.
    _without: ClassVar[int] = 0

    def __init__(self, reading: Reading, lists: Namespace, engine: Engine = "fast") -> None:
        self.reading = reading
        self.context = Contexte(reading.norme, lists, reading.coupes)
        self._checks = invoice_checks()  # before the gate is asked what it leaves out
        self._parts: list[tuple[Check, int]] = []  # the same, with what each looks at, for the gate
        self._by_parts: dict[int, Sequence[Check]] = {}
        self._may_have_gate = engine == "fast"
        self.gate: Gate | None = None
        self.records = 0
        self.factures = 0
        self.batches = 0
        self._batch = TotauxLot()
        self._day = NO_DATE  # of the batch, as written
        self._end: Record | None = None
        self._before = 0  # records that do not count in 999: fillings, an earlier file
        self._lost = False  # so damaged that records cannot be counted
        self._begun = self._named = False  # a record, a record 000 was met
        self._filling: Record | None = None  # the last record, when it is nothing but filling
        self._numbers = Numbers()
        self._days = JoursDuFlux(reading.norme)
        self._regimes: set[bytes] = set()  # of invoices whose destination is right
        self._number, self._regime = (
            _slice(reading.norme.layouts["2"], name) for name in ("numero_facture", "regime")
        )

    def findings(self) -> Iterator[Finding]:
        """All findings; see `check`."""
        due = self.reading.due
        items = iter(self.reading.items())
        item = next(items, None)
        while item is not None:
            yield from due(item)
            if isinstance(item, Facture):
                if self._passes(item):
                    item = next(items, None)
                    continue
                following = next(items, None)
                yield from self._facture(item, last=following is None)
            else:
                following = next(items, None)
                yield from self._record(item, last=following is None)
            item = following
        yield from check_lines(self.reading, self.records)
        yield from self._no_end()

    # --- invoices -------------------------------------------------------------------------------------

    def _passes(self, facture: Facture) -> bool:
        """Whether the invoice is flawless and stands where it should, or where it was said not to stand."""
        context, numbers = self.context, self._numbers
        gate = self.gate or self._built_gate()
        if gate is None or self._end is not None:
            return False
        if context.lot is None and "structure.hors-lot" not in context.told:
            return False
        header = facture.raws[0]
        number = header[1:10] + header[self._number]
        if number in numbers.invoices:
            return False
        if header[self._regime] not in self._regimes and not self._is_well_sent(facture):
            return False
        if not gate.passes(facture, number, self._day, self._batch, numbers.care):
            return False
        numbers.remember(number)
        if self._days.is_open:
            self._days.add(facture, context)
        self.records += len(facture.raws)
        self.factures += 1
        self._filling = None
        return True

    def _built_gate(self) -> Gate | None:
        """The gate, once there are invoices enough to build one; nothing where a rule keeps it closed."""
        if not self._may_have_gate:
            return None
        if self.reading.is_short and Checker._without < FEW:
            Checker._without += 1
            return None
        from fse.asked import parts_of, unasked

        self._may_have_gate = not unasked()
        if self._may_have_gate:
            from fse.gate import gate

            self._parts = parts_of(self._checks)
            self.gate = gate(self.context.norme, self.context.lists)
        return self.gate

    def _facture(self, facture: Facture, *, last: bool) -> Iterator[Finding]:
        found = list(self._first(facture.records[0]))
        self.records += len(facture)
        self.factures += 1
        self._filling = None
        self._batch.add(facture.layouts, Totaux.of_invoice(facture))
        found += self._check_facture(facture, last=last)
        found.sort(key=lambda finding: (finding.record, finding.offset))
        yield from found

    def _check_facture(self, facture: Facture, *, last: bool) -> Iterator[Finding]:
        gate, records = self.gate, facture.records
        checks: Sequence[Check] = self._checks
        ranks: Sequence[int] = range(len(records))
        if gate is not None:
            is_sent = facture.raws[0][self._regime] in self._regimes
            parts, ranks = gate.left(facture, self._day, is_sent=is_sent)
            checks = self._checks_of(parts)
        for rank in ranks:
            record = records[rank]
            layout, raw = record.layout, record.raw
            if gate is not None and layout.name != "?" and gate.is_plain(layout, raw):
                continue
            if is_whole(layout, raw):
                yield from check_fields(record, self.context, facture)
                yield from check_keys(record, self.context, first_whole(facture), facture)
            else:
                yield from self._damage(record, last=last and record is records[-1], facture=facture)
        if self._end is not None:
            yield from self._after_end(facture.records[0], facture)
            return
        if self._days.is_open:
            self._days.add(facture, self.context)
        self._note_regime(facture)
        for check_one in checks:
            yield from check_one(facture, self.context)
        yield from self._numbers.check_invoice(facture, self.context)

    def _checks_of(self, parts: int) -> Sequence[Check]:
        """The checks that look at one of these parts."""
        known = self._by_parts.get(parts)
        if known is None:
            known = self._by_parts[parts] = [one for one, looked_at in self._parts if looked_at & parts]
        return known

    def _note_regime(self, facture: Facture) -> None:
        """The first régime of the file; free medical care goes apart."""
        if self.context.regime:
            return
        known = whole_header(facture) is not None and facture.regime.isdecimal() and facture.regime.strip("0")
        if known and not is_routed(facture):
            self.context.regime = facture.regime

    def _is_well_sent(self, facture: Facture) -> bool:
        """Whether the invoices of this régime go where the file goes; asked once for each régime."""
        header = whole_header(facture)
        if header is None or is_routed(facture):
            return False
        self._note_regime(facture)
        if destination_remark(facture, self.context)[0]:
            return False
        self._regimes.add(header.raw[self._regime])
        return True

    # --- other records --------------------------------------------------------------------------------

    @finds("fichier.bom")
    def _record(self, record: Record, *, last: bool) -> Iterator[Finding]:
        if record.raw == BOM and record.number == 1:
            self.records += 1
            self._before += 1
            yield self.context.finding("fichier.bom", record, found="EF BB BF")
            return
        if not record.raw.strip(FILLING):
            yield from self._fill(record)
            return
        yield from self._first(record)
        self.records += 1
        self._filling = None
        yield from self._order(record)
        yield from self._damage(record, last=last)
        if record.type == "?":
            self._batch.doubtful = self._batch.uncounted = True
        if is_whole(record.layout, record.raw):
            yield from check_fields(record, self.context)
            yield from check_keys(record, self.context)
            if self._end is None:
                yield from self._content(record)
        if record.type == "6":
            self.context.lot, self._day = None, NO_DATE
            self._batch = TotauxLot()

    def _fill(self, record: Record) -> Iterator[Finding]:
        """Filling where a record is expected; told once for all that follows."""
        self.records += 1
        if len(record.raw) < LENGTH or self._end is not None:
            self._before += 1
        else:
            self._batch.doubtful = self._batch.uncounted = True
        if self._filling is None:
            place = _BEFORE if not self._begun else _BETWEEN if self._end is None else ""
            found = filling_found(record)
            yield self.context.finding("fichier.octet-final", record, expected=place, found=found)
        self._filling = record

    @finds("structure.debut")
    def _first(self, record: Record) -> Iterator[Finding]:
        """The first record of the file; a piece of one tells nothing."""
        if self._begun or (record.type == "?" and len(record.raw) != LENGTH):
            return
        self._begun = True
        if record.type != "000":
            yield self.context.finding("structure.debut", record)

    @finds("structure.debut-double")
    def _order(self, record: Record) -> Iterator[Finding]:
        """Places of the records that frame the file."""
        if record.type == "000" and self._named:
            yield self.context.finding("structure.debut-double", record)
            if self._end is not None:
                self._start_again()
        elif self._end is not None:
            yield from self._after_end(record)
        elif record.type == "1":
            yield from self._open_batch(record)
        elif record.type == "6":
            yield from self._close_batch(record)
        self._named = self._named or record.type == "000"

    def _start_again(self) -> None:
        """A second file follows the first one: it is looked at for itself."""
        self._before = self.records - 1
        self._end = None
        self._lost = False
        self.batches = 0
        self.context.debut = None
        self.context.told.clear()
        self.context.regime = ""
        self._numbers = Numbers()
        self._days = JoursDuFlux(self.reading.norme)
        self._regimes.clear()

    @finds("structure.apres-fin")
    def _after_end(self, record: Record, facture: Facture | None = None) -> Iterator[Finding]:
        """Told once for all that follows."""
        if self.context.first_time("structure.apres-fin"):
            yield self.context.finding("structure.apres-fin", record, facture=facture)

    @finds("structure.lot-sans-fin")
    def _open_batch(self, record: Record) -> Iterator[Finding]:
        if self.context.lot is not None:
            yield self.context.finding("structure.lot-sans-fin", self.context.lot)
        self.context.open_batch(record)
        self._day = day_of(record)
        self.batches += 1
        self._batch = TotauxLot()

    @finds("structure.fin-sans-lot", "structure.lot-vide")
    def _close_batch(self, record: Record) -> Iterator[Finding]:
        if self.context.lot is None:
            yield self.context.finding("structure.fin-sans-lot", record)
        elif not self._batch.factures and not self._batch.uncounted:
            yield self.context.finding("structure.lot-vide", self.context.lot)

    @finds("fichier.norme-lot")
    def _content(self, record: Record) -> Iterator[Finding]:
        """What the framing records say of one another and of what they frame."""
        context = self.context
        if record.type == "000" and context.debut is None:
            context.debut = record
            self._days.frame(record)
            yield from check_sender(record, context)
        elif record.type == "1":
            self._days.frame(record)
            yield from check_batch(record, context)
            yield from check_batch_number(record, context)
            yield from check_batch_destination(record, context)
            yield from self._numbers.check_batch(record, context)
            if context.debut is not None and record.text("norme") != context.debut.text("norme"):
                expected = value_in(context.debut, "norme")
                yield context.finding("fichier.norme-lot", record, "norme", expected=expected)
        elif record.type == "6":
            yield from check_batch_identity(record, context)
            yield from check_batch_totals(record, self._batch, context)
        elif record.type == "999":
            self._end = record
            records = None if self._lost else self.records - self._before
            yield from check_file_counts(record, records, None if self._lost else self.batches, context)
            yield from self._identity(record)
            yield from check_size(record, self.records - self._before, context)
            yield from self._days.findings()

    @finds("fichier.identite")
    def _identity(self, end: Record) -> Iterator[Finding]:
        start = self.context.debut
        if start is None:
            return
        senders = {record.text("numero_emetteur").strip("0 ") for record in (start, end)} - {""}
        for name in _SHARED:
            if start.text(name) != end.text(name):
                # The number of a professional that stands in another field is hidden there too.
                expected, found = (
                    shape(record[name])
                    if any(sender in record.text(name) for sender in senders)
                    else value_in(record, name)
                    for record in (start, end)
                )
                yield self.context.finding("fichier.identite", end, name, expected=expected, found=found)

    @finds("structure.fin")
    def _no_end(self) -> Iterator[Finding]:
        """What is still open at the end of the file."""
        if self.context.lot is not None:
            yield self.context.finding("structure.lot-sans-fin", self.context.lot)
        if self._end is None:
            yield from self._days.findings()
            yield Finding("structure.fin", self.records, self.reading.size, found=NONE)

    # --- damage ---------------------------------------------------------------------------------------

    @finds("structure.type-inconnu", "structure.longueur", "fichier.tronque")
    def _damage(self, record: Record, *, last: bool, facture: Facture | None = None) -> Iterator[Finding]:
        """Records of a wrong length, or of no known type."""
        if len(record.raw) != LENGTH:
            self._lost = self._lost or record.type == "?"
            rule = "fichier.tronque" if last and len(record.raw) < LENGTH else "structure.longueur"
            found = length_found(record)
            yield self.context.finding(rule, record, expected=str(LENGTH), found=found, facture=facture)
        elif record.layout.name == "?":
            yield self.context.finding("structure.type-inconnu", record, facture=facture)


@finds(
    "fichier.absent",
    "fichier.repertoire",
    "fichier.acces",
    "fichier.adresse",
    "fichier.protocole",
    "fichier.processus",
    "fichier.lecture",
    "fichier.gzip-illisible",
    "fichier.vide",
    "fichier.inconnu",
    "fichier.noemie",
    "fichier.abime",
    "fichier.trop-grand",
    "fichier.ebcdic",
    "fichier.utf-16",
)
def unreadable(rules: Iterable[str]) -> frozenset[str]:
    """Rules that stop the reading: raised as `FormatError` by the readers, never found by a check."""
    return frozenset(rules)


def _slice(layout: Layout, name: str) -> slice:
    """Place of a field; nothing, where a table of the site does not have it (no invoice passes the gate)."""
    field = layout.by_name.get(name)
    return field.slice if field is not None else slice(0)
