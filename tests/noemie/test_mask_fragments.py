"""A delimiter too many, or bytes lost, before a personal value: no four digits of it stay in their place.

Every personal value of a file is tried in turn. What stays is what stands in its place whatever the key: two
pseudonyms may have digits of the value by chance, three do not.
"""

from itertools import islice

import pytest
from mask_samples import KEY, card, invoice_zone, scenario
from noemie_samples import DEBUT_929, ENTITES_929, RETOUR_929

import fse
import noemie
from flatfile import FormatError, Record
from fse.ssv import read_zone
from noemie.documents.mask.copies import Key, mask_bytes, verify
from noemie.documents.mask.damage import mask_b2_record

OTHERS = (Key("une deuxieme cle, rien de secret"), Key("et une troisieme, non plus"))

#: Bytes inserted right before a value; how many are lost there.
INSERTED = (b"@", b"@@", b"\n", b"\r\n", b"0", b" ", b"\0", b"A")
LOST = (1, 2, 3, 5, 8, 13, 21, 40)

#: What erased digits become: such digits of the original say nothing when they stay.
ERASED = b"08"


def damages(data, place):
    """The file with bytes too many, or lost, before `place`: (damaged, first byte moved, by how much)."""
    for piece in INSERTED:
        yield data[:place] + piece + data[place:], place, len(piece)
    yield data[: place - 1] + b"@" + data[place - 1 :], place - 1, 1
    yield data[: place + 1] + b"@" + data[place + 1 :], place + 1, 1
    for count in LOST:
        if count <= place:
            yield data[: place - count] + data[place:], place, -count
    yield data[place:], place, -place


def longest_run(data, copies, places):
    """The longest run of digits that all the copies have in the places of the original."""
    runs, run = [b""], b""
    for place in places:
        digit = data[place : place + 1]
        kept = digit.isdigit() and all(copy[place : place + 1] == digit for copy in copies)
        run = run + digit if kept else b""
        runs.append(run)
    return max((run for run in runs if len(run.translate(None, ERASED)) > 1), key=len, default=b"")


def flow_places(data):
    for record in fse.read_flux(data).records:
        for field in record.layout.fields:
            if field.personal and record.raw[field.slice].strip(b" \x000"):
                yield range(record.offset + field.slice.start, record.offset + field.slice.stop)


def return_places(data):
    """The places of each personal value in the file: flags and lengths may stand within it."""
    retour = noemie.read_retour(data)
    for rank, entite in enumerate(retour.entites):
        for field in entite.layout.fields:
            value = entite.raw[field.slice]
            if field.personal and value.strip(b" \x000"):
                raw = bytearray(entite.raw)
                raw[field.slice] = bytes(byte ^ 1 for byte in value)
                others = list(retour.entites)
                others[rank] = Record(entite.layout, bytes(raw), entite.offset, entite.number)
                copy = retour.with_entites(others).to_bytes()
                yield [place for place in range(len(data)) if copy[place] != data[place]]


def zone_places(data):
    for group in read_zone(data).groups:
        for piece, value in zip(group.pieces(), group.fields, strict=True):
            personal = group.layout is not None and group.layout.field(piece.position).personal
            if personal and value.strip(b" \x000"):
                yield range(piece.start, piece.stop)


def survivors(data, places):
    """What stays of the values of a file, and in how many damaged files they were looked for."""
    found, tried = [], 0
    places = list(places)
    for value in places:
        near = [other for other in places if abs(other[0] - value[0]) < 400]
        for damaged, first, by in damages(data, value[0]):
            try:
                copy = mask_bytes(damaged, KEY)[0]
            except FormatError:
                continue
            tried += 1
            assert len(copy) == len(damaged)
            assert verify(damaged, copy) == []
            for other in near:
                moved = [
                    place + by * (place >= first)
                    for place in other
                    if by > 0 or not first + by <= place < first
                ]
                if len(longest_run(damaged, [copy], moved)) >= 4:
                    copies = [copy, *(mask_bytes(damaged, key)[0] for key in OTHERS)]
                    found += [run] if len(run := longest_run(damaged, copies, moved)) >= 4 else []
    return found, tried


@pytest.mark.parametrize("envelope", ["P1", "P2", "P3"])
@pytest.mark.parametrize("family", ["longue", "ancienne"])
def test_no_four_digits_stay_in_a_return(family, envelope):
    data = scenario(invoices=1, family=family, envelope=envelope)[1][0]
    found, tried = survivors(data, return_places(data))
    assert found == []
    assert tried > 100


def test_no_four_digits_stay_in_a_return_to_an_insurer():
    found, tried = survivors(RETOUR_929, islice(return_places(RETOUR_929), 9))
    assert found == []
    assert tried > 100


@pytest.mark.parametrize("profile", ["medecin", "transport", "cmpp", "smg"])
def test_no_four_digits_stay_in_a_flow(profile):
    data = scenario(profile, invoices=1)[0][0]
    found, tried = survivors(data, islice(flow_places(data), 12))
    assert found == []
    assert tried > 100


def test_no_four_digits_stay_in_a_flow_whose_lines_lost_their_blanks():
    whole = scenario(invoices=1)[0][0]
    data = b"".join(whole[at : at + 128].rstrip() + b"\r\n" for at in range(0, len(whole), 128))
    assert mask_bytes(data, KEY)[1].damaged == 0
    found, tried = survivors(data, islice(flow_places(data), 8))
    assert found == []
    assert tried > 80


@pytest.mark.parametrize("make", [card, invoice_zone])
def test_no_four_digits_stay_in_a_zone(make):
    data = make().to_bytes()
    found, tried = survivors(data, zone_places(data))
    assert found == []
    assert tried > 50


def test_the_lengths_of_a_damaged_return_are_no_value():
    data = scenario(invoices=1, envelope="P3")[1][0]
    number = noemie.read_retour(data).factures[0].assure["nir"].encode()
    place = data.index(number)
    copy, report = mask_bytes(data[:place] + b"XY" + data[place:], KEY)
    assert report.damaged
    assert copy[place : place + 6] == b"XX8888"


def test_the_hour_of_a_birth_is_drawn_anew():
    data = card().to_bytes().replace(b"198402290000", b"198402291437")
    copy = mask_bytes(data, KEY)[0]
    hour = read_zone(copy).find(104).fields[11][8:]
    assert hour != b"1437"
    assert hour[:2] < b"24"
    assert hour[2:] < b"60"


def test_the_number_and_the_lengths_of_an_unknown_group_of_a_damaged_zone_are_erased():
    data = invoice_zone().to_bytes()
    # The length of a group and the first field are lost: the value is read as a group, "\\r2", of 56 bytes.
    damaged = data.replace(b"\x04j!\x00\r2840299999042", b"\x04j!\x00\r28402999909042").replace(
        b"ODETTE", b"ODETE"
    )
    copy = mask_bytes(damaged, KEY)[0]
    place = damaged.index(b"28402999909042")
    assert copy[place : place + 4] != b"2840"


def test_half_a_birth_is_no_birth():
    retour = noemie.read_retour(scenario(invoices=1, family="longue", envelope="P2")[1][0])
    person = next(record for record in retour.entites if record.type == "103")
    data = retour.replace(person, date_naissance="811701").to_bytes()
    number = person.offset + person.layout.by_name["cle_nir"].slice.start
    moved = data[: number + 1] + b"Q" + data[number + 2 :]
    for damaged in (data, moved):
        found = noemie.read_retour(mask_bytes(damaged, KEY)[0]).entites[person.number - 1]["date_naissance"]
        # Still no day of a calendar; no four digits of it in their places.
        assert int(found[:2]) > 31
        assert int(found[2:4]) > 12
        assert found[3] != "7"


def test_a_birth_that_has_the_length_of_an_entity():
    _, organisation, insured, *others = ENTITES_929
    birth = others[0].replace(b"12099120585", b"12005150185")
    # Six bytes lost in the one before, a delimiter too many: 150, level 18.
    data = b"".join(
        (DEBUT_929, organisation, insured[:30], insured[36:], birth[:12], b"@", birth[12:], *others)
    )
    assert b"@120051501851@" in data
    assert b"15018" not in mask_bytes(data, KEY)[0]


def test_a_number_that_has_the_place_of_a_level():
    _, organisation, insured, *others = ENTITES_929
    moved = insured[:3] + insured[7:20] + b"0000" + insured[20:]
    data = b"".join((DEBUT_929, organisation, moved, *others))
    assert noemie.read_retour(data).entites[2]["niveau_rupture"] == "50"
    assert b"1105057" in data
    assert mask_bytes(data, KEY)[0][data.index(moved) :][:8] == b"11088888"


def test_a_moved_number_keeps_no_month_that_no_calendar_has():
    moved = b"110000" + ENTITES_929[7][3:30] + ENTITES_929[7][33:]
    data = b"".join((*ENTITES_929[:7], moved, *ENTITES_929[8:]))
    assert noemie.read_retour(data).entites[7]["nir"] == "0022900175001"
    copies = [mask_bytes(data, key)[0] for key in (KEY, *OTHERS)]
    assert len(longest_run(data, copies, range(data.index(moved) + 3, data.index(moved) + 18))) < 4


def test_a_short_entity_beside_a_fragment_may_be_a_number():
    data = scenario(invoices=1, family="longue", envelope="P1")[1][0]
    place = data.index(b"02001000000")
    # Four bytes lost: the end of the number of the payee is read as an entity 010.
    damaged = data[: place + 5] + data[place + 9 :]
    number = damaged[place + 8 : place + 16]
    assert number.isdigit()
    assert number not in mask_bytes(damaged, KEY)[0]


def test_digits_in_the_places_of_a_type_are_erased():
    raw = b"4991110016 257059999932908".ljust(35) + b"3001".ljust(93)
    made = mask_b2_record(KEY, raw, keep_professionals=False)
    assert (len(raw), made[35:39]) == (128, b"0000")


def test_zeros_around_a_delimiter_are_no_value():
    data = scenario(invoices=1, envelope="P2")[1][0]
    cut = b"000000000000000000@" + data[data.index(b"99003") :]
    try:
        copy = mask_bytes(cut, KEY)[0]
    except FormatError:
        pytest.skip("no longer taken for a flow")
    assert verify(cut, copy) == []
