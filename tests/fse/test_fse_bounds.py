"""Both sides of each limit: what just holds is not told, what just fails is, and only once."""

from __future__ import annotations

import pytest
from fse_faults import CAR_PS, LPP_PS, ONE_PS, RICH_PS, STAY, repeated
from fse_faults_care import CARE, CNMSS, FULL, MARKED, TO_CNMSS, smg, smg_cp
from fse_flows import (
    PERSONNES,
    Ligne,
    facture_cp,
    facture_ps,
    findings,
    flux_cp,
    flux_ps,
    octets,
    put,
    rules,
)

from fse import read_flux
from fse.rules import unicite


def stay(start: str, end: str) -> list[str]:
    """A stay of the old convention on service-related conditions, from one day (AAMMJJ) to another."""
    facture = facture_cp(1, [STAY._replace(jour=start)], regime="08", caisse="756", nature="41", entree=start)
    records = put(flux_cp([facture], TO_CNMSS), 2, 86, "000140901")
    return put(records, 3, 50, end)


def two_stays() -> list[str]:
    line = STAY._replace(jour="140901")
    facture = facture_cp(1, [line, line], regime="08", caisse="756", nature="41", entree="140901")
    return put(flux_cp([facture], TO_CNMSS), 2, 86, "000140901")


def amounts(base: int, taux: int, amo: int) -> list[str]:
    return flux_ps([facture_ps(1, [Ligne("C", base, taux, amo, base)])])


def recipient(number: str) -> list[str]:
    return put(put(ONE_PS, 0, 28, number), -1, 28, number)


def sender(number: str) -> list[str]:
    return put(put(ONE_PS, 0, 6, number), -1, 6, number)


def accident(destinataire: str = TO_CNMSS, **header: str) -> list[str]:
    """An invoice for an accident, with its date."""
    records = flux_ps([facture_ps(1, nature="41", **header)], destinataire=destinataire)
    return put(records, 2, 86, "000260101")


def cut(records: list[str], index: int) -> list[str]:
    """The same flow, a byte lost at the end of a record."""
    return [record[: len(record) - (rank == index)] for rank, record in enumerate(records)]


def complements(type: str, count: int) -> list[str]:
    """A line of fees of an establishment with `count` complements of one type, numbered."""
    line = Ligne("CS", complements=("4S", *(type,) * count))
    records = flux_cp([facture_cp(1, [STAY], [line], exoneration="0")])
    for rank in range(count):
        records = put(records, 6 + rank, 37, f"{rank + 1:02d}")
    return records


BOUNDS: dict[str, tuple[list[str], list[str]]] = {
    # amounts
    "base times rate, exact": (amounts(1050, 70, 735), []),
    "base times rate, rounded up": (amounts(1001, 65, 651), []),
    "base times rate, one cent less": (amounts(1000, 70, 699), []),
    "base times rate, one cent more": (amounts(1000, 70, 701), []),
    "base times rate, two cents less": (amounts(1000, 70, 698), ["montant.base-taux"]),
    "base times rate, two cents more": (amounts(1000, 70, 702), ["montant.base-taux"]),
    "a rate of 100": (amounts(1000, 100, 1000), []),
    "a product that costs less than price times quantity": (put(LPP_PS, 4, 112, "0001999"), ["montant.lpp"]),
    "a product that costs more": (put(LPP_PS, 4, 112, "0002001"), ["montant.lpp"]),
    "both parts make the expense": (flux_ps([facture_ps(1, [Ligne(amc=750)])]), []),
    "both parts are one cent too much": (
        flux_ps([facture_ps(1, [Ligne(amc=751)])]),
        ["montant.amo-amc-depense"],
    ),
    # counted with or without complements
    "lines and their complements": (put(RICH_PS, 7, 39, "003"), []),
    "lines and some complements": (put(RICH_PS, 7, 39, "002"), ["facture.nombre-lignes"]),
    "lines and their complements, and a wrong total": (
        put(put(RICH_PS, 7, 39, "003"), 7, 66, "00001751"),
        ["facture.total-amo"],
    ),
    # journeys
    "arrived when left": (put(CAR_PS, 4, 91, "0900"), []),
    "arrived a minute before": (put(CAR_PS, 4, 91, "0859"), ["transport.arrivee"]),
    # insurance
    "an exemption of the local régime, with a nature below 13": (
        put(ONE_PS, 2, 79, "8"),
        ["assurance.regime-local"],
    ),
    "an exemption of the local régime, with a nature above 13": (
        put(put(put(ONE_PS, 2, 79, "8"), 2, 77, "30"), 2, 80, "260101"),
        ["assurance.regime-local"],
    ),
    "an exemption of the local régime, with nature 13": (put(put(ONE_PS, 2, 79, "8"), 2, 77, "13"), []),
    # keys
    "a NIR key too low": (put(ONE_PS, 2, 25, "39"), ["cle.nir", "structure.entete-differe"]),
    "a NIR key too high": (put(ONE_PS, 2, 25, "41"), ["cle.nir", "structure.entete-differe"]),
    # codes of an act
    "the fourth modifier repeats the first": (put(RICH_PS, 6, 59, "K  K"), ["acte.modificateur-double"]),
    "the last tooth repeats the first": (
        put(RICH_PS, 6, 71, "11" + "  " * 14 + "11"),
        ["acte.dent-double"],
    ),
    "a modifier that is no longer valid, in a record that was cut": (
        cut(put(RICH_PS, 6, 59, "9"), 6),
        ["structure.longueur"],
    ),
    # counts
    "ten products": (repeated("3F", 10), []),
    "eleven products": (repeated("3F", 11), ["structure.nombre-complements"]),
    "twelve products": (repeated("3F", 12), ["structure.nombre-complements"]),
    "twenty-six CCAM acts": (complements("4M", 26), []),
    "twenty-seven CCAM acts": (complements("4M", 27), ["structure.nombre-complements"]),
    "ten records of biology": (complements("4B", 10), []),
    "eleven records of biology": (complements("4B", 11), ["structure.nombre-complements"]),
    # who receives the file
    "a régime that is not told": (put(ONE_PS, 2, 49, "00"), ["code.absent", "presence.rattachement"]),
    "a recipient of all zeros": (recipient("00000000000000"), ["organisme.lot-destinataire"]),
    "a number of the sender of another form": (sender("00001991068041"), []),
    "a number of the sender of zeros": (sender("00000000000000"), []),
    "free care sent to another régime": (
        smg(destinataire="CT00000001016421"),
        ["smg.destinataire"],
    ),
    "all régimes, sent to a concentrator": (
        put(
            put(
                put(flux_ps([facture_ps(1), facture_ps(2, regime="02")]), 1, 17, "422"),
                0,
                26,
                "OT",
            ),
            -1,
            26,
            "OT",
        ),
        [],
    ),
    # the exam of dental prevention, care after an accident of service
    "the exam, on a sheet of another régime": (
        put(
            flux_ps([facture_ps(1, [Ligne("BDC")], regime="10")], destinataire="CE00000010000421"),
            2,
            115,
            "00",
        ),
        [],
    ),
    "an accident of service, caisse below 756": (accident(regime="08", caisse="750"), ["apias.caisse"]),
    "an accident of service, caisse above 756": (accident(regime="08", caisse="758"), ["apias.caisse"]),
    "an accident of service, caisse 756": (accident(regime="08", caisse="756"), []),
    "an accident of another régime": (accident("CE00000010000421", regime="10", caisse="421"), []),
    # free medical care
    "a centre below that of free care": (smg(centre="0100"), ["smg.triplet"]),
    "a centre above that of free care": (smg(centre="0400"), ["smg.triplet"]),
    "free care with an exemption that is another's": (smg(exoneration="7"), ["smg.exoneration-codee"]),
    "free care with the exemption of a long illness": (smg(exoneration="4"), ["smg.exoneration-codee"]),
    "free care without an exemption": (smg(exoneration="0"), []),
    "a stay of free care is no outpatient care": (smg_cp(seances=[STAY._replace(qualificatif="L")]), []),
    "fees of free care that are not outpatient care": (smg_cp(honoraires=[MARKED]), []),
    "free care in an emergency of a hospital": (
        put(smg_cp(honoraires=[MARKED]), 3, 39, "10"),
        ["smg.etablissement"],
    ),
    "the first day of the free care at the CNMSS": (smg(MARKED._replace(jour="100101"), jour="100105"), []),
    "free care before and after that day": (
        smg(MARKED, MARKED._replace(jour="091231"), jour="260105"),
        ["smg.date"],
    ),
    "two lines of free care sent elsewhere": (
        flux_ps([facture_ps(1, [MARKED, MARKED], **CNMSS)], destinataire=TO_CNMSS),
        ["smg.mauvaise-caisse"],
    ),
    "free care with no sign, on a line that cannot be read": (
        put(smg(FULL), 3, 36, "?"),
        ["structure.type-inconnu"],
    ),
    # the convention on service-related conditions
    "twenty days": (stay("140901", "140921"), []),
    "twenty-one days": (stay("140901", "140922"), ["apias.sejour-prolonge"]),
    "the first day of the convention": (stay("040101", "040201"), ["apias.sejour-prolonge"]),
    "the day before the convention": (stay("031231", "040201"), []),
    "the last day of the convention": (stay("150506", "150701"), ["apias.sejour-prolonge"]),
    "a long stay after one whose end cannot be read": (
        put(put(two_stays(), 3, 50, "000000"), 4, 50, "140922"),
        ["apias.sejour-prolonge"],
    ),
    "the day after the convention": (stay("150507", "150701"), []),
    # size
    "999 records": (
        flux_ps([facture_ps(rank, [Ligne(), *[Ligne()] * (rank <= 2)]) for rank in range(1, 332)]),
        [],
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_limit(name: str) -> None:
    flow, expected = BOUNDS[name]
    assert rules(octets(flow)) == expected


def test_a_line_cut_short_may_be_the_one_that_was_signed() -> None:
    records = smg(FULL)
    data = octets([*records[:3], records[3][:-6], *records[4:]])
    assert "smg.sans-rattachement" not in rules(data)


def test_where_free_care_is_signed_first() -> None:
    flow = flux_ps([facture_ps(1, [MARKED, MARKED], **CNMSS)], destinataire=TO_CNMSS)
    assert [(one.rule, one.record) for one in findings(octets(flow))] == [("smg.mauvaise-caisse", 4)]


def test_numbers_are_compared_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond, only with those that were remembered."""
    monkeypatch.setattr(unicite, "MOST_REMEMBERED", 2)
    numbers = (1, 2, 3, 3, 2, 1)
    flow = flux_ps([facture_ps(number, personne=PERSONNES[number % 3]) for number in numbers])
    found = [one for one in findings(octets(flow)) if one.rule == "unicite.facture"]
    assert [one.record for one in found] == [3 + 3 * rank for rank in (4, 5)]


@pytest.mark.parametrize(
    ("base", "taux", "amo", "expected"),
    [(1050, 65, 690, "6,83 €"), (1001, 49, 400, "4,90 €"), (1001, 51, 400, "5,11 €")],
)
def test_the_amount_expected_is_rounded_to_the_nearest_cent(
    base: int, taux: int, amo: int, expected: str
) -> None:
    """Half a cent goes up."""
    found = findings(octets(amounts(base, taux, amo)))
    assert [(one.rule, one.expected) for one in found] == [("montant.base-taux", expected)]


def test_a_supplement_without_qualifier_signs_by_its_code() -> None:
    flow = flux_ps([facture_ps(1, [Ligne("DAP"), Ligne("C")], **CNMSS)], destinataire=TO_CNMSS)
    assert [(one.rule, one.field) for one in findings(octets(flow))] == [("smg.mauvaise-caisse", "code_acte")]


@pytest.mark.parametrize("rule", [rule for rule, (flow, _) in CARE.items() if isinstance(flow, list)])
def test_a_flow_that_lost_its_first_record(rule: str) -> None:
    """What is compared with a record 000 that is not there is left alone."""
    flow, _ = CARE[rule]
    norm = read_flux(octets(flow)).norme.name
    assert "structure.debut" in rules(octets(flow[1:]), norm=norm)
