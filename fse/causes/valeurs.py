"""Causes in one value: a day in another order, euros for cents, one figure of a line, a code nearly right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from flatfile.findings import both
from flatfile.layout import padded
from fse.causes.etat import Etat, Hypothese
from fse.facture import Acte
from fse.rules.assurance import RECIPIENTS
from fse.rules.contexte import SHARED
from fse.rules.montants import agrees, product_of
from fse.rules.structure import difference

_AMOUNTS: Final = ("base_remboursement", "montant_depense", "montant_amo", "montant_amc")
_FIGURES: Final = (
    "montant.taux",
    "montant.base-taux",
    "montant.prix-unitaire",
    "montant.amo-depense",
    "montant.amo-amc-depense",
)
#: Records before and after a line with which its figures are compared.
_AROUND: Final = 200

#: Figures that acts of other codes may tell too.
_OF_ALL: Final = ("coefficient", "quantite", "taux")
#: Signs of an amount, and the blanks that fill it, as zeros.
_SIGNS: Final = bytes.maketrans(b"+- ", b"000")
_SUMS: Final = ("facture.total", "lot.total", "montant.")

#: Codes of fewer characters are all near one another.
_LEAST_CODE: Final = 3
_MOST_CODES: Final = 3

#: Codes of a list that are tried one after another.
_MOST_TRIED: Final = 40


def number_in(state: Etat, rank: int, field: str, value: int) -> bytes | None:
    """A whole number as the field writes it; `None` when it is too large."""
    where = state.layout(rank).by_name[field]
    piece = str(value).zfill(where.length).encode()
    return piece if len(piece) == where.length and value >= 0 else None


# --- headers --------------------------------------------------------------------------------------------


def schemes(state: Etat) -> Iterator[Hypothese]:
    """The régime of one invoice, where all the others have another one."""
    if not state.keys("organisme."):
        return
    told: dict[bytes, list[int]] = {}
    for rank, type in enumerate(state.types):
        if type == "2" and "regime" in state.layout(rank):
            regime = state.lines[rank].raw[state.layout(rank).by_name["regime"].slice]
            told.setdefault(regime, []).append(rank)
    usual = max(told, key=lambda regime: len(told[regime]), default=b"")
    if len(told) == 1:
        yield from _another_scheme(state, told[usual])
    for regime, ranks in told.items():
        if regime == usual or len(ranks) > 1:
            continue
        origin = state.lines[ranks[0]].origin
        own = next((key for key in state.keys("organisme.") if key[2:] == ("regime", origin)), None)
        made = state.edited(own[0] if own else "cause.valeur", ranks[0], "regime", usual, own)
        yield made._replace(found="", expected="") if own else made


def _another_scheme(state: Etat, ranks: Sequence[int]) -> Iterator[Hypothese]:
    """The régime of all invoices, where the file goes to the organism of another one."""
    start = state.record(0)
    regime = start.text("numero_destinataire")[6:8]
    own = next(iter(state.keys("organisme.type-destinataire", "organisme.numero-destinataire")), None)
    if own is not None and RECIPIENTS.get(regime) == start.text("type_destinataire"):
        lines = state.with_fields({rank: {"regime": regime.encode()} for rank in ranks})
        yield Hypothese(own[0], state.place(ranks[0], "regime"), "", "", lines, own)


def numbers(state: Etat) -> Iterator[Hypothese]:
    """The number of a batch, in its record 1 or in its record 6."""
    for key in state.keys("lot.numero", "presence.numero-lot"):
        rank = state.rank(key[3])
        start = state.start_of_batch(rank) if rank >= 0 else -1
        end = next((at for at in range(max(rank, 0), len(state.types)) if state.types[at] == "6"), -1)
        if key[0] == "presence.numero-lot" and start >= 0 and end >= 0:
            number = state.lines[end].raw[state.layout(end).by_name["numero_lot"].slice]
            yield state.edited(key[0], start, "numero_lot", number, key)


def headers(state: Etat) -> Iterator[Hypothese]:
    """What a record does not repeat as its invoice does; the finding tells it, with what it explains."""
    for key in state.keys("structure.entete"):
        rank = state.rank(key[3])
        if rank < 0 or key[2] not in SHARED:
            continue
        told: Counter[str] = Counter()
        for at in state.invoice(rank):
            record = state.record(at)
            if at != rank and key[2] in record.layout:
                told[record[key[2]]] += 1
        if told:
            value = told.most_common(1)[0][0].encode("latin-1")
            yield state.edited(key[0], rank, key[2], value, key)._replace(found="", expected="")


def sender(state: Etat) -> Iterator[Hypothese]:
    """What is wrong in record 000 and right in record 999: told by the finding on 000, where there is one."""
    for other in state.keys("fichier.identite"):
        end, field = state.rank(other[3]), other[2]
        own = [key for key in state.keys("organisme.", "code.", "format.") if key[1:3] == ("000", field)]
        start = state.rank(own[0][3]) if own else state.types.index("000") if "000" in state.types else -1
        if not 0 <= start < end:
            continue
        value = state.lines[end].raw[state.layout(end).by_name[field].slice]
        if own:
            yield state.edited(own[0][0], start, field, value, own[0])._replace(found="", expected="")
            continue
        made = state.edited("cause.valeur", start, field, value)
        tried = state.tried(made)
        is_blank = not state.record(start).text(field).strip("0")
        if tried is not None and (is_blank or (state.remaining - tried.remaining).total() > 1):
            yield made
    for key in state.keys("fichier.norme-lot"):
        batch = state.rank(key[3])
        if batch >= 0 and state.types[0] == "000" and not state.record(0).text("norme"):
            piece = state.record(batch)["norme"].encode().ljust(state.layout(0).by_name["norme"].length)
            yield state.edited("cause.valeur", 0, "norme", piece)


def billers(state: Etat) -> Iterator[Hypothese]:
    """The number of the professional in record 1 or 6, which the invoices of the batch do not repeat."""
    for key in state.keys("lot.numero-ps"):
        end = state.rank(key[3])
        start = state.start_of_batch(end) if end >= 0 else -1
        where = state.layout(end).by_name["numero_ps"].slice if end >= 0 else slice(0)
        told = Counter(state.lines[at].raw[where] for at in range(start + 1, end) if state.types[at] == "2")
        for rank in (start, end) if told and start >= 0 else ():
            value = told.most_common(1)[0][0]
            if state.lines[rank].raw[where] == value:
                continue
            origin = state.lines[rank].origin
            own = next((one for one in state.keys("cle.numero-ps") if one[3] == origin), None)
            made = state.edited("cause.valeur", rank, "numero_ps", value)
            found, expected = difference(state.record(rank), "numero_ps", value.decode("latin-1"))
            made = made._replace(found=found, expected=expected)
            yield made if own is None else made._replace(rule=own[0], own=own, found="", expected="")


# --- amounts --------------------------------------------------------------------------------------------


def cents(state: Etat) -> Iterator[Hypothese]:
    """Amounts in euros where cents are expected: one total, or the amounts of one line."""
    for key in state.keys(*_SUMS):
        rank = state.rank(key[3])
        if rank < 0:
            continue
        record = state.record(rank)
        written, right = record.get(key[2], int) if key[2] else None, cents_of(state.finding(key).expected)
        if written and right and right >= 100 and written in (right // 100, (right + 50) // 100):
            piece = number_in(state, rank, key[2], right)
            if piece is not None:
                yield state.edited("cause.euros", rank, key[2], piece)
    for rank in _lines_around(state):
        for changes in (dict(in_cents(state, rank)), dict(_whole_in_cents(state, rank))):
            if not changes:
                continue
            first = next(iter(changes))
            made = state.edited("cause.euros", rank, first, changes[first])
            yield made._replace(lines=state.with_fields({rank: changes}))


def signs(state: Etat) -> Iterator[Hypothese]:
    """A sign in an amount: what depends on the amount follows."""
    for key in state.keys("format.numerique"):
        rank = state.rank(key[3])
        if rank < 0 or key[2] not in state.layout(rank):
            continue
        piece = state.lines[rank].raw[state.layout(rank).by_name[key[2]].slice]
        digits = piece.translate(_SIGNS)
        if digits != piece and digits.isdigit():
            yield state.edited(key[0], rank, key[2], digits, key)._replace(found="", expected="")


def cents_of(text: str) -> int | None:
    """The cents of an amount as findings tell it."""
    digits = text.removesuffix(" €").replace(",", "")
    return int(digits) if text.endswith("€") and digits.isdecimal() else None


def in_cents(state: Etat, rank: int) -> Iterator[tuple[str, bytes]]:
    """The amounts of a line that are a hundredth of what its price, or its base, makes."""
    acte = Acte(state.record(rank))
    product = product_of(acte)
    right = {"base_remboursement": product, "montant_depense": product}
    base = acte.base_remboursement
    if base is not None and acte.taux is not None:
        whole = product if product and base in (product // 100, (product + 50) // 100) else base
        amo = (whole * acte.taux + 50) // 100
        right |= {"montant_amo": amo, "montant_amc": max((product or 0) - amo, 0)}
    changed: dict[str, bytes] = {}
    of_totals = _of_totals(state, rank)
    for name, value in right.items():
        written = acte.principal.get(name, int)
        if not value or written not in (value // 100, (value + 50) // 100):
            value = of_totals.get(name, value)  # the totals know better
        if value and written != value and written in (value // 100, (value + 50) // 100):
            piece = number_in(state, rank, name, value)
            if piece is not None and (value >= 100 or changed):
                changed[name] = piece
    yield from changed.items()


#: Amount of a line -> totals of its invoice that may sum it.
_TOTALS: Final = {
    "montant_depense": ("total_depense", "total_depense_hospitalier", "total_honoraires"),
    "montant_amo": ("total_amo", "total_amo_hospitalier", "total_amo_honoraires"),
    "montant_amc": ("total_amc", "total_amc_hospitalier", "total_amc_honoraires"),
    "base_remboursement": ("total_base_hospitalier",),
}


def _missing(state: Etat, rank: int) -> dict[str, int]:
    """What the totals of the invoice of a line have more than its lines, by the amount that they sum."""
    total = state.invoice(rank).stop - 1
    missing = {
        key[2]: (state.record(total).get(key[2], int) or 0) - (cents_of(state.finding(key).expected) or 0)
        for key in state.keys("facture.total")
        if state.rank(key[3]) == total
    }
    found = {
        name: next((missing[field] for field in totals if missing.get(field)), 0)
        for name, totals in _TOTALS.items()
    }
    return {name: more for name, more in found.items() if more}


def _of_totals(state: Etat, rank: int) -> dict[str, int]:
    """The amounts of a line that are a hundredth of what the totals of its invoice miss."""
    record, right = state.record(rank), dict[str, int]()
    for name, more in _missing(state, rank).items():
        written = record.get(name, int) or 0
        if (written or right) and (written + more) // 100 - written in (0, -1, 1):
            right[name] = written + more
    return right


def _whole_in_cents(state: Etat, rank: int) -> Iterator[tuple[str, bytes]]:
    """The amounts of a line that are all in euros, its price among them: the totals tell the cents."""
    record, right = state.record(rank), _of_totals(state, rank)
    if "montant_depense" not in right:
        return
    base, spent = record.get("base_remboursement", int), right["montant_depense"]
    if base and base in (spent // 100, (spent + 50) // 100):
        right.setdefault("base_remboursement", spent)
    for name, value in right.items():
        piece = number_in(state, rank, name, value)
        if piece is not None:
            yield name, piece
    price = state.layout(rank).by_name.get("prix_unitaire")
    if price is not None:  # not told: it is in euros too
        yield "prix_unitaire", b"0" * price.length


def _lines_around(state: Etat, *starts: str) -> list[int]:
    """The lines that a finding on amounts may come from: those it names, those of its invoice."""
    ranks: dict[int, None] = {}
    for key in state.keys(*(starts or ("montant.", "facture.total"))):
        rank = state.rank(key[3])
        if rank < 0:
            continue
        span: Iterable[int] = state.invoice(rank) if key[1] == "5" else (rank,)
        ranks |= dict.fromkeys(at for at in span if state.types[at] in ("3", "4"))
    return list(ranks)


def lines(state: Etat) -> Iterator[Hypothese]:
    """One figure of a line: the one with which price, base, rate and totals all agree."""
    for key in state.keys(*_FIGURES):
        rank = state.rank(key[3])
        if rank < 0 or state.types[rank] not in ("3", "4"):
            continue
        record, missing = state.record(rank), _missing(state, rank)
        figures = [(name, (record.get(name, int) or 0) + more) for name, more in missing.items()]
        figures += _figures(Acte(record))
        for field, value in sorted(figures, key=lambda one: _strangeness(state, rank, *one)):
            piece = number_in(state, rank, field, value)
            if piece is not None:
                yield state.edited("cause.valeur", rank, field, piece)


def _strangeness(state: Etat, rank: int, field: str, value: int) -> int:
    """How many more lines around have a figure as it is than as it should be: of its act, where there are."""
    where, type = state.layout(rank).by_name[field].slice, state.types[rank]
    act = state.layout(rank).by_name["code_acte"].slice
    raw = state.lines[rank].raw
    around = range(max(rank - _AROUND, 0), min(rank + _AROUND, len(state.lines)))
    others = [state.lines[at].raw for at in around if at != rank and state.types[at] == type]
    same = [other for other in others if other[act] == raw[act]]
    pieces = [other[where] for other in (same or (others if field in _OF_ALL else []))]
    return pieces.count(raw[where]) - pieces.count(number_in(state, rank, field, value) or b"")


def _figures(acte: Acte) -> Iterator[tuple[str, int]]:
    """Each figure of a line as the others make it, those that the totals do not sum first."""
    base, rate, amo, spent = acte.base_remboursement, acte.taux, acte.montant_amo, acte.montant_depense
    quantity, price, coefficient = acte.quantite, acte.prix_unitaire, acte.coefficient or Decimal(1)
    if base and amo is not None:
        near = (amo * 100 + base // 2) // base
        if near != rate and near <= 100 and agrees(base, near, amo):
            yield "taux", near
    for whole in dict.fromkeys(filter(None, (base, spent))):
        if quantity and price:
            times = round(whole / (coefficient * price))
            if times >= 1 and times != quantity and abs(times * coefficient * price - whole) <= times:
                yield "quantite", times
        if quantity:
            each = round(whole / (coefficient * quantity))
            if each != price and abs(each * coefficient * quantity - whole) <= quantity:
                yield "prix_unitaire", each
        if quantity and price and acte.coefficient:
            scaled = round(Decimal(whole * 100) / (quantity * price))
            if scaled >= 1 and scaled != acte.coefficient * 100:
                yield "coefficient", scaled
    product = product_of(acte)
    if product and base != product:
        yield "base_remboursement", product
    if product and spent != product:
        yield "montant_depense", product
    if base is not None and rate is not None:
        yield "montant_amo", (base * rate + 50) // 100
    if spent is not None and amo is not None and acte.montant_amc:
        yield "montant_amc", max(spent - amo, 0)


def sums(state: Etat) -> Iterator[Hypothese]:
    """One amount of one line, which alone makes the totals of its invoice and of its batch agree."""
    made: list[Hypothese] = []
    for key in state.keys("facture.total"):
        total = state.rank(key[3])
        right = cents_of(state.finding(key).expected)
        written = state.record(total).get(key[2], int) if total >= 0 else None
        if written is None or right is None:
            continue
        for rank in state.invoice(total):
            if state.types[rank] not in ("3", "4"):
                continue
            for name in _AMOUNTS:
                value = (state.record(rank).get(name, int) or 0) + written - right
                piece = number_in(state, rank, name, value)
                if piece is not None:
                    made.append(state.edited("cause.valeur", rank, name, piece))
        priced = [one for one in made if _is_priced(state, one) and state.tried(one) is not None]
        fitting = priced or [one for one in made if _explains_much(state, one)]
        if len(fitting) == 1:
            yield fitting[0]
        elif fitting:
            yield fitting[0]._replace(own=key)
        made.clear()


def _is_priced(state: Etat, hypothesis: Hypothese) -> bool:
    """Whether an amount becomes what quantity, coefficient and price of its line make."""
    rank, name = state.rank(hypothesis.place.record), hypothesis.place.field
    product = product_of(Acte(state.record(rank)))
    return (
        product is not None
        and number_in(state, rank, name, product)
        == (hypothesis.lines[rank].raw[state.layout(rank).by_name[name].slice])
    )


def _explains_much(state: Etat, hypothesis: Hypothese) -> bool:
    """Whether totals of two levels agree again."""
    tried = state.tried(hypothesis)
    if tried is None:
        return False
    gone = state.remaining - tried.remaining
    return len({rule.partition(".")[0] for rule, _, _, _ in gone}) > 1


# --- codes ----------------------------------------------------------------------------------------------


def codes(state: Etat) -> Iterator[Hypothese]:
    """A code that is one letter away from a known one."""
    for key in state.keys("code.inconnu", "code.liste-ouverte"):
        rank = state.rank(key[3])
        if rank < 0 or key[2] not in state.layout(rank):
            continue
        field = state.layout(rank).by_name[key[2]]
        text = state.record(rank).text(key[2])
        known = state.flot.lists.get(field.list) if field.list else None
        if known is None or len(text) < _LEAST_CODE:
            for code in known.emitted if known is not None and len(known) <= _MOST_TRIED else ():
                if len(code) <= field.length and len(state.keys("")) > 1:
                    piece = padded(code, field).encode("latin-1")
                    yield state.edited(key[0], rank, key[2], piece, key)._replace(found="", expected="")
            continue
        near = [code for code in known.emitted if len(code) <= field.length and is_near(text, code)]
        if not 0 < len(near) <= _MOST_CODES:
            continue
        made = state.edited("cause.code-proche", rank, key[2], padded(near[0], field).encode("latin-1"))
        yield made._replace(expected=both(" ou ".join(near), " or ".join(near)))


def is_near(text: str, code: str) -> bool:
    """Whether one letter was replaced, added or lost, or two neighbours were swapped.

    >>> is_near("AMJ", "AMI"), is_near("AIM", "AMI"), is_near("AM", "AMI"), is_near("XYZ", "AMI")
    (True, True, True, False)
    """
    if abs(len(text) - len(code)) > 1 or text == code:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(text, code, strict=False)) if a != b), min(len(text), len(code))
    )
    rest, other = text[start:], code[start:]
    swapped = rest[1::-1] + rest[2:] if len(rest) > 1 else rest
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped == other
