"""Write B2 flows: the caller gives what only it knows, counters and totals are derived.

with open("flux.b2", "wb") as file, FluxWriter(file, "PS-2003C", numero_emetteur="…", …) as writer:
    writer.open_lot(numero_ps="991068040", numero_lot="001", organisme_destinataire="421", …)
    writer.write_facture(
        {"nir": "1800199999999", "cle_nir": "40", "numero_facture": "000000001", …},
        [("4", {"code_acte": "C", "montant_depense": 2500, …})],
    )
    writer.close_lot()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, NoReturn, Self

from flatfile import EncodingError, Field, Layout, Record, Value
from flatfile.writing import Mould, encode_field
from fse.facture import Facture
from fse.flux import Flux
from fse.normes import LENGTH, Norme, norme
from fse.reader import is_filling
from fse.totaux import AMOUNTS, Totaux, TotauxLot, amounts_getter

Values = Mapping[str, Value | bytes]

#: Fields that every record of an invoice repeats from its record 2.
COMMON = ("numero_ps", "nir", "cle_nir", "rang_beneficiaire", "numero_facture")

#: Fields of record 999 that repeat record 000.
_IDENTITY = (
    "type_emetteur",
    "numero_emetteur",
    "type_destinataire",
    "numero_destinataire",
    "application",
    "identification_fichier",
)

#: Highest counts that records 6 and 999 can hold; a flow beyond them must be cut in several files.
MOST_LOTS = 999


class _Run(NamedTuple):
    """The fields that a record repeats from record 2, where they follow one another.

    `shared` are their names, `fields` themselves with the blanks between them, `pieces` where record 2 holds
    the text of each (its own text for a blank). Without `fields`, the values are given to each record.
    """

    shared: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    pieces: tuple[slice | str, ...] = ()

    @classmethod
    def of(cls, head: Layout, layout: Layout, *, is_cp: bool) -> _Run:
        """The run of a layout, whose record 2 is `head`."""
        dropped = () if is_cp and "rang_beneficiaire" in layout else ("rang_beneficiaire",)
        shared = tuple(name for name in COMMON if name in layout and name not in dropped)
        places = [rank for rank, field in enumerate(layout.fields) if field.name in shared]
        fields = layout.fields[min(places) : max(places) + 1] if places else ()
        pieces: list[slice | str] = []
        for field in fields:
            origin = head.by_name.get(field.name)
            if field.name not in shared and field.kind.base == "blank":
                pieces.append(" " * field.length)
            elif field.name in shared and origin is not None and origin.kind == field.kind:
                pieces.append(origin.slice)
            else:
                return cls(shared)
        return cls(shared, fields, _merged(pieces))


def _text(pieces: tuple[slice | str, ...], head: str) -> str:
    """The text of a run, from that of record 2."""
    return "".join([head[one] if isinstance(one, slice) else one for one in pieces])


def _merged(pieces: list[slice | str]) -> tuple[slice | str, ...]:
    """The same pieces, slices that touch made one."""
    merged: list[slice | str] = []
    for piece in pieces:
        last = merged[-1] if merged else ""
        if isinstance(piece, slice) and isinstance(last, slice) and last.stop == piece.start:
            merged[-1] = slice(last.start, piece.stop)
        else:
            merged.append(piece)
    return tuple(merged)


class _Moule(Mould):
    """Writes records of one type inside an invoice; `rank` is that of its run among those of the writer."""

    __slots__ = ("is_line", "rank", "shared")

    def __init__(self, layout: Layout, rank: int, run: _Run) -> None:
        is_main = layout.name in ("3", "4") and amounts_getter(layout) is not None
        super().__init__(layout, run.fields, AMOUNTS if is_main else ())
        self.rank = rank
        self.shared = run.shared
        self.is_line = layout.name[0] in "34"

    def write(self, values: Values, run: str = "") -> Any:
        """As `Mould.write`; nothing when shared values do not stand in one run (tables of a site)."""
        return None if self.shared and not self.run else super().write(values, run)

    def build(self, values: Values, lot: Values, entete: Values) -> bytes:
        """The record in the checking way, shared values given again. Raises `EncodingError`."""
        known = {"numero_ps": lot.get("numero_ps"), **entete}
        shared = {name: known[name] for name in self.shared if name in known}
        return self.layout.build({**shared, **values})


class _Moules(NamedTuple):
    """What writes the records of invoices in a norm; kept from file to file.

    `head` writes record 2, whose run is the number of the professional; `by_type` all records, whose runs are
    `runs`: they are few, one in city care, two for establishments.
    """

    head: Mould
    by_type: dict[str, _Moule]
    runs: tuple[tuple[slice | str, ...], ...]


@lru_cache(maxsize=16)
def _moules(norme: Norme) -> _Moules | None:
    """The moulds of a norm; nothing when a table of a site has no record 2 or 5."""
    head = norme.layouts.get("2")
    if head is None or "5" not in norme.layouts:
        return None
    found: dict[str, _Moule] = {}
    runs: list[tuple[slice | str, ...]] = []
    for type, layout in norme.layouts.items():
        if type[0] in "2345":
            run = _Run.of(head, layout, is_cp=norme.is_cp)
            if run.pieces not in runs:
                runs.append(run.pieces)
            found[type] = _Moule(layout, runs.index(run.pieces), run)
    number = head.by_name.get("numero_ps")
    return _Moules(Mould(head, (number,) if number else ()), found, tuple(runs))


class FluxWriter:
    """Write one flow to a binary file, in one pass, with memory that does not grow.

    Records are written in the order of the calls: `open_lot`, `write_facture`…, `close_lot`, and `close`
    at the end (a context manager closes by itself when nothing failed; the file stays open). Values are
    those of `flatfile.kinds`; text must already be unaccented (see `flatfile.normalise_text`).
    Raises `EncodingError` naming the field when a value does not fit, `ValueError` on calls out of order;
    nothing of the record or of the invoice is then written.
    """

    def __init__(
        self,
        destination: BinaryIO,
        norm: str | Norme = "PS-2003C",
        *,
        layouts: Path | None = None,
        **fichier: Value | bytes,
    ) -> None:
        self.norme = norm if isinstance(norm, Norme) else norme(norm, layouts)
        self._destination = destination
        self._buffer: list[bytes] = []
        self._fichier = fichier
        self._lot: Values | None = None
        self._totals = TotauxLot()
        self._moules = _moules(self.norme)
        self._numero_ps = ""
        self.records = 0
        self.lots = 0
        self._closed = False
        self._write("000", {**self._norm_code, **fichier})

    @property
    def _norm_code(self) -> Values:
        """The code of the norm in records 000 and 1; that of city care is not published: left blank."""
        return {"norme": "CP"} if self.norme.is_cp else {}

    def _write(self, type: str, values: Values) -> None:
        self._emit([self._layout(type).build(values)])

    def _layout(self, type: str) -> Layout:
        try:
            return self.norme.layouts[type]
        except KeyError:
            raise EncodingError(type, f"a record type of norm {self.norme.name}") from None

    def _emit(self, raws: list[bytes]) -> None:
        self.records += len(raws)
        self._buffer += raws
        if len(self._buffer) > 4096:
            self._flush()

    def _flush(self) -> None:
        self._destination.write(b"".join(self._buffer))
        self._buffer.clear()

    def open_lot(self, **values: Value | bytes) -> None:
        """Write record 1."""
        if self._closed:
            raise ValueError("the flow is closed")
        if self._lot is not None:
            raise ValueError("close the batch that is open first")
        if self.lots >= MOST_LOTS:
            raise ValueError(f"a file holds at most {MOST_LOTS} batches")
        number = values.get("numero_ps")
        field = self._layout("2").by_name.get("numero_ps")
        if field is not None:
            raw = number if isinstance(number, bytes) else encode_field(field, number)
            self._numero_ps = raw.decode("latin-1")
        self._write("1", {**self._norm_code, **values})
        self._lot = values
        self._totals = TotauxLot()
        self.lots += 1

    def write_facture(
        self, entete: Values, records: Iterable[tuple[str, Values]], total: Values | None = None
    ) -> Facture:
        """Write one invoice: record 2 from `entete`, then `records` (type, values), then record 5.

        `records` are the complements of the header, the lines and their complements, in the order of the
        norm. The fields that all records repeat are taken from `entete` and from the batch. `total` gives
        the fields of record 5 that are not derived. Returns the invoice as it was written.
        """
        if self._lot is None:
            raise ValueError("open a batch first")
        head, by_type, pieces = self._moules or self._unknown("2, 5")
        raw: bytes = head.write(entete, self._numero_ps) or head.layout.build(
            {"numero_ps": self._lot.get("numero_ps"), **entete}
        )
        layouts, raws = [head.layout], [raw]
        text = raw.decode("latin-1")
        runs = [_text(one, text) for one in pieces]
        totals = Totaux()
        for type, values in records:
            moule = by_type.get(type) or self._unknown(type)
            writer = moule.recent.get(len(values))
            made = writer(values, runs[moule.rank]) if writer is not None else None
            if made is None:
                made = moule.write(values, runs[moule.rank])
            if made is None:
                raw = moule.build(values, self._lot, entete)
                totals.add(moule.layout, raw)
            elif moule.told:
                raw = made[0]
                totals.lines += 1
                totals.main += 1
                totals.sum(type, *made[1:])
            else:
                raw = made
                totals.lines += moule.is_line
            layouts.append(moule.layout)
            raws.append(raw)
        moule = by_type["5"]
        derived = totals.of_record_5(cp=self.norme.is_cp)
        values = {**derived, **total} if total else derived
        layouts.append(moule.layout)
        raws.append(moule.write(values, runs[moule.rank]) or moule.build(values, self._lot, entete))
        written = tuple(layouts)
        self._totals.add(written, totals)
        start = self.records
        self._emit(raws)
        offsets = range(LENGTH * start, LENGTH * self.records, LENGTH)
        return Facture(written, raws, offsets, start + 1)

    def _unknown(self, type: str) -> NoReturn:
        raise EncodingError(type, f"a record type of norm {self.norme.name}")

    def close_lot(self, **values: Value | bytes) -> None:
        """Write record 6 with the counters and totals of the batch."""
        if self._lot is None:
            raise ValueError("open a batch first")
        kept = {name: self._lot[name] for name in ("numero_ps", "numero_lot") if name in self._lot}
        self._write("6", {**kept, **self._totals.of_record_6(), **values})
        self._lot = None

    def close(self) -> None:
        """Write record 999 and everything that is still in memory; the destination stays open."""
        if self._closed:
            return
        if self._lot is not None:
            raise ValueError("close the batch that is open first")
        kept = {name: self._fichier[name] for name in _IDENTITY if name in self._fichier}
        self._write("999", {**kept, "volume": self.records + 1, "nombre_lots": self.lots})
        self._closed = True
        self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()


def with_totals(flux: Flux) -> Flux:
    """The same flow with the derived fields of every record 5, 6 and 999 written again.

    Only those fields change; records that are missing are not made, damaged ones are left as they are.
    Raises `EncodingError` when a total does not fit its field.
    """
    items: list[Facture | Record] = []
    batch = TotauxLot()
    lots = volume = 0
    ended = False
    for item in flux.items:
        if isinstance(item, Facture):
            volume += len(item)
            totals = Totaux.of(zip(item.layouts, item.raws, strict=True))
            batch.add(item.layouts, totals)
            derived = totals.of_record_5(cp=flux.norme.is_cp)
            records = [_rewritten(record, derived) if record.type == "5" else record for record in item]
            items.append(Facture.of(records, item.lot))
            continue
        if item.type == "000" and ended:
            ended, lots, volume = False, 0, 0
        if item.type == "1":
            batch, lots = TotauxLot(), lots + 1
        volume += not is_filling(item)
        derived = {}
        if item.type == "6":
            derived, batch = batch.of_record_6(), TotauxLot()
        elif item.type == "999" and not ended:
            derived = {"volume": volume, "nombre_lots": lots}
            ended = len(item.raw) == LENGTH
        items.append(_rewritten(item, derived))
    return Flux(items, flux.norme, flux.detection, flux.eol, flux.ends, flux.name)


def _rewritten(record: Record, derived: Mapping[str, int]) -> Record:
    known = {name: value for name, value in derived.items() if name in record.layout}
    return record.replace(**known) if known and len(record.raw) == LENGTH else record
