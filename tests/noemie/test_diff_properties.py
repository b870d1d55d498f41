"""Whatever the files: a file does not differ from itself, an edit is found as exactly that edit, and the
result can always be written."""

import json

import pytest
from diff_samples import answer, flow, joined, numbers, pieces
from hypothesis import given, settings
from hypothesis import strategies as st
from mask_samples import card, damaged, edits

from cli.documents.diff_json import document
from flatfile import FormatError
from fse import read_flux
from noemie.documents.diff.comparison import DifferentFamiliesError, compare

FLOWS = {
    profile: flow(profile, invoices=4) for profile in ("medecin", "infirmier", "cmpp", "transport", "smg")
}
FILES = {
    **FLOWS,
    "return": answer(FLOWS["medecin"]),
    "p1": answer(FLOWS["medecin"], "P1"),
    "zone": card().to_bytes(),
}

#: Fields that tell what a record is, or where an invoice starts: another value makes other records.
STRUCTURE = ("const", "blank", "reserved")


def editable():
    """(profile, rank of the record, field) of all that may be edited without making another record of it."""
    return [
        (profile, record.number - 1, field.name)
        for profile, data in FLOWS.items()
        for record in read_flux(data).records
        for field in record.layout.fields
        if field.kind.base not in STRUCTURE
        and not field.slice.start <= 38 < field.slice.stop
        and not field.slice.start <= 35 < field.slice.stop
        and field.slice.start > 2
    ]


EDITABLE = editable()


@given(st.sampled_from(EDITABLE), st.data())
def test_one_edited_field_is_found_as_exactly_that_field(place, data):
    profile, rank, name = place
    flux = read_flux(FLOWS[profile])
    record = flux.records[rank]
    field = record.layout.by_name[name]
    digits = record.raw[field.slice].isdigit()
    text = data.draw(
        st.text("0123456789" if digits else "ABCDEFGHIJ", min_size=field.length, max_size=field.length)
    )
    if text.encode() == record.raw[field.slice]:
        return
    changed = bytearray(FLOWS[profile])
    changed[record.offset + field.slice.start : record.offset + field.slice.stop] = text.encode()
    try:
        again = read_flux(bytes(changed))
    except FormatError:
        return
    if [r.layout for r in again.records] != [r.layout for r in flux.records]:
        return  # other records
    (unit,) = compare(FLOWS[profile], bytes(changed), values=True)
    (diff,) = unit.records
    assert diff.before.record == diff.after.record == rank + 1
    if not diff.damaged:
        (found,) = diff.fields
        assert found.name == name
        assert (found.before, found.after) == (
            (record[name], text) if found.filling else (record[name].strip(" \0"), text.strip(" \0"))
        )


@given(st.sampled_from(sorted(FLOWS)), st.data())
def test_one_removed_invoice_is_found_as_exactly_that_one(profile, data):
    cut = pieces(FLOWS[profile])
    places = [at for at, (is_invoice, _) in enumerate(cut) if is_invoice]
    rank = data.draw(st.integers(0, len(places) - 1))
    shorter = joined([piece for at, piece in enumerate(cut) if at != places[rank]])
    for one, other, nature in ((FLOWS[profile], shorter, "removed"), (shorter, FLOWS[profile], "added")):
        (unit,) = compare(one, other)
        assert unit.natures == (nature,)
        assert (unit.numero or unit.numero_after) == numbers(FLOWS[profile])[rank]


@given(st.sampled_from(sorted(FLOWS)), st.randoms(use_true_random=False))
def test_invoices_in_any_order_are_moved_and_nothing_else(profile, chance):
    cut = pieces(FLOWS[profile])
    places = [at for at, (is_invoice, _) in enumerate(cut) if is_invoice]
    shuffled = places[:]
    chance.shuffle(shuffled)
    mixed = list(cut)
    for place, other in zip(places, shuffled, strict=True):
        mixed[place] = cut[other]
    found = compare(FLOWS[profile], joined(mixed))
    assert {nature for unit in found for nature in unit.natures} <= {"moved", "batch"}


@pytest.mark.parametrize("values", [False, True])
@given(st.sampled_from(sorted(FILES)), edits, st.sampled_from(sorted(FILES)), edits)
@settings(max_examples=40)
def test_any_two_files_compare_or_are_refused(values, one, changes, other, other_changes):
    before, after = damaged(FILES[one], changes), damaged(FILES[other], other_changes)
    try:
        found = compare(before, after, values=values)
    except (FormatError, DifferentFamiliesError):
        return
    assert found.identical == (before == after)
    text = "".join(document(found, ("a", "b"), 0))
    told = json.loads(text)
    assert told["units_total"] == len(told["units"]) == len(found)
    assert told["identical"] or told["units"] or told["physical"]
    # The other way round, what was added was removed.
    back = compare(after, before, values=values)
    for nature, opposite in (("added", "removed"), ("removed", "added")):
        assert found.tally.counts[nature] == back.tally.counts[opposite]


@given(st.sampled_from(sorted(FILES)), edits)
def test_a_file_never_differs_from_itself(name, changes):
    data = damaged(FILES[name], changes)
    try:
        found = compare(data, data)
    except FormatError:
        return
    assert found.identical
    assert list(found) == []
