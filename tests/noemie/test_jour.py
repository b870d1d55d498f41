"""The day of 000 read both ways, and files as a complementary insurer writes them."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import noemie_samples as samples
import pytest
from mask_samples import KEY

from noemie import RetourWriter, check, read_retour
from noemie.documents import convert
from noemie.documents.mask.copies import mask_bytes
from noemie.ledger.identity import identity_of_returned
from noemie.returns.jour import Jour, read_jour
from noemie.returns.lecture import days_apart

INSURER = Path(__file__).parent / "insurer"
ALL = sorted(INSURER.iterdir())
_15_MARCH, _10_MAY = date(2026, 3, 15), date(2020, 5, 10)


@pytest.mark.parametrize(
    ("raw", "sender", "near", "expected"),
    [
        # Nothing beside it: the habit of the sender.
        ("260315", "CP", [], Jour(_15_MARCH, "AAMMJJ", date(2015, 3, 26), "emetteur")),
        ("150326", "OC", [], Jour(_15_MARCH, "JJMMAA", date(2015, 3, 26), "emetteur")),
        ("150326", "CS", [], Jour(_15_MARCH, "JJMMAA", date(2015, 3, 26), "emetteur")),
        ("150326", "MU", [], Jour(_15_MARCH, "JJMMAA", date(2015, 3, 26), "emetteur")),
        ("150326", "SM", [], Jour(date(2015, 3, 26), "AAMMJJ", _15_MARCH, "emetteur")),
        # The days of the return decide, whoever sends.
        ("150326", "CP", [_15_MARCH], Jour(_15_MARCH, "JJMMAA", date(2015, 3, 26), "virement")),
        ("260315", "OC", [_15_MARCH], Jour(_15_MARCH, "AAMMJJ", date(2015, 3, 26), "virement")),
        # One reading only.
        ("150399", "OC", [_15_MARCH], Jour(date(1999, 3, 15), "JJMMAA", None, "seul")),
        ("990315", "OC", [_15_MARCH], Jour(date(1999, 3, 15), "AAMMJJ", None, "seul")),
        ("260326", "CP", [], Jour(date(2026, 3, 26), "AAMMJJ", None, "seul")),
        ("000000", "CP", [_15_MARCH], Jour(None)),
        ("      ", "CP", [_15_MARCH], Jour(None)),
        ("261399", "CP", [], Jour(None)),
    ],
)
def test_read_both_ways(raw: str, sender: str, near: list[date], expected: Jour) -> None:
    assert read_jour(raw.encode(), sender, [("virement", near)]) == expected


def test_care_days_when_transfers_say_nothing() -> None:
    near = [("virement", []), ("soins", [_10_MAY])]
    assert read_jour(b"200510", "OC", near) == Jour(_10_MAY, "AAMMJJ", date(2010, 5, 20), "soins")


def test_a_return_of_a_fund_is_read_as_before() -> None:
    retour = read_retour(samples.RETOUR_PS_P3)
    assert retour.date_creation == retour.date_identite == date(2026, 3, 10)
    assert retour.jour.choix == "virement"


def test_the_day_of_contract_movements() -> None:
    retour = read_retour(INSURER / "mvt408.txt")
    assert (retour.date_creation, retour.jour.ordre) == (date(2017, 2, 19), "JJMMAA")
    assert retour.jour_douteux
    assert retour.date_identite == date(2019, 2, 17)


@pytest.mark.parametrize(("sender", "written"), [("CP", b"260310"), ("OC", b"100326"), ("MU", b"100326")])
def test_the_writer_has_the_habit_of_the_sender(sender: str, written: bytes) -> None:
    for ordre, raw in ((None, written), ("AAMMJJ", b"260310"), ("JJMMAA", b"100326")):
        file = io.BytesIO()
        with RetourWriter(
            file,
            ordre_date=ordre,  # type: ignore[arg-type]
            type_emetteur=sender,
            date_creation=date(2026, 3, 10),
            reference_norme="576",
        ):
            pass
        assert file.getvalue()[55:61] == raw


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_insurers_files_read_clean(path: Path) -> None:
    retour = read_retour(path)
    assert retour.to_bytes() == path.read_bytes()
    # The writer of the 580 counts 2 children where there are 3 leaves, one of which is a person: no fault.
    expected = {"rej580": ["retour.jour-douteux"]}.get(path.stem, [])
    assert [finding.rule for finding in check(retour)] == expected


@pytest.mark.parametrize("name", ["rej580", "rej900"])
def test_code_and_label_of_an_insurer(name: str) -> None:
    (rejet,) = read_retour(INSURER / f"{name}.txt").rejets
    assert (rejet.code, rejet.libelle, rejet.classe) == ("AAA000697R", "FACTURE DEJA REGLEE", "R")


def test_the_short_form_of_294_stays() -> None:
    codes = [(rejet.code, rejet.classe) for rejet in read_retour(samples.RETOUR_PS_P3).rejets]
    assert codes
    assert all(len(code) <= 4 and not classe for code, classe in codes)


def test_a_day_copied_from_b2_is_no_day_for_sure() -> None:
    (facture,) = read_retour(INSURER / "rej580.txt").factures
    assert (facture.lot, facture.date_lot, facture.date_lot_douteuse) == ("042", None, True)
    (other,) = read_retour(INSURER / "rej900.txt").factures
    assert (other.date_lot, other.date_lot_douteuse) == (date(2026, 3, 15), False)


def test_the_number_of_groups_of_level_01() -> None:
    raw = (INSURER / "rej900.txt").read_bytes()
    place = raw.rindex(b"999OC") + 82
    assert raw[place : place + 3] == b"001"
    wrong = raw[:place] + b"002" + raw[place + 3 :]
    assert [finding.rule for finding in check(read_retour(wrong))] == ["retour.nombre-lots"]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_masked_without_leak(path: Path) -> None:
    raw = path.read_bytes()
    masked, report = mask_bytes(path, KEY)
    assert len(masked) == len(raw)
    assert not report.survivals
    for value in (b"DURANDSECRET", b"MARTIN", b"ANNE  ", b"185017511600192"):
        assert value not in masked


def test_movements_name_their_beneficiary_and_a_stray_length_hides_none() -> None:
    body = b"".join(samples.CORPS_929)
    whole = read_retour(samples.p3(samples.DEBUT_929, body, samples.FIN_929))
    stray = read_retour(b"".join((samples.DEBUT_929, b"%04d" % len(body), body, samples.FIN_929)))
    assert [record.raw for record in stray.entites if record.type != "?"] == [
        record.raw for record in whole.entites
    ]
    assert [one.beneficiaire is not None for one in stray.mouvements] == [True, True]


@pytest.mark.parametrize(
    ("counter", "rules"), [(2, []), (3, []), (4, ["retour.compteur"]), (1, ["retour.compteur"])]
)
def test_the_counter_of_an_invoice_of_an_insurer(counter: int, rules: list[str]) -> None:
    retour = read_retour(INSURER / "rej580.txt")
    closing = next(record for record in retour.entites if record.type == "990")
    changed = retour.replace(closing, compteur_niveau_inferieur=counter)
    assert [one.rule for one in check(changed) if one.rule != "retour.jour-douteux"] == rules


# --- documents and identities -----------------------------------------------------------------------------


def told(path: Path) -> list[dict[str, object]]:
    """The records of a file as JSON, once it is turned back into the same bytes."""
    raw = path.read_bytes()
    for write, read in ((convert.to_json, convert.from_json), (convert.to_xml, convert.from_xml)):
        document, back = io.BytesIO(), io.BytesIO()
        write(raw, document, values=True)
        assert read(document.getvalue(), back).same
        assert back.getvalue() == raw
    document = io.BytesIO()
    convert.to_json(raw, document, values=True)
    records: list[dict[str, object]] = json.loads(document.getvalue())["records"]
    return records


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_documents_read_the_day_as_the_rest(path: Path) -> None:
    header = told(path)[0]
    day = read_retour(path).date_creation
    assert day is not None
    assert header["fields"]["date_creation"] == day.isoformat()  # type: ignore[index]
    assert (header["ordre"], header["douteux"]) == ("JJMMAA", ["date_creation"])


def test_documents_have_the_long_form_of_294() -> None:
    (reject,) = (one for one in told(INSURER / "rej580.txt") if one["type"] == "294")
    assert reject["fields"]["code_rejet"] == "AAA000697R"  # type: ignore[index]
    assert reject["fields"]["libelle_rejet"] == "FACTURE DEJA REGLEE"  # type: ignore[index]


def test_documents_do_not_tell_a_day_that_is_not_sure() -> None:
    (invoice,) = (one for one in told(INSURER / "rej580.txt") if one["type"] == "102")
    assert invoice["fields"]["date_lot"] == {"raw": "260315"}  # type: ignore[index]
    assert invoice["douteux"] == ["date_lot"]


def test_a_document_of_an_earlier_version_gives_the_same_bytes() -> None:
    """It told the day of 000 as AAMMJJ and cut the code of a 294 at its fourth character."""
    raw = (INSURER / "rej580.txt").read_bytes()
    document, back = io.BytesIO(), io.BytesIO()
    convert.to_json(raw, document, values=True)
    old = json.loads(document.getvalue())
    for record in old["records"]:
        record.pop("ordre", None), record.pop("douteux", None)
        fields = record.get("fields", {})
        if record["type"] == "000":
            fields["date_creation"] = "2019-03-26"  # 190326
        if record["type"] == "294":
            whole = fields["code_rejet"] + fields["libelle_rejet"]
            fields["code_rejet"], fields["libelle_rejet"] = whole[:4], whole[4:]
        if record["type"] == "102":
            fields["date_lot"] = "2015-03-26"
    assert convert.from_json(json.dumps(old).encode(), back).same
    assert back.getvalue() == raw


@pytest.mark.parametrize("written", ["150185", "850115"])
def test_a_person_is_the_same_whichever_way_the_birth_is_written(written: str) -> None:
    """85 is no day: it says which order it is."""
    assert birth_told(written, "150326") == "850115"


@pytest.mark.parametrize(("lot", "expected"), [("260315", "010203"), ("150326", "030201")])
def test_a_birth_that_is_two_days_is_read_as_the_days_beside_it(lot: str, expected: str) -> None:
    assert birth_told("010203", lot) == expected


def birth_told(written: str, lot: str) -> str:
    """The birth date, as AAMMJJ, of the person of a 580 of an insurer with these days."""
    retour = read_retour(INSURER / "rej580.txt")
    (person,) = (record for record in retour.entites if record.type == "103")
    retour = retour.replace(person, date_naissance=written.encode())
    (invoice,) = (record for record in retour.entites if record.type == "102")
    retour = retour.replace(invoice, date_lot=lot.encode())
    identity = identity_of_returned(retour.factures[0])
    assert identity is not None
    return identity.naissance


def test_a_birth_in_the_order_of_b2_stands_apart() -> None:
    """Not to be read as a day of the table: 31/01/1990 told as 900131."""
    whole = samples.RETOUR_ANCIEN
    assert not days_apart(read_retour(whole))
    retour = read_retour(whole.replace(b"310190", b"900131"))
    person = retour.factures[0].beneficiaire
    assert person is not None
    assert days_apart(retour) == {person.number: {"date_naissance"}}
