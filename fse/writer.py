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
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from flatfile import EncodingError, Layout, Record, Value
from fse.facture import Facture
from fse.flux import Flux
from fse.normes import LENGTH, Norme, norme
from fse.reader import is_filling
from fse.totaux import Totaux, TotauxLot

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
        common = {"numero_ps": self._lot.get("numero_ps"), **{k: entete[k] for k in COMMON if k in entete}}
        short = {k: v for k, v in common.items() if k != "rang_beneficiaire"}
        known = self.norme.layouts
        layouts = [self._layout("2")]
        raws = [layouts[0].build({**common, **entete})]
        for type, values in records:
            layout = known.get(type) or self._layout(type)
            layouts.append(layout)
            shared = common if self.norme.is_cp and "rang_beneficiaire" in layout.by_name else short
            raws.append(layout.build({**shared, **values}))
        totals = Totaux.of(zip(layouts, raws, strict=True))
        layouts.append(self._layout("5"))
        shared = common if self.norme.is_cp else short
        raws.append(layouts[-1].build({**shared, **totals.of_record_5(cp=self.norme.is_cp), **(total or {})}))
        self._totals.add(layouts, totals)
        start = self.records
        self._emit(raws)
        offsets = range(LENGTH * start, LENGTH * self.records, LENGTH)
        return Facture(layouts, raws, offsets, start + 1)

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
