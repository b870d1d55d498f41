"""Masked copies of what nobody can read, of zones and of ARLs."""

from datetime import date

import pytest
from mask_samples import CARD_MARKERS, KEY, card, invoice_zone, masked, scenario

import fse
import noemie
from flatfile import FormatError
from fse.ssv import AssureCarte, BeneficiaireCarte, DroitsCarte, build_carte_vitale, read_zone
from fse.ssv import check as check_zone
from noemie.documents.mask.copies import mask_bytes, verify
from noemie.documents.mask.numbers import mask_birth, mask_nir, mask_professional
from noemie.returns.arl import read_arls, write_arls

# --- what cannot be read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "fichier.vide"), (b"bonjour", "fichier.inconnu"), (b"%PDF-1.7", "fichier.inconnu")],
)
def test_other_files(data, code):
    with pytest.raises(FormatError) as caught:
        masked(data)
    assert caught.value.code == code


def test_unknown_records_are_erased_whole():
    flow = scenario()[0][0]
    number = fse.read_flux(flow).lots[0].numero_ps
    text = f"8{number} UN ENREGISTREMENT INCONNU, 1800199999999 DUPONT".ljust(128).encode()
    data = flow[:256] + text + flow[256:]
    copy, report = mask_bytes(data, KEY)
    assert report.damaged == 1
    assert copy[256:300] == b"8000000000 XX XXXXXXXXXXXXXX XXXXXXX, 000000"
    assert copy[:256] + copy[384:] == masked(flow)
    assert b"DUPONT" not in copy
    assert b"1800199999999" not in copy


def test_what_stands_beside_a_broken_record_is_erased_too():
    flow = scenario()[0][0]
    copy, report = mask_bytes(flow[:600] + flow[640:], KEY)
    assert report.damaged == 3
    assert len(copy) == len(flow) - 40
    lines = [flow[at : at + 128] + b"\r\n" for at in range(0, len(flow), 128)]
    lines[4] = lines[4][40:]
    # A line end keeps records apart.
    assert mask_bytes(b"".join(lines), KEY)[1].damaged == 1


def test_an_unknown_entity_is_erased_whole():
    data = scenario()[1][0]
    place = noemie.read_retour(data).factures[0].record.offset
    unknown = b"21299SECRET DE QUELQU'UN 1800199999999@"
    copy, report = mask_bytes(data[:place] + unknown + data[place:], KEY)
    assert report.damaged == 1
    assert b"88888XXXXXX XX XXXXXX'XX 8888888888888@" in copy


@pytest.mark.parametrize("place", ["nir", "numero_at", "date_naissance", "numero_ps"])
def test_any_byte_in_a_personal_field_is_survived(place):
    flow = fse.read_flux(scenario()[0][0])
    header = flow.factures[0].entete
    where = header.layout.by_name[place].slice
    for byte in b"\xb9\xb2\xbc\xaa\xff \0A.-":
        data = bytearray(flow.to_bytes())
        data[header.offset + where.start + 3] = byte
        assert len(masked(bytes(data))) == len(data)


def test_a_field_at_fault_keeps_its_fault_and_its_record():
    flow = fse.read_flux(scenario()[0][0])
    line = next(record for record in flow.records if record.type == "4")
    data = flow.replaced(line, line.replace(date_acte=b"251332")).to_bytes()
    copy, report = mask_bytes(data, KEY)
    assert report.damaged == 0
    found = fse.read_flux(copy).records[line.number - 1]
    assert found["date_acte"] == "999999"
    assert found["montant_amo"] == line["montant_amo"]
    assert [f.rule for f in fse.check(copy)] == [f.rule for f in fse.check(data)] == ["format.date"]


# --- zones --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [card, invoice_zone])
def test_zones(make):
    zone = make()
    copy, report = mask_bytes(zone.to_bytes(), KEY)
    assert len(copy) == len(zone.to_bytes())
    assert [marker for marker in CARD_MARKERS if marker in copy] == []
    assert sum(marker in zone.to_bytes() for marker in CARD_MARKERS) >= 6
    other = read_zone(copy)
    assert [(g.id, [len(f) for f in g.fields]) for g in zone.groups] == [
        (g.id, [len(f) for f in g.fields]) for g in other.groups
    ]
    assert [(f.rule, f.offset) for f in check_zone(zone)] == [(f.rule, f.offset) for f in check_zone(other)]
    assert (report.family, report.records) == ("zone", len(zone.groups))
    assert verify(zone.to_bytes(), copy) == []
    assert verify(zone.to_bytes(), zone.to_bytes())
    assert verify(zone.to_bytes(), copy + b"\0")


def test_a_zone_and_a_flow_name_the_same_person_and_the_same_professional():
    zone = read_zone(masked(card().to_bytes()))
    nir = zone.find(101).fields[7].decode()
    assert nir == mask_nir(KEY, "2840299999042")
    birth = zone.find(104).fields[11].decode()
    assert birth[2:8] == mask_birth(KEY, nir, "840229", "AAMMJJ")
    fields = read_zone(masked(invoice_zone().to_bytes())).find(1120).fields
    assert (fields[0] + fields[1]).decode() == mask_professional(KEY, "991068040")
    assert read_zone(masked(invoice_zone().to_bytes())).find(1130).fields[1].decode() == nir


def test_rights_that_start_with_life_do_not_tell_the_birth():
    born = date(2024, 2, 29)
    rights = [DroitsCarte(born, date(2030, 12, 31)), DroitsCarte(date(2025, 1, 1))]
    child = BeneficiaireCarte(nom_usuel="FICTIF", prenom="ODETTE", date_naissance=born, droits=rights)
    zone = build_carte_vitale(AssureCarte(nir="2840299999042"), [child])
    copy = masked(zone.to_bytes())
    assert b"20240229" not in copy
    other = read_zone(copy)
    assert other.find(105).fields[0] == other.find(104).fields[11]
    assert other.find(105, 2).fields[0] == b"202501010000"


def test_professionals_of_a_zone_may_be_kept():
    fields = read_zone(masked(invoice_zone().to_bytes(), keep_professionals=True)).find(1120).fields
    assert fields[:4] == (b"99106804", b"0", b"MARQUEUR", b"ODETTE")


def test_a_damaged_zone_keeps_nothing_behind_the_damage():
    data = card().to_bytes()
    for cut in range(20, len(data), 7):
        copy = masked(data[:cut])
        assert len(copy) == cut
        assert [marker for marker in CARD_MARKERS if marker in copy] == []


# --- ARLs ---------------------------------------------------------------------------------------------------


def test_arls():
    flows, _, arls = scenario()
    data = write_arls(arls)
    copy = masked(data)
    read = read_arls(copy)
    numbers = {lot.numero_ps for flow in flows for lot in fse.read_flux(masked(flow)).lots}
    assert {arl.numero_ps for arl in read} == numbers
    assert [arl.positif for arl in read] == [arl.positif for arl in arls]
    assert [arl.date_lot for arl in read] == [arl.date_lot for arl in arls]
    assert verify(data, copy) == []
    assert {place.field for place in verify(data, data)} == {"numero_ps"}
    assert verify(data, b"autre chose")
