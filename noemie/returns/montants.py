"""Amounts: unsigned cents followed by a sign field, and how those of a level add up.

The total of a return is what is paid: the paid parts (198, 199), or, in the old family which has none,
what the acts reimburse (210, 220), and the lump sums (261; their details, 262, are not added again). Debts
and withholdings (250) are apart: no source tells whether the totals hold them (confidence C).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from flatfile import Layout, Record, Value
from noemie.returns.tree import Noeud

#: Sign of an amount that is taken back. `P`, and a space on a zero amount, are for the others.
NEGATIVE: Final = "N"
POSITIVE: Final = "P"

#: Entity -> (amount field, sign field).
PARTS: Final = {
    "198": ("montant_amo_paye", "signe_montant_amo"),
    "199": ("montant_amc_paye", "signe_montant_amc"),
}
ACTES: Final = {
    "210": ("montant_rembourse", "signe_montant_rembourse"),
    "220": ("montant_rembourse", "signe_montant_rembourse"),
}
FORFAITS: Final = {"261": ("montant_forfait_ponctuel", "sans_signe")}  # its amount has no sign field
DETTES: Final = {"250": ("montant_mouvement", "signe_montant_mouvement")}
CUMULS: Final = {
    "990": ("cumul_montants", "signe_cumul_montants"),
    "999": ("cumul_montants", "signe_cumul_montants"),
}
SIGNED: Final = {**PARTS, **ACTES, **FORFAITS, **DETTES, **CUMULS}


@lru_cache(maxsize=512)
def values_of(layout: Layout, *names: str) -> Callable[[bytes], tuple[Value, ...]]:
    """A function from the bytes of an entity to the values of `names`; `None` for a missing field."""
    if all(name in layout for name in names):
        return layout.getter(*names)
    plans = [layout.plan.get(name) for name in names]
    return lambda raw: tuple(None if plan is None else plan[1](raw[plan[0]]) for plan in plans)


def amount_of(record: Record) -> int:
    """The amount that an entity carries, in cents, negative when its sign says `N`.

    0 for an entity without an amount, and when the amount is blank or unreadable.
    """
    read = _amount_reader(record.layout)
    if read is None:
        return 0
    cents, sign = read(record.raw)
    return signed(cents, sign)


@lru_cache(maxsize=256)
def _amount_reader(layout: Layout) -> Callable[[bytes], tuple[Value, ...]] | None:
    names = SIGNED.get(layout.name)
    return None if names is None else values_of(layout, *names)


def signed(cents: Value, sign: Value) -> int:
    """Cents with their sign, 0 when there are none."""
    if not isinstance(cents, int):
        return 0
    return -cents if sign == NEGATIVE else cents


@lru_cache(maxsize=256)
def sign_fields(layout: Layout) -> tuple[tuple[str, str], ...]:
    """(amount, sign) for the amounts of a layout that have a sign field: it stands right after."""
    return tuple(
        (amount.name, sign.name)
        for amount, sign in pairwise(layout.fields)
        if sign.kind.base == "sign" and amount.kind.base == "cents"
    )


@dataclass(slots=True)
class Sommes:
    """Running sums of one level, in signed cents."""

    parts: int = 0
    actes: int = 0
    forfaits: int = 0
    dettes: int = 0
    #: Totals of the levels directly below.
    niveaux: int = 0
    avec_parts: bool = False
    #: Whether any entity with an amount was seen.
    avec_montants: bool = False

    def add_all(self, records: Iterable[Record]) -> None:
        """Count several entities of this level."""
        for record in records:
            adder = _ADDERS.get(record.layout.name)
            if adder is not None:
                adder(self, amount_of(record))
                self.avec_montants = True

    @property
    def total(self) -> int:
        """What is paid. The acts of an invoice that has parts are their detail, wherever they are below."""
        return self.forfaits + (self.parts if self.avec_parts else self.actes + self.niveaux)


def _add_part(sums: Sommes, cents: int) -> None:
    sums.parts += cents
    sums.avec_parts = True


def _add_acte(sums: Sommes, cents: int) -> None:
    sums.actes += cents


def _add_forfait(sums: Sommes, cents: int) -> None:
    sums.forfaits += cents


def _add_dette(sums: Sommes, cents: int) -> None:
    sums.dettes += cents


_ADDERS: Final[dict[str, Callable[[Sommes, int], None]]] = {
    **dict.fromkeys(PARTS, _add_part),
    **dict.fromkeys(ACTES, _add_acte),
    **dict.fromkeys(FORFAITS, _add_forfait),
    **dict.fromkeys(DETTES, _add_dette),
}


def sommes_des_noeuds(racine: Noeud) -> Iterator[tuple[Noeud, Sommes]]:
    """Each node of a tree with its sums, the last one first; the root's, which come last, are the file's.

    The total of a node below counts as its 990 declares it when it has one, so that one wrong total is
    reported once, where it is.
    """
    arbre = racine.arbre
    below: dict[int, Sommes] = {}
    for rang in reversed(range(len(arbre.niveaux))):
        sums = below.pop(rang, None) or Sommes()
        places = chain(range(arbre.debuts[rang], arbre.corps[rang]), arbre.feuilles_de(rang))
        sums.add_all(map(arbre.entites.__getitem__, places))
        node = Noeud(arbre, rang)
        if rang:
            above = below.setdefault(arbre.parents[rang], Sommes())
            above.dettes += sums.dettes
            above.avec_montants |= sums.avec_montants
            closing = node.fermeture
            above.niveaux += sums.total if closing is None else amount_of(closing)
        yield node, sums
