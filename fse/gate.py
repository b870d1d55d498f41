"""The gate of the fast engine: is this invoice flawless?

A *yes* must mean that no check has anything to say; a *no* means nothing, the checks then speak: those that
look at the parts of the invoice to which the gate said no. All the questions are asked on raw bytes
(`fse.questions`): what is left here is the sequence of records, which must call for no remark, and the sums.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from codes.lists import Namespace
from flatfile import Layout
from fse.asked import DETAILS, EVERYTHING, FIGURES, HEADER, LINES, ORDER, SENT, SUMS
from fse.facture import Facture
from fse.normes import LENGTH, Norme
from fse.questions import Unsuited, compile_fields
from fse.questions_entete import Header, HeaderStep, compile_header
from fse.questions_lignes import Details, Step, compile_step, compile_total
from fse.rules.actes import REPEATED
from fse.rules.contexte import SHARED, Contexte, note_right_lines
from fse.rules.structure import check_order
from fse.rules.unicite import Soins
from fse.totaux import Counter, Totaux, TotauxLot, counts_of

#: Sequences of records remembered; a flow of more sequences is checked all the same, less fast.
_MOST_SHAPES = 4096

#: Norms and code lists whose questions are kept from one check to the next.
_MOST_GATES = 8


#: Where an invoice keeps what its header tells, once that was found right.
_HELD = "held"


class _Shape(NamedTuple):
    """One sequence of record types: questions on each record after the header, the rank of the first line,
    and what is to be counted.

    A sequence that calls for a remark has no questions.
    """

    steps: tuple[Step, ...]
    first: int
    lines: int
    counts: Counter


_REFUSED = _Shape((), 0, 0, Counter(0, 0, 0, 0, 0))


class Gate:
    """Tells flawless invoices, for one norm and its code lists. It holds nothing about any flow."""

    def __init__(self, norme: Norme, lists: Namespace) -> None:
        self._context = Contexte(norme, lists)
        self._shapes: dict[tuple[Layout, ...], _Shape] = {}
        self._steps: dict[tuple[Layout, int, bool], Step | None] = {}
        self._cp = norme.is_cp
        self._header_holds: HeaderStep = lambda raw, day: None
        self._header_tells: HeaderStep = lambda raw, day: None
        self._details: Details = {}
        self._plain: dict[Layout, Callable[[bytes], object]] = {}
        try:
            self._total_agrees = compile_total(norme.layouts["5"], cp=self._cp)
            self._header_holds, self._header_tells = compile_header(norme.layouts["2"], self._context)
        except Unsuited:
            pass  # a table of the site, of another design: nothing passes

    def passes(self, facture: Facture, number: bytes, day: bytes, batch: TotauxLot, care: Soins) -> bool:
        """Whether no check has anything to say; then the invoice is counted in `batch`.

        `number` is its own, and the professional's; `day` is the date of the batch as written (AAMMJJ),
        zeros when there is none; `care` what was billed before.
        """
        steps, first, lines, counts = self._shapes.get(facture.layouts) or self._learn(facture)
        if not steps:
            return False
        raws = facture.raws
        line = raws[0]
        shared = self._header_holds(line, day)
        if shared is None:
            return False
        long, short, prescribed, billed, exempt = shared
        base = stay_amo = stay_spent = stay_amc = fees_amo = fees_spent = fees_amc = 0
        following = iter(raws)
        next(following)
        for step, raw in zip(steps, following, strict=True):
            amounts = step(raw, long, short, prescribed, billed, exempt, line)
            if amounts:
                line = raw
                of_stay, amo, spent, amc = amounts
                if of_stay < 0:
                    fees_amo += amo
                    fees_spent += spent
                    fees_amc += amc
                else:
                    base += of_stay
                    stay_amo += amo
                    stay_spent += spent
                    stay_amc += amc
            elif amounts is None or amounts is False:
                return _refuse(facture, shared)
        spent, amo = stay_spent + fees_spent, stay_amo + fees_amo
        if not self._total_agrees(
            raws[-1], lines, base, stay_amo, stay_spent, stay_amc, fees_amo, fees_spent, fees_amc, spent - amo
        ):
            return _refuse(facture, shared)
        if care.again(facture.layouts[0], raws[0], raws[first:-1], number):
            return False
        batch.count(counts, spent, amo, stay_amc + fees_amc)
        return True

    def refused(self, facture: Facture, day: bytes) -> tuple[int, Sequence[int]]:
        """The parts of an invoice (`fse.asked`) on which a check may have something to say.

        With them, the ranks of the records of which a field or a key may call for a remark. `day` as in
        `passes`. Where the header alone has other numbers than the last record, the lines are asked whether
        they repeat those of the last one.
        """
        steps, _, count, _ = self._shapes.get(facture.layouts) or self._learn(facture)
        raws, layouts = facture.raws, facture.layouts
        header, total = raws[0], raws[-1]
        if not steps or not len(header) == len(total) == LENGTH:
            return EVERYTHING, range(len(raws))
        held: Header | None = facture.__dict__.get(_HELD) or self._header_holds(header, day)
        shared = held or self._header_tells(header, day)
        if shared is None:
            return EVERYTHING, range(len(raws))
        parts = EVERYTHING & ~ORDER
        if held is not None:
            parts -= HEADER
        model = 0  # the record whose numbers the lines repeat
        of_lines, wrong = _wrong(steps, facture, shared)
        if wrong and (copied := _numbered_as(header, layouts[0], total, layouts[-1])) != header:
            shared, model = self._header_tells(copied, day), -1
            if shared is not None:
                of_lines, wrong = _wrong(steps, facture, shared)
        parts &= ~(LINES | DETAILS) | of_lines
        if wrong:
            note_right_lines(facture, wrong)
        ranks: Sequence[int] = range(len(raws))
        if (held is not None and not model) or self.is_plain(layouts[model], raws[model]):
            ranks = (*((0,) if held is None else ()), *wrong, len(raws) - 1)
        sums = Totaux.of_invoice(facture)
        if self._total_agrees(
            total,
            count,
            sums.base,
            sums.stay_amo,
            sums.stay_spent,
            sums.stay_amc,
            sums.fees_amo,
            sums.fees_spent,
            sums.fees_amc,
            sums.depense - sums.amo,
        ):
            parts -= SUMS
        return parts, ranks

    def left(self, facture: Facture, day: bytes, *, is_sent: bool) -> tuple[int, Sequence[int]]:
        """The same, less what is known of the régime: `is_sent` tells that it goes where its file goes."""
        parts, ranks = self.refused(facture, day)
        return parts - SENT if is_sent and not parts & ORDER else parts, ranks

    def is_plain(self, layout: Layout, raw: bytes) -> object:
        """Whether no field of a record, and no key, calls for a remark; a *no* means nothing."""
        try:
            holds = self._plain[layout]
        except KeyError:
            holds = self._plain[layout] = compile_fields(layout, self._context)
        return holds(raw)

    # --- learning -------------------------------------------------------------------------------------

    def _learn(self, facture: Facture) -> _Shape:
        layouts = facture.layouts
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes.clear()
        shape = _REFUSED
        if self._is_regular(facture):
            counts = counts_of(layouts)
            steps = tuple(step for place in _places(layouts) if (step := self._step(*place)))
            if len(steps) == len(layouts) - 1:
                first = next(rank for rank, layout in enumerate(layouts) if layout.name in ("3", "4"))
                shape = _Shape(steps, first, counts.all_lines if self._cp else counts.main_lines, counts)
        self._shapes[layouts] = shape
        return shape

    def _is_regular(self, facture: Facture) -> bool:
        """2 first and only once, 5 last and only once, a line in between, no remark on the order."""
        names = [layout.name for layout in facture.layouts]
        known = self._context.norme.layouts
        return (
            all(known.get(layout.name) is layout for layout in facture.layouts)
            and names[0] == "2"
            and names[-1] == "5"
            and names.count("2") == names.count("5") == 1
            and ("3" in names or "4" in names)
            and not any(check_order(facture, self._context))
        )

    def _step(self, layout: Layout, rank: int, named: bool) -> Step | None:
        key = (layout, rank, named)
        if key not in self._steps:
            try:
                header = self._context.norme.layouts["2"]
                self._steps[key] = compile_step(
                    layout, header, self._context, self._details, rank, named=named
                )
            except Unsuited:
                self._steps[key] = None
        return self._steps[key]


def _refuse(facture: Facture, held: Header) -> bool:
    """Refuse an invoice whose header holds, and note what it tells: that is not asked again."""
    facture.__dict__[_HELD] = held
    return False


def _places(layouts: Sequence[Layout]) -> Iterator[tuple[Layout, int, bool]]:
    """Each record after the header: its layout, its rank among those of its type on the line, and whether
    a line is followed by a record 4M before the next one."""
    counts: dict[str, int] = {}
    for index, layout in enumerate(layouts[1:], start=1):
        name = layout.name
        if name in ("3", "4"):
            counts = {}
            following = (other.name for other in layouts[index + 1 :])
            complements = itertools.takewhile(lambda other: other not in ("3", "4", "5"), following)
            yield layout, 0, "4M" in complements
        else:
            counts[name] = counts.get(name, 0) + 1
            yield layout, counts[name] if name in REPEATED else 0, False


def _wrong(steps: Sequence[Step], facture: Facture, shared: Header) -> tuple[int, list[int]]:
    """Ranks of the records between the first and the last that may call for a remark, and their parts."""
    parts, wrong, raws = 0, [], facture.raws
    line = raws[0]
    for rank in range(1, len(raws) - 1):
        raw = raws[rank]
        is_line = facture.layouts[rank].name in ("3", "4")
        amounts = steps[rank - 1](raw, *shared, line)
        if amounts is None or amounts is False:
            wrong.append(rank)
            parts |= DETAILS if not is_line else FIGURES if amounts is None else LINES
        if is_line:
            line = raw
    return parts, wrong


def _numbered_as(header: bytes, layout: Layout, other: bytes, theirs: Layout) -> bytes:
    """A header with the numbers of another record of its invoice, as far as that one tells them."""
    made = bytearray(header)
    for name in SHARED:
        if name in theirs:
            made[layout.by_name[name].slice] = other[theirs.by_name[name].slice]
    return bytes(made)


_GATES: list[tuple[Norme, Namespace, Gate]] = []


def gate(norme: Norme, lists: Namespace) -> Gate:
    """The gate for a norm and its code lists; the last ones are kept, so that small files cost little."""
    for known, known_lists, known_gate in _GATES:
        if known is norme and known_lists is lists:
            return known_gate
    made = Gate(norme, lists)
    _GATES.append((norme, lists, made))
    del _GATES[:-_MOST_GATES]
    return made
