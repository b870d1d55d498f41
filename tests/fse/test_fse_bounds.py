"""Both sides of each limit: what just holds is not told, what just fails is, and only once."""

from __future__ import annotations

import pytest
from fse_faults import LPP_PS, ONE_PS, RICH_PS, STAY, repeated
from fse_faults_care import CNMSS, FULL, MARKED, TO_CNMSS, smg
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

from fse.rules import assurance


def stay(start: str, end: str) -> list[str]:
    """A stay of the old convention on service-related conditions, from one day (AAMMJJ) to another."""
    facture = facture_cp(1, [STAY._replace(jour=start)], regime="08", caisse="756", nature="41", entree=start)
    records = put(flux_cp([facture], TO_CNMSS), 2, 86, "000140901")
    return put(records, 3, 50, end)


def amounts(base: int, taux: int, amo: int) -> list[str]:
    return flux_ps([facture_ps(1, [Ligne("C", base, taux, amo, base)])])


def recipient(number: str) -> list[str]:
    return put(put(ONE_PS, 0, 28, number), -1, 28, number)


def sender(number: str) -> list[str]:
    return put(put(ONE_PS, 0, 6, number), -1, 6, number)


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
    # keys
    "a NIR key too low": (put(ONE_PS, 2, 25, "39"), ["cle.nir", "structure.entete-commun"]),
    "a NIR key too high": (put(ONE_PS, 2, 25, "41"), ["cle.nir", "structure.entete-commun"]),
    # codes of an act
    "the fourth modifier repeats the first": (put(RICH_PS, 6, 59, "K  K"), ["acte.modificateur-double"]),
    "the last tooth repeats the first": (
        put(RICH_PS, 6, 71, "11" + "  " * 14 + "11"),
        ["acte.dent-double"],
    ),
    # counts
    "ten products": (repeated("3F", 10), []),
    "eleven products": (repeated("3F", 11), ["structure.nombre-complements"]),
    "twelve products": (repeated("3F", 12), ["structure.nombre-complements"]),
    # who receives the file
    "a régime that is not told": (put(ONE_PS, 2, 49, "00"), ["code.absent", "presence.rattachement"]),
    "a recipient of all zeros": (recipient("00000000000000"), ["organisme.lot-destinataire"]),
    "a number of the sender of another form": (sender("00001991068041"), []),
    "a number of the sender of zeros": (sender("00000000000000"), []),
    "free care sent to another régime": (
        smg(destinataire="CT00000001016421"),
        ["smg.destinataire"],
    ),
    # free medical care
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
    monkeypatch.setattr(assurance, "MOST_REMEMBERED", 2)
    numbers = (1, 2, 3, 3, 2, 1)
    flow = flux_ps([facture_ps(number, personne=PERSONNES[number % 3]) for number in numbers])
    found = [one for one in findings(octets(flow)) if one.rule == "unicite.facture"]
    assert [one.record for one in found] == [3 + 3 * rank for rank in (4, 5)]
