"""Code generated for the gate: the questions asked of one record, as one function per layout.

The bytes that a field may hold are found by asking the checks themselves (`format_rule`, `code_rule`): what
passes here is what they have no remark on. What repeats from one line to the next (performer, day and act;
quantities and amounts) is looked at once, then remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from flatfile import Field, Layout
from flatfile.kinds import ANYTHING
from flatfile.layout import merge_patterns
from fse.normes import LENGTH
from fse.rules.actes import CCAM_GROUPS, EBD, REPEATED
from fse.rules.already_seen import DETAILED, detail_holds, line_ends_well, line_starts_well
from fse.rules.assurance import CANCELLING
from fse.rules.champs import code_rule, format_rule
from fse.rules.contexte import Contexte
from fse.rules.dates import ABSENT, in_order, in_time
from fse.rules.exonerations import WHOLE
from fse.rules.numeros import key_check, month_holds, nir_holds
from fse.smg import SUPPLEMENTS
from fse.smg import routing as smg_routing

#: Base (-1 for fees), AMO, expense, AMC of a line; empty for another record; nothing for one to be checked.
Amounts = tuple[int, ...] | None

#: raw, bytes shared with the header (long and short), days of prescription and billing, last line -> amounts
Step = Callable[[bytes, bytes, bytes, bytes, bytes, bytes, bytes], Amounts]

#: raw record 2, day of the batch -> what the steps need of it; nothing when it is not flawless
HeaderStep = Callable[[bytes, bytes], tuple[bytes, bytes, bytes, bytes, bytes] | None]

NO_DATE = ABSENT[0]

#: Codes of a list beyond which they are looked up in a set rather than tried one after another.
_MOST_ALTERNATIVES = 30

#: Pieces and keys remembered; beyond, everything is forgotten, so that memory stays bounded.
_MOST_REMEMBERED = 1 << 13

#: Starts and ends that must follow one another.
_PERIODS = (("date_debut", "date_fin"), ("date_entree", "date_sortie"))

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

#: Signs of free medical care and of the prevention exam are no fault, but call for the checks that know
#: about them.
SIGNS = {"code_acte": SUPPLEMENTS | EBD, "qualificatif_depense": frozenset({"L"})}

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

#: City care: fields of record 2 that must be filled in, beside those that say who pays.
_NEEDED = ("numero_facture", "nir", "date_facturation", "date_naissance")

#: Fields of record 2 that are looked at with those that say who pays.
_OF_THE_PAYER = (
    "caisse",
    "nature_assurance",
    "justification_exoneration",
    "numero_at",
    "date_maternite",
)

#: Fields that are looked at together.
_PAIRS = (("nir", "cle_nir"), ("nir_individuel", "cle_nir_individuel"), *_PERIODS)


class Unsuited(Exception):  # noqa: N818  # told by the compiler to the gate, never raised to a caller
    """A layout, laid over ours by a site, that the gate has no questions for: the checks do all the work."""


class _Good(set[bytes]):
    """Bytes that were found right, not to be looked at again; bounded."""

    def __init__(self, holds: Callable[[bytes], object]) -> None:
        self._holds = holds

    def learn(self, piece: bytes, asked: bytes) -> bool:
        """Remember `piece` when what is `asked` holds."""
        if not self._holds(asked):
            return False
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        self.add(piece)
        return True


#: Records that detail a line and were found right, by layout.
Details = dict[Layout, _Good]


class _Known(dict[bytes, Amounts]):
    """Amounts by the end of the line that holds them; nothing for an end that is not flawless."""

    def __init__(self, read: Callable[[bytes], Amounts]) -> None:
        self._read = read

    def __missing__(self, end: bytes) -> Amounts:
        amounts = self._read(end)
        if amounts is not None:
            if len(self) > _MOST_REMEMBERED:
                self.clear()
            self[end] = amounts
        return amounts


class _Digits(dict[int, bytes]):
    """Numbers as digits of one length, zeros in front: writing them costs more than looking them up."""

    def __init__(self, length: int) -> None:
        self._form = b"%%0%dd" % length

    def __missing__(self, number: int) -> bytes:
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        digits = self[number] = self._form % number
        return digits


# --- one field ------------------------------------------------------------------------------------------


def accepted(field: Field, context: Contexte, type: str) -> list[str] | None:
    """The texts that a coded field may hold without a remark, or nothing when it has no list."""
    codes = context.code_list(field)
    if codes is None or field.kind.base == "const":
        return None
    tried = dict.fromkeys((*context.known(field, codes), " " * field.length, "0" * field.length))
    return [
        text
        for text in tried
        if text.strip() not in SIGNS.get(field.name, ())
        and not format_rule(field, text.encode("latin-1"), type)
        and not code_rule(field, text, context)
    ]


def _pattern(field: Field, texts: list[str] | None) -> str:
    """Regular expression of the bytes of a field; absent dates first, which is what most are."""
    if field.kind.base == "date":
        return f"(?:0{{{field.length}}}|{field.kind.strict})"
    if texts is None or _is_crowded(field, texts):
        return field.kind.strict
    return "(?:" + "|".join(map(re.escape, texts)) + ")" if texts else "(?!)"


def _is_crowded(field: Field, texts: list[str] | None) -> bool:
    return texts is not None and len(texts) > _MOST_ALTERNATIVES


class _Code:
    """A generated function: its questions, and the names that they use."""

    def __init__(self, layout: Layout, context: Contexte) -> None:
        self.layout = layout
        self.context = context
        self.scope: dict[str, object] = {
            "in_order": in_order,
            "in_time": in_time,
            "nir_holds": nir_holds,
            "month_holds": month_holds,
        }
        self.questions: list[str] = []

    def name(self, value: object) -> str:
        """A name for a value in the generated code."""
        name = f"n{len(self.scope)}"
        self.scope[name] = value
        return name

    def at(self, name: str) -> str:
        """The slice of a field, as code. Raises `Unsuited` when there is no such field."""
        return f"raw[{_place(_field(self.layout, name))}]"

    def ask_fields(
        self,
        fields: Sequence[Field],
        skipped: Sequence[Field] = (),
        needed: Sequence[str] = (),
        *,
        last: bool = True,
    ) -> None:
        """Bytes of neighbouring fields, codes and keys; with `last`, the record ends with them.

        Nothing is asked of those that are `skipped`, but to be there; those that are `needed` hold more
        than zeros or spaces.
        """
        if not fields:
            if last:
                self.questions.append(f"len(raw) == {LENGTH}")
            return
        texts = {field: accepted(field, self.context, self.layout.name) for field in fields}
        patterns = [
            f"{ANYTHING}{{{field.length}}}" if field in skipped else _pattern(field, texts[field])
            for field in fields
        ]
        patterns = [
            f"(?!0{{{field.length}}}| {{{field.length}}}){pattern}" if field.name in needed else pattern
            for field, pattern in zip(fields, patterns, strict=True)
        ]
        match = self.name(re.compile(merge_patterns(patterns).encode("latin-1"), re.DOTALL).fullmatch)
        stop = "" if last else f", {fields[-1].slice.stop}"
        self.questions.append(f"{match}(raw, {fields[0].slice.start}{stop})")
        fields = [field for field in fields if field not in skipped]
        for field in fields:
            found = texts[field]
            where = f"raw[{_place(field)}]"
            if found is not None and _is_crowded(field, found):
                known = self.name(frozenset(text.encode("latin-1") for text in found))
                self.questions.append(f"{where} in {known}")
            holds = key_check(field)
            if holds is not None:
                good = self.name(_Good(holds))
                self.questions.append(f"({where} in {good} or {good}.learn({where}, {where}))")
        self._ask_across(fields)

    def _ask_across(self, fields: list[Field]) -> None:
        """What two fields say together: a NIR and its key, a period. Raises `Unsuited` when one is apart."""
        names = {field.name for field in fields}
        for pair in _PAIRS:
            first, second = pair
            if first not in self.layout or second not in self.layout:
                continue
            if (first in names) != (second in names):
                raise Unsuited
            if first in names and pair in _PERIODS:
                self.questions.append(f"in_order({self.at(first)}, {self.at(second)})")
            elif first in names:
                number, key = self.layout.by_name[first].slice, self.layout.by_name[second].slice
                if number.stop != key.start:
                    raise Unsuited
                self.questions.append(f"nir_holds(raw[{number.start}:{key.stop}])")
                month = number.start + 3  # of 13 and more, only where it starts with 1
                self.questions.append(
                    f"(raw[{month}] != {ord('1')} or month_holds(raw[{number.start}:{number.stop}]))"
                )

    def make(self, arguments: str, result: str, otherwise: str) -> Callable[..., object]:
        """Compile the function: `result` when every question is answered with yes."""
        questions = " and ".join(self.questions)
        exec(f"def made({arguments}):\n    return {result} if {questions} else {otherwise}\n", self.scope)
        made: Callable[..., object] = self.scope["made"]  # type: ignore[assignment]  # just defined
        return made


def compile_fields(layout: Layout, context: Contexte) -> Callable[[bytes], object]:
    """Whether no field of a record calls for a remark by itself, keys included."""
    code = _Code(layout, context)
    try:
        code.ask_fields(layout.fields)
    except Unsuited:
        return lambda raw: False
    return code.make("raw", "True", "False")


# --- one record -----------------------------------------------------------------------------------------


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


def compile_header(header: Layout, context: Contexte) -> HeaderStep:
    """Questions asked of record 2. Raises `Unsuited`.

    What says who pays, and why, is the same for many people: looked at once, then remembered. So are, in
    establishments, the days of admission and discharge.
    """
    needed = ("numero_facture",) if context.norme.is_cp else _NEEDED
    if any(name not in header for name in needed):
        raise Unsuited
    payer = _between(header, "regime", "date_naissance")
    split = ("top_eclatement",) if context.norme.is_cp else ()
    if any(name in header and _field(header, name) not in payer for name in (*_OF_THE_PAYER, *split)):
        raise Unsuited
    stay = _between(header, "date_entree") if "date_entree" in header else []
    code = _Code(header, context)
    code.ask_fields(header.fields, [*payer, *stay], needed)
    for fields, questions in ((payer, _payer_questions), (stay, _no_questions)):
        if fields:
            inner = _Code(header, context)
            inner.ask_fields(fields, last=False)
            inner.questions += questions(inner)
            good = code.name(_Good(inner.make("raw", "True", "False")))
            code.questions.append(_remembered(f"raw[{fields[0].slice.start}:{fields[-1].slice.stop}]", good))
    if "nature_operation" in header:
        cancelling = tuple(nature.encode() for nature in CANCELLING)
        code.questions.append(f"{code.at('nature_operation')} not in {cancelling!r}")
    if "date_facturation" in header:
        code.questions.append(f"in_order({code.at('date_facturation')}, day)")
    number, stop = _field(header, "numero_facture"), _field(header, "cle_nir").slice.stop
    long = short = f"raw[1:{number.slice.stop}]"
    if stop != number.slice.start:
        short = f"raw[1:{stop}] + raw[{_place(number)}]"
    names = ("date_prescription", "date_facturation")
    absent = (repr(NO_DATE), "day")  # establishments: the batch tells the day of billing
    days = [code.at(name) if name in header else other for name, other in zip(names, absent, strict=True)]
    exemption = code.at("justification_exoneration") if context.norme.is_cp else repr(b"")
    result = f"({', '.join((long, short, *days, exemption))})"
    return code.make("raw, day", result, "None")  # type: ignore[return-value]  # as generated


def _between(layout: Layout, first: str, stop: str = "") -> list[Field]:
    """Fields from one to another, this one left out; to the end without it. Raises `Unsuited`."""
    start = _field(layout, first).start
    end = _field(layout, stop).start if stop else layout.length + 1
    return [field for field in layout.fields if start <= field.start < end]


def _no_questions(code: _Code) -> list[str]:
    return []


def _payer_questions(code: _Code) -> list[str]:
    """Free medical care calls for the checks that know about it."""
    regime, caisse = (text.encode("ascii") for text in smg_routing())
    return [
        f"not ({code.at('caisse')} == {caisse!r} and {code.at('regime')} == {regime!r})",
        f"{code.at('nature_assurance')} != b'22'",
        *_insurance_questions(code),
    ]


def _insurance_questions(code: _Code) -> list[str]:
    """What the checks of presence, of insurance and of the CNMSS look at in record 2."""
    nature, exemption = code.at("nature_assurance"), code.at("justification_exoneration")
    regime = code.at("regime")
    questions = [
        f"({nature} != b'41' or {code.at('numero_at')}.strip(b'0 ') and {regime} != b'08')",
        f"({exemption} != b'6' or {regime} in (b'04', b'05'))",
        f"({exemption} != b'8' or {nature} == b'13')",
    ]
    if "date_maternite" in code.layout:
        questions.append(f"({nature} != b'30' or {code.at('date_maternite')}.strip(b'0 '))")
    if code.context.norme.is_cp:
        if "top_eclatement" in code.layout:
            questions.append(f"{code.at('top_eclatement')} != b'F'")
    else:
        questions += [f"{code.at(name)}.strip(b'0 ')" for name in ("regime", "caisse")]
    return questions


def compile_step(
    layout: Layout, header: Layout, context: Contexte, details: Details, rank: int, *, named: bool
) -> Step:
    """Questions asked of another record of the invoice. Raises `Unsuited`.

    `details` remembers the records that detail a line, by layout. `rank` is that of a complement among
    those of its type on the line; `named` tells that a line is followed by a record 4M.
    """
    code = _Code(layout, context)
    stop = shared_stop(layout, header)
    start = _field(layout, "numero_facture").slice.stop
    if stop == _field(header, "numero_facture").slice.stop:
        shared = "long"
    elif stop == _field(header, "cle_nir").slice.stop == _field(layout, "numero_facture").slice.start:
        shared = "short"
    else:
        raise Unsuited
    code.questions += [f"raw[0] == {ord(layout.name[0])}", f"raw[1:{start}] == {shared}"]
    rest = [field for field in layout.fields if field.slice.start >= start]
    if layout.name in ("3", "4"):
        return _compile_line(code, rest, header, named=named)
    if layout.name in DETAILED:
        good = details.setdefault(layout, _compile_detail(layout, context, rest))
        code.questions.append(_remembered(f"raw[{start}:]", code.name(good)))
    else:
        code.ask_fields(rest)
    if layout.name == "3S":
        began = _field(context.norme.layouts["3"], "date_debut")
        code.questions.append(f"in_order({code.at('date_prescription')}, line[{_place(began)}])")
    if context.norme.is_cp and layout.name in REPEATED:
        code.questions.append(f"{code.at('sequence')} == {b'%02d' % rank!r}")
    return _step(code, "()")


def _compile_detail(layout: Layout, context: Contexte, rest: list[Field]) -> _Good:
    code = _Code(layout, context)
    code.ask_fields(rest)
    regular = code.make("raw", "True", "False")
    return _Good(lambda raw: regular(raw) and detail_holds(layout, raw, context))


def _remembered(piece: str, good: str) -> str:
    """Whether a piece of the record was found right, or is, on a first look at the whole record."""
    return f"({piece} in {good} or {good}.learn({piece}, raw))"


def _compile_line(code: _Code, rest: list[Field], header: Layout, *, named: bool) -> Step:
    layout, context = code.layout, code.context
    if any(accepted(_field(layout, name), code.context, layout.name) is None for name in SIGNS):
        raise Unsuited
    act = code.at("date_debut" if layout.name == "3" else "date_acte")
    split = _field(layout, "quantite").slice.start
    before = [field for field in rest if field.slice.start < split]
    after = [field for field in rest if field.slice.start >= split]
    figures = [_field(layout, name) for name in AMOUNTS]
    if any(field.kind.base != "cents" for field in figures) or not before:
        raise Unsuited
    for half, names in ((before, BEFORE[layout.name]), (after, AFTER[layout.name])):
        if any(name in layout and _field(layout, name) not in half for name in names):
            raise Unsuited
    first = _Code(layout, code.context)
    first.ask_fields(before, last=False)
    regular = first.make("raw", "True", "False")
    good = code.name(_Good(lambda raw: regular(raw) and line_starts_well(layout, raw, context)))
    if not named:
        groups = frozenset(group.ljust(5).encode() for group in CCAM_GROUPS)
        code.questions.append(f"{code.at('code_acte')} not in {code.name(groups)}")
    piece = f"raw[{before[0].slice.start}:{split}]"
    code.questions.append(_remembered(piece, good))
    if "date_prescription" in header:
        code.questions.append(f"(prescribed == {NO_DATE!r} or in_order(prescribed, {act}))")
    code.questions.append(
        f"({act} == billed or {act}[:2] == billed[:2] and {act} <= billed or in_time({act}, billed))"
    )
    if context.norme.is_cp:
        whole = tuple(one.encode() for one in sorted(WHOLE))
        code.questions.append(f"(exempt not in {whole!r} or {code.at('taux')} in (b'100', b'000'))")
    second = _Code(layout, code.context)
    second.ask_fields(after)
    amounts = [f"int(raw[{_place(field)}])" for field in figures]
    if layout.name == "4":
        amounts[0] = "-1"
    read = second.make("raw", f"({', '.join(amounts)})", "None")
    filling = b"0" * split

    def amounts_of(end: bytes) -> Amounts:
        found: Amounts = read(filling + end)  # type: ignore[assignment]  # as generated
        return found if found and line_ends_well(layout, filling + end, context) else None

    known = _Known(amounts_of)
    return _step(code, f"{code.name(known)}[raw[{split}:]]")


def _step(code: _Code, result: str) -> Step:
    arguments = "raw, long, short, prescribed, billed, exempt, line"
    return code.make(arguments, result, "None")  # type: ignore[return-value]  # as generated


def compile_total(total: Layout, *, cp: bool) -> Callable[..., bool]:
    """Whether record 5 holds the counter and the sums that it must hold. Raises `Unsuited`."""
    expected = TOTALS_CP if cp else TOTALS_PS
    fields = sorted((_field(total, name) for name in expected), key=lambda field: field.start)
    if any(field.kind.base not in ("count", "cents") for field in fields):
        raise Unsuited
    runs: list[list[int]] = []
    for field in fields:
        if runs and runs[-1][1] == field.slice.start:
            runs[-1][1] = field.slice.stop
        else:
            runs.append([field.slice.start, field.slice.stop])
    written = " + ".join(f"raw[{start}:{stop}]" for start, stop in runs)
    scope = {f"digits{field.length}": _Digits(field.length) for field in fields}
    computed = " + ".join(f"digits{field.length}[{expected[field.name]}]" for field in fields)
    arguments = "raw, lines, base, stay_amo, stay_spent, stay_amc, fees_amo, fees_spent, fees_amc, rest"
    made: Callable[..., bool] = eval(f"lambda {arguments}: {written} == {computed}", dict(scope))
    return made


def _field(layout: Layout, name: str) -> Field:
    try:
        return layout.by_name[name]
    except KeyError:
        raise Unsuited from None


def _place(field: Field) -> str:
    return f"{field.slice.start}:{field.slice.stop}"
