"""Synthetic flows to measure on: many different people, professionals, acts and shapes of invoice."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import BinaryIO

from fixtures.generate import MOST_OVERSIZE, Parametres, write_oversize
from fse import read_flux
from fse.normes import LENGTH
from fse.reader import Reading

#: Profiles that together show short and long invoices, with few and many complements, of both norms.
PROFILES = ("medecin", "infirmier", "pharmacie", "specialiste", "transport", "cmpp", "hopital")

#: The same people and acts at every run.
SEED = 7


@lru_cache(maxsize=len(PROFILES))
def flow(profile: str, records: int) -> bytes:
    """One flow of about `records` records, the same at every run."""
    sample = _written(profile, 200)
    return _written(profile, max(1, 200 * records * LENGTH // len(sample)))


def _written(profile: str, invoices: int) -> bytes:
    buffer = io.BytesIO()
    write_oversize(buffer, Parametres(profile, seed=SEED, invoices=invoices))
    return buffer.getvalue()


#: One invoice in so many has a fault.
FAULTY_IN = 10

#: Field of the header, of the first line or of the total -> its bytes, made wrong.
_FAULTS: tuple[tuple[int, str, Callable[[bytes], bytes]], ...] = (
    (0, "cle_nir", lambda piece: b"%02d" % ((int(piece) + 1) % 97)),
    (1, "code_acte", lambda piece: b"QQQ".ljust(len(piece))),
    (1, "taux", lambda piece: b"045"),
    (1, "montant_amo", lambda piece: b"%0*d" % (len(piece), int(piece) + 7)),
    (2, "numero_facture", lambda piece: b"9" * len(piece)),
)


def faulty(profile: str, records: int) -> bytes:
    """The same flow with a fault in one invoice in ten: of a key, a code, a rate, an amount, a number."""
    found = read_flux(flow(profile, records))
    raws = [record.raw for record in found.records]
    for rank, facture in enumerate(found.factures[::FAULTY_IN]):
        place, name, wrong = _FAULTS[rank % len(_FAULTS)]
        record = (facture.records[0], facture.actes[0].principal, facture.records[-1])[place]
        field = record.layout.by_name[name].slice
        raw = record.raw
        raws[record.number - 1] = raw[: field.start] + wrong(raw[field]) + raw[field.stop :]
    return b"".join(raws)


def write_flow(destination: BinaryIO, profile: str, size: int) -> int:
    """Write one flow of about `size` bytes, or the largest one that record 999 can count; its size."""
    invoice = len(_written(profile, 1000)) / 1000
    invoices = min(int(size / invoice), MOST_OVERSIZE)
    return write_oversize(destination, Parametres(profile, seed=SEED, invoices=invoices)).bytes


def floor_of(data: bytes) -> Callable[[], object]:
    """The floor: cut the buffer in records, slice every field of the layout of each."""
    by_type: dict[str, list[slice]] = {}
    plan = []
    for layout, _, _ in Reading(data).raw_records():
        if layout.name not in by_type:
            by_type[layout.name] = [field.slice for field in layout.fields]
        plan.append(by_type[layout.name])

    def floor() -> None:
        at = 0
        for places in plan:
            raw = data[at : at + LENGTH]
            at += LENGTH
            [raw[place] for place in places]

    return floor
