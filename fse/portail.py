"""The gate of the fast engine: is this invoice flawless?

A *yes* must mean that no check has anything to say; a *no* means nothing, the checks then speak. All the
questions are asked on raw bytes (`fse.questions`): what is left here is the sequence of records, which must
call for no remark, and the sums.
"""

from __future__ import annotations

from typing import NamedTuple

from codes.lists import Namespace
from flatfile import Layout
from fse.facture import Facture
from fse.normes import Norme
from fse.questions import (
    NO_DATE,
    HeaderStep,
    Step,
    Unsuited,
    compile_header,
    compile_step,
    compile_total,
)
from fse.rules.contexte import Contexte
from fse.rules.structure import check_order
from fse.totaux import Counter, TotauxLot, counts_of

#: Sequences of records remembered; a flow of more sequences is checked all the same, less fast.
_MOST_SHAPES = 4096

#: Norms and code lists whose questions are kept from one check to the next.
_MOST_GATES = 8


class _Shape(NamedTuple):
    """One sequence of record types that calls for no remark: its questions, and what is to be counted."""

    steps: tuple[Step, ...]
    lines: int
    counts: Counter


class Portail:
    """Tells flawless invoices, for one norm and its code lists. It holds nothing about any flow."""

    def __init__(self, norme: Norme, lists: Namespace) -> None:
        self._context = Contexte(norme, lists)
        self._shapes: dict[tuple[Layout, ...], _Shape | None] = {}
        self._steps: dict[Layout, Step | None] = {}
        self._cp = norme.is_cp
        self._header = header = norme.layouts["2"]
        self._header_holds: HeaderStep = lambda raw, day: False
        try:
            self._header_holds = compile_header(header, self._context)
            self._total_agrees = compile_total(norme.layouts["5"], cp=self._cp)
        except Unsuited:
            return  # a table of the site, of another design: nothing passes
        self._number = header.by_name["numero_facture"].slice
        self._long = slice(1, self._number.stop)
        self._apart = slice(1, header.by_name["cle_nir"].slice.stop)
        self._billed = _slice(header, "date_facturation")
        self._prescribed = _slice(header, "date_prescription")

    def passes(self, facture: Facture, day: bytes, batch: TotauxLot) -> bool:
        """Whether no check has anything to say; then the invoice is counted in `batch`.

        `day` is the date of the batch as written (AAMMJJ), zeros when there is none.
        """
        layouts = facture.layouts
        try:
            shape = self._shapes[layouts]
        except KeyError:
            shape = self._learn(facture)
        if shape is None:
            return False
        raws = facture.raws
        header = raws[0]
        if not self._header_holds(header, day):
            return False
        long = header[self._long]
        short = header[self._apart] + header[self._number] if self._cp else long
        billed = header[self._billed] if self._billed else NO_DATE
        prescribed = header[self._prescribed] if self._prescribed else NO_DATE
        base = stay_amo = stay_spent = stay_amc = fees_amo = fees_spent = fees_amc = 0
        line = header
        for step, raw in zip(shape.steps, raws[1:], strict=True):
            amounts = step(raw, long, short, prescribed, billed, line)
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
            elif amounts is None:
                return False
        spent, amo = stay_spent + fees_spent, stay_amo + fees_amo
        share = spent - amo if spent > amo else 0
        if not self._total_agrees(
            raws[-1],
            shape.lines,
            base,
            stay_amo,
            stay_spent,
            stay_amc,
            fees_amo,
            fees_spent,
            fees_amc,
            share,
        ):
            return False
        batch.count(shape.counts, spent, amo, stay_amc + fees_amc)
        return True

    # --- learning -------------------------------------------------------------------------------------

    def _learn(self, facture: Facture) -> _Shape | None:
        layouts = facture.layouts
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes.clear()
        shape: _Shape | None = None
        if self._is_regular(facture):
            counts = counts_of(layouts)
            steps = tuple(step for layout in layouts[1:] if (step := self._step(layout)))
            if len(steps) == len(layouts) - 1:
                shape = _Shape(steps, counts.all_lines if self._cp else counts.main_lines, counts)
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

    def _step(self, layout: Layout) -> Step | None:
        if layout not in self._steps:
            try:
                self._steps[layout] = compile_step(layout, self._header, self._context)
            except Unsuited:
                self._steps[layout] = None
        return self._steps[layout]


_GATES: list[tuple[Norme, Namespace, Portail]] = []


def gate(norme: Norme, lists: Namespace) -> Portail:
    """The gate for a norm and its code lists; the last ones are kept, so that small files cost little."""
    for known, known_lists, portail in _GATES:
        if known is norme and known_lists is lists:
            return portail
    made = Portail(norme, lists)
    _GATES.append((norme, lists, made))
    del _GATES[:-_MOST_GATES]
    return made


def _slice(layout: Layout, name: str) -> slice | None:
    field = layout.by_name.get(name)
    return field.slice if field is not None else None
