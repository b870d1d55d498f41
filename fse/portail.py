"""The gate of the fast engine: is this invoice flawless?

A *yes* must mean that no check has anything to say; a *no* means nothing, the checks then speak. All the
questions are asked on raw bytes: one regular expression per record tells that every field has the bytes
of its kind and a known code; what is left are comparisons of slices, keys that were seen before, and sums.
For each layout the questions are generated once, as one function, from the places of its fields.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flatfile import Layout
from fse.facture import SUPPLEMENTS_SMG, Facture
from fse.rules.cles import key_check, nir_holds
from fse.rules.contexte import Contexte
from fse.rules.structure import check_order
from fse.totaux import Counter, TotauxLot, counts_of

#: Shapes of invoice remembered; a flow of other shapes is checked all the same, less fast.
_MOST_SHAPES = 4096

#: Base (-1 for fees), AMO, expense, AMC of a line; empty for another record; nothing for one to be checked.
_Amounts = tuple[int, ...] | None

#: raw, prefix and number shared with the header, dates of prescription and billing, last line -> amounts
_Step = Callable[[bytes, bytes, bytes, bytes, bytes, bytes], _Amounts]

_NO_DATE = b"000000"
_BLANK_DATE = b"      "


class _Shape(NamedTuple):
    """One sequence of record types that calls for no remark: its questions, and what is to be counted."""

    steps: tuple[_Step, ...]
    lines: int
    counts: Counter


class Portail:
    """Tells flawless invoices; made once per check, under its context."""

    def __init__(self, context: Contexte) -> None:
        self._context = context
        self._shapes: dict[tuple[Layout, ...], _Shape | None] = {}
        self._steps: dict[tuple[Layout, bool], _Step] = {}
        self._cp = context.norme.is_cp
        header = context.norme.layouts["2"]
        self._identity = slice(header.by_name["nir"].slice.start, header.by_name["cle_nir"].slice.stop)
        self._number = header.by_name["numero_facture"].slice
        # Bytes that are the same in all records: in establishments the number has two places.
        self._prefix = slice(1, 26 if self._cp else self._number.stop)
        self._routing = slice(header.by_name["regime"].slice.start, header.by_name["caisse"].slice.stop)
        self._nature = header.by_name["nature_assurance"].slice
        self._billed = _slice(header, "date_facturation")
        self._prescribed = _slice(header, "date_prescription")
        self._entry, self._leave = _slice(header, "date_entree"), _slice(header, "date_sortie")

    def passes(self, facture: Facture, batch: TotauxLot) -> bool:
        """Whether no check has anything to say; then the invoice is counted in `batch`."""
        key = tuple(facture.layouts)
        try:
            shape = self._shapes[key]
        except KeyError:
            shape = self._learn(key, facture)
        if shape is None:
            return False
        raws = facture.raws
        header = raws[0]
        prefix, number = header[self._prefix], header[self._number]
        billed = header[self._billed] if self._billed else _NO_DATE
        prescribed = header[self._prescribed] if self._prescribed else _NO_DATE
        if not self._header_holds(header, billed):
            return False
        stay_base = stay_amo = stay_spent = stay_amc = fees_amo = fees_spent = fees_amc = 0
        line = header
        for step, raw in zip(shape.steps, raws, strict=True):
            amounts = step(raw, prefix, number, prescribed, billed, line)
            if amounts:
                base, amo, spent, amc = amounts
                line = raw
                if base < 0:
                    fees_amo += amo
                    fees_spent += spent
                    fees_amc += amc
                else:
                    stay_base += base
                    stay_amo += amo
                    stay_spent += spent
                    stay_amc += amc
            elif amounts is None:
                return False
        spent, amo, amc = stay_spent + fees_spent, stay_amo + fees_amo, stay_amc + fees_amc
        share = spent - amo if spent > amo else 0
        raw = raws[-1]
        if self._cp:
            agrees = raw[38:97] + raw[114:122] == b"%03d%08d%08d%08d%08d%08d%08d%08d%08d" % (
                shape.lines,
                stay_base,
                stay_amo,
                fees_spent,
                fees_amo,
                share,
                stay_amc,
                fees_amc,
                stay_spent,
            )
        else:
            agrees = raw[38:41] + raw[57:89] == b"%03d%08d%08d%08d%08d" % (
                shape.lines,
                spent,
                amo,
                share,
                amc,
            )
        if agrees:
            batch.count(shape.counts, spent, amo, amc)
        return agrees

    def _header_holds(self, header: bytes, billed: bytes) -> bool:
        if (
            header[self._routing] == b"08835"
            or header[self._nature] == b"22"
            or not nir_holds(header[self._identity])
        ):
            return False
        lot = self._context.lot
        if self._billed and lot is not None and not in_order(billed, lot.raw[71:77]):
            return False
        return not self._entry or not self._leave or in_order(header[self._entry], header[self._leave])

    # --- learning -------------------------------------------------------------------------------------

    def _learn(self, key: tuple[Layout, ...], facture: Facture) -> _Shape | None:
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes.clear()
        shape: _Shape | None = None
        if self._regular(facture):
            counts = counts_of(key)
            steps = tuple(self._step(layout, first=rank == 0) for rank, layout in enumerate(key))
            shape = _Shape(steps, counts.all_lines if self._cp else counts.main_lines, counts)
        self._shapes[key] = shape
        return shape

    def _regular(self, facture: Facture) -> bool:
        """2 first and only once, 5 last and only once, a line in between, no remark on the order."""
        names = [layout.name for layout in facture.layouts]
        return (
            names[0] == "2"
            and names[-1] == "5"
            and names.count("2") == names.count("5") == 1
            and ("3" in names or "4" in names)
            and "?" not in names
            and not any(check_order(facture, self._context))
        )

    def _step(self, layout: Layout, *, first: bool) -> _Step:
        found = self._steps.get((layout, first))
        if found is None:
            # After the header, the bytes that are the same need not be matched again.
            start = 0 if first else self._prefix.stop
            found = self._steps[layout, first] = compile_step(layout, self._context, start, self._prefix)
        return found


class _Good(set[bytes]):
    """Numbers whose key was found right, not to be computed again; bounded."""

    def __init__(self, holds: Callable[[bytes], bool]) -> None:
        self._holds = holds

    def learn(self, number: bytes) -> bool:
        """Compute the key of a number that is not in the set."""
        if not self._holds(number):
            return False
        if len(self) > 1 << 16:
            self.clear()
        self.add(number)
        return True


class _Cents(dict[bytes, int]):
    """Amounts by the bytes that write them: a flow repeats the same tariffs over and over. Bounded."""

    def __missing__(self, raw: bytes) -> int:
        if len(self) > 1 << 16:
            self.clear()
        amount = self[raw] = int(raw)
        return amount


_CENTS = _Cents()


def compile_step(layout: Layout, context: Contexte, start: int, prefix: slice) -> _Step:
    """Generate the questions asked of one record; see `_Step`. `start` is where the gate starts."""
    # Signs of free medical care are no fault, but they call for the checks that know about it.
    codes = {
        **context.emitted,
        "code_acte": context.emitted["code_acte"] - SUPPLEMENTS_SMG,
        "qualificatif_depense": context.emitted["qualificatif_depense"] - {"L"},
    }
    scope, tests = layout.gate_tests(codes, start)
    scope |= {"in_order": in_order, "nir_holds": nir_holds, "cents": _CENTS}
    questions = [f"raw[{_at(prefix)}] == prefix", *tests]
    number = layout.by_name["numero_facture"].slice
    if number.stop > prefix.stop:
        questions.append(f"raw[{_at(number)}] == number")
    for field in layout.fields:
        holds = key_check(field)
        if holds is not None and (field.slice.start >= start or not start):
            good = f"good_{field.name}"
            scope[good] = _Good(holds)
            where = _at(field.slice)
            questions.append(f"(raw[{where}] in {good} or {good}.learn(raw[{where}]))")
    if "nir_individuel" in layout and "cle_nir_individuel" in layout:
        nir, key = layout.by_name["nir_individuel"].slice, layout.by_name["cle_nir_individuel"].slice
        questions.append(f"nir_holds(raw[{_at(nir)}] + raw[{_at(key)}])")
    if "date_debut" in layout and "date_fin" in layout:
        first, last = layout.by_name["date_debut"].slice, layout.by_name["date_fin"].slice
        questions.append(f"in_order(raw[{_at(first)}], raw[{_at(last)}])")
    if layout.name == "3S":
        began = context.norme.layouts["3"].by_name["date_debut"].slice
        prescription = layout.by_name["date_prescription"].slice
        questions.append(f"in_order(raw[{_at(prescription)}], line[{_at(began)}])")
    result = "()"
    if layout.name in ("3", "4"):
        questions += _line_questions(layout)
        result = _amounts(layout)
    code = (
        "def step(raw, prefix, number, prescribed, billed, line):\n"
        f"    return {result} if {' and '.join(questions)} else None\n"
    )
    exec(code, scope)
    made: _Step = scope["step"]  # type: ignore[assignment]  # just defined
    return made


def _line_questions(layout: Layout) -> list[str]:
    """The date of the act stands between prescription and billing."""
    act = _at(layout.by_name["date_debut" if layout.name == "3" else "date_acte"].slice)
    return [
        f"(prescribed == {_NO_DATE!r} or in_order(prescribed, raw[{act}]))",
        f"(raw[{act}] == billed or in_order(raw[{act}], billed))",
    ]


def _amounts(layout: Layout) -> str:
    names = ("base_remboursement", "montant_amo", "montant_depense", "montant_amc")
    parts = [f"cents[raw[{_at(layout.by_name[name].slice)}]]" for name in names]
    if layout.name == "4":
        parts[0] = "-1"
    return f"({', '.join(parts)})"


def _at(where: slice) -> str:
    return f"{where.start}:{where.stop}"


def _slice(layout: Layout, name: str) -> slice | None:
    field = layout.by_name.get(name)
    return field.slice if field is not None else None


def in_order(first: bytes, second: bytes) -> bool:
    """Whether two dates AAMMJJ of the same century follow one another; absent ones always do.

    Dates of two centuries are not judged here: years 70 to 99 come before years 00 to 69.
    """
    if first <= second and (first >= b"7") == (second >= b"7"):
        return True
    return first in (_NO_DATE, _BLANK_DATE) or second in (_NO_DATE, _BLANK_DATE)
