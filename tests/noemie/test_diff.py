"""What differs between two files: which invoices, which records, which fields; what is told of them."""

import gzip
import io

import pytest
from diff_samples import answer, edited, flow, joined, numbers, pieces
from mask_samples import card, masked

import noemie
from fse import read_flux
from fse.ssv import read_zone
from noemie.documents.diff.comparison import DifferentFamiliesError, compare

FLOW = flow()
RETURN = answer(FLOW)
ZONE = card().to_bytes()


def told(comparison):
    """Natures and numbers of the units that differ, and the names of the fields of each record."""
    return [
        (
            unit.kind,
            *unit.natures,
            unit.numero or unit.numero_after or unit.type,
            *((record.nature, record.type, *(f.name for f in record.fields)) for record in unit.records),
        )
        for unit in comparison
    ]


def line(data, type="4", rank=0):
    """0-based rank of a record of a flow."""
    return [r.number - 1 for r in read_flux(data).records if r.type == type][rank]


# --- the same ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [FLOW, RETURN, ZONE], ids=["flow", "return", "zone"])
def test_a_file_does_not_differ_from_itself(data, tmp_path):
    path = tmp_path / "fichier"
    path.write_bytes(data)
    for other in (data, io.BytesIO(data), path, str(path), gzip.compress(data)):
        found = compare(path, other)
        assert found.identical
        assert not found
        assert list(found) == []
        assert len(found) == 0
        assert found.physical == ()
        assert set(found.tally.counts.values()) == {0}


def test_a_flow_is_counted():
    found = compare(FLOW, FLOW)
    assert (found.family, found.before.units, found.before.lines) == ("b2", 6, len(FLOW) // 128)


# --- one field --------------------------------------------------------------------------------------------


def test_one_amount():
    rank = line(FLOW)
    record = read_flux(FLOW).records[rank]
    found = compare(FLOW, edited(FLOW, rank, montant_amo=1234))
    (unit,) = found
    assert (unit.kind, unit.natures) == ("facture", ("changed",))
    assert (unit.numero, unit.numero_after) == (numbers(FLOW)[0],) * 2
    (diff,) = unit.records
    assert (diff.nature, diff.type, diff.damaged) == ("changed", "4", False)
    assert diff.before == diff.after
    assert (diff.before.record, diff.before.offset) == (rank + 1, 128 * rank)
    (field,) = diff.fields
    where = record.layout.by_name["montant_amo"]
    assert (field.name, field.start, field.length) == ("montant_amo", where.start, where.length)
    assert (field.before, field.after) == (record["montant_amo"], "00001234"[-where.length :])
    assert not field.hidden


@pytest.mark.parametrize("values", [False, True])
def test_a_nir_is_hidden_unless_asked_for(values):
    rank = line(FLOW, "2")
    found = compare(FLOW, edited(FLOW, rank, nir="1850675123456"), values=values)
    ((field,),) = [[f for record in unit.records for f in record.fields] for unit in found]
    before = read_flux(FLOW).records[rank]["nir"]
    assert field.name == "nir"
    assert (field.before, field.after) == ((before, "1850675123456") if values else ("•••", "•••"))
    assert field.hidden is not values
    assert found.shows_values is values


def test_what_all_records_repeat_is_told_once():
    flux = read_flux(FLOW)
    data = FLOW
    for record in flux.factures[0].records:
        data = edited(data, record.number - 1, nir="1850675123456")
    assert told(compare(FLOW, data)) == [("facture", "changed", numbers(FLOW)[0], ("changed", "2", "nir"))]


def test_filling_alone_is_told_as_such():
    length = read_flux(FLOW).debut.layout.by_name["zone_message"].length
    blank, zeros = (edited(FLOW, 0, zone_message=byte * length) for byte in (b" ", b"\0"))
    ((field,),) = [[f for record in unit.records for f in record.fields] for unit in compare(blank, zeros)]
    assert (field.name, field.filling) == ("zone_message", True)


# --- invoices ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", range(6))
def test_one_invoice_removed_or_added(rank):
    cut = pieces(FLOW)
    places = [at for at, (is_invoice, _) in enumerate(cut) if is_invoice]
    shorter = joined([piece for at, piece in enumerate(cut) if at != places[rank]])
    number = numbers(FLOW)[rank]
    assert told(compare(FLOW, shorter)) == [("facture", "removed", number)]
    assert told(compare(shorter, FLOW)) == [("facture", "added", number)]
    (unit,) = compare(FLOW, shorter)
    assert unit.lines == len(cut[places[rank]][1]) // 128
    assert unit.after is None


def test_two_invoices_exchanged_are_moved_not_changed():
    cut = pieces(FLOW)
    places = [at for at, (is_invoice, _) in enumerate(cut) if is_invoice]
    cut[places[1]], cut[places[4]] = cut[places[4]], cut[places[1]]
    found = compare(FLOW, joined(cut))
    assert {nature for unit in found for nature in unit.natures} == {"moved"}
    assert 1 <= len(found) <= 2
    assert found.tally.counts["changed"] == 0


def test_one_of_two_copies_of_an_invoice():
    cut = pieces(FLOW)
    place = next(at for at, (is_invoice, _) in enumerate(cut) if is_invoice)
    twice = joined([*cut[: place + 1], cut[place], *cut[place + 1 :]])
    assert told(compare(twice, FLOW)) == [("facture", "removed", numbers(FLOW)[0])]


def test_a_renumbered_invoice_is_recognised():
    data = FLOW
    for record in read_flux(FLOW).factures[2].records:
        data = edited(data, record.number - 1, numero_facture="000777777")
    (unit,) = compare(FLOW, data)
    assert unit.natures == ("changed", "renumbered")
    assert (unit.numero, unit.numero_after) == (numbers(FLOW)[2], "000777777")
    assert [f.name for record in unit.records for f in record.fields] == ["numero_facture"]


def test_another_professional_is_still_the_same_invoice():
    data = edited(FLOW, line(FLOW, "2", 3), numero_ps="991066556")
    (unit,) = compare(FLOW, data)
    assert unit.natures == ("changed",)
    assert unit.numero_after in (numbers(FLOW)[3], "")
    assert [f.name for record in unit.records for f in record.fields] == ["numero_ps"]


def test_an_invoice_that_went_to_another_batch():
    one = flow(invoices=6, lots=2)
    cut = pieces(one)
    marks = [raw[:1] for _, raw in cut]
    second = marks.index(b"1", marks.index(b"1") + 1)
    first_end = marks.index(b"6")
    moved = [*cut[: first_end - 1], *cut[first_end : second + 1], cut[first_end - 1], *cut[second + 1 :]]
    (unit,) = compare(one, joined(moved))
    assert unit.natures == ("batch",)
    assert (unit.lot_before, unit.lot_after) == ("001", "002")


# --- lines ------------------------------------------------------------------------------------------------


def test_a_line_added_does_not_make_the_others_differ():
    data = flow("infirmier", invoices=4)
    flux = read_flux(data)
    facture = max(flux.factures, key=lambda f: len(f.actes))
    at = facture.actes[0].principal.offset
    longer = data[:at] + data[at : at + 128].replace(b"AMI", b"AIS") + data[at:]
    (unit,) = compare(data, longer)
    assert [(r.nature, r.type, r.fields) for r in unit.records] == [("added", "4", ())]
    (unit,) = compare(longer, data)
    assert [(r.nature, r.type) for r in unit.records] == [("removed", "4")]


def test_records_outside_invoices():
    assert told(compare(FLOW, edited(FLOW, 0, identification_fichier="ZZZZZZ"))) == [
        ("hors-facture", "changed", "000", ("changed", "000", "identification_fichier"))
    ]
    end = line(FLOW, "6")
    (unit,) = compare(FLOW, edited(FLOW, end, total_amo=1))
    assert (unit.kind, unit.type, unit.before.record) == ("hors-facture", "6", end + 1)
    assert compare(FLOW, edited(FLOW, end, total_amo=1)).tally.counts["outside"] == 1


def test_a_damaged_record_is_not_compared_field_by_field():
    rank = line(FLOW)
    data = bytearray(FLOW)
    data[128 * rank + 40 : 128 * rank + 100] = b"MARTIN" * 10
    (unit,) = compare(FLOW, bytes(data), values=False)
    (record,) = unit.records
    assert record.damaged
    assert record.fields == ()


# --- envelopes --------------------------------------------------------------------------------------------


def test_line_ends():
    lines = b"".join(FLOW[at : at + 128] + b"\r\n" for at in range(0, len(FLOW), 128))
    found = compare(FLOW, lines)
    assert found
    assert list(found) == []
    assert [(p.name, p.before, p.after) for p in found.physical] == [("fins_de_ligne", "", "CR LF")]


@pytest.mark.parametrize(("one", "other"), [("P1", "P2"), ("P2", "P3"), ("P1", "P3")])
def test_envelopes_of_returns(one, other):
    found = compare(answer(FLOW, one), answer(FLOW, other))
    assert ("enveloppe", one, other) in [(p.name, p.before, p.after) for p in found.physical]
    # 999 counts physical records.
    assert {(u.kind, u.type) for u in found} <= {("hors-facture", "999")}


def test_only_the_filling_at_the_end():
    found = compare(RETURN, RETURN + b"\x1a")
    assert found
    assert [p.name for p in found.physical] == ["decoupage"] or len(found) == 1


# --- returns and zones ------------------------------------------------------------------------------------


def test_one_field_of_a_return():
    retour = noemie.read_retour(RETURN)
    part = next(record for record in retour.entites if record.type == "198")
    data = retour.replace(part, montant_amo_paye=4321).to_bytes()
    (unit,) = compare(RETURN, data)
    assert (unit.kind, unit.natures) == ("facture", ("changed",))
    assert [(r.type, [f.name for f in r.fields]) for r in unit.records] == [("198", ["montant_amo_paye"])]


def test_one_invoice_less_in_a_return():
    retour = noemie.read_retour(RETURN)
    gone = retour.factures[1]
    # By rank: another invoice of the same patient has records of the same bytes.
    ranks = {record.number for record in gone.entites}
    kept = [record for record in retour.entites if record.number not in ranks]
    found = compare(RETURN, retour.with_entites(kept).to_bytes())
    assert [u.numero for u in found if u.natures == ("removed",) and u.kind == "facture"] == [gone.numero]
    assert [u.natures for u in found if u.kind == "facture"] == [("removed",)]


def test_a_return_of_other_decisions():
    found = compare(RETURN, answer(FLOW, reject_rate=0.0))
    assert {u.natures for u in found if u.kind == "facture"} <= {("changed",)}


def test_one_field_of_a_zone():
    zone = read_zone(ZONE)
    person = zone.find(104)
    other = zone.replace(person.number, "prenom", "ODILE")
    found = compare(ZONE, other.to_bytes())
    (unit,) = found
    assert (unit.kind, unit.natures, found.before.lines) == ("zone", ("changed",), len(zone.groups))
    (record,) = unit.records
    assert (record.type, record.before.record) == ("104", person.number)
    ((field),) = record.fields
    assert (field.name, field.before, field.after) == ("prenom", "•••", "•••")
    ((field),) = next(iter(compare(ZONE, other.to_bytes(), values=True))).records[0].fields
    assert (field.before, field.after) == ("ODETTE", "ODILE")


def test_one_beneficiary_less():
    zone = read_zone(ZONE)
    second = zone.find(104, 2)
    found = compare(ZONE, ZONE[: second.offset])
    assert [(r.nature, r.type) for r in next(iter(found)).records] == [
        ("removed", str(group.id)) for group in zone.groups if group.offset >= second.offset
    ]


def test_a_damaged_zone():
    found = compare(ZONE, ZONE[:-1])
    assert found
    assert [p.name for p in found.physical] == ["enveloppe"]


# --- what cannot be compared ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "families"),
    [
        (FLOW, RETURN, ("b2", "noemie")),
        (RETURN, FLOW, ("noemie", "b2")),
        (ZONE, FLOW, ("zone", "b2")),
    ],
    ids=["flow-return", "return-flow", "zone-flow"],
)
def test_files_of_two_kinds(one, other, families):
    with pytest.raises(DifferentFamiliesError) as caught:
        compare(one, other)
    assert (caught.value.before, caught.value.after) == families


def test_a_masked_copy_differs_in_personal_fields_only():
    copy = masked(FLOW)
    layouts = {record.type: record.layout for record in read_flux(FLOW).records}
    seen = 0
    for unit in compare(FLOW, copy):
        assert unit.natures == ("changed",)
        for record in unit.records:
            for field in record.fields:
                seen += 1
                known = layouts[record.type].by_name[field.name]
                assert known.personal or known.kind.base == "text"
    assert seen > 20
