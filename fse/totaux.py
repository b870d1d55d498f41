"""Counters and totals that records 5, 6 and 999 must carry, derived from what comes before them.

Sources: docs/sources.md [SV] [AL] [SFG], section "totals" of the reference pages. One piece of code serves
the writer, which derives the totals, and the rules, which control them. Amounts are cents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from flatfile import Layout
from fse.facture import Facture

#: Amounts of a line that are summed, in the order of `Totaux.sum`.
AMOUNTS = ("base_remboursement", "montant_amo", "montant_depense", "montant_amc")


@lru_cache(maxsize=64)
def amounts_getter(layout: Layout) -> Callable[[bytes], tuple[int | None, ...]] | None:
    """Reader of base, AMO, expense and AMC of a line; nothing where a table of a site has no such amounts."""
    fields = [layout.by_name.get(name) for name in AMOUNTS]
    if any(field is None or field.kind.base != "cents" for field in fields):
        return None
    return layout.getter(*AMOUNTS)  # type: ignore[return-value]  # amounts are whole numbers


class Totaux:
    """Running counters of one invoice.

    `doubtful` tells that an amount could not be read, `uncounted` that a record may hide others or be of
    any type: the sums, or the counters too, then say nothing of what the records should carry.
    """

    __slots__ = (
        "base",
        "doubtful",
        "fees_amc",
        "fees_amo",
        "fees_spent",
        "lines",
        "main",
        "stay_amc",
        "stay_amo",
        "stay_spent",
        "uncounted",
    )

    def __init__(self) -> None:
        self.lines = self.main = 0
        self.base = self.stay_amo = self.stay_spent = self.stay_amc = 0
        self.fees_amo = self.fees_spent = self.fees_amc = 0
        self.doubtful = self.uncounted = False

    @classmethod
    def of(cls, records: Iterable[tuple[Layout, bytes]]) -> Totaux:
        """Counters of the records of one invoice; an amount that cannot be read counts for nothing."""
        totals = cls()
        for layout, raw in records:
            if layout.name[0] in "34?":
                totals.add(layout, raw)
        return totals

    @classmethod
    def of_invoice(cls, facture: Facture) -> Totaux:
        """The same of one invoice, counted once."""
        known = facture.__dict__
        totals: Totaux | None = known.get("totaux")
        if totals is None:
            totals = known["totaux"] = cls.of(zip(facture.layouts, facture.raws, strict=True))
        return totals

    def add(self, layout: Layout, raw: bytes) -> None:
        """Count one record of the invoice."""
        name = layout.name
        if name[0] not in "34":
            if name == "?":
                self.uncounted = self.doubtful = True
            return
        self.lines += 1
        if name not in ("3", "4"):
            return
        self.main += 1
        getter = amounts_getter(layout)
        if getter is None:
            self.doubtful = True
            return
        values = getter(raw)
        if None in values or len(raw) != layout.length:
            values = self._doubted(layout, raw, values)
        self.sum(name, *values)  # type: ignore[arg-type]  # no None is left

    def sum(self, name: str, base: int, amo: int, spent: int, amc: int) -> None:
        """Add the amounts of a line, a record `3` or `4`, in cents."""
        if name == "3":
            self.base += base
            self.stay_amo += amo
            self.stay_spent += spent
            self.stay_amc += amc
        else:
            self.fees_amo += amo
            self.fees_spent += spent
            self.fees_amc += amc

    def _doubted(self, layout: Layout, raw: bytes, values: tuple[int | None, ...]) -> tuple[int, ...]:
        """Amounts of a line some of which are missing, unreadable, or cut: these count for nothing."""
        self.doubtful = self.doubtful or not _are_absent(layout, raw)
        whole = (layout.by_name[name].slice.stop <= len(raw) for name in AMOUNTS)
        return tuple(value or 0 if kept else 0 for value, kept in zip(values, whole, strict=True))

    @property
    def depense(self) -> int:
        """Everything billed."""
        return self.stay_spent + self.fees_spent

    @property
    def amo(self) -> int:
        """Everything claimed from the compulsory insurance."""
        return self.stay_amo + self.fees_amo

    @property
    def amc(self) -> int:
        """Everything claimed from the complementary insurance."""
        return self.stay_amc + self.fees_amc

    def of_record_5(self, *, cp: bool) -> dict[str, int]:
        """Fields of record 5 and what they must hold."""
        stay_amo, stay_spent = self.stay_amo, self.stay_spent
        fees_amo, fees_spent = self.fees_amo, self.fees_spent
        spent, amo = stay_spent + fees_spent, stay_amo + fees_amo
        left = spent - amo if spent > amo else 0
        if not cp:
            return {
                "nombre_lignes": self.main,
                "total_depense": spent,
                "total_amo": amo,
                "total_participation_assure": left,
                "total_amc": self.stay_amc + self.fees_amc,
            }
        return {
            "nombre_lignes": self.lines,
            "total_base_hospitalier": self.base,
            "total_amo_hospitalier": stay_amo,
            "total_honoraires": fees_spent,
            "total_amo_honoraires": fees_amo,
            "total_participation_assure": left,
            "total_amc_hospitalier": self.stay_amc,
            "total_amc_honoraires": self.fees_amc,
            "total_depense_hospitalier": stay_spent,
        }


def _are_absent(layout: Layout, raw: bytes) -> bool:
    """Whether the amounts of a line that are no numbers are merely left blank."""
    if len(raw) != layout.length:
        return False
    pieces = (raw[layout.by_name[name].slice] for name in AMOUNTS)
    return all(not piece.strip(b" ") or piece.lstrip(b" ").isdigit() for piece in pieces)


class Counter(NamedTuple):
    """Records of one invoice that its batch counts."""

    main_lines: int
    all_lines: int
    main_2: int
    all_2: int
    records_5: int


@lru_cache(maxsize=4096)
def counts_of(layouts: tuple[Layout, ...]) -> Counter:
    """Count the records of an invoice by type."""
    names = [layout.name for layout in layouts]
    return Counter(
        sum(name in ("3", "4") for name in names),
        sum(name[0] in "34" for name in names),
        names.count("2"),
        sum(name[0] == "2" for name in names),
        names.count("5"),
    )


class TotauxLot:
    """Running counters of one batch; `doubtful` and `uncounted` as in `Totaux`, amounts in cents."""

    __slots__ = ("_counted", "_pending", "amc", "amo", "depense", "doubtful", "factures", "uncounted")

    def __init__(self) -> None:
        self.doubtful = self.uncounted = False
        self.factures = self.depense = self.amo = self.amc = 0
        self._counted = Counter(0, 0, 0, 0, 0)
        self._pending: list[Counter] = []

    def add(self, layouts: tuple[Layout, ...], totals: Totaux) -> None:
        """Count one invoice."""
        self.doubtful = self.doubtful or totals.doubtful
        self.uncounted = self.uncounted or totals.uncounted
        self.count(counts_of(layouts), totals.depense, totals.amo, totals.amc)

    def count(self, records: Counter, depense: int, amo: int, amc: int) -> None:
        """Count one invoice whose records were counted and summed already."""
        self.factures += 1
        self.depense += depense
        self.amo += amo
        self.amc += amc
        self._pending.append(records)
        if not self.factures & 0xFFF:
            self._flush()

    def _flush(self) -> None:
        self._counted = Counter(*map(sum, zip(self._counted, *self._pending, strict=True)))
        self._pending.clear()

    @property
    def records(self) -> Counter:
        """The records that were counted."""
        self._flush()
        return self._counted

    def of_record_6(self) -> dict[str, int]:
        """Fields of record 6 and what we write there (act lines and main records 2 are counted)."""
        records = self.records
        return {
            "nombre_factures": self.factures,
            "nombre_lignes": records.main_lines,
            "nombre_types_2": records.main_2,
            "nombre_types_5": records.records_5,
            "total_depense": self.depense,
            "total_amo": self.amo,
            "total_amc": self.amc,
        }
