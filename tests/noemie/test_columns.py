"""Columns of many records at once hold, cell by cell, what the cells of one record after another hold."""

import random
from itertools import product

import pyarrow as pa
import pytest
from columns_cells import compare, one_by_one, together
from convert_samples import DAMAGED, FLOWS, _lines, flow, wrapped
from hypothesis import given, settings
from hypothesis import strategies as st

import fse
from fixtures.profils import PROFILES
from flatfile import FormatError
from noemie.documents.columns import batches
from noemie.documents.convert.rows import FlowRows


@pytest.fixture(autouse=True)
def small_windows(monkeypatch):
    """Few records are looked at together too, and windows end within an invoice."""
    monkeypatch.setattr(batches, "_FEW", 2)
    monkeypatch.setattr(batches, "_WINDOW_RECORDS", 37)


def broken(data, share, seed=5):
    """One byte made another in so many records."""
    chance = random.Random(seed)
    changed = bytearray(data)
    ranks = range(len(data) // 128)
    for rank in chance.sample(ranks, max(1, round(len(ranks) * share))):
        changed[rank * 128 + chance.randrange(128)] = chance.choice(b"\0 0A9z\xe9\x1b@-N\r")
    return bytes(changed)


def padded(data):
    """Each number with spaces before it, as some programs write them."""
    records = []
    for record in fse.iter_records(data):
        raw = record.raw
        for field in record.layout.fields:
            if field.kind.base in ("cents", "count", "rate", "id"):
                digits = raw[field.slice].lstrip(b"0").rjust(field.length)
                raw = raw[: field.slice.start] + digits + raw[field.slice.stop :]
        records.append(raw)
    return b"".join(records)


def corsican(data):
    """A NIR of Corsica in every record of an invoice."""
    place = slice(11, 24)
    cut = (data[at : at + 128] for at in range(0, len(data), 128))
    return b"".join(
        raw[: place.start] + b"180012A999999" + raw[place.stop :] if raw[:1] in b"2345" else raw
        for raw in cut
    )


SHAPES = {
    "clean": lambda data: data,
    "crlf": lambda data: _lines(data, b"\r\n"),
    "lf": lambda data: _lines(data, b"\n"),
    "one percent": lambda data: broken(data, 0.01),
    "a fifth": lambda data: broken(data, 0.2),
    "all": lambda data: broken(data, 1),
    "all, lines": lambda data: broken(_lines(data, b"\r\n"), 1),
    "lost": lambda data: data[: 128 * 4] + data[128 * 9 :],
    "lost bytes": lambda data: data[: 128 * 4 + 50] + data[128 * 4 + 90 :],
    "cut": lambda data: data[:-70],
    "doubled": lambda data: data[: 128 * 9] + data[128 * 3 :],
    "two in one": lambda data: data + data,
    "wrapped": wrapped,
    "padded": padded,
    "Corsica": corsican,
}
MIX = flow("medecin", 12), flow("hopital", 8)


@pytest.mark.parametrize(("shape", "values", "data"), [*product(SHAPES, (True, False), MIX)])
def test_columns_are_the_cells(shape, values, data):
    compare(SHAPES[shape](data), values)


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_of_every_profile(profile, values):
    compare(flow(profile, 6), values)


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("name", [*FLOWS, *DAMAGED])
def test_of_every_sample(name, values):
    compare({**FLOWS, **DAMAGED}[name], values)


@pytest.mark.parametrize("norm", ["PS-2003C", "CP-2005E", "CP-2003C"])
def test_of_every_norm_imposed(norm):
    compare(MIX[0], True, norm)
    compare(MIX[1], False, norm)


@settings(max_examples=10)
@given(st.sampled_from(MIX), st.floats(0, 1), st.integers(0, 1 << 16), st.booleans())
def test_whatever_the_damage(data, share, seed, values):
    compare(broken(data, share, seed), values)


@pytest.mark.parametrize("values", [True, False])
def test_of_a_flow_in_memory(values):
    for data in (MIX[0], broken(MIX[1], 0.3)):
        flux = fse.read_flux(data)
        compare(flux, values)
        compare(flux.replaced(flux.records[3], flux.records[4]), values)


@pytest.mark.parametrize("shape", ["clean", "a fifth", "padded", "Corsica"])
def test_what_is_sure_is_not_read_one_by_one(shape, monkeypatch):
    """The test of each column takes what is right, and only what is wrong goes the slow way."""
    seen = []
    slowly = batches.cells_of

    def counting(table, entries, hider):
        seen.extend((table.name, entry.record) for entry in entries)
        return slowly(table, entries, hider)

    monkeypatch.setattr(batches, "_FEW", 1)
    monkeypatch.setattr(batches, "cells_of", counting)
    data = SHAPES[shape](MIX[0])
    together(FlowRows(data, values=True))
    right = [
        record
        for name, record in seen
        if name != "inconnu"
        and record.raw.isascii()
        and all(tolerated for _, tolerated in record.layout.defects(record.raw))
        and all(32 <= byte < 127 for byte in record.raw)
    ]
    assert right == []
    assert bool(seen) == (shape == "a fifth")


def test_many_files_in_one_window():
    """Two norms, several files: rows keep the order of files, and the name of each."""
    window = batches.Window(values=True, named=True)
    files = {f"{rank}.b2": data for rank, data in enumerate([*MIX, broken(MIX[0], 0.1), MIX[0]])}
    found = {}
    for name, data in files.items():
        for some in window.read(FlowRows(data, values=True), name):
            for batch in some:
                found.setdefault((batch.norme, batch.table.name), []).append(batch.rows)
    for batch in window.batches():
        found.setdefault((batch.norme, batch.table.name), []).append(batch.rows)
    expected = {}
    for name, data in files.items():
        rows = FlowRows(data, values=True)
        for type, table in one_by_one(rows).items():
            told = [{"fichier": name, **row} for row in table.to_pylist()]
            expected.setdefault((rows.norme, type), []).extend(told)
    assert {key: pa.Table.from_batches(some).to_pylist() for key, some in found.items()} == expected


def test_a_flow_that_fails_leaves_the_others():
    window = batches.Window(values=True, named=True)
    assert list(window.read(FlowRows(MIX[0][: 128 * 20], values=True), "first")) == []

    class Failing:
        """A flow whose reading stops after some records."""

        def __init__(self, data):
            self._pieces = [data[: 128 * 10], b""]

        def read(self, size):
            if len(self._pieces) == 1:
                raise OSError
            return self._pieces.pop(0)

    with pytest.raises(FormatError):
        list(window.read(FlowRows(Failing(MIX[0]), values=True), "second"))
    names = {name for batch in window.batches() for name in batch.rows["fichier"].to_pylist()}
    assert names == {"first"}
