"""Readers asked for `engine="reference"` (construct) read what the fast ones read, damaged or not."""

import random

import noemie_samples
import pytest

from fixtures.generate import Parametres, generate
from flatfile import FormatError
from flatfile.reference import reference_layout
from fse import iter_factures, iter_records, read_flux
from fse.ssv import read_zone
from noemie import iter_entites, iter_retours, read_retour

PROFILES = ("medecin", "pharmacie", "cmpp", "hopital", "smg")
FLOWS = {name: next(generate(Parametres(name, seed=2, invoices=2))).data for name in PROFILES}
RETURNS = {name: data for name, data in vars(noemie_samples).items() if name.startswith("RETOUR_")}
#: Group 101 with two fields, group 104 with one of length form 81, group 60 empty.
ZONE = bytes.fromhex("0065 05 01 31 02 3233 0068 04 8101 41 00 003c 00".replace(" ", ""))


def damaged(data, count, seed=1):
    """The bytes, then with some changed, lost or cut, drawn by a seed."""
    rng = random.Random(seed)
    yield data
    for _ in range(count):
        at = rng.randrange(len(data))
        yield data[:at] + bytes([rng.choice(b" 0129AZ@\0\xff\r\n")]) + data[at + 1 :]
        yield data[:at] + data[at + rng.randrange(1, 9) :]
        yield data[:at]


def read(reader, data, engine):
    """What a reader says of each record: place, bytes, typed values; or the error."""
    try:
        found = list(reader(data, engine=engine))
    except FormatError as error:
        return error.code, error.offset
    return [
        (
            record.layout.name,
            record.raw,
            record.offset,
            record.number,
            {field.name: repr(record.value(field.name)) for field in record.layout.fields},
            [(field.name, tolerated) for field, tolerated in record.layout.defects(record.raw)],
            bool(record.layout.gate()(record.raw)),
        )
        for record in found
    ]


def agree(reader, data):
    assert read(reader, data, "reference") == read(reader, data, "fast")


@pytest.mark.parametrize("name", FLOWS)
def test_records_of_a_flow(name):
    for data in damaged(FLOWS[name], 4):
        agree(iter_records, data)


@pytest.mark.parametrize("name", RETURNS)
def test_entities_of_a_return(name):
    for data in damaged(RETURNS[name], 12):
        agree(iter_entites, data)
    agree(iter_entites, b"\xef\xbb\xbf" + RETURNS[name] + b"\x1a")


@pytest.mark.parametrize("name", RETURNS)
def test_a_return_keeps_its_bytes_and_its_runs(name):
    data = RETURNS[name]
    for raw in (data, data * 2, b"\xef\xbb\xbf" + data + b"\x1a"):
        fast, slow = read_retour(raw), read_retour(raw, engine="reference")
        assert slow.to_bytes() == raw
        assert [run.rang for run in iter_retours(raw, engine="reference")] == [run.rang for run in fast.runs]
        assert [one.montant_paye for one in slow.factures] == [one.montant_paye for one in fast.factures]
        assert [one.code for one in slow.rejets] == [one.code for one in fast.rejets]


@pytest.mark.parametrize("name", FLOWS)
def test_invoices_of_a_flow(name):
    data = FLOWS[name]
    fast, slow = read_flux(data), read_flux(data, engine="reference")
    assert slow.to_bytes() == data
    for mine, theirs in zip(iter_factures(data, engine="reference"), fast.factures, strict=True):
        assert (mine.numero, mine.montant_depense, mine.montant_amo, mine.date_facturation) == (
            theirs.numero,
            theirs.montant_depense,
            theirs.montant_amo,
            theirs.date_facturation,
        )
    assert {type(record.layout) for record in slow.factures[0]} == {
        type(reference_layout(fast.factures[0].layouts[0]))
    }


def test_groups_of_a_zone():
    for data in damaged(ZONE * 40, 40):
        if not data:
            continue
        try:
            fast = read_zone(data)
        except FormatError as error:
            with pytest.raises(FormatError, match=error.code):
                read_zone(data, engine="reference")
            continue
        slow = read_zone(data, engine="reference")
        assert slow.damage == fast.damage
        assert list(slow.blocks()) == list(fast.blocks())
        assert [(one.id, list(one.fields)) for one in slow.groups] == [
            (one.id, list(one.fields)) for one in fast.groups
        ]
