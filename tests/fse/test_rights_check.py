"""Each prediction, broken by one fact and told alone, word for word."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from fse_flows import facture_cp
from rights_samples import FACT, MARKERS, act, day, establishment, fact, flow, predicted

from codes.keys.nir import calc_check_digits
from codes.rules import Severity, catalogue
from flatfile import Finding
from fse import iter_records
from fse.rights import Droit
from fse.rules.registre import CLAIMS

RULES = {
    id: rule
    for id, rule in catalogue().items()
    if rule.family == "droits" and not rule.unreadable and not id.startswith("droits.csv-")
}

#: Rights that agree with every sample invoice: all subjects are told.
AGREES = fact(c2s=True, exoneration="4", medecin_traitant=True, smg=True)

ILL = {"exoneration": "4"}
SMG = {"regime": "08", "caisse": "835", "centre": "0300"}


class Said(NamedTuple):
    """A flow and a fact that break one rule; where the finding is, its message in both languages."""

    data: bytes
    facts: tuple[Droit, ...]
    place: tuple[int, str, str]
    fr: str
    en: str


def with_c2s() -> bytes:
    return flow().replace(b"1500" + b" " * 10, b"1589" + b" " * 10, 1)


def with_parcours(top: str = "O", indicator: str = "T") -> bytes:
    lines = facture_cp(regime="01", caisse="421", naissance="800101", exoneration="0", entree="260105")
    head = lines[0]
    complement = "2" + head[1:38] + "S" + "01" + "000000" + "00" + " " * 15 + " " * 6 + top
    complement = (complement.ljust(120) + indicator).ljust(128)
    return establishment([head, complement, *lines[1:]])


SAID = {
    "droits.assure-inconnu": Said(
        flow(),
        (fact(nir="2990199999999"),),
        (3, "2", "nir"),
        "aucun fait du registre, dont le dernier est du 2026-01-02, ne porte sur cet assuré",
        "no fact of the register, the last of which is of 2026-01-02, is about this insured person",
    ),
    "droits.beneficiaire-inconnu": Said(
        flow(),
        (fact(date_naissance="19800201"),),
        (3, "2", "date_naissance"),
        "l'assuré est au registre, mais sans bénéficiaire de cette date de naissance et de ce rang",
        "the insured person is in the register, but no beneficiary of this birth date and rank",
    ),
    "droits.caisse": Said(
        flow(),
        (fact(caisse="422"),),
        (3, "2", "caisse"),
        "les droits relèvent d'une autre caisse à la date des soins : 01-422-0000 (2026-01-02)",
        "the rights belong to another caisse at the care date: 01-422-0000 (2026-01-02)",
    ),
    "droits.ferme": Said(
        flow(),
        (fact(ouvert_au=day("2026-01-04")),),
        (4, "4", "date_acte"),
        "aucun droit n'est ouvert à la date de cette ligne, d'après un constat du 2026-01-02",
        "no right is open at the date of this line, by what was told on 2026-01-02",
    ),
    "droits.exoneration": Said(
        flow(**ILL),
        (fact(exoneration="0"),),
        (3, "2", "justification_exoneration"),
        "l'exonération écrite n'est pas dans les droits à la date des soins, d'après un constat "
        "du 2026-01-02",
        "the exemption written is not in the rights at the care date, by what was told on 2026-01-02",
    ),
    "droits.taux": Said(
        flow(lignes=act(code="PH7", taux=70)),
        (fact(code_couverture="00100"),),
        (4, "4", "taux"),
        "ce taux n'est ni celui du code de couverture (00100, PH7 65 %), ni celui d'une exonération",
        "this rate is neither that of the coverage code (00100, PH7 65 %) nor that of an exemption",
    ),
    "droits.c2s": Said(
        with_c2s(),
        (fact(c2s=True, c2s_au=day("2025-12-31")),),
        (3, "2", "type_contrat_oc"),
        "la facture est faite au titre de la C2S, qui n'est pas ouverte à la date des soins, d'après un "
        "constat du 2026-01-02",
        "the invoice is made under the C2S, which is not open at the care date, by what was told on "
        "2026-01-02",
    ),
    "droits.smg": Said(
        flow(**SMG, lignes=act(qualificatif="L")),
        (fact(**SMG, smg=True, attestation_au=day("2026-01-04")),),
        (4, "4", "qualificatif_depense"),
        "la facture porte des soins L.115, sans attestation de droit à leur date, d'après un constat "
        "du 2026-01-02",
        "the invoice carries L.115 care, without an attestation at its date, by what was told on 2026-01-02",
    ),
    "droits.medecin-traitant": Said(
        with_parcours(),
        (fact(medecin_traitant=False),),
        (4, "2S", "top_medecin_traitant"),
        "la facture dit qu'un médecin traitant est déclaré, les droits disent que non, d'après un constat du "
        "2026-01-02",
        "the invoice says that a médecin traitant is declared, the rights say no, by what was told on "
        "2026-01-02",
    ),
}


def test_every_rule_has_its_case() -> None:
    assert set(SAID) == set(RULES)
    assert set(RULES) <= set(CLAIMS)


@pytest.mark.parametrize("rule", SAID)
def test_a_rule_is_broken_alone(rule: str) -> None:
    said = SAID[rule]
    (found,) = predicted(said.data, *said.facts)
    assert found.rule == rule
    assert (found.record, found.type, found.field) == said.place
    assert found.facture.strip("0") == "1"
    assert found.lot == "001"
    entry = catalogue()[rule]
    assert (entry.message("fr", found.expected), entry.message("en", found.expected)) == (said.fr, said.en)
    assert entry.severity is (Severity.INFO if rule == "droits.taux" else Severity.WARNING)
    assert entry.motive or rule == "droits.taux"


@pytest.mark.parametrize("rule", SAID)
def test_the_place_is_that_of_the_field(rule: str) -> None:
    said = SAID[rule]
    (found,) = predicted(said.data, *said.facts)
    record = next(one for one in iter_records(said.data) if one.number == found.record)
    field = record.layout.by_name[found.field]
    assert (found.offset, found.length) == (record.offset + field.start - 1, field.length)


@pytest.mark.parametrize("rule", SAID)
def test_rights_that_agree_say_nothing(rule: str) -> None:
    said = SAID[rule]
    agrees = fact(**SMG, smg=True) if rule == "droits.smg" else AGREES
    assert predicted(said.data, agrees) == []


@pytest.mark.parametrize("rule", SAID)
def test_a_subject_that_is_not_told_says_nothing(rule: str) -> None:
    silent = fact(regime="", caisse="", centre="", ouvert_du=None)
    assert predicted(SAID[rule].data, silent) == []


# --- what is compared -------------------------------------------------------------------------------------


def rules(found: list[Finding]) -> list[str]:
    return [one.rule for one in found]


def test_the_day_of_each_line_counts() -> None:
    lines = [*act(jour="260103"), *act(jour="260105"), *act(jour="260106")]
    (found,) = predicted(flow(lignes=lines), fact(ouvert_au=day("2026-01-04")))
    assert (found.rule, found.record) == ("droits.ferme", 5)


def test_without_a_readable_line_the_day_of_billing_counts() -> None:
    data = flow(lignes=act(jour="269999"))
    (found,) = predicted(data, fact(ouvert_au=day("2026-01-04")))
    assert (found.rule, found.field) == ("droits.ferme", "nir")


def test_a_day_that_is_not_told_is_no_number() -> None:
    (found,) = predicted(flow(), fact(ouvert_au=day("2025-01-01"), constate_le=None))
    assert found.expected == ""
    assert "?" in catalogue()["droits.ferme"].message("fr", found.expected)


@pytest.mark.parametrize("code", ["0", "1", "3", "7", "C"])
def test_exemptions_of_the_act_are_not_the_persons(code: str) -> None:
    assert predicted(flow(exoneration=code), fact(exoneration="0")) == []


def test_one_exemption_among_several() -> None:
    facts = (fact(exoneration="5"), fact(exoneration="4", couverture_du=day("2024-01-01")))
    assert predicted(flow(exoneration="5"), *facts) == []
    assert predicted(flow(exoneration="4"), *facts) == []
    assert rules(predicted(flow(exoneration="9"), *facts)) == ["droits.exoneration"]


def test_a_pensioner_is_exempt_by_5() -> None:
    """Their care that is not related to the infirmity, which is no SMG."""
    assert predicted(flow(exoneration="5"), fact(exoneration="0", smg=True)) == []
    assert rules(predicted(flow(exoneration="4"), fact(exoneration="0", smg=True))) == ["droits.exoneration"]


@pytest.mark.parametrize(
    ("code", "exemption", "told"),
    [
        ("00100", "4", ["droits.exoneration"]),
        ("10100", "4", []),
        ("10102", "5", ["droits.exoneration"]),
        ("00102", "5", []),
        ("00104", "9", []),
        ("00100", "0", []),
        ("20100", "4", []),  # a digit whose meaning no source says
        ("00999", "4", []),  # of no list
    ],
)
def test_a_coverage_code_tells_the_exemption(code: str, exemption: str, told: list[str]) -> None:
    assert rules(predicted(flow(exoneration=exemption), fact(code_couverture=code))) == told


@pytest.mark.parametrize(
    ("code", "act_code", "rate", "exemption"),
    [
        ("00100", "PH7", 65, "0"),
        ("00100", "PH4", 30, "0"),
        ("00104", "PMR", 80, "0"),
        ("00105", "PH7", 90, "0"),
        ("10100", "PH7", 100, "4"),
        ("00100", "C", 70, "0"),  # an act of no family
        ("20100", "PH7", 65, "0"),
    ],
)
def test_a_rate_that_fits_is_no_hint(code: str, act_code: str, rate: int, exemption: str) -> None:
    data = flow(lignes=act(code=act_code, taux=rate), exoneration=exemption)
    assert predicted(data, fact(code_couverture=code)) == []


def test_a_fictitious_nir_is_looked_for_nowhere() -> None:
    nir = "1555555421042"
    assert predicted(flow(personne=(nir, calc_check_digits(nir))), fact()) == []


def test_a_register_that_holds_nothing_predicts_nothing() -> None:
    assert predicted(flow()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"regime": "02"}, "regime"), ({"caisse": "422"}, "caisse"), ({"centre": "0100"}, "centre")],
)
def test_the_part_of_the_organism_that_differs(changes: dict[str, str], field: str) -> None:
    (found,) = predicted(flow(centre="0101"), fact(**{"centre": "0101"} | changes))
    assert (found.rule, found.field) == ("droits.caisse", field)


def test_a_centre_of_zeros_is_not_compared() -> None:
    """It may be one, or nothing written: a right invoice is not called wrong."""
    assert predicted(flow(centre="0000"), fact(centre="0100")) == []


def test_free_care_is_judged_by_its_attestation_alone() -> None:
    """Neither the ordinary caisse nor the ordinary rights bear on it."""
    insured = {"regime": "08", "caisse": "756", "centre": "0100", "ouvert_au": day("2025-01-01")}
    data = flow(**SMG, lignes=act(qualificatif="L"))
    assert predicted(data, fact(**insured, smg=True)) == []
    assert rules(predicted(data, fact(**insured, smg=False))) == ["droits.smg"]
    (found,) = predicted(flow(**SMG), fact(**insured, smg=False))
    assert (found.rule, found.field) == ("droits.smg", "caisse")


def test_a_mark_of_free_care_elsewhere() -> None:
    (found,) = predicted(flow(lignes=act(code="DAP")), fact(smg=False))
    assert (found.rule, found.field) == ("droits.smg", "code_acte")


def test_accidents_do_not_depend_on_rights_to_illness() -> None:
    closed = fact(ouvert_au=day("2025-01-01"))
    assert predicted(flow(nature="41"), closed) == []


def test_the_care_path_by_its_indicator() -> None:
    told = fact(medecin_traitant=False)
    (found,) = predicted(with_parcours(top=" "), told)
    assert found.field == "indicateur_parcours"
    assert predicted(with_parcours(top="N", indicator="S"), told) == []


def test_several_predictions_come_in_the_order_of_the_records() -> None:
    closed = fact(caisse="422", ouvert_au=day("2025-01-01"), exoneration="0")
    found = predicted(flow(exoneration="4"), closed)
    assert rules(found) == ["droits.caisse", "droits.exoneration", "droits.ferme"]


# --- damaged invoices, and what is not told ---------------------------------------------------------------


def test_an_invoice_without_a_nir_is_left_alone() -> None:
    assert predicted(flow(personne=("0" * 13, "00")), FACT) == []
    assert predicted(flow(personne=(" " * 13, "  ")), FACT) == []


def test_a_damaged_header_is_left_alone() -> None:
    data = bytearray(flow())
    del data[2 * 128 + 60]
    assert all(one.rule.startswith("droits.") for one in predicted(bytes(data), FACT))


def test_no_finding_holds_a_value() -> None:
    for said in SAID.values():
        shown = repr(predicted(said.data, *said.facts))
        assert [marker for marker in MARKERS if marker in shown] == []
