"""What two files are compared by: invoices, or contract movements, and the records between them.

Private to `noemie.diff`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple, TypeVar

from flatfile import Record
from fse import Facture, Flux
from fse.rules.contexte import SHARED, number_of, number_of_batch
from noemie._hidden import is_sound
from noemie._sent import cle
from noemie.retour import Retour

Nature = Literal["facture", "mouvement"]

#: Pairs of invoices compared byte by byte when nothing else tells which is which; and how alike they must be.
_MOST_COMPARED: Final = 2500
_ALIKE: Final = 0.6

_T = TypeVar("_T")


class Unit(NamedTuple):
    """An invoice, or a movement of flow 929, and its records in file order.

    `key` identifies it (personal for a movement); `numero` and `lot` are what may be told of it.
    """

    nature: Nature
    key: tuple[str, ...]
    numero: str
    lot: str
    records: tuple[Record, ...]

    @property
    def content(self) -> tuple[bytes, ...]:
        """Its bytes, its own number left out."""
        return tuple(content_of(record) for record in self.records)

    def __repr__(self) -> str:
        return f"<Unit {self.nature} no. {self.numero}: {len(self.records)} records>"


class Cut(NamedTuple):
    """A file cut in units; `between[n]` are the records after the first n units, and before the next one."""

    units: list[Unit]
    between: list[list[Record]]


def content_of(record: Record) -> bytes:
    """The bytes of a record without what all records of an invoice repeat."""
    raw = bytearray(record.raw)
    for name in SHARED:
        field = record.layout.by_name.get(name)
        if field is not None and len(record.raw) == record.layout.length:
            raw[field.slice] = b" " * field.length
    return record.type.encode("latin-1") + bytes(raw)


def cut_flux(flux: Flux) -> Cut:
    """Cut a flow in invoices."""
    cut = Cut([], [[]])
    for item in flux.items:
        if isinstance(item, Facture):
            key = (cle(item.numero), cle(item.numero_ps))
            lot = number_of_batch(item.lot) if item.lot is not None else ""
            cut.units.append(Unit("facture", key, number_of(item), lot, item.records))
            cut.between.append([])
        else:
            cut.between[-1].append(item)
    return cut


def cut_retour(retour: Retour) -> Cut:
    """Cut a return in invoices, or in movements for flow 929."""
    cut = Cut([], [[]])
    units = list(_movements(retour) if retour.is_oc else _answers(retour))
    by_record = {record.number: rank for rank, unit in enumerate(units) for record in unit.records}
    seen: set[int] = set()
    for record in retour.entites:
        rank = by_record.get(record.number)
        if rank is None:
            cut.between[-1].append(record)
        elif rank not in seen:
            seen.add(rank)
            cut.units.append(units[rank])
            cut.between.append([])
    return cut


def _answers(retour: Retour) -> Iterable[Unit]:
    for facture in retour.factures:
        key = (facture.numero_normalise, cle(facture.lot))
        sound = is_sound(facture.record)
        numero, lot = (facture.numero, facture.lot) if sound else ("", "")
        yield Unit("facture", key, numero, lot, facture.entites)


def _movements(retour: Retour) -> Iterable[Unit]:
    """One for each insured person: the level that a 110 opens."""
    seen: set[int] = set()
    for movement in retour.mouvements:
        node = movement.noeud
        if id(node) not in seen:
            seen.add(id(node))
            number = str(len(seen))
            yield Unit("mouvement", (movement.assure.text("nir"),), number, "", tuple(node.entites()))


# --- matching ---------------------------------------------------------------------------------------------


def match(before: Sequence[Unit], after: Sequence[Unit]) -> dict[int, int]:
    """Which unit of `after` is which of `before`, by their ranks.

    By number and professional (batch, in a return), then by number alone, then by content without the number,
    then by likeness among those that stand between the same neighbours.
    """
    found: dict[int, int] = {}
    for tell, many in (
        (lambda unit: (unit.key, unit.content), True),
        (lambda unit: unit.key if any(unit.key) else None, True),
        (lambda unit: unit.key[0] or None, False),
        (lambda unit: unit.content, False),
    ):
        _match_by(before, after, found, tell, many=many)
    _match_alike(before, after, found)
    return found


def _match_by(
    before: Sequence[Unit],
    after: Sequence[Unit],
    found: dict[int, int],
    tell: Callable[[Unit], object],
    *,
    many: bool,
) -> None:
    """Match what is not matched yet and tells the same; in order when several do, if `many` may."""
    taken = set(found.values())
    sides: tuple[dict[object, list[int]], dict[object, list[int]]] = (defaultdict(list), defaultdict(list))
    for side, units, done in ((0, before, set(found)), (1, after, taken)):
        for rank, unit in enumerate(units):
            if rank not in done and (told := tell(unit)) is not None:
                sides[side][told].append(rank)
    for told, ranks in sides[0].items():
        others = sides[1].get(told, [])
        if many or len(ranks) == len(others) == 1:
            found.update(zip(ranks, others, strict=False))


def _match_alike(before: Sequence[Unit], after: Sequence[Unit], found: dict[int, int]) -> None:
    """Match what is left between the same matched neighbours, most alike first."""
    taken = set(found.values())
    left = [rank for rank in range(len(before)) if rank not in found]
    right = [rank for rank in range(len(after)) if rank not in taken]
    if not left or not right or len(left) * len(right) > _MOST_COMPARED:
        return
    scores = []
    for one in left:
        matcher = SequenceMatcher[str](None, autojunk=False)
        matcher.set_seq2(_text(before[one]))
        for other in right:
            matcher.set_seq1(_text(after[other]))
            if before[one].nature == after[other].nature and matcher.quick_ratio() >= _ALIKE:
                scores.append((-matcher.quick_ratio(), abs(one - other), one, other))
    for _, _, one, other in sorted(scores):
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)


def _text(unit: Unit) -> str:
    return b"".join(unit.content).decode("latin-1")


def moved(matched: dict[int, int]) -> set[int]:
    """Ranks before of the units that changed places: the fewest, the others being in order."""
    ranks = sorted(matched)
    tails: list[int] = []  # rank, among `ranks`, that ends the best chain of each length
    previous: list[int] = []
    for place, rank in enumerate(ranks):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if matched[ranks[tails[middle]]] < matched[rank]:
                low = middle + 1
            else:
                high = middle
        previous.append(tails[low - 1] if low else -1)
        tails[low:] = [place, *tails[low + 1 :]]
    kept: set[int] = set()
    place = tails[-1] if tails else -1
    while place >= 0:
        kept.add(ranks[place])
        place = previous[place]
    return set(ranks) - kept


def changed_batch(before: Sequence[Unit], after: Sequence[Unit], matched: dict[int, int]) -> set[int]:
    """Ranks before of the units that are in another batch, when it is not the batch that was renumbered."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for one, other in matched.items():
        pairs[cle(before[one].lot)][cle(after[other].lot)] += 1
    usual = {lot: counts.most_common(1)[0][0] for lot, counts in pairs.items()}
    return {one for one, other in matched.items() if usual[cle(before[one].lot)] != cle(after[other].lot)}


def align(before: Sequence[Record], after: Sequence[Record]) -> list[tuple[Record | None, Record | None]]:
    """Pairs of records, in order: equal ones are left out; one side is `None` for what stands on one only."""
    pairs: list[tuple[Record | None, Record | None]] = []
    contents = [content_of(record) for record in before], [content_of(record) for record in after]
    for tag, a, b, c, d in SequenceMatcher(None, *contents, autojunk=False).get_opcodes():
        if tag == "equal":
            # The same but for the number of the invoice, or of the person.
            same = zip(before[a:b], after[c:d], strict=True)
            pairs += [(one, other) for one, other in same if one.raw != other.raw]
        else:
            pairs += _by_type(before[a:b], after[c:d])
    return pairs


def _by_type(before: Sequence[Record], after: Sequence[Record]) -> list[tuple[Record | None, Record | None]]:
    types = [record.type for record in before], [record.type for record in after]
    pairs: list[tuple[Record | None, Record | None]] = []
    for tag, a, b, c, d in SequenceMatcher(None, *types, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(before[a:b], after[c:d], strict=True)
        else:
            pairs += [(record, None) for record in before[a:b]]
            pairs += [(None, record) for record in after[c:d]]
    return pairs
