"""What is measured, and what the design asks for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from bench.flows import PROFILES, faulty, floor_of, flow
from bench.measure import Measure, Work, compare
from fixtures.caisse import Caisse
from flatfile import Layout, Record, reference
from fse import FluxWriter, check, iter_records, read_flux
from fse.normes import LENGTH
from noemie import explain, read_retour

#: Least ratios to the floor, and least number of units a second, that the design asks for.
READ, CHECK, WRITE, DECODE = 1.0, 0.4, 300_000, 150_000

#: Least speed of a check with one faulty invoice in ten, beside the clean flow.
FAULTY = 0.5

#: construct is slow: a few records tell how slow.
_FEW = 400

_TYPED = ("cents", "count", "decimal", "date", "rate", "digits", "id", "code", "nir", "text")


def measures(records: int, repeat: int) -> Iterator[Measure]:
    """Every measure of speed, in the order of the table."""
    for profile in PROFILES:
        yield _against_floor(f"read five, getter ({profile})", profile, records, repeat, _getting, READ)
    for profile in ("pharmacie", "hopital"):
        yield _against_floor(f"read five, Record.value ({profile})", profile, records, repeat, _reading, 0)
    for profile in PROFILES:
        yield _against_floor(f"check ({profile})", profile, records, repeat, _checking, CHECK)
    for profile in PROFILES:
        yield _beside_clean(profile, records, repeat)
    for profile in ("pharmacie", "hopital"):
        yield _against_floor(f"check, reference ({profile})", profile, records // 10, 2, _checking_fully, 0)
    for profile in ("pharmacie", "hopital"):
        yield _against_floor(f"write ({profile})", profile, records, repeat, _writing, WRITE)
    yield _against_floor("construct, reference decoder", "pharmacie", _FEW, 2, _construct, 0)
    yield _decoding(records, repeat)
    yield _small_files(repeat)


def _against_floor(
    name: str, profile: str, records: int, repeat: int, work: Callable[[bytes], Work], asked: float
) -> Measure:
    data = flow(profile, records)
    count = len(data) // LENGTH
    floor_seconds, seconds = compare(floor_of(data), work(data), repeat)
    return Measure(name, count, seconds, count, floor_seconds, asked=asked)


def _beside_clean(profile: str, records: int, repeat: int) -> Measure:
    """A flow with one faulty invoice in ten, against the same flow without."""
    clean, damaged = flow(profile, records), faulty(profile, records)
    count = len(clean) // LENGTH
    clean_seconds, seconds = compare(_checking(clean), _checking(damaged), repeat)
    name = f"check, a tenth faulty / clean ({profile})"
    return Measure(name, count, seconds, count, clean_seconds, asked=FAULTY)


def _five(data: bytes) -> dict[Layout, tuple[str, ...]]:
    """Five typed fields of each layout: amounts, counters, dates, numbers, codes, whichever it has."""
    names: dict[Layout, tuple[str, ...]] = {}
    for record in iter_records(data):
        if record.layout not in names:
            fields = sorted(record.layout.fields, key=lambda field: _rank(field.kind.base))
            names[record.layout] = tuple(field.name for field in fields[:5])
    return names


def _reading(data: bytes) -> Work:
    """Five typed fields of each record, one by one."""
    names = _five(data)

    def work() -> None:
        for record in iter_records(data):
            for name in names[record.layout]:
                record.value(name)

    return work


def _getting(data: bytes) -> Work:
    """The same five fields, together: what `Layout.getter` is for."""
    getters = {layout: layout.getter(*names) for layout, names in _five(data).items()}

    def work() -> None:
        for record in iter_records(data):
            getters[record.layout](record.raw)

    return work


def _rank(base: str) -> int:
    return _TYPED.index(base) if base in _TYPED else len(_TYPED)


def _checking(data: bytes) -> Work:
    return lambda: sum(1 for _ in check(data))


def _checking_fully(data: bytes) -> Work:
    return lambda: sum(1 for _ in check(data, engine="reference"))


def _writing(data: bytes) -> Work:
    """The flow again from what its records tell, totals derived."""
    flux = read_flux(data)
    assert flux.debut is not None
    start = _told(flux.debut)
    batches = []
    for lot in flux.lots:
        assert lot.entete is not None
        invoices = []
        for facture in lot.factures:
            values = [(record.type, _told(record)) for record in facture.records]
            invoices.append((values[0][1], values[1:-1]))
        batches.append((_told(lot.entete), invoices))

    def work() -> None:
        with FluxWriter(io.BytesIO(), flux.norme, **start) as writer:
            for values, invoices in batches:
                writer.open_lot(**values)
                for entete, records in invoices:
                    writer.write_facture(entete, records)
                writer.close_lot()

    return work


def _told(record: Record) -> dict[str, Any]:
    """The values of a record, without the fields that are left empty."""
    empty = record.layout.build({})
    values = record.layout.parse(record.raw)
    places = ((name, record.layout.by_name[name].slice) for name in values)
    return {name: values[name] for name, place in places if record.raw[place] != empty[place]}


def _construct(data: bytes) -> Work:
    records = [(record.layout, record.raw) for record in iter_records(data)]

    def work() -> None:
        for layout, raw in records:
            reference.parse(layout, raw)

    return work


def _decoding(records: int, repeat: int) -> Measure:
    """A return on a whole flow, a third of it refused: read, every reject explained."""
    data = flow("medecin", records // 2)
    (_, returned), *_ = Caisse(seed=7, reject_rate=0.33).respond(data).returns
    entities = len(read_retour(returned).entites)

    def work() -> None:
        retour = read_retour(returned)
        for facture in retour.factures:
            for rejet in facture.rejets:
                explain(rejet, retour)

    floor_seconds, seconds = compare(floor_of(data), work, repeat)
    floor_units = len(data) // LENGTH
    name = "NOEMIE return, decoded and explained"
    return Measure(name, entities, seconds, floor_units, floor_seconds, "entities", DECODE)


def _small_files(repeat: int) -> Measure:
    """A file of one invoice, checked again and again: what it costs to start."""
    data = flow("medecin", 10)
    count = 300

    def work() -> None:
        for _ in range(count):
            for _ in check(data):
                pass

    floor_seconds, seconds = compare(floor_of(data * 100), work, repeat)
    return Measure(
        f"check of a file of {len(data) // LENGTH} records",
        count,
        seconds,
        len(data) * 100 // LENGTH,
        floor_seconds,
        "files",
        1000,
    )
