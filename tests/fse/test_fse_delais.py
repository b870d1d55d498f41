"""Delays that a site sets: each one held to the day, dated, and told in both languages."""

from __future__ import annotations

import datetime as dt

import pytest
from fse_faults import At
from fse_flows import Ligne, facture_cp, facture_ps, flux_cp, flux_ps, octets, put

from codes.rules import rule
from fse import iter_factures, read_flux
from fse.delais import PAIRES, Delai, Delais

CARE = dt.date(2026, 1, 5)


def told(records: list[str], *delais: Delai) -> list[At]:
    data = octets(records)
    offsets = [0, *(record.offset for record in read_flux(data).records)]
    comparison = Delais(delais).open()
    found = [finding for facture in iter_factures(data) for finding in comparison.compare(facture)]
    assert not list(comparison.summary())
    return [
        At(
            one.rule,
            one.record,
            one.offset - offsets[one.record] + 1,
            one.length,
            one.type,
            one.field,
            one.expected,
        )
        for one in found
    ]


def billed_late(days: int) -> list[str]:
    """Care, then billing some days later, on the day of the batch."""
    day = f"{CARE + dt.timedelta(days=days):%y%m%d}"
    return flux_ps([facture_ps(1, [Ligne(jour="260105")], jour=day)], jour=day)


def sent_late(days: int) -> list[str]:
    return flux_ps([facture_ps(1)], jour=f"{CARE + dt.timedelta(days=days):%y%m%d}")


def prescribed_before(days: int) -> list[str]:
    day = f"{CARE - dt.timedelta(days=days):%y%m%d}"
    return flux_ps([facture_ps(1, prescripteur="991068040", prescription=day)])


PLACES = {
    "acte-facturation": (billed_late, At("delai.acte-facturation", 4, 68, 6, "4", "date_acte", "90")),
    "facturation-lot": (sent_late, At("delai.facturation-lot", 3, 40, 6, "2", "date_facturation", "90")),
    "prescription-acte": (prescribed_before, At("delai.prescription-acte", 4, 68, 6, "4", "date_acte", "90")),
}


def test_every_pair_is_tested() -> None:
    assert set(PLACES) == set(PAIRES)


@pytest.mark.parametrize("entre", PAIRES)
def test_a_delay_holds_to_the_day(entre: str) -> None:
    flow, place = PLACES[entre]
    delay = Delai(entre, 90)
    assert told(flow(90), delay) == []
    assert told(flow(91), delay) == [place]
    others = [Delai(other, 0) for other in PAIRES if other != entre]
    assert all(one.rule != place.rule for one in told(flow(91), *others))


def test_a_delay_is_dated_by_the_first_of_both_days() -> None:
    """Here the care of 5 January 2026."""
    day = dt.timedelta(days=1)
    held = [
        Delai("acte-facturation", 90, CARE, CARE),
        Delai("acte-facturation", 90, None, CARE),
        Delai("acte-facturation", 90, CARE, None),
    ]
    gone = [Delai("acte-facturation", 90, CARE + day), Delai("acte-facturation", 90, None, CARE - day)]
    for delay in held:
        assert told(billed_late(91), delay), delay
    for delay in gone:
        assert not told(billed_late(91), delay), delay


def test_the_shortest_of_several_delays_is_told() -> None:
    assert [
        one.expected for one in told(billed_late(91), *(Delai("acte-facturation", n) for n in (60, 30)))
    ] == ["30"]


def test_a_stay_counts_from_its_end() -> None:
    stay = Ligne("SNS", 10530, 100, 10530, 10530, jour="250901")
    flow = put(flux_cp([facture_cp(1, [stay])]), 3, 50, "251231")
    assert told(flow, Delai("acte-facturation", 5)) == []
    assert told(flow, Delai("acte-facturation", 4)) == [
        At("delai.acte-facturation", 4, 50, 6, "3", "date_fin", "4")
    ]


def test_what_cannot_be_read_gives_nothing() -> None:
    delays = [Delai(entre, 0) for entre in PAIRES]
    assert told(put(billed_late(91), 3, 68, "269999"), *delays) == []
    cut = billed_late(91)
    cut[3] = cut[3][:-5]
    assert told(cut, *delays) == []


def test_what_is_no_delay_is_refused() -> None:
    with pytest.raises(ValueError, match="PAIRES"):
        Delai("naissance-acte", 3)
    with pytest.raises(ValueError, match="PAIRES"):
        Delai("acte-facturation", -1)


def test_the_words() -> None:
    texts = [rule(f"delai.{entre}").message(lang, "90") for entre in PAIRES for lang in ("fr", "en")]
    assert texts == [
        "l'acte suit la prescription de plus de 90 jours, délai de votre configuration",
        "the act comes more than 90 days after its prescription, the delay of your configuration",
        "la facturation suit les soins de plus de 90 jours, délai de votre configuration",
        "billing comes more than 90 days after the care, the delay of your configuration",
        "le lot suit la facturation de plus de 90 jours, délai de votre configuration",
        "the batch comes more than 90 days after billing, the delay of your configuration",
    ]
