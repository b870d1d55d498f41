"""Causes in what is missing: a record, a line, an invoice whose amounts are the difference of the totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flatfile import Layout
from flatfile.findings import both, in_language
from fse.causes.etat import Etat, Hypothese, Ligne
from fse.normes import LENGTH
from fse.rules.valeurs import euros
from fse.totaux import Totaux, TotauxLot

#: Rule that tells of a missing record -> its type.
_FRAMING: Final = {
    "structure.debut": "000",
    "structure.facture-sans-entete": "2",
    "structure.facture-sans-total": "5",
    "structure.lot-sans-fin": "6",
    "structure.hors-lot": "1",
    "structure.fin": "999",
}

#: First byte of a record -> types of the records that must still come after it.
_FOLLOWING: Final = {
    "1": ("6", "999"),
    "2": ("4", "5", "6", "999"),
    "3": ("5", "6", "999"),
    "4": ("5", "6", "999"),
    "5": ("6", "999"),
    "6": ("999",),
}

#: Most records that are lost with the line that they complete.
_MOST_COMPLEMENTS: Final = 12

#: Fewest records of a batch: those that frame it, an invoice of one line.
_LEAST_OF_A_BATCH: Final = 5

_LOST: Final = "cause.enregistrement-perdu"

#: What is told of complements whose line was lost.
_OF_ITS_LINE: Final = ("structure.complement-orphelin", "structure.chaine", "acte.sequence")

#: Those that stand before the record that misses them.
_BEFORE: Final = ("000", "1", "2")

#: Fields of record 5 and what they sum: of records 3 or 4, and of which amount.
_SUMS_PS: Final = {
    "total_depense": ("4", "montant_depense"),
    "total_amo": ("4", "montant_amo"),
    "total_amc": ("4", "montant_amc"),
}
_SUMS_CP: Final = {
    "total_base_hospitalier": ("3", "base_remboursement"),
    "total_amo_hospitalier": ("3", "montant_amo"),
    "total_depense_hospitalier": ("3", "montant_depense"),
    "total_amc_hospitalier": ("3", "montant_amc"),
    "total_honoraires": ("4", "montant_depense"),
    "total_amo_honoraires": ("4", "montant_amo"),
    "total_amc_honoraires": ("4", "montant_amc"),
}
_AMOUNTS: Final = ("base_remboursement", "montant_depense", "montant_amo", "montant_amc")


def cut(state: Etat) -> Iterator[Hypothese]:
    """The file was cut within a record: that finding tells it, with what is missing after it."""
    keys = state.keys("fichier.tronque")
    rank = state.rank(keys[0][3]) if keys and state.keys("structure.fin") else -1
    if rank < 1 or rank != len(state.lines) - 1 or state.lines[rank].eol:
        return  # a line end after it: the file goes on to its end
    type, lines = state.types[rank], list(state.lines)
    lines[rank] = lines[rank]._replace(raw=lines[rank].raw.ljust(LENGTH), eol=state.flot.eol)
    if type == "?":  # nobody can tell what it was
        lines.pop()
        type = state.types[rank - 1]
    made = [_made(state, one, rank, rank) for one in _FOLLOWING.get(type[0], ("999",))]
    if any(state.rank(key[3]) >= state.invoice(rank).start for key in state.keys("acte.ccam-detail")):
        made.insert(0, _empty(state, "4M", rank))
    lines += [Ligne(raw, state.flot.eol, 0) for raw in made]
    finding = state.finding(keys[0])
    place = state.place(rank)
    yield Hypothese(keys[0][0], place, finding.found, finding.expected, lines, keys[0], lenient=True)


def ends(state: Etat) -> Iterator[Hypothese]:
    """The file ends after a whole record, or starts within a batch: what came after, or before, was lost."""
    if not state.lines:
        return
    last, type = len(state.lines) - 1, state.types[-1]
    if state.keys("structure.fin") and type[0] in "12345" and not state.keys("fichier.tronque"):
        types = _FOLLOWING[type[0]]
        lines = list(state.lines)
        lines += [Ligne(_made(state, one, last, last), state.flot.eol, 0) for one in types]
        origin = state.lines[last].origin
        expected = both(
            f"des enregistrements {', '.join(types)} après le {origin}, où le fichier s'arrête",
            f"records {', '.join(types)} after record {origin}, where the file stops",
        )
        yield Hypothese(_LOST, state.place(last), both("aucun", "none"), expected, lines, lenient=True)
    if state.keys("structure.debut") and state.types[0][0] in "2345" and "6" in state.types:
        yield from _beheaded(state)


def _beheaded(state: Etat) -> Iterator[Hypothese]:
    """The start of the file was lost: 000, 1, maybe invoices, and the start of the one that is cut."""
    start = next((at for at, type in enumerate(state.types) if type in ("2", "6")), 0)
    end = state.types.index("6")
    file_end = next((at for at in range(end, len(state.types)) if state.types[at] == "999"), -1)
    lines = [Ligne(_made(state, one, end, 0), state.flot.eol, 0) for one in ("000", "1")]
    lines += state.lines[start:]
    shift = start - 2  # of the ranks in the lines that are left
    counted = TotauxLot()
    rank = start
    while rank < end:
        span = state.invoice(rank)
        layouts = tuple(state.layout(at) for at in span)
        counted.add(layouts, Totaux.of((state.layout(at), state.lines[at].raw) for at in span))
        rank = span.stop
    records = len(state.lines) - start + 2
    for at, right in ((end, counted.of_record_6()), (file_end, {"volume": records})):
        if at < 0:
            continue
        written = {name: state.record(at).get(name, int) or 0 for name in right}
        if any(value > written[name] for name, value in right.items() if name != "volume"):
            return  # it counts less than what is there
        pieces = {name: _zeros(state.layout(at), name, value) for name, value in right.items()}
        lines[at - shift] = state.with_fields({at: pieces})[at]
    place = state.place(0)
    expected = both(
        f"des enregistrements 000, 1, 2 avant le {place.record}, où le fichier commence",
        f"records 000, 1, 2 before record {place.record}, where the file starts",
    )
    yield Hypothese(_LOST, place, both("aucun", "none"), expected, lines, lenient=True)


def batches(state: Etat) -> Iterator[Hypothese]:
    """Batches were lost from the file: record 999 counts them, and their records."""
    for key in state.keys("fichier.nombre-lots"):
        end = state.rank(key[3])
        if end < 0 or state.types[end] != "999":
            continue
        written, volume = (state.record(end).get(name, int) or 0 for name in ("nombre_lots", "volume"))
        counted, records = state.types.count("1"), len(state.lines)
        lost, more = written - counted, volume - records
        if lost < 1 or more < lost * _LEAST_OF_A_BATCH or state.types.count("000") > 1:
            continue
        right = {"nombre_lots": counted, "volume": records}
        pieces = {name: _zeros(state.layout(end), name, value) for name, value in right.items()}
        expected = both(
            f"{written} : il manque {lost} lot(s), de {more} enregistrements",
            f"{written}: {lost} batch(es) are missing, of {more} records",
        )
        found = both(f"{counted} lot(s)", f"{counted} batch(es)")
        yield Hypothese(_LOST, state.place(end), found, expected, state.with_fields({end: pieces}))


def _zeros(layout: Layout, name: str, value: int) -> bytes:
    return str(value).zfill(layout.by_name[name].length).encode()


def framing(state: Etat) -> Iterator[Hypothese]:
    """A record 000, 1, 2, 5, 6 or 999 was lost."""
    for key in state.keys(*_FRAMING):
        rank, type = state.rank(key[3]), _FRAMING.get(key[0])
        if rank < 0 or type is None:
            continue
        at = _where(state, rank, type)
        raw = _made(state, type, rank, at)
        lines = list(state.lines)
        lines.insert(at, Ligne(raw, state.flot.eol, 0))
        place = state.place(min(at, len(state.lines) - 1) if type in _BEFORE else max(at - 1, 0))
        found = both("aucun", "none")
        expected = both(
            f"un enregistrement {type} {'avant' if type in _BEFORE else 'après'} le {place.record}",
            f"a record {type} {'before' if type in _BEFORE else 'after'} record {place.record}",
        )
        made = Hypothese(_LOST, place, found, expected, lines)
        yield made
        yield made._replace(lenient=True)  # what it held besides is not known


def _where(state: Etat, rank: int, type: str) -> int:
    """Where the missing record goes."""
    types = state.types
    if type in _BEFORE:
        return rank
    if type == "5":
        return rank + 1
    if type == "6":
        return next(
            (at for at in range(rank + 1, len(types)) if types[at] in ("1", "999", "000")), len(types)
        )
    return len(types)


def _made(state: Etat, type: str, rank: int, at: int) -> bytes:
    """The missing record: what its neighbours repeat, and the rest from another one of its type."""
    model = next((line.raw for line, name in zip(state.lines, state.types, strict=True) if name == type), b"")
    around = state.lines[rank].raw
    if type in ("2", "4", "5"):
        layout = state.flot.norme.layouts[type]
        stop = layout.by_name["numero_facture"].slice.stop
        blank = b"0" * 128 if type == "5" else b" " * 128
        raw = bytearray((type.encode() + around[1:stop]).ljust(stop) + (model[stop:] or blank[stop:]))
        if type == "5":
            span = state.invoice(rank)
            totals = Totaux.of((state.layout(one), state.lines[one].raw) for one in span)
            for name, value in totals.of_record_5(cp=state.flot.norme.is_cp).items():
                field = layout.by_name[name]
                raw[field.slice] = str(value).zfill(field.length).encode()[-field.length :]
        return bytes(raw)
    if type in ("000", "999"):
        other = state.lines[-1 if type == "000" else 0].raw
        return (type.encode() + other[3:55] + (b"  B2".rjust(12) if type == "000" else b"")).ljust(128)
    return model or (type.encode() + around[1:10]).ljust(128)


def complements(state: Etat) -> Iterator[Hypothese]:
    """The complement of a line was lost: what it should follow, or the counter of its invoice, tells."""
    for key in state.keys("structure.chaine", "acte.ccam-detail", "acte.sequence", "facture.nombre-lignes"):
        rank = state.rank(key[3])
        if rank < 0:
            continue
        if key[0] == "acte.sequence":
            made = _complement(state, rank, state.types[rank])
            field, lines = state.layout(rank).by_name["sequence"].slice, list(made.lines)
            number = state.finding(key).expected.encode()
            raw = lines[rank].raw
            lines[rank] = lines[rank]._replace(raw=raw[: field.start] + number + raw[field.stop :])
            yield made._replace(lines=lines)
            continue
        if key[0] == "structure.chaine":
            places = [(rank, type) for type in state.finding(key).expected.split(", ")]
        elif key[0] == "acte.ccam-detail":
            places = [(rank + 1, "4M")]
        else:
            mains = [at for at in state.invoice(rank) if state.types[at] in ("3", "4")]
            places = [(at + 1, f"{state.types[at]}S") for at in mains]
        for at, type in places:
            if type in state.flot.norme.layouts:
                yield _complement(state, at, type)
        if key[0] == "facture.nombre-lignes":
            yield from _any_complement(state, rank)


def _any_complement(state: Etat, total: int) -> Iterator[Hypothese]:
    """A complement of a line of an invoice, of whatever type: its counter alone tells that it was lost."""
    span = state.invoice(total)
    last = state.types[max(total - 1, 0)]
    for type in ("3F", "3H", "4B", "4M") if state.flot.norme.is_cp else ():
        if type in state.flot.norme.layouts and last[0] == type[0]:
            made = _complement(state, total, type)
            first, end = state.lines[span.start].origin, state.lines[total].origin
            expected = both(
                f"un complément de ligne, entre les enregistrements {first} et {end}",
                f"a complement of a line, between records {first} and {end}",
            )
            yield made._replace(place=state.place(total), expected=expected)


def _empty(state: Etat, type: str, rank: int) -> bytes:
    """An empty record of that type, in the invoice of the line at that rank."""
    layout = state.flot.norme.layouts[type]
    stop, raw = layout.by_name["numero_facture"].slice.stop, layout.build({})
    return raw[:1] + state.lines[rank].raw[1:stop] + raw[stop:]


def _complement(state: Etat, at: int, type: str) -> Hypothese:
    lines = list(state.lines)
    lines.insert(at, Ligne(_empty(state, type, at - 1), state.flot.eol, 0))
    place = state.place(at - 1)
    expected = both(
        f"un enregistrement {type}, sans doute après le {place.record}",
        f"a record {type}, probably after record {place.record}",
    )
    return Hypothese(_LOST, place, both("aucun", "none"), expected, lines)


# --- lines ----------------------------------------------------------------------------------------------


def lines(state: Etat) -> Iterator[Hypothese]:
    """A line was lost from an invoice: its amounts are what the totals have more than the lines."""
    numbers = dict.fromkeys(key[3] for key in state.keys("facture.") if key[1] == "5")
    for number in numbers:
        total = state.rank(number)
        if total >= 0:
            yield from _line_of(state, total)


def _line_of(state: Etat, total: int) -> Iterator[Hypothese]:
    span, end = state.invoice(total), state.record(total)
    cp = state.flot.norme.is_cp
    totals = Totaux.of((state.layout(at), state.lines[at].raw) for at in span)
    counted = totals.of_record_5(cp=cp)
    more_lines = (end.get("nombre_lignes", int) or 0) - counted["nombre_lignes"]
    lost = _lost(state)
    if more_lines != 1 and not 1 < more_lines <= lost:
        return
    wanted: dict[str, dict[str, int]] = {}
    for name, (type, amount) in (_SUMS_CP if cp else _SUMS_PS).items():
        more = (end.get(name, int) or 0) - counted[name]
        if more < 0:
            return
        if more:
            wanted.setdefault(type, {})[amount] = more
    if len(wanted) > 1:
        return
    type, amounts = next(iter(wanted.items()), ("4", {}))
    models = [at for at in span if state.types[at] == type]
    models += [at for at, name in enumerate(state.types) if name == type and at not in span][:1]
    alike = [at for at in models if _holds(state, at, amounts)]
    model = state.lines[(alike or models)[0]].raw if models else state.flot.norme.layouts[type].build({})
    after = _gap(state, span, alike)
    while len(state.types[after + 1]) == 2 and state.types[after + 1][0] in "34":
        after += 1  # its complements go with a line
    base = {} if cp else {"base_remboursement": amounts.get("montant_depense", 0)}
    raw = model if alike else _line(state.flot.norme.layouts[type], model, {**base, **amounts})
    stop = end.layout.by_name["numero_facture"].slice.stop
    raw = raw[:1] + end.raw[1:stop] + raw[stop:]
    orphans = [rank for key in state.keys(*_OF_ITS_LINE) if (rank := state.rank(key[3])) in span]
    is_placed = bool(alike or orphans)
    if orphans:  # its complements are still there
        after = max(orphans[0] - 1, span.start)
    made = list(state.lines)
    made.insert(after + 1, Ligne(raw, state.flot.eol, 0))
    spent, amo = amounts.get("montant_depense", 0), amounts.get("montant_amo", 0)
    codes = {state.record(at).text("code_acte") for at in alike}
    code = f"{codes.pop()}, " if len(codes) == 1 else ""
    first, last = state.lines[span.start].origin, state.lines[span.stop - 1].origin
    lines_counted = counted["nombre_lignes"]
    found = both(
        f"{lines_counted} ligne(s), enregistrements {first} à {last}",
        f"{lines_counted} line(s), records {first} to {last}",
    )
    where = state.lines[after].origin
    expected = both(
        f"{lines_counted + 1} : il manque {code}{euros(spent)} dont AMO {euros(amo)}"
        + (f", sans doute après l'enregistrement {where}" if is_placed else ""),
        f"{lines_counted + 1}: missing {code}{euros(spent)} of which AMO {euros(amo)}"
        + (f", probably after record {where}" if is_placed else ""),
    )
    told = Hypothese("cause.ligne-perdue", state.place(after if is_placed else total), found, expected, made)
    yield told
    is_alone = len(state.keys("facture.nombre-lignes")) == 1
    lost = more_lines if more_lines > 1 else lost if is_alone else 0
    if 1 < lost <= _MOST_COMPLEMENTS:  # its complements were lost with it: of what types is not known
        names = [name for name in state.flot.norme.layouts if len(name) == 2 and name[0] == type]
        empty = Ligne(_empty(state, names[0], total), state.flot.eol, 0)
        lines = [*made[: after + 2], *[empty] * (lost - 1), *made[after + 2 :]]
        with_them = both(
            f"{in_language(expected, 'fr')}, avec {lost - 1} complément(s)",
            f"{in_language(expected, 'en')}, with {lost - 1} complement(s)",
        )
        yield told._replace(expected=with_them, lines=lines)
        yield told._replace(expected=with_them, lines=lines, lenient=True)


def _lost(state: Etat) -> int:
    """How many records the end of the file counts more than there are."""
    end = next((at for at, type in enumerate(state.types) if type == "999"), -1)
    return (state.record(end).get("volume", int) or 0) - len(state.lines) if end >= 0 else 0


def _holds(state: Etat, rank: int, amounts: dict[str, int]) -> bool:
    record = state.record(rank)
    names = ("montant_depense", "montant_amo", "montant_amc")
    return bool(amounts) and all(record.get(name, int) == amounts.get(name, 0) for name in names)


def _gap(state: Etat, span: range, alike: list[int]) -> int:
    """The record after which the line was: on the day that does not have it, where the other days do."""
    mains = [at for at in span if state.types[at] in ("3", "4")]
    last = mains[-1] if mains else max(span.start, span.stop - 2)
    if not alike or not mains:
        return last
    order: dict[str, list[int]] = {}
    for at in mains:
        record = state.record(at)
        order.setdefault(record.text("date_acte") or record.text("date_debut"), []).append(at)
    codes = {day: [state.record(at).text("code_acte") for at in ranks] for day, ranks in order.items()}
    code = state.record(alike[0]).text("code_acte")
    for day, ranks in order.items():
        if code in codes[day]:
            continue
        full = next((other for other in codes.values() if code in other), [])
        before = set(full[: full.index(code)]) if code in full else set()
        earlier = [at for at, one in zip(ranks, codes[day], strict=True) if one in before]
        return earlier[-1] if earlier else ranks[0] - 1
    return last


def _line(layout: Layout, model: bytes, amounts: dict[str, int]) -> bytes:
    raw = bytearray(model)
    for name in _AMOUNTS:
        field = layout.by_name[name]
        raw[field.slice] = str(amounts.get(name, 0)).zfill(field.length).encode()[-field.length :]
    return bytes(raw)


# --- invoices -------------------------------------------------------------------------------------------


def invoices(state: Etat) -> Iterator[Hypothese]:
    """An invoice was lost from a batch: its lines and its amounts are what the batch counts more."""
    for key in state.keys("lot.nombre-factures"):
        end = state.rank(key[3])
        if end < 0 or state.types[end] != "6":
            continue
        start = next((at for at in range(end, -1, -1) if state.types[at] == "1"), 0)
        made = _invoice_of(state, start, end)
        if made is not None:
            yield made


def _invoice_of(state: Etat, start: int, end: int) -> Hypothese | None:
    types, record = state.types[start:end], state.record(end)
    file_end = next((at for at in range(end, len(state.types)) if state.types[at] == "999"), -1)
    mains = sum(name in ("3", "4") for name in types)
    lines = (record.get("nombre_lignes", int) or 0) - mains
    written = record.get("nombre_factures", int) or 0
    volume = (state.record(file_end).get("volume", int) or 0) if file_end >= 0 else 0
    lost = volume - len(state.lines)
    if written != types.count("2") + 1 or lines < 1 or lost < lines + 2:
        return None
    sums = dict.fromkeys(("depense", "amo", "amc"), 0)
    for at in range(start, end):
        if state.types[at] in ("3", "4"):
            for name in sums:
                sums[name] += state.record(at).get(f"montant_{name}", int) or 0
    more = {name: (record.get(f"total_{name}", int) or 0) - value for name, value in sums.items()}
    if min(more.values()) < 0:
        return None
    layouts = state.flot.norme.layouts
    line = next((start + at for at, name in enumerate(types) if name in ("3", "4")), None)
    kind, model = (
        ("4", layouts["4"].build({})) if line is None else (types[line - start], state.lines[line].raw)
    )
    amounts = {f"montant_{name}": value for name, value in more.items()}
    raws = [_model(state, start, end, "2")]
    raws += [_line(layouts[kind], model, amounts if not at else {}) for at in range(lines)]
    extra = next((start + at for at, name in enumerate(types) if len(name) == 2), None)
    if lost > lines + 2:
        empty = layouts["2S"].build({})
        model = state.lines[extra].raw if extra is not None else empty
        raws[1:1] = [model] * (lost - lines - 2)
    raws.append(_model(state, start, end, "5"))
    made = list(state.lines)
    made[end:end] = [Ligne(raw, state.flot.eol, 0) for raw in _renumbered(state, raws)]
    found = both(f"{types.count('2')} facture(s)", f"{types.count('2')} invoice(s)")
    expected = both(
        f"{written} : il manque {lost} enregistrements, dont {lines} ligne(s), {euros(more['depense'])}"
        f" dont AMO {euros(more['amo'])}",
        f"{written}: {lost} records are missing, of which {lines} line(s), {euros(more['depense'])}"
        f" of which AMO {euros(more['amo'])}",
    )
    return Hypothese("cause.facture-perdue", state.place(end), found, expected, made)


def _model(state: Etat, start: int, end: int, type: str) -> bytes:
    """A record of that type of a batch, or an empty one."""
    found = next((state.lines[at].raw for at in range(start, end) if state.types[at] == type), None)
    return found or state.flot.norme.layouts[type].build({})


def _renumbered(state: Etat, raws: list[bytes]) -> Iterator[bytes]:
    """The records under a number that no other invoice has."""
    field = state.flot.norme.layouts["2"].by_name["numero_facture"]
    for raw in raws:
        yield raw[: field.slice.start] + b"9" * field.length + raw[field.slice.stop :]
