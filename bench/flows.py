"""Synthetic flows to measure on: many different people, professionals, acts and shapes of invoice."""

from __future__ import annotations

import io
from functools import lru_cache

from fixtures.generate import Parametres, write_oversize
from fse.normes import LENGTH
from fse.reader import Reading

#: Profiles that together show short and long invoices, with few and many complements, of both norms.
PROFILES = ("medecin", "infirmier", "pharmacie", "specialiste", "transport", "cmpp", "hopital")


@lru_cache(maxsize=32)
def flow(profile: str, records: int) -> bytes:
    """One flow of about `records` records, the same at every run."""
    sample = _written(profile, 200)
    return _written(profile, max(1, 200 * records * LENGTH // len(sample)))


def _written(profile: str, invoices: int) -> bytes:
    buffer = io.BytesIO()
    write_oversize(buffer, Parametres(profile, seed=7, invoices=invoices))
    return buffer.getvalue()


def field_slices(data: bytes) -> list[list[slice]]:
    """The slices of all fields of each record, told by its layout."""
    by_layout: dict[str, list[slice]] = {}
    found = []
    for layout, _, _ in Reading(data).raw_records():
        if layout.name not in by_layout:
            by_layout[layout.name] = [field.slice for field in layout.fields]
        found.append(by_layout[layout.name])
    return found
