"""Code generated for the gate: the questions asked of the lines of an invoice and of its total.

What repeats from one line to the next (performer, day and act; quantities and amounts; an act and its
modifiers) is looked at once, then remembered: each piece is shown to the checks themselves, and a *yes* means
that none has a remark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from flatfile import Field, Layout, Record
from fse.facture import Acte
from fse.questions import (
    MOST_REMEMBERED,
    SIGNS,
    Code,
    Good,
    Unsuited,
    accepted,
    field_of,
    place_of,
    remembered,
)
from fse.rules.actes import CCAM_GROUPS, MODIFIERS, REPEATED, detail_remarks
from fse.rules.assurance import NUTRITION, UNPAID, WHOLE
from fse.rules.contexte import Contexte
from fse.rules.dates import NO_DATE
from fse.rules.montants import amount_remarks, product_remarks
from fse.rules.presence import is_empty, required

#: Base (-1 for fees), AMO, expense, AMC of a line; empty for another record; nothing for one to be checked:
#: of a line, its figures alone. `False` for a line whose start is to be checked.
Amounts = tuple[int, ...] | Literal[False] | None

#: raw, bytes shared with the header (long and short), days of prescription and billing, last line -> amounts
Step = Callable[[bytes, bytes, bytes, bytes, bytes, bytes, bytes], Amounts]

#: Year of billing, as the code of a step.
_YEAR = "billed[:2]"

AMOUNTS = ("base_remboursement", "montant_amo", "montant_depense", "montant_amc")

#: Fields of a line that are looked at together: before the quantity, and from it on.
BEFORE = {
    "3": ("date_debut", "date_fin", "code_acte"),
    "4": (
        "date_acte",
        "code_acte",
        "numero_executant",
        "accord_prealable",
        "date_demande_accord",
        "justification_exoneration",
    ),
}
AFTER = {
    "3": (
        "quantite",
        "coefficient",
        "coefficient_mco",
        "prix_unitaire",
        "taux",
        "justification_exoneration",
        *AMOUNTS,
    ),
    "4": ("quantite", "coefficient", "denombrement", "prix_unitaire", "taux", *AMOUNTS),
}

#: Field of record 5 -> what it must hold, by the names that `compile_total` gives to the sums.
TOTALS_PS = {
    "nombre_lignes": "lines",
    "total_depense": "fees_spent + stay_spent",
    "total_amo": "fees_amo + stay_amo",
    "total_participation_assure": "rest if rest > 0 else 0",
    "total_amc": "fees_amc + stay_amc",
}
TOTALS_CP = {
    "nombre_lignes": "lines",
    "total_base_hospitalier": "base",
    "total_amo_hospitalier": "stay_amo",
    "total_honoraires": "fees_spent",
    "total_amo_honoraires": "fees_amo",
    "total_participation_assure": "rest if rest > 0 else 0",
    "total_amc_hospitalier": "stay_amc",
    "total_amc_honoraires": "fees_amc",
    "total_depense_hospitalier": "stay_spent",
}

#: Types on which `detail_holds` has something to ask.
DETAILED = frozenset({"3S", "4S", "3F", "3H", "4F", "4H", "4M", "4U"})

#: Records that detail a line and were found right, by layout.
Details = dict[Layout, Good]


class Known(dict[bytes, Amounts]):
    """Amounts by the end of the line that holds them; nothing for an end that is not flawless."""

    def __init__(self, read: Callable[[bytes], Amounts]) -> None:
        self._read = read

    def __missing__(self, end: bytes) -> Amounts:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        amounts = self[end] = self._read(end)
        return amounts


class Digits(dict[int, bytes]):
    """Numbers as digits of one length, zeros in front: writing them costs more than looking them up."""

    def __init__(self, length: int) -> None:
        self._form = b"%%0%dd" % length

    def __missing__(self, number: int) -> bytes:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        digits = self[number] = self._form % number
        return digits


def shared_stop(layout: Layout, header: Layout) -> int:
    """Where the bytes end that a record and its header have at the same place, from the second one on."""
    stop = 1
    for mine, theirs in zip(layout.fields[1:], header.fields[1:], strict=False):
        if (mine.name, mine.start, mine.kind.name) != (theirs.name, theirs.start, theirs.kind.name):
            break
        stop = mine.slice.stop
        if mine.name == "numero_facture":
            break
    return stop


def compile_step(
    layout: Layout, header: Layout, context: Contexte, details: Details, rank: int, *, named: bool
) -> Step:
    """Questions asked of another record of the invoice. Raises `Unsuited`.

    `details` remembers the records that detail a line, by layout. `rank` is that of a complement among
    those of its type on the line; `named` tells that a line is followed by a record 4M.
    """
    code = Code(layout, context)
    stop = shared_stop(layout, header)
    start = field_of(layout, "numero_facture").slice.stop
    if stop == field_of(header, "numero_facture").slice.stop:
        shared = "long"
    elif stop == field_of(header, "cle_nir").slice.stop == field_of(layout, "numero_facture").slice.start:
        shared = "short"
    else:
        raise Unsuited
    code.questions += [f"raw[0] == {ord(layout.name[0])}", f"raw[1:{start}] == {shared}"]
    rest = [field for field in layout.fields if field.slice.start >= start]
    if layout.name in ("3", "4"):
        return _compile_line(code, rest, header, named=named)
    if layout.name in DETAILED:
        good = details.setdefault(layout, _compile_detail(layout, context, rest))
        code.questions.append(remembered(f"raw[{start}:]", code.name(good), _YEAR))
    else:
        code.ask_fields(rest)
        code.ask_days(rest, _YEAR)
    if layout.name == "3S":
        began = field_of(context.norme.layouts["3"], "date_debut")
        code.questions.append(f"in_order({code.at('date_prescription')}, line[{place_of(began)}])")
    if context.norme.is_cp and layout.name in REPEATED:
        code.questions.append(f"{code.at('sequence')} == {b'%02d' % rank!r}")
    return _step(code, "()")


def _compile_detail(layout: Layout, context: Contexte, rest: list[Field]) -> Good:
    code, days = Code(layout, context), Code(layout, context)
    code.ask_fields(rest)
    days.questions.append("True")
    days.ask_days(rest)
    regular, in_time = code.make("raw", "True", "False"), days.make("raw", "True", "False")

    def holds(asked: bytes) -> bool:
        raw = asked[:-2]  # the year stands after it
        return bool(regular(raw) and in_time(asked)) and detail_holds(layout, raw, context)

    return Good(holds)


def _compile_line(code: Code, rest: list[Field], header: Layout, *, named: bool) -> Step:
    layout, context = code.layout, code.context
    if any(accepted(field_of(layout, name), code.context, layout.name) is None for name in SIGNS):
        raise Unsuited
    act = code.at("date_debut" if layout.name == "3" else "date_acte")
    split = field_of(layout, "quantite").slice.start
    before = [field for field in rest if field.slice.start < split]
    after = [field for field in rest if field.slice.start >= split]
    figures = [field_of(layout, name) for name in AMOUNTS]
    if any(field.kind.base != "cents" for field in figures) or not before:
        raise Unsuited
    for half, names in ((before, BEFORE[layout.name]), (after, AFTER[layout.name])):
        if any(name in layout and field_of(layout, name) not in half for name in names):
            raise Unsuited
    first = Code(layout, code.context)
    first.ask_fields(before, last=False)
    first.ask_days(before)
    regular = first.make("raw", "True", "False")
    good = code.name(Good(lambda raw: regular(raw) and line_starts_well(layout, raw, context)))
    if not named:
        groups = frozenset(group.ljust(5).encode() for group in CCAM_GROUPS)
        code.questions.append(f"{code.at('code_acte')} not in {code.name(groups)}")
    piece = f"raw[{before[0].slice.start}:{split}]"
    code.questions.append(remembered(piece, good))
    if "date_prescription" in header:
        code.questions.append(f"(prescribed == {NO_DATE!r} or in_order(prescribed, {act}))")
    code.questions.append(
        f"({act} == billed or {act}[:2] == billed[:2] and {act} <= billed or in_time({act}, billed))"
    )
    if context.norme.is_cp:
        whole = tuple(one.encode() for one in sorted(WHOLE))
        code.questions.append(f"(exempt not in {whole!r} or {code.at('taux')} in (b'100', b'000'))")
    second = Code(layout, code.context)
    second.ask_fields(after)
    amounts = [f"int(raw[{place_of(field)}])" for field in figures]
    if layout.name == "4":
        amounts[0] = "-1"
    read = second.make("raw", f"({', '.join(amounts)})", "None")
    filling = b"0" * split

    def amounts_of(end: bytes) -> Amounts:
        found: Amounts = read(filling + end)  # type: ignore[assignment]  # as generated
        return found if found and line_ends_well(layout, filling + end, context) else None

    known = Known(amounts_of)
    return _step(code, f"{code.name(known)}[raw[{split}:]]", "False")


def _step(code: Code, result: str, otherwise: str = "None") -> Step:
    arguments = "raw, long, short, prescribed, billed, exempt, line"
    return code.make(arguments, result, otherwise)  # type: ignore[return-value]  # as generated


def compile_total(total: Layout, *, cp: bool) -> Callable[..., bool]:
    """Whether record 5 holds the counter and the sums that it must hold. Raises `Unsuited`."""
    expected = TOTALS_CP if cp else TOTALS_PS
    fields = sorted((field_of(total, name) for name in expected), key=lambda field: field.start)
    if any(field.kind.base not in ("count", "cents") for field in fields):
        raise Unsuited
    runs: list[list[int]] = []
    for field in fields:
        if runs and runs[-1][1] == field.slice.start:
            runs[-1][1] = field.slice.stop
        else:
            runs.append([field.slice.start, field.slice.stop])
    written = " + ".join(f"raw[{start}:{stop}]" for start, stop in runs)
    scope = {f"digits{field.length}": Digits(field.length) for field in fields}
    computed = " + ".join(f"digits{field.length}[{expected[field.name]}]" for field in fields)
    arguments = "raw, lines, base, stay_amo, stay_spent, stay_amc, fees_amo, fees_spent, fees_amc, rest"
    made: Callable[..., bool] = eval(f"lambda {arguments}: {written} == {computed}", dict(scope))
    return made


# --- pieces of a record, shown to the checks --------------------------------------------------------------


def line_starts_well(layout: Layout, raw: bytes, context: Contexte) -> bool:
    """The part of a line before its quantity: day, code, performer, prior agreement, exemption."""
    record = Record(layout, raw)
    cp = context.norme.is_cp
    if any(is_empty(record, field) for field in required(layout.name, cp=cp) if field != "quantite"):
        return False
    if any(detail_remarks(record)) or not _is_current(record, ("code_acte",), context):
        return False
    if cp and record.text("code_acte") == NUTRITION:
        return False
    return not cp or layout.name == "3" or is_empty(record, "justification_exoneration")


def line_ends_well(layout: Layout, raw: bytes, context: Contexte) -> bool:
    """The part of a line from its quantity on: quantity, amounts, and the exemption of a stay."""
    record = Record(layout, raw)
    if is_empty(record, "quantite") or any(amount_remarks(Acte(record))):
        return False
    if context.norme.is_cp and record.text("qualificatif_depense") in UNPAID:
        return False
    return layout.name != "3" or is_empty(record, "justification_exoneration")


def detail_holds(layout: Layout, raw: bytes, context: Contexte) -> bool:
    """A record that details a line."""
    record = Record(layout, raw)
    if any(detail_remarks(record)) or any(product_remarks(record)):
        return False
    return layout.name != "4M" or _is_current(record, MODIFIERS, context)


def _is_current(record: Record, fields: tuple[str, ...], context: Contexte) -> bool:
    """Whether no code has a last day: those that have one are left to the check, which knows the day."""
    for name in fields:
        codes = context.code_list(record.layout.by_name[name])
        entry = codes.get(record.text(name)) if codes is not None else None
        if entry is not None and (entry.valid_from or entry.valid_to):
            return False
    return True
