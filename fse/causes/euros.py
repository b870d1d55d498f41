"""Causes in many amounts at once: in euros, or not written at all, in totals, in all lines, in an invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flatfile.findings import both, joined
from fse.causes.etat import Etat, Hypothese, Key
from fse.causes.valeurs import cents_of, in_cents, number_in
from fse.facture import Acte
from fse.totaux import AMOUNTS

_TOTALS: Final = ("facture.total", "lot.total")

#: Amounts of a line, and its price.
_PRICE: Final = "prix_unitaire"
_FIGURES: Final = (*AMOUNTS, _PRICE)

#: Lines that are looked at together; from how many on most of them must have a fault.
_MOST_LINES: Final = 2000
_MANY: Final = 200

#: Amount of a line -> type of the line, and the total of record 5 that sums it.
_SUMMED: Final = {
    "base_remboursement": (("3", "total_base_hospitalier"),),
    "montant_amo": (("3", "total_amo_hospitalier"), ("4", "total_amo_honoraires"), ("4", "total_amo")),
    "montant_depense": (
        ("3", "total_depense_hospitalier"),
        ("4", "total_honoraires"),
        ("4", "total_depense"),
    ),
    "montant_amc": (("3", "total_amc_hospitalier"), ("4", "total_amc_honoraires"), ("4", "total_amc")),
}

#: Rank of a record -> its fields as they should be.
Changes = dict[int, dict[str, bytes]]


# --- totals ---------------------------------------------------------------------------------------------


def totals(state: Etat) -> Iterator[Hypothese]:
    """The totals of all records 5, or 6, or of one of them, in euros; those of one that has none."""
    keys = [key for key in state.keys(*_TOTALS) if state.rank(key[3]) >= 0]
    for type in ("5", "6"):
        changes: Changes = {}
        for key in keys:
            if key[1] == type and (piece := _total_in_cents(state, key)) is not None:
                changes.setdefault(state.rank(key[3]), {})[key[2]] = piece
        yield from _in_euros(state, changes)
        for rank, values in changes.items() if len(changes) > 1 else ():
            yield from _in_euros(state, {rank: values})
    for rank in dict.fromkeys(state.rank(key[3]) for key in keys):
        same = [key for key in keys if state.rank(key[3]) == rank]
        if len(same) > 1 and not any(state.record(rank).get(key[2], int) for key in same):
            right = {key[2]: number_in(state, rank, key[2], _expected(state, key)) or b"" for key in same}
            made = state.edited(same[0][0], rank, same[0][2], right[same[0][2]], same[0])
            yield made._replace(found="", expected="", lines=state.with_fields({rank: right}))


def _expected(state: Etat, key: Key) -> int:
    return cents_of(state.finding(key).expected) or 0


def _total_in_cents(state: Etat, key: Key) -> bytes | None:
    """What a total should hold, where it holds a hundredth of it."""
    rank, right = state.rank(key[3]), _expected(state, key)
    written = state.record(rank).get(key[2], int)
    is_hundredth = right and written in (right // 100, (right + 50) // 100)
    return number_in(state, rank, key[2], right) if is_hundredth else None


# --- lines ----------------------------------------------------------------------------------------------


def lines(state: Etat) -> Iterator[Hypothese]:
    """One amount of all lines in euros, the same in each: what the others make of it, or the totals."""
    ranks = [rank for rank, type in enumerate(state.types) if type in ("3", "4")]
    keys = state.keys("montant.", "facture.total")
    if not keys or len(ranks) > _MOST_LINES or (len(ranks) > _MANY and 4 * len(keys) < len(ranks)):
        return
    right = {rank: dict(in_cents(state, rank)) for rank in ranks}
    for rank in ranks:
        piece = _price(state, rank)
        if piece is not None:
            right[rank][_PRICE] = piece
    for name in _FIGURES:
        yield from _in_euros(
            state, {rank: {name: some[name]} for rank, some in right.items() if name in some}
        )
    yield from _in_euros(state, _scaled(state, ranks, ("montant_amc",)))


def _price(state: Etat, rank: int) -> bytes | None:
    """The price of a line, where it is a hundredth of what its amounts make."""
    acte = Acte(state.record(rank))
    whole, price, quantity = (
        acte.base_remboursement or acte.montant_depense,
        acte.prix_unitaire,
        acte.quantite,
    )
    if not whole or price is None or not quantity:
        return None
    right = round(whole / ((acte.coefficient or 1) * quantity))
    is_hundredth = right >= 100 and abs(right // 100 - price) <= 1
    return number_in(state, rank, _PRICE, right) if is_hundredth else None


def invoices(state: Etat) -> Iterator[Hypothese]:
    """All amounts of the lines in euros, in one invoice or in all: the totals tell their cents."""
    told = dict.fromkeys(state.rank(key[3]) for key in state.keys("facture.total"))
    spans = [
        [at for at in state.invoice(total) if state.types[at] in ("3", "4")] for total in told if total >= 0
    ]
    every = [at for ranks in spans for at in ranks]
    if len(every) > _MOST_LINES:
        return
    for ranks in (every, *(spans if len(spans) > 1 else ())):
        for made in _in_euros(state, _scaled(state, ranks, _FIGURES)):
            yield made
            yield made._replace(lenient=True)  # which of them each cent belongs to is not known


def _scaled(state: Etat, ranks: Iterable[int], names: Sequence[str]) -> Changes:
    """The amounts of lines times a hundred, with the cents that the totals have more shared out among them.

    Nothing where the totals of one of their invoices have less, or too much.
    """
    amounts = [name for name in names if name != _PRICE]
    values = {
        rank: {name: 100 * (state.record(rank).get(name, int) or 0) for name in amounts} for rank in ranks
    }
    for total in dict.fromkeys(state.invoice(rank).stop - 1 for rank in values):
        mine = [rank for rank in state.invoice(total) if rank in values]
        for name in amounts:
            for type, field in _SUMMED[name]:
                same = [rank for rank in mine if state.types[rank] == type]
                if field in state.layout(total) and not _share(state, total, field, values, same, name):
                    return {}
    changes: Changes = {}
    for rank, told in values.items():
        rate = state.record(rank).get("taux", int)
        if "base_remboursement" in told and rate and state.types[rank] == "4":
            told["base_remboursement"] = (told["montant_amo"] * 100 + rate // 2) // rate
        pieces = {name: number_in(state, rank, name, value) or b"" for name, value in told.items()}
        if not all(pieces.values()):
            return {}
        filled = {name: piece for name, piece in pieces.items() if piece.strip(b"0")}
        if filled and _PRICE in names:  # not told: it is in euros too
            filled[_PRICE] = b"0" * state.layout(rank).by_name[_PRICE].length
        if filled:
            changes[rank] = filled
    return changes


def _share(
    state: Etat, total: int, field: str, values: dict[int, dict[str, int]], ranks: Sequence[int], name: str
) -> bool:
    """Share out what a total has more than the lines; whether it was cents of theirs."""
    more = (state.record(total).get(field, int) or 0) - sum(values[rank][name] for rank in ranks)
    for rank in ranks:
        given = min(max(more, 0), 99)
        values[rank][name] += given
        more -= given
    return more == 0


def _in_euros(state: Etat, changes: Changes) -> Iterator[Hypothese]:
    """The hypothesis that several amounts are in euros, told at the first of them."""
    count = sum(map(len, changes.values()))
    if count < 2:
        return
    rank = next(iter(changes))
    name, piece = next(iter(changes[rank].items()))
    one = state.edited("cause.euros", rank, name, piece)
    more = both(f" ({count} montants)", f" ({count} amounts)")
    yield one._replace(found=joined(one.found, more), lines=state.with_fields(changes))
